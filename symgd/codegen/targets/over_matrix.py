"""OverMatrix: a problem with many inputs as functions of one score, and where its parameters and columns stand; for each target to write.

Laws
----
- each function is lowered once, from the problem around the score: its length does not hang on how many inputs there are
- parameters are worked out in the form's own order: the weights, then those around the score
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import pairwise

from symgd import terms as nt
from symgd.codegen.expressions.context import Context, Manner
from symgd.codegen.program.lower import (
    lower_examples,
    lower_penalty,
    lower_predictions,
    lower_residuals,
)
from symgd.codegen.program.program import Program
from symgd.codegen.program.score import LEAST, Score, score_of
from symgd.codegen.rules.rule_code import RuleCode
from symgd.problem.problem import Problem
from symgd.terms.function import Target

PASSED = ("X", "y", "w")  # inputs, target, and what rows weigh


def score_in_matrices(problem: Problem) -> Score | None:
    """The score of a problem whose inputs code takes as one matrix; None where it has an argument for each.

    Examples
    --------
    >>> wide = Problem(" + ".join(f"w{n}*x{n}" for n in range(20)))
    >>> score_in_matrices(wide) is None, score_in_matrices(Problem("m*x + b")) is None
    (False, True)
    """
    return score_of(problem) if len(problem.inputs) >= LEAST else None


class OverMatrix:
    """What a module over one matrix has of the formula.

    Parameters
    ----------
    score : Score
    target : str
        Whose functions are called.
    manner : Manner
        How names are given.
    """

    def __init__(self, score: Score, target: Target, manner: Manner) -> None:
        self.score, self.target, self.manner = score, target, manner
        self.problem, self.small = score.problem, score.small

    # -- what is passed -------------------------------------------------------------------------

    @property
    def passed(self) -> tuple[str, ...]:
        """What functions are passed: X, y, and w where rows have weights of their own."""
        own = (*self.problem.inputs, *self.problem.targets)
        return PASSED[:2] if self.problem.weights in (None, *own) else PASSED

    def column(self, name: str) -> tuple[str, int | None]:
        """Which of them holds a column, and where in X."""
        if name == self.problem.target:
            return "y", None
        if name not in self.problem.inputs:
            return "w", None
        return "X", self.problem.inputs.index(name)

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns that formulas read beside the score, the inputs first."""
        return self.small.columns[1:]

    @property
    def chosen(self) -> list[int] | None:
        """Which columns of X the weights are multiplied by; None where these are functions of them."""
        places = {name: place for place, name in enumerate(self.problem.inputs)}
        names = [part.name if isinstance(part, nt.Symbol) else "" for part in self.score.features]
        return [places[name] for name in names] if all(name in places for name in names) else None

    # -- where parameters are -------------------------------------------------------------------

    @cached_property
    def order(self) -> list[int]:
        """Where the parameters of the form's own order are in the problem's."""
        around = self.small.parameters if self.score.has_shift else self.score.others
        places = {name: place for place, name in enumerate(self.problem.parameters)}
        return [places[name] for name in (*self.score.weights, *around)]

    @property
    def width(self) -> int:
        """How many weights there are."""
        return len(self.score.weights)

    @property
    def weights(self) -> list[int]:
        """Where they are among the parameters."""
        return self.order[: self.width]

    @property
    def others(self) -> list[int]:
        """Where the parameters around the score are, without the shift."""
        return self.order[self.width + self.score.has_shift :]

    @property
    def shift(self) -> int | None:
        """Where the shift is; None where there is none."""
        return self.order[self.width] if self.score.has_shift else None

    @property
    def penalised(self) -> list[int]:
        """Where the parameters are that a penalty is on."""
        return [self.problem.parameters.index(name) for name in self.problem.penalized]

    # -- the functions --------------------------------------------------------------------------

    def examples(self, twice: bool = False) -> Context:
        """The function of each example's loss and its slopes, with `twice` of its second derivatives."""
        small = self.small
        return self._context(lower_examples(small, small.inputs[0], twice, self.target))

    def differences(self) -> Context:
        """The function of each example's prediction less its target, and the prediction's slopes."""
        return self._context(lower_residuals(self.small, self.target))

    def predicted(self) -> Context:
        """The function of what the model says of each example."""
        return self._context(lower_predictions(self.small, self.target))

    def penalty(self, twice: bool = False) -> list[tuple[nt.Term, ...]]:
        """The parts of the penalty of one weight, as `lower_penalty` has them."""
        return lower_penalty(self.problem, twice, self.target)

    def _context(self, program: Program) -> Context:
        return Context(self.small, program, self.manner)

    def reduced(self, size: str, root: str) -> tuple[str, str]:
        """The cost of the `total` of all losses, and its slope by that."""
        match self.problem.loss.reduction:
            case "sum":
                return "total", "1.0"
            case "half mean":
                return f"total / (2 * {size})", f"0.5 / {size}"
            case "root mean":
                return f"{root}(total / {size})", f"0.5 / {size} / {root}(total / {size})"
        return f"total / {size}", f"1.0 / {size}"


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places as runs of such that follow one another, each with its end.

    Examples
    --------
    >>> runs([20, 0, 1, 2]), runs([])
    ([(20, 21), (0, 3)], [])
    """
    cuts = [k for k, (a, b) in enumerate(pairwise(places), 1) if b != a + 1]
    pairs = zip([0, *cuts], [*cuts, len(places)], strict=True)
    return [(places[a], places[b - 1] + 1) for a, b in pairs] if places else []


def back(order: Sequence[int]) -> list[int]:
    """Where each place is in an order of all of them.

    Examples
    --------
    >>> back([2, 0, 1])
    [1, 2, 0]
    """
    return sorted(range(len(order)), key=order.__getitem__)


def asks(code: RuleCode | None, names: Collection[str]) -> bool:
    """Whether a rule reads one of these of the cost."""
    return code is not None and bool(code.rule.used & {*names})
