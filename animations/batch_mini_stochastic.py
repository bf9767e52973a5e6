"""batch_mini_stochastic: single rows' arrows scatter, their mean is the batch's; and three walks on one clock.

Every arrow is a gradient of the library's own, every walk one of its descents.
"""

from __future__ import annotations

from collections.abc import Iterator

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.batch_arrows import FADE, MOVE, SLOW, BatchArrows
from symgd.animations.comparing.batch_story import tell_batches
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.floor_lanes import FloorLanes
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import left_out
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Label
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.terms import Negative, Sum
from symgd.writing.words import message

ALL = 6.0
NOTHING = 1e-12  # a least cost so small beside the first is none
NAME = 1.0  # parts of the table's width that the names take
TABLE, BESIDE = 0.4, 0.52  # of the mathematics


class BatchMiniStochastic(BatchArrows):
    """Lesson 8: what a step does that looks at some rows alone."""

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The batch's arrow, the rows' own, their mean; and then three walks."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_batches(self.run, lambda: self.gradient)
        kind = BatchMiniStochastic
        yield self.beat(message("all rows"), words.batch(story), kind.show_batch, asks=True)
        yield self.beat(
            message("single rows"), words.single(story, len(self.shown)), kind.show_single
        )
        yield self.beat(message("the rows do not agree"), words.asks_mean(), asks=True)
        yield self.beat(message("their mean"), words.mean(story), kind.show_mean)
        if story.has_other:
            yield self.beat(message("two conventions"), words.convention(story), kind.show_other)
        epoch = words.epoch(story)
        if story.is_halved:
            epoch = (words.halved(story), *epoch)
        if others := left_out(self.run, story.axes):
            epoch = (*epoch, words.slice_said(others))
        yield self.beat(message("an epoch"), epoch, kind.show_epoch)
        yield self.beat(message("always down?"), words.asks_down(), asks=True)
        yield self.beat(message("on the same clock"), words.on(story), kind.show_on)
        yield self.beat(message("steps that went up"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # Walks

    def show_epoch(self) -> None:
        """The arrows leave, the walks begin: a first epoch."""
        gone = [self.formulas, self.grid.head, self.grid.rule, self.batch_row, *self.rows]
        gone += [self.batch_arrow, self.arrow_note, *self.arrows_left]
        self.play(*(FadeOut(each) for each in gone), run_time=FADE)
        self.to_walks()
        self.to_lanes()
        table_zone, self.curve_zone = self.halves(TABLE, BESIDE)
        heads: list[Label] = [message("rows a step"), message("steps"), message("went up")]
        self.make_curves()
        self.table = WalkTable(self.stage, table_zone, self.story.walks, self.looks, heads, NAME)
        self.play(FadeIn(VGroup(self.table.rule, self.table.rows)), run_time=FADE)
        self.turn()
        self.play(FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)
        self.turn()
        sizes = [numeral(size, digits=len(str(size))) for size in self.story.sizes]
        self.play(FadeIn(self.table.column(0, sizes)), run_time=FADE)
        self.go(0.0, 1.0, SLOW)

    def to_walks(self) -> None:
        """From the arrows' picture to that of the walks."""
        self.paths.show(0.0)
        new = VGroup(self.paths.panel.drawing, self.paths.lines)
        if self.paths.single:
            self.play(FadeOut(self.panel.drawing, self.dot), FadeIn(new), run_time=FADE)
            return
        self.remove(self.dot, *self.dot, *self.near.each, *self.near.lines)
        self.zoomed(1.0, 0.0, self.panel, new)

    def to_lanes(self) -> None:
        """The floor parts: one for each walk, so that none lies over another."""
        paths = self.paths
        self.lanes = lanes = FloorLanes(paths, words.together())
        self.play(FadeOut(paths.panel.drawing), run_time=FADE)
        self.remove(paths.lines, *paths.lines)
        parting = lanes.parting()
        self.play(*parting, run_time=MOVE)
        self.remove(*(each.mobject for each in parting))
        for lane in lanes.lanes:
            self.add(lane.panel.drawing, lane.lines, lane.live)
        self.play(FadeIn(lanes.titles), run_time=FADE)

    def make_curves(self) -> None:
        """The costs by the clock: how far above the least, on a log scale, where that is known."""
        run, name = self.story.run, self.problem.cost_name
        least = None if run.exact is None else run.exact.cost
        if least is not None and least <= NOTHING * run.trace.cost[0]:
            least = 0.0
        label: Label = name if not least else Sum((name, Negative(numeral(least))))
        self.curves = CostCurves(
            self.stage,
            self.curve_zone,
            self.story.walks,
            self.looks,
            x_label=message("rows that were read"),
            y_label=label,
            least=least,
            rows=self.story.rows,
            batches=self.story.sizes,
            means=[walk.each for walk in self.story.walks],
        )

    def go(self, start: float, end: float, seconds: float) -> None:
        """All walks go on, on one clock, in the picture and as costs."""

        def moving(shown: FloorLanes | CostCurves) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.live,
                lambda _, part: shown.show(start + (end - start) * part),
                rate_func=linear,
            )

        self.play(moving(self.lanes), moving(self.curves), run_time=seconds)
        self.lanes.show(end)
        self.curves.show(end)

    def show_on(self) -> None:
        """The rest of the clock."""
        self.go(1.0, float(self.story.epochs), ALL)
        steps = [numeral(walk.run.steps, digits=12) for walk in self.story.walks]
        self.play(FadeIn(self.table.column(1, steps)), run_time=FADE)

    def show_counted(self) -> None:
        """How many steps of each went up."""
        rises = [numeral(walk.rises, digits=12) for walk in self.story.walks]
        self.play(FadeIn(self.table.column(2, rises)), run_time=MOVE)

    def show_ending(self) -> None:
        """The minimum, and the answer."""
        if self.story.run.exact is not None:
            first, *others = self.lanes.lanes
            crosses = first.cross(message("minimum")), *(lane.cross() for lane in others)
            self.play(FadeIn(*crosses), run_time=FADE)
        self.set_heading(words.answer(self.story))
