"""The director: what kind of descent a run is, and what of it a film shows, how near, on which scale, in which words.

Laws
----
- all is computed from the run's story: nothing here needs Manim, and no number is chosen for one run
- a kind is named only where its own sign is seen in the trace: steps that turn back, a cost that rises, a gap that stays
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from symgd.animations.formulas.numerals import numeral, numerals_apart
from symgd.animations.stories.descent_story import THERE, DescentStory
from symgd.animations.stories.hindrances import Cure, cure, on_log_at, unmoved
from symgd.animations.stories.scaled_story import RAW, cured
from symgd.data.arrays import FloatArray
from symgd.terms import Term
from symgd.writing.words import Message, message

Kind: TypeAlias = Literal[
    "one step",
    "crawl",
    "zigzag",
    "ravine",
    "turn",
    "overshoot",
    "divergence",
    "plateau",
    "plain",
]
Caption: TypeAlias = tuple[Message, ...]

WATCHED = 30  # steps whose directions are looked at
BACK = -0.5  # the cosine between two steps of which one goes back
LEFT = 0.5  # a run that leaves so much of its gap crawls
STEEPER = 3.0  # a gradient that grows so much began on a plateau
LONG = 30.0  # a ravine's condition number, at least
SHORT = 0.1  # steps of a ravine's floor, in parts of the first
SMALL = 0.34  # of the whole picture: what is smaller is gone near to
OTHER = 1.25  # a rate so much away from the best is another one
SLOWER, SLOW_STEPS = 0.1, 3  # of the rate, where one step arrives, and how many of these are shown
ROUNDING = 1e-9
PER_CENT = 100

SEEN: Mapping[Kind, Message] = {
    "one step": message("One step, and it is there."),
    "crawl": message("It crawls: after {steps} steps {part} % of the gap are left."),
    "zigzag": message("It zigzags: each step crosses the ravine, and hardly goes along it."),
    "ravine": message("A ravine: quickly down its side, and slowly along its floor."),
    "turn": message("First down the steep side, then round the bend and along the floor."),
    "overshoot": message("Each step goes too far, over the lowest place, and the next one back."),
    "divergence": message("Each step goes too far, and the next one farther: it diverges."),
    "plateau": message("A plateau: nearly flat at first, so the first steps are short."),
    "plain": message("Step by step down, ever shorter as the slope flattens."),
}


@dataclass(frozen=True, eq=False)
class Director:
    """What a film makes of a story."""

    story: DescentStory

    @cached_property
    def kind(self) -> Kind:
        """What kind of descent it is."""
        story = self.story
        if story.diverged or story.unstable:
            return "divergence"
        if story.steps == 0:
            return "plain"
        if self.arrives_at_once:
            return "one step"
        if self._goes_back:
            return "zigzag" if len(story.names) > 1 else "overshoot"
        if self._rises:
            return "overshoot"
        if self._begins_flat:
            return "plateau"
        if (self.left or 0.0) > LEFT:
            return "crawl"
        if story.turn is not None:
            return "turn"
        return "ravine" if self._is_ravine else "plain"

    @cached_property
    def arrives_at_once(self) -> bool:
        """Whether the first step is all that is needed."""
        story = self.story
        if story.least is None or story.steps == 0:
            return False
        first, then = (story.cost[:2] - story.least).tolist()
        return bool(first > story.rounding and then <= max(THERE * first, story.rounding))

    @cached_property
    def _goes_back(self) -> bool:
        """Whether most steps go back against the one before."""
        count = min(self.story.steps, WATCHED) + 1
        ways = np.diff(self.story.parameters[:count], axis=0)
        if len(ways) < 3:
            return False
        lengths = np.linalg.norm(ways, axis=1)
        with np.errstate(all="ignore"):
            cosines = (ways[1:] * ways[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
        return bool((cosines < BACK).mean() > LEFT)

    @property
    def _rises(self) -> bool:
        """Whether the cost goes up in some step, by more than rounding."""
        cost = self.story.cost[: self.story.steps + 1]
        return bool((np.diff(cost) > ROUNDING * np.abs(cost[:-1])).any())

    @property
    def _ever_shorter(self) -> bool:
        """Whether no step is longer than the one before, by more than rounding."""
        steps = self.story.step_norm[: self.story.steps]
        return bool((np.diff(steps) <= ROUNDING * steps[:-1]).all())

    @cached_property
    def unmoved(self) -> tuple[str, ...]:
        """The parameters that have hardly moved though they should."""
        return unmoved(self.story)

    @cached_property
    def cure(self) -> Cure | None:
        """What would have brought it there, where it ends far away."""
        return None if self.kind == "divergence" else cure(self.story)

    @cached_property
    def scaled(self) -> DescentStory | None:
        """The same descent over scaled columns, where these are what it needs."""
        return None if self.kind == "divergence" else cured(self.story, self.condition)

    @property
    def _begins_flat(self) -> bool:
        norms, steps = self.story.gradient_norm[: self.story.steps + 1], self.story.step_norm
        short = steps[0] < steps[: self.story.steps].max()
        return bool(short and norms.max() > STEEPER * norms[0])

    @property
    def left(self) -> float | None:
        """What is left of the first gap to the least cost, where that is known."""
        story = self.story
        if story.least is None:
            return None
        first, last = story.cost[0] - story.least, story.cost[story.steps] - story.least
        return float(last / first) if first > story.rounding else 0.0

    @property
    def condition(self) -> float | None:
        """How many times more the cost bends in one direction than in another, where that is known."""
        return self.story.run.landscape.condition_number

    @property
    def _is_ravine(self) -> bool:
        steps = self.story.step_norm[: self.story.steps]
        return (self.condition or 0.0) >= LONG and bool(steps[-1] < SHORT * steps[0])

    # ---------------------------------------------------------------------------------------------
    # What is shown

    @property
    def near(self) -> tuple[int, int] | None:
        """The steps that are gone near to, where the whole path would make them small."""
        story = self.story
        if self.unmoved:
            return None
        first, last = (0, story.singly) if self.kind == "zigzag" else (1, story.singly)
        if last - first < 2 or len(story.names) == 1 or self.kind in ("divergence", "one step"):
            return None
        part = np.ptp(story.parameters[first : last + 1, story.axes], axis=0)
        whole = np.ptp(self._seen, axis=0)
        return (first, last) if bool((part <= SMALL * whole).any()) else None

    @property
    def _seen(self) -> FloatArray:
        """All that the whole picture holds, among the parameters of the plane."""
        exact = [] if self.story.exact is None else [self.story.exact]
        return np.vstack((self.story.parameters, *exact))[:, self.story.axes]

    @property
    def banks(self) -> bool:
        """Whether the path is drawn as its two banks, the even and the odd steps, where it is a solid block else."""
        return self.kind == "zigzag" and self.story.last > WATCHED

    @property
    def log(self) -> bool:
        """Whether the cost is shown on a log scale at last: where it falls by much, and can be."""
        return self.story.on_log is not None and self.kind not in ("one step", "divergence")

    @cached_property
    def slower(self) -> FloatArray | None:
        """Where one step arrives: the first places at a tenth of the rate; else None."""
        if self.kind != "one step" or self.story.rule is not None:
            return None
        rate = SLOWER * self.story.rate_at(0)
        rows = [self.story.parameters[0]]
        for _ in range(SLOW_STEPS):
            slopes = np.array(self.story.evaluate(rows[-1].tolist())[1])
            rows.append(rows[-1] - rate * slopes)
        return np.array(rows)

    # ---------------------------------------------------------------------------------------------
    # What is said

    def named(self) -> Message:
        """What kind of descent is seen."""
        if self.kind == "overshoot" and not self._goes_back:
            return message("Some steps go too far: there the cost rises, and falls again.")
        if self.kind == "plain" and not self._ever_shorter:
            return message("Step by step down, though not every step is shorter than the last.")
        part = numeral(PER_CENT * (self.left or 0.0), 2)
        return SEEN[self.kind].filled(steps=self.story.steps, part=part)

    def lesson(self) -> Caption:
        """What would make it better, where that is not another rate: columns that are scaled."""
        if self.kind == "one step":
            return self._why_at_once()
        if self.unmoved:
            return ()
        if self.story.rule is not None or self.story.has_schedule:
            return ()
        if (self.condition or 0.0) >= RAW and self.kind != "divergence":
            return (
                message(
                    "The cost bends {times} times more across the ravine than along it: scale the columns, and it is round.",
                    times=numeral(self.condition or 0.0, 2),
                )
                if self.story.form == "line"
                else message(
                    "The cost bends {times} times more one way than another: scaled columns make the ravine rounder.",
                    times=numeral(self.condition or 0.0, 2),
                ),
            )
        return ()

    def better(self) -> Caption:
        """The rate that would be better, where the descent at it can be shown beside the run's."""
        best = self.better_rate
        if best is None or self.at_better_rate is None:
            return ()
        rates: dict[str, Term] = {
            "rate": numeral(self.story.run.learning_rate, 3),
            "best": numeral(best),
        }
        said = message(
            "A larger rate would be faster: {best} is the best in the long run, not {rate}."
        )
        if best < self.story.run.learning_rate:
            said = message("A smaller rate would be better: {best} is the best in the long run.")
        return (said.filled(**rates),)

    @property
    def better_rate(self) -> float | None:
        """The constant rate that is best in the long run, where the run's is another; None where that is not known."""
        best, own = self.story.run.landscape.best_rate, self.story.run.learning_rate
        if best is None or self.story.run.varies or not own:
            return None
        return best if max(best / own, own / best) > OTHER else None

    @cached_property
    def at_better_rate(self) -> FloatArray | None:
        """What a log scale shows of the descent at the better rate; None where something else is told, or it can't be."""
        story, best = self.story, self.better_rate
        told = story.rule is not None or story.has_schedule or (self.condition or 0.0) >= RAW
        if best is None or told or not self.log or self.unmoved:
            return None
        return on_log_at(story, best)

    def _why_at_once(self) -> Caption:
        """Why one step arrives, and what a tenth of the rate does."""
        curvature = self.story.run.curvature
        bends = curvature is not None and len({f"{value:.6g}" for value in curvature}) == 1
        why = message(
            "The gradient points straight at the minimum here, and the rate is just right."
        )
        if bends and curvature is not None:
            why = message(
                "The rate is just one over the curvature, {bend}: the slope is used up in one step.",
                bend=numeral(curvature[0]),
            )
        if self.slower is None:
            return (why,)
        before, after = (self.story.cost_of(row.tolist()) for row in self.slower[[0, -1]])
        high, low = numerals_apart(before, after)
        slow = message(
            "At a tenth of the rate each step goes a tenth of what is left: after {steps} steps the cost is {low}, from {high}.",
            steps=SLOW_STEPS,
            low=low,
            high=high,
        )
        return why, slow
