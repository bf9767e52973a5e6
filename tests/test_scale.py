"""Numbers of any size: exact where the input is exact, right in their digits elsewhere, or an honest word."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner, Result

from symgd import Problem, differentiate
from symgd.cli import main
from symgd.derivation.checking.check import check_equal
from symgd.derivation.checking.point import Bindings, exact
from symgd.derivation.checking.values import Values
from symgd.derivation.second_order.rates import _exact_inertia
from symgd.errors import DataError, DerivationError, DescentError
from symgd.parsing.formula import parse
from symgd.writing.formulas.text import text

SCALES = ["1e-300", "1e-150", "1e-17", "1e-13", "1", "5e4", "1e9", "1e150", "1e300"]
DIGITS = 1500
MODELS = {
    "m*x": lambda x: [x],
    "m*x + b": lambda x: [x, Fraction(1)],
    "a*x^2 + b*x + c": lambda x: [x * x, x, Fraction(1)],
}


def scaled(numbers: list[str], scale: str) -> list[float]:
    return [float(Fraction(number) * Fraction(scale)) for number in numbers]


def truth(model: str, xs: list[float], ys: list[float]) -> tuple[list[Fraction], list[Any]]:
    """The stationary point in fractions, and the curvatures to very many digits."""
    lines = [MODELS[model](exact(x)) for x in xs]
    count, width = len(lines), range(len(lines[0]))
    hessian = [[2 * sum(r[i] * r[j] for r in lines) / count for j in width] for i in width]
    right = [
        2 * sum(r[i] * exact(y) for r, y in zip(lines, ys, strict=True)) / count for i in width
    ]
    table = [[*row, last] for row, last in zip(hessian, right, strict=True)]
    for pivot in width:
        for row in width:
            if row != pivot:
                factor = table[row][pivot] / table[pivot][pivot]
                pairs = zip(table[row], table[pivot], strict=True)
                table[row] = [one - factor * other for one, other in pairs]
    solution = [table[n][-1] / table[n][n] for n in width]
    with mpmath.workdps(DIGITS):
        matrix = [[mpmath.mpf(v.numerator) / v.denominator for v in row] for row in hessian]
        return solution, sorted(mpmath.eigsy(mpmath.matrix(matrix), eigvals_only=True))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("scale", SCALES)
def test_solutions_and_curvatures_are_right_at_any_scale(model: str, scale: str) -> None:
    xs, ys = scaled(["1", "2.5", "3.1", "4"], scale), scaled(["1", "2", "0.5", "1.2"], scale)
    solution, curvature = truth(model, xs, ys)
    problem = Problem(model)
    point = problem.stationary({"x": xs, "y": ys})
    assert point.values is not None
    assert [*point.values.values()] == solution
    rate = problem.stable_rate({"x": xs, "y": ys})
    assert rate.rates is not None
    with mpmath.workdps(DIGITS):
        for found, right in zip(rate.rates.curvature, curvature, strict=True):
            assert abs(found - right) <= abs(right) * mpmath.mpf(10) ** -25
    assert all(len(word) for told in (point, rate) for word in (told.text(), told.latex()))
    assert all(step.check.passed for step in rate.steps)


def test_a_rate_that_no_float_holds_is_no_float() -> None:
    rate = Problem("m*x").stable_rate({"x": [1e300, 2e300], "y": [1, 2]})
    with pytest.raises(DerivationError, match="for a float"):
        _ = rate.largest
    assert "10⁻⁶⁰¹" in rate.text()


def test_a_direction_that_is_flat_is_not_bent_by_rounding() -> None:
    data = {"x": [0.1, 0.2, 0.7], "y": [1, 2, 3]}
    rate = Problem("(a + b)*exp(x)").stable_rate(data)
    assert rate.curvature is not None
    assert rate.curvature[0] == 0


# A formula, x, and what it comes to.
VALUES = [
    ("sqrt(x)", "3e22", lambda x: mpmath.sqrt(x)),
    ("sin(x)", "1e22", lambda x: mpmath.sin(x)),
    ("sin(x)", "1e300", lambda x: mpmath.sin(x)),
    ("log(1 + x) - x", "1e-100", lambda x: mpmath.log(1 + x) - x),
    ("exp(x) - 1 - x", "1e-100", lambda x: mpmath.expm1(x) - x),
    ("sin(x) - x + x^2*cos(x)", "1e-60", lambda x: mpmath.sin(x) - x + x**2 * mpmath.cos(x)),
    ("tanh(x) - 1 + 10^(-100)", "100", lambda x: mpmath.tanh(x) - 1 + mpmath.mpf(10) ** -100),
    ("1 - cos(x)", "1e-150", lambda x: 1 - mpmath.cos(x)),
    ("exp(x) - 1", "1e-300", lambda x: mpmath.expm1(x)),
    ("sqrt(x^2 + 1) - x", "1e300", lambda x: mpmath.sqrt(x**2 + 1) - x),
    ("tanh(x)", "1e-300", lambda x: mpmath.tanh(x)),
    ("x^x", "1e-20", lambda x: x**x),
    ("1 - sigmoid(x)", "1000", lambda x: 1 - 1 / (1 + mpmath.exp(-x))),
]


@pytest.mark.parametrize(("formula", "x", "value"), VALUES)
def test_values_have_right_digits_at_any_scale(formula: str, x: str, value: Any) -> None:
    found = Values(Bindings({("x", ()): Fraction(x)}, {})).value(parse(formula))
    with mpmath.workdps(DIGITS):
        number = Fraction(x)
        expected = value(mpmath.mpf(number.numerator) / number.denominator)
        assert abs(found - expected) <= abs(expected) * mpmath.mpf(10) ** -20


def test_what_is_zero_but_for_rounding_is_zero() -> None:
    at = Values(Bindings({("x", ()): Fraction("1e10")}, {}))
    assert at.value(parse("sin(x)^2 + cos(x)^2 - 1")) == 0
    assert at.value(parse("exp(x/10^9)*exp(-x/10^9) - 1")) == 0


def test_a_step_may_not_be_untrue_because_its_numbers_are_small() -> None:
    assert check_equal(parse("10^(-30)*(sin(x) + sin(x))"), parse("2*10^(-30)*sin(x)")).passed
    assert not check_equal(parse("10^(-30)*sin(x)"), parse("2*10^(-30)*sin(x)")).passed
    assert not check_equal(parse("10^(-200)*sin(x)"), parse("0")).passed
    assert check_equal(parse("sin(2*x) - 2*sin(x)*cos(x)"), parse("0")).passed


# What is beside larger numbers, or in a function that loses it: dropped, and doubled.
BESIDE = [
    "cos(x) + {}*10^(-25)",
    "cos(x) + {}*10^(-200)*x",
    "sin(x)*(1 + {}*10^(-25)*x)",
    "exp({}*10^(-40)*x)",
    "2^({}*10^(-40)*x)",
    "cos({}*10^(-15)*x)",
    "sqrt(1 + {}*10^(-60)*x)",
    "sigmoid(100 + {}*x)",
]


@pytest.mark.parametrize("formula", BESIDE)
def test_what_is_small_beside_the_rest_is_seen(formula: str) -> None:
    one, other, none = (parse(formula.format(factor)) for factor in ("1", "2", "0"))
    assert check_equal(one, one).passed
    assert not check_equal(one, none).passed
    assert not check_equal(one, other).passed


def test_a_condition_on_small_numbers_has_points_on_both_sides() -> None:
    cases = parse("cos(x) if 10^(-30)*x > 0 else sin(x)")
    check = check_equal(cases, parse("cos(x) if x > 0 else sin(x)"))
    assert check.passed
    assert check.remark is None
    assert not check_equal(cases, parse("cos(x)")).passed


def test_functions_that_only_happen_to_be_whole_lose_nothing() -> None:
    at = Values(Bindings({("x", ()): Fraction(5)}, {}))
    assert at.value(parse("gamma(x)*sqrt(2)"))
    assert max(at.by_digits) == 60
    assert "gamma(5) = 24" in differentiate("x*gamma(5)", "x").at({"x": 1}).text()


SMALL_POWERS = [
    ("x/(2^y - 1)", "1e-100"),
    ("10^(-150)*x/(2^y - 1)", "1e-100"),
    ("x/(y^(10^(-100)) - 1)", "2"),
]


@pytest.mark.parametrize(("formula", "y"), SMALL_POWERS)
def test_powers_near_one_are_not_one(formula: str, y: str) -> None:
    at = Values(Bindings({("x", ()): Fraction(1), ("y", ()): Fraction(y)}, {}))
    with mpmath.workdps(400):
        found = at.value(parse(formula))
        near = mpmath.log(2) * mpmath.mpf(10) ** -100
        assert abs(found * near * (10**150 if "150" in formula else 1) - 1) < mpmath.mpf(10) ** -20


# At x: how the derivative's end is told. = stands before nothing but the number itself.
TOLD = [
    ("x^2", "1e-400", "2·10⁻⁴⁰⁰ = 2·10⁻⁴⁰⁰"),
    ("abs(x)", "-1e300", "= −1"),
    ("sin(x)", "0", "cos(0) = 1"),
    ("cos(x)", "0", "−sin(0) = 0"),
    ("gamma(x)", "1e-20", "≈ −10⁴⁰"),
    ("sigmoid(x)", "1e5", "≈ 0"),
]


@pytest.mark.parametrize(("formula", "x", "told"), TOLD)
def test_what_is_nearly_a_number_is_not_said_to_be_it(formula: str, x: str, told: str) -> None:
    assert told in differentiate(formula, "x").at({"x": Fraction(x)}).text()


def test_numbers_too_long_to_be_written_are_refused() -> None:
    data = {"x": [1e300, 2.5e300, 3.1e300], "y": [1, 2, 5.2]}
    with pytest.raises(DerivationError, match="too many digits"):
        Problem("a*x^9").stationary(data)
    value = Values(Bindings({("x", ()): Fraction(10**6)}, {}))
    with pytest.raises(DerivationError, match="too large or too small"):
        value.fraction(parse("exp(x)"))


# ---------------------------------------------------------------------------------------------
# Fits

# A model, a start, and what is said of it.
NOWHERE = [
    ("a/b*x", "a=1", "a/b has no finite value"),
    ("x*b + ln(a)", "a=-1", "log(a) has no finite value"),
    ("sqrt(a)*x", "a=-2", "√(a) has no finite value"),
    ("sqrt(a)*x", "a=0", "the gradient by a is infinite, or too large for a float"),
    ("exp(a)*x", "a=800", "exp(a) has no finite value"),
    ("a*log(b*x - 2)", "b=1", "log(b x − 2) has no finite value in row index 0"),
    ("atan(exp(a*x))", "a=800", "the gradient by a is not defined"),
    ("exp(-exp(a*x))", "a=800", "the gradient by a is not defined"),
    ("exp(a*x)*(1/(1 + exp(a*x)))", "a=800", "exp(a x) has no finite value in row index 0"),
    ("b*x + 1/(a - a)", "a=1", "no point was found at which 1/(a − a) has a real value"),
]


def fitted(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["fit", str(path), *options, "--format", "json"])


@pytest.mark.parametrize(("model", "start", "said"), NOWHERE)
def test_a_start_without_a_value_is_named_with_the_part_at_fault(
    model: str, start: str, said: str
) -> None:
    given = {name: float(value) for name, value in [start.split("=")]}
    data = {"x": [1, 2, 3], "y": [2, 3.1, 5.2]}
    with pytest.raises((DescentError, DerivationError)) as caught:
        Problem(model).descend(data, start=given, learning_rate=0.01, max_iter=3)
    assert said in str(caught.value)
    if isinstance(caught.value, DescentError):
        assert start.replace("=", " = ") in str(caught.value)


def test_no_nan_is_an_answer_where_the_gradient_leaves_the_floats() -> None:
    data = {"x": [1.0, 2.0], "y": [50.0, -50.0]}
    run = Problem("atan(exp(a*x))").descend(
        data, start={"a": 1.0}, learning_rate=1e4, max_iter=100, tolerance=0
    )
    assert all(map(math.isfinite, (*run.parameters.values(), run.cost)))


@pytest.mark.parametrize("scale", ["5e-324", "1e-160", "1e154", "1e200", "1e300"])
@pytest.mark.parametrize("model", ["m*x + b", "m*x", "a*b*x"])
def test_data_at_the_ends_of_the_floats_give_json_or_one_line(
    tmp_path: Path, scale: str, model: str
) -> None:
    path = tmp_path / "d.csv"
    rows = [
        f"{float(a) * float(scale)!r},{float(b) * float(scale)!r}" for a, b in ("12", "23", "35")
    ]
    path.write_text("\n".join(["x,y", *rows]) + "\n")
    ended = fitted(path, "--model", model, "--learning-rate", "0.1", "--max-iter", "5")
    if ended.exit_code == 2:
        assert ended.stderr.startswith("symgd: ")
        assert ended.stderr.count("\n") == 1
        return
    # 1: where all that bends is below the floats, a flat start is not known to be a minimum
    assert (ended.exit_code in (0, 1), ended.stderr) == (True, "")

    def refused(literal: str) -> None:
        raise AssertionError(literal)

    json.loads(ended.stdout, parse_constant=refused)


# Columns x of whole numbers, and whether a line can be fitted to them in floats.
FAR_OUT = [
    ([0, 1, 2, 3], True),
    ([10**12 + k for k in range(4)], True),
    ([10**14 + k for k in range(4)], False),
    ([10**15 + 2 * k for k in range(4)], False),
    ([10**16 + 4 * k for k in range(4)], False),
    ([10**16 + k for k in range(4)], False),
    ([2**53 + 1 + 2 * k for k in range(4)], False),
    ([1700000000 * 10**9 + 1 + k * 10**9 for k in range(4)], True),
]


@pytest.mark.parametrize(("x", "fits"), FAR_OUT)
@pytest.mark.parametrize("as_array", [False, True])
def test_no_minimum_is_exact_where_floats_lose_the_column(
    x: list[int], fits: bool, as_array: bool
) -> None:
    y = [1, 2, 3.5, 4]
    problem = Problem("m*x + b")
    if not fits:
        with pytest.raises(DataError, match="take a number near"):
            problem.descend(np.array(x) if as_array else x, y, max_iter=1)
        return
    exact = problem.descend(np.array(x) if as_array else x, y, max_iter=1).landscape.exact
    assert exact is not None
    assert exact.unique
    apart = x[1] - x[0]
    assert exact.parameters["m"] * apart == pytest.approx(1.05)
    assert exact.cost == pytest.approx(0.04375, rel=1e-6)


@pytest.mark.parametrize("verb", ["solve", "rate", "fit"])
def test_whole_numbers_that_floats_round_are_named_by_their_place(
    tmp_path: Path, verb: str
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("y,x\n1,10000000000000000\n2,10000000000000001\n3,10000000000000002\n")
    named = (str(path), "--model", "m*x + b") if verb == "fit" else ("m*x + b", "--data", str(path))
    ended = CliRunner().invoke(main, [verb, *named])
    assert ended.exit_code == 2
    assert 'line 3, column "x": a float rounds 10000000000000001' in ended.stderr


def test_a_cost_below_all_floats_is_not_said_to_be_zero() -> None:
    data = {"x": [1, 2, 3], "y": [1e-200, 2e-200, 3.5e-200]}
    with pytest.raises(DescentError, match="too small for a float"):
        Problem("m*x + b").descend(data)
    assert Problem("m*x").descend({"x": [1, 2], "y": [0, 0]}).cost == 0


def test_curvatures_of_exact_numbers_are_zero_only_where_they_are() -> None:
    x = [10**15 + 2 * k for k in range(4)]
    rates = Problem("m*x + b").stable_rate(x, [1, 2, 3.5, 4]).rates
    assert rates is not None
    # The determinant over the trace: four times the variance of x, by twice its mean square and 2.
    square = Fraction(sum(number**2 for number in x), 4)
    assert len(rates.curvature) == 2
    assert float(rates.curvature[0]) == pytest.approx(float(20 / (2 * square + 2)), rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_signs_of_curvatures_are_counted_exactly(seed: int) -> None:
    source = random.Random(seed)
    size, rank = source.randint(1, 4), source.randint(0, 4)
    rows = [[source.randint(-3, 3) for _ in range(size)] for _ in range(rank)]
    signs = [source.choice((1, -1)) for _ in rows]
    matrix = [
        [
            sum(
                (Fraction(s * row[i] * row[j]) for s, row in zip(signs, rows, strict=True)),
                Fraction(0),
            )
            for j in range(size)
        ]
        for i in range(size)
    ]
    below = sum(v < -1e-9 for v in np.linalg.eigvalsh(np.array(matrix, dtype=float)))
    assert _exact_inertia(matrix) == (
        below,
        size - np.linalg.matrix_rank(np.array(matrix, dtype=float)),
    )


def test_the_law_of_curvatures_is_checked_whatever_their_size() -> None:
    with pytest.raises(DerivationError, match="too large or too small"):
        Problem("m*exp(x*10^17) + b").stable_rate([1, 2, 3], [2, 3.1, 5.2], at={"m": 1})


def test_what_is_put_in_rounded_is_not_said_to_be_equal() -> None:
    told = Problem("m*x + b").stable_rate([1, 2, 3], [2, 3.1, 5.2]).text()
    assert "≈ 2/(0.2403931346 + 11.0929402)" in told


def test_numbers_are_written_with_a_power_of_ten_where_zeros_would_be_many() -> None:
    from symgd.derivation.second_order.elimination import rounded

    assert text(rounded(Fraction(1, 15))) == "0.06666666667"
    assert text(rounded(Fraction(1, 3) / 10**30)) == "3.333333333·10⁻³¹"
    assert text(rounded(Fraction(10**30, 3))) == "3.333333333·10²⁹"


def test_a_model_that_is_no_number_on_the_way_has_no_least_cost() -> None:
    with pytest.raises(DerivationError, match="no real value"):
        Problem("m*x*sqrt(-1)*sqrt(-1) + b").stationary().at({"x": [1, 2, 3], "y": [2, 3.1, 5.2]})
