"""Three separate readouts: the learning rate, which never moves, the gradient's length and the step's length."""

from __future__ import annotations

from manim import Polygon, Rectangle, VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import numeral
from symgd.animations.stage import Stage, Zone
from symgd.writing.words import message

EM = 0.3
PITCH = 0.46
BARS, VALUES = 1.95, 1.4  # where the bars begin, and the room that the values need
THICK = 0.17
LEAST = 0.04
RATE_PART = 0.5  # of the longest bar: the rate has its own box, which is compared with nothing
HEAD = 0.22


class Readouts:
    """Learning rate in a box, gradient as an arrow, step as a bar, each with its number, at the top of a zone."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        rate, name = story.rate, story.problem.cost_name
        labels = (
            message("learning rate {rate}", rate=rate),
            message("gradient |∇{cost}|", cost=name),
            message("step {rate}|∇{cost}|", rate=rate, cost=name),
        )
        self.longest = zone.width - BARS - VALUES
        written = VGroup()
        for row, label in enumerate(labels):
            said = stage.sentence(label, em=EM).at_most(BARS - 0.12)
            written.add(said.put(zone.left, self.line(row)))
        wide, ink = RATE_PART * self.longest, stage.palette.ink
        box = Rectangle(width=wide, height=THICK + 0.05, stroke_color=ink, stroke_width=2.5)
        box.move_to((zone.left + BARS + box.width / 2, self.line(0) + 0.09, 0))
        rate_box = VGroup(box, self.value(0, story.run.learning_rate))
        self.moving = self.measures(0)
        self.still = VGroup(written, rate_box)

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(2) - 0.25

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.34 - row * PITCH)

    def value(self, row: int, number: float) -> VGroup:
        """A number at the right end of a row."""
        made = self.stage.formula(numeral(number), em=EM).at_most(VALUES - 0.1)
        return VGroup(made.put(self.zone.right - made.width, self.line(row)))

    def measures(self, step: int) -> VGroup:
        """Gradient and step as they are at a step, both compared with the longest that is shown."""
        story = self.story
        most = float(story.gradient_norm[: story.steps + 1].max()) or 1.0
        part = float(story.gradient_norm[step]) / most
        length = max(LEAST, min(1.0, part) * self.longest)
        bar = Rectangle(width=length, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink)
        bar.move_to((self.zone.left + BARS + length / 2, self.line(2) + 0.09, 0))
        return VGroup(
            self._arrow(length),
            bar,
            self.value(1, float(story.gradient_norm[step])),
            self.value(2, float(story.step_norm[step])),
        )

    def _arrow(self, length: float) -> VGroup:
        left, middle, ink = self.zone.left + BARS, self.line(1) + 0.09, self.stage.palette.ink
        head = min(HEAD, length)
        neck, end, half = left + length - head, left + length, THICK / 2
        tip = Polygon(
            (neck, middle + half, 0), (end, middle, 0), (neck, middle - half, 0), stroke_width=0
        )
        shaft = Rectangle(width=max(neck - left, 1e-3), height=0.05, stroke_width=0, fill_opacity=1)
        shaft.set_fill(ink).move_to(((left + neck) / 2, middle, 0))
        return VGroup(shaft, tip.set_fill(ink, opacity=1))
