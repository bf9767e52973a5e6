"""Dots of a grid search: larger and darker where the cost is greater."""

from __future__ import annotations

import numpy as np
from manim import Circle, ManimColor, interpolate_color

from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray

SMALL, LARGE = 0.04, 0.18
PALEST, DARKEST = 0.12, 0.9


def inside(point: FloatArray, corners: FloatArray) -> bool:
    """Whether a point lies in a polygon of the frame."""
    x, y = point[:2]
    (x1, y1), (x2, y2) = (np.asarray(c)[:, :2].T for c in (corners, np.roll(corners, -1, axis=0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return bool(crossed.sum() % 2)


def radius_of(part: float) -> float:
    """How large a dot is whose cost has such a part of the height."""
    return float(SMALL + (LARGE - SMALL) * np.sqrt(part))


def dot_of(stage: Stage, part: float) -> Circle:
    """A dot of a grid search: larger and darker where the cost is greater."""
    root = float(np.sqrt(part))
    dot = Circle(radius=radius_of(part), color=stage.palette.error, stroke_width=2)
    return dot.set_fill(shade_of(stage, root), opacity=1)


def shade_of(stage: Stage, part: float) -> ManimColor:
    """From the ground's colour to the cost's."""
    ground, full = (ManimColor(colour) for colour in (stage.palette.ground, stage.palette.error))
    return interpolate_color(ground, full, PALEST + (DARKEST - PALEST) * part)
