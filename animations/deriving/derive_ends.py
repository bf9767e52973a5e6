"""How derive_gradient ends: the partial derivatives below each other, their numbers, and the gradient as a vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from manim import DOWN, UP, FadeIn, Mobject, TransformFromCopy, VGroup

from symgd.animations.deriving import derive_words as words
from symgd.animations.deriving.derive_together import DeriveTogether
from symgd.animations.deriving.gradient_picture import GradientPicture, told
from symgd.animations.deriving.reason_rows import GAP, ROW_GAP
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.numerals import SLOPE_DIGITS, Scale, is_whole, listed, numeral
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.formulas.rounding import About
from symgd.writing.moves import Move
from symgd.writing.words import message

STAYS = Move("stays", (0,), (0,))
NOTE_EM, NUMBER_EM, TASK_EM = 0.34, 0.4, 0.4
TRYING = 1.5  # seconds for a task, after which the film ends
FEW = 3  # numbers that a heading has room for
PARTS, CLEAR = np.linspace(0, 1, 9), 0.06  # of pieces that a number is clear of
ARROW = 0.22  # of the scale's length, along a slope


class DeriveEnds(DeriveTogether):
    """The last beats of the derivation."""

    said: set[str]
    task_places: list[
        tuple[float, list[Mobject]]
    ]  # below what a task has room, and what goes for that

    def last_beats(self) -> Iterator[Beat]:
        """Side by side, the vector where there is a plane for it, and what the viewer can do now."""
        several = len(self.gradient.partials) > 1
        if several:
            alike = self.problem.has_examples and self.problem.written_cost.is_of_the_residual
            caption = words.together() if self.problem.has_examples else words.all_of_them()
            lines = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
            show = partial(DeriveEnds.show_together, lines=lines, alike=alike)
            yield self.beat(message("side by side"), caption, show, seconds=3.0, hold=0.7)
        if several and self.story is not None and self.table is not None:
            caption = words.numbers(self.problem, self.here())
            yield self.beat(message("with numbers"), caption, DeriveEnds.show_numbers)
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
        if not several and self.story is None:
            yield self.beat(message("the derivative"), words.result(), DeriveEnds.show_alone)
        yield self.beat(message("your turn"), words.closing(), DeriveEnds.show_answer, hold=0.7)

    def show_alone(self) -> None:
        """The only derivative, over all the room there is."""
        self.play(*leaving(self.ghost, *self.rows, *self.letters.values()), run_time=0.4)
        self.ghost, self.rows, self.letters = None, VGroup(), {}
        (derivation,) = self.gradient.partials.values()
        (after,) = self.spread([Equation(derivation.left, derivation.last)], alike=False)
        self.play(Rewrite(self.line, after, [Move("stays", (), ())]), run_time=1.0)
        self.line = after

    def show_answer(self) -> None:
        """The question of the beginning is answered, with numbers where there are any."""
        problem = self.problem
        if self.story is None:
            lines = self.lines if len(self.gradient.partials) > 1 else [self.line]
            own, said = _bottom(lines), [*self.rows]
            self.task_places = [(min(own, _bottom([*lines, *said])), []), (own, said)]
            self.set_task(self.stage.layout.whole)
            return
        shown = [told(value, self.story) for value in self.story.gradient(0)]
        if len(shown) == 1:
            self.set_heading(words.rises_or_falls(problem, shown[0]))
        else:
            few = FEW - 1 if self.stage.layout.upright else FEW
            self.set_heading(words.steepest(problem, shown, few))
        self.set_task(self.stage.layout.mathematics)

    def set_task(self, zone: Zone) -> None:
        """Something to derive alone, below everything else; what was read goes where there is no room for both."""
        said = words.task(self.problem)
        if said is None:
            return
        shown = self.stage.sentence(said, em=TASK_EM, width=zone.width).at_most(zone.width)
        for top, gone in self.task_places:
            down = top - 2 * ROW_GAP - float(shown.get_top()[1])
            shown.shift([zone.left - shown.get_left()[0], down, 0])
            if shown.get_bottom()[1] < zone.bottom:
                continue
            self.turn()
            if gone:
                self.play(*leaving(*gone), run_time=0.4)
            self.play(FadeIn(shown), run_time=0.5)
            self.wait(TRYING)
            return

    # ---------------------------------------------------------------------------------------------
    # The vector

    def show_vector(self) -> None:
        """Each line comes to a number, a slope along one scale; both together are an arrow uphill."""
        assert self.story is not None
        self.clear_rows()
        layout = self.stage.layout
        picture = GradientPicture(self.stage, layout.picture, self.story, self.rows_said)
        before = [self.marks] if len(self.marks) else []
        if self.picture is not None:
            before += [self.picture.panel.drawing, self.picture.live]
        if before:
            self.play(*leaving(*before), run_time=0.4)
        lines, rows = self.blocks(self.slope_told(), layout.mathematics)
        same = [Move("stays", (), ())]
        moving = [
            Rewrite(a, b, same if a.term == b.term else [STAYS])
            for a, b in zip(self.lines, lines, strict=True)
        ]
        for each in reversed(moving):  # the last has the longest way down, and leaves room
            self.play(each, run_time=0.4)
        self.play(FadeIn(picture.drawing), run_time=0.6)
        self.lines = lines
        legs, labels = picture.legs(), picture.leg_labels()
        for number, row in enumerate(rows):
            place = picture.axes.index(number) if number in picture.axes else None
            leg = [] if place is None else [FadeIn(legs[place])]
            self.play(FadeIn(row), *leg, run_time=0.5)
            if place is not None:
                label = labels[place]
                self.play(TransformFromCopy(VGroup(*row[1:]), label), run_time=0.8)
        self.turn()
        where = self.where_told(layout.mathematics, lines, rows)
        self.play(FadeIn(picture.vector()), *map(FadeIn, where), run_time=1.3)
        self.turn()
        self.play(FadeIn(picture.downhill()), run_time=0.7)

    def show_slope(self) -> None:
        """The only derivative as the slope of the cost's curve: a number, a tangent, and an arrow uphill."""
        assert self.story is not None
        self.clear_rows()
        layout = self.stage.layout
        picture = self.slope_picture(layout.picture)
        gone = [self.ghost, *self.letters.values()]
        if self.picture is not None:
            gone += [self.picture.panel.drawing, self.picture.live]
        self.play(*leaving(*gone), run_time=0.4)
        self.ghost, self.letters = None, {}
        (line,), (row,) = self.blocks(self.slope_told(), layout.mathematics)
        where = self.where_told(layout.mathematics, [line], [row])
        seen = VGroup(picture.panel.drawing, picture.curve, picture.dot)
        same = [Move("stays", (), ())]
        self.play(Rewrite(self.line, line, same), FadeIn(seen), run_time=1.0)
        self.line = line
        picture.show(picture.start)
        self.play(FadeIn(picture.tangent), FadeIn(row), *map(FadeIn, where), run_time=0.6)
        self.remove(picture.tangent, seen)
        self.add(picture.panel.drawing, picture.curve, picture.live)
        slope = told(picture.slope(picture.start), self.story)
        if not slope:
            return
        height = float(picture.position(picture.start)[1])
        way = float(np.sign(slope)) * ARROW * (picture.x.high - picture.x.low)
        uphill = picture.along(picture.start, way, height)
        self.play(FadeIn(uphill), run_time=0.6)
        label = self.beside(uphill, slope, picture)
        self.play(TransformFromCopy(VGroup(*row[1:]), label), run_time=0.8)

    def beside(self, uphill: Mobject, slope: float, picture: SlicePicture) -> Formula:
        """The slope above or below its arrow, where the curve and the tangent are not."""
        label: Formula = self.stage.formula(numeral(slope, SLOPE_DIGITS), em=NUMBER_EM)
        label.set_fill(self.stage.colours[picture.name])
        points = np.concatenate((picture.curve.points, picture.tangent.points))
        pieces = points.reshape(-1, 4, 3)
        drawn = np.concatenate([pieces[:, 0] + (pieces[:, 3] - pieces[:, 0]) * t for t in PARTS])

        def covered(side: FloatArray) -> int:
            middle = label.next_to(uphill, side, buff=0.12).get_center()
            half = np.array([label.width / 2, label.height / 2])
            return int((np.abs(drawn - middle)[:, :2] < half + CLEAR).all(axis=1).sum())

        label.next_to(uphill, min((UP, DOWN), key=covered), buff=0.12)
        return label

    def slope_picture(self, zone: Zone) -> SlicePicture:
        """The cost's curve, with room for the arrow uphill."""
        assert self.story is not None
        made = SlicePicture(self.stage, zone, self.story)
        wide = made.x.high - made.x.low
        tip = made.start + float(np.sign(made.slope(made.start))) * 1.5 * ARROW * wide
        if not made.x.low <= tip <= made.x.high:
            x = Scale(min(made.x.low, tip), max(made.x.high, tip))
            made = SlicePicture(self.stage, zone, self.story, x=x)
        if self.rows_said is not None:
            made.panel.foot(self.rows_said, NOTE_EM)
        return made

    def where_told(
        self, zone: Zone, lines: Sequence[Mobject], rows: Sequence[Mobject]
    ) -> list[Mobject]:
        """The values at which the gradient is taken, below everything else; nothing where there is no room."""
        top = _bottom(rows)
        said = message("at {values}", values=listed([*self.here()]))
        shown = self.stage.sentence(said, em=NOTE_EM, width=zone.width).at_most(zone.width)
        shown.shift([zone.left - shown.get_left()[0], top - 2 * ROW_GAP - shown.get_top()[1], 0])
        fits = bool(shown.get_bottom()[1] >= zone.bottom)
        where: list[Mobject] = [shown] if fits else []
        self.task_places = [
            (_bottom([*rows, *where]), []),
            (top, where),
            (zone.top + 2 * ROW_GAP, [*lines, *rows, *where]),
        ]
        return where

    def here(self) -> tuple[Equation, ...]:
        """The values at which the gradient is taken."""
        assert self.story is not None
        pairs = zip(self.story.names, self.story.parameters[0].tolist(), strict=True)
        return tuple(Equation(Symbol(name), numeral(value)) for name, value in pairs)

    def slope_told(self) -> list[Equation]:
        """What each partial derivative is at the start."""
        assert self.story is not None
        slopes = (told(value, self.story) for value in self.story.gradient(0))
        return [
            (Equation if is_whole(value, SLOPE_DIGITS) else About)(
                each.left, numeral(value, SLOPE_DIGITS)
            )
            for each, value in zip(self.gradient.partials.values(), slopes, strict=True)
        ]

    def blocks(self, numbers: Sequence[Equation], zone: Zone) -> tuple[list[Formula], list[VGroup]]:
        """For each partial derivative: its line, and what it comes to."""
        partials = self.gradient.partials.values()
        rows = [self._number_row(equation, zone) for equation in numbers]
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
        """The sign, equal or about, and what a partial derivative comes to."""
        whole = self.stage.formula(equation, em=NUMBER_EM)
        name = whole.inside((0,))
        value = VGroup(*(whole[n] for n in range(len(whole)) if n not in name))
        value.scale(min(1.0, (zone.width - GAP) / value.width))
        value.shift([zone.left + GAP - value.get_left()[0], -value.get_bottom()[1], 0])
        return value


def _bottom(shown: Sequence[Mobject]) -> float:
    """Where the lowest of them ends."""
    return min(float(each.get_bottom()[1]) for each in shown)
