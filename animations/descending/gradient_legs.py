"""GradientLegs: the gradient at the start as an arrow in the plane, and the partial derivatives that it is the sum of."""

from __future__ import annotations

import math

import numpy as np
from manim import Mobject, VGroup

from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

LONGEST, OF_ROOM = 1.7, 0.85  # of the arrow, in the frame; of the way to the border, at most
EM, AWAY = 0.3, 0.12
ROUND = (5.0, 2.0, 1.0)


class GradientLegs:
    """Arrows from the start, `times` times as long as the gradient and as its parts along the two scales are.

    `times` is a round number that lets the arrow be seen, uphill and downhill.
    """

    def __init__(self, picture: ParameterPicture) -> None:
        self.picture, self.story = picture, picture.story
        self.slopes = np.array(self.story.gradient(0))
        self.times = self._times()

    def _times(self) -> float:
        """How many times as long as they are the arrows are drawn; 0 where none can be."""
        panel, start = self.picture.panel, self.story.parameters[0]
        scales = (panel.x,) if self.picture.curved else (panel.x, panel.y)
        box = panel.box
        sides = (box.width, box.height)
        most, length = math.inf, 0.0
        for index, scale, side in zip(self.story.axes, scales, sides, strict=False):
            slope, unit = abs(float(self.slopes[index])), side / (scale.high - scale.low)
            room = OF_ROOM * min(start[index] - scale.low, scale.high - start[index])
            if slope:
                most = min(most, room / slope)
            length = math.hypot(length, slope * unit)
        if not length or not math.isfinite(length):
            return 0.0
        most = min(most, LONGEST / length)
        if most <= 0 or not math.isfinite(most):
            return 0.0
        power = 10.0 ** math.floor(math.log10(most))
        return next((part * power for part in ROUND if part * power <= most), power)

    def arrow(self, sign: float) -> VGroup:
        """Uphill, or with the minus downhill."""
        return self.picture.arrow_to(self._tip(sign, self.story.axes))

    def leg(self, index: int) -> VGroup:
        """The part along one parameter's scale, in its colour."""
        leg = self.picture.arrow_to(self._tip(1.0, (index,)))
        return self._coloured(leg, index)

    def moved(self, leg: VGroup, before: VGroup) -> VGroup:
        """The leg where it begins at the tip of the one before."""
        return leg.copy().shift(before[1].points[0] - leg[0].get_start()) if len(before) else leg

    def label(self, index: int, leg: Mobject) -> VGroup:
        """The partial derivative's value beside its leg, on the side where the other leg does not go; beyond an upright one."""
        made = self.picture.stage.formula(numeral(float(self.slopes[index]), SLOPE_DIGITS), em=EM)
        upright = index == self.story.axes[-1]
        way = -float(self.slopes[self.story.axes[-1]])
        place, box = leg.get_center(), self.picture.panel.box
        if upright:  # beyond its tip, where the arrow that both make ends too
            way = -way
            place = leg.get_top() if way > 0 else leg.get_bottom()
        place = place + np.array([0, np.sign(way) * (made.height / 2 + AWAY), 0])
        inside = made.width / 2 + AWAY
        place[0] = np.clip(place[0], box.left + inside, box.right - inside)
        return self._coloured(VGroup(*made.move_to(place)), index)

    @property
    def has_legs(self) -> bool:
        """Whether the arrow is seen to be made of two."""
        return len(self.story.axes) == 2 and all(self.slopes[index] for index in self.story.axes)

    def scale(self) -> VGroup:
        """How many times smaller or larger than it is the arrow is drawn."""
        one, times = numeral(1.0), self.times
        said = message("arrow {one} : {times}", one=one, times=numeral(1 / times))
        if times >= 1:
            said = message("arrow {times} : {one}", one=one, times=numeral(times))
        panel = self.picture.panel
        if not len(panel.footnote):
            return VGroup(panel.foot(said, stays=False))
        return VGroup() if self.story.sliced else VGroup(panel.corner(said, EM))

    def _tip(self, sign: float, indices: tuple[int, ...]) -> FloatArray:
        tip: FloatArray = np.array(self.story.parameters[0], dtype=np.float64)
        for index in indices:
            tip[index] += sign * self.times * self.slopes[index]
        return tip

    def _coloured(self, made: VGroup, index: int) -> VGroup:
        stage = self.picture.stage
        colour = stage.colours[self.story.names[index]]
        for part in made:
            part.set_stroke(colour) if part.get_stroke_width() else part.set_fill(colour)
        return made
