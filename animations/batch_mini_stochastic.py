"""batch_mini_stochastic: single rows' arrows scatter, their mean is the batch's; and three walks on one clock.

Every arrow is a gradient of the library's own, every walk one of its descents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from manim import (
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.arrows_picture import ArrowBundle, tip_name
from symgd.animations.comparing.batch_arrows import FADE, SLOW
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.comparing.batch_story import EPOCHS, FIRST, standardised, tell_batches
from symgd.animations.comparing.batch_sums import BatchSums
from symgd.animations.comparing.cost_means import CostMeans
from symgd.animations.comparing.epoch_picture import (
    EpochPicture,
    far_picture,
    first_picture,
    near_picture,
)
from symgd.animations.comparing.floor_zoom import FloorZoom, is_nearer
from symgd.animations.comparing.last_steps import STEPS, LastSteps
from symgd.animations.comparing.short_names import with_short_names
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

ALL = 5.0
NOTHING = 1e-12  # a least cost so small beside the first is none
NAME = 1.0  # parts of the table's width that the names take
TABLE, BESIDE = 0.4, 0.52  # of the mathematics
NAMED = 6  # steps of an epoch that are made one by one, each with its row's number
STEP, EPOCH, LAST = 0.9, 1.6, 0.85  # seconds for a step, an epoch, and one of the last steps
PALE = 0.3  # dots, while steps are seen


class BatchMiniStochastic(BatchSums):
    """Lesson 8: what a step does that looks at some rows alone."""

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The batch's arrow, the rows' own, their mean; and then three walks."""
        if self.run is None:
            self.run = demo_run(self.problem)
        said = self.shorten_names()
        story = tell_batches(self.run, lambda: self.gradient)
        scaled = standardised(story)
        if scaled is not None:
            story, self.run, self.problem = scaled, scaled.run, scaled.problem
        self.story = story
        kind = BatchMiniStochastic
        said = (*said, *words.batch(story), *words.likewise(self.unwritten()))
        if scaled is not None:
            said = (words.scaled(), *said)
        yield self.beat(message("all rows"), said, kind.show_batch, asks=True)
        yield self.beat(
            message("single rows"), words.single(story, len(self.shown)), kind.show_single
        )
        yield self.beat(
            message("the rows do not agree"), words.asks_mean(), kind.ask_mean, asks=True
        )
        yield self.beat(message("their mean"), words.mean(story), kind.show_mean)
        epoch = words.epoch(story)
        if story.is_halved:
            epoch = (words.halved(story), *epoch)
        if others := left_out(self.run, story.axes):
            epoch = (*epoch, words.slice_said(others))
        yield self.beat(message("an epoch"), epoch, kind.show_epoch)
        yield self.beat(message("the next epochs"), words.first(story), kind.show_first)
        if story.epochs > FIRST:
            yield self.beat(message("on the same clock"), words.on(story), kind.show_on)
        if story.wanders:
            near = words.near(story)
            yield self.beat(message("from near"), near, kind.show_near)
        asked = words.asks_down(self.last_count)
        yield self.beat(message("always down?"), asked, kind.ask_down, asks=True)
        yield self.beat(message("steps that went up"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=3.0)

    def shorten_names(self) -> words.Caption:
        """Let columns have short names where their own are words, and say so."""
        assert self.run is not None
        own = self.run.problem
        self.run = with_short_names(self.run)
        self.problem = self.run.problem
        if self.problem is own:
            return ()
        self._derive = None
        return (words.letters(self.problem),)

    # ---------------------------------------------------------------------------------------------
    # Walks

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
        self.show_steps(1)

    def show_table(self) -> None:
        """How many rows a step reads, and the costs below."""
        table_zone, self.curve_zone = self.halves(TABLE, BESIDE)
        heads: list[Label] = [message("rows a step"), message("steps"), message("went up")]
        self.make_curves()
        self.curves.show(0.0)
        self.table = WalkTable(self.stage, table_zone, self.story.walks, self.looks, heads, NAME)
        sizes = [numeral(size, digits=len(str(size))) for size in self.story.sizes]
        table = VGroup(self.table.rule, self.table.rows, self.table.column(0, sizes))
        self.steps = VGroup()
        self.play(FadeIn(table), FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)

    def show_steps(self, epochs: int) -> None:
        """How many steps each walk has made."""
        made = [int(walk.each * epochs + 1e-9) for walk in self.story.walks]
        made = [
            min(count, walk.run.steps) for count, walk in zip(made, self.story.walks, strict=True)
        ]
        column = self.table.column(1, [numeral(count, digits=12) for count in made])
        if len(self.steps):
            old, self.steps = self.steps, column
            self.remove(old, *old)
            self.add(column[0])
            self.play(FadeIn(*column[1:]), run_time=FADE)
        else:
            self.steps = column
            self.play(FadeIn(column), run_time=FADE)

    def hide_steps(self) -> None:
        """While walks go on, their old numbers of steps are none."""
        self.play(FadeOut(*self.steps[1:]), run_time=FADE / 2)

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
        known = story.run.exact is not None
        self.cross = floor.cross(message("minimum")) if known else VGroup()
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
        least = None if run.exact is None else run.exact.cost
        if least is not None and least <= NOTHING * run.trace.cost[0]:
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

        self.play(moving(self.floor), moving(self.curves), *others, run_time=seconds)
        self.floor.show(end)
        self.curves.show(end)

    def show_first(self) -> None:
        """The next epochs, one by one: how many steps each walk has made, and who is lower."""
        for epoch in range(1, min(FIRST, self.story.epochs)):
            self.hide_steps()
            self.go(float(epoch), float(epoch + 1), EPOCH)
            self.show_steps(epoch + 1)
        if self.story.epochs <= FIRST:
            self.widen()
            self.set_heading(words.lower(self.story))

    def show_on(self) -> None:
        """The rest of the clock, and who is lower at its end."""
        self.widen()
        self.hide_steps()
        self.go(float(FIRST), float(self.story.epochs), ALL, *self.let_go())
        self.show_steps(self.story.epochs)
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

    def show_near(self) -> None:
        """Where the walks end; a ring about each walk that does not settle, and its middle."""
        story = self.story
        if self.near_floor is not None:
            self.go_near()
        self.set_heading(words.near_heading())
        self.turn()
        floor = self.floor
        self.rings = VGroup()
        for number in story.wanderers:
            ring = floor.cloud(number)
            self.play(Create(ring), run_time=MOVE)
            self.rings.add(ring)
        self.turn()
        middle = floor.middle(story.wanderers[-1])
        self.play(FadeIn(middle, scale=3), run_time=MOVE)
        self.rings.add(middle)

    def ask_down(self) -> None:
        """The costs leave for the last steps along single rows, which are still to come; and the question."""
        self.set_heading(words.downward())
        story, floor = self.story, self.floor
        if not story.wanders and self.near_floor is not None:
            self.go_near()
        ended = floor.marks[-1].get_center()
        walk, count = story.walks[-1], self.last_count
        self.last = LastSteps(
            self.stage,
            self.curve_zone,
            walk,
            self.looks[-1],
            self.problem.cost_name,
            floor,
            story.drawn(walk.run.steps - count, count),
        )
        self.play(
            FadeOut(self.curves.panel.drawing, self.curves.live),
            *floor.faint(PALE),
            run_time=FADE,
        )
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
        for step in range(last.count):
            follow = UpdateFromAlphaFunc(moving, lambda _, part, step=step: last.show(step + part))
            self.play(follow, run_time=LAST)
            last.show(step + 1)
        rises = [numeral(walk.rises, digits=12) for walk in self.story.walks]
        self.turn()
        self.play(FadeIn(self.table.column(2, rises)), run_time=MOVE)
        self.set_heading(words.went_up(self.story))

    def show_ending(self) -> None:
        """The costs of the whole walks come back, and the answer."""
        leave = FadeOut(self.last.panel.drawing, self.last.live)
        come = FadeIn(self.curves.panel.drawing, self.curves.live)
        self.play(AnimationGroup(leave, come, lag_ratio=1), run_time=2 * FADE)
        self.set_heading(words.answer(self.story))
