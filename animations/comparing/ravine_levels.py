"""The costs in the lines of a ravine's map: the same numbers in every map of one story."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
from manim import DL, DR, UL, UR

from symgd.animations.comparing.half_axes import HalfAxes, closed_height
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.pictures.level_labels import Pieces, labelled
from symgd.animations.pictures.plot_panel import drawn
from symgd.data.arrays import FloatArray, spread

FIRST, LATER = 40, 300  # steps of a walk, of which a number stays clear: the first, and some of all


def write_levels(picture: PathsPicture, arrows: Sequence[tuple[FloatArray, FloatArray]]) -> None:
    """Write each line's cost into a gap of it, clear of the walks, of `arrows` in the panel's values, and of half axes."""
    panel, ground = picture.panel, picture.ground
    if picture.single:
        return
    found = ground.levelled(panel.x, panel.y)
    lines = [
        [*chain.from_iterable(panel.segments(part[:, 0], part[:, 1]) for part in parts)]
        for _, parts in found
    ]
    made = labelled(
        picture.stage, panel.box, [level for level, _ in found], lines, _taken(picture, arrows)
    )
    for line, level in zip(picture.lines, made, strict=True):
        drawn(line, level.pieces)
    picture.lines.add(*(level.label for level in made if level.label is not None))


def _taken(picture: PathsPicture, arrows: Sequence[tuple[FloatArray, FloatArray]]) -> Pieces:
    """What numbers stay clear of."""
    panel, ground, taken = picture.panel, picture.ground, list[tuple[FloatArray, FloatArray]]()
    for walk in picture.walks:
        rows = [*range(min(FIRST, len(walk.points))), *spread(len(walk.points), LATER)]
        places = [picture.place(walk.points[row]) for row in rows]
        taken += panel.segments(*zip(*places, strict=True))
    for start, end in arrows:
        taken += panel.segments(*np.array([start, end]).T.tolist())
    height = closed_height(ground, panel)
    if height is not None:
        axes = HalfAxes(picture, height)
        taken += panel.segments(*axes.corners.T.tolist())
        for each in (*axes.lines, *axes.labels):
            corners = [each.get_corner(way) for way in (UL, UR, DR, DL, UL)]
            taken += pairwise(corners)
    return taken
