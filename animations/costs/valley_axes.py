"""Two lines through the lowest point of a floor: across the valley and along it, as far as the cost rises by as much."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.pictures.label_places import LabelPlaces, along
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.stories.cost_map import principal_axes
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

EM, WIDTH, END = 0.3, 4.0, 0.1
LEAST = 0.25  # an axis that is seen shorter is a speck


class ValleyAxes:
    """The axes of the widest line of equal cost that closes on the floor; empty where none does."""

    def __init__(self, surface: SurfacePicture) -> None:
        self.surface, self.stage = surface, surface.stage
        self.across, self.along, self.names = VGroup(), VGroup(), VGroup()
        floor = surface.floor
        bent, lowest, rim = floor.bent, floor.lowest, floor.rim
        if bent is None or lowest is None or rim is None:
            return
        sizes, ways = principal_axes(bent)
        rise = rim - floor.cost(*lowest)
        ends = [
            (np.array(lowest) - half * way, np.array(lowest) + half * way)
            for half, way in zip(np.sqrt(2 * rise / sizes), ways.T, strict=True)
        ]
        far, near = ((surface.place(one), surface.place(other)) for one, other in ends)
        if np.linalg.norm(far[1] - far[0]) < LEAST:
            return
        for group, (start, end) in ((self.along, far), (self.across, near)):
            group.add(self._bar(start, end))
        taken = along([far, near])
        places = LabelPlaces(self.stage, surface.box, taken)
        for said, (start, end) in ((message("along"), far), (message("across"), near)):
            self.names.add(places.put(self._named(said), max(start, end, key=lambda p: p[1])))

    def _bar(self, start: FloatArray, end: FloatArray) -> VGroup:
        """A line with a short stroke at both ends."""
        way = end - start
        length = float(np.linalg.norm(way))
        aside = END * np.array([-way[1], way[0], 0]) / (length or 1.0)
        pieces = [(start, end), *((at - aside, at + aside) for at in (start, end))]
        made = drawn(stroke(self.stage.palette.ink, WIDTH), pieces)
        return VGroup(made.set_z_index(1))

    def _named(self, said: Message) -> VGroup:
        made: VGroup = self.stage.sentence(said, em=EM).set_z_index(2)
        return made
