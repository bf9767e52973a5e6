"""A function's own picture while it is derived: a dot on its curve, or on its lines of equal height, moves with one parameter.

Laws
----
- one parameter moves at a time, round the values at which the gradient is taken
- the arrow along a parameter points to where the function rises
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from manim import VGroup

from symgd.animations.deriving.gradient_picture import GradientPicture
from symgd.animations.deriving.swing_picture import arrow
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray

SWING = 0.16  # of a scale: how far the dot goes to both sides
HALVINGS = 3
ARROW = 0.9  # in the frame's units
PALE = 0.8


class FunctionPicture:
    """The curve of one parameter, or the plane of the first two, with a dot at chosen values."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.story, self.names = stage, story, story.names
        self.start: FloatArray = np.array(story.parameters[0], dtype=np.float64)
        self.flat = len(self.names) == 1
        own = SlicePicture(stage, zone, story) if self.flat else GradientPicture(stage, zone, story)
        self.panel, self.dot = own.panel, own.dot
        self.panel.drawing.add(own.curve if isinstance(own, SlicePicture) else own.lines)
        if story.sliced:
            self.panel.drawing.add(own.note)
        self.still = stroke(stage.palette.prediction, 2, PALE)
        self.live = VGroup(self.still, self.dot)
        self.show(self.start)

    def moves(self, name: str) -> bool:
        """Whether this parameter is seen to move."""
        return self.flat or name in self.story.shown_names

    def place(self, values: FloatArray) -> FloatArray:
        """Where the dot stands; at the border, where that is outside."""
        if not self.flat:
            return self.panel.border(*values[[*self.story.axes]].tolist())
        height = float(self.story.cost_of(values.tolist()))
        return self.panel.border(float(values[0]), height if np.isfinite(height) else 0.0)

    def side(self, index: int) -> int:
        """0 for what is read across, 1 for what is read upwards."""
        return int(not self.flat and index == self.story.axes[1])

    @cached_property
    def reaches(self) -> list[float]:
        """How far each parameter swings: not so far that the function rises where its slope says that it falls."""
        here, made = self.story.cost_of(self.start.tolist()), []
        for index, slope in enumerate(self.story.gradient(0)):
            scale = self.panel.y if self.side(index) else self.panel.x
            reach = SWING * (scale.high - scale.low)
            for _ in range(HALVINGS):
                changes = (self._beside(index, sign * reach) - here for sign in (1, -1))
                if all(
                    sign * slope * change >= 0
                    for sign, change in zip((1, -1), changes, strict=True)
                ):
                    break
                reach /= 2
            made.append(reach)
        return made

    def _beside(self, index: int, way: float) -> float:
        values = self.start.copy()
        values[index] += way
        return float(self.story.cost_of(values.tolist()))

    def moved(self, index: int, part: float) -> FloatArray:
        """The parameters with one of them moved by a part of its swing."""
        values = self.start.copy()
        values[index] += part * self.reaches[index]
        return values

    def show(self, values: FloatArray) -> FunctionPicture:
        """The dot at these values, and the way that it came."""
        here, there = self.place(self.start), self.place(values)
        apart = float(np.linalg.norm(there - here)) > 0 and not self.flat
        drawn(self.still, [(here, there)] if apart else [])
        self.dot.move_to(there)
        return self

    def stay(self) -> None:
        """The dot begins where it is."""
        self.show(self.start)

    def arms(self, index: int) -> VGroup:
        """An arrow along the parameter, to where the function rises."""
        way = np.zeros(3)
        way[self.side(index)] = ARROW * float(np.sign(self.story.gradient(0)[index]))
        here = self.place(self.start)
        piece = self.panel.clipped(here, here + way) if way.any() else None
        colour = self.stage.colours.get(self.names[index], self.stage.palette.ink)
        return VGroup() if piece is None else VGroup(arrow(*piece, colour))
