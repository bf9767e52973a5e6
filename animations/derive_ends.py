"""How derive_gradient ends: the partial derivatives below each other, their numbers, and the gradient as a vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from manim import FadeIn, Mobject, TransformFromCopy, VGroup

from symgd.animations import derive_words as words
from symgd.animations.beats import Beat
from symgd.animations.derivation_layout import LEAST
from symgd.animations.derive_numbers import with_numbers
from symgd.animations.descent_story import DescentStory
from symgd.animations.formula import Formula, Rewrite
from symgd.animations.gradient_picture import GradientPicture
from symgd.animations.lesson import leaving
from symgd.animations.reason_rows import GAP, ROUNDING, ROW_GAP, ReasonRows
from symgd.animations.stage import Zone
from symgd.animations.strokes import differing
from symgd.animations.swing_picture import SwingPicture
from symgd.animations.typeset import Typeset
from symgd.derivation.engine import derive
from symgd.terms import Equation, Path, Term
from symgd.writing.moves import Move
from symgd.writing.words import message

RIGHT_SIDE: Path = (1,)
EM, NOTE_EM, NUMBER_EM, WORKED_EM = 0.56, 0.34, 0.4, 0.3
BETWEEN = 0.12
FOR_NUMBERS = 0.66  # of the height
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
        self.lines = self.stacked(lines, self.space.lines)
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
        layout = self.stage.layout
        picture = GradientPicture(self.stage, layout.picture, self.story)
        before = [self.marks] if len(self.marks) else []
        if self.picture is not None:
            before += [self.picture.panel.drawing, self.picture.live]
        if before:
            self.play(*leaving(*before), run_time=0.5)
        lines, rows = self.blocks(picture, layout.mathematics)
        whole = [Move("stays", (), ())]
        moving = [Rewrite(a, b, whole) for a, b in zip(self.lines, lines, strict=True)]
        self.play(*moving, run_time=1.2)
        self.lines = lines
        self.play(FadeIn(picture.drawing), run_time=0.8)
        legs, labels = picture.legs(), picture.leg_labels()
        for number, row in enumerate(rows):
            value, *numbers = row
            for part in numbers:
                self.play(FadeIn(part), run_time=0.6)
                self.wait(0.5)
            self.play(FadeIn(value), run_time=0.6)
            if number < len(legs):
                self.play(FadeIn(legs[number]), run_time=0.5)
                label = labels[number]
                self.play(TransformFromCopy(VGroup(*value[1:]), label), run_time=0.9)
        self.turn()
        self.play(FadeIn(picture.vector()), run_time=0.9)
        self.wait(0.6)
        self.turn()
        self.play(FadeIn(picture.downhill()), run_time=0.7)

    def blocks(self, picture: GradientPicture, zone: Zone) -> tuple[list[Formula], list[VGroup]]:
        """For each partial derivative: its line, the numbers of all rows where they are few, and what it comes to."""
        assert self.story is not None
        partials = self.gradient.partials.values()
        worked = [with_numbers(partial.last, self.story) for partial in partials]
        rows: list[VGroup] = []
        for terms in (worked, [None] * len(worked)):
            pairs = zip(picture.numbers(), terms, strict=True)
            rows = [self._number_row(equation, term, zone) for equation, term in pairs]
            below = sum(row.height + 2.5 * ROW_GAP for row in rows)
            if below <= zone.height * FOR_NUMBERS:
                break
        above = Zone(zone.left, zone.right, zone.bottom + min(below, zone.height / 2), zone.top)
        lines = self.stacked([Equation(d.left, d.last) for d in partials], above)
        top = zone.top
        for line, row in zip(lines, rows, strict=True):
            line.shift([0.0, top - line.get_top()[1], 0.0])
            row.shift([0.0, line.get_bottom()[1] - ROW_GAP - row.get_top()[1], 0.0])
            top = float(row.get_bottom()[1]) - 1.5 * ROW_GAP
        return lines, rows

    def _number_row(self, equation: Equation, term: Term | None, zone: Zone) -> VGroup:
        """What a partial derivative comes to; before that the formula with numbers, where there is one."""
        whole = self.stage.formula(equation, em=NUMBER_EM)
        name = whole.inside((0,))
        value = VGroup(*(whole[n] for n in range(len(whole)) if n not in name))
        value.scale(min(1.0, (zone.width - GAP) / value.width))
        value.shift([zone.left + GAP - value.get_left()[0], -value.get_bottom()[1], 0])
        if term is None:
            return VGroup(value)
        ink = self.stage.palette.ink
        sign = Typeset("$=$", em=WORKED_EM, colour=ink).put(zone.left + GAP, 0.0)
        left = float(sign.get_right()[0]) + BETWEEN
        numbers = self.stage.formula(term, em=WORKED_EM).broken(zone.right - left)
        numbers.at_most(zone.right - left)
        numbers.shift([left - numbers.get_left()[0], 0, 0])
        worked = VGroup(sign, numbers)
        worked.shift([0, value.get_top()[1] + 0.7 * ROW_GAP - worked.get_bottom()[1], 0])
        return VGroup(value, worked)
