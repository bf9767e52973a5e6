"""CloseView: a part of the parameters' plane as through a lens, beside the whole, in which that part is marked."""

from __future__ import annotations

import numpy as np
from manim import Rectangle, VGroup

from symgd.animations.pictures.bare_frame import border_of
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.views import View

LEAST = 0.12  # the side of a mark that can be seen
INSET = 0.1  # from the border to what it holds
FAINT = 0.5


class CloseView:
    """The part in a zone of its own, its mark in the whole, and two lines from there to here."""

    def __init__(self, whole: EvenPicture, zone: Zone, view: View) -> None:
        self.stage, self.zone, self.whole, self.view = whole.stage, zone, whole, view
        self.lens = EvenPicture(self.stage, inside(zone), whole.story)
        self.lens.step = whole.step
        self.lens.look(view)
        self.lens.show(whole.time)
        self.frame = border_of(self.stage, zone)
        self.mark = self._mark()
        self.drawing = VGroup(self.mark, self._rays(), self.frame, self.lens.panel.drawing)

    def _mark(self) -> Rectangle:
        """Where the part is in the whole."""
        panel, view = self.whole.panel, self.view
        low, high = (
            panel.border(x, y) for x, y in ((view.x.low, view.y.low), (view.x.high, view.y.high))
        )
        wide, tall = (max(LEAST, float(side)) for side in (high - low)[:2])
        mark = Rectangle(width=wide, height=tall, stroke_width=2)
        return mark.set_stroke(self.stage.palette.ink).move_to((low + high) / 2)

    def _rays(self) -> VGroup:
        """From the corners of the mark to those of the frame that face it."""
        zone, mark = self.zone, self.mark
        box = self.whole.panel.box
        right, foot = float(mark.get_right()[0]), float(mark.get_bottom()[1])
        if zone.left >= box.right:
            ends = [
                ((right, float(mark.get_top()[1])), (zone.left, zone.top)),
                ((right, foot), (zone.left, zone.bottom)),
            ]
        else:
            ends = [
                ((float(mark.get_left()[0]), foot), (zone.left, zone.top)),
                ((right, foot), (zone.right, zone.top)),
            ]
        line = stroke(self.stage.palette.ink, 1.2, FAINT)
        pieces = [(np.array([*a, 0.0]), np.array([*b, 0.0])) for a, b in ends]
        return VGroup(drawn(line, pieces))


def inside(zone: Zone) -> Zone:
    """What a close view's frame holds."""
    return Zone(zone.left, zone.right - INSET, zone.bottom, zone.top - INSET / 2)
