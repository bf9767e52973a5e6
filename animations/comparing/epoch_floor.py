"""EpochFloor: where all walks are after each epoch, large and with scales, and beside it each walk's own steps, small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import Ellipse, ReplacementTransform, VGroup

from symgd.animations.comparing.floor_lanes import EM, GAP, HEAD, RING, FloorLane
from symgd.animations.comparing.paths_picture import STEPS, PathsPicture
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.bare_frame import border_of
from symgd.animations.pictures.plot_panel import BOTTOM, LEFT, RIGHT, TOP, drawn
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.cost_map import CostMap
from symgd.writing.words import Message

NARROWEST = 1.2  # a lane
MARGIN = 0.15  # of what the walks span, round the minimum
SOON = 1e-9  # of the clock's units, by which a whole one may be missed
DOT, DENSE = 0.03, 0.7
DIAMOND = DOT * np.array([(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0), (1, 0, 0)])
WIDE, LEAST = 2.2, 0.4  # standard deviations about a cloud, and the least ring


class EpochPicture(PathsPicture):
    """Walks of which the first epochs are a line each, and the later ones a dot each: a cloud, where they don't settle."""

    def _show(self, number: int, walk: Walk, time: float) -> None:
        super()._show(number, walk, time)
        clock, points, _ = walk.until(time)
        late = range(STEPS + 1, int(np.searchsorted(walk.clock, time + SOON, side="right")))
        places = [self.place(points[row], float(clock[row])) for row in late]
        spots = [self.panel.position(*place) for place in places if self.panel.holds(*place)]
        line, colour = self.later[number], self.looks[number].colour
        line.set_stroke(width=0).set_fill(colour, opacity=DENSE)
        drawn(line, [side for spot in spots for side in pairwise(spot + DIAMOND)])

    def show_all(self) -> EpochPicture:
        """The walks to their ends."""
        self.show(max(walk.end for walk in self.walks))
        return self

    def cloud(self, number: int) -> Ellipse:
        """A ring about where a walk is in the later half of its time, as long and as oblique as its cloud."""
        walk = self.walks[number]
        late = walk.clock >= walk.end / 2
        chosen = zip(walk.points[late], walk.clock[late].tolist(), strict=True)
        spots = np.array([self.panel.position(*self.place(*each)) for each in chosen])
        sizes, ways = np.linalg.eigh(np.atleast_2d(np.cov(spots[:, :2].T, bias=True)))
        high, wide = np.maximum(2 * WIDE * np.sqrt(np.maximum(sizes, 0.0)), LEAST)
        ring = Ellipse(width=float(wide), height=float(high))
        ring.rotate(math.atan2(ways[1, 1], ways[0, 1])).move_to(spots.mean(axis=0))
        return ring.set_stroke(self.looks[number].colour, width=RING)


class EpochFloor:
    """The `large` picture stands at the left or above, the `lanes` beside or below it, in the same scales."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        ground: CostMap,
        *,
        said: Message,
        clock: Message,
    ) -> None:
        large, cells = parts_of(zone, len(walks))
        self.zone, self.said = large, said
        by_epoch = [walk.by_unit() for walk in walks]
        places = np.array([*(point for walk in by_epoch for point in walk.points), ground.held])
        room = MARGIN * np.ptp(places, axis=0)
        beside = [ground.held - room, ground.held + room]  # the cross has room in small frames
        self.large = EpochPicture(stage, large, by_epoch, looks, ground, beside=beside, clock=clock)
        self.large.panel.noted(said)
        self.lanes = [
            FloorLane(cell, [walk], [look], self.large, noisy=True)
            for cell, walk, look in zip(cells, walks, looks, strict=True)
        ]
        self.live = VGroup(self.large.live, *(lane.live for lane in self.lanes))

    def show(self, time: float) -> EpochFloor:
        """All walks until a time of the clock."""
        self.large.show(time)
        for lane in self.lanes:
            lane.show(time)
        return self

    def near(self, ground: CostMap, *, least: bool) -> EpochPicture:
        """Where the walks were in the later half of their time, and where the cost is `least`."""
        large = self.large
        late = [walk.points[walk.clock >= walk.end / 2] for walk in large.walks[1:]]
        rings = [
            points.mean(0) + side * WIDE * points.std(0) for points in late for side in (1, -1)
        ]
        ends = [walk.points[-1] for walk in large.walks]
        held = [ground.held] if least else []
        window = (*late, np.array([*rings, *ends, *held]))
        made = EpochPicture(large.stage, self.zone, large.walks, large.looks, ground, window=window)
        made.panel.noted(self.said)
        return made.show_all()

    def copied(self, number: int) -> ReplacementTransform:
        """A copy of the large floor becomes a small one, with its walk's mark."""
        large, lane = self.large, self.lanes[number]
        outline = border_of(large.stage, large.panel.box)
        before = VGroup(outline, large.lines.copy(), large.marks[number].copy())
        after = VGroup(lane.panel.drawing[0], lane.lines, *lane.marks)
        return ReplacementTransform(before, after)


def parts_of(zone: Zone, count: int) -> tuple[Zone, list[Zone]]:
    """Room for a large panel and for so many small ones of its shape, beside it or below it, whichever are larger."""
    choices = [_beside(zone, count), _below(zone, count)]
    return max(choices, key=lambda parts: parts[0].width * parts[0].height)


def _beside(zone: Zone, count: int) -> tuple[Zone, list[Zone]]:
    """Lanes in a column at the right: as wide as their height and the large panel's shape ask for."""
    high = (zone.height - GAP * (count - 1)) / count - HEAD
    tall = zone.height - BOTTOM - TOP
    wide = (zone.width - GAP - LEFT - RIGHT) / (1 + high / tall)  # of the large panel's box
    small = max(NARROWEST, wide * high / tall)
    large, rest = zone.columns(zone.width - GAP - small, small, gap=GAP)
    return large, rest.rows(*[1.0] * count, gap=GAP)


def _below(zone: Zone, count: int) -> tuple[Zone, list[Zone]]:
    """Lanes in a row below: as high as their width and the large panel's shape ask for."""
    broad = (zone.width - GAP * (count - 1)) / count
    wide = zone.width - LEFT - RIGHT
    ratio = broad / wide
    tall = (zone.height - GAP - BOTTOM - TOP - HEAD) / (1 + ratio)
    low = max(math.ceil(EM), tall * ratio) + HEAD
    large, rest = zone.rows(zone.height - GAP - low, low, gap=GAP)
    return large, rest.columns(*[1.0] * count, gap=GAP)
