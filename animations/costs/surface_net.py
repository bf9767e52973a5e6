"""The net of a surface over a floor: its pieces, the farthest first, cut off exactly where the heights are.

Laws
----
- no corner of a piece is higher than the surface is seen; where an edge goes on above, the corner is where the cost itself
  is as high as that, so that neighbours meet there
"""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np

from symgd.animations.costs.axonometry import Axonometry
from symgd.animations.costs.cost_floor import CostFloor
from symgd.data.arrays import FloatArray

HALVINGS = 24  # of an edge, for the place where it is cut off


class SurfaceNet:
    """Pieces of the surface, each with its corners' places and heights, of shape (3, corners)."""

    def __init__(self, floor: CostFloor, view: Axonometry) -> None:
        self.floor = floor
        first, second, heights = floor.mesh
        self._ends = [(first[0], first[-1]), (second[0], second[-1])]
        self._crossings: dict[tuple[float, ...], FloatArray] = {}
        u, v = (self._parts(values) for values in (first, second))
        found = []
        for (i, k), (m, n) in product(pairwise(range(len(u))), pairwise(range(len(v)))):
            costs = heights[[m, m, n, n], [i, k, k, i]]
            places = np.array([u[[i, k, k, i]], v[[m, m, n, n]]])
            piece = self._cut_off(places, costs)
            if piece.shape[1] > 2:
                found.append((view.depth(*places.mean(axis=1)), piece))
        found.sort(key=lambda piece: -piece[0])
        self.pieces = [piece for _, piece in found]

    def _parts(self, values: FloatArray) -> FloatArray:
        return np.asarray(2 * (values - values[0]) / (values[-1] - values[0]) - 1)

    def _cut_off(self, places: FloatArray, costs: FloatArray) -> FloatArray:
        """A piece's corners that are seen, and those between them and the others."""
        made: list[FloatArray] = []
        seen = [bool(cost <= self.floor.high) for cost in costs]
        for here, there in pairwise((*range(4), 0)):
            if seen[here]:
                made.append(np.array([*places[:, here], self.floor.part(float(costs[here]))]))
            if seen[here] != seen[there]:
                inside, outside = (here, there) if seen[here] else (there, here)
                made.append(self._crossing(places[:, inside], places[:, outside]))
        return np.array(made).T if made else np.zeros((3, 0))

    def _crossing(self, inside: FloatArray, outside: FloatArray) -> FloatArray:
        """Where an edge reaches the greatest height that is seen, known once for both its pieces."""
        key = (*inside.tolist(), *outside.tolist())
        if key not in self._crossings:
            low, high = inside, outside
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                low, high = (middle, high) if self._is_seen(middle) else (low, middle)
            self._crossings[key] = np.array([*low, self.floor.part(self._cost(low))])
        return self._crossings[key]

    def _is_seen(self, place: FloatArray) -> bool:
        cost = self._cost(place)
        return math.isfinite(cost) and cost <= self.floor.high

    def _cost(self, place: FloatArray) -> float:
        values = [
            low + (part + 1) / 2 * (high - low)
            for part, (low, high) in zip(place.tolist(), self._ends, strict=True)
        ]
        return self.floor.cost(*values)
