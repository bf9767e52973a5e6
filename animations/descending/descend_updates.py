"""DescentUpdates: the first update, large, from symbols to numbers to the move; of other optimizers, their rule."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    Animation,
    FadeIn,
    FadeOut,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
    smooth,
    squish_rate_func,
)

from symgd.animations.descending.descend_ends import DescentEnds
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descent_numbers import TALL, UPDATE_EM, UpdateLines, ValueLine
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.staging.stage import Zone
from symgd.terms import Equation, Partial, Symbol

LARGE_EM, VALUE_EM, LEAST_EM = 0.55, 0.42, 0.3
LEAVES, COMES = (0.0, 0.5), (0.3, 0.7)  # of the time, in which old lines go, and names come
MOST_PITCH = 1.1  # from one slope to the next, where they stand close
VALUE = (1,)  # the path of an equation's right side


class DescentUpdates(DescentEnds):
    """Shows the arithmetic of the first step, and only then the move."""

    arrow: VGroup
    arrow_name: VGroup  # what the arrow is
    values: list[Formula | ValueLine]
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
        self.lines = UpdateLines(self.stage, self.below, self.story)
        self.numbers = self.lines.whole(0)
        self.play(FadeOut(*self.values), run_time=QUICK)
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
        """The lines in symbols, each below its slope's value: so no number crosses another's line on its way."""
        zone, count = self.places.numbers, len(self.story.names)
        apart = zone.height / count
        em = min(LARGE_EM, UPDATE_EM * apart / (2 * TALL))
        if not self.places.has_columns and em >= LEAST_EM:
            self.stack_values(zone, apart)
            return UpdateLines(self.stage, zone, self.story, em=em, steps=1, apart=apart)
        upper, lower = self.places.halves(1, 1.3)
        self.stack_values(upper, upper.height / count)
        em = min(LARGE_EM, UPDATE_EM * lower.height / (TALL * (count + 0.3)))
        return UpdateLines(self.stage, lower, self.story, em=em, steps=1)

    def stack_values(self, zone: Zone, apart: float) -> None:
        """The gradient's numbers, one below the other, each with its name again."""
        pitch, moves = min(MOST_PITCH, apart), list[Animation]()
        old, self.values, story = self.values, [], self.story
        for number, (name, line) in enumerate(zip(story.names, old, strict=True)):
            assert isinstance(line, ValueLine)
            slope = Partial(story.problem.cost_name, Symbol(name))
            made = self.stage.formula(Equation(slope, line.value.term), em=VALUE_EM)
            made.at_most(zone.width)
            made.scale(min(1.0, 0.95 * pitch / made.height))
            made.move_to((zone.left + made.width / 2, zone.top - apart * number - pitch / 2, 0))
            sign = VGroup(*(made[index] for index in made.own(())))
            value = made.glyphs(VALUE)
            left = VGroup(*(glyph for glyph in made if glyph not in [*sign, *value]))
            moves += [
                FadeIn(left, rate_func=squish_rate_func(smooth, *COMES)),
                ReplacementTransform(line.equals, sign),
                ReplacementTransform(line.value, value),
            ]
            self.values.append(made)
        leave = squish_rate_func(smooth, *LEAVES)  # what a value stood below
        gone = [FadeOut(each, rate_func=leave) for each in self.shown]
        self.shown = []
        self.play(*moves, *gone, run_time=MOVE)
        for line, made in zip(old, self.values, strict=True):
            self.remove(line, *line, *made)
        for move in moves:
            self.remove(move.mobject, *([move.target_mobject] if move.target_mobject else []))
        self.add(*self.values)

    def put_slope(self, large: UpdateLines, index: int) -> None:
        """Numbers for symbols in one line; the gradient's comes from where it stands."""
        if not index:
            self.large = []
        numbers = large.numbers(index, 0)
        slope = large.slope(numbers)
        rest = VGroup(*(glyph for glyph in numbers if glyph not in [*slope]))
        moved = large.tall_heads[index].animate.move_to(large.heads[index])
        line = self.values[index]
        assert isinstance(line, Formula)
        source = line.glyphs(VALUE)
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
