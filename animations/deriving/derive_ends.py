"""How derive_gradient ends: the partial derivatives below each other, their numbers, and the gradient as a vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
from manim import (
    DOWN,
    UL,
    UP,
    FadeIn,
    Indicate,
    Mobject,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
)

from symgd.animations.deriving import derive_words as words
from symgd.animations.deriving.derive_together import DeriveTogether, swung
from symgd.animations.deriving.gradient_picture import GradientPicture, told
from symgd.animations.deriving.reason_rows import GAP, ROW_GAP
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.numerals import SLOPE_DIGITS, Scale, is_whole, listed, numeral
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term
from symgd.writing.formulas.rounding import About
from symgd.writing.moves import Move
from symgd.writing.words import message

STAYS = Move("stays", (0,), (0,))
NOTE_EM, NUMBER_EM, TASK_EM, ANSWER_EM = 0.34, 0.4, 0.4, 0.32
TRYING, NUDGE = 1.6, 1.06  # seconds for a task, before its answer, and how far it nods meanwhile
ENOUGH = 0.4  # seconds that a picture stands still which the next beat leaves as it is
FEW = 3  # numbers that a heading has room for
PARTS, CLEAR = np.linspace(0, 1, 9), 0.06  # of pieces that a number is clear of
LARGER = 1.1  # lines that are so much larger have their numbers beside them
CLOSER = (1.0, 0.8, 0.62)  # sizes of lines that close up
ARROW = 0.22  # of the scale's length, along a slope

Closer: TypeAlias = tuple[Mobject, float, float]
"""What closes up: how large it is then, and how far up it goes."""

TaskPlace: TypeAlias = tuple[float, list[Mobject], list[Closer]]
"""Below what a task has room, what goes for that, and what closes up."""


class DeriveEnds(DeriveTogether):
    """The last beats of the derivation."""

    said: set[str]
    task_places: list[TaskPlace]

    def last_beats(self) -> Iterator[Beat]:
        """Side by side, the vector where there is a plane for it, and what the viewer can do now."""
        several = len(self.gradient.partials) > 1
        if several:
            alike = self.problem.has_examples and self.problem.written_cost.is_of_the_residual
            caption = words.together() if self.problem.has_examples else words.all_of_them()
            lines = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
            show = partial(DeriveEnds.show_together, lines=lines, alike=alike)
            yield self.beat(message("side by side"), caption, show, seconds=3.0, hold=ENOUGH)
        if several and self.story is not None and self.table is not None:
            caption = words.numbers(self.problem, self.here())
            yield self.beat(message("with numbers"), caption, DeriveEnds.show_numbers, hold=ENOUGH)
        if several and self.story is not None:
            yield self.beat(
                message("the gradient is a vector"),
                words.vector(self.problem),
                DeriveEnds.show_vector,
                hold=ENOUGH,
            )
        if not several and self.story is not None:
            name = self.problem.symbols[0]
            caption = words.slope(self.problem, name, self.story.gradient(0)[0])
            yield self.beat(message("the slope is a number"), caption, DeriveEnds.show_slope)
        if not several and self.story is None:
            yield self.beat(message("the derivative"), words.result(), DeriveEnds.show_alone)
        yield self.beat(
            message("your turn"), words.closing(self.problem), DeriveEnds.show_answer, asks=True
        )

    def show_alone(self) -> None:
        """The only derivative, over all the room there is."""
        self.settle()
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
            self.task_places = [(min(own, _bottom([*lines, *said])), [], []), (own, said, [])]
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
        """Something to derive alone, and after a while its answer; what was read goes where there is no room for both."""
        said, found = words.task(self.problem), words.answer(self.problem)
        if said is None or found is None:
            return
        asked, answer = found
        heading = self.stage.sentence(said, em=TASK_EM, width=zone.width).at_most(zone.width)
        unknown = self.stage.formula(Equation(asked, Symbol("?")), em=TASK_EM)
        known = unknown.copy() if answer is None else self.told_answer(asked, answer, zone)
        high = max(unknown.height, known.height)
        for known_too in (True, False):
            for top, gone, closer in self.task_places:
                down = top - 2 * ROW_GAP - float(heading.get_top()[1])
                heading.shift([zone.left - heading.get_left()[0], down, 0])
                low = float(heading.get_bottom()[1]) - ROW_GAP
                if low - (high if known_too else unknown.height) < zone.bottom:
                    continue
                for each in (unknown, known):
                    each.shift([zone.left - each.get_left()[0], low - each.get_top()[1], 0])
                self.ask(VGroup(heading, unknown), gone, closer)
                self.turn()
                if known_too and answer is not None:
                    self.play(*leaving(unknown), run_time=0.3)
                    self.play(FadeIn(known), run_time=0.6)
                return

    def told_answer(self, asked: Term, answer: Term, zone: Zone) -> Formula:
        """The answer to the task, a little smaller or in rows where it is long."""
        made: Formula = self.stage.formula(Equation(asked, answer), em=TASK_EM)
        if made.width * ANSWER_EM > zone.width * TASK_EM:
            made = self.stage.formula(Equation(asked, answer), em=ANSWER_EM).broken(zone.width)
        return made.at_most(zone.width)

    def ask(self, task: Mobject, gone: Sequence[Mobject], closer: Sequence[Closer]) -> None:
        """Put a task, with time to think; what was read goes for it, and what stays closes up."""
        if gone:
            self.play(*leaving(*gone), run_time=0.4)
        if closer:
            moved = [
                each.animate.scale(size, about_point=each.get_corner(UL)).shift([0.0, up, 0.0])
                for each, size, up in closer
            ]
            self.play(*moved, run_time=0.6)
        self.play(FadeIn(task), run_time=0.5)
        for _ in range(2):  # nothing stands still for long
            self.wait(TRYING / 2)
            self.play(Indicate(task[-1], NUDGE, color=None), run_time=0.5)

    # ---------------------------------------------------------------------------------------------
    # The vector

    def show_vector(self) -> None:
        """Each line comes to a number, a slope along one scale; both together are an arrow uphill."""
        assert self.story is not None
        layout = self.stage.layout
        bent = self.story.exact is None and isinstance(self.picture, SwingPicture)
        also = swung(self.picture, self.story) if bent else ()
        said = self.rows_said, self.meanings, also
        picture = GradientPicture(self.stage, layout.picture, self.story, *said)
        totals = self.totals_there()
        if len(self.marks):
            self.play(*leaving(self.marks), run_time=0.3)
        if totals:
            lines, values = self.above_totals(totals, layout.mathematics)
            rows: Sequence[VGroup] = totals
        else:
            lines, rows = self.blocks(self.slope_told(), layout.mathematics)
            values = [VGroup(*row[1:]) for row in rows]
        same = [Move("stays", (), ())]
        moving = [
            Rewrite(a, b, same if a.term == b.term else [STAYS])
            for a, b in zip(self.lines, lines, strict=True)
        ]
        if self.stage.layout.upright and self.picture is not None:  # their way leads over it
            self.play(*leaving(self.picture.panel.drawing, self.picture.live), run_time=0.3)
            self.picture = None
        for each in reversed(moving):  # the last has the longest way down, and leaves room
            self.play(each, run_time=0.4)
        self.change_picture(picture)
        self.lines = lines
        legs, labels = picture.legs(), picture.leg_labels()
        for number, row in enumerate(rows):
            place = picture.axes.index(number) if number in picture.axes else None
            leg = [] if place is None else [FadeIn(legs[place])]
            come = [] if totals else [FadeIn(row)]
            if come or leg:
                self.play(*come, *leg, run_time=0.3)
            if place is not None:
                label = labels[place]
                self.play(TransformFromCopy(values[number], label), run_time=0.4)
        self.turn()
        where = self.where_told(layout.mathematics, lines, rows)
        self.play(FadeIn(picture.vector()), *map(FadeIn, where), run_time=1.3)
        self.turn()
        self.play(FadeIn(picture.downhill()), run_time=0.7)

    def totals_there(self) -> list[VGroup]:
        """The sums with numbers, where there are any: they stay."""
        if self.table is None or not len(self.rows):
            self.clear_rows()
            return []
        totals, self.rows = [*self.rows], VGroup()
        return totals

    def above_totals(
        self, totals: Sequence[VGroup], zone: Zone
    ) -> tuple[list[Formula], list[VGroup]]:
        """The sums go down, so that the lines have room above them; what each of them comes to."""
        assert self.table is not None
        factor = min(1.0, *(zone.width / float(total.width) for total in totals))
        below = sum(factor * total.height + ROW_GAP for total in totals) + ROW_GAP
        above = Zone(zone.left, zone.right, zone.bottom + min(below, zone.height / 2), zone.top)
        terms = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
        lines = self.stacked(terms, above)
        moved, top = [], _bottom(lines) - 2 * ROW_GAP
        for total in totals:
            way = [zone.left - total.get_left()[0], top - total.get_top()[1], 0.0]
            corner = total.get_corner(UL)
            moved.append(total.animate.scale(factor, about_point=corner).shift(way))
            top -= factor * total.height + ROW_GAP
        self.play(*moved, run_time=0.7)
        values = [self.table.value(number) for number in range(len(totals))]
        return lines, [VGroup(*value[1:]) for value in values]

    def change_picture(self, picture: GradientPicture) -> None:
        """The plane takes the place of the data, and the line that was drawn there becomes the point that it is."""
        if self.picture is None:
            self.play(FadeIn(picture.drawing), run_time=0.6)
            return
        line = self.picture.live
        drawing = VGroup(*(each for each in picture.drawing if each is not picture.dot))
        self.play(*leaving(self.picture.panel.drawing), run_time=0.2)
        self.play(FadeIn(drawing), ReplacementTransform(line, picture.dot), run_time=0.8)
        self.remove(line, drawing, picture.dot)
        self.add(picture.drawing)

    def show_slope(self) -> None:
        """The only derivative as the slope of the cost's curve: a number, a tangent, and an arrow uphill."""
        assert self.story is not None
        self.settle()
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
        told = [*rows, *where]
        self.task_places = [
            (_bottom(told), [], []),
            (top, where, []),
            *(self._closed_up(zone, lines, told, size) for size in CLOSER),
            (zone.top + 2 * ROW_GAP, [*lines, *told], []),
        ]
        return where

    @staticmethod
    def _closed_up(
        zone: Zone, lines: Sequence[Mobject], gone: list[Mobject], size: float
    ) -> TaskPlace:
        """The lines closer to each other, and so much smaller, where their numbers have gone: the heading has these."""
        closer, low = list[Closer](), zone.top
        for line in lines:
            closer.append((line, size, low - float(line.get_top()[1])))
            low -= size * line.height + ROW_GAP
        return low + ROW_GAP, gone, closer

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
        """For each partial derivative: its line, and below or beside it what it comes to, whichever is larger."""
        terms = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
        rows = [self._number_row(equation, zone) for equation in numbers]
        below = sum(row.height + 2.5 * ROW_GAP for row in rows)
        above = Zone(zone.left, zone.right, zone.bottom + min(below, zone.height / 2), zone.top)
        lines = self.stacked(terms, above)
        aside = GAP / 2 + max(float(row.width) for row in rows)
        narrow = Zone(zone.left, zone.right - aside, zone.bottom, zone.top)
        if aside < zone.width / 2:
            others = self.stacked(terms, narrow)
            if others[0].width > LARGER * lines[0].width:
                for line, row in zip(others, rows, strict=True):
                    side = float(line.get_right()[0]) + GAP / 2 - float(row.get_left()[0])
                    row.shift([side, float(line.get_center()[1] - row.get_center()[1]), 0.0])
                return others, rows
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
