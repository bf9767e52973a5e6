"""LastSteps: a walk's last steps from near, one by one: the whole cost after each, each in the colour of its row, and counted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import BackgroundRectangle, Polygon, Triangle, VGroup, VMobject

from symgd.animations.comparing.arrows_picture import BEYOND, SHORT, arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.row_colours import row_colours
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Term
from symgd.writing.words import message

STEPS = 6
UP, DOWN = 4.5, 1.8
NEW, OLD = 5.0, 2.0  # widths of the step that is made and of those before
TIP, SIDE = 0.07, 0.5  # of the head of a step that went up; of a step, free at both sides
ROOM, EM, NUMBER_EM, ABOVE = 0.16, 0.27, 0.27, 0.2


class LastSteps:
    """`panel` stands still, `live` follows `show`, as does the `trail` of the same steps on a floor."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walk: Walk,
        look: WalkLook,
        cost: Term,
        floor: PathsPicture,
        drawn_rows: list[int],
    ) -> None:
        self.stage, self.walk, self.look, self.floor = stage, walk, look, floor
        self.count = len(drawn_rows)
        self.first = len(walk.cost) - 1 - self.count
        self.costs = walk.cost[self.first :]
        self.steps = self.first + np.arange(self.count + 1)
        x = Scale(float(self.first) - SIDE, float(self.steps[-1]) + SIDE, whole=True)
        y = scale_of(self.costs.tolist(), ROOM)
        self.panel = PlotPanel(stage, zone, x, y, x_label=message("step"), y_label=cost)
        shades = row_colours(stage.palette, len(walk.run.data))
        self.colours = [shades[row] for row in drawn_rows]
        self.rises = [bool(after > before) for before, after in pairwise(self.costs)]
        self.lines = [
            stroke(colour, UP if up else DOWN)
            for colour, up in zip(self.colours, self.rises, strict=True)
        ]
        self.numbers = [self._number(step, row) for step, row in enumerate(drawn_rows)]
        self.tips, self.counter = VGroup(), VGroup()
        self.mark = look.mark(stage.palette.ground)
        self.live = VGroup(*self.lines, self.tips, *self.numbers, self.mark, self.counter)
        self.arrows = [self._arrow(step) for step in range(self.count)]
        self.names = [self._name(step, row) for step, row in enumerate(drawn_rows)]
        self.trail = VGroup(*self.arrows, *self.names)
        self.there = floor.marks[-1]
        self._counters: dict[int, Typeset] = {}
        self.show(0.0)

    def _number(self, step: int, row: int) -> VGroup:
        """Which row a step read, above its end."""
        stage = self.stage
        name = stage.sentence(stage.words.number(row + 1), em=NUMBER_EM)
        name.set_fill(self.colours[step]).move_to(
            self._spot(step + 1) + ABOVE * np.array([0, 1, 0])
        )
        plate = BackgroundRectangle(name, color=stage.palette.ground, fill_opacity=0.85, buff=0.02)
        return VGroup(plate, name)

    def _name(self, step: int, row: int) -> Typeset:
        """Which row the newest step on the floor reads, beyond its tip."""
        name = self.stage.sentence(self.stage.words.number(row + 1), em=EM)
        name.set_fill(self.colours[step])
        return name

    def _arrow(self, step: int) -> VGroup:
        """A step on the floor, without points yet: its shaft and its head."""
        colour = self.colours[step]
        head = Polygon(*np.zeros((3, 3)), stroke_width=0).set_fill(colour, opacity=1)
        return VGroup(stroke(colour, NEW), head)

    def show(self, time: float) -> LastSteps:
        """So many of the steps, the last one in part."""
        whole = min(int(time + 1e-9), self.count)
        for step in range(self.count):
            part = min(max(time - step, 0.0), 1.0)
            here, there = self._spot(step), self._spot(step + 1)
            pieces = [(here, (1 - part) * here + part * there)] if part > 0 else []
            drawn(self.lines[step], pieces)
            name = self.numbers[step]
            name[0].set_fill(opacity=0.85 * (step < whole))
            name[1].set_fill(opacity=float(step < whole))
            newest = step + 1 >= time
            self.names[step].set_fill(opacity=float(newest and part > 0))
            self._show_arrow(step, part, newest=newest)
        self._show_tips([self._spot(n + 1) for n in range(whole) if self.rises[n]])
        rest = time - whole
        ahead = self._spot(min(whole + 1, self.count))
        self.mark.move_to((1 - rest) * self._spot(whole) + rest * ahead)
        self._count(sum(self.rises[:whole]))
        return self

    def _spot(self, row: int) -> FloatArray:
        return self.panel.position(float(self.steps[row]), float(self.costs[row]))

    def _place(self, row: int) -> FloatArray:
        """Where the walk is on the floor after so many of the steps."""
        floor, at = self.floor, self.first + row
        return floor.panel.border(*floor.place(self.walk.points[at], float(self.walk.clock[at])))

    def _show_arrow(self, step: int, part: float, *, newest: bool) -> None:
        """A step on the floor, boldly as long as it is the newest; the walk's mark is at its end."""
        shaft, head = self.arrows[step]
        start, end = self._place(step), self._place(step + 1)
        here = (1 - part) * start + part * end
        made = arrow(start, here, self.colours[step], NEW if newest else OLD)
        for own, new in zip((shaft, head), made or (VMobject(), VMobject()), strict=True):
            own.set_points(new.points)
        ground = self.stage.palette.ground
        seen = 1.0 if newest else faintest(self.colours[step], ground)
        shaft.set_stroke(width=NEW if newest else OLD, opacity=seen)
        head.set_fill(opacity=seen)
        if newest and (part > 0 or step == 0):
            self.there.move_to(here)
        way = (end - start) / max(float(np.linalg.norm(end - start)), SHORT)
        self.names[step].move_to(here + BEYOND * way)

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
