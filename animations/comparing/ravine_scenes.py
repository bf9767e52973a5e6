"""RavineScenes: what the beats of the lesson on ravines have in common: its room, its table, its maps and its walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.carried_marks import CarriedMarks
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.dotted_walk import DottedWalk
from symgd.animations.comparing.half_axes import HalfAxes, closed_height
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.ravine_frames import RavineFrames
from symgd.animations.comparing.ravine_halves import SCALED as SCALED_ALONE
from symgd.animations.comparing.ravine_halves import RavineHalf
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.comparing.ravine_walks import HORIZON
from symgd.animations.comparing.step_factors import StepFactors
from symgd.animations.comparing.walk_looks import ravine_looks
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.number_flight import emerging
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Label, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Negative, Sum
from symgd.writing.words import message

FADE, QUICK, WALK = 0.6, 0.4, 3.0
READ, TRAVEL = 1.2, 1.4
SHOWN, STEP = 5, 0.45  # steps of both distances, and seconds for one
LENGTHS = ((0, 0, 0), (0, 0, 1))  # where the half axes' stand in (longer/shorter)²
GAP, STACKED = 0.2, 0.16  # curves have room of their own round them
NOTHING = 1e-12  # a least cost so small beside the first is none
TABLE, CURVES, BESIDE = 0.37, 0.4, 0.62  # of the mathematics
LOW_ROWS, LOW_COLUMNS = (0.62, 0.38), (0.62, 0.38)
SMALL = 1e-2  # a rate that is less has fewer figures, which take room
LOW = 4.0  # mathematics lower than this stand beside each other
HUGE = 1e6  # a condition number above it has two figures, which have room
BELOW = 0.15  # the table, formulas begin
HIGHEST, ABOVE = 1.0, 30.0  # times the first gap, up to which the curves go at least, and at most
DEPTH = 0.1  # of the gap that counts as near, the curves go down to


class RavineScenes(Lesson):
    """A story's maps, of which one is seen, and walks on a clock that begins slowly."""

    story: RavineStory
    frames: RavineFrames
    table: WalkTable
    curves: CostCurves
    formulas: VGroup
    paths: PathsPicture
    told: VGroup  # what is said below the map
    halves: dict[int, RavineHalf]  # those of standardising, that have rows
    half_cells: dict[int, Mobject]  # their condition numbers
    at: tuple[int, int, int]  # the rows of the walks
    axes: HalfAxes | None = None  # those that are seen
    distances: VGroup | None = None  # from the minimum, along them
    carried: CarriedMarks | None = None  # what goes with the map
    picture_zone: Zone
    now: tuple[PathsPicture, FloatArray]  # the map that is seen, and what turns it into the first

    def make_room(self) -> None:
        """Room for table, formulas and curves: below each other, or the table beside the others."""
        layout = self.stage.layout
        zone, self.picture_zone = layout.mathematics, layout.picture
        if zone.height < LOW:  # a map that is nearly square, and the formulas beside it
            above, below = layout.whole.rows(*LOW_ROWS, gap=GAP)
            self.picture_zone, self.formula_zone = above.columns(*LOW_COLUMNS, gap=GAP)
            self.table_zone, self.curve_zone = below.columns(BESIDE, 1 - BESIDE, gap=GAP)
            return
        rest = 1 - TABLE - CURVES
        self.table_zone, self.formula_zone, self.curve_zone = zone.rows(
            TABLE, rest, CURVES, gap=STACKED
        )

    def put(self, statements: Sequence[Equation]) -> VGroup:
        """Formulas below the table, as many as there is room for."""
        rows, zone = Rows(self.stage), self.formula_zone
        zone = replace(zone, top=zone.top - BELOW)
        for count in range(len(statements), 0, -1):
            if len(found := rows.set_into(zone, statements[:count], columns=2)):
                return found
        return VGroup()

    def change(self, statements: Sequence[Equation], *along: Animation) -> None:
        """Other formulas in the place of those that are there, which leave along with other moves."""
        new = self.put(statements)
        self.play(FadeOut(self.formulas), *along, run_time=FADE)
        self.play(FadeIn(new), run_time=FADE)
        self.formulas = new

    def half_axes(self, picture: PathsPicture) -> HalfAxes | None:
        """The half axes of a map; None where its lines are no ellipses, or none closes."""
        story = self.story
        if not story.is_whole or None in story.ratios:
            return None
        height = closed_height(picture.ground, picture.panel)
        return None if height is None else HalfAxes(picture, height)

    def show_axes(self, picture: PathsPicture, *, briefly: bool = False) -> None:
        """The ellipse, and its half axes with their lengths, where it is one; `briefly`, all at once."""
        axes = self.half_axes(picture)
        if axes is None:
            return
        self.axes = axes
        if briefly:
            self.play(FadeIn(axes.whole), run_time=FADE)
            return
        self.play(Create(axes.outline), run_time=FADE)
        self.play(Create(axes.lines), run_time=FADE)
        self.play(FadeIn(axes.plates, axes.labels), run_time=FADE)

    def lengths_travel(self) -> None:
        """Both lengths go from the ellipse into the fraction whose square is the condition number."""
        if self.axes is None:
            return
        known = self.put(self.axes.said[1:])
        if len(known) != 1:  # no room in one row
            return
        *before, made = known[0]
        numbers = [made.glyphs(path) for path in LENGTHS]
        arrived = [glyph for number in numbers for glyph in number]
        rest = VGroup(*before, *(glyph for glyph in made if glyph not in arrived))
        self.wait(READ)
        self.play(FadeOut(self.formulas), run_time=QUICK)
        self.play(FadeIn(rest), run_time=QUICK)
        standing = [*before, *(glyph for glyph in made if glyph not in arrived)]
        flights = (
            emerging(*pair, standing) for pair in zip(self.axes.labels, numbers, strict=True)
        )
        self.play(*flights, run_time=TRAVEL)
        self.remove(rest, *rest, *arrived, *numbers)
        self.add(known)
        self.formulas = known

    def show_factors(self) -> None:
        """What a step leaves of the start's distances across and along: in two lines, and step by step on the map."""
        axes = self.axes
        assert axes is not None
        factors = StepFactors(axes, self.story.plain.run.learning_rate)
        self.turn()
        lines = factors.said(whole=True)
        self.change(lines if len(self.put(lines)) else factors.said(whole=False))
        self.play(FadeOut(axes.plates, axes.labels), run_time=QUICK)
        axes.whole.remove(axes.plates, axes.labels)
        self.play(FadeIn(factors.live), run_time=FADE)
        for step in range(SHOWN):
            go = UpdateFromAlphaFunc(
                factors.live, lambda _, part, step=step: factors.show(step + float(part))
            )
            self.play(go, run_time=STEP)
            factors.show(step + 1.0)
        self.turn()
        self.distances = factors.live

    def hide_axes(self) -> None:
        """The half axes and the ellipse leave."""
        if self.axes is not None:
            gone = [self.axes.whole, *([] if self.distances is None else [self.distances])]
            self.play(*map(FadeOut, gone), run_time=FADE)
            self.axes = self.distances = None

    def go_to(
        self,
        new: PathsPicture,
        turn: FloatArray,
        seconds: float,
        *,
        briefly: bool = False,
        axes: bool = True,
        along: Animation | None = None,
    ) -> None:
        """The whole plane goes from the coordinates that are seen into others, with its marks; a slice is changed for another."""
        old, before = self.now
        self.now = new, turn
        self.hide_axes()
        if not self.story.is_whole:
            if along is not None:
                self.play(along, run_time=seconds)
            self.play(FadeOut(old.panel.drawing, old.lines), run_time=FADE)
            self.play(FadeIn(new.panel.drawing, new.lines), run_time=FADE)
            return
        plane = self.frames.plane(old, new, np.linalg.inv(turn) @ before).show(0.0)
        marks = CarriedMarks(
            self.stage, self.story, (old, new), (before, turn), costs_in(old.lines)
        )
        marks.take(self.carried)
        sides = VGroup(*(scale[0].copy() for scale in old.panel.scales))
        self.remove(old.lines, *old.lines)
        self._drop_marks()
        self.add(sides, plane.whole, marks.costs, *marks.whole)
        self.play(FadeOut(old.panel.drawing), run_time=QUICK if briefly else FADE)
        moving = [UpdateFromAlphaFunc(plane.whole, lambda _, part: plane.show(float(part)))]
        self.remove(*marks.whole)
        seen = VGroup(marks.costs, marks.whole)
        moving.append(UpdateFromAlphaFunc(seen, lambda _, part: marks.show(float(part))))
        self.play(*moving, *([] if along is None else [along]), run_time=seconds)
        plane.show(1.0)
        marks.show(1.0)
        self.remove(seen, marks.costs, marks.whole)
        self.add(marks.costs, *marks.whole)
        comes = FadeIn(new.panel.drawing)
        if not briefly:
            self.play(comes, run_time=FADE)
        self.add(new.lines, *marks.whole)
        goes = FadeOut(plane.whole, marks.costs)
        self.play(FadeIn(new.lines), goes, *([comes] if briefly else []), run_time=FADE)
        self.remove(plane.whole, *plane.whole, marks.costs, *marks.costs, sides, *sides)
        self.carried = marks
        if axes:
            self.show_axes(new, briefly=briefly)

    def _drop_marks(self) -> None:
        """What was carried leaves, without a fade: others take its place."""
        if self.carried is not None:
            self.remove(self.carried.whole, *self.carried.whole)
            self.carried = None

    def ratio(self, number: int) -> Label:
        """A condition number; a word where there is none."""
        value = self.story.ratios[number]
        return message("none") if value is None else numeral(value, 3 if value < HUGE else 2)

    def said(self, walk: Walk) -> tuple[Label, Label]:
        """A walk's rate and its steps."""
        steps = self.story.steps(walk)
        count: Label = message("> {count}", count=HORIZON) if steps is None else numeral(steps, 12)
        small = walk.run.learning_rate < SMALL
        rate: Label = numeral(walk.run.learning_rate, 2 if small else MOST_FIGURES)
        if walk.run.varies:
            rate = message("varies")
        return rate, count

    def numbers(self, row: int, walk: Walk) -> list[Mobject]:
        """The same in the table."""
        rate, count = self.said(walk)
        return [self.table.cell(1, row, rate), self.table.cell(2, row, count)]

    def told_half(self, half: RavineHalf) -> tuple[Label, Label, Label]:
        """What a half of standardising has in the table."""
        ratio, rate = half.ratio, half.rate
        count: Label = message("> {count}", count=HORIZON)
        return (
            message("none") if ratio is None else numeral(ratio, 3 if ratio < HUGE else 2),
            numeral(rate, 2 if rate < SMALL else MOST_FIGURES),
            count if half.steps is None else numeral(half.steps, 12),
        )

    def show_half(self, number: int) -> None:
        """Its row: the condition number, and where it is one of the question's, what it takes."""
        if number not in self.halves:
            return
        row = 1 + [*self.halves].index(number)
        ratio, *_ = self.told_half(self.halves[number])
        cell = self.half_cells[number] = self.table.cell(0, row, ratio)
        counted = not self.story.in_two_moves or number == SCALED_ALONE
        counts = self.half_counts(number) if counted else []
        self.play(FadeIn(self.table.rows[row], cell, *counts), run_time=FADE)

    def half_counts(self, number: int) -> list[Mobject]:
        """Its rate and its steps in the table."""
        row = 1 + [*self.halves].index(number)
        _, rate, count = self.told_half(self.halves[number])
        return [self.table.cell(1, row, rate), self.table.cell(2, row, count)]

    def make_curves(self) -> CostCurves:
        """How far the walks are above the least cost, by the step."""
        story, name = self.story, self.problem.cost_name
        label: Label = name
        if abs(story.least) > NOTHING * abs(float(story.plain.cost[0])):
            least = story.least
            label = Sum((name, Negative(numeral(least)) if least > 0 else numeral(-least)))
        return CostCurves(
            self.stage,
            self.curve_zone,
            story.walks,
            ravine_looks(self.stage.palette)[: len(story.walks)],
            x_label=message("step"),
            y_label=label,
            least=story.least,
            log_clock=True,
            end=max(self.last(walk) for walk in story.walks),
            depth=DEPTH * story.near,
            clear=True,
            high=self.highest(),
        )

    def curves_leave(self) -> list[Animation]:
        """The cost curves leave, if they are there."""
        here = self.get_mobject_family_members()
        parts = [self.curves.panel.drawing, self.curves.each[0]]
        return [FadeOut(part) for part in parts if part.get_family()[-1] in here]

    def highest(self) -> float:
        """Times the first gap, up to which the curves go: momentum's way above it is seen."""
        story, heavy = self.story, self.story.heavy
        first = float(heavy.cost[0]) - story.least
        rows = heavy.cost[: int(self.last(heavy)) + 1] - story.least
        most = float(np.nanmax(rows)) / first if first > 0 else HIGHEST
        return float(np.clip(most, HIGHEST, ABOVE)) if np.isfinite(most) else HIGHEST

    def say_undrawn(self, number: int) -> VGroup:
        """That not all steps of a walk are drawn, below the map, where that is so."""
        made = VGroup()
        if isinstance(self.paths, DottedWalk) and self.paths.is_dotted(number):
            leaves = self.paths.leaves(number) is not None
            made.add(self.paths.below(words.outside() if leaves else words.undrawn()))
            self.play(FadeIn(made), run_time=FADE)
        return made

    def follow(
        self, picture: PathsPicture, number: int, row: int, first: float = 0.0, last: float = 1.0
    ) -> None:
        """A part of a walk until it is near, in the picture and as a cost, on a clock that begins slowly."""
        end = self.last(picture.walks[number])

        def when(part: float) -> float:
            return float((1 + end) ** (first + (last - first) * part) - 1)

        def moving(shown: PathsPicture | CostCurves, index: int) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.each[index],
                lambda _, part: shown.show(when(float(part)), [index]),
                rate_func=linear,
            )

        self.play(moving(picture, number), moving(self.curves, row), run_time=WALK)
        picture.show(when(1.0), [number])
        self.curves.show(when(1.0), [row])

    def last(self, walk: Walk) -> float:
        """How long a walk is shown."""
        steps = self.story.steps(walk)
        return walk.end if steps is None else float(max(steps, 1))


def costs_in(lines: VGroup) -> list[Mobject]:
    """The costs that are written in lines of equal cost."""
    return [each for each in lines if isinstance(each, Typeset)]
