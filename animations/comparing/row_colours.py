"""The colours of rows: one for each where there are few, the same for all where there are many; no walk and no parameter has them."""

from __future__ import annotations

from manim import ManimColor

from symgd.animations.staging.contrast import luminance
from symgd.animations.staging.stage import Palette

ON_LIGHT = "#5F7000", "#C62828", "#795548"
ON_DARK = "#C6D65B", "#FF7A6B", "#D7B49E"
MIDDLE = 0.5  # luminance, above which a ground is a light one


def row_colours(palette: Palette, rows: int) -> list[str]:
    """A colour for each row.

    Examples
    --------
    >>> from symgd.animations.staging.stage import LIGHT
    >>> len({*row_colours(LIGHT, 3)}), len({*row_colours(LIGHT, 9)})
    (3, 1)
    """
    light = luminance(ManimColor(palette.ground)) > MIDDLE
    shades = ON_LIGHT if light else ON_DARK
    return [*shades[:rows]] if rows <= len(shades) else [shades[0]] * rows
