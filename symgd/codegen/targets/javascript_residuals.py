"""What a generated ES module has of its residuals: row by row, or in few rows once and for all, where these are linear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from symgd.codegen.evaluators.residuals import scale_of_squares
from symgd.codegen.expressions.context import Context
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets import javascript_summary as parts
from symgd.codegen.targets.few_rows import constant_slope
from symgd.codegen.targets.javascript_loops import Loops
from symgd.codegen.targets.javascript_statements import (
    constants,
    indented,
    indented_rows,
    list_row,
)
from symgd.codegen.targets.whole_rules import SQUARES, is_whole
from symgd.problem.problem import Problem

COLUMNS = "columnsOf(data, COLUMNS)"
RESIDUALS = """\
/** What the cost is the sum of squares of, a number for each row, and its derivatives. */
function residuals(point, data) {
"""


def by_summary(functions: str, code: RuleCode | None, data: str = COLUMNS) -> str:
    """The exported functions, in which `descend` looks at its data once; `update` too where a step may ask for more than the gradient.

    Cost and gradient at one point need one pass over the data, and no summary.
    """
    first = "update" if code is not None and is_whole(code.rule) else "descend"
    start = functions.index(f"export function {first}(")
    changes = (
        (f"prepared({COLUMNS})", f"summarised({data})"),
        ("evaluate(", "fromSummary("),
        ("const columns =", "const rows ="),
        (", columns)", ", rows)"),
    )
    later = functions[start:]
    for before, after in changes:
        later = later.replace(before, after)
    return functions[:start] + later


def asking_summary(helper: str) -> str:
    """A helper that asks a summary for cost and gradient elsewhere."""
    return helper.replace("evaluate(point, data)", "fromSummary(point, data)")


def read_of_cost(code: RuleCode | None) -> str:
    """The functions of what a rule reads of the cost beside its gradient, from a summary."""
    used = code.rule.used if code is not None else frozenset()
    return parts.HESSIAN * ("H" in used) + parts.RESIDUALS * bool(used & {*SQUARES})


def summary_of(
    problem: Problem, constant: int, size: str, fill: str, places: Callable[[Sequence[int]], str]
) -> str:
    """The functions that make a summary of data, which count so much, with the body of `fill`; `places` writes whole numbers."""
    rows, below = penalty_rows(problem), ""
    if rows is not None:
        below = parts.BELOW.replace("<<square>>", repr(rows.square))
        below = below.replace("<<penalised>>", places(rows.places))
    divisor = "" if problem.loss.reduction == "sum" else f" / {size}"
    written = parts.SUMMARISED.replace("<<scale>>", f"{share_text(problem)}{divisor}")
    written = written.replace("<<constant>>", str(constant)).replace("<<below>>", below)
    return f"\n{written}\n{parts.FILL.replace('<<statements>>', fill)}"


def added_up(rows: str, entry: int | None = None) -> str:
    """What rows, or their entries, add up to."""
    part = "row" if entry is None else f"row[{entry}]"
    return f"{rows}.reduce((sum, row) => sum + {part}, 0)"


def summary_source(context: Context) -> str:
    """The functions that make a summary of columns."""
    problem, loops = context.problem, Loops(context)
    loops.stored = set()
    difference, *slopes = context.program.results
    body = definitions(context, loops)
    for place, term in enumerate((*slopes, difference)):
        body += constants(loops.lines, f"into[{place}][at]", term, "")
    size = "data[0].length"
    if problem.weights is not None:
        weights = context.names["column", problem.weights]
        body.append(f"into[{len(slopes) + 1}][at] = Math.sqrt({weights}[i]);")
        place = problem.columns.index(problem.weights)
        size = added_up(f"data[{place}]")
    rows = [*opening(context, loops), "let at = top;"]
    rows += [f"for (let i = start; i < {context.count} && at < into[0].length; i += stride) {{"]
    rows += [*indented_rows([*body, "at += 1;"]), "}", "return at;"]
    fill = indented(rows, 2)
    return summary_of(problem, constant_slope(count(), slopes), size, fill, _places)


def _places(places: Sequence[int]) -> str:
    return indented([list_row("", [*map(str, places)], "")], 2).lstrip()


def definitions(context: Context, loops: Loops) -> list[str]:
    """The statements of what the results are made of."""
    body: list[str] = []
    for part in (*context.program.hoisted, *context.program.assignments):
        body += constants(loops.lines, context.identifier(part.local), part.term)
    return body


def opening(context: Context, loops: Loops) -> list[str]:
    """The statements by which a function takes apart what it is passed."""
    point = list_row("const ", context.parameters, " = point;")
    return [point, list_row("const ", context.columns, " = data;"), *loops.counting()]


def residuals_source(context: Context) -> str:
    """The function of the residuals and their derivatives, row by row."""
    loops = Loops(context)
    loops.stored = set()
    wanted = ["difference", *(f"slope_{k}" for k, _ in enumerate(context.parameters, 1))]
    names = [context.names.give("residuals", name) for name in wanted]
    body = definitions(context, loops)
    for name, term in zip(names, context.program.results, strict=True):
        body += constants(loops.lines, name, term)
    scale, reached, table = (context.names.give("own", n) for n in ("scale", "reached", "table_"))
    outside, inside = _scale(context, scale)
    scaled = [f"{scale} * {name}" for name in names]
    body += inside
    body += [f"{reached}.push({scaled[0]});", list_row(f"{table}.push(", scaled[1:], ");", 4)]
    head = [*opening(context, loops), *outside, f"const [{reached}, {table}] = [[], []];"]
    loop = [f"for (let i = 0; i < {context.count}; i += 1) {{", *indented_rows(body), "}"]
    rows = [*head, *loop, *_below(context, reached, table), f"return [{reached}, {table}];"]
    return f"\n{RESIDUALS}{indented(rows, 2)}\n}}\n"


def _below(context: Context, reached: str, table: str) -> Iterator[str]:
    """The rows that a penalty adds."""
    rows = penalty_rows(context.problem)
    if rows is None:
        return
    below, names = context.names.give("own", "below"), context.parameters
    yield f"const {below} = Math.sqrt({rows.square!r}); // the penalty's rows"
    for place in rows.places:
        row = [below if k == place else "0" for k in range(rows.count)]
        yield f"{reached}.push({below} * {names[place]});"
        yield f"{table}.push([{', '.join(row)}]);"


def _scale(context: Context, scale: str) -> tuple[list[str], list[str]]:
    """What says what residuals are multiplied by, before the loop and in it, where rows have weights."""
    problem = context.problem
    if problem.weights is None:
        of_mean = scale_of_squares(problem, context.count).replace("math.", "Math.")
        return [f"const {scale} = {of_mean};"], []
    weights, share = context.names["column", problem.weights], share_text(problem)
    if problem.loss.reduction == "sum":
        return [], [f"const {scale} = Math.sqrt({share} * {weights}[i]);"]
    size = context.names.give("own", "size")
    outside = f"const {size} = {weights}.reduce((before, each) => before + each, 0);"
    return [outside], [f"const {scale} = Math.sqrt(({share} * {weights}[i]) / {size});"]
