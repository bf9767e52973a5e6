"""The data, and how the model answers when one parameter moves: residuals, and the lever arm of a point.

Laws
----
- one parameter moves at a time, round the values at which the gradient is taken
- an arrow at a point is as long as the prediction there moves: the inner derivative times how far the parameter went
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from manim import BackgroundRectangle, Dot, Polygon, VGroup, VMobject

from symgd.animations.formulas.numerals import numeral, scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.optimize.prediction import is_straight, predictor, readable
from symgd.optimize.run import Run
from symgd.terms import Symbol
from symgd.writing.words import message

POINTS, RESIDUALS = 120, 30
SHOWN_AT = (0.25, 0.6, 1.0)  # of the data's range: where a row is told of
SAMPLES = 80
REACH = 3.5  # how far beyond the data a line may widen the picture, in ranges of the data
MISSED = 0.6  # of the longest residual: a swing is no smaller than beside a range of the data of that length
SWING = 0.45  # of the picture's height: how far the fastest point goes
WIDE = 1.3  # times that, at most, where a model bends
TINY, PLATE, AREA = 1e-6, 0.85, 0.25
BOLD = 7  # the width of a residual that is told of
RADIUS, FINE, FEW = 0.085, 0.045, 30
HEAD, HALF_HEAD = 0.16, 0.07
PIVOT = 0.1
LABEL_EM = 0.36
PALE = 0.8
INPUT, TARGET = "x", "y"  # of rows that are made up
NEAR, MARGIN = 0.06, 0.03  # of a label, from what it belongs to and from all else
APART, CROWDED = 0.16, 1000  # labels beside each other, and what it counts where they are nearer
ROUND = np.array([(0.06, 0.0, 0.0), (-0.06, 0.0, 0.0), (0.0, 0.06, 0.0), (0.0, -0.06, 0.0)])


class SwingPicture:
    """Data and a model with one input, at chosen values of the parameters."""

    most = POINTS  # rows that are shown

    def __init__(self, stage: Stage, zone: Zone, run: Run, *, made_up: bool = False) -> None:
        self.made_up = made_up
        self.stage, self.run, self.problem = stage, run, run.problem
        self.names = run.trace.parameters
        self.start: FloatArray = np.array(run.trace.table[0, : len(self.names)])
        self.predict = predictor(self.problem)
        rows = spread(len(run.data), self.most)
        self.columns = [run.data[name][rows] for name in self.problem.inputs]
        self.xs, self.ys = self._across(), run.data[self.problem.target][rows]
        self.among = spread(len(rows), RESIDUALS)
        self.panel = self._panel(zone)
        palette = stage.palette
        self.residuals, self.line = stroke(palette.error, 2.5), stroke(palette.prediction, 4)
        self.still = stroke(palette.prediction, 2, PALE)
        radius = RADIUS if len(rows) <= FEW else FINE
        inside = [(x, y) for x, y in zip(self.xs, self.ys, strict=True) if self.panel.holds(x, y)]
        self.points = VGroup(
            *(Dot(self.panel.position(x, y), radius=radius, color=palette.ink) for x, y in inside)
        )
        self.live = VGroup(self.still, self.residuals, self.line, self.points)
        self.show(self.start)

    def _across(self) -> FloatArray:
        """Where each row stands across: at its input."""
        return self.columns[0]

    def _reach_across(self) -> list[float]:
        """What the lower scale has to hold."""
        return [*self.xs.tolist(), *([0.0] if self._turns_near else [])]

    def _x_label(self) -> Label:
        return self._named(self.problem.inputs[0])

    def _panel(self, zone: Zone) -> PlotPanel:
        """Scales that hold the data, the axis where a line turns, and what the model says as it moves."""
        self.x = scale_of(self._reach_across())
        said = np.concatenate([self.said(self.start), *(self.said(v) for v in self._extremes())])
        finite = said[np.isfinite(said)]
        y = scale_of(readable(self.ys, finite if finite.size else self.ys, REACH))
        return PlotPanel(
            self.stage,
            zone,
            self.x,
            y,
            x_label=self._x_label(),
            y_label=self._named(self.problem.target),
        )

    @property
    def _turns_near(self) -> bool:
        """Whether a straight line's pivot, where its input is zero, is near the data."""
        low, high = float(self.xs.min()), float(self.xs.max())
        apart = high - low
        return is_straight(self.problem) and low - apart <= 0 <= high + apart

    def _named(self, name: str) -> Label:
        """A column's name; made-up rows have none of the user's."""
        if self.made_up:
            return Symbol(TARGET if name == self.problem.target else INPUT)
        label = self.problem.labels[name]
        if label == name:
            return Symbol(name)
        return message("{letter}: {name}", letter=Symbol(name), name=label)

    def said(self, values: FloatArray) -> FloatArray:
        """What the model says of the data."""
        return self.predict(values, self.columns)

    def pieces(self, values: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """The model as it is drawn."""
        xs = np.linspace(self.x.low, self.x.high, SAMPLES)
        return self.panel.segments(xs, self.predict(values, [xs]))

    def slopes(self, index: int) -> FloatArray:
        """How fast the prediction of each row changes with a parameter."""
        step = TINY * max(1.0, abs(float(self.start[index])))
        way = np.zeros_like(self.start)
        way[index] = step
        return (self.said(self.start + way) - self.said(self.start - way)) / (2 * step)

    def reach(self, index: int) -> float:
        """How far a parameter swings."""
        fastest = np.abs(self.slopes(index))
        fastest = fastest[np.isfinite(fastest)]
        apart = self._apart
        if not fastest.size or not fastest.max() > 0:
            return 1.0
        made = SWING * apart / float(fastest.max())
        while made > TINY and self._furthest(index, made) > WIDE * SWING * apart:
            made /= 2  # a model that bends goes further than its slope says
        return made

    @property
    def _apart(self) -> float:
        """How far apart the data are, or the model from them, where it is far away."""
        missed = np.abs(self.ys - self.said(self.start))
        longest = float(missed[np.isfinite(missed)].max(initial=0.0))
        return max(float(np.ptp(self.ys)), MISSED * longest) or 1.0

    def _furthest(self, index: int, reach: float) -> float:
        """How far the prediction goes with a swing, where it goes furthest."""
        here, ends = self.said(self.start), []
        for sign in (1.0, -1.0):
            values = self.start.copy()
            values[index] += sign * reach
            ends.append(np.abs(self.said(values) - here))
        found = np.array(ends)
        return float(found[np.isfinite(found)].max(initial=0.0))

    def told_rows(self) -> list[int]:
        """A few rows that are apart from each other."""
        low, high = float(self.xs.min()), float(self.xs.max())
        places = [low + part * (high - low) for part in SHOWN_AT]
        return [*dict.fromkeys(int(np.abs(self.xs - place).argmin()) for place in places)]

    def _extremes(self) -> list[FloatArray]:
        return [self.moved(index, sign) for index in range(len(self.names)) for sign in (-1.0, 1.0)]

    def moves(self, name: str) -> bool:
        """Whether this parameter is seen to move."""
        return name in self.names

    def moved(self, index: int, part: float) -> FloatArray:
        """The parameters with one of them moved by a part of its swing."""
        values = self.start.copy()
        values[index] += part * self.reach(index)
        return values

    def show(self, values: FloatArray) -> SwingPicture:
        """Draw line and residuals for these parameters."""
        drawn(self.line, self.pieces(values))
        said, pieces = self.said(values), []
        for row in self.among:
            if np.isfinite(said[row]):
                pieces += self.panel.segments([self.xs[row]] * 2, [self.ys[row], said[row]])
        drawn(self.residuals, pieces, dashed=True)
        return self

    def residual(self, row: int) -> VMobject | None:
        """One row's residual at the start, bolder; None where it is not in the picture."""
        if row not in self.among or not np.isfinite(self.said(self.start)[row]):
            return None
        ends = [self.ys[row], self.said(self.start)[row]]
        pieces = self.panel.segments([self.xs[row]] * 2, ends)
        return drawn(stroke(self.stage.palette.error, BOLD), pieces) if pieces else None

    def stay(self) -> None:
        """Leave a pale line where the model began."""
        drawn(self.still, self.pieces(self.start), dashed=True)

    def arms(self, index: int) -> VGroup:
        """At a few points: an arrow as long as the prediction moves, with the inner derivative; and a straight line's lever arms."""
        slopes, made, lever = self.slopes(index), VGroup(), self.lever(index)
        if len(lever.points):
            made.add(lever, self.pivot(index))
        before, after = self.said(self.start), self.said(self.moved(index, 1.0))
        rows = [row for row in self.told_rows() if np.isfinite(slopes[row])]
        colour = self.stage.colours.get(self.names[index], self.stage.palette.ink)
        name = Symbol(self.names[index])
        labels: list[tuple[VGroup, tuple[FloatArray, FloatArray]]] = []
        for row in rows:
            x = float(self.xs[row])
            piece = self.panel.clipped(
                self.panel.position(x, before[row]), self.panel.position(x, after[row])
            )
            if piece is None:
                continue
            made.add(arrow(*piece, colour))
            said = message("{factor} · Δ{name}", factor=numeral(float(slopes[row])), name=name)
            label = self.stage.sentence(said, em=LABEL_EM).set_color(colour)
            labels.append((label, piece))
        for number, (label, piece) in enumerate(labels):
            placed = [each for each, _ in labels[:number]]
            self._beside(label, *piece, made, index, placed)
        for label, _ in labels:
            made.add(VGroup(self._plate(label), label))
        return made

    def _plate(self, label: VGroup) -> BackgroundRectangle:
        """What keeps words clear of the lines that they lie over."""
        ground = self.stage.palette.ground
        return BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=0.03)

    def lever(self, index: int, row: int | None = None) -> VMobject:
        """From where a straight line turns to a row, or to the one furthest from there; nothing where nothing turns."""
        arm = stroke(self.stage.colours.get(self.names[index], self.stage.palette.ink), 3)
        if not self._turns_near or not np.allclose(self.slopes(index), self.xs, atol=1e-6):
            return arm
        height = float(self.predict(self.start, [np.zeros(1)])[0])
        far = float(self.xs[np.abs(self.xs).argmax() if row is None else row])
        return drawn(arm, self.panel.segments([0.0, far], [height, height]))

    def product(self, index: int, row: int) -> VGroup:
        """A row's residual times its lever arm: an area, as wide as the arm and as high as the residual; nothing where nothing turns."""
        x, said = float(self.xs[row]), float(self.said(self.start)[row])
        if not len(self.lever(index, row).points) or not self.panel.holds(x, said):
            return VGroup()
        corners = [(0.0, said), (x, said), (x, float(self.ys[row])), (0.0, float(self.ys[row]))]
        places = [self.panel.border(*corner) for corner in corners]
        area = Polygon(*places, stroke_width=0)
        area.set_fill(self.stage.palette.error, opacity=AREA)
        arm = stroke(self.stage.colours.get(self.names[index], self.stage.palette.ink), 4)
        return VGroup(area, drawn(arm, [(places[0], places[1])]))

    def pivot(self, index: int) -> Dot:
        """Where a straight line turns: what is held keeps it there."""
        height = float(self.predict(self.start, [np.zeros(1)])[0])
        held = [self.stage.colours.get(n) for k, n in enumerate(self.names) if k != index]
        colour = held[0] if len(held) == 1 and held[0] else self.stage.palette.ink
        return Dot(self.panel.border(0.0, height), radius=PIVOT, color=colour)

    def _beside(
        self,
        label: VGroup,
        start: FloatArray,
        end: FloatArray,
        others: VGroup,
        index: int,
        placed: Sequence[VGroup],
    ) -> VGroup:
        """A label near an arrow, where it lies over the fewest dots, lines and labels."""
        box, taken = self.panel.box, self._taken(others, index)
        wide, high = label.width / 2, label.height / 2
        aside, over = wide + NEAR, high + NEAR
        places = [
            (x + side, y + up)
            for x, y in ((end[0], end[1]), (start[0], start[1]), *[tuple(((start + end) / 2)[:2])])
            for side in (aside, -aside, 0.0)
            for up in (0.0, over, -over, 2 * over, -2 * over)
            if side or up
        ]
        room = [
            (x, y)
            for x, y in places
            if box.left + wide <= x <= box.right - wide and box.bottom + high <= y <= box.top + high
        ]

        def covered(place: tuple[float, float]) -> int:
            near = np.abs(taken - np.array(place)) < np.array([wide + MARGIN, high + MARGIN])
            return int(near.all(axis=1).sum()) + CROWDED * sum(
                map(partial(runs_into, place), placed)
            )

        def runs_into(place: tuple[float, float], other: VGroup) -> bool:
            x, y = (np.abs(np.array(place) - other.get_center()[:2])).tolist()
            across, up = wide + other.width / 2 + APART, high + other.height / 2 + MARGIN
            return bool(x < across and y < up)

        return label.move_to([*min(room or places, key=covered), 0.0])

    def _taken(self, others: VGroup, index: int) -> FloatArray:
        """Positions of all that a label must not cover, of shape (n, 2)."""
        found = [
            end
            for values in (self.start, self.moved(index, 1.0))
            for piece in self.pieces(values)
            for end in (*piece, (piece[0] + piece[1]) / 2)
        ]
        found += [dot.get_center() + shift for dot in self.points for shift in ROUND]
        drawn_parts = [self.residuals, *others.family_members_with_points()]
        for part in drawn_parts:
            curves = part.points.reshape(-1, 4, 3)
            found += [
                point
                for t in (0, 0.25, 0.5, 0.75, 1)
                for point in (1 - t) * curves[:, 0] + t * curves[:, 3]
            ]
        return np.array(found)[:, :2]


def arrow(start: FloatArray, end: FloatArray, colour: str) -> VGroup:
    """An arrow with a filled head."""
    way, made = end - start, VGroup()
    length = float(np.linalg.norm(way))
    if length < 1e-6:
        return made
    along = way / length
    aside = np.array([-along[1], along[0], 0.0])
    head = min(HEAD, 0.6 * length)
    neck, wide = end - head * along, HALF_HEAD * head / HEAD
    tip = Polygon(end, neck + wide * aside, neck - wide * aside, stroke_width=0)
    made.add(drawn(stroke(colour, 3.5), [(start, neck)]), tip.set_fill(colour, opacity=1))
    return made
