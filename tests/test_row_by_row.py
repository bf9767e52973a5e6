"""Few rows in plain floats, one after the other: the numbers of arrays, in a fraction of the time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import Problem, SymgdError
from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.plan import FEW_ROWS
from symgd.codegen.program.lower import lower
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import formulas, language, losses

SHAPES = ["{}", "({})*x + b", "a*exp(b)*x + {}", "a*max(x, {}) + b", "sigmoid({})"]


def _compiled(model: str, loss: str = "mse", **options: Any) -> Compiled:
    problem = Problem(model, loss, **options)
    return Compiled(problem, lower(problem, problem.derive()))


def _by_arrays(compiled: Compiled, data: Sequence[Any], point: Sequence[float]) -> list[float]:
    return compiled.over_arrays(data, float(len(data[0])))[1](point)


def _by_rows(compiled: Compiled, data: Sequence[Any], point: Sequence[float]) -> list[float]:
    """The numbers, where arrays have no say."""

    def refused(values: Sequence[float]) -> list[float]:
        raise AssertionError("plain floats raised")

    assert compiled.by_rows is not None
    count = float(len(data[0]))
    return compiled.by_rows.on(data, count, compiled.over_arrays(data, count)[0], refused)(point)


@settings(deadline=None, max_examples=examples(4, 15))
@given(
    shape=st.sampled_from(SHAPES),
    term=st.one_of(language(leaves=4), formulas(leaves=6)),
    loss=st.one_of(st.sampled_from(["mse", "rmse", "mae", "huber", "log_cosh"]), losses()),
    penalty=st.sampled_from([None, "ridge", "lasso"]),
    rows=st.sampled_from([1, 2, 5, FEW_ROWS]),
    seed=st.integers(0, 1000),
)
def test_rows_and_arrays_give_the_same_numbers(
    shape: str, term: Term, loss: str, penalty: str | None, rows: int, seed: int
) -> None:
    """Random models of the language; where arrays answer inf or nan, so is answered by rows."""
    try:
        model = shape.format(text(term, ascii=True))
        compiled = _compiled(model, loss, inputs=["x"], penalty=penalty)
    except SymgdError:
        assume(False)
    drawn = np.random.default_rng(seed)
    point = drawn.uniform(-1, 1, len(compiled.problem.parameters)).tolist()
    data = [drawn.normal(0.5, 1, rows), drawn.normal(1, 1, rows)]
    found, expected = compiled.on(data)(point), _by_arrays(compiled, data, point)
    assert np.isfinite(found).tolist() == np.isfinite(expected).tolist()
    if np.isfinite(expected).all():
        room = rounding_room(lambda at, rows: _by_arrays(compiled, rows, at), point, data)
        assert found == pytest.approx(expected, rel=1e-10, abs=room)


EXACT = [
    ("m*x + b", "mae"),
    ("max(a*x, b, c*x^2)", "mse"),
    ("a*x/(b + x)", "huber"),
    ("min(a*x, 1) + sign(b*x)", "mse"),
    ("(a*x + 1 if x > b else b*x)", "rmse"),
    ("abs(a*x + b)^3", "mse"),
    ("m*x", "abs(p) - p*y"),  # of whose slope the data alone decide a part
]


@pytest.mark.parametrize(("model", "loss"), EXACT)
@pytest.mark.parametrize("rows", [1, 3, FEW_ROWS])
def test_what_needs_no_table_of_functions_is_the_same_to_the_last_bit(
    model: str, loss: str, rows: int
) -> None:
    """Sums, products, quotients, roots and comparisons, in the same order."""
    compiled = _compiled(model, loss)
    drawn = np.random.default_rng(rows)
    data = [drawn.normal(size=rows), drawn.normal(size=rows)]
    for _ in range(5):
        point = drawn.normal(size=len(compiled.problem.parameters)).tolist()
        assert _by_rows(compiled, data, point) == _by_arrays(compiled, data, point)


@pytest.mark.parametrize("score", [800.0, -800.0, 1e308, 0.0])
def test_large_scores_are_answered_as_by_arrays(score: float) -> None:
    compiled = _compiled("sigmoid(a*x + b)", "bce")
    data = [np.array([1.0, -1.0, 0.0]), np.array([1.0, 0.0, 1.0])]
    found = compiled.on(data)([score, 0.0])
    assert found == pytest.approx(_by_arrays(compiled, data, [score, 0.0]), rel=1e-14)
    assert all(map(math.isfinite, found))


@pytest.mark.parametrize(
    ("model", "point", "x"),
    [
        ("a*log(b*x)", [1.0, -1.0], [1.0, 2.0]),
        ("a/(x - b)", [1.0, 2.0], [1.0, 2.0]),
        ("a*exp(b*x)", [1.0, 800.0], [1.0, 2.0]),
        ("a*sqrt(b - x)", [1.0, 1.5], [1.0, 2.0]),
        ("a*x^b", [1.0, 0.5], [-1.0, 2.0]),
        ("max(a*x, b)", [math.nan, 0.5], [-1.0, 2.0]),
        ("min(a*x, b)", [0.5, math.nan], [-1.0, 2.0]),
        ("a*x^5 + b", [1e300, 0.0], [1e10, 1.0]),
    ],
)
def test_what_is_not_defined_is_inf_or_nan(model: str, point: list[float], x: list[float]) -> None:
    """And nothing warns; every warning is an error in these tests."""
    compiled, data = _compiled(model), [np.array(x), np.array([1.0, 0.0])]
    found, expected = compiled.on(data)(point), _by_arrays(compiled, data, point)
    assert not all(map(math.isfinite, found))
    assert np.array_equal(found, expected, equal_nan=True)


def test_more_rows_and_functions_of_numpy_alone_go_over_arrays() -> None:
    compiled, rows = _compiled("a*exp(-b*x) + c"), FEW_ROWS + 1
    data = [np.linspace(0, 1, rows)] * 2
    assert compiled.on(data)([1.0, 0.5, 0.1]) == _by_arrays(compiled, data, [1.0, 0.5, 0.1])
    assert _compiled("a*sinc(b*x)").by_rows is None


@pytest.mark.parametrize("name", ["known", "rows", "point", "side_0", "sum_0", "math", "count"])
def test_names_may_be_anybodys(name: str) -> None:
    compiled, plain = _compiled(f"max({name}*x + 1, b*x)"), _compiled("max(a*x + 1, b*x)")
    data = [np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.1, 0.2])]
    for point in ([0.3, 0.7], [0.9, -0.2]):
        values = dict(zip((name, "b"), point, strict=True))
        found = compiled.on(data)([values[p] for p in compiled.problem.parameters])
        assert found[0] == plain.on(data)(point)[0]


@pytest.mark.parametrize(
    ("model", "loss"),
    [("a*exp(-b*x) + c", "mse"), ("sigmoid(a*x + b)", "bce"), ("max(a*x, b*x + 1)", "huber")],
)
def test_a_module_gives_the_same_numbers(model: str, loss: str) -> None:
    """To the last bit, for few rows and for one more; and so where floats raise."""
    problem = Problem(model, loss)
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), module)
    compiled = Compiled(problem, lower(problem, problem.derive()))
    drawn = np.random.default_rng(3)
    for rows in (1, 7, FEW_ROWS, FEW_ROWS + 1):
        data = [drawn.normal(size=rows), (drawn.normal(size=rows) > 0).astype(float)]
        for size in (1.0, 900.0 if loss == "bce" else 3.0):
            point = (size * drawn.normal(size=len(problem.parameters))).tolist()
            cost, slopes = module["cost_and_gradient"](point, *data)
            assert [cost, *slopes] == compiled.on(data)(point)
