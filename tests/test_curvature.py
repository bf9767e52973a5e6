"""Rank, minimum, curvature and rates of a cost: the numbers that stand before a descent."""

from __future__ import annotations

import numpy as np
import pytest

from symgd import Problem
from symgd.analysis import Quadratic, quadratic
from symgd.codegen.summary import separate, summarise
from symgd.data import columns_from


def quadratic_of(model: str, data: dict[str, list[float]]) -> Quadratic:
    problem = Problem(model)
    separation = separate(problem)
    assert separation is not None
    columns = columns_from([*problem.inputs, "y"], [], data)
    found = quadratic(summarise(separation, problem, columns))
    assert found is not None
    return found


def line_at(offset: float, rows: int) -> dict[str, list[float]]:
    """Points of y = 3 (x − offset) + 1 with x in [offset, offset + 1]."""
    steps = np.linspace(0, 1, rows)
    return {"x": (offset + steps).tolist(), "y": (3 * steps + 1).tolist()}


@pytest.mark.parametrize("rows", [20, 4000])
def test_a_line_that_rounding_cannot_explain_has_one_minimum(rows: int) -> None:
    """Rounding adds up like the square root of the number of rows, so many rows blur a slope no more than few."""
    found = quadratic_of("m*x + b", line_at(1e11, rows))
    assert found.rank == 2
    least = found.minimum()
    assert least.unique
    assert least.parameters["m"] == pytest.approx(3, rel=1e-3)
    assert found.curvature[0] > 0


@pytest.mark.parametrize("rows", [20, 4000])
def test_columns_that_differ_by_rounding_alone_have_many_minima(rows: int) -> None:
    x = np.linspace(0.1, 1.3, rows)
    data = {"x_1": x.tolist(), "x_2": (x / 3 * 0.7).tolist(), "y": (2 * x).tolist()}
    found = quadratic_of("a*x_1 + b*x_2", data)
    assert found.rank == 1
    assert not found.minimum().unique
    assert found.curvature[0] == 0
