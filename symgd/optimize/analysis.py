"""Analysis: what descent will meet on some data, before a step is made.

Laws
----
- of a quadratic cost, in the directions of its curvatures λ, a step multiplies each distance by 1 − αλ: so many steps are
  foretold as `Problem.descend` makes
- half the largest stable rate, 1/λ_max, never zigzags; 2/(λ_min + λ_max) is the best in the worst case
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symgd.codegen.evaluators.evaluator import Evaluate, compile_array
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.codegen.program.program import expect_numbers
from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.errors import DescentError, either, parameter
from symgd.optimize.asked import finite_number
from symgd.optimize.constant_curvature import quadratic_of
from symgd.optimize.curvature import Landscape, Quadratic, landscape, local_curvature
from symgd.optimize.foretold import least_steps
from symgd.problem.problem import Problem
from symgd.problem.tables import problem_columns
from symgd.registry.options import expect_known, names_options
from symgd.registry.record import json_text
from symgd.registry.registry import FrozenMap
from symgd.registry.table import as_html, as_text
from symgd.writing.documents.plain import unaccented
from symgd.writing.words import Language, Message, Words, message, words_in

ROUND = 1.5  # a bowl whose curvatures differ by no more is round: nothing is to be gained
NEAR = 1e-9  # beside a start, in parts of its size
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """The curvature of a cost, and what follows for a walk.

    Parameters
    ----------
    problem : Problem
    data : Columns
    start : mapping of str to float
    tolerance : float
        A walk is at its end where the next step is no longer.
    landscape : Landscape
        Exact minimum and curvature; of a cost that is no quadratic the curvature at the start.
    quadratic : Quadratic, optional
        The cost, where it is a quadratic in the parameters.
    standardised : Analysis, optional
        The same where every input is standardised: its mean taken away, and divided by its standard deviation.
    """

    problem: Problem
    data: Columns
    start: Mapping[str, float]
    tolerance: float
    landscape: Landscape
    quadratic: Quadratic | None
    standardised: Analysis | None

    @property
    def curvature(self) -> tuple[float, ...]:
        """The Hessian's eigenvalues in ascending order."""
        return self.landscape.curvature or ()

    @property
    def condition_number(self) -> float | None:
        """λ_max/λ_min; None where the cost bends down."""
        return self.landscape.condition_number

    @property
    def largest_stable_rate(self) -> float | None:
        """2/λ_max."""
        return self.landscape.largest_stable_rate

    @property
    def best_rate(self) -> float | None:
        """2/(λ_min + λ_max)."""
        return self.landscape.best_rate

    @property
    def standardised_condition_number(self) -> float | None:
        """λ_max/λ_min with standardised inputs."""
        return None if self.standardised is None else self.standardised.condition_number

    def steps_at(self, learning_rate: float, *, gap: float | None = None) -> int | None:
        """How many steps a walk from the start makes at a rate until it has arrived; None where it never does.

        A step is then no longer than the tolerance, and the cost can fall by no more than a millionth of itself, or of what
        the parameters do to it.

        Parameters
        ----------
        learning_rate : float
        gap : float, optional
            Until the cost is no further than this above its minimum, instead.

        Raises
        ------
        DescentError
            Where the cost is no quadratic: then nothing is foretold.
        """
        if self.quadratic is None:
            cause = (
                "the cost is no quadratic in its parameters, and steps are foretold for these alone"
            )
            raise DescentError(cause, "try it: problem.descend(...)")
        learning_rate = finite_number(learning_rate, parameter("learning_rate"))
        distances, curvature = self._directions()
        factors = 1 - learning_rate * curvature
        moving = (distances != 0) & (curvature > 0)
        distances, curvature, factors = (part[moving] for part in (distances, curvature, factors))

        def is_there(steps: int) -> bool:
            with np.errstate(all="ignore"):
                left = distances * np.abs(factors) ** steps
            above = float(curvature @ left**2) / 2
            if gap is not None:
                return above <= gap
            short = float(np.linalg.norm(learning_rate * curvature * left)) <= self.tolerance
            return short and above <= self._rest

        if not is_there(0) and not (np.abs(factors) < 1).all():
            return None
        return least_steps(is_there)

    @cached_property
    def _rest(self) -> float:
        """How far above its minimum the cost may be for a walk to have arrived: a small part of it, or rounding."""
        assert self.quadratic is not None
        assert self.landscape.exact is not None
        least = self.landscape.exact
        sizes = np.array([least.parameters[name] for name in self.problem.parameters])
        effects = (self.quadratic.matrix**2).sum(0) @ sizes**2
        return max(CLOSE * abs(least.cost), CLOSE**2 * float(effects))

    def _directions(self) -> tuple[FloatArray, FloatArray]:
        """The start's distances from the minimum along the directions of curvature, and the curvatures."""
        assert self.quadratic is not None
        assert self.landscape.exact is not None
        least = self.landscape.exact.parameters
        away = np.array([self.start[name] - least[name] for name in self.problem.parameters])
        _, sizes, directions = np.linalg.svd(self.quadratic.matrix)
        curvature = np.zeros(len(away))
        curvature[: len(sizes)] = 2 * sizes**2
        curvature[self.quadratic.rank :] = 0
        return directions @ away, curvature

    def rates(self) -> list[tuple[Message, float, int | None]]:
        """Rates that say something, each with its name and the steps that it takes; None where it never ends, or is not known."""
        largest, best = self.largest_stable_rate, self.best_rate
        named = [
            (message("best constant rate"), best),
            (message("half the largest stable rate, 1/λ_max"), largest and largest / 2),
            (message("a tenth of that"), largest and largest / 20),
        ]
        return [
            (name, rate, None if self.quadratic is None else self.steps_at(rate))
            for name, rate in named
            if rate is not None
        ]

    def said(self) -> Iterator[Message]:
        """What there is to say beside the tables."""
        yield from self.data.remarks
        where = tuple(f"{name} = {value:.6g}" for name, value in self.start.items())
        flat = sum(value == 0 for value in self.curvature)
        if self.quadratic is None:
            yield from self._said_of_a_place(where, flat)
            return
        yield message(
            "steps from {where} until a step is no longer than {tolerance} and the cost falls no further",
            where=where,
            tolerance=f"{self.tolerance:.3g}",
        )
        steep = self.condition_number is None or self.condition_number > ROUND
        if self.standardised is not None and self.problem.penalty is None and steep:
            yield self._gain(self.standardised)
        if flat:
            yield message(
                "in {number} direction the cost is flat: the minimum is not unique",
                "in {number} directions the cost is flat: the minimum is not unique",
                number=flat,
            )

    def _said_of_a_place(self, where: tuple[str, ...], flat: int) -> Iterator[Message]:
        """Of a cost that bends in one way here and in another there."""
        yield message(
            "the curvature and the rates are those of {where}, and others elsewhere: no steps are foretold",
            where=where,
        )
        if flat == len(self.curvature):
            yield message("there the cost bends in no direction, and its curvature says no rate")
        elif flat:
            yield message(
                "there the cost bends in all but {number} direction",
                "there the cost bends in all but {number} directions",
                number=flat,
            )
        if self.curvature[0] < 0:
            yield message("the cost bends down in a direction: there is no bowl, and no best rate")

    def _gain(self, other: Analysis) -> Message:
        """What standardised inputs would be worth."""
        now, then = self.condition_number, other.condition_number
        if now is None or then is None or other.best_rate is None or self.best_rate is None:
            return message("standardised inputs leave the curvature beyond the range of floats")
        numbers = {"now": f"{now:.6g}", "then": f"{then:.6g}"}
        if then > now / 2:
            return message(
                "standardising the inputs gains little: the condition number would be {then} instead of {now}",
                **numbers,
            )
        steps, before = other.steps_at(other.best_rate), self.steps_at(self.best_rate)
        if steps is None or before is None:
            return message(
                "with standardised inputs, the condition number would be {then} instead of {now}",
                **numbers,
            )
        return message(
            "with standardised inputs, the condition number would be {then} instead of {now}, and the best rate, {rate}, would take {number} step instead of {steps}",
            "with standardised inputs, the condition number would be {then} instead of {now}, and the best rate, {rate}, would take {number} steps instead of {steps}",
            number=steps,
            rate=f"{other.best_rate:.6g}",
            steps=before,
            **numbers,
        )

    def table(self, words: Words) -> list[tuple[str, str]]:
        """Names and numbers."""
        rows = [
            (
                f"λ{str(place).translate(LOWERED)}" if len(self.curvature) > 1 else "λ",
                f"{value:.10g}",
            )
            for place, value in enumerate(self.curvature, start=1)
        ]
        for name, number in (
            ("condition number", self.condition_number),
            ("largest stable rate", self.largest_stable_rate),
        ):
            said = {
                "condition number": message("condition number λ_max/λ_min"),
                "largest stable rate": message("largest stable rate, 2/λ_max"),
            }[name]
            rows.append((words(said), "–" if number is None else f"{number:.10g}"))
        for title, rate, steps in self.rates():
            foretold = "" if self.quadratic is None else message("never")
            if steps is not None:
                foretold = message("after {number} step", "after {number} steps", number=steps)
            told = foretold.written(words=words) if isinstance(foretold, Message) else foretold
            rows.append((words(title), f"{rate:.10g}" + (told and f": {told}")))
        return rows

    def __repr__(self) -> str:
        number = self.condition_number
        told = "no bowl" if number is None else f"condition number {number:.6g}"
        return (
            f"Analysis({told}, curvature {', '.join(f'{value:.6g}' for value in self.curvature)})"
        )

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """Curvatures, rates and steps, a row each, and what follows."""
        words = words_in(language)
        notes = [part.written(words=words) for part in self.said()]
        plain = unaccented if ascii else str
        rows = [tuple(map(plain, row)) for row in self.table(words)]
        return "\n".join((as_text(rows), *map(plain, notes))) + "\n"

    def html(self) -> str:
        """The same as HTML."""
        words = words_in()
        notes = (f"<p>{html.escape(part.written(words=words))}</p>" for part in self.said())
        return "\n".join((as_html((), self.table(words)), *notes))

    def json(self, *, language: Language = None) -> str:
        """The same for programs; null for what is not known."""
        words = words_in(language)
        record: dict[str, Any] = {
            "curvature": list(self.curvature),
            "condition_number": self.condition_number,
            "largest_stable_rate": self.largest_stable_rate,
            "best_rate": self.best_rate,
            "start": dict(self.start),
            "tolerance": self.tolerance,
            "rates": [
                {"name": words(name), "rate": rate, "steps": steps}
                for name, rate, steps in self.rates()
            ],
            "constant": self.quadratic is not None,
            "standardised_condition_number": self.standardised_condition_number,
            "minimum": self.landscape.exact and dict(self.landscape.exact.parameters),
            "notes": [part.written(words=words) for part in self.said()],
        }
        return json_text(record)


def teaching_rates(analysis: Analysis) -> tuple[float, ...]:
    """Four rates to be seen side by side: one that crawls, 1/λ_max, one that zigzags, and one that diverges."""
    largest = analysis.largest_stable_rate
    if largest is None:
        cause = "no rates are given, and the curvature says none"
        raise DescentError(cause, "pass rates=[0.01, 0.1]")
    return tuple(float(f"{part * largest:.3g}") for part in (0.05, 0.5, 0.95, 1.05))


def analyse(
    problem: Problem,
    derive: Callable[[], Gradient],
    data: Sequence[object],
    named_data: Mapping[str, object],
    start: Mapping[str, float] | None,
    tolerance: float,
) -> Analysis:
    """Find what is to be known of a cost: `symgd.Problem.analyse` says what the arguments mean."""
    expect_known(start or (), problem.parameters, "parameter", DescentError)
    given = {n: finite_number(v, f'the start of "{n}"') for n, v in (start or {}).items()}
    begin = {name: given.get(name, 0.0) for name in problem.parameters}
    tolerance = finite_number(tolerance, "the tolerance")
    if tolerance <= 0:
        raise DescentError(f"the tolerance is {tolerance:g}", "pass a number above 0")
    columns = problem_columns(problem, data, named_data)
    expect_targets(problem, columns.values)
    expect_numbers(problem)
    with np.errstate(all="ignore"):
        found = _bowl(problem, columns, begin, tolerance)
        if found is not None:
            scaled = _standardised(problem, columns)
            other = None if scaled is None else _bowl(problem, scaled, begin, tolerance)
            return replace(found, standardised=other)
    evaluate = compile_array(problem, derive(), columns)
    _expect_no_kink(evaluate, begin)
    local = local_curvature(evaluate, [*begin.values()])
    if local is None:
        raise DescentError("the cost has no finite curvature at the start", "give another start")
    here = Landscape(curvature=local)
    return Analysis(problem, columns, FrozenMap(begin), tolerance, here, None, None)


def _expect_no_kink(evaluate: Evaluate, begin: Mapping[str, float]) -> None:
    """Refuse a start where the gradient jumps: near it is as far from one side to the other as a thousand times wider."""
    for place, (name, value) in enumerate(begin.items()):
        jumps = []
        for part in (NEAR, 1000 * NEAR):
            step, points = part * max(1.0, abs(value)), []
            for moved in (value - step, value + step):
                there = [*begin.values()]
                there[place] = moved
                points.append(evaluate(there)[1])
            jumps.append(math.dist(*points))
        if jumps[0] > max(0.1 * jumps[1], 1e-6 * math.hypot(*points[0])):
            near = f"{value + 0.1:g}"
            remedy = either(f'start={{"{name}": {near}}}', f"--start {name}={near}")
            cause = f"the cost has a kink at {name} = {value:g}, and no curvature there"
            raise DescentError(cause, f"give another start: {remedy}")


def _bowl(
    problem: Problem, columns: Columns, begin: Mapping[str, float], tolerance: float
) -> Analysis | None:
    """The analysis of a cost that has one curvature everywhere."""
    bowl = quadratic_of(problem, columns)
    if bowl is None:
        return None
    known = landscape(bowl, [*begin.values()])
    if not all(map(math.isfinite, known.curvature or ())):
        raise DescentError("the curvature is beyond the range of floats", "rescale the columns")
    return Analysis(problem, columns, FrozenMap(begin), tolerance, known, bowl, None)


def _standardised(problem: Problem, columns: Columns) -> Columns | None:
    """The same rows with every input standardised; None where one is constant, or there is none."""
    if not problem.has_examples:
        return None
    made = []
    for name, column in zip(columns.names, columns.values, strict=True):
        if name in problem.inputs:
            spread = float(column.std())
            if not (spread > 0 and math.isfinite(spread)):
                return None
            column = (column - column.mean()) / spread
        made.append(column)
    return replace(columns, values=tuple(made))
