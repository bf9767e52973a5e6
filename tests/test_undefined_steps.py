"""Where an update rule has no finite value the statement is named, and not the learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symgd import Objective, Problem

LINE = Problem("m*x + b")
Y = [1.0, 2.0, 3.0, 4.0]
FLAT, SLOPING = [0.0] * 4, Y


def _said(optimizer: str, x: list[float], settings: dict[str, float], **more: Any) -> str:
    asked = {"learning_rate": 0.02, "max_iter": 5, **more}
    run = LINE.descend(x, Y, optimizer=optimizer, optimizer_settings=settings, **asked)
    assert run.outcome.kind == "diverged"
    return str(run.outcome)


@pytest.mark.parametrize("more", [{}, {"batch_size": 2}, {"learning_rate": "auto"}])
@pytest.mark.parametrize(
    ("name", "usual"), [("adagrad", "1e-10"), ("adam", "1e-08"), ("rmsprop", "1e-08")]
)
def test_a_setting_at_its_edge_is_the_cause(name: str, usual: str, more: dict[str, Any]) -> None:
    said = _said(name, FLAT, {"epsilon": 0}, **more)
    assert said.startswith("diverged: at step 1 the statement θ′ = θ − ")
    assert f"of {name} has no finite value" in said
    assert said.endswith(f'pass optimizer_settings={{"epsilon": {usual}}}, where it has a value')
    assert "learning rate" not in said


@pytest.mark.parametrize(
    ("rule", "step", "statement"),
    [
        ("theta' = theta - alpha*g/(t - 1)", 1, "θ′ = θ − α g/(t − 1)"),
        ("theta' = theta - alpha*g/(t - 3)", 3, "θ′ = θ − α g/(t − 3)"),
        ("d = sqrt(-abs(g)); theta' = theta - alpha*d", 1, "d = √"),
        ("v' = v + 1/(t - 2); theta' = theta - alpha*g", 2, "v′ = v + 1/(t − 2)"),
        ("theta' = theta - alpha*g/dot(g - g, g)", 1, "θ′ = θ − α g/((g − g)·g)"),
        ("d = g/(g - g) if t > 1 else g; theta' = theta - alpha*d", 2, "d = "),
    ],
)
def test_the_statement_without_a_value_is_named(rule: str, step: int, statement: str) -> None:
    said = _said(rule, SLOPING, {})
    assert f"at step {step} the statement {statement}" in said
    assert said.endswith("change the rule, so that it has a value there, or give another start")


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("momentum", {"learning_rate": 1e300}),
        ("adam", {"learning_rate": 1e308}),
        ("theta' = theta - alpha*exp(1000*abs(g))", {}),
    ],
)
def test_what_is_too_large_is_still_blamed_on_the_rate(rule: str, settings: dict[str, Any]) -> None:
    assert "no finite value" not in _said(rule, SLOPING, {}, **settings)


def test_where_no_parameter_has_a_slope_and_there_are_many() -> None:
    """The gradient is 0, so that the rate of the step, its length over the gradient's, says nothing."""
    wide = Problem("+".join(f"w{k}*x{k}" for k in range(1, 31)))
    asked: dict[str, Any] = {"optimizer": "adagrad", "optimizer_settings": {"epsilon": 0}}
    run = wide.descend(np.zeros((4, 30)), Y, **asked, learning_rate=0.1, max_iter=3)
    assert "the statement θ′ = θ − α g/(√(s′) + ε)" in str(run.outcome)


def test_a_function_of_its_parameters_alone() -> None:
    rule = "theta' = theta - alpha*g/(t - 2)"
    run = Objective("(a - 1)^2").descend(optimizer=rule, learning_rate=0.1, start={"a": 3.0})
    assert "at step 2 the statement θ′ = θ − α g/(t − 2)" in str(run.outcome)


@pytest.mark.parametrize(
    ("rule", "settings", "x", "step"),
    [
        ("adagrad", {"epsilon": 0}, FLAT, 1),
        ("theta' = theta - alpha*g/(t - 3)", {}, SLOPING, 3),
        ("v' = v + 1/(t - 2); theta' = theta - alpha*g", {}, SLOPING, 2),
    ],
)
def test_a_module_says_it_too(
    rule: str, settings: dict[str, float], x: list[float], step: int
) -> None:
    source = LINE.source(optimizer=rule, optimizer_settings=settings)
    module: dict[str, Any] = {"__name__": "module"}
    exec(compile(source, "module", "exec"), module)
    made = module["descend"](x, Y, learning_rate=0.02, max_iter=5)
    assert made.outcome == "diverged"
    assert f"at step {step} the rule has no finite value" in made.message


def test_a_module_does_not_say_it_of_what_is_too_large() -> None:
    module: dict[str, Any] = {"__name__": "module"}
    exec(compile(LINE.source(optimizer="adam"), "module", "exec"), module)
    made = module["descend"](SLOPING, Y, learning_rate=1e308, max_iter=5)
    assert made.outcome == "diverged"
    assert "no finite value" not in made.message


def test_a_module_of_a_rule_that_always_has_a_value_does_not_ask() -> None:
    assert "no finite value, it divides" not in LINE.source(optimizer="momentum")
