"""LaneScales: what the frames of all lanes have in common, scales and lines of equal cost."""

from __future__ import annotations

from typing import TypeAlias

import contourpy
import numpy as np

from symgd.animations.comparing.rate_lanes import RateLane, RateLanes
from symgd.animations.formulas.numerals import scale_of
from symgd.animations.pictures.even_picture import evened
from symgd.animations.staging.layout import Zone
from symgd.data.arrays import FloatArray

HEAD, SHORT_HEAD = 0.88, 0.54  # above a frame: title and name, or both in one line
EARLY = 2  # steps that are watched before the clock runs
FOOT, SHORT_FOOT = 1.12, 0.74  # below it: numbers, bar and status, or without the bar
NARROWEST = 0.65  # times its height, a frame is wide
SAMPLES, GRID = 160, (60, 60)
RATIO, LEVELS = 2.6, range(-5, 4)
ROOM, HIGHER = 0.12, 1.3  # round what a frame holds; how many times the start's height
FAR = 3.0  # ways from the start to the minimum, beyond which a path is not followed

Points: TypeAlias = FloatArray


class LaneScales:
    """What all lanes have in common: the scales of their frames, and the cost's curve or its lines of equal height."""

    def __init__(self, lanes: RateLanes, zone: Zone, foot: float = FOOT) -> None:
        self.lanes, self.story = lanes, lanes.story
        self.curved = len(self.story.names) == 1
        xs, ys = self._held()
        self.x = scale_of(xs, ROOM)
        self.y = scale_of(ys, ROOM)
        width, height = zone.width, zone.height - HEAD - foot
        self.shape = max(width / height, NARROWEST)
        if not self.curved:
            self.x, self.y, _ = evened(self.x, self.y, self.shape, 1.0)
        self.levels = [] if self.curved else self._contours()
        self.lines = self._curve() if self.curved else [p for _, part in self.levels for p in part]
        self.longest = max(map(self._longest, lanes.lanes))  # bars have one scale

    def _longest(self, lane: RateLane) -> float:
        """A lane's longest step among those that are made one at a time."""
        steps = np.linalg.norm(np.diff(lane.parameters[: EARLY + 2], axis=0), axis=1)
        return float(steps[np.isfinite(steps)].max(initial=0.0))

    def point(self, values: FloatArray) -> tuple[float, float]:
        """Where parameters are in a frame."""
        if self.curved:
            return float(values[0]), self.story.cost_of(values.tolist())
        first, second = self.lanes.axes
        return float(values[first]), float(values[second])

    def _held(self) -> tuple[list[float], list[float]]:
        """The start and what lies opposite, the minimum, and the ways of the lanes that are not too large."""
        lanes, start = self.lanes, self.lanes.start
        rows = [start]
        ends = lanes.target if lanes.target is not None else lanes.lanes[1].parameters[-1]
        rows += [ends, 2 * ends - start]
        far = FAR * float(np.linalg.norm(ends - start))
        for lane in lanes.lanes[:-1]:
            rows += [row for row in lane.parameters if np.linalg.norm(row - ends) < far]
        if not self.curved:
            first, second = lanes.axes
            table = np.array(rows)
            return table[:, first].tolist(), table[:, second].tolist()
        xs = [float(row[0]) for row in rows]
        here = float(lanes.lanes[0].cost[0])
        low = min(float(lane.cost.min()) for lane in lanes.lanes)
        return xs, [low, low + HIGHER * (here - low)]

    def _curve(self) -> list[Points]:
        xs = np.linspace(self.x.low, self.x.high, SAMPLES)
        with np.errstate(all="ignore"):
            heights = [self.story.cost_of([x]) for x in xs.tolist()]
        return [np.column_stack((xs, heights))]

    def _contours(self) -> list[tuple[float, list[Points]]]:
        """Lines of equal cost, one of them through the start, the other parameters as they are at the end."""
        lanes = self.lanes
        held = lanes.target if lanes.target is not None else lanes.start
        xs, ys = (
            np.linspace(scale.low, scale.high, count)
            for scale, count in zip((self.x, self.y), GRID, strict=True)
        )
        first, second = lanes.axes

        def cost(x: float, y: float) -> float:
            values = held.copy()
            values[first], values[second] = x, y
            return self.story.cost_of(values.tolist())

        with np.errstate(all="ignore"):
            heights = np.array([[cost(x, y) for x in xs] for y in ys])
        heights[~np.isfinite(heights)] = np.nan
        if np.isnan(heights).all():
            return []
        least = float(np.nanmin(heights)) if lanes.least is None else lanes.least
        above = float(cost(*self.point(lanes.start))) - least
        found = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(heights))
        levels = [least + above * RATIO**power for power in LEVELS]
        return [(level, [np.asarray(line) for line in found.lines(level)]) for level in levels]
