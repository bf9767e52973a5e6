"""The update of all parameters as one formula, that of each in stages from symbols to numbers, and its ghost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import localcontext

from manim import VGroup

from symgd.animations.descending.descent_numbers import (
    BETWEEN,
    EXACT,
    UPDATE_EM,
    UpdateLines,
    in_symbols,
    shown_digits,
)
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral, rounded
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Negative, Partial, Product, Sum, Symbol, Term
from symgd.terms.matrix.operations import Nabla
from symgd.terms.matrix.terms import Matrix
from symgd.writing.words import ENGLISH, Words, message

POSITION = Symbol("theta")
# Where the parts of the general formula stand in it.
AFTER, BEFORE, MINUS = (0,), (1, 0), (1,)
RATE, GRADIENT = (1, 1, 0, 0), (1, 1, 0, 1)
# Where the symbols of one parameter's update stand in it.
VALUE, STEP_RATE, SLOPE = (0,), (1, 0, 0), (1, 0, 1)
STAGES = (VALUE, STEP_RATE, SLOPE)
LEAST_EM, INDENT = 0.27, 0.3  # a line that would be smaller is broken after the name
HIGH, HALF, TALLEST = 0.62, 0.5, 0.9  # of the pitch
SHORT, PASSES = 3, 3
SAME = 1e-9  # slopes that differ by less, relatively, differ by rounding
LINED = 2  # steps whose numbers are shown in lines
PITCH = 0.95  # from one parameter's line to the next
LARGER, FILLED = 1.35, 0.98  # a line is so much larger at most, and fills so much of its zone


def general(story: DescentStory, words: Words = ENGLISH) -> Equation:
    """θ_next = θ − α∇J, in the film's language, with the learning rate and the cost as the story calls them."""
    slopes = Nabla(story.problem.cost_name, Matrix(POSITION.name, len(story.names)))
    after = Symbol(f"{POSITION.name}_{words(message('next')).replace(' ', '')}")
    return Equation(after, Sum((POSITION, Negative(Product((story.rate, slopes))))))


def in_stages(story: DescentStory, name: str, step: int) -> tuple[Term, ...]:
    """a − α ∂J/∂a, and the same with one symbol more replaced by its number in each."""
    index = story.names.index(name)
    whole = in_symbols(story, name)
    value = numeral(float(story.parameters[step][index]), settled_digits(story, index))
    rate = numeral(story.rate_at(step))
    slope = Partial(story.problem.cost_name, Symbol(name))
    _, change = whole.terms
    first = Sum((value, change))
    second = Sum((value, change.substitute({story.rate: rate})))
    number = numeral(story.gradient(step)[index], SLOPE_DIGITS)
    third = Sum((value, change.substitute({story.rate: rate, slope: number})))
    return whole, first, second, third


def settled_digits(story: DescentStory, index: int) -> int:
    """As many digits as a parameter has in all of its lines, so that a number is the same wherever it is seen."""
    return max(shown_digits(story, index, step) for step in range(max(story.singly, 1)))


class LongUpdate(UpdateLines):
    """A line a parameter, as UpdateLines, which stays in one place while its symbols become numbers."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        room = zone.height / (len(story.names) + (len(story.names) > 1))  # and the ghost's
        self.pitch, self.broken = min(PITCH, room), False
        super().__init__(stage, zone, story, steps=min(LINED, story.singly))
        small = self.above is not None  # then it breaks its lines itself
        self.above = None
        if small or (self.em < LEAST_EM and max(map(len, story.names)) > SHORT):
            self.em, self.broken = 1.0, True
            self.pitch = zone.height / (len(story.names) + HALF)
        most = LARGER * (UPDATE_EM if self.broken else self.em)
        most = min(most, TALLEST * self.pitch)
        for _ in range(PASSES):  # what stands between the parts does not shrink with them
            self.em = min(most, self.em * FILLED * zone.width / self._widest())
        indices = range(len(story.names))
        self.tall_heads = VGroup(*(self._head(index) for index in indices))
        self.symbols = VGroup(*(self._symbols(index) for index in indices))

    def _widest(self) -> float:
        """How wide the widest line is, with its numbers."""
        indices = range(len(self.story.names))
        steps = range(min(LINED, self.story.singly))
        ends = (self.result(index, step).get_right()[0] for index in indices for step in steps)
        return float(max(ends)) - self.zone.left

    def digits(self, index: int, step: int) -> int:
        """The same in all steps."""
        return settled_digits(self.story, index)

    def line(self, index: int, *, tall: bool = False) -> float:
        """The height on which a parameter's line stands."""
        part = HIGH + HALF / 4 if self.broken else HIGH
        return float(self.zone.top - self.pitch * (part + index))

    def _head(self, index: int, *, tall: bool = False) -> VGroup:
        made = super()._head(index, tall=tall)
        if self.broken:  # a long name has a line of its own above its numbers
            made.scale(min(max(1.0, LEAST_EM / self.em), self.zone.width / made.width))
            made.shift((self.zone.left - made.get_left()[0], HALF * self.pitch, 0))
        return made

    def _after_head(self, index: int) -> float:
        return self.zone.left + INDENT if self.broken else super()._after_head(index)

    def stages(self, index: int, step: int) -> list[Formula]:
        """The update of a parameter, with one number more in each."""
        name = self.story.names[index]
        made = []
        for number, term in enumerate(in_stages(self.story, name, step)):
            formula = self.stage.formula(term, em=self.em)
            if number:
                formula.glyphs(VALUE).set_fill(self.stage.colours[name])
            left = self._after_head(index)
            made.append(formula.at_most(self.zone.right - left).put(left, self.line(index)))
        return made


@dataclass(frozen=True, eq=False)
class Ghost:
    """A step in which each parameter is moved before the slope by the next one is taken."""

    parameters: FloatArray  # where it ends
    slopes: FloatArray

    @classmethod
    def of(cls, story: DescentStory, step: int = 0) -> Ghost:
        """That of a run's step."""
        values, slopes = story.parameters[step].copy(), []
        for index in range(len(values)):
            slopes.append(story.evaluate(values.tolist())[1][index])
            values[index] -= story.rate_at(step) * slopes[index]
        return cls(values, values * 0 + slopes)

    def differs(self, story: DescentStory, step: int = 0) -> bool:
        """Whether it can be seen that it ends elsewhere, in the second parameter's number."""
        digits = settled_digits(story, 1)
        mine = numeral(float(self.parameters[1]), digits)
        return mine != numeral(float(story.parameters[step + 1][1]), digits)

    def slopes_alike(self, story: DescentStory, step: int = 0) -> bool:
        """Whether the slope by the second parameter is the same at the first one's new value."""
        return math.isclose(float(self.slopes[1]), story.gradient(step)[1], rel_tol=SAME)

    def sign(self, story: DescentStory) -> str:
        """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
        digits = settled_digits(story, 1)
        here = rounded(float(story.parameters[0][1]), digits)
        slope = rounded(float(self.slopes[1]), SLOPE_DIGITS)
        with localcontext() as exactly:
            exactly.prec = EXACT
            made = here - rounded(story.rate_at(0)) * slope
        return "=" if made == rounded(float(self.parameters[1]), digits) else "≈"


def ghost_line(stage: Stage, story: DescentStory, ghost: Ghost, lines: LongUpdate) -> VGroup:
    """The second parameter's update with the slope at the first one's new value."""
    name = story.names[1]
    digits = settled_digits(story, 1)
    value = numeral(float(story.parameters[0][1]), digits)
    slope = numeral(float(ghost.slopes[1]), SLOPE_DIGITS)
    change = Negative(Product((numeral(story.rate_at(0)), slope)))
    left = stage.formula(Symbol(name), em=lines.em)
    arrow = lines.sign("←")
    right = stage.formula(Sum((value, change)), em=lines.em)
    sign = lines.sign(ghost.sign(story))
    result = stage.formula(numeral(float(ghost.parameters[1]), digits), em=lines.em)
    parts = [right, sign, result] if lines.broken else [left, arrow, right, sign, result]
    end = 0.0
    for part in parts:
        part.put(end, 0.0)
        end += part.width + BETWEEN
    return VGroup(*parts)
