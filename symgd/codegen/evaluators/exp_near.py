"""exp of many rows from few: a table at nodes, and a short series about each.

Laws
----
- e^(u + v·x) = e^(u + v·c) · e^(v·(x − c)), where c is the node nearest to x
- the series ends where less than half a unit in the last place is left, and the whole is off by two units at most; where
  it would be long, or the nodes are no floats, NumPy's exp has the say
- so it is in NumPy's exp too where the machine has instructions for many entries at once, which are quicker still

Why
---
Without such instructions exp takes 5 ns an entry, two thirds of what the cost of an exponential takes: by nodes it is
under 3. Generated modules stay short, and have NumPy's; so do descents, which walk as they do.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.program.near_exponentials import NEAR_ROWS
from symgd.data.arrays import FloatArray, IntArray

NODES = 4096
TERMS = 8  # of a series at most
LEFT = 2.0**-54  # what may be left of 1


class Nodes(NamedTuple):
    """Nodes at equal distances; of each row how far the nearest is, and its place."""

    centres: FloatArray
    offsets: FloatArray
    places: IntArray
    reach: float  # the largest offset


Series: TypeAlias = tuple[FloatArray, list[FloatArray]]  # exp at the nodes, and coefficients


def nodes_of(column: FloatArray) -> Nodes | None:
    """The nodes of many rows; None where exp is quicker without."""
    if len(column) < NEAR_ROWS or not is_exp_slow():
        return None
    first, last = float(column.min()), float(column.max())
    width = last / (NODES - 1) - first / (NODES - 1)
    if not 1e-30 < width < 1e30:  # powers of the rate are floats
        return None
    centres = np.linspace(first, last, NODES)
    places = np.rint((column - first) / width).astype(np.intp)
    offsets = np.subtract(column, centres[places])
    return Nodes(centres, offsets, places, float(np.abs(offsets).max()))


def is_exp_slow() -> bool:
    """Whether NumPy works out exp one entry after the other here."""
    introspect = getattr(np.lib, "introspect", None)  # since NumPy 2.0
    if introspect is None:
        return False
    found = introspect.opt_func_info(func_name="^exp$", signature="float64")
    used = found.get("exp", {}).get("dd", {}).get("current", "")
    return bool(used) and not any(name in used for name in ("AVX512", "X86_V4"))


def exp_series(exponents: FloatArray, nodes: Nodes) -> Series | None:
    """The series of exp where the exponent is affine, from its values at the nodes; None where it is too long."""
    rate = (exponents[-1] - exponents[0]) / (nodes.centres[-1] - nodes.centres[0])
    reach = abs(rate) * nodes.reach
    left, coefficients = reach, [rate]
    while not left * reach / (len(coefficients) + 1) <= LEFT:
        if len(coefficients) + 1 == TERMS:
            return None
        coefficients.append(coefficients[-1] * rate / (len(coefficients) + 1))
        left *= reach / len(coefficients)
    return np.exp(exponents), [np.asarray(one) for one in coefficients[::-1]]


def exp_near(
    series: Series,
    offsets: FloatArray,
    places: IntArray,
    spare: FloatArray,
    out: FloatArray,
) -> None:
    """Write exp of some rows into `out`; `spare` is written too."""
    table, (last, *others) = series
    np.multiply(offsets, last, out=out)
    for coefficient in others:
        np.add(out, coefficient, out=out)
        np.multiply(out, offsets, out=out)
    np.add(out, 1.0, out=out)
    table.take(places, out=spare, mode="clip")
    np.multiply(out, spare, out=out)
