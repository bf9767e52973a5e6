"""A student's own lines: read, marked, explained, and helped on."""

from __future__ import annotations

import cmath
import json
import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import sympy
from attempts import ATTEMPTS, DECAY, LINE, PARABOLA, SIGMOID, VECTOR, WAVE, WEIGHED
from consoles import run
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd import terms as nt
from symgd.api.exercise import Exercise
from symgd.derivation.checking.check import check_equal
from symgd.errors import DerivationError, FormulaError, ProblemError
from symgd.parsing.formula import parse
from symgd.tutor.misconceptions import MISCONCEPTIONS
from symgd.tutor.parser import readings
from symgd.tutor.tokens import tokens_of
from symgd.tutor.transcript import read
from symgd.writing.formulas.text import text

from strategies import formulas


@cache
def exercise(formula: str) -> Exercise:
    """A formula in x alone is derived by x; any other is a model."""
    model, penalty, weights = [*formula.split(" | "), "", ""][:3]
    if parse(model).names <= {"x"}:
        return Exercise.of_formula(model, "x")
    return Exercise.of_problem(Problem(model, penalty=penalty or None, weights=weights or None))


# What is right, in forms that are not ours.
RIGHT = (
    (LINE, "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i)*x_i)"),
    (LINE, "∂J/∂m = 1/2N Σ_{i=1}^{N} 4(mx_i+b-y_i)xᵢ  [chain rule]"),
    (LINE, "1) dJ/db = 2/N sum_i e_i = 2/N Σᵢ (yhat_i - y[i])   # residuals"),
    (LINE, "u = mx + b - y\ndJ/dm = 1/N Σ d/du(u^2) du/dm\n  = 2/N Σ u x"),
    (LINE, "dJ/dm = 2/N Σ u_i x_i\nwhere u_i = m x_i + b - y_i"),
    (LINE, "dJ/dm = d/dm (1/N sum (m*x^(i) + b - y^(i))²)\n = 1/n sum d(m x_i + b - y_i)^2/dm\n = 2/n sum (m x_i + b - y_i) x_i"),
    (LINE, "de_i/dm = x_i\nde_i/db = 1\ndJ/dm = 2/N Σ e_i x_i\ndJ/db = 2/N Σ e_i"),
    (LINE, "dJ/dm = -2/N Σ (y_i - (m x_i + b)) x_i"),
    (LINE, "e_i = y_i - m x_i - b\ndJ/dm = -2/N Σ e_i x_i"),
    (LINE, "dJ/db = 2 mean(m x + b - y)\n = 2(m Σx + N b - Σy)/N"),
    (LINE, "J = 1/N Σ (m x_i + b - y_i)^2\n\ndJ/dm = 2/N Σ (m x_i^2 + b x_i - x_i y_i)"),
    (LINE, "dJ/dm = (2m/N) Σ x_i² + (2b/N) Σ x_i - (2/N) Σ x_i y_i"),
    (LINE, "dE/dm = 2/N * sum_j (m*x_j + b - y_j)*x_j"),
    (LINE, "(1) dJ/dm = 1/N Σ d/dm (m x_i + b - y_i)^2   (sum rule)\n(2)       = 1/N Σ 2(m x_i + b - y_i) * x_i   (chain rule)"),
    (LINE, "dJ/dm = 2/N sum(m x_i + b - y_i) x_i"),
    (LINE, "dJ/dm = 2/N sum(x_j (m x_j + b - y_j), j, 1, N)"),
    (LINE, "dJ/db = (2/N) Sum(m x_i + b - y_i, (i, 1, N))"),
    (LINE, "dJ/dm = 2/N sum (m x_k + b - y_k) x_k"),
    (WEIGHED, "dJ/dm = 2/sum(w_j, j, 1, N) sum w_i (m x_i + b - y_i) x_i"),
    (WEIGHED, "dJ/dm = 2/(sum w_j) sum x_i (m x_i + b - y_i) w_i"),
    (WEIGHED, "W = sum w_i\ndJ/dm = 2/W sum w_i (m x_i + b - y_i) x_i"),
    (WEIGHED, "dJ/dm = sum_i (2 w_i/(sum w_j) (m x_i + b - y_i) x_i)"),
    (WEIGHED, "dJ/dm = 2 np.sum(w*(m*x + b - y)*x)/np.sum(w)"),
    (VECTOR, "dJ/dw_k = 2/N sum (sum w_j x_ij + b - y_i) x_ik"),
    (VECTOR, "dJ/db = 2/N sum_i (sum(w_j x_ij, j, 1, p) + b - y_i)"),
    (LINE, "dJ/dm = 2/N * sum(e * x), where e = m*x + b - y"),
    (LINE, "error = m*x + b - y\ngrad_m = 2/N * sum(error * x)\ngrad_b = 2/N * sum(error)"),
    (LINE, "dJ/dm = 2/N * sum( (h(x_i) - y_i) * x_i ), by the chain rule"),
    (LINE, "Step 1: dJ/dm = d/dm 1/N Σ (mx_i + b - y_i)^2\nStep 2: = 1/N Σ 2(mx_i + b - y_i) * x_i"),
    (LINE, "J(m, b) = 1/N Σ (m x_i + b - y_i)^2\n∂J/∂m (m, b) = 2/N Σ (m x_i + b - y_i) x_i"),
    (LINE, "J_m = 2/N Σ e x\n∂_b J = 2/N Σ e"),
    (LINE, "The derivative is dJ/dm = 2/N Σ e x\nm := m - α dJ/dm\nm = m - α 2/N Σ e x"),
    (LINE, "dJ/dm =\n  2/N Σ (m x_i + b\n  - y_i) x_i"),
    (LINE, "dJ/dm: 2/N Σ e_i x_i"),
    (PARABOLA, "dJ/da = 2/N Σ (ax_i^2 + bx_i + c - y_i) x_i^2\ndJ/db = 2/N Σ (ax_i²+bx_i+c-y_i)x_i\ndJ/dc = 2/N Σ (ax²+bx+c-y)"),
    (DECAY, "dJ/db = -2a/N Σ (a e^(-b x_i) + c - y_i) x_i e^(-bx_i)"),
    (DECAY, "s_i = exp(-b x_i)\ndJ/da = 2/N Σ (a s_i + c - y_i) s_i"),
    (SIGMOID, "p = 1/(1 + e^(-(a x + b)))\ndp/db = p(1 - p)\ndJ/db = 2/N Σ (p - y) p (1 - p)"),
    (WAVE, "dJ/dk = 2/N Σ (a sin(k x_i) + c - y_i) * a x_i cos(k x_i)"),
    (LINE, r"\frac{\partial J}{\partial m} = \frac{2}{N}\sum^N_{i=1} x_i e_i"),
    (LINE, "J'(m) = 2/N Σ x_i(mx_i + b - y_i)"),
    (LINE, "m := m - alpha * 2/N Σ x_i (m x_i + b - y_i)"),
    (LINE, "m := m - 0.1 * 2/N Σ x_i (m x_i + b - y_i)"),
    (LINE, "dJ/dm = 2/N Σ e_i x_i, dJ/db = 2/N Σ e_i"),
    ("a + k*x", r"\frac{\partial J}{\partial k} = \frac{2}{n}\sum_{i=1}^n (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}"),
    ("x^2*sin(x)", "u = x^2, v = sin x\nu' = 2x, and v' = cos x\nf' = u'v + uv' = 2x sin x + x^2 cos x"),
    ("x/(x - 1)", "f = u/v, u = x, v = x - 1\nf'(x) = (u'v - uv')/v^2 = -1/(x - 1)^2"),
    (LINE, "E = m x_i + b - y_i\ndE/dm = x_i\ndJ/dm = 2/N Σ E x_i  ✓"),
    ("(x^2 + 3)^4", "u = x^2 + 3\ny = u^4\ndy/du = 4u^3\ndu/dx = 2x\ndy/dx = 4u^3 * 2x = 8x(x^2 + 3)^3"),
    ("(x^2 + 3)^4", "dy/dx = dy/du * du/dx where u = 3 + x^2\n = 4u^3 * 2x"),
    ("x^2*sin(x)", "g(x) = x^2, h(x) = sin x\ng'(x) = 2x, h'(x) = cos x\nf'(x) = g'(x)h(x) + g(x)h'(x) = 2x sin x + x^2 cos x"),
    ("sqrt(x)", "f'(x) = ½x^(-½) = 1/2 x^-1/2"),
    ("3*x^5", "f'(x) = 15x⁴"),
    ("3*x^5", "15 x^4"),
    ("3*x^5", "d/dx 3x^5 = 3*5x^4 = 15x^4"),
    ("3*x^5", "y = 3x^5\ny' = 3 (x^5)' = 15x^4"),
    ("sin(2*x)", "df/dx = 2 cos 2x"),
    ("sin(x)^2", "f'(x) = 2 sin x cos x = sin(2x)"),
    ("exp(-2*x)", "f' = -2e^-2x"),
    ("1/x", "f'(x) = -x⁻²\n = -1/x²"),
    ("sqrt(x)", "f'(x) = 1/(2√x) = (1/2) x^(-1/2)"),
    ("log(x)", "D = 1/x".replace("D", "f'")),
    ("x^x", "f'(x) = x^x (ln x + 1)"),
    ("x/(x^2 + 1)", "f'(x) = [(x^2 + 1) - 2x^2]/(x^2 + 1)^2\n = (1 - x^2)/(x^2 + 1)^2"),
    ("tanh(x)", "f'(x) = 1 - tanh²(x)\n = 1/cosh^2(x)"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "lines"), RIGHT)
def test_what_is_right_is_right_in_any_form(formula: str, lines: str) -> None:
    verdict = exercise(formula).check(lines)
    assert verdict.kind == "right", verdict.text()


@pytest.mark.parametrize(
    ("key", "formula", "lines"),
    [(key, formula, lines) for key, rows in ATTEMPTS.items() for formula, lines in rows],
)
def test_attempts_are_found_and_named(key: str, formula: str, lines: str) -> None:
    verdict = exercise(formula).check(lines)
    assert verdict.line == len(lines.splitlines())
    assert [diagnosis.misconception.key for diagnosis in verdict.diagnoses] == [key]
    said = verdict.text()
    assert "{" not in said
    assert f"line {verdict.line}" in said
    assert verdict.counterexample is not None
    assert verdict.counterexample.expected != verdict.counterexample.written


def test_every_misconception_is_met_in_three_inputs() -> None:
    keys = [misconception.key for misconception in MISCONCEPTIONS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(ATTEMPTS)
    assert all(len(set(rows)) >= 3 for rows in ATTEMPTS.values())


PAIRS = (
    (LINE, "dJ/dm = -1/N Σ (m x_i + b - y_i) x_i", {"exponent-not-brought-down", "wrong-sign"}),
    (LINE, "dJ/dm = 2 Σ (m x_i + b - y_i)", {"lost-inner-derivative", "lost-count"}),
    (LINE, "dJ/dm = alpha/N Σ (m x_i + b - y_i) x_i", {"exponent-not-brought-down", "rate-inside"}),
    (
        "(3*x + 1)^5",
        "f'(x) = 4(3x + 1)^4",
        {"lost-inner-derivative", "lowered-before-brought-down"},
    ),
    (
        "sqrt(x) + log(x)",
        "f'(x) = 1/sqrt(x) + 1/log(x)",
        {"half-lost", "reciprocal-of-logarithm"},
    ),
)


@pytest.mark.parametrize(("formula", "lines", "keys"), PAIRS)
def test_two_mal_rules_at_once(formula: str, lines: str, keys: set[str]) -> None:
    verdict = exercise(formula).check(lines)
    assert {diagnosis.misconception.key for diagnosis in verdict.diagnoses} == keys
    assert "Two slips at once" in verdict.text()


def test_what_nobody_knows_is_wrong_without_a_name() -> None:
    verdict = exercise(LINE).check("dJ/dm = 5m + 17")
    assert verdict.kind == "wrong"
    assert verdict.misconception is None
    assert "no slip that symgd knows" in verdict.text()


# Where the slip is, and what becomes of it.


def test_later_lines_follow_from_the_wrong_one_or_not() -> None:
    lines = """
        dJ/dm = 1/N Σ d/dm (m x_i + b - y_i)^2
              = 1/N Σ 2(m x_i + b - y_i)
              = 2/N Σ (m x_i + b - y_i)
              = 2/N Σ (m x_i - b - y_i)
              = 2/N Σ (m x_i + b - y_i) x_i
    """
    verdict = exercise(LINE).check(lines)
    assert [mark.status for mark in verdict.marks] == [
        "right", "wrong", "follows", "wrong", "right again",
    ]  # fmt: skip
    assert verdict.line == 3
    said = verdict.text()
    assert "Line 4 follows from it" in said
    assert "Line 5 has another slip" in said
    assert "Line 6 is right again" in said


def test_the_first_wrong_line_of_several_derivatives() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N Σ e x\ndJ/db = 2/N Σ e x\ndJ/dm = 2 Σ e x")
    assert verdict.line == 2


def test_a_wrong_cost_is_told() -> None:
    lines = (
        "J = 1/(2N) Σ (m x_i + b - y_i)^2\ndJ/dm = 1/N Σ (m x_i + b - y_i) x_i\n = 2/N Σ e_i x_i"
    )
    verdict = exercise(LINE).check(lines)
    assert verdict.line == 1
    assert verdict.misconception is not None
    assert verdict.misconception.key == "another-cost"
    assert [mark.status for mark in verdict.marks] == ["wrong", "follows", "right"]


def test_a_hint_says_which_derivative_is_begun_and_asks_none_of_a_right_step() -> None:
    said = exercise(LINE).hint("dJ/dm = 2/N Σ e_i x_i").text()
    assert said.startswith("To begin with ∂J/∂b: use the constant multiple rule.")
    assert not exercise(LINE).hint("m := m - alpha 2/N Σ e_i x_i").reasons


@pytest.mark.parametrize(
    "line",
    [
        "m = (N Σ x_i y_i - Σ x_i Σ y_i)/(N Σ x_i^2 - (Σ x_i)^2)",
        "m Σ x_i + N b = Σ y_i",
        "m Σ x_i^2 + b Σ x_i - Σ x_i y_i = 0",
    ],
)
def test_what_holds_at_the_minimum_only_is_not_blamed(line: str) -> None:
    with pytest.raises(FormulaError, match="line 2: this equation holds at the minimum only"):
        exercise(LINE).check(f"dJ/dm = 2/N Σ e_i x_i\n{line}")


def test_a_cost_is_derived_by_a_part_of_it_only_where_it_is_written_with_it() -> None:
    with pytest.raises(
        FormulaError, match="J is not written with e, so it cannot be derived by it"
    ):
        exercise(LINE).check("dJ/dm = (dJ/de)(de/dm)\n = 2/N Σ e_i x_i")


@pytest.mark.parametrize(
    "lines",
    [
        "J_m = 2 Σ e x",
        "grad_b = 2/N Σ e x",
        "dJ/dm = 2/3 Σ e x",
        "m = m + α 2/N Σ e x",
        "∂_m J = 2/N Σ e",
    ],
)
def test_nothing_wrong_passes_for_its_left_hand_side(lines: str) -> None:
    assert exercise(LINE).check(lines).line == 1


def test_lines_without_a_derivative_are_not_enough() -> None:
    assert exercise(LINE).check("J = 1/N Σ (m x_i + b - y_i)^2").kind == "unfinished"
    with pytest.raises(FormulaError, match="there is no line to check"):
        exercise(LINE).check("u = m x + b - y")


def test_a_wrong_side_calculation_is_told() -> None:
    verdict = exercise(LINE).check("de_i/dm = 1\ndJ/dm = 2/N Σ e_i x_i")
    assert verdict.line == 1
    assert "∂eᵢ/∂m is" in verdict.text()


def test_an_unfinished_derivation_is_told() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N Σ (m x_i + b - y_i) d/dm (m x_i + b - y_i)")
    assert verdict.kind == "unfinished"
    assert "∂/∂m (m xᵢ + b − yᵢ) is left on line 1" in verdict.text()


def test_all_that_is_asked_must_be_there() -> None:
    lines = "dJ/dm = 2/N Σ (m x_i + b - y_i) x_i"
    problem = Problem(LINE)
    assert problem.check(lines).kind == "right"
    assert problem.check(lines, wrt="m").kind == "right"
    verdict = problem.check(lines, wrt="m,b")
    assert verdict.kind == "unfinished"
    assert verdict.missing == ("b",)
    with pytest.raises(ProblemError, match="not a parameter"):
        problem.check(lines, wrt="k")


def test_numbers_show_the_difference() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N Σ (m x_i - y_i) x_i")
    assert verdict.counterexample is not None
    numbers = {name: [int(n) for n in row] for name, row in verdict.counterexample.numbers.items()}
    m, b, x, y = numbers["m"][0], numbers["b"][0], numbers["x"], numbers["y"]
    rows = list(zip(x, y, strict=True))
    assert verdict.counterexample.expected == sum(
        2 * (m * p + b - q) * p for p, q in rows
    ) / Fraction(len(x))
    assert verdict.counterexample.written == sum(2 * (m * p - q) * p for p, q in rows) / Fraction(
        len(x)
    )


def test_a_reading_that_is_not_the_usual_one_is_said() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N sum(m x_i + b - y_i) x_i")
    assert verdict.kind == "right"
    assert "Line 1 was read as (2/N) Σᵢ (m xᵢ + b − yᵢ) xᵢ" in verdict.text()


# Notation


def test_the_problems_own_notation_is_read() -> None:
    problem = Problem("a*x + b", loss="half_mse").written(
        cost="C", count="n", index="k", residual="r", residual_sign="target - prediction"
    )
    assert problem.check("dC/da = -1/n Σ_k r_k x_k\n = -1/n Σ (y - a x - b) x").kind == "right"


LOSSES = (
    ("m*x + b", "abs(prediction - target)", "dJ/dm = 1/N Σ sign(m x_i + b - y_i) x_i"),
    ("m*x + b", "abs(prediction - target)", "J = 1/N Σ |m x_i + b - y_i|\ndJ/db = 1/N Σ |e_i|/e_i"),
    ("sigmoid(a*x + b)", "-target*log(prediction) - (1 - target)*log(1 - prediction)", "dJ/da = 1/N Σ (p_i - y_i) x_i\nwhere p_i = σ(a x_i + b)"),
    ("m*x + b", "huber", "dJ/dm = 1/N Σ {x e if |e| ≤ delta; delta x sign(e) otherwise}"),
    ("h = a*x + b; sigmoid(h)", "mse", "dJ/da = 2/N Σ (sigmoid(h) - y) sigmoid(h)(1 - sigmoid(h)) x"),
    ("theta_0 + theta_1*x", "half_mse", "dJ/dθ₁ = 1/m Σ (h_θ(x^{(i)}) - y^{(i)}) x^{(i)}"),
    ("theta_0 + theta_1*x", "half_mse", "∂J/∂θ_0 = 1/m Σ (h(x^(i)) - y^(i))"),
    ("sum(w[j]*x[j], j, p) + b", "mse", "dJ/dw_k = 2/N Σ_i (Σ_j w_j x_ij + b - y_i) x_ik\ndJ/db = 2/N Σ_i (Σ_j w_j x_ij + b - y_i)"),
)  # fmt: skip


@pytest.mark.parametrize(("model", "loss", "lines"), LOSSES)
def test_other_costs_are_read(model: str, loss: str, lines: str) -> None:
    verdict = Problem(model, loss=loss).check(lines)
    assert verdict.kind == "right", verdict.text()


@pytest.mark.parametrize("loss", ["mae", "huber", "quantile", "rmse", "squared_hinge", "log_cosh"])
def test_our_own_derivations_of_other_losses_are_right(loss: str) -> None:
    problem = Problem(LINE, loss=loss)
    assert problem.check(problem.derive().text()).kind == "right"


def test_a_case_that_random_points_miss_is_seen() -> None:
    problem = Problem(LINE, loss="huber")
    lines = "dJ/dm = 1/N Σ {x e if |e| ≤ delta; delta x otherwise}"
    assert problem.check(lines).line == 1


def test_an_inner_derivative_lost_in_every_term() -> None:
    """Cross-entropy derives the same inner function twice."""
    loss = "-target*log(prediction) - (1 - target)*log(1 - prediction)"
    verdict = Problem("sigmoid(a*x + b)", loss=loss).check("dJ/da = 1/N Σ (σ(a x_i + b) - y_i)")
    assert [diagnosis.misconception.key for diagnosis in verdict.diagnoses] == [
        "lost-inner-derivative"
    ]


def test_attempts_with_vectors_are_shown_with_tables() -> None:
    verdict = Problem("sum(w[j]*x[j], j, p)").check("dJ/dw_k = 2/N Σ_i (Σ_j w_j x_ij - y_i) x_ij")
    assert verdict.kind == "wrong"
    assert "x = ((1, 2, 3), (2, 0, 1), (1, 4, 2))" in verdict.text()


def test_vectors_are_read() -> None:
    problem = Problem("w_1*x_1 + w_2*x_2 + b")
    assert (
        problem.check("dJ/dw_1 = 2/N Σ (w_1 x_{1,i} + w_2 x_{2,i} + b - y_i) x_{1,i}").kind
        == "right"
    )
    verdict = problem.check("dJ/dw_1 = 2/N Σ (w_1 x_{1,i} + w_2 x_{2,i} + b - y_i)")
    assert verdict.misconception is not None
    assert verdict.misconception.key == "lost-inner-derivative"


WORDS = "rate_of_growth*x + level_at_start"
LATEX = (
    (LINE, r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_{i=1}^{N} (m x_i + b - y_i) x_i"),
    (LINE, r"\frac{dJ}{dm} = \frac{1}{N} \sum_{i=1}^N 2\left(m x_i + b - y_i\right) \cdot x_i \\"),
    (LINE, r"\frac{\partial J}{\partial b} &= \frac1N \sum_i 2(\hat{y}_i - y_i) \\" + "\n" + r"&= \frac2N \sum_i e_i"),
    (DECAY, r"\frac{\partial J}{\partial a} = \frac{2}{N} \sum_{i} \left(a e^{-b x_i} + c - y_i\right) e^{-b x_i}"),
    ("sqrt(3*x + 1)", r"f'(x) = \frac{3}{2\sqrt{3x + 1}}"),
    (LINE, Problem(LINE).derive("m").latex()),
    (DECAY, Problem(DECAY).derive("b").latex()),
    (WORDS, Problem(WORDS).derive("rate_of_growth").latex()),
    (WORDS, Problem(WORDS).derive("rate_of_growth").markdown(detail="full")),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "lines"), LATEX)
def test_latex_is_read_too(formula: str, lines: str) -> None:
    assert exercise(formula).check(lines).kind == "right"


UNREADABLE = (
    ("dJ/dm = 2/N Σ_{i=1}^{3} x_i e_i", "line 1, column 13", "this sum goes to 3"),
    ("dJ/dm = 2/N Σ_{i=1}^{N-1} x_i e_i", "line 1, column 13", "this sum goes to N-1"),
    ("dJ/dm = 2/N (x_1 e_1 + ... + x_N e_N)", "line 1, column", "dots do not say"),
    ("dJ/dm = 2/N Σ (m x_i + b", "line 1, column 15", "a parenthesis is not closed"),
    ("dJ/dm = 2/N Σ x_i)", "line 1, column 18", 'unexpected ")"'),
    ("dJ/dm = 2/N Σ (m x_i + k - y_i)", "line 1, column 24", '"k" is not a name'),
    ("dJ/dm = ", "line 1", 'nothing stands after "="'),
    ("# nothing\ndJ/dk = 2", "line 2, column 1", '"k" is nothing to derive by'),
    ("dJ/dm = sinq", "line 1, column 9", 'write "sin(...)"'),
    ("dJ/dm = x_i ? 2", "line 1, column 13", 'unexpected "?"'),
    ("dJ/dm = 1/0", "line 1", "divides by zero"),
    ("dJ/dm = 9^9^9^9", "line 1", "too large"),
    ("dJ/dm = Σ_{i=0}^N x_i", "line 1, column 9", "starts at 0"),
    ("dJ/dm = sum(x_i, i, 0, N)", "line 1, column 9", "starts at 0"),
    ("dJ/dm = sum(x_i, i, 1, 2*N)", "line 1, column 9", "goes to 2*N"),
    ("dJ/dm = sum(x_i, i, 1, N", "line 1, column 16", 'expected ")"'),
    ("dJ/dm = sum(x_i i, 1, N)", "line 1, column 9", '"1" is not an index'),
    ("dJ/dm = x_i exp(b (x_i)", "line 1, column 16", "a parenthesis is not closed"),
    ("dJ/dm = d/dm (d/dm x_i)", "line 1", "derivative of a derivative"),
    ("dJ/dm = {x_i if 2}", "line 1", "a condition is missing"),
    ("dJ/dm = |x_i", "line 1, column 9", "abs(...)"),
    ("dJ/dm = 2 Σ u x_i\nwhere u = m x + k", "line 2, column 17", '"k" is not a name'),
    ("2/N Σ x_i", "line 1", "does not say what is derived"),
    ("", "there is no line", "dJ/dm = ..."),
    ("\n".join(["# a"] * 600), "600 lines", "at most"),
    ("dJ/dm = " + "(" * 70 + "1" + ")" * 70, "line 1", "nested too deeply"),
    ("dJ/dm = " + "1+" * 3000 + "1", "line 1", "characters"),
)


@pytest.mark.parametrize(("lines", "place", "words"), UNREADABLE)
def test_what_cannot_be_read_says_where_and_what_to_do(lines: str, place: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        exercise(LINE).check(lines)
    assert place in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_lines_that_are_no_text_are_refused() -> None:
    for act in (exercise(LINE).check, exercise(LINE).hint):
        with pytest.raises(FormulaError, match="a student's lines are a text, not int"):
            act(5)  # type: ignore[arg-type]


def test_what_has_no_value_anywhere_is_not_blamed() -> None:
    with pytest.raises(DerivationError, match="line 1 cannot be compared"):
        exercise("x^2").check("f'(x) = log(0*x)")


def test_what_nothing_explains_is_not_explained_by_an_absurd_pair() -> None:
    verdict = exercise(LINE).check("dJ/dm = mean(2x (m x + b - y)) + 1")
    assert verdict.kind == "wrong"
    assert not verdict.diagnoses


def test_zero_is_the_minimum_and_not_a_factor_derived() -> None:
    for lines in ("dJ/dm = 0", "dJ/dm = 2/N Σ e_i x_i = 0"):
        assert exercise(LINE).check(lines).diagnoses[0].misconception.key == "set-to-zero"
    assert exercise("5*x").check("0").diagnoses[0].misconception.key == "constant-factor-derived"


def test_a_wrong_step_of_descent_is_compared_with_the_right_one() -> None:
    said = exercise(LINE).check("m := m - 2/N Σ x_i (m x_i + b - y_i)").text()
    assert "Line 1 is not the next m:" in said
    assert "What comes out: m = m − α ((2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ))" in said


def test_words_between_the_lines_are_left_out() -> None:
    lines = "First of all, the chain rule:\ndJ/db = 2/N Σ e_i\nThis is the result:"
    _, words = read(exercise(LINE), lines)
    assert words == (1, 3)
    assert "Lines 1, 3 were taken for words." in exercise(LINE).check(lines).text()


# Round trips: what symgd writes, it accepts.

OWN = [
    (formula, detail, ascii)
    for formula in (LINE, DECAY, "w_1*x_1 + w_2*x_2")
    for detail, ascii in (("brief", False), ("standard", True), ("full", False))
] + [(SIGMOID, "brief", False), (PARABOLA, "full", True)]


def test_our_own_prime_notation_is_right() -> None:
    ours = Problem(LINE).derive().text(detail="full", derivative_style="prime")
    assert exercise(LINE).check(ours).kind == "right"
    plain = Exercise.of_formula("x^2*sin(3*x)", "x")
    shown = plain.derivations["x"].text(detail="full", derivative_style="prime")
    assert plain.check(shown).kind == "right"


NAMES = (
    *(
        "theta_0*x + theta_1",
        "theta*x + q_theta",
        "w_1_2*x + k_B_max",
        "half_life*x + alpha_beta_1",
    ),
    *("D_1*x + D_max", "D*x + D_lambda", "T*x + W", "p*x + theta", "lambda_ref*x_1 + q_w_1"),
)


@pytest.mark.parametrize("style", ["leibniz", "prime"])
@pytest.mark.parametrize("form", ["text", "latex", "markdown"])
@pytest.mark.parametrize("formula", NAMES)
def test_our_own_gradients_are_right_whatever_the_names(
    formula: str, form: str, style: str
) -> None:
    problem = Problem(formula, inputs="x_1" if "x_1" in formula else "x")
    ours = getattr(problem.derive(), form)(detail="brief", derivative_style=style)
    assert Exercise.of_problem(problem).check(ours).kind == "right", ours


def test_a_derivative_is_written_with_d_where_no_name_is() -> None:
    both = "D_m = 2/N*sum((m*x + b - y)*x)\nD_b = 2/N*sum(m*x + b - y)"
    assert exercise(LINE).check(both).kind == "right"
    named = "dJ/dD_m = 2/N*sum((D_m*x + b - y)*x)\ndJ/db = 2/N*sum(D_m*x + b - y)"
    assert exercise("D_m*x + b").check(named).kind == "right"


@pytest.mark.parametrize(("formula", "detail", "ascii"), OWN)
def test_our_own_gradients_are_right(formula: str, detail: str, ascii: bool) -> None:
    ours = Problem(formula).derive().text(detail=detail, ascii=ascii)  # type: ignore[arg-type]
    verdict = exercise(formula).check(ours)
    assert verdict.kind == "right", f"{ours}\n{verdict}"


def of_x(leaves: int) -> st.SearchStrategy[nt.Term]:
    """Formulas with an x in them; Hypothesis gives up where a test leaves out most that it draws."""
    return formulas(leaves=leaves).filter(lambda term: "x" in term.names)


@given(of_x(leaves=6))
@settings(max_examples=15, deadline=None)
def test_our_own_derivations_are_right_and_wrong_ones_are_not(term: nt.Term) -> None:
    formula = text(term, ascii=True)
    try:
        ours = Exercise.of_formula(formula, "x")
    except DerivationError:
        assume(False)
    derivation = ours.derivations["x"]
    lines = [f"df/dx = {text(step.after)}" for step in derivation.steps]
    assume(lines)
    shown = derivation.text(detail="standard")
    assert ours.check(shown).kind == "right", shown
    wrong = f"df/dx = {text(nt.Sum((derivation.last, nt.number(1))))}"
    assert ours.check([*lines[-1:], wrong]).line == 2


@given(of_x(leaves=5), st.sampled_from((sympy.expand, sympy.factor, sympy.together)))
@settings(max_examples=15, deadline=None)
def test_no_right_form_is_ever_blamed(
    term: nt.Term, reshaped: Callable[[sympy.Expr], sympy.Expr]
) -> None:
    ours = Exercise.of_formula(text(term, ascii=True), "x")
    other = sympy.sstr(reshaped(term.value.diff(sympy.Symbol("x"))))
    assume(len(other) < 400)
    verdict = ours.check(f"df/dx = {other}")
    assert verdict.kind == "right", verdict.text()


@pytest.mark.parametrize(
    "line",
    ["E*a*(1 - tanh(x)**2)", "e a (1 - tanh^2 x)", "exp(1)*a*sech(x)^2", "a e^1 (1-tanh(x)^2)"],
)
def test_a_lone_e_that_nobody_has_named_is_eulers(line: str) -> None:
    assert Exercise.of_formula("a*tanh(x)*exp(1)", "x").check(f"df/dx = {line}").kind == "right"
    assert Exercise.of_formula("E*tanh(x)", "x").check("df/dx = E*(1 - tanh(x)^2)").kind == "right"


@given(of_x(leaves=5), st.integers(0, 30), st.sampled_from("0123456789+-*/x"))
@settings(max_examples=40, deadline=None)
def test_a_changed_character_is_noticed_when_it_matters(
    term: nt.Term, place: int, character: str
) -> None:
    """SymPy, which takes no part in the marking, says whether it matters."""
    ours = Exercise.of_formula(text(term, ascii=True), "x")
    right = text(ours.derivations["x"].last, ascii=True)
    changed = right[: place % len(right)] + character + right[place % len(right) + 1 :]
    try:
        value = parse(changed).value
        verdict = ours.check(f"df/dx = {changed}")
    except (FormulaError, DerivationError):
        return
    names = {name: 0.37 + 0.41 * n for n, name in enumerate(sorted(term.names | {"x"}))}
    # A new name of known letters, xx, is read as their product; another is unknown.
    new = parse(changed).names - set(names)
    assume(all(set(name) <= set(names) for name in new))
    names |= {name: math.prod(names[letter] for letter in name) for name in new}
    truth, written = (complex(v.subs(names).evalf()) for v in (ours.derivations["x"].result, value))
    assume(cmath.isfinite(truth) and cmath.isfinite(written))
    same = abs(truth - written) <= 1e-9 * max(1.0, abs(truth))
    assert (verdict.kind == "right") == same, f"{right} -> {changed}: {verdict}"


@given(of_x(leaves=8))
@settings(max_examples=40, deadline=None)
def test_written_formulas_are_read_back(term: nt.Term) -> None:
    vocabulary = Exercise.of_formula("a + b + c + x", "x").vocabulary
    for ascii in (False, True):
        written = text(term, ascii=ascii)
        found = readings(written, tokens_of(written, vocabulary.has), vocabulary)
        assert check_equal(found[0], term).passed, written


@given(st.text(alphabet="dJm/=Σx_i()+-*^2 'Nb∂y[]{},.#²ᵢe", max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_is_marked_or_refused_in_words(lines: str) -> None:
    refused = None
    try:
        said = exercise(LINE).check(lines).text()
    except (FormulaError, DerivationError) as error:
        refused = error
    assert said if refused is None else refused.remedy


# Hints


def test_hints_lead_to_the_end() -> None:
    ours = exercise(LINE)
    lines: list[str] = []
    for _ in range(60):
        hint = ours.hint(lines, strength=3)
        if hint.next is None:
            break
        lines.append(text(nt.Equation(hint.left, hint.next)))
    verdict = ours.check(lines)
    assert verdict.kind == "right"
    assert {mark.left.variable.name for mark in verdict.marks} == {"m", "b"}  # type: ignore[attr-defined]


def test_hints_go_on_from_a_form_that_is_not_ours() -> None:
    lines = "u = m x + b - y\ndJ/dm = 1/N Σ 2u du/dm"
    hint = exercise(LINE).hint(lines, strength=3)
    assert hint.rules == ("definition",)
    assert hint.after is not None
    assert hint.after.line == 2
    assert hint.next is not None
    assert exercise(LINE).check(f"{lines}\n = {text(hint.next)}").line is None


def test_hints_tell_as_much_as_they_are_asked_for() -> None:
    said = [exercise("(2*x + 1)^3").hint(strength=strength).text() for strength in (1, 2, 3)]
    assert "chain rule" in said[0]
    assert "2x + 1" not in said[0]
    assert "2x + 1" in said[1]
    assert "3(2x + 1)²" not in said[1]
    assert "3(2x + 1)²" in said[2]
    with pytest.raises(FormulaError, match="strength 4"):
        exercise("(2*x + 1)^3").hint(strength=4)


def test_hints_start_from_the_last_right_line() -> None:
    lines = "dJ/dm = 1/N Σ d/dm (m x_i + b - y_i)^2\n = 1/N Σ 2(m x_i + b - y_i)"
    hint = exercise(LINE).hint(lines)
    assert "Line 2 is not right" in hint.text()
    assert hint.rules == ("chain rule", "power rule")


def test_nothing_is_left_to_do() -> None:
    hint = exercise("3*x^5").hint("f'(x) = 15x^4")
    assert hint.next is None
    assert "Nothing is left to do" in hint.text()


# The command line


KEYS = {
    *("schema", "verdict", "line", "missing", "words", "marks", "left", "written", "before"),
    *("expected", "misconceptions", "counterexample", "remarks", "optimizer", "conventions"),
}


@pytest.mark.parametrize(
    ("lines", "code", "verdict"),
    [
        ("dJ/dm = 2/N Σ (m x_i + b - y_i) x_i", 0, "right"),
        ("dJ/dm = 2/N Σ (m x_i + b - y_i)", 1, "wrong"),
        ("dJ/dm = 2/N Σ (m x_i + b - y_i) d/dm(m x_i)", 3, "unfinished"),
    ],
)
def test_graders_read_the_exit_code(lines: str, code: int, verdict: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(lines, encoding="utf-8")
    assert run("check", LINE, str(path)).exit_code == code
    result = run("check", LINE, "-", "--format", "json", standard_input=lines)
    assert result.exit_code == code
    record = json.loads(result.stdout)
    assert record["schema"] == "symgd/verdict/1"
    assert record["verdict"] == verdict
    assert record.keys() == KEYS


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", LINE, "-"), "line 1, column"),
        (("check", LINE, "nowhere.txt"), 'there is no file "nowhere.txt"'),
        (("check", LINE), "Missing argument 'LINES'"),
        (("check", LINE, "."), '"." is a folder'),
        (("check", "--expr", "3*x^5", "-"), "--expr needs --wrt"),
        (("check",), "Missing argument"),
        (("hint", LINE, "a", "b"), "Got 2 files"),
    ],
)
def test_the_command_lines_errors_are_one_line(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments, standard_input="dJ/dm = ((")
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_plain_formulas_on_the_command_line() -> None:
    result = run("check", "--expr", "3*x^5", "--wrt", "x", "-", standard_input="15x^5")
    assert result.exit_code == 1
    assert "Power not lowered" in result.stdout
    hint = run("hint", "--expr", "(2*x + 1)^3", "--wrt", "x", "--strength", "3", "--format", "json")
    assert json.loads(hint.stdout)["line"]["text"].startswith("df/dx = ")
    assert "line" not in json.loads(run("hint", LINE, "--format", "json").stdout)


def test_a_verdict_in_a_notebook() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N Σ (m x_i + b - y_i)")
    shown = verdict._repr_markdown_()
    assert "$" in shown
    assert "Lost inner derivative" in shown
    assert verdict.result == Problem(LINE).derive("m").result
    assert repr(verdict).startswith("Verdict(")


def test_ascii_verdicts_are_ascii() -> None:
    verdict = exercise(LINE).check("dJ/dm = 2/N Σ (m x_i + b - y_i)^2 x_i")
    assert verdict.text(ascii=True).isascii()
    assert exercise(LINE).hint(strength=3).text(ascii=True).isascii()


def test_a_line_goes_on_with_a_sum_that_says_where_it_begins() -> None:
    lines = "\\frac{\\partial J}{\\partial m} = \\frac{1}{N} \\\\\n"
    lines += "&\\quad {} \\cdot \\left(\\sum_{i=1}^{N} 2 x_i (m x_i + b - y_i)\\right)"
    assert Problem("m*x + b").check(lines).kind == "right"
    assert (
        Problem("m*x + b").check("J'_m = 2/N (\nsum_(i=1)^N x_i (m x_i + b - y_i))").kind == "right"
    )
