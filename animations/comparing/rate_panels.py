"""Two panels: what is left of all lanes' ways on one logarithmic clock, and the steps that each rate takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import DL, UR, Rectangle, VGroup, VMobject

from symgd.animations.comparing.count_scale import CountScale, count_scale
from symgd.animations.comparing.lane_details import LIMIT as LIMIT
from symgd.animations.comparing.lanes import LanePicture, look_of, marker
from symgd.animations.comparing.rate_directions import RateDirection, RateDirections, named
from symgd.animations.comparing.rate_lanes import PER_CENT, RateLane, RateLanes
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.plot_panel import LEFT, PlotPanel, drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Fraction, number
from symgd.writing.words import Message, message

CORNERS = 300
EM, BOUND_EM = 0.28, 0.34
HIGHEST = 4.0  # times the first value, above which a lane leaves the panel
UNDER = 2.5  # times less than what is left of a lane that is there, the panel ends
DEEPEST = 1e-12
ROOM = 0.1
NARROW, SLOWER = (
    0.35,
    2.5,
)  # how near to an arrival, in logarithms of the step, the clock is so much slower
SMALL, ALONE = 0.03, 0.4
ALONG, TURNS, OFFSETS = 40, 32, (0.14, 0.18, 0.26, 0.4)  # where places for a count are looked for
MARGIN, FORBIDDEN = 0.04, 1e6
OFF = 0.08  # from the scales
BELOW = (
    4.0  # so many times fewer steps than the fewest, the scale begins: the counts have the height
)
WIDER = 1.2  # times the largest rate, for a word beside its mark
UNITS = (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
TENS = (0, 1, 10, 100, 1_000, 10_000)
TWO = 2
FINE, BAND = 600, 8.0  # rates of a line that is worked out; as a wide band it lies below the counts
LEFT_OF_WAY = message("distance left, in %")
INFINITE = "∞"
TEAR, ENDLESS_EM, LATER_EM = 0.12, 0.4, 0.26


@dataclass(frozen=True)
class ClockScale(Scale):
    """Steps from 0 on, the later ones closer together: equal ways are equal factors, but for the first steps."""

    def part(self, value: float) -> float:
        """Where a step stands."""
        return math.log1p(max(value, 0.0)) / math.log1p(self.high)

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """Some round steps."""
        chosen = UNITS if sum(unit <= self.high for unit in UNITS) <= most else TENS
        return tuple(float(unit) for unit in chosen if unit <= self.high)

    def step(self, part: float) -> float:
        """The step that stands there."""
        return math.expm1(part * math.log1p(self.high))


class Pace:
    """How the clock runs: equal times for equal factors, and slower near the steps at which a lane arrives."""

    def __init__(self, most: float, arrivals: Sequence[int]) -> None:
        self.logs = np.linspace(0.0, math.log1p(most), CORNERS)
        slower = sum(
            (np.exp(-(((self.logs - math.log1p(step)) / NARROW) ** 2)) for step in arrivals),
            np.zeros(CORNERS),
        )
        held = 1 + SLOWER * slower
        times = np.concatenate(([0.0], np.cumsum((held[1:] + held[:-1]) / 2)))
        self.times = times / times[-1]

    def part(self, step: float) -> float:
        """When a step is reached: 0 at the start, 1 at the end."""
        return float(np.interp(math.log1p(step), self.logs, self.times))

    def step(self, part: float) -> float:
        """The step that is reached then."""
        return math.expm1(float(np.interp(part, self.times, self.logs)))


class ClockPanel:
    """How much of the way to the minimum is left by step, all lanes in one panel, and below which part a lane is there.

    Where no lane arrives it is the cost.
    """

    def __init__(
        self, stage: Stage, zone: Zone, lanes: RateLanes, pictures: Sequence[LanePicture]
    ) -> None:
        self.stage, self.lanes, self.pictures = stage, lanes, pictures
        self.values = [self._values(lane) for lane in lanes.lanes]
        self.log = all(np.nanmin(values[: lane.last + 1]) > 0 for values, lane in self._pairs())
        first = float(self.values[0][0])
        goal = lanes.near * PER_CENT if lanes.target is not None and lanes.arrive else None
        least = DEEPEST * first if goal is None else goal / UNDER
        held = [first] + [
            max(float(value), least) if self.log else float(value)
            for values, picture in zip(self.values, pictures, strict=True)
            for value in values[: picture.last + 1]
            if np.isfinite(value) and value < HIGHEST * first
        ]
        self.x = ClockScale(0.0, float(max(lanes.most, 1)), whole=True)
        y = scale_of(held, ROOM, log=self.log)
        name: Label = lanes.story.problem.cost_name if goal is None else LEFT_OF_WAY
        self.panel = PlotPanel(stage, zone, self.x, y, x_label=message("step"), y_label=name)
        if self.log:
            self.panel.noted(message("logarithmic"))
        self.looks = [look_of(stage, n) for n in range(len(pictures))]
        self.goal = VGroup()
        if goal is not None and self.panel.y.low < goal:
            self.goal = self._goal(goal)
            self.panel.drawing.add(self.goal)
        self.curves = [look.line(stage.palette.ground) for look in self.looks]
        self.heads = [marker(n, look.colour) for n, look in enumerate(self.looks)]
        self.live = VGroup(*self.curves, *self.heads)
        self.show(0.0)

    def _pairs(self) -> list[tuple[FloatArray, LanePicture]]:
        return [*zip(self.values, self.pictures, strict=True)]

    def _values(self, lane: RateLane) -> FloatArray:
        """What is left of the way, without what is rounding; else the cost."""
        away = self.lanes.away(lane)
        if away is None:
            return lane.cost
        return np.where(away > DEEPEST * away[0], away, np.nan)

    def _goal(self, goal: float) -> VGroup:
        """A dashed line, below which a lane is there."""
        box = self.panel.box
        y = float(self.panel.position(0.0, goal)[1])
        ends = np.array([box.left, y, 0.0]), np.array([box.right, y, 0.0])
        line = drawn(stroke(self.stage.palette.ink, 1.5), [ends], dashed=True)
        said = self.stage.sentence(message("there: {part} %", part=numeral(goal, 2)), em=EM)
        return VGroup(line, said.put(box.left + OFF, y + OFF))

    def show(self, time: float) -> ClockPanel:
        """Draw every lane's cost as far as the clock has come."""
        for look, curve, head, (values, picture) in zip(
            self.looks, self.curves, self.heads, self._pairs(), strict=True
        ):
            last = min(int(time), picture.last)
            logs = np.linspace(0.0, math.log1p(last), CORNERS)
            steps = np.unique(np.rint(np.expm1(logs)).astype(int))
            points = [(float(k), float(values[k])) for k in steps if np.isfinite(values[k])]
            if self.log and last and np.isfinite(picture.lane.cost[last]) and points[-1][0] < last:
                points.append((float(last), self.panel.y.low))  # the gap is rounding: the floor
            xs, ys = zip(*points, strict=True)
            look.draw(curve, self.panel.segments(xs, ys))
            head.move_to(self.panel.border(*points[-1]))
            gone = picture.left is not None and time >= picture.left
            head.set_fill(opacity=0.0 if gone else 1.0)
            head.set_stroke(look.colour, width=2.0 if gone else 0.0)
        return self


class CountPanel:
    """How many steps each rate takes: the lanes among all that were tried, and the rate above which none arrives."""

    def __init__(
        self, stage: Stage, zone: Zone, lanes: RateLanes, pictures: Sequence[LanePicture]
    ) -> None:
        self.stage, self.lanes, self.pictures = stage, lanes, pictures
        # the counts of each way alone go down to one step: then so does the scale
        self.ways = lanes.basis == "curvature" and len(lanes.start) > 1
        counted = {rate: steps for rate, steps in lanes.tried.items() if steps}
        counted |= {lane.rate: lane.arrived for lane in lanes.lanes if lane.arrived}
        self.counted = dict(sorted(counted.items()))
        rates = [*self.counted, *(lane.rate for lane in lanes.lanes)]
        if lanes.limit is not None:
            rates.append(lanes.limit)
        most = max(self.counted.values(), default=1)
        rates.append(WIDER * max(rates))
        x = Scale(0.0, max(rates))
        fewest = min(self.counted.values(), default=1)
        least = 1.0 if self.ways else max(1.0, fewest / BELOW)
        y = count_scale(
            scale_of([least, float(most) * 2], ROOM, log=True),
            torn=any(lane.arrived is None for lane in lanes.lanes),
        )
        rate = message("learning rate {rate}", rate=lanes.story.rate)
        self.panel = PlotPanel(stage, zone, x, y, x_label=rate, y_label=message("steps"))
        self.torn = self._torn(y)
        self.panel.drawing.add(self.torn)
        self.curve = stroke(stage.palette.ink, 2.2)
        drawn(self.curve, self.panel.segments([*self.counted], [*self.counted.values()]))
        self.curve.add(*self._dots())
        self.beyond = self._beyond()
        shapes = [self._shape(n) for n in range(len(pictures))]
        words = self._words(shapes)
        self.marks = VGroup(*(VGroup(*pair) for pair in zip(shapes, words, strict=True)))

    def _dots(self) -> VGroup:
        """Each rate that was tried."""
        made = VGroup()
        self.panel.dot(made, [*self.counted.items()], SMALL, self.stage.palette.ink)
        return made

    def _shape(self, number: int) -> VMobject:
        """A lane's mark; that of one which does not arrive stands at the top."""
        lane = self.lanes.lanes[number]
        mark = marker(number, look_of(self.stage, number).colour)
        x = self.panel.border(lane.rate, 1.0)[0]
        y = self.height_of(lane.arrived)
        return mark.move_to((x, y, 0))

    def height_of(self, arrived: int | None) -> float:
        """Where a count stands; above the tear, where there is none."""
        box, scale = self.panel.box, self.panel.y
        assert isinstance(scale, CountScale)
        part = scale.part(float(arrived)) if arrived else scale.never
        return box.bottom + box.height * part

    def _torn(self, scale: CountScale) -> VGroup:
        """The axis is torn below the place of those that never arrive, which is marked as infinite."""
        box, ink = self.panel.box, self.stage.palette.ink
        if scale.tear >= 1:
            return VGroup()
        y = box.bottom + box.height * scale.tear
        gap = Rectangle(width=2 * TEAR, height=TEAR, stroke_width=0, fill_opacity=1)
        gap.set_fill(self.stage.palette.ground).move_to((box.left, y, 0))
        lips = VGroup()
        for up in (-TEAR / 2, TEAR / 2):
            start, end = (
                (box.left - TEAR, y + up - TEAR / 2, 0),
                (box.left + TEAR, y + up + TEAR / 2, 0),
            )
            lips.add(drawn(stroke(ink, 1.5), [(np.array(start), np.array(end))]))
        sign = self.stage.sentence(INFINITE, em=ENDLESS_EM)
        later = [each.lane.last for each in self.pictures if each.not_yet]
        if later:  # there perhaps, after more steps than were made
            sign = self.stage.sentence("> ", self.stage.words.number(min(later)), em=LATER_EM)
            sign.at_most(LEFT - TEAR)
        sign.put(box.left - TEAR - sign.width, self.height_of(None) - sign.em / 4)
        return VGroup(gap, lips, sign)

    def _words(self, shapes: Sequence[VMobject]) -> list[VMobject]:
        """The counts beside their marks, where neither curve, marks, limit nor other counts are."""
        spots = [self.panel.position(rate, float(n)) for rate, n in self.counted.items()]
        taken = [shape.get_center() for shape in shapes]
        taken += [p for a, b in pairwise(spots) for p in np.linspace(a, b, ALONG)]
        if self.lanes.limit is not None:
            x, box = float(self.panel.position(self.lanes.limit, 1.0)[0]), self.panel.box
            taken += [np.array([x, y, 0.0]) for y in np.linspace(box.bottom, box.top, CORNERS)]
        made: list[VMobject] = []
        for picture, shape in zip(self.pictures, shapes, strict=True):
            word = self.stage.sentence(picture.outcome(), em=EM)
            others = [other.get_center() for other in shapes if other is not shape]
            self._clear(word, shape.get_center(), np.array(taken), np.array(others))
            corners = np.linspace(word.get_corner(DL), word.get_corner(UR), ALONG)
            taken += [*corners, *(corners * (1, -1, 1) + (0, 2 * word.get_center()[1], 0))]
            made.append(word)
        return made

    def _clear(
        self,
        word: VMobject,
        here: FloatArray,
        taken: FloatArray,
        others: FloatArray,
    ) -> None:
        """Move a word to the place round a mark at which least is in its way; of several, near to it alone."""
        box, half = self.panel.box, np.array([word.width / 2, word.height / 2])
        found: list[tuple[float, float, FloatArray]] = []
        for turn in np.linspace(0, 2 * np.pi, TURNS, endpoint=False):
            for off in OFFSETS:
                way = np.array([math.cos(turn), math.sin(turn), 0.0])
                centre = here + way * (off + abs(way[0]) * half[0] + abs(way[1]) * half[1])
                low = np.array([box.left + half[0] + OFF, box.bottom + half[1] + OFF])
                high = np.array([self._settles(here) - half[0], box.top - half[1]])
                out = float(np.abs(centre[:2] - np.clip(centre[:2], low, high)).sum())
                away = np.abs(taken[:, :2] - centre[:2]) - half
                hits = int((away < MARGIN).all(axis=1).sum())
                alone = min(1.0, float(np.linalg.norm(others - centre, axis=1).min(initial=1.0)))
                found.append((hits + FORBIDDEN * (out > 0), off - ALONE * alone, centre))
        word.move_to(min(found, key=lambda each: each[:2])[2])

    def _settles(self, here: FloatArray) -> float:
        """Where the counts of rates that settle end; a mark beyond the limit has its word there as well."""
        right, limit = float(self.panel.box.right), self.lanes.limit
        if limit is None:
            return right
        end = float(self.panel.position(limit, 1.0)[0])
        return end - OFF if here[0] < end else right

    def alone(self, directions: RateDirections) -> VGroup:
        """The steps that each rate would take along each of both ways alone, as wide bands with their names."""
        made, panel = VGroup(), self.panel
        palette, near = self.stage.palette, self.lanes.near
        top = self.panel.y.top if isinstance(self.panel.y, CountScale) else math.inf
        rates = np.linspace(panel.x.low, panel.x.high, FINE)[1:]
        for row, way in enumerate((directions.across, directions.along)):
            found = [(rate, way.steps(float(rate), near)) for rate in rates.tolist()]
            pieces = [
                piece
                for (a, one), (b, two) in pairwise(found)
                if one is not None and two is not None and max(one, two) <= top
                for piece in panel.segments((a, b), (one, two))
            ]
            line = drawn(stroke(palette.ink, BAND, faintest(palette.ink, palette.ground)), pieces)
            made.add(VGroup(line, self._called(named(row), pieces, way, row)))
        return made

    def _called(
        self,
        said: Message,
        pieces: Sequence[tuple[FloatArray, FloatArray]],
        way: RateDirection,
        row: int,
    ) -> VMobject:
        """The name of such a line: of that across at the foot of its rise, of that along over its end."""
        word, box = self.stage.sentence(said, em=EM), self.panel.box
        if not pieces:
            return VMobject()
        place = pieces[-1][1] + np.array([-word.width / 2, word.height / 2 + 2 * OFF, 0.0])
        if row == 0:  # it is least where one step is enough: over that place, between its sides
            least = 1 / way.curvature
            ends = np.array([end for _, end in pieces])
            place = ends[ends[:, 1].argmin()] + np.array([0.0, word.height / 2 + OFF, 0.0])
            if least < self.panel.x.high:  # so far up that its sides are on both sides of the word
                room = np.array([word.width / 2 + 2 * OFF, word.height / 2 + OFF])
                while place[1] < box.top and (np.abs(ends - place)[:, :2] < room).all(axis=1).any():
                    place = place + np.array([0.0, OFF, 0.0])
        low = np.array([box.left + word.width / 2, box.bottom + word.height / 2, 0.0])
        high = np.array([box.right - word.width / 2, box.top - word.height / 2, 0.0])
        return word.move_to(np.clip(place, low + OFF, high))

    def _beyond(self) -> VGroup:
        """A plate over the rates that do not settle; nothing where no limit is known."""
        limit, box = self.lanes.limit, self.panel.box
        if limit is None:
            return VGroup()
        x = float(self.panel.position(limit, 1.0)[0])
        plate = Rectangle(width=box.right - x, height=box.height, stroke_width=0, fill_opacity=1)
        plate.set_fill(self.stage.palette.mark).move_to(((x + box.right) / 2, box.centre[1], 0))
        return VGroup(plate)

    def border(self) -> VGroup:
        """The largest rate that settles, as a dashed line; nothing where it is not known."""
        limit, box = self.lanes.limit, self.panel.box
        if limit is None:
            return VGroup()
        x = float(self.panel.position(limit, 1.0)[0])
        ends = np.array([x, box.bottom, 0.0]), np.array([x, box.top, 0.0])
        line = drawn(stroke(self.stage.palette.error, 2.5), [ends], dashed=True)
        bound = Equation(largest(), numeral(limit))
        word = self.stage.sentence(bound, em=BOUND_EM)
        left = min(max(x - word.width / 2, box.left + box.width / 4), box.right - word.width)
        word.put(left, box.top)
        return VGroup(line, word.shift((0, box.top + OFF / 2 - float(word.get_bottom()[1]), 0)))


def largest() -> Fraction:
    """2/λ_max."""
    return Fraction(number(TWO), LIMIT)
