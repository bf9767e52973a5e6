"""Noise: slopes that are rounding and nothing else, as those of a*sin(pi*x) by a at whole x.

Laws
----
- inputs are known to their last digit at best: what moves by as much as it is, whenever inputs move up or down by that
  digit, is 0
- at a jump only one of the two ways moves it, and it is no rounding
- what has no finite value says nothing here: who asks sees it, and says so
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import sympy

from symgd.data.arrays import FloatArray, spread

DIGITS = 3.0  # by so many units of the last digit inputs are moved, at most
DRAWS = 2  # for each of both ways
ALIKE = 8.0  # times what it moves by: a column that is no longer than this is 0
SAFE = 2.0  # times what all columns move by: a combination that is no longer than this is 0
FEW = 400  # rows that are looked at first


def noise_of(
    slopes: Callable[[Sequence[FloatArray]], FloatArray],
    inputs: Sequence[FloatArray],
    exprs: Sequence[sympy.Expr] = (),
) -> tuple[npt.NDArray[np.bool_], float]:
    """Which columns of slopes of formulas, of shape (..., p) for inputs, are rounding, and by what part the others are.

    Examples
    --------
    >>> x = np.arange(5.0)
    >>> idle, part = noise_of(lambda at: np.column_stack([np.sin(np.pi * at[0]), at[0]]), [x])
    >>> idle.tolist(), part < 1e-14
    ([True, False], True)
    """
    asks = any(expr.has(sympy.Eq, sympy.Ne) for expr in exprs)  # any digit can change equality
    if asks or not inputs or not len(inputs[0]):
        return np.zeros(slopes(inputs).shape[-1], dtype=bool), 0.0
    some = spread(len(inputs[0]), FEW)
    idle, part = _noise(slopes, [column[some] for column in inputs])
    if idle.any() and len(some) < len(inputs[0]):
        return _noise(slopes, inputs)
    return idle, part


def _noise(
    slopes: Callable[[Sequence[FloatArray]], FloatArray], inputs: Sequence[FloatArray]
) -> tuple[npt.NDArray[np.bool_], float]:
    raw = slopes(inputs)
    raw = raw.reshape(-1, raw.shape[-1])
    here = np.nan_to_num(raw, posinf=0.0, neginf=0.0)
    rng, last = np.random.default_rng(3), np.finfo(np.float64).eps
    sides = []
    for sign in (1.0, -1.0):
        moved = np.zeros_like(here)
        for _ in range(DRAWS):
            part = [1 + sign * last * DIGITS * (1 + rng.random(len(c))) / 2 for c in inputs]
            there = slopes([c * p for c, p in zip(inputs, part, strict=True)])
            change = np.abs(there.reshape(raw.shape) - raw)
            moved = np.fmax(moved, np.where(np.isfinite(change), change, 0.0))
        sides.append(moved)
    sizes = np.abs(here).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0  # squares of slopes of 1e192 would overflow
    lengths, moves = (
        np.sqrt(np.square(each / sizes).sum(axis=0)) for each in (here, np.minimum(*sides))
    )
    idle = (moves > 0) & (lengths <= ALIKE * moves)
    told = ~idle & (lengths > 0) & np.isfinite(moves)
    shares = moves[told] / lengths[told]
    return idle, SAFE * float(np.sqrt(np.square(shares).sum()))
