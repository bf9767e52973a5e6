"""Which of several equal minima is taken: signs, terms that can change places, and the smoothest curve.

Laws
----
- a formula that is the same with the signs of some parameters turned, or a term's parameters put in the place of
  another's, has its minima in pairs; of these the one is taken whose first parameter so turned is above 0, and in which
  the slower, lower or narrower term stands first
- an angle is told up to 2π
- at the places of the data an alias is equal to the frequency that it stands for; between them it is rougher
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import numpy as np
import sympy

from symgd.data.arrays import FloatArray, spread
from symgd.fit.atoms import atoms_of
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.units import Units
from symgd.terms.identity_map import IdentityMap

Swap: TypeAlias = tuple[tuple[int, int], ...]  # parameters, by their places, that change places

MOST_TURNED = 3  # signs that are turned together
ROWS = 12  # on which a symmetry is looked for
SHOWN, MOST_SHOWN = 60, 2000  # the same, where some parameters are solved for
MOST_SWAPPED = 12  # parameters that are not solved for, of which all pairs are tried
FAR = 1e6  # an angle that is no one's
BETWEEN = 8  # points between two rows, at which roughness is looked at


@dataclass(frozen=True, eq=False)
class Ties:
    """The symmetries of a formula."""

    curve: Curve
    units: Units
    bounds: FloatArray  # of shape (p, 2): what is bounded is not moved out of its bounds
    _turns: IdentityMap[Observed, tuple[tuple[int, ...], ...]] = field(default_factory=IdentityMap)
    _exchanges: IdentityMap[Observed, tuple[Swap, ...]] = field(default_factory=IdentityMap)

    def settled(self, theta: FloatArray, rows: Observed) -> FloatArray:
        """The one of the equal points that is taken."""
        made = theta
        for turned in self.turns(rows):
            made = self._kept(made, self._turned(made, turned), rows)
        made = self._kept(made, self._angles(made, rows), rows)
        for swap in self.swaps:
            made = self._kept(made, self._swapped(made, swap), rows)
        for swap in self.exchanges(rows):
            made = self._kept(made, self.resolved(self._swapped(made, swap), made, rows), rows)
        inside = (made >= self.bounds[:, 0]) & (made <= self.bounds[:, 1])
        return made if inside.all() else theta

    def _kept(self, before: FloatArray, after: FloatArray, rows: Observed) -> FloatArray:
        """What is equal: the one after, unless it predicts anything else than the one before."""
        if np.array_equal(before, after):
            return before
        here, there = (self.curve.values(theta, rows.inputs) for theta in (before, after))
        size = np.abs(here).max(initial=0.0) + np.abs(rows.target).max(initial=0.0)
        return after if bool(np.all(np.abs(there - here) <= 1e-6 * size)) else before

    # -----------------------------------------------------------------------------------------
    # Signs

    def turns(self, rows: Observed) -> tuple[tuple[int, ...], ...]:
        """Sets of parameters whose signs can be turned together, the smallest first."""
        return self._turns.once(rows, lambda: self._turned_together(rows))

    def _turned_together(self, rows: Observed) -> tuple[tuple[int, ...], ...]:
        count = len(self.curve.names)
        most, triples = MOST_TURNED, set[tuple[int, ...]]()
        if count > 12:  # three at once only where they stand in one term
            most = MOST_TURNED - 1
            for term in sympy.Add.make_args(self.curve.formula):
                held = self._places(term)
                triples |= {*combinations(held, MOST_TURNED)} if len(held) <= 12 else set()
        sets = [one for size in range(1, most + 1) for one in combinations(range(count), size)]
        sets += sorted(triples)
        some = spread(len(rows), ROWS)
        inputs = tuple(column[some] for column in rows.inputs)
        point = self._drawn(rows)
        signs = np.ones((len(sets), count))
        for number, chosen in enumerate(sets):
            signs[number, list(chosen)] = -1.0
        here = self.curve.values(point, inputs)
        there = self.curve.values(list((signs * point).T[:, :, None]), inputs)
        near = np.abs(there - here) <= 1e-9 * (np.abs(here) + np.abs(here).max(initial=0.0))
        same = near.all(axis=1) & np.isfinite(there).all(axis=1)
        kept: list[tuple[int, ...]] = []
        for chosen, equal in zip(sets, same, strict=True):
            if equal and not any(set(one) <= set(chosen) for one in kept):
                kept.append(chosen)
        return tuple(kept)

    def _drawn(self, rows: Observed) -> FloatArray:
        """Values that nothing relates."""
        rng = np.random.default_rng(7)
        drawn: FloatArray = rng.uniform(0.3, 1.7, len(self.curve.names)) * self._typical(rows)
        return drawn

    def _places(self, term: sympy.Expr) -> list[int]:
        """The parameters in a term."""
        return sorted(self._numbers[str(s)] for s in term.free_symbols if str(s) in self._numbers)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.curve.names)}

    def _typical(self, rows: Observed) -> FloatArray:
        """A value for each parameter at which the formula is likely to have one: its unit's."""
        sizes = {
            name: float(np.median(np.abs(column))) or 1.0
            for name, column in zip(self.curve.inputs, rows.inputs, strict=True)
        }
        sizes["="] = float(np.median(np.abs(rows.target))) or 1.0
        made = np.ones(len(self.curve.names))
        for place, name in enumerate(self.curve.names):
            made[place] = self.units.factors.get(name, 1.0)
            for base, power in self.units.of[name].get("", {}).items():
                made[place] *= sizes[base] ** float(power)
        return np.where(np.isfinite(made) & (made > 0), made, 1.0)

    def _turned(self, theta: FloatArray, turned: Sequence[int]) -> FloatArray:
        """The signs turned where the parameter that counts is below 0: one that is not solved for, if there is one."""
        first = next((p for p in turned if p in self.curve.others), turned[0])
        if theta[first] >= 0:
            return theta
        made = theta.copy()
        made[list(turned)] *= -1
        return made

    # -----------------------------------------------------------------------------------------
    # Angles

    @cached_property
    def phases(self) -> Mapping[int, tuple[int, sympy.Expr]]:
        """Parameters that shift waves: the factor of the wave, -1 where it has none, and what the angle turns by with each."""
        waves = atoms_of(self.curve.formula, sympy.sin, sympy.cos)
        inputs = {sympy.Symbol(name) for name in self.curve.inputs}
        found = {}
        for place, name in enumerate(self.curve.names):
            symbol = sympy.Symbol(name)
            holding = [wave for wave in waves if symbol in wave.free_symbols]
            slopes = [wave.args[0].diff(symbol) for wave in holding]
            turning = next(iter(slopes), sympy.Integer(0))
            if not {*slopes} <= {turning, -turning} or turning.free_symbols & {symbol, *inputs}:
                continue
            rest = self.curve.formula.xreplace({wave: sympy.Symbol("_wave") for wave in holding})
            if turning != 0 and symbol not in rest.free_symbols:
                found[place] = (self._amplitude(holding), turning)
        return found

    def _amplitude(self, waves: Sequence[sympy.Expr]) -> int:
        """The parameter that is a factor of the one term with this wave."""
        terms = [t for t in sympy.Add.make_args(self.curve.formula) if t.has(*waves)]
        if len(terms) != 1 or len(waves) != 1:
            return -1
        factors = sympy.Mul.make_args(terms[0])
        names = [sympy.Symbol(self.curve.names[place]) for place in self.curve.affine]
        if waves[0] not in factors:
            return -1
        for place, name in zip(self.curve.affine, names, strict=True):
            alone = not any(
                name in t.free_symbols
                for t in sympy.Add.make_args(self.curve.formula)
                if t != terms[0]
            )
            if name in factors and alone:
                return place
        return -1

    def _angles(self, theta: FloatArray, rows: Observed) -> FloatArray:
        """Amplitudes above 0; angles from -π to π, and places within the first period of the data."""
        made = theta.copy()
        for place, (amplitude, turning) in self.phases.items():
            named = dict(zip(map(sympy.Symbol, self.curve.names), made.tolist(), strict=True))
            half = abs(np.pi / float(turning.subs(named)))
            if not np.isfinite(half):
                continue
            if amplitude >= 0 and made[amplitude] < 0:
                made[amplitude], made[place] = -made[amplitude], made[place] + half
            middle = half + self._first(rows) if place in self.places else 0.0
            if abs(made[place] - middle) > half:
                made[place] -= 2 * half * np.round((made[place] - middle) / (2 * half))
        return made

    def unwound(self, theta: FloatArray, rows: Observed) -> FloatArray:
        """The same, angles of very many turns within the first: of such, floats tell rounding as much as the wave."""
        for place, (_, turning) in self.phases.items():
            named = dict(zip(map(sympy.Symbol, self.curve.names), theta.tolist(), strict=True))
            if abs(theta[place] * float(turning.subs(named))) > FAR:
                return self._angles(theta, rows)
        return theta

    def _first(self, rows: Observed) -> float:
        """The least value of the one input; 0 where there are several."""
        return float(rows.inputs[0].min()) if len(rows.inputs) == 1 else 0.0

    # -----------------------------------------------------------------------------------------
    # Terms that can change places

    @cached_property
    def swaps(self) -> tuple[Swap, ...]:
        """Pairs of parameters that can be exchanged, all pairs of one swap together."""
        found = []
        matches = list(self._matches())
        for number, one in enumerate(matches):
            if self._is_same(one):
                found.append(one)
                continue
            later = matches[number + 1 :]
            turned = [{b: a for a, b in other.items()} for other in later]
            both = next(
                (one | other for other in (*later, *turned) if self._joined(one, other)), None
            )
            if both is not None:
                found.append(both)
        return tuple(sorted({self._numbered([*swap], [*swap.values()]) for swap in found}))

    def _numbered(self, one: Sequence[str], other: Sequence[str]) -> Swap:
        """Two terms' parameters by their places, the term first whose first parameter is."""
        first, last = sorted([[self._numbers[n] for n in names] for names in (one, other)], key=min)
        return tuple(sorted(zip(first, last, strict=True)))

    def _joined(self, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
        """Whether two matches that agree are one swap together."""
        both = {**one, **other}
        agreed = all(both[name] == with_ for name, with_ in one.items())
        apart = not set(both) & set(both.values()) and len({*both.values()}) == len(both)
        return agreed and apart and both != one and self._is_same(both)

    def _matches(self) -> Iterator[dict[str, str]]:
        """For each two terms of one shape, which parameter of the one is which of the other."""
        names = {sympy.Symbol(name) for name in self.curve.names}
        for part in sympy.preorder_traversal(self.curve.formula):
            if not (part.is_Add or part.is_Mul):
                continue
            shaped = [
                (shape_of(term, names), term) for term in part.args if term.free_symbols & names
            ]
            for (one, _), (other, _) in combinations(shaped, 2):
                if one[0] == other[0]:
                    pairs = {a: b for a, b in zip(one[1], other[1], strict=True) if a != b}
                    if pairs and not set(pairs) & set(pairs.values()):
                        yield pairs

    def _is_same(self, swap: Mapping[str, str]) -> bool:
        both = {**swap, **{b: a for a, b in swap.items()}}
        put = {sympy.Symbol(a): sympy.Symbol(b) for a, b in both.items()}
        touched = {term for term, held in self._terms if not held.isdisjoint(put)}
        return {term.xreplace(put) for term in touched} == touched

    @cached_property
    def _terms(self) -> list[tuple[sympy.Expr, set[sympy.Basic]]]:
        """The terms of the formula, and what stands in each."""
        return [(t, t.free_symbols) for t in sympy.Add.make_args(self.curve.formula)]

    def exchanges(self, rows: Observed) -> tuple[Swap, ...]:
        """Swaps for which the parameters that the model is affine in make up: of b and c in a*(exp(-b*x) - exp(-c*x)), with −a for a."""
        return self._exchanges.once(rows, lambda: self._exchanged(rows))

    def _exchanged(self, rows: Observed) -> tuple[Swap, ...]:
        if not 1 < len(self.curve.others) <= MOST_SWAPPED:
            return ()
        point, some = self._drawn(rows), rows.take(spread(len(rows), SHOWN))
        if len(some) < 2 * len(self.curve.affine) + 2:
            return ()
        values = self.curve.values(point, some.inputs)
        known = [{*swap} for swap in self.swaps]
        found: list[Swap] = []
        for swap in self._alike():
            if any({*swap} <= {*one} for one in (*known, *found)):
                continue
            there = point.copy()
            for one, other in swap:
                there[one], there[other] = point[other], point[one]
            again = self.curve.values(self.resolved(there, point, some), some.inputs)
            if np.abs(again - values).max() <= 1e-8 * np.abs(values).max():
                found.append(swap)
        return tuple(found)

    def _alike(self) -> list[Swap]:
        """Pairs of parameters in parts of one shape, wherever they stand; then all pairs."""
        symbols = {*map(sympy.Symbol, self.curve.names)}
        shapes: dict[sympy.Expr, list[tuple[str, ...]]] = {}
        for part in sympy.preorder_traversal(self.curve.formula):
            if part.free_symbols & symbols and not part.is_Symbol:
                shape, names = shape_of(part, symbols)
                shapes.setdefault(shape, []).append(names)
        found: set[Swap] = {
            self._numbered(*two)
            for alike in shapes.values()
            for two in combinations(dict.fromkeys(alike), 2)
            if not {*two[0]} & {*two[1]}
        }
        pairs: list[Swap] = [(pair,) for pair in combinations(self.curve.others, 2)]
        return sorted(found, key=lambda swap: (-len(swap), swap)) + pairs

    def resolved(self, theta: FloatArray, like: FloatArray, rows: Observed) -> FloatArray:
        """The same with those parameters that the model is affine in such that it predicts as with others."""
        some, affine = rows.take(spread(len(rows), MOST_SHOWN)), list(self.curve.affine)
        if not affine or np.array_equal(theta, like):
            return theta
        rest, *columns = self.curve.basis([theta[p] for p in self.curve.others], some.inputs)
        aim = self.curve.values(like, some.inputs) - rest
        table = np.stack([np.broadcast_to(column, aim.shape) for column in columns], axis=1)
        sizes = np.abs(table).max(axis=0)
        table = table / np.where(sizes > 0, sizes, 1.0)
        if not (np.isfinite(table).all() and np.isfinite(aim).all()):
            return like
        made = theta.copy()
        made[affine] = np.linalg.lstsq(table, aim, rcond=None)[0] / np.where(sizes > 0, sizes, 1.0)
        return made

    def _swapped(self, theta: FloatArray, swap: Sequence[tuple[int, int]]) -> FloatArray:
        """The terms in order."""
        made = theta.copy()
        key = self.key(swap)
        first, last = (self._rank(made[place], key[0]) for place in key)
        if first > last:
            for one, other in swap:
                made[one], made[other] = theta[other], theta[one]
        return made

    def key(self, swap: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """The two parameters by which terms are put in order: what they hang on along the inputs, else the first."""
        nonlinear = [pair for pair in swap if pair[0] in self.curve.others]
        return next((p for p in nonlinear if p[0] in self.places), (nonlinear or list(swap))[0])

    @cached_property
    def places(self) -> frozenset[int]:
        """Parameters that are places along an input: p of x − p."""
        found = places_along(self.curve.formula, self.curve.inputs)
        return frozenset(n for n, name in enumerate(self.curve.names) if name in found)

    def _rank(self, value: float, place: int) -> float:
        """Slower terms first: rates go up, periods and times go down; places go up."""
        powers = self.units.of[self.curve.names[place]].get("", {})
        along = sum(float(power) for base, power in powers.items() if base != "=")
        slow_last = along > 0 and place not in self.places
        return -value if slow_last else value


def places_along(formula: sympy.Expr, inputs: Sequence[str]) -> Mapping[str, str]:
    """The names that stand beside an input, as p does in x − p or 2·x − 2·p, and which input each stands beside."""
    found: dict[str, str] = {}
    for part in atoms_of(formula, sympy.Add):
        sizes = {s.name: abs(n) for n, s in (t.as_coeff_Mul() for t in part.args) if s.is_Symbol}
        for name in sorted(sizes.keys() & {*inputs}):
            found |= {
                one: name for one, size in sizes.items() if size == sizes[name] and one != name
            }
    return found


def shape_of(term: sympy.Expr, names: set[sympy.Symbol]) -> tuple[sympy.Expr, tuple[str, ...]]:
    """A term with its parameters numbered as they come, and the parameters."""
    order: list[sympy.Symbol] = []
    for part in sympy.preorder_traversal(term):
        if part in names and part not in order:
            order.append(part)
    put = {
        symbol: sympy.Dummy(f"p{number}", dummy_index=number) for number, symbol in enumerate(order)
    }
    return term.xreplace(put), tuple(symbol.name for symbol in order)


def roughness(curve: Curve, theta: FloatArray, rows: Observed) -> float:
    """How far the curve goes up and down in all, at the rows and between them."""
    if not rows.inputs or len(rows) < 2:
        return 0.0
    order = np.lexsort(rows.inputs[::-1])
    places = np.linspace(0, len(order) - 1, (len(order) - 1) * BETWEEN + 1)
    inputs = tuple(
        np.interp(places, np.arange(len(order)), column[order]) for column in rows.inputs
    )
    values = curve.values(theta, inputs)
    return float(np.abs(np.diff(values)).sum()) if np.isfinite(values).all() else np.inf
