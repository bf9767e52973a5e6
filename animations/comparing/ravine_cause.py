"""RavineCause: whether it is the columns' places or their sizes that make a ravine; nothing here needs Manim.

Laws
----
- T = centring·scaling: its diagonal scales the parameters, and what is left of it centres the inputs
- a ravine is due to the one that takes most of it away by itself, to both where neither does, and to each where both do
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import Landscape

Kind: TypeAlias = Literal["place", "size", "each", "both", "other"]
ALIKE = 0.5  # of the other's powers of ten, that one takes away by itself
LESS = 0.5  # of the condition number before, or less, is much better


@dataclass(frozen=True)
class RavineCause:
    """The condition numbers: as it is, scaled alone, centred alone, and both."""

    ratios: tuple[float | None, float | None, float | None, float | None]

    @property
    def is_known(self) -> bool:
        """Whether all four are there."""
        return None not in self.ratios

    @property
    def kind(self) -> Kind:
        """What makes the ravine."""
        before, scaled, centred, both = (
            np.inf if each is None else float(each) for each in self.ratios
        )
        if not both <= LESS * before:
            return "other"
        if min(scaled, centred) > LESS * before:
            return "both"
        gains = [math.log(before / max(each, 1.0)) for each in (scaled, centred)]
        if min(gains) > ALIKE * max(gains):
            return "each"
        return "place" if centred <= scaled else "size"


def cause_of(matrix: FloatArray, turn: FloatArray) -> RavineCause:
    """The cause of a ravine whose cost is ‖M·θ + r‖², from M and T."""
    return RavineCause(_four(lambda each: _ratio(matrix @ each), turns_of(turn)))


def turns_of(turn: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """What turns coordinates into the parameters: nothing, T's scaling, its centring, and T."""
    sizes = np.diag(turn)
    scaling = np.diag(np.where(sizes == 0, 1.0, sizes))
    return np.eye(len(turn)), scaling, turn @ np.linalg.inv(scaling), turn


def _four(
    make: Callable[[FloatArray], float | None], turns: tuple[FloatArray, ...]
) -> tuple[float | None, float | None, float | None, float | None]:
    before, scaled, centred, both = map(make, turns)
    return before, scaled, centred, both


def _ratio(matrix: FloatArray) -> float | None:
    """The condition number of 2·MᵀM."""
    bent = 2 * np.linalg.svd(matrix, compute_uv=False) ** 2
    short = matrix.shape[1] - len(bent)
    return Landscape(curvature=(*[0.0] * short, *sorted(bent.tolist()))).condition_number
