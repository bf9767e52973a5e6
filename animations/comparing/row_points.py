"""RowPoints: the data of a walk as points with their residuals, of which single rows light up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import BackgroundRectangle, Circle, VGroup

from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory, evaluator
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem

RING, RING_WIDTH, RESIDUAL = 0.15, 3.0, 4.0
NUMBER_EM, BEYOND, BESIDE = 0.3, 0.32, 0.04
MEASURES = 3  # columns of a trace beside the parameters: cost, gradient norm and step norm


class RowPoints:
    """Points, the model and the residuals at a time of the walk along all rows."""

    def __init__(
        self, stage: Stage, zone: Zone, walk: Walk, derive: Callable[[], Gradient]
    ) -> None:
        self.stage = stage
        self.fit = FitPicture(stage, zone, told_by_rows(walk, derive))
        self.panel, self.live = self.fit.panel, self.fit.live
        self.panel.name_across()
        self.lights: dict[int, VGroup] = {}

    def show(self, time: float) -> RowPoints:
        """The model and the residuals at a time."""
        self.fit.show(time)
        return self

    def show_at(self, values: FloatArray) -> RowPoints:
        """The model and the residuals with these parameters, and those of rows that are lit."""
        self.fit.show_values(values)
        for row, light in self.lights.items():
            self._follow(row, light)
        return self

    def _follow(self, row: int, light: VGroup) -> None:
        """A lit row's residual ends where the model is now; its ring and number stay with its point."""
        residual, ring, *numbered = light
        drawn(residual, self._residual(row))
        way = self._spot(row) - ring.get_center()
        for each in (ring, *numbered):
            each.shift(way)

    def _spot(self, row: int) -> FloatArray:
        """Where a row's point is."""
        datum, said = self.ends(row)
        return self.panel.border(*(said if self.fit.across else datum))

    def _residual(self, row: int) -> list[tuple[FloatArray, FloatArray]]:
        datum, said = self.ends(row)
        return self.panel.segments([datum[0]] * 2, [datum[1], said[1]])

    def ends(self, row: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where a row's datum is, and what the model says of it."""
        fit, problem, data = self.fit, self.fit.story.problem, self.fit.story.run.data
        columns = [data[name][row : row + 1] for name in problem.inputs]
        actual = float(data[problem.target][row])
        said = float(fit.predict(fit.values, columns)[0])
        across = actual if fit.across else float(columns[0][0])
        return (across, actual), (across, said)

    def lit(self, row: int, colour: str) -> VGroup:
        """A row's residual in bold, a ring round its point, and its number."""
        datum, said = self.ends(row)
        here = self._spot(row)
        residual = drawn(stroke(colour, RESIDUAL), self._residual(row))
        ring = Circle(radius=RING).set_stroke(colour, width=RING_WIDTH).move_to(here)
        light = VGroup(residual, ring, *self._numbered(row, here, datum[1] >= said[1], colour))
        self.lights[row] = light
        return light

    def _numbered(self, row: int, here: np.ndarray, above: bool, colour: str) -> VGroup:
        """The row's number on the side that its residual leaves free."""
        stage, box = self.stage, self.panel.box
        name = stage.sentence(stage.words.number(row + 1), em=NUMBER_EM).set_fill(colour)
        up = 1.0 if above != self.fit.across else -1.0
        if not box.bottom + BEYOND < here[1] + up * BEYOND < box.top - NUMBER_EM / 2:
            aside = RING + 2 * BESIDE + name.width / 2
            right = here[0] + aside + name.width / 2 < box.right
            name.move_to(here).shift((aside if right else -aside, 0, 0))
        else:
            name.move_to(here).shift((0, up * BEYOND, 0))
        plate = BackgroundRectangle(name, color=stage.palette.ground, fill_opacity=0.85, buff=0.02)
        return VGroup(plate, name)


def told_by_rows(walk: Walk, derive: Callable[[], Gradient]) -> DescentStory:
    """A walk as the story of a descent."""
    run = walk.run
    table = run.trace.table[:, : len(run.trace.parameters) + MEASURES]
    return DescentStory(run, run.steps, table, evaluator(run, derive), derive)


def has_points(problem: Problem) -> bool:
    """Whether a problem's rows are points of a picture."""
    return problem.has_examples and bool(problem.inputs) and bool(problem.target)
