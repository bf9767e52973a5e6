"""TickFlight: the ticks in the lanes of a race go where the same steps are on their curves."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.race_lanes import STEP_TICK, RaceLanes
from symgd.animations.pictures.plot_panel import drawn
from symgd.data.arrays import FloatArray

LEFT = 0.35  # of a tick's length, where it is on a curve


class TickFlight:
    """`live` are all walks' ticks; `show` draws them so far on the way."""

    def __init__(self, lanes: RaceLanes, curves: CostCurves) -> None:
        self.lanes, story = lanes, lanes.story
        self.ways: list[list[tuple[FloatArray, FloatArray]]] = []
        for number, walk in enumerate(story.walks):
            clock, _, cost = walk.until(story.end)
            whole = clock == clock.astype(int)
            clock, cost = clock[whole], cost[whole]
            gaps, parts = cost - story.least[0], lanes.part(number, cost)
            self.ways.append(
                [
                    (lanes.position(number, part), curves.panel.position(when, gap))
                    for when, gap, part in zip(clock, gaps, parts, strict=True)
                    if np.isfinite(gap) and gap > 0 and curves.panel.holds(when, gap)
                ]
            )
        self.live = VGroup(*lanes.ticks)

    def show(self, share: float) -> TickFlight:
        """So much of the way, from the lanes to the curves."""
        up = np.array([0.0, STEP_TICK * (1 - (1 - LEFT) * share), 0.0])
        for tick, ways in zip(self.live, self.ways, strict=True):
            places = [(1 - share) * start + share * end for start, end in ways]
            drawn(tick, [(place - up, place + up) for place in places])
        return self
