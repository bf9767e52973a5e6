"""Pictures of their own: what each shows, in numbers that are read from the figure, for walks of all kinds."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import in_turn

from symgd import OutputError, Problem, Run
from symgd.plots.plane import plane_of

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
T = np.linspace(0, 4, 20)
RUNS: dict[str, Callable[[], Run]] = {
    "lesson": lambda: Problem("a*x + b").descend(X, Y, learning_rate=0.06, start={"a": 0.2, "b": 0.5}, max_iter=10, tolerance=0),
    "ravine": lambda: Problem("m*x + b").descend(100 * X, Y, learning_rate=1e-5, max_iter=500, tolerance=0),
    "diverged": lambda: Problem("a*x + b").descend(X, Y, learning_rate=0.2, max_iter=200, tolerance=0),
    "exponential": lambda: Problem("a*exp(-b*x) + c").descend(T, 2.5 * np.exp(-1.3 * T) + 0.5, learning_rate=0.2, start={"a": 1, "b": 0.3}, max_iter=100, tolerance=0),
    "logistic": lambda: Problem("sigmoid(a*x + b)", "bce").descend([1, 2, 3, 4], [0, 1, 0, 1], learning_rate=0.2, max_iter=100, tolerance=0),
    "three": lambda: Problem("a*x^2 + b*x + c").descend(T, T**2, learning_rate=0.001, max_iter=50, tolerance=0),
    "one": lambda: Problem("m*x").descend(X, Y, learning_rate=0.03, max_iter=20, tolerance=0),
    "no step": lambda: Problem("a*x + b").descend(X, Y, learning_rate=0.06, max_iter=0),
    "at rest": lambda: Problem("a*x + b").descend(X, 2 * X, learning_rate=0.06, start={"a": 2}),
}  # fmt: skip


@cache
def run_of(name: str) -> Run:
    return RUNS[name]()


@pytest.mark.parametrize(("name", "kind"), in_turn([*RUNS], ["contour", "surface", "slice"], of=2))
def test_every_walk_has_its_pictures(name: str, kind: str, tmp_path: Path) -> None:
    run = run_of(name)
    if name == "one" and kind != "slice":
        with pytest.raises(OutputError, match=r'plot\("slice"\)'):
            run.plot(kind)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = run.plot(kind, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000
    axes = picture.axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "start" in labels
    assert len({*labels}) == len(labels)
    drawn = np.concatenate([np.column_stack(line.get_data()[:2]) for line in axes.lines if len(line.get_data()[0])])  # fmt: skip
    assert np.isfinite(drawn).all() or kind == "slice"


def test_the_contour_shows_start_walk_and_minimum_inside_its_frame() -> None:
    for name in ("lesson", "ravine", "exponential", "logistic"):
        run, plane = run_of(name), plane_of(run_of(name))
        first, second = (run.trace[one] for one in plane.names)
        assert plane.across[0] < first.min() <= first.max() < plane.across[-1]
        assert plane.up[0] < second.min() <= second.max() < plane.up[-1]
        if run.exact is not None:
            assert plane.across[0] < run.exact.parameters[plane.names[0]] < plane.across[-1]
            assert plane.up[0] < run.exact.parameters[plane.names[1]] < plane.up[-1]


def test_a_contours_heights_are_costs() -> None:
    run = run_of("three")
    plane, f = plane_of(run, ("c", "a")), run.problem.lambdify(run.data)  # type: ignore[attr-defined]
    assert plane.names == ("c", "a")
    assert plane.held == {"b": run.parameters["b"]}
    point = {"a": plane.up[5], "b": run.parameters["b"], "c": plane.across[7]}
    assert plane.costs[5, 7] == pytest.approx(f.cost(point))


def test_what_leaves_the_picture_and_what_is_held_is_said() -> None:
    run = run_of("diverged")
    plane, title = plane_of(run), run.plot("contour").axes[0].get_title(loc="left")
    assert 2 <= plane.shown < run.steps
    assert f"up to step {plane.shown} of {run.steps}" in title
    assert "held at the end's values: c = " in run_of("three").plot("contour").axes[0].get_title(loc="left")  # fmt: skip
    ravine = run_of("ravine").plot("contour").axes[0]
    assert "the axes have different scales" in ravine.get_title(loc="left")
    assert run_of("lesson").plot("contour").axes[0].get_aspect() == 1


def test_the_tangents_have_the_slopes_of_the_gradient() -> None:
    run = run_of("one")
    axes = run.plot("slice").axes[0]
    f: Any = run.problem.lambdify(run.data)  # type: ignore[attr-defined]
    tangents = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert len(tangents) == 5
    for step, line in enumerate(tangents):
        slope = np.ptp(line.get_ydata()) / np.ptp(line.get_xdata())
        assert slope == pytest.approx(abs(f.gradient(run.trace["m"][step])), rel=1e-9)


def test_a_path_alone_draws_the_descent_as_ever(tmp_path: Path) -> None:
    run = run_of("lesson")
    assert len(run.plot(tmp_path / "a.png").axes) == 4
    assert len(run.plot("descent", tmp_path / "b.svg").axes) == len(run.plot().axes) == 4
    assert (tmp_path / "a.png").exists()
    assert (tmp_path / "b.svg").exists()
    for wrong in ("countour", "x.txt"):
        with pytest.raises(OutputError):
            run.plot(wrong)
    with pytest.raises(OutputError, match="not two parameters"):
        run.plot("contour", parameters=("a", "a"))
    with pytest.raises(OutputError, match='no parameter "q"'):
        run.plot("surface", parameters=("q", "a"))


def test_rates_stand_side_by_side(tmp_path: Path) -> None:
    problem = Problem("a*x + b")
    picture = problem.plot_rates(X, Y, rates=[0.01, 0.1, 0.2], path=tmp_path / "rates.png")
    assert len(picture.axes) == 4
    assert [line.get_label() for line in picture.axes[-1].lines] == [
        "α = 0.01",
        "α = 0.1",
        "α = 0.2",
    ]
    assert "diverged" in picture.axes[2].get_title(loc="left")
    assert len(Problem("m*x").plot_rates(X, Y).axes) == 5


def test_grids_of_one_two_and_three_parameters() -> None:
    one = Problem("m*x").grid(X, Y, m=(0, 2, 21)).plot()
    assert len(one.axes) == 1
    three = Problem("a*x^2 + b*x + c").grid(X, Y, a=(0, 1, 5), b=(0, 1, 4), c=(0, 1, 3))
    shown = [axes for axes in three.plot().axes if axes.get_title(loc="left").startswith("at ")]
    assert len(shown) == 3
    alone = three.plot(parameters=("c", "a")).axes[0]
    assert (alone.get_xlabel(), alone.get_ylabel()) == ("c", "a")
    mesh = alone.collections[0].get_array()
    best = dict(three.best)
    b = [*three.axes["b"]].index(best["b"])
    assert np.asarray(mesh) == pytest.approx(three.costs[:, b, :])


def test_the_ravine_is_drawn_along_the_hessians_directions() -> None:
    axes = Problem("a*x + b").analyse(X, Y).plot().axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[0] == "bends least, λ = 0.240393"
    line = axes.lines[0]
    slope = np.ptp(line.get_ydata()) / np.ptp(line.get_xdata())
    _, directions = np.linalg.eigh(np.array([[28 / 3, 4.0], [4.0, 2.0]]))
    assert slope == pytest.approx(abs(directions[1, 0] / directions[0, 0]))


def test_an_analysis_of_one_parameter_is_a_parabola() -> None:
    axes = Problem("a*x").analyse(X, Y).plot().axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["J", "start", "exact minimum"]
    assert axes.lines[2].get_xdata()[0] == pytest.approx(X @ Y / (X @ X))


def test_heights_are_not_written_where_they_are_cut() -> None:
    for name in ("lesson", "ravine", "three"):
        axes = run_of(name).plot("contour").axes[0]
        (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        written = [text for text in axes.texts if text.get_visible() and text.get_text()]
        assert written
        for text in written:
            x, y = text.get_position()
            assert 0.09 < (x - left) / (right - left) < 0.91
            assert 0.09 < (y - bottom) / (top - bottom) < 0.91


def test_a_flat_cost_is_said_and_a_floor_is_seen() -> None:
    flat = Problem("0*a + 0*b + x", inputs=["x"]).descend(X, Y, learning_rate=0.1, max_iter=2)
    assert "the same at all of these points" in flat.plot("contour").axes[0].get_title(loc="left")
    surface = run_of("ravine").plot("surface").axes[0].collections[0]
    assert len(np.unique(surface.get_facecolor(), axis=0)) > 8


def test_a_title_is_no_wider_than_its_picture() -> None:
    names = Problem("slope_of_the_line*x + the_intercept_of_it", inputs=["x"])
    picture = names.descend(X, Y, learning_rate=0.06, max_iter=30).plot("contour")
    picture.canvas.draw()
    title = picture._suptitle  # type: ignore[attr-defined]  # a Figure has no other name for it
    assert title.get_window_extent().x1 < picture.bbox.x1


def test_a_walk_of_one_parameter_after_the_other_is_drawn_as_stairs() -> None:
    ways = {"start": {"m": 0.2, "b": 0.5}, "learning_rate": 0.06, "max_iter": 4, "tolerance": 0}
    run = Problem("m*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4], alternate=("b", "m"), **ways)
    path = plane_of(run).path
    assert path[:3].round(5).tolist() == [[0.2, 0.5], [0.2, 0.648], [0.53248, 0.648]]
    assert (np.count_nonzero(np.diff(path, axis=0), axis=1) == 1).all()
    assert len(plane_of(Problem("m*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4], **ways)).path) == 5
