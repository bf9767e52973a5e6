"""DescentUpdates: the first update, large, from symbols to numbers to the move; of other optimizers, their rule."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    FadeIn,
    FadeOut,
    TransformFromCopy,
    VGroup,
)

from symgd.animations.descending.descend_ends import DescentEnds
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descent_numbers import (
    BETWEEN,
    HIGH,
    TALL,
    UPDATE_EM,
    UpdateLines,
    ValueLine,
)
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.staging.stage import Zone

LARGE_EM, LEAST_EM = 0.55, 0.26
MOST_PITCH = 1.1  # from one slope to the next, where they stand close
SLOPE_GAP, MOST_GAP = 0.1, 0.7  # from a slope to its update, and to the next slope


class DescentUpdates(DescentEnds):
    """Shows the arithmetic of the first step, and only then the move."""

    arrow: VGroup
    arrow_name: VGroup  # what the arrow is
    values: list[ValueLine]
    slopes: list[VGroup]  # the left sides that stand before them
    large: list[Formula]

    def show_update(self) -> None:
        """Symbols, numbers, result, all large; then they park, and only then the point moves."""
        indices = range(len(self.story.names))
        large = self.large_update()
        self.play(FadeIn(VGroup(large.tall_heads, *large.symbols)))
        self.turn()
        for index in indices:
            self.put_slope(large, index)
        results = [large.result(index, 0) for index in indices]
        for result in results:
            self.play(FadeIn(result), run_time=FADE)
        assert isinstance(self.lines, UpdateLines)
        self.numbers = self.lines.whole(0)
        self.play(FadeOut(*self.values, *self.slopes), run_time=QUICK)
        self.shown = []
        parked = zip(large.heads, self.large, results, self.lines.heads, self.numbers, strict=True)
        pairs = [
            pair
            for head, formula, result, new, numbers in parked
            for pair in zip((*head, formula, *result), (*new, numbers[0], *numbers[1]), strict=True)
        ]
        moves = [old.animate.scale(new.width / old.width).move_to(new) for old, new in pairs]
        self.play(*moves, run_time=MOVE)  # each part one outline, which is scaled and never bent
        self.remove(*results, *self.large, large.heads, *large.heads, *(old for old, _ in pairs))
        self.add(self.lines.heads, self.numbers)
        self.show_readouts()
        self.turn()
        self.start_moving()
        self.follow(self.point, 0, 1, MOVE)
        self.show_slice(1)
        self.point.pointing = False
        self.point.show(1)

    def large_update(self) -> UpdateLines:
        """The lines in symbols, each directly below its slope's value, and as large as they stay."""
        assert isinstance(self.lines, UpdateLines)
        zone, em = self.places.numbers, self.lines.em
        if not self.places.has_columns:
            large = UpdateLines(self.stage, zone, self.story, em=em, steps=1)
            heights = self._below_slopes(large, zone)
            if heights:
                return large.arrange(heights)
        upper, lower = self.places.halves(1, 1.3)
        count = len(self.values)
        sizes = self._sizes(em, 0.95 * min(MOST_PITCH, upper.height / count))
        tops = [upper.top - upper.height / count * number for number in range(count)]
        self._stack(sizes, tops, upper)
        em = min(em, UPDATE_EM * lower.height / (TALL * (count + 0.3)))
        return UpdateLines(self.stage, lower, self.story, em=em, steps=1)

    def _below_slopes(self, large: UpdateLines, zone: Zone) -> list[float]:
        """Where the lines stand below the values, which go to their places; nothing where there is no room."""
        count, above = len(self.values), large.above or 0.0
        line = SLOPE_GAP + above + large.tall
        spare = zone.height / count - line
        sizes = self._sizes(large.em, spare)
        values = [self._high(index) * size for index, size in enumerate(sizes)]
        if min(size * part.em for part, size in zip(self.values, sizes, strict=True)) < LEAST_EM:
            return []
        gap = min(MOST_GAP, (zone.height - sum(values) - count * line) / count)
        tops, heights, top = [], [], zone.top
        for value in values:
            tops.append(top)
            heights.append(top - value - SLOPE_GAP - above - HIGH * large.tall)
            top -= value + line + gap
        self._stack(sizes, tops, zone)
        return heights

    def _sizes(self, em: float, room: float) -> list[float]:
        """How many times as large each value is, to be as large as the updates, in rows so high."""
        return [
            min(em / part.em, room / self._high(index)) for index, part in enumerate(self.values)
        ]

    def _high(self, index: int) -> float:
        """How high a slope and its value are, once they stand beside each other."""
        return float(max(self.slopes[index].height, self.values[index].height))

    def _stack(self, sizes: Sequence[float], tops: Sequence[float], zone: Zone) -> None:
        """Slope and value come together in one line, at these heights; between them all else has left."""
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
        for slope, part, size, top in zip(self.slopes, self.values, sizes, tops, strict=True):
            left, middle = slope.width * size, top - slope.height * size / 2
            moves.append(slope.animate.scale(size).move_to((zone.left + left / 2, middle, 0)))
            start = zone.left + left + BETWEEN + part.width * size / 2
            moves.append(part.animate.scale(size).move_to((start, middle, 0)))
        self.play(*moves, run_time=MOVE)

    def put_slope(self, large: UpdateLines, index: int) -> None:
        """Numbers for symbols in one line; the gradient's comes from where it stands."""
        if not index:
            self.large = []
        numbers = large.numbers(index, 0)
        slope = large.slope(numbers)
        rest = VGroup(*(glyph for glyph in numbers if glyph not in [*slope]))
        moved = large.tall_heads[index].animate.move_to(large.heads[index])
        line = self.values[index]
        source = line.value
        self.play(
            FadeOut(large.symbols[index]),
            FadeIn(rest),
            TransformFromCopy(source, slope),
            moved,
            run_time=MOVE,
        )
        self.remove(rest, slope, *numbers, large.tall_heads[index])
        self.add(numbers, large.heads[index])
        self.large.append(numbers)

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
