"""The update of each parameter: in symbols, with this step's numbers put in, and its result.

Every line is the Term of the update itself, a − α ∂J/∂a, in which numbers take the places of symbols.
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
FIRST = (0,)  # the place of the parameter in its update


def in_symbols(story: DescentStory, name: str) -> Sum:
    """a − α ∂J/∂a, by the parameter's name."""
    parameter = Symbol(name)
    slope = Partial(story.problem.cost_name, parameter)
    return Sum((parameter, Negative(Product((story.rate, slope)))))


def in_numbers(story: DescentStory, name: str, step: int) -> Sum:
    """The same with a step's numbers in the places of the symbols."""
    place = story.names.index(name)
    numbers: dict[Term, Term] = {
        Partial(story.problem.cost_name, Symbol(name)): numeral(
            story.gradient(step)[place], SLOPE_DIGITS
        ),
        story.rate: numeral(story.run.learning_rate),
    }
    _, change = in_symbols(story, name).terms
    return Sum((numeral(float(story.parameters[step][place])), change.substitute(numbers)))


def sign_between(story: DescentStory, place: int, step: int) -> str:
    """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
    here = rounded(float(story.parameters[step][place]))
    slope = rounded(story.gradient(step)[place], SLOPE_DIGITS)
    there = rounded(float(story.parameters[step + 1][place]))
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
        self.em = EM
        widest = max(self._width(step) for step in range(story.singly))
        self.em = EM * min(1.0, 0.97 * zone.width / widest)
        places = range(len(story.names))
        self.heads = VGroup(*(self._head(place) for place in places))
        self.tall_heads = VGroup(*(self._head(place, tall=True) for place in places))

    @property
    def bottom(self) -> float:
        """Where the room below begins."""
        return self.line(len(self.story.names) - 1) - 0.2

    def line(self, place: int, *, tall: bool = False) -> float:
        """The height on which a parameter's line stands, with room for fractions or without."""
        down = TALL * (0.62 + place) if tall else FLAT * (0.75 + place)
        return float(self.zone.top - down)

    def _width(self, step: int) -> float:
        lines = [
            (self._head(place), self.numbers(place, step), self.result(place, step))
            for place in range(len(self.story.names))
        ]
        return max(sum(float(part.width) for part in parts) + 3 * BETWEEN for parts in lines)

    def _head(self, place: int, *, tall: bool = False) -> VGroup:
        """The parameter and an arrow to the left."""
        height = self.line(place, tall=tall)
        name = self.stage.formula(Symbol(self.story.names[place]), em=self.em)
        name.put(self.zone.left, height)
        arrow = self._sign("←").put(self.zone.left + name.width + BETWEEN, height)
        return VGroup(name, arrow)

    def _sign(self, sign: str) -> Typeset:
        """A sign as it stands in a formula."""
        return Typeset(f"${sign}$", em=self.em, colour=self.stage.palette.ink)

    def _after_head(self, place: int) -> float:
        return float(self._head(place).get_right()[0]) + BETWEEN

    def symbols(self, place: int) -> Formula:
        """The update of a parameter in symbols."""
        term = in_symbols(self.story, self.story.names[place])
        made = self.stage.formula(term, em=self.em)
        return made.put(self._after_head(place), self.line(place, tall=True))

    def numbers(self, place: int, step: int) -> Formula:
        """The same with a step's numbers; a parameter's value has its colour."""
        name = self.story.names[place]
        made = self.stage.formula(in_numbers(self.story, name, step), em=self.em)
        made.glyphs(FIRST).set_fill(self.stage.colours[name])
        return made.put(self._after_head(place), self.line(place))

    def result(self, place: int, step: int) -> VGroup:
        """What comes out, with the sign before it."""
        left = float(self.numbers(place, step).get_right()[0]) + BETWEEN
        sign = self._sign(sign_between(self.story, place, step)).put(left, self.line(place))
        value = float(self.story.parameters[step + 1][place])
        made = self.stage.formula(numeral(value), em=self.em)
        made.set_fill(self.stage.colours[self.story.names[place]])
        return VGroup(sign, made.put(left + sign.width + BETWEEN, self.line(place)))

    def whole(self, step: int) -> VGroup:
        """All lines of a step, with numbers and results."""
        places = range(len(self.story.names))
        return VGroup(*(VGroup(self.numbers(p, step), self.result(p, step)) for p in places))
