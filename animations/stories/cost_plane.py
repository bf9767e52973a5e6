"""The cost over two parameters: its lines of equal cost, exact ellipses where it is a quadratic, and else on a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import contourpy
import numpy as np

from symgd.animations.formulas.numerals import Scale
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.round_levels import round_levels
from symgd.data.arrays import FloatArray

GRID = (64, 48)
ELLIPSE, FINEST = 160, 16  # corners, and so many times as many at most
RATIO = 3.0  # from one line's height above the least cost to the next
BELOW, ABOVE = 5, 2  # lines below and above the one through the start
ROUND = 1e-12
SLOPES = 24  # points along a side, at which a slope is computed
COARSE, FEWEST, MANY = 9, 3, 5  # points along a side, levels that are enough, and round ones


@dataclass(frozen=True, eq=False)
class Plane:
    """The cost over two parameters, the others as they are at some step; the scales are the part that is looked at."""

    story: DescentStory
    held: FloatArray  # all parameters; those that the plane shows are not used for the heights
    x: Scale
    y: Scale
    fine: bool = False  # a line of which a small part is looked at has more corners

    def cost(self, first: float, second: float) -> float:
        """The cost at a point; nan where it has none."""
        values = np.array(self.held, dtype=np.float64)
        values[self.axes] = first, second
        return float(self.story.cost_of(values.tolist()))

    @property
    def axes(self) -> list[int]:
        """Where the two parameters stand among all."""
        return [*self.story.axes]

    def lines(self) -> Iterator[tuple[float, list[FloatArray]]]:
        """Levels of the cost with their lines, each of shape (n, 2), from low to high."""
        quadratic = self.quadratic()
        if quadratic is not None:
            centre, half_axes, least = quadratic
            for level in self.levels(least, least + 1.0):
                radius = np.sqrt(2 * (level - least))
                turns = np.linspace(0, 2 * np.pi, self._corners(radius * half_axes))
                circle = np.vstack((np.cos(turns), np.sin(turns)))
                yield level, [(centre[:, None] + radius * half_axes @ circle).T]
            return
        with np.errstate(all="ignore"):
            xs, ys = (
                np.linspace(scale.low, scale.high, count)
                for scale, count in zip((self.x, self.y), GRID, strict=True)
            )
            heights = np.array([[self.cost(x, y) for x in xs] for y in ys])
        heights[~np.isfinite(heights)] = np.nan
        if np.isnan(heights).all():
            return
        found = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(heights))
        for level in self.levels(float(np.nanmin(heights)), float(np.nanmax(heights))):
            yield level, [np.asarray(line) for line in found.lines(level)]

    def _corners(self, reach: FloatArray) -> int:
        """More of an ellipse of which a small part is looked at, so that it is smooth there."""
        if not self.fine:
            return ELLIPSE
        sides = np.array((self.x.high - self.x.low, self.y.high - self.y.low))
        times = float((2 * np.linalg.norm(reach, axis=1) / sides).max())
        return int(ELLIPSE * np.clip(times, 1.0, FINEST))

    def level_along(self, index: int) -> list[FloatArray]:
        """Where the cost is level along a parameter, its partial derivative zero: lines, each of shape (n, 2)."""
        values = np.array(self.held, dtype=np.float64)
        xs, ys = (np.linspace(scale.low, scale.high, SLOPES) for scale in (self.x, self.y))
        slopes = np.full((SLOPES, SLOPES), np.nan)
        with np.errstate(all="ignore"):
            for row, y in enumerate(ys):
                for column, x in enumerate(xs):
                    values[self.axes] = x, y
                    try:
                        slopes[row, column] = self.story.evaluate(values.tolist())[1][index]
                    except OverflowError:
                        continue
        found = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(slopes))
        return [np.asarray(line) for line in found.lines(0.0)]

    def levels(self, least: float, most: float) -> list[float]:
        """Costs at which lines are drawn: one goes through the start, each has about a multiple of the next one's height."""
        start = self.cost(*self.story.parameters[0][self.axes])
        first = start - least if start > least else most - least
        if not np.isfinite(first) or first <= 0:
            return []
        levels = [least + first * RATIO**power for power in range(-BELOW, ABOVE + 1)]
        levels = round_levels(levels, least)
        levels[BELOW] = least + first
        return sorted({*levels, *self._seen_besides(levels)})

    def _seen_besides(self, levels: list[float]) -> list[float]:
        """Round costs in the part that is looked at, where too few of the levels are."""
        xs, ys = (np.linspace(scale.low, scale.high, COARSE) for scale in (self.x, self.y))
        with np.errstate(all="ignore"):
            heights = np.array([self.cost(x, y) for x in xs for y in ys])
        heights = heights[np.isfinite(heights)]
        if not len(heights):
            return []
        low, high = float(heights.min()), float(heights.max())
        if high - low <= ROUND * abs(high) or sum(low < each < high for each in levels) >= FEWEST:
            return []
        return [float(each) for each in Scale(low, high).ticks(MANY) if low < each < high]

    def quadratic(self) -> tuple[FloatArray, FloatArray, float] | None:
        """The point of least cost in the plane, axes by which a circle becomes a line of equal cost, and the least cost.

        None where the cost is no quadratic, or flat in some direction.
        """
        if self.story.run.curvature is None:
            return None
        at = np.array([*self.held], dtype=np.float64)
        here = np.array(self.story.evaluate(at.tolist())[1])[self.axes]
        columns = []
        for index in self.axes:
            beside = at.copy()
            beside[index] += max(1.0, abs(float(at[index])))
            slope = np.array(self.story.evaluate(beside.tolist())[1])[self.axes]
            columns.append((slope - here) / (beside[index] - at[index]))
        hessian = np.array(columns)
        sizes, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        if not np.isfinite(sizes).all() or sizes[0] <= ROUND * sizes[1]:
            return None
        centre = at[self.axes] - axes @ (axes.T @ here / sizes)
        exact = self.story.exact
        if exact is not None and len(exact) == 2:
            centre = exact
        return centre, axes / np.sqrt(sizes), self.cost(*centre)
