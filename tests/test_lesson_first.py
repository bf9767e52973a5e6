"""The first three lessons: what they show is what was computed, and stands inside its zones."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Objective, Problem
from symgd.animations.staging.beats import LINE, LINES, reading_time
from symgd.animations.stories import form_words
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.animations.stories.known_least import known_least
from symgd.animations.stories.round_levels import round_levels
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.terms import Symbol
from symgd.writing.words import words_in

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.costs.axonometry import Axonometry
from symgd.animations.costs.cost_floor import VALUES, CostFloor, round_values
from symgd.animations.costs.fit_words import residuals as residuals_said
from symgd.animations.costs.loss_picture import LossPicture
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.told_rows import FollowedRows, best_values
from symgd.animations.derive_gradient import DeriveGradient
from symgd.animations.deriving.derive_numbers import story_of
from symgd.animations.deriving.function_picture import FunctionPicture
from symgd.animations.deriving.gradient_picture import GradientPicture
from symgd.animations.descending.annotated_lines import general
from symgd.animations.descending.descend_end_words import subtracted
from symgd.animations.fit_a_line import FitALine
from symgd.animations.formulas.numerals import rounded
from symgd.animations.pictures.label_places import LabelPlaces, rounds
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.slope_tells_direction import SlopeTellsDirection
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.where_cost_lives import WhereCostLives

LESSONS: tuple[type[Lesson], ...] = (FitALine, WhereCostLives, SlopeTellsDirection)
POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
HOURS = np.arange(1, 11) / 2
PASSED = np.array([0, 0, 0, 1, 0, 1, 1, 0, 1, 1], dtype=np.float64)
STAGE = Stage(parameters=("a", "b", "c"))
ZONE = STAGE.layout.picture


def told_of(run: Run) -> DescentStory:
    return tell(run, lambda: gradient_of(run.problem))


def line(start: tuple[float, float] = (0.2, 0.5), loss: str = "mse", **more: Any) -> Run:
    options = {"learning_rate": 0.06, "max_iter": 4, **more}
    return Problem("a*x + b", loss).descend(
        *POINTS, start=dict(zip("ab", start, strict=True)), **options
    )


def logistic() -> Run:
    problem = Problem("sigmoid(a*x + b)", "binary_cross_entropy")
    return problem.descend(HOURS, PASSED, learning_rate=0.2, max_iter=4)


def three() -> Run:
    return Problem("a*x^2 + b*x + c").descend(*POINTS, learning_rate=0.01, max_iter=4)


CASES: dict[str, Callable[[], Run]] = {
    "lesson 004": lambda: demo_run(demo_problem(Problem)),
    "one parameter": lambda: Problem("m*x").descend(*POINTS, learning_rate=0.05, max_iter=4),
    "three": three,
    "logistic": logistic,
    "diverging": lambda: line(learning_rate=0.2, max_iter=10),
    "huber": lambda: line(loss="huber"),
}
starts = st.tuples(*[st.floats(-4, 4).map(lambda value: round(value, 2))] * 2)


# ---------------------------------------------------------------------------------------------
# Whole lessons


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("case", CASES)
def test_captions_are_short_whole_sentences(lesson: type[Lesson], case: str) -> None:
    run = CASES[case]()
    beats = [*lesson(problem=run.problem, run=run).beats()]
    assert any(beat.asks for beat in beats) or lesson is WhereCostLives
    for beat in beats:
        assert beat.parts, beat.name
        for sentence in beat.parts:
            assert sentence[-1][-1] in ".?"
            for part in sentence:
                assert len(part.splitlines()) <= LINES
                assert all(len(row) <= LINE for row in part.splitlines())
                assert len(part) / reading_time(part) < 18
        assert "nan" not in str(beat.caption)


def test_a_level_start_is_refused_with_a_reason() -> None:
    run = Problem("m*x").descend([1.0, 2.0], [1.0, 2.0], start={"m": 1.0}, max_iter=2)
    with pytest.raises(ProblemError, match="level"):
        [*SlopeTellsDirection(problem=run.problem, run=run).beats()]


# ---------------------------------------------------------------------------------------------
# fit_a_line


@given(starts)
@settings(max_examples=20, deadline=None)
def test_the_told_rows_make_the_cost(start: tuple[float, float]) -> None:
    for loss in ("mse", "sse", "half_mse", "rmse", "mae", "huber"):
        told = FollowedRows(told_of(line(start, loss, max_iter=1, learning_rate=1e-3)))
        values = np.array(start)
        rows = told.at(values)
        for row, x, y in zip(rows, *POINTS, strict=True):
            assert row.actual == y
            assert row.predicted == pytest.approx(start[0] * x + start[1], abs=1e-9)
            assert abs(row.residual) == pytest.approx(abs(row.predicted - y), abs=1e-9)
        shown = float(told.in_numbers(values).value)
        assert shown == pytest.approx(told.cost(values), rel=2e-3, abs=1e-9)


@given(starts)
@settings(max_examples=15, deadline=None)
def test_squares_are_squares_whose_sides_are_residuals(start: tuple[float, float]) -> None:
    told = FollowedRows(told_of(line(start, max_iter=1, learning_rate=1e-3)))
    picture = SquaresPicture(STAGE, ZONE, told)
    for square, row in zip(picture.squares, told.at(np.array(start)), strict=True):
        if len(square.points):
            assert square.width == pytest.approx(square.height, rel=1e-6)
            assert square.width == pytest.approx(abs(row.residual) * picture.unit, rel=1e-6)
            assert picture.panel.box.left - 0.2 <= square.get_left()[0]
            assert square.get_right()[0] <= picture.panel.box.right + 0.2


@given(starts)
@settings(max_examples=20, deadline=None)
def test_what_is_said_of_the_residuals_signs_is_true_of_them(start: tuple[float, float]) -> None:
    told = FollowedRows(told_of(line(start, max_iter=1, learning_rate=1e-3)))
    residuals = told.residuals(np.array(start))
    said = str(residuals_said(told)[-1])
    assert said.startswith("Some are positive and some") == (residuals.min() < 0 < residuals.max())
    assert said.startswith("Here none is negative") == (residuals.min() >= 0 and residuals.any())


@given(starts)
@settings(max_examples=20, deadline=None)
def test_the_cost_rises_all_the_way_to_the_worse_try_and_falls_all_the_way_back(
    start: tuple[float, float],
) -> None:
    told = FollowedRows(told_of(line(start, max_iter=1, learning_rate=1e-3)))
    assert told.has_worse == (not np.allclose(best_values(told.story), start))
    if told.has_worse:
        assert told.cost(told.worse) > told.cost(np.array(start))
        ways = (np.array(start), told.worse), (best_values(told.story), told.worse)
        for here, there in ways:
            costs = [told.cost(here + part * (there - here)) for part in np.linspace(0, 1, 50)]
            assert all(one < other for one, other in pairwise(costs))


def test_many_rows_are_told_of_by_a_few() -> None:
    x = np.arange(50.0)
    run = Problem("a*x + b").descend(x, 2 * x + np.sin(x), learning_rate=1e-4, max_iter=3)
    told = FollowedRows(told_of(run))
    assert told.left_out
    assert len(told.rows) == 3
    assert str(told.in_numbers(np.zeros(2))).count("…") == 1  # for all others
    # About the first, the middle and the last row each has the loss that is nearest to the mean.
    losses = told.loss(told.predicted(best_values(told.story)), told.actual)
    apart = np.abs(losses - losses.mean())
    for row, place in zip(told.rows.tolist(), (0, 24, 49), strict=True):
        near = apart[max(0, place - 5) : place + 6]
        assert abs(row - place) <= 5
        assert apart[row] == near.min()


def test_a_loss_of_probabilities_has_a_curve_for_each_target() -> None:
    told = FollowedRows(told_of(logistic()))
    picture = LossPicture(STAGE, ZONE, told)
    assert not told.of_residual
    assert picture.targets == [0.0, 1.0]
    half = np.array([0.5])
    for target in picture.targets:
        assert picture.heights(half, target) == pytest.approx(np.log(2))


# ---------------------------------------------------------------------------------------------
# where_cost_lives


@given(starts)
@settings(max_examples=15, deadline=None)
def test_the_floors_grid_is_the_grid_search(start: tuple[float, float]) -> None:
    run = line(start, max_iter=1, learning_rate=1e-3)
    floor = CostFloor(told_of(run))
    found = run.problem.grid(*POINTS, a=floor.axes[0].tolist(), b=floor.axes[1].tolist())
    assert floor.costs == pytest.approx(found.costs.ravel().tolist())
    for place, cost in zip(floor.places, floor.costs, strict=True):
        assert floor.cost(*place) == pytest.approx(cost)
    assert floor.lowest == pytest.approx((1.1, -1 / 15))


def test_some_lines_of_equal_cost_close_on_the_floor() -> None:
    closed = [
        level
        for level, parts in CostFloor(told_of(line())).lines()
        if any(part[0] == pytest.approx(part[-1]) for part in parts)
    ]
    assert len(closed) >= 2


@given(st.floats(1e-3, 1e3), st.floats(1.001, 1e3))
def test_a_gap_is_what_the_shown_numbers_differ_by(low: float, times: float) -> None:
    high, least, gap = subtracted(low * times, low)
    there = low * times - low
    assert float(gap.value) == float(rounded(there))
    assert float(high.value - least.value) == pytest.approx(there, rel=1e-3)


def test_of_three_parameters_the_floor_holds_the_two_that_move_most() -> None:
    story = told_of(three())
    floor = CostFloor(story)
    assert floor.names == ["a", "b"]
    assert floor.others == [2]
    assert floor.lowest is not None
    slopes = story.evaluate(floor.at(*floor.lowest).tolist())[1]
    assert slopes[:2] == pytest.approx((0, 0), abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_round_values_hold_what_they_are_for(low: float, wide: float) -> None:
    values = round_values(low, low + wide)
    step = float(values[1] - values[0])
    assert len(values) == VALUES
    assert np.diff(values) == pytest.approx(step, rel=1e-4)
    assert values[0] - 0.8 * step <= low
    assert low + wide <= values[-1] + 0.8 * step


@given(st.floats(0, 1), st.floats(0, 1.5), st.tuples(*[st.floats(-1, 1)] * 2))
def test_nothing_leaves_the_box_however_the_view_is_tilted(
    tilt: float, tallest: float, place: tuple[float, float]
) -> None:
    box = Zone(-3, 2, -1, 3)
    view = Axonometry(box, tilt, tallest)
    for height in (0.0, tallest):
        x, y, _ = view.one(*place, height)
        assert box.left - 1e-6 <= x <= box.right + 1e-6
        assert box.bottom - 1e-6 <= y <= box.top + 1e-6


# ---------------------------------------------------------------------------------------------
# slope_tells_direction


@given(starts)
@settings(max_examples=20, deadline=None)
def test_a_secant_becomes_the_derivative(start: tuple[float, float]) -> None:
    story = told_of(line(start, max_iter=1, learning_rate=1e-3))
    picture = SlicePicture(STAGE, ZONE, story)
    exact = story.gradient(0)[picture.index]
    assert picture.slope(picture.start) == pytest.approx(exact, abs=1e-9)
    near = picture.secant_slope(picture.start, picture.start + 1e-6)
    assert near == pytest.approx(exact, abs=1e-3)
    assert picture.secant_slope(picture.start, picture.start) == pytest.approx(exact, abs=1e-9)


@given(starts)
@settings(max_examples=20, deadline=None)
def test_the_lowest_point_of_a_slice_is_level(start: tuple[float, float]) -> None:
    story = told_of(line(start, max_iter=1, learning_rate=1e-3))
    for index in range(2):
        picture = SlicePicture(STAGE, ZONE, story, index=index)
        if abs(picture.slope(picture.start)) < 1e-3:  # rounding decides there
            continue
        assert picture.lowest is not None
        assert picture.slope(picture.lowest) == 0
        box = picture.panel.box
        for place in (picture.start, picture.lowest):
            picture.show(place)
            x, y, _ = picture.dot.get_center()
            assert box.left - 1e-6 <= x <= box.right + 1e-6
            assert box.bottom - 1e-6 <= y <= box.top + 1e-6


def test_the_minus_turns_the_arrow() -> None:
    picture = SlicePicture(STAGE, ZONE, told_of(line()))
    change = picture.rate * picture.slope(picture.start)
    uphill, down = (picture.along(picture.start, sign * change, 0.0) for sign in (1, -1))
    here = picture.position(picture.start)[0]
    assert uphill.get_left()[0] < here - 0.1
    assert down.get_right()[0] > here + 0.1
    assert picture.cost(picture.start - change) < picture.cost(picture.start)


def test_the_best_values_are_the_exact_ones_or_cost_no_more_than_the_runs_own() -> None:
    assert best_values(told_of(line())) == pytest.approx([1.1, -1 / 15])
    story = told_of(logistic())
    assert story.cost_of(best_values(story).tolist()) <= float(story.cost.min())


# ---------------------------------------------------------------------------------------------
# The gradient derived


FUNCTIONS = ("(x - 1)^2 + 2*y^2 + x*y", "x^4 - 3*x^2 + x", "x^2 + y^2 + z^2 + x*z")


@pytest.mark.parametrize("formula", FUNCTIONS)
def test_a_functions_dot_moves_as_its_slopes_say(formula: str) -> None:
    function = Objective(formula)
    story, said = story_of(function, None, function.derive)
    assert story is not None
    assert said is None
    picture = FunctionPicture(Stage(parameters=function.parameters), ZONE, story)
    here = story.cost_of(picture.start.tolist())
    for index, slope in enumerate(story.gradient(0)):
        for part in (1.0, -1.0) if picture.moves(picture.names[index]) else ():
            there = story.cost_of(picture.moved(index, part).tolist())
            assert part * slope * (there - here) > 0
            picture.show(picture.moved(index, part))
            x, y, _ = picture.dot.get_center()
            box = picture.panel.box
            assert box.left <= x <= box.right
            assert box.bottom <= y <= box.top


@pytest.mark.parametrize(
    ("model", "loss", "inputs"),
    [
        ("sigmoid(a*x + b)", "bce", None),
        ("sigmoid(a*x + b*z + c)", "bce", ["x", "z"]),
        ("a*x + b*z", "mse", ["x", "z"]),
        ("a*x + b", "hinge", None),
    ],
)
def test_a_model_without_data_is_shown_on_rows_that_are_said(
    model: str, loss: str, inputs: list[str] | None
) -> None:
    problem = Problem(model, loss, inputs=inputs)
    story, said = story_of(problem, None, problem.derive)
    assert story is not None
    assert said is not None
    assert any(story.gradient(0))
    assert np.isfinite(story.gradient(0)).all()
    targets = set(story.run.data[problem.target].tolist())
    assert loss != "bce" or targets == {0.0, 1.0}


@given(starts, st.sampled_from(["a*x + b", "a*exp(-b*x)"]))
@settings(max_examples=15, deadline=None)
def test_the_gradients_arrow_and_its_numbers_are_in_the_picture(
    start: tuple[float, float], model: str
) -> None:
    problem = Problem(model)
    begin = dict(zip("ab", start, strict=True))
    run = problem.descend(*POINTS, start=begin, learning_rate="auto", max_iter=2)
    picture = GradientPicture(STAGE, ZONE, told_of(run))
    box, here = picture.panel.box, picture.panel.position(*picture.start)
    for x, y, _ in (here, here + picture.way()):
        assert box.left - 1e-6 <= x <= box.right + 1e-6
        assert box.bottom - 1e-6 <= y <= box.top + 1e-6
    for shown in picture.leg_labels():
        assert shown.get_left()[0] >= ZONE.left
        assert shown.get_right()[0] <= ZONE.right
        assert shown.get_bottom()[1] >= ZONE.bottom
        assert shown.get_top()[1] <= ZONE.top


@pytest.mark.parametrize(
    "problem",
    [
        Objective(FUNCTIONS[0]),
        Objective(FUNCTIONS[1]),
        Problem("sigmoid(a*x + b)", "bce"),
        Problem("m*x"),
    ],
    ids=["plane", "curve", "logistic", "one parameter"],
)
def test_no_half_of_the_last_frame_is_empty_and_it_answers(problem: Problem) -> None:
    last, heading = [], []

    def seen(scene: Any, beat: Any) -> None:
        last[:] = [np.array(scene.renderer.picture(scene))]
        heading[:] = [beat.name]

    lesson = passed(DeriveGradient, seen, 180, problem=problem, stage=STAGE)
    picture = last[0]
    ink = (picture != picture[0, 0]).any(axis=-1)
    assert heading == ["your turn"]
    for half in np.array_split(ink, 2, axis=1):
        rows = np.flatnonzero(half.any(axis=1))
        assert rows.size
        assert np.ptp(rows) > len(half) / 6
    assert lesson.heading is not None
    assert len(lesson.heading) > len("The gradient of J")


def test_what_is_written_in_a_formula_is_in_the_films_language() -> None:
    left = general(told_of(line()), words_in("fr")).left
    assert isinstance(left, Symbol)
    assert left.name == "theta_suivant"


# ---------------------------------------------------------------------------------------------
# Long names, and a ravine


def long_names() -> Run:
    columns = {"temperature_of_room": POINTS[0], "electricity_consumed": POINTS[1]}
    model = "slope_of_room*temperature_of_room + basic_intercept"
    problem = Problem(model, inputs=["temperature_of_room"], target="electricity_consumed")
    return problem.descend(columns, max_iter=4, learning_rate="auto")


def test_long_names_keep_the_derivative_on_screen() -> None:
    run, formulas = long_names(), list[int]()
    passed(
        SlopeTellsDirection,
        lambda scene, _: formulas.append(len(scene.statement)),
        problem=run.problem,
        run=run,
    )
    assert all(formulas)


@pytest.mark.parametrize("tilt", [0.0, 1.0])
def test_names_of_the_floor_lie_over_no_numbers(tilt: float) -> None:
    story = told_of(long_names())
    picture = SurfacePicture(Stage(parameters=story.names), ZONE, CostFloor(story))
    picture.show(tilt, tilt)
    for name in picture.names:
        assert name.get_left()[0] >= ZONE.left
        assert name.get_right()[0] <= ZONE.right
        for tick in picture.ticks:
            apart = np.abs(name.get_center() - tick.get_center())[:2]
            sizes = np.array([name.width + tick.width, name.height + tick.height]) / 2
            assert (apart > sizes).any()


@given(starts)
@settings(max_examples=10, deadline=None)
def test_the_map_of_a_quadratic_is_its_cost(start: tuple[float, float]) -> None:
    floor = CostFloor(told_of(line(start)))
    first, second, heights = floor._closely()
    for i, k in ((0, 0), (17, 101), (-1, -1)):
        assert heights[k, i] == pytest.approx(floor.cost(first[i], second[k]), rel=1e-4, abs=1e-6)


def test_each_sentence_about_a_line_or_a_curve_is_written_once() -> None:
    tables = [value for name, value in vars(form_words).items() if name.isupper()]
    texts = [said.text for table in tables for said in table.values()]
    assert len(set(texts)) == len(texts)
    assert len(tables) > 10
    assert all({"line", "curve", "model"} <= {*table} for table in tables)


# ---------------------------------------------------------------------------------------------
# Where labels stand, and how names and levels are written


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-2, 2)), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_labels_keep_clear_of_dots_and_lead_to_their_own(places: list[tuple[float, float]]) -> None:
    centres = [np.array([x, y, 0.0]) for x, y in places]
    box = Zone(-7.0, 7.0, -4.0, 4.0)
    room = LabelPlaces(STAGE, box, rounds(centres, 0.09), centres)
    for centre in centres[:3]:
        label, *lines = room.put(STAGE.sentence("1.25", em=0.3), centre)
        left, low, right, high = room.taken[-1]
        assert label.get_center()[0] == pytest.approx((left + right) / 2)
        for other in centres:
            inside = left < other[0] < right and low < other[1] < high
            assert not inside
        gaps = [
            float(np.hypot(max(left - x, x - right, 0.0), max(low - y, y - high, 0.0)))
            for x, y in places
        ]
        own = float(np.hypot(*np.maximum([left - centre[0], low - centre[1]], 0)))
        own = max(own, float(np.hypot(*np.maximum([centre[0] - right, centre[1] - high], 0))))
        assert lines or own <= min(gaps) + 0.06


def test_only_what_is_known_to_be_best_is_called_so() -> None:
    exp = Problem("A*exp(k*x)")
    data = {"x": np.arange(1.0, 7.0), "y": 2.0 * np.exp(0.3 * np.arange(1.0, 7.0)) + 0.1}
    run = exp.descend(data, start={"A": 1.0, "k": 0.1}, learning_rate=1e-3, max_iter=3)
    least = known_least(told_of(run))
    assert least.source == "search"
    assert told_of(run).cost_of(least.values.tolist()) < float(run.trace.cost.min()) / 100
    assert known_least(told_of(line())).source == "formula"
    apart = Problem("sigmoid(a*x + b)", "binary_cross_entropy")  # no minimum: the rows are apart
    zeros = apart.descend([1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 1.0, 1.0], max_iter=3)
    least = known_least(told_of(zeros))
    assert not least.is_best
    said = "".join(
        str(part) for beat in FitALine(problem=apart, run=zeros).beats() for part in [beat.caption]
    )
    assert "there may be less" in said


@given(st.lists(st.floats(0.01, 5.0), min_size=2, max_size=8), st.floats(0.0, 50.0))
def test_rounded_levels_keep_their_order(gaps: list[float], least: float) -> None:
    levels = (least + np.cumsum(gaps)).tolist()
    made = round_levels(levels, least)
    assert made == sorted(made)
    assert made[0] > least
