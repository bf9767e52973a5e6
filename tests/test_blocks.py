"""Blocks: cost and gradient over arrays, by functions that share their work, are what the formulas say."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import Problem, SymgdError
from symgd.codegen.evaluators import tape
from symgd.codegen.evaluators.evaluator import Compiled, Evaluate, compile_array, compile_rows
from symgd.codegen.evaluators.summary import Summary, separate, summarise
from symgd.codegen.program import kin, lower
from symgd.codegen.summary import products, triangle
from symgd.data.columns import columns_from
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import language

ULP = 2.0**-52
LOGISTIC = Problem("sigmoid(a*x)", "bce")


def _on(problem: Problem, *data: Any) -> Evaluate:
    return compile_array(problem, problem.derive(), columns_from(problem.columns, data, {}))


def _text(model: str, loss: str = "mse") -> str:
    problem = Problem(model, loss)
    return Compiled(problem, lower.lower(problem, problem.derive())).text


# ---------------------------------------------------------------------------------------------
# Kin


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 30.0, 700.0, 745.0, 800.0, 1e6])
def test_sigmoid_and_softplus_are_right_at_every_score(scale: float) -> None:
    """Each example's cost and slope of a logistic model, to a few units of their own last place."""
    on_rows = compile_rows(LOGISTIC, LOGISTIC.derive())
    for score in (-scale, scale, -scale / 3):
        for label in (0.0, 1.0, 0.25):
            cost, (slope,) = on_rows([np.array([score]), np.array([label])])([1.0])
            with mpmath.workdps(1000):
                z, y = mpmath.mpf(score), mpmath.mpf(label)
                below = 1 + mpmath.exp(-z)
                exact = y * mpmath.log(below) + (1 - y) * (mpmath.log(below) + z)
                right = float((1 / below - y) * z)
            assert cost == pytest.approx(float(exact), rel=8 * ULP, abs=1e-300)
            assert slope == pytest.approx(right, rel=16 * ULP, abs=1e-290)


@pytest.mark.parametrize("reach", [1e-8, 1.0, 1e2, 1e4, 1e6, 1e15, 1e300])
def test_sine_and_cosine_by_one_tangent_are_right_at_every_angle(reach: float) -> None:
    """Beside multiples of a right angle too, where the tangent of half the angle has zeros and poles."""
    angles = np.random.default_rng(5).uniform(-reach, reach, 400)
    if reach < 1e9:
        angles[:200] = np.round(angles[:200] / (math.pi / 2)) * (math.pi / 2)
    problem = Problem("a*sin(c*x) + b*cos(c*x)").lambdify()
    assert "np.tan(" in problem.source
    assert "np.sin(" not in problem.source
    sines, cosines = (
        problem.predict({"a": 1.0, "b": 0.0, "c": 1.0}, angles),
        problem.predict({"a": 0.0, "b": 1.0, "c": 1.0}, angles),
    )
    with mpmath.workdps(400):
        exact = [
            (mpmath.sin(angle), mpmath.cos(angle)) for angle in map(mpmath.mpf, angles.tolist())
        ]
    assert sines == pytest.approx([float(one) for one, _ in exact], rel=3 * ULP, abs=1e-300)
    assert cosines == pytest.approx([float(other) for _, other in exact], rel=0, abs=3 * ULP)


def test_kin_share_their_work() -> None:
    logistic = _text("sigmoid(a*x + b)", "bce")
    assert logistic.count("_exp(") == logistic.count("log1p_total(") == 1
    assert "logaddexp" not in logistic
    sines = _text("a*sin(b*x) + c*sin(d*x)")
    assert sines.count("_tan(") == 2
    assert "_sin(" not in sines
    scores = _text("log(exp(a*x) + exp(b*x) + 1)")
    assert "logaddexp" not in scores


def test_a_weighted_sum_needs_weights_that_add_up_to_1() -> None:
    """2·softplus(z) + softplus(−z) is worked out part by part."""
    problem = Problem("a*x", loss="2*softplus(prediction) + target*softplus(-prediction)")
    cost = _on(problem, [800.0, -800.0, 0.5], [1.0, 1.0, 3.0])([1.0])[0]
    soft = [
        (1600.0, 0.0),
        (0.0, 800.0),
        (2 * math.log1p(math.exp(0.5)), 3 * math.log1p(math.exp(-0.5))),
    ]
    assert cost == pytest.approx(math.fsum(map(math.fsum, soft)) / 3, rel=4 * ULP)


# ---------------------------------------------------------------------------------------------
# The tape


SHAPES = st.sampled_from(
    [
        "sigmoid(a*x + b)*({})",
        "a*sin(b*x) + cos(b*x)*({})",
        "exp(a*x)*b + exp(-a*x)*({})",
        "({})*x + b + 0*a",
        "log(exp(a*x) + exp(b) + 1) - ({})",
    ]
)


@settings(deadline=None, max_examples=examples(7, 20))
@given(SHAPES, language(leaves=4), st.sampled_from([1, 3, 40, 1500]), st.integers(0, 1000))
def test_new_forms_are_the_old_ones(shape: str, term: Term, rows: int, seed: int) -> None:
    """Random models: with kin and blocks, cost and gradient are those of plain expressions over whole arrays."""
    drawn = np.random.default_rng(seed)
    data = [drawn.uniform(0.5, 1.5, rows), drawn.normal(size=rows)]
    try:
        problem = Problem(shape.format(text(term, ascii=True)), inputs=["x"])
        program = lower.lower(problem, problem.derive())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lower, "with_kin", lambda definitions, roots: (definitions, roots))
            plain = lower.lower(problem, problem.derive())
    except SymgdError:
        assume(False)
    point = drawn.uniform(-1, 1, len(problem.parameters)).tolist()
    compiled = Compiled(problem, plain)
    # where terms cancel, one form's rounding is another's
    room = rounding_room(lambda values, columns: compiled.on(columns)(values), point, data)
    new = Compiled(problem, program).on(data)(point)
    assert new == pytest.approx(compiled.on(data)(point), rel=1e-10, abs=room)


@pytest.mark.parametrize(
    "written",
    [
        "-a * x + y / -b - (x - y) * (-x)",
        "-x * y / (1 + -np.exp(-x)) - -y",
        "np.where(x >= 0, -x * 2, np.maximum(y, 0)) + np.abs(-y)",
        "(-x) ** 2 + x ** 3.5 - 1 / (x + 3)",
        "np.where((x > 0) & (y * 2 < x + 1), np.sqrt(np.abs(x)), -y)",
        "a * b - (x + (y - (x * (y + x))))",
    ],
)
def test_a_tape_says_what_the_text_says(written: str) -> None:
    """To the last bit, whatever signs are moved and arrays written again."""
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    known = {"np": np, "x": x.copy(), "y": y.copy(), "a": 0.3, "b": -1.7}
    known |= {f"_{name}": getattr(np, name) for name in (*tape.CALLS, *tape.OPERATIONS)}
    made = tape.Tape({"x", "y"})
    made.assign("u", written)
    made.assign("v", "u * x - u")
    made.total("one", [("sum({})", ["v"])])
    made.total("other", [("sum({})", ["-u * y"])])
    lines, kept = made.written(lambda name: name)
    plain: dict[str, Any] = {**known, "x": x, "y": y}
    with np.errstate(all="ignore"):
        exec("\n".join([f"u = {written}", "v = u * x - u"]), plain)
        exec(
            "\n".join(line.plain() for line in lines),
            known := {**known, **{name: np.empty(50) for name in kept}},
        )
        expected = [sum(plain["v"]), sum(-plain["u"] * y)]
    assert np.array_equal([known["one"], known["other"]], expected, equal_nan=True)
    assert np.array_equal(known["x"], x)
    assert np.array_equal(known["y"], y)


def test_two_threads_do_not_write_into_one_array() -> None:
    problem, drawn = Problem("a*exp(-b*x) + c"), np.random.default_rng(2)
    evaluate = _on(problem, *drawn.uniform(0, 2, (2, 60_000)))
    points = [(1.0 + 0.1 * k, 0.5, 0.1) for k in range(8)]
    expected = [evaluate(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            assert [*pool.map(evaluate, points)] == expected


@pytest.mark.parametrize("name", ["kept_0", "sum_0", "made_1", "half_tangent", "exponential"])
def test_names_of_the_tape_may_be_anybodys(name: str) -> None:
    problem = Problem(f"{name}*sin(b*x) + cos(b*x)*{name}")
    plain = Problem("a*sin(b*x) + cos(b*x)*a")
    data = [1.0, 2.0, 3.0], [0.5, 0.1, 0.2]
    assert _on(problem, *data)((0.3, 0.7)) == _on(plain, *data)((0.3, 0.7))


# ---------------------------------------------------------------------------------------------
# The summary by products


def _summary(x: Any, y: Any, model: str = "m*x + b") -> Summary:
    problem = Problem(model)
    separation = separate(problem)
    assert separation is not None
    return summarise(separation, problem, columns_from(["x", "y"], [x, y], {}))


ROWS = 2 * triangle.BLOCK + 17
DRAWN = np.random.default_rng(9)
NOISE = DRAWN.normal(size=ROWS)
HARD = {
    "far, next to no noise": (1e4 + DRAWN.normal(size=ROWS), 1e-6),
    "a perfect line": (1e4 + DRAWN.uniform(0, 1, ROWS), 0.0),
    "near perfect": (DRAWN.normal(size=ROWS), 1e-9),
    "years": (DRAWN.uniform(1990, 2020, ROWS), 1e-3),
    "very far": (1e8 + DRAWN.normal(size=ROWS), 1e-3),
    "sorted": (np.sort(DRAWN.normal(size=ROWS)), 1.0),
    "all at one end": (np.where(np.arange(ROWS) == 1, 1e6, DRAWN.normal(size=ROWS)), 1.0),
}


def _exactly(m: float, b: float, x: Any, y: Any) -> Fraction:
    """J in whole numbers."""
    one = 2**120
    slope, shift = (int(Fraction(value) * one) for value in (m, b))
    rows = ([int(Fraction(value) * one) for value in column.tolist()] for column in (x, y))
    total = sum((slope * u + one * (shift - v)) ** 2 for u, v in zip(*rows, strict=True))
    return Fraction(total, one**4 * len(x))


@pytest.mark.parametrize("name", HARD)
def test_a_summary_of_many_rows_loses_no_digits(name: str) -> None:
    """J against exact numbers: never below 0, and no further off than a hundred times direct evaluation."""
    x, noise = HARD[name]
    y = 2 * x + 1 + noise * NOISE
    summary, problem = _summary(x, y), Problem("m*x + b")
    direct = _on(problem, x, y)
    middle = x.mean()
    slope = float((x - middle) @ (y - y.mean()) / ((x - middle) @ (x - middle)))
    best = slope, float(y.mean() - slope * middle)
    for m, b in (best, (best[0] * (1 + 1e-9), best[1]), (1.1 * best[0], best[1] - 1), (0.0, 0.0)):
        exact = _exactly(m, b, x, y)
        found, by_rows = summary.evaluate([m, b])[0], direct([m, b])[0]
        assert found >= 0
        # rounding of what is subtracted is in both; so is that of the data's own last places
        room = 100 * abs(Fraction(by_rows) - exact) + Fraction(1e-12) * exact
        last = Fraction(ULP) * Fraction(float(np.abs(y).max() + abs(m) * np.abs(x).max() + abs(b)))
        assert abs(Fraction(found) - exact) <= room + 2 * last**2 + 4 * last * Fraction(
            math.sqrt(exact)
        )


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_a_summary_of_numbers_without_squares(scale: float) -> None:
    """Where squares are no floats, the columns go by QR."""
    x = DRAWN.uniform(1, 2, ROWS)
    y = 2 * x + 1 + NOISE
    found = _summary(scale * x, scale * y).evaluate([2.0, scale])[0]
    usual = _summary(x, y).evaluate([2.0, 1.0])[0]
    assert math.sqrt(found) / scale == pytest.approx(math.sqrt(usual), rel=1e-9)


@pytest.mark.parametrize(
    ("model", "taken"),
    [("m*x + b", True), ("a*x^2 + b*x + c", True), ("a*x + b*(x + 1e-9*x^2) + c", False)],
)
def test_products_and_qr_are_one_triangle(
    model: str, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns that are far from right angles go by QR."""
    x = DRAWN.uniform(1, 3, ROWS)
    y = 0.5 * x**2 + NOISE
    asked: list[bool] = []
    made = products._by_products

    def watched(*arguments: Any) -> Any:
        found = made(*arguments)
        asked.append(found is not None)
        return found

    monkeypatch.setattr(products, "_by_products", watched)
    by_products = _summary(x, y, model)
    assert any(asked) is taken
    monkeypatch.setattr(products, "_turn", lambda phi: None)
    by_qr = _summary(x, y, model)
    gram, other = (s.triangle.T @ s.triangle for s in (by_products, by_qr))
    sizes = np.sqrt(other.diagonal())
    assert np.abs((gram - other) / sizes / sizes[:, None]).max() < 1e-12


def test_forms_of_kin_are_known_to_be_public_functions() -> None:
    """They stand for NumPy's own, so that a module needs NumPy alone."""
    for function in (kin.UPPER, kin.LOWER, kin.TANGENT, kin.LOG1P):
        assert hasattr(np, function.numpy.removeprefix("np."))
