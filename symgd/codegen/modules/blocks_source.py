"""The part of a generated module that works out cost and gradient over arrays: the same operations as in memory, block by block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symgd.codegen.evaluators.evaluator import IN_ORDER, Compiled
from symgd.codegen.evaluators.tape import CALLS, OPERATIONS
from symgd.codegen.expressions.context import unpacked, written_tuple
from symgd.codegen.plan import FEW_ROWS
from symgd.codegen.program.program import Program
from symgd.codegen.summary.triangle import BLOCK
from symgd.problem.problem import Problem

BLOCKS = """\
def _evaluator(*columns: FloatArray{often}) -> Evaluate:
    \"\"\"Cost and gradient by the parameters, in blocks that stay in the cache; few rows as a loop.\"\"\"
    rows, count = len(columns[0]), float(len(columns[0]))
    total, dot = (_in_order, _in_order) if rows <= {in_order} else (np.add.reduce, np.dot)
{fixed}    size, blocks = min(rows, {block}), []
    kept = [np.empty(size) for _ in range({kept})]
    for start in range(0, rows, size):
        cut = slice(start, start + size)
        block = [part[cut] if np.ndim(part) else part for part in {data}]
        blocks.append((block, [part[: len(block[0])] for part in kept]))

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        values = [np.float64(value) for value in point]
        cells = [np.asarray(value) for value in values]
        with np.errstate(all="ignore"):
{series}            parts = [_sums(total, dot, cells, count, block, room) for block, room in blocks]
            sums = parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
            value, *slopes = _results(values, count, {sums})
        return float(value), tuple(map(float, slopes))

{few}

def _in_order(one: FloatArray, other: Any = 1.0) -> Any:
    return np.add.accumulate(one * other)[-1]
"""
FEW = """\
    if rows > {few}:  # so many go faster as arrays
        return evaluate
    table = [*zip(*(part.tolist() for part in {chosen}), strict=True)]

    def of_few(point: Sequence[float]) -> CostAndGradient:
        try:
            value, *slopes = _row_by_row([*map(float, point)], count, {known}, table)
        except (ArithmeticError, ValueError):  # NumPy answers inf or nan, and has the say
            return evaluate(point)
        return float(value), tuple(map(float, slopes))

    return of_few
"""
ROWS = '''\
def _row_by_row(point: Values, {count}: float, known: Values, rows: Values) -> Values:
    """The same for few rows in plain floats, one row after the other."""
{body}


'''
FIXED = '''\
def _fixed(_total: Way, _dot: Way, {count}: float, columns: Values) -> Values:
    """What the data alone decide."""
    {columns} = columns
{body}


'''
SUMS = '''\
def _sums(_total: Way, _dot: Way, point: Values, {count}: float, columns: Values, kept: Values) -> Values:
    """The sums over some rows, one operation after the other."""
    {point} = point
    {columns} = columns
{kept}{body}


'''
SERIES = '''\
def _series(point: Values, {count}: float, known: Values) -> Values:
    """The series of exponentials; none where there are no nodes."""
    {point} = point
    {known} = known
{body}


'''
NEAR = """\
    nodes = [nodes_of(part) if often else None for part in {sources}]
    near = [part for each in nodes for part in (each[1:3] if each else (None, None))]
"""
RESULTS = '''\
def _results(point: Values, {count}: float, sums: Values) -> Values:
    """Cost and gradient from the sums over all rows."""
    {point} = point
    {sums} = sums
{body}


'''
_FIRST = """\
    with np.errstate(all="ignore"):
        fixed = _fixed(total, dot, count, columns)
"""
_NUMBERS = "    known = [part for part in fixed if np.ndim(part) == 0]\n"
_OWN = "|".join(sorted({*CALLS, *OPERATIONS}))


def blocks_source(problem: Problem, program: Program) -> str:
    """The functions that a program's text in memory consists of, and one that calls them."""
    compiled = Compiled(problem, program)
    (_, before), *near, (given, sums), (last, results) = map(_taken, compiled.text.split("\n\n"))
    width = len(problem.parameters)
    count, numbers = last[width], last[width + 1 :]
    start = given.index(count)  # the series stand before it
    columns = given[start + 1 : len(given) - compiled.kept]
    kept = given[len(given) - compiled.kept :]
    data = columns[: len(problem.columns)]
    hoisted = compiled.written.hoisted
    known = [name for name in numbers if name in hoisted]
    text = FIXED.format(count=count, columns=_left(data), body=before) * bool(hoisted)
    for arguments, body in near:
        at, rest = _left(arguments[:width]), _left(arguments[width + 1 :])
        text += SERIES.format(count=count, point=at, known=rest, body=body)
    text += SUMS.format(
        count=count,
        point=_left(given[:start]),
        columns=_left(columns),
        kept=f"    {_left(kept)} = kept\n" if kept else "",
        body=sums,
    )
    point = _left(given[:width])
    text += RESULTS.format(count=count, point=point, sums=_left(numbers), body=results)
    few, rows = "    return evaluate\n", compiled.by_rows
    if rows is not None:
        text += ROWS.format(count=count, body=rows.body)
        few = FEW.format(
            few=FEW_ROWS,
            known="[*map(float, known)]" if known else "()",
            chosen=_chosen(rows.places, len(data)),
        )
    return text + BLOCKS.format(
        in_order=IN_ORDER,
        block=BLOCK,
        kept=compiled.kept,
        few=few,
        **_prepared(compiled, len(data), bool(hoisted), bool(known)),
    )


def _prepared(compiled: Compiled, width: int, hoisted: bool, known: bool) -> dict[str, str]:
    """What BLOCKS has of what the data alone decide: of arrays, numbers among them that are `known`, and nodes."""
    fixed = _FIRST * hoisted + _NUMBERS * known
    every = ["*columns", *["*fixed"] * hoisted]
    if not compiled.sources:
        data = written_tuple(every) if hoisted else "columns"
        return {"fixed": fixed, "often": "", "data": data, "series": "", "sums": _summed(known)}
    given = "[*known, *nodes]" if known else "nodes"
    return {
        "fixed": fixed + NEAR.format(sources=_chosen(compiled.sources, width)),
        "often": ", often: bool = False",
        "data": written_tuple([*every, "*near"]),
        "series": f"            cells += _series(cells, count, {given})\n",
        "sums": _summed(known),
    }


def _summed(known: bool) -> str:
    return "(*known, *sums)" if known else "[*sums]"


def _chosen(places: Sequence[int], width: int) -> str:
    """Some of the columns, of which there are `width`, and of what the data alone decide, as a tuple."""
    if [*places] == [*range(width)]:
        return "columns"
    return written_tuple([f"columns[{n}]" if n < width else f"fixed[{n - width}]" for n in places])


def _taken(function: str) -> tuple[list[str], str]:
    """The arguments of a function's text, and its body, in NumPy's own names."""
    head, _, body = function.partition("\n")
    arguments = head[head.index("(") + 1 : -2].split(", ")
    return arguments, re.sub(rf"\b_({_OWN})\(", r"np.\1(", body)


def _left(names: Sequence[str]) -> str:
    """The left-hand side of what takes a sequence apart."""
    return unpacked(names, 4) if names else "[]"
