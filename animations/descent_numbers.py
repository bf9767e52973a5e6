"""The numbers of a descent: three readouts, the trace as a table, and the update of each parameter.

Every line of an update is the Term of the update itself, a − α ∂J/∂a, in which numbers replace symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from manim import Line, Mobject, Polygon, Rectangle, SurroundingRectangle, VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.formula import Formula
from symgd.animations.numerals import (
    SLOPE_DIGITS,
    cell,
    decimals_of,
    last_place,
    numeral,
    rounded,
)
from symgd.animations.stage import Label, Stage, Zone
from symgd.animations.typeset import Typeset
from symgd.data.arrays import FloatArray
from symgd.terms import Negative, Partial, Product, Sum, Symbol, Term
from symgd.writing.words import message

READOUT_EM, READOUT_PITCH = 0.3, 0.46
BARS, VALUES = 1.95, 1.4  # where the bars begin, and the room that the values need
THICK, LEAST, HEAD = 0.17, 0.04, 0.22
RATE_PART = 0.5  # of the longest bar: the rate has its own box, which is compared with nothing

TABLE_EM, TABLE_PITCH = 0.29, 0.315
STEP_PART = 0.17  # of the width, for the column of steps
GAP = 0.16
WIDE, NARROW = 6, 5  # digits in a column
MANY = 3  # parameters that need narrow columns

UPDATE_EM = 0.36
TALL, FLAT = 0.92, 0.52
BETWEEN = 0.12
FIRST = (0,)  # the path of the parameter in its update


class Readouts:
    """Three things apart: the learning rate in a box that stays, the gradient's length as an arrow, the step's as a bar."""

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
        self.longest = zone.width - BARS - VALUES
        written = VGroup()
        for row, label in enumerate(labels):
            said = stage.sentence(label, em=READOUT_EM).at_most(BARS - 0.12)
            written.add(said.put(zone.left, self.line(row)))
        wide, ink = RATE_PART * self.longest, stage.palette.ink
        box = Rectangle(width=wide, height=THICK + 0.05, stroke_color=ink, stroke_width=2.5)
        box.move_to((zone.left + BARS + box.width / 2, self.line(0) + 0.09, 0))
        rate_box = VGroup(box) if self.has_rate else VGroup()
        if self.has_rate and not story.varies:
            rate_box.add(self.value(0, story.run.learning_rate))
        self.moving = self.measures(0)
        self.still = VGroup(written, rate_box)

    @property
    def has_rate(self) -> bool:
        """Whether there is a learning rate to be shown."""
        rule = self.story.rule
        return rule is None or rule.method.uses_rate

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(2) - 0.25

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.34 - row * READOUT_PITCH)

    def value(self, row: int, number: float) -> VGroup:
        """A number at the right end of a row."""
        made = self.stage.formula(numeral(number), em=READOUT_EM).at_most(VALUES - 0.1)
        return VGroup(made.put(self.zone.right - made.width, self.line(row)))

    def measures(self, step: int) -> VGroup:
        """Gradient and step as they are at a step, both compared with the longest that is shown."""
        story = self.story
        slope = self._length(story.gradient_norm, step)
        length = slope if story.rule is None else self._length(story.step_norm, step)
        bar = Rectangle(width=length, height=THICK, stroke_width=0, fill_opacity=1)
        bar.set_fill(self.stage.palette.ink)
        bar.move_to((self.zone.left + BARS + length / 2, self.line(2) + 0.09, 0))
        made = VGroup(
            self._arrow(slope),
            bar,
            self.value(1, float(story.gradient_norm[step])),
            self.value(2, float(story.step_norm[step])),
        )
        if self.has_rate and story.varies:
            made.add(self.value(0, story.rate_at(step)))
        return made

    def _length(self, lengths: FloatArray, step: int) -> float:
        """How long the bar of a step is."""
        most = float(lengths[: self.story.steps + 1].max()) or 1.0
        return max(LEAST, min(1.0, float(lengths[step]) / most) * self.longest)

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


class TraceTable:
    """Steps, parameters and cost, the newest rows at the bottom; the numbers of `steps` decide how columns are written."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory, steps: Sequence[int]) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        digits = WIDE if len(story.names) < MANY else NARROW
        shown = story.table[list(steps), : len(story.names) + 1]
        self.decimals = [decimals_of(values, digits) for values in shown.T.tolist()]
        self.most = max(2, int((zone.height - TABLE_PITCH * 1.3) / TABLE_PITCH))
        heads: list[Label] = [message("step"), *map(Symbol, story.names), story.problem.cost_name]
        self.rights = [
            zone.left + zone.width * (STEP_PART + (1 - STEP_PART) * column / (len(heads) - 1))
            for column in range(len(heads))
        ]
        self.head = VGroup(
            *(self._cell(column, part, zone.top - 0.24) for column, part in enumerate(heads))
        )
        left, right = (zone.left, zone.top - 0.36, 0), (zone.right, zone.top - 0.36, 0)
        self.head.add(Line(left, right, stroke_width=1.5, color=stage.palette.ink))
        self.rows: dict[int, VGroup] = {}  # by step

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.4 - TABLE_PITCH * (row + 0.72))

    def row(self, step: int) -> VGroup:
        """A row of numbers, to stand below those that are there."""
        values = self.story.table[step, : len(self.decimals)].tolist()
        return self._row(self.stage.words.number(step), values)

    def least(self) -> VGroup:
        """The exact minimum as a row, which has a word instead of a step."""
        assert self.story.exact is not None
        values = [*self.story.exact.tolist(), float(self.story.least or 0.0)]
        return self._row(message("exact"), values)

    def _row(self, label: Label, values: Sequence[float]) -> VGroup:
        height = self.line(min(len(self.rows), self.most - 1))
        made = VGroup(self._cell(0, label, height))
        for column, (count, value) in enumerate(zip(self.decimals, values, strict=True), start=1):
            made.add(self._cell(column, cell(value, count), height))
        return made

    def _cell(self, column: int, part: Label, height: float) -> Mobject:
        before = self.rights[column - 1] if column else self.zone.left
        room = self.rights[column] - before - (GAP if column else 0)
        made = self.stage.sentence(part, em=TABLE_EM).at_most(room)
        return made.put(self.rights[column] - made.width, height)

    @property
    def bottom(self) -> float:
        """Where the room below begins, with a row more."""
        return self.line(len(self.rows) + 1)

    def ring(self, column: int, step: int) -> Mobject | None:
        """A box round one number, by its column and its row's step; None where that has left."""
        if step not in self.rows:
            return None
        number, ink = self.rows[step][column], self.stage.palette.ink
        return SurroundingRectangle(number, color=ink, buff=0.06, stroke_width=2.5)


def in_symbols(story: DescentStory, name: str) -> Sum:
    """a − α ∂J/∂a, by the parameter's name."""
    parameter = Symbol(name)
    slope = Partial(story.problem.cost_name, parameter)
    return Sum((parameter, Negative(Product((story.rate, slope)))))


def in_numbers(story: DescentStory, name: str, step: int) -> Sum:
    """The same with a step's numbers instead of the symbols."""
    index = story.names.index(name)
    numbers: dict[Term, Term] = {
        Partial(story.problem.cost_name, Symbol(name)): numeral(
            story.gradient(step)[index], SLOPE_DIGITS
        ),
        story.rate: numeral(story.rate_at(step)),
    }
    _, change = in_symbols(story, name).terms
    return Sum((numeral(float(story.parameters[step][index])), change.substitute(numbers)))


def sign_between(story: DescentStory, index: int, step: int) -> str:
    """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
    here = rounded(float(story.parameters[step][index]))
    slope = rounded(story.gradient(step)[index], SLOPE_DIGITS)
    there = rounded(float(story.parameters[step + 1][index]))
    made = here - rounded(story.rate_at(step)) * slope
    unit = last_place(there) if there else abs(made) or Decimal(1)
    return "=" if abs(made - there) <= unit / 2 else "≈"


class UpdateLines:
    """One line a parameter, from the top of a zone."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        self.em, indices = UPDATE_EM, range(len(story.names))
        every = [
            (self._head(index), self.numbers(index, step), self.result(index, step))
            for index in indices
            for step in range(story.singly)
        ]
        widest = max(sum(part.width for part in parts) + 3 * BETWEEN for parts in every)
        self.em = UPDATE_EM * min(1.0, 0.97 * zone.width / widest)
        self.heads = VGroup(*(self._head(index) for index in indices))
        self.tall_heads = VGroup(*(self._head(index, tall=True) for index in indices))
        self.symbols = VGroup(*(self._symbols(index) for index in indices))

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(len(self.story.names) - 1) - 0.2

    def line(self, index: int, *, tall: bool = False) -> float:
        """The height on which a parameter's line stands, with room for fractions or without."""
        down = TALL * (0.62 + index) if tall else FLAT * (0.75 + index)
        return float(self.zone.top - down)

    def _head(self, index: int, *, tall: bool = False) -> VGroup:
        """The parameter and an arrow to the left."""
        height = self.line(index, tall=tall)
        name = self.stage.formula(Symbol(self.story.names[index]), em=self.em)
        name.put(self.zone.left, height)
        arrow = self._sign("←").put(self.zone.left + name.width + BETWEEN, height)
        return VGroup(name, arrow)

    def _sign(self, sign: str) -> Typeset:
        """A sign as it stands in a formula."""
        return Typeset(f"${sign}$", em=self.em, colour=self.stage.palette.ink)

    def _after_head(self, index: int) -> float:
        return float(self._head(index).get_right()[0]) + BETWEEN

    def _symbols(self, index: int) -> Formula:
        """The update of a parameter in symbols."""
        term = in_symbols(self.story, self.story.names[index])
        made = self.stage.formula(term, em=self.em)
        return made.put(self._after_head(index), self.line(index, tall=True))

    def numbers(self, index: int, step: int) -> Formula:
        """The same with a step's numbers; a parameter's value has its colour."""
        name = self.story.names[index]
        made = self.stage.formula(in_numbers(self.story, name, step), em=self.em)
        made.glyphs(FIRST).set_fill(self.stage.colours[name])
        return made.put(self._after_head(index), self.line(index))

    def result(self, index: int, step: int) -> VGroup:
        """What comes out, with the sign before it."""
        left = float(self.numbers(index, step).get_right()[0]) + BETWEEN
        sign = self._sign(sign_between(self.story, index, step)).put(left, self.line(index))
        value = float(self.story.parameters[step + 1][index])
        made = self.stage.formula(numeral(value), em=self.em)
        made.set_fill(self.stage.colours[self.story.names[index]])
        return VGroup(sign, made.put(left + sign.width + BETWEEN, self.line(index)))

    def whole(self, step: int) -> VGroup:
        """All lines of a step, with numbers and results."""
        indices = range(len(self.story.names))
        return VGroup(*(VGroup(self.numbers(p, step), self.result(p, step)) for p in indices))
