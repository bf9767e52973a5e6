"""Optimizers, as torch and Optax have them, against what these libraries do, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pytest

from symgd.codegen.rules.update_rule import UpdateFunction
from symgd.optimizers.optimizers import OPTIMIZERS
from tests.foreign_optimizers import FUNCTIONS, PLACE, STEPS, Asked, Point, asked, trace

TRACES = json.loads(PLACE.read_text())["traces"]
CLOSE = 1e-12  # parts of the largest number in a trace


@cache
def runs() -> Mapping[tuple[str, str, str], Sequence[Asked]]:
    """The runs by each convention."""
    found: dict[tuple[str, str, str], list[Asked]] = {}
    for run in asked():
        key = (run.optimizer.name, run.convention.library, run.convention.variant)
        found.setdefault(key, []).append(run)
    return found


@cache
def update_of(
    name: str, library: str, variant: str, settings: tuple[tuple[str, float], ...]
) -> UpdateFunction:
    """Our rule in a library's convention: the same for all functions."""
    return UpdateFunction(OPTIMIZERS[name].as_in(library, variant), dict(settings))


def own(run: Asked) -> list[Point]:
    """Where our rule goes, in the library's convention."""
    convention, settings = run.convention, tuple(run.settings.items())
    update = update_of(run.optimizer.name, convention.library, convention.variant, settings)
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
    mine = runs()[name, library, variant]
    assert len(mine) >= len(FUNCTIONS)
    for run in mine:
        expect_alike(own(run), TRACES[run.key], run.key)


@pytest.mark.parametrize("library", ["torch", "optax"])
def test_what_is_written_down_is_what_an_installed_library_does(library: str) -> None:
    pytest.importorskip(library)
    for run in (run for few in runs().values() for run in few):
        if run.convention.library == library and run.function == "himmelblau":
            expect_alike(trace(run), TRACES[run.key], run.key)
