"""CutLegs: a place on the map as two distances from the minimum, d across the ravine and e along it, each on its own line."""

from __future__ import annotations

import numpy as np
from manim import Circle, VGroup, VMobject

from symgd.animations.comparing.cut_map import CutMap
from symgd.animations.comparing.learning_rates_words import BESIDES, GAP
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.data.arrays import FloatArray

LEG, DROP, FOOT = 7.0, 1.8, 0.08
EM, ASIDE = 0.46, 0.3
SHORT = 1e-9


class CutLegs:
    """`whole` is a mark at the place, the dashed ways from there to both lines, and the legs with their letters; `show` moves all."""

    def __init__(self, shown: CutMap, values: FloatArray, mark: VMobject) -> None:
        self.map = shown
        self.ways = (shown.directions.across, shown.directions.along)
        palette, stage = shown.stage.palette, shown.stage
        self.mark = mark
        self.drops = VGroup(*(stroke(palette.ink, DROP) for _ in self.ways))
        self.legs = VGroup(*(stroke(palette.ink, LEG) for _ in self.ways))
        self.feet = VGroup(*(self._foot() for _ in self.ways))
        self.names = VGroup()
        for letter in (GAP, BESIDES):
            said = stage.formula(letter, em=EM)
            plate = said.copy().set_stroke(palette.ground, width=6, opacity=1)
            self.names.add(VGroup(plate, said))
        self.whole = VGroup(self.drops, self.legs, self.feet, self.names, self.mark)
        self.show(values)

    def _foot(self) -> VMobject:
        return Circle(radius=FOOT, stroke_width=0, fill_opacity=1).set_fill(
            self.map.stage.palette.ink
        )

    def distances(self, values: FloatArray) -> tuple[float, float]:
        """How far a place is from the minimum across and along; the start's are not negative."""
        across, along = (float(way.way @ (values - self.map.target)) for way in self.ways)
        return across, along

    def show(self, values: FloatArray) -> CutLegs:
        """All as it is at a place."""
        middle, here = self.map.position(self.map.target), self.map.position(values)
        pairs = zip(self.ways, self.distances(values), strict=True)
        for n, (way, distance) in enumerate(pairs):
            foot = self.map.position(self.map.target + distance * way.way)
            drawn(self.drops[n], [(here, foot)], dashed=True)
            drawn(self.legs[n], [(middle, foot)])
            self.feet[n].move_to(foot)
            away = foot - here  # the letter stands on the line's other side
            size = float(np.linalg.norm(away))
            away = away / size if size > SHORT else np.zeros(3)
            self.names[n].move_to((middle + foot) / 2 + ASIDE * away)
        self.mark.move_to(here)
        return self
