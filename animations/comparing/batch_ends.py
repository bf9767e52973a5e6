"""BatchEnds: where the walks end: a cloud, its last steps from near, and what a lower rate makes of it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from manim import (
    Create,
    FadeIn,
    FadeOut,
    SurroundingRectangle,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import batch_end_words as words
from symgd.animations.comparing.batch_arrows import FADE
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.comparing.batch_outcomes import gap_of, slower
from symgd.animations.comparing.batch_walks import BatchWalks
from symgd.animations.comparing.epoch_picture import close_picture
from symgd.animations.comparing.floor_zoom import FloorZoom
from symgd.animations.comparing.last_steps import LastSteps
from symgd.animations.comparing.line_fan import LineFan, has_fan
from symgd.animations.comparing.rate_drop import RateDrop
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Label
from symgd.terms import Negative, Sum
from symgd.writing.words import message

LAST = 0.6  # seconds for one of the last steps
DROP, FAN = 1.6, 1.5  # for the walk at a lower rate, and for its lines
PALE = 0.4  # dots, while steps are seen
NAMES = 1.7  # parts of the last table's width that the names take


class BatchEnds(BatchWalks):
    """Near the minimum, walks along single rows do not settle, unless the rate gets lower."""

    zoom_close: FloorZoom | None = None

    @cached_property
    def slower(self) -> Walk | None:
        """The walk along single rows from its end on at a lower rate; None where that tells nothing."""
        return slower(self.story)

    def show_near(self) -> None:
        """Where the walks end; a ring about each walk that does not settle, and its middle."""
        story = self.story
        if self.near_floor is not None:
            self.go_near()
        self.set_heading(words.near_heading())
        self.turn()
        floor = self.floor
        self.rings, self.middle = VGroup(), VGroup()
        for number in story.wanderers:
            ring = floor.cloud(number)
            self.play(Create(ring), run_time=MOVE)
            self.rings.add(ring)
        if story.lies_aside:
            self.turn()
            middle = floor.middle(story.wanderers[-1])
            self.play(FadeIn(middle, scale=3), run_time=MOVE)
            self.middle.add(middle)

    # ---------------------------------------------------------------------------------------------
    # The last steps

    def ask_down(self) -> None:
        """All but the last steps along single rows leaves, and these are seen from near; they are still to come."""
        self.set_heading(words.downward())
        story, floor = self.story, self.floor
        if not story.wanders and self.near_floor is not None:
            self.go_near()
        self.clear_floor()
        walk, count = story.walks[-1], self.last_count
        ended = floor.marks[-1].get_center()
        self.last = LastSteps(
            self.stage,
            self.curve_zone,
            walk,
            self.looks[-1],
            self.problem.cost_name,
            floor,
            story.drawn(walk.run.steps - count, count),
        )
        self.add(self.last.trail)
        there = self.last.there
        begun = there.get_center()
        self.play(
            there.move_to(ended).animate.move_to(begun),
            FadeIn(self.last.panel.drawing, self.last.live),
            run_time=FADE,
        )

    def clear_floor(self) -> None:
        """Rings, dots and other walks leave; the part of the floor with the last steps grows until it fills the picture."""
        floor, story = self.floor, self.story
        own = floor.each[-1]
        gone = [*floor.each[:-1], *(part for part in own if part is not floor.marks[-1])]
        if story.wanders:
            gone += [*self.rings, *self.middle]
        self.left_floor = VGroup(*gone)
        leaving = [FadeOut(each) for each in (*gone, self.curves.panel.drawing, self.curves.live)]
        if floor.single:
            self.play(*leaving[-2:], *floor.faint(PALE), run_time=FADE)
            return
        self.play(*leaving, FadeOut(self.axes_shown), *map(FadeOut, self.cross[1:]), run_time=FADE)
        start = story.walks[-1].points[-self.last_count - 1]
        close = close_picture(floor, self.map_from(start), self.last_count)
        cross, mark = VGroup(*self.cross[:1]), VGroup(floor.marks[-1])
        zoom = FloorZoom(floor, close, cross, float(story.epochs), mark).show(0.0)
        self.remove(self.lines_shown, *self.lines_shown, floor.live, *floor.live, *cross)
        self.add(zoom.whole)
        self.play(UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(part)), run_time=MOVE)
        zoom.show(1.0)
        self.zoom_close, self.close = zoom, close
        self.play(FadeIn(close.panel.drawing), run_time=FADE)

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
        self.went_up = self.table.column(2, rises)
        self.play(FadeIn(self.went_up), run_time=MOVE)
        self.set_heading(words.went_up(self.story))

    # ---------------------------------------------------------------------------------------------
    # A lower rate

    def show_slower(self) -> None:
        """Back where all of the cloud is seen: the walk goes on at a lower rate, and its cloud gets smaller."""
        walk, floor, story = self.slower, self.floor, self.story
        least = story.least
        assert walk is not None
        assert least is not None
        self.play(FadeOut(self.last.trail), run_time=FADE)
        self.go_back()
        self.set_heading(words.lower_rate())
        drop = RateDrop(
            self.stage,
            self.curve_zone,
            story.walks[-1],
            walk,
            self.looks[-1],
            self.gap_label,
            least.cost,
        )
        cloud = drop.cloud(floor)
        ring = self.rings[-1]
        self.play(FadeOut(self.last.panel.drawing, self.last.live), run_time=FADE / 2)
        self.play(FadeIn(drop.panel.drawing, drop.live), FadeIn(drop.names), run_time=FADE / 2)
        self.add(cloud)
        mark = floor.marks[-1]
        moving = VGroup(drop.live, cloud, mark)
        follow = UpdateFromAlphaFunc(moving, lambda _, part: drop.show(part, mark))
        self.bring_to_front(mark)
        self.play(follow, run_time=DROP)
        drop.show(1.0, mark)
        self.drop = drop
        self.turn()
        self.play(Transform(ring.copy(), drop.ring(floor)), run_time=MOVE)

    @property
    def has_fan(self) -> bool:
        """Whether the two clouds can be seen as lines among the points."""
        return self.slower is not None and has_fan(self.slower)

    def show_fan(self) -> None:
        """In the gap's place the data: each place of a cloud is a line, one after the other, before and at the lower rate."""
        walk, story, floor, drop = self.slower, self.story, self.floor, self.drop
        assert walk is not None
        before, mark = story.walks[-1], floor.marks[-1]
        colours = self.looks[-1].colour, self.stage.palette.ink
        self.fan = LineFan(self.stage, self.curve_zone, (before, walk), colours, story.derive)
        self.play(FadeOut(drop.panel.drawing, drop.live, drop.names), run_time=FADE)
        self.play(FadeIn(self.fan.panel.drawing, self.fan.fit.points), run_time=FADE)
        self.add(self.fan.live)
        places = zip(before.points, before.clock.tolist(), strict=True)
        spots = np.array([floor.panel.border(*floor.place(*each)) for each in places])
        moving = VGroup(self.fan.live, mark)
        for number, (each, there) in enumerate(((before, spots), (walk, drop.spots))):
            self.set_heading(words.fan_heading(each, len(self.fan.rows[number])))
            follow = UpdateFromAlphaFunc(
                moving,
                lambda _, part, n=number, there=there: self.fan.show(n, part, mark, there),
                rate_func=linear,
            )
            self.play(follow, run_time=FAN)
            self.turn()

    @property
    def gap_label(self) -> Label:
        """The cost above its least."""
        least = self.story.least
        assert least is not None
        return Sum((self.problem.cost_name, Negative(numeral(least.cost))))

    def go_back(self) -> None:
        """From the last steps to the floor before."""
        zoom = self.zoom_close
        if zoom is None:
            return
        self.play(FadeOut(self.close.panel.drawing), run_time=FADE)
        back = UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(1 - part))
        self.play(back, run_time=MOVE)
        zoom.show(0.0)
        back = [self.rings[-1], self.floor.dots[-1].set_fill(opacity=PALE)]
        self.play(FadeIn(self.axes_shown), *map(FadeIn, back), run_time=FADE)

    def show_ending(self) -> None:
        """What a step costs beside how much noise it leaves; and the answer."""
        story = self.story
        if story.wanders:
            self.show_noise()
        else:
            leave = FadeOut(self.last.panel.drawing, self.last.live)
            self.play(leave, run_time=FADE)
            self.play(FadeIn(self.curves.panel.drawing, self.curves.live), run_time=FADE)
        self.set_heading(words.answer(story))

    def show_noise(self) -> None:
        """In the table's place another one: the gap that is left, on the average of the later half and at the end."""
        story, slow = self.story, self.slower
        least = story.least
        assert least is not None
        walks = [*story.walks, *([slow] if slow is not None else [])]
        looks = [*self.looks, *([self.looks[-1]] if slow is not None else [])]
        gaps = [numeral(gap_of(walk, least.cost), digits=2) for walk in walks]
        ends = [numeral(float(walk.cost[-1]) - least.cost, digits=2) for walk in walks]
        heads: list[Label] = [message("mean gap, later half"), message("last gap")]
        old = self.table
        new = WalkTable(self.stage, old.zone, walks, looks, heads, NAMES, [gaps, ends])
        gone = (old.rule, old.rows, self.went_up, self.counts, *self.table_shown)
        self.play(*map(FadeOut, gone), run_time=FADE)
        columns = [new.column(0, gaps), new.column(1, ends)]
        self.play(FadeIn(new.rule, new.rows, columns[0]), run_time=FADE)
        self.play(FadeIn(columns[1]), run_time=FADE)
        shown = 1 if words.is_quiet(story) else len(walks) - 1
        parts = (new.rows[shown], columns[0][shown + 1], columns[1][shown + 1])
        frame = SurroundingRectangle(
            VGroup(*parts), color=self.stage.palette.ink, stroke_width=2, buff=0.06
        )
        self.play(FadeIn(frame), run_time=FADE)
