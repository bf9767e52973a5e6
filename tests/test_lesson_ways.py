"""The lessons on batches, ravines and optimizers: what they show is the library's own, and has room on every frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Objective, Problem
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from test_animations_words import LOUD, Unplayed

from symgd.animations.comparing.arrows_picture import ArrowBundle
from symgd.animations.comparing.batch_story import BatchStory, tell_batches
from symgd.animations.comparing.race_story import NEAR, RaceStory, tell_race
from symgd.animations.comparing.ravine_story import RavineStory, tell_ravine
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import MIXED, dashes, looks_of
from symgd.animations.formulas.numerals import Scale
from symgd.animations.lessons import lesson_called
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage, Zone

POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
LESSONS = ("batch_mini_stochastic", "ravine_and_scaling", "optimizers")
NAMES = re.compile("Gradient descent|Momentum|RMSProp|Adam")
SAFE = 0.05

numbers = st.floats(-5, 5).map(lambda value: round(value, 2))


def points_of(size: int) -> st.SearchStrategy[list[float]]:
    return st.lists(numbers, min_size=size, max_size=size)


def told(tell: Callable[..., Any], run: Run) -> Any:
    return tell(run, lambda: gradient_of(run.problem))


def lesson_004() -> Run:
    return demo_run(demo_problem(Problem))


# ---------------------------------------------------------------------------------------------
# Batches


@settings(max_examples=15)
@given(x=points_of(5), y=points_of(5), loss=st.sampled_from(["mse", "half_mse", "huber", "sse"]))
def test_the_rows_arrows_make_the_batch_s(x: list[float], y: list[float], loss: str) -> None:
    run = Problem("a*x + b", loss).descend(x, y, learning_rate=1e-3, max_iter=2, tolerance=0)
    story: BatchStory = BatchStory(run, lambda: gradient_of(run.problem))
    at = story.start
    mean = story.singles_at(at).mean(axis=0) * (5 if loss == "sse" else 1)
    assert mean == pytest.approx(np.array(story.evaluate(at.tolist())[1]), abs=1e-9)


def test_the_walks_and_their_rises_are_the_library_s_own() -> None:
    run = lesson_004()
    story: BatchStory = told(tell_batches, run)
    assert [walk.each for walk in story.walks] == [1, 2, 3]
    assert not story.is_halved
    own = Problem("a*x + b").descend(
        *POINTS,
        start={"a": 0.2, "b": 0.5},
        learning_rate=0.06,
        batch_size=1,
        epochs=10,
        tolerance=0,
    )
    last = story.walks[-1]
    assert np.array_equal(last.cost, own.trace.cost)
    assert last.rises == sum(
        after > before for before, after in zip(own.trace.cost, own.trace.cost[1:], strict=False)
    )
    assert last.end == story.epochs == story.walks[0].end


def test_at_a_rate_that_throws_single_rows_out_all_walk_at_a_smaller_one() -> None:
    run = Problem("a*x + b").descend(*POINTS, learning_rate=0.17, max_iter=5, tolerance=0)
    story: BatchStory = told(tell_batches, run)
    assert story.is_halved
    assert all(walk.run.learning_rate == story.rate for walk in story.walks)
    assert all(np.isfinite(walk.cost).all() for walk in story.walks)


def test_by_the_other_convention_the_gradient_is_half() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    assert story.other_whole == pytest.approx(story.whole / 2)


@pytest.mark.parametrize(
    ("make", "tell", "said"),
    [
        (lambda: Problem("a*x + b", "rmse").descend(*POINTS, max_iter=2), tell_batches, "mean"),
        (lambda: Problem("a*x + b").descend([1], [2], max_iter=2), tell_batches, "one row"),
        (lambda: Objective("x^2 + y^2").descend(start={"x": 1.0, "y": 2.0}), tell_batches, "data"),
        (lambda: Objective("x^2 + y^2").descend(start={"x": 1.0, "y": 2.0}), tell_ravine, "data"),
        (lambda: Problem("m*x").descend(*POINTS, max_iter=2), tell_ravine, "one parameter"),
    ],
)
def test_what_cannot_be_told_is_refused(make: Any, tell: Any, said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        told(tell, make())


def panel_of(zone: Zone) -> PlotPanel:
    scale = Scale(-6.0, 6.0)
    return PlotPanel(Stage(), zone, scale, scale, x_label="a", y_label="b")


@settings(max_examples=10)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), st.floats(0, 1))
def test_on_their_way_into_the_mean_the_tips_keep_it(
    tips: list[tuple[float, float]], part: float
) -> None:
    bundle = ArrowBundle(
        panel_of(Zone(-4, 4, -3, 3)), [(0.0, 0.0)] * len(tips), tips, [], "#000000"
    )
    centres = [dot.get_center() for dot in bundle.gathered(part)[1]]
    assert np.mean(centres, axis=0) == pytest.approx(bundle.mean, abs=1e-9)


# ---------------------------------------------------------------------------------------------
# Ravines


@settings(max_examples=8)
@given(shift=st.floats(-50, 50), scale=st.floats(0.1, 20))
def test_standardised_coordinates_are_those_of_the_walk(shift: float, scale: float) -> None:
    x = [shift + scale * value for value in (1.0, 2.0, 4.0, 5.0)]
    run = Problem("a*x + b").descend(x, [1.2, 1.8, 3.4, 3.0], max_iter=3, tolerance=0)
    story: RavineStory = RavineStory(run, lambda: gradient_of(run.problem))
    assert story.ratios == (
        run.landscape.condition_number,
        story.scaled.run.landscape.condition_number,
    )
    assert story.ratios[1] == pytest.approx(1)
    assert story.back @ story.turn == pytest.approx(np.eye(2), abs=1e-6)
    hessian = story.after.hessian
    assert hessian == pytest.approx(np.eye(2) * hessian[0, 0], rel=1e-4, abs=1e-4 * hessian[0, 0])


def test_the_ravine_of_the_three_points() -> None:
    story: RavineStory = told(tell_ravine, lesson_004())
    assert story.original is None
    assert [story.steps(walk) for walk in story.walks] == [132, 1, 42]
    assert story.plain.run.learning_rate == 0.06


def test_columns_that_make_no_ravine_are_said_to() -> None:
    run = Problem("a*x + b").descend([-1.0, 0.0, 1.0], [1.0, 0.5, 2.0], max_iter=3, tolerance=0)
    story: RavineStory = told(tell_ravine, run)
    assert story.original is not None
    assert story.original.run is run
    before, after = (each.run.data["x"] for each in (story.original, story))
    assert np.array_equal(after, 10 * before)


def test_the_plane_turns_as_one_linear_map() -> None:
    first, second = panel_of(Zone(-4, 4, -3, 3)), panel_of(Zone(-4, 4, -3, 3))
    plane = TurnedPlane(first, second, np.array([[2.0, 0.0], [1.0, 1.0]]))
    plane.add(np.array([[0.0, 0.0], [1.0, 1.0]]), "#000000", 2.0)
    line = plane.show(1.0).whole[0]
    assert line.points[-1] == pytest.approx(second.position(2.0, 2.0))
    assert plane.show(0.0).whole[0].points[-1] == pytest.approx(first.position(1.0, 1.0))


# ---------------------------------------------------------------------------------------------
# Optimizers


def test_the_race_is_counted_in_the_runs() -> None:
    story: RaceStory = told(tell_race, lesson_004())
    assert [walk.run.optimizer.name for walk in story.walks] == [
        "gradient_descent",
        "momentum",
        "rmsprop",
        "adam",
    ]
    for walk, steps in zip(story.walks, story.arrivals(NEAR), strict=True):
        gap = walk.cost - story.least[0]
        assert steps is not None
        assert gap[steps] <= NEAR * gap[0] < gap[steps - 1]
    assert {walk.name for walk in story.first(NEAR)} == {"Momentum"}


def test_the_viewer_s_own_optimizer_walks_as_it_was_asked_to() -> None:
    run = Objective("x^2 + 10*y^2").descend(
        start={"x": -3.0, "y": 1.0}, optimizer="nesterov", learning_rate=0.02, max_iter=5
    )
    story: RaceStory = told(tell_race, run)
    assert [walk.name for walk in story.walks][1] == "Nesterov's momentum"
    assert story.is_own(story.walks[1])
    assert story.walks[1].run.learning_rate == 0.02


def test_a_letter_of_a_rule_is_no_parameter_s() -> None:
    run = Problem("m*x + v").descend(*POINTS, max_iter=2, tolerance=0)
    story: RaceStory = told(tell_race, run)
    for walk in story.walks:
        seen = {name.rstrip("'") for line in story.rule(walk) for name in line.names}
        assert not seen & {"m", "v"}


def test_a_dash_goes_on_round_a_corner() -> None:
    corner = [np.array([0.0, 0, 0]), np.array([0.3, 0, 0]), np.array([0.3, 0.3, 0])]
    pieces = [(corner[0], corner[1]), (corner[1], corner[2])]
    length = sum(float(np.linalg.norm(end - start)) for start, end in dashes(pieces, MIXED))
    straight = [(corner[0], np.array([0.6, 0, 0]))]
    other = sum(float(np.linalg.norm(end - start)) for start, end in dashes(straight, MIXED))
    assert length == pytest.approx(other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_walks_differ_in_colour_dash_and_marker(theme: str) -> None:
    looks = looks_of(Stage(theme=theme).palette)
    for part in ("colour", "dash", "marker"):
        assert len({getattr(look, part) for look in looks}) == len(looks)


# ---------------------------------------------------------------------------------------------
# Films


def scene_of(name: str, run: Run, **look: Any) -> Lesson:
    made: Lesson = lesson_called(name).load()(problem=run.problem, run=run, stage=Stage(**look))
    return made


@pytest.mark.parametrize("name", LESSONS)
def test_all_words_are_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    film = Unplayed(scene_of(name, lesson_004(), words=replace(LOUD)), monkeypatch)
    assert film.captions
    for text in (*film.captions, *film.shown):
        assert not re.findall(r"[a-z]{3,}", NAMES.sub("", text)), text
