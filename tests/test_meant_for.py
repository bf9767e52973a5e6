"""What `descend` refuses of data, its modules refuse too, and name the row: targets of a loss, and weights beyond floats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from nodes import Node

from symgd import Problem, SymgdError
from symgd.codegen.modules.fitting_source import meant_for
from symgd.problem.losses import LOSSES

MEANT = [loss for loss in LOSSES.values() if loss.targets and not loss.several]
WRONG = (-2.0, 0.5, 0.0, 2.0)


def loaded(text: str) -> ModuleType:
    """A module of generated text."""
    made = ModuleType("made")
    exec(compile(text, "made", "exec"), made.__dict__)
    return made


def problem_of(loss: str) -> Problem:
    """A line, or for the losses of a probability or a mean what is one."""
    model = "exp(m*x + b)" if loss == "poisson" else "m*x + b"
    return Problem("sigmoid(m*x + b)" if loss == "binary_cross_entropy" else model, loss)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("loss", [loss.name for loss in MEANT])
def test_a_module_refuses_the_targets_that_descend_refuses(loss: str, wrong: float) -> None:
    problem, data = problem_of(loss), ([1.0, 2.0, 3.0], [1.0, wrong, 1.0])
    try:
        problem.lambdify().cost((0.1, 0.1), *data)
    except SymgdError:
        pass
    else:  # what is meant for this loss its module takes as well
        assert loaded(problem.source()).descend(*data, max_iter=2).steps <= 2
        return
    with pytest.raises(SymgdError, match="row index 1"):
        problem.descend(*data)
    said = f"row index 1: {wrong:g} does not fit"
    for text in (problem.source(), problem.source(optimizer="adam")):
        made = loaded(text)
        with pytest.raises(ValueError, match=said):
            made.descend(*data, **({"learning_rate": 0.1} if "ADAM" in text else {}))
        with pytest.raises(ValueError, match=said):
            made.cost((0.1, 0.1), *data)


@pytest.mark.parametrize("loss", [loss.name for loss in MEANT])
def test_a_module_accepts_the_targets_that_descend_accepts(loss: str) -> None:
    found = loaded(problem_of(loss).source()).descend([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], max_iter=3)
    assert found.steps <= 3


def test_scores_of_several_classes_have_targets_too() -> None:
    problem = Problem(["a*x", "b*x"], "categorical_cross_entropy", target=["y1", "y2"])
    second = f'"{problem.targets[1]}", row index 1: 3 does not fit'
    with pytest.raises(ValueError, match=second):
        loaded(problem.source()).descend([1.0, 2.0], [1.0, 0.0], [0.0, 3.0])


def test_a_module_with_a_matrix_refuses_them_too() -> None:
    inputs = [f"x{number}" for number in range(20)]
    model = " + ".join(f"w{number}*x{number}" for number in range(20))
    problem = Problem(model + " + b", "logistic", inputs=inputs)
    made = loaded(problem.source())
    with pytest.raises(ValueError, match="y, row index 2: -1 does not fit"):
        made.descend(np.ones((3, 20)), [0.0, 1.0, -1.0])


@pytest.mark.parametrize("loss", [loss.name for loss in MEANT])
def test_a_module_for_arrays_of_any_library_refuses_them_too(loss: str) -> None:
    made = loaded(problem_of(loss).source(target="array-api"))
    x, good, bad = np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([1.0, -2.0])
    made.descend(x, good, learning_rate=0.01, max_iter=2)
    with pytest.raises(ValueError, match="is -2 at index 1, which does not fit"):
        made.descend(x, bad, learning_rate=0.01)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


@pytest.mark.parametrize("loss", [loss.name for loss in MEANT])
def test_a_module_in_javascript_refuses_them_too(loss: str, node: Node) -> None:
    taken, refused = node.ask(
        problem_of(loss).source(target="javascript"),
        ["descend", {"x": [1, 2], "y": [1, 1]}, {"learningRate": 0.01, "maxIter": 2}],
        ["descend", {"x": [1, 2], "y": [1, -2]}, {"learningRate": 0.01}],
    )
    assert "value" in taken, taken
    assert "is -2 at index 1, which does not fit the " in refused["error"]


def test_what_targets_fit_is_told_whole() -> None:
    for loss in MEANT:
        parts = map(json.loads, meant_for(loss))
        assert "".join(parts) == f"the {loss.title}; expected {loss.domain}"


HEAVY = [(1e-320, 2e-320, 1e-320), (1e308, 1e308, 1e308), (1e200, 1.0, 1.0)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("weights", HEAVY)
def test_weights_beyond_the_floats_are_refused_with_a_remedy(weights: tuple[float, ...]) -> None:
    problem, data = Problem("m*x + b", weights="w"), ([1.0, 2.0, 3.0], [1.0, 2.0, 3.5])
    for call in (problem.descend, problem.fit, problem.analyse):
        with pytest.raises(SymgdError, match="rescale the weights"):
            call(*data, weights)
    with pytest.raises(SymgdError, match="rescale the weights"):
        Problem("m*x + b").fit(*data, weights=weights)
    for text in (problem.source(), problem.source(optimizer="adam", learning_rate="auto")):
        with pytest.raises(ValueError, match="rescale the weights"):
            loaded(text).descend(*data, weights)
    arrays = [np.array(column) for column in (*data, weights)]
    with pytest.raises(ValueError, match="rescale the weights"):
        loaded(problem.source(target="array-api")).descend(*arrays, learning_rate=0.1)


def test_rescaled_they_are_taken() -> None:
    problem, data = Problem("m*x + b", weights="w"), ([1.0, 2.0, 3.0], [1.0, 2.0, 3.5])
    small, plain = (problem.fit(*data, [w, 2 * w, w]) for w in (1e-140, 1.0))
    assert small.parameters["m"] == pytest.approx(plain.parameters["m"], rel=1e-12)
