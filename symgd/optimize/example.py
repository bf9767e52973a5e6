"""Lesson 004's three points, and its ten epochs: what is shown where nobody brings a formula or data."""

from __future__ import annotations

from typing import Any, TypeVar

from symgd.data.datasets import load
from symgd.derivation.engine import gradient_of
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run
from symgd.problem.objective import Objective
from symgd.problem.problem import Notation, Problem

TWO_VALLEYS = "w^4 - 2*w^2 + 0.4*w + 2"
# How it is descended: from two places beside the ridge between its valleys.
FROM_THE_RIDGE: dict[str, Any] = {"learning_rate": 0.06, "max_iter": 24, "tolerance": 0}
BESIDE_THE_RIDGE = 0.35, -0.15

P = TypeVar("P", bound=Problem)

MODEL = "a*x + b"
EPOCHS = 10
# How the lesson descends.
LESSON: dict[str, Any] = {
    "start": {"a": 0.2, "b": 0.5},
    "learning_rate": 0.06,
    "max_iter": EPOCHS,
    "tolerance": 0,
}


def points() -> tuple[Any, Any]:
    """The three points' x and y."""
    x, y = load("three_points").arrays().values()
    return x, y


def demo_problem(kind: type[P]) -> P:
    """The line through the three points, in the lesson's own notation, as a Problem of some kind."""
    labels = load("three_points").labels
    notation = Notation(cost="MSE", residual_sign="target - prediction")
    return kind(MODEL, notation=notation, labels=dict(zip("xy", labels, strict=True)))


def demo_run(problem: Problem) -> Run:
    """The lesson's ten epochs."""
    return descend(problem, lambda: gradient_of(problem), points(), {}, DescentOptions(**LESSON))


def two_valley_runs() -> tuple[Run, ...]:
    """Descents of a function with two valleys, which end in either."""
    function = Objective(TWO_VALLEYS)
    (name,) = function.parameters

    def descended(start: float) -> Run:
        chosen = DescentOptions(start={name: start}, **FROM_THE_RIDGE)
        return descend(function, lambda: gradient_of(function), (), {}, chosen)

    return tuple(map(descended, BESIDE_THE_RIDGE))
