"""Plan: the form that code for a problem takes, decided in one place, and why.

Laws
----
- evaluators, modules and `Problem.explain_plan` have the same plan
- of the forms that hold, the first is taken: data summary, matrix form, whole arrays in blocks; of the last, few rows
  go in plain floats
- what is told of code is the form that stands in that code: where it is another one, the code says which
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from symgd.codegen.program.exp_near import NEAR_ROWS
from symgd.codegen.program.lower import lower_cost
from symgd.codegen.program.near_exponentials import has_near_exponentials
from symgd.codegen.program.score import FEW, LEAST, LISTED, Score, score_of
from symgd.codegen.summary.penalty_squares import penalty_squares
from symgd.codegen.summary.separation import (
    LIMIT,
    UNROLLED,
    WIDEST,
    Separation,
    separate,
    square_factor,
)
from symgd.problem.problem import Problem
from symgd.writing.words import Message, message

SECOND = frozenset({"H", "r", "Jac"})  # what rules may ask of the cost beside its gradient
FEW_ROWS = 40  # up to so many are worked out one after the other, where no other form holds
Form: TypeAlias = Literal["data summary", "matrix form", "blocked NumPy"]
Written: TypeAlias = (  # the form of code
    Form | Literal["data summary of arrays", "whole arrays", "row by row"]
)


@dataclass(frozen=True, eq=False)
class Plan:
    """The form that code for a problem takes.

    Parameters
    ----------
    problem : Problem
    form : str
        "data summary", "matrix form" or "blocked NumPy".
    separation : Separation or None
        What a data summary is made of.
    score : Score or None
        What a matrix form is made of; a wide data summary has one as well.
    """

    problem: Problem
    form: Form
    separation: Separation | None
    score: Score | None

    @property
    def is_matrix_module(self) -> bool:
        """Whether a module takes its inputs as one matrix."""
        return self.score is not None and len(self.problem.inputs) >= LEAST

    @property
    def listed(self) -> Score | None:
        """What a listing over one matrix of inputs is made of."""
        if len(self.problem.inputs) < LISTED:
            return None
        return self.score or score_of(self.problem, LISTED)

    @property
    def said(self) -> tuple[Message, ...]:
        """The form, and why it is this one and no other, of a module of plain descent."""
        return self.told(self.is_matrix_module)

    def told(
        self,
        matrix: bool,
        form: Written | None = None,
        asked: Collection[str] = (),
        python: bool = True,
    ) -> tuple[Message, ...]:
        """The same of other code, which takes its inputs as one `matrix` or has an argument for each.

        The code may be written in another `form`, and what is `asked` of the cost beside its gradient is some of SECOND.
        What symgd does itself is told beside code in `python` alone.
        """
        if not self.problem.has_examples:
            return _ALONE if form not in _EACH_STEP else _ALONE_ELSEWHERE
        of_arrays = form == "data summary of arrays"
        if form in _EACH_STEP or (form not in (None, self.form) and not of_arrays):
            return (*self._otherwise(form or self.form, matrix), *self._how_bent(asked))
        parts = [_FORMS[self.form], self._why(of_arrays), *([_WITHOUT_QR] if of_arrays else [])]
        if asked and self.separation is not None and not self.separation.linear:
            parts.append(_FROM_ALL_ROWS)
        if self.separation is None or not self.separation.linear:
            parts += self._how_bent(asked)
        if self.separation is not None and self.separation.penalties:
            parts.append(self._why_penalty())
        if self.separation is not None and self.problem.weights is not None:
            parts.append(
                message(
                    "A row is multiplied by the root of its weight, {weights}, once: a step takes no longer than without.",
                    weights=self.problem.weights,
                )
            )
        if self.form != "data summary":
            parts.append(self._why_no_summary())
        if self.form == "blocked NumPy":
            parts.append(
                message(
                    "No sum in the model has {number} parameters that are multiplied by data and stand nowhere else, which X·w would need.",
                    number=LEAST,
                )
            )
            if python and has_near_exponentials(lower_cost(self.problem)):
                parts.append(
                    message(
                        "From {number} rows on, a descent has exponentials from a table and a short series, where NumPy would work them out one by one.",
                        number=NEAR_ROWS,
                    )
                )
        if self.is_matrix_module or matrix:
            parts.append(self._how_passed(matrix))
        linear = self.separation is not None and self.separation.linear
        around = self.score is None or bool(self.score.others)
        if python and square_factor(self.problem) is not None and (linear or not around):
            parts.append(
                message(
                    "symgd's own fit has the same columns, with weights and a ridge penalty too: a weight multiplies a row by its root, and the penalty adds a row for each parameter."
                )
            )
        return tuple(parts)

    def _otherwise(self, form: Written, matrix: bool) -> Iterator[Message]:
        """What is told of code that has not the form which was planned."""
        yield _FORMS[form]
        yield (_OVER_MATRIX if matrix else _EACH_STEP).get(form, _WRITTEN_OUT)
        if self.separation is not None:
            yield message(
                "A NumPy module, and symgd's own descent, have a data summary here: they pass over the data once, and not in each step."
            )
        if self.is_matrix_module or matrix:
            yield self._how_passed(matrix)

    def _how_passed(self, matrix: bool) -> Message:
        number = len(self.problem.inputs)
        if matrix:
            return message("The code takes the {number} inputs as one matrix X.", number=number)
        return message(
            "The code has an argument for each of the {number} inputs: a matrix X is not for every step, and not for every listing.",
            number=number,
        )

    def _how_bent(self, asked: Collection[str]) -> Iterator[Message]:
        """How second derivatives are worked out, where no formula is derived for each of them."""
        score = score_of(self.problem, FEW) if "H" in asked else None
        if score is not None:
            yield message(
                "Second derivatives are AᵀDA: A has the columns that {number} parameters of a sum are multiplied by, D how each row's loss bends. None is derived for a pair of them.",
                number=len(score.weights) + score.has_shift,
            )

    def _why(self, of_arrays: bool) -> Message:
        if self.separation is not None:
            return self._why_summary(self.separation, of_arrays)
        if self.score is not None:
            return message(
                "The model holds a sum of {number} parameters times functions of the data: a step needs X·w and Xᵀ·r over blocks of rows, whatever the loss of this score is.",
                number=len(self.score.weights),
            )
        return _WRITTEN_OUT

    def _why_summary(self, found: Separation, of_arrays: bool) -> Message:
        number = len(found.psi)
        if not found.linear:
            return message(
                "The residual is a sum of {number} functions of the parameters times functions of the data: one pass over the data leaves a triangle, and a step needs no more where that is as exact as the data.",
                number=number,
            )
        if number <= UNROLLED and not of_arrays:
            return message(
                "The residual is linear in {number} functions of the data: one pass over the data leaves a triangle, and each step is worked out from it in scalars.",
                number=number,
            )
        return message(
            "The residual is linear in {number} functions of the data: one pass over the data leaves a triangle, and each step is worked out from that matrix.",
            number=number,
        )

    def _why_penalty(self) -> Message:
        assert self.problem.penalty is not None
        return message(
            "The {penalty} is a sum of squares: each is one more row below that triangle, and a step takes no longer than without.",
            penalty=Message(self.problem.penalty.title),
        )

    def _why_no_summary(self) -> Message:
        problem, score = self.problem, self.score
        if square_factor(problem) is None:
            return message(
                "No data summary: the loss, {loss}, is not the square of the residual.",
                loss=Message(problem.loss.title),
            )
        if problem.loss.reduction == "root mean":
            return message("No data summary: the cost is the root of a mean, and no quadratic.")
        if problem.penalty is not None and penalty_squares(problem) is None:
            return message(
                "No data summary: the {penalty} is no sum of squares, which could be rows below the residuals.",
                penalty=Message(problem.penalty.title),
            )
        if score is not None and len(score.weights) > WIDEST and not score.others:
            return message(
                "No data summary: to factorise more than {number} columns takes longer than the steps.",
                number=WIDEST,
            )
        return message(
            "No data summary: the residual is no sum of at most {number} functions of the parameters times functions of the data.",
            number=LIMIT,
        )


_FORMS: dict[Written, Message] = {
    "data summary": message("Form: data summary"),
    "matrix form": message("Form: matrix form"),
    "blocked NumPy": message("Form: blocked NumPy"),
    "whole arrays": message("Form: whole arrays"),
    "row by row": message("Form: row by row"),
}
_WRITTEN_OUT = message(
    "Cost and gradient are written out: up to {number} rows one after the other in plain floats, where Python has the functions; more over whole arrays, in blocks that stay in the cache.",
    number=FEW_ROWS,
)
_EACH_STEP: dict[Written, Message] = {  # what is worked out of all rows in each step, and how
    "whole arrays": message(
        "Each step works out cost and gradient from all rows, over whole arrays: the formulas stand there as they were derived."
    ),
    "row by row": message(
        "Each step works out cost and gradient from all rows, in one loop over them: the formulas stand there as they were derived."
    ),
}
_OVER_MATRIX: dict[Written, Message] = {  # the same where the inputs are one matrix
    "whole arrays": message(
        "Each step works out cost and gradient from all rows: the inputs' sum is X·w for all of them at once, and the slopes are Xᵀ·r."
    ),
    "row by row": message(
        "Each step works out cost and gradient from all rows, in one loop over them: the inputs' sum is w·x of a row of X, and its slopes are r·x."
    ),
}
_WITHOUT_QR = message(
    "Where the library has no QR factorisation for arrays of this dtype or on this device, each step is worked out from all rows."
)
_FROM_ALL_ROWS = message(
    "What this rule asks for beside the gradient is worked out from all rows in each step."
)
_ALONE = (
    message("Form: plain floats"),
    message(
        "There is no data: value and gradient are written out in Python's floats, or in NumPy's where the function has cases."
    ),
)
_ALONE_ELSEWHERE = (
    message("Form: plain formulas"),
    message("There is no data: value and gradient are written out as they were derived."),
)


@lru_cache(maxsize=32)
def plan_of(problem: Problem) -> Plan:
    """The form that code for a problem takes; GenerationError where a function has no code.

    Examples
    --------
    >>> plan_of(Problem("m*x + b")).form, plan_of(Problem("exp(-b*x)")).form
    ('data summary', 'blocked NumPy')
    """
    separation, score = separate(problem), score_of(problem)
    form: Form = "blocked NumPy" if score is None else "matrix form"
    return Plan(problem, form if separation is None else "data summary", separation, score)
