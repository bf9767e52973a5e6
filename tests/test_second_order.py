"""Second derivatives, stationary points, and the largest stable rate, derived step by step."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import LOSSES, CheckFailed, DerivationError, Notation, Problem
from symgd.budget import Budget
from symgd.cli import main
from symgd.data.datasets import load
from symgd.derivation.known import Known
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import DIVIDE, GATHER, SPLIT_SUM, EquationBuilder
from symgd.derivation.second_order.hessian import hessian
from symgd.derivation.second_order.rates import Letters
from symgd.derivation.second_order.stationary import stationary
from symgd.derivation.second_order.taylor import stable_rate
from symgd.terms import Equation, Product, Sum, Symbol, number
from symgd.terms import Fraction as Over
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.text import text
from symgd.writing.steps import Rewritten

LINE = Problem("a*x + b")
X, Y = (1, 2, 3), (1.2, 1.8, 3.4)
MODELS = {
    "line": LINE,
    "named residual": Problem("m*x + b", notation=Notation(residual="e")),
    "inside": Problem("m*x + b", "half_mse", notation=Notation(constants="inside")),
    "exponential": Problem("a*exp(-b*x)", "sse"),
    "sigmoid": Problem("1/(1 + exp(-(w*x + b)))"),
    "sine": Problem("a*sin(b*x)"),
    "powers": Problem("a*x^2 + b*x + c"),
    "two inputs": Problem("u*x1 + v*x2"),
    "one parameter": Problem("k*x"),
    "quartic": Problem("m*x + b", "(prediction - target)^4"),
}


def _unrolled(expression: sympy.Expr) -> sympy.Expr:
    """An expression over three examples, Σ written out, put at a rational place."""
    written = expression.subs(sympy.Symbol("N"), 3).doit()
    names = sorted(written.free_symbols, key=str)
    place = {name: sympy.Rational(number + 2, 7) for number, name in enumerate(names)}
    return written.xreplace(place)


@pytest.mark.parametrize("problem", MODELS.values(), ids=MODELS)
def test_the_hessian_is_sympys(problem: Problem) -> None:
    hessian = problem.hessian()
    names = [sympy.Symbol(name) for name in problem.parameters]
    for row, column in itertools.product(range(len(names)), repeat=2):
        expected = problem.cost.diff(names[row]).diff(names[column])
        difference = _unrolled(hessian.result[row, column] - expected)
        assert abs(sympy.N(difference, 30)) < 1e-25
    assert all(step.check.passed for step in hessian.steps)
    assert all(hessian[entry].check.passed for entry in hessian)


@pytest.mark.parametrize("problem", MODELS.values(), ids=MODELS)
def test_only_the_upper_triangle_is_derived_and_the_gradient_is_not_derived_again(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An equal problem's Hessian, of equal first derivatives that were forgotten since, may be known.
    monkeypatch.setattr("symgd.derivation.second_order.hessian._KNOWN", Known(most=1))
    vars(problem).pop("_hessian", None)
    hessian, gradient = problem.hessian(), problem.derive()
    count = len(problem.parameters)
    assert len(hessian) == len(list(hessian)) == count * (count + 1) // 2
    assert set(hessian.symmetry) == {pair for pair in hessian if pair[0] != pair[1]}
    assert all(check.passed for check in hessian.symmetry.values())
    for above, below in hessian:
        assert hessian[above, below].start.body is gradient[below].last
        assert hessian[below, above] is hessian[above, below]


def test_the_lines_hessian_as_a_textbook_has_it() -> None:
    hessian = Problem("m*x + b").hessian()
    assert {text(hessian[entry].left): text(hessian[entry].last) for entry in hessian} == {
        "∂²J/∂m²": "(2/N) Σᵢ xᵢ²",
        "∂²J/∂m∂b": "(2/N) Σᵢ xᵢ",
        "∂²J/∂b²": "2",
    }
    assert latex(hessian["m", "b"].left) == r"\frac{\partial^{2} J}{\partial m \partial b}"
    shown = hessian.text()
    assert "= [(2/N) Σᵢ xᵢ²  (2/N) Σᵢ xᵢ; (2/N) Σᵢ xᵢ  2]   [entry by entry]" in shown
    assert shown.count("∂²J/∂θ∂b = ") == 1
    assert "∂²J/∂b∂m = ∂²J/∂m∂b   [Schwarz's theorem]" in shown


def test_a_hessian_in_every_format() -> None:
    hessian = LINE.hessian()
    assert r"\frac{\partial^{2} J}{\partial a^{2}}" in hessian.latex(document=True)
    assert "frac(partial^2 J, partial a^2)" in hessian.typst()
    assert hessian.latex().count(r"\begin{pmatrix}") == hessian.typst().count("mat(") == 2
    assert hessian.html().count("<mtable>") == 2
    assert "end matrix" in hessian.speech()
    assert "<msup><mrow><mi>∂</mi></mrow><mrow><mn>2</mn></mrow></msup>" in hessian.html()
    assert "d^2J/(da db)" in hessian.text(ascii=True)
    assert hessian.text(ascii=True).isascii()
    assert "Schwarz" in hessian.markdown(detail="full")
    record = json.loads(hessian.json())
    assert record["kind"] == "hessian"
    steps = [s for c in record["chapters"] for chain in c["chains"] for s in chain["steps"]]
    assert len(steps) == len(hessian.steps)
    assert all(step["check"]["passed"] for step in steps)


# ---------------------------------------------------------------------------------------------
# The stationary point


def test_the_normal_equations_of_the_line() -> None:
    point = LINE.stationary()
    assert [text(equation) for equation in point.equations] == [
        "a Sₓₓ + b Sₓ = S_xy",
        "a Sₓ + N b = S_y",
    ]
    assert text(point.solved["a"].steps[-2].after) == "a = (N S_xy − Sₓ S_y)/(N Sₓₓ − Sₓ²)"
    assert latex(point.solved["b"].last) == r"b = \bar{y} - a \bar{x}"
    assert [text(term) for term in point.conditions] == ["N Sₓₓ − Sₓ²"]
    assert "zero only where all xᵢ are the same" in point.text()


def test_lesson_004s_minimum_is_exact() -> None:
    point = LINE.stationary(X, Y)
    assert point.values == {"a": Fraction(11, 10), "b": Fraction(-1, 15)}
    assert point.result == {"a": sympy.Rational(11, 10), "b": sympy.Rational(-1, 15)}
    shown = point.text()
    assert "a = (3·15 − 6·6.4)/(3·14 − 6²)" in shown
    assert "b = (6.4 − 1.1·6)/3" in shown
    assert "b ≈ −0.06666666667" in shown
    sampled = sum(step.check.method == "exact" for step in point.steps)
    assert len(point.steps) == sampled + 1, "rounding is arithmetic, not sampled"
    assert f"Checked by sampling: {sampled} steps at 3 random points each" in shown


LINEAR = {
    "line": (LINE, 1),
    "through the origin": (Problem("k*x", "sse"), 1),
    "half": (Problem("m*x/2 - b", "half_mse"), 1),
    "inside": (Problem("m*x + b", "half_mse", notation=Notation(constants="inside")), 1),
    "other way round": (
        Problem("m*x + b", notation=Notation(residual_sign="target - prediction")),
        1,
    ),
    "named residual": (Problem("m*x + b", notation=Notation(residual="e")), 1),
    "two inputs": (Problem("u*x1 + v*x2"), 2),
    "three": (Problem("u*x1 + v*x2 + w"), 2),
    "parabola": (Problem("a*x^2 + b*x + c"), 1),
    "sine": (Problem("a*sin(x) + b"), 1),
    "shifted square": (Problem("a*(x - 3)^2 + b*x"), 1),
    "own loss": (Problem("m*x + b", "3*(prediction - target)^2"), 1),
}


@pytest.mark.parametrize(("problem", "inputs"), LINEAR.values(), ids=LINEAR)
def test_the_point_is_the_least_squares_fit(problem: Problem, inputs: int) -> None:
    x = np.array([[0.5, -1.25, 2.0, 3.5, 4.75], [1.0, 0.5, -2.0, 1.5, 3.0]])[:inputs]
    y = np.array([1.2, 1.8, 3.4, -0.5, 2.25])
    point = problem.stationary(*x, y)
    run = problem.descend(*x, y, max_iter=1)
    assert run.exact is not None
    assert point.values is not None
    for name, value in run.exact.parameters.items():
        assert float(point.values[name]) == pytest.approx(value, rel=1e-8)
    assert all(step.check.passed for step in point.steps)


@pytest.mark.parametrize("name", [name for name in LINEAR if name not in ("three", "parabola")])
def test_the_formulas_make_the_gradient_zero(name: str) -> None:
    problem = LINEAR[name][0]
    point = problem.stationary()
    assert point.result is not None
    place: dict[sympy.Symbol, sympy.Expr] = {}
    for parameter, value in point.result.items():
        place[sympy.Symbol(parameter)] = sympy.N(_numbers_in(value), 30)
    for partial in problem.derive().result.values():
        assert abs(sympy.N(_numbers_in(partial).subs(place), 30)) < 1e-20


def _numbers_in(expression: sympy.Expr) -> sympy.Expr:
    """An expression over three examples, with numbers for the data."""
    written = expression.subs(sympy.Symbol("N"), 3).doit()
    cells = written.atoms(sympy.Indexed)
    return written.xreplace(
        {x: sympy.Rational(3 + 7 * int(x.indices[0]) ** 2 + ord(str(x.base)[-1]), 9) for x in cells}
    )


NOT_SOLVED = {
    "a*exp(-b*x) + c": ("not linear in b", "use descend"),
    "a*b*x": ("not linear in", "use descend"),
    "(m + b)*x": ("say the same", "leave out a parameter"),
}


@pytest.mark.parametrize("model", NOT_SOLVED)
def test_what_cannot_be_solved_says_why(model: str) -> None:
    with pytest.raises(DerivationError) as caught:
        Problem(model).stationary()
    assert all(part in str(caught.value) for part in NOT_SOLVED[model])


@pytest.mark.parametrize(
    ("problem", "data"),
    [
        (LINE, ([2, 2, 2], [1, 2, 3])),
        (Problem("k*x"), ([0, 0], [1, 2])),
        (Problem("a*x^2 + b*x + c"), ([1, 2, 1, 2], [1, 2, 3, 4])),
        (Problem("u*x1 + v*x2 + w"), ([1, 2, 3], [2, 4, 6], [1, 1, 2])),
    ],
)
def test_data_that_leave_many_points_are_said(problem: Problem, data: tuple[list[float]]) -> None:
    with pytest.raises(DerivationError, match="many values"):
        problem.stationary(*data)


def test_without_data_three_parameters_stop_at_the_equations() -> None:
    point = Problem("a*x^2 + b*x + c").stationary()
    assert point.result is None
    assert text(point.equations[2]) == "a Sₓₓ + b Sₓ + N c = S_y"
    assert "give the data" in point.text()


def test_hubbles_galaxies_are_solved_exactly() -> None:
    columns = load("hubble1929").arrays()
    point = Problem("m*x + b").stationary(columns)
    slope, intercept = np.polyfit(columns["x"], columns["y"], 1)
    assert point.values is not None
    assert float(point.values["m"]) == pytest.approx(slope, rel=1e-10)
    assert float(point.values["b"]) == pytest.approx(intercept, rel=1e-9)
    assert "m ≈ 454.1584409" in point.text()


rationals = st.fractions(min_value=-9, max_value=9, max_denominator=8).filter(
    lambda value: value.denominator in (1, 2, 4, 8)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(rationals, rationals), min_size=3, max_size=6, unique_by=lambda p: p[0]))
def test_the_line_goes_through_the_means(rows: list[tuple[Fraction, Fraction]]) -> None:
    x, y = zip(*rows, strict=True)
    values = LINE.stationary([float(v) for v in x], [float(v) for v in y]).values
    assert values is not None
    n = len(rows)
    assert sum(y) == values["a"] * sum(x) + n * values["b"]
    assert sum(p * q for p, q in rows) == values["a"] * sum(p * p for p in x) + values["b"] * sum(x)


def test_a_stationary_point_in_every_format() -> None:
    point = LINE.stationary(X, Y)
    assert r"a &= 1.1" in point.latex()
    assert r"b &\approx -0.06666666667" in point.latex(document=True)
    assert "macron(y)" in point.typst()
    assert "<mover" in point.html()
    assert point.text(ascii=True).isascii()
    assert point.markdown(detail="full").count("normal equations") >= 2
    record = json.loads(point.json())
    assert record["kind"] == "stationary point"
    checks = [
        s["check"] for c in record["chapters"] for chain in c["chains"] for s in chain["steps"]
    ]
    assert len(checks) == len(point.steps)
    assert all(check["passed"] for check in checks)


# ---------------------------------------------------------------------------------------------
# Taylor's step


def test_lesson_004s_curvatures_and_rates() -> None:
    rate = LINE.stable_rate(X, Y)
    assert rate.exact
    assert rate.curvature == pytest.approx((0.24039313, 11.0929402), abs=1e-7)
    assert rate.largest == pytest.approx(0.18029485, abs=1e-8)
    assert rate.best == pytest.approx(3 / 17, abs=1e-15)
    shown = rate.text()
    assert "Hₐₐ  = 28/3" in shown
    assert "λₘₐₓ = (28/3 + 2 + √((28/3 − 2)² + 4·4²))/2" in shown
    assert "≈ 0.1764705882" in shown


@pytest.mark.parametrize(("model", "loss"), [("m*x", "mae"), ("m*x", "hinge")])
def test_straight_pieces_have_no_curvature_to_bound_the_rate(model: str, loss: str) -> None:
    with pytest.raises(DerivationError, match="made of straight pieces"):
        Problem(model, loss=loss).stable_rate()


def test_curvatures_that_are_rational_are_exact() -> None:
    rates = Problem("m*x + b").stable_rate({"x": [1, 2, -3], "y": [1.2, 1.9, -0.4]})
    shown = rates.text()
    for line in ("λₘₐₓ = 28/3 ", "λₘᵢₙ = 2 ", "2/λₘₐₓ          = 3/14 ", "≈ 0.2142857143 "):
        assert line in shown
    assert "≈ 2 " not in shown
    assert rates.curvature == (2.0, 28 / 3)


def test_taylors_formula_of_the_line_is_exact_and_bounded() -> None:
    rate = LINE.stable_rate()
    taylor = next(chapter for chapter in rate.chapters if "Taylor" in chapter.heading.text)
    steps = taylor.chains[0].steps
    assert [step.rule.relation for step in steps] == ["=", "=", "≤", "="]
    assert [text(step.after) for step in steps[1:]] == [
        "J − α (gₐ² + g_b²) + (α²/2) (Hₐₐ gₐ² + 2H_ab gₐ g_b + H_bb g_b²)",
        "J − α (gₐ² + g_b²) + (α²/2) λₘₐₓ (gₐ² + g_b²)",
        "J − α (1 − α λₘₐₓ/2) (gₐ² + g_b²)",
    ]
    assert steps[0].check.method == "exact"
    assert "α        < 2/λₘₐₓ" in rate.text()
    assert "&< " in rate.latex()
    assert "&\\le " in rate.latex()
    assert "&lt;" in rate.html()
    assert rate.curvature is rate.largest is rate.best is None


@pytest.mark.parametrize(
    ("problem", "inputs"),
    [LINEAR[name] for name in LINEAR if name != "shifted square"],
    ids=[name for name in LINEAR if name != "shifted square"],
)
def test_the_rates_are_those_of_the_descent(problem: Problem, inputs: int) -> None:
    x = np.array([[0.5, -1.25, 2.0, 3.5, 4.75], [1.0, 0.5, -2.0, 1.5, 3.0]])[:inputs]
    y = np.array([1.2, 1.8, 3.4, -0.5, 2.25])
    rate = problem.stable_rate(*x, y)
    run = problem.descend(*x, y, max_iter=1)
    assert rate.exact
    assert rate.largest == pytest.approx(run.largest_stable_rate, rel=1e-9)
    assert rate.curvature == pytest.approx(run.curvature, rel=1e-7)
    assert all(step.check.passed for step in rate.steps)


CURVED = {
    "exponential": {"a": 1.0, "b": 0.5},
    "sigmoid": {"w": 0.5, "b": -1.0},
    "sine": {"a": 1.0, "b": 0.4},
}


@pytest.mark.parametrize("name", CURVED)
def test_a_cost_that_is_not_quadratic_is_bounded_to_second_order(name: str) -> None:
    problem, place = MODELS[name], CURVED[name]
    rate = problem.stable_rate(X, Y, at=place)
    assert not rate.exact
    assert "not quadratic" in rate.text()
    assert rate.best is None
    values = {sympy.Symbol(parameter): value for parameter, value in place.items()}
    data = {sympy.IndexedBase("x")[n + 1]: X[n] for n in range(3)}
    data |= {sympy.IndexedBase("y")[n + 1]: Y[n] for n in range(3)}
    matrix = problem.hessian().result.subs(sympy.Symbol("N"), 3).doit().subs(values).subs(data)
    expected = np.linalg.eigvalsh(np.array(matrix.evalf(), dtype=float))
    assert rate.curvature == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_curvatures_that_need_a_place_ask_for_it() -> None:
    with pytest.raises(DerivationError, match="depend on a, b") as caught:
        MODELS["exponential"].stable_rate(X, Y)
    assert "say where: at={'a': 0, 'b': 0}" in str(caught.value)
    assert "say where: --at a=0,b=0" in caught.value.on_command_line


RIDGE = Problem("m*x + b", penalty="ridge", settings={"lambda": 0.25})


def test_a_penalty_is_in_the_normal_equations_and_in_the_curvature() -> None:
    point = RIDGE.stationary(X, Y)
    assert text(point.equations[0]) == "m (Sₓₓ + N λ) + b Sₓ = S_xy"
    n, s, sx, sy, sxy = 3, 14 + Fraction(3, 4), 6, Fraction("6.4"), 15
    assert point.values is not None
    assert point.values["m"] == (n * sxy - sx * sy) / (n * s - sx**2)
    rate = RIDGE.stable_rate(X, Y)
    assert rate.exact
    matrix = np.array([[28 / 3 + 0.5, 4], [4, 2]])
    assert rate.curvature == pytest.approx(np.linalg.eigvalsh(matrix), rel=1e-12)


@pytest.mark.parametrize("loss", [name for name in LOSSES if not LOSSES[name].several])
def test_every_loss_has_curvatures(loss: str) -> None:
    problem = Problem("m*x + b", loss)
    rate = problem.stable_rate([0.1, 0.2, 0.3], [0, 1, 0], at={"m": 0.5, "b": 0.25})
    assert rate.curvature is not None
    assert rate.exact == (loss in ("mse", "sse", "half_mse"))
    assert all(step.check.passed for step in rate.steps)


def test_a_cost_without_a_value_at_the_data_says_so() -> None:
    problem = Problem("m*x + b", "binary_cross_entropy")
    with pytest.raises(DerivationError, match="no real value"):
        problem.stable_rate([1, 2, 3], [0, 1, 0], at={"m": 1.0, "b": 3.0})


def test_a_flat_cost_has_no_bound() -> None:
    rate = Problem("k*x").stable_rate([0.0, 0.0], [1.0, 2.0])
    assert rate.largest is None
    assert "bends up in no direction" in rate.text()


def test_a_wrong_bound_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from symgd.derivation.second_order import taylor

    smallest = taylor.eigenvalues
    monkeypatch.setattr(taylor, "eigenvalues", lambda *given: smallest(*given)[::-1])
    with pytest.raises(CheckFailed, match="largest curvature"):
        LINE.stable_rate()


@pytest.mark.parametrize("model", ["1/(a*x + b)", "exp(exp(a*x))", "sqrt(a*x) + b"])
def test_taylors_formula_holds_beside_poles_and_branches_and_where_costs_are_steep(
    model: str,
) -> None:
    rate = Problem(model).stable_rate()
    assert not rate.exact
    assert all(step.check.passed and step.check.trials == 3 for step in rate.steps)


@pytest.mark.parametrize("name", ["exponential", "sigmoid"])
def test_a_wrong_formula_of_taylors_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Letters, "bend", property(lambda letters: letters.square))
    with pytest.raises(CheckFailed, match="Taylor's formula"):
        MODELS[name].stable_rate()


def test_letters_that_the_formula_uses_are_left_to_it() -> None:
    problem = Problem("alpha*x + g", parameters=["alpha", "g"])
    shown = problem.stable_rate().text()
    assert "η < 2/λₘₐₓ" in shown.replace("        ", " ")
    assert "S_1" not in problem.stationary().text(ascii=True)
    assert Problem("S*x + lambda").stationary(X, Y).values == {
        "S": Fraction(11, 10),
        "lambda": Fraction(-1, 15),
    }


# ---------------------------------------------------------------------------------------------
# On the command line


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("minute,volume\n1,1.2\n2,1.8\n3,3.4\n")
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_verbs_write_what_the_methods_give(points: Path) -> None:
    columns = ("--data", points, "--x", "minute", "--y", "volume")
    assert _run("hessian", "a*x + b").stdout == LINE.hessian().text()
    assert _run("solve", "a*x + b", *columns).stdout == LINE.stationary(X, Y).text()
    rate = _run("rate", "a*x + b", *columns, "--language", "fr")
    assert rate.stdout == LINE.stable_rate(X, Y).text(language="fr")
    decay = _run("rate", "a*exp(-b*x)", "--loss", "sse", *columns, "--at", "a=1,b=0.5")
    given = {"a": 1.0, "b": 0.5}
    assert decay.stdout == MODELS["exponential"].stable_rate(X, Y, at=given).text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("solve", "a*exp(-b*x)"), "not linear in b"),
        (("solve", "a*x + b", "--x", "minute"), "--x goes with --data, which has the columns"),
        (
            ("rate", "a*exp(-b*x)", "--data", "FILE", "--x", "minute", "--y", "volume"),
            "--at a=0,b=0",
        ),
        (("solve", "a*x + b", "--data", "FILE"), 'there is no column "x"'),
        (("rate", "a*x + b", "--at", "q=1"), '"q" is not a parameter'),
        (("solve", "u*x1 + v*x2", "--data", "FILE", "--x", "minute"), "2 inputs"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(points: Path, arguments: tuple[str], said: str) -> None:
    done = _run(*(str(points) if argument == "FILE" else argument for argument in arguments))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_typst_takes_the_documents() -> None:
    typst = pytest.importorskip("typst")
    for shown in (LINE.hessian(), LINE.stationary(X, Y), LINE.stable_rate(X, Y)):
        assert typst.compile(shown.typst(detail="full").encode()).startswith(b"%PDF")


def test_a_line_that_does_not_follow_is_caught() -> None:
    """Both sides of an equation, a name in it, and a rule that is wrong."""
    a, b = Symbol("a"), Symbol("b")
    start = Equation(Product((a, b)), number(2))

    def builder() -> EquationBuilder:
        return EquationBuilder(start, a, StepRecorder())

    inverse = Over(number(1), b)
    builder().becomes(DIVIDE, Equation(a, Over(number(2), b)), inverse)
    with pytest.raises(CheckFailed, match="both sides divided"):
        builder().becomes(DIVIDE, Equation(a, Product((number(2), b))), inverse)
    with pytest.raises(CheckFailed, match="terms gathered"):
        builder().becomes(GATHER, Equation(Sum((a, b)), number(2)))
    wrong = replace(SPLIT_SUM, rewrite=lambda term: Rewritten(b) if term == a else None)
    with pytest.raises(CheckFailed, match="sum of sums"):
        builder().tidy([wrong])


def test_the_budget_is_kept() -> None:
    gradient = LINE.derive()
    for budget in (Budget(steps=3), Budget(seconds=0)):
        with pytest.raises(DerivationError, match="not finished after"):
            stationary(gradient, "N", least=True, budget=budget)
        with pytest.raises(DerivationError, match="not finished after"):
            stable_rate(LINE.hessian(), budget=budget)
    with pytest.raises(DerivationError, match="by m is not finished after 3 steps"):
        hessian(Problem("m*x + b").derive(), budget=Budget(steps=3))


def test_long_fractions_are_read_as_decimals_and_kept_for_programs(tmp_path: Path) -> None:
    rows = [
        (0.13436424411240122, 2.5423012, 5.34),
        (0.8474337369, 2.2913, 1.78),
        (0.255, 1.4863, 3.1),
        (0.65, 0.09, 0.2),
    ]
    path = tmp_path / "points.csv"
    path.write_text("x,z,y\n" + "".join(f"{x!r},{z!r},{y!r}\n" for x, z, y in rows))
    found = Problem("a*x + b*z + c", inputs=["x", "z"]).stationary().at(path)
    exact = found.values
    assert exact is not None
    for name in ("text", "latex", "markdown", "html", "speech", "typst"):
        written = str(found.written(name))
        if name != "html":  # which has single steps folded away, with all digits
            assert not re.search(r"\d{40}", written), name
        assert "the JSON format has all of their digits" in written, name
        for value in exact.values():
            assert f"{abs(float(value)):.8f}"[:9] in written, name
    record = str(found.written("json"))
    for value in exact.values():
        assert f"{abs(value.numerator)}" in record
    short = str(Problem("m*x").stationary().at({"x": [1, 2, 3], "y": [1.0, 2.0, 4.0]}).text())
    assert "17/14" in short
    assert "JSON" not in short


def test_sums_of_long_decimals_are_rounded_as_long_fractions_are() -> None:
    x, y = (
        [1900.123456, 1907.123456, 1914.123456],
        [123456789.123456789, 234567891.987654321, 45678.123456789],
    )
    told = Problem("a*x + b").stationary(x=x, y=y).text()
    assert "rounded here, after ≈" in told
    assert (
        max(
            map(len, re.findall(r"\d+", told.replace(".", "").partition("The sums of the data")[2]))
        )
        <= 15
    )
