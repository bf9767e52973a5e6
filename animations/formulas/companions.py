"""What travels together from one line to the next, how high, and in which turn.

Laws
----
- what moved as a whole travels as a whole, and so do parts that stand over each other before and after
- of several copies of one part the largest, or else the nearest, goes with all the rest; each other then leaves it, one
  at a time, and rises as high as it is, so that it does not lie over what it left
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np

from symgd.animations.formulas.glyph_travel import (
    APART,
    HIGHEST,
    Box,
    Travel,
    Traveller,
    arc,
    arcs,
    meeting,
)
from symgd.animations.formulas.typeset import Typeset

Pairs: TypeAlias = Sequence[tuple[int, int]]
SHOWN = 0.15  # of its way, on which a copy comes out of what it leaves
SMALLEST, CLOSE = 0.45, 0.05  # of a copy on its way; from the line to that
TOGETHER = 0.4  # parts over each other, whose ways differ by less, are one


@dataclass(frozen=True)
class Trip:
    """Some pairs, by their numbers, on one way: in which turn, and how high its arc is."""

    numbers: tuple[int, ...]
    travel: Travel
    turn: int
    height: float
    small: float = 1.0  # how large it is on its way

    def below(self, ceiling: float, line: float) -> Trip:
        """A copy passes over the line, as small as it takes to stay under the ceiling, where it would not be there."""
        start, end = self.travel.start, self.travel.end
        over = max(float(box.middle[1] + box.sides[1] / 2) for box in (start, end)) + self.height
        if not self.turn or over <= ceiling:
            return self
        tall = float(end.sides[1])
        small = min(1.0, max(SMALLEST, (ceiling - line - CLOSE) / tall))
        middle = line + CLOSE + small * tall / 2
        return replace(self, height=middle - float(end.middle[1]), small=small)

    def show(self, traveller: Traveller, part: float) -> None:
        """One of its glyphs, a part of the way."""
        seen = min(1.0, part / SHOWN) if self.turn else 1.0
        lifted = self.height * arc(part)
        traveller.show(part, lifted, seen)
        if self.small < 1:
            middle = self.travel.start.towards(self.travel.end, part).lifted(lifted).middle
            for glyph in traveller.mobjects:
                size = 1 - (1 - self.small) * arc(part)
                glyph.scale(size, about_point=np.array([*middle, 0.0]))


def trips(
    before: Typeset,
    after: Typeset,
    pairs: Pairs,
    groups: Sequence[Sequence[int]],
    floor: float | None = None,
) -> list[Trip]:
    """The trips of groups of pairs, after which each pair has arrived; none leads below the floor."""
    members = [*_stacked(before, after, pairs, groups)]
    sources = sources_of(before, after, pairs, members)
    turns = [max(sources[pairs[n][0]].index(pairs[n][1]) for n in group) for group in members]
    tallest = max((line.height for line in (before, after) if len(line)), default=0.0)

    def starts(group: Sequence[int], turn: int) -> Box:
        if not turn:
            return Box.of([before[pairs[n][0]].points for n in group])
        return Box.of([after[sources[pairs[n][0]][0]].points for n in group])

    def ends(group: Sequence[int]) -> Box:
        return Box.of([after[pairs[n][1]].points for n in group])

    heights = [0.0] * len(members)
    for turn in range(max(turns, default=0) + 1):
        now = [k for k, own in enumerate(turns) if own == turn]
        there = [k for k, own in enumerate(turns) if own < turn]
        ways = [Travel(starts(members[k], turn), ends(members[k])) for k in now]
        ways += [Travel(ends(members[k]), ends(members[k])) for k in there]
        for k, height in zip(now, arcs(ways, tallest, over=floor is not None), strict=False):
            heights[k] = ends(members[k]).sides[1] + APART if turn else height
    made = [
        Trip(tuple(group), Travel(starts(group, turn), ends(group)), turn, height)
        for group, turn, height in zip(members, turns, heights, strict=True)
    ]
    return made if floor is None else _above(_smaller(made), floor)


def _smaller(made: Sequence[Trip]) -> list[Trip]:
    """Of two that pass each other and are too high for that, the one that is less high is smaller meanwhile."""
    found = [*made]
    for i, k in combinations(range(len(made)), 2):
        one, other = made[i].travel, made[k].travel
        if made[i].turn or made[k].turn or meeting(one, other) is None:
            continue
        sides = [float(each.end.sides[1]) for each in (one, other)]
        room = 2 * (HIGHEST - APART) - max(sides)
        least = i if sides[0] <= sides[1] else k
        if min(sides) > room and not made[least].travel.stays:
            found[least] = replace(found[least], small=max(SMALLEST, room / min(sides)))
    return found


def _above(made: Sequence[Trip], floor: float) -> list[Trip]:
    """Trips that give way to each other, all so much higher that none leads below a floor."""
    lows = [
        min(float(box.middle[1] - box.sides[1] / 2) for box in (t.travel.start, t.travel.end))
        + t.height
        for t in made
        if t.height < 0
    ]
    up = max(0.0, floor - min(lows, default=floor))
    return [replace(t, height=t.height + up) if t.height and not t.turn else t for t in made]


def sources_of(
    before: Typeset, after: Typeset, pairs: Pairs, members: Sequence[Sequence[int]]
) -> dict[int, list[int]]:
    """For each glyph of the line before: those of the next that it becomes, the first to go first."""
    found: dict[int, list[tuple[int, float, int]]] = {}
    for group in members:
        for old, new in (pairs[n] for n in group):
            ends = (Box.of([line[n].points]).middle for line, n in ((before, old), (after, new)))
            way = float(np.linalg.norm(np.subtract(*ends)))
            found.setdefault(old, []).append((-len(group), way, new))
    return {old: [new for *_, new in sorted(made)] for old, made in found.items()}


def _stacked(
    before: Typeset, after: Typeset, pairs: Pairs, groups: Sequence[Sequence[int]]
) -> Iterator[list[int]]:
    """Groups that stand over each other in both lines, and go the same way, as one."""
    left = [(list(group), *_boxes(before, after, pairs, group)) for group in groups]
    while left:
        group, start, end = left.pop(0)
        joined = True
        while joined:
            joined = False
            for other in [*left]:
                if _over(start, other[1]) and _over(end, other[2]):
                    ways = [b.middle - a.middle for a, b in ((start, end), other[1:])]
                    if np.abs(ways[0] - ways[1]).max() < TOGETHER:
                        left.remove(other)
                        group += other[0]
                        start, end = _boxes(before, after, pairs, group)
                        joined = True
        yield group


def _boxes(before: Typeset, after: Typeset, pairs: Pairs, group: Sequence[int]) -> tuple[Box, Box]:
    old = Box.of([before[pairs[n][0]].points for n in group])
    return old, Box.of([after[pairs[n][1]].points for n in group])


def _over(one: Box, other: Box) -> bool:
    """Whether they share some width, one above the other."""
    across, apart = np.abs(one.middle - other.middle) < (one.sides + other.sides) / 2
    return bool(across and not apart)
