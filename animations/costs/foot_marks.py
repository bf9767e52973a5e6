"""The foot of a slice beside the best try of the grid: a ring at the one, a dashed line at the height of the other."""

from __future__ import annotations

import numpy as np
from manim import Circle, VGroup, VMobject

from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.formulas.numerals import Scale, numerals_apart, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import ABOVE, SlicePicture
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

EM, RING, OVER = 0.3, 0.13, 0.5
SPOTS = 7  # along the line, that its label may have
WITHIN = np.linspace(0.0, 1.0, 9)  # of a label, each way
BEYOND = 0.15  # of a slice, on the other side of a foot that lies beside the floor


def slice_scale(floor: CostFloor, cut: int) -> Scale | None:
    """Costs of the slice through the start, and the best try's; None where its foot is not known."""
    foot, start = floor.foot(cut), floor.cost(*(float(floor.held[n]) for n in floor.indices))
    if foot is None or not foot < start:
        return None
    low, top = min(foot, floor.grid.cost), foot + ABOVE * (start - foot)
    return scale_of([0.0 if 0 <= low < top - low else low, top], 0.05)


def slice_width(floor: CostFloor, cut: int) -> Scale:
    """The floor's values, and the foot of the slice where it lies beside them."""
    scale, where = floor.scales[cut], floor.foot_place(cut)
    if where is None:
        return scale
    room = BEYOND * (max(scale.high, where) - min(scale.low, where))
    low = scale.low if where > scale.low else where - room
    return Scale(low, scale.high if where < scale.high else where + room)


class FootMarks:
    """What marks the two, in a picture of the slice; empty where the foot is not known, the line where the two are one."""

    def __init__(self, stage: Stage, picture: SlicePicture, floor: CostFloor, cut: int) -> None:
        self.ring, self.line, self.names = VGroup(), VGroup(), VGroup()
        foot, where = floor.foot(cut), picture.lowest
        panel, low = picture.panel, floor.grid.cost
        if foot is None or where is None or not panel.holds(where, foot):
            return
        here, tried = numerals_apart(foot, low)
        at = panel.position(where, foot)
        self.ring.add(Circle(radius=RING, color=stage.palette.ink, stroke_width=3).move_to(at))
        ends = panel.position(panel.x.low, low), panel.position(panel.x.high, low)
        compared = here != tried and panel.holds(where, low)
        level = along([ends]) if compared else []
        curve = _pieces(picture.curve)
        taken = [*along(curve), *level, *rounds([at], RING)]
        places = LabelPlaces(stage, panel.box, taken)
        named = stage.sentence(message("foot {cost}", cost=here), em=EM)
        self.names.add(places.put(named, at + np.array([0, OVER, 0])))
        if compared:
            line = drawn(stroke(stage.palette.error, 2.5), [ends], dashed=True)
            self.line.add(line)
            told = stage.sentence(message("best try {cost}", cost=tried), em=EM)
            told.set_color(stage.palette.error)
            self.names.add(_on_level(stage, picture, told, ends, [*taken, *_covered(named)]))


def _on_level(
    stage: Stage,
    picture: SlicePicture,
    label: Typeset,
    ends: tuple[FloatArray, FloatArray],
    taken: list[FloatArray],
) -> VGroup:
    """A label over or under a level line, as near its right end as it is clear and needs no line of its own."""
    half = np.array([label.width / 2, 0, 0])
    tried = []
    for part in np.linspace(1, 0, SPOTS):
        anchor = ends[0] + half + part * (ends[1] - ends[0] - 2 * half)
        made = LabelPlaces(stage, picture.panel.box, taken).put(label.copy(), anchor)
        if len(made) == 1:
            return made
        tried.append(made)
    return tried[0]


def _covered(label: VGroup) -> list[FloatArray]:
    """Points of a label's box."""
    low, size = label.get_corner((-1, -1, 0)), np.array([label.width, label.height, 0])
    return [low + size * (a, b, 0) for a in WITHIN for b in WITHIN]


def _pieces(line: VMobject) -> list[tuple[FloatArray, FloatArray]]:
    parts = line.points.reshape(-1, 4, 3)
    return [(start, end) for start, end in parts[:, [0, 3]]]
