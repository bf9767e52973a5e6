"""Second derivatives in matrices, by the score, are those that are derived pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symgd import Objective, Problem
from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.evaluators.hessian_evaluator import HessianEvaluator
from symgd.codegen.program.jumps import has_kinks
from symgd.codegen.program.lower import lower_hessian
from symgd.derivation.second_order.hessian import Hessian
from symgd.optimize import oracles

FIVE = " + ".join(f"w{n}*x{n}" for n in range(1, 6))
PROBLEMS = {
    "huber": Problem(f"{FIVE} + b", loss="huber"),
    "around": Problem(f"a*tanh({FIVE}) + c"),
    "root": Problem(f"{FIVE} + b", loss="rmse", penalty="ridge"),
    "weights": Problem(f"{FIVE} + b", loss="log_cosh", weights="counts"),
    "features": Problem("c1*x + c2*x^2 + c3*sin(x) + c4*exp(x) + b", loss="log_cosh"),
}
MANY = 25
SUM = " + ".join(f"w{n}*x{n}" for n in range(1, MANY + 1))


def _never() -> Hessian:
    raise AssertionError("derived pair by pair")


@pytest.mark.parametrize("name", PROBLEMS)
def test_they_are_those_that_are_derived(name: str) -> None:
    problem, random = PROBLEMS[name], np.random.default_rng(4)
    columns = [random.uniform(0.1, 1.0, size=50) for _ in problem.columns]
    point = random.normal(scale=0.5, size=len(problem.parameters)).tolist()
    program, pairs = lower_hessian(problem, problem.derive(), problem.hessian)
    found = HessianEvaluator(problem, problem.derive, _never).on(columns)(point)
    entries = Compiled(problem, program).on(columns)(point)
    assert [found[pair] for pair in pairs] == pytest.approx(entries, rel=1e-12, abs=1e-14)
    assert found == pytest.approx(found.T, rel=1e-15)


def test_a_batch_counts_as_much_as_it_is_told() -> None:
    problem, random = PROBLEMS["weights"], np.random.default_rng(4)
    columns = [random.uniform(0.1, 1.0, size=8) for _ in problem.columns]
    point = [0.1] * len(problem.parameters)
    whole, twice = (
        HessianEvaluator(problem, problem.derive).on(columns, size)(point) for size in (8.0, 16.0)
    )
    assert whole == pytest.approx(2 * twice, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "how"), [(f"{SUM} + b", {"loss": "huber"}), (f"a*tanh({SUM})", {})]
)
def test_newton_derives_no_pair_of_many_weights(
    formula: str, how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, random = Problem(formula, **how), np.random.default_rng(0)
    X = random.normal(size=(60, MANY))
    truth = 0.1 * random.normal(size=MANY)
    y = np.tanh(X @ truth) + 0.01 * random.normal(size=60)
    monkeypatch.setattr(
        oracles,
        "HessianEvaluator",
        lambda problem, derive: HessianEvaluator(problem, derive, _never),
    )
    start = {f"w{n}": float(w) for n, w in enumerate(truth, 1)}
    start |= {name: 1.0 for name in problem.parameters if name == "a"}
    run = problem.descend(*X.T, y, optimizer="newton", max_iter=6, start=start)
    f = problem.lambdify()
    assert f.hessian(run.parameters, *X.T, y).shape == (MANY + 1, MANY + 1)
    assert np.abs([*f.gradient(run.parameters, *X.T, y).values()]).max() < 1e-9


def test_kinks_are_looked_for_by_the_score() -> None:
    assert [has_kinks(Problem(f"{FIVE} + b", loss)) for loss in ("huber", "mae")] == [False, True]
    assert has_kinks(Problem(f"{FIVE} + b", penalty="lasso"))
    assert has_kinks(Problem(f"max(0, {FIVE}) + b"))


def test_a_function_without_data_has_no_score() -> None:
    run = Objective("(a + b + c + d + e - 1)^2 + a^2 + b^2 + c^2 + d^2 + e^2").descend(
        optimizer="newton", max_iter=3
    )
    assert list(run.parameters.values()) == pytest.approx([1 / 6] * 5)
