"""How derive_gradient ends: the partial derivatives below each other, their numbers, and the gradient as a vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import ceil

from manim import FadeIn, FadeOut, Mobject, TransformFromCopy, VGroup

from symgd.animations.deriving import derive_words as words
from symgd.animations.deriving.derivation_layout import LEAST
from symgd.animations.deriving.derive_numbers import with_numbers
from symgd.animations.deriving.gradient_picture import GradientPicture, told
from symgd.animations.deriving.reason_rows import GAP, ROUNDING, ROW_GAP, ReasonRows
from symgd.animations.deriving.strokes import differing
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.formula import Formula, Rewrite, extent_of
from symgd.animations.formulas.names import brief, ever_shorter
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.derivation.engine import derive
from symgd.terms import Equation, Path, Symbol
from symgd.writing.moves import Move
from symgd.writing.words import message

RIGHT_SIDE: Path = (1,)
STAYS = Move("stays", (0,), (0,))
EM, NOTE_EM, NUMBER_EM, WORKED_EM = 0.56, 0.34, 0.4, 0.3
BROKEN = (0.34, 0.3, 0.28, 0.26)
READABLE = 0.36  # in less than that, lines below each other take the place of the picture
PLANE = 2  # parameters that a plane has


class DeriveEnds(ReasonRows):
    """The last beats of the derivation."""

    line: Formula
    ghost: Mobject | None
    said: set[str]
    story: DescentStory | None
    picture: SwingPicture | None

    def last_beats(self) -> Iterator[Beat]:
        """Side by side, the vector where there is a plane for it, and what the viewer can do now."""
        several = len(self.gradient.partials) > 1
        if several:
            alike = self.problem.has_examples and self.problem.written_cost.is_of_the_residual
            caption = words.together() if alike else words.all_of_them()
            lines = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
            show = partial(DeriveEnds.show_together, lines=lines, alike=alike)
            yield self.beat(message("side by side"), caption, show, seconds=3.0, hold=0.7)
        worked = self.worked() if several and self.story is not None else []
        if worked:
            show = partial(DeriveEnds.show_numbers, lines=worked)
            yield self.beat(message("with numbers"), words.numbers(self.here()), show)
        if several and self.story is not None:
            yield self.beat(
                message("the gradient is a vector"),
                words.vector(self.problem),
                DeriveEnds.show_vector,
            )
        if not several and self.story is not None:
            name = self.problem.symbols[0]
            caption = words.slope(self.problem, name, self.story.gradient(0)[0])
            yield self.beat(message("the slope is a number"), caption, DeriveEnds.show_slope)
        yield self.beat(message("your turn"), words.closing(), hold=0.7)

    # ---------------------------------------------------------------------------------------------
    # Side by side

    def show_together(self, lines: Sequence[Equation], alike: bool) -> None:
        """All partial derivatives, and what the inner derivative left in each."""
        gone = [self.line, self.ghost, *self.rows, *self.letters.values()]
        self.play(*leaving(*gone), run_time=0.5)
        self.rows, self.letters = VGroup(), {}
        self.set_heading(message("The gradient of {cost}", cost=self.problem.cost_name))
        self.lines = self.stacked(lines, self.space.lines)
        if self.picture is not None and self.crowded(lines, self.space.lines):
            self.play(*leaving(self.picture.panel.drawing, self.picture.live), run_time=0.4)
            self.picture = None
            self.lines = self.stacked(lines, self.space.above)
        for formula in self.lines:
            self.play(FadeIn(formula), run_time=0.5)
        if not alike:
            return
        self.rows = self.inner_rows()
        for formula, paths, row in zip(
            self.lines, differing([line.right for line in lines]), self.rows, strict=True
        ):
            parts = [formula.glyphs((*RIGHT_SIDE, *path)) for path in paths]
            marks = [self.marked(glyphs) for glyphs in parts if len(glyphs)]
            self.bring_to_back(*marks)
            self.play(*(FadeIn(mark) for mark in marks), FadeIn(row), run_time=0.5)
            self.marks.add(*marks)

    def crowded(self, lines: Sequence[Equation], zone: Zone) -> bool:
        """Whether lines below each other are small in a zone."""
        extents = [extent_of(line, self.stage.words).sized(READABLE) for line in lines]
        rows = (
            (each.top - each.bottom + ROW_GAP) * ceil(each.width / zone.width) for each in extents
        )
        return sum(rows) > zone.height + ROW_GAP

    def marked(self, glyphs: VGroup) -> Mobject:
        """A plate behind a part."""
        raise NotImplementedError  # abstract: the lesson has it

    def inner_rows(self) -> VGroup:
        """The inner derivative by each parameter, in the notes."""
        self.marks = VGroup()
        made, top = VGroup(), self.notes.top
        for symbol in self.problem.symbols:
            inner = derive(self.problem.residual, self.problem.residual, symbol).last
            said = message(
                "inner derivative by {variable}:  {derivative}", variable=symbol, derivative=inner
            )
            row = self.stage.sentence(said, em=NOTE_EM, width=self.notes.width)
            row.at_most(self.notes.width)
            row.shift([self.notes.left - row.get_left()[0], top - row.get_top()[1], 0])
            top -= row.height + ROW_GAP
            made.add(row)
        return made

    def stacked(self, lines: Sequence[Equation], zone: Zone) -> list[Formula]:
        """Lines below each other, all of one size, with their signs of equality in line; broken where they are long."""
        gaps = ROW_GAP * (len(lines) - 1)
        shown = [self.stage.formula(line, em=EM) for line in lines]
        across = max(self.side(formula) - formula.get_left()[0] for formula in shown)
        widest = max(across + formula.get_right()[0] - self.side(formula) for formula in shown)
        factor = min(1.0, zone.width / widest, (zone.height - gaps) / sum(f.height for f in shown))
        if factor * EM < LEAST - ROUNDING:
            return self._broken(lines, zone)
        top = zone.top
        for formula in shown:
            formula.scale(factor)
            left = zone.left + across * factor - self.side(formula)
            formula.shift([left, top - formula.get_top()[1], 0])
            top -= formula.height + ROW_GAP
        return shown

    def _broken(self, lines: Sequence[Equation], zone: Zone) -> list[Formula]:
        """Lines that are too long for one row each; the largest size in which all have room."""
        sizes = [(em, brief) for em in BROKEN] + [(BROKEN[-1], named) for named in ever_shorter()]
        for em, named in sizes:
            made = [self.stage.formula(line, em=em, named=named) for line in lines]
            shown = [formula.broken(zone.width) for formula in made]
            height = sum(formula.height + ROW_GAP for formula in shown) - ROW_GAP
            if height <= zone.height:
                break
        factor, top = min(1.0, zone.height / height), zone.top
        for formula in shown:
            formula.scale(factor).at_most(zone.width)
            formula.shift([zone.left - formula.get_left()[0], top - formula.get_top()[1], 0])
            top -= formula.height + ROW_GAP
        return shown

    @staticmethod
    def side(formula: Formula) -> float:
        """Where the right-hand side begins."""
        return float(formula.glyphs(RIGHT_SIDE).get_left()[0])

    # ---------------------------------------------------------------------------------------------
    # The vector

    def here(self) -> tuple[Equation, ...]:
        """The values at which the gradient is taken."""
        assert self.story is not None
        pairs = zip(self.story.names, self.story.parameters[0].tolist(), strict=True)
        return tuple(Equation(Symbol(name), numeral(value)) for name, value in pairs)

    def worked(self) -> list[Equation]:
        """The lines with the numbers of all rows in them; none where they are too long for that."""
        assert self.story is not None
        found = []
        for each in self.gradient.partials.values():
            term = with_numbers(each.last, self.story)
            if term is None:
                return []
            found.append(Equation(each.left, term))
        zone, words_ = self.space.lines, self.stage.words
        widest = max(extent_of(line, words_).width for line in found)
        return found if widest * WORKED_EM <= zone.width else []

    def show_numbers(self, lines: Sequence[Equation]) -> None:
        """Numbers take the places of the letters."""
        after = self.stacked(lines, self.space.lines)
        if len(self.marks):
            self.play(FadeOut(self.marks), run_time=0.3)
            self.marks = VGroup()
        for number, line in enumerate(after):
            self.play(Rewrite(self.lines[number], line, [STAYS]), run_time=1.6)
            self.lines[number] = line

    def show_vector(self) -> None:
        """Each line comes to a number, a slope along one scale; both together are an arrow uphill."""
        assert self.story is not None
        self.clear_rows()
        layout = self.stage.layout
        picture = GradientPicture(self.stage, layout.picture, self.story)
        before = [self.marks] if len(self.marks) else []
        if self.picture is not None:
            before += [self.picture.panel.drawing, self.picture.live]
        if before:
            self.play(*leaving(*before), run_time=0.4)
        lines, rows = self.blocks(picture, layout.mathematics)
        same = [Move("stays", (), ())]
        moving = [
            Rewrite(a, b, same if a.term == b.term else [STAYS])
            for a, b in zip(self.lines, lines, strict=True)
        ]
        self.play(*moving, FadeIn(picture.drawing), run_time=1.0)
        self.lines = lines
        legs, labels = picture.legs(), picture.leg_labels()
        for number, row in enumerate(rows):
            leg = [FadeIn(legs[number])] if number < len(legs) else []
            self.play(FadeIn(row), *leg, run_time=0.5)
            if leg:
                label = labels[number]
                self.play(TransformFromCopy(VGroup(*row[1:]), label), run_time=0.8)
        self.turn()
        self.play(FadeIn(picture.vector()), run_time=0.9)
        self.turn()
        self.play(FadeIn(picture.downhill()), run_time=0.7)

    def show_slope(self) -> None:
        """What the only derivative comes to where the model began."""
        assert self.story is not None
        self.clear_rows()
        value = numeral(told(self.story.gradient(0)[0], self.story), SLOPE_DIGITS)
        (partial,) = self.gradient.partials.values()
        row = self.stage.formula(Equation(partial.left, value), em=NUMBER_EM)
        row.at_most(self.notes.width).put(self.notes.left, 0.0)
        row.shift([0.0, self.notes.top - row.get_top()[1], 0.0])
        self.play(FadeIn(row), run_time=0.6)
        self.rows = VGroup(row)

    def blocks(self, picture: GradientPicture, zone: Zone) -> tuple[list[Formula], list[VGroup]]:
        """For each partial derivative: its line, and what it comes to."""
        partials = self.gradient.partials.values()
        rows = [self._number_row(equation, zone) for equation in picture.numbers()]
        below = sum(row.height + 2.5 * ROW_GAP for row in rows)
        above = Zone(zone.left, zone.right, zone.bottom + min(below, zone.height / 2), zone.top)
        lines = self.stacked([Equation(d.left, d.last) for d in partials], above)
        top = zone.top
        for line, row in zip(lines, rows, strict=True):
            line.shift([0.0, top - line.get_top()[1], 0.0])
            row.shift([0.0, line.get_bottom()[1] - ROW_GAP - row.get_top()[1], 0.0])
            top = float(row.get_bottom()[1]) - 1.5 * ROW_GAP
        return lines, rows

    def _number_row(self, equation: Equation, zone: Zone) -> VGroup:
        """The sign of equality and what a partial derivative comes to."""
        whole = self.stage.formula(equation, em=NUMBER_EM)
        name = whole.inside((0,))
        value = VGroup(*(whole[n] for n in range(len(whole)) if n not in name))
        value.scale(min(1.0, (zone.width - GAP) / value.width))
        value.shift([zone.left + GAP - value.get_left()[0], -value.get_bottom()[1], 0])
        return value
