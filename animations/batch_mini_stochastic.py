"""batch_mini_stochastic: single rows' arrows scatter, their mean is the batch's; and three walks on one clock.

Every arrow is a gradient of the library's own, every walk one of its descents.
"""

from __future__ import annotations

from collections.abc import Iterator

from manim import Create, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.batch_arrows import FADE, SLOW, BatchArrows
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.comparing.batch_story import EPOCHS, tell_batches
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.epoch_floor import EpochFloor
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import left_out
from symgd.animations.comparing.zoom import Zoom
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
        said = (*words.batch(story), *words.likewise(self.unwritten()))
        yield self.beat(message("all rows"), said, kind.show_batch, asks=True)
        yield self.beat(
            message("single rows"), words.single(story, len(self.shown)), kind.show_single
        )
        yield self.beat(
            message("the rows do not agree"), words.asks_mean(), kind.ask_mean, asks=True
        )
        yield self.beat(message("their mean"), words.mean(story), kind.show_mean)
        if story.has_other:
            yield self.beat(message("two conventions"), words.convention(story), kind.show_other)
        epoch = words.epoch(story)
        if story.is_halved:
            epoch = (words.halved(story), *epoch)
        if others := left_out(self.run, story.axes):
            epoch = (*epoch, words.slice_said(others))
        yield self.beat(message("an epoch"), epoch, kind.show_epoch)
        yield self.beat(message("on the same clock"), words.on(story), kind.show_on)
        yield self.beat(message("always down?"), words.asks_down(), kind.ask_down, asks=True)
        yield self.beat(message("steps that went up"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # Walks

    def show_epoch(self) -> None:
        """The arrows leave, the walks begin: a first epoch."""
        gone = [self.formulas, self.grid.head, self.grid.rule, self.batch_row, *self.rows]
        gone += [self.batch_arrow, self.arrow_note, *self.arrows_left, self.lit]
        if self.points is not None:
            gone += [self.points.panel.drawing, self.points.live]
        self.play(*(FadeOut(each) for each in gone), run_time=FADE)
        self.set_heading(words.who())
        self.to_walks()
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
        """From the arrows' picture to that of the walks; copies of it become a small one for each walk."""
        story, stage = self.story, self.stage
        self.floor = floor = EpochFloor(
            stage,
            stage.layout.picture,
            story.walks,
            self.looks,
            self.map_from(story.start),
            said=words.together(),
            clock=message("epochs"),
        )
        large = floor.large
        new = VGroup(large.panel.drawing, large.lines)
        if large.single:
            self.play(FadeOut(self.panel.drawing, self.dot), run_time=FADE)
            self.play(FadeIn(new), run_time=FADE)
        else:
            self.zoom = Zoom(large, self.near, story.time)
            self.remove(self.dot, *self.dot, *self.near.each, *self.near.lines)
            self.zoomed(1.0, 0.0, self.panel, new)
        for number, lane in enumerate(floor.lanes):
            copied = floor.copied(number)
            self.play(copied, run_time=FADE)
            self.remove(copied.mobject)
            least = VGroup() if story.run.exact is None else lane.cross()
            self.add(lane.panel.drawing, lane.lines, least, lane.live, lane.title)
        known = story.run.exact is not None
        self.cross = large.cross(message("minimum")) if known else VGroup()
        self.play(FadeIn(self.cross, large.live), run_time=FADE)

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
            log_clock=self.story.epochs > EPOCHS and least is not None,
        )

    def go(self, start: float, end: float, seconds: float) -> None:
        """All walks go on, on one clock that begins slowly, in the picture and as costs."""

        def when(part: float) -> float:
            return float((1 + start) * ((1 + end) / (1 + start)) ** part - 1)

        def moving(shown: EpochFloor | CostCurves) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.live, lambda _, part: shown.show(when(float(part))), rate_func=linear
            )

        self.play(moving(self.floor), moving(self.curves), run_time=seconds)
        self.floor.show(end)
        self.curves.show(end)

    def show_on(self) -> None:
        """The rest of the clock, and who is lower at its end."""
        if len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
        self.go(1.0, float(self.story.epochs), ALL)
        steps = [numeral(walk.run.steps, digits=12) for walk in self.story.walks]
        self.play(FadeIn(self.table.column(1, steps)), run_time=FADE)
        self.set_heading(words.lower(self.story))

    def ask_down(self) -> None:
        """The question stands above the walks."""
        self.set_heading(words.downward())

    def show_counted(self) -> None:
        """How many steps of each went up."""
        rises = [numeral(walk.rises, digits=12) for walk in self.story.walks]
        self.play(FadeIn(self.table.column(2, rises)), run_time=MOVE)
        self.set_heading(words.went_up(self.story))

    def show_ending(self) -> None:
        """The answer, and a ring about where single rows wander."""
        if self.story.wanders:
            self.play(Create(self.floor.large.cloud(len(self.looks) - 1)), run_time=MOVE)
        self.set_heading(words.answer(self.story))
