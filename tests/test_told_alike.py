"""A generated module's end is what `descend` calls the same walk's, and it says nothing that cannot be."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from symgd import Objective, Problem
from symgd.errors import DescentError

PARTED = [1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 1.0, 1.0]
FAR = [1e200, 2e200, 3.0], [1.0, 2.0, 3.5], [1.0, 1.0, 1.0]


def loaded(text: str) -> ModuleType:
    """A module of generated text."""
    made = ModuleType("made")
    exec(compile(text, "made", "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("optimizer", ["lbfgs", "newton", "gradient_descent", "momentum"])
@pytest.mark.parametrize("model", ["m*x + b", "m*(x - 2.5)"])
def test_classes_that_are_parted_have_no_minimum_in_a_module_either(
    optimizer: str, model: str
) -> None:
    problem = Problem(model, "logistic")
    how = {} if optimizer == "gradient_descent" else {"optimizer": optimizer}
    rate = {"learning_rate": 0.5} if optimizer == "momentum" else {}
    run = problem.descend(*PARTED, **how, **rate)
    found = loaded(problem.source(**how)).descend(*PARTED, **rate)
    assert (run.outcome.kind, found.outcome) == ("no minimum", "no minimum")
    assert "infinity" in found.message


def test_classes_that_overlap_have_one() -> None:
    problem, data = Problem("m*x + b", "logistic"), ([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0])
    for name in ("lbfgs", "newton"):
        assert loaded(problem.source(optimizer=name)).descend(*data).outcome == "converged"


def test_a_curvature_beyond_the_floats_is_told_alike() -> None:
    problem, said = (
        Problem("m*x + b"),
        "the curvature is beyond the range of floats. rescale the columns",
    )
    for size in (1e160, 1e300):
        data = [size, 2 * size, 3 * size], [1.0, 2.0, 3.0]
        for most in (5, None):
            with pytest.raises(DescentError, match=said):
                problem.descend(*data, max_iter=most, tolerance=0)
            with pytest.raises(ValueError, match=said):
                loaded(problem.source()).descend(*data, max_iter=most, tolerance=0)
        told = problem.descend(*data, max_iter=5, learning_rate=0.1).outcome
        assert told.remedy == "rescale the columns, or give another start"
        found = loaded(problem.source()).descend(*data, max_iter=5, learning_rate=0.1)
        assert (told.kind, found.outcome) == ("diverged", "diverged")
        assert "below 0" not in found.message


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge", "mae", "huber", "logistic"])
@pytest.mark.parametrize("most", [0, 1, 7, 300, 10_000])
def test_a_cost_that_is_never_negative_falls_by_no_more_than_it_is(loss: str, most: int) -> None:
    classes = [-1.0, -1.0, 1.0, 1.0] if "hinge" in loss else PARTED[1]
    found = loaded(Problem("m*x + b", loss).source()).descend(PARTED[0], classes, max_iter=most)
    told = re.search(r"can still fall by about (\S+), most as \S+ changes by (\S+)", found.message)
    if told is not None:
        assert 0 < float(told[1]) <= found.cost * (1 + 1e-5)
        assert float(told[2])


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adagrad"])
def test_what_cannot_be_remembered_is_told_as_that(optimizer: str) -> None:
    problem = Problem("m*x + b", weights="w")
    run = problem.descend(*FAR, optimizer=optimizer, learning_rate=0.01)
    assert (run.outcome.kind, run.steps) == ("diverged", 0)
    assert "needs the square of the gradient, which is too large for a float" in str(run.outcome)
    assert "rescale the columns" in str(run.outcome)
    made = loaded(problem.source(optimizer=optimizer))
    arrays = loaded(problem.source(optimizer=optimizer, target="array-api"))
    columns = [np.array(column) for column in FAR]
    for found in (
        made.descend(*FAR, learning_rate=0.01),
        arrays.descend(*columns, learning_rate=0.01),
    ):
        assert (found.outcome, found.steps) == ("diverged", 0)
        assert "what the next would remember is too large for a float; rescale" in found.message


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs this")
def test_javascript_tells_it_too(tmp_path: Path) -> None:
    text = Problem("m*x + b", weights="w").source(optimizer="adam", target="javascript")
    (tmp_path / "made.mjs").write_text(text)
    (tmp_path / "run.mjs").write_text(
        'import { descend } from "./made.mjs";\n'
        f"const [x, y, w] = {json.dumps(FAR)};\n"
        "console.log(descend({ x, y, w }, { learningRate: 0.01 }).message);\n"
    )
    said = subprocess.run(
        ["node", tmp_path / "run.mjs"], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith(
        "diverged after 0 steps: what the next would remember is too large"
    )


def test_newton_that_has_risen_where_it_has_no_step_diverged_everywhere() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=40)
    y, start = 3 * x + 1 + draw.standard_t(2, size=40) * 3, {"a": 0.5, "b": 0.5}
    problem = Problem("a*x + b", "huber")
    run = problem.descend(x, y, start=start, optimizer="newton")
    found = loaded(problem.source(optimizer="newton")).descend(x, y, start=start)
    arrays = loaded(problem.source(optimizer="newton", target="array-api"))
    other = arrays.descend(x, y, start=start)
    assert [run.outcome.kind, found.outcome, other.outcome] == ["diverged"] * 3
    assert "the cost rose from" in found.message


@pytest.mark.parametrize(
    "formula", ["sin(x)", "sin(x + 0.001)", "sin(3*x)*cos(y)", "1 - cos(x - 30)"]
)
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "rmsprop", "nesterov"])
def test_a_rate_that_is_found_does_not_land_low_by_chance(formula: str, optimizer: str) -> None:
    run = Objective(formula).descend(optimizer=optimizer, learning_rate="auto", max_iter=2000)
    assert abs(run.learning_rate) < 10
    assert run.cost == pytest.approx(-1.0 if "sin" in formula else 0.0, abs=1e-6)


def test_a_cost_that_has_risen_has_not_left_the_floats() -> None:
    found = Objective("sin(x)").descend(optimizer="adam", learning_rate=30000.0, max_iter=200)
    assert "leaves the floats" not in str(found.outcome)


def test_a_module_finds_the_same_rate() -> None:
    objective = Objective("sin(3*x)*cos(y)")
    run = objective.descend(optimizer="adam", learning_rate="auto", max_iter=300)
    found = loaded(objective.source(optimizer="adam", learning_rate="auto")).descend(max_iter=300)
    assert found.learning_rate == run.learning_rate


def test_the_module_of_a_function_that_newton_led_up_says_diverged() -> None:
    objective = Objective("sqrt(1 + x^2)")
    run = objective.descend(start={"x": 3.0}, optimizer="newton")
    found = loaded(objective.source(optimizer="newton")).descend(start={"x": 3.0})
    assert (run.outcome.kind, found.outcome) == ("diverged", "diverged")
