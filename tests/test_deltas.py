"""Derivatives by one entry under Σ, max, min, abs and cases, against SymPy with the sums written out."""

from __future__ import annotations

import random

import pytest
import sympy
from domains import IndexedFormulas
from grids import examples

from symgd import differentiate
from symgd.budget import Budget
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import MP, Undefined, close
from symgd.derivation.checking.point import Point
from symgd.errors import CheckFailed, DerivationError
from symgd.parsing.formula import parse
from symgd.terms import Term
from symgd.terms.unrolling import Unrolling, WrittenOut

INDICES = "cdl"
BUDGET = Budget(seconds=3600, comparison=5)


class Place(Point):
    """Random numbers, for so many entries, with the free indices at given positions."""

    def __init__(self, seed: int, size: int) -> None:
        super().__init__(seed, 3, False, Unrolling())
        source = random.Random(seed)
        self.sizes = {"n": size}
        self.positions = {index: source.randint(1, size) for index in INDICES}

    def of(self, name: str) -> sympy.Expr:
        """The number that stands for an entry, s_2, as SymPy takes it."""
        base, _, entry = name.partition("_")
        return sympy.Float(str(self[base, (int(entry),) if entry else ()]), MP.dps)


def by_sympy(body: Term, place: Place) -> sympy.Expr:
    """SymPy's derivative of the sums written out, in numbers; None where it is at a tie."""
    written = WrittenOut(place.sizes, "").term(body, place.positions).value
    real = {symbol: sympy.Dummy(symbol.name, real=True) for symbol in written.free_symbols}
    variable = sympy.Symbol(f"s_{place.positions['l']}")
    found = written.xreplace(real).diff(real.get(variable, variable))
    numbers = {dummy: place.of(dummy.name) for dummy in real.values()}
    steps = [step.args[0].xreplace(numbers).evalf(MP.dps) for step in found.atoms(sympy.Heaviside)]
    if any(abs(step) < 1e-15 for step in steps):
        return None
    return found.xreplace(numbers).doit().evalf(MP.dps)


def compared(formula: str, seed: int) -> int:
    """At how many places the derivative was found to be SymPy's."""
    body, last, same = parse(formula), differentiate(formula, "s[l]", budget=BUDGET).last, 0
    for size in (2, 3, 4):
        for n in range(2):
            place = Place(100 * seed + 10 * size + n, size)
            expected = by_sympy(body, place)
            try:
                ours = Evaluator(place).dual(last, None, ()).value
            except Undefined:
                continue
            if (expected is not None and expected.is_Float) or expected == 0:
                assert close(ours, MP.mpf(str(expected))), (formula, size, place.positions)
                same += 1
    return same


# Each hinge, distance and pair of conditions that people write, and the entry on both sides of its difference.
FORMULAS = [
    "sum(max(0, s[j] - s[c] + D), j, n)",
    "sum(sum(max(0, s[i] - s[j]), j, n), i, n)",
    "sum(min(s[j] - s[c], x[j]*s[c]), j, n)",
    "sum(abs(s[j] - s[c])*x[j], j, n)",
    "sum(sum(abs(s[i] - s[j])*x[i], j, n), i, n)",
    "sum(s[j] - s[c] if s[j] > s[c] else 2*s[c], j, n)",
    "sum(max(0, 1 - x[j]*(s[j] - s[c]))^2, j, n)",
    "sum(x[i]*sum(max(s[i] - s[j], s[j] - s[c]), j, n), i, n)",
    "sum(max(s[c], max(s[j], D)), j, n) - s[c]",
    "sum(((s[j] - s[c]) if s[j] > 0 else (s[c]*x[j] - s[j])) if D > 0 else s[j]^2, j, n)",
    "sum(sum(max(0, s[j]*x[i]), j, i), i, n)",
    "sum(sum(s[j]^2*x[i], j, i, n), i, n)",
    "sum(sum(abs(s[j]*x[i]), j, i, i), i, n)",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_delta_goes_through_cases_and_sums(formula: str) -> None:
    assert compared(formula, 1) >= 4


@pytest.mark.parametrize("seed", range(examples(4, 8)))
def test_random_sums_over_differences_have_the_derivatives_that_sympy_has(seed: int) -> None:
    """A formula that is real nowhere, or has a kink everywhere, may be left unchecked, and is refused then."""
    formula = IndexedFormulas(seed).formula()
    try:
        compared(formula, seed)
    except CheckFailed as failure:
        pytest.fail(f"{formula}: {failure}")
    except DerivationError:
        pass


def test_cases_in_a_condition_are_compared_with_sympy() -> None:
    """SymPy writes such a condition as an ITE."""
    formula = "(s[i]*b) if ((3 if a > 0 else z[i]))^2 > 0 else w[i]"
    assert differentiate(formula, "s[q]").check.passed
    assert differentiate(formula.replace("s[", "x["), "x[q]").check.passed
