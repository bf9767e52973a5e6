"""The data, what the model says of them, and dashed residuals between the two.

With one input that is a line among points. With several it is predicted against actual: the points move, and the
line on which both are equal stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from manim import Dot, Square, VGroup

from symgd.animations.formulas.numerals import scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import LEFT, RIGHT, PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.descent_story import DescentStory, Form
from symgd.data.arrays import FloatArray, spread
from symgd.optimize.prediction import predictor, readable
from symgd.terms import Symbol, Term
from symgd.writing.words import Message, message

POINTS = 200  # rows that are drawn
RESIDUALS = 40  # rows whose residuals are drawn
SAMPLES = 80  # points at which a curve is computed
REACH = 0.6  # how far beyond the data a line may widen the picture, in ranges of the data
FEW = 30
FEWEST, HAIR, TINTED = 8, 1e-3, 0.15  # rows whose squares are drawn; a side at least; opacity
DOT, SMALL_DOT, LEAST_DOT = (
    0.085,
    0.045,
    0.018,
)  # radii: of few points, of many, of many in a small picture
BROAD, THIN = 2.5, 1.2  # strokes of residuals: of few, and of many in a small picture
SMALL = 2.6  # the width of a picture that stands aside
ROOMY = 40.0  # the area of a picture in which many points have their size
GONE_EM = 0.27
GONE: Mapping[Form, Message] = {
    "line": message("line out of view"),
    "curve": message("curve out of view"),
    "model": message("model out of view"),
}


class FitPicture:
    """Data and prediction at a time of the descent; its scales hold what is predicted with parameters `beside` these too.

    They reach beyond the data by `reach` of the data's own range at most; those `alone` leave out the
    run's own ends.
    """

    reach = REACH

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        beside: Sequence[FloatArray] = (),
        reach: float = REACH,
        *,
        alone: bool = False,
    ) -> None:
        self.story, self.predict, self.beside = story, predictor(story.problem), beside
        self.reach, self.alone = reach, alone
        problem, data = story.problem, story.run.data
        rows = spread(len(data), POINTS)
        self.inputs = [data[name][rows] for name in problem.inputs]
        self.actual = data[problem.target][rows]
        self.among = spread(len(rows), RESIDUALS)
        self.across = len(problem.inputs) > 1
        self.panel = self._panel(stage, zone)
        self._say_what_is_left_out(len(data), len(rows))
        palette = stage.palette
        self.residuals = stroke(palette.error, self._share(BROAD, THIN))
        self.line = stroke(palette.prediction, 4)
        self.points = self._points(palette.prediction if self.across else palette.ink, len(rows))
        if self.across:
            self.line.set_stroke(palette.ink, width=1.5)
            self._draw_alike()
        self.gone = self._gone()
        self.time = 0.0
        self.live = VGroup(self.residuals, self.line, self.points, self.gone)
        self.show(0.0, residuals=False)

    def _panel(self, stage: Stage, zone: Zone) -> PlotPanel:
        """Scales that hold the data, and the prediction as far as it leaves the data visible."""
        problem = self.story.problem
        target = self._named(problem.target)
        self.x = scale_of((self.actual if self.across else self.inputs[0]).tolist())
        times = () if self.alone else (0, self.story.steps)
        ends = [*(self.story.parameters[time] for time in times), *self.beside]
        said = np.concatenate([self.predict(values, self.inputs) for values in ends])
        y = scale_of(readable(self.actual, said, self.reach))
        x_label: Label = self._named(problem.inputs[0])
        y_label: Label = target
        if self.across:
            x_label, y_label = message("actual {target}", target=target), message("predicted")
            if zone.width < SMALL + LEFT + RIGHT:
                x_label = target
        return PlotPanel(stage, zone, self.x, y, x_label=x_label, y_label=y_label)

    def _named(self, name: str) -> str | Term:
        """What a column is called: in words, or by its letter in the formula."""
        label = self.story.problem.labels[name]
        return Symbol(name) if label == name else label

    def _say_what_is_left_out(self, count: int, points: int) -> None:
        among = len(self.among)
        if among >= count or self.panel.box.width < SMALL:
            return  # where the picture is small, that was said while it was large
        said = [message("{among} of {count} residuals")]
        if points < count:
            said = [
                message("{points} of {count} rows, {among} residuals"),
                message("{points} of {count} rows"),
            ]
        for each in said:
            told = each.filled(points=points, count=count, among=among)
            if self.panel.has_corner(told):
                self.panel.noted(told)
                return

    def _gone(self) -> Typeset:
        """What is said when nothing of the prediction can be seen; in a small picture, where it was said already, nothing."""
        if self.panel.box.width < SMALL:
            return Typeset("", em=GONE_EM, colour=self.panel.stage.palette.ink)
        return self.panel.foot(GONE[self.story.form], GONE_EM, stays=False)

    def _points(self, colour: str, count: int) -> VGroup:
        """Round dots for data, squares for predictions."""
        radius = DOT if count <= FEW else self._share(SMALL_DOT, LEAST_DOT)
        if not self.across:
            pairs = zip(self.inputs[0], self.actual, strict=True)
            dots = (Dot(self.panel.position(x, y), radius=radius, color=colour) for x, y in pairs)
            return VGroup(*dots)
        squares = (
            Square(side_length=2 * radius, stroke_width=0, fill_opacity=1) for _ in self.actual
        )
        return VGroup(*(square.set_fill(colour) for square in squares))

    def _share(self, large: float, least: float) -> float:
        """A size as the picture has room: many points in a small one are smaller, so that they are no block."""
        if len(self.actual) <= FEW:
            return large
        area = self.panel.box.width * self.panel.box.height
        return float(np.clip(large * np.sqrt(area / ROOMY), least, large))

    def squares(self) -> VGroup:
        """A square on each residual, beside it where there is room; nothing where many would lie over each other."""
        made = VGroup()
        if self.across or len(self.actual) > FEWEST:
            return made
        said = self.predict(self.story.at(self.time), self.inputs)
        for x, *ends in zip(self.inputs[0], self.actual, said, strict=True):
            if not all(self.panel.holds(x, end) for end in ends):
                return VGroup()
            low, high = sorted(float(self.panel.position(x, end)[1]) for end in ends)
            here, side = float(self.panel.position(x, ends[0])[0]), high - low
            way = 1 if here + side <= self.panel.box.right else -1
            square = Square(side_length=max(side, HAIR), stroke_width=1.5)
            square.set_stroke(self.residuals.get_color()).set_fill(
                self.residuals.get_color(), opacity=TINTED
            )
            made.add(square.move_to((here + way * side / 2, (low + high) / 2, 0)))
        return made

    def _draw_alike(self) -> None:
        """The line on which predicted and actual are equal."""
        low, high = self.panel.y.low, self.panel.y.high
        drawn(self.line, self.panel.segments([low, high], [low, high]))

    def within(self, box: Zone) -> FitPicture:
        """Dots, line and residuals as they are in another box: all of them move as one."""
        self.panel.box = box
        if len(self.actual) > FEW:
            size = 2 * self._share(SMALL_DOT, LEAST_DOT)
            for point in self.points:
                point.scale_to_fit_width(size)
            self.residuals.set_stroke(width=self._share(BROAD, THIN))
        if self.across:
            self._draw_alike()
        else:
            for point, x, y in zip(self.points, self.inputs[0], self.actual, strict=True):
                point.move_to(self.panel.position(x, y))
        return self.show(self.time)

    def shows(self, values: FloatArray) -> bool:
        """Whether the line is in view from its left end on, with any parameters."""
        (height,) = self.predict(values, [np.array([self.x.low])])
        return self.panel.holds(self.x.low, float(height))

    def show(self, time: float, *, residuals: bool = True) -> FitPicture:
        """Draw what the model says at a time of the descent."""
        self.time = time
        return self.show_values(self.story.at(time), residuals=residuals)

    def show_values(self, values: FloatArray, *, residuals: bool = True) -> FitPicture:
        """Draw what the model says where its parameters have these values."""
        self.values, panel = values, self.panel
        said = self.predict(values, self.inputs)
        if self.across:
            seen = False
            for point, actual, height in zip(self.points, self.actual, said, strict=True):
                inside = bool(np.isfinite(height)) and panel.holds(actual, height)
                point.set_fill(opacity=float(inside))
                seen = seen or inside
                if inside:
                    point.move_to(panel.position(actual, height))
        else:
            xs = np.linspace(self.x.low, self.x.high, SAMPLES)
            drawn(self.line, panel.segments(xs, self.predict(values, [xs])))
            seen = bool(len(self.line.points))
        self.gone.set_fill(opacity=0.0 if seen else 1.0)
        if residuals:
            drawn(self.residuals, self._between(said), dashed=True)
        return self

    def _between(self, said: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """From each datum to what the model says of it."""
        xs = self.actual if self.across else self.inputs[0]
        pieces = []
        for row in self.among:
            if np.isfinite(said[row]):
                pieces += self.panel.segments([xs[row]] * 2, [self.actual[row], said[row]])
        return pieces
