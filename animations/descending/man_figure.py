"""The man with a lantern: both feet on the slope, leaning away from it."""

from __future__ import annotations

import math

import numpy as np
from manim import Circle, Rectangle, VGroup, rotate_vector

from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.data.arrays import FloatArray

TALL, HEAD = 0.85, 0.12
TINY = 1e-3
LEAN = 0.5  # of the slope's angle
APART = 0.16  # from the middle to a foot, in heights


def figure(ink: str, flame: str, way: FloatArray | None = None) -> VGroup:
    """The middle of its first part is the ground between his feet, which stand on the line along `way`, a level one without."""
    along = np.array([1.0, 0.0, 0.0]) if way is None else way
    lean = LEAN * math.atan2(float(along[1]), float(along[0]))

    def leant(x: float, y: float) -> FloatArray:
        return np.asarray(rotate_vector(TALL * np.array([x, y, 0.0]), lean))

    ground = Circle(radius=TINY, stroke_width=0, fill_opacity=0)
    hip, neck, hand = leant(0, 0.38), leant(0, 0.72), leant(0.26, 0.5)
    feet = -APART * TALL * along, APART * TALL * along
    limbs = [(hip, foot) for foot in feet] + [(hip, neck), (neck, hand), (neck, leant(-0.16, 0.44))]
    body = drawn(stroke(ink, 5), limbs)
    head = Circle(radius=HEAD, stroke_width=0).set_fill(ink, opacity=1)
    head.move_to(neck + leant(0, HEAD / TALL))
    lantern = Rectangle(width=0.09, height=0.13, stroke_width=2, stroke_color=ink)
    lantern.set_fill(flame, opacity=1).move_to(hand - np.array([0, 0.08, 0]))
    return VGroup(ground, body, head, lantern)
