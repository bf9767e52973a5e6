"""Values and slopes of Terms at given places, and the random points at which checks are made."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from symgd.derivation.checking.abstracting import Abstracting
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import MP, Undefined, close
from symgd.derivation.checking.point import SAMPLES, Bindings, Point
from symgd.derivation.checking.values import Values
from symgd.parsing.formula import parse
from symgd.terms import (
    Abbreviation,
    Case,
    Cases,
    Comparison,
    Delta,
    Indexed,
    Number,
    Partial,
    Power,
    Symbol,
    Term,
    number,
)
from symgd.terms.unrolling import NOTHING, Unrolling, unrolling_of

# An evaluator knows Terms again by identity: the Terms of these tests stay alive.
read = functools.cache(parse)

X = Symbol("x")
X_KEY, Y_KEY = ("x", ()), ("y", ())


def at(places: Mapping[str, Any], exact: bool = False, unrolling: Unrolling = NOTHING) -> Evaluator:
    """An evaluator at given values of single names."""
    point = Point(0, 0, exact, unrolling)
    for name, value in places.items():
        point.values[name, ()] = Fraction(value) if exact else MP.mpmathify(value)
    return Evaluator(point)


# Term, x, y, its value, and its slopes by x and by y; None where it has none.
ROWS: list[tuple[str, Any, Any, Any, Any, Any]] = [
    ("x + y", 2, 3, 5, 1, 1),
    ("x*y", 2, 3, 6, 3, 2),
    ("x*y*x", 2, 3, 12, 12, 4),
    ("x/y", 6, 3, 2, "1/3", "-2/3"),
    ("-x", 2, 3, -2, -1, 0),
    ("x^3", 2, 3, 8, 12, 0),
    ("x^(-2)", 2, 3, "1/4", "-1/4", 0),
    ("x^1", 0, 3, 0, 1, 0),
    ("x^2", 0, 3, 0, 0, 0),
    ("x^0", 0, 3, 1, 0, 0),
    ("x^0", 2, 3, 1, 0, 0),
    ("(x*y)^2", 0, 3, 0, 0, 0),
    ("(x + y)^2", -3, 3, 0, 0, 0),
]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("formula", "x", "y", "value", "by_x", "by_y"), ROWS)
def test_values_and_slopes(
    formula: str, x: Any, y: Any, value: Any, by_x: Any, by_y: Any, exact: bool
) -> None:
    term, evaluator = read(formula), at({"x": x, "y": y}, exact)
    for key, slope in ((X_KEY, by_x), (Y_KEY, by_y)):
        dual = evaluator.dual(term, key, ())
        if exact:
            assert (dual.value, dual.slope) == (Fraction(value), Fraction(slope))
        else:
            assert close(
                dual.value, MP.mpf(Fraction(value).numerator) / Fraction(value).denominator
            )
            assert close(
                dual.slope, MP.mpf(Fraction(slope).numerator) / Fraction(slope).denominator
            )
    assert evaluator.dual(term, None, ()).slope == 0


# The same at places where exact arithmetic does not reach.
MORE: list[tuple[str, Any, Any, Any, Any, Any]] = [
    ("x^y", 2, 3, "8", "12", "8*log(2)"),
    ("x^y", 0, 2, "0", "0", "0"),
    ("x^(2*y)", 2, 3, "64", "192", "128*log(2)"),
    ("x^(1/2)", 4, 0, "2", "1/4", "0"),
    ("x^2.5", 4, 0, "32", "20", "0"),
    ("max(x, 2*x)", 3, 0, "6", "2", "0"),
    ("max(x, x)", 3, 0, "3", "1", "0"),
    ("min(x, y)", 3, 5, "3", "1", "0"),
    ("abs(x)", -3, 0, "3", "-1", "0"),
    ("atan2(x, y)", 1, 2, "atan(1/2)", "2/5", "-1/5"),
    ("piecewise((x^2, x < 1), (y, True))", -3, 5, "9", "-6", "0"),
    ("piecewise((x^2, x < 1), (y, True))", 3, 5, "5", "0", "1"),
    ("piecewise((x, x > 0 and y > 0), (y, True))", 1, -2, "-2", "0", "1"),
    ("piecewise((x, x > 0 or y > 0), (y, True))", 1, -2, "1", "1", "0"),
]


@pytest.mark.parametrize(("formula", "x", "y", "value", "by_x", "by_y"), MORE)
def test_values_and_slopes_of_functions(
    formula: str, x: Any, y: Any, value: str, by_x: str, by_y: str
) -> None:
    term, evaluator = read(formula), at({"x": x, "y": y})
    for key, slope in ((X_KEY, by_x), (Y_KEY, by_y)):
        dual = evaluator.dual(term, key, ())
        assert close(dual.value, evaluator.dual(read(value), None, ()).value)
        assert close(dual.slope, evaluator.dual(read(slope), None, ()).value)


# Without a value at x, or without a slope by x.
UNDEFINED = [
    ("1/x", 0),
    ("y/(x - 1)", 1),
    ("x^(-1)", 0),
    ("x^(1/2)", 0),
    ("x^2.5", 0),
    ("log(x)", 0),
    ("max(x, 2*x)", 0),
    ("abs(x)", 0),
    ("max(sqrt(x), 1)", -1),
    ("piecewise((1, sqrt(x) > 0), (0, True))", -1),
    ("2^(x*10^12)", 1),
    ("cosh(sqrt(x))", -1),
    ("(-2)^x", 2),
    ("sqrt(x)^2", -1),
    ("piecewise((1, sqrt(x)^2 < 0), (0, True))", -1),
    ("acot(x)", 0),
    ("asin(x)", 1),
    ("log(2, x)", 0),
    ("atan2(x, x)", 0),
    ("polygamma(x, 3)", 1.5),
    ("beta(x, 1)", -1),
]


@pytest.mark.parametrize(("formula", "x"), UNDEFINED)
def test_what_has_no_value_or_no_slope_says_so(formula: str, x: Any) -> None:
    with pytest.raises(Undefined):
        at({"x": x, "y": 2}).dual(read(formula), X_KEY, ())


# A kink at x = 0 is none by y.
@pytest.mark.parametrize("formula", ["abs(x)", "relu(x)", "max(x, 2*x)", "x^(1/2)", "x^2.5"])
def test_what_does_not_vary_has_a_slope_at_a_kink(formula: str) -> None:
    dual = at({"x": 0, "y": 2}).dual(read(formula), Y_KEY, ())
    assert (dual.value, dual.slope) == (0, 0)


@pytest.mark.parametrize("formula", ["x^(-1/2)", "x^(-1)", "x^(-y)", "x^sqrt(-y)"])
def test_zero_has_no_negative_power_by_any_name(formula: str) -> None:
    with pytest.raises(Undefined):
        at({"x": 0, "y": 2}).dual(read(formula), Y_KEY, ())


def test_exponents_are_taken_up_to_two_to_the_32() -> None:
    one = at({"x": 1})
    assert one.dual(Power(X, number(2**32 - 1)), X_KEY, ()).slope == 2**32 - 1
    with pytest.raises(Undefined):
        one.dual(Power(X, number(2**32)), X_KEY, ())


def test_where_no_case_holds_there_is_no_value() -> None:
    cases = Cases((Case(X, Comparison(X, ">", number(0))),))
    assert at({"x": 2}).dual(cases, None, ()).value == 2
    with pytest.raises(Undefined):
        at({"x": -2}).dual(cases, None, ())


def test_which_cases_and_branches_a_point_reaches() -> None:
    cases, size, sine = read("piecewise((1, x > 0), (0, True))"), read("abs(x)"), read("sin(x)")
    assert isinstance(cases, Cases)
    right, left = at({"x": 2}), at({"x": -2})
    for evaluator in (right, left):
        for term in (cases, size, sine):
            evaluator.dual(term, None, ())
    assert right.reached == {(cases.cases[0].condition, 0), (size, 1)}
    assert left.reached == {(cases.cases[1].condition, 1), (size, -1)}


def test_a_derivative_inside_a_derivative_is_refused() -> None:
    inner = Partial(read("x^2"), X)
    assert at({"x": 3}).dual(inner, None, ()).value == 6
    with pytest.raises(TypeError, match="a Partial inside a Partial"):
        at({"x": 3}).dual(Partial(inner, X), None, ())


def test_an_index_is_its_position() -> None:
    rows = (("i", 2), ("j", 3))
    i, j, same, other = Symbol("i"), Symbol("j"), Delta(("i", "i")), Delta(("i", "j"))
    w, turned = Indexed("w", ("i", "j")), Indexed("w", ("j", "i"))
    for exact in (True, False):
        evaluator = at({}, exact)
        assert evaluator.dual(i, None, rows).value == 2
        assert evaluator.dual(j, None, rows).value == 3
        assert evaluator.dual(other, None, rows).value == 0
        assert evaluator.dual(same, None, rows).value == 1
        entry = evaluator.dual(w, ("w", (2, 3)), rows)
        assert entry.value == evaluator.point["w", (2, 3)]
        assert entry.slope == 1
        assert evaluator.dual(turned, ("w", (2, 3)), rows).slope == 0


def test_a_letter_is_what_it_stands_for_and_may_vary_by_itself() -> None:
    square = Abbreviation("u", read("x^2"))
    evaluator = at({"x": 3}, exact=True)
    assert evaluator.dual(square, None, ()).value == 9
    assert evaluator.dual(square, X_KEY, ()).slope == 6
    assert evaluator.dual(square, ("u", ()), ()) == evaluator.dual(square, ("u", ()), ())
    assert evaluator.dual(square, ("u", ()), ()).slope == 1
    assert evaluator.dual(square, Y_KEY, ()).slope == 0


# Random points.


def test_every_point_of_every_trial_is_its_own() -> None:
    """Names that stood for one number would hide that one was taken for the other."""
    for exact in (True, False):
        for trial in range(24):
            point = Point(0, trial, exact, NOTHING)
            values = [point[f"x_{n}", ()] for n in range(50)]
            assert len(set(values)) == 50
            assert max(values) - min(values) > 0.05
            assert values == [point[f"x_{n}", ()] for n in range(50)]


def test_most_trials_have_points_on_both_sides_of_0() -> None:
    both = 0
    for trial in range(10):
        point = Point(0, trial, False, NOTHING)
        values = [point[f"x_{n}", ()] for n in range(50)]
        both += min(values) < 0 < max(values)
    assert both == 6


def test_numbers_of_a_point() -> None:
    third = Number(Fraction(1, 3))
    assert at({}, exact=True).dual(third, None, ()).value == Fraction(1, 3)
    value = at({}).dual(third, None, ()).value
    assert isinstance(value, MP.mpf)
    assert close(value, MP.mpf(1) / 3)
    assert close(at({}).dual(read("pi"), None, ()).value, MP.pi)
    counted = Point(0, 0, False, unrolling_of(read("sum(x[i], i, N)")))
    assert isinstance(counted["N", ()], MP.mpf)
    assert counted["N", ()] == 3
    assert counted["N", (1,)] != 3


# Parts taken for any numbers.


def test_a_part_taken_for_any_number_is_the_same_wherever_it_stands() -> None:
    exponential, sine = read("exp(x)"), read("sin(x)")
    point = Point(0, 0, False, NOTHING)
    evaluator = Abstracting(point, {exponential, sine})
    value = evaluator.dual(exponential, X_KEY, ())
    assert 1 < value.value <= 2
    assert 0 < value.slope <= 1
    assert value.value != MP.exp(point["x", ()])
    again, letter = parse("exp(x)"), Abbreviation("u", exponential)
    assert again is not exponential
    assert evaluator.dual(again, X_KEY, ()) == value
    assert evaluator.dual(letter, X_KEY, ()) == value
    assert evaluator.dual(sine, X_KEY, ()).value != value.value
    assert evaluator.dual(exponential, Y_KEY, ()).slope == 0
    assert evaluator.dual(exponential, None, ()).slope == 0
    other = Abstracting(Point(0, 1, False, NOTHING), {exponential})
    assert other.dual(exponential, None, ()).value != value.value
    assert value.value * SAMPLES == int(value.value * SAMPLES)


def out_of_reach(term: Term) -> bool:
    try:
        Abstracting(Point(0, 0, False, NOTHING), set()).dual(term, None, ())
    except Undefined:
        return True
    return False


def test_numbers_and_names_are_never_taken_for_others() -> None:
    assert out_of_reach(read("sin(1" + "0" * 30 + ")"))
    assert not out_of_reach(read("abs(10)"))


POWER_OF_X = Power(X, X)

# A Term, x, and whether it comes to a rational number, which powers do that are whole and not too large.
IN_NUMBERS: list[tuple[Term, Fraction, bool]] = [
    (read("x^256"), Fraction(2, 3), True),
    (read("x^257"), Fraction(2, 3), False),
    (read("x^(-256)"), Fraction(2, 3), True),
    (read("x^(-257)"), Fraction(2, 3), False),
    (read("x^(1/2)"), Fraction(4), False),
    (read("x^(3/2)"), Fraction(2), False),
    (read("sqrt(x)"), Fraction(4), True),
    (read("x^(1/2)"), Fraction(0), True),
    (POWER_OF_X, Fraction(2), True),
    (POWER_OF_X, Fraction(2, 3), False),
    (Partial(POWER_OF_X, X), Fraction(2), False),
    (Partial(read("x^2"), X), Fraction(2), True),
    (Partial(read("x^300"), X), Fraction(0), False),
]


@pytest.mark.parametrize(("term", "x", "rational"), IN_NUMBERS)
def test_what_is_rational_comes_as_a_fraction_and_all_else_with_30_digits(
    term: Term, x: Fraction, rational: bool
) -> None:
    value = Values(Bindings({X_KEY: x}, {})).value(term)
    assert isinstance(value, Fraction) == rational
    numeric = Values(Bindings({X_KEY: x}, {}), rational=False).value(term)
    if isinstance(value, Fraction):
        assert close(MP.mpf(value.numerator) / value.denominator, numeric)
    else:
        assert value == numeric
