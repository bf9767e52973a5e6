"""Rank, minimum, curvature and rates of a cost: the numbers that stand before a descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from symgd import Problem
from symgd.codegen.evaluators.summary import separate, summarise
from symgd.data.columns import columns_from
from symgd.optimize.curvature import (
    Landscape,
    Minimum,
    Quadratic,
    local_curvature,
    quadratic,
    rank_of,
)


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


EPS = np.finfo(float).eps
# How far the columns (1, 1) and (1, 1 + part) are apart, beside how far rounding may blur so many rows.
BLURRED = [
    (3, 160 * EPS, 1),  # 64 eps at least, however few the rows
    (3, 400 * EPS, 2),
    (100, 300 * EPS, 1),  # 8 √100 = 80
    (100, 340 * EPS, 2),
    (1_000_000, 28_000 * EPS, 1),  # 8 √1,000,000 = 8,000
    (1_000_000, 40_000 * EPS, 2),
]


@pytest.mark.parametrize(("rows", "part", "rank"), BLURRED)
def test_the_rank_leaves_room_for_what_rounding_adds_up_to(
    rows: int, part: float, rank: int
) -> None:
    assert rank_of(np.array([[1.0, 1.0], [1.0, 1.0 + part]]), rows) == rank


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
    ([[0.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [1.0, 2.0], [1e18, 3.0, 4.0], [-1.0, 1.0]),
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


# Of the minima p_0 + p_1 = 4 and p_0 + 3 p_1 = 8 the one that is nearest to the start, and to 0 where none is given.
NEAREST = [
    ([1.0, 1.0], None, [2.0, 2.0]),
    ([1.0, 1.0], [0.0, 0.0], [2.0, 2.0]),
    ([1.0, 1.0], [1.0, 0.0], [2.5, 1.5]),
    ([1.0, 1.0], [7.0, -3.0], [7.0, -3.0]),
    ([1.0, 1.0], [9, 9], [2.0, 2.0]),
    ([1.0, 3.0], None, [0.8, 2.4]),
    ([1.0, 3.0], [2.0, 2.0], [2.0, 2.0]),
]


@pytest.mark.parametrize(("row", "start", "place"), NEAREST)
def test_of_many_minima_the_nearest_is_given(
    row: list[float], start: list[float] | None, place: list[float]
) -> None:
    found = of_matrix([row, [0.0, 0.0]], [3.0, 2.0], [1.0, 8.0], 1)
    least = found.minimum(start)
    assert not least.unique
    assert [*least.parameters.values()] == pytest.approx(place, rel=1e-14)
    assert least.cost == pytest.approx(64, rel=1e-14)


# Models with a part that no parameter stands in, and where their least squares are: y − 7 = a x, and so on.
CONSTANTS = [
    ("a*x + 7", {"a": 2.0}, [9.0, 11.0, 13.0]),
    ("7 - a*x", {"a": -2.0}, [9.0, 11.0, 13.0]),
    ("a*x^2 + b*x - x + 3", {"a": 1.0, "b": 3.0}, [6.0, 11.0, 18.0]),
    ("(a + 1)*x + b - 2", {"a": 1.0, "b": 9.0}, [9.0, 11.0, 13.0]),
    ("(2*a - 3)*x^2 + (b + 5)*x", {"a": 2.0, "b": -4.0}, [2.0, 6.0, 12.0]),
    ("a*(x + 1) + b*x + 2", {"a": 1.0, "b": 4.0}, [8.0, 13.0, 18.0]),
]


@pytest.mark.parametrize(("model", "place", "y"), CONSTANTS)
def test_what_has_no_parameter_in_it_moves_the_minimum(
    model: str, place: dict[str, float], y: list[float]
) -> None:
    least = quadratic_of(model, {"x": [1.0, 2.0, 3.0], "y": y}).minimum()
    assert dict(least.parameters) == pytest.approx(place, rel=1e-12)
    assert least.cost == pytest.approx(0, abs=1e-24)


@pytest.mark.parametrize("sizes", [(1.0, 1e-9, 1e9), (1e9, 1.0, 1e-9), (1e-9, 1e9, 1.0)])
def test_columns_of_very_different_sizes_have_their_exact_minimum(sizes: Sequence[float]) -> None:
    mixed = np.array([[1.0, 2.0, 3.0], [2.0, -1.0, 1.0], [1.0, 1.0, -2.0], [3.0, 0.5, 1.0]])
    matrix, place = mixed * sizes, np.array([1.0, 2.0, 3.0]) / sizes
    found = of_matrix(matrix.tolist(), [0.0] * 3, (-matrix @ place).tolist(), 3)
    assert [*found.minimum().parameters.values()] == pytest.approx(place.tolist(), rel=1e-12, abs=0)


RATES: list[tuple[list[float], float | None, float | None, float | None]] = [
    ([2.0], 1.0, 0.5, 1.0),
    ([1.0, 4.0], 0.5, 0.4, 4.0),
    ([1.0, 2.0, 4.0], 0.5, 0.4, 4.0),
    ([0.0, 1.0, 4.0], 0.5, 0.4, 4.0),
    ([0.0, 0.0, 0.5], 4.0, 2.0, 1.0),
    ([0.25, 0.5], 4.0, 8 / 3, 2.0),
    ([-1.0, 4.0], 0.5, None, None),
    ([-0.5, 0.0, 4.0], 0.5, None, None),
    ([0.0], None, None, None),
    ([0.0, 0.0], None, None, None),
    ([-1.0], None, None, None),
    ([-1.0, 0.0], None, None, None),
]


@pytest.mark.parametrize(("curvature", "largest", "best", "condition"), RATES)
def test_rates_follow_from_the_curvature(
    curvature: list[float], largest: float | None, best: float | None, condition: float | None
) -> None:
    known = Landscape(None, tuple(curvature))
    assert known.largest_stable_rate == largest
    assert known.best_rate == best
    assert known.condition_number == condition


def test_a_cost_that_is_no_quadratic_has_no_rates() -> None:
    nothing = Landscape()
    assert nothing.largest_stable_rate is None
    assert nothing.best_rate is None
    assert nothing.condition_number is None
    assert nothing.reached(3.0) == nothing


def test_no_cost_that_is_reached_is_less_than_the_least() -> None:
    least = Minimum({"a": 1.0}, 2.0, True)
    known = Landscape(least, (4.0,))
    assert known.reached(2.0) is known
    assert known.reached(3.0) is known
    assert known.reached(1.5) == Landscape(Minimum({"a": 1.0}, 1.5, True), (4.0,))


# Gradients, a place, and the Hessian's eigenvalues there.
CURVED: list[tuple[Callable[[Sequence[float]], tuple[float, ...]], list[float], list[float]]] = [
    (lambda v: (6 * v[0],), [0.0], [6.0]),
    (lambda v: (6 * v[0],), [1e9], [6.0]),
    (lambda v: (6 * v[0],), [-1e9], [6.0]),
    (lambda v: (2 * v[0] + v[1], v[0] + 2 * v[1]), [3.0, -2.0], [1.0, 3.0]),
    (lambda v: (math.exp(v[0]),), [2.0], [math.exp(2)]),
    (lambda v: (4 * v[0] ** 3, -2 * v[1]), [2.0, 7.0], [-2.0, 48.0]),
    (lambda v: (math.cos(v[0]),), [1e-3], [-math.sin(1e-3)]),
    (lambda v: (v[1], v[0] + 1e-7 * v[0]), [1.0, 1.0], [-1.0, 1.0]),
]


@pytest.mark.parametrize(("gradient", "place", "curvature"), CURVED)
def test_local_curvatures_are_good_to_six_digits(
    gradient: Callable[[Sequence[float]], tuple[float, ...]],
    place: list[float],
    curvature: list[float],
) -> None:
    found = local_curvature(lambda v: (0.0, gradient(v)), place)
    assert found == pytest.approx(curvature, rel=1e-6, abs=1e-9)
    assert isinstance(found, tuple)


def test_a_gradient_that_is_not_symmetric_is_taken_half_from_each_side() -> None:
    found = local_curvature(lambda v: (0.0, (3 * v[1], v[0])), [0.0, 0.0])
    assert found == pytest.approx([-2.0, 2.0], rel=1e-6)


@pytest.mark.parametrize("broken", [(math.inf, 1.0), (1.0, math.nan)])
def test_where_a_gradient_is_not_finite_there_is_no_curvature(broken: tuple[float, ...]) -> None:
    assert local_curvature(lambda v: (0.0, broken if v[1] > 0 else (0.0, 0.0)), [0.0, 0.0]) is None
