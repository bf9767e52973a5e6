"""CostMap: lines of equal cost over two parameters, the others held; nothing here needs Manim.

A line is an exact ellipse where the cost is a quadratic, and else runs between values on a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import contourpy
import numpy as np

from symgd.animations.formulas.numerals import Scale
from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.data.arrays import FloatArray

GRID = (72, 54)
CORNERS = 160  # of an ellipse
RATIO = 3.0  # from one line's height above the least cost to the next
BELOW, ABOVE = 5, 2  # lines below and above the one through the start
FLAT = 1e-15
ALIKE = 1e-9  # relative, what rounding leaves between curvatures that are the same
NEARER = tuple(
    2.0**-power for power in range(6, -1, -1)
)  # of the scales, on which a small line is looked for


@dataclass(frozen=True, eq=False)
class CostMap:
    """The cost over the parameters at `axes`, the others held as `held` has them; a line goes through `start`."""

    evaluate: Evaluate
    axes: tuple[int, ...]
    held: FloatArray
    start: FloatArray
    is_quadratic: bool
    ratio: float = RATIO

    def at(self, first: float, second: float) -> float:
        """The cost at a place; nan where it has none."""
        values = self.held.copy()
        values[list(self.axes)] = first, second
        try:
            return float(self.evaluate(values.tolist())[0])
        except (OverflowError, ZeroDivisionError, ValueError):
            return float("nan")

    @cached_property
    def hessian(self) -> FloatArray:
        """Of the plane, from the gradient's differences, which are exact for a quadratic; of shape (2, 2)."""
        columns = []
        for index in self.axes:
            here, beside = self.held.copy(), self.held.copy()
            beside[index] += max(1.0, abs(float(here[index])))
            slopes = [
                np.array(self.evaluate(at.tolist())[1])[list(self.axes)] for at in (beside, here)
            ]
            columns.append((slopes[0] - slopes[1]) / (beside[index] - here[index]))
        found = np.array(columns)
        return np.asarray((found + found.T) / 2)

    @cached_property
    def centre(self) -> FloatArray:
        """The plane's lowest place, where the cost is a quadratic."""
        slope = np.array(self.evaluate(self.held.tolist())[1])[list(self.axes)]
        here = self.held[list(self.axes)]
        return np.asarray(here - np.linalg.lstsq(self.hessian, slope, rcond=None)[0])

    @property
    def is_bowl(self) -> bool:
        """Whether its lines are ellipses."""
        if not self.is_quadratic or not np.isfinite(self.hessian).all():
            return False
        sizes = np.linalg.eigvalsh(self.hessian)
        return bool(sizes[0] > FLAT * sizes[1])

    @property
    def heights(self) -> list[float]:
        """How high above the least cost the lines of a bowl are, from low to high."""
        least = self.at(*self.centre)
        return [level - least for level in self._levels(least, least + 1.0)]

    def lines(self, x: Scale, y: Scale) -> list[list[FloatArray]]:
        """The lines by level from low to high, each in parts of shape (n, 2)."""
        return [parts for _, parts in self.levelled(x, y)]

    def levelled(self, x: Scale, y: Scale) -> list[tuple[float, list[FloatArray]]]:
        """The same, each with its cost."""
        if self.is_bowl:
            least = self.at(*self.centre)
            return [(level, [self._oval(level)]) for level in self._levels(least, least + 1.0)]
        if (found := self._heights(x, y)) is None:
            return []
        lines, low, high = found
        levels = self._levels(low, high)
        return [(level, [np.asarray(part) for part in lines.lines(level)]) for level in levels]

    def oval(self, level: float, x: Scale, y: Scale) -> FloatArray | None:
        """The one closed line of a cost round where the map is held, as near as it is; None where there is none."""
        if self.is_bowl:
            return self._oval(level) if level > self.at(*self.centre) else None
        middle = self.held[list(self.axes)].tolist()
        for share in NEARER:  # a small line is found on a small grid alone
            near = [
                Scale(here - share * (s.high - s.low), here + share * (s.high - s.low))
                for here, s in zip(middle, (x, y), strict=True)
            ]
            found = self._heights(*near)
            parts = [np.asarray(part) for part in found[0].lines(level)] if found else []
            if len(parts) == 1 and np.array_equal(parts[0][0], parts[0][-1]):
                return parts[0]
        return None

    def _oval(self, level: float) -> FloatArray:
        """A line of a quadratic."""
        turns = np.linspace(0, 2 * np.pi, CORNERS)
        sizes, ways = principal_axes(self.hessian)
        round_ = ways / np.sqrt(sizes) @ np.vstack((np.cos(turns), np.sin(turns)))
        made: FloatArray = self.centre + np.sqrt(2 * (level - self.at(*self.centre))) * round_.T
        return made

    def _heights(
        self, x: Scale, y: Scale
    ) -> tuple[contourpy.ContourGenerator, float, float] | None:
        """What finds lines on a grid, and the least and the greatest cost there."""
        with np.errstate(all="ignore"):
            xs, ys = (np.linspace(s.low, s.high, n) for s, n in zip((x, y), GRID, strict=True))
            heights = np.array([[self.at(first, second) for first in xs] for second in ys])
        heights[~np.isfinite(heights)] = np.nan
        if np.isnan(heights).all():
            return None
        found = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(heights))
        return found, float(np.nanmin(heights)), float(np.nanmax(heights))

    def _levels(self, least: float, most: float) -> list[float]:
        start = self.at(*self.start[list(self.axes)])
        first = start - least if start > least else most - least
        if not np.isfinite(first) or first <= 0:
            return []
        return [least + first * self.ratio**power for power in range(-BELOW, ABOVE + 1)]


def principal_axes(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both curvatures of a plane, the smaller one first, and their directions as columns; of a circle those of the scales.

    Rounding decides of no direction: any pair of a circle's would do, and either sign of each.

    Examples
    --------
    >>> sizes, ways = principal_axes(np.array([[2.0, 1e-16], [1e-16, 2.0]]))
    >>> sizes.tolist(), ways.tolist()
    ([2.0, 2.0], [[0.0, 1.0], [1.0, 0.0]])
    """
    sizes, ways = np.linalg.eigh(matrix)
    if sizes[1] - sizes[0] <= ALIKE * abs(sizes[1]):
        return sizes, np.eye(2)[:, ::-1]
    largest = ways[np.abs(ways).argmax(axis=0), (0, 1)]
    return sizes, ways * np.sign(largest)


def equal_axes(x: Scale, y: Scale, width: float, height: float) -> tuple[Scale, Scale]:
    """The scales widened about their middles, so that a unit is as long across as it is upwards."""
    unit = max((x.high - x.low) / width, (y.high - y.low) / height)

    def widened(scale: Scale, length: float) -> Scale:
        middle, half = (scale.low + scale.high) / 2, unit * length / 2
        return Scale(middle - half, middle + half)

    return widened(x, width), widened(y, height)


def spans(points: Sequence[FloatArray], axis: int) -> list[float]:
    """All values along an axis of some places, to make a scale of."""
    return [float(value) for part in points for value in np.atleast_2d(part)[:, axis]]
