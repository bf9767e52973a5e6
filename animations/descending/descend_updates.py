"""DescentUpdates: the first update, large, from symbols to numbers to the move; of other optimizers, their rule."""

from __future__ import annotations

from collections.abc import Sequence

from manim import PI, BackgroundRectangle, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.descending import descend_words as words
from symgd.animations.descending.descend_ends import DescentEnds
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descent_numbers import (
    BETWEEN,
    FIRST,
    SLOPE,
    UpdateLines,
    ValueLine,
    shown_digits,
)
from symgd.animations.descending.large_rule import RATE, LargeRule
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.number_flight import emerging
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Zone
from symgd.terms import Equation, Symbol
from symgd.writing.words import message

LARGE_EM = 0.55
MOST_PITCH = 0.85  # from one slope to the next, where they stand close
TOLD, TOLD_EM = 1.15, 0.38  # what is above the slopes, in two lines
SLOPE_GAP, SLOPE_PART = 0.15, 0.85  # from the slopes to the rule; of their pitch, how high they are
ABOVE = 1.4  # times as high as the rule's room, at most, is that of what is put into it
APART, MARK = 0.6, 0.05
TRAVEL = 0.8  # seconds of a number's way
ALONE = 0.8  # seconds that the rule is looked at, before it is read


class DescentUpdates(DescentEnds):
    """Shows the arithmetic of the first step, and only then the move."""

    arrow: VGroup
    arrow_name: VGroup  # what the arrow is
    values: list[ValueLine]
    slopes: list[VGroup]  # the left sides that stand before them
    here: Formula  # the parameter that is told large, with its value at the start
    told: VGroup  # this and the others
    slope_ems: list[float]
    slope_zones: list[Zone]  # where the slopes stand above the rule
    rate_row: Typeset
    rate_value: VGroup

    @property
    def told_zones(self) -> tuple[Zone, Zone]:
        """Of what is put into the rule, and of the rule."""
        return self.places.halves(1.0 if self.places.has_columns else ABOVE, 1)

    def slope_places(self) -> list[Zone]:
        """Where each slope stands above the rule: below the others or beside them, whichever lets all be larger."""
        return max(self._below_and_beside(), key=self._least_size)

    def _below_and_beside(self) -> tuple[list[Zone], list[Zone]]:
        """Places of the slopes below each other, and beside each other."""
        upper, count = self.told_zones[0], len(self.values)
        zone = Zone(upper.left, upper.right, upper.bottom, upper.top - TOLD)
        pitch = min(MOST_PITCH, zone.height / count)
        tops = [zone.top - pitch * number for number in range(count)]
        below = [Zone(zone.left, zone.right, top - pitch, top) for top in tops]
        row = Zone(zone.left, zone.right, zone.top - MOST_PITCH, zone.top)
        return below, row.columns(*[1.0] * count, gap=SLOPE_GAP)

    def _least_size(self, places: list[Zone]) -> float:
        """The size of the smallest slope in these places."""
        return min(
            self._size(number, place) * self.values[number].em
            for number, place in enumerate(places)
        )

    @property
    def rule_zone(self) -> Zone:
        """Of the rule, below or beside what is put into it."""
        upper, lower = self.told_zones
        if self.places.has_columns:
            return lower
        top = self.slope_zones[-1].bottom - SLOPE_GAP
        return Zone(upper.left, upper.right, lower.bottom, top)

    def gather(self) -> None:
        """What the rule needs comes together: where the descent is, and each slope in one line."""
        zone, index = self.told_zones[0], words.asked_about(self.story)
        pairs = zip(self.story.names, self.story.parameters[0].tolist(), strict=True)
        digits = [shown_digits(self.story, each, 0) for each in range(len(self.story.names))]
        here = [
            self.stage.formula(Equation(Symbol(name), numeral(value, count)), em=TOLD_EM)
            for (name, value), count in zip(pairs, digits, strict=True)
        ]
        wide = sum(each.width for each in here) + APART * (len(here) - 1)
        if wide > zone.width:  # then of the one that is told large
            here = [here[index].at_most(zone.width)]
        left = zone.left
        for each in here:
            each.put(left, zone.top - TOLD_EM)
            left += each.width + APART
        self.here = here[index] if len(here) > 1 else here[0]
        said = Equation(self.story.rate, numeral(self.story.rate_at(0)))
        label = self.stage.sentence(message("learning rate {rate}", rate=said), em=TOLD_EM)
        label.at_most(zone.width).put(zone.left, zone.top - TOLD_EM - TOLD / 2)
        self.rate_row = label
        self.rate_value = self.stage.part(label, said, (1,))
        places = self.slope_zones = self.slope_places()
        sizes = [self._size(number, place) for number, place in enumerate(places)]
        self._stack(sizes, places)
        self.told = VGroup(*here)
        self.play(FadeIn(self.told, self.rate_row), run_time=FADE)

    def show_update(self) -> None:
        """One parameter's rule, large and letter by letter; the others' alike; only then the point moves."""
        index = words.asked_about(self.story)
        large = LargeRule(self.stage, self.rule_zone, self.story, index)
        self.play(FadeIn(large.rule))
        self.wait(ALONE)
        self.turn()
        self._fill(large)
        self.turn()
        numbers = self._together(large)
        assert isinstance(self.lines, UpdateLines)
        self.numbers = self.lines.whole(0)
        gone = [self.told, self.rate_row, *self.values, *self.slopes]
        self.play(*map(FadeOut, gone), run_time=QUICK)
        self.remove(*gone, *self.told)
        self.shown = []
        self.large = VGroup(*(VGroup(*head, made, *result) for head, made, result in numbers))
        self.add(self.large)
        parked = zip(numbers, self.lines.heads, self.numbers, strict=True)
        pairs = [
            pair
            for (head, formula, result), new, (numbers, value) in parked
            for pair in zip((*head, formula, *result), (*new, numbers, *value), strict=True)
        ]
        moves = [old.animate.scale(new.width / old.width).move_to(new) for old, new in pairs]
        read = FadeIn(VGroup(self.readouts.still, self.readouts.live))
        self.play(*moves, read, run_time=TRAVEL)  # each part one outline, scaled and never bent
        self.remove(self.large)
        self.add(self.lines.heads, self.numbers, self.readouts.still, self.readouts.live)
        self.start_moving()
        self.follow(self.point, 0, 1, MOVE)
        self.show_slice(1)
        self.point.pointing = False
        self.point.show(1)

    def _fill(self, large: LargeRule) -> None:
        """Each letter is marked, and its number comes to its place from where it stands; then the signs meet."""
        heads = zip(large.rule_head, large.head, strict=True)
        self.play(*(emerging(old, new) for old, new in heads), run_time=QUICK)
        here = VGroup(*self.here.glyphs((1,)))
        sources = (FIRST, here), (RATE, self.rate_value), (SLOPE, self.values[large.index].value)
        signs = [*large.between]
        for path, source in sources:
            letter, number = large.symbols.glyphs(path), large.number(path)
            mark = BackgroundRectangle(
                letter, color=self.stage.palette.mark, fill_opacity=1, buff=MARK
            ).set_z_index(-1)
            left = float(number.get_right()[0])
            due = [each for each in signs if each.get_center()[0] < left or path == SLOPE]
            signs = [each for each in signs if each not in due]
            come = [FadeIn(mark), *([FadeIn(VGroup(*due))] if due else [])]
            self.play(
                emerging(
                    VGroup(*source), number, [*self._above(), *large.symbols, *large.rule_head]
                ),
                *come,
                run_time=TRAVEL,
            )
            self.play(FadeOut(mark), run_time=QUICK / 2)
        self.remove(*large.filled)
        self.add(large.filled)
        self._meet(large)

    def _above(self) -> list[Mobject]:
        """All that is written above the rule, through which no number goes."""
        rows = VGroup(*self.told, self.rate_row, *self.slopes, *self.values)
        return [*rows.family_members_with_points()]

    def _meet(self, large: LargeRule) -> None:
        """The product becomes one number; two minus signs make its plus; then the result."""
        sign, *equals = large.signs
        if large.met is not None:
            first = large.met.glyphs(FIRST)
            change = VGroup(*(each for each in large.met if each not in [*first]))
            taken = [*large.number(FIRST)]
            product = VGroup(*(each for each in large.filled if each not in taken))
            mark = BackgroundRectangle(
                product, color=self.stage.palette.mark, fill_opacity=1, buff=MARK
            ).set_z_index(-1)
            self.play(FadeIn(sign, mark), emerging(large.number(FIRST), first), run_time=FADE)
            self._signs_meet(large, change[0])
            self.play(FadeIn(change), run_time=FADE)
            self.play(FadeOut(mark), run_time=QUICK / 2)
            self.remove(first, *first, change, *change)
            self.add(large.met)
        come = VGroup(*equals, *([] if large.met is not None else [sign]), large.value)
        self.play(FadeIn(come), run_time=FADE)

    def _signs_meet(self, large: LargeRule, plus: Mobject) -> None:
        """The minus before the rate and that of the slope come together, one of them upright."""
        minus = [large.filled[n] for n in large.filled.own((1,))]
        slope = large.number(SLOPE)
        if not minus or slope[0].shape != minus[0].shape:
            return
        flat, upright = minus[0].copy(), slope[0].copy()
        self.add(flat, upright)
        there = plus.get_center()
        self.play(
            flat.animate.move_to(there),
            upright.animate.rotate(PI / 2).move_to(there),
            run_time=FADE,
        )
        self.remove(flat, upright)

    def _together(self, large: LargeRule) -> list[tuple[VGroup, Formula, VGroup]]:
        """The others' lines below that of the first, all of one size; their slopes come to them as its own did."""
        assert isinstance(self.lines, UpdateLines)
        small = UpdateLines(self.stage, self.rule_zone, self.story, steps=1)
        others = [each for each in range(len(self.story.names)) if each != large.index]
        goal, result = small.numbers(large.index, 0), small.result(large.index, 0)
        left = VGroup(large.rule, *large.result)
        left.remove(large.value)
        sign = large.signs[0] if large.met is None else large.signs[1]
        new = VGroup(*small.heads[large.index], goal, result[1])
        moves = zip((*large.head, large.filled, large.value), new, strict=True)
        self.play(FadeOut(left), run_time=QUICK)
        self.remove(left, *left, *large.rule, sign)
        self.play(
            *(old.animate.scale(to.width / old.width).move_to(to) for old, to in moves),
            FadeIn(result[0]),
            run_time=TRAVEL,
        )
        self.remove(*large.head, large.filled, large.value)
        self.add(small.heads[large.index], goal, result[1])
        self.add(result)
        made = {large.index: (small.heads[large.index], goal, result)}
        if others:
            symbols = [small.symbols[each] for each in others]
            self.play(
                FadeIn(VGroup(*(small.tall_heads[each] for each in others), *symbols)),
                run_time=FADE,
            )
            for each in others:
                made[each] = self.put_slope(small, each, VGroup(*goal, result))
            self.play(FadeIn(VGroup(*(made[each][2] for each in others))), run_time=FADE)
        return [made[each] for each in range(len(self.story.names))]

    def _size(self, index: int, place: Zone) -> float:
        """How many times as large a slope and its value are, to stand beside each other in a place."""
        part, slope = self.values[index], self.slopes[index]
        wide = (place.width - BETWEEN) / (slope.width * self._alike(index) + part.width)
        high = SLOPE_PART * place.height / self._high(index)
        return float(min(TOLD_EM / part.em, high, wide))

    def _alike(self, index: int) -> float:
        """How many times as large a slope has to be, to be as large as its value."""
        return float(self.values[index].em / self.slope_ems[index])

    def _high(self, index: int) -> float:
        """How high a slope and its value are, once they stand beside each other."""
        return float(max(self.slopes[index].height * self._alike(index), self.values[index].height))

    def _stack(self, sizes: Sequence[float], places: Sequence[Zone]) -> None:
        """Slope and value come together in one line, each in its place; between them all else has left."""
        kept = {glyph for slope in self.slopes for glyph in slope}
        gone = [
            glyph
            for line in self.shown
            for glyph in line.family_members_with_points()
            if glyph not in kept
        ]
        self.play(FadeOut(VGroup(*gone)), run_time=FADE)
        self.remove(*self.shown, *gone)
        self.add(*self.slopes, *self.values)
        self.shown = [*self.slopes]
        moves = []
        alike = [self._alike(index) for index in range(len(sizes))]
        told = zip(self.slopes, self.values, alike, sizes, places, strict=True)
        for slope, part, times, size, zone in told:
            left, middle = slope.width * size * times, zone.top - slope.height * size * times / 2
            moves.append(
                slope.animate.scale(size * times).move_to((zone.left + left / 2, middle, 0))
            )
            start = zone.left + left + BETWEEN + part.width * size / 2
            moves.append(part.animate.scale(size).move_to((start, middle, 0)))
        self.play(*moves, run_time=MOVE)

    def put_slope(
        self, lines: UpdateLines, index: int, told: VGroup
    ) -> tuple[VGroup, Formula, VGroup]:
        """Numbers for symbols in one line; the gradient's comes from where it stands, not through what is `told`."""
        numbers = lines.numbers(index, 0)
        slope = lines.slope(numbers)
        standing = [*self._above(), *told.family_members_with_points()]
        rest = VGroup(*(glyph for glyph in numbers if glyph not in [*slope]))
        self.play(
            FadeOut(lines.symbols[index], run_time=QUICK),
            FadeIn(rest),
            emerging(self.values[index].value, slope, standing),
            lines.tall_heads[index].animate.move_to(lines.heads[index]),
            run_time=TRAVEL,
        )
        self.remove(rest, slope, *numbers, lines.tall_heads[index])
        self.add(numbers, lines.heads[index])
        return lines.heads[index], numbers, lines.result(index, 0)

    def show_readouts(self) -> None:
        """Rate, gradient and step, as lengths."""
        self.play(FadeIn(VGroup(self.readouts.still, self.readouts.live)), run_time=FADE)
        self.add(self.readouts.still, self.readouts.live)

    def start_moving(self) -> None:
        """From here on the point has an arrow of its own."""
        self.play(FadeOut(self.arrow_name), run_time=QUICK)
        self.remove(self.arrow, *self.arrow, self.arrow_name)
        self.point.pointing = True
        self.point.show(0.0)

    @property
    def parked(self) -> list[VGroup]:
        """The data beside the path, where there are any."""
        return [] if self.fit is None else [VGroup(self.fit.panel.drawing, self.fit.live)]

    def show_rule_update(self) -> None:
        """The rule in symbols, then with numbers, and only then the move, beside the way straight downhill."""
        self.clear_numbers()
        self.play(FadeOut(*self.values), run_time=QUICK)
        lines = self.lines
        assert isinstance(lines, RuleLines)
        self.show_readouts()
        rule, board = lines.symbols.copy(), VGroup(*lines.board)
        told = VGroup(*rule, *board, *lines.note)
        covered = self._covered(lines) if len(board) else []
        self.play(*map(FadeOut, covered), FadeIn(told))
        self.turn()
        self.numbers = lines.whole(0)
        if lines.shown:
            self.turn()
            self.play(FadeOut(lines.note), run_time=FADE)
            for symbols, numbers in zip(rule, self.numbers, strict=True):
                self.put_numbers(symbols, numbers)
        self.turn()
        if lines.covers == self.places.large:  # the path too, which is needed now
            self.play(FadeOut(told), run_time=QUICK)
            self._uncover(covered)
            covered = []
        self.play(FadeOut(self.arrow, self.arrow_name), run_time=QUICK)
        self.arrows_note = self.point.arrows_note()
        self.play(FadeIn(self.arrows_note), run_time=QUICK)
        self.move_point(0, MOVE)
        if not lines.shown:  # what stays is one thing, which is removed as one
            if told in self.mobjects and len(board):
                self.play(FadeOut(told), run_time=QUICK)
            self.remove(told)
            self.add(self.numbers)
        self._uncover(covered)

    def _covered(self, lines: RuleLines) -> list[VGroup]:
        """What gives its place to a rule that is long."""
        if lines.covers not in (self.places.board, self.places.large):
            return []
        found = [self.curve.whole, *self.parked]
        if lines.covers == self.places.large:
            found.append(
                VGroup(
                    self.point.panel.drawing,
                    self.point.lines,
                    self.point.live,
                    self.arrow,
                    self.arrow_name,
                )
            )
        return found

    def _uncover(self, covered: Sequence[VGroup]) -> None:
        """Show again what gave its place."""
        if covered:
            self.play(*map(FadeIn, covered), run_time=QUICK)
        for each in covered:
            self.remove(each)
            self.add(*each)

    def put_numbers(self, symbols: VGroup, numbers: VGroup) -> None:
        """A line's name stays, its symbols become numbers, and then what they come to is seen."""
        name, sign, formula = symbols
        new_name, new_sign, new_formula, *result = numbers
        moved = name.animate.move_to(new_name), sign.animate.move_to(new_sign)
        self.play(Rewrite(formula, new_formula, ()), *moved, run_time=MOVE)
        self.play(FadeIn(VGroup(*result)), run_time=FADE)
        self.remove(*symbols, new_formula, *result)
        self.add(numbers)
