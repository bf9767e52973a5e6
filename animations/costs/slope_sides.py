"""What stands at the arrows of the lesson on a slope: uphill and downhill, and the sign that says to which side.

Laws
----
- the sign that is said is that of the slope where the arrow begins
- a label is clear of the curve, the tangent, the arrows and of other labels, if there is room
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import VGroup

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.slice_picture import DOT, SlicePicture
from symgd.animations.staging.contrast import paler
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

EM, SMALL, FAINT = 0.32, 0.28, 3.0
HALF = 0.62  # of a line's width, for two
SAMPLES = 60
TURN, RAYS = math.pi, 13


class SlopeSides:
    """Labels in a slice, each kept clear of those before it until `clear`."""

    def __init__(self, picture: SlicePicture, visited: Sequence[float] = ()) -> None:
        self.picture, self.visited = picture, visited
        self.times = 1  # as long as its step is an arrow
        self.placed: list[VGroup] = []

    def clear(self) -> None:
        """No label is there any more."""
        self.placed = []

    def named(self, said: Message, arrow: VGroup, *, turns: bool = False) -> VGroup:
        """Words beside an arrow; clear of its way round, if it `turns` then."""
        picture = self.picture
        values = np.linspace(picture.panel.x.low, picture.panel.x.high, SAMPLES).tolist()
        curve = picture.panel.segments(values, [picture.cost(value) for value in values])
        tangent = [(line[0], line[3]) for line in picture.tangent.points.reshape(-1, 4, 3)]
        tangent += [piece for value in self.visited for piece in self._at(value)]
        taken = [piece for each in self.placed for piece in _rows(each)]
        dots = rounds([picture.dot.get_center(), *map(picture.position, self.visited)], DOT)
        lines = along([*curve, *_axis(arrow), *tangent, *taken])
        swept = self._swept(arrow) if turns else []
        places = LabelPlaces(picture.stage, picture.panel.box, [*lines, *dots, *swept])
        anchor = np.asarray(arrow.get_center())
        label = min(self._written(said), key=lambda each: places.crowd(each, anchor))
        made = places.put(label, anchor)
        self.placed.append(made)
        return made

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

    def _swept(self, arrow: VGroup) -> list[FloatArray]:
        """Points of the half disc below its tail which an arrow passes as it turns round."""
        tail, length = self.picture.dot.get_center(), float(arrow.width)
        turns, parts = np.linspace(math.pi, 2 * math.pi, RAYS), np.linspace(0, length, RAYS)
        return [
            tail + part * np.array([math.cos(turn), math.sin(turn), 0.0])
            for turn in turns.tolist()
            for part in parts.tolist()
        ]

    def side(self, value: float) -> Message:
        """To which side the minus sends the dot from a value."""
        if self.picture.slope(value) < 0:
            return message("slope negative: step to the right")
        return message("slope positive: step to the left")

    def faint(self, arrow: VGroup) -> VGroup:
        """An arrow as it was before it turned."""
        palette = self.picture.stage.palette
        return arrow.copy().set_color(paler(palette.ink, palette.ground, FAINT))

    def turned(self, arrow: VGroup) -> float:
        """By which angle an arrow turns round, so that it passes below its tail."""
        points_left = arrow[1].get_center()[0] < arrow[0].get_center()[0]
        return TURN if points_left else -TURN


def _axis(arrow: VGroup) -> list[tuple[FloatArray, FloatArray]]:
    """A level arrow, or words, as the line from its left end to its right one."""
    if not arrow.width:
        return []
    return [(np.asarray(arrow.get_left()), np.asarray(arrow.get_right()))]


def _rows(words: VGroup) -> list[tuple[FloatArray, FloatArray]]:
    """What words cover, as level lines at their foot, in their middle and at their top."""
    (left, foot, _), (right, top, _) = words.get_corner((-1, -1, 0)), words.get_corner((1, 1, 0))
    heights = foot, (foot + top) / 2, top
    return [(np.array([left, h, 0.0]), np.array([right, h, 0.0])) for h in heights]
