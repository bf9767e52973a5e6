"""SpokenParts: what is spoken of has its colours, and what is not is as pale as can still be read."""

from __future__ import annotations

from manim import Mobject, VMobject, interpolate_color

from symgd.animations.staging.contrast import paler
from symgd.animations.staging.stage import Palette

READ = 4.6  # the contrast of what is pale


class SpokenParts:
    """The light on the parts of a formula and on what is written of them."""

    def __init__(self, palette: Palette) -> None:
        self.pale = paler(palette.ink, palette.ground, READ)
        self.own: dict[VMobject, tuple[object, object]] = {}  # colours in full light

    def shine(self, mobject: Mobject, light: float) -> None:
        """From 0, where all is pale, to 1, where all has its colours."""
        for each in mobject.get_family():
            if not len(each.points):
                continue
            mine = self.own.setdefault(each, (each.get_fill_color(), each.get_stroke_color()))
            fill, line = (interpolate_color(self.pale, colour, light) for colour in mine)
            if each.get_fill_opacity():
                each.set_fill(fill, family=False)
            if each.get_stroke_width() and each.get_stroke_opacity():
                each.set_stroke(line, family=False)
