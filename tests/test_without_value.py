"""Where a rule's own statement has no value, code of every target says so, and does not blame the learning rate."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from nodes import Node

from symgd import Objective, Optimizer, Problem

X = [[1.0, 2.0, 3.0, 4.0]]
Y = [1.2, 1.8, 3.4, 4.1]
WIDE = Problem("+".join(f"w{k}*x{k}" for k in range(30)))
RANDOM = np.random.default_rng(5)
TABLE = RANDOM.normal(size=(60, 30))
TARGET = TABLE @ RANDOM.normal(size=30)
SAID = "the rule has no finite value, it divides by 0 there, or works out what is not defined; change it, or a setting of it"
# Rules that have no value at their third step, whatever the rate is.
RULES = {
    "of numbers": "d = g/(t - 3); theta' = theta - alpha*d",
    "0/0": "v' = v + g; theta' = theta - alpha*v'*(t - 3)/(t - 3)",
    "a root": "theta' = theta - alpha*g*sqrt(2.5 - t)",
    "a power below 1": "theta' = theta - alpha*g*(2.5 - t)^0.5",
    "a power below 0": "theta' = theta - alpha*g*(t - 3)^(-1)",
    "an inverse": "theta' = theta - alpha*g*acos(t - 1.5)",
    "of all at once": "s = norm(g)/(t - 3); theta' = theta - alpha*g*s/norm(g)",
    "of second derivatives": "theta' = theta - alpha*solve(H, g)/(t - 3)",
}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One process for all tests of this file."""
    made = Node()
    yield made
    made.close()


def message_of(problem: Any, target: str, optimizer: Optimizer, node: Node, rate: float) -> str:
    """What the walk of a generated module says of its end."""
    source = problem.source(target=target, optimizer=optimizer)
    alone, wide = isinstance(problem, Objective), problem is WIDE
    has_rate = "alpha" in optimizer.rule.used
    if target == "javascript":
        data: list[Any] = [] if alone else [{"X": TABLE.tolist(), "y": TARGET.tolist()} if wide else {"x": X[0], "y": Y}]  # fmt: skip
        options: dict[str, Any] = {"learningRate": rate} if has_rate else {}
        if alone:
            options["start"] = {"x": 2.0, "y": 1.0}
        found = node.value(source, "descend", *data, options)
        return str(found["message"])
    names: dict[str, Any] = {}
    exec(compile(source, "optimizer.py", "exec"), names)
    columns = [] if alone else [TABLE, TARGET] if wide else [np.array(X[0]), np.array(Y)]
    options = {"learning_rate": rate} if has_rate else {}
    if alone:
        start = {"x": 2.0, "y": 1.0}
        options["start"] = start
        if target == "array-api":
            options["start"] = {name: np.asarray(value) for name, value in start.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(names["descend"](*columns, **options).message)


@pytest.mark.parametrize("target", ["numpy", "array-api", "javascript"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["line", "many inputs", "alone"])
def test_the_rule_is_named_and_the_step(kind: str, rule: str, target: str, node: Node) -> None:
    problem = {"line": Problem("m*x + b"), "many inputs": WIDE, "alone": Objective("(x - 1)^2 + 2*y^2")}[kind]  # fmt: skip
    if kind == "alone" and target == "numpy":
        pytest.skip("functions of their own are walked down by another module, without a message")
    said = message_of(problem, target, Optimizer("mine", RULES[rule]), node, 0.01)
    assert "at step 3 " + SAID in said
    assert "smaller" not in said


@pytest.mark.parametrize("target", ["array-api", "javascript"])
def test_what_grows_too_large_is_the_rate_s(target: str, node: Node) -> None:
    """A rule that divides, and has a value everywhere: the cost leaves the floats first."""
    rule = Optimizer("mine", "v' = 0.9*v + g; theta' = theta - alpha*v'/(1 + 1/t)")
    said = message_of(Problem("m*x + b"), target, rule, node, 1e30)
    assert SAID not in said
    assert "smaller" in said


@pytest.mark.parametrize("target", ["array-api", "javascript"])
def test_rules_that_have_a_value_everywhere_are_not_looked_at(target: str) -> None:
    for name in ("gradient_descent", "momentum", "lion"):
        assert "no finite value" not in Problem("m*x + b").source(target=target, optimizer=name)
    steep = Optimizer("mine", "theta' = theta - alpha*g/exp(g)")  # which may be too large
    assert "no finite value" not in Problem("m*x + b").source(target=target, optimizer=steep)


@pytest.mark.parametrize(
    ("model", "loss", "said"),
    [
        ("a*x", "poisson", "; the Poisson loss reads predictions above 0: pass"),
        ("a*x", "bce", "; the binary cross-entropy reads predictions between 0 and 1: pass"),
    ],
)
def test_a_cost_without_a_value_says_which_predictions_its_loss_reads(
    model: str, loss: str, said: str, node: Node
) -> None:
    problem = Problem(model, loss)
    x, y = X[0], [1.0, 0.0, 1.0, 1.0]
    found = node.ask(problem.source(target="javascript"), ["descend", {"x": x, "y": y}, {"learningRate": 0.1}])  # fmt: skip
    assert said in found[0]["error"]
    names: dict[str, Any] = {}
    exec(compile(problem.source(target="array-api"), "optimizer.py", "exec"), names)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="is not finite at a = 0") as no:
        names["descend"](np.array(x), np.array(y), learning_rate=0.1)
    assert said in str(no.value)


def test_many_inputs_say_it_too(node: Node) -> None:
    scores = "+".join(f"w{k}*x{k}" for k in range(30))
    problem = Problem(scores, "poisson")
    y = np.abs(TARGET).round()
    said = "; the Poisson loss reads predictions above 0: pass"
    call = ["descend", {"X": TABLE.tolist(), "y": y.tolist()}, {"learningRate": 0.1}]
    assert said in node.ask(problem.source(target="javascript"), call)[0]["error"]
    names: dict[str, Any] = {}
    exec(compile(problem.source(target="array-api"), "optimizer.py", "exec"), names)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="is not finite at") as no:
        names["descend"](TABLE, y, learning_rate=0.1)
    assert said in str(no.value)
