"""RaceMarks: all walks of a picture at once, each as its mark with its last steps behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from symgd.animations.comparing.paths_picture import PathsPicture

TAIL = 3  # steps behind a mark
OUTSIDE = 0.35  # how faint a mark is beyond the frame


class RaceMarks:
    """`live` is what moves: `show` draws the walks at a time, all of them or those with some numbers."""

    def __init__(
        self, picture: PathsPicture, only: Sequence[int] | None = None, tail: float = TAIL
    ) -> None:
        self.picture, self.tail = picture, tail
        self.only = [*range(len(picture.walks))] if only is None else [*only]
        ground = picture.stage.palette.ground
        self.tails = [look.line(ground) for look in picture.looks]
        self.marks = [look.mark(ground) for look in picture.looks]
        self.live = VGroup(*(part[n] for part in (self.tails, self.marks) for n in self.only))
        self.show(0.0)

    def show(self, time: float, *, since: float = 0.0) -> RaceMarks:
        """The walks at a time of the clock, without what was before another."""
        panel = self.picture.panel
        for number in self.only:
            clock, points, _ = self.picture.walks[number].until(time)
            recent = np.flatnonzero(clock >= max(since, time - self.tail) - 1e-9)
            first = int(recent[0]) if recent.size else len(clock) - 1
            places = [
                self.picture.place(point, float(when))
                for point, when in zip(points[first:], clock[first:], strict=True)
            ]
            pieces = panel.segments(*zip(*places, strict=True))
            self.picture.looks[number].draw(self.tails[number], pieces)
            self.marks[number].move_to(panel.border(*places[-1]))
            inside = panel.holds(*places[-1])
            self.marks[number].set_fill(opacity=1.0 if inside else OUTSIDE)
        return self
