"""The rows of data that a film tells of one by one, and what each adds to the cost.

Laws
----
- the numbers are the problem's own: its prediction, its residual with its sign, its loss
- what all rows make of them is the run's cost
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symgd.animations.formulas.numerals import numeral
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.known_least import known_least
from symgd.codegen.expressions.compiled import on_arrays
from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.optimize.prediction import predictor
from symgd.terms import BigSum, Sum, Symbol, Term
from symgd.terms import number as whole

MOST = 3  # rows that are told of
NEAR = 10  # a part of all rows so small is near a place, on each side of it
SKIPPED = "…"
ROUNDING = 1e-12  # of the largest target
WIDER = 2.5  # times what data, start and best try fill: a worse try has so much room at most
# How far a worse try goes, in ways from the best one to the start.
AWAY = (0.3, 0.45, 0.2, 0.6, 1.25, 0.15)
DEARER = 0.25  # how much more it costs than the start, in what that costs more than the best
WATCHED = 30  # places on the way to it, and on the way from it to the best one


@dataclass(frozen=True)
class FollowedRow:
    """One row: what it says, what is predicted, their difference, the loss, and what it adds to the sum."""

    actual: float
    predicted: float
    residual: float
    loss: float
    adds: float  # the loss, times the row's weight where it has one


class FollowedRows:
    """A few rows of the data, spread over the first input, or over what is actual where there are more or none.

    Among many rows each is a typical one of those about its place: its loss with the best parameters is nearest
    to the mean, so that its square is seen there.
    """

    def __init__(self, story: DescentStory, most: int = MOST) -> None:
        self.story, self.problem, data = story, story.problem, story.run.data
        problem = self.problem
        self.inputs = [data[name] for name in problem.inputs]
        self.actual = data[problem.target]
        self.across = len(self.inputs) != 1
        along = self.actual if self.across else self.inputs[0]
        order = np.argsort(along, kind="stable")
        self.predict = predictor(problem)
        cost = problem.written_cost
        letters = problem.letters
        self._settings = [problem.settings[name] for name in letters]
        names = ("prediction", "target", *letters.values())
        self._loss = on_arrays([cost.formula.value], names)
        self.of_residual = cost.compares_numbers
        places = spread(len(order), most).tolist()
        self.order = [*map(self._typical(order), places)]  # their places in that order
        self.rows: IntArray = order[self.order]

    def _typical(self, order: IntArray) -> Callable[[int], int]:
        """From a place among the rows to one near it whose loss with the best parameters is about the mean."""
        near = len(order) // NEAR
        with np.errstate(all="ignore"):
            losses = self.loss(self.predicted(best_values(self.story)), self.actual)[order]
            apart = np.abs(losses - np.mean(losses))

        def found(place: int) -> int:
            about = np.arange(max(0, place - near), min(len(order), place + near + 1))
            if not near or not np.isfinite(apart).all():
                return place
            return int(about[np.argmin(apart[about])])

        return found

    @property
    def left_out(self) -> bool:
        """Whether there are more rows than those that are told of."""
        return len(self.rows) < len(self.actual)

    @cached_property
    def is_square(self) -> bool:
        """Whether the loss is the square of the residual."""
        formula = self.problem.written_cost.formula.value
        prediction, target = sympy.Symbol("prediction"), sympy.Symbol("target")
        if formula.atoms(sympy.Piecewise, sympy.Abs):
            return False
        return bool(sympy.expand(formula - (prediction - target) ** 2) == 0)

    def predicted(self, values: FloatArray) -> FloatArray:
        """What the model says of all rows."""
        return self.predict(values, self.inputs) + np.zeros(len(self.actual))

    def loss(self, prediction: FloatArray, target: FloatArray) -> FloatArray:
        """The loss of predictions, without weights."""
        with np.errstate(all="ignore"):
            made = self._loss(prediction, target, *self._settings)[0]
        return np.asarray(made, dtype=np.float64) + np.zeros_like(prediction)

    @cached_property
    def weights(self) -> FloatArray:
        """How much each row counts."""
        name = self.problem.weights
        return np.ones(len(self.actual)) if name is None else self.story.run.data[name]

    def residuals(self, values: FloatArray) -> FloatArray:
        """What is predicted less what is actual, or the other way round, as the problem has it."""
        return self._difference(self.predicted(values))

    def _difference(self, predicted: FloatArray) -> FloatArray:
        made = predicted - self.actual
        return made if self.problem.notation.residual_sign == "prediction - target" else -made

    def at(self, values: FloatArray) -> list[FollowedRow]:
        """The rows' numbers with certain parameters."""
        predicted = self.predicted(values)
        if self.of_residual:  # what rounding leaves of a residual is none
            near = np.abs(predicted - self.actual) <= ROUNDING * np.abs(self.actual).max()
            predicted = np.where(near, self.actual, predicted)
        losses = self.loss(predicted, self.actual)
        residuals = self._difference(predicted)
        columns = self.actual, predicted, residuals, losses, losses * self.weights
        return [FollowedRow(*(float(column[row]) for column in columns)) for row in self.rows]

    def in_numbers(self, values: FloatArray) -> Term:
        """The cost with the told rows' losses for its sum, then dots for the others, and numbers for all letters."""
        problem = self.problem
        losses: list[Term] = [numeral(told.adds) for told in self.at(values)]
        if self.left_out:
            losses.append(Symbol(SKIPPED))
        term = problem.cost_term
        total = next(part for part in term.parts() if part == self._sum)
        made = term.substitute({total: Sum(tuple(losses)) if len(losses) > 1 else losses[0]})
        known = dict(zip(problem.parameters, map(float, values), strict=True))
        known |= {letter: problem.settings[name] for name, letter in problem.letters.items()}
        numbers: dict[Term, Term] = {Symbol(name): numeral(value) for name, value in known.items()}
        numbers[Symbol(problem.notation.count)] = whole(len(self.actual))
        if problem.weights is not None:
            numbers[problem.written_cost.size] = numeral(float(np.sum(self.weights)))
        return made.substitute(numbers)

    def cost(self, values: FloatArray) -> float:
        """The cost with certain parameters; what rounding leaves of it is 0."""
        made = float(self.story.cost_of(np.asarray(values).tolist()))
        return 0.0 if abs(made) <= ROUNDING**2 * abs(float(self.story.cost[0])) else made

    @property
    def has_worse(self) -> bool:
        """Whether there is a worse try than the start, to which the cost rises all the way."""
        return not np.array_equal(self.worse, self.story.parameters[0])

    @cached_property
    def worse(self) -> FloatArray:
        """Parameters away from the best ones: the cost rises from the start to them, and falls from them to the best.

        One parameter is changed, or else all are; where the cost rises nowhere so, they are the start's.
        """
        start, best = np.array(self.story.parameters[0], dtype=np.float64), best_values(self.story)
        alone = sorted(np.eye(len(start)), key=lambda own: -self._dearer(start, best, own))
        ways = [own * (start - best) for own in (*alone, np.ones(len(start)))]
        tried = (start + part * way for part in AWAY for way in ways)
        return next((each for each in tried if self._is_worse(start, each, best)), start)

    def _dearer(self, start: FloatArray, best: FloatArray, own: FloatArray) -> float:
        """How much more it costs to change one parameter alone away from the best."""
        cost = self.cost(start + own * (start - best))
        return cost if np.isfinite(cost) else -np.inf

    def _is_worse(self, start: FloatArray, there: FloatArray, best: FloatArray) -> bool:
        """Whether the cost rises to a try, by what is seen, and falls from there to the best."""
        parts = np.linspace(0, 1, WATCHED)[:, None]
        rise = [self.cost(each) for each in start + parts * (there - start)]
        fall = [self.cost(each) for each in there + parts * (best - there)]
        if not np.isfinite([*rise, *fall]).all():
            return False
        more = rise[-1] - rise[0] >= DEARER * (rise[0] - fall[-1]) > 0
        one_way = (np.diff(rise) > 0).all() and (np.diff(fall) < 0).all()
        told = numeral(rise[-1]) != numeral(rise[0])
        return bool(more and one_way and told and self._is_seen(there))

    def _is_seen(self, values: FloatArray) -> bool:
        """Whether what the model says there lies not so far off that the data would become a thin band."""
        first, best = np.asarray(self.story.parameters[0]), best_values(self.story)
        near = np.concatenate((self.actual, self.predicted(first), self.predicted(best)))
        return bool(np.ptp(np.append(near, self.predicted(values))) <= WIDER * np.ptp(near))

    @property
    def _sum(self) -> BigSum:
        """The sum over all rows in the cost."""
        cost = self.problem.written_cost
        return BigSum(
            cost.weighted_loss, self.problem.notation.index, Symbol(self.problem.notation.count)
        )


def best_values(story: DescentStory) -> FloatArray:
    """The parameters of the least cost that is known."""
    return known_least(story).values
