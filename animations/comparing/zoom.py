"""Zoom: a part of a map grows into a map of its own, with its lines, its walk and its dot, or goes back."""

from __future__ import annotations

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.comparing.paths_picture import LEVEL_WIDTH, PathsPicture, level_opacity
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import WIDTH
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.data.arrays import FloatArray

FRAME = 2.0


class Zoom:
    """From one picture to one of a part of it; `whole` is what moves, the first walk until a time among it.

    Parameters
    ----------
    far, near : PathsPicture
        Of the same parameters, on scales of which the second's are within the first's.
    time : float
    """

    def __init__(self, far: PathsPicture, near: PathsPicture, time: float) -> None:
        axes, stage = list(far.ground.axes), far.stage
        first, second = far.panel, near.panel
        self.plane = TurnedPlane(first, second, np.eye(len(axes)))
        for parts in far.ground.lines(first.x, first.y):
            for part in parts:
                self.plane.add(part, stage.palette.error, LEVEL_WIDTH, level_opacity(stage.palette))
        walks = far.walks[:1]
        walked = [walk.until(time)[1][:, axes] for walk in walks]
        self.plane.add(walked[0], stage.palette.ink, WIDTH)
        self.marks = [mark.copy() for mark, _ in zip(far.marks, walks, strict=False)]
        self.places = [(first.border(*points[-1]), second.border(*points[-1])) for points in walked]
        self.box = VMobject().set_stroke(stage.palette.ink, width=FRAME)
        self.corners = corners(first, second), corners(second, second)
        self.whole = VGroup(*self.plane.whole, self.box, *self.marks)

    def show(self, part: float) -> Zoom:
        """All a part of its way to the near picture."""
        self.plane.show(part)
        start, end = self.corners
        self.box.set_points_as_corners((1 - part) * start + part * end)
        for mark, (here, there) in zip(self.marks, self.places, strict=True):
            mark.move_to((1 - part) * here + part * there)
        return self


def corners(panel: PlotPanel, near: PlotPanel) -> FloatArray:
    """Where the near panel's outline is in a panel, of shape (5, 3)."""
    x, y = near.x, near.y
    ends = (x.low, y.low), (x.high, y.low), (x.high, y.high), (x.low, y.high), (x.low, y.low)
    return np.array([panel.border(*end) for end in ends])
