"""BatchWalks: three walks on one clock, on the floor, as costs, and counted in a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from manim import Animation, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, VMobject, linear

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.arrows_picture import ArrowBundle, tip_name
from symgd.animations.comparing.batch_arrows import FADE, SLOW
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.comparing.batch_story import EPOCHS, FIRST
from symgd.animations.comparing.batch_sums import BatchSums
from symgd.animations.comparing.cost_means import CostMeans
from symgd.animations.comparing.epoch_picture import (
    EpochPicture,
    far_picture,
    first_picture,
    near_picture,
)
from symgd.animations.comparing.floor_zoom import FloorZoom, is_nearer
from symgd.animations.comparing.last_steps import STEPS
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.zoom import Zoom
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Label
from symgd.terms import Negative, Sum
from symgd.writing.words import message

ALL = 3.8
NOTHING = 1e-12  # a least cost so small beside the first is none
WIDE = 20.0  # times the lowest end, from which costs are seen on a log scale
NAME = 1.0  # parts of the table's width that the names take
TABLE, BESIDE = 0.4, 0.52  # of the mathematics
SOON = 1e-9  # of a step, by which a whole one may be missed
NAMED = 6  # steps of an epoch that are made one by one, each with its row's number
STEP, EPOCH = 0.5, 1.0  # seconds for a step, and an epoch


class BatchWalks(BatchSums):
    """All rows, some rows and one row at a time, from the start."""

    rings: VGroup

    def show_epoch(self) -> None:
        """The arrows leave, the walks begin: a first epoch, step by step."""
        gone = [self.formulas, self.grid.head, self.grid.rule, self.batch_row, *self.rows]
        gone += [self.arrow_note, *self.arrows_left, self.batch_arrow, self.lit]
        if self.points is not None:
            gone += [self.points.panel.drawing, self.points.live]
        self.play(*(FadeOut(each) for each in gone), run_time=FADE)
        self.show_table()
        self.set_heading(words.who())
        self.to_walks()
        self.turn()
        self.walk_epoch()

    def show_table(self) -> None:
        """How many rows a step reads, and the costs below."""
        table_zone, self.curve_zone = self.halves(TABLE, BESIDE)
        heads: list[Label] = [message("rows a step"), message("steps"), message("went up")]
        self.make_curves()
        self.curves.show(0.0)
        self.table = WalkTable(self.stage, table_zone, self.story.walks, self.looks, heads, NAME)
        sizes = [numeral(size, digits=len(str(size))) for size in self.story.sizes]
        table = VGroup(self.table.rule, self.table.rows, self.table.column(0, sizes))
        self.table_shown = [table[2], self.table.head(1)]
        self.made: list[int] = []
        self.counts = VGroup()
        self.count_steps(0.0)
        table.add(self.table_shown[1], self.counts)
        self.play(FadeIn(table), FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)

    def count_steps(self, time: float) -> None:
        """How many steps each walk has made by then: each number is one of a step."""
        made = [min(int(walk.each * time + SOON), walk.run.steps) for walk in self.story.walks]
        if made != self.made:
            self.made = made
            cells = [self.table.cell(1, n, numeral(c, digits=12)) for n, c in enumerate(made)]
            refill(self.counts, cells)

    def walk_epoch(self) -> None:
        """The first epoch: where it has few steps, one after the other, each along the row that it reads."""
        count, self.taken = self.story.rows, VGroup()
        if count > NAMED:
            self.go(0.0, 1.0, SLOW)
            return
        walk, panel = self.story.walks[-1], self.floor.panel
        places = [self.floor.place(walk.points[n], n / count) for n in range(count + 1)]
        rows = self.story.drawn(0, count)
        colours = [self.row_colours[row] for row in rows]
        bundle = ArrowBundle(panel, places[:-1], places[1:], range(count), colours)
        names: list[VGroup] = []
        for step, row in enumerate(rows):
            self.go(step / count, (step + 1) / count, STEP)
            names.append(tip_name(self.stage, bundle, step, names, row + 1))
            made = VGroup(bundle.arrows[step], *names[-1])
            self.play(FadeIn(made), run_time=FADE / 2)
            self.taken.add(made)

    @cached_property
    def floor(self) -> EpochPicture:
        """All walks: the first epochs step by step, and then after each epoch."""
        return far_picture(
            self.stage,
            self.stage.layout.picture,
            self.story.walks,
            self.looks,
            self.map_from(self.story.start),
            said=words.together(self.story),
            clock=message("epochs"),
        )

    @property
    def last_count(self) -> int:
        """How many of the last steps along single rows are seen one by one."""
        return min(STEPS, self.story.walks[-1].run.steps)

    @cached_property
    def near_floor(self) -> EpochPicture | None:
        """The floor where the walks end, with the minimum if they came there; None where that shows nothing new."""
        story, far = self.story, self.floor
        if far.single:
            return None
        last = story.walks[0 if story.wanders else -1].points[-1]
        ground = self.map_from(story.start if story.wanders else last)
        near = near_picture(far, ground, self.last_count, least=story.wanders)
        return near if is_nearer(far, near) else None

    def to_walks(self) -> None:
        """From the arrows' picture to that of the walks, as large as there is room: their first epochs, from near."""
        story, floor = self.story, self.floor
        known = story.least is not None
        self.cross = floor.cross(message("minimum")) if known else VGroup()
        self.axes_shown, self.lines_shown = floor.panel.drawing, floor.lines
        self.opening, self.wide = None, False
        if floor.single:
            self.play(FadeOut(self.panel.drawing, self.dot), run_time=FADE)
            self.play(FadeIn(floor.panel.drawing, floor.lines), run_time=FADE)
        else:
            opening = first_picture(floor, self.near.panel)
            self.zoom = Zoom(opening, self.near, story.time)
            self.opening = FloorZoom(floor, opening, VGroup(*self.cross[:1]), 0.0).show(1.0)
            self.opened = opening.panel.drawing
            self.remove(self.dot, *self.dot, *self.near.each, *self.near.lines)
            self.zoomed(1.0, 0.0, self.panel, VGroup(self.opened, self.opening.lines))
        self.play(FadeIn(floor.live), run_time=FADE)

    def widen(self) -> None:
        """The picture of the first epochs becomes that of all."""
        floor, zoom = self.floor, self.opening
        if zoom is not None:
            zoom.time = float(min(FIRST, self.story.epochs))
            self.play(FadeOut(self.opened), *self.let_go(), run_time=FADE)
            self.remove(zoom.lines, floor.live, *floor.live)
            self.add(zoom.whole)
            back = UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(1 - part))
            self.play(back, run_time=MOVE)
            zoom.show(0.0)
            self.remove(zoom.whole, *zoom.whole, *zoom.lines)
            self.add(floor.lines, floor.live, *self.cross[:1])
            self.play(FadeIn(floor.panel.drawing, *self.cross[1:]), run_time=FADE)
            self.wide = True

    def make_curves(self) -> None:
        """The costs by the clock: how far above the least, on a log scale, where that is known."""
        run, name = self.story.run, self.problem.cost_name
        place = self.story.least
        least = None if place is None else place.cost
        ends = [float(walk.cost[-1]) for walk in self.story.walks]
        lowest, highest = min(ends), float(run.trace.cost[0])
        if least is not None and least <= NOTHING * run.trace.cost[0]:
            least = 0.0
        if least is None and lowest > 0 and highest > WIDE * lowest:  # else they lie on each other
            least = 0.0
        label: Label = name if not least else Sum((name, Negative(numeral(least))))
        self.curves = CostMeans(
            self.stage,
            self.curve_zone,
            self.story.walks,
            self.looks,
            x_label=message("rows read"),
            y_label=label,
            least=least,
            rows=self.story.rows,
            batches=() if self.story.replaces else self.story.sizes,
            first=1.0 / max(walk.each for walk in self.story.walks),
            log_clock=self.story.epochs > EPOCHS and least is not None,
        )

    def go(self, start: float, end: float, seconds: float, *others: Animation) -> None:
        """All walks go on, on one clock that begins slowly, in the picture and as costs."""

        def when(part: float) -> float:
            return float((1 + start) * ((1 + end) / (1 + start)) ** part - 1)

        def moving(shown: EpochPicture | CostMeans) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.live, lambda _, part: shown.show(when(float(part))), rate_func=linear
            )

        def count(_: VMobject, part: float) -> None:
            self.count_steps(when(float(part)))

        counting = UpdateFromAlphaFunc(self.counts, count, rate_func=linear)
        self.play(moving(self.floor), moving(self.curves), counting, *others, run_time=seconds)
        self.floor.show(end)
        self.curves.show(end)
        self.count_steps(end)

    def show_first(self) -> None:
        """The next epochs, one by one: how many steps each walk has made, and who is lower."""
        for epoch in range(1, min(FIRST, self.story.epochs)):
            self.go(float(epoch), float(epoch + 1), EPOCH)
        if self.story.epochs <= FIRST:
            self.widen()
            self.set_heading(words.lower(self.story))

    def show_on(self) -> None:
        """The rest of the clock, and who is lower at its end."""
        self.widen()
        self.go(float(FIRST), float(self.story.epochs), ALL, *self.let_go())
        self.set_heading(words.lower(self.story))

    def let_go(self) -> Sequence[Animation]:
        """The first steps' arrows leave, and the minimum's name, where walks will come."""
        gone = [self.taken] if len(self.taken) else []
        if self.floor.single or self.opening is None or self.wide:
            gone += self.cross[1:]
            self.cross = self.cross[:1]
        self.taken = VGroup()
        return [FadeOut(each) for each in gone]

    def go_near(self) -> None:
        """The part of the floor where the walks end grows, until it fills the picture."""
        floor, near = self.floor, self.near_floor
        assert near is not None
        zoom = FloorZoom(floor, near, VGroup(*self.cross[:1]), float(self.story.epochs)).show(0.0)
        self.play(FadeOut(floor.panel.drawing, *self.cross[1:]), run_time=FADE)
        self.remove(floor.lines, floor.live, *floor.live, self.cross)
        self.add(zoom.whole)
        self.play(UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(part)), run_time=SLOW)
        zoom.show(1.0)
        self.play(FadeIn(near.panel.drawing), run_time=FADE)
        self.axes_shown, self.lines_shown = near.panel.drawing, zoom.lines
