"""The lines of an optimizer's rule beside the picture: in symbols, and with a step's numbers, as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from manim import VGroup

from symgd.animations.descending.rule_words import Seen
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Extent
from symgd.animations.staging.rows import BETWEEN, GAP, SIZES, Row, Rows, stacked
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.rule_story import RuleStory, Update
from symgd.optimizers.printed import decimal_of, equations
from symgd.optimizers.rule import PARAMETERS_AFTER
from symgd.terms import Equation, Symbol
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

NOTE_EM = 0.29
TABLE = 1.4  # the height that the table below needs at least
NOTES = 1.3  # and the remarks below the rule in symbols
BELOW = 1.5 * GAP  # how far below the rule they stand
DOWN = 0.6  # of an em: a line's result that stands below its numbers


class RuleLines:
    """What the rule says, from the top of a zone.

    The statements of all parameters are shown where there is room for them, else those of the first; where numbers have
    no room or are none, the rule in symbols: in the zone, or for as long as it is spoken of on one of the `boards`, each
    wider than the one before, or what moves the parameters alone. A sentence says so, and where nothing has room.
    """

    def __init__(
        self, stage: Stage, zone: Zone, boards: Sequence[Zone], rule: RuleStory, steps: int
    ) -> None:
        self.stage, self.zone, self.rule, self.steps = stage, zone, rule, steps
        board, self.wide = boards
        self.rows = Rows(stage)
        self.heads = VGroup()
        self.em = SIZES[0]
        self.broken: frozenset[str] = frozenset()  # the lines whose results stand below
        self._worked: dict[tuple[str, int], Row] = {}
        self.shown = self._shown() if rule.holds(steps) else ()
        self.covers = board  # where the rule stands that is on the board
        self.symbols, self.board, remarks = self._in_symbols(board)
        self.note = self._note(remarks)

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
        steps, widest = range(self.steps), self.zone.width
        self.broken = frozenset()
        self.broken = frozenset(
            u.name for u in updates if any(self._extent(u, step).width > widest for step in steps)
        )
        return all(
            self._height(updates, step) <= self.zone.height - TABLE
            and all(self._extent(u, step).width <= widest for u in updates)
            for step in steps
        )

    def _height(self, updates: Sequence[Update], step: int) -> float:
        sizes = [self._extent(u, step) for u in updates]
        return sum(size.top - size.bottom for size in sizes) + GAP * (len(sizes) - 1)

    def _extent(self, update: Update, step: int) -> Extent:
        """How large the line of a step is."""
        row, em = self._row(update, step), self.em
        if update.name not in self.broken:
            return self.rows.extent(row, em)
        first, second = self.rows.extent(row[:3], em), self.rows.extent(row[3:], em)
        left = self.rows.extent(row[:1], em).width + BETWEEN
        bottom = self._down(self.rows.extent(row[2:3], em).bottom) + second.bottom
        return Extent(max(first.width, left + second.width), bottom, first.top)

    def _down(self, bottom: float) -> float:
        """Where a result stands below numbers that reach down to `bottom`."""
        return bottom - GAP - self.em * DOWN

    @property
    def seen(self) -> Seen:
        """What of the rule is to be seen."""
        if self.shown:
            return "numbers"
        return "symbols" if self.symbols or self.board else "nothing"

    @property
    def is_partial(self) -> bool:
        """Whether only the first parameter's statements are shown."""
        return bool(self.shown) and len(self.shown) < len(self.rule.updates)

    def _in_symbols(self, board: Zone) -> tuple[VGroup, VGroup, Iterable[Message]]:
        """The rule in symbols, in the zone or on the board, and what is to be said of it."""
        zone = self.zone
        if self.shown:
            rows = [(Symbol(u.name), "=", self.rule.symbols(u)) for u in self.shown]
            stack = stacked([self.rows.drawn(row, self.em) for row in rows], zone.top)
            remarks = tuple(self._remarks_with_numbers())
            room = zone.height - BELOW - self._sentences(remarks).height
            part = min(1.0, room / stack.height, zone.width / stack.width)
            corner = (stack.get_left()[0], zone.top, 0)
            stack.scale(part, about_point=corner).shift((zone.left - corner[0], 0, 0))
            return stack, VGroup(), remarks
        beside = Zone(zone.left, zone.right, zone.bottom + TABLE + 3 * GAP, zone.top)
        primes = message("A prime says: after the step.")
        no_numbers = message("g is the gradient; the numbers have no room here.")
        alike = message("This is for {name}; the others go alike.", name=Symbol(self.rule.names[0]))
        several = (alike,) if len(self.rule.names) > 1 else ()
        whole = self._told_apart(self._declared())
        forms = (whole, (primes, no_numbers)), (self._of_the_first(), (primes, *several))
        for statements, remarks in forms:
            if rows := self.rows.set_into(beside, statements):
                return rows, VGroup(), remarks
        below = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTES)  # before the table comes
        for statements, remarks in forms:
            for place, columns in ((board, 2), (below, 1)):
                if rows := self.rows.set_into(place, statements, columns=columns):
                    self.covers = place
                    return VGroup(), rows, remarks
        before = message("What comes before it has no room here.")
        if rows := self.rows.set_into(beside, self._last()):
            return rows, VGroup(), (primes, before)
        for place in (board, self.wide):
            if rows := self.rows.set_into(place, self._last()):
                self.covers = place
                return VGroup(), rows, (primes, before)
        nothing = message("The rule has no room here:"), message("what is shown is where it leads.")
        return VGroup(), VGroup(), nothing

    def _declared(self) -> tuple[Equation, ...]:
        optimizer = self.rule.method.optimizer
        return equations(optimizer.rule, optimizer.letters)

    def _of_the_first(self) -> tuple[Equation, ...]:
        """The statements for the first parameter."""
        own = [u for u in self.rule.updates if u.owner in ("", self.rule.names[0])]
        return tuple(Equation(Symbol(u.name), self.rule.symbols(u)) for u in own)

    def _last(self) -> tuple[Equation, ...]:
        """What moves the parameters, or the first."""
        moving = [each for each in self._declared() if each.left == Symbol(PARAMETERS_AFTER)]
        first = Symbol(self.rule.names[0] + AFTER)
        own = tuple(each for each in self._of_the_first() if each.left == first)
        return self._told_apart(moving) or own

    def _told_apart(self, statements: Sequence[Equation]) -> tuple[Equation, ...]:
        """The statements, nothing where a letter would mean two things."""
        letters = {name.rstrip("'") for each in statements for name in each.names}
        return () if letters & {*self.rule.names} else tuple(statements)

    def _note(self, remarks: Iterable[Message]) -> VGroup:
        """What the letters are, or why there are no lines."""
        rows = self.symbols
        top = float(rows.get_bottom()[1]) - BELOW if rows else self.zone.top
        made = self._sentences(remarks)
        return made.shift((0, top - float(made.get_top()[1]), 0)) if len(made) else made

    def _sentences(self, remarks: Iterable[Message]) -> VGroup:
        """Remarks, one below the other at the left of the zone."""
        zone = self.zone
        made = [
            VGroup(self.stage.sentence(said, em=NOTE_EM).at_most(zone.width)) for said in remarks
        ]
        for line in made:
            line.shift((zone.left - line.get_left()[0], 0, 0))
        return stacked(made, zone.top)

    def _remarks_with_numbers(self) -> Iterable[Message]:
        yield message("A prime says: after the step.")
        if self.is_partial:
            first = Symbol(self.rule.names[0])
            yield message("This is for {name}; the others go alike.", name=first)
        yield from self._settings()

    def _settings(self) -> Iterable[Message]:
        """The numbers that somebody chose."""
        method, writer = self.rule.method, self.rule.writer
        pairs = [(writer.letter(name), decimal_of(v)) for name, v in method.settings.items()]
        if "alpha" in method.optimizer.rule.used:
            pairs.insert(0, (self.rule.rate.name, numeral(self.rule.rate_at(0))))
        numbers = tuple(Equation(Symbol(name), value) for name, value in pairs)
        if numbers:
            yield message("Here {numbers}.", numbers=numbers)

    # ---------------------------------------------------------------------------------------------
    # Lines

    def _row(self, update: Update, step: int) -> Row:
        """A statement with a step's numbers and what it comes to."""
        key, rule = (update.name, step), self.rule
        if key not in self._worked:
            result = numeral(rule.value(update, step))
            numbers, sign = rule.numbers(update, step), rule.sign(update, step)
            self._worked[key] = (Symbol(update.name), "=", numbers, sign, result)
        return self._worked[key]

    def _line(self, update: Update, step: int) -> VGroup:
        """The line of a step, with its result in the colour of its parameter."""
        made = self.rows.drawn(self._row(update, step), self.em, left=self.zone.left)
        _, equals, numbers, sign, result = made
        if update.name.removesuffix("'") in self.rule.names:
            result.set_fill(self.stage.colours.get(update.owner, self.stage.palette.ink))
        if update.name in self.broken:  # what it comes to stands below
            down, left = self._down(float(numbers.get_bottom()[1])), float(equals.get_left()[0])
            sign.put(left, down)
            result.put(left + sign.width + BETWEEN, down)
        return made

    def whole(self, step: int) -> VGroup:
        """All lines of a step, with numbers and results; without numbers what stays as it is."""
        if self.shown:
            return stacked([self._line(u, step) for u in self.shown], self.zone.top)
        return VGroup() if self.board else VGroup(*self.symbols, *self.note)

    @cached_property
    def bottom(self) -> float:
        """Where the room below begins."""
        if self.shown:
            return self.zone.top - max(self._height(self.shown, n) for n in range(self.steps))
        still = self.whole(0)
        return float(still.get_bottom()[1]) if still else self.zone.top
