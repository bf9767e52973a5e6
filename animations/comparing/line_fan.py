"""LineFan: places of a walk as lines among the data, one after the other, so that its cloud on the map is a fan of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.comparing.row_points import told_by_rows
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.fit_picture import SAMPLES, FitPicture
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.derivation.gradient import Gradient
from symgd.writing.words import message

COUNT, WIDTH = 40, 1.3  # lines of a walk, and how wide they are


class BarePoints(FitPicture):
    """Points and a line, without residuals."""

    def _say_what_is_left_out(self, count: int, points: int) -> None:
        told = message("{points} of {count} rows", points=points, count=count)
        if points < count and self.panel.has_corner(told):
            self.panel.noted(told)


class LineFan:
    """`panel` and the points stand still; each walk's `fans` follow `show`, and so does the newest line."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        colours: Sequence[str],
        derive: Callable[[], Gradient],
    ) -> None:
        self.walks = walks
        self.fit = BarePoints(stage, zone, told_by_rows(walks[0], derive))
        self.panel = self.fit.panel
        self.seen: list[float] = []  # how strong a walk's lines are
        self.rows = [self._late(walk) for walk in walks]
        self.fans = VGroup(
            *(self._fan(*each, stage) for each in zip(walks, self.rows, colours, strict=True))
        )
        self.live = VGroup(self.fans, self.fit.line, self.fit.points)
        self.fit.line.set_points([])

    @staticmethod
    def _late(walk: Walk) -> list[int]:
        """Rows of a walk's trace, spread over the later half of its time."""
        late = np.flatnonzero(walk.clock >= walk.end / 2)
        return [int(late[row]) for row in spread(len(late), COUNT)]

    def _fan(self, walk: Walk, rows: Sequence[int], colour: str, stage: Stage) -> VGroup:
        seen = faintest(colour, stage.palette.ground)
        lines = (drawn(stroke(colour, WIDTH), self._line(walk.points[row])) for row in rows)
        self.seen.append(seen)
        return VGroup(*(line.set_stroke(opacity=0.0) for line in lines))

    def _line(self, values: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        xs = np.linspace(self.fit.x.low, self.fit.x.high, SAMPLES)
        return self.panel.segments(xs, self.fit.predict(values, [xs]))

    def show(self, number: int, part: float, mark: VMobject, spots: FloatArray) -> LineFan:
        """So many of a walk's lines; the newest is bold, and its place on the map has the mark."""
        fan, rows = self.fans[number], self.rows[number]
        made = min(max(int(part * len(rows) + 1e-9), 1), len(rows))
        for place, line in enumerate(fan):
            line.set_stroke(opacity=self.seen[number] if place < made else 0.0)
        row = rows[made - 1]
        drawn(self.fit.line, self._line(self.walks[number].points[row]))
        mark.move_to(spots[row])
        return self


def has_fan(walk: Walk) -> bool:
    """Whether a model is a line or a curve among points."""
    problem = walk.run.problem
    return bool(problem.has_examples and len(problem.inputs) == 1 and problem.target)
