"""Kin: functions of one argument that are worked out together, for less than each alone.

Laws
----
- exp(−z) = 1 / exp(z)
- 1 + cos t = 2 / (1 + h²) and sin t = h·(1 + cos t), where h = tan(t / 2)
- ln(exp(a) + exp(b)) = max(a, b) + ln(1 + exp(−|a − b|)), and softplus(z) is that of z and 0
- exp(−|z|) is the lesser of exp(z) and exp(−z)

None overflows where what it stands for does not: 1/∞ is 0, and |z| is never below 0. Errors in floats: sine 3·10⁻¹⁶ of
itself, cosine 4·10⁻¹⁶ of 1, at every t, since the tangent is right at every one (its poles lie between floats); the
exponentials one rounding more.

Why
---
NumPy works out exp, log1p and tan with vector instructions, about 1 ns an entry where the machine has them, and sin,
cos and logaddexp one entry after the other, 8 to 19 ns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, count

import sympy

from symgd import terms as nt
from symgd.codegen.program.program import Assignment, Local, is_array
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS

# Functions that SymPy does not look into, so that no value of theirs takes time.
UPPER = replace(FUNCTIONS["max"], value=sympy.Function("upper"))
LOWER = replace(FUNCTIONS["min"], value=sympy.Function("lower"))
TANGENT = replace(FUNCTIONS["tan"], value=sympy.Function("tangent"))
LOG1P = Function(
    "log1p",
    sympy.Function("log1p"),
    spoken="the logarithm of one plus {x}",
    compute=lambda context, z: context.log1p(z),
    numpy="np.log1p",
    python="math.log1p",
)
HALF = nt.number(Fraction(1, 2), decimal=True)
ONE = nt.number(1)


def with_kin(
    definitions: Sequence[Assignment], roots: Sequence[nt.Term]
) -> tuple[list[Assignment], list[nt.Term]]:
    """The same definitions and lines, with names for kin, which are defined before what is made of them."""
    apart = [Assignment(part.local, _in_exponentials(part.term)) for part in definitions]
    kin = _Kin(apart, [*map(_in_exponentials, roots)])
    return (list(kin.ordered()), kin.roots) if kin.made else (apart, kin.roots)


def _called(function: Function, *arguments: nt.Term) -> nt.Call:
    return nt.Call(function.name, arguments, function)


def _in_exponentials(term: nt.Term) -> nt.Term:
    return term.rewrite(_weighted).rewrite(_logarithm)


def _logarithm(term: nt.Term) -> nt.Term | None:
    """The logarithm of a sum of exponentials by the largest of them and what the others add."""
    if not isinstance(term, nt.Call) or not is_array(term):
        return None
    if term.declared is FUNCTIONS["softplus"]:
        return _of_two(term.argument, nt.number(0), term.argument)
    if term.declared is FUNCTIONS["logsumexp"]:
        first, *others = term.arguments
        for other in others:
            first = _of_two(first, other, nt.minus(first, other))
        return first
    return None


def _weighted(term: nt.Term) -> nt.Term | None:
    """A sum with u·softplus(z) + (1 − u)·softplus(−z) as u·max(z, 0) − (1 − u)·min(z, 0) + ln(1 + exp(−|z|))."""
    terms = list(term.terms) if isinstance(term, nt.Sum) else []
    found = [(place, *part) for place, part in enumerate(map(_softplus_in, terms)) if part]
    for (here, weight, power), (there, other, opposite) in combinations(found, 2):
        if power.value == -opposite.value and weight.value + other.value == 1:
            if isinstance(power, nt.Negative):
                weight, power, other = other, opposite, weight
            zero = nt.number(0)
            above, below = _called(UPPER, power, zero), _called(LOWER, power, zero)
            parts = (nt.Product((weight, above)), nt.Negative(nt.Product((other, below))))
            rest = [part for place, part in enumerate(terms) if place not in (here, there)]
            made = nt.Sum((*parts, _called(LOG1P, _lesser(power)), *rest))
            return _weighted(made) or made
    return None


def _softplus_in(term: nt.Term) -> tuple[nt.Term, nt.Term] | None:
    """u and z of u·softplus(z)."""
    signs, factors = _apart(term)
    places = [
        place
        for place, factor in enumerate(factors)
        if isinstance(factor, nt.Call) and factor.declared is FUNCTIONS["softplus"]
    ]
    if len(places) != 1 or not is_array(term):
        return None
    power = factors.pop(places[0]).children[0]
    weight = nt.product_of(tuple(factors))
    return (nt.Negative(weight) if signs % 2 else weight), power


def _apart(term: nt.Term) -> tuple[int, list[nt.Term]]:
    """How many minus signs stand before a product or in it, and its factors without them."""
    if isinstance(term, nt.Negative):
        signs, factors = _apart(term.term)
        return signs + 1, factors
    if not isinstance(term, nt.Product):
        return 0, [term]
    parts = [*map(_apart, term.factors)]
    return sum(signs for signs, _ in parts), [factor for _, found in parts for factor in found]


def _of_two(one: nt.Term, other: nt.Term, between: nt.Term) -> nt.Term:
    return nt.Sum((_called(UPPER, one, other), _called(LOG1P, _lesser(between))))


def _lesser(power: nt.Term) -> nt.Term:
    """exp(−|z|)."""
    return nt.call("exp", nt.Negative(nt.call("abs", power)))


class _Kin:
    """Finds kin in some definitions and lines, and puts names in their place."""

    def __init__(self, definitions: Sequence[Assignment], roots: Sequence[nt.Term]) -> None:
        self.given = {part.local.name: part for part in definitions}
        self.names: dict[tuple[str, sympy.Expr], Local] = {}
        self.made: list[Assignment] = []
        terms = [*(part.term for part in definitions), *roots]
        self.calls = {
            (part.function, part.argument.value): part.argument
            for part in chain.from_iterable(term.parts() for term in terms)
            if isinstance(part, nt.Call) and _is_known(part) and is_array(part)
        }
        for (function, value), argument in self.calls.items():
            if function == "sin" and ("cos", value) in self.calls:
                self._turned(argument)
            if function == "exp" and ("exp", value) not in self.names:
                self._opposite(argument)
        self.roots = [self._put_in(root) for root in roots]
        if self.made:
            self.given = {
                name: Assignment(part.local, self._put_in(part.term))
                for name, part in self.given.items()
            }

    def _named(self, wanted: str, term: nt.Term) -> Local:
        taken = {*self.given, *(part.local.name for part in self.made)}
        options = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
        local = Local(next(name for name in options if name not in taken), array=True)
        self.made.append(Assignment(local, term))
        return local

    def _turned(self, angle: nt.Term) -> None:
        """Sine and cosine of one angle."""
        half = self._named("half_tangent", _called(TANGENT, nt.multiplied((HALF, angle))))
        below = nt.Sum((ONE, nt.squared(half)))
        ratio = self._named("one_plus_cosine", nt.Fraction(nt.number(2), below))
        self.names["sin", angle.value] = self._named("sine", nt.Product((half, ratio)))
        self.names["cos", angle.value] = self._named("cosine", nt.minus(ratio, ONE))

    def _opposite(self, power: nt.Term) -> None:
        """Exponentials of z and −z, and of −|z| beside one of them."""
        if _distance(power) is not None:
            return
        power = power.term if isinstance(power, nt.Negative) else power
        value = power.value
        lesser = [
            key for key, argument in self.calls.items() if _distance(argument) in (value, -value)
        ]
        if not (lesser or (("exp", value) in self.calls and ("exp", -value) in self.calls)):
            return
        grown = self._named("exponential", nt.call("exp", power))
        shrunk = self._named("one_over_exponential", nt.Fraction(ONE, grown))
        self.names["exp", value], self.names["exp", -value] = grown, shrunk
        if lesser:
            least = self._named("lesser_exponential", _called(LOWER, grown, shrunk))
            self.names.update(dict.fromkeys(lesser, least))

    def _put_in(self, term: nt.Term) -> nt.Term:
        """`term` over the names; the angles and powers within them as well."""
        if isinstance(term, nt.Call) and _is_known(term):
            local = self.names.get((term.function, term.argument.value))
            if local is not None:
                return local
        return term.map(self._put_in)

    def ordered(self) -> Iterator[Assignment]:
        """All definitions, each after those that it uses."""
        inside = {
            part.local.name: Assignment(part.local, self._inside(part.term)) for part in self.made
        }
        waiting = {**inside, **self.given}
        while waiting:
            names = {f"local {name}" for name in waiting}
            name = next(name for name, part in waiting.items() if not part.term.names & names)
            yield waiting.pop(name)

    def _inside(self, term: nt.Term) -> nt.Term:
        """The definition of a name over the other names: of exp(z), what z is made of."""
        return term.map(self._put_in)


def _is_known(call: nt.Call) -> bool:
    """Whether it is one of the functions that have kin."""
    return call.function in ("sin", "cos", "exp") and call.declared is FUNCTIONS[call.function]


def _distance(power: nt.Term) -> sympy.Expr | None:
    """The value of z where a power is −|z|."""
    match power:
        case nt.Negative(term=nt.Call(function="abs", argument=inside)):
            return inside.value
    return None
