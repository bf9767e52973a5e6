"""Candidates: places to start from, drawn on the scale that units give each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import compiled
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.fringes import crossed, fringes, put
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.periods import Waves, highest, peaks, waves_of
from symgd.fit.least_squares.summits import Bump, Peaks, bumps_of, peaks_of
from symgd.fit.least_squares.units import Units, units_of
from symgd.fit.least_squares.warped import warps

DECADES = 3.0  # a parameter is looked for so many decades below its scale, and above
ANCHORED = (
    0.6  # the share of candidates in which b of exp(b - c*x) is such that b - c*x is 0 at some row
)
BALANCED = (
    0.3  # the share in which b of 1 + b*exp(-c*x) is such that both terms are as large at some row
)
KEPT = 0.6  # the share of parameters that a candidate has from a good one
SHOWN = 0.8  # the share of candidates whose frequency the periodogram shows
NEGATIVE = 0.3  # the share of candidates in which a parameter is below 0


@dataclass(frozen=True, eq=False)
class Scales:
    """The natural scale of each parameter: the columns' scales to the powers of its unit.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> curve = Curve(a * sympy.exp(-b * x), ("a", "b"), ("x",))
    >>> rows = Observed((np.array([10.0, 20.0, 30.0]),), np.array([3.0, 2.0, 1.0]))
    >>> Scales(curve, rows).size("b", {})
    0.05
    """

    curve: Curve
    rows: Observed

    @cached_property
    def units(self) -> Units:
        curve = self.curve
        return units_of(curve.formula, curve.names, curve.inputs, self._size_of)

    def _size_of(self, expr: sympy.Expr) -> float:
        """The median size of an expression of inputs alone."""
        values = compiled([expr], self.curve.inputs)(*self.rows.inputs)[0]
        return _size(np.abs(np.asarray(values)))

    @cached_property
    def sizes(self) -> Mapping[str, float]:
        """The median size of each column."""
        return {name: _size(column) for name, column in self._columns.items()}

    @cached_property
    def spreads(self) -> Mapping[str, float]:
        """How far each column's values lie apart."""
        return {
            name: float(np.ptp(column)) / 2 or self.sizes[name]
            for name, column in self._columns.items()
        }

    @property
    def _columns(self) -> Mapping[str, FloatArray]:
        named = dict(zip(self.curve.inputs, self.rows.inputs, strict=True))
        return {**named, "=": self.rows.target}

    def size(
        self,
        name: str,
        exponents: Mapping[str, FloatArray],
        columns: Mapping[str, FloatArray | float] | None = None,
    ) -> FloatArray | float:
        """A parameter's scale; `exponents` are the values of exponents that units hang on."""
        made: FloatArray | float = self.units.factors.get(name, 1.0)
        for tag, powers in self.units.of[name].items():
            if tag and tag not in exponents:
                continue
            for base, power in powers.items():
                known = (columns or self.sizes)[base]
                made = made * known ** (float(power) * (exponents[tag] if tag else 1.0))
        return made


def _size(column: FloatArray) -> float:
    """The median of what is not 0."""
    there = np.abs(column[column != 0])
    return float(np.median(there)) if there.size else 1.0


# ---------------------------------------------------------------------------------------------
# Drawing


@dataclass(frozen=True, eq=False)
class Drawer:
    """Draws values for the parameters that cannot be solved for."""

    scales: Scales
    bounds: FloatArray  # of these parameters, of shape (m, 2)
    shown: Observed  # rows that show peaks
    seed: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        curve = self.scales.curve
        return tuple(curve.names[place] for place in curve.others)

    def draw(self, count: int, number: int) -> FloatArray:
        """Candidates of shape (count, m), others for each number."""
        rng = np.random.default_rng((self.seed, number))
        with np.errstate(all="ignore"):
            drawn = self._by_scale(count, rng)
            self._turn(drawn, rng)
            for place, anchor in self._anchors.items():
                taken = rng.random(count) < (ANCHORED if anchor.plain else BALANCED)
                values = anchor(drawn, rng)
                drawn[:, place] = np.where(taken & np.isfinite(values), values, drawn[:, place])
            for peaks_there, bumps in self._summits:
                drawn = peaks_there.put(drawn, bumps, rng)
        return self._within(drawn, rng)

    @cached_property
    def _summits(self) -> list[tuple[Peaks, list[Bump]]]:
        """Peaks along inputs, and the terms that may stand on them."""
        rows, found = self.shown, []
        for along, bumps in bumps_of(self.scales.curve, self.scales.units).items():
            there = peaks_of(rows.inputs[along], rows.target)
            if len(there.places):
                found.append((there, bumps))
        return found

    def bred(self, parents: FloatArray, count: int, number: int) -> FloatArray:
        """Candidates that have some parameters of a good one, and others drawn anew."""
        drawn = self.draw(count, number)
        rng = np.random.default_rng((self.seed, number, 1))
        chosen = parents[rng.integers(0, len(parents), count)]
        return np.where(rng.random(drawn.shape) < KEPT, chosen, drawn)

    def _turn(self, drawn: FloatArray, rng: np.random.Generator) -> None:
        """Frequencies from the periodogram or evenly up to the highest that can be told; angles evenly."""
        count = len(drawn)
        rows = self.scales.rows
        for place in self.waves.angles:
            drawn[:, place] = rng.uniform(-np.pi, np.pi, count)
        for place, most in self.waves.sweeps.items():
            drawn[:, place] = most * rng.random(count) * np.sign(drawn[:, place])
        known: dict[int, FloatArray] = {}
        taken: dict[int, FloatArray] = {}
        for place, rhythm in self.waves.rhythms.items():
            if any(place in pair for pair, _ in self._fringes):
                continue
            column = rows.inputs[rhythm.along]
            if rhythm.along not in known:
                sought = len(self.waves.rhythms)
                known[rhythm.along] = peaks(self.scales.curve, rows, rhythm.along, sought)
                taken[rhythm.along] = rng.permuted(np.tile(known[rhythm.along], (count, 1)), axis=1)
            strong, most = taken[rhythm.along], highest(column)
            frequency = most * rng.random(count)
            if strong.shape[1]:
                near = strong[:, 0] + rng.normal(0, 0.5, count) / (np.ptp(column) or 1.0)
                frequency = np.where(rng.random(count) < SHOWN, np.abs(near), frequency)
                taken[rhythm.along] = np.roll(strong, -1, axis=1)
            drawn[:, place] = rhythm.parameter(frequency)
        for pair, strong in self._fringes:
            put(drawn, pair, self.waves.rhythms, strong, rows, rng)
        for places, pairs in self._warped:
            chosen = np.flatnonzero(rng.random(count) < SHOWN)
            drawn[chosen[:, None], places] = pairs[rng.integers(0, len(pairs), len(chosen))]

    @cached_property
    def _warped(self) -> list[tuple[list[int], FloatArray]]:
        """Frequencies and powers of waves along powers, by their numbers, as the data show them together."""
        numbers = {place: number for number, place in enumerate(self.scales.curve.others)}
        found = []
        for warp in warps(self.scales.curve):
            places = [numbers[warp.frequency], numbers[warp.power]]
            pairs = warp.pairs(self.scales.rows, self.bounds[places[1]])
            if len(pairs):
                found.append((places, pairs))
        return found

    @cached_property
    def _fringes(self) -> list[tuple[tuple[int, int], FloatArray]]:
        """Frequencies that two inputs show together."""
        rhythms, rows = self.waves.rhythms, self.scales.rows
        found = []
        for pair in crossed(self.scales.curve, rhythms):
            strong = fringes(rows, (rhythms[pair[0]].along, rhythms[pair[1]].along))
            if len(strong):
                found.append((pair, strong))
        return found

    @cached_property
    def waves(self) -> Waves:
        return waves_of(self.scales.curve, self.scales.rows)

    def _by_scale(self, count: int, rng: np.random.Generator) -> FloatArray:
        """Each parameter over decades about its scale, and of both signs."""
        signed = self._decades(count, rng)
        near = rng.random(count) < 0.5
        scales = self.scales
        columns = {
            name: np.where(near, scales.spreads[name], size) for name, size in scales.sizes.items()
        }
        for place, name in enumerate(self.names):
            signed[:, place] *= scales.size(name, {}, columns)
        exponents = self._exponents(signed)
        for place, name in enumerate(self.names):
            tagged = [tag for tag in scales.units.of[name] if tag in exponents]
            if tagged:
                plain = scales.size(name, {}, columns)
                signed[:, place] *= scales.size(name, exponents, columns) / plain
        return signed

    def _decades(self, count: int, rng: np.random.Generator) -> FloatArray:
        """Powers of ten, denser near 1, evenly spread in all parameters together; with signs."""
        wide = len(self.names)
        # the generalised golden ratio: the root of g^(m + 1) = g + 1
        ratio = 1.5
        for _ in range(40):
            ratio = (1 + ratio) ** (1 / (wide + 1))
        steps = ratio ** -np.arange(1.0, wide + 1)
        even = 2 * ((rng.random(wide) + np.arange(count)[:, None] * steps) % 1) - 1
        power = DECADES * np.sign(even) * np.abs(even) ** 1.5
        sign = np.where(rng.random((count, wide)) < NEGATIVE, -1.0, 1.0)
        made: FloatArray = sign * 10.0**power
        return made

    def _exponents(self, drawn: FloatArray) -> Mapping[str, FloatArray]:
        """The values of exponents that units hang on, where drawn parameters give them."""
        known = {*map(sympy.Symbol, self.names)}
        made = {}
        for tag, exponent in self.scales.units.exponents.items():
            if exponent.free_symbols <= known:
                value = compiled([exponent], self.names)(*drawn.T)[0]
                made[tag] = np.clip(value, -8, 8)
        return made

    @cached_property
    def _anchors(self) -> Mapping[int, _Anchor]:
        """Parameters that stand by themselves in a sum with an input, and what the sum is without."""
        scales, curve = self.scales, self.scales.curve
        found: dict[int, _Anchor] = {}
        allowed = {sympy.Symbol(name) for name in (*self.names, *curve.inputs)}
        inputs = {sympy.Symbol(name) for name in curve.inputs}
        for part in sympy.preorder_traversal(curve.formula):
            if isinstance(part, sympy.core.relational.Relational):
                part = part.lhs - part.rhs
            held = part.free_symbols
            if not (part.is_Add and held <= allowed and held & inputs):
                continue
            for place, name in enumerate(self.names):
                symbol = sympy.Symbol(name)
                sign = part.coeff(symbol)
                rest = part - sign * symbol
                if (
                    sign != 0
                    and symbol not in rest.free_symbols
                    and symbol not in sign.free_symbols
                ):
                    found.setdefault(
                        place,
                        _Anchor(
                            -rest / sign,
                            bool(sign.is_number),
                            self.names,
                            curve.inputs,
                            scales.rows,
                        ),
                    )
        return found

    def distance(self, theta: FloatArray) -> float:
        """How many decades the parameters are from their scales, in all."""
        scales = [self.scales.size(name, {}) for name in self.names]
        sizes = np.abs(theta[list(self.scales.curve.others)]) / np.array(scales, dtype=np.float64)
        with np.errstate(all="ignore"):
            return float(np.sum(np.abs(np.log10(np.where(sizes > 0, sizes, 1.0)))))

    def _within(self, drawn: FloatArray, rng: np.random.Generator) -> FloatArray:
        """The same within the bounds: what lies outside is drawn between them, or next to the one there is."""
        for place, (low, high) in enumerate(self.bounds):
            column = drawn[:, place]
            if np.isfinite(low) and np.isfinite(high):
                inner = low + (high - low) * rng.random(len(column))
            elif np.isfinite(low):
                inner = low + np.abs(column)
            elif np.isfinite(high):
                inner = high - np.abs(column)
            else:
                continue
            drawn[:, place] = np.where((column >= low) & (column <= high), column, inner)
        return drawn


@dataclass(frozen=True, eq=False)
class _Anchor:
    """Where a sum is 0: its parameter's value at rows that are drawn."""

    rest: sympy.Expr
    plain: bool  # whether the parameter stands by itself, and no sign but this one will do
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    rows: Observed

    def __call__(self, drawn: FloatArray, rng: np.random.Generator) -> FloatArray:
        count = len(drawn)
        at = rng.integers(0, len(self.rows), count)
        given = (*drawn.T, *(column[at] for column in self.rows.inputs))
        compute = compiled([self.rest], (*self.names, *self.inputs))
        made = np.asarray(compute(*given)[0], dtype=np.float64)
        sign = 1.0 if self.plain else np.where(rng.random(count) < 0.5, 1.0, -1.0)
        return np.broadcast_to(made * sign, (count,))
