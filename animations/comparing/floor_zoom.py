"""FloorZoom: a large floor's scales change to those of a part of it; lines of equal cost, walks and cross go with them."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
from manim import VGroup

from symgd.animations.comparing.epoch_picture import EpochPicture
from symgd.animations.comparing.paths_picture import LEVEL_WIDTH, PathsPicture, level_opacity
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.plot_panel import drawn, stroke

WORTH = 2.0  # times as much of width and height together, as a nearer look is worth
CLOSE = 0.4  # in the frame's units, ends that cannot be told apart from afar


class FloorZoom:
    """`whole` is what moves, from the scales of `far` to those of `near`: two pictures of the same walks in one zone."""

    def __init__(
        self,
        far: EpochPicture,
        near: EpochPicture,
        cross: VGroup,
        time: float,
        seen: VGroup | None = None,  # of the walks; else all
    ) -> None:
        self.far, self.near, self.cross, self.time = far, near, cross, time
        self.scales = (far.panel.x, far.panel.y), (near.panel.x, near.panel.y)
        levels = [far.ground.lines(x, y) for x, y in self.scales]
        self.levels = [parts for several in levels for parts in several]
        self.leaving = len(levels[0])
        self.full = level_opacity(far.stage.palette)
        colour = far.stage.palette.error
        self.lines = VGroup(*(stroke(colour, LEVEL_WIDTH, self.full) for _ in self.levels))
        self.whole = VGroup(self.lines, far.live if seen is None else seen, cross)

    def show(self, part: float) -> FloorZoom:
        """All a part of the way to the near scales."""
        panel = self.far.panel
        first, last = self.scales
        panel.x, panel.y = (between(a, b, part) for a, b in zip(first, last, strict=True))
        for number, (line, parts) in enumerate(zip(self.lines, self.levels, strict=True)):
            pieces = (panel.segments(each[:, 0], each[:, 1]) for each in parts)
            drawn(line, [*chain.from_iterable(pieces)])
            seen = 1 - part if number < self.leaving else part
            line.set_stroke(opacity=self.full * seen)
        for stops in self.far.stops:  # which stay where they are
            stops.remove(*stops)
        self.far.show(self.time)
        x, y = self.far.ground.held[list(self.far.ground.axes)].tolist()
        spot = panel.border(x, y)
        self.cross.move_to(spot).set_stroke(opacity=float(panel.holds(x, y)))
        return self


def is_nearer(far: PathsPicture, near: PathsPicture) -> bool:
    """Whether the near picture is much nearer, and tells apart ends of walks that lie over each other in the far one."""
    ends = [far.place(walk.points[-1]) for walk in far.walks]
    spots = [far.panel.position(*end) for end in ends]
    apart = min(float(np.linalg.norm(one - other)) for one, other in combinations(spots, 2))
    sizes = [_length(each.panel.x) * _length(each.panel.y) for each in (far, near)]
    return sizes[0] >= WORTH * sizes[1] and apart < CLOSE


def between(first: Scale, last: Scale, part: float) -> Scale:
    """A scale on the way from one to another: its length grows or shrinks evenly, and a value that both show at one place stays.

    Examples
    --------
    >>> between(Scale(0.0, 16.0), Scale(0.0, 1.0), 0.5)
    Scale(low=0.0, high=4.0, log=False, whole=False)
    """
    start, end = _length(first), _length(last)
    size = start * (end / start) ** part
    way = part if start == end else (size - start) / (end - start)
    low = first.low + way * (last.low - first.low)
    return Scale(low, low + size)


def _length(scale: Scale) -> float:
    return scale.high - scale.low
