"""Degrees of rational functions: they say how sure an exact check is, so they may be too large, never too small."""

from __future__ import annotations

import pytest

from symgd.derivation.checking.check import check_equal
from symgd.derivation.checking.degrees import MAX_EXACT_EXPONENT, difference_degree, is_rational
from symgd.derivation.checking.point import SAMPLES
from symgd.parsing.formula import parse
from symgd.terms import (
    Abbreviation,
    Delta,
    Fraction,
    Partial,
    Power,
    Product,
    Symbol,
    Term,
    number,
)

X, Y = Symbol("x"), Symbol("y")

RATIONAL = ["3", "x", "-x", "x + y", "x*y", "x/y", "x^24", "x^(-24)", "sum(1/x[i], i, N)"]
OTHER = [
    "sin(x)",
    "y*sin(x)",
    "pi",
    "piecewise((x, x > 0), (0, True))",
    "x^25",
    "x^(-25)",
    "x^(1/2)",
    "x^0.5",
    "x^a",
    "2^x",
    "sum(exp(x[i]), i, N)",
]


@pytest.mark.parametrize("formula", RATIONAL)
def test_what_is_rational_is_checked_exactly(formula: str) -> None:
    assert is_rational(parse(formula))
    assert check_equal(parse(formula), parse(formula)).method == "exact"


@pytest.mark.parametrize("formula", OTHER)
def test_what_is_not_rational_is_not(formula: str) -> None:
    assert not is_rational(parse(formula))
    assert check_equal(parse(formula), parse(formula)).method == "numeric"


def test_an_abbreviation_is_what_it_stands_for() -> None:
    assert MAX_EXACT_EXPONENT == 24
    assert is_rational(Abbreviation("u", parse("x^2")))
    assert is_rational(Power(X, number(-24)))
    assert not is_rational(Power(X, number(-25)))
    assert not is_rational(Abbreviation("u", parse("sin(x)")))
    assert degrees(Abbreviation("u", parse("x*x/y"))) == (2, 1)


MANY = 100


def degrees(term: Term) -> tuple[int, int]:
    """The bounds of numerator and denominator, told apart by a product of many names on the other side."""
    names = Product(tuple(Symbol(f"z_{n}") for n in range(MANY)))
    above = difference_degree(term, Fraction(number(1), names)) - MANY
    assert difference_degree(Fraction(number(1), names), term) - MANY == above
    return above, difference_degree(term, names) - MANY


# Bounds of the degrees above and below the fraction bar; a count is 4 at most.
DEGREES = [
    ("7", (0, 0)),
    ("x", (1, 0)),
    ("x[i]", (1, 0)),
    ("-x", (1, 0)),
    ("x + y^3", (4, 3)),
    ("x*y*z", (3, 0)),
    ("(x*y)/(z*z)", (2, 2)),
    ("(x/y)/(z/w)", (2, 2)),
    ("x/(y/(z/w))", (2, 2)),
    ("x*y/z", (2, 1)),
    ("1/x + 1/y", (1, 2)),
    ("1/x + y", (2, 1)),
    ("x*y + 1/z", (3, 1)),
    ("1/x - y*z", (3, 1)),
    ("x^3", (3, 3)),
    ("x^(-3)", (3, 3)),
    ("(x/(y*z))^2", (4, 4)),
    ("(x/(y*z))^(-2)", (4, 4)),
    ("sum(x[i], i, N)", (1, 0)),
    ("sum(1/x[i], i, N)", (3, 4)),
    ("sum(x[i]*w/y[i], i, N)", (5, 4)),
    ("sum(1/x[i], i, 0, N)", (4, 5)),
    ("sum(1/x[i], i, 0, N - 1)", (3, 4)),
    ("sum(1/x[i], i, 3, N)", (3, 4)),
    ("sum(1/x[i], i, 2, 3)", (1, 2)),
    ("sum(1/x[i], i, k, N)", (3, 4)),
    ("sum(1/x[i], i, 5, N - 9)", (0, 0)),
    ("sum(sum(1/x[i, j], j, M), i, N)", (15, 16)),
]


@pytest.mark.parametrize(("formula", "expected"), DEGREES)
def test_degrees(formula: str, expected: tuple[int, int]) -> None:
    assert degrees(parse(formula)) == expected


def test_the_degree_of_a_derivative() -> None:
    """(n/d)′ = (n′d − nd′)/d²."""
    assert degrees(Partial(parse("x*y/z"), X)) == (3, 2)
    assert degrees(Partial(parse("x*y"), X)) == (2, 0)


def test_the_degree_of_a_power_whose_exponent_holds_its_sign() -> None:
    assert degrees(Power(parse("x*y"), number(-3))) == (6, 6)


def test_the_degree_of_a_difference_is_that_of_its_numerator() -> None:
    assert difference_degree(parse("x*y/z"), parse("x/(y*z)")) == 4
    assert difference_degree(parse("x/(y*z)"), parse("x*y/z")) == 4
    assert difference_degree(parse("x"), parse("y")) == 1
    assert difference_degree(Delta(("i", "j")), X) == 1


# (a + b)(a − b) = a² − b² is of degree 2: a wrong one passes three trials with (2/2²¹)³ at most.
def test_the_bound_of_a_check_is_that_of_schwartz_and_zippel() -> None:
    check = check_equal(parse("(a + b)*(a - b)"), parse("a*a - b*b"))
    assert check.passed
    assert check.trials == 3
    assert check.bound == pytest.approx((2 / (2 * SAMPLES)) ** 3, rel=1e-12, abs=0)
