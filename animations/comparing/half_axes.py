"""HalfAxes: an ellipse of equal cost with its longer and its shorter half axis, each with its length.

Law
---
- the condition number is (longer/shorter)², as a half axis is √(2·height/curvature)
"""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.stories.cost_map import CostMap, principal_axes
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Fraction, Symbol, Term, squared

OUTLINE, AXIS = 3.5, 3.5
NUMBER_EM, BEYOND = 0.3, 0.1
CORNERS = 160
SHORT, ROUND_CROSS = 1e-9, 0.2  # a number stays clear of the cross
PLATE, INSIDE = 0.04, 0.08  # round a number, and from it to the frame
WITHIN = 0.72  # of the way to the frame: there is room for the numbers


class HalfAxes:
    """At some height above the least cost: `outline`, `lines` and their numbers, `labels`."""

    def __init__(self, picture: PathsPicture, height: float) -> None:
        self.picture, ground, palette = picture, picture.ground, picture.stage.palette
        sizes, ways = principal_axes(ground.hessian)
        self.lengths = np.sqrt(2 * height / sizes)  # the longer one first
        turns = np.linspace(0, 2 * np.pi, CORNERS)
        self.corners: FloatArray = (
            ground.centre + (ways * self.lengths @ np.vstack((np.cos(turns), np.sin(turns)))).T
        )
        panel = picture.panel
        self.outline = drawn(
            stroke(palette.error, OUTLINE), panel.segments(*self.corners.T.tolist())
        )
        self.lines, self.labels, self.plates = VGroup(), VGroup(), VGroup()
        for length, way, up in zip(self.lengths, ways.T, (1, 0), strict=True):
            end = ground.centre + length * way * (1.0 if way[up] >= 0 else -1.0)
            here, there = panel.position(*ground.centre), panel.border(*end)
            self.lines.add(drawn(stroke(palette.ink, AXIS), [(here, there)]))
            self.labels.add(self._labelled(float(length), here, there))
        self.plates.add(
            *(
                BackgroundRectangle(label, color=palette.ground, fill_opacity=1, buff=PLATE)
                for label in self.labels
            )
        )
        self.whole = VGroup(self.outline, self.lines, self.plates, self.labels)

    def _labelled(self, said: float, here: FloatArray, there: FloatArray) -> Typeset:
        """A length beyond the end of its axis."""
        stage, box = self.picture.stage, self.picture.panel.box
        made = stage.formula(numeral(said), em=NUMBER_EM)
        length = float(np.linalg.norm(there - here))
        way = (there - here) / max(length, SHORT)
        there = there + max(0.0, ROUND_CROSS - length) * way
        room = np.array([made.width / 2 + INSIDE, made.height / 2 + INSIDE, 0.0])
        low = np.array([box.left, box.bottom, 0.0]) + room
        high = np.array([box.right, box.top, 0.0]) - room
        away = float(np.abs(way) @ room) + BEYOND
        made.move_to(np.clip(there + away * way, low, high))
        return made

    @property
    def said(self) -> tuple[Equation, ...]:
        """The condition number by the curvatures, and by these lengths."""
        longer, shorter = map(float, self.lengths)
        first = by_curvatures(self.picture.ground)
        ratio = squared(Fraction(numeral(longer), numeral(shorter)))
        return first, Equation(Symbol("kappa"), Equation(ratio, _number(self.picture.ground)))


def by_curvatures(ground: CostMap) -> Equation:
    """The condition number as the ratio of the curvatures."""
    least, most = np.linalg.eigvalsh(ground.hessian).tolist()
    curved = Fraction(Symbol("lambda_max"), Symbol("lambda_min"))
    bent = Fraction(numeral(most), numeral(least))
    return Equation(Symbol("kappa"), Equation(curved, Equation(bent, _number(ground))))


def _number(ground: CostMap) -> Term:
    least, most = np.linalg.eigvalsh(ground.hessian).tolist()
    return numeral(most / least, 3)


def closed_height(ground: CostMap, panel: PlotPanel) -> float | None:
    """How high the largest drawn line of equal cost is that closes within a panel, with room round it; a smaller one where none does; None where the cost is no bowl."""
    if not ground.is_bowl:
        return None
    spans = zip(ground.centre.tolist(), (panel.x, panel.y), strict=True)
    room = np.array([WITHIN * min(at - scale.low, scale.high - at) for at, scale in spans])
    if not (room > 0).all():
        return None
    most = float((room**2 / (2 * np.diag(np.linalg.inv(ground.hessian)))).min())
    return max((each for each in ground.heights if 0 < each <= most), default=most)
