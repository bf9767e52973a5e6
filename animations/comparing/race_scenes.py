"""RaceScenes: all rules at once, in lanes and on the floor in small, and then counted on their costs' curves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import (
    UP,
    BackgroundRectangle,
    FadeIn,
    FadeOut,
    GrowFromCenter,
    Line,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.race_floor import RaceFloor
from symgd.animations.comparing.race_lanes import MOST, RaceLanes
from symgd.animations.comparing.race_marks import RaceMarks
from symgd.animations.comparing.race_rules import FADE, SHORT
from symgd.animations.comparing.race_settles import RaceSettles
from symgd.animations.comparing.race_story import FAR, NEAR
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.tick_flight import TickFlight
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Label, Zone
from symgd.terms import Negative, Sum, Term
from symgd.writing.words import message

RING = 0.3  # seconds
RACE, REST, DRAW, COUNT = 7.0, 2.0, 1.2, 0.4  # seconds
PACE, LEAST = 0.33, 1.5  # of a step of the race before the first is in, and of all of them at least
DEPTH = NEAR / 10  # of the first gap, the curves go down to
NOTHING = 1e-12  # a least cost so small beside the first is none
COUNT_EM, ARROW, CLEAR, TALL = 0.32, 4.0, 0.1, 0.16
NAME, NAME_BESIDE, LITTLE = 1.9, 1.4, 5.3  # parts of the table's width that the names take


class RaceScenes(RaceSettles):
    """The race and its count."""

    table: WalkTable
    parts: tuple[float, ...]  # of the excess, each of which has a column of arrivals
    table_zone: Zone
    other_zone: Zone
    counted_parts: list[Mobject]  # all that is seen of the lanes, and then of the curves
    floor: RaceFloor
    marks: RaceMarks  # on it
    lanes: RaceLanes
    spots: dict[int, VMobject]  # by walk: where its curve comes to stay under the line

    def clock(self, part: float, first: float = 0.0, last: float | None = None) -> float:
        """The clock when so much of a move is over, that begins at some time: a logarithmic one."""
        end = self.story.end if last is None else last
        return float((1 + first) * ((1 + end) / (1 + first)) ** part - 1)

    # ---------------------------------------------------------------------------------------------
    # The race

    def show_ask(self) -> None:
        """The map gets small and makes room for lanes; beside them, who they are, and at which rate."""
        table = self.table
        self.play(FadeOut(self.rule, *self.ridden), run_time=FADE)
        self.shrink_floor()
        self.lanes = RaceLanes(self.stage, self.stage.layout.picture, self.story, self.looks)
        rates = [self.rate_said(walk) for walk in self.story.walks]
        cells = [table.cell(0, row, said) for row, said in enumerate(rates)]
        least = min((em for cell in cells if (em := cell.em) is not None), default=0.0)
        for cell in cells:  # one size for all numbers of a column
            edge = np.array([cell.get_right()[0], cell.baseline, 0.0])
            cell.scale(least / cell.em, about_point=edge)
        self.play(FadeIn(self.lanes.drawing), FadeIn(table.rule, table.rows), run_time=FADE)
        self.play(FadeIn(self.lanes.live, self.marks.live, table.head(0), *cells), run_time=FADE)
        self.turn()
        if self.finish.there:
            self.small_finish = self.finish.drawing(on=self.floor)
        self.play(FadeIn(self.lanes.finish, self.small_finish), run_time=FADE)
        self.add(self.lanes.live, self.marks.live)
        lanes = self.lanes
        self.counted_parts = [lanes.drawing, lanes.finish, lanes.live]

    def make_table(self) -> None:
        """A column of rates and one of arrivals; and of the earlier ones, where they are in another order."""
        story = self.story
        self.parts = (FAR, NEAR) if words.differs(story) else (NEAR,)
        rates = [self.rate_said(walk) for walk in story.walks]
        columns = [rates]
        for part in self.parts:
            rows = range(len(story.walks))
            columns.append([words.arrival(story, row, part) for row in rows])
        heads: list[Label] = [words.rates(story), *map(words.head, self.parts)]
        name = NAME if self.table_zone.width > LITTLE else NAME_BESIDE
        walks = story.named_briefly
        self.table = WalkTable(self.stage, self.table_zone, walks, self.looks, heads, name, columns)

    def shrink_floor(self) -> None:
        """The map moves into the room below the table."""
        self.floor = RaceFloor(self.other_zone, self.whole_map)
        self.small_finish = VGroup()
        if self.whole_map.single:
            gone = self.paths.panel.drawing, *self.paths.lines
            self.play(FadeOut(*gone), run_time=SHORT)
            self.play(FadeIn(self.floor.panel.drawing, *self.floor.lines), run_time=SHORT)
        else:
            self.fly(self.floor)
        self.marks = RaceMarks(self.floor)

    def rate_said(self, walk: Walk) -> Label:
        """A walk's learning rate, where it has one."""
        run = walk.run
        return numeral(run.learning_rate, MOST_FIGURES) if run.has_rate else message("none")

    def show_race(self) -> None:
        """One clock for all: step by step until the first is in; a hold; and then the others."""
        self.made_cells()
        end = self.story.end
        found = [steps for steps in self.story.arrivals(NEAR) if steps is not None]
        if not found:
            self.run_marks(0.0, end, RACE + REST, even=False)
            return
        first = float(min(found))
        seconds = min(RACE, max(LEAST, PACE * first))
        self.run_marks(0.0, first, seconds, even=PACE * first <= RACE)
        rings = [
            self.lanes.ring(n) for n, walk in enumerate(self.story.walks) if walk in self.firsts
        ]
        self.play(*map(GrowFromCenter, rings), run_time=FADE)
        self.turn()
        self.play(FadeOut(*rings), run_time=SHORT)
        self.turn()
        times = sorted({float(steps) for steps in found if steps > first})
        for start, stop in pairwise([first, *times]):  # each of the others has a moment of its own
            self.run_marks(start, stop, REST / len(times), even=True)
            come = [n for n, steps in enumerate(self.story.arrivals(NEAR)) if steps == stop]
            rings = [self.lanes.ring(n) for n in come]
            self.play(*map(GrowFromCenter, rings), run_time=RING)
            self.play(FadeOut(*rings), run_time=RING)
        if (last := max([first, *times])) < end:
            self.run_marks(last, end, REST / 2, even=True)

    @property
    def firsts(self) -> tuple[Walk, ...]:
        """Who is first at the finish."""
        return self.story.first(NEAR)

    def made_cells(self) -> None:
        """The counts of the race, each of which is seen as soon as it is known, in the table and in its lane."""
        self.counts: list[tuple[VMobject, float]] = []
        self.beside = VGroup()
        for row, steps in enumerate(self.story.arrivals(NEAR)):
            when = self.story.end if steps is None else float(steps)
            said = words.arrival(self.story, row, NEAR)
            made: list[VMobject] = [self.table.cell(len(self.parts), row, said)]
            if steps is not None:
                made.append(self.lanes.count(row, steps))
                self.beside.add(made[1])
                self.counted_parts.append(made[1])
            self.counts += [(each.set_fill(opacity=0.0), when) for each in made]
        first = min(when for _, when in self.counts)
        self.counts.append((self.table.head(len(self.parts)).set_fill(opacity=0.0), first))
        self.add(*(cell for cell, _ in self.counts))

    def run_marks(self, first: float, last: float, seconds: float, *, even: bool) -> None:
        """The marks from one time to another, and the counts of those that come to stay."""
        cells = VGroup(*(cell for cell, _ in self.counts))
        marks, lanes = self.marks, self.lanes

        def show(time: float) -> None:
            marks.show(time)
            lanes.show(time)
            for cell, when in self.counts:
                cell.set_fill(opacity=float(time >= when - 1e-6))

        def time(part: float) -> float:
            return first + part * (last - first) if even else self.clock(part, first, last)

        moving = UpdateFromAlphaFunc(
            VGroup(marks.live, lanes.live, cells),
            lambda _, part: show(time(part)),
            rate_func=linear,
        )
        self.play(moving, run_time=seconds)
        show(last)
        self.add(marks.live, lanes.live, *cells)

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
            high=MOST,
        )

    def show_counted(self) -> None:
        """The costs as curves; the parts of the excess as lines, and from which step on each stays under them."""
        self.curves = curves = self.made_curves()
        self.spots = {}
        lanes = self.lanes
        gone = [lanes.drawing, lanes.finish, *lanes.marks, lanes.clock, self.beside]
        self.counted_parts = [curves.panel.drawing, curves.live]
        self.play(FadeOut(*gone), FadeIn(curves.panel.drawing), run_time=FADE)
        flight = TickFlight(lanes, curves)
        self.play(
            UpdateFromAlphaFunc(flight.live, lambda _, part: flight.show(part)), run_time=DRAW
        )
        clock = self.clock if self.story.is_uneven else self.even_clock
        moving = UpdateFromAlphaFunc(
            curves.live, lambda _, part: curves.show(clock(part)), rate_func=linear
        )
        self.add(curves.live)
        self.play(moving, FadeOut(flight.live), run_time=DRAW)
        curves.show(self.story.end)
        self.turn()
        self.count(len(self.parts), NEAR)
        if FAR in self.parts:
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
        scale = curves.panel.y
        if scale.low < first * part < scale.high:
            level = curves.level(first * part, words.of_the_gap(part), at_end=part == FAR)
            self.counted_parts.append(level)
            self.play(FadeIn(level), run_time=FADE)
        order = np.argsort(
            [np.inf if n is None else n for n in story.arrivals(part)], kind="stable"
        )
        there = [n for n in story.arrivals(part) if n is not None]
        places = [curves.crossing(steps, first * part) for steps in there]
        for row in map(int, order):
            steps = story.arrivals(part)[row]
            cell = self.table.cell(column, row, words.arrival(story, row, part))
            if steps is None:
                if part == FAR:
                    self.play(FadeIn(cell), run_time=COUNT)
                continue
            look = self.looks[row]
            here = curves.crossing(steps, first * part)
            if part == FAR:  # thin, as several come at nearly one time
                up = np.array([0.0, TALL, 0.0])
                tick = Line(here - up, here + up, stroke_width=ARROW, color=look.colour)
                self.counted_parts.append(tick)
                self.play(GrowFromCenter(tick), FadeIn(cell), run_time=COUNT)
                continue
            spot = look.mark(stage.palette.ground).move_to(here)
            count = stage.sentence(str(steps), em=COUNT_EM).set_fill(look.colour)
            count.next_to(spot, UP, buff=CLEAR)
            room = count.width / 2 + spot.width / 2 + CLEAR
            if sum(abs(float(place[0] - here[0])) < room for place in places) > 1:
                count = VGroup()  # beside another they would be one; the table has both
            plate = VGroup()
            if len(count):
                ground = stage.palette.ground
                plate = BackgroundRectangle(count, color=ground, fill_opacity=0.85, buff=0.03)
            self.spots[row] = spot
            self.counted_parts += [*filter(len, (plate, count)), spot]
            self.play(FadeIn(*filter(len, (plate, count)), spot), run_time=COUNT)
