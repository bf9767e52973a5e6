"""The lengths of a gradient and of its step, one below the other, on one scale."""

from __future__ import annotations

from manim import LEFT, Rectangle, VGroup

from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.writing.words import Message, message

EM, PITCH, LEAST_PITCH = 0.34, 1.05, 0.78  # of a row: its text, and its bar below
THICK, LEAST, BELOW = 0.14, 0.02, 0.24
BOX, SHORT_EM = 0.22, 0.26
SEEN = 0.015  # a smaller part of the longer one is no length that could be compared


class Lengths:
    """Two rows in a zone: the start's gradient, and the first step; empty where the zone has no room for both."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone = stage, zone
        slope, step = float(story.gradient_norm[0]), float(story.step_norm[0])
        self.longest = max(slope, step) or 1.0
        self.gradient, self.step = VGroup(), VGroup()
        self.pitch = min(PITCH, zone.height / 2)
        if self.pitch < LEAST_PITCH:
            return
        cost, rate = story.problem.cost_name, story.rate
        said = message("gradient |∇{cost}|: {length}", cost=cost, length=numeral(slope))
        self.gradient = self._row(0, said, slope)
        said = message("step {rate}|∇{cost}|: {length}", rate=rate, cost=cost, length=numeral(step))
        self.step = self._row(1, said, step)
        if step < slope:  # the box is what the rate is a part of
            box = Rectangle(width=zone.width, height=BOX, stroke_width=1.5)
            box.set_stroke(stage.palette.ink).move_to(self.step[1]).align_to(self.step[1], LEFT)
            self.step.add(box)
        if 0 < step < SEEN * slope:
            short = stage.sentence(message("too short to be seen"), em=SHORT_EM)
            self.step.add(short.at_most(0.9 * zone.width).move_to(self.step[2]))

    @property
    def drawings(self) -> list[VGroup]:
        """Both rows."""
        return [self.gradient, self.step]

    def _bar(self, zone: Zone, height: float, length: float) -> VGroup:
        """As long as it is on the scale."""
        wide = max(LEAST, float(length) / self.longest * zone.width)
        bar = Rectangle(width=wide, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink).move_to((zone.left + wide / 2, height, 0))
        return VGroup(bar)

    def _row(self, row: int, said: Message, length: float) -> VGroup:
        """What it is and how long, and a bar as long."""
        zone, top = self.zone, self.zone.top - self.pitch * row
        text = self.stage.sentence(said, em=EM).at_most(zone.width)
        text.put(zone.left, top - EM)
        return VGroup(text, self._bar(zone, top - EM - BELOW, length))
