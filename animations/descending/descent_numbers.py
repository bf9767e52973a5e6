"""The numbers of a descent: three readouts, and the update of each parameter.

Every line of an update is the Term of the update itself, a − α ∂J/∂a, in which numbers replace symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext
from functools import cached_property

import numpy as np
from manim import Polygon, Rectangle, VGroup

from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import brief, is_long
from symgd.animations.formulas.numerals import (
    READ_DIGITS,
    SLOPE_DIGITS,
    digits_apart,
    numeral,
    rounded,
    settled,
)
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.trace_table import TraceTable as TraceTable
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Negative, Partial, Product, Sum, Symbol, Term
from symgd.writing.words import message

READOUT_EM, READOUT_PITCH = 0.3, 0.46
BARS, VALUES = 2.06, 1.4  # where the bars begin, and the room that the values need
THICK, LEAST, HEAD = 0.17, 0.02, 0.22
NOTE_BELOW = 0.3  # from the last readout's line to what its scale is
SPECK, BELOW_LEAST = (
    50.0,
    3.0,
)  # how many times the shortest the longest is on an even scale; where a log one begins
ROUNDING = 1e-12

UPDATE_EM = 0.42
TALL, FLAT, HIGH = (
    1.07,
    0.6,
    0.62,
)  # pitches with fractions and without; of one, from its top to the line
BETWEEN, INDENT = 0.12, 0.3
FILLED = 0.99  # of a zone's width, by its widest line
RAISED = 0.75  # of a line with fractions, from its foot to the name above it
FIRST, SLOPE = (0,), (1, 0, 1)  # the paths of the parameter and of its slope in its update
EXACT = 60  # digits in which it is worked out whether the numbers as shown give the result as shown


class Readouts:
    """The learning rate as a box, the gradient's length as an arrow, the step's as a bar, each on a scale of its own.

    Each is full at its largest, so that a gradient which is half as long is seen to make the step half as long, and the
    box of a rate that never changes never moves. Lengths that grow by far are on one log scale.
    """

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        rate, name = story.rate, story.problem.cost_name
        step = message("step {rate}|∇{cost}|", rate=rate, cost=name)
        labels = (
            message("learning rate {rate}", rate=rate)
            if self.has_rate
            else message("no learning rate"),
            message("gradient |∇{cost}|", cost=name),
            step if story.rule is None else message("length of the step"),
        )
        written = VGroup()
        for row, label in enumerate(labels):
            said = stage.sentence(label, em=READOUT_EM).at_most(BARS - 0.2)
            written.add(said.put(zone.left, self.line(row)))
        told = VGroup()
        self.longest = zone.width - BARS - VALUES
        scale = message("log scale") if self.is_log else message("each on its own scale")
        note = stage.sentence(scale, em=LEAST_EM).at_most(self.longest + VALUES)
        told.add(note.put(zone.left + BARS, self.line(2) - NOTE_BELOW))
        if self.has_rate and not story.varies:
            told.add(self._box(1.0), self.value(0, story.run.learning_rate))
        self.step, self.moving = 0, self.measures(0)
        self.live = VGroup(self.moving)
        self.still = VGroup(written, told)

    @property
    def has_rate(self) -> bool:
        """Whether there is a learning rate to be shown."""
        rule = self.story.rule
        return rule is None or rule.method.uses_rate

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(2) - NOTE_BELOW - 0.12

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.34 - row * READOUT_PITCH)

    def value(self, row: int, number: float) -> VGroup:
        """A number at the right end of a row."""
        made = self.stage.formula(numeral(number), em=READOUT_EM).at_most(VALUES - 0.1)
        return VGroup(made.put(self.zone.right - made.width, self.line(row)))

    def show(self, time: float) -> Readouts:
        """Lengths between those of two steps, and the numbers of the step that has begun."""
        step = self.step = int(time)
        self.moving.submobjects = [*self.measures(step, time - step)]
        return self

    def measures(self, step: int, part: float = 0.0) -> VGroup:
        """Gradient and step as they are at a step: the longest that is shown is as long as there is room."""
        story = self.story
        slope = self._length(story.gradient_norm, step, part)
        length = self._length(story.step_norm, step, part)
        bar = Rectangle(width=length, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink)
        bar.move_to((self.zone.left + BARS + length / 2, self.line(2) + 0.09, 0))
        made = VGroup(
            self._arrow(slope),
            bar,
            self.value(1, self._settled(story.gradient_norm, step)),
            self.value(2, self._settled(story.step_norm, step)),
        )
        if self.has_rate and story.varies:
            made.add(self._box(self._rate(step, part)), self.value(0, story.rate_at(step)))
        return made

    def _rate(self, step: int, part: float) -> float:
        """A rate that changes, beside the largest of the run."""
        rates = self._rates
        here, there = (rates[min(at, len(rates) - 1)] for at in (step, step + 1))
        return float((1 - part) * here + part * there) / (float(rates.max()) or 1.0)

    @cached_property
    def _rates(self) -> FloatArray:
        """The rates of all steps."""
        rates = np.array([self.story.rate_at(step) for step in range(max(1, self.story.last))])
        found: FloatArray = np.where(np.isfinite(rates), rates, 0.0)
        return found

    def _box(self, part: float) -> Rectangle:
        """The rate's box, hollow, so that it reads as no length."""
        wide = max(LEAST, part * self.longest)
        box = Rectangle(width=wide, height=THICK, stroke_width=2, color=self.stage.palette.ink)
        return box.move_to((self.zone.left + BARS + wide / 2, self.line(0) + 0.09, 0))

    def _settled(self, lengths: FloatArray, step: int) -> float:
        """A length, or 0 where it is rounding alone beside the longest."""
        return settled(float(lengths[step]), float(lengths[: step + 1].max()))

    def _length(self, lengths: FloatArray, step: int, part: float) -> float:
        """How long the bar of a step is, a part of the way to the next."""
        here, there = lengths[step], lengths[min(step + 1, self.story.last)]
        length = float((1 - part) * here + part * there)
        own = lengths[np.isfinite(lengths)]
        of_all = length / (float(own.max(initial=0.0)) or 1.0)
        if self.is_log:
            shown = self._shown
            most = float(shown.max())
            least = float(shown.min()) / BELOW_LEAST
            of_all = float(np.log(max(length, least) / least) / np.log(most / least))
        return max(LEAST, min(1.0, of_all) * self.longest)

    @property
    def is_log(self) -> bool:
        """Whether the bars are on a log scale: on an even one the first ones would be specks."""
        norms = self.story.gradient_norm
        return bool(norms[np.isfinite(norms)].max(initial=0.0) > SPECK * norms[0])

    @cached_property
    def _shown(self) -> FloatArray:
        """All lengths but those that are rounding."""
        story = self.story
        both = np.concatenate((story.gradient_norm, story.step_norm))
        found: FloatArray = both[np.isfinite(both) & (both > ROUNDING * both[0])]
        return found

    def _arrow(self, length: float) -> VGroup:
        left, middle, ink = self.zone.left + BARS, self.line(1) + 0.09, self.stage.palette.ink
        head = min(HEAD, length)
        neck, end, half = left + length - head, left + length, THICK / 2 * head / HEAD
        tip = Polygon(
            (neck, middle + half, 0), (end, middle, 0), (neck, middle - half, 0), stroke_width=0
        )
        shaft = Rectangle(width=max(neck - left, 1e-3), height=0.05, stroke_width=0, fill_opacity=1)
        shaft.set_fill(ink).move_to(((left + neck) / 2, middle, 0))
        return VGroup(shaft, tip.set_fill(ink, opacity=1))


class ValueLine(VGroup):
    """An equals sign and a value: a further line of a derivation, whose left side stands above."""

    def __init__(self, equals: Typeset, value: Formula, em: float) -> None:
        super().__init__(equals, value)
        self.equals, self.value, self.em = equals, value, em

    def put(self, left: float, height: float) -> ValueLine:
        """The sign begins there."""
        self.equals.put(left, height)
        self.value.put(left + self.equals.width + BETWEEN, height)
        return self


def in_symbols(story: DescentStory, name: str) -> Sum:
    """a − α ∂J/∂a, by the parameter's name."""
    parameter = Symbol(name)
    slope = Partial(story.problem.cost_name, parameter)
    return Sum((parameter, Negative(Product((story.rate, slope)))))


def in_numbers(story: DescentStory, name: str, step: int, digits: int = 0) -> Sum:
    """The same with a step's numbers instead of the symbols; the parameter's has so many digits, or as many as it takes."""
    index = story.names.index(name)
    here = float(story.parameters[step][index])
    numbers: dict[Term, Term] = {
        Partial(story.problem.cost_name, Symbol(name)): numeral(
            story.gradient(step)[index], SLOPE_DIGITS
        ),
        story.rate: numeral(story.rate_at(step)),
    }
    _, change = in_symbols(story, name).terms
    digits = digits or shown_digits(story, index, step)
    return Sum((numeral(here, digits), change.substitute(numbers)))


def shown_digits(story: DescentStory, index: int, step: int) -> int:
    """As many digits of a parameter as it takes to see that a step changes it, where so many can be read."""
    here, there = story.parameters[step : step + 2, index].tolist()
    return digits_apart(here, there, most=READ_DIGITS)


def sign_between(story: DescentStory, index: int, step: int, digits: int = 0) -> str:
    """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
    digits = digits or shown_digits(story, index, step)
    here, there = (rounded(float(v), digits) for v in story.parameters[step : step + 2, index])
    slope = rounded(story.gradient(step)[index], SLOPE_DIGITS)
    with localcontext() as exactly:
        exactly.prec = EXACT
        made = here - rounded(story.rate_at(step)) * slope
    return "=" if made == there else "≈"


class UpdateLines:
    """One line a parameter, from the top of a zone."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        *,
        em: float = UPDATE_EM,
        steps: int = 0,
    ) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        self.heights: Sequence[float] | None = None  # of the lines, where something stands between
        self.em, indices = em, range(len(story.names))
        self.above: float | None = None  # the height of a long name's own line above its numbers
        self.tall, self.flat = TALL * em / UPDATE_EM, FLAT * em / UPDATE_EM
        self.letters = {name: Symbol(brief(name)) for name in story.names}
        every = [
            (self._head(index), self.numbers(index, step), self.result(index, step))
            for index in indices
            for step in range(steps or story.singly)
        ]
        widest = max(sum(part.width for part in parts) + 3 * BETWEEN for parts in every)
        self.em = em * min(1.0, FILLED * zone.width / widest)
        most = UPDATE_EM * zone.height / (2 * FLAT * len(indices))
        needs = any(map(is_long, story.names)) or most >= LEAST_EM
        if self.above is None and self.em < LEAST_EM and needs:
            wide = max(sum(part.width for part in parts) + 2 * BETWEEN for _, *parts in every)
            self.em = em * min(1.0, FILLED * (zone.width - INDENT) / wide)
            self.em = min(self.em, max(LEAST_EM, most))
            self.tall, self.flat = (part * self.em / UPDATE_EM for part in (TALL, FLAT))
            self.above = self.flat
        self.arrange()

    def arrange(self, heights: Sequence[float] | None = None) -> UpdateLines:
        """Names and symbols at heights of the lines, or from the zone's top on."""
        self.heights, indices = heights, range(len(self.story.names))
        self.heads = VGroup(*(self._head(index) for index in indices))
        self.tall_heads = VGroup(*(self._head(index, tall=True) for index in indices))
        self.symbols = VGroup(*(self._symbols(index) for index in indices))
        return self

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(len(self.story.names) - 1) - 0.2

    def line(self, index: int, *, tall: bool = False) -> float:
        """The height on which a parameter's line stands, with room for fractions or without."""
        if self.heights is not None:
            return self.heights[index]
        down = self.tall * (HIGH + index) if tall else self.flat * (0.75 + index)
        return float(self.zone.top - down - (self.above or 0.0) * (index + 1))

    def _head(self, index: int, *, tall: bool = False) -> VGroup:
        """The parameter and an arrow to the left."""
        height = self.line(index, tall=tall)
        if self.above is not None:
            height += RAISED * self.tall if tall else self.above
        name = self.stage.formula(self.letters[self.story.names[index]], em=self.em)
        name.set_fill(self.stage.colours[self.story.names[index]])
        name.put(self.zone.left, height)
        arrow = self.sign("←").put(self.zone.left + name.width + BETWEEN, height)
        return VGroup(name, arrow)

    def sign(self, sign: str) -> Typeset:
        """A sign as it stands in a formula."""
        return Typeset(f"${sign}$", em=self.em, colour=self.stage.palette.ink)

    def _after_head(self, index: int) -> float:
        if self.above is not None:
            return self.zone.left + INDENT
        return float(self._head(index).get_right()[0]) + BETWEEN

    def _symbols(self, index: int) -> Formula:
        """The update of a parameter in symbols."""
        whole = in_symbols(self.story, self.story.names[index])
        term = whole.substitute({Symbol(name): short for name, short in self.letters.items()})
        made, left = self.stage.formula(term, em=self.em), self._after_head(index)
        made.scale(min(1.0, (self.zone.right - left) / made.width))
        return made.put(left, self.line(index, tall=True))

    def digits(self, index: int, step: int) -> int:
        """How many digits a parameter has in the line of a step."""
        return shown_digits(self.story, index, step)

    def numbers(self, index: int, step: int) -> Formula:
        """The same with a step's numbers; a parameter's value has its colour."""
        name = self.story.names[index]
        term = in_numbers(self.story, name, step, self.digits(index, step))
        made = self.stage.formula(term, em=self.em)
        made.glyphs(FIRST).set_fill(self.stage.colours[name])
        return made.put(self._after_head(index), self.line(index))

    def slope(self, numbers: Formula) -> VGroup:
        """Of a line's numbers, the glyphs of the gradient's."""
        return numbers.glyphs(SLOPE)

    def result(self, index: int, step: int) -> VGroup:
        """What comes out, with the sign before it."""
        left = float(self.numbers(index, step).get_right()[0]) + BETWEEN
        digits = self.digits(index, step)
        sign = self.sign(sign_between(self.story, index, step, digits)).put(left, self.line(index))
        value = float(self.story.parameters[step + 1][index])
        made = self.stage.formula(numeral(value, digits), em=self.em)
        made.set_fill(self.stage.colours[self.story.names[index]])
        return VGroup(sign, made.put(left + sign.width + BETWEEN, self.line(index)))

    def whole(self, step: int) -> VGroup:
        """All lines of a step, with numbers and results."""
        indices = range(len(self.story.names))
        return VGroup(*(VGroup(self.numbers(p, step), self.result(p, step)) for p in indices))
