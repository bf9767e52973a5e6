"""Problem: roles, losses and notation, found or given, and what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from symgd import Loss, Notation, Problem, ProblemError
from symgd.writing.formulas.text import text

ROLES = [
    ("m*x + b", {}, ("m", "b"), ("x",)),
    ("a*x1 + b*x_2 + c", {}, ("a", "b", "c"), ("x1", "x_2")),
    ("Y = m*X + b", {}, ("m", "b"), ("X",)),
    ("w*t + c", {"inputs": ["t"]}, ("w", "c"), ("t",)),
    ("w*t + c", {"parameters": "c,w"}, ("c", "w"), ("t",)),
    ("θ_0 + θ_1*x", {}, ("theta_0", "theta_1"), ("x",)),
    ("lambda*x + E*N", {}, ("lambda", "E", "N"), ("x",)),
    ("pi*x + b", {}, ("b",), ("x",)),
    ("pi*x + b", {"parameters": ["pi", "b"]}, ("pi", "b"), ("x",)),
]


@pytest.mark.parametrize(("model", "given", "parameters", "inputs"), ROLES)
def test_roles(
    model: str, given: dict[str, Any], parameters: tuple[str, ...], inputs: tuple[str, ...]
) -> None:
    problem = Problem(model, **given)
    assert problem.parameters == parameters
    assert problem.inputs == inputs


REFUSED = [
    ("w*t + c", {}, "no name in the model is read from data"),
    ("5", {}, "no parameter to learn"),
    ("x", {}, "no parameter to learn"),
    ("m*x + y", {}, 'the target "y" is in the model'),
    ("m*x + b", {"parameters": ["q"]}, '"q" is not in the model'),
    ("m*x + b", {"parameters": ["m", "m", "b"]}, "twice in parameters"),
    ("m*x + b", {"inputs": ["x", "x"]}, "twice in inputs"),
    ("m*x + b", {"parameters": 5}, "parameters is 5"),
    ("m*x + b", {"parameters": ""}, "a name in parameters is empty"),
    ("m*x + b", {"parameters": ["m"], "inputs": ["m", "x"]}, "a parameter and an input"),
    ("m*x + b", {"parameters": ["m"], "inputs": ["x"]}, '"b" has no role'),
    ("m*x + b", {"loss": "mze"}, 'no loss "mze"'),
    ("m*x + b", {"notation": 5}, "pass a Notation"),
    ("m*x + b", {"notation": Notation(count="m")}, "in the formula and the notation's count"),
    (
        "m*x + b",
        {"notation": Notation(count="J")},
        "the notation's cost and the notation's count are both",
    ),
]


@pytest.mark.parametrize(("model", "given", "words"), REFUSED)
def test_what_does_not_fit_is_refused(model: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        Problem(model, **given)


def test_notation_is_checked() -> None:
    for wrong in ({"cost": "1J"}, {"residual_sign": "up"}, {"constants": "nowhere"}, {"index": ""}):
        with pytest.raises(ProblemError, match="notation"):
            Notation(**wrong)  # type: ignore[arg-type]  # that is what is tried


def test_notation_steps_aside_for_the_formulas_own_letters() -> None:
    problem = Problem("J*x + N*i")
    notation = problem.notation
    assert {notation.cost, notation.count, notation.index}.isdisjoint(problem.parameters)


def test_costs() -> None:
    written = {
        loss: text(Problem("m*x + b", loss).cost_term) for loss in ("mse", "sse", "half_mse")
    }
    assert written == {
        "mse": "(1/N) Σᵢ (m xᵢ + b − yᵢ)²",
        "sse": "Σᵢ (m xᵢ + b − yᵢ)²",
        "half_mse": "(1/(2N)) Σᵢ (m xᵢ + b − yᵢ)²",
    }
    own = Problem("m*x + b", "(prediction - target)^4")
    assert text(own.cost_term) == "(1/N) Σᵢ (m xᵢ + b − yᵢ)⁴"
    loss = Loss("cubed", "cubes", "(prediction - target)^3", "sum", "any", "here")
    assert text(Problem("m*x", loss).cost_term) == "Σᵢ (m xᵢ − yᵢ)³"


def test_a_loss_that_is_not_even_keeps_its_sign() -> None:
    notation = Notation(residual_sign="target - prediction")
    plain = Problem("m*x", "(prediction - target)^3")
    turned = Problem("m*x", "(prediction - target)^3", notation=notation)
    assert plain.cost == turned.cost
    assert plain.derive("m").result == turned.derive("m").result


def test_a_loss_speaks_of_prediction_and_target_alone() -> None:
    with pytest.raises(ProblemError, match='has the name "q"'):
        Problem("m*x", "(q - target)^2")


def test_equal_problems_are_equal_and_travel() -> None:
    problem = Problem("m*x + b")
    problem.derive()
    assert problem == Problem("m*x+b")
    assert problem != problem.written(count="n")
    assert len({problem, Problem("m*x+b")}) == 1
    copy = pickle.loads(pickle.dumps(problem))
    assert copy == problem
    assert copy.derive().result == problem.derive().result


def test_what_is_said_of_an_argument_goes_with_it() -> None:
    robust = Problem("m*x + b", loss="huber", settings={"delta": 2}, penalty="ridge")
    weight = robust.penalty.settings[0].name  # type: ignore[union-attr]
    assert robust.replace(loss="mae").settings == {weight: robust.settings[weight]}
    assert robust.replace(penalty=None).settings == {"delta": 2.0}
    assert robust.replace(penalty=None).penalized == ()
    assert robust.replace(penalty="lasso").penalized == ("m",)
    assert robust.replace(settings={"delta": 3}).settings["delta"] == 3
    assert robust.replace(model="a*x^2 + c").parameters == ("a", "c")
    assert robust.replace(target="z").targets == ("z",)
    assert robust.replace() == robust
