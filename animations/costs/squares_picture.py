"""Data, what a model says of them, dashed residuals, and for some rows their squares, drawn as squares.

Laws
----
- a square's sides are equal on the screen, and as long as its residual in the target's scale
- it keeps the side of its residual on which it was drawn first
- one that leaves the picture is torn off at the border
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, product

import numpy as np
from manim import (
    Animation,
    Circle,
    Dot,
    Line,
    Square,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    smooth,
)

from symgd.animations.costs.told_rows import FollowedRow, FollowedRows, best_values
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.fit_picture import FEW, POINTS, RESIDUALS, SAMPLES
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.optimize.prediction import readable
from symgd.terms import Symbol, Term
from symgd.writing.words import Message, message

REACH = 6.0  # how far beyond the data a line may widen the picture, in ranges of the data
ROOM = 0.12
WIDEST = 0.46  # of the box's width, for a square
EM, BESIDE, RING = 0.3, 0.1, 0.14
FILLED = 0.22
TRIED, ALL = (
    0.6,
    1.8,
)  # how far tries beside it may widen the picture, in parts of it; all of them, where that is enough
TOOTH = 0.18  # of the edge of a square that is torn off
WIDER = 1.0, 1.15, 1.3  # times a scale, so that squares lie apart
PALE = 0.6  # of the residuals that are not told of


class SquaresPicture:
    """Points and prediction with certain parameters, `also` others having room; `live` moves with `show`.

    Those `beside` have room as far as they leave the data readable; a square is no wider than `widest`, a part
    of the box, and the scale upwards is longer than it need be by `room`, parts of it below and above.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        told: FollowedRows,
        also: Sequence[FloatArray] = (),
        beside: Sequence[FloatArray] = (),
        widest: float = WIDEST,
        room: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.widest, self.room = widest, room
        self.stage, self.told, self.also, self.tried = stage, told, also, beside
        self.values = np.array(told.story.parameters[0], dtype=np.float64)
        shown = spread(len(told.actual), POINTS)
        self.shown: list[int] = sorted({*shown.tolist(), *told.rows.tolist()})
        self.along = told.actual if told.across else told.inputs[0]
        self.panel, self.sides = self._roomy(zone)
        palette = stage.palette
        self.line = stroke(palette.prediction, 4)
        self.others, self.residuals = (
            stroke(palette.error, 1.5, PALE),
            stroke(palette.error, 3),
        )
        self.squares = VGroup(*(self._square() for _ in told.rows))
        self.points = self._points()
        if told.across:
            ends = [self.panel.y.low, self.panel.y.high]
            self.line.set_stroke(palette.ink, width=1.5)
            drawn(self.line, self.panel.segments(ends, ends))
        self.live = VGroup(self.squares, self.others, self.residuals, self.line, self.points)
        self.beside: list[VMobject] = []  # what else stands in the picture, and is kept clear
        self.show(self.values)

    def _square(self) -> VMobject:
        made = stroke(self.stage.palette.error, 2)
        return made.set_fill(self.stage.palette.error, opacity=FILLED)

    def _roomy(self, zone: Zone) -> tuple[PlotPanel, list[int]]:
        """The panel, its scale upwards as wide as it takes for squares to lie apart at the start, and their sides."""
        for more in (*WIDER, 1.0):
            self.panel = self._panel(zone, more)
            sides = self._sides()
            if not self.told.is_square or not self._crowded(sides, [self.values]):
                break
        return self.panel, sides

    def _panel(self, zone: Zone, more: float = 1.0) -> PlotPanel:
        """Scales that hold data and predictions, and leave room for the squares beside them."""
        told, problem = self.told, self.told.problem
        tries = (self.values, *self.also)
        ends = [told.predicted(values) for values in (*tries, best_values(told.story))]
        low, high = readable(told.actual, np.concatenate(ends), REACH)
        below, above = ((more - 1) / 2 + part for part in self.room)
        low, high = low - below * (high - low), high + above * (high - low)
        if len(self.tried):
            worse = np.concatenate([*ends, *map(told.predicted, self.tried)])
            whole = readable(np.array([low, high]), worse, ALL)
            held = whole[0] <= np.min(worse) and np.max(worse) <= whole[1]
            low, high = whole if held else readable(np.array([low, high]), worse, TRIED)
        x, y = scale_of(self.along.tolist(), ROOM), scale_of([low, high])
        label = self._named(problem.target)
        x_label: Label = message("actual {target}", target=label) if told.across else ""
        if not told.across:
            x_label = self._named(problem.inputs[0])
        y_label: Label = message("predicted") if told.across else label
        panel = PlotPanel(self.stage, zone, x, y, x_label=x_label, y_label=y_label)
        residuals = np.abs([row.residual for values in tries for row in told.at(values)])
        widest = float(np.nanmax(residuals, initial=0.0)) * panel.box.height / (y.high - y.low)
        if told.is_square and widest > self.widest * panel.box.width:
            missing = (y.high - y.low) * (widest / (self.widest * panel.box.width) - 1)
            below = missing * self.room[0] / (sum(self.room) or 1.0)
            y = Scale(y.low - below, y.high + missing - below)
            panel = PlotPanel(self.stage, zone, x, y, x_label=x_label, y_label=y_label)
        if told.left_out:
            panel.noted(
                message(
                    "{told} of {count} rows one by one", told=len(told.rows), count=len(told.actual)
                )
            )
        return panel

    def _named(self, name: str) -> str | Term | Message:
        """What a column is called: in words with its letter in the formula, or by its name alone."""
        label = self.told.problem.labels[name]
        if label == name:
            return Symbol(name)
        return message("{words} {letter}", words=label, letter=Symbol(name))

    def _points(self) -> VGroup:
        """Round dots for data, squares for predictions."""
        palette, radius = self.stage.palette, 0.09 if len(self.shown) <= FEW else 0.05
        if self.told.across:
            return VGroup(
                *(
                    Square(side_length=2 * radius, stroke_width=0)
                    .set_fill(palette.prediction, opacity=1)
                    .move_to(self.panel.box.centre)
                    for _ in self.shown
                )
            )
        return VGroup(
            *(
                Dot(self._place(row, self.told.actual[row]), radius=radius, color=palette.ink)
                for row in self.shown
            )
        )

    def _place(self, row: int, height: float) -> FloatArray:
        return self.panel.border(float(self.along[row]), float(height))

    @property
    def unit(self) -> float:
        """How long 1 of the target is in the frame."""
        return self.panel.box.height / (self.panel.y.high - self.panel.y.low)

    def _sides(self) -> list[int]:
        """On which side of each residual its square has room, away from the others; to the right where that is one."""
        ways = product((1, -1), repeat=len(self.told.rows))
        return [*min(ways, key=lambda each: self._crowded(each, (self.values, *self.also)))]

    def _crowded(self, ways: Sequence[int], tries: Sequence[FloatArray]) -> float:
        """How far squares on these sides leave the picture or lie over each other."""
        box, crowded = self.panel.box, 0.0
        for values in tries:
            spans = list[tuple[float, float]]()
            for way, row, told in zip(ways, self.told.rows, self.told.at(values), strict=True):
                x, side = float(self._place(row, told.actual)[0]), abs(told.residual) * self.unit
                side = min(side, box.width) if np.isfinite(side) else box.width
                spans.append((x, x + side) if way > 0 else (x - side, x))
            crowded += sum(max(0.0, box.left - a, b - box.right) * len(spans) for a, b in spans)
            crowded += sum(
                max(0.0, min(b, d) - max(a, c)) for (a, b), (c, d) in combinations(spans, 2)
            )
        return round(crowded, 6)

    def show(self, values: FloatArray, *, residuals: bool = True) -> SquaresPicture:
        """What the model says with certain parameters."""
        self.values, told, panel = np.array(values, dtype=np.float64), self.told, self.panel
        said = told.predicted(self.values)
        if told.across:
            for point, row in zip(self.points, self.shown, strict=True):
                inside = bool(np.isfinite(said[row]))
                point.set_fill(opacity=float(inside))
                if inside:
                    point.move_to(self._place(row, said[row]))
        else:
            xs = np.linspace(panel.x.low, panel.x.high, SAMPLES)
            drawn(self.line, panel.segments(xs, told.predict(self.values, [xs])))
        if not residuals:
            return self
        pale = [row for row in self.shown if row not in self.told.rows]
        pale = [pale[n] for n in spread(len(pale), RESIDUALS)] if pale else []
        drawn(self.others, self._dashes(pale, said), dashed=True)
        drawn(self.residuals, self._dashes(self.told.rows.tolist(), said), dashed=True)
        for number, row in enumerate(self.told.rows):
            drawn(self.squares[number], self._outline(number, int(row), said))
        return self

    def opened(self, number: int) -> Animation:
        """A told row's square opens sideways from its residual."""
        square, side = self.squares[number], self.sides[number]
        whole = np.array(square.points)
        edge = float(whole[:, 0].min() if side > 0 else whole[:, 0].max()) if len(whole) else 0.0

        def open_(mobject: VMobject, part: float) -> None:
            points = np.array(whole)
            points[:, 0] = edge + float(smooth(part)) * (whole[:, 0] - edge)
            mobject.set_points(points)

        return UpdateFromAlphaFunc(square, open_)

    def _dashes(self, rows: list[int], said: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """From each datum to what the model says of it."""
        pieces = []
        for row in rows:
            if np.isfinite(said[row]):
                heights = [float(self.told.actual[row]), float(said[row])]
                pieces += self.panel.segments([float(self.along[row])] * 2, heights)
        return pieces

    def _outline(
        self, number: int, row: int, said: FloatArray
    ) -> list[tuple[FloatArray, FloatArray]]:
        """The four sides of a square; torn off where it would leave the picture."""
        if not self.told.is_square or not np.isfinite(said[row]):
            return []
        x, low, high = (float(self.along[row]), *sorted((self.told.actual[row], said[row])))
        foot, top = self.panel.position(x, low), self.panel.position(x, high)
        across = np.array([self.sides[number] * (top[1] - foot[1]), 0.0, 0.0])
        corners = [foot, top, top + across, foot + across]
        if top[1] - foot[1] < BESIDE / 10:
            return []
        return torn(corners, self.panel.box)

    # ---------------------------------------------------------------------------------------------
    # Numbers

    def pieces(self, *lines: VMobject) -> list[tuple[FloatArray, FloatArray]]:
        """The straight pieces of what is drawn."""
        return [piece for line in lines for piece in _pieces(line)]

    def places(self, *lines: VMobject) -> LabelPlaces:
        """Room for labels, clear of the points and of what is drawn."""
        points = [point.get_center() for point in self.points]
        dots = rounds(points, float(self.points[0].width) / 2)
        dashes = along(_pieces(self.others)) if any(line is self.others for line in lines) else []
        firm = self.pieces(*(line for line in (*lines, *self.beside) if line is not self.others))
        return LabelPlaces(self.stage, self.panel.box, [*dots, *along(firm)], points, dashes)

    def coordinates(self) -> VGroup:
        """The told points' two numbers beside them; rings round them where there are many points."""
        anchors = [self._place(row, self.told.actual[row]) for row in self.told.rows]
        if len(self.shown) > FEW:
            ring = Circle(radius=RING, color=self.stage.palette.error, stroke_width=3)
            return VGroup(*(ring.copy().move_to(anchor) for anchor in anchors))
        made, places = VGroup(), self.places(self.line)
        for row, anchor in zip(self.told.rows, anchors, strict=True):
            pair = self.along[row], self.told.actual[row]
            x, y = (numeral(float(value)) for value in pair)
            made.add(places.put(self.stage.sentence("(", x, ", ", y, ")", em=EM), anchor))
        return made

    def predictions(self) -> VGroup:
        """What the model says of the told rows, as dots on its line."""
        rows = zip(self.told.rows, self.told.at(self.values), strict=True)
        colour, radius = self.stage.palette.prediction, float(self.points[0].width) / 2
        return VGroup(
            *(
                Dot(self._place(row, told.predicted), radius=radius, color=colour)
                for row, told in rows
            )
        )

    def residual_numbers(self) -> VGroup:
        """The told residuals beside their dashes."""
        made, places = VGroup(), self.places(self.line, self.residuals, self.others)
        for row, told in zip(self.told.rows, self.told.at(self.values), strict=True):
            said = self.stage.formula(numeral(told.residual), em=EM)
            said.set_color(self.stage.palette.error)
            middle = (self._place(row, told.actual) + self._place(row, told.predicted)) / 2
            made.add(self._unled(places.put(said, middle)))
        return made

    def square_numbers(self) -> VGroup:
        """The squares' areas, in them, or beside those that are too small."""
        made, places = VGroup(), self.places(self.line, self.residuals, self.others, *self.squares)
        rows = zip(self.squares, self.told.rows, self.told.at(self.values), strict=True)
        for square, row, told in rows:
            said = self.stage.formula(numeral(told.loss), em=EM)
            seen = len(square.points) > 0
            if seen and said.width < square.width - BESIDE / 2:
                made.add(self._unled(places.within(said, square)))
            else:
                made.add(self._unled(places.put(said, self._outside(square, told, int(row)))))
        return made

    def _unled(self, label: VGroup) -> VGroup:
        """A label; among many points, one far off would lead across them, and the table has its number."""
        led = any(isinstance(part, Line) for part in label)
        return VGroup() if led and len(self.shown) > FEW else label

    def _outside(self, square: VMobject, told: FollowedRow, row: int) -> FloatArray:
        """Where a square has its side away from the residual; its datum, where there is no square."""
        if not len(square.points):
            return self._place(row, told.actual)
        number = self.told.rows.tolist().index(row)
        return np.asarray(square.get_right() if self.sides[number] > 0 else square.get_left())


def torn(corners: Sequence[FloatArray], box: Zone) -> list[tuple[FloatArray, FloatArray]]:
    """The sides of a square as far as a box holds it, jagged where it is cut off."""
    low, high = np.array([box.left, box.bottom, 0]), np.array([box.right, box.top, 0])
    within = [np.clip(corner, low, high) for corner in corners]
    if max(float(np.abs(a - b).max()) for a, b in zip(within, corners, strict=True)) <= BESIDE:
        return [*pairwise([*corners, corners[0]])]
    cut = [np.abs(a - b) > 0 for a, b in zip(within, corners, strict=True)]
    ends: list[FloatArray] = []
    for n, (one, other) in enumerate(pairwise([*within, within[0]])):
        both = cut[n] & cut[(n + 1) % len(cut)]
        long = float(np.linalg.norm(other - one))
        teeth = 2 * round(long / TOOTH) if both.any() else 0
        inwards = np.where(both, np.sign(np.array(box.centre) - one), 0.0) * TOOTH / 2
        ends.append(one)
        for k in range(1, teeth):
            ends.append(one + k / teeth * (other - one) + k % 2 * inwards)
    return [*pairwise([*ends, ends[0]])]


def _pieces(line: VMobject) -> list[tuple[FloatArray, FloatArray]]:
    """The straight pieces of what is drawn."""
    parts = [part.points.reshape(-1, 4, 3) for part in line.get_family() if len(part.points)]
    return [(start, end) for part in parts for start, end in part[:, [0, 3]]]
