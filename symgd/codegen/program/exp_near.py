"""exp of many rows from few: a table at nodes, and a short series about each; generated modules have this text where they need it.

Laws
----
- e^(u + v·x) = e^(u + v·c) · e^(v·(x − c)), where c is the node nearest to x
- the series ends where less than half a unit in the last place is left, and the whole is off by two units at most; where
  it would be long, or the nodes are no floats, NumPy's exp has the say
- so it is in NumPy's exp too where the machine has instructions for many entries at once, which are quicker still

Why
---
Without such instructions exp takes 5 ns an entry, two thirds of what the cost of an exponential takes: by nodes it is
under 3.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

NODES, NEAR_ROWS = 4096, 32768  # for so many rows at least: fewer take as long by series
TERMS, UNIT = 8, 2.0**-54  # of a series at most, and what it may leave of 1
# Nodes at equal distances, how far from its nearest each row is, that node's place, the furthest.
Nodes: TypeAlias = tuple[FloatArray, FloatArray, Any, float]
Series: TypeAlias = tuple[FloatArray, list[FloatArray]]  # exp at the nodes, and coefficients


def nodes_of(column: FloatArray) -> Nodes | None:
    """The nodes of many rows; None where exp is quicker without, or powers would be no floats."""
    first, last = float(column.min()), float(column.max())
    width = last / (NODES - 1) - first / (NODES - 1)
    if len(column) < NEAR_ROWS or not 1e-30 < width < 1e30 or not is_exp_slow():
        return None
    centres = np.linspace(first, last, NODES)
    places = np.rint((column - first) / width).astype(np.intp)
    offsets = column - centres[places]
    return centres, offsets, places, float(np.abs(offsets).max())


def is_exp_slow() -> bool:
    """Whether NumPy works out exp one entry after the other here."""
    introspect = getattr(np.lib, "introspect", None)  # since NumPy 2.0
    found = introspect and introspect.opt_func_info(func_name="^exp$", signature="float64")
    used = (found or {}).get("exp", {}).get("dd", {}).get("current", "")
    return bool(used) and not any(name in used for name in ("AVX512", "X86_V4"))


def exp_series(exponents: FloatArray, nodes: Nodes) -> Series | None:
    """The series of exp for an affine exponent, from its values at the nodes; None if long."""
    centres, _, _, reach = nodes
    rate = (exponents[-1] - exponents[0]) / (centres[-1] - centres[0])
    powers = [np.asarray(rate**k / math.factorial(k)) for k in range(TERMS + 1)]
    enough = [k for k in range(1, TERMS) if abs(powers[k + 1]) * reach ** (k + 1) <= UNIT]
    return (np.exp(exponents), powers[enough[0] : 0 : -1]) if enough else None


def exp_near(
    series: Series, offsets: FloatArray, places: Any, spare: FloatArray, out: FloatArray
) -> None:
    """Write exp of some rows into `out`; `spare` is written too."""
    table, (last, *others) = series
    np.multiply(offsets, last, out=out)
    for coefficient in others:
        np.multiply(np.add(out, coefficient, out=out), offsets, out=out)
    table.take(places, out=spare, mode="clip")
    np.multiply(np.add(out, 1.0, out=out), spare, out=out)
