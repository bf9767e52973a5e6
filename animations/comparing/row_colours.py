"""The colours of rows: shades of one colour where there are few; the same for all where there are many."""

from __future__ import annotations

from manim import ManimColor, interpolate_color

from symgd.animations.staging.stage import Palette

MOST = 3  # shades that are told apart at a glance
REDDER, DARKER = 0.65, 0.55  # of the way to the colour of errors, and to the ink


def row_colours(palette: Palette, rows: int) -> list[str]:
    """A colour for each row, of those that single rows have.

    Examples
    --------
    >>> from symgd.animations.staging.stage import LIGHT
    >>> len({*row_colours(LIGHT, 3)}), len({*row_colours(LIGHT, 9)})
    (3, 1)
    """
    if rows > MOST:
        return [palette.third] * rows
    own = ManimColor(palette.third)
    shades = [
        interpolate_color(own, ManimColor(palette.error), REDDER),
        own,
        interpolate_color(own, ManimColor(palette.ink), DARKER),
    ]
    return [shade.to_hex() for shade in shades][-rows:]
