"""Listings: they read as they should, run as they stand, and walk as `descend` does."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import GenerationError, Notation, Problem, SymgdError
from symgd.cli import main
from symgd.codegen.code_targets import CODE_TARGETS
from symgd.codegen.listings.listing import listing
from symgd.codegen.listings.listing_example import example_of
from symgd.codegen.rules.update_code import UpdateCode
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import formulas, language

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
LESSON_003 = Problem(
    "Y = m*X + b",
    inputs=["X"],
    notation=Notation(cost="f", residual_sign="target - prediction", constants="inside"),
)
LESSON_004 = Problem("a*x + b", notation=Notation(cost="MSE", residual_sign="target - prediction"))
GOLDEN = {
    "line": Problem("m*x + b"),
    "lesson_003": LESSON_003,
    "lesson_004": LESSON_004,
    "logistic": Problem("sigmoid(w*x + b)", "bce"),
    "decay": Problem("a*exp(-b*x) + c"),
    "ridge": Problem("w1*x1 + w2*x2 + b", penalty="ridge"),
    "huber": Problem("m*x + b", "huber"),
    "years": Problem("a*year^2 + b*year + c", inputs=["year"]),
}
ORDINARY = [
    *GOLDEN.values(),
    Problem("m*x + b", "sse"),
    Problem("m*x + b", "half_mse"),
    Problem("m*x + b", "rmse"),
    Problem("m*x + b", "mae"),
    Problem("m*x + b", "quantile"),
    Problem("m*x + b", "log_cosh"),
    Problem("m*x + b", "hinge"),
    Problem("w*x + b", "bce_logits"),
    Problem("exp(a*x + b)", "poisson"),
    Problem("c"),
    Problem("w*x"),
    Problem("h = a*x + b; sigmoid(h)", "bce"),
    Problem("a*x if x < 2 else b"),
    Problem("a*x^b"),
    Problem("a*erf(b*x)"),
    Problem("m*x + b", notation=Notation(residual="e")),
]
SEVERAL = [
    Problem("w*x + b", penalty="elastic_net"),
    Problem(["a*x + b", "c*x + d"], "cce", target=["y_1", "y_2"]),
    Problem("+".join(f"p{k}*x^{k}" for k in range(9))),
    Problem(f"{'long' * 12}*x + {'wide' * 12}"),
    # Names of Python's, NumPy's, the listing's own and the notation's, and Greek ones.
    Problem("lambda*x + np"),
    Problem("α*x + β"),
    Problem("J*x + N"),
    Problem("cost*gradient + update", inputs=["gradient"]),
    Problem("start*trace + data", inputs=["trace"]),
    Problem("theta*x + g + t"),
    Problem("DELTA*x + delta", "huber"),
    Problem("m*residual + size", inputs=["residual"]),
]


def run_listing(problem: Problem) -> dict[str, Any]:
    """The names that a problem's listing has, run as a module."""
    names: dict[str, Any] = {"__name__": "listing"}
    exec(compile(problem.source(style="listing"), "listing.py", "exec"), names)
    return names


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_listings(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"listing_{name}.py", GOLDEN[name].source(style="listing"))


@pytest.mark.parametrize("problem", [*ORDINARY, *SEVERAL], ids=lambda p: f"{p.model} {p.loss.name}")
def test_a_listing_walks_as_descend_does(problem: Problem) -> None:
    example = example_of(problem, problem.derive())
    columns = [np.array(column) for column in example.columns]
    trace = run_listing(problem)["descend"](*columns, max_iter=10)
    run = problem.descend(
        *columns,
        start=dict(zip(problem.parameters, example.start, strict=True)),
        learning_rate=example.rate,
        max_iter=10,
        tolerance=0,
    )
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    assert np.abs(trace - own).max() <= 1e-12 * max(1, np.abs(own).max())
    assert trace[-1, -1] < trace[0, -1]


def test_listings_are_clean(tmp_path: Path) -> None:
    for number, problem in enumerate([*ORDINARY, *SEVERAL]):
        path = tmp_path / f"listing_{number}.py"
        path.write_text(problem.source(style="listing"), encoding="utf-8")
    check = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=88"]
    command = [*check, "--select=E,F,I,UP,B,W", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("problem", ORDINARY, ids=lambda p: f"{p.model} {p.loss.name}")
def test_listings_fit_on_a_slide(problem: Problem) -> None:
    assert 15 <= len(problem.source(style="listing").splitlines()) <= 48


def test_a_listing_runs_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "listing.py"
    path.write_text(LESSON_004.source(style="listing"), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 11


def test_lesson_003s_numbers_bit_for_bit() -> None:
    """The article's update_weights, statement by statement."""
    update = run_listing(LESSON_003)["update"]
    generator = np.random.default_rng(3)
    for _ in range(50):
        m, b, rate = generator.normal(size=3)
        rows = int(generator.integers(1, 8))
        x, y = generator.normal(size=(2, rows)) * 10 ** generator.uniform(-3, 3)
        by_m = by_b = 0.0
        for at in range(rows):
            by_m += -2 * x[at] * (y[at] - (m * x[at] + b))
            by_b += -2 * (y[at] - (m * x[at] + b))
        expected = m - by_m / float(rows) * rate, b - by_b / float(rows) * rate
        assert update(m, b, x, y, rate) == expected


def test_lesson_004s_table() -> None:
    trace = run_listing(LESSON_004)["descend"]([1, 2, 3], [1.2, 1.8, 3.4], (0.2, 0.5), 0.06, 10)
    assert trace.shape == (11, 3)
    assert trace[0].round(6).tolist() == [0.2, 0.5, 2.116667]
    assert trace[5].round(6).tolist() == [0.767794, 0.682328, 0.136284]
    assert trace[10].round(6).tolist() == [0.793182, 0.630777, 0.125337]


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        ("sigmoid(w*x + b)", "bce"),
        ("1/(1 + exp(-(w*x + b)))", "bce"),
        ("exp(w*x + b)/(1 + exp(w*x + b))", "bce"),
        ("w*x + b", "bce_logits"),
        ("w*x + b", "log_cosh"),
        ("tanh(w*x + b)", "mse"),
    ],
)
def test_no_listing_overflows(model: str, loss: str) -> None:
    problem = Problem(model, loss)
    names, x, y = run_listing(problem), np.array([-1.0, 1, 1, -1]), np.array([0.0, 1, 0, 1])
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(), module)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for w in (800.0, -800.0):
            cost, slopes = module["cost_and_gradient"]((w, 0.0), x, y)
            assert names["cost"](w, 0.0, x, y) == pytest.approx(cost, rel=1e-14)
            assert names["gradient"](w, 0.0, x, y) == pytest.approx(slopes, rel=1e-14, abs=1e-300)


def test_another_rule_hands_its_lines_in() -> None:
    """Momentum: what it keeps stands beside the parameters, and goes from step to step."""

    def momentum(parameters: Any, slopes: Any) -> UpdateCode:
        (theta,), (g,) = parameters, slopes
        return UpdateCode(
            answers=(f"{theta} - learning_rate * v",),
            formulas=("v ← β v + ∇J", "θ ← θ − α v"),
            statements=(f"v = BETA * v + {g}",),
            state=(("v", "np.zeros(2)"),),
            constants=(("BETA", "0.9"),),
        )

    problem = Problem("m*x + b")
    written = listing(problem, problem.derive(), momentum, together=True)
    names: dict[str, Any] = {"__name__": "listing"}
    exec(written, names)
    theta, v = np.array([0.2, 0.5]), np.zeros(2)
    trace = names["descend"](X, Y, (0.2, 0.5), 0.01, 5)
    for row in trace:
        assert row[:2] == pytest.approx(theta, rel=1e-14)
        residual = theta[0] * X + theta[1] - Y
        v = 0.9 * v + 2 * np.array([np.mean(X * residual), np.mean(residual)])
        theta = theta - 0.01 * v


def test_what_no_target_has_is_refused() -> None:
    problem = Problem("m*x + b")
    with pytest.raises(GenerationError, match='no code target "nmpy"; did you mean numpy'):
        problem.source(target="nmpy")
    with pytest.raises(GenerationError, match='no style "lsting"; did you mean listing'):
        problem.source(style="lsting")
    with pytest.raises(GenerationError, match="no script; leave out script"):
        problem.source(style="listing", script=True)
    assert next(iter(CODE_TARGETS)) == "numpy"


def test_generate_writes_a_listing(tmp_path: Path) -> None:
    path = tmp_path / "line.py"
    done = CliRunner().invoke(main, ["generate", "a*x + b", "--listing", "-o", str(path)])
    assert (done.exit_code, done.stderr) == (0, f"listing written to {path}\n")
    assert path.read_text("utf-8") == Problem("a*x + b").source(style="listing")
    done = CliRunner().invoke(main, ["generate", "a*x + b", "--listing", "--script"])
    assert done.exit_code != 0


@settings(deadline=None, max_examples=examples(6, 15))
@given(
    shape=st.sampled_from(["({})*x + b", "a*x + {}", "{} + x/2 + a", "sigmoid({})*a + b"]),
    term=st.one_of(language(leaves=3), formulas(leaves=4)),
    loss=st.sampled_from(["mse", "sse", "half_mse", "rmse", "mae", "huber", "log_cosh"]),
    penalty=st.sampled_from([None, None, "ridge", "elastic_net"]),
)
def test_listings_of_any_model_have_the_numbers_of_the_functions(
    shape: str, term: Term, loss: str, penalty: str | None
) -> None:
    try:
        model = shape.format(f"({text(term, ascii=True)})")
        problem = Problem(model, loss, penalty=penalty, inputs=["x"])
        functions = problem.lambdify()
        written = problem.source(style="listing")
    except SymgdError:
        assume(False)
        return
    names: dict[str, Any] = {"__name__": "listing"}
    exec(compile(written, "listing.py", "exec"), names)
    point = [0.7 + 0.2 * place for place in range(len(problem.parameters))]
    apart = "theta" not in names["cost"].__code__.co_varnames[:1]
    passed = map(np.float64, point) if apart else [np.array(point)]
    arguments = [*passed, X, Y]

    def numbers(values: Sequence[float], columns: Sequence[Any]) -> list[float]:
        cost, slopes = functions.cost_and_gradient(values, *columns)
        return [cost, *slopes]

    room, expected = rounding_room(numbers, point, (X, Y)), numbers(point, (X, Y))
    with np.errstate(all="ignore"):
        found = [names["cost"](*arguments), *np.atleast_1d(names["gradient"](*arguments))]
    assert np.allclose(found, expected, rtol=1e-10, atol=room), written
