"""BareFrame: a box with a border and scales that have no marks, and the border alone."""

from __future__ import annotations

from manim import Rectangle, VGroup

from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Stage, Zone

STROKE = 1.5


class BareFrame(PlotPanel):
    """`PlotPanel` for what is drawn into it, with only a border round it."""

    def __init__(self, stage: Stage, box: Zone, x: Scale, y: Scale) -> None:
        self.stage, self.x, self.y, self.box = stage, x, y, box
        self.drawing = VGroup(border_of(stage, box))


def border_of(stage: Stage, box: Zone) -> Rectangle:
    """A line round a box."""
    border = Rectangle(width=box.width, height=box.height, stroke_width=STROKE)
    border.set_stroke(stage.palette.ink, opacity=1).move_to(box.centre)
    return border
