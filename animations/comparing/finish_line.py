"""FinishLine: the line of equal cost within which a part of the start's excess is left, with words beside it."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.walk_looks import dashes
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label

WIDTH, EM, CLEAR, PLATE = 3.0, 0.3, 0.16, 0.04
PATTERN = 0.17, 0.1  # lengths of strokes and gaps


class FinishLine:
    """`points` are its corners, of shape (n, 2), or none where a picture has no such line; `drawing` draws it."""

    def __init__(self, picture: PathsPicture, level: float) -> None:
        self.picture, self.points = picture, np.empty((0, 2))
        axes = picture.ground.axes
        if len(axes) == len(picture.every) > 1:  # a slice is not where the walks are
            found = picture.ground.oval(level, picture.panel.x, picture.panel.y)
            if found is not None and np.isfinite(found).all():
                self.points = found

    @property
    def there(self) -> bool:
        """Whether there is one."""
        return bool(len(self.points))

    def drawing(self, said: Label | None = None, on: PathsPicture | None = None) -> VGroup:
        """The dashed line on a picture, with words beside it."""
        picture = on or self.picture
        panel, stage = picture.panel, picture.stage
        if not self.there:
            return VGroup()
        pieces = dashes(panel.segments(*self.points.T.tolist()), PATTERN)
        made = VGroup(drawn(stroke(stage.palette.ink, WIDTH), pieces))
        if said is None or not pieces:
            return made
        word = stage.sentence(said, em=EM).at_most(panel.box.width / 2)
        seen = [point for point in self.points.tolist() if panel.holds(*point)]
        corners = np.array([panel.position(*point) for point in seen or self.points])
        right, low = float(corners[:, 0].max()), float(corners[:, 1].mean())
        left = right + CLEAR
        if left + word.width > panel.box.right:
            left = float(corners[:, 0].min()) - CLEAR - word.width
        word.put(max(panel.box.left, left), max(panel.box.bottom + CLEAR, low))
        plate = BackgroundRectangle(word, color=stage.palette.ground, fill_opacity=0.85, buff=PLATE)
        return made.add(plate, word)
