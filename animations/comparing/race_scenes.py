"""RaceScenes: all rules at once, on the whole floor and round its finish, and then counted on their costs' curves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from manim import (
    BackgroundRectangle,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Rectangle,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.finish_line import WIDTH, FinishLine
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_marks import RaceMarks
from symgd.animations.comparing.race_rules import FADE, MOVE, RaceRules
from symgd.animations.comparing.race_story import FAR, NEAR
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.walk_looks import THIN
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.comparing.zoom import Zoom
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.rows import SIZES, Rows, stacked
from symgd.animations.staging.stage import Label, Zone
from symgd.terms import Negative, Sum, Term
from symgd.writing.words import message

RACE, NEAR_RACE, DRAW, COUNT = 3.5, 5.0, 3.0, 0.5  # seconds
DEPTH = NEAR / 10  # of the first gap, the curves go down to
NOTHING = 1e-12  # a least cost so small beside the first is none
COUNT_EM, ARROW = 0.32, 5.0
ROOM, PARTS = 0.4, (0.4, 0.6)  # that marks have beside the rules; and of the columns


class RaceScenes(RaceRules):
    """The race and its count."""

    table: WalkTable
    finish: FinishLine
    cross: VGroup
    drawn_finish: VGroup
    near: PathsPicture | None = None
    other_zone: Zone
    spots: dict[int, VMobject]  # by walk: where its curve comes to stay under the line

    def clock(self, part: float, first: float = 0.0, last: float | None = None) -> float:
        """The clock when so much of a move is over, that begins at some time: a logarithmic one."""
        end = self.story.end if last is None else last
        return float((1 + first) * ((1 + end) / (1 + first)) ** part - 1)

    # ---------------------------------------------------------------------------------------------
    # The floor

    def show_ask(self) -> None:
        """All stand at the start; beside them, who they are, and at which rate."""
        paths = self.paths
        self.play(FadeOut(self.rule), FadeOut(paths.each[-1]), run_time=FADE)
        self.marks = RaceMarks(
            paths, self.story.arrivals(NEAR), rings=not self.finish.wants_nearness
        )
        table, rates = self.table, [self.rate_said(walk) for walk in self.story.walks]
        cells = [table.cell(0, row, said) for row, said in enumerate(rates)]
        self.play(FadeIn(table.rule, table.rows, table.head(0)), run_time=FADE)
        self.play(FadeIn(*cells), FadeIn(self.marks.live), run_time=FADE)
        self.play(FadeIn(self.rules_again()), run_time=FADE)
        self.turn()
        self.drawn_finish = self.finish.drawing(words.finish())
        self.play(FadeIn(table.head(2), *self.drawn_finish), run_time=FADE)

    def rules_again(self) -> VGroup:
        """Each rule's step below the table, beside its mark, in two columns or one; none where there is no room."""
        for em, parts in product(SIZES, (PARTS, (1.0,))):
            zones = self.other_zone.columns(*parts)
            columns = self.rule_columns(em, zones)
            ends = zip(columns, zones, strict=False)
            if all(
                column.get_right()[0] <= zone.right and column.get_bottom()[1] >= zone.bottom
                for column, zone in ends
            ):
                break
        else:
            return VGroup()
        made = VGroup(*columns)
        every = [row for column in columns for row in column]
        for row, look in zip(every, self.looks, strict=False):
            mark = look.mark(self.stage.palette.ground)
            left = float(row.get_left()[0]) - ROOM / 2
            made.add(mark.move_to((left, row[0].get_center()[1], 0)))
        return made

    def rule_columns(self, em: float, zones: Sequence[Zone]) -> list[VGroup]:
        """All rules' steps from the top of some zones, as many in each."""
        rows, lasts = Rows(self.stage), [self.story.rule(walk)[-1] for walk in self.story.walks]
        each = -(-len(lasts) // len(zones))
        made = []
        for number, zone in enumerate(zones):
            some = lasts[number * each : (number + 1) * each]
            drawn = [
                rows.drawn((line.left, "=", line.right), em, zone.left + ROOM) for line in some
            ]
            made.append(stacked(drawn, zone.top))
        return made

    def rate_said(self, walk: Walk) -> Label:
        """A walk's learning rate, where it has one."""
        run = walk.run
        return numeral(run.learning_rate, MOST_FIGURES) if run.has_rate else message("none")

    def show_race(self) -> None:
        """One clock for all: on the whole floor, and from near as soon as one comes near."""
        self.made_cells()
        if not self.finish.wants_nearness:
            self.run_marks(self.marks, 0.0, self.story.end, RACE + NEAR_RACE)
            return
        near = self.near_picture()
        first = self.comes_near(near)
        if first > 0:
            self.run_marks(self.marks, 0.0, first, RACE)
        self.turn()
        self.zoom_in(near, first)
        self.marks = RaceMarks(near, self.story.arrivals(NEAR)).show(first)
        self.add(self.marks.live)
        self.run_marks(self.marks, first, self.story.end, NEAR_RACE)

    def made_cells(self) -> None:
        """The counts of the race, each of which is seen as soon as it is known."""
        self.counts = []
        for row, steps in enumerate(self.story.arrivals(NEAR)):
            said: Label = words.never() if steps is None else numeral(steps, 12)
            cell = self.table.cell(2, row, said).set_fill(opacity=0.0)
            self.counts.append((cell, self.story.end if steps is None else float(steps)))
        self.add(*(cell for cell, _ in self.counts))

    def run_marks(self, marks: RaceMarks, first: float, last: float, seconds: float) -> None:
        """The marks from one time to another, and the counts of those that come to stay."""
        cells = VGroup(*(cell for cell, _ in self.counts))

        def show(time: float) -> None:
            marks.show(time)
            for cell, when in self.counts:
                cell.set_fill(opacity=float(time >= when - 1e-6))

        moving = UpdateFromAlphaFunc(
            VGroup(marks.live, cells),
            lambda _, part: show(self.clock(part, first, last)),
            rate_func=linear,
        )
        self.play(moving, run_time=seconds)
        show(last)
        self.add(marks.live, *cells)

    def near_picture(self) -> PathsPicture:
        """The finish and what is round it, in the large picture's place."""
        paths, story = self.paths, self.story
        near = PathsPicture(
            self.stage,
            paths.zone,
            story.walks,
            self.looks,
            story.ground,
            window=self.finish.window,
            alike=np.inf if paths.is_equal else 1.0,
            end=story.end,
        )
        near.noted()
        return near

    def comes_near(self, near: PathsPicture) -> float:
        """The last time before anyone is in the near picture for good, as a whole step."""
        found = []
        for walk in self.story.walks:
            outside = [not near.panel.holds(*near.place(point)) for point in walk.points]
            rows = np.flatnonzero(outside)
            found.append(float(walk.clock[rows[-1]]) if rows.size else 0.0)
        return min(min(found), self.story.end / 2)

    def zoom_in(self, near: PathsPicture, time: float) -> None:
        """The finish grows until it fills the picture."""
        paths, stage = self.paths, self.stage
        zoom = Zoom(paths, near, time, every=True)
        zoom.plane.add(self.finish.points, stage.palette.ink, WIDTH)
        zoom.whole.add(zoom.plane.whole[-1])
        zoom.show(0.0)
        still = [paths.panel.drawing, *self.cross[:1], self.drawn_finish]
        self.play(FadeOut(*still), FadeIn(zoom.box), run_time=FADE)
        self.remove(paths.lines, self.marks.live)
        self.add(zoom.whole)
        moving = UpdateFromAlphaFunc(zoom.whole, lambda _, part: zoom.show(float(part)))
        self.play(moving, run_time=MOVE + FADE)
        self.remove(zoom.whole, *zoom.whole.submobjects)
        self.near = near
        self.drawn_finish = self.finish.drawing(words.finish(), near)
        self.near_cross = near.cross()
        self.add(near.lines)
        self.play(FadeIn(near.panel.drawing, self.near_cross, self.drawn_finish), run_time=FADE)

    # ---------------------------------------------------------------------------------------------
    # The count

    def made_curves(self) -> CostCurves:
        """The costs by the clock, as far above the least as they are."""
        story, name = self.story, self.problem.cost_name
        least = story.least[0]
        if abs(least) <= NOTHING * abs(float(story.walks[0].cost[0])):
            least = 0.0
        height: Term = name
        if least:
            height = Sum((name, Negative(numeral(least)) if least > 0 else numeral(-least)))
        return CostCurves(
            self.stage,
            self.stage.layout.picture,
            story.walks,
            self.looks,
            x_label=message("step"),
            y_label=words.excess(height),
            least=least,
            log_clock=story.is_uneven,
            end=story.end,
            depth=DEPTH,
            stays=True,
        )

    def show_counted(self) -> None:
        """The costs as curves; the parts of the excess as lines, and from which step on each stays under them."""
        self.curves = curves = self.made_curves()
        self.spots = {}
        floor = self.near or self.paths
        gone = [floor.panel.drawing, floor.lines, self.drawn_finish, self.marks.live]
        gone += self.near_cross if self.near else self.cross[:1]
        self.play(FadeOut(*gone), run_time=FADE)
        self.play(FadeIn(curves.panel.drawing), run_time=FADE)
        self.add(curves.live)
        clock = self.clock if self.story.is_uneven else self.even_clock
        moving = UpdateFromAlphaFunc(
            curves.live, lambda _, part: curves.show(clock(part)), rate_func=linear
        )
        self.play(moving, run_time=DRAW)
        curves.show(self.story.end)
        self.turn()
        self.count(2, NEAR)
        self.turn()
        self.play(FadeIn(self.table.head(1)), run_time=FADE)
        self.count(1, FAR)

    def even_clock(self, part: float) -> float:
        """The clock of a move over steps that all take as long."""
        return part * self.story.end

    def count(self, column: int, part: float) -> None:
        """A level, and where each curve is under it for good: its step, which goes to the table where it isn't there."""
        curves, stage, story = self.curves, self.stage, self.story
        first = float(story.walks[0].cost[0]) - story.least[0]
        self.play(FadeIn(curves.level(first * part, words.of_the_gap(part))), run_time=FADE)
        for row, steps in enumerate(story.arrivals(part)):
            said: Label = words.never() if steps is None else numeral(steps, 12)
            cell = self.table.cell(column, row, said)
            if steps is None:
                if column == 1:
                    self.play(FadeIn(cell), run_time=COUNT)
                continue
            look = self.looks[row]
            spot = look.mark(stage.palette.ground).move_to(curves.crossing(steps, first * part))
            if column != 1:
                count = stage.sentence(str(steps), em=COUNT_EM).set_fill(look.colour)
                count.next_to(spot, np.array([0.6, 1.0, 0.0]), buff=0.05)
                plate = BackgroundRectangle(
                    count, color=stage.palette.ground, fill_opacity=0.85, buff=0.03
                )
                self.spots[row] = spot
                self.play(FadeIn(plate, count, spot), run_time=COUNT)
                continue
            self.play(FadeIn(spot, cell), run_time=COUNT)

    def show_ending(self) -> None:
        """The answer: whose row it is, and how far its curve is before the plain rule's."""
        walks = self.story.walks
        first = [number for number, walk in enumerate(walks) if walk in self.story.first(NEAR)]
        for number, curve in enumerate(self.curves.curves):
            if first and number not in (0, *first):
                self.looks[number].step_back(curve, self.stage.palette.ground, THIN)
        if first:
            self.play(FadeIn(*map(self.row_ring, first)), run_time=FADE)
        self.turn()
        if first and 0 not in first and 0 in self.spots:
            start, end = (self.spots[number].get_center() for number in (0, first[0]))
            way = arrow(start, end, self.looks[first[0]].colour, ARROW)
            self.add(self.spots[first[0]])
            self.play(GrowFromPoint(way, start), run_time=MOVE)
        self.set_heading(words.answer(self.story))

    def row_ring(self, row: int) -> Rectangle:
        """A frame round a row of the table."""
        zone, base = self.table.zone, self.table.bases[row]
        made = Rectangle(width=zone.width + 0.1, height=0.44)
        made.set_stroke(self.looks[row].colour, width=3.0, opacity=1).set_fill(opacity=0)
        return made.move_to((zone.centre[0], base + 0.1, 0))
