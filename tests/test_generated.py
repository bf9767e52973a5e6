"""Whatever is generated: each of its functions answers, and each of its lines is code that a linter leaves alone.

Each optimizer has one kind of cost, in turn; SYMGD_EXPLORE=1 tries them all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from grids import EVERY
from test_every_combination import CASES, asked_of

from symgd import Problem, SymgdError
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES

# Every optimizer for a function without data, which few other tests have, and for one other kind.
KINDS = [kind for kind in CASES if kind != "function"]
TURNS = [(name, kind) for n, name in enumerate(OPTIMIZERS) for kind in (KINDS[n % len(KINDS)],)]
ALL = [(name, kind) for name in OPTIMIZERS for kind in CASES]
GRID = ALL if EVERY else [*TURNS, *((name, "function") for name in OPTIMIZERS)]
LINE = Problem("m*x + b")


@cache
def written(name: str, kind: str, style: str) -> str:
    """A module or a listing; empty where it is refused."""
    try:
        return CASES[kind].problem.source(optimizer=name, style=style)
    except SymgdError:
        return ""


def run(code: str) -> dict[str, Any]:
    """The names that code has."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(code, "generated.py", "exec"), names)
    return names


@pytest.mark.parametrize(("name", "kind"), GRID)
def test_every_function_of_a_module_answers(name: str, kind: str) -> None:
    case, code, asked = CASES[kind], written(name, kind, "module"), asked_of(name)
    if not code:
        return  # why, test_every_combination says
    module = run(code)
    point, columns = tuple(case.start.values()), case.columns
    cost, slopes = module["cost_and_gradient"](point, *columns)
    assert module["cost"](point, *columns) == cost
    assert module["gradient"](point, *columns) == slopes
    if "predict" in module:
        said = module["predict"](point, *columns[: len(case.problem.inputs)])
        assert np.isfinite(said).all()
    found = module["descend"](*columns, start=case.start, **asked)
    rate = [asked["learning_rate"]] if "learning_rate" in asked else []
    moved = module["update"](point, *columns, *rate)
    moved = moved[0] if isinstance(moved[0], tuple) else moved
    assert np.allclose(moved, found.trace[1][:-1], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_listing_of_every_schedule_runs(
    schedule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = LINE.source(schedule=schedule, style="listing")
    exec(compile(code, "listing.py", "exec"), {"__name__": "__main__"})
    assert len(capsys.readouterr().out.splitlines()) == 11


def test_a_formula_of_many_lines_is_left_out_of_a_listing() -> None:
    law = "alpha*(" + " + ".join(f"exp(-{k}*t/T)/{k}" for k in range(2, 30)) + ")"
    names = run(LINE.source(schedule=law, style="listing"))
    assert 0 < names["rate"](1, 10, 0.1) < 1
