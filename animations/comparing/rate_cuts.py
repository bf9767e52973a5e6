"""RateCuts: the map is cut across and along; a place is two distances, and on each line a step has a factor of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Create, FadeIn, FadeOut, Mobject

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.cut_legs import CutLegs
from symgd.animations.comparing.cut_map import CutMap
from symgd.animations.comparing.factor_slice import FactorSlice
from symgd.animations.comparing.lanes import look_of, marker
from symgd.animations.comparing.leg_rows import LegRows
from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.comparing.rate_lanes import RateLane, RateLanes
from symgd.animations.comparing.slope_measure import PLACES, SlopeMeasure
from symgd.animations.formulas.formula import Formula
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

FADE, MOVE, AWAY = 0.6, 1.2, 0.3
RISE, SLIDE = 2.0, 1.4
STEPS, FIRST, LATER = 4, 1.5, 0.9  # that are walked on the map, and the seconds of one
LINE = 0.3


class RateCuts(RunLesson):
    """Both cuts, the legs of the start and of some steps, and the slope on the cut across."""

    lanes: RateLanes
    board: Zone
    rule: Formula
    legs: CutLegs
    leg_rows: LegRows

    def show_legs(self, shown: CutMap, leave: list[Mobject]) -> None:
        """The start drops onto both lines; a few steps of the best rate follow, on the map and in numbers."""
        self.play(*map(FadeOut, leave), FadeIn(shown.drawing), run_time=MOVE)
        self.set_heading(words.TWO_WAYS)
        for cut, name in zip(shown.cuts, shown.names, strict=True):
            self.play(Create(cut), FadeIn(name), run_time=FADE)
        self.turn()
        lane, number = self.best()
        places = self.legs_of(shown, lane, number)
        zone = self.board
        room = Zone(zone.left, zone.right, zone.bottom, float(self.rule.get_bottom()[1]) - LINE)
        distances = [self.legs.distances(place) for place in places]
        self.leg_rows = rows = LegRows(self.stage, room, distances)
        self.play(*map(Create, self.legs.drops), run_time=FADE)
        self.play(*map(Create, self.legs.legs), FadeIn(self.legs.names), run_time=FADE)
        self.add(self.legs.whole)
        self.play(FadeIn(rows.head), FadeIn(rows.rows[0]), run_time=FADE)
        self.turn()
        self.walk_legs(places, rows)

    def best(self) -> tuple[RateLane, int]:
        """The lane called best, and its number."""
        number = next(n for n, lane in enumerate(self.lanes.lanes) if lane.kind == "best")
        return self.lanes.lanes[number], number

    def legs_of(self, shown: CutMap, lane: RateLane, number: int) -> list[FloatArray]:
        """Make the legs of the start; the first places of a lane's walk."""
        mark = marker(number, look_of(self.stage, number).colour)
        places = [np.asarray(row) for row in lane.parameters[: STEPS + 1]]
        self.legs = CutLegs(shown, places[0], mark)
        return places

    def walk_legs(self, places: list[FloatArray], rows: LegRows | None = None) -> None:
        """The mark goes from place to place with its legs; each place gets its row."""
        for step in range(1, len(places)):
            before, after = places[step - 1], places[step]
            self.moving(
                _between(self.legs, before, after), FIRST if step == 1 else LATER, self.legs.whole
            )
            if rows is not None and step < len(rows.rows):
                self.play(FadeIn(rows.rows[step]), run_time=AWAY)

    def cut_map(self, shown: CutMap, ground: FactorSlice) -> None:
        """Of both cuts the one across stays; it turns level, and its places rise to what the cost is there."""
        along = [shown.cuts[1], shown.names[1], self.legs.whole, self.leg_rows.whole]
        self.play(*map(FadeOut, along), run_time=FADE)
        self.remove(*along)
        rises = shown.rises(ground)
        self.remove(shown.cross)
        self.add(rises.whole)
        gone = [shown.panel.drawing, shown.lines, shown.start, shown.names[0], shown.cuts[0]]
        self.play(FadeOut(*gone), run_time=FADE)
        self.remove(*gone)
        self.moving(rises.show, RISE, rises.whole)
        self.remove(rises.whole, *rises.whole)
        self.add(ground.curve, ground.foot)
        self.play(FadeIn(ground.scale), run_time=FADE)
        self.turn()

    def measure_slope(self, ground: FactorSlice, lines: LimitLines) -> None:
        """At distance 1 the slope is read, and at half of it: it is as many times the distance everywhere."""
        said, known = lines.letters
        top, foot = float(self.rule.get_bottom()[1]), float(lines.letters.get_top()[1])
        zone = Zone(self.board.left, self.board.right, foot + LINE / 2, top - LINE / 2)
        measure = SlopeMeasure(ground, zone)
        self.play(FadeIn(said), FadeIn(measure.live), run_time=FADE)
        for n, place in enumerate(PLACES):
            if n:
                self.moving(_sliding(measure, PLACES[n - 1], place), SLIDE, measure.live)
            row = measure.rows[n]
            head, tail = measure.parts(n)
            flown = measure.label.copy()
            self.play(flown.animate.match_width(tail).move_to(tail), run_time=FADE)
            self.play(FadeIn(head), run_time=AWAY)
            self.remove(flown, head)
            self.add(row)
        self.turn()
        self.play(FadeIn(measure.rows[-1]), run_time=FADE)
        self.moving(_sliding(measure, PLACES[-1], PLACES[0]), FADE, measure.live)
        self.play(FadeIn(known), run_time=FADE)
        self.wait(FADE)
        self.play(FadeOut(*measure.rows), FadeOut(measure.label), run_time=AWAY)
        self.remove(*measure.rows, measure.live, *measure.live)
        self.add(*ground.slope[:2])
        self.play(FadeIn(ground.slope[2]), run_time=AWAY)


def _between(legs: CutLegs, before: FloatArray, after: FloatArray) -> Callable[[float], object]:
    return lambda part: legs.show((1 - part) * before + part * after)


def _sliding(measure: SlopeMeasure, before: float, after: float) -> Callable[[float], object]:
    return lambda part: measure.show((1 - part) * before + part * after)
