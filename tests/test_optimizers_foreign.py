"""Optimizers, as torch and Optax have them, against what these libraries do, step by step."""

from __future__ import annotations

import json

import numpy as np
import pytest

from symgd.codegen.rules.update_rule import UpdateFunction
from symgd.optimizers.optimizers import OPTIMIZERS
from tests.foreign_optimizers import FUNCTIONS, PLACE, STEPS, Asked, Point, asked, trace

TRACES = json.loads(PLACE.read_text())["traces"]
CLOSE = 1e-12  # parts of the largest number in a trace


def own(run: Asked) -> list[Point]:
    """Where our rule goes, in the library's convention."""
    theirs = run.optimizer.as_in(run.convention.library, run.convention.variant)
    update = UpdateFunction(theirs, run.settings)
    gradient, start = FUNCTIONS[run.function]
    theta, state = np.array(start), update.start(len(start), run.alpha)
    found = []
    for t in range(1, STEPS + 1):
        g = np.array(gradient(tuple(theta.tolist())))
        theta, state, _ = update(theta, g, t, run.alpha, state)
        found.append(tuple(theta.tolist()))
    return found


def expect_alike(ours: list[Point], theirs: list[Point], key: str) -> None:
    scale = np.maximum(np.max(np.abs(theirs)), 1.0)
    apart = float(np.max(np.abs(np.array(ours) - np.array(theirs)))) / scale
    assert apart <= CLOSE, f"{key}: {apart:.1e}"


CONVENTIONS = [
    (optimizer.name, convention.library, convention.variant)
    for optimizer in OPTIMIZERS.values()
    for convention in optimizer.conventions
]


@pytest.mark.parametrize(("name", "library", "variant"), CONVENTIONS)
def test_a_rule_goes_where_the_library_goes(name: str, library: str, variant: str) -> None:
    mine = [
        run
        for run in asked()
        if (run.optimizer.name, run.convention.library, run.convention.variant)
        == (name, library, variant)
    ]
    assert len(mine) >= len(FUNCTIONS)
    for run in mine:
        expect_alike(own(run), TRACES[run.key], run.key)


@pytest.mark.parametrize("library", ["torch", "optax"])
def test_what_is_written_down_is_what_an_installed_library_does(library: str) -> None:
    pytest.importorskip(library)
    for run in asked():
        if run.convention.library == library and run.function == "himmelblau":
            expect_alike(trace(run), TRACES[run.key], run.key)
