"""WholeInset: the whole plane of the parameters, small in a corner, with the part that is looked at marked in it."""

from __future__ import annotations

import numpy as np
from manim import Rectangle, VGroup

from symgd.animations.pictures.bare_frame import border_of
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.stories.views import View

PART, AWAY = 0.3, 0.08  # of the panel's width, and from its borders
LEAST = 0.12  # the side of a mark that can be seen


class WholeInset:
    """A copy of what a picture shows of the whole, before it goes near."""

    def __init__(self, picture: ParameterPicture, near: View) -> None:
        panel, palette = picture.panel, picture.stage.palette
        frame = border_of(picture.stage, panel.box).set_fill(palette.ground, opacity=1)
        low = panel.border(near.x.low, near.y.low)
        high = panel.border(near.x.high, near.y.high)
        wide, tall = (max(LEAST / PART, float(side)) for side in (high - low)[:2])
        mark = Rectangle(width=wide, height=tall, stroke_width=2.5).set_stroke(palette.prediction)
        mark.move_to((low + high) / 2)
        lines = [line.copy() for line in picture.lines[: len(picture.found)]]
        way = picture.path.copy()
        self.drawing = VGroup(frame, *lines, way, mark).scale(PART)

    def beside(self, picture: ParameterPicture) -> VGroup:
        """In the corner that is farthest from the path as it is seen now; no level's number lies below it."""
        panel, made = picture.panel, self.drawing
        box = panel.box
        half = np.array([made.width / 2 + AWAY, made.height / 2 + AWAY])
        corners = [
            np.array([x, y, 0.0])
            for x in (box.left + half[0], box.right - half[0])
            for y in (box.top - half[1], box.bottom + half[1])
        ]
        rows = [picture.point(step) for step in range(picture.story.steps + 1)]
        seen = np.array([panel.position(*row) for row in rows if panel.holds(*row)])
        if len(seen):
            corners.sort(key=lambda corner: -float(np.linalg.norm(seen - corner, axis=1).min()))
        made.move_to(corners[0])
        for words in [*picture.lines[len(picture.found) :]]:
            apart = np.abs(words.get_center() - made.get_center())[:2]
            if (apart < half + np.array([words.width, words.height]) / 2).all():
                picture.lines.remove(words)
        return made
