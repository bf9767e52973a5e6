"""The mean of all squares, drawn as one more: its area is the cost.

Laws
----
- its side is as long as the root of the cost in the target's scale, or a told part or multiple of that
- it stands in a corner where none of the tries puts a point, a line or a square; where there is none, it is not drawn
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, VMobject

from symgd.animations.costs.squares_picture import BESIDE, EM, FILLED, SquaresPicture
from symgd.animations.costs.told_table import fixed, places_in
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import along
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

CORNERS = ((-1, 1), (1, 1), (1, -1), (-1, -1))
APART = 0.2  # from the box's edges
HIGHEST = 0.75  # of the box
SCALES = 1.0, 0.5, 0.25  # of its side, in the target's scale
MELTING = 0.25  # more width than it needs, over which a number goes into the square
WITHIN = np.linspace(0.0, 1.0, 6)  # of a square, each way


class MeanSquare:
    """A square with its name and the cost in it; `live` moves with `show`, and has no members where there is no room."""

    def __init__(
        self, fit: SquaresPicture, tries: Sequence[FloatArray], scale: float = 1.0
    ) -> None:
        self.fit, self.scale, told = fit, scale, fit.told
        self.live = VGroup()
        self.number = VGroup()
        problem = told.problem
        plain = problem.penalty is None and problem.weights is None
        self.wanted = told.is_square and plain and problem.loss.reduction == "mean"
        if not self.wanted:
            return
        palette = fit.stage.palette
        count = len(told.actual)
        said = (
            message("mean of all {count}", count=count) if told.left_out else message("their mean")
        )
        self.called = said
        self.name = self._named()
        self.square = stroke(palette.error, 3).set_fill(palette.error, opacity=FILLED)
        corner = self._corner(tries)
        if corner is not None:
            self.corner = corner
            self.live.add(self.square, self.name, self.number)
            self.places = places_in(max(map(fit.told.cost, tries)))
            self.show(fit.values)

    def _named(self) -> Typeset:
        """Its name, and how large it is drawn where that is not the target's scale."""
        said, times = self.called, round(max(self.scale, 1 / self.scale))
        if self.scale < 1:
            said = message("{name}, drawn 1 : {number}", name=said, number=times)
        elif self.scale > 1:
            said = message("{name}, drawn {number} : 1", name=said, number=times)
        return self.fit.stage.sentence(said, em=EM)

    def enlarged(self, tries: Sequence[FloatArray], values: Sequence[FloatArray]) -> float:
        """At what scale these values fill the corner that is free for the tries, their number beside them; a whole number."""
        most, side = (max(map(self._side, each), default=0.0) for each in (tries, values))
        most -= BESIDE + self.number.width
        return max(self.scale, float(int(self.scale * most / side))) if side > 0 else self.scale

    def grown(self, scale: float) -> Animation:
        """It goes to another scale."""
        before = self.scale

        def grow(_: Mobject, part: float) -> None:
            self.scale = float((1 - part) * before + part * scale)
            self.show(self.values)

        return UpdateFromAlphaFunc(VGroup(self.square, self.number), grow)

    def rename(self) -> None:
        """Its name says its scale."""
        self.live.remove(self.name)
        self.name = self._named()
        self.live.add(self.name)
        self.show(self.values)

    def _side(self, values: FloatArray) -> float:
        cost = self.fit.told.cost(values)
        return (
            self.scale * math.sqrt(cost) * self.fit.unit
            if math.isfinite(cost) and cost > 0
            else 0.0
        )

    def _corner(self, tries: Sequence[FloatArray]) -> tuple[int, int] | None:
        """The corner that is free for all tries."""
        box, taken = self.fit.panel.box, self._taken(tries)
        side = max(map(self._side, tries))
        wide = max(side, self.name.width) + 2 * APART
        tall = max(side, EM) + self.name.height + BESIDE + 2 * APART
        if wide > box.width / 2 or tall > HIGHEST * box.height:
            return None
        for across, up in CORNERS:
            left = box.left if across < 0 else box.right - wide
            low = box.bottom if up < 0 else box.top - tall
            over = (taken >= (left, low)) & (taken <= (left + wide, low + tall))
            if not over.all(axis=1).any():
                return across, up
        return None

    def _taken(self, tries: Sequence[FloatArray]) -> FloatArray:
        """Points of all that the tries draw."""
        fit, here = self.fit, self.fit.values
        points = [point.get_center() for point in fit.points]
        for values in tries:
            fit.show(values)
            points += along(fit.pieces(fit.line, fit.residuals))
            for square in fit.squares:
                if len(square.points):
                    low, size = square.get_corner((-1, -1, 0)), (square.width, square.height, 0)
                    points += [low + np.array(size) * (a, b, 0) for a in WITHIN for b in WITHIN]
        fit.show(here)
        return np.array(points)[:, :2]

    def place(self) -> tuple[float, float]:
        """Its corner in the picture's corner."""
        box, (across, up) = self.fit.panel.box, self.corner
        x = box.left + APART if across < 0 else box.right - APART
        return x, box.top - APART if up > 0 else box.bottom + APART

    @property
    def side(self) -> float:
        """How long a side is now."""
        return self._side(self.values)

    def outline(self) -> VMobject:
        """Where its border is now, for when it grows beyond; nothing where it isn't drawn."""
        made = stroke(self.fit.stage.palette.ink, 2)
        return made.set_points(self.square.points) if len(self.live) else made

    def show(self, values: FloatArray, *, passing: bool = False) -> None:
        """As large as the cost is with these parameters, and the cost in it; on the way it has fixed places."""
        self.values = values
        if not len(self.live):
            return
        side, (across, up), (x, y) = self._side(values), self.corner, self.place()
        ends = [
            (x, y),
            (x - across * side, y),
            (x - across * side, y - up * side),
            (x, y - up * side),
        ]
        corners = [np.array([*end, 0.0]) for end in ends]
        drawn(self.square, [*zip(corners, [*corners[1:], corners[0]], strict=True)])
        beyond = y - up * (max(side, EM) + BESIDE + self.name.height / 2)
        self.name.move_to((x - across * self.name.width / 2, beyond, 0))
        cost = self.fit.told.cost(values)
        said = numeral(cost) if not passing or self.places is None else fixed(cost, self.places)
        refill(self.number, [*self._numbered(said, side, passing=passing)])

    def _numbered(self, said: Label, side: float, *, passing: bool) -> Typeset:
        """The cost within the square, or beside one that is too small for it; in passing it goes gradually between them."""
        made = self.fit.stage.sentence(said, em=EM)
        (x, y), (across, up) = self.place(), self.corner
        inside = float(np.clip((side - made.width - BESIDE) / MELTING, 0, 1))
        inside = inside if passing else round(inside)
        if self.scale > 1:  # what grows from its outline is kept clear
            inside = 0.0
        away = inside * side / 2 + (1 - inside) * (side + BESIDE + made.width / 2)
        made.move_to((x - across * away, y - up * max(side, made.height) / 2, 0))
        return made
