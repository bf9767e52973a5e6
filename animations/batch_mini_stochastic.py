"""batch_mini_stochastic: single rows' arrows scatter, their mean is the batch's; and three walks on one clock.

Every arrow is a gradient of the library's own, every walk one of its descents.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from manim import Create, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.batch_arrows import FADE, SLOW, BatchArrows
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.comparing.batch_story import EPOCHS, tell_batches
from symgd.animations.comparing.cost_bands import CostBands
from symgd.animations.comparing.epoch_floor import EpochFloor, EpochPicture
from symgd.animations.comparing.floor_zoom import FloorZoom, is_nearer
from symgd.animations.comparing.last_steps import STEPS, LastSteps
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
        if self.near_floor is not None:
            near = words.near(story)
            yield self.beat(message("from near"), near, kind.show_near)
        asked = words.asks_down(min(STEPS, story.walks[-1].run.steps))
        yield self.beat(message("always down?"), asked, kind.ask_down, asks=True)
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
        sizes = [numeral(size, digits=len(str(size))) for size in self.story.sizes]
        table = VGroup(self.table.rule, self.table.rows, self.table.column(0, sizes))
        self.play(FadeIn(table), run_time=FADE)
        self.turn()
        self.play(FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)
        self.turn()
        self.go(0.0, 1.0, SLOW)

    @cached_property
    def floor(self) -> EpochFloor:
        """All walks after each epoch, and each by itself."""
        return EpochFloor(
            self.stage,
            self.stage.layout.picture,
            self.story.walks,
            self.looks,
            self.map_from(self.story.start),
            said=words.together(),
            clock=message("epochs"),
        )

    @cached_property
    def near_floor(self) -> EpochPicture | None:
        """The floor where the walks end, with the minimum if they came there; None where that shows nothing new."""
        story, large = self.story, self.floor.large
        if large.single:
            return None
        last = story.walks[0].points[-1]
        near = self.floor.near(
            self.map_from(story.start if story.wanders else last), least=story.wanders
        )
        return near if is_nearer(large, near) else None

    def to_walks(self) -> None:
        """From the arrows' picture to that of the walks; copies of it become a small one for each walk."""
        story, floor = self.story, self.floor
        large = floor.large
        new = VGroup(large.panel.drawing, large.lines)
        if large.single:
            self.play(FadeOut(self.panel.drawing, self.dot), run_time=FADE)
            self.play(FadeIn(new), run_time=FADE)
        else:
            self.zoom = Zoom(large, self.near, story.time)
            self.remove(self.dot, *self.dot, *self.near.each, *self.near.lines)
            self.zoomed(1.0, 0.0, self.panel, new)
        copied = [floor.copied(number) for number in range(len(floor.lanes))]
        self.play(*copied, run_time=MOVE)
        self.remove(*(each.mobject for each in copied))
        for lane in floor.lanes:
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
        self.curves = CostBands(
            self.stage,
            self.curve_zone,
            self.story.walks,
            self.looks,
            x_label=message("rows that were read"),
            y_label=label,
            least=least,
            rows=self.story.rows,
            batches=self.story.sizes,
            log_clock=self.story.epochs > EPOCHS and least is not None,
        )

    def go(self, start: float, end: float, seconds: float) -> None:
        """All walks go on, on one clock that begins slowly, in the picture and as costs."""

        def when(part: float) -> float:
            return float((1 + start) * ((1 + end) / (1 + start)) ** part - 1)

        def moving(shown: EpochFloor | CostBands) -> UpdateFromAlphaFunc:
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

    def show_near(self) -> None:
        """Where the walks end grows until the ends are apart; a ring about each walk that does not settle."""
        story, large, near = self.story, self.floor.large, self.near_floor
        assert near is not None
        arms = VGroup(*self.cross[:1])
        zoom = FloorZoom(large, near, arms, float(story.epochs)).show(0.0)
        self.play(FadeOut(large.panel.drawing), run_time=FADE)
        self.remove(large.lines, large.live, *large.live, self.cross)
        self.add(zoom.whole)
        self.play(UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(part)), run_time=SLOW)
        zoom.show(1.0)
        self.play(FadeIn(near.panel.drawing), run_time=FADE)
        self.set_heading(words.near_heading(story))
        if story.wanders:
            self.turn()
        self.rings = VGroup(*(near.cloud(number) for number in story.wanderers))
        for ring in self.rings:
            self.play(Create(ring), run_time=MOVE)

    def ask_down(self) -> None:
        """The costs leave for the last steps along single rows, which are still to come; and the question."""
        self.set_heading(words.downward())
        story, look = self.story, self.looks[-1]
        ended = self.floor.large.marks[-1].get_center()
        self.last = LastSteps(
            self.stage,
            self.curve_zone,
            story.walks[-1],
            look,
            self.problem.cost_name,
            self.floor.large,
        )
        self.play(FadeOut(self.curves.panel.drawing, self.curves.live), run_time=FADE)
        self.add(self.last.trail)
        there = self.last.there
        begun = there.get_center()
        self.play(
            there.move_to(ended).animate.move_to(begun),
            FadeIn(self.last.panel.drawing, self.last.live),
            run_time=FADE,
        )

    def show_counted(self) -> None:
        """Step by step, as costs and on the floor; then how many of all steps of each walk went up."""
        last = self.last
        moving = VGroup(last.live, last.trail, last.there)
        follow = UpdateFromAlphaFunc(
            moving, lambda _, part: last.show(float(part) * last.count), rate_func=linear
        )
        self.play(follow, run_time=ALL)
        last.show(last.count)
        rises = [numeral(walk.rises, digits=12) for walk in self.story.walks]
        self.turn()
        self.play(FadeIn(self.table.column(2, rises)), run_time=MOVE)
        self.set_heading(words.went_up(self.story))

    def show_ending(self) -> None:
        """The costs of the whole walks come back, and the answer."""
        self.play(FadeOut(self.last.panel.drawing, self.last.live, self.last.trail), run_time=FADE)
        self.play(FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)
        self.set_heading(words.answer(self.story))
