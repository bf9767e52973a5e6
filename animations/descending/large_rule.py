"""LargeRule: the update of one parameter, large: the rule, below it a step's numbers in its letters' places, and what they make."""

from __future__ import annotations

from manim import VGroup

from symgd.animations.descending.descent_numbers import (
    FIRST,
    SLOPE,
    in_numbers,
    in_symbols,
    shown_digits,
    sign_between,
)
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import numeral, rounded
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Negative, Path, Sum, Symbol, Term

RATE: Path = (1, 0, 0)  # of the rate in an update; FIRST and SLOPE are the other letters' paths
LARGEST, LARGER = 0.62, 1.4  # of the numbers; and how many times as large the rule may be
TALL, FLAT, HIGH = (
    2.7,
    1.75,
    1.5,
)  # pitches of the rule and of a line, and of the rule's middle, in ems
BETWEEN = 0.28  # ems


class LargeRule:
    """The rule in symbols, the same with the first step's numbers, and the result, each line below the other.

    Where the minus before the rate meets that of a slope, or meets none, is a line of its own: the change is added, or
    taken away, in numbers that come to the result exactly as they are shown.
    """

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory, index: int) -> None:
        self.stage, self.zone, self.story, self.index = stage, zone, story, index
        self.name = story.names[index]
        self.letter = Symbol(brief(self.name))
        self._make(LARGEST, LARGEST)
        lines = zone.height / (TALL * LARGER + 2 * FLAT)
        room = min(zone.width / VGroup(*self.numbers, *self.result).width, 1.0) * LARGEST
        em = min(room, lines)
        rule = zone.width / VGroup(*self.rule).width * LARGEST
        self._make(em, min(LARGER * em, rule))

    def _make(self, em: float, rule_em: float) -> None:
        """All lines, where the rule and the numbers have these sizes."""
        zone, colour = self.zone, self.stage.colours[self.name]
        height = zone.top - HIGH * rule_em
        self.rule_head = self._head(rule_em, height)
        whole = in_symbols(self.story, self.name).substitute({Symbol(self.name): self.letter})
        self.symbols = self.stage.formula(whole, em=rule_em)
        self.symbols.put(self._after(self.rule_head, rule_em), height)
        height -= (TALL - HIGH) * rule_em + 0.6 * FLAT * em
        self.head = self._head(em, height)
        digits = shown_digits(self.story, self.index, 0)
        self.filled = self.stage.formula(in_numbers(self.story, self.name, 0, digits), em=em)
        self.filled.glyphs(FIRST).set_fill(colour)
        left = self._after(self.head, em)
        self.filled.put(left, height)
        height -= FLAT * em
        sign = self._sign(sign_between(self.story, self.index, 0, digits), em)
        sign.put(float(self.head[1].get_left()[0]), height)
        here, there = (rounded(float(v), digits) for v in self.story.parameters[:2, self.index])
        change = numeral(float(abs(there - here)))
        self.met: Formula | None = None
        self.signs = VGroup(sign)
        if there != here:
            added: Term = change if there > here else Negative(change)
            self.met = self.stage.formula(Sum((numeral(float(here), digits), added)), em=em)
            self.met.glyphs(FIRST).set_fill(colour)
            self.met.put(left, height)
            left = float(self.met.get_right()[0]) + BETWEEN * em
            self.signs.add(self._sign("=", em).put(left, height))
            left += self.signs[1].width + BETWEEN * em
        value = float(self.story.parameters[1, self.index])
        self.value = self.stage.formula(numeral(value, digits), em=em).set_fill(colour)
        self.value.put(left, height)

    @property
    def rule(self) -> VGroup:
        """The first line."""
        return VGroup(*self.rule_head, self.symbols)

    @property
    def numbers(self) -> VGroup:
        """The second."""
        return VGroup(*self.head, self.filled)

    @property
    def result(self) -> VGroup:
        """The third."""
        return VGroup(*self.signs, *([] if self.met is None else [self.met]), self.value)

    def number(self, path: Path) -> VGroup:
        """What takes the place of a letter, without the parentheses round it."""
        glyphs = [*self.filled.glyphs(path)]
        value = self.filled.term.at(path)
        alone = self.stage.formula(value, em=self.filled.em)
        return VGroup(*(glyphs[1:-1] if len(glyphs) == len(alone) + 2 else glyphs))

    @property
    def between(self) -> VGroup:
        """The signs of the second line, which are no number."""
        taken = {glyph for path in (FIRST, RATE, SLOPE) for glyph in self.number(path)}
        return VGroup(*(glyph for glyph in self.filled if glyph not in taken))

    def _head(self, em: float, height: float) -> VGroup:
        """The parameter and an arrow to the left."""
        name = self.stage.formula(self.letter, em=em).set_fill(self.stage.colours[self.name])
        name.put(self.zone.left, height)
        arrow = self._sign("←", em).put(self.zone.left + name.width + BETWEEN * em, height)
        return VGroup(name, arrow)

    def _after(self, head: VGroup, em: float) -> float:
        return float(head[1].get_right()[0]) + BETWEEN * em

    def _sign(self, sign: str, em: float) -> Typeset:
        return Typeset(f"${sign}$", em=em, colour=self.stage.palette.ink)
