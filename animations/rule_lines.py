"""The lines of an optimizer's rule beside the picture: in symbols, and with a step's numbers, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from manim import VGroup

from symgd.animations.numerals import numeral
from symgd.animations.rule_story import RuleStory, Update
from symgd.animations.stage import Stage, Zone
from symgd.animations.typeset import Typeset
from symgd.optimizers.optimizer import names_of
from symgd.optimizers.printed import decimal_of, equations
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, message

SIZES = (0.42, 0.38, 0.35, 0.32, 0.29, 0.26)  # of the lines, the largest that fits
NOTE_EM = 0.29
LEAST = 0.6  # of its size, a formula is shown at least
GAP, BETWEEN = 0.2, 0.12
TABLE = 1.4  # the height that the table below needs at least
NOTES = 1.3  # and the remarks below the rule in symbols


class RuleLines:
    """What the rule says, from the top of a zone.

    The statements of all parameters are shown where there is room for them, else those of the first; where numbers have
    no room or are none, the rule alone; and where that has none either, a sentence says so.
    """

    def __init__(self, stage: Stage, zone: Zone, rule: RuleStory, steps: int) -> None:
        self.stage, self.zone, self.rule, self.steps = stage, zone, rule, steps
        self.heads = VGroup()
        self.em = SIZES[0]
        self.broken: frozenset[str] = frozenset()  # the lines whose results stand below
        self.shown = self._shown() if rule.holds(steps) else ()
        self.symbols = self._symbols()
        self.note = self._note()

    # ---------------------------------------------------------------------------------------------
    # What there is room for

    def _shown(self) -> tuple[Update, ...]:
        """The statements that are shown with numbers, as large as there is room for."""
        rule, first = self.rule, self.rule.names[0]
        alone = tuple(u for u in rule.updates if u.owner in ("", first))
        for updates in dict.fromkeys((rule.updates, alone)):
            for self.em in SIZES:
                if self._fits(updates):
                    return updates
        return ()

    def _fits(self, updates: Sequence[Update]) -> bool:
        """Whether all steps have room; a line that is too wide in one of them is broken in all."""
        steps, zone, wide = range(self.steps), self.zone, set[str]()
        room = zone.height - TABLE
        self.broken = frozenset()
        for step in steps:  # what is too high does not get lower by being broken
            lines = [self._line(u, step) for u in updates]
            wide |= {
                u.name for u, line in zip(updates, lines, strict=True) if line.width > zone.width
            }
            if self._stacked(lines, zone.top).height > room:
                return False
        self.broken = frozenset(wide)
        stacks = (self._stack(updates, step) for step in steps if wide)
        return all(stack.width <= zone.width and stack.height <= room for stack in stacks)

    @property
    def is_partial(self) -> bool:
        """Whether only the first parameter's statements are shown."""
        return bool(self.shown) and len(self.shown) < len(self.rule.updates)

    def _symbols(self) -> VGroup:
        """The statements in symbols: those that numbers are put into, else the rule as it is declared."""
        if self.shown:
            made = [self._put(u.name, self.rule.symbols(u)) for u in self.shown]
            stack, room = self._stacked(made, self.zone.top), self.zone.height - NOTES
            corner = np.array((self.zone.left, self.zone.top, 0))
            part = min(1.0, room / stack.height, self.zone.width / stack.width)
            return stack.scale(part, about_point=corner)
        optimizer = self.rule.method.optimizer
        taken = names_of(optimizer) & {*self.rule.names}
        if taken:  # a letter would mean two things
            return VGroup()
        for self.em in SIZES:
            made = [
                VGroup(self.stage.formula(each, em=self.em))
                for each in equations(optimizer.rule, optimizer.letters)
            ]
            stack = self._stacked(made, self.zone.top)
            if (
                stack.width <= self.zone.width
                and stack.height <= self.zone.height - TABLE - 3 * GAP
            ):
                return stack
        return VGroup()

    def symbols_in(self, zone: Zone) -> VGroup:
        """The statements in symbols, from the top of another zone; nothing where they would get too small."""
        copied = self.symbols.copy()
        if not len(copied) or zone.height < LEAST * copied.height:
            return VGroup()
        copied.scale(min(1.0, zone.height / copied.height))
        corner = (zone.left - copied.get_left()[0], zone.top - copied.get_top()[1], 0)
        return copied.shift(corner)

    def _note(self) -> VGroup:
        """What the letters are, or why there are no lines."""
        top = (
            float(self.symbols.get_bottom()[1]) - 1.5 * GAP if len(self.symbols) else self.zone.top
        )
        made = [
            VGroup(self.stage.sentence(said, em=NOTE_EM).at_most(self.zone.width))
            for said in self._remarks()
        ]
        return self._stacked(made, top)

    def _remarks(self) -> tuple[Message, ...]:
        if not len(self.symbols):
            return (
                message("The rule has no room here:"),
                message("what is shown is where it leads."),
            )
        primes = message("A prime says: after the step.")
        if not self.shown:
            return primes, message("g is the gradient; the numbers have no room here.")
        first = Symbol(self.rule.names[0])
        alike = message("This is for {name}; the others go alike.", name=first)
        return primes, *((alike,) if self.is_partial else ()), *self._settings()

    def _settings(self) -> tuple[Message, ...]:
        """The numbers that somebody chose."""
        method, writer = self.rule.method, self.rule.writer
        pairs = [(writer.letter(name), decimal_of(v)) for name, v in method.settings.items()]
        if "alpha" in method.optimizer.rule.used:
            pairs.insert(0, (self.rule.rate.name, numeral(self.rule.rate_at(0))))
        numbers = tuple(Equation(Symbol(name), value) for name, value in pairs)
        return (message("Here {numbers}.", numbers=numbers),) if numbers else ()

    # ---------------------------------------------------------------------------------------------
    # Lines

    def _put(self, name: str, term: Term) -> VGroup:
        """A name, an equals sign and a formula."""
        return self._row(name, "=", self.stage.formula(term, em=self.em))

    def _row(self, name: str, sign: str, *parts: Typeset) -> VGroup:
        head = self.stage.formula(Symbol(name), em=self.em)
        made, left = VGroup(), 0.0
        for part in (head, self._sign(sign), *parts):
            made.add(part.put(left, 0.0))
            left += part.width + BETWEEN
        return made

    def _sign(self, sign: str) -> Typeset:
        return Typeset(f"${sign}$", em=self.em, colour=self.stage.palette.ink)

    def _line(self, update: Update, step: int) -> VGroup:
        """A statement with a step's numbers and what it comes to, in the colour of its parameter."""
        rule, em = self.rule, self.em
        numbers = self.stage.formula(rule.numbers(update, step), em=em)
        result = self.stage.formula(numeral(rule.value(update, step)), em=em)
        if update.name.removesuffix("'") in rule.names:
            result.set_fill(self.stage.colours.get(update.owner, self.stage.palette.ink))
        sign = self._sign(rule.sign(update, step))
        made = self._row(update.name, "=", numbers, sign, result)
        if update.name in self.broken:  # what it comes to stands below
            down = float(numbers.get_bottom()[1]) - GAP - self.em * 0.6
            left = float(made[1].get_left()[0])
            sign.put(left, down)
            result.put(left + sign.width + BETWEEN, down)
        return made

    def _stack(self, updates: Sequence[Update], step: int) -> VGroup:
        return self._stacked([self._line(u, step) for u in updates], self.zone.top)

    def _stacked(self, lines: Sequence[VGroup], top: float) -> VGroup:
        """Lines below one another, flush left."""
        for line in lines:
            line.shift((self.zone.left - line.get_left()[0], top - line.get_top()[1], 0))
            top = float(line.get_bottom()[1]) - GAP
        return VGroup(*lines)

    def whole(self, step: int) -> VGroup:
        """All lines of a step, with numbers and results."""
        return self._stack(self.shown, step) if self.shown else VGroup(*self.symbols, *self.note)

    @cached_property
    def bottom(self) -> float:
        """Where the room below begins."""
        lowest = min(
            (self.whole(step) for step in range(self.steps)), key=lambda g: g.get_bottom()[1]
        )
        return float(lowest.get_bottom()[1])
