"""The data summary of a generated module for any array library: few rows in the place of all, where the loss is the square of what is linear.

Laws
----
- with the residual's slopes by the parameters as columns of A, and the residual r at an anchor a:
  ‖A·(θ − a) + r‖² = ‖R·[θ − a, 1]‖², so that the cost is a sum of squares, and never negative
- where a library, a dtype or a device has no QR factorisation each step is over all rows by the formulas; what a step asks for beside
  the gradient, or elsewhere, is then of all rows from 0, which are a summary too, as it is where such a step is asked for by itself
- where a column is constant, the others are taken from their middles while R is made: nothing of what they vary by is lost
- the anchor is near a least-squares fit, of the penalty's rows too; where columns are nearly alike it does not go far for it:
  what R is left with there loses no more digits than direct evaluation does
- arrays keep their dtype and their device: a triangle of float32 is made in float32, block by block, and tells the cost as
  well as a sum over all rows of that dtype
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets.array_api_places import picked
from symgd.codegen.targets.whole_rules import SQUARES, asks_elsewhere
from symgd.problem.problem import Problem

ROWS_OF_ALL = "    data = _summarised(xp, data)\n"
BESIDE = "    rows = _summarised(xp, data)  # None where each step is over all rows\n"
ROWS = '''\
def _rows(xp: Any, point: Array, <<typed>>) -> Array:
    """Each row's slopes by the parameters and its residual<<rooted>>."""
<<statements>>
<<centred>>    return <<root>>xp.concat([table_, (<<residual>>)[:, None]], axis=1)
'''
SUMMARISED = '''\
<<constant>>BLOCK = 4096  # rows that are factorised together
OWN = 0.01  # a column with less than this beside the others has no way of its own
MISSED = 8  # a fit that leaves so much more than the least is made anew


def _summarised(xp: Any, data: Sequence[Array]) -> <<answer>>:
    """Few rows in the place of all, as `_scaled` has them.

    The loss is the square of the residual, which is linear in the parameters: the triangle of a QR
    factorisation has the same sum of squares, whatever these are. It is made near a fit.
    """
    every = _identity(xp, len(PARAMETERS), data[-1])
    try:
        xp.linalg.pinv(xp.linalg.qr(every)[1], rtol=OWN)
    except (AttributeError, RuntimeError, TypeError, ValueError):
        return <<otherwise>>  # there is none in this library, or for this dtype or device
    few = [column[:: -(-data[-1].shape[0] // BLOCK), ...] for column in data]
<<counted>>    zeros = xp.zeros_like(every[0, :])
<<middling>>    fit = _way_down(xp, _triangle(xp, zeros, <<middles>>few)<<last>>)
    found = _triangle(xp, fit, <<middles>>data)
    way = _way_down(xp, found<<last>>)
    if _largest(xp, found[2]) > MISSED * _largest(xp, found[1] @ way + found[2]):
        found = _triangle(xp, fit + way, <<middles>>data)
    if math.isfinite(_largest(xp, found[2])):
        return found
    return _triangle(xp, zeros, <<middles>>data)  # at the fit a row is beyond the floats


<<all_rows>>def _scaled(xp: Any, point: Array, table: Array, rest: Array, data: Sequence[Array]) -> list[Array]:
    """A point, rows' slopes, and what they are there: the cost is the sum of their squares."""
<<scale>>    table, rest = scale * table, scale * rest
<<below>>    return [point, table, rest]


def _triangle(xp: Any, point: Array, <<typed_middles>>data: Sequence[Array]) -> list[Array]:
    """R of all rows at a point: of those of each block, and then of what these come to."""
    count, parts = data[-1].shape[0], []
    for start in range(0, count, BLOCK):
        block = [column[start : min(start + BLOCK, count), ...] for column in data]
        parts.append(xp.linalg.qr(_rows(xp, point, <<middles>>*block))[1])
    found = parts[0] if len(parts) == 1 else xp.linalg.qr(xp.concat(parts))[1]
<<whole>>    return _scaled(xp, point, <<table>>, found[:, -1], data)


def _way_down(xp: Any, rows: Sequence[Array]<<typed_last>>) -> Array:
    """How far from the point the least sum of squares is, in what each column has of its own."""
    point, table, rest = rows
    if not math.isfinite(_largest(xp, table) + _largest(xp, rest)):
        return xp.zeros_like(point)
    sizes = xp.max(xp.abs(table), axis=0)
    sizes = xp.where(sizes > 0, sizes, xp.ones_like(sizes))
<<centred>>    way = -(xp.linalg.pinv(table / sizes, rtol=OWN) @ rest) / sizes
<<back>>    return xp.where(xp.isfinite(way), way, xp.zeros_like(way))


def _largest(xp: Any, values: Array) -> float:
    return float(xp.max(xp.abs(values)))


def _from_summary(
    xp: Any, point: Sequence[Array], data: Sequence[Array]
) -> tuple[Array, list[Array]]:
    """Cost and gradient at a point."""
    start, table, rest = data
    here = table @ (xp.stack(list(point)) - start) + rest
    slopes = 2 * (here @ table)
    return xp.sum(here * here), [slopes[k, ...] for k in range(len(PARAMETERS))]
'''
RESIDUALS = '''\
def _residuals(xp: Any, point: Sequence[Array], data: Sequence[Array]) -> tuple[Array, Array]:
    """What the cost is the sum of squares of, and its slopes."""
    start, table, rest = data
    return table @ (xp.stack(list(point)) - start) + rest, table
'''
HESSIAN = '''\
def _hessian(xp: Any, point: Sequence[Array], data: Sequence[Array]) -> Array:
    """The second derivatives of the cost."""
    return 2 * (xp.matrix_transpose(data[1]) @ data[1])
'''
ALL_ROWS = '''\
def _all_rows(xp: Any, data: Sequence[Array]) -> list[Array]:
    """The rows as they are, from 0."""
    zeros = xp.zeros_like(_identity(xp, len(PARAMETERS), data[-1])[0, :])
    rows = _rows(xp, zeros, <<zeros>>*data)
    return _scaled(xp, zeros, rows[:, :-1], rows[:, -1], data)


'''
BELOW = """\
    below = math.sqrt(<<square>>) * <<chosen>>  # the penalty's
    table, rest = xp.concat([table, below]), xp.concat([rest, below @ point])
"""
COUNTED = """\
    few = few if bool(xp.any(<<weights>> > 0)) else [*data]
"""
# What is there where a slope is the same in every row.
MIDDLING = """\
    sums = xp.sum(_rows(xp, zeros, zeros, *few), axis=0)[:-1]
    middles = sums / sums[CONSTANT, ...] - every[CONSTANT, :]
    middles = xp.where(xp.isfinite(middles), middles, zeros)
"""
WHOLE = "    table = found[:, :-1] + found[:, CONSTANT : CONSTANT + 1] * middles\n"
CENTRED = "    table = table - table[:, CONSTANT : CONSTANT + 1] * middles\n"
BACK = """\
    unit = _identity(xp, len(PARAMETERS), way)[CONSTANT, :]
    way = way - unit * xp.sum(middles * way)
"""
OF_ROWS = "    table_ = table_ - table_[:, CONSTANT : CONSTANT + 1] * middles_\n"


def asks_more(code: RuleCode | None) -> bool:
    """Whether a step asks of the cost for more than its gradient here."""
    return code is not None and (
        asks_elsewhere(code.rule) or bool(code.rule.used & {"H", *SQUARES})
    )


def preparing(code: RuleCode | None, otherwise: str) -> str:
    """How `descend` prepares its data, which else it does `otherwise`."""
    return ROWS_OF_ALL if asks_more(code) else BESIDE + otherwise


def by_summary(functions: str, code: RuleCode | None) -> str:
    """The public functions, in which `descend` looks at its data once.

    In `update` a step that asks for more than the gradient has rows as well. Cost and gradient at one point need one pass over the
    data, and no summary.
    """
    if not asks_more(code):
        evaluating = "_evaluate(xp, *point, *data)"
        place = functions.index(evaluating, functions.index("def descend("))
        few = "_from_summary(xp, point, rows) if rows else "
        return functions[:place] + few + functions[place:]
    start = functions.index("def update(")
    later = functions[start:].replace("prepared = <<prepared>>", "prepared = _all_rows(xp, data)")
    for name in ("data", "prepared"):
        later = later.replace(
            f"_evaluate(xp, *point, *{name})", f"_from_summary(xp, point, {name})"
        )
    return functions[:start] + later


def asking_summary(text: str) -> str:
    """A step, or a helper of it, that asks a summary."""
    changes = (
        ("(xp, *point, *data)", "(xp, point, data)"),
        ("_evaluate(xp, *(place[k, ...] for k in range(len(numbers))), *data)", ASKED),
        ("_evaluate(xp, place, *data)", "_from_summary(xp, place, data)"),
    )
    for before, after in changes:
        text = text.replace(before, after)
    return text


ASKED = "_from_summary(xp, [place[k, ...] for k in range(len(numbers))], data)"


def summary_source(
    problem: Problem,
    code: RuleCode | None,
    constant: int,
    weights: str,
    shaped: Callable[[str], str] = str,
) -> str:
    """The functions of a summary, but for the rows themselves.

    `weights` says where these are in `data`, and `shaped` makes texts of modules whose parameters are one array.
    """
    share, whole = share_text(problem), problem.loss.reduction == "sum"
    size = f"xp.sum({weights})" if weights else "data[-1].shape[0]"
    library = "xp" if weights and not whole else "math"
    scale = f"    scale = {library}.sqrt({share if whole else f'{share} / {size}'})\n"
    below, rows = "", penalty_rows(problem)
    if rows is not None:
        every = f"_identity(xp, {rows.count}, point)"
        below = BELOW.replace("<<square>>", repr(rows.square))
        below = below.replace("<<chosen>>", picked(every, rows.places, rows.count, axis=0))
    has, more = constant >= 0, asks_more(code)
    given = {
        "answer": "list[Array]" if more else "list[Array] | None",
        "otherwise": "_all_rows(xp, data)" if more else "None",
        "all_rows": ALL_ROWS * more,
        "constant": f"CONSTANT = {constant}  # the parameter whose slope is the same in every row\n"
        * has,
        "middling": MIDDLING * has,
        "middles": "middles, " * has,
        "last": ", middles" * has,
        "zeros": "zeros, " * has,
        "scale": scale,
        "counted": COUNTED.replace("<<weights>>", weights.replace("data", "few")) * bool(weights),
        "below": below,
        "typed_middles": "middles: Array, " * has,
        "typed_last": ", middles: Array" * has,
        "whole": WHOLE * has,
        "table": "table" if has else "found[:, :-1]",
        "centred": CENTRED * has,
        "back": BACK * has,
    }
    used = code.rule.used if code is not None else frozenset()
    asked = f"\n\n{HESSIAN}" * ("H" in used) + f"\n\n{RESIDUALS}" * bool(used & {*SQUARES})
    written = shaped(SUMMARISED + asked)
    for name, text in given.items():
        written = written.replace(f"<<{name}>>", text)
    return written


def rows_source(
    typed: Sequence[str], statements: str, residual: str, constant: int, weights: str
) -> str:
    """The function of the rows; its `statements` make `table_` and the residual, and `weights` are a column of what is passed."""
    has = constant >= 0
    given = {
        "typed": ", ".join(["middles_: Array"] * has + [*typed]),
        "rooted": ", times the root of its weight" * bool(weights),
        "statements": statements,
        "centred": OF_ROWS * has,
        "root": f"xp.sqrt({weights})[:, None] * " * bool(weights),
        "(<<residual>>)": residual if residual.isidentifier() else f"({residual})",
    }
    written = ROWS
    for name, text in given.items():
        written = written.replace(name if "<<" in name else f"<<{name}>>", text)
    return written
