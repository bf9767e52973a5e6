"""The data summary: all that descent needs of the data, in one small triangular matrix.

Laws
----
- with d = psi(parameters) − anchor:  J = ‖R · [d, 1]‖²,  so that J is never negative
- ∇J = 2 (∂psi/∂parameters)ᵀ R_phiᵀ R · [d, 1], where R_phi is R without its last column
- one pass over the data makes R; no step needs the data again
- a column far from 0 that varies little is taken from its middle while R is made: that subtraction is exact

Why not raw moments
-------------------
Sums of x², xy and y² would hold the same in exact numbers, and be made three times as fast. In floats they are of the
size of the data's squares, and a cost is what is left when they cancel: with x near 10⁴ and a noise of 10⁻⁶, J came out
wrong by a factor of 10⁵, and below 0; adding the moments without any rounding (fsum) did not help, since squaring had
rounded already. Relative errors of J there, against exact numbers: moments of centred columns 3·10⁻⁴, a QR
factorisation, which squares nothing, 2·10⁻⁷, QR of the residuals of a pilot fit, as here, 4·10⁻⁸, and direct evaluation
over all rows 5·10⁻⁹. Gradients suffer less, but near a perfect fit those of raw moments are 200 times worse. The anchor
does it: the last column of R then holds what the pilot left, which is small, and not y, which is not. And J is a sum of
squares, so that rounding cannot make it negative. It costs 215 ns a step with J, 91 without, for a line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symgd.codegen.compiled import function, on_arrays, printed
from symgd.codegen.evaluator import Evaluate
from symgd.codegen.separation import Separation, separate
from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.data.columns import Columns
from symgd.errors import DataError, at_row
from symgd.problem.problem import Problem

__all__ = ["Separation", "Summary", "separate", "summarise"]

BLOCK = 8192  # rows of one QR factorisation: they stay in the cache
PILOT = 4096  # rows of the pilot fit
SCALAR = 12  # up to so many parts, float arithmetic beats a NumPy product
FAR = 1e3  # a column so many times further from 0 than it varies is centred
NOISE = 4  # units in the last place by which numbers may vary where they are meant to be the same
MISSED = 8.0  # a pilot that leaves so many times the least residual is made anew


@dataclass(frozen=True, eq=False)
class Summary:
    """What a squared cost needs of its data.

    `factor` is R, of shape (r, K + 1), r at most K + 1: triangular, up to the order of its columns, with the square root
    of the cost's scale in it. `evaluate` takes the parameters' values, in order, to the cost and its gradient, in plain
    floats: inf or nan where the cost is too large for a float, or not defined.
    """

    separation: Separation
    rows: int
    factor: FloatArray
    anchor: FloatArray  # the pilot's psi, near which the residuals were taken, of shape (K,)
    evaluate: Evaluate
    residual: sympy.Expr  # prediction − target
    pilot: Columns  # a few rows
    count: str  # the number of rows' name in the scale

    def is_faithful(self, values: Sequence[float]) -> bool:
        """Whether psi · phi gives some rows' residuals at `values` as well as direct evaluation does.

        Writing (x - a)**8 out is true in algebra and may lose every digit in floats, and exp(-a) of a sigmoid's may be
        too large for one; this tells. Where every psi is affine nothing was written out that the formula does not say
        itself.
        """
        if self.separation.linear:
            return True
        cost, gradient = self.evaluate(values)
        if not all(map(math.isfinite, (cost, *gradient))):
            return False
        parts = self.separation
        with np.errstate(all="ignore"):
            direct, rest, *found = self._parts(*map(np.float64, values), *self.pilot.values)
            psi, phi = found[: len(parts.psi)], found[len(parts.psi) :]
            apart = sum(a * b for a, b in zip(psi, phi, strict=True)) + rest - direct
            error, size = _norm(apart), _norm(direct)
            reach = _norm(self.pilot.values[-1])
        rounding = 64 * float(np.finfo(float).eps) * (size + reach)
        return bool(math.isfinite(error) and error <= 1e-6 * size + rounding)

    @cached_property
    def _parts(self) -> Callable[..., list[Any]]:
        """The residual, the rest, every psi and every phi, of parameters and columns."""
        parts, names = self.separation, (*self.separation.parameters, *self.pilot.names)
        return on_arrays([self.residual, parts.rest, *parts.psi, *parts.phi], names)


def summarise(separation: Separation, problem: Problem, columns: Columns) -> Summary:
    """Summarise data in one pass: QR of blocks of [phi, e0], anchored at a pilot fit; every value must be finite."""
    with np.errstate(all="ignore"):  # what leaves the floats is found where it is used
        return _summarised(separation, problem, columns)


def _summarised(separation: Separation, problem: Problem, columns: Columns) -> Summary:
    data, rows = _Rows(separation, columns), len(columns)
    few = spread(rows, PILOT)
    phi, rest = data.chosen(few)
    centre = _centre(separation, phi, rounding(rows))
    anchor = centre.fit(phi, -rest)
    factor = _factor(data, anchor, centre)
    better = _missed(factor, anchor)
    if better is not None:
        anchor, factor = better, _factor(data, better, centre)
    count = sympy.Symbol(problem.notation.count)
    factor *= math.sqrt(float(separation.scale.subs(count, rows)))
    evaluate = _evaluator(separation, factor, anchor)
    residual = problem.prediction.value - sympy.Symbol(problem.target)
    pilot = Columns(columns.names, tuple(column[few] for column in columns.values))
    return Summary(separation, rows, factor, anchor, evaluate, residual, pilot, count.name)


# ---------------------------------------------------------------------------------------------
# One pass over the data


class _Rows:
    """Phi and rest of chosen rows, one column each; a value that is not finite is found and named."""

    def __init__(self, separation: Separation, columns: Columns) -> None:
        self.exprs = [*separation.phi, separation.rest]
        self.columns = columns.values
        self._compute = on_arrays(self.exprs, columns.names, cse=True)

    def __len__(self) -> int:
        return len(self.columns[0])

    def fill(self, rows: slice | IntArray, into: FloatArray) -> None:
        """Write the values into an array of shape (p, K + 1), unchecked."""
        parts = self._compute(*(column[rows] for column in self.columns))
        for number, part in enumerate(parts):
            into[:, number] = part

    def table(self, rows: IntArray) -> FloatArray:
        """The values of chosen rows, unchecked."""
        made = np.empty((len(rows), len(self.exprs)), order="F")
        with np.errstate(all="ignore"):
            self.fill(rows, made)
        return made

    def chosen(self, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Phi, shape (p, K), and rest, shape (p,), all finite."""
        made = self.table(rows)
        if not np.isfinite(made).all():
            raise self.fault(rows)
        return made[:, :-1], made[:, -1]

    def fault(self, rows: IntArray) -> DataError:
        """What to say where the values of these rows led to something that is not finite."""
        bad = np.argwhere(~np.isfinite(self.table(rows)))
        if not len(bad):
            return DataError("the residuals are too large for a float", "rescale the columns")
        row, number = bad[0]
        return DataError(
            f"{at_row(rows[row])}: {self.exprs[number]} is not a finite number there",
            "remove the row, or choose a model that is defined for it",
        )


def lengths(matrix: FloatArray) -> FloatArray:
    """Each column's largest entry; 1 for a column of zeros."""
    size: FloatArray = np.abs(matrix).max(axis=0)
    return np.where(size == 0, 1.0, size)


def _norm(values: FloatArray) -> float:
    """The length of a vector, whose square may be no float."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(values / largest))


def least_squares(phi: FloatArray, values: FloatArray) -> FloatArray:
    """The c of phi · c ≈ values, shape (K,); columns are brought to one length first."""
    size = lengths(phi)
    found: FloatArray = np.linalg.lstsq(phi / size, values, rcond=None)[0] / size
    return found


def _fit(phi: FloatArray, values: FloatArray) -> FloatArray:
    """The same, and 0 where it is too large for floats: a pilot may be anything."""
    found = least_squares(phi, values)
    return found if np.isfinite(found).all() else np.zeros_like(found)


@dataclass(frozen=True, eq=False)
class _Centre:
    """The middles of columns far from 0, which the column of ones takes over.

    Where x = 10⁸ + noise, a QR of [x, 1] rounds at 10⁸ and loses what the noise says; one of [1, x − 10⁸] does not.
    """

    ones: int  # the first column where there are none, and none has a middle
    middles: FloatArray  # shape (K,); 0 where a column stays as it is

    def coefficients(self, anchor: FloatArray) -> FloatArray:
        """An anchor's coefficients for the centred columns."""
        changed = anchor.copy()
        changed[self.ones] = math.fsum([anchor[self.ones], *(self.middles * anchor).tolist()])
        return changed

    def fit(self, phi: FloatArray, values: FloatArray) -> FloatArray:
        """The least-squares c of phi · c ≈ values."""
        found = _fit(phi - self.middles, values)
        found[self.ones] = math.fsum([found[self.ones], *(-self.middles * found).tolist()])
        return found

    def order(self) -> list[int]:
        """The columns of [phi, e0] with the ones first: R then has the middles in one row."""
        others = [number for number in range(len(self.middles) + 1) if number != self.ones]
        return [self.ones, *others]

    def restored(self, factor: FloatArray) -> FloatArray:
        """R of the columns themselves from that of the centred ones in `order`."""
        whole = np.empty_like(factor)
        whole[:, self.order()] = factor
        whole[:, :-1] += np.outer(whole[:, self.ones], self.middles)
        return whole


def rounding(rows: int) -> float:
    """What rounding in a pass over so many rows adds up to, in parts of the largest number."""
    return float(np.finfo(float).eps) * max(64.0, 8 * math.sqrt(rows))


def _centre(separation: Separation, phi: FloatArray, room: float) -> _Centre:
    """Where columns are to be centred: those far from 0, if there are ones; too far is an error."""
    ones = [number for number, expr in enumerate(separation.phi) if expr == 1]
    if not ones:
        return _Centre(0, np.zeros(len(separation.phi)))
    with np.errstate(all="ignore"):
        middles = phi.min(axis=0) / 2 + phi.max(axis=0) / 2
        varies = np.abs(phi - middles).max(axis=0)
        far = (varies > 0) & (np.abs(middles) > FAR * varies)
        sizes = np.abs(phi).max(axis=0)
        meant = varies > NOISE * float(np.finfo(float).eps) * sizes
        lost = far & meant & (varies < 4 * room * sizes)
    if separation.linear and lost.any():
        at = int(np.argmax(lost))
        raise DataError(
            f"{separation.phi[at]} varies by {2 * varies[at]:.3g} about {middles[at]:.6g}, too little for a fit in floats",
            "take a number near its middle away from the column",
        )
    far[ones[0]] = False
    return _Centre(ones[0] if far.any() else 0, np.where(far, middles, 0.0))


def _factor(data: _Rows, anchor: FloatArray, centre: _Centre) -> FloatArray:
    """R of [phi, phi · anchor + rest] by QR of one block after the other."""
    width = len(anchor) + 1
    order, whole = centre.order(), centre.coefficients(anchor)
    factor = np.empty((0, width))
    buffer = np.empty((width + BLOCK, width), order="F")
    for start in range(0, len(data), BLOCK):
        stop = min(start + BLOCK, len(data))
        stacked = buffer[: len(factor) + stop - start]
        below = stacked[len(factor) :]
        stacked[: len(factor)] = factor
        with np.errstate(all="ignore"):
            data.fill(slice(start, stop), below)
            below[:, :-1] -= centre.middles
            below[:, -1] = _anchored(below[:, :-1], whole, below[:, -1])
            if centre.ones:
                below[:] = below[:, order]
            factor = np.asarray(np.linalg.qr(stacked, mode="r"))
        if not np.isfinite(factor).all():  # a block with one such value has such an R
            raise data.fault(np.arange(start, stop))
    return centre.restored(factor)


def _anchored(phi: FloatArray, anchor: FloatArray, rest: FloatArray) -> FloatArray:
    """The sum phi · anchor + rest, added up by parts, as direct evaluation does."""
    total: FloatArray = phi[:, 0] * anchor[0]
    for number in range(1, len(anchor)):
        total += phi[:, number] * anchor[number]
    total += rest
    return total


def _missed(factor: FloatArray, anchor: FloatArray) -> FloatArray | None:
    """A better anchor, where the pilot's rows were not like the others."""
    if len(factor) <= len(anchor):
        return None
    change = _fit(factor[:, :-1], -factor[:, -1])
    least = _norm(factor[:, :-1] @ change + factor[:, -1])
    found = _norm(factor[:, -1])
    return anchor + change if found > MISSED * least else None


# ---------------------------------------------------------------------------------------------
# Cost and gradient from the factor


def _evaluator(separation: Separation, factor: FloatArray, anchor: FloatArray) -> Evaluate:
    parts = len(separation.psi)
    slopes = [slope for row in separation.slopes for slope in row]
    lines, texts = printed([*separation.psi, *slopes], separation.parameters)
    psi, slope_texts = texts[:parts], iter(texts[parts:])
    body = [*lines, *(f"d{k} = {psi[k]} - {float(anchor[k])!r}" for k in range(parts))]
    if parts <= SCALAR:
        body += _written_out(factor, parts)
    else:
        results = ", ".join(f"g{k}" for k in range(parts))
        given = ", ".join(f"d{k}" for k in range(parts))
        body += [f"cost, ({results},) = product(({given}, 1.0))"]
    gradient = ", ".join(
        _sum(_product(f"g{k}", next(slope_texts)) for k in range(parts)) for _ in separation.slopes
    )
    nothing = f"({', '.join(['math.nan'] * len(separation.slopes))},)"
    lines = [
        "try:",
        *(f"    {line}" for line in body),
        f"    return cost, ({gradient},)",
        "except (OverflowError, ZeroDivisionError):",
        f"    return math.inf, {nothing}",
        "except ValueError:",
        f"    return math.nan, {nothing}",
    ]
    return function(lines, product=_product_with(factor))


def _written_out(factor: FloatArray, parts: int) -> list[str]:
    """R = R · [d, 1], cost = r · r and g = 2 Rᵀ r, each entry of R in its place."""
    lines = []
    for row, entries in enumerate(factor.tolist()):
        terms = [f"{entries[k]!r}*d{k}" for k in range(parts) if entries[k] != 0]
        lines.append(f"r{row} = {_sum([*terms, repr(entries[-1])])}")
    lines.append(f"cost = {_sum(f'r{row}*r{row}' for row in range(len(factor)))}")
    for k in range(parts):
        column = (2 * factor[:, k]).tolist()
        terms = [f"{entry!r}*r{row}" for row, entry in enumerate(column) if entry != 0]
        lines.append(f"g{k} = {_sum(terms)}")
    return lines


def _product_with(factor: FloatArray) -> Callable[[Sequence[float]], tuple[float, list[float]]]:
    phi = 2 * factor[:, :-1].T.copy()

    def product(distances: Sequence[float]) -> tuple[float, list[float]]:
        with np.errstate(all="ignore"):
            reached = factor @ np.array(distances)
            return float(reached @ reached), (phi @ reached).tolist()

    return product


def _sum(terms: Iterable[str]) -> str:
    return " + ".join(term for term in terms if term not in ("0.0", "")) or "0.0"


def _product(factor: str, slope: str) -> str:
    """The product factor · slope, shortened where the slope is 0 or 1."""
    return {"0.0": "", "1.0": factor}.get(slope, f"{factor}*({slope})")
