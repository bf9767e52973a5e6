"""How glyphs get from one line to the next: outlines that are never torn, and arcs on which parts pass each other.

Laws
----
- what travels is one outline, moved and scaled; for a counterpart that has another one it is exchanged, as a whole
- parts whose ways cross are half a formula's height apart, from middle to middle, where they meet
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from manim import ManimColor, VGroup, VMobject, interpolate_color

from symgd.animations.formulas.typeset import Glyph, Points
from symgd.data.arrays import FloatArray

ALIKE = 0.02  # outlines that differ by less, in parts of their size, are one
LIKE_SIDES = 1.7  # outlines whose sides are so much alike may be stretched
EXCHANGED = 0.85  # of the way: before that the old outline is seen, then the new one
STILL = 0.05  # what moves less stays where it is
PASSED = 0.08  # parts whose middles are nearer than that stand over each other, before or after
APART = 0.24  # between parts that pass each other
RAISED = 0.05  # parts of which one is so much higher at first pass as they stand: an exponent above its base
LOW = 0.35  # of the arc's height: parts that meet near an end of their ways rise no more for that
HIGHEST = 1.1  # that parts need to be apart, at most
SMALL = 0.75  # of another's height: a part that passes over it alone


@dataclass(frozen=True)
class Box:
    """Where something stands: its middle and its sides, each of shape (2,)."""

    middle: FloatArray
    sides: FloatArray

    @classmethod
    def of(cls, points: Sequence[Points]) -> Box:
        """That which holds all of the outlines."""
        every = np.concatenate(points)[:, :2]
        low, high = every.min(axis=0), every.max(axis=0)
        return cls((low + high) / 2, high - low)

    def towards(self, other: Box, part: float) -> Box:
        """On the way to another."""
        middle = (1 - part) * self.middle + part * other.middle
        return Box(middle, (1 - part) * self.sides + part * other.sides)

    def lifted(self, height: float) -> Box:
        """So much higher."""
        return Box(self.middle + np.array([0.0, height]), self.sides)


def into(points: Points, box: Box) -> Points:
    """An outline moved and scaled into a box; it keeps its proportions where the box has quite other ones."""
    own = Box.of([points])
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(own.sides > 1e-9, box.sides / own.sides, 1.0)
    least, most = sorted(np.maximum(factors, 1e-9).tolist())
    if most / least > LIKE_SIDES:
        factors = np.full(2, factors[1] if own.sides[1] >= own.sides[0] else factors[0])
    made = np.zeros_like(points)
    made[:, :2] = (points[:, :2] - own.middle) * factors + box.middle
    return made


def same_outline(one: Points, other: Points) -> bool:
    """Whether two outlines are one, moved and scaled; each side by itself, as the rule of a fraction is."""
    if len(one) != len(other):
        return False
    unit = [_normal(points) for points in (one, other)]
    return bool(np.abs(unit[0] - unit[1]).max() < ALIKE)


def _normal(points: Points) -> Points:
    box = Box.of([points])
    made: Points = (points[:, :2] - box.middle) / np.maximum(box.sides, 1e-9)
    return made


class Traveller:
    """A glyph on its way: one outline, and a second where its counterpart looks different."""

    def __init__(self, origin: Glyph, target: Glyph) -> None:
        self.start, self.end = Box.of([origin.points]), Box.of([target.points])
        self.whole = same_outline(origin.points, target.points)
        self.ends = np.array(origin.points), np.array(target.points)
        self.old, self.new = origin.copy(), target.copy()
        self.colours = [ManimColor(part.get_fill_color()) for part in (origin, target)]

    @property
    def mobjects(self) -> list[Glyph]:
        """What is drawn."""
        return [self.old] if self.whole else [self.old, self.new]

    def show(self, part: float, height: float, shown: float = 1.0) -> None:
        """Be at a part of the way, so high above the straight line."""
        colour = interpolate_color(*self.colours, part)
        if self.whole:
            points = (1 - part) * self.ends[0] + part * self.ends[1]
            points[:, 1] += height
            self.old.set_points(points)
            self.old.set_fill(colour, opacity=shown)
            return
        box = self.start.towards(self.end, part).lifted(height)
        seen = float(part >= EXCHANGED)
        for glyph, outline, opacity in zip(
            (self.old, self.new), self.ends, (1 - seen, seen), strict=True
        ):
            at_end = (part == 0 and glyph is self.old) or (part == 1 and glyph is self.new)
            glyph.set_points(outline if at_end else into(outline, box))
            glyph.set_fill(colour, opacity=opacity * shown)


@dataclass(frozen=True)
class Travel:
    """What travels together: where it stands before and after."""

    start: Box
    end: Box

    @property
    def way(self) -> float:
        """How far it goes sideways."""
        return float(self.end.middle[0] - self.start.middle[0])

    @property
    def stays(self) -> bool:
        """Whether it hardly moves."""
        return bool(np.abs(self.end.middle - self.start.middle).max() < STILL)


def meeting(one: Travel, other: Travel) -> float | None:
    """At which part of their ways the middles of two stand above each other; None where they do not pass."""
    before = float(one.start.middle[0] - other.start.middle[0])
    after = float(one.end.middle[0] - other.end.middle[0])
    if before * after >= 0 or min(abs(before), abs(after)) < PASSED:
        return None
    return before / (before - after)


def apart(one: Travel, other: Travel, time: float, height: float) -> float:
    """How far apart the middles of two parts have to be where they meet, for formulas of some height."""
    sides = [part.start.towards(part.end, time).sides[1] for part in (one, other)]
    return float(min(max(height / 2, sum(sides) / 2 + APART), HIGHEST))


def arc(time: float) -> float:
    """How high an arc of height 1 is at a part of the way: it rises soon, so that neighbours pass each other too."""
    return 1 - (2 * time - 1) ** 4


def arcs(parts: Sequence[Travel], height: float, *, over: bool = False) -> list[float]:
    """The height of each part's arc over its straight way; what is higher passes above, or else what goes to the right.

    What stays does not give way; of two that move, each gives half, or where small parts go `over` large ones these do.
    """
    heights = [0.0] * len(parts)
    pairs = []
    for i, k in combinations(range(len(parts)), 2):
        time = meeting(parts[i], parts[k])
        if time is not None and not (parts[i].stays and parts[k].stays):
            pairs.append((i, k, time))
    for i, k, time in pairs:
        one, other = parts[i], parts[k]
        raised = float(one.start.middle[1] - other.start.middle[1])
        above = raised > 0 if abs(raised) > RAISED else one.way - other.way >= 0
        upper, lower = (i, k) if above else (k, i)
        if _small_stays(parts[upper], parts[lower]):
            upper, lower = lower, upper
        tiny = [n for n, m in ((i, k), (k, i)) if _far_smaller(parts[n], parts[m])] if over else []
        if tiny:
            upper, lower = tiny[0], i + k - tiny[0]
        at = [parts[n].start.towards(parts[n].end, time).middle[1] for n in (upper, lower)]
        now = at[0] - at[1] + (heights[upper] - heights[lower]) * arc(time)
        missing = (apart(one, other, time, height) - now) / max(arc(time), LOW)
        if missing <= 0:
            continue
        if parts[lower].stays or tiny:
            heights[upper] += missing
        elif parts[upper].stays:
            heights[lower] -= missing
        else:
            heights[upper] += missing / 2
            heights[lower] -= missing / 2
    return heights


def _far_smaller(one: Travel, other: Travel) -> bool:
    """Whether a part that moves is far less high than another, and beside it before and after."""
    sides = [min(part.start.sides[1], part.end.sides[1]) for part in (one, other)]
    beside = (
        abs(a.middle[0] - b.middle[0]) >= (a.sides[0] + b.sides[0]) / 2
        for a, b in ((one.start, other.start), (one.end, other.end))
    )
    return bool(not one.stays and sides[0] < SMALL * sides[1] and all(beside))


def _small_stays(upper: Travel, lower: Travel) -> bool:
    """Whether the part meant to be above stays: then the other passes above it."""
    return upper.stays and not lower.stays


def strike(glyph: Glyph, colour: str, width: float = 3.0) -> VMobject:
    """A stroke through a glyph, that is still to be drawn."""
    box = Box.of([glyph.points])
    reach = np.array([max(box.sides[0], 0.12), max(box.sides[1], 0.12)]) * 0.62
    start, end = box.middle - reach, box.middle + reach
    line = VMobject().set_stroke(color=colour, width=width)
    line.set_points_as_corners([(*start, 0.0), (*end, 0.0)])
    return line


def around(box: VMobject, old: VGroup, new: VGroup) -> Box | None:
    """Where a box stands that is as far from the new part as it was from the old."""
    if not len(old) or not len(new):
        return None
    was, will, own = (Box.of([g.points for g in group]) for group in (old, new, VGroup(box)))
    return Box(own.middle - was.middle + will.middle, own.sides - was.sides + will.sides)


def stretched(box: VMobject, outline: Points, start: Box, now: Box) -> None:
    """Give a rectangle, corner by corner, the sides that it has now."""
    points = np.array(outline)
    factors = now.sides / np.maximum(start.sides, 1e-9)
    points[:, :2] = (outline[:, :2] - start.middle) * factors + now.middle
    box.set_points(points)
