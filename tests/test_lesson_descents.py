"""What the lessons about a descent show of other runs: planes of the largest moves, penalties, standardised inputs, frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed
from readability import faults
from test_animations_descend import strings
from test_lesson_update import told

from symgd.animations.annotated_update import AnnotatedUpdate
from symgd.animations.comparing import ravine_end_words, ravine_words
from symgd.animations.comparing.half_axes import HalfAxes, closed_height
from symgd.animations.comparing.ravine_frames import ALIKE, RavineFrames
from symgd.animations.comparing.ravine_story import RavineStory, tell_ravine
from symgd.animations.comparing.step_factors import StepFactors
from symgd.animations.descend import Descend
from symgd.animations.descending import descend_end_words, descend_words, penalty_words
from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.lost_on_the_mountain import LostOnTheMountain
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.ravine_and_scaling import RavineAndScaling
from symgd.animations.staging.layout import ASPECTS, Zone
from symgd.animations.staging.stage import Stage
from symgd.animations.stories.standardised_run import retold
from symgd.terms import Symbol

POINTS = ([1.0, 2.0, 3.0, 4.0], [1.2, 1.8, 3.4, 3.1])
HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = 3.45 * HEIGHTS - 87.5 + np.sin(HEIGHTS)
FOLDER = Path(__file__).parent.parent / "animations"
MINE = (
    "descending/penalty_words.py",
    "descending/descend_end_words.py",
    "descending/descend_starts.py",
    "descending/annotated_moves.py",
    "comparing/ravine_frames.py",
    "pictures/axis_readings.py",
    "stories/standardised_run.py",
    "stories/penalty_part.py",
)


def demo() -> Run:
    return demo_run(demo_problem(Problem))


def three(start: dict[str, float] | None = None) -> Run:
    problem = Problem("a + b*x + c*x^2")
    return problem.descend(*POINTS, learning_rate=0.005, max_iter=6, start=start)


def ridge() -> Run:
    return Problem("a*x + b", penalty="ridge").descend(*POINTS, learning_rate=0.05, max_iter=10)


def standardised(**options: Any) -> Run:
    return Problem("a*x + b").descend(
        HEIGHTS, WEIGHTS, standardise=True, learning_rate=0.1, max_iter=10, **options
    )


def women() -> Run:
    return Problem("a*x + b").descend(HEIGHTS, WEIGHTS, max_iter=10)


def logistic() -> Run:
    rows = np.arange(1, 11) / 2, [0, 0, 0, 1, 0, 1, 1, 0, 1, 1]
    problem = Problem("sigmoid(a*x + b)", "binary_cross_entropy")
    return problem.descend(*rows, learning_rate=0.2, max_iter=6)


def one() -> Run:
    return Problem("m*x").descend(*POINTS, learning_rate=0.02, max_iter=6)


def ravine(run: Run) -> RavineStory:
    return tell_ravine(run, run.problem.derive)


def heard(caption: Any) -> str:
    return " ".join(map(str, caption))


# ---------------------------------------------------------------------------------------------
# The plane of the largest moves


STARTS = st.floats(-2, 2, allow_nan=False).map(lambda v: round(v, 2))


@settings(max_examples=15, deadline=None)
@given(a=STARTS, b=STARTS, c=STARTS)
def test_the_plane_is_that_of_the_two_largest_moves(a: float, b: float, c: float) -> None:
    story = told(three({"a": a, "b": b, "c": c}))
    if not story.steps:
        return
    moved = np.ptp(story.parameters, axis=0)
    (held,) = story.held_names
    assert moved[story.names.index(held)] <= moved[[*story.axes]].min() + 1e-12
    assert list(story.axes) == sorted(story.axes)


def test_a_slice_goes_through_the_other_parameters_and_is_said() -> None:
    story = told(three())
    stage = Stage(parameters=story.names)
    picture = ParameterPicture(stage, stage.layout.picture, story)
    for step in (0, 3):
        assert picture.point(step) == pytest.approx(story.parameters[step][[*story.axes]])
    said = heard(descend_words.point(story))
    assert "move furthest" in said
    assert f"with {Symbol(story.held_names[0])} held" in said


def test_an_update_shows_the_largest_moves_of_the_steps_that_it_shows() -> None:
    run = three()
    scene: Any = passed(AnnotatedUpdate, lambda *_: None, problem=run.problem, run=run)
    moved = np.ptp(run.trace.table[: scene.story.singly + 1, :3], axis=0)
    assert set(scene.story.axes) == {*np.argsort(-moved)[:2].tolist()}
    assert "move furthest" in " ".join(cue.text.replace("\n", " ") for cue in scene.cues)


# ---------------------------------------------------------------------------------------------
# Numbers on their way


@settings(max_examples=25, deadline=None)
@given(x=st.floats(-1, 1), y=st.floats(-1, 1))
def test_a_place_is_read_on_its_axes_over_no_number_of_theirs(x: float, y: float) -> None:
    stage = Stage()

    zone = Zone(-6, 2, -3, 3)
    panel = PlotPanel(stage, zone, Scale(-1, 1), Scale(-1, 1), x_label="a", y_label="b")
    ink = stage.palette.ink
    made = AxisReadings(stage, panel, (x, y), (numeral(x), numeral(y)), (ink, ink))
    here = panel.position(x, y)
    assert made.numbers[1].get_center()[1] == pytest.approx(here[1], abs=0.12)
    for number in made.numbers:
        assert zone.left - 1e-6 <= number.get_left()[0] <= number.get_right()[0] <= zone.right
    covered = {id(mark) for mark in made.covered}
    for mark in panel.scales.get_family():
        if type(mark).__name__ != "Formula" or id(mark) in covered:
            continue
        for number in made.numbers:
            apart = np.abs(mark.get_center() - number.get_center())[:2]
            sizes = np.array([mark.width + number.width, mark.height + number.height]) / 2
            assert (apart >= sizes).any()


def test_a_number_is_the_same_in_callout_line_and_axis() -> None:
    run = demo()
    scene: Any = passed(AnnotatedUpdate, lambda *_: None, problem=run.problem, run=run)
    for step in range(1, scene.story.singly + 1):
        shown = scene.place(step)
        for index, value in enumerate(shown):
            written = scene.lines.result(index, step - 1)[1]
            assert written.term == value
        readings = scene.read_axes(step)
        terms = tuple(shown[index] for index in scene.story.axes)
        assert tuple(number.term for number in readings.numbers) == terms


def test_the_man_s_slope_and_step_are_those_of_their_rows() -> None:
    run, labels = demo(), dict[str, Any]()

    def seen(scene: Any, beat: Any) -> None:
        labels[str(beat.name)] = [part[-1].term for part in scene.labels]

    scene: Any = passed(LostOnTheMountain, seen, problem=run.problem, run=run)
    assert labels["the slope"] == [numeral(scene.rows.steepness(0))]
    assert labels["is it the lowest"] == [numeral(scene.rows.steepness(scene.mountain.steps))]
    change = scene.rows.change(0)
    assert abs(change) == pytest.approx(float(scene.story.step_norm[0]))


def test_who_hardly_moves_is_said_to() -> None:
    crawls, walks = Mountain(told(women())), Mountain(told(one()))
    assert crawls.hardly_moves
    assert not walks.hardly_moves


# ---------------------------------------------------------------------------------------------
# Penalties


@pytest.mark.parametrize("penalty", ["ridge", "lasso", "elastic_net"])
def test_a_penalty_is_told_with_what_it_adds(penalty: str) -> None:
    problem = Problem("a*x + b", penalty=penalty)
    run = problem.descend(*POINTS, start={"a": 1.5, "b": 0.5}, learning_rate=0.02, max_iter=6)
    story = told(run)
    value = story.penalty_at(0)
    assert value is not None
    plain = told(Problem("a*x + b").descend(*POINTS, start={"a": 1.5, "b": 0.5}, max_iter=1))
    assert float(story.cost[0]) - value == pytest.approx(float(plain.cost[0]))
    said = heard(descend_words.residuals(story))
    assert problem.penalty is not None
    assert "second part" in said
    assert problem.penalty.title in said
    assert str(penalty_words.in_parts(story, 0)).startswith(problem.penalty.title)


def test_a_penalty_draws_the_minimum_to_zero() -> None:
    assert "towards zero" in heard(descend_end_words.ending(told(ridge())))
    assert "penalty" not in heard(descend_words.residuals(told(demo())))


# ---------------------------------------------------------------------------------------------
# Standardised inputs


@settings(max_examples=10, deadline=None)
@given(shift=st.floats(-50, 50), scale=st.floats(0.1, 20), rate=st.floats(0.05, 0.4))
def test_a_standardised_run_is_the_same_descent(shift: float, scale: float, rate: float) -> None:
    x = shift + scale * np.arange(6.0)
    run = Problem("a*x + b").descend(
        x, 2 * x + np.cos(x), standardise=True, learning_rate=rate, max_iter=6, tolerance=0
    )
    made = retold(run, run.problem.derive)
    assert made is not None
    np.testing.assert_allclose(
        made.run.trace.cost, run.trace.cost, rtol=1e-6, atol=1e-6 * abs(run.trace.cost[0])
    )
    slopes = made.run.trace.table[:, 0] / made.spreads[0]
    np.testing.assert_allclose(slopes, run.trace.table[:, 0], rtol=1e-5, atol=1e-6)


def test_whose_units_the_parameters_have_is_said() -> None:
    story = told(standardised())
    assert story.scaled is not None
    assert "(z)" in story.problem.labels["x"]
    said = heard(descend_words.data(story))
    assert "standardised" in said
    assert "not of your own units" in said
    assert "your own units" in heard(descend_end_words.ending(story))
    found = {name: str(numeral(v)) for name, v in story.scaled.own.exact.parameters.items()}  # type: ignore[union-attr]
    assert all(found)


def test_what_is_no_descent_over_standardised_columns_is_refused() -> None:
    run = Problem("a*x^2 + b*x + c").descend(*POINTS, standardise=True, max_iter=5)
    with pytest.raises(ProblemError, match="standardise"):
        told(run)


# ---------------------------------------------------------------------------------------------
# The ravine's frames


@pytest.mark.parametrize("aspect", [*ASPECTS])
@pytest.mark.parametrize("make", [demo, women, logistic])
def test_a_ravine_s_frame_holds_start_minimum_and_the_other_wall(
    make: Callable[[], Run], aspect: str
) -> None:
    story = ravine(make())
    stage = Stage(aspect=aspect, parameters=story.run.problem.parameters)
    frames = RavineFrames(stage, story)
    panel = frames.before(stage.layout.picture, [story.plain]).panel
    axes = list(story.axes)
    places = [story.before.start, story.before.held, *([] if story.wall is None else [story.wall])]
    for place in places:
        assert panel.holds(*place[axes])
    after = frames.after(stage.layout.picture).panel
    for corner in story.ring:
        assert after.holds(*corner[axes])


def test_a_narrow_ravine_is_stretched_and_that_is_said() -> None:
    story, stage = ravine(women()), Stage()
    frames = RavineFrames(stage, story)
    picture = frames.before(stage.layout.picture, [story.plain])
    times = frames.stretch(picture)
    assert times > ALIKE
    assert "stretched" in heard(ravine_words.opening(story, times))
    assert story.wall is not None
    axes, (x, _) = list(story.axes), (picture.panel.x, picture.panel.y)
    width = abs(story.wall[axes][0] - story.before.start[axes][0])
    assert width > 0.4 * (x.high - x.low)
    assert "stretched" not in heard(ravine_words.opening(ravine(demo()), 1.0))


def test_the_other_wall_is_as_high_as_the_start() -> None:
    story = ravine(women())
    assert story.wall is not None
    axes = list(story.axes)
    heights = [story.before.at(*place[axes]) for place in (story.wall, story.before.start)]
    assert heights[0] == pytest.approx(heights[1], rel=1e-6)
    down = story.before.at(*story.valley)
    for part in np.linspace(0, 1, 7):
        place = story.before.start[axes] + part * (story.valley - story.before.start[axes])
        assert down <= story.before.at(*place) + 1e-9 * abs(heights[1])


def test_a_ravine_that_stays_is_not_said_to_be_gone() -> None:
    x = np.arange(7.0)
    start = {"a": 1.0, "b": 0.5, "c": 0.0}
    run = Problem("a*exp(-b*x) + c").descend(x, 3 * np.exp(-0.7 * x) + 1, start=start, max_iter=10)
    story = ravine(run)
    after = story.ratios[1]
    assert after is not None
    said = str(ravine_end_words.answer(story))
    assert ("no such ravine" in said) == (after < 5)


@pytest.mark.parametrize("aspect", [*ASPECTS])
@settings(max_examples=8, deadline=None)
@given(steps=st.floats(0, 20))
def test_both_distances_are_named_beside_their_dots(aspect: str, steps: float) -> None:
    story = ravine(demo())
    stage = Stage(aspect=aspect, parameters=story.run.problem.parameters)
    picture = RavineFrames(stage, story).before(stage.layout.picture, [story.plain])
    height = closed_height(picture.ground, picture.panel)
    assert height is not None
    factors = StepFactors(HalfAxes(picture, height), story.plain.run.learning_rate).show(steps)
    box = picture.panel.box
    for name, dot in zip(factors.names, factors.dots, strict=True):
        apart = np.abs(name.get_center() - dot.get_center())[:2]
        sizes = np.array([name.width + dot.width, name.height + dot.height]) / 2
        assert (apart >= sizes - 1e-3).any()
        assert (apart <= sizes + 2 * dot.width).all()
        assert box.left <= name.get_left()[0] <= name.get_right()[0] <= box.right
        assert box.bottom <= name.get_bottom()[1] <= name.get_top()[1] <= box.top


# ---------------------------------------------------------------------------------------------
# Whole films


FILMS = [
    (Descend, ridge, "9:16", "dark"),
    (Descend, standardised, "16:9", "light"),
    (Descend, logistic, "16:9", "light"),
    (AnnotatedUpdate, three, "16:9", "dark"),
    (AnnotatedUpdate, one, "9:16", "light"),
    (LostOnTheMountain, women, "9:16", "dark"),
    (LostOnTheMountain, logistic, "1:1", "light"),
    (RavineAndScaling, women, "16:9", "light"),
    (RavineAndScaling, logistic, "9:16", "dark"),
]


@pytest.mark.parametrize(("lesson", "make", "aspect", "theme"), FILMS)
def test_films_of_other_runs_can_be_read(
    lesson: Any, make: Callable[[], Run], aspect: str, theme: str
) -> None:
    found: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        found.extend(f"{beat.name}: {fault}" for fault in faults(scene))

    run = make()
    passed(lesson, seen, problem=run.problem, run=run, stage=Stage(aspect=aspect, theme=theme))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lesson", [Descend, AnnotatedUpdate, LostOnTheMountain, RavineAndScaling])
def test_the_built_in_film_takes_two_minutes_at_most(lesson: Any) -> None:
    run = demo()
    scene = passed(lesson, lambda *_: None, problem=run.problem, run=run)
    assert 45 <= scene.time <= 120


@pytest.mark.parametrize("name", MINE)
def test_no_number_is_typed_into_their_parts(name: str) -> None:
    assert not [text for text in strings(FOLDER / name) if any(c.isdigit() for c in text)]
