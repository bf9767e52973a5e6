"""How well a colour can be read on a ground, and the palest form of it that still can."""

from __future__ import annotations

from functools import cache

from manim import ManimColor, interpolate_color

STEPS = 40
OF_LINES = 3.0  # the least contrast of a line, by the Web Content Accessibility Guidelines


def luminance(colour: ManimColor) -> float:
    """Relative luminance, as the Web Content Accessibility Guidelines have it."""
    parts = [float(part) for part in colour.to_rgb()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: ManimColor, other: ManimColor) -> float:
    """From 1, alike, to 21, black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def paler(colour: str, ground: str, least: float) -> ManimColor:
    """`colour` mixed with the ground, as much as leaves this contrast."""
    own, under = ManimColor(colour), ManimColor(ground)
    mixed = (interpolate_color(own, under, 1 - part / STEPS) for part in range(STEPS))
    return next((found for found in mixed if contrast(found, under) >= least), own)


@cache
def faintest(colour: str, ground: str, least: float = OF_LINES) -> float:
    """The opacity at which a line of this colour is as faint as may be on the ground.

    Examples
    --------
    >>> faintest("#000000", "#FFFFFF"), faintest("#FFFFFF", "#000000")
    (0.425, 0.35)
    """
    own, under = ManimColor(colour), ManimColor(ground)
    tried = (part / STEPS for part in range(STEPS + 1))
    seen = (p for p in tried if contrast(interpolate_color(under, own, p), under) >= least)
    return next(seen, 1.0)
