"""Rank, minimum, curvature and rates of a cost: the numbers that stand before a descent."""

from __future__ import annotations

from collections.abc import Sequence

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


def of_matrix(
    matrix: list[list[float]], centre: list[float], offset: list[float], rank: int
) -> Quadratic:
    """The cost ‖M·(θ − centre) + offset‖² of parameters p_0, p_1, …"""
    rows, start, rest = np.array(matrix), np.array(centre), np.array(offset)

    def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        distance = rows @ (np.array(values) - start) + rest
        return float(distance @ distance), tuple((2 * rows.T @ distance).tolist())

    names = tuple(f"p_{number}" for number in range(len(centre)))
    return Quadratic(names, rows, start, rest, rank, evaluate)


LEAST = 5e-324

CURVATURES = [
    ([[3.0]], 1, (18.0,)),
    ([[3.0, 0.0], [0.0, 2.0]], 2, (8.0, 18.0)),
    ([[1.0, 1.0]], 1, (0.0, 4.0)),
    ([[0.0, 0.0]], 0, (0.0, 0.0)),
    ([[1e-200]], 1, (LEAST,)),
    ([[1e200]], 1, (np.inf,)),
]


@pytest.mark.parametrize(("matrix", "rank", "curvature"), CURVATURES)
def test_curvatures_are_twice_the_squared_singular_values(
    matrix: list[list[float]], rank: int, curvature: tuple[float, ...]
) -> None:
    """What is too small for a float is not called flat, and what is too large is no error."""
    width = len(matrix[0])
    found = of_matrix(matrix, [0.0] * width, [0.0] * len(matrix), rank)
    assert found.curvature == pytest.approx(curvature, rel=1e-14, abs=0)


# M, centre, offset, and where ‖M·(θ − centre) + offset‖² is least.
LOWEST = [
    ([[2.0]], [5.0], [4.0], [3.0]),
    ([[1.0, 0.0], [0.0, 4.0]], [1.0, 2.0], [2.0, 4.0], [-1.0, 1.0]),
    ([[1.0, 0.0], [0.0, 4.0], [0.0, 0.0]], [1.0, 2.0], [2.0, 4.0, 1e9], [-1.0, 1.0]),
    ([[1e12, 0.0], [0.0, 1e-12], [1e12, 1e-12]], [0.0, 0.0], [-1.0, -1.0, -2.0], [1e-12, 1e12]),
]


@pytest.mark.parametrize(("matrix", "centre", "offset", "place"), LOWEST)
def test_the_minimum_is_where_the_cost_is_least(
    matrix: list[list[float]], centre: list[float], offset: list[float], place: list[float]
) -> None:
    found = of_matrix(matrix, centre, offset, len(centre))
    least = found.minimum()
    assert least.unique
    assert [*least.parameters.values()] == pytest.approx(place, rel=1e-12, abs=0)
    assert least.cost == found.evaluate([*least.parameters.values()])[0]


# Of the minima p_0 + p_1 = 4 the one that is nearest to the start, and to 0 where none is given.
NEAREST = [
    (None, [2.0, 2.0]),
    ([0.0, 0.0], [2.0, 2.0]),
    ([1.0, 0.0], [2.5, 1.5]),
    ([7.0, -3.0], [7.0, -3.0]),
    ([9, 9], [2.0, 2.0]),
]


@pytest.mark.parametrize(("start", "place"), NEAREST)
def test_of_many_minima_the_nearest_is_given(start: list[float] | None, place: list[float]) -> None:
    found = of_matrix([[1.0, 1.0], [0.0, 0.0]], [3.0, 2.0], [1.0, 8.0], 1)
    least = found.minimum(start)
    assert not least.unique
    assert [*least.parameters.values()] == pytest.approx(place, rel=1e-14)
    assert least.cost == pytest.approx(64, rel=1e-14)
