"""Second derivatives in code with an argument for each input: AᵀDA, as in memory, whatever the target; no pair is derived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nodes import Node
from rounding import rounding_room

from symgd import Problem
from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.evaluators.hessian_evaluator import HessianEvaluator
from symgd.codegen.listings import ruled_listing
from symgd.codegen.modules import step_source
from symgd.codegen.plan import plan_of
from symgd.codegen.program.lower import lower_hessian
from symgd.codegen.program.score import score_of
from symgd.codegen.targets import array_api, javascript
from symgd.errors import SymgdError
from symgd.problem.losses import PENALTIES


def summed(width: int, rest: str = " + b") -> str:
    return " + ".join(f"w{n}*x{n}" for n in range(1, width + 1)) + rest


QUARTIC = replace(PENALTIES["ridge"], name="quartic", parts=(("lambda", "weight^4"),))
PROBLEMS = {
    "quartic": Problem(f"exp({summed(4)})", "poisson", penalty=QUARTIC, penalized=["w1", "w2", "b"]),
    "logistic": Problem(f"sigmoid({summed(5)})", "bce", penalty="ridge"),
    "huber": Problem(summed(6), "huber", weights="u"),
    "around": Problem(f"c + a*tanh({summed(5, '')})", penalty="ridge"),
    "scaled": Problem(f"a*({summed(4, '')}) + c", "half_mse"),
    "root": Problem(summed(5), "rmse", penalty="ridge"),
    "root of a mean around": Problem(f"a*tanh({summed(5)}) + 1", "rmse", weights="x2"),
    "counts": Problem(f"exp({summed(5, '')})", "poisson"),
    "features": Problem("c1*x + c2*x^2 + c3*sin(x) + c4*exp(x) + b", "log_cosh", penalty="ridge"),
    "mixed": Problem(summed(5), "log_cosh", penalty="ridge", penalized=["w1", "w5"],
                     parameters=["w5", "b", "w1", "w3", "w2", "w4"]),
    "chosen": Problem(f"z*({summed(4)})", "log_cosh", inputs=["z", "x1", "x2", "x3", "x4"]),
    "awkward": Problem("p*A + q*H + r*bends + score*z + shift", "log_cosh", inputs=["A", "H", "bends", "z"],
                       target="data"),
}  # fmt: skip


def data_of(problem: Problem, rows: int = 50) -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    columns = {name: rng.normal(size=rows) for name in problem.columns}
    target = columns[problem.target]
    kinds = {"binary_cross_entropy": (target > 0) * 1.0, "poisson": rng.poisson(2, rows) * 1.0}
    columns[problem.target] = kinds.get(problem.loss.name, target)
    if problem.weights is not None:
        columns[problem.weights] = rng.uniform(0.3, 2, rows)
    return [*columns.values()]


def point_of(problem: Problem) -> list[float]:
    values = np.random.default_rng(1).normal(size=len(problem.parameters)) / 5
    return [*map(float, values)]


def run(source: str) -> ModuleType:
    made = ModuleType("generated")
    exec(compile(source, "generated", "exec"), made.__dict__)
    return made


@cache
def source_of(name: str, target: str) -> str:
    asked = {"style": "listing"} if target == "listing" else {"target": target}
    return PROBLEMS[name].source(optimizer="newton", **asked)


def bends_by(
    source: str, target: str, point: Sequence[float], columns: Sequence[np.ndarray]
) -> Any:
    """What a generated module or listing says of the second derivatives."""
    module = run(source)
    if target == "listing":
        return module.hessian(np.array(point), *columns)
    if target == "numpy":
        return module._hessian(point, [*columns])
    if hasattr(module, "_summarised"):
        return module._hessian(np, [*map(np.asarray, point)], module._summarised(np, [*columns]))
    worked = module._prepared(np, *columns) if hasattr(module, "_prepared") else columns
    return module._hessian(np, *map(np.asarray, point), *worked)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One process for all tests of this file."""
    made = Node()
    yield made
    made.close()


@pytest.mark.parametrize("target", ["numpy", "listing", "array-api"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_code_has_the_second_derivatives_of_memory(name: str, target: str) -> None:
    problem, columns, point = PROBLEMS[name], data_of(PROBLEMS[name]), point_of(PROBLEMS[name])
    known = HessianEvaluator(problem, problem.derive).on(columns)(point)
    found = bends_by(source_of(name, target), target, point, columns)
    np.testing.assert_allclose(found, known, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", PROBLEMS)
def test_so_has_javascript(name: str, node: Node) -> None:
    problem, columns, point = PROBLEMS[name], data_of(PROBLEMS[name]), point_of(PROBLEMS[name])
    known = HessianEvaluator(problem, problem.derive).on(columns)(point)
    asked = "(point, data) => hessian(point, prepared(columnsOf(data, COLUMNS)))"
    source = f"{source_of(name, 'javascript')}\nexport const asked_for = {asked};\n"
    data = {n: c.tolist() for n, c in zip(problem.columns, columns, strict=True)}
    found = node.value(source, "asked_for", point, data)
    np.testing.assert_allclose(found, known, rtol=1e-11, atol=1e-13)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("derived pair by pair")


@pytest.mark.parametrize("target", ["numpy", "listing", "array-api", "javascript"])
def test_no_pair_is_derived(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (step_source, ruled_listing, array_api, javascript):
        monkeypatch.setattr(module, "lower_hessian", never)
    asked = {"style": "listing"} if target == "listing" else {"target": target}
    assert Problem(summed(7), "log_cosh").source(optimizer="newton", **asked)
    with pytest.raises(AssertionError, match="pair by pair"):
        Problem("tanh(a*x + b*z + c)").source(optimizer="newton", **asked)


WALKS = ("logistic", "huber", "counts", "mixed", "features")


@pytest.mark.parametrize("name", WALKS)
def test_all_walk_as_descend_does(name: str, node: Node) -> None:
    problem, columns = PROBLEMS[name], data_of(PROBLEMS[name])
    data, asked = dict(zip(problem.columns, columns, strict=True)), {"optimizer": "newton"}
    walked = problem.descend(data, **asked, max_iter=4, tolerance=0).trace
    expected = np.column_stack([*(walked[n] for n in problem.parameters), walked.cost])
    found = run(source_of(name, "numpy")).descend(*columns, max_iter=4, tolerance=0)
    np.testing.assert_allclose(found.trace, expected, rtol=1e-9, atol=1e-11)
    start = expected[0][:-1]
    listed = run(source_of(name, "listing")).descend(*columns, start=start, max_iter=4)
    arrays = run(source_of(name, "array-api")).descend(*columns, max_iter=4, tolerance=0)
    given_to = {key: values.tolist() for key, values in data.items()}
    script = node.value(
        source_of(name, "javascript"), "descend", given_to, {"maxIter": 4, "tolerance": 0}
    )
    told = [[*row["parameters"].values(), row["cost"]] for row in script["trace"]]
    for trace in (listed, [row[:-1] for row in arrays.trace], told):
        shared = min(len(trace), len(expected))
        np.testing.assert_allclose(
            np.array(trace[:shared]), expected[:shared], rtol=1e-8, atol=1e-10
        )


MODELS = ("{}", "tanh({})", "a*tanh({}) + c", "exp(-({})^2)", "c - {}", "z*({})", "a/(1 + ({})^2)")
FEATURES = ("x", "z", "x^2", "sin(z)", "x*z", "1/(2 + x^2)", "-z^2")


@given(
    st.sampled_from(MODELS),
    st.lists(st.sampled_from(FEATURES), min_size=4, max_size=examples(4, 6), unique=True),
    st.sampled_from(("mse", "sse", "half_mse", "rmse", "log_cosh", "huber")),
    st.sampled_from((None, "ridge")),
    st.sampled_from((None, "u", "x")),
    st.permutations(range(7)),
    st.booleans(),
    st.integers(0, 2**16),
)
@settings(max_examples=examples(2, 4))
def test_random_models_have_those_that_are_derived(
    model: str,
    features: list[str],
    loss: str,
    penalty: str | None,
    weights: str | None,
    order: list[int],
    shifted: bool,
    seed: int,
) -> None:
    total = " + ".join(f"w{n}*{feature}" for n, feature in enumerate(features))
    whole = model.format(total + " + b" * shifted)
    names = [*(f"w{n}" for n in range(len(features))), *["b"] * shifted]
    names = [names[k] for k in order if k < len(names)] + [
        n for n in "ac" if n in model.split("{")[0] + model.split("}")[1].replace("tanh", "")
    ]
    try:
        problem = Problem(whole, loss, penalty=penalty, weights=weights, parameters=names)
        written = {t: problem.source(optimizer="newton", **({"style": "listing"} if t == "listing" else {"target": t}))
                   for t in ("numpy", "listing", "array-api")}  # fmt: skip
    except SymgdError:
        assume(False)
    rng = np.random.default_rng(seed)
    columns = [rng.uniform(0.2, 1.5, size=12) for _ in problem.columns]
    point = [*map(float, rng.normal(size=len(problem.parameters)) / 2)]
    program, pairs = lower_hessian(problem, problem.derive(), problem.hessian)
    derived = Compiled(problem, program)

    def entries(at: Sequence[float], data: Sequence[Any]) -> Sequence[float]:
        return derived.on([np.asarray(column) for column in data])(at)

    room = rounding_room(entries, point, columns)
    known = entries(point, columns)
    if plan_of(problem).form == "data summary":  # whose triangle has the NumPy module's
        del written["numpy"]
    for target, source in written.items():
        found = bends_by(source, target, point, columns)
        np.testing.assert_allclose([found[pair] for pair in pairs], known, rtol=0, atol=room)
        np.testing.assert_allclose(found, np.transpose(found), rtol=0, atol=room)


def test_many_parameters_around_the_sum_are_no_reason_to_derive_its_pairs() -> None:
    around = [f"a{n}" for n in range(9)]
    problem = Problem(f"{'*'.join(around)}*({summed(4, '')})", "log_cosh")
    score = score_of(problem, 4)
    assert score is not None
    assert len(score.others) == 9
    columns, point = data_of(problem), [1 + value for value in point_of(problem)]
    known = HessianEvaluator(problem, problem.derive, never).on(columns)(point)
    module = run(problem.source(optimizer="newton"))
    found = module._hessian(point, columns)
    np.testing.assert_allclose(found, known, rtol=1e-11, atol=1e-13)
    moved = [[value + (k == 4) * by for k, value in enumerate(point)] for by in (1e-5, -1e-5)]
    up, down = (np.array(module.gradient(there, *columns)) for there in moved)
    np.testing.assert_allclose(found[4], (up - down) / 2e-5, atol=1e-7 * np.abs(found).max())


def test_a_shorter_sum_is_found_beside_a_longer_one() -> None:
    others = " + ".join(f"a{n}*exp(-c{n}*x1)" for n in range(6))
    score = score_of(Problem(f"tanh({summed(5)}) + {others}"), 5)
    assert score is not None
    assert score.weights == ("w1", "w2", "w3", "w4", "w5")


@pytest.mark.parametrize("target", ["numpy", "array-api", "javascript"])
def test_the_plan_says_how_second_derivatives_are_worked_out(target: str) -> None:
    said = "A has the columns that 6 parameters of a sum are multiplied by"
    problem = PROBLEMS["logistic"]
    assert said in problem.explain_plan(optimizer="newton", target=target)
    assert said not in problem.explain_plan(optimizer="adam", target=target)
    assert said in problem.explain_plan(optimizer="newton", style="listing")
    pairs = Problem("tanh(a*x + b*z + c)").explain_plan(optimizer="newton", target=target)
    assert "AᵀDA" not in pairs
    line = Problem(summed(5)).explain_plan(optimizer="newton")  # whose curvature is its triangle's
    assert "AᵀDA" not in line
