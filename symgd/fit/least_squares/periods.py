"""Frequencies that the data show: where a parameter of the formula is one, it is looked for there.

Laws
----
- w of sin(w·x + p) is a frequency: the argument's slope by x is c·w^s, without x
- a sine of any phase is a sine and a cosine, so one least-squares fit a frequency makes the periodogram, at any spacing
  of x (Lomb, Least-squares frequency analysis of unequally spaced data, 1976; Scargle 1982); the columns that the formula
  adds without unknown frequencies are fitted beside
- points a distance d apart cannot tell w from 2π/d − w: nothing is looked for beyond π/d
- what the strongest frequency leaves shows the next
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.atoms import atoms_of
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.losses.compiled import compiled

FINE = 4  # frequencies to a width of a peak
MOST = 12_000  # frequencies that are looked at
MORE = 3  # peaks beyond one for each frequency of the formula


@dataclass(frozen=True)
class Rhythm:
    """A parameter that sets a frequency, factor·parameter^power, along an input."""

    place: int
    along: int
    factor: float
    power: float

    def parameter(self, frequency: FloatArray) -> FloatArray:
        """The parameter at a frequency."""
        made: FloatArray = (frequency / self.factor) ** (1 / self.power)
        return made

    def frequency(self, parameter: float) -> float:
        """The frequency that a parameter sets."""
        return float(self.factor * abs(parameter) ** self.power)


@dataclass(frozen=True)
class Waves:
    """What parameters inside sines and cosines are; by their number among those that are not solved for."""

    rhythms: Mapping[int, Rhythm]
    angles: tuple[int, ...]  # added to the argument
    sweeps: Mapping[int, float]  # of a frequency that changes along x: the most that rows can tell


def waves_of(curve: Curve, rows: Observed) -> Waves:
    """The parameters inside sines and cosines."""
    numbers = {place: number for number, place in enumerate(curve.others)}
    found = {numbers[rhythm.place]: rhythm for rhythm in rhythms(curve)}
    angles: list[int] = []
    sweeps: dict[int, float] = {}
    for part in atoms_of(curve.formula, sympy.sin, sympy.cos):
        for place, number in numbers.items():
            slope = part.args[0].diff(sympy.Symbol(curve.names[place]))
            if slope in (1, -1):
                angles.append(number)
            elif number not in found and slope != 0:
                most = _most(curve, rows, slope)
                if most:
                    sweeps[number] = min(most, sweeps.get(number, np.inf))
    return Waves(found, tuple(dict.fromkeys(angles)), sweeps)


def _most(curve: Curve, rows: Observed, slope: sympy.Expr) -> float | None:
    """The most that a parameter can be before rows can't tell the frequency it makes; None where it makes none."""
    found = []
    for name, column in zip(curve.inputs, rows.inputs, strict=True):
        turning = slope.diff(sympy.Symbol(name))
        if turning == 0:
            continue
        if not turning.free_symbols <= {*map(sympy.Symbol, curve.inputs)}:
            return None
        size = np.abs(compiled([turning], curve.inputs)(*rows.inputs)[0]).max()
        if size > 0 and np.isfinite(size):
            found.append(float(highest(column) / size))
    return min(found, default=None)


def rhythms(curve: Curve) -> tuple[Rhythm, ...]:
    """The frequencies among the parameters that are not solved for.

    Examples
    --------
    >>> a, p, x = sympy.symbols("a p x")
    >>> [(r.place, r.power) for r in rhythms(Curve(a * sympy.sin(2 * sympy.pi * x / p), ("a", "p"), ("x",)))]
    [(1, -1.0)]
    """
    found: dict[int, Rhythm] = {}
    for part in atoms_of(curve.formula, sympy.sin, sympy.cos, sympy.tan):
        for along, name in enumerate(curve.inputs):
            slope = part.args[0].diff(sympy.Symbol(name))
            learned = slope.free_symbols
            places = [p for p in curve.others if sympy.Symbol(curve.names[p]) in learned]
            if len(places) == 1 and len(learned) == 1:
                made = _rhythm(slope, places[0], along, curve.names[places[0]])
                if made is not None:
                    found.setdefault(made.place, made)
    return tuple(found.values())


def _rhythm(slope: sympy.Expr, place: int, along: int, name: str) -> Rhythm | None:
    """c·p^s, found from the values at 1 and 2 and proved at 3."""
    at = [slope.subs(sympy.Symbol(name), value) for value in (1, 2, 3)]
    if not all(value.is_real and value != 0 for value in at):
        return None
    one, two, three = map(abs, map(float, at))
    power = float(np.log2(two / one))
    if power == 0 or abs(three / one / 3.0**power - 1) > 1e-9:
        return None
    return Rhythm(place, along, one, power)


def peaks(curve: Curve, rows: Observed, along: int, count: int) -> FloatArray:
    """The strongest frequencies along an input, one after another, then the highest peaks of the first look."""
    grid = _grid(rows.inputs[along])
    beside = [np.ones(len(rows)), *_settled(curve, rows)]
    strong: list[float] = []
    first = np.array([])
    for _ in range(count + MORE):
        power = _power(rows, along, grid, beside)
        if not np.isfinite(power).any() or power.max() <= 0:
            break
        first = first if len(first) else grid[_summits(power)][: count + MORE]
        best = float(grid[np.argmax(power)])
        strong.append(best)
        angle = best * rows.inputs[along]
        beside = [*beside, np.cos(angle), np.sin(angle)]
        if len(beside) >= len(rows):
            break
    return np.unique(np.concatenate([strong, first]))


def highest(column: FloatArray) -> float:
    """The highest frequency that points at these places can tell."""
    gaps = np.diff(np.unique(column))
    if not len(gaps):
        return 1.0
    wide = float(np.ptp(column))
    even = float(gaps.max()) <= 1.01 * float(gaps.min())
    # points at uneven places tell frequencies beyond what their mean distance would
    distance = wide / len(gaps) if even else max(float(np.quantile(gaps, 0.1)), wide / MOST)
    return np.pi / distance


def _grid(column: FloatArray) -> FloatArray:
    most = highest(column)
    wide = float(np.ptp(column)) or 1.0
    count = int(np.clip(most * wide / np.pi * FINE / 2, 16, MOST))
    return np.linspace(0.0, most, count + 1)[1:]


def _settled(curve: Curve, rows: Observed) -> list[FloatArray]:
    """The columns of affine parameters that hang on no other parameter."""
    plain = []
    names = {sympy.Symbol(name) for name in curve.names}
    for place in curve.affine:
        slope = curve.formula.diff(sympy.Symbol(curve.names[place]))
        if not slope.free_symbols & names and slope.free_symbols:
            values = curve.linearised([1.0] * len(curve.names), rows.inputs)[1][place]
            if np.isfinite(values).all():
                plain.append(np.asarray(values))
    return plain


def _power(
    rows: Observed, along: int, grid: FloatArray, beside: Sequence[FloatArray]
) -> FloatArray:
    """By how much a sine of each frequency lowers the sum of squares."""
    fixed, _ = np.linalg.qr(np.stack([rows.weighted(each) for each in beside], axis=1))
    left = rows.weighted(rows.target)
    left = left - fixed @ (fixed.T @ left)
    left = left - fixed @ (fixed.T @ left)
    column = rows.inputs[along]
    middle = column - column.mean()
    made = []
    for part in np.array_split(grid, max(1, len(grid) * len(column) // 1_000_000)):
        angle = part[:, None] * middle
        waves = [rows.weighted(np.cos(angle)), rows.weighted(np.sin(angle))]
        one, other = (wave - (wave @ fixed) @ fixed.T for wave in waves)
        made.append(_lowered(one, other, left))
    return np.concatenate(made)


def _lowered(one: FloatArray, other: FloatArray, left: FloatArray) -> FloatArray:
    """What two columns for each frequency take from the sum of squares."""
    size = np.einsum("fn,fn->f", one, one)
    size = np.where(size > 1e-12, size, np.inf)
    share = np.einsum("fn,fn->f", one, other) / size
    rest = other - share[:, None] * np.where(np.isfinite(size)[:, None], one, 0.0)
    more = np.einsum("fn,fn->f", rest, rest)
    more = np.where(more > 1e-9, more, np.inf)
    made: FloatArray = (one @ left) ** 2 / size + (rest @ left) ** 2 / more
    return made


def _summits(power: FloatArray) -> IntArray:
    """The places of local maxima, the highest first."""
    padded = np.concatenate([[-np.inf], power, [-np.inf]])
    tops = np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]))
    made: IntArray = tops[np.argsort(-power[tops], kind="stable")]
    return made
