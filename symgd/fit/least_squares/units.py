"""The units of parameters, from the formula: what is added has one unit, and what exp is taken of is a pure number.

Laws
----
- the terms of a sum have the unit of the sum, and the prediction that of the target
- arguments of exp, sin, log and their like, and exponents, are pure numbers
- u^e has the unit of u to the e, which is known once e is: such units are kept apart, by their exponent
- numbers other than 1 may have a unit of their own (273.15, 8.314); what contradicts an earlier law is left out
- a factor that is far from 1 counts as a size: where exp is taken of 1.44e7/(x*T), T is about 1.44e7/x
- so does what the data alone give, such as 10^x
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import TypeAlias

import sympy

from symgd.fit.atoms import atoms_of

# An unknown is a parameter's exponent of every base, under one exponent: (name, tag). A base is (None, name).
Key: TypeAlias = tuple[str, str]
Form: TypeAlias = dict[Key, Fraction]
# The unit of an expression: for each exponent ("" is 1), a sum of unknowns and bases.
Unit: TypeAlias = dict[str, Form]

_KEEP = (sympy.Abs, sympy.Max, sympy.Min)
_PLAIN = (sympy.sign, sympy.Heaviside)  # whose argument may have any unit
PURE: Unit = {}
TEN = "10"  # the base of numbers
FAR = 2  # powers of ten from which a factor is far from 1


@dataclass
class Units:
    """The units of parameters as powers of the columns' units.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> units_of(a * sympy.exp(-b * x), ("a", "b"), ("x",)).of["b"]
    {'': {'x': Fraction(-1, 1)}}
    """

    of: dict[str, dict[str, dict[str, Fraction]]] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)  # numbers beside the columns' units
    exponents: dict[str, sympy.Expr] = field(default_factory=dict)


def units_of(
    formula: sympy.Expr,
    names: Sequence[str],
    inputs: Sequence[str],
    size: Callable[[sympy.Expr], float] = lambda _: 1.0,
) -> Units:
    """What is known of the parameters' units; the target's is called "=". Exponents that nothing settles are 0.

    `size` says how large an expression of inputs alone is.
    """
    reader = _UnitReader(frozenset(names), frozenset(inputs), size)
    whole = reader.unit(formula)
    reader.equal(whole, {"": {("", "="): Fraction(1)}})
    solved = reader.solved()
    found: dict[str, dict[str, dict[str, Fraction]]] = {name: {} for name in names}
    factors: dict[str, float] = {}
    for (name, tag), form in solved.items():
        if name in found:
            powers = {base: power for (kind, base), power in form.items() if kind == ""}
            ten = powers.pop(TEN, Fraction(0))
            if ten and not tag:
                factors[name] = 10.0 ** float(ten)
            if powers:
                found[name][tag] = powers
    return Units(found, factors, reader.exponents)


@dataclass
class _UnitReader:
    """Reads a formula into linear equations between units."""

    names: frozenset[str]
    inputs: frozenset[str]
    size: Callable[[sympy.Expr], float]
    equations: list[Form] = field(default_factory=list)
    exponents: dict[str, sympy.Expr] = field(default_factory=dict)
    fresh: count[int] = field(default_factory=count)

    def unit(self, expr: sympy.Expr) -> Unit:
        """The unit of an expression; what is found on the way becomes equations."""
        if expr.is_Symbol:
            return self._of_name(expr.name)
        if expr.is_number:
            return PURE
        if expr.is_Add or isinstance(expr, _KEEP):
            return self._sum(expr.args)
        if expr.is_Mul:
            made: Unit = PURE
            for factor in expr.args:
                made = _plus(made, self._of_factor(factor))
            return made
        if isinstance(expr, sympy.Pow):
            return self._power(*expr.args)
        if isinstance(expr, sympy.Piecewise):
            return self._pieces(expr)
        for part in expr.args:
            if not isinstance(expr, _PLAIN):
                self.equal(self.unit(part), PURE)
        return PURE

    def _of_factor(self, factor: sympy.Expr) -> Unit:
        if factor.is_number:
            return _powers_of_ten(abs(complex(factor)))
        grows = factor.is_Function or (factor.is_Pow and not factor.exp.is_number)
        if grows and {symbol.name for symbol in factor.free_symbols} <= self.inputs:
            return _powers_of_ten(self.size(factor))
        return self.unit(factor)

    def _of_name(self, name: str) -> Unit:
        if name in self.inputs:
            return {"": {("", name): Fraction(1)}}
        # under an exponent that is not known yet, a parameter may have a unit as well
        return {"": {(name, ""): Fraction(1)}, "*": {(name, "*"): Fraction(1)}}

    def _sum(self, parts: Sequence[sympy.Expr]) -> Unit:
        known = [part for part in parts if not part.is_number]
        units = [self.unit(part) for part in known]
        for other in units[1:]:
            self.equal(units[0], other)
        if any(abs(part) == 1 for part in parts if part.is_number):
            self.equal(units[0], PURE)
        return units[0]

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> Unit:
        inner = self.unit(base)
        if exponent.is_Rational:
            return _times(inner, Fraction(int(exponent.p), int(exponent.q)))
        if exponent.is_number:
            return _times(inner, Fraction(float(exponent)).limit_denominator(1000))
        self.equal(self.unit(exponent), PURE)
        sign = -1 if exponent.could_extract_minus_sign() else 1
        tag = str(sign * exponent)
        self.exponents[tag] = sign * exponent
        plain = inner.get("", {})
        return {tag: {key: sign * power for key, power in plain.items()}} if plain else PURE

    def _pieces(self, expr: sympy.Piecewise) -> Unit:
        for _, condition in expr.args:
            for relation in atoms_of(condition, sympy.core.relational.Relational):
                self._sum(relation.args)
        return self._sum([part for part, _ in expr.args])

    def equal(self, one: Unit, other: Unit) -> None:
        """Note that two units are the same, under each exponent by itself."""
        difference = _plus(one, _times(other, Fraction(-1)))
        wild = difference.pop("*", {})
        self.equations.append(difference.pop("", {}))
        for tag, form in difference.items():
            made = dict(form)
            for (name, _), power in wild.items():
                made[name, tag] = made.get((name, tag), Fraction(0)) + power
            self.equations.append(made)

    def solved(self) -> dict[Key, Form]:
        """Each unknown in terms of bases, what nothing settles being 0; contradictions are left out."""
        rows: dict[Key, Form] = {}
        for equation in self.equations:
            row = _reduced(equation, rows)
            pivot = next((key for key in row if key[0]), None)
            if pivot is None:
                continue
            scale = -row.pop(pivot)
            solved = {key: power / scale for key, power in row.items()}
            for key, form in rows.items():
                rows[key] = _reduced(form, {pivot: solved})
            rows[pivot] = solved
        return rows


def _powers_of_ten(size: float) -> Unit:
    """A number's powers of ten, if they are many."""
    power = math.log10(size) if 0 < size < math.inf else 0.0
    return {"": {("", TEN): Fraction(power).limit_denominator(100)}} if abs(power) >= FAR else PURE


def _reduced(form: Form, rows: Mapping[Key, Form]) -> Form:
    """A form with what is known put in."""
    made: Form = {}
    for key, power in form.items():
        for inner, factor in rows.get(key, {key: Fraction(1)}).items():
            made[inner] = made.get(inner, Fraction(0)) + power * factor
    return {key: power for key, power in made.items() if power}


def _plus(one: Unit, other: Unit) -> Unit:
    made = {tag: dict(form) for tag, form in one.items()}
    for tag, form in other.items():
        into = made.setdefault(tag, {})
        for key, power in form.items():
            into[key] = into.get(key, Fraction(0)) + power
    return made


def _times(unit: Unit, factor: Fraction) -> Unit:
    return {tag: {key: power * factor for key, power in form.items()} for tag, form in unit.items()}
