"""What is above zero everywhere: the law behind every "where u > 0" that is told or left out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from symgd import differentiate
from symgd.parsing.formula import parse
from symgd.terms import Comparison, Junction, Number, Sum, number
from symgd.terms.exact import always_holds, is_positive

# Conditions that a reader is told of, since the parts do not show that they hold.
TOLD = [
    ("sqrt(x^2*exp(x))", "u > 0"),
    ("sqrt(exp(x)*x^2)", "u > 0"),
    ("sqrt(x^2/exp(x))", "u > 0"),
    ("sqrt(x^2 + x^4)", "u > 0"),
    ("sqrt(x^3 + 1)", "u > 0"),
    ("sqrt(sqrt(x))", "u > 0"),
    ("abs(x^2)", "u ≠ 0"),
]

# Conditions that hold everywhere, so that nobody needs to be told of them.
LEFT_OUT = ["sqrt(x^2 + 1)", "sqrt(x^2 + exp(x))", "sqrt(2*exp(x))", "abs(x^2 + pi)"]


@pytest.mark.parametrize(("formula", "condition"), TOLD)
def test_a_condition_that_may_fail_is_told(formula: str, condition: str) -> None:
    assert f"where {condition}" in differentiate(formula, "x").text()


@pytest.mark.parametrize("formula", LEFT_OUT)
def test_a_condition_that_always_holds_is_left_out(formula: str) -> None:
    assert "where" not in differentiate(formula, "x").text()


POSITIVE = [
    "2",
    "pi",
    "exp(x)",
    "x^2 + 1",
    "1 + x^2",
    "abs(x) + exp(x)",
    "2*exp(x)",
    "exp(x)*cosh(y)",
    "exp(x)/2",
    "cosh(x)",
    "sech(x)",
    "sigmoid(x)",
    "softplus(x)",
    "1 + abs(x)",
    "1 + sqrt(x)",
    "1 + relu(x)",
    "abs(exp(x))",
    "sqrt(exp(x))",
    "relu(exp(x))",
    "exp(x)^a",
    "exp(x)^(-2)",
    "1 + abs(x)^3",
    "1 + x^4",
    "1 + (x^2)^(1/2)",
    "1 + sum(x[i]^2, i, N)",
    "1 + x^2*y^2",
    "1 + x^2/y^2",
    "0 + pi",
    "1 + sum(x[i]^2, i, N)^(1/2)",
    "1 + abs(x)^(1/2)",
    "1 + (x^2 + y^2)^(1/2)",
    "1 + (x^2*y^2)^(1/2)",
]

NOT_SEEN = [
    "0",
    "-2",
    "x",
    "x^2",
    "x + 1",
    "x^2*exp(x)",
    "exp(x)*x^2",
    "x^2/exp(x)",
    "exp(x) + x",
    "exp(x) - 1",
    "-exp(x)",
    "sinh(x)",
    "abs(x)",
    "sqrt(x)",
    "relu(x)",
    "abs(x^2)",
    "sqrt(x^2)",
    "abs(-exp(x))",
    "1 + x^3",
    "1 + x^(1/2)",
    "1 + x^(2/3)",
    "1 + x^a",
    "1 + x^(-2)",
    "1 + x^0",
    "1 + (x^2)^(-1)",
    "sum(exp(x[i]), i, N)",
    "1 + sum(x[i], i, N)",
    "1 + x*y^2",
    "1 + x^2*y",
    "1 - x^2",
    "0*exp(x)",
    "1 + sinh(x)",
    "1 + (sinh(x))^(1/2)",
]


@pytest.mark.parametrize("formula", POSITIVE)
def test_what_is_above_zero_everywhere_is_seen(formula: str) -> None:
    assert is_positive(parse(formula))


@pytest.mark.parametrize("formula", NOT_SEEN)
def test_what_may_be_zero_or_less_is_not_called_positive(formula: str) -> None:
    assert not is_positive(parse(formula))


def test_a_number_below_zero_is_seen_as_such() -> None:
    """Rewrites make numbers that hold their sign, where a reader writes −2 with a sign in front."""
    assert not is_positive(Sum((number(-2), number(1))))
    assert not is_positive(Sum((Number(Fraction(-1, 2)), number(1))))
    assert not is_positive(number(0))
    assert is_positive(Number(Fraction(1, 2)))


SURE = [
    ("x^2 + 1", ">", "0", True),
    ("x^2 + 1", ">=", "0", True),
    ("x^2 + 1", "!=", "0", True),
    ("x^2 + 1", "<", "0", False),
    ("x^2 + 1", "<=", "0", False),
    ("x^2 + 1", "==", "0", False),
    ("x^2 + 1", ">", "2", False),
    ("x^2", ">", "0", False),
]


@pytest.mark.parametrize(("left", "sign", "right", "sure"), SURE)
def test_conditions_that_always_hold(left: str, sign: Any, right: str, sure: bool) -> None:
    condition = Comparison(parse(left), sign, parse(right))
    assert always_holds(condition) is sure
    assert not always_holds(Junction("and", (condition, condition)))
