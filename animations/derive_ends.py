"""How derive_gradient ends: the partial derivatives below each other, their numbers, and the gradient as a vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from manim import FadeIn, Mobject, TransformFromCopy, VGroup

from symgd.animations import derive_words as words
from symgd.animations.beats import Beat
from symgd.animations.derivation_layout import LEAST, DerivationLayout
from symgd.animations.derive_numbers import with_numbers
from symgd.animations.descent_story import DescentStory
from symgd.animations.formula import Formula
from symgd.animations.gradient_picture import GradientPicture
from symgd.animations.lesson import leaving
from symgd.animations.numerals import SLOPE_DIGITS, numeral
from symgd.animations.reason_rows import GAP, ROW_GAP, ReasonRows
from symgd.animations.stage import Zone
from symgd.animations.strokes import differing
from symgd.animations.swing_picture import SwingPicture
from symgd.derivation.engine import derive
from symgd.terms import Equation, Path, Symbol, Term
from symgd.writing.words import message

RIGHT_SIDE: Path = (1,)
EM, NOTE_EM, NUMBER_EM, WORKED_EM = 0.56, 0.34, 0.42, 0.34
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
            yield self.beat(message("side by side"), caption, show, seconds=4.0)
        if several and self.story is not None:
            yield self.beat(
                message("the gradient is a vector"),
                words.vector(self.problem),
                DeriveEnds.show_vector,
                hold=1.5,
            )
        yield self.beat(message("your turn"), words.closing(), hold=1.5)

    # ---------------------------------------------------------------------------------------------
    # Side by side

    def show_together(self, lines: Sequence[Equation], alike: bool) -> None:
        """All partial derivatives, and what the inner derivative left in each."""
        self.clear_rows()
        self.define({})
        self.play(*leaving(self.line, self.ghost))
        self.set_heading(message("The gradient of {cost}", cost=self.problem.cost_name))
        self.lines = self.stacked(lines)
        for formula in self.lines:
            self.play(FadeIn(formula), run_time=0.6)
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

    def stacked(self, lines: Sequence[Equation]) -> list[Formula]:
        """Lines below each other, all of one size, with their signs of equality in line; broken where they are long."""
        zone = self.space.lines
        gaps = ROW_GAP * (len(lines) - 1)
        shown = [self.stage.formula(line, em=EM) for line in lines]
        across = max(self.side(formula) - formula.get_left()[0] for formula in shown)
        widest = max(across + formula.get_right()[0] - self.side(formula) for formula in shown)
        factor = min(1.0, zone.width / widest, (zone.height - gaps) / sum(f.height for f in shown))
        if factor * EM < LEAST:
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
        for em in (WORKED_EM, 0.9 * WORKED_EM, 0.8 * WORKED_EM):
            shown = [self.stage.formula(line, em=em).broken(zone.width) for line in lines]
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

    def show_vector(self) -> None:
        """Each line comes to a number, a slope along one scale; both together are an arrow uphill."""
        assert self.story is not None
        self.clear_rows()
        space = self.space
        if space.picture is None:
            space = DerivationLayout.of(self.stage, (), pictured=True)
            gone = [*self.lines] if self.lines[-1].get_bottom()[1] < space.lines.bottom else []
            self.play(*leaving(*gone, self.marks if len(self.marks) else None), run_time=0.5)
        assert space.picture is not None
        picture = GradientPicture(self.stage, space.picture, self.story)
        if self.picture is not None:
            self.play(*leaving(self.picture.panel.drawing, self.picture.live), run_time=0.5)
        self.play(FadeIn(picture.drawing), run_time=0.8)
        rows = self.number_rows(picture, space.notes)
        legs = picture.legs()
        for number, row in enumerate(rows):
            source = self.lines[number].glyphs((0,))
            name, *others = row
            self.play(TransformFromCopy(source, name), run_time=0.8)
            self.play(*(FadeIn(part) for part in others), run_time=0.5)
            if number < len(legs):
                self.play(FadeIn(legs[number]), run_time=0.6)
        self.turn()
        self.play(FadeIn(picture.vector()), run_time=0.9)
        self.wait(0.6)
        self.turn()
        self.play(FadeIn(picture.downhill()), run_time=0.7)

    def number_rows(self, picture: GradientPicture, zone: Zone) -> list[VGroup]:
        """For each partial derivative: what it is, with the numbers of all rows where they are few, and what it comes to."""
        assert self.story is not None
        worked = [with_numbers(d.last, self.story) for d in self.gradient.partials.values()]
        for terms in (worked, [None] * len(worked)):
            rows = [
                self._number_row(equation, term, zone)
                for equation, term in zip(picture.numbers(), terms, strict=True)
            ]
            if sum(row.height + ROW_GAP for row in rows) <= zone.height + ROW_GAP:
                break
        top = zone.top
        for row in rows:
            row.shift([0.0, top - row.get_top()[1], 0.0])
            top -= row.height + 1.5 * ROW_GAP
        return rows

    def _number_row(self, equation: Equation, term: Term | None, zone: Zone) -> VGroup:
        """A name, the sign of equality with numbers, and the result below it where both don't fit beside each other."""
        whole = self.stage.formula(equation, em=NUMBER_EM).at_most(zone.width)
        whole.put(zone.left, 0.0)
        name = whole.glyphs((0,))
        rest = VGroup(*(glyph for glyph in whole if glyph not in name))
        row = VGroup(name, rest)
        if term is None:
            return row
        numbers = self.stage.formula(term, em=WORKED_EM).broken(zone.width - GAP)
        numbers.at_most(zone.width - GAP)
        below = whole.get_bottom()[1] - ROW_GAP / 2 - numbers.get_top()[1]
        numbers.shift([zone.left + GAP - numbers.get_left()[0], below, 0])
        row.add(numbers)
        return row

    def here(self) -> Equation:
        """The first parameter's value where the gradient is taken."""
        assert self.story is not None
        first = self.story.names[0]
        return Equation(Symbol(first), numeral(float(self.story.parameters[0][0]), SLOPE_DIGITS))
