"""ReadingDuel: all rows against one row by rows read, as the data are and with each row many times; nothing here needs Manim.

Laws
----
- copies change no mean: each step of all rows is the same as before, and reads so many times as many rows
- a row drawn at random is each row's copy as often as before: a walk along single rows is the same
- there are so many copies that one row's walk has ended before all rows' first step
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symgd.animations.comparing.batch_outcomes import gap_of
from symgd.animations.comparing.batch_story import BatchStory
from symgd.animations.comparing.cost_means import means_of
from symgd.animations.comparing.walks import Walk
from symgd.data.arrays import FloatArray

BASE = 10  # copies are a power of it
TWICE = 2.0  # times one row's later mean gap, under which its means stay for good: a lucky first step does not count


@dataclass(frozen=True, eq=False)
class ReadingDuel:
    """Two walks of a story, the gap that both come down to, and how many rows each has read by then."""

    story: BatchStory
    least: float

    @property
    def whole(self) -> Walk:
        """The walk of all rows."""
        return self.story.walks[0]

    @property
    def single(self) -> Walk:
        """The walk along single rows."""
        return self.story.walks[-1]

    @property
    def copies(self) -> int:
        """How many times each row comes."""
        return int(BASE ** max(1, math.ceil(math.log10(self.story.epochs))))

    @property
    def many(self) -> int:
        """How many rows there are then."""
        return self.copies * self.story.rows

    @cached_property
    def level(self) -> float:
        """Twice the gap that one row's walk has on the average of its later half."""
        return TWICE * gap_of(self.single, self.least)

    @cached_property
    def line(self) -> tuple[FloatArray, FloatArray]:
        """Rows read and the mean gap of the latest steps, along single rows."""
        clock, costs = means_of(self.single.clock, self.single.cost, even=False)
        return clock * self.story.rows, costs - self.least

    @property
    def gaps(self) -> FloatArray:
        """All rows' gap before the first step, and after each."""
        return np.asarray(self.whole.cost - self.least)

    @cached_property
    def read_by_one(self) -> int | None:
        """How many single rows were read when the mean gap is as low as the level for good."""
        read, gaps = self.line
        above = np.flatnonzero(gaps > self.level)
        first = int(above[-1]) + 1 if above.size else 0
        return round(float(read[first])) if 0 < first < len(read) else None

    @cached_property
    def steps_of_all(self) -> int | None:
        """How many steps all rows make until their gap is as low."""
        there = np.flatnonzero(self.gaps <= self.level)
        return int(there[0]) if there.size and there[0] else None

    def read_by_all(self, copies: int = 1) -> int:
        """How many rows those steps read, where each row comes so many times."""
        return (self.steps_of_all or 0) * self.story.rows * copies


def reading_duel(story: BatchStory) -> ReadingDuel | None:
    """The duel; None where copies would change the steps, or a walk does not come so low."""
    if story.least is None or story.is_sum or not story.replaces:
        return None
    made = ReadingDuel(story, story.least.cost)
    if not made.level > 0 or made.read_by_one is None or made.steps_of_all is None:
        return None
    return made
