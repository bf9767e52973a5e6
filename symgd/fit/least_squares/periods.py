"""Frequencies that the data show: where a parameter of the formula is one, it is looked for there.

Laws
----
- w of sin(w·x + p) is a frequency: the argument's slope by x is c·w^s, without x
- what is the same with −sin for sin, as sin², repeats itself twice as often, and so does tan
- a sine of any phase is a sine and a cosine, so one least-squares fit a frequency makes the periodogram, at any spacing
  of x (Lomb, Least-squares frequency analysis of unequally spaced data, 1976; Scargle 1982); the columns that the formula
  adds without unknown frequencies are fitted beside
- points a distance d apart cannot tell w from 2π/d − w: nothing is looked for beyond π/d
- what the strongest frequency leaves shows the next
- a product of waves, or a wave within a wave, shows sums and differences of its frequencies
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import sympy

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.atoms import atoms_of
from symgd.fit.costs.compiled import compiled
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.periodogram import Periodogram

FINE = 4  # frequencies to a width of a peak
MOST = 12_000  # frequencies that are looked at
MORE = 3  # peaks beyond one for each frequency of the formula
MIXED = 3  # peaks whose sums and differences are looked at


@dataclass(frozen=True)
class Rhythm:
    """A parameter that sets a frequency, factor·parameter^power, along an input, at which the prediction repeats itself so many turns a period of the sine's."""

    place: int
    along: int
    factor: float
    power: float
    turns: int = 1

    def parameter(self, frequency: FloatArray) -> FloatArray:
        """The parameter at a frequency."""
        made: FloatArray = (frequency / (self.turns * self.factor)) ** (1 / self.power)
        return made

    def frequency(self, parameter: float) -> float:
        """The frequency that a parameter sets."""
        return float(self.turns * self.factor * abs(parameter) ** self.power)


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
            slope = _carried(part.args[0].diff(sympy.Symbol(name)))
            learned = slope.free_symbols
            places = [p for p in curve.others if sympy.Symbol(curve.names[p]) in learned]
            if len(places) == 1 and len(learned) == 1:
                made = _rhythm(slope, places[0], along, curve.names[places[0]])
                if made is not None:
                    turns = _turns(curve.formula, slope, name)
                    found.setdefault(made.place, replace(made, turns=turns))
    return tuple(found.values())


def _carried(slope: sympy.Expr) -> sympy.Expr:
    """An argument's slope without what a wave in it adds: w of sin(w·x + b·sin(v·x))."""
    return sympy.Add(*(s for s in sympy.Add.make_args(slope) if not s.has(sympy.sin, sympy.cos)))


def _are_mixed(formula: sympy.Expr) -> bool:
    """Whether waves are multiplied, or one is within another."""
    waves = formula.atoms(sympy.sin, sympy.cos)
    if any(wave.args[0].has(sympy.sin, sympy.cos) for wave in waves):
        return True
    return any(
        sum(factor.has(sympy.sin, sympy.cos) for factor in product.args) > 1
        for product in formula.atoms(sympy.Mul)
    )


def _turns(formula: sympy.Expr, slope: sympy.Expr, name: str) -> int:
    """How often the formula repeats itself in one period of the sines whose arguments have this slope."""
    learned, put, turned = slope.free_symbols, {}, {}
    for part in formula.atoms(sympy.sin, sympy.cos, sympy.tan):
        inner = part.args[0]
        if not inner.free_symbols & learned:
            continue
        if inner.diff(sympy.Symbol(name)) not in (slope, -slope):
            return 1
        put[part] = sympy.Dummy()
        turned[put[part]] = put[part] if part.func is sympy.tan else -put[part]
    plain = formula.xreplace(put)
    return 2 if plain.xreplace(turned) == plain else 1


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
    shown = Periodogram(rows, rows.inputs[along], float(grid[0]), len(grid))
    beside = [np.ones(len(rows)), *_settled(curve, rows)]
    strong: list[float] = []
    first = np.array([])
    for _ in range(count + MORE):
        power = shown.lowered(beside)
        if not np.isfinite(power).any() or power.max() <= 0:
            break
        first = first if len(first) else grid[_summits(power)][: count + MORE]
        best = float(grid[np.argmax(power)])
        strong.append(best)
        angle = best * rows.inputs[along]
        beside = [*beside, np.cos(angle), np.sin(angle)]
        if len(beside) >= len(rows):
            break
    one, other = np.array(list(combinations(strong[:MIXED], 2))).reshape(-1, 2).T
    apart = np.abs(one - other)
    mixed = [apart, apart / 2, (one + other) / 2] if _are_mixed(curve.formula) else []
    return np.unique(np.concatenate([strong, first, *mixed]))


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


def power_of(
    rows: Observed, columns: FloatArray, grid: FloatArray, beside: Sequence[FloatArray]
) -> FloatArray:
    """By how much a sine lowers the sum of squares, of frequencies of shape (f, d) along d columns."""
    fixed, _ = np.linalg.qr(np.stack([rows.weighted(each) for each in beside], axis=1))
    left = rows.weighted(rows.target)
    left = left - fixed @ (fixed.T @ left)
    left = left - fixed @ (fixed.T @ left)
    middle = columns - columns.mean(axis=1, keepdims=True)
    made = []
    for part in np.array_split(grid, max(1, len(grid) * len(rows) // 1_000_000)):
        angle = part @ middle
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
