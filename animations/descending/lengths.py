"""The lengths of a gradient and of its step, one below the other, on one scale."""

from __future__ import annotations

from manim import Line, Rectangle, VGroup

from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.writing.words import Message, message

EM, PITCH, LEAST_PITCH = 0.34, 1.05, 0.78  # of a row: its text, and its bar below
SMALL_EM, LOW = 0.3, 0.66  # of both in one row: its text, and the least height
THICK, LEAST, BELOW = 0.14, 0.02, 0.24
BREAK, GAP, ROUNDING = (
    (3.0, 4.2),
    5.0,
    1e-9,
)  # where a broken bar has gaps, from its end; their width
BETWEEN = 0.3  # bars beside each other


class Lengths:
    """Two rows in a zone: the start's gradient, and the first step; empty where the zone has no room for both."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone = stage, zone
        slope, step = float(story.gradient_norm[0]), float(story.step_norm[0])
        self.story = story
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

    def _brief(self, step: int) -> tuple[Message, Message]:
        """What both lengths are at a step, where they have their names already."""
        story, cost = self.story, self.story.problem.cost_name
        slope, much = (
            numeral(float(each[step])) for each in (story.gradient_norm, story.step_norm)
        )
        return (
            message("|∇{cost}|: {length}", cost=cost, length=slope),
            message("{rate}|∇{cost}|: {length}", rate=story.rate, cost=cost, length=much),
        )

    def beside(self, zone: Zone, step: int) -> VGroup:
        """Both of a step in one low row, on the scale of the start's; nothing where there is no room for them."""
        if zone.height < LOW:
            return VGroup()
        lengths, made = (self.story.gradient_norm[step], self.story.step_norm[step]), VGroup()
        for part, said, length in zip(
            zone.columns(1, 1, gap=BETWEEN), self._brief(step), lengths, strict=True
        ):
            text = self.stage.sentence(said, em=SMALL_EM).at_most(part.width)
            if text.em < LEAST_EM:
                return VGroup()
            foot = zone.bottom + LOW - SMALL_EM
            made.add(VGroup(text.put(part.left, foot), self._bar(part, foot - BELOW, length)))
        return made

    def _bar(self, zone: Zone, height: float, length: float) -> VGroup:
        """As long as it is on the scale; one that is longer than there is room for is broken near its end."""
        whole = float(length) / self.longest * zone.width
        wide = max(LEAST, min(whole, zone.width))
        bar = Rectangle(width=wide, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink).move_to((zone.left + wide / 2, height, 0))
        gaps, made = VGroup(), VGroup(bar)
        made.add(gaps)
        if whole > zone.width * (1 + ROUNDING):
            for aside in BREAK:
                x = zone.right - aside * THICK
                ends = (x - THICK / 2, height - THICK, 0), (x + THICK / 2, height + THICK, 0)
                gaps.add(Line(*ends, stroke_width=GAP, color=self.stage.palette.ground))
        return made

    def _row(self, row: int, said: Message, length: float) -> VGroup:
        """What it is and how long, and a bar as long."""
        zone, top = self.zone, self.zone.top - self.pitch * row
        text = self.stage.sentence(said, em=EM).at_most(zone.width)
        text.put(zone.left, top - EM)
        return VGroup(text, self._bar(zone, top - EM - BELOW, length))
