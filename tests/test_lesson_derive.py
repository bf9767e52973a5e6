"""derive_gradient as it is read: nothing lies over other words, and each rule stays for a while."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed
from readability import over_each_other, texts_of

from symgd.animations.derive_gradient import DeriveGradient

POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
HOURS = np.arange(1, 11) / 2
PASSED = np.array([0, 0, 0, 1, 0, 1, 1, 0, 1, 1], dtype=np.float64)
FORMULAS = {
    "logistic": "sigmoid(w*x + b)",
    "logistic written out": "1/(1 + exp(-(w*x + b)))",
    "exponential": "a*exp(-b*x) + c",
    "three parameters": "a*x^2 + b*x + c",
}


def run_of(case: str) -> Run:
    if case.startswith("logistic"):
        return Problem(FORMULAS[case], "bce").descend(
            HOURS, PASSED, learning_rate="auto", max_iter=4
        )
    return Problem(FORMULAS[case]).descend(*POINTS, learning_rate="auto", max_iter=4)


@pytest.mark.parametrize("case", FORMULAS)
def test_no_text_lies_over_another_at_any_beats_end(case: str) -> None:
    found: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        found.extend(f"{beat.name}: {fault}" for fault in over_each_other([*texts_of(scene)]))

    run = run_of(case)
    passed(DeriveGradient, seen, problem=run.problem, run=run)
    assert not found, "\n".join(found)
