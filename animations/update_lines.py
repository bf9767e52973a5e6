"""The update of each parameter: in symbols, with this step's numbers put in, and its result.

Every line is the Term of the update itself, a − α ∂J/∂a, in which numbers replace symbols.
"""

from __future__ import annotations

from decimal import Decimal

from manim import VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.formula import Formula
from symgd.animations.numerals import numeral, rounded
from symgd.animations.stage import Stage, Zone
from symgd.animations.typeset import Typeset
from symgd.terms import Negative, Partial, Product, Sum, Symbol, Term

EM = 0.36
TALL, FLAT = 0.92, 0.52
SLOPE_DIGITS = 5
BETWEEN = 0.12
FIRST = (0,)  # the path of the parameter in its update


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
        story.rate: numeral(story.run.learning_rate),
    }
    _, change = in_symbols(story, name).terms
    return Sum((numeral(float(story.parameters[step][index])), change.substitute(numbers)))


def sign_between(story: DescentStory, index: int, step: int) -> str:
    """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
    here = rounded(float(story.parameters[step][index]))
    slope = rounded(story.gradient(step)[index], SLOPE_DIGITS)
    there = rounded(float(story.parameters[step + 1][index]))
    made = here - rounded(story.run.learning_rate) * slope
    unit = _last_place(there) if there else abs(made) or Decimal(1)
    return "=" if abs(made - there) <= unit / 2 else "≈"


def _last_place(value: Decimal) -> Decimal:
    """One unit of the last digit that is written."""
    return Decimal(1).scaleb(value.adjusted() + 1 - len(value.as_tuple().digits))


class UpdateLines:
    """One line a parameter, from the top of a zone."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        self.em, indices = EM, range(len(story.names))
        every = [
            (self._head(index), self.numbers(index, step), self.result(index, step))
            for index in indices
            for step in range(story.singly)
        ]
        widest = max(sum(part.width for part in parts) + 3 * BETWEEN for parts in every)
        self.em = EM * min(1.0, 0.97 * zone.width / widest)
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
