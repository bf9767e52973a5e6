"""LastSteps: a walk's last steps from near, one by one: the whole cost after each, those that went up boldly, and counted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Triangle, VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Term
from symgd.writing.words import message

STEPS = 24
UP, DOWN, TRAIL = 4.5, 1.6, 1.6
TIP, SIDE = 0.07, 0.5  # of the head of a step that went up; of a step, free at both sides
ROOM, EM = 0.1, 0.27


class LastSteps:
    """`panel` stands still, `live` follows `show`, as does the `trail` of the same steps on a floor."""

    def __init__(
        self, stage: Stage, zone: Zone, walk: Walk, look: WalkLook, cost: Term, floor: PathsPicture
    ) -> None:
        self.stage, self.walk, self.look, self.floor = stage, walk, look, floor
        self.first = max(0, len(walk.cost) - 1 - STEPS)
        self.costs = walk.cost[self.first :]
        self.count = len(self.costs) - 1
        self.steps = self.first + np.arange(self.count + 1)
        x = Scale(float(self.first) - SIDE, float(self.steps[-1]) + SIDE, whole=True)
        y = scale_of(self.costs.tolist(), ROOM)
        self.panel = PlotPanel(stage, zone, x, y, x_label=message("step"), y_label=cost)
        palette = stage.palette
        self.downs = stroke(palette.ink, DOWN)
        self.ups = stroke(look.colour, UP)
        self.tips, self.counter = VGroup(), VGroup()
        self.mark = look.mark(palette.ground)
        self.live = VGroup(self.downs, self.ups, self.tips, self.mark, self.counter)
        self.trail = stroke(look.colour, TRAIL)
        self.there = floor.marks[-1]
        self._counters: dict[int, Typeset] = {}
        self.show(0.0)

    def show(self, time: float) -> LastSteps:
        """So many of the steps, the last one in part."""
        whole = min(int(time + 1e-9), self.count)
        rows = [*range(whole + 1)]
        spots = [self._spot(row) for row in rows]
        if whole < self.count:
            part = time - whole
            spots.append((1 - part) * spots[-1] + part * self._spot(whole + 1))
        pairs = [*pairwise(spots)]
        rises = [bool(self.costs[n + 1] > self.costs[n]) for n in range(len(pairs))]
        drawn(self.downs, [pair for pair, up in zip(pairs, rises, strict=True) if not up])
        drawn(self.ups, [pair for pair, up in zip(pairs, rises, strict=True) if up])
        self._show_tips([pair[1] for pair, up in zip(pairs, rises[:whole], strict=False) if up])
        self.mark.move_to(spots[-1])
        self._count(sum(rises[:whole]))
        self._show_trail(time)
        return self

    def _spot(self, row: int) -> FloatArray:
        return self.panel.position(float(self.steps[row]), float(self.costs[row]))

    def _show_tips(self, spots: list[FloatArray]) -> None:
        """A head at the end of each step that went up."""
        while len(self.tips) > len(spots):
            self.tips.remove(self.tips[-1])
        for spot in spots[len(self.tips) :]:
            tip = Triangle(stroke_width=0).set_fill(self.look.colour, opacity=1)
            self.tips.add(tip.scale_to_fit_height(2 * TIP).move_to(spot))

    def _count(self, rises: int) -> None:
        """How many of them went up so far, at the top right."""
        if rises not in self._counters:
            said = message("went up: {rises}", rises=numeral(rises))
            self._counters[rises] = self.panel.corner(said, EM)
        self.counter.submobjects = [self._counters[rises]]

    def _show_trail(self, time: float) -> None:
        """The same steps on the floor, and the walk's mark at their end."""
        start, floor = float(self.walk.clock[self.first]), self.floor
        end = start + time / self.walk.each
        clock, points, _ = self.walk.until(min(end, self.walk.end))
        places = [
            floor.place(point, float(moment))
            for point, moment in zip(points[self.first :], clock[self.first :], strict=True)
        ]
        drawn(self.trail, floor.panel.segments(*zip(*places, strict=True)))
        self.there.move_to(floor.panel.border(*places[-1]))
