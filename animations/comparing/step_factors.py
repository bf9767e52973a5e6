"""StepFactors: what a step leaves of the start's distance to the minimum, along the valley and across it, in two lines and on the map.

Law
---
- a step at a rate α multiplies the distance along a half axis by 1 − αλ, with the curvature λ along it
"""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, Circle, VGroup

from symgd.animations.comparing.half_axes import HalfAxes
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.stories.cost_map import principal_axes
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Negative, Product, Sum, Symbol, Term, number
from symgd.writing.words import message

DOT, WIDTH, DIGITS, FIGURES = 0.1, 3.0, 3, 4
NAME_EM, PLATE, CLOSE, BESIDE = 0.3, 0.03, 0.06, 1e-9
SHRUNK = 0.8  # times, until both distances are on the map
LEAST, MOST = Symbol("lambda_min"), Symbol("lambda_max")


class StepFactors:
    """`live` are both distances from the minimum, each with a dot and its name at its end; they follow `show`."""

    def __init__(self, axes: HalfAxes, rate: float) -> None:
        self.axes, self.rate = axes, rate
        ground, panel = axes.picture.ground, axes.picture.panel
        self.bent, self.ways = principal_axes(ground.hessian)  # along, and across
        away = ground.start[list(ground.axes)] - ground.centre
        self.begun = [float(away @ way) * way for way in self.ways.T]
        while not all(panel.holds(*(ground.centre + each)) for each in self.begun):
            self.begun = [SHRUNK * each for each in self.begun]
        ink = axes.picture.stage.palette.ink
        self.lines = VGroup(*(stroke(ink, WIDTH) for _ in self.bent))
        self.dots = VGroup(
            *(Circle(radius=DOT, stroke_width=0, fill_opacity=1).set_fill(ink) for _ in self.bent)
        )
        stage, ground_colour = axes.picture.stage, axes.picture.stage.palette.ground
        said = message("along"), message("across")
        self.names = VGroup(*(stage.sentence(each, em=NAME_EM) for each in said))
        self.plates = VGroup(
            *(
                BackgroundRectangle(name, color=ground_colour, fill_opacity=0.9, buff=PLATE)
                for name in self.names
            )
        )
        self.live = VGroup(self.lines, self.dots, self.plates, self.names)
        self.show(0.0)

    @property
    def factors(self) -> FloatArray:
        """Along the ravine, and across it."""
        return np.asarray(1 - self.rate * self.bent)

    def said(self, *, whole: bool) -> list[Equation]:
        """Across and along: what is left, in letters and as a number; `whole`, with all that is put in."""
        along, across = self.factors.tolist()
        return [
            self._said(MOST, float(self.bent[1]), across, whole),
            self._said(LEAST, float(self.bent[0]), along, whole),
        ]

    def _said(self, letter: Symbol, bent: float, left: float, whole: bool) -> Equation:
        made: Term = numeral(left, DIGITS)
        if whole:
            made = Equation(_less(Product((numeral(self.rate, FIGURES), numeral(bent)))), made)
        return Equation(_less(Product((Symbol("alpha"), letter))), made)

    def show(self, steps: float) -> StepFactors:
        """Both distances after so many steps, straight on between two."""
        ground, panel = self.axes.picture.ground, self.axes.picture.panel
        made, part = int(steps), steps - int(steps)
        left = (1 - part) * self.factors**made + part * self.factors ** (made + 1)
        here = panel.position(*ground.centre)
        for row, (begun, share) in enumerate(zip(self.begun, left, strict=True)):
            there = panel.border(*(ground.centre + share * begun))
            drawn(self.lines[row], [(here, there)])
            self.dots[row].move_to(there)
            self._name(row, np.asarray(there) - np.asarray(here), np.asarray(there))
        return self

    def _name(self, row: int, way: FloatArray, there: FloatArray) -> None:
        """Which distance it is, beyond its dot, or where there is no room, above or below it."""
        name, box = self.names[row], self.axes.picture.panel.box
        way = way / max(float(np.linalg.norm(way)), BESIDE)
        reach = np.array([name.width / 2 + CLOSE, name.height / 2 + CLOSE, 0.0])
        low = np.array([box.left, box.bottom, 0.0]) + reach
        high = np.array([box.right, box.top, 0.0]) - reach
        away = DOT + float(np.abs(way) @ reach)
        upright = np.array([0.0, DOT + reach[1], 0.0])
        spots = [there + away * way, there + upright, there - upright]
        here = [np.clip(spot, low, high) for spot in spots]
        apart = [float(np.linalg.norm(one - other)) for one, other in zip(here, spots, strict=True)]
        place = here[int(np.argmin(np.round(apart, 6)))]
        name.move_to(place)
        self.plates[row].move_to(place)


def _less(taken: Term) -> Sum:
    return Sum((number(1), Negative(taken)))
