"""Places where a dot has been: a spot and the cost at each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Dot, VGroup

from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds

EM, SPOT, CLEAR = 0.32, 0.07, 0.14


class RoamMarks:
    """Spots with their labels, in the order of the places; `lines` has what was seen beside them."""

    def __init__(self, surface: SurfacePicture, places: Sequence[tuple[float, ...]]) -> None:
        stage, floor = surface.stage, surface.floor
        palette = stage.palette
        points = [surface.place(place) for place in places]
        corner = np.array([surface.box.left, surface.box.bottom, 0.0])
        feet = [(at, np.array([at[0], corner[1], 0.0])) for at in points]
        feet += [(at, np.array([corner[0], at[1], 0.0])) for at in points]
        room = LabelPlaces(stage, surface.box, [*rounds(points, CLEAR), *along(feet)])
        self.spots = VGroup(*(Dot(at, radius=SPOT, color=palette.prediction) for at in points))
        self.labels = VGroup()
        for at, place in zip(points, places, strict=True):
            cost = floor.cost(*place)
            if not np.isfinite(cost):
                self.labels.add(VGroup())
                continue
            said = stage.formula(numeral(cost), em=EM).set_color(palette.error)
            self.labels.add(room.put(said, at))
        self.lines, self.shown = VGroup(), VGroup()
