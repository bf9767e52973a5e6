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
def _evaluator(*columns: FloatArray) -> Evaluate:
    \"\"\"Cost and gradient by the parameters; not finite where they are too large or not defined.

    Blocks of rows stay in the cache. Few rows are added one after the other, as a loop does.
    \"\"\"
    rows, count = len(columns[0]), float(len(columns[0]))
    total, dot = (_in_order, _in_order_dot) if rows <= {in_order} else (np.add.reduce, np.dot)
{fixed}    size, blocks = min(rows, {block}), []
    kept = [np.empty(size) for _ in range({kept})]
    for start in range(0, rows, size):
        block = [part[start : start + size] if np.ndim(part) else part for part in {data}]
        blocks.append((block, [part[: len(block[0])] for part in kept]))

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        values = [np.float64(value) for value in point]
        cells = [np.asarray(value) for value in values]
        with np.errstate(all="ignore"):
            parts = [_sums(total, dot, cells, count, block, room) for block, room in blocks]
            sums = parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
            value, *slopes = _results(values, count, {sums})
        return float(value), tuple(map(float, slopes))

{few}

def _in_order(terms: FloatArray) -> Any:
    return np.add.accumulate(terms)[-1]


def _in_order_dot(one: FloatArray, other: FloatArray) -> Any:
    return _in_order(one * other)
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
RESULTS = '''\
def _results(point: Values, {count}: float, sums: Values) -> Values:
    """Cost and gradient from the sums over all rows."""
    {point} = point
    {sums} = sums
{body}


'''
_OWN = "|".join(sorted({*CALLS, *OPERATIONS}))


def blocks_source(problem: Problem, program: Program) -> str:
    """The functions that a program's text in memory consists of, and one that calls them."""
    compiled = Compiled(problem, program, with_nodes=False)
    (_, before), (given, sums), (last, results) = map(_taken, compiled.text.split("\n\n"))
    width = len(problem.parameters)
    point, count, rest = given[:width], given[width], given[width + 1 :]
    columns = rest[: len(rest) - compiled.kept]
    kept = rest[len(columns) :]
    numbers = last[width + 1 :]
    data = columns[: len(problem.columns)]
    hoisted = len(columns) > len(data)
    alone = sum(name in columns for name in numbers)
    text = FIXED.format(count=count, columns=_left(data), body=before) * hoisted
    text += SUMS.format(
        count=count,
        point=_left(point),
        columns=_left(columns),
        kept=f"    {_left(kept)} = kept\n" if kept else "",
        body=sums,
    )
    text += RESULTS.format(count=count, point=_left(point), sums=_left(numbers), body=results)
    fixed = (
        '    with np.errstate(all="ignore"):\n        fixed = _fixed(total, dot, count, columns)\n'
    )
    fixed += "    known = [part for part in fixed if np.ndim(part) == 0]\n" * bool(alone)
    every = "(*columns, *fixed)" if hoisted else "columns"
    few = ""
    if compiled.by_rows is not None:
        text += ROWS.format(count=count, body=compiled.by_rows.body)
        of_data = "[*map(float, known)]" if alone else "()"
        places, width = compiled.by_rows.places, len(data)
        read = [f"columns[{n}]" if n < width else f"fixed[{n - width}]" for n in places]
        whole = len(read) == width and places[-1] < width
        chosen = "columns" if whole else written_tuple(read)
        few = FEW.format(few=FEW_ROWS, known=of_data, chosen=chosen)
    return text + BLOCKS.format(
        in_order=IN_ORDER,
        block=BLOCK,
        fixed=fixed * hoisted,
        kept=compiled.kept,
        data=every,
        sums="(*known, *sums)" if alone else "[*sums]",
        few=few or "    return evaluate\n",
    )


def _taken(function: str) -> tuple[list[str], str]:
    """The arguments of a function's text, and its body, in NumPy's own names."""
    head, _, body = function.partition("\n")
    arguments = head[head.index("(") + 1 : -2].split(", ")
    return arguments, re.sub(rf"\b_({_OWN})\(", r"np.\1(", body)


def _left(names: Sequence[str]) -> str:
    """The left-hand side of what takes a sequence apart."""
    return unpacked(names, 4) if names else "[]"
