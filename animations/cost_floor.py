"""The floor of two parameters under a cost: which two, which part of it, a grid search on it, and the heights above.

Laws
----
- of more than two parameters those two are taken that the descent moves most, the others held where it starts
- the grid's costs are those of symgd's own grid search
- heights are cut where they would hide all others, and it is known that they are
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import product

import contourpy
import numpy as np

from symgd.animations.descent_story import PLANE, DescentStory
from symgd.animations.numerals import Scale
from symgd.animations.parameter_picture import limits
from symgd.data.arrays import FloatArray
from symgd.optimize.grid_search import GridSearch, grid_search

VALUES = 5  # of each parameter on the grid
MESH, FINE = (
    17,
    60,
)  # corners of the surface's net, and of the net for lines of equal cost, along a side
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
MIDDLE, CUT = (
    70,
    4.0,
)  # heights are cut at so many times that below which so many per cent of them are
LEVELS = 7
NEWTON, HALVINGS, CLOSE = 40, 30, 1e-10


class CostFloor:
    """One or two parameters, the cost over them, and a grid of round values."""

    def __init__(self, story: DescentStory) -> None:
        self.story = story
        self.held = np.array(story.parameters[0], dtype=np.float64)
        moves = np.abs(np.diff(story.parameters[: story.steps + 1], axis=0)).sum(axis=0)
        if not moves.any():
            moves = np.abs(np.array(story.gradient(0)))
        largest = np.argsort(-moves, kind="stable")[:PLANE]
        self.indices: list[int] = sorted(int(index) for index in largest)
        self.names = [story.names[index] for index in self.indices]
        points = limits(story)[:, self.indices]
        self.axes = [round_values(*ends) for ends in zip(points.min(0), points.max(0), strict=True)]
        self.scales = [
            Scale(axis[0] - (axis[1] - axis[0]) / 2, axis[-1] + (axis[1] - axis[0]) / 2)
            for axis in self.axes
        ]

    @property
    def others(self) -> list[int]:
        """The parameters that are held."""
        return [n for n in range(len(self.held)) if n not in self.indices]

    def at(self, *values: float) -> FloatArray:
        """All parameters at a place of the floor."""
        made = self.held.copy()
        made[self.indices] = values
        return made

    def cost(self, *values: float) -> float:
        """The cost above a place; nan where it has none."""
        made = float(self.story.cost_of(self.at(*map(float, values)).tolist()))
        return made if math.isfinite(made) else math.nan

    @cached_property
    def grid(self) -> GridSearch:
        """The costs of the grid."""
        story = self.story
        ranges = dict(zip(self.names, self.axes, strict=True))
        fixed = {story.names[n]: float(self.held[n]) for n in self.others}
        data = [story.run.data] if story.problem.columns else []
        return grid_search(story.problem, story.derive, data, {}, ranges, fixed)

    @property
    def places(self) -> list[tuple[float, ...]]:
        """The grid's points, in the order in which they are tried."""
        return [tuple(map(float, place)) for place in product(*self.axes)]

    @property
    def costs(self) -> list[float]:
        """The cost of each."""
        return [float(cost) for cost in self.grid.costs.ravel()]

    @property
    def best(self) -> tuple[float, ...]:
        """The grid's best point."""
        return tuple(float(self.grid.best[name]) for name in self.names)

    def net(self, count: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Values along both sides, and the costs above them, of shape (second, first)."""
        first, second = (np.linspace(s.low, s.high, count) for s in self.scales)
        with np.errstate(all="ignore"):
            heights = np.array([[self.cost(a, b) for a in first] for b in second])
        return first, second, heights

    @cached_property
    def mesh(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The surface's net."""
        return self.net(MESH)

    @cached_property
    def heights(self) -> FloatArray:
        """The finite costs of the net, or along the line."""
        if len(self.names) == 1:
            (scale,) = self.scales
            with np.errstate(all="ignore"):
                found = np.array([self.cost(a) for a in np.linspace(scale.low, scale.high, FINE)])
        else:
            found = self.mesh[2]
        return np.asarray(found[np.isfinite(found)])

    @cached_property
    def low(self) -> float:
        """The least cost that is seen: the known one, or that of the net."""
        seen = [float(self.heights.min()), float(np.nanmin(self.grid.costs))]
        lowest = self.lowest
        return min(seen if lowest is None else [*seen, self.cost(*lowest)])

    @cached_property
    def high(self) -> float:
        """Where the heights are cut, or the greatest of them."""
        heights = self.heights
        cut = self.low + CUT * (float(np.percentile(heights, MIDDLE)) - self.low)
        most = float(heights.max())
        return min(cut, most) if cut > self.low else max(most, self.low + 1.0)

    @property
    def is_cut(self) -> bool:
        """Whether the cost is higher somewhere than is shown."""
        return bool(self.heights.max() > self.high)

    def part(self, cost: float) -> float:
        """How high a cost is drawn, from 0 to 1."""
        if not math.isfinite(cost):
            return 1.0
        return min(1.0, max(0.0, (cost - self.low) / (self.high - self.low)))

    def lines(self) -> list[tuple[float, list[FloatArray]]]:
        """Levels of the cost with their lines, each of shape (n, 2); low ones lie closer."""
        first, second, heights = self.net(FINE)
        found = contourpy.contour_generator(first, second, np.ma.masked_invalid(heights))
        levels = [
            self.low + (self.high - self.low) * (n / LEVELS) ** 2 for n in range(1, LEVELS + 1)
        ]
        return [(level, [np.asarray(line) for line in found.lines(level)]) for level in levels]

    @cached_property
    def lowest(self) -> tuple[float, ...] | None:
        """Where on the floor the cost is least; None where that is not known, or lies beyond it."""
        exact = self.story.exact
        if exact is not None and not self.others:
            found: tuple[float, ...] | None = tuple(map(float, exact))
        else:
            found = self._descended()
        if found is None or not all(
            s.low <= v <= s.high for s, v in zip(self.scales, found, strict=True)
        ):
            return None
        return found

    def _descended(self) -> tuple[float, ...] | None:
        """From the grid's best point by Newton's steps, halved until they go down; None where they come to no rest."""
        here, first = np.array(self.best), 0.0
        for _ in range(NEWTON):
            slopes = self._slopes(here)
            first = first or float(np.linalg.norm(slopes))
            if float(np.linalg.norm(slopes)) <= CLOSE * max(first, CLOSE):
                return tuple(map(float, here))
            step = self._newton(here, slopes)
            part = 1.0
            for _ in range(HALVINGS):
                if self.cost(*(here + part * step)) < self.cost(*here):
                    break
                part /= 2
            else:
                small = float(np.linalg.norm(slopes)) <= math.sqrt(CLOSE) * first
                return tuple(map(float, here)) if small else None
            here = here + part * step
        return None

    def _slopes(self, place: FloatArray) -> FloatArray:
        return np.array(self.story.evaluate(self.at(*place).tolist())[1])[self.indices]

    def _newton(self, place: FloatArray, slopes: FloatArray) -> FloatArray:
        """Newton's step, where the cost bends upwards in all directions; else one along the slopes."""
        columns = []
        for n, scale in enumerate(self.scales):
            beside = place.copy()
            beside[n] += (scale.high - scale.low) * 1e-5
            columns.append((self._slopes(beside) - slopes) / (beside[n] - place[n]))
        hessian = np.array(columns)
        sizes, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        if not np.isfinite(sizes).all() or sizes[0] <= 0:
            wide = min(scale.high - scale.low for scale in self.scales)
            return np.asarray(-slopes / max(float(np.linalg.norm(slopes)), 1e-300) * wide)
        return np.asarray(-axes @ (axes.T @ slopes / sizes))


def round_values(low: float, high: float) -> FloatArray:
    """Five round values evenly spread from about `low` to about `high`.

    Examples
    --------
    >>> round_values(0.2, 2.0).tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    rough = (high - low) / (VALUES - 1) or abs(high) / VALUES or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in ROUND if power * unit >= rough * 0.999)
    middle = round((low + high) / 2 / step)
    digits = max(0, 2 - math.floor(math.log10(step)))
    half = VALUES // 2
    return np.array([round((middle + n) * step, digits) + 0.0 for n in range(-half, half + 1)])
