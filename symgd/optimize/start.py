"""The start of a descent: its cost and gradient have to be finite, and where they are not, what is to blame is named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.codegen.expressions.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.errors import DescentError, at_row, either, parameter
from symgd.problem.problem import Problem
from symgd.terms import Term
from symgd.writing.formulas.text import text

LOGITS = parameter("loss", '"bce_logits"')
LEAST = 1e-150  # a gradient that is shorter may be that of a cost which is no float


def first_cost(
    problem: Problem, evaluate: Evaluate, columns: Columns, start: Sequence[float]
) -> float:
    """The cost at the start, or a DescentError that names the start, and the part that has no value there."""
    with np.errstate(all="ignore"):
        cost, gradient = evaluate(start)
    length = math.hypot(*gradient)
    if cost == 0 < length < LEAST:  # its square is below all floats, and it is not at rest
        raise _no_value(problem, columns, start, "the cost is too small for a float", None)
    if math.isfinite(cost) and math.isfinite(length):
        return cost
    slopes = zip(problem.parameters, gradient, strict=True)
    lost = ((v, f"the gradient by {n}", n) for n, v in slopes if not math.isfinite(v))
    value, what, name = (cost, "the cost", None)
    if math.isfinite(cost):
        value, what, name = next(lost, (math.inf, "the length of the gradient", None))
    fault = "not defined" if math.isnan(value) else "infinite, or too large for a float"
    raise _no_value(problem, columns, start, f"{what} is {fault}", name)


def _no_value(
    problem: Problem, columns: Columns, start: Sequence[float], fault: str, name: str | None
) -> DescentError:
    """The error: where, what is at fault, and another start for the parameter that it hangs on."""
    where = ", ".join(f"{n} = {v:.6g}" for n, v in zip(problem.parameters, start, strict=True))
    part, row = next(_without_value(problem, columns, start), (None, ""))
    blamed = "" if part is None else f": {text(part)} has no finite value{row}"
    used = part.names if part is not None else {name}
    moved = next((n for n in reversed(problem.parameters) if n in used), problem.parameters[0])
    other = either(f'start={{"{moved}": 0.5}}', f"--start {moved}=0.5")
    rescaled = ", or rescale the columns" if problem.has_examples else ""
    remedy = f"give another start, such as {other}{rescaled}"
    outside = None if part is not None else _outside(problem, columns, start)
    if outside is not None:
        blamed, remedy = outside
    return DescentError(f"at the start, {where}, {fault}{blamed}", remedy)


def _outside(problem: Problem, columns: Columns, start: Sequence[float]) -> tuple[str, str] | None:
    """The first prediction that is none of those that the loss reads, and what gives it others."""
    likelihood = problem.loss.likelihood
    if likelihood is None or not likelihood.link:
        return None
    names, given = (*problem.parameters, *columns.names), (*map(np.float64, start), *columns.values)
    found = _values(problem.predictions[0], names, given) * np.ones(len(columns))
    bad, way = found <= 0, "stays above 0, as exp(...) does"
    if likelihood.link == "logit":
        bad |= found >= 1
        way = "stays between 0 and 1, as sigmoid(...) does"
    if not bad.any():
        return None
    row = int(np.argmax(bad))
    blamed = f": the {problem.loss.title} reads {likelihood.reads}, and {at_row(row)} has {found[row]:.6g}"
    logits = f", pass {LOGITS}" if likelihood.link == "logit" else ""
    return blamed, f"write a model that {way}{logits}, or give another start"


def _without_value(
    problem: Problem, columns: Columns, start: Sequence[float]
) -> Iterator[tuple[Term, str]]:
    """The innermost parts of the model that have no finite value at the start, and the first row where."""
    names = (*problem.parameters, *columns.names)
    given = (*map(np.float64, start), *columns.values)
    every = np.ones(len(columns) if problem.has_examples else 1, dtype=bool)
    for part in (p for prediction in problem.predictions for p in _inside_out(prediction)):
        finite = np.isfinite(_values(part, names, given)) & every
        if not finite.all():
            varies = part.names & {*columns.names}
            row = f" in {at_row(int(np.argmin(finite)))}" if varies else ""
            yield part, row


def _inside_out(term: Term) -> Iterator[Term]:
    """The parts of a Term, those inside a part before it."""
    for child in (*term.children, *term.hidden):
        yield from _inside_out(child)
    if term.children:
        yield term


def _values(part: Term, names: Sequence[str], given: Sequence[object]) -> FloatArray:
    """The values of a part, row by row; nan where SymPy or NumPy has none."""
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(on_arrays([part.value], names)(*given)[0])
            return np.asarray(np.where(found.imag == 0, found.real, math.nan), dtype=float)
    except (ArithmeticError, AttributeError, KeyError, NameError, TypeError, ValueError):
        return np.array(math.nan)
