"""PlaceLimits: where a cost is no quadratic, the largest rate that settles is another at every place: 2/λ_max along a walk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import Polygon, VGroup

from symgd.animations.comparing.lanes import LanePicture, look_of, marker
from symgd.animations.comparing.rate_lane import RateLane
from symgd.animations.comparing.rate_lanes import RateLanes
from symgd.animations.comparing.rate_panels import ClockScale, largest
from symgd.animations.formulas.numerals import scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.optimize.curvature import local_curvature
from symgd.writing.words import message

PLACES, ROOM, EM = 120, 0.08, 0.3
VARIES = 1.3  # times more the limit is at one place than at another, to be worth a picture
OFF, LEAST = 0.12, 1e-6
CORNERS, WIDEST = 24, 0.6


def limits_along(lanes: RateLanes) -> tuple[RateLane, list[tuple[int, float]]] | None:
    """A lane below the best, and by step 2/λ_max where it is; None where it is hardly another from place to place."""
    if lanes.basis == "curvature":
        return None
    found = list[tuple[int, float]]()
    lane = next(lane for lane in lanes.lanes if lane.kind == "good")  # whose way swings less
    logs = np.expm1(np.linspace(0, np.log1p(lane.last), PLACES))
    for step in np.unique(np.rint(logs).astype(int)).tolist():
        bent = local_curvature(lanes.story.evaluate, lane.parameters[step].tolist())
        if bent is not None and bent[-1] > LEAST * abs(bent[0]):
            found.append((step, 2 / bent[-1]))
    limits = [limit for _, limit in found]
    if len(found) <= 1 or max(limits) < VARIES * min(limits):
        return None
    return lane, found


class PlaceLimits:
    """A panel of rates by step: the limit as a curve with a plate above it, and each lane's rate as a level line."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        lanes: RateLanes,
        pictures: Sequence[LanePicture],
        found: Sequence[tuple[int, float]],
    ) -> None:
        self.stage, self.lanes = stage, lanes
        palette, limits = stage.palette, [limit for _, limit in found]
        x = ClockScale(0.0, float(max(found[-1][0], 1)), whole=True)
        y = scale_of([*limits, *(lane.rate for lane in lanes.lanes)], ROOM, log=True)
        rate = message("learning rate {rate}", rate=lanes.story.rate)
        self.panel = PlotPanel(stage, zone, x, y, x_label=message("step"), y_label=rate)
        self.panel.noted(message("logarithmic"))
        pieces = self.panel.segments(*zip(*found, strict=True))
        self.curve = drawn(stroke(palette.error, 4.0), pieces)
        self.plate = self._plate(found)
        self.name = self._name(found)
        self.levels = VGroup(*(self._level(number) for number in range(len(pictures))))

    def _plate(self, found: Sequence[tuple[int, float]]) -> Polygon:
        """Over all rates that are too large: from the curve up."""
        box = self.panel.box
        places = [self.panel.border(float(step), limit) for step, limit in found]
        ends = [np.array([places[n][0], box.top, 0.0]) for n in (-1, 0)]
        plate = Polygon(*places, *ends, stroke_width=0)
        return plate.set_fill(self.stage.palette.mark, opacity=1)

    def _name(self, found: Sequence[tuple[int, float]]) -> Typeset:
        """What the curve is, as near to it as neither curve nor lines are in its way."""
        box, panel = self.panel.box, self.panel
        said = self.stage.sentence(message("limit of the place"), " ", largest(), em=EM)
        said.at_most(box.width * WIDEST)
        places = [panel.position(float(step), limit) for step, limit in found]
        curve = np.concatenate([np.linspace(a, b, CORNERS) for a, b in pairwise(places)])
        levels = [float(panel.position(0.0, lane.rate)[1]) for lane in self.lanes.lanes]
        half = np.array([said.width / 2, said.height / 2])
        best = (np.inf, np.array(box.centre))
        for x in np.linspace(box.left + half[0] + 2 * OFF, box.right - half[0] - OFF, CORNERS):
            for y in np.linspace(box.bottom + half[1] + OFF, box.top - half[1] - OFF, CORNERS):
                away = np.abs(curve[:, :2] - (x, y)) - half
                hits = bool((away < OFF).all(axis=1).any())
                hits = hits or any(abs(level - y) < half[1] + OFF for level in levels)
                far = float(np.linalg.norm(np.maximum(away, 0), axis=1).min())
                if not hits and far < best[0]:
                    best = (far, np.array([x, y, 0.0]))
        said.move_to(best[1])
        return said

    def _level(self, number: int) -> VGroup:
        """A lane's rate, with its mark at the left."""
        rate, box = self.lanes.lanes[number].rate, self.panel.box
        look = look_of(self.stage, number)
        y = float(self.panel.position(0.0, rate)[1])
        line = look.line(self.stage.palette.ground)
        look.draw(line, [(np.array([box.left, y, 0.0]), np.array([box.right, y, 0.0]))])
        return VGroup(line, marker(number, look.colour).move_to((box.left, y, 0)))

    @property
    def whole(self) -> VGroup:
        """All of it."""
        return VGroup(self.plate, self.panel.drawing, self.curve, self.name, self.levels)
