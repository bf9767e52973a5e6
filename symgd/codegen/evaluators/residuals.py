"""The residuals of a cost that is a sum of squares, and their derivatives by the parameters: in memory, and the same text in modules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from symgd.codegen.expressions.context import (
    RESERVED,
    Context,
    Manner,
    Statements,
    unpacked,
    written_tuple,
)
from symgd.codegen.program.lower import lower_residuals
from symgd.codegen.summary.penalty_squares import penalty_rows, square_term
from symgd.codegen.summary.separation import share_of_squares, share_text
from symgd.data.arrays import FloatArray
from symgd.errors import GenerationError, either
from symgd.problem.problem import Problem

# From a point and the columns: r, of which the cost is the sum of squares, and its Jacobian, of shapes (n,) and (n, p).
Residuals: TypeAlias = Callable[
    [Sequence[float], Sequence[FloatArray]], tuple[FloatArray, FloatArray]
]
RESIDUALS = '''\
def _residuals(
    point: Sequence[float], columns: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """What the cost is the sum of squares of, an entry for each row, and its derivatives."""
    <<unpack>> = (np.float64(value) for value in point)
    <<columns>> = columns
    <<count>> = len(<<last>>)
    with np.errstate(all="ignore"):
<<statements>>
    slopes = [np.broadcast_to(slope, <<count>>) for slope in <<slopes>>]
<<answer>>
'''
ANSWER = "    return {scale} * {residual}, {scale}{by_rows} * np.column_stack(slopes)"
BELOW = """\
    below = math.sqrt({square}) * np.eye({count}){chosen}  # the penalty's rows
    reached = np.append({scale} * {residual}, below @ {point})
    return reached, np.vstack([{scale}{by_rows} * np.column_stack(slopes), below])"""
OWN = RESERVED | {"slopes", "slope", "value", "point", "columns", "below", "reached"}
MANNER = Manner(reserved=OWN, total="np.sum")


def residuals_source(problem: Problem, manner: Manner = MANNER, template: str = RESIDUALS) -> str:
    """The function as text; GenerationError where the cost is no sum of squares.

    Examples
    --------
    >>> residuals_source(Problem("a*exp(-k*x)")).splitlines()[-3].strip()
    'slope_2 = -a * x * exponential'
    """
    program = lower_residuals(problem)
    context = Context(problem, program, manner)
    lines = Statements(context)
    for part in (*program.hoisted, *program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    scale, in_name = row_scale(context, "np") or scale_of_squares(problem, context.count), "scale"
    first, known = "", ("scale", "theta")
    if "<<scale>>" not in template:
        in_name = scale
        if problem.weights is not None:
            in_name = context.names.give("residuals", "roots", own=True)
            first = f"    {in_name} = {scale}\n"
        known = (in_name, "np.array(point)")
    wanted = ["difference", *(f"slope_{k}" for k, _ in enumerate(problem.parameters, 1))]
    named = []
    for name, term in zip(wanted, program.results, strict=True):
        named.append(lines.writer.text(term))
        if not named[-1].isidentifier():
            named[-1] = context.names.give("residuals", name)
            lines.assign(named[-1], term)
    return context.filled(
        template,
        names=", ".join(context.columns),
        columns=unpacked(context.columns, 4),
        last=context.columns[-1],
        statements="\n".join(lines.lines),
        count=context.count,
        slopes=written_tuple(named[1:]),
        scale=scale,
        answer=first + _answer(problem, lines, named[0], *known),
    )


def _answer(problem: Problem, lines: Statements, residual: str, scale: str, point: str) -> str:
    """What the function answers; a penalty's rows lie below the others."""
    rows, context = penalty_rows(problem), lines.context
    by_rows = "" if problem.weights is None else "[:, None]"
    if rows is None:
        return ANSWER.format(scale=scale, residual=residual, by_rows=by_rows)
    term = square_term(problem) if context.settings else None
    return BELOW.format(
        scale=scale,
        by_rows=by_rows,
        residual=residual,
        square=repr(rows.square) if term is None else lines.writer.text(term),
        count=rows.count,
        chosen="" if rows.whole else f"[{[*rows.places]}]",
        point=point,
    )


def row_scale(context: Context, library: str) -> str:
    """What the residuals of rows with weights are multiplied by, each by its own; empty where rows have none."""
    problem = context.problem
    if problem.weights is None:
        return ""
    weights, share = context.names["column", problem.weights], share_text(problem)
    above = weights if share == "1" else f"{share} * {weights}"
    below = "" if problem.loss.reduction == "sum" else f" / {library}.sum({weights})"
    return f"{library}.sqrt({above}{below})"


def compiled_residuals(problem: Problem) -> Residuals:
    """The function."""
    known: dict[str, Any] = {"np": np, "math": math, "Sequence": Sequence, "FloatArray": FloatArray}
    exec(compile(residuals_source(problem), "<generated by symgd>", "exec"), known)  # our own names
    made: Residuals = known["_residuals"]
    return made


def scale_of_squares(problem: Problem, count: str) -> str:
    """What a residual is multiplied by, so that the cost is the sum of squares; `count` says how many there are."""
    share = share_text(problem)
    below = "" if problem.loss.reduction == "sum" else f" / {count}"
    return f"math.sqrt({share}{below})"


def expect_squares(problem: Problem, name: str) -> None:
    """GenerationError where a rule reads residuals, and the cost is no sum of their squares."""
    if share_of_squares(problem) is None:
        cause = f"{name} needs a cost that is a sum of squares, and this one is none"
        loss = "the loss mse, sse or half_mse, without a penalty or with ridge, or "
        remedy = f"take {loss * problem.has_examples}another optimizer, such as"
        other = either('optimizer="lbfgs"', "--optimizer lbfgs")
        raise GenerationError(cause, f"{remedy} {other}")
