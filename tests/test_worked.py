"""A derivation with numbers put in: lesson 004's numbers, every line's value, rounding, and what is refused."""

from __future__ import annotations

import fractions
import functools
import json
import math
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Notation, Problem, differentiate
from symgd.cli import main
from symgd.derivation.at_point.substitution import DataRow
from symgd.derivation.at_point.worked import Worked
from symgd.derivation.gradient import Gradient
from symgd.errors import DataError, DerivationError
from symgd.parsing.formula import parse
from symgd.terms import Equation, Partial, Term
from symgd.writing.formulas.rounding import About, Dots, shown
from symgd.writing.formulas.text import text

POINTS = {"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]}
START = {"a": 0.2, "b": 0.5}
LESSON = Problem("a*x + b", notation=Notation(cost="MSE"))


def rights(worked: Worked, **reading: Any) -> list[str]:
    return [text(line.right) for s in worked.outline(**reading).sections for line in s.lines]


def test_the_first_step_of_lesson_004() -> None:
    worked = LESSON.derive().at(START, POINTS)
    assert worked.values == {"a": fractions.Fraction(-92, 15), "b": fractions.Fraction(-37, 15)}
    told = [text(equation) for equation in worked.outline().definitions]
    assert told[1] == "a = 0.2, b = 0.5, N = 3"
    assert told[2].endswith("(0.2·3 + 0.5 − 3.4)²) ≈ 2.11667")
    assert (
        "(2/3)·(1·(0.2·1 + 0.5 − 1.2) + 2·(0.2·2 + 0.5 − 1.8) + 3·(0.2·3 + 0.5 − 3.4)) ≈ −6.13333"
        in rights(worked)
    )


def test_the_epochs_of_lesson_004() -> None:
    """Each epoch's numbers from the worked gradient alone."""
    a, b = fractions.Fraction(1, 5), fractions.Fraction(1, 2)
    gradient = LESSON.derive()
    for _ in range(10):
        values = gradient.at({"a": a, "b": b}, POINTS).values
        a, b = a - values["a"] * 6 / 100, b - values["b"] * 6 / 100
    assert round(float(a), 6) == 0.793182
    assert round(float(b), 6) == 0.630777


def test_one_row_is_the_loss_of_this_example_under_a_name_of_its_own() -> None:
    worked = LESSON.derive("a").at(START, POINTS, row=1)
    assert "2·(0.2·1 + 0.5 − 1.2)·1 = −1" in rights(worked)
    told = worked.outline()
    assert text(told.definitions[0]) == "MSE₁ = (a x₁ + b − y₁)²"
    assert text(told.definitions[1]) == "a = 0.2, b = 0.5, x₁ = 1, y₁ = 1.2"
    assert told.sections[0].lines[0].left is not None
    assert text(told.sections[0].lines[0].left) == "∂MSE₁/∂a"
    assert worked.values["a"] == -1


def test_a_row_gives_no_reason_that_is_about_the_sum() -> None:
    for detail in ("brief", "standard", "full"):
        told = LESSON.derive("a").at(START, POINTS, row=1).text(detail=detail)
        assert "over the examples" not in told
        assert "constant out of the sum" not in told


def test_the_hessian_of_lesson_004() -> None:
    hessian = LESSON.hessian()
    entries = {entry: hessian[entry].at(START, POINTS).result for entry in hessian}
    assert entries["a", "a"]["a"] == pytest.approx(28 / 3)
    assert entries["a", "b"]["a"] == 4
    assert entries["b", "b"]["b"] == 2
    alone = hessian.columns["b"].at(START, POINTS, row=2)
    assert text(alone.outline().definitions[0]) == "∂MSE₂/∂b = 2(a x₂ + b − y₂)"


def test_the_rows_mean_is_the_whole() -> None:
    gradient = Problem("a*exp(b*x)", "half_mse").derive()
    point = {"a": 0.7, "b": -0.3}
    rows = [gradient.at(point, POINTS, row=row).result for row in (1, 2, 3)]
    for name, value in gradient.at(point, POINTS).result.items():
        assert math.isclose(value, sum(row[name] for row in rows) / 3)


def test_a_step_in_a_case_that_is_not_taken_makes_no_line() -> None:
    lines = differentiate("max(x, 1, x^2)", "x").at({"x": 2}).text().splitlines()
    assert [line.split("=", 1)[1].split(" [")[0].strip() for line in lines if " = " in line][
        1:
    ] == [
        "d/dx x² = 4",
        "2·2 = 4",
    ]


@pytest.mark.parametrize("detail", ["brief", "standard", "full"])
@pytest.mark.parametrize("residual", [None, "e"])
@pytest.mark.parametrize("row", [None, 2])
def test_every_line_says_its_value(detail: str, residual: str | None, row: int | None) -> None:
    problem = Problem("a*x + b", notation=Notation(residual=residual))
    worked = problem.derive("b").at(START, POINTS, row=row)
    value = "−1.8" if row else "−2.46667"
    for line in rights(worked, detail=detail):
        assert line.endswith(f"{'=' if row else '≈'} {value}")


def test_a_named_residual_has_a_line_for_each_row() -> None:
    told = LESSON.written(residual="e").derive("a").at(START, POINTS).outline().definitions
    assert [text(equation) for equation in told[3:]] == [
        "e₁ = 0.2·1 + 0.5 − 1.2 = −0.5",
        "e₂ = 0.2·2 + 0.5 − 1.8 = −0.9",
        "e₃ = 0.2·3 + 0.5 − 3.4 = −2.3",
        "MSE = (1/3)·((−0.5)² + (−0.9)² + (−2.3)²) ≈ 2.11667",
    ]


def test_a_long_sum_has_its_first_terms_and_its_last() -> None:
    x = np.arange(20) / 4 - 1.7
    y = np.round(np.sin(x), 3)
    worked = Problem("m*x + b").derive("m").at({"m": 0.5, "b": 0}, {"x": x, "y": y})
    last = rights(worked)[-1]
    assert last.count(" + … + ") == 1
    assert last.startswith("(2/20)·(−1.7·(0.5·(−1.7) + 0 − (−0.992)) + (−1.45·(")
    assert math.isclose(worked.result["m"], 2 * float(np.mean(x * (0.5 * x - y))), rel_tol=1e-12)


def test_data_may_be_a_frame_or_a_file(tmp_path: Path) -> None:
    frame = pytest.importorskip("pandas").DataFrame(POINTS)
    file = tmp_path / "points.csv"
    frame.to_csv(file)
    gradient, expected = LESSON.derive(), LESSON.derive().at(START, POINTS).values
    assert gradient.at(START, frame).values == expected
    assert gradient.at(START, file).values == expected


def test_a_vector_and_a_free_index() -> None:
    table = {"x": [[1, 2], [3, 4], [5, -6]], "y": [1, 2, 3]}
    gradient = Problem("sum(w[j]*x[j], j, p) + b").derive()
    x, y, w, b = np.array(table["x"]), np.array(table["y"]), np.array([1, 2]), 0.5
    for k in (1, 2):
        worked = gradient.at({"w": [1, 2], "b": 0.5, "k": k}, table)
        assert math.isclose(worked.result["w"], 2 * float(np.mean((x @ w + b - y) * x[:, k - 1])))
        assert f"∂J/∂w{'₁₂'[k - 1]}" in worked.text()


ROWS = [
    ("x^2", 3, "2·3 = 6"),
    ("x^2", -3, "2·(−3) = −6"),
    ("x*sin(x)", 0, "sin(0) + 0·cos(0) = 0"),
    ("1/x", 3, "−1/3² ≈ −0.111111"),
    ("sqrt(x)", 4, "1/(2 √(4)) = 0.25"),
    ("exp(x)", 30, "exp(30) ≈ 1.06865·10¹³"),
    ("x^3", 0.1, "3·0.1² = 0.03"),
    ("abs(x)", -2, "sign(−2) = −1"),
    ("pi*x", 2, "π"),
    ("atan2(x, x)", 2, "0"),
]


@pytest.mark.parametrize(("formula", "x", "line"), ROWS)
def test_rows_of_formulas_at_a_number(formula: str, x: float, line: str) -> None:
    assert any(row.startswith(line) for row in rights(differentiate(formula, "x").at({"x": x})))


def test_the_chain_rules_letter_has_its_number() -> None:
    written = differentiate("(3*x + 1)^2", "x").at({"x": 2}).text(detail="full")
    assert "(d/du u²)·d/dx (3x + 1) = 42" in written
    assert "chain rule, with u = 3·2 + 1 = 7" in written
    assert "= 2·7 d/dx (3x + 1) = 42" in written


SHOWN = [
    ("0.2", "0.2", True),
    ("1/3", "0.333333", False),
    ("-92/15", "−6.13333", False),
    ("12345678", "12345678", True),
    ("1234567.891", "1234568", False),
    ("2000000000", "2·10⁹", True),
    ("-12345678901", "−1.23457·10¹⁰", False),
    ("1/1000000", "10⁻⁶", True),
    ("0.99999999", "1", False),
    ("999999999.7", "10⁹", False),
    ("0", "0", True),
]


@pytest.mark.parametrize(("number", "written", "exact"), SHOWN)
def test_numbers_as_they_are_shown(number: str, written: str, exact: bool) -> None:
    found = shown(fractions.Fraction(number))
    assert (text(found.term), found.exact) == (written, exact)


@settings(deadline=None, max_examples=200)
@given(st.fractions(), st.integers(1, 12))
def test_a_shown_number_is_close_and_exact_only_if_it_is_the_number(
    value: fractions.Fraction, digits: int
) -> None:
    found = shown(value, digits)
    written = _numeric(found.term)
    assert abs(written - value) <= abs(value) * fractions.Fraction(1, 2 * 10 ** (digits - 1))
    assert found.exact == (written == value)


def _numeric(term: Term) -> fractions.Fraction:
    value = term.value
    return fractions.Fraction(int(value.p), int(value.q))


def _parts(worked: Worked) -> list[tuple[Term, Term]]:
    lines = [
        line.right for section in worked.outline(detail="full").sections for line in section.lines
    ]
    return [(line.left, line.right) for line in lines if isinstance(line, Equation)]


@functools.cache
def derived(model: str) -> Gradient:
    return Problem(model, inputs=["x"]).derive()


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(
        ["a*x + b", "a*x^2 - b", "b/(1 + x^2) - a", "a*b*x", "-a*x", "(a - b)*(x - 2)"]
    ),
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=4),
    st.tuples(st.integers(-30, 30), st.integers(-30, 30)),
    st.booleans(),
)
def test_what_is_written_has_the_value_that_is_said(
    model: str, rows: list[tuple[int, int]], point: tuple[int, int], alone: bool
) -> None:
    """The numbers are evaluated as they stand on the page, by SymPy, which put none of them there."""
    data = {"x": [x for x, _ in rows], "y": [y for _, y in rows]}
    gradient = derived(model)
    start = {name: value / 10 for name, value in zip(gradient, point, strict=False)}
    worked = gradient.at(start, data, row=1 if alone else None, digits=15)
    for numbers, said in _parts(worked):
        if not any(isinstance(part, Partial | Dots) for _, part in numbers.walk()):
            assert math.isclose(float(numbers.value), float(said.value), abs_tol=1e-9)


@pytest.mark.parametrize(
    "formula", ["x*exp(-x^2)", "sin(x)/x", "log(x + 3)^2", "sqrt(1 + x^2)", "tanh(2*x)"]
)
@pytest.mark.parametrize("x", [-1.5, 0.25, 2])
def test_values_are_those_of_numerical_differentiation(formula: str, x: float) -> None:
    worked = differentiate(formula, "x").at({"x": x})
    function = parse(formula).value
    by = next(iter(function.free_symbols))
    with mpmath.workdps(30):
        expected = mpmath.diff(sympy.lambdify(by, function, "mpmath"), x)
    assert math.isclose(worked.result["x"], float(expected), rel_tol=1e-12)


REFUSED: list[tuple[dict[str, Any], Any, dict[str, Any], str]] = [
    ({"a": 1}, POINTS, {}, '"b" has no number'),
    ({**START, "c": 1}, POINTS, {}, 'no name in the lines is "c"'),
    (START, None, {}, "the lines need data: x, y"),
    ({"a": math.nan, "b": 1}, POINTS, {}, "expected a finite number"),
    ({"a": "1", "b": 1}, POINTS, {}, "expected a number"),
    ({"a": True, "b": 1}, POINTS, {}, "expected a number"),
    ({"a": [1, 2], "b": 1}, POINTS, {}, "expected a number"),
    (START, POINTS, {"row": 0}, "expected a whole number from 1"),
    (START, POINTS, {"row": 4}, "expected a whole number from 1"),
    (START, POINTS, {"row": True}, "expected a whole number from 1"),
    (START, POINTS, {"digits": 0}, "expected a whole number from 1 to 15"),
    (START, {"x": [1, 2]}, {}, "y"),
    (START, {"x": [1, 2], "y": [1]}, {}, "y"),
    (START, {"x": [0.0] * 2001, "y": [0.0] * 2001}, {}, "too many"),
]


@pytest.mark.parametrize(("point", "data", "options", "said"), REFUSED)
def test_what_cannot_be_worked_out_is_said(
    point: dict[str, Any], data: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises((DerivationError, DataError)) as caught:
        LESSON.derive().at(point, data, **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("formula", "x", "said"),
    [
        ("log(x)", -1, "log(x) has no real value"),
        ("log(x)^2", -1, "has no real value"),
        ("1/x", 0, "1/x has no real value"),
        ("sqrt(x)", 0, "a step needs x > 0"),
        ("abs(x)", 0, "a step needs x ≠ 0"),
        ("asin(x)", 1, "a step needs"),
        ("abs(x - 3)", 3, "a step needs x − 3 ≠ 0"),
        ("exp(exp(x))", 100, "too large"),
    ],
)
def test_a_derivative_that_does_not_exist_there_is_refused(
    formula: str, x: float, said: str
) -> None:
    with pytest.raises(DerivationError) as caught:
        print(differentiate(formula, "x").at({"x": x}))
    assert said in str(caught.value)


def test_a_condition_is_looked_at_in_every_row() -> None:
    gradient = Problem("m*x + b", "abs(prediction - target)").derive()
    with pytest.raises(DerivationError, match="for i = 2"):
        gradient.at({"m": 1, "b": 0}, {"x": [1, 2], "y": [2, 2]})
    assert gradient.at({"m": 1, "b": 0}, {"x": [1, 2], "y": [2, 2]}, row=1).result["m"] == -1


def test_one_row_of_terms() -> None:
    for line, alone in [
        ("(2/N)*sum(m*x[i] - y[i], i, N)", "2(m x₃ − y₃)"),
        ("(1/(2*N))*sum((m*x[i])^2, i, N)", "(1/2) (m x₃)²"),
    ]:
        assert text(DataRow("i", "N", 3).of(parse(line))) == alone


@pytest.mark.parametrize("way", ["text", "latex", "markdown", "html", "typst", "speech"])
def test_every_format_has_the_numbers(way: str) -> None:
    written = getattr(LESSON.derive("b").at(START, POINTS), way)()
    assert "2.46667" in written


def test_html_unfolds_to_lines_with_numbers() -> None:
    page = LESSON.derive("a").at(START, POINTS, row=2).html()
    inside = page.split("<details>")[1].split("</details>")[0]
    assert "<mn>1.8</mn>" in inside


def test_json() -> None:
    worked = LESSON.derive().at(START, POINTS, row=1)
    record = json.loads(worked.json())
    assert record["schema"] == "symgd/worked/1"
    assert record["row"] == 1
    assert {partial["wrt"]: partial["value"] for partial in record["partials"]} == worked.result
    assert all(line["text"] for partial in record["partials"] for line in partial["lines"])


def test_the_command_line(tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n")
    run = CliRunner().invoke
    derive = ["derive", "a*x+b", "--at", "a=0.2,b=0.5", "--data", str(table)]
    assert "≈ −6.13333" in run(main, derive).stdout
    assert "= 2·(0.2·1 + 0.5 − 1.2)·1 = −1" in run(main, [*derive, "--row", "1"]).stdout
    assert "≈ −6.13\n" in run(main, [*derive, "--digits", "3"]).stdout
    assert "2·3 = 6" in run(main, ["diff", "x^2", "--wrt", "x", "--at", "x=3"]).stdout
    for wrong in (["--digits", "3"], ["--at", "a=b"], ["--at", "a=1,b=2", "--row", "9"]):
        ran = run(main, ["derive", "a*x+b", *wrong])
        assert ran.exit_code == 2
        assert "Traceback" not in ran.output


def test_a_number_put_in_that_is_rounded_is_never_said_to_be_equal() -> None:
    third = fractions.Fraction(1, 3)
    written = differentiate("x^2/2 + 3*x", "x").at({"x": third}).text()
    assert "x ≈ 0.333333" in written
    assert "(1/2)·(2·0.333333) + 3·1 ≈ 3.33333" in written
    alone = differentiate("x^2/2", "x").at({"x": third}).text().splitlines()
    assert any(line.startswith("              ≈ 0.333333  ") for line in alone)
    assert "3·0.333333 ≈ 1" in differentiate("3*x^2/2", "x").at({"x": third}).text()


def test_about_is_about_and_equal_is_equal() -> None:
    third = differentiate("x/3", "x").at({"x": 1}).outline().sections[0].lines[-1].right
    assert isinstance(third, About)
    half = differentiate("x/2", "x").at({"x": 1}).outline().sections[0].lines[-1].right
    assert type(half) is Equation


@pytest.mark.parametrize(
    ("place", "shown"), [("x=1/3", "x ≈ 0.333333"), ("x=pi/4", "x ≈ 0.785398"), ("x=-2", "x = −2")]
)
def test_numbers_on_the_command_line_may_be_formulas_without_names(place: str, shown: str) -> None:
    result = CliRunner().invoke(main, ["diff", "x*sin(x)", "--wrt", "x", "--at", place])
    assert result.stdout.startswith(shown + "\n")


@pytest.mark.parametrize("place", ["x=", "x=1/0", "x=y", "x=sqrt(-2)", "x", "x=9^9^9^9"])
def test_what_is_no_number_is_refused(place: str) -> None:
    result = CliRunner().invoke(main, ["diff", "x*sin(x)", "--wrt", "x", "--at", place])
    assert result.exit_code == 2
    assert f'"{place}" is not a name\'s number' in result.stderr


def test_a_hessian_at_a_point() -> None:
    """By two names; every line comes to its entry, and the cost's Hessian is the matrix of them."""
    hessian = Problem("m*x + b").hessian()
    point = hessian.at({"m": 0.2, "b": 0.5}, POINTS)
    assert point.values == {("m", "m"): fractions.Fraction(28, 3), ("m", "b"): 4, ("b", "b"): 2}
    assert point.result["m", "b"] == 4.0
    told = point.text()
    assert "m = 0.2, b = 0.5, N = 3" in told
    assert (
        "∂J/∂b = (2/3)·((0.2·1 + 0.5 − 1.2) + (0.2·2 + 0.5 − 1.8) + (0.2·3 + 0.5 − 3.4)) ≈ −2.46667"
        in told
    )
    assert "= (2/3)·(1 + 2 + 3) = 4" in told
    assert '"wrt": [\n        "m",\n        "b"\n      ]' in point.json()


def test_a_hessian_at_one_row() -> None:
    point = Problem("m*x + b").hessian().at({"m": 0.2, "b": 0.5}, POINTS, row=2)
    assert point.result == {("m", "m"): 8.0, ("m", "b"): 4.0, ("b", "b"): 2.0}
    told = point.text()
    assert "∂J₂/∂m = 2·2·(0.2·2 + 0.5 − 1.8) = −3.6" in told
    assert "Derivative of ∂J₂/∂m by m:\n  ∂²J₂/∂m² = ∂/∂m (2·2(m·2 + 0.5 − 1.8)) = 8" in told


def test_a_hessian_of_a_vector_at_a_point() -> None:
    hessian = Problem("sum(w[j]*x[j], j, p)").hessian()
    rows = {"x": [[1, 2], [3, 4], [5, 7]], "y": [1, 2, 3]}
    for first, second in ((1, 1), (1, 2), (2, 2)):
        found = hessian.at({"w": [1, 2], "k": first, "l": second}, rows).result
        assert found["w", "w"] == pytest.approx(
            2 * sum(x[first - 1] * x[second - 1] for x in rows["x"]) / 3
        )


def test_a_curved_hessian_is_that_of_numbers() -> None:
    problem = Problem("1/(1 + exp(-(w*x + b)))", "binary_cross_entropy")
    at = {"w": 0.3, "b": -0.2}
    data = {"x": [1, 2, 4], "y": [0, 1, 1]}
    point = problem.hessian().at(at, data)
    cost = problem.cost.subs(sympy.Symbol("N"), 3).doit()
    x, y = sympy.IndexedBase("x"), sympy.IndexedBase("y")
    numbers = {x[n + 1]: data["x"][n] for n in range(3)} | {
        y[n + 1]: data["y"][n] for n in range(3)
    }
    for m, b in (("w", "w"), ("w", "b"), ("b", "b")):
        slope = cost.diff(sympy.Symbol(m), sympy.Symbol(b)).subs(numbers).subs(at)
        assert point.result[m, b] == pytest.approx(float(slope), rel=1e-9)


def test_a_stationary_point_with_data() -> None:
    problem = Problem("a*x + b")
    point = problem.stationary().at(POINTS)
    assert point.values == {"a": fractions.Fraction(11, 10), "b": fractions.Fraction(-1, 15)}
    assert point.text() == problem.stationary(POINTS).text()
    three = Problem("a*x^2 + b*x + c")
    data = {"x": [1, 2, 3, 5], "y": [1, 2, 3, 3]}
    assert three.stationary().at(data).values == three.stationary(data).values
    with pytest.raises(DerivationError, match="many values"):
        problem.stationary().at({"x": [2, 2, 2], "y": [1, 2, 3]})


@pytest.mark.parametrize(
    ("formula", "at", "slope"),
    [
        ("x*abs(2 - sqrt(9))", -2, fractions.Fraction(1)),
        ("sqrt(x)", fractions.Fraction(4, 9), fractions.Fraction(3, 4)),
        ("max(x, 1)*x", 3, fractions.Fraction(6)),
        ("x^2 if x > 1 else x", fractions.Fraction(3, 2), fractions.Fraction(3)),
    ],
)
def test_what_is_rational_at_a_point_is_exact(
    formula: str, at: fractions.Fraction, slope: fractions.Fraction
) -> None:
    found = differentiate(formula, "x").at({"x": at}).values["x"]
    assert isinstance(found, fractions.Fraction)
    assert found == slope
