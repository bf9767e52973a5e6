"""Lines of equal cost, on the surface or let down to the floor, and the costs that they are told by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from manim import DL, UR, VGroup, VMobject

from symgd.animations.costs.axonometry import Axonometry
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.level_labels import EM, labelled
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray

WIDTH, TRACE = 2.2, 1.2
CLEAR = 0.19  # round a place that will be marked
APART = 0.12  # numbers beside each other
TRIED = 12  # places on a line that a label beside it may belong to
OVERLAP = 2.0  # lines that are on their way down at the same time


class Risen(Protocol):
    """What the lines belong to: a floor with the heights of its costs, as a view has them."""

    stage: Stage
    floor: CostFloor
    box: Zone
    border: VMobject
    view: Axonometry

    def unit(self, place: Sequence[float]) -> tuple[float, float]:
        """A place of the floor, from −1 to 1 both ways."""
        ...

    def risen(self, cost: float) -> float:
        """How high a cost is."""
        ...

    def place(self, place: Sequence[float], cost: float | None = None) -> FloatArray:
        """Where a place is in the frame."""
        ...


class EqualLines:
    """The lines of a surface; `traces` lead from where each was to where it has come."""

    def __init__(self, surface: Risen) -> None:
        self.surface, self.stage = surface, surface.stage
        self.levels = surface.floor.lines()
        colour = self.stage.palette.error
        self.drawn = VGroup(*(stroke(colour, WIDTH) for _ in self.levels))
        self.traces = stroke(colour, TRACE)

    def fallen(self, part: float) -> list[float]:
        """How far each has come down when a part of the time is over: one after the other, the highest first."""
        count = len(self.levels)
        time = part * (count - 1 + OVERLAP)
        return [float(np.clip((time - n) / OVERLAP, 0, 1)) for n in reversed(range(count))]

    def show(self, dropped: Sequence[float]) -> None:
        """Each line so far down from the surface."""
        traces = []
        for line, (level, parts), part in zip(self.drawn, self.levels, dropped, strict=True):
            top = self.surface.risen(level)
            found = [(self._along(p, top), self._along(p, (1 - part) * top)) for p in parts]
            drawn(line, [piece for _, now in found for piece in pairwise(now)])
            if part > 0 and found:
                above, now = (np.concatenate([each[n] for each in found]) for n in (0, 1))
                ends = (int(now[:, 0].argmin()), int(now[:, 0].argmax()))
                traces += [(above[end], now[end]) for end in ends]
        drawn(self.traces, traces, dashed=True)

    def _along(self, places: FloatArray, height: float) -> FloatArray:
        u, v = np.array([self.surface.unit(place) for place in places]).T
        return self.surface.view(u, v, np.full(len(u), height))

    def label(self, clear: Sequence[Sequence[float]] = ()) -> VGroup:
        """Their costs, seen from above, off places to be kept `clear`: in the line, or beside it where it is too short."""
        surface, box = self.surface, self.surface.box
        pieces = [
            [piece for part in parts for piece in pairwise(self._along(part, 0.0))]
            for _, parts in self.levels
        ]
        kept = rounds(map(surface.place, clear), CLEAR)
        covered = [*pairwise(surface.border.get_anchors()), *pairwise(kept)]
        levels = [level for level, _ in self.levels]
        made, beside = VGroup(), []
        written = labelled(self.stage, box, levels, pieces, covered)
        for line, level, each in zip(self.drawn, levels, written, strict=True):
            drawn(line, each.pieces)
            if each.label is not None:
                made.add(each.label)
            elif each.pieces:
                beside.append((level, each.pieces))
        room = LabelPlaces(self.stage, box, [*along(p for line in pieces for p in line), *kept])
        room.taken += map(_around, made)
        for level, line in beside:
            label = self.stage.formula(numeral(level), em=EM).set_color(self.stage.palette.error)
            ends = [end for _, end in line][:: max(1, len(line) // TRIED)]
            made.add(room.put(label, min(ends, key=lambda at: room.crowd(label, at))))
            room.taken.append(_around(label))
        return made


def _around(label: VMobject) -> tuple[float, float, float, float]:
    """A number's box, with room for others to be told from it."""
    (left, low), (right, high) = label.get_corner(DL)[:2], label.get_corner(UR)[:2]
    return float(left) - APART, float(low), float(right) + APART, float(high)
