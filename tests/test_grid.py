"""Grid search and analysis: lessons 000, 002 and 004 in numbers, files, formats, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from symgd import DataError, DescentError, Problem, UnknownOption
from symgd.api.grid_search import GridSearch
from symgd.cli import main

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])


def searched() -> GridSearch:
    return Problem("m*x + b").grid(X, Y, m=(0, 2, 41), b=(-1, 1, 41))


def test_the_best_point_is_the_least_cost_by_hand() -> None:
    found = searched()
    m, b = np.meshgrid(np.linspace(0, 2, 41), np.linspace(-1, 1, 41), indexing="ij")
    costs = sum((m * x + b - y) ** 2 for x, y in zip(X, Y, strict=True)) / 3
    assert found.costs == pytest.approx(costs, rel=1e-12, abs=1e-15)
    place = np.unravel_index(costs.argmin(), costs.shape)
    assert dict(found.best) == {"m": pytest.approx(m[place]), "b": pytest.approx(b[place])}
    assert found.cost == pytest.approx(costs.min())
    assert found.evaluations == 41 * 41
    assert not found.at_the_edge


def test_descent_is_as_low_after_so_many_steps() -> None:
    found = searched()
    assert found.descent_steps is not None
    run = Problem("m*x + b").descend(
        X,
        Y,
        start={"m": 0, "b": -1},
        learning_rate=3 / 17,
        max_iter=found.descent_steps,
        tolerance=0,
    )
    assert run.trace.cost[-1] <= found.cost < run.trace.cost[-2]


def test_every_parameter_is_searched_or_fixed() -> None:
    problem = Problem("m*x + b")
    fixed = problem.grid({"x": X, "y": Y}, m=[0.5, 1.0, 1.5], fixed={"b": 0})
    assert dict(fixed.best) == {"m": 1.0, "b": 0.0}
    assert fixed.descent_steps is None
    assert "fixed: b = 0" in fixed.text()
    three = Problem("a*x^2 + b*x + c").grid(x=X, y=Y, a=(0, 1, 3), b=(0, 1, 3), c=(0, 1, 3))
    assert three.costs.shape == (3, 3, 3)
    assert three.rows(None)[0][-1] == three.cost == min(row[-1] for row in three.rows(None))


def test_names_that_options_have_are_told_apart() -> None:
    problem = Problem("ranges*x + fixed", inputs=["x"])
    found = problem.grid(X, Y, ranges={"ranges": (0, 2, 3), "fixed": (0, 1, 2)})
    assert dict(found.best) == {"ranges": 1.0, "fixed": 0.0}
    own = Problem("self*x + data", inputs=["x"]).grid(X, Y, self=(0, 2, 3), data=(0, 1, 2))
    assert dict(own.best) == {"self": 1.0, "data": 0.0}
    with pytest.raises(DescentError, match="a parameter called fixed has its range in ranges"):
        problem.grid(X, Y, ranges={"ranges": (0, 2, 3)}, fixed=(0, 1, 2))  # type: ignore[arg-type]


def test_what_is_at_the_edge_or_has_no_cost_is_said() -> None:
    found = Problem("m*x + b").grid(X, Y, m=(0, 0.5, 3), b=(-1, 1, 3))
    assert found.at_the_edge == ("m", "b")
    assert "the minimum may lie beyond" in found.text()
    lost = Problem("log(a*x)").grid(X, Y, a=(-1, 2, 4))
    assert np.isnan(lost.costs).sum() == 2
    assert "2 points have no finite cost" in lost.text()
    assert json.loads(lost.json())["costs"][:2] == [None, None]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda p: p.grid(X, Y, m=(0, 2, 41)), DescentError, '"b" has no range'),
        (lambda p: p.grid(X, Y), DescentError, "has no range"),
        (lambda p: p.grid(X, Y, fixed={"m": 1, "b": 1}), DescentError, "no parameter has a range"),
        (lambda p: p.grid(X, Y, m=(0, 2, 4), fixed={"m": 0, "b": 0}), DescentError, "is fixed"),
        (lambda p: p.grid(X, Y, m=(0, 2, 4), fixed={"b": "q"}), DescentError, "is 'q'; pass a number"),
        (lambda p: p.grid(X, Y, m="0:2:3", b=(0, 1, 2)), DescentError, "the range of"),
        (lambda p: p.grid(X, Y, m=(0, 2, 0), b=(0, 1, 2)), DescentError, "the range of"),
        (lambda p: p.grid(X, Y, m=(0, 2, 5.0), b=(0, 1, 2)), DescentError, "the range of"),
        (lambda p: p.grid(X, Y, m=(0, 2, True), b=(0, 1, 2)), DescentError, "the range of"),
        (lambda p: p.grid(X, Y, m=(0, np.inf, 3), b=(0, 1, 2)), DescentError, "the range of"),
        (lambda p: p.grid(X, Y, m=(0, 1, 10**8), fixed={"b": 0}), DescentError, "100,000,000 points"),
        (lambda p: p.grid(X, Y, m=[0, np.nan], b=(0, 1, 2)), DescentError, "finite values"),
        (lambda p: p.grid(X, Y, m=(0, 2, 4000), b=(0, 1, 4000)), DescentError, "16,000,000 points"),
        (lambda p: p.grid(X, Y, ranges={"k": (0, 2, 4)}), DescentError, 'no parameter "k"'),
        (lambda p: p.grid(X, Y, m=(0, 1, 2), b=(0, 1, 2), fix={"b": 1}), UnknownOption, "fixed"),
        (lambda p: p.grid(X, m=(0, 1, 2), b=(0, 1, 2)), DataError, 'no data for "y"'),
        (lambda p: Problem("log(m*x)").grid(X, Y, m=(-2, -1, 3)), DescentError, "no point of the grid"),
        (lambda p: p.analyse(X, Y, start={"k": 1}), DescentError, 'no parameter "k"'),
        (lambda p: p.analyse(X, Y, tolerance=0), DescentError, "tolerance"),
        (lambda p: p.analyse(X, Y, tolerance="a"), DescentError, "the tolerance is 'a'"),
        (lambda p: p.analyse(X, Y, start={"m": "q"}), DescentError, 'start of "m"'),
        (lambda p: p.analyse(X, Y).steps_at("q"), DescentError, "learning_rate is 'q'"),
        (lambda p: p.analyse(1e200 * X, Y), DescentError, "beyond the range of floats"),
        (lambda p: Problem("a*exp(b*x)").analyse(X, Y).steps_at(0.1), DescentError, "no quadratic"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(
    call: Callable[[Problem], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call(Problem("m*x + b"))


def test_a_grid_is_written_in_all_its_formats(tmp_path: Path) -> None:
    found = searched()
    rows = found.save(tmp_path / "grid.csv").read_text().splitlines()
    assert rows[0] == "m,b,J"
    assert len(rows) == 1 + 41 * 41
    table = np.loadtxt(rows, delimiter=",", skiprows=1)
    assert table[:, 2].tolist() == found.costs.ravel().tolist()
    record = json.loads(found.save(tmp_path / "grid.json").read_text())
    assert record["best"] == dict(found.best)
    assert record["evaluations"] == 1681
    assert found.save(tmp_path / "grid.txt").read_text().startswith("The best points of the grid:")
    assert found.save(tmp_path / "grid.png").stat().st_size > 10_000
    shown = found._repr_mimebundle_()
    assert "<table>" in shown["text/html"]
    assert "data:image/png" in shown["text/html"]


# ---------------------------------------------------------------------------------------------
# Analysis


@pytest.mark.parametrize(("rate", "steps"), [(0.06, 236), (0.16, 88), (3 / 17, 115)])
def test_the_lessons_steps_are_foretold(rate: float, steps: int) -> None:
    found = Problem("a*x + b").analyse(X, Y, start={"a": 0.2, "b": 0.5})
    assert found.steps_at(rate, gap=1e-4) == steps


@pytest.mark.parametrize("rate", [0.01, 0.06, 0.09, 0.16, 0.1764, 0.18])
@pytest.mark.parametrize("start", [{"a": 0.2, "b": 0.5}, {}, {"a": 1.1, "b": 40.0}])
def test_a_walk_makes_the_steps_that_were_foretold(rate: float, start: dict[str, float]) -> None:
    problem = Problem("a*x + b")
    found = problem.analyse(X, Y, start=start, tolerance=1e-7)
    run = problem.descend(X, Y, start=start, learning_rate=rate, tolerance=1e-7)
    assert found.steps_at(rate) == pytest.approx(run.steps, abs=1)
    assert found.steps_at(0.2) is None


def test_analysis_says_curvature_rates_and_what_standardising_gains() -> None:
    found = Problem("a*x + b").analyse(X, Y)
    assert found.curvature == pytest.approx((0.24039313, 11.0929402))
    assert found.largest_stable_rate == pytest.approx(0.18029485)
    assert found.best_rate == pytest.approx(3 / 17)
    assert found.condition_number == pytest.approx(11.0929402 / 0.24039313)
    assert found.standardised_condition_number == pytest.approx(1)
    gain = "would be 1 instead of 46.145, and the best rate, 0.5, would take 1 step instead of 494"
    assert gain in found.text()
    assert "λ" not in found.text(ascii=True)
    record = json.loads(found.json())
    assert record["minimum"] == pytest.approx({"a": 1.1, "b": -1 / 15})
    assert record["rates"][0]["steps"] == found.steps_at(found.best_rate)


def test_analysis_of_other_costs_is_that_of_a_place() -> None:
    problem = Problem("a*exp(-b*x)")
    found = problem.analyse(X, Y, start={"a": 1, "b": -0.3})
    second = problem.lambdify().hessian((1, -0.3), X, Y)
    assert found.curvature == pytest.approx(np.linalg.eigvalsh(second), rel=1e-4)
    assert "others elsewhere: no steps are foretold" in found.text()
    flat = Problem("a*x + b + c").analyse(X, Y)
    assert "the minimum is not unique" in flat.text()


PENALISED = (
    Problem("a*x + b", penalty="ridge", settings={"lambda": 0.1}),
    Problem("a*x^2 + b*x + c", "sse", penalty="ridge", settings={"lambda": 2.0}),
    Problem("a*x + b + c", "half_mse", penalty="ridge"),
)


@pytest.mark.parametrize("problem", PENALISED, ids=lambda problem: str(problem))
def test_steps_are_foretold_with_a_ridge_as_well(problem: Problem) -> None:
    found = problem.analyse(X, Y)
    second = problem.lambdify().hessian([0.0] * len(problem.parameters), X, Y)
    assert found.curvature == pytest.approx(np.linalg.eigvalsh(second), rel=1e-9, abs=1e-12)
    assert found.landscape.exact is not None
    least = problem.fit(X, Y)
    assert found.landscape.exact.cost == pytest.approx(least.cost, rel=1e-12)
    assert found.best_rate is not None
    run = problem.descend(X, Y, learning_rate=found.best_rate, tolerance=1e-9)
    assert found.steps_at(found.best_rate) == pytest.approx(run.steps, abs=1)
    assert "standardised" not in found.text()  # it would be another cost


def test_standardised_descent_takes_the_one_step_that_is_foretold() -> None:
    scaled = (X - X.mean()) / X.std()
    run = Problem("a*x + b").descend(scaled, Y, learning_rate=0.5, tolerance=1e-9)
    assert run.steps == 1


def test_a_place_without_curvature_is_said() -> None:
    with pytest.raises(DescentError, match="a kink at a = 0"):
        Problem("a*x + b", penalty="lasso").analyse(X, Y)
    there = Problem("a*x + b", penalty="lasso").analyse(X, Y, start={"a": 0.5})
    assert there.curvature == pytest.approx(np.linalg.eigvalsh([[28 / 3, 4], [4, 2]]), rel=1e-5)
    straight = Problem("a*x + b", "mae").analyse(X, Y)
    assert "bends in no direction" in straight.text()
    assert "not unique" not in straight.text()
    with pytest.raises(DataError, match="does not fit"):
        Problem("sigmoid(a*x + b)", "bce").analyse(X, [0, 1, 2])
    many = Problem("+".join(f"a{k}*sin({k}*x)" for k in range(1, 12)), inputs=["x"])
    assert "λ₁₁" in many.analyse(np.linspace(0, 3, 40), np.linspace(0, 3, 40)).text()


def test_the_verbs(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("minute,volume\n1,1.2\n2,1.8\n3,3.4\n")
    model = ["--model", "m*x + b", "--x", "minute", "--y", "volume"]
    ranges = ["--grid", "m=0:2:41", "--grid", "b=-1:1:41"]
    table, picture = tmp_path / "grid.csv", tmp_path / "grid.png"
    run = CliRunner().invoke(
        main, ["grid", str(points), *model, *ranges, "--table", str(table), "--plot", str(picture)]
    )
    assert run.exit_code == 0, run.output
    assert "1.1  -0.05" in " ".join(run.output.split(" ")).replace("   ", "  ")
    assert len(table.read_text().splitlines()) == 1682
    assert picture.exists()
    told = CliRunner().invoke(main, ["grid", str(points), *model, "--grid", "m=0:2:3", "--fix", "b=0", "--format", "json"])  # fmt: skip
    assert json.loads(told.output)["best"] == {"m": 1.0, "b": 0.0}
    for wrong in ("m=0:2", "m=0:2:0", "m=a:b:3", "m"):
        assert (
            CliRunner().invoke(main, ["grid", str(points), *model, "--grid", wrong]).exit_code == 2
        )
    ravine = tmp_path / "ravine.png"
    told = CliRunner().invoke(main, ["analyse", str(points), *model, "--plot", str(ravine)])
    assert told.exit_code == 0, told.output
    assert "condition number" in told.output
    assert ravine.exists()
