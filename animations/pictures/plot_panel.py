"""A plot: a box with scales, into which things are drawn at the values of the data, and nothing outside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from manim import Circle, Line, VGroup, VMobject

from symgd.animations.formulas.numerals import Scale, in_one_notation, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message

TICK_EM, LABEL_EM, NOTE_EM = 0.26, 0.31, 0.26
LEFT, RIGHT, BOTTOM, TOP = 0.86, 0.12, 0.66, 0.42
TICK = 0.07
APART = 0.25
FEW = 0.45  # the width of a name of few letters
DASH, GAP = 0.1, 0.07
TICK_DIGITS = 12
X_ROOM, Y_ROOM = 0.95, 0.5  # a tick for each so much of a side, at most


class PlotPanel:
    """Scales round a rectangle; the zone holds what is written round it too, and `drawing` is what is seen of it."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        x: Scale,
        y: Scale,
        *,
        x_label: Label,
        y_label: Label,
        fewest: int = 2,
    ) -> None:
        self.stage, self.x, self.y = stage, x, y
        self.fewest = fewest  # ticks upwards, that a low panel has room for
        self.box = Zone(zone.left + LEFT, zone.right - RIGHT, zone.bottom + BOTTOM, zone.top - TOP)
        self.scales = VGroup(self._x_scale(), self._y_scale())
        half, self._x_said, self._y_said = self.box.width * 0.62, x_label, y_label
        self.x_label = self._named(x_label, half)
        self.x_label.put(self.box.right - self.x_label.width, zone.bottom + 0.08)
        self.y_label = self._named(y_label, self.box.width * 0.85)
        self.y_label.put(zone.left + 0.2, self.box.top + 0.14)
        self.note, self.footnote = VGroup(), VGroup()
        parts = (self.scales, self.x_label, self.y_label, self.note, self.footnote)
        self.drawing = VGroup(*parts)

    def _named(self, label: Label, room: float) -> Typeset:
        """A scale's name; a name that would get too small is cut."""
        return self.stage.fitted(label, LABEL_EM, room)

    def name_across(self) -> None:
        """Let the lower scale's name have the whole width, where nothing stands beside it."""
        room = float(self.box.width) + LEFT
        self.x_label = self._relabelled(self.x_label, self._x_said, room)
        self.x_label.shift((self.box.right - self.x_label.get_right()[0], 0, 0))

    def noted(self, said: Message) -> None:
        """Keep a remark at the top right."""
        self.note.add(self.corner(said, NOTE_EM))

    def has_corner(self, said: Message) -> bool:
        """Whether such a remark has room there in one line; the scale's name may be cut for it."""
        least = least_width(self.stage.sentence(said, em=NOTE_EM))
        room = float(self.box.right - APART - least - self.y_label.get_left()[0])
        return room > min(FEW, float(self.y_label.width))

    def corner(self, said: Message, em: float) -> Typeset:
        """Words above the top right corner, clear of the scale's name."""
        left = float(self.y_label.get_left()[0])
        words = self.stage.fitted(said, em, float(self.box.right - left) - APART - FEW)
        room = self.box.right - least_width(words) - APART - left
        if self.y_label.width > room > FEW:
            self.y_label = self._relabelled(self.y_label, self._y_said, room)
            self.y_label.shift((left - self.y_label.get_left()[0], 0, 0))
        words.at_most(self.box.right - self.y_label.get_right()[0] - APART)
        return words.put(self.box.right - words.width, self.box.top + 0.14)

    def foot(self, said: Message, em: float = NOTE_EM, *, stays: bool = True) -> Typeset:
        """A remark at the bottom left, beside the scale's name."""
        room = self.box.width + LEFT - APART / 2 - APART - FEW
        words = self.beneath(self.stage.fitted(said, em, room))
        if stays:
            self.footnote.add(words)
        return words

    def beneath(self, words: Typeset) -> Typeset:
        """Words at the bottom left; where they are long, they begin farther left, and the scale's name is cut."""
        box, least = self.box, least_width(words)
        left, foot = box.left, box.bottom - BOTTOM + 0.08
        if left + least + APART > self.x_label.get_left()[0]:
            left -= LEFT - APART / 2
        room = box.right - left - least - APART
        if self.x_label.width > room > FEW:
            self.x_label = self._relabelled(self.x_label, self._x_said, room)
            self.x_label.shift((box.right - self.x_label.get_right()[0], 0, 0))
        words.at_most(self.x_label.get_left()[0] - APART - left).put(left, foot)
        words.shift((0, max(0.0, box.bottom - BOTTOM - words.get_bottom()[1]), 0))
        return words

    def _relabelled(self, label: Typeset, said: Label, room: float) -> Typeset:
        """A scale's name, cut so that there is room for what stands beside it."""
        short = self.stage.fitted(said, LABEL_EM, room)
        short.put(float(label.get_left()[0]), label.baseline)
        self.drawing.remove(label)
        self.drawing.add(short)
        return short

    def _x_scale(self) -> VGroup:
        box = self.box
        group = VGroup(self._stroke((box.left, box.bottom), (box.right, box.bottom)))
        end = -np.inf
        for value in self.x.ticks(max(2, int(box.width / X_ROOM))):
            position = box.left + box.width * self.x.part(value)
            group.add(self._stroke((position, box.bottom), (position, box.bottom - TICK)))
            mark = self.stage.formula(numeral(value, TICK_DIGITS), em=TICK_EM)
            if position - mark.width / 2 < end + TICK:
                continue  # its number would lie over the one before
            end = position + mark.width / 2
            group.add(mark.put(position - mark.width / 2, box.bottom - TICK - 0.23))
        return group

    def _y_scale(self) -> VGroup:
        box = self.box
        group = VGroup(self._stroke((box.left, box.bottom), (box.left, box.top)))
        ticks = self.y.ticks(max(self.fewest, int(box.height / Y_ROOM)))
        said = in_one_notation(ticks) if self.y.log else [numeral(v, TICK_DIGITS) for v in ticks]
        for value, term in zip(ticks, said, strict=True):
            position = box.bottom + box.height * self.y.part(value)
            group.add(self._stroke((box.left, position), (box.left - TICK, position)))
            mark = self.stage.formula(term, em=TICK_EM)
            mark.scale(min(1.0, (LEFT - TICK - 0.04) / mark.width))  # in one line: 2·10¹⁸
            beside = min(0.06, LEFT - TICK - mark.width)
            group.add(mark.put(box.left - TICK - beside - mark.width, position - 0.08))
        return group

    def _stroke(self, start: tuple[float, float], end: tuple[float, float]) -> Line:
        return Line((*start, 0), (*end, 0), color=self.stage.palette.ink, stroke_width=1.5)

    @property
    def heights(self) -> VGroup:
        """What tells the heights: the marks and numbers at the left side, and a remark."""
        return VGroup(*self.scales[1][1:], *self.note)

    def position(self, x: float, y: float) -> FloatArray:
        """Where a value is in the frame, of shape (3,)."""
        box = self.box
        across, up = self.x.part(float(x)), self.y.part(float(y))
        return np.array([box.left + box.width * across, box.bottom + box.height * up, 0.0])

    def holds(self, x: float, y: float) -> bool:
        """Whether a value lies inside the box."""
        across, up = self.x.part(float(x)), self.y.part(float(y))
        return bool(-1e-9 <= across <= 1 + 1e-9 and -1e-9 <= up <= 1 + 1e-9)

    def dot(
        self, dots: VGroup, points: Iterable[tuple[float, float]], radius: float, colour: str
    ) -> None:
        """Make `dots` stand at those of the points that lie inside the box; those that are there stay."""
        inside = [(x, y) for x, y in points if np.isfinite(y) and self.holds(x, y)]
        while len(dots) > len(inside):
            dots.remove(dots[-1])
        for x, y in inside[len(dots) :]:
            dot = Circle(radius=radius, stroke_width=0, fill_opacity=1).set_fill(colour)
            dots.add(dot.move_to(self.position(x, y)))

    def apart(
        self, points: Iterable[tuple[float, float]], least: float
    ) -> list[tuple[float, float]]:
        """Those of the points that stand so far from the one before: closer dots would be a thick line."""
        kept: list[tuple[float, float]] = []
        for point in points:
            if not np.isfinite(point[1]):
                continue
            way = self.position(*point) - self.position(*kept[-1]) if kept else np.full(3, np.inf)
            if float(np.linalg.norm(way)) >= least:
                kept.append(point)
        return kept

    def border(self, x: float, y: float) -> FloatArray:
        """Where a value is, or the position on the box's border nearest to it."""
        box = self.box
        return np.clip(self.position(x, y), (box.left, box.bottom, 0), (box.right, box.top, 0))

    def segments(
        self, xs: Iterable[float], ys: Iterable[float]
    ) -> list[tuple[FloatArray, FloatArray]]:
        """The polyline through the values, as the straight pieces of it that lie inside the box."""
        positions = [
            self.position(x, y) if np.isfinite(x) and np.isfinite(y) else None
            for x, y in zip(xs, ys, strict=True)
        ]
        pairs = pairwise(positions)
        pieces = (self.clipped(a, b) for a, b in pairs if a is not None and b is not None)
        return [piece for piece in pieces if piece is not None]

    def clipped(self, start: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray] | None:
        """The part of a straight line that lies inside the box."""
        return clipped(self.box, start, end)


def clipped(box: Zone, start: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """The part of a straight line that lies inside a box (Liang and Barsky)."""
    first, last, way = 0.0, 1.0, end - start
    for axis, low, high in ((0, box.left, box.right), (1, box.bottom, box.top)):
        if abs(way[axis]) < 1e-12:
            if not low - 1e-9 <= start[axis] <= high + 1e-9:
                return None
            continue
        near, far = sorted(((low - start[axis]) / way[axis], (high - start[axis]) / way[axis]))
        first, last = max(first, near), min(last, far)
    if first >= last:
        return None
    return start + first * way, start + last * way


def shape_of(zone: Zone) -> float:
    """How many times its height the box of a panel in a zone is wide."""
    return (zone.width - LEFT - RIGHT) / (zone.height - BOTTOM - TOP)


def drawn(
    mobject: VMobject, pieces: Sequence[tuple[FloatArray, FloatArray]], *, dashed: bool = False
) -> VMobject:
    """Give a mobject the outline made of straight pieces, dashed or not; it stays one object."""
    if dashed:
        pieces = [dash for piece in pieces for dash in _dashes(*piece)]
    if not pieces:
        return mobject.clear_points()
    starts = np.array([start for start, _ in pieces])
    ways = np.array([end for _, end in pieces]) - starts
    curves = np.stack([starts + ways * part for part in (0, 1 / 3, 2 / 3, 1)], axis=1)
    return mobject.set_points(curves.reshape(-1, 3))


def _dashes(start: FloatArray, end: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    length = float(np.linalg.norm(end - start))
    if length < 1e-9:
        return []
    way = (end - start) / length
    firsts = np.arange(0.0, length, DASH + GAP)
    return [(start + way * first, start + way * min(first + DASH, length)) for first in firsts]


def least_width(words: Typeset) -> float:
    """How wide words are in the least size that can be read."""
    return float(words.width * min(1.0, LEAST_EM / words.em))


def stroke(colour: str, width: float = 2.5, opacity: float = 1.0) -> VMobject:
    """A line without points yet."""
    return VMobject().set_stroke(color=colour, width=width, opacity=opacity)
