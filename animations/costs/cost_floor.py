"""The floor of two parameters under a cost: which two, which part of it, a grid search on it, and the heights above.

Laws
----
- of more than two parameters those two are taken that the descent moves most, the others held where it starts
- the grid's costs are those of symgd's own grid search
- heights are cut where they would hide all others, and it is known that they are
"""

from __future__ import annotations

import math
from functools import cached_property, partial
from itertools import pairwise, product

import contourpy
import numpy as np

from symgd.animations.formulas.numerals import Scale, settled
from symgd.animations.pictures.slice_picture import lowest_along
from symgd.animations.stories.descent_story import PLANE, DescentStory
from symgd.animations.stories.round_levels import round_levels
from symgd.animations.stories.views import limits
from symgd.data.arrays import FloatArray
from symgd.optimize.grid_search import GridSearch, grid_search

VALUES = 5  # of each parameter on the grid
CROSSED = 4.4  # steps of the grid that are to cross what the floor holds; it is 5 of them wide
MESH = 17  # corners of the surface's net along a side
FINE, CLOSER = 100, 160  # and of the net for lines of equal cost; a quadratic's is closer
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
MIDDLE, CUT = (
    70,
    4.0,
)  # heights are cut at so many times that below which so many per cent of them are
LEVELS, FEW = 7, 2
CLOSED = (0.15, 0.45, 0.9)  # levels of closed lines, in parts of the lowest on the border
FOOT = (0.5, 0.8)  # steps of the grid below its first values; numbers stand below the second's
NEWTON, HALVINGS, CLOSE, TINY = 60, 30, 1e-9, 1e-300
BESIDES = 1e-5  # of a value, for a difference
SEEN, HALF = 6.0, 50  # heights of the start that are seen, and per cent of the floor, at least
BESIDE, BOWL = 1.15, 0.6  # how far beyond the start, and in heights of the start, the floor reaches


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
        self.axes = [round_values(*ends) for ends in self._ends()]
        self.scales = [
            Scale(axis[0] - below * (axis[1] - axis[0]), axis[-1] + (axis[1] - axis[0]) / 2)
            for below, axis in zip(FOOT, self.axes, strict=False)
        ]

    def _ends(self) -> list[tuple[float, float]]:
        """What the floor holds: round the lowest point as far as the start, or else what the descent's picture holds."""
        start, found = self.held[self.indices], self.found
        if found is None:
            points = limits(self.story)[:, self.indices]
            return [*zip(points.min(0).tolist(), points.max(0).tolist(), strict=True)]
        fall = self.cost(*start) - self.cost(*found)
        bent = np.diag(self._hessian(np.array(found), self._slopes(np.array(found))))
        with np.errstate(all="ignore"):
            reach = BOWL * np.sqrt(2 * max(fall, 0.0) / bent)
        reach = np.where(np.isfinite(reach), reach, 0.0)
        wide = BESIDE * np.maximum(np.abs(start - found), reach)
        return [(f - w, f + w) for f, w in zip(found, wide.tolist(), strict=True)]

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
        """The cost above a place, what rounding leaves of a zero being zero; nan where it has none."""
        made = float(self.story.cost_of(self.at(*map(float, values)).tolist()))
        return settled(made, float(self.story.cost[0])) if math.isfinite(made) else math.nan

    def foot(self, along: int) -> float | None:
        """The least cost of a cut through the start, along one parameter; None where it falls for ever."""
        lowest = self.foot_place(along)
        return None if lowest is None else self._cost_on_cut(along, lowest)

    def foot_place(self, along: int) -> float | None:
        """The parameter's value there."""
        slope = float(self.story.gradient(0)[self.indices[along]])
        step = -float(self.story.rate_at(0)) * slope
        start = float(self.held[self.indices[along]])
        return lowest_along(partial(self._cost_on_cut, along), start, slope, step)

    def _cost_on_cut(self, along: int, value: float) -> float:
        """The cost where one parameter of the floor has a value, the other being as at the start."""
        place = [float(self.held[n]) for n in self.indices]
        place[along] = value
        return self.cost(*place)

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

    def around(self) -> list[tuple[float, ...]]:
        """A few of these places, away from the floor's edges, none of which is the best one; the dearest first."""
        inner = [axis[1:-1:2].tolist() for axis in self.axes]
        corners = [tuple(map(float, place)) for place in product(*inner)]
        known = [c for c in corners if c != self.best and math.isfinite(self.cost(*c))]
        return sorted(known, key=lambda place: self.cost(*place))[:FEW][::-1]

    @property
    def costs(self) -> list[float]:
        """The cost of each."""
        return [float(cost) for cost in self.grid.costs.ravel()]

    @property
    def best(self) -> tuple[float, ...]:
        """The grid's best point."""
        return tuple(float(self.grid.best[name]) for name in self.names)

    def found_or(self) -> list[tuple[float, ...]]:
        """The lowest point, where it lies on the floor."""
        return [] if self.lowest is None else [self.lowest]

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
        """Where the heights are cut, or the greatest of them; walls without end leave the valley its depth."""
        heights, start = self.heights, self.cost(*(float(self.held[n]) for n in self.indices))
        cut = self.low + CUT * (float(np.percentile(heights, MIDDLE)) - self.low)
        if math.isfinite(start):
            seen = self.low + SEEN * (start - self.low)
            cut = min(cut, max(seen, float(np.percentile(heights, HALF))))
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
        first, second, heights = self._closely()
        found = contourpy.contour_generator(first, second, np.ma.masked_invalid(heights))
        levels = self._levels()
        return [(level, [np.asarray(line) for line in found.lines(level)]) for level in levels]

    def bands(self) -> list[tuple[float, list[FloatArray]]]:
        """What lies between the levels' lines, below the lowest and above the highest: a cost of it, and its outlines.

        Outlines of holes run the other way round.
        """
        first, second, heights = self._closely()
        found = contourpy.contour_generator(first, second, np.ma.masked_invalid(heights))
        low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
        inner = [level for level in sorted(self._levels()) if low < level < high]
        made = []
        for one, other in pairwise((low - 1.0, *inner, high + 1.0)):
            outlines = [
                points[start:end]
                for points, offsets in zip(*found.filled(one, other), strict=True)
                for start, end in pairwise(offsets)
            ]
            made.append(((max(one, low) + min(other, high)) / 2, outlines))
        return made

    def _closely(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        return self._close_net

    @cached_property
    def _close_net(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The net for lines of equal cost; a quadratic is worked out on a closer one, so that no ravine falls apart."""
        if self.story.run.curvature is None or self.found is None:
            return self.net(FINE)
        centre = np.array(self.found)
        hessian = self._hessian(centre, self._slopes(centre))
        first, second = (np.linspace(s.low, s.high, CLOSER) for s in self.scales)
        x, y = np.meshgrid(first - centre[0], second - centre[1])
        bent = hessian[0, 0] * x * x + 2 * hessian[0, 1] * x * y + hessian[1, 1] * y * y
        return first, second, self.cost(*centre) + bent / 2

    @cached_property
    def _closed(self) -> list[float]:
        """Levels of lines that close on the floor."""
        heights = self._closely()[2]
        border = np.concatenate((heights[[0, -1]].ravel(), heights[:, [0, -1]].ravel()))
        there = border[np.isfinite(border)]
        edge = float(there.min()) if len(there) else self.low
        if not (self.low < edge < self.high and float(np.nanmin(heights[1:-1, 1:-1])) < edge):
            return []
        return [self.low + part * (edge - self.low) for part in CLOSED] + [edge]

    @property
    def rim(self) -> float | None:
        """The cost of the widest line that closes on the floor; None where none does."""
        return self._closed[-2] if self._closed else None

    def _levels(self) -> list[float]:
        """Those of lines that close on the floor, and those above, as far as the heights are seen."""
        *closed, low = self._closed or [self.low]
        count = LEVELS - len(closed)
        upper = (low + (self.high - low) * (n / count) ** 2 for n in range(1, count + 1))
        return round_levels([*closed, *upper], self.low)

    @cached_property
    def found(self) -> tuple[float, ...] | None:
        """Where the cost over these parameters is least; None where that is not known."""
        exact = self.story.exact
        if exact is not None and not self.others:
            return tuple(map(float, exact))
        return self._descended()

    @cached_property
    def bent(self) -> FloatArray | None:
        """The second derivatives at the lowest point; None where there is none, or no valley round it."""
        if self.found is None:
            return None
        here = np.array(self.found)
        made = self._hessian(here, self._slopes(here))
        fine = np.isfinite(made).all() and np.linalg.eigvalsh(made)[0] > 0
        return made if fine else None

    @property
    def lowest(self) -> tuple[float, ...] | None:
        """The same, if it lies on the floor."""
        if self.found is None:
            return None
        pairs = zip(self.scales, self.found, strict=True)
        return self.found if all(s.low <= v <= s.high for s, v in pairs) else None

    def _descended(self) -> tuple[float, ...] | None:
        """From the start by Newton's steps, halved until they go down; None where they come to no rest."""
        here = self.held[self.indices]
        first = float(np.linalg.norm(self._slopes(here)))
        for _ in range(NEWTON):
            slopes = self._slopes(here)
            if not np.isfinite(slopes).all():
                return None
            if float(np.linalg.norm(slopes)) <= CLOSE * first:
                return tuple(map(float, here))
            step = self._newton(here, slopes)
            parts = (0.5**n for n in range(HALVINGS))
            part = next((p for p in parts if self.cost(*(here + p * step)) < self.cost(*here)), 0.0)
            if not part:
                small = float(np.linalg.norm(slopes)) <= math.sqrt(CLOSE) * first
                return tuple(map(float, here)) if small else None
            here = here + part * step
        return None

    def _slopes(self, place: FloatArray) -> FloatArray:
        return np.array(self.story.evaluate(self.at(*place).tolist())[1])[self.indices]

    def _newton(self, place: FloatArray, slopes: FloatArray) -> FloatArray:
        """Newton's step, where the cost bends upwards in all directions; else one along the slopes."""
        hessian = self._hessian(place, slopes)
        sizes, axes = np.linalg.eigh(hessian) if np.isfinite(hessian).all() else (np.zeros(1), None)
        if axes is None or sizes[0] <= 0:
            wide = max(float(np.abs(place).max()), 1.0)
            return np.asarray(-slopes / max(float(np.linalg.norm(slopes)), TINY) * wide)
        return np.asarray(-axes @ (axes.T @ slopes / sizes))

    def _hessian(self, place: FloatArray, slopes: FloatArray) -> FloatArray:
        """By differences of the slopes, whose errors of rounding and of bending are then alike."""
        columns = []
        for n, value in enumerate(place.tolist()):
            beside = place.copy()
            beside[n] += BESIDES * max(abs(value), 1.0)
            columns.append((self._slopes(beside) - slopes) / (beside[n] - value))
        made = np.array(columns)
        return np.asarray((made + made.T) / 2)


def round_values(low: float, high: float) -> FloatArray:
    """Five round values evenly spread from about `low` to about `high`.

    Examples
    --------
    >>> round_values(0.2, 2.0).tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    rough = (high - low) / CROSSED or abs(high) / VALUES or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in ROUND if power * unit >= rough * 0.999)
    middle = round((low + high) / 2 / step)
    digits = max(0, 2 - math.floor(math.log10(step)))
    half = VALUES // 2
    return np.array([round((middle + n) * step, digits) + 0.0 for n in range(-half, half + 1)])
