"""AxisReadings: what a point's place is, in numbers on the axes, with a dashed line from the point to each."""

from __future__ import annotations

import numpy as np
from manim import Animation, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.formulas.formula import Formula
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray
from symgd.terms import Term

EM = 0.29
WIDE = 0.72  # the room that a number has left of its axis
BELOW, BESIDE = 0.34, 0.13  # from an axis to the number's baseline, or to its right end
CLEAR = 0.1  # between a number and those of the scale


class AxisReadings:
    """Numbers on the axes at a point; the scale's own numbers that stand there make room.

    Parameters
    ----------
    panel : PlotPanel
    place : tuple of float
    terms : tuple of Term or None
        What stands on the axis across and, where there is a second, on the one that goes up; None is not read.
    colours : tuple of str
    """

    def __init__(
        self,
        stage: Stage,
        panel: PlotPanel,
        place: tuple[float, float],
        terms: tuple[Term | None, ...],
        colours: tuple[str, ...],
    ) -> None:
        self.panel, box = panel, panel.box
        self.numbers: list[Formula] = []
        self.lines, self.covered = VGroup(), VGroup()
        if not panel.holds(*place):
            return
        here = panel.position(*place)
        feet = (np.array([here[0], box.bottom, 0]), np.array([box.left, here[1], 0]))
        for number, (term, colour) in enumerate(zip(terms, colours, strict=True)):
            if term is None:
                continue
            line = stroke(stage.palette.ink, 1.8)
            self.lines.add(drawn(line, [(here, feet[number])], dashed=True))
            made = stage.formula(term, em=EM).set_fill(colour)
            self.numbers.append(self._on_axis(made.at_most(WIDE), feet[number], number))
        self.covered.add(*(mark for mark in panel.scales.get_family() if self._covers(mark)))

    def _on_axis(self, made: Formula, foot: FloatArray, number: int) -> Formula:
        if number:
            made.put(foot[0] - BESIDE - made.width, 0.0)
            made.shift((0, foot[1] - made.get_center()[1], 0))
            return made
        box = self.panel.box
        left = min(max(foot[0] - made.width / 2, box.left), box.right - made.width)
        return made.put(left, foot[1] - BELOW)

    def _covers(self, mark: Mobject) -> bool:
        """Whether a number of the scale stands where one of these does."""
        return isinstance(mark, Formula) and any(_near(mark, own) for own in self.numbers)

    @property
    def drawing(self) -> VGroup:
        """All of it."""
        return VGroup(self.lines, *self.numbers)

    def away(self) -> list[Animation]:
        """How it leaves, and the scale's numbers come back."""
        if not self.numbers:
            return []
        return [FadeOut(self.drawing), *map(FadeIn, self.covered[:])]

    def makes_room(self) -> list[Animation]:
        """How the scale's numbers leave."""
        return [*map(FadeOut, self.covered[:])]


def _near(one: Mobject, other: Mobject) -> bool:
    """Whether two lie over each other, or nearly."""
    apart = np.abs(one.get_center() - other.get_center())[:2]
    sizes = np.array([one.width + other.width, one.height + other.height]) / 2 + CLEAR
    return bool((apart < sizes).all())
