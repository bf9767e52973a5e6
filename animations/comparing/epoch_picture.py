"""EpochPicture: walks whose first epochs are seen step by step, and the later ones as a dot after each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from manim import Dot, Ellipse, VGroup, VMobject

from symgd.animations.comparing.batch_outcomes import WIDE
from symgd.animations.comparing.batch_story import FIRST
from symgd.animations.comparing.paths_picture import STOP, STOPS, STOPS_APART, PathsPicture
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.cost_map import CostMap
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

MARGIN = 0.15  # of what the walks span, round the minimum
SOON = 1e-9  # of the clock's units, by which a whole one may be missed
AWAY = 0.35  # how faint a mark is that is out of the picture
DOT, DENSE = 0.03, 0.7
DIAMOND = DOT * np.array([(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0), (1, 0, 0)])
LEAST = 0.4  # the least ring
RING = 3.5  # the width of a ring
MIDDLE, RIM = 0.075, 2.0  # of a dot in the middle of a cloud: its radius, and its rim's width


class EpochPicture(PathsPicture):
    """A cloud of dots, where a walk does not settle; a ring goes round it, and a dot stands in its middle."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        ground: CostMap,
        said: Message,
        **settings: Any,
    ) -> None:
        self.said = said
        self.dots = [stroke(look.colour, 0).set_fill(look.colour, opacity=DENSE) for look in looks]
        super().__init__(stage, zone, walks, looks, ground, **settings)
        for each, dots in zip(self.each, self.dots, strict=True):
            each.submobjects.insert(0, dots)
        self.panel.noted(said)

    def _show(self, number: int, walk: Walk, time: float) -> None:
        super()._show(number, walk, min(time, float(FIRST)))
        panel, dots = self.panel, self.dots[number]
        reached = walk.clock <= min(time, float(FIRST)) + SOON
        early = walk.points[: min(int(np.count_nonzero(reached)), STOPS)]
        places = [self.place(*each) for each in zip(early, walk.clock.tolist(), strict=False)]
        colour = self.looks[number].colour
        panel.dot(self.stops[number], panel.apart(places, STOPS_APART), STOP, colour)
        units = np.arange(FIRST + 1, math.floor(time + SOON) + 1)
        rows = np.searchsorted(walk.clock, units + SOON, side="right") - 1
        kept = [self.place(walk.points[row], float(walk.clock[row])) for row in rows]
        spots = [panel.position(*place) for place in kept if panel.holds(*place)]
        drawn(dots, [side for spot in spots for side in pairwise(spot + DIAMOND)])
        clock, points, _ = walk.until(time)
        here = self.place(points[-1], float(clock[-1]))
        self.marks[number].move_to(panel.border(*here))
        self.marks[number].set_fill(opacity=1.0 if panel.holds(*here) else AWAY)

    def faint(self, opacity: float) -> list[VMobject]:
        """The dots, for an animation in which they step back."""
        return [dots.animate.set_fill(opacity=opacity) for dots in self.dots]

    def _late(self, number: int) -> FloatArray:
        """Where a walk is in the later half of its time, as positions."""
        walk = self.walks[number]
        late = walk.clock >= walk.end / 2
        chosen = zip(walk.points[late], walk.clock[late].tolist(), strict=True)
        return np.array([self.panel.position(*self.place(*each)) for each in chosen])

    def cloud(self, number: int) -> Ellipse:
        """A ring about where a walk is in the later half of its time, as long and as oblique as its cloud."""
        return ring_about(self._late(number), self.looks[number].colour)

    def middle(self, number: int) -> VGroup:
        """A dot where the mean of these places is."""
        spot, colour = self._late(number).mean(axis=0), self.looks[number].colour
        dot = Dot(spot, radius=MIDDLE).set_fill(self.stage.palette.ground, opacity=1)
        return VGroup(dot.set_stroke(colour, width=RIM))


def ring_about(spots: FloatArray, colour: str) -> Ellipse:
    """A ring about a cloud, as long and as oblique as it is."""
    sizes, ways = np.linalg.eigh(np.atleast_2d(np.cov(spots[:, :2].T, bias=True)))
    high, wide = np.maximum(2 * WIDE * np.sqrt(np.maximum(sizes, 0.0)), LEAST)
    ring = Ellipse(width=float(wide), height=float(high))
    ring.rotate(math.atan2(ways[1, 1], ways[0, 1])).move_to(spots.mean(axis=0))
    return ring.set_stroke(colour, width=RING)


def close_picture(far: EpochPicture, ground: CostMap, last: int) -> EpochPicture:
    """The places of so many last steps of the last walk, as large as there is room for."""
    window = [far.walks[-1].points[-last - 1 :]]
    made = EpochPicture(
        far.stage,
        far.zone,
        far.walks,
        far.looks,
        ground,
        said=message("step by step"),
        window=window,
    )
    made.show(max(walk.end for walk in far.walks))
    return made


def far_picture(
    stage: Stage,
    zone: Zone,
    walks: Sequence[Walk],
    looks: Sequence[WalkLook],
    ground: CostMap,
    **said: Message,
) -> EpochPicture:
    """All of the walks, and room for the cross."""
    places = np.array([*(point for walk in walks for point in walk.points), ground.held])
    room = MARGIN * np.ptp(places, axis=0)
    beside = [ground.held - room, ground.held + room]
    return EpochPicture(stage, zone, walks, looks, ground, beside=beside, **said)


def first_picture(far: EpochPicture, beside: PlotPanel) -> EpochPicture:
    """The first epochs of the walks, and all that another panel shows."""
    window = [walk.points[walk.clock <= FIRST + SOON] for walk in far.walks]
    corners = np.repeat(far.ground.held[None, :], 2, axis=0)
    for axis, scale in zip(far.ground.axes, (beside.x, beside.y), strict=True):
        corners[:, axis] = scale.low, scale.high
    return EpochPicture(
        far.stage,
        far.zone,
        far.walks,
        far.looks,
        far.ground,
        said=message("step by step"),
        window=[*window, corners],
    )


def near_picture(far: EpochPicture, ground: CostMap, last: int, *, least: bool) -> EpochPicture:
    """Where the walks were in the later half of their time, and where the cost is `least`; else a walk's last steps."""
    if least:
        late = [walk.points[walk.clock >= walk.end / 2] for walk in far.walks[1:]]
        rings = [each.mean(0) + side * WIDE * each.std(0) for each in late for side in (1, -1)]
        whole, span = far.walks[0].points[-1], np.ptp(rings, axis=0)
        beside = [whole] if (np.abs(whole - ground.held) <= span).all() else []
        window = [*late, np.array([*rings, *beside, ground.held])]
    else:
        window = [far.walks[-1].points[-last - 1 :]]
    made = EpochPicture(
        far.stage, far.zone, far.walks, far.looks, ground, said=far.said, window=window
    )
    made.show(max(walk.end for walk in far.walks))
    return made
