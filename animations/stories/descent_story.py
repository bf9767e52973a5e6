"""What a film tells of a descent, found from its trace: nothing here needs Manim.

Laws
----
- rows 0 … `steps` are the run's own; those after are the same descent run on, at the same rate
- what a caption claims is a property here that was computed
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from symgd.animations.formulas.numerals import NOTHING, settled
from symgd.animations.stories.penalty_part import penalty_part
from symgd.animations.stories.rule_story import RuleStory
from symgd.animations.stories.standardised_run import StandardisedRun, retold
from symgd.codegen.evaluators.evaluator import Evaluate, compile_array
from symgd.codegen.evaluators.summary import summarise
from symgd.codegen.summary.separation import separate
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError, parameter
from symgd.optimize.descend import descend, resumed
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.method import method_of
from symgd.optimize.prediction import is_straight
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.terms import Symbol

Form: TypeAlias = Literal["line", "curve", "model", "function"]

PLANE = 2  # parameters that a picture has room for
ALL = 5  # a run of so many steps is shown step by step
FIRST = 4  # of a longer one, so many are
FURTHER = 1000  # steps that are run on, at most
MORE = 3  # steps: what is run on for fewer has nothing more to show
STILL = 1e-4  # a step so much shorter than the first is next to none
LOST = 100.0  # a diverging run is shown until its cost is so many times the start's
FLAT = 0.05  # a step that does so little of what was done looks flat
RATES = ("alpha", "eta", "rate", "learning_rate")
WAYS = (
    "batch_size",
    "alternate",
    "hold",
    "standardise",
    "coordinates",
)  # to make other steps
THERE = 1e-6  # so little of the first gap to the least cost is none


@dataclass(frozen=True)
class Turn:
    """Where a parameter turns: it rose, or fell, until `step`, and goes the other way from there on."""

    name: str
    step: int
    rising: bool


@dataclass(frozen=True, eq=False)
class DescentStory:
    """A run, and the same descent run on."""

    run: Run
    steps: int  # of the run, that are shown
    table: FloatArray  # rows of parameters, cost, gradient norm and step norm, as in a Trace
    evaluate: Evaluate
    derive: Callable[[], Gradient]
    scaled: StandardisedRun | None = None  # where the columns are standardised, of which it tells
    plane_steps: int | None = (
        None  # whose moves choose the plane that is shown; without it those of all rows
    )

    @property
    def problem(self) -> Problem:
        """What is descended."""
        return self.run.problem

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        return self.run.trace.parameters

    @cached_property
    def form(self) -> Form:
        """What the model is in the picture: a line, a curve, or neither; a function without data is no model."""
        if not self.problem.has_examples:
            return "function"
        if len(self.problem.inputs) > 1:
            return "model"
        return "line" if is_straight(self.problem) else "curve"

    @cached_property
    def rule(self) -> RuleStory | None:
        """What another optimizer than gradient descent does; None for that."""
        if self.run.is_plain:
            return None
        return RuleStory(self.run, self.gradient, self.derive)

    @property
    def varies(self) -> bool:
        """Whether the learning rate is another one from step to step."""
        return self.has_schedule or (self.rule is None and self.run.varies)

    @property
    def has_schedule(self) -> bool:
        """Whether somebody said how the learning rate changes."""
        rate = self.run.options.get("learning_rate")
        formula = isinstance(rate, str) and rate != "auto"
        return formula or self.run.options.get("schedule") is not None

    @cached_property
    def rate(self) -> Symbol:
        """The learning rate, by a letter that the formula does not use itself."""
        if self.rule is not None:
            return self.rule.rate
        problem = self.problem
        used = {*problem.parameters, *problem.columns, *problem.cost_name.names}
        return Symbol(next((letter for letter in RATES if letter not in used), RATES[-1] + "_"))

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        if self.rule is not None:
            return self.rule.rate_at(step)
        length = float(self.gradient_norm[step])
        if not self.run.varies or not length:
            return self.run.learning_rate
        return float(self.step_norm[step]) / length

    @property
    def sliced(self) -> bool:
        """Whether the parameters' picture is one plane of many, through a third parameter."""
        return len(self.names) > PLANE

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The parameters that a plane shows: the two that move furthest, in the model's order; or the only one."""
        rows = (
            self.parameters if self.plane_steps is None else self.parameters[: self.plane_steps + 1]
        )
        moved = np.ptp(rows, axis=0)
        moved = np.where(np.isfinite(moved), moved, np.inf)
        return tuple(sorted(np.argsort(-moved, kind="stable")[:PLANE].tolist()))

    @property
    def shown_names(self) -> tuple[str, ...]:
        """The names of the parameters that a plane shows."""
        return tuple(self.names[index] for index in self.axes)

    @property
    def held_names(self) -> tuple[str, ...]:
        """The names of those that it does not show."""
        return tuple(name for name in self.names if name not in self.shown_names)

    @property
    def last(self) -> int:
        """The last row's step."""
        return len(self.table) - 1

    @property
    def singly(self) -> int:
        """How many steps are shown one by one."""
        return self.steps if self.steps <= ALL else FIRST

    @property
    def parameters(self) -> FloatArray:
        """The parameters at every step, of shape (rows, p)."""
        return self.table[:, : len(self.names)]

    @property
    def cost(self) -> FloatArray:
        """The cost at every step."""
        return self.table[:, len(self.names)]

    @property
    def gradient_norm(self) -> FloatArray:
        """The gradient's length at every step; what is rounding beside the first is zero."""
        found = self.table[:, -2]
        return np.where(found <= NOTHING * found[0], 0.0, found)

    @property
    def step_norm(self) -> FloatArray:
        """The length of the step that leads on from each row."""
        return self.table[:, -1]

    @cached_property
    def exact(self) -> FloatArray | None:
        """The exact minimum's parameters, where they are known."""
        found = self.run.exact
        return None if found is None else np.array([found.parameters[name] for name in self.names])

    @property
    def least(self) -> float | None:
        """The least cost there is, where it is known; what rounding leaves of a zero is zero."""
        exact = self.run.exact
        return None if exact is None else settled(exact.cost, float(self.cost[0]))

    def uphill(self) -> FloatArray:
        """From the start along the gradient: as far as a step of gradient descent goes, or else as the first step does."""
        slopes = np.array(self.gradient(0))
        if self.rule is None:
            return np.asarray(self.rate_at(0) * slopes)
        return self.towards(0, slopes)

    def towards(self, step: int, way: FloatArray) -> FloatArray:
        """A direction, as long as a step is."""
        length = float(np.linalg.norm(way))
        return np.asarray(way * (float(self.step_norm[step]) / length if length else 0.0))

    def penalty_at(self, step: int) -> float | None:
        """What the penalty adds to the cost at a step; None without one."""
        return penalty_part(self.problem, self.names, self.parameters[step].tolist())

    @cached_property
    def magnitudes(self) -> FloatArray:
        """How large parameters and cost are, in this order: what is next to nothing beside it is rounding.

        Where the cost is above the start's, nothing is learned of that.
        """
        kept = self.table[~(self.cost > self.cost[0]), : len(self.names) + 1]
        return np.asarray(np.abs(kept).max(axis=0))

    def gradient(self, step: int) -> tuple[float, ...]:
        """The partial derivatives at a step, in the parameters' order; rounding beside those at the start is zero."""
        slopes = self.evaluate(self.parameters[step].tolist())[1]
        sizes = (abs(first) or float(self.gradient_norm[0]) for first in self._first_slopes)
        return tuple(settled(slope, size) for slope, size in zip(slopes, sizes, strict=True))

    @cached_property
    def _first_slopes(self) -> tuple[float, ...]:
        return tuple(self.evaluate(self.parameters[0].tolist())[1])

    def cost_of(self, values: Sequence[float]) -> float:
        """The cost at given parameters; nan where it has none."""
        try:
            return self.evaluate(values)[0]
        except OverflowError:
            return float("nan")

    def at(self, time: float) -> FloatArray:
        """The parameters at a time between steps, on the straight way from one to the next."""
        before = min(int(time), self.last)
        after = min(before + 1, self.last)
        part = time - before
        moved: FloatArray = (1 - part) * self.parameters[before] + part * self.parameters[after]
        return moved

    @cached_property
    def turn(self) -> Turn | None:
        """The first turn of a parameter within the run: two steps one way, and then two the other."""
        ways = np.sign(np.diff(self.parameters[: self.steps + 1], axis=0))
        for step in range(2, len(ways) - 1):
            before, after = ways[step - 2 : step], ways[step : step + 2]
            turns = (before[0] == before[1]) & (after[0] == after[1]) & (before[1] * after[0] < 0)
            if turns.any():
                index = int(np.argmax(turns))
                return Turn(self.names[index], step, bool(before[1][index] > 0))
        return None

    @property
    def diverged(self) -> bool:
        """Whether the run went up for good."""
        return self.run.outcome.kind == "diverged"

    @property
    def unstable(self) -> bool:
        """Whether the learning rate is known to be too large to settle."""
        return self.run.landscape.is_unstable(self.run.learning_rate)

    @property
    def looks_flat(self) -> bool:
        """Whether the last step did next to nothing, compared with the height of the whole curve."""
        cost = self.cost[: self.steps + 1]
        if len(cost) == 1:
            return True
        lowest = cost.min() if self.least is None else self.least
        return bool(abs(cost[-2] - cost[-1]) <= FLAT * (cost.max() - lowest))

    @property
    def arrived(self) -> bool:
        """Whether the run's last cost is the least, to within a very small part of the way."""
        if self.least is None:
            return False
        first, last = self.cost[0] - self.least, self.cost[self.steps] - self.least
        return bool(last <= THERE * abs(first) or last <= self.rounding)

    @property
    def rounding(self) -> float:
        """A gap to the least cost that may be rounding alone."""
        eps = float(np.finfo(float).eps)
        least = abs(self.least or 0.0)
        return 8 * eps * max(least, float(np.abs(self.cost).max()) * 1e-16)

    @cached_property
    def on_log(self) -> FloatArray | None:
        """What a logarithmic scale can show by step: the gap to the least cost, or the cost itself.

        nan where the gap is rounding; None where nothing can be shown so.
        """
        values = self.cost - (self.least or 0.0)
        if self.least is None:
            return values if bool((values > 0).all()) else None
        values = np.where(values > self.rounding, values, np.nan)
        return values if np.isfinite(values).sum() > 1 else None


def tell(run: Run, derive: Callable[[], Gradient]) -> DescentStory:
    """The story of a run: what of it is shown, and how it goes on.

    Raises
    ------
    ProblemError
        When the run is so long that its trace is thinned, or its steps are others than those that the film explains.
    KeyboardInterrupt
        When Ctrl-C stops the descent as it is run on.
    """
    if run.trace.numbers is not None:
        cause = f"the descent has {run.steps:,} steps, and the trace has not all of them"
        raise ProblemError(cause, f"film a shorter one: {parameter('max_iter', str(FURTHER))}")
    other = [name for name in WAYS if run.options.get(name)]
    if other == ["standardise"] and run.is_plain:
        scaled = retold(run, derive)
        if scaled is not None:
            return replace(tell(scaled.run, derive), scaled=scaled)
    if other:
        cause = f"the film explains steps along the gradient of all parameters, and this run has {parameter(other[0])}"
        raise ProblemError(cause, "film a descent without it")
    steps = _shown(run)
    width = len(run.trace.parameters) + 3
    table = run.trace.table[: steps + 1, :width]
    alone = DescentStory(run, steps, table, evaluator(run, derive), derive)
    if (
        run.outcome.kind in ("diverged", "converged", "stalled", "no minimum")
        or alone.unstable
        or run.steps == 0
    ):
        return alone
    more = _further(run, derive)
    if more is None:
        return alone
    if more.outcome.kind == "interrupted":
        raise KeyboardInterrupt
    story = replace(alone, table=np.vstack((table, more.trace.table[1:, :width])))
    enough = _enough(story)
    return alone if enough - steps < MORE else replace(story, table=story.table[: enough + 1])


def _further(run: Run, derive: Callable[[], Gradient]) -> Run | None:
    """The same descent run on; None where its rate is that of so many steps and no more, or it does not know how."""
    method = method_of(DescentOptions(**run.options))
    if not method.is_plain:
        if run.onward is None or method.law is not None:
            return None
        more = resumed(run, FURTHER)
        if more.trace.numbers is not None:
            return None
        return replace(more, trace=replace(more.trace, table=more.trace.table[run.steps :]))
    options = DescentOptions(
        start=dict(run.parameters),
        learning_rate="auto" if run.varies else run.learning_rate,
        max_iter=FURTHER,
        tolerance=0,
    )
    return descend(run.problem, derive, [run.data], {}, options)


def _shown(run: Run) -> int:
    """A diverging run is shown until it has made its point."""
    if run.outcome.kind != "diverged":
        return run.steps
    lost = np.flatnonzero(run.trace.cost > LOST * abs(run.trace.cost[0]))
    return min(run.steps, max(3, int(lost[0]))) if lost.size else run.steps


def _enough(story: DescentStory) -> int:
    """The first step after the run at which the minimum is near, or the last there is."""
    if story.least is not None:
        gap = story.cost - story.least
        near = np.flatnonzero(gap <= THERE * gap[0])
    else:
        near = np.flatnonzero(story.step_norm <= STILL * story.step_norm[0])
    later = near[near > story.steps]
    return int(later[0]) if later.size else story.last


def evaluator(run: Run, derive: Callable[[], Gradient]) -> Evaluate:
    """Cost and gradient at given parameters, the way the run itself computed them."""
    separation = separate(run.problem) if run.route == "data summary" else None
    if separation is not None:
        return summarise(separation, run.problem, run.data).evaluate
    return compile_array(run.problem, derive(), run.data)
