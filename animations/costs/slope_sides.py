"""What stands at the arrows of the lesson on a slope: uphill and downhill, and the sign that says to which side.

Laws
----
- the sign that is said is that of the slope where the arrow begins
- a label is clear of the curve, the tangent, the arrows and of other labels, if there is room
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import VGroup

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.slice_picture import DOT, SlicePicture
from symgd.animations.staging.contrast import paler
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

EM, SMALL, FAINT = 0.32, 0.28, 3.0
ASIDE = 0.2  # between labels beside each other
HALF = 0.62  # of a line's width, for two
SAMPLES = 60
BRANCH = 2.2  # a half of the picture is wide enough for words


class SlopeSides:
    """Labels in a slice, each kept clear of those before it until `clear`."""

    def __init__(self, picture: SlicePicture, visited: Sequence[float] = ()) -> None:
        self.picture, self.visited = picture, visited
        self.times = 1.0  # as long as its step is an arrow
        self.placed: list[VGroup] = []

    def clear(self) -> None:
        """No label is there any more."""
        self.placed = []

    def named(self, said: Message, arrow: VGroup) -> VGroup:
        """Words beside an arrow, on its branch of the curve if there is room."""
        return self._put(self._written(said), arrow)

    def _put(self, written: Sequence[Typeset], arrow: VGroup) -> VGroup:
        """The first of some labels that has room beside an arrow, kept clear of what stands there."""
        picture = self.picture
        values = np.linspace(picture.panel.x.low, picture.panel.x.high, SAMPLES).tolist()
        curve = picture.panel.segments(values, [picture.cost(value) for value in values])
        tangent = [(line[0], line[3]) for line in picture.tangent.points.reshape(-1, 4, 3)]
        tangent += [piece for value in self.visited for piece in self._at(value)]
        taken = [piece for each in self.placed for piece in _rows(each)]
        dots = rounds([picture.dot.get_center(), *map(picture.position, self.visited)], DOT)
        lines = along([*curve, *_axis(arrow), *tangent, *taken])
        anchor = np.asarray(arrow.get_center())
        places = LabelPlaces(picture.stage, self._branch(anchor), [*lines, *dots])
        inside = [each for each in written if each.width <= places.box.width - 2 * DOT]
        label = min(inside or written[-1:], key=lambda each: places.crowd(each, anchor))
        made = places.put(label, anchor)
        self.placed.append(made)
        return made

    def _branch(self, anchor: FloatArray) -> Zone:
        """The half of the picture on a place's side of the least cost: what is said there is true on that side."""
        box, lowest = self.picture.panel.box, self.picture.lowest
        if lowest is None:
            return box
        middle = float(self.picture.position(lowest)[0])
        if abs(anchor[0] - middle) < DOT or min(middle - box.left, box.right - middle) < BRANCH:
            return box
        left = anchor[0] < middle
        return replace(box, right=middle) if left else replace(box, left=middle)

    def _written(self, said: Message) -> list[Typeset]:
        """Words in one line, in two, and in two smaller ones."""
        sentence = self.picture.stage.sentence
        whole = sentence(said, em=EM)
        width = HALF * float(whole.width)
        return [whole, *(sentence(said, em=em, width=width * em / EM) for em in (EM, SMALL))]

    def _at(self, value: float) -> list[tuple[FloatArray, FloatArray]]:
        """The tangent where a step begins, and the step's arrow."""
        picture, slope = self.picture, self.picture.slope(value)
        lines = picture.straight(value, slope, whole=picture.across)
        height = float(picture.position(value)[1])
        arrow = picture.along(value, -self.times * picture.rate * slope, height)
        return [*lines, *_axis(arrow)]

    def beside_dot(self, number: Typeset) -> VGroup:
        """A number of the tangent as it is seen there, clear of the curve and of what is written."""
        placed = [*self.placed]
        label = self._put([number.copy()], VGroup(self.picture.dot))
        self.placed = placed
        return label

    def side(self, value: float) -> Message:
        """To which side the minus sends the dot from a value."""
        if self.picture.slope(value) < 0:
            return message("slope negative: step to the right")
        return message("slope positive: step to the left")

    def faint(self, arrow: VGroup) -> VGroup:
        """An arrow as it was before it turned."""
        palette = self.picture.stage.palette
        return arrow.copy().set_color(paler(self.picture.colour, palette.ground, FAINT))


def _axis(arrow: VGroup) -> list[tuple[FloatArray, FloatArray]]:
    """A level arrow, or words, as the line from its left end to its right one."""
    if not arrow.width:
        return []
    return [(np.asarray(arrow.get_left()), np.asarray(arrow.get_right()))]


def _rows(words: VGroup) -> list[tuple[FloatArray, FloatArray]]:
    """What words cover, as level lines at their foot, in their middle and at their top, with room at their ends."""
    (left, foot, _), (right, top, _) = words.get_corner((-1, -1, 0)), words.get_corner((1, 1, 0))
    heights = foot, (foot + top) / 2, top
    left, right = left - ASIDE, right + ASIDE
    return [(np.array([left, h, 0.0]), np.array([right, h, 0.0])) for h in heights]
