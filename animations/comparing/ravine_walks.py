"""RavineWalks: the walks in a ravine, each at the best constant rate that was found for it; nothing here needs Manim.

Laws
----
- standardised coordinates are those of the library's own ``standardise=True``: parameters = T·coordinates, its T
- all walks are judged by one measure: from which step on no more than a part of the start's gap is left
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from symgd.animations.comparing.race_rates import tried
from symgd.animations.comparing.rate_lanes import as_printed
from symgd.animations.comparing.ravine_rates import (
    FEW_RATES,
    FEW_SHARES,
    LOST,
    best_heavy,
    best_walk,
    heavy_rates,
    steep_rates,
)
from symgd.animations.comparing.walks import Walk, again, best_of, least_of, start_of
from symgd.animations.stories.descent_story import evaluator
from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.codegen.evaluators.summary import summarise
from symgd.codegen.plan import plan_of
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.optimize.curvature import Landscape, Quadratic, local_curvature, quadratic
from symgd.optimize.ground import ground
from symgd.optimize.run import Run
from symgd.writing.words import message

HORIZON = 3000  # steps of each walk
NEARER = (1e-3, 1e-6, 1e-9)  # of the start's gap, that may be left
LONG = 100.0  # a condition number above this, at which the first of them may be nothing
LONGER = 4  # times as many steps as plain descent needs, momentum is tried
FEW = 25  # steps that are no reason to complain


@dataclass(frozen=True, eq=False)
class RavineWalks:
    """Plain descent, the same in standardised coordinates, and momentum, from the start of a run."""

    run: Run
    derive: Callable[[], Gradient]

    @cached_property
    def evaluate(self) -> Evaluate:
        """The cost and its gradient."""
        return evaluator(self.run, self.derive)

    def _walked(self, **options: Any) -> Run:
        return again(self.run, self.derive, **{"max_iter": HORIZON, **options})

    @cached_property
    def plain(self) -> Walk:
        """Gradient descent at the best constant rate."""
        return self._plain[1]

    @property
    def near(self) -> float:
        """The part of the start's gap that counts as near; smaller where the steep walls alone are nearly all of the gap."""
        return self._plain[0]

    @cached_property
    def _plain(self) -> tuple[float, Walk]:
        tries = NEARER if (self.ratios[0] or 0.0) >= LONG else NEARER[:1]
        made = [(part, self._at_best(0, part)) for part in tries[:1]]
        for part in tries[1:]:
            count = made[-1][1].settles(self._floor, made[-1][0])
            if count is None or count > FEW:
                return made[-1]
            made.append((part, self._at_best(0, part)))
        count = made[-1][1].settles(self._floor, made[-1][0])
        return made[-1] if count is None or count > FEW else made[0]

    @cached_property
    def scaled(self) -> Walk:
        """Gradient descent in standardised coordinates, at the constant rate that is best there."""
        return self._at_best(1, self.near)

    def _at_best(self, which: int, part: float) -> Walk:
        """The walk at the best constant rate; where all are lost or none is known, at the recommended one."""
        name = message("standardised") if which else message("as it is")
        given: dict[str, Any] = {"standardise": True} if which else {}
        rates = steep_rates(self.curvatures[which])
        first = self._settled if which else self._first
        if self.is_local and not first.varies:
            rates = sorted({*rates, *tried(as_printed(first.learning_rate))})

        def walk(rate: float) -> Run:
            return self._walked(learning_rate=rate, **given)

        found = best_walk(walk, rates, self._floor, part)
        return Walk(name, first if found is None else found.run)

    @property
    def is_best(self) -> bool:
        """Whether all walks are at constant rates, each the best that was found."""
        return not any(walk.run.varies for walk in self.walks)

    @cached_property
    def _first(self) -> Run:
        """A descent at the recommended rate."""
        return self._walked()

    @cached_property
    def _floor(self) -> float:
        """The least cost by which rates are judged."""
        return least_of([Walk("", self._settled), Walk("", self._first)])[0]

    @cached_property
    def _settled(self) -> Run:
        """A descent in standardised coordinates that looks for the minimum."""
        return self._walked(standardise=True)

    @cached_property
    def heavy(self) -> Walk:
        """Momentum, with nothing standardised, at the best rate and share that were found."""
        name = message("momentum")
        given = self._heavy_options()
        if given is not None:
            made = self._walked(optimizer="momentum", **given)
            if made.outcome.kind not in LOST:
                return Walk(name, made)
        return Walk(name, self._walked(optimizer="momentum"))

    def _heavy_options(self) -> dict[str, Any] | None:
        """Momentum's share and rate: counted on a quadratic, and else walked."""
        count = self.plain.settles(self._floor, self.near)
        enough = HORIZON if count is None else min(HORIZON, LONGER * max(count, FEW))
        if self.quadratic is not None and self.run.exact is not None:
            matrix = self.quadratic.matrix
            least = [self.run.exact.parameters[name] for name in self.run.trace.parameters]
            away = self.plain.points[0] - np.array(least)
            share, rate = best_heavy(2 * matrix.T @ matrix, away, self.near, enough)
            return {"optimizer_settings": {"beta": share}, "learning_rate": rate}
        bent, found = self.curvatures[0], []
        for share in FEW_SHARES:
            given = {"optimizer_settings": {"beta": share}}
            walk = partial(self._heavy_walk, given, enough)
            rates = heavy_rates(bent, share, FEW_RATES)
            best = best_walk(walk, rates, self._floor, self.near, 0)
            found += [] if best is None else [best]
        if not found:
            return None
        run = best_of(found, self._floor, self.near).run
        return {key: run.options[key] for key in ("optimizer_settings", "learning_rate")}

    def _heavy_walk(self, given: Mapping[str, Any], steps: int, rate: float) -> Run:
        return self._walked(optimizer="momentum", learning_rate=rate, max_iter=steps, **given)

    @property
    def walks(self) -> tuple[Walk, ...]:
        """All three."""
        return self.plain, self.scaled, self.heavy

    @cached_property
    def least(self) -> float:
        """The least cost that is known, or that was reached."""
        return min(self._floor, least_of(self.walks)[0])

    def steps(self, walk: Walk) -> int | None:
        """From which step on a walk stays near."""
        return walk.settles(self.least, self.near)

    @cached_property
    def quadratic(self) -> Quadratic | None:
        """The cost as a quadratic, where it is one."""
        problem = self.run.problem
        separation = plan_of(problem).separation
        if separation is None or not separation.linear:
            return None
        return quadratic(summarise(separation, problem, self.run.data))

    @cached_property
    def turn(self) -> FloatArray:
        """The library's T, of shape (p, p)."""
        problem, columns = self.run.problem, self.run.data
        start = [*start_of(self.run).values()]
        turned = ground(problem, columns, start, (), "standardised", self.quadratic).turn
        assert turned is not None
        return turned

    @cached_property
    def back(self) -> FloatArray:
        """From the parameters to the standardised coordinates."""
        return np.asarray(np.linalg.inv(self.turn))

    @cached_property
    def curvatures(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Before and after; where the cost is no quadratic, of the place where the standardised walk ends."""
        before, after = self.run.curvature, self._settled.curvature
        if before is not None and after is not None:
            return before, after
        end = Walk("", self._settled).points[-1]
        return (
            local_curvature(self.evaluate, end.tolist()) or (),
            local_curvature(self.turned, (self.back @ end).tolist()) or (),
        )

    @property
    def ratios(self) -> tuple[float | None, float | None]:
        """The condition numbers before and after."""
        before, after = (Landscape(curvature=found) for found in self.curvatures)
        return before.condition_number, after.condition_number

    @property
    def is_local(self) -> bool:
        """Whether the condition numbers hold near one place alone."""
        return self.run.curvature is None

    def turned(self, values: Any) -> tuple[float, tuple[float, ...]]:
        """The cost and its gradient by the standardised coordinates."""
        cost, slopes = self.evaluate((self.turn @ np.array(values)).tolist())
        return cost, tuple((np.array(slopes) @ self.turn).tolist())
