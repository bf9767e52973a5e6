"""The lessons on batches, ravines and optimizers: what they show is the library's own, and has room on every frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
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
from symgd.writing.formulas.text import text
from symgd.writing.words import message

pytest.importorskip("manim", reason="films need Manim")

from manim import VGroup
from test_animations_words import LOUD, Unplayed

from symgd.animations.comparing import learning_rates_words
from symgd.animations.comparing.arrows_picture import ArrowBundle, tip_name
from symgd.animations.comparing.batch_story import (
    CENTRED,
    THERE,
    BatchStory,
    standardised,
    tell_batches,
)
from symgd.animations.comparing.cost_means import LATEST, CostMeans, means_of
from symgd.animations.comparing.epoch_picture import WIDE, EpochPicture, far_picture, near_picture
from symgd.animations.comparing.floor_zoom import FloorZoom
from symgd.animations.comparing.last_steps import DOWN, UP, LastSteps
from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import NEAR, RaceStory, tell_race
from symgd.animations.comparing.rate_lanes import lanes_of
from symgd.animations.comparing.ravine_story import RavineStory, tell_ravine
from symgd.animations.comparing.ravine_walks import NEARER
from symgd.animations.comparing.row_colours import row_colours
from symgd.animations.comparing.rule_moves import RuleChanges
from symgd.animations.comparing.step_numbers import RATE, VALUE, StepNumbers
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import MIXED, dashes, looks_of
from symgd.animations.comparing.walks import Walk, again, held_at
from symgd.animations.descending.annotated_lines import general
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.lessons import lesson_called
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.cost_map import CostMap
from symgd.animations.stories.descent_story import tell

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
    assert [walk.each for walk in story.walks] == [1, 1.5, 3]
    assert not story.is_halved
    own = Problem("a*x + b").descend(
        *POINTS,
        start={"a": 0.2, "b": 0.5},
        learning_rate=0.06,
        batch_size=1,
        replacement=True,
        epochs=story.epochs,
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


@settings(max_examples=8)
@given(seed=st.integers(0, 99), replacement=st.booleans(), shuffle=st.booleans())
def test_the_rows_of_the_last_steps_are_those_that_made_them(
    seed: int, replacement: bool, shuffle: bool
) -> None:
    shuffle = shuffle or replacement
    ways = {"batch_size": 1, "replacement": replacement, "shuffle": shuffle, "seed": seed}
    run = Problem("a*x + b").descend(*POINTS, learning_rate=0.03, epochs=3, tolerance=0, **ways)
    story: BatchStory = told(tell_batches, run)
    walk, count = story.walks[-1], 7
    first = walk.run.steps - count
    for step, row in enumerate(story.drawn(first, count), start=first):
        (gradient,) = story.singles_at(walk.points[step], [row])
        after = walk.points[step] - story.rate * gradient
        assert walk.points[step + 1] == pytest.approx(after, abs=1e-9)


@settings(max_examples=8)
@given(seed=st.integers(0, 99))
def test_rows_that_are_drawn_with_replacement_wander_about_the_minimum(seed: int) -> None:
    run = lesson_004()
    story: BatchStory = told(tell_batches, replace(run, options={**run.options, "seed": seed}))
    walk, least = story.walks[-1], run.exact
    assert least is not None
    late = walk.points[walk.clock >= walk.end / 2]
    away = np.array([*least.parameters.values()]) - story.middle(-1)
    spread = np.cov(late.T)
    assert away @ np.linalg.solve(spread, away) < WIDE**2
    assert story.is_centred == bool((np.abs(away) <= CENTRED * late.std(axis=0)).all())


def test_where_a_ravine_keeps_all_rows_from_the_minimum_the_inputs_are_standardised() -> None:
    x = [58.0, 60.0, 63.0, 66.0, 70.0, 72.0]
    y = [115.0, 120.0, 129.0, 139.0, 154.0, 164.0]
    run = Problem("a*x + b").descend(x, y, max_iter=3)
    scaled = standardised(told(tell_batches, run))
    assert scaled is not None
    assert scaled.run.exact is not None
    assert scaled.walks[0].arrives(scaled.run.exact.cost, THERE) is not None
    assert standardised(told(tell_batches, lesson_004())) is None


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
def test_shorter_and_head_to_tail_the_arrows_end_at_the_tips_mean(
    tips: list[tuple[float, float]], part: float
) -> None:
    bundle = ArrowBundle(
        panel_of(Zone(-4, 4, -3, 3)), [(0.0, 0.0)] * len(tips), tips, [], ["#000000"] * len(tips)
    )
    centres = [dot.get_center() for dot in bundle.chained(1 / len(tips), 1.0)[1]]
    assert centres[-1] == pytest.approx(bundle.mean, abs=1e-9)
    between = np.array([dot.get_center() for dot in bundle.chained(1 / len(tips), part)[1]])
    every = np.vstack((bundle.ends, bundle.starts))
    low, high = every.min(axis=0) - 1e-9, every.max(axis=0) + 1e-9
    assert ((low <= between) & (between <= high)).all()  # no arrow leaves the picture on its way


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
    run = lesson_004()
    story: RavineStory = told(tell_ravine, run)
    assert story.original is None
    bent, first = story.curvatures[0], story.plain.cost[0] - story.least
    assert story.near == NEARER[0]
    for walk in story.walks:  # one measure: from this step on the gap stays small
        steps = story.steps(walk)
        assert steps is not None
        gap = walk.cost - story.least
        assert (gap[steps:] <= story.near * first).all()
        assert gap[steps - 1] > story.near * first
    assert [story.steps(walk) for walk in story.walks] == [46, 1, 15]
    plain = story.steps(story.plain)
    assert plain is not None
    for share in np.linspace(0.3, 0.999, 40):  # no other rate is better by more than a step
        other = again(run, story.derive, learning_rate=share * 2 / max(bent), max_iter=300)
        late = Walk("", other).settles(story.least, story.near)
        assert late is None or late >= plain - 1
    assert story.limit == pytest.approx(2 / max(bent))


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
        assert (gap[steps:] <= NEAR * gap[0]).all()
        assert NEAR * gap[0] < gap[steps - 1]
    assert {str(walk.name) for walk in story.first(NEAR)} == {"Momentum"}


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
    run = lesson_004()
    film = Unplayed(scene_of(name, run, words=replace(LOUD)), monkeypatch)
    own = re.compile("|".join([NAMES.pattern, *map(re.escape, run.problem.labels.values())]))
    assert film.captions
    for said in (*film.captions, *film.shown):
        assert not re.findall(r"[a-z]{3,}", own.sub("", said)), said


# ---------------------------------------------------------------------------------------------
# Rules and numbers that travel


def test_what_is_equal_in_two_rules_is_one_thing_that_moves() -> None:
    story: RaceStory = told(tell_race, lesson_004())
    stage, plain = Stage(), story.rule(story.walks[0])[-1].right
    arriving = []
    for walk in story.walks:
        *states, last = story.rule(walk)
        before, after = (stage.formula(term, em=0.4) for term in (plain, last.right))
        sources = {each.left: stage.formula(each.left, em=0.4) for each in states}
        change = RuleChanges(before, after, sources)
        arriving.append({text(letter) for letter in change.arriving})
        moved = {after[new].shape for _, new in change.match.pairs}
        assert {after.glyphs((0,))[0].shape, before.glyphs((1, 0, 0))[0].shape} <= moved
        change.interpolate_mobject(1.0)
        shown = len(change.coming) + len(change.travellers)
        assert shown == len(after)
    # Momentum's sum is u, as v is the mean of squares that RMSProp and Adam have.
    assert arriving == [set(), {"u′"}, {"v′"}, {"m′", "v′"}]


@pytest.mark.parametrize("start", [{"a": 0.2, "b": 0.5}, {"a": -3.0, "b": 12.25}])
def test_the_plain_step_in_numbers_is_the_trace_s(start: dict[str, float]) -> None:
    run = Problem("a*x + b").descend(*POINTS, start=start, max_iter=3, tolerance=0)
    story: RaceStory = told(tell_race, run)
    walk, zone = story.walks[0], Zone(-3, 3, -2, 2)
    lines = StepNumbers(Stage(), zone, story, walk).lines
    assert len(lines) == 2
    for index, (name, line) in enumerate(zip(start, lines, strict=True)):
        slope = story.evaluate([*start.values()])[1][index]
        assert text(line[0].term) == f"{name}′"
        assert line[2].term.at(VALUE) == numeral(start[name])
        assert line[2].term.at(RATE) == numeral(walk.run.learning_rate, 6)
        assert line[2].term.at((1, 0, 1)) == numeral(slope, 5)
        assert line[4].term == numeral(walk.run.trace[name][1])
        assert zone.left - SAFE <= line.get_left()[0] <= line.get_right()[0] <= zone.right + SAFE


def test_the_limit_is_derived_and_has_room() -> None:
    run = lesson_004()
    lanes = lanes_of(tell(run, lambda: gradient_of(run.problem)))
    stage, zone = Stage(), Zone(0, 4, -2, 1)
    lines = LimitLines(stage, zone, lanes, stage.formula(general(lanes.story), em=0.5))
    step, collected = lines.step.term.right, lines.collected.term.right
    assert step.value.expand() == collected.value.expand()
    for line in (lines.collected, *lines.letters, lines.nearer, lines.test):
        assert zone.left - SAFE <= line.get_left()[0] <= line.get_right()[0] <= zone.right + SAFE
        assert zone.bottom - SAFE <= line.get_bottom()[1] <= line.get_top()[1] <= zone.top + SAFE


# ---------------------------------------------------------------------------------------------
# Floors, banks and rows


def test_a_long_zigzag_is_drawn_as_its_banks() -> None:
    story: RaceStory = told(tell_race, lesson_004())
    stage = Stage()
    looks = looks_of(stage.palette)
    picture = PathsPicture(
        stage, stage.layout.picture, story.walks, looks, story.ground, banks=True
    )
    assert picture.zigzags(0)
    picture.show(40.0)
    lines = picture.later[0].points.reshape(-1, 4, 3)
    places = np.array([picture.panel.position(*point) for point in story.walks[0].points[:41]])
    sides = set()
    for start, end in zip(lines[:, 0], lines[:, 3], strict=True):
        first, last = (int(np.linalg.norm(places - here, axis=1).argmin()) for here in (start, end))
        assert last - first in (1, 2)  # the last turn is followed by the way to the mark
        if last - first == 2:
            sides.add(first % 2)
    assert sides == {0, 1}


@settings(max_examples=20)
@given(
    values=st.lists(numbers, min_size=2, max_size=60), each=st.integers(1, 9), even=st.booleans()
)
def test_a_smooth_line_is_the_mean_of_the_latest_steps_and_first_each_step_itself(
    values: list[float], each: int, even: bool
) -> None:
    clock, costs = np.arange(len(values)) / each, np.array(values)
    times, means = means_of(clock, costs, even=even)
    assert times[0] == 0
    assert times[-1] == clock[-1]
    for time, mean in zip(times.tolist(), means.tolist(), strict=True):
        latest = costs[(clock > (1 - LATEST) * time) & (clock <= time)]
        assert mean == pytest.approx(latest.mean() if len(latest) else costs[0], abs=1e-9)
        if 0 < time * each * LATEST < 1:
            assert mean == pytest.approx(costs[round(time * each)])


def floor_of(story: BatchStory, stage: Stage) -> EpochPicture:
    looks = looks_of(stage.palette)[: len(story.walks)]
    ground = CostMap(story.evaluate, story.axes, held_at(story.walks), story.start, True)
    said = {"said": message("after each epoch"), "clock": message("epochs")}
    made = far_picture(stage, stage.layout.picture, story.walks, looks, ground, **said)
    made.show(float(story.epochs))
    return made


@pytest.mark.parametrize("aspect", [*ASPECTS])
def test_from_near_the_floor_has_the_ends_the_rings_and_the_minimum(aspect: str) -> None:
    stage, story = Stage(aspect=aspect), told(tell_batches, lesson_004())
    far = floor_of(story, stage)
    near = near_picture(far, far.ground, 9, least=True)
    box = near.panel.box
    assert near.panel.holds(*near.place(near.ground.held))
    for number in story.wanderers:
        ring = near.cloud(number)
        middle = near.panel.position(*near.place(story.middle(number)))
        assert ring.get_center() == pytest.approx(middle, abs=1e-6)
        assert near.middle(number).get_center() == pytest.approx(middle, abs=1e-6)
        assert box.left <= ring.get_left()[0] < ring.get_right()[0] <= box.right
        assert box.bottom <= ring.get_bottom()[1] < ring.get_top()[1] <= box.top
    FloorZoom(far, near, far.cross(), float(story.epochs)).show(1.0)
    for one, other in zip(far.marks, near.marks, strict=True):
        assert one.get_center() == pytest.approx(other.get_center(), abs=1e-6)


def test_the_last_steps_that_went_up_are_counted_and_bold() -> None:
    stage, story = Stage(), told(tell_batches, lesson_004())
    floor, walk = floor_of(story, stage), story.walks[-1]
    look, cost = looks_of(stage.palette)[2], story.problem.cost_name
    rows = story.drawn(walk.run.steps - 9, 9)
    last = LastSteps(stage, Zone(0, 5, 0, 3), walk, look, cost, floor, rows)
    last.show(last.count)
    rises = np.diff(walk.cost[-last.count - 1 :]) > 0
    assert len(last.tips) == np.count_nonzero(rises)
    shades = row_colours(stage.palette, story.rows)
    for line, row, up in zip(last.lines, rows, rises.tolist(), strict=True):
        assert line.get_stroke_width() == (UP if up else DOWN)
        assert line.get_stroke_color().to_hex() == shades[row]
        assert (line.get_end()[1] > line.get_start()[1]) == up
    end = floor.panel.border(*floor.place(walk.points[-1]))
    assert last.there.get_center() == pytest.approx(end)


@settings(max_examples=6)
@given(rows=st.integers(2, 9), size=st.integers(1, 9))
def test_the_axis_counts_the_rows_that_were_read(rows: int, size: int) -> None:
    size = min(size, rows)
    x = [float(row) for row in range(rows)]
    y = [value * value for value in x]
    run = Problem("a*x + b").descend(
        x, y, learning_rate=1e-3, batch_size=size, epochs=3, tolerance=0
    )
    walk = Walk("some", run, -(-rows // size))
    stage = Stage()
    curves = CostMeans(
        stage,
        Zone(0, 5, 0, 3),
        [walk],
        looks_of(stage.palette)[:1],
        x_label="rows",
        y_label="cost",
        rows=rows,
        batches=[size],
    )
    read = [0]
    for _ in range(3):
        read += [min((k + 1) * size, rows) + read[-1] - read[-1] % rows for k in range(walk.each)]
    assert curves.read(0, walk.clock).tolist() == pytest.approx(read)


@pytest.mark.parametrize("row", [0, 1, 2])
def test_an_arrow_has_its_row_s_number_beside_its_tip(row: int) -> None:
    panel = panel_of(Zone(-4, 4, -3, 3))
    tips = [(5.9, 1.0), (-3.0, -5.9), (0.5, 0.5)]
    bundle = ArrowBundle(panel, [(0.0, 0.0)] * 3, tips, [0, 1, 2], ["#000000"] * 3)
    _, name = tip_name(Stage(), bundle, row)
    box = panel.box
    assert box.left - 1e-6 <= name.get_left()[0] <= name.get_right()[0] <= box.right + 1e-6
    assert box.bottom - 1e-6 <= name.get_bottom()[1] <= name.get_top()[1] <= box.top + 1e-6
    assert np.linalg.norm(name.get_center() - bundle.ends[row]) < 0.4


def test_numbers_of_short_arrows_in_one_direction_do_not_overlap() -> None:
    panel = panel_of(Zone(-4, 4, -3, 3))
    tips = [(0.4, 0.4), (0.5, 0.45), (0.45, 0.5), (0.42, 0.42)]
    bundle = ArrowBundle(
        panel, [(0.0, 0.0)] * len(tips), tips, range(len(tips)), ["#000000"] * len(tips)
    )
    names: list[VGroup] = []
    for row in range(len(tips)):
        names.append(tip_name(Stage(), bundle, row, names))
    said = [name[1] for name in names if len(name)]
    assert said
    for first, second in combinations(said, 2):
        way = np.abs(first.get_center() - second.get_center())
        assert (
            way[0] > (first.width + second.width) / 2 or way[1] > (first.height + second.height) / 2
        )


def test_where_no_lane_arrives_none_is_called_best() -> None:
    run = Problem("a*exp(-b*x) + c").descend(*POINTS, start={"a": 2, "b": 1, "c": 0.5}, max_iter=5)
    lanes = lanes_of(tell(run, lambda: gradient_of(run.problem)))
    assert all(lane.arrived is None for lane in lanes.lanes)
    low = min(lanes.lanes, key=lambda lane: float(lane.cost[-1]))
    rate = text(numeral(low.rate))
    assert rate in learning_rates_words.lowest(lanes).written(text)
    film = Unplayed(scene_of("learning_rates", run, words=replace(LOUD)), pytest.MonkeyPatch())
    assert not {"BEST", "CRAWLING", "TOO LARGE"} & {*film.shown}


def test_the_best_constant_rate_is_one_in_all_lessons_and_runs_as_it_is_printed() -> None:
    run = lesson_004()
    lanes, story = lanes_of(told(tell, run)), told(tell_race, run)
    best = story.best_constant[0]
    assert best == 0.1765
    assert abs(best - run.landscape.best_rate) < 1e-4
    fewest = lanes.lanes[2]  # what is best in the long run is not what is there first
    assert best in lanes.tried
    assert (fewest.arrived, fewest.rate) == (103, 0.1754)
    for walk in story.walks:
        assert not walk.run.varies
        assert walk.run.learning_rate == float(f"{walk.run.learning_rate:.6g}")


def test_gradient_descent_makes_no_search_in_a_race() -> None:
    run = Problem("sigmoid(a*x + b)", "bce").descend(
        [0.0, 1.0, 2.0, 3.0], [0, 1, 0, 1], start={"a": 0, "b": 0}, max_iter=5
    )
    walk = told(tell_race, run).walks[0]
    assert walk.run.is_plain
    assert not walk.run.varies
