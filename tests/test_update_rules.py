"""Update rules of any kind: read, written, and made over arrays and number by number."""

from __future__ import annotations

import copy
import math
import pickle
import re
from collections import Counter

import numpy as np
import pytest
from grids import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd
from symgd.codegen.rules.update_entries import UpdateEntries
from symgd.codegen.rules.update_rule import Oracle, UpdateFunction
from symgd.errors import DescentError, FormulaError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS, find_optimizer
from symgd.optimizers.rule import UpdateRule
from symgd.writing.formulas.text import text as text_of
from tests.strategies import update_rules

NUMBERS = st.floats(-3, 3, allow_subnormal=False)
ALL = [
    one
    for optimizer in OPTIMIZERS.values()
    for one in (
        optimizer,
        *(optimizer.as_in(c.library, c.variant) for c in optimizer.conventions),
    )
]


def own(text: str) -> Optimizer:
    return Optimizer("own", text, dict.fromkeys(UpdateRule.read(text).settings, 0.5))


@settings(max_examples=examples(12, 40))
@given(update_rules(), st.lists(NUMBERS, min_size=1, max_size=3), st.lists(NUMBERS, min_size=3))
def test_arrays_and_single_numbers_give_the_same(
    text: str, start: list[float], slopes: list[float]
) -> None:
    update = UpdateFunction(own(text))
    width = len(start)
    entries = UpdateEntries.of(update, width)
    assert entries is not None
    theta, state = np.array(start), update.start(width, 0.25)
    values, kept = list(start), tuple(np.hstack([np.ravel(part) for part in state] or [()]))
    for t in (1, 2, 3):
        g = [slopes[(t + n) % len(slopes)] for n in range(width)]
        theta, state, _ = update(theta, np.array(g), t, 0.25, state)
        values, kept, _ = entries(values, g, t, 0.25, kept)
        np.testing.assert_array_equal(theta, values)
        flat = np.hstack([np.ravel(part) for part in state] or [()])
        np.testing.assert_array_equal(flat, np.array(kept, dtype=float))


def test_a_number_beside_vectors_is_one_for_each_parameter() -> None:
    update = UpdateFunction(own("v' = (g - c if c > 1 else 1); theta' = theta - norm(v')*g"))
    moved, _, (told,) = update(np.zeros(3), np.ones(3), 1, 1.0, update.start(3, 1.0))
    assert told.tolist() == [1, 1, 1]
    np.testing.assert_allclose(moved, -np.sqrt(3) * np.ones(3), rtol=1e-15)


@settings(max_examples=examples(12, 40))
@given(update_rules())
def test_a_rule_that_is_written_is_read_as_itself(text: str) -> None:
    rule = UpdateRule.read(text)
    again = UpdateRule.read(rule.written(ascii=True))
    assert again.written(ascii=True) == rule.written(ascii=True)
    assert again.state == rule.state
    assert again.settings == rule.settings


@pytest.mark.parametrize("optimizer", ALL, ids=lambda o: o.name)
def test_each_optimizer_is_written_and_read_as_itself(optimizer: Optimizer) -> None:
    assert UpdateRule.read(optimizer.rule.written(ascii=True)) == optimizer.rule


PRINTED = ("coordinate_descent", "barzilai_borwein", "barzilai_borwein_short")


@pytest.mark.parametrize("name", PRINTED)
def test_cases_of_a_page_are_read_as_they_are_printed(name: str) -> None:
    rule = OPTIMIZERS[name].rule
    page = "\n".join(f"{s.name} = {text_of(s.term)}" for s in rule.statements)
    assert "{" in page
    page = (
        page.replace("α g", "α*g")
        .replace("s·s", "dot(s, s)")
        .replace("s·y", "dot(s, y)")
        .replace("y·y", "dot(y, y)")
    )
    assert UpdateRule.read(page) == rule


@pytest.mark.parametrize("optimizer", ALL, ids=lambda o: o.name)
def test_without_slope_and_memory_nothing_moves(optimizer: Optimizer) -> None:
    """But for the decay of weights, which is set to 0."""
    decays = {name: 0.0 for name in optimizer.values if name == "weight_decay"}
    update = UpdateFunction(optimizer, decays)
    flat = Oracle(
        lambda point: 0.0,
        lambda point: np.zeros(2),
        lambda point: np.eye(2),
        lambda point: (np.zeros(2), np.eye(2)),
    )
    theta, state = np.array([1.5, -2.0]), update.start(2, 0.1)
    for t in range(1, 9):
        moved = update(theta, np.zeros(2), t, 0.1, state, flat)
        np.testing.assert_array_equal(moved.theta, theta)
        state = moved.state


REFUSED = {
    "theta' = theta - alpha*foo(g)": 'there is no function "foo"',
    "v' = beta*v + g": "does not say what the parameters",
    "theta = theta - alpha*g": """theta' after the step: write "theta' = theta - alpha*g\"""",
    "w' = w - lr*grad": """called theta, and theta' after the step: write "theta' = theta - alpha*g\"""",
    "x = x - eta*gradient/2": """write "theta' = theta - alpha*g/2\"""",
    "v = 0.9*v + g; theta' = theta - alpha*v": """"v" is worked out from itself; what is remembered has a prime after the step: write "v' = 0.9*v + g\"""",
    "theta' = theta - alpha*m; m = b*m + (1 - b)*g": """write "m' = b*m + (1 - b)*g\"""",
    "v += g; theta' = theta - alpha*v'": """write it as "v' = v + g\"""",
    "theta -= alpha*(g + 1)": """write it as "theta' = theta - (alpha*(g + 1))\"""",
    "v *= b + 1": """write it as "v' = v * (b + 1)\"""",
    "theta_{t+1} = theta_t - alpha*g": "leave the step's number out",
    "theta' = theta - alpha*∇J": "the gradient is called g",
    "theta' = theta - alpha*v'": """work it out before, "v' = ...\"""",
    "theta' = ": "nothing stands behind",
    ";;": "is empty",
    "theta' = theta*H": "theta' is a matrix",
    "g' = 3; theta' = theta - g": '"g" is known to every update rule',
    "pi' = pi + g; theta' = theta - pi'": '"pi" is a number',
    "theta' = theta - g; theta' = theta": "worked out twice",
    "m' = v' + g; v' = v + m; theta' = theta - m'": "read before it is worked out",
    "theta' = theta - solve(g, g)": "is a vector; there a matrix is needed",
    "theta' = theta - g(1)": "is a number; there a vector is needed",
    "theta' = theta - argmin(s, J(theta))*g": "is no name",
    "theta' = theta - argmin(J(theta - t*g), t)*g": "means something already",
    "theta' = theta - argmin(J(theta - s*g))*g": "it takes two formulas",
    "theta' = theta - first(alpha, k)*g": "it takes three formulas",
    "theta' = theta - first(alpha, k, k)*g": "a condition is missing",
    "theta' = theta - alpha*sum(g[i], i, p)": "has an index",
    "theta' = 10^9^9": "more than 4096 bits",
    "theta' = theta.__class__": 'unexpected "."',
    "theta' = __import__('os').system('true')": "unexpected",
    "theta' = theta - g/0": "divides by zero",
    "theta' := theta": "is no statement of an update rule",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_makes_no_sense_is_refused_with_its_cause(text: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(REFUSED[text])):
        UpdateRule.read(text)


@pytest.mark.parametrize("name", ["class", "np", "math", "float", "state", "update", "_cost", "t_"])
def test_settings_may_be_called_as_they_like(name: str) -> None:
    update = UpdateFunction(Optimizer("own", f"theta' = theta - {name}*g", {name: 0.5}))
    assert update(np.ones(1), np.ones(1), 1, 0.1, ()).theta.tolist() == [0.5]


@pytest.mark.parametrize("name", ["newton", "gauss_newton", "armijo", "levenberg_marquardt"])
def test_what_nobody_knows_of_the_cost_is_said(name: str) -> None:
    update = UpdateFunction(OPTIMIZERS[name])
    values = Oracle(lambda point: 0.0, lambda point: point)
    oracle = None if name == "armijo" else values
    with pytest.raises(DescentError, match=f"the optimizer {name} needs"):
        update(np.ones(2), np.ones(2), 1, 0.1, update.start(2, 0.1), oracle)


def test_names_of_optimizers_are_found_as_people_type_them() -> None:
    assert find_optimizer("Heavy-Ball") is OPTIMIZERS["momentum"]
    assert find_optimizer("torch.RMSprop").values["rho"] == 0.99
    for wrong in ("adamm", "jax.adam", "torch.newton", 3):
        with pytest.raises(DescentError):
            find_optimizer(wrong)  # type: ignore[arg-type]  # what people pass


def test_aliases_belong_to_one_optimizer() -> None:
    names = [*OPTIMIZERS, *(a for o in OPTIMIZERS.values() for a in o.aliases)]
    assert [name for name, many in Counter(names).items() if many > 1] == []


MISTAKEN = {
    "beta is None": lambda: Optimizer("own", "theta' = theta - beta*g", {"beta": None}),  # type: ignore[dict-item]
    "beta is nan": lambda: Optimizer("own", "theta' = theta - beta*g", {"beta": math.nan}),
    "a formula is a text, not int": lambda: Optimizer("own", 5),  # type: ignore[arg-type]
    '"alpha" is known': lambda: Optimizer("own", "theta' = theta - alpha*g", {"alpha": 0.5}).rule,
    '"w" is given a value': lambda: Optimizer("own", "theta' = theta - g", initial={"w": "1"}).rule,
    '"foo", of which d': lambda: (
        Optimizer("own", "d' = d + g; theta' = theta - d'", initial={"d": "2*foo"}).rule
    ),
}


@pytest.mark.parametrize("said", MISTAKEN)
def test_a_declaration_that_makes_no_sense_is_refused(said: str) -> None:
    with pytest.raises((DescentError, FormulaError), match=said):
        MISTAKEN[said]()


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        *{"grad": "g", "gradient": "g", "dJ": "g", "g_t": "g", "Gradient": "g"}.items(),
        *{"lr": "alpha", "eta": "alpha", "learning_rate": "alpha", "step_size": "alpha"}.items(),
        *{"params": "theta", "w": "theta", "x": "theta", "theta_t": "theta"}.items(),
        *{"step": "t", "hessian": "H", "residuals": "r", "jac": "Jac"}.items(),
    ],
)
def test_what_every_rule_knows_is_named_where_it_is_called_as_elsewhere(
    name: str, letter: str
) -> None:
    rule = f"theta' = theta - alpha*g + 0*{name}"
    for make in (
        lambda: Optimizer("own", rule).rule,
        lambda: symgd.Problem("m*x + b").source(optimizer=rule),
    ):
        with pytest.raises(DescentError, match=rf"called {letter}: write {letter}, or, if it is"):
            make()
    given = Optimizer("own", rule, {name: 0.5})  # whoever means a setting has one
    assert given.values == {name: 0.5}


def test_a_name_a_letter_away_is_told_and_beta_is_not_theta() -> None:
    with pytest.raises(DescentError, match=r"did you mean alpha\?"):
        assert Optimizer("own", "theta' = theta - aplha*g").rule
    with pytest.raises(DescentError, match="has no value; give it one"):
        assert Optimizer("own", "theta' = theta - beta*g").rule


def test_a_setting_without_a_value_is_named() -> None:
    with pytest.raises(DescentError, match='"beta" of the update rule has no value'):
        UpdateFunction(Optimizer("own", "theta' = theta - beta*g"))


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.name)
def test_optimizers_travel_between_processes(optimizer: Optimizer) -> None:
    assert optimizer.rule  # read before, it goes along
    again = pickle.loads(pickle.dumps(optimizer))
    assert again == optimizer
    assert again.rule == optimizer.rule
    assert copy.deepcopy(optimizer) == optimizer


@pytest.mark.parametrize("optimizer", ALL, ids=lambda o: o.name)
def test_each_optimizer_is_the_same_number_by_number(optimizer: Optimizer) -> None:
    """To the last bits, which powers may differ in."""
    update = UpdateFunction(optimizer)
    entries = UpdateEntries.of(update, 2)
    if entries is None:
        assert any(map(optimizer.rule.calls, ("J", "H", "Jac", "dot", "g")))
        return
    theta, state = np.array([1.0, -2.0]), update.start(2, 0.02)
    values, kept = [1.0, -2.0], tuple(np.hstack([np.ravel(part) for part in state] or [()]))
    for t in range(1, 21):
        slopes = [math.sin(3 * t), 10 * math.cos(t) if t % 5 else 0.0]
        theta, state, _ = update(theta, np.array(slopes), t, 0.02, state)
        values, kept, _ = entries(values, slopes, t, 0.02, kept)
        np.testing.assert_allclose(values, theta, rtol=1e-13, atol=1e-15)
