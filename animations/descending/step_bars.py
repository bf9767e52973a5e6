"""StepBars: how long the steps that were made are, one below the other, on one scale."""

from __future__ import annotations

from manim import Rectangle, VGroup

from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Product
from symgd.writing.formulas.rounding import About
from symgd.writing.words import message

EM, PITCH, TEXT = 0.34, 0.44, 0.6  # of a row; the part of the width that its text may have
THICK, LEAST, GAP = 0.16, 0.02, 0.15
AROUND, HIGH = 0.2, 0.8  # of a row: what is free round all; from its top to its text's line


class StepBars:
    """A row a step: the rate times the gradient's length, and a bar as long as that."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        count = story.singly
        self.above = 1.0  # rows of the title; none where all would get too small with it
        self.pitch = min(PITCH, zone.height / (count + 1 + AROUND))
        if EM * self.pitch < LEAST_EM * PITCH:
            self.above, self.pitch = 0.0, min(PITCH, zone.height / (count + AROUND))
        em = EM * min(1.0, self.pitch / PITCH)
        said = message("rate times the gradient's length:")
        self.title = VGroup()
        if self.above:
            title = stage.sentence(said, em=em).at_most(zone.width)
            self.title.add(title.put(zone.left, self.line(-1)))
        texts = [stage.formula(self._length(step), em=em) for step in range(count)]
        part = min(1.0, TEXT * zone.width / max(float(text.width) for text in texts))
        for text in texts:
            text.scale(part)
        self.start = zone.left + max(float(text.width) for text in texts) + GAP
        self.longest = float(story.step_norm[:count].max()) or 1.0
        self.rows = [VGroup(text, self._bar(step)) for step, text in enumerate(texts)]
        for step, text in enumerate(texts):
            text.put(zone.left, self.line(step))

    def _length(self, step: int) -> About:
        """α times the gradient's length, and what that comes to."""
        story = self.story
        made = numeral(story.rate_at(step)), numeral(float(story.gradient_norm[step]))
        return About(Product(made), numeral(float(story.step_norm[step])))

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - self.pitch * (row + self.above + HIGH))

    def _bar(self, step: int) -> Rectangle:
        room = self.zone.right - self.start
        wide = max(LEAST, float(self.story.step_norm[step]) / self.longest * room)
        bar = Rectangle(width=wide, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink)
        return bar.move_to((self.start + wide / 2, self.line(step) + EM / 4, 0))
