"""Values, slopes and comparisons of numbers, on which every check to 30 digits stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from symgd.derivation.calculus.rules import RULES
from symgd.derivation.checking.check import check_equal
from symgd.derivation.checking.numeric import (
    COMPARED,
    DIGITS,
    MORE_DIGITS,
    MP,
    LostDigits,
    Undefined,
    branch,
    branches,
    close,
    is_real,
    real,
    same,
    slope_of,
    value_of,
)
from symgd.derivation.engine import derive
from symgd.errors import CheckFailed
from symgd.parsing.formula import parse
from symgd.terms import Call, Partial, Product, Symbol
from symgd.terms.functions import FUNCTIONS
from symgd.writing.steps import Rewritten

X = Symbol("x")

# Two numbers agree when they differ in the last ten of thirty digits at most, however large or small they are.
AGREE = [
    ("1", "1e-21", True),
    ("1", "1e-19", False),
    ("-1", "1e-19", False),
    ("1e6", "1e-15", True),
    ("1e6", "1e-13", False),
    ("-1e6", "1e-15", True),
    ("1e-6", "1e-27", True),
    ("1e-6", "1e-25", False),
    ("1e-300", "1e-321", True),
    ("1e-300", "1e-319", False),
    ("1e300", "1e279", True),
    ("1e300", "1e281", False),
    ("0", "1e-300", False),
    ("1", "1e-6", False),
]


@pytest.mark.parametrize(("number", "apart", "agree"), AGREE)
def test_numbers_agree_to_twenty_digits(number: str, apart: str, agree: bool) -> None:
    left, right = MP.mpf(number), MP.mpf(number) + MP.mpf(apart)
    assert close(left, right) is agree
    assert close(right, left) is agree


def test_more_digits_ask_for_more_agreement() -> None:
    with MP.workdps(MORE_DIGITS):
        one = MP.mpf(1)
        assert close(one, one + MP.mpf("1e-291"))
        assert not close(one, one + MP.mpf("1e-289"))


@pytest.mark.parametrize("apart", ["1/10^6", "1/10^12", "1/10^18"])
def test_sides_that_differ_little_are_not_equal(apart: str) -> None:
    assert check_equal(parse("sin(x)"), parse("sin(x)")).passed
    assert not check_equal(parse("sin(x)"), parse(f"(1 + {apart})*sin(x)")).passed


def test_a_rule_that_is_wrong_in_the_ninth_digit_is_caught() -> None:
    def rewrite(partial: Partial) -> Rewritten | None:
        right = sine.rewrite(partial)
        slip = parse("1 + 1/10^9")
        return right and dataclasses.replace(right, after=Product((slip, right.after)))

    sine = next(rule for rule in RULES if rule.name == "derivative of sin")
    rules = [dataclasses.replace(sine, rewrite=rewrite) if r is sine else r for r in RULES]
    with pytest.raises(CheckFailed, match="derivative of sin"):
        derive(parse("sin(x)"), parse("sin(x)"), X, rules=rules)


def numbers_of(*numbers: float | str) -> list[Any]:
    return [MP.mpf(number) for number in numbers]


VALUES = [
    ("max", (2, 3), "3"),
    ("min", (2, 3), "2"),
    ("log", (8, 2), "3"),
    ("log", (2, 8), "1/3"),
    ("log", (1,), "0"),
    ("sqrt", (16,), "4"),
    ("abs", (-3,), "3"),
    ("sign", (-3,), "-1"),
    ("atan2", (0, -1), "pi"),
    ("relu", (-2,), "0"),
    ("sinh", (0,), "0"),
]


@pytest.mark.parametrize(("function", "at", "value"), VALUES)
def test_values(function: str, at: tuple[float, ...], value: str) -> None:
    expected = MP.pi if value == "pi" else MP.mpf(1) / 3 if "/" in value else MP.mpf(value)
    assert close(value_of(FUNCTIONS[function], numbers_of(*at)), expected)


# Where a function has no value, or one that is too large to be added to another.
NOWHERE = [
    ("log", (0,)),
    ("log", (2, 1)),
    ("asec", ("0.5",)),
    ("gamma", (0,)),
    ("gamma", (-2,)),
    ("tan", ("1e20",)),
    ("sin", ("1e20",)),
    ("exp", (2**64,)),
]


@pytest.mark.parametrize(("function", "at"), NOWHERE)
def test_where_there_is_no_value_that_is_said(function: str, at: tuple[float, ...]) -> None:
    with pytest.raises(Undefined):
        value_of(FUNCTIONS[function], numbers_of(*at))


def test_arguments_are_taken_as_long_as_they_have_digits_behind_their_point() -> None:
    assert value_of(FUNCTIONS["sin"], [MP.mpf(2**64 - 1)]) == MP.sin(2**64 - 1)
    with pytest.raises(LostDigits):
        value_of(FUNCTIONS["sin"], [MP.mpf(2**64)])
    with MP.workdps(60):
        assert close(value_of(FUNCTIONS["sin"], [MP.mpf(2**64)]), MP.sin(2**64))


@pytest.mark.parametrize("name", [f.name for f in FUNCTIONS.values() if f.steady])
def test_a_steady_function_loses_no_digits_to_the_size_of_its_argument(name: str) -> None:
    function, large = FUNCTIONS[name], MP.mpf("1e300")
    arguments = [[large], [large * (1 + MP.mpf("1e-25"))]]
    if function.arity != 1:
        arguments = [[*numbers, MP.mpf(2)] for numbers in arguments]
    try:
        one, other = (value_of(function, numbers) for numbers in arguments)
    except LostDigits:
        raise
    except Undefined:  # outside its domain
        return
    assert abs(one - other) <= MP.mpf("1e-23") * abs(one)


def test_a_function_of_real_numbers_takes_no_others() -> None:
    complex_one, real_one = MP.mpc(1, 1), MP.mpc(-2, 0)
    with pytest.raises(Undefined):
        value_of(FUNCTIONS["abs"], [complex_one])
    value = value_of(FUNCTIONS["abs"], [real_one])
    assert value == 2
    assert isinstance(value, MP.mpf)
    assert value_of(FUNCTIONS["sqrt"], [MP.mpf(-4)]) == MP.mpc(0, 2)
    assert value_of(FUNCTIONS["exp"], [MP.mpc(0, MP.pi)]).real == -1


def test_what_is_real() -> None:
    assert is_real(MP.mpf(2))
    assert is_real(MP.mpc(2, 0))
    assert is_real(Fraction(1, 2))
    assert not is_real(MP.mpc(2, 1))
    assert isinstance(real(MP.mpc(2, 0)), MP.mpf)
    assert real(Fraction(1, 2)) == Fraction(1, 2)
    with pytest.raises(Undefined):
        real(MP.mpc(0, 1))


# f, arguments, the place of one, and the derivative by it as mpmath works it out.
SLOPES: list[tuple[str, tuple[float | str, ...], int, Callable[[], Any]]] = [
    ("exp", (2,), 0, lambda: MP.exp(2)),
    ("log", (4,), 0, lambda: MP.mpf(1) / 4),
    ("sqrt", (3,), 0, lambda: 1 / (2 * MP.sqrt(3))),
    ("sin", (2,), 0, lambda: MP.cos(2)),
    ("cos", (2,), 0, lambda: -MP.sin(2)),
    ("sinh", (2,), 0, lambda: MP.cosh(2)),
    ("cosh", (2,), 0, lambda: MP.sinh(2)),
    ("tanh", (2,), 0, lambda: 1 - MP.tanh(2) ** 2),
    ("tanh", (0,), 0, lambda: MP.mpf(1)),
    ("atan", (-3,), 0, lambda: MP.mpf(1) / 10),
    ("abs", (3,), 0, lambda: MP.mpf(1)),
    ("abs", (-3,), 0, lambda: MP.mpf(-1)),
    ("relu", (-3,), 0, lambda: MP.mpf(0)),
    ("log", (4, 2), 0, lambda: 1 / (4 * MP.log(2))),
    ("log", (4, 2), 1, lambda: -MP.log(4) / (2 * MP.log(2) ** 2)),
    ("atan2", (1, 2), 0, lambda: MP.mpf(2) / 5),
    ("atan2", (1, 2), 1, lambda: MP.mpf(-1) / 5),
    ("atan2", (0, 2), 0, lambda: MP.mpf(1) / 2),
    ("atan2", (0, "0.5"), 0, lambda: MP.mpf(2)),
    ("atan2", (1, 0), 1, lambda: MP.mpf(-1)),
    ("atan2", (1, -2), 1, lambda: MP.mpf(-1) / 5),
]


@pytest.mark.parametrize(("function", "at", "place", "slope"), SLOPES)
def test_slopes_are_right_to_thirty_digits(
    function: str, at: tuple[float, ...], place: int, slope: Callable[[], Any]
) -> None:
    found = slope_of(FUNCTIONS[function], numbers_of(*at), place)
    assert abs(found - slope()) <= MP.mpf("1e-28") * max(1, abs(slope()))
    with MP.workdps(60):
        found = slope_of(FUNCTIONS[function], numbers_of(*at), place)
        assert abs(found - slope()) <= MP.mpf("1e-58") * max(1, abs(slope()))
    assert MP.dps == DIGITS


# Kinks, cuts, poles, and places so near to 0 that a difference would reach over a pole there.
NO_SLOPE = [
    ("abs", (0,), 0),
    ("sign", (0,), 0),
    ("heaviside", (0,), 0),
    ("relu", (0,), 0),
    ("atan2", (0, "-0.5"), 0),
    ("atan2", (0, -1), 1),
    ("atan2", (0, 0), 0),
    ("log", (0,), 0),
    ("sqrt", (0,), 0),
]


@pytest.mark.parametrize(("function", "at", "place"), NO_SLOPE)
def test_where_there_is_no_slope_that_is_said(
    function: str, at: tuple[float, ...], place: int
) -> None:
    with pytest.raises(Undefined):
        slope_of(FUNCTIONS[function], numbers_of(*at), place)


# f, the exponent of an argument next to 0 or far from it, and the derivative there.
FAR: list[tuple[str, int, Callable[[Any], Any]]] = [
    ("abs", -300, lambda x: MP.mpf(1)),
    ("tanh", -300, lambda x: 1 - MP.tanh(x) ** 2),
    ("sech", -300, lambda x: -x),
    ("sech", -12, lambda x: -MP.sech(x) * MP.tanh(x)),
    ("cot", -200, lambda x: -1 / MP.sin(x) ** 2),
    ("atan", -40, lambda x: 1 / (1 + x**2)),
    ("atan", 100, lambda x: 1 / (1 + x**2)),
    ("log", 300, lambda x: 1 / x),
    ("relu", 300, lambda x: MP.mpf(1)),
]


@pytest.mark.parametrize(("function", "exponent", "slope"), FAR)
@pytest.mark.parametrize("sign", [1, -1])
def test_slopes_are_right_at_any_scale(
    function: str, exponent: int, slope: Callable[[Any], Any], sign: int
) -> None:
    if sign < 0 and function in ("log", "relu", "abs"):
        return
    x = sign * MP.mpf(10) ** exponent
    assert close(slope_of(FUNCTIONS[function], [x], 0), slope(x))


# Two ways to work the same out, or not, at any scale: what is the same, and what differs in value.
SAME: list[tuple[Callable[[], tuple[Any, Any]], bool]] = [
    (lambda: (MP.sin(MP.pi), MP.mpf(0)), True),
    (lambda: (MP.mpf("1e300") * MP.sin(MP.pi), MP.mpf(0)), True),
    (lambda: (MP.mpf("1e-200"), MP.mpf("2e-200")), False),
    (lambda: (MP.mpf("1e-100"), MP.mpf(0)), False),
    (lambda: (1 + MP.exp(-100) - 1, MP.exp(-100)), True),
    (lambda: (MP.exp(1) + MP.mpf("1e-60"), MP.exp(1)), True),  # a difference beyond the first look
]


@pytest.mark.parametrize(("look", "alike"), SAME)
def test_noise_falls_with_the_digits_and_a_difference_stays(
    look: Callable[[], tuple[Any, Any]], alike: bool
) -> None:
    assert same(look) is alike
    assert same(lambda: None) is None


COMPARISONS = [
    ("<", (True, False, False)),
    ("<=", (True, True, False)),
    (">", (False, False, True)),
    (">=", (False, True, True)),
    ("==", (False, True, False)),
    ("!=", (True, False, True)),
]


@pytest.mark.parametrize(("sign", "holds"), COMPARISONS)
def test_comparisons(sign: str, holds: tuple[bool, bool, bool]) -> None:
    pairs = [(1, 2), (2, 2), (3, 2)]
    assert tuple(COMPARED[sign](MP.mpf(a), MP.mpf(b)) for a, b in pairs) == holds


BRANCHES = [
    ("abs(x)", {-1, 1}),
    ("sign(x)", {-1, 1}),
    ("heaviside(x)", {-1, 1}),
    ("relu(x)", {-1, 1}),
    ("max(x, y, z)", {0, 1, 2}),
    ("min(x, y)", {0, 1}),
    ("sin(x)", set()),
]


@pytest.mark.parametrize(("formula", "expected"), BRANCHES)
def test_branches(formula: str, expected: set[int]) -> None:
    called = parse(formula)
    assert isinstance(called, Call)
    assert branches(called) == expected


def test_which_branch_is_taken() -> None:
    largest, size = parse("max(x, y, z)"), parse("abs(x)")
    assert isinstance(largest, Call)
    assert isinstance(size, Call)
    assert branch(largest, numbers_of(1, 3, 2), MP.mpf(3)) == 1
    assert branch(largest, numbers_of(1, 2, 2), MP.mpf(2)) == 1
    assert branch(size, numbers_of(2), MP.mpf(2)) == 1
    assert branch(size, numbers_of("0.5"), MP.mpf("0.5")) == 1
    assert branch(size, [MP.mpc(2, 0)], MP.mpf(2)) == 1
    assert branch(size, numbers_of(-2), MP.mpf(2)) == -1
    assert branch(size, numbers_of(0), MP.mpf(0)) == -1
