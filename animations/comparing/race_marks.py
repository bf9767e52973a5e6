"""RaceMarks: all walks of a picture at once, each as its mark with its last steps behind it."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.comparing.paths_picture import PathsPicture

TAIL = 3  # steps behind a mark
OUTSIDE = 0.35  # how faint a mark is beyond the frame


class RaceMarks:
    """`live` is what moves: `show` draws the walks at a time."""

    def __init__(self, picture: PathsPicture) -> None:
        self.picture = picture
        ground = picture.stage.palette.ground
        self.tails = [look.line(ground) for look in picture.looks]
        self.marks = [look.mark(ground) for look in picture.looks]
        self.live = VGroup(*self.tails, *self.marks)
        self.show(0.0)

    def show(self, time: float) -> RaceMarks:
        """All walks at a time of the clock."""
        panel = self.picture.panel
        for number, walk in enumerate(self.picture.walks):
            clock, points, _ = walk.until(time)
            recent = np.flatnonzero(clock >= time - TAIL - 1e-9)
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
