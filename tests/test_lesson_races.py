"""The race of optimizers: its rates are compared, its steps are drawn and written from the traces, and its rules are those declared."""

from __future__ import annotations

import itertools
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Objective, Problem
from symgd.derivation.engine import gradient_of
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.terms import Symbol
from symgd.writing.formulas.text import text

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.comparing import race_words
from symgd.animations.comparing.finish_line import FinishLine
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_lanes import RaceLanes
from symgd.animations.comparing.race_marks import RaceMarks
from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_rates import SHARES, SPAN, shares_of, tried
from symgd.animations.comparing.race_story import FAR, NEAR, RaceStory, tell_race
from symgd.animations.comparing.race_watch import HORIZON, WATCHED
from symgd.animations.comparing.rate_lanes import as_printed
from symgd.animations.comparing.step_arrows import LONG, SHORT, StepArrows
from symgd.animations.comparing.step_numbers import StepNumbers
from symgd.animations.comparing.step_parts import step_parts
from symgd.animations.comparing.tick_flight import TickFlight
from symgd.animations.comparing.valley_parts import valley_parts
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walks import Walk, again
from symgd.animations.optimizers import Optimizers
from symgd.animations.staging.stage import Stage, Zone

SAFE = 0.05


def race(run: Run) -> RaceStory:
    return tell_race(run, lambda: gradient_of(run.problem))


@cache
def built_in() -> RaceStory:
    return race(demo_run(demo_problem(Problem)))


@given(st.floats(1e-9, 1e6))
def test_rates_that_are_tried_lie_round_the_library_s(chosen: float) -> None:
    rates = tried(chosen)
    assert chosen in rates
    assert rates == sorted(set(rates))
    assert chosen / SPAN <= rates[0]
    assert rates[-1] <= chosen * SPAN
    assert all(after <= 2.6 * before for before, after in itertools.pairwise(rates))


@pytest.mark.parametrize("share", [None, *SHARES])
def test_nobody_is_faster_at_another_rate_or_memory_that_was_tried(share: float | None) -> None:
    """Counted from the step on from which a run stays near, also after the race: being there once by chance is no arrival."""
    story = built_in()
    for walk, steps in zip(story.walks[1:], story.arrivals(NEAR)[1:], strict=True):
        run, optimizer = walk.run, walk.run.optimizer
        own = dict(run.options.get("optimizer_settings") or {})
        rates = [run.learning_rate / 2, 2 * run.learning_rate]
        if share is not None:
            own |= dict.fromkeys([*shares_of(optimizer)][:1], share)
            usual = again(story.run, story.derive, max_iter=1, optimizer=optimizer)
            rates = tried(as_printed(usual.learning_rate))
        for rate in rates:
            options = {"optimizer": optimizer, "optimizer_settings": own, "learning_rate": rate}
            other = again(story.run, story.derive, max_iter=200, **options)
            there = story.watch.arrival(Walk("other", other), story.least[0], NEAR)
            assert steps is not None
            assert there is None or steps <= there


def test_the_verdict_does_not_hang_on_a_rate() -> None:
    story = built_in()
    counts = dict(zip((str(walk.name) for walk in story.walks), story.arrivals(NEAR), strict=True))
    (first,) = story.first(NEAR)
    for factor in (0.9, 0.95, 1.05):
        rate = factor * first.run.learning_rate
        options = {"optimizer_settings": first.run.options["optimizer_settings"]}
        run = again(
            story.run,
            story.derive,
            max_iter=200,
            optimizer=first.run.optimizer,
            learning_rate=rate,
            **options,
        )
        steps = story.watch.arrival(Walk("nearby", run), story.least[0], NEAR)
        others = [count for name, count in counts.items() if name != str(first.name)]
        assert steps is not None
        assert all(count is None or steps <= count for count in others)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 1))
def test_a_run_settles_where_it_never_leaves_again(gaps: list[float], part: float) -> None:
    costs = np.array([1.0, *gaps]) + 5
    trace = SimpleNamespace(cost=costs, steps=np.arange(len(costs)))
    walk = Walk("some", cast(Run, SimpleNamespace(trace=trace)))
    step, gap = walk.settles(5.0, part), costs - 5.0
    inside = gap <= part * gap[0]
    if step is None:
        assert not inside[-1]
    else:
        assert inside[step:].all()
        assert step == 0 or not inside[step - 1]


@pytest.mark.parametrize("part", [NEAR, FAR])
def test_who_arrives_is_still_there_long_after_the_race(part: float) -> None:
    """Run anew, and for longer: a run that leaves the finish after the race has not arrived in it."""
    story = built_in()
    for walk, steps in zip(story.walks, story.arrivals(part), strict=True):
        options = {**walk.run.options, "max_iter": WATCHED}
        gap = again(story.run, story.derive, **options).trace.cost - story.least[0]
        assert steps is not None
        assert (gap[steps:] <= part * gap[0]).all()
        assert not gap[steps - 1] <= part * gap[0]


def test_a_rate_that_leaves_again_after_the_race_does_not_arrive() -> None:
    story = built_in()
    options = {"optimizer_settings": {"rho": 0.99}, "learning_rate": 0.05}
    run = again(story.run, story.derive, max_iter=HORIZON, optimizer="rmsprop", **options)
    walk = Walk("RMSProp", run)
    assert walk.settles(story.least[0], NEAR) is not None
    assert story.watch.arrival(walk, story.least[0], NEAR) is None


def exponential() -> Run:
    x = np.linspace(0, 3, 12)
    data = {"x": x.tolist(), "y": (2 * np.exp(0.5 * x) + 0.1 * np.cos(9 * x)).tolist()}
    return Problem("a*exp(b*x)").descend(data, max_iter=4)


def test_the_finish_is_round_the_least_that_a_fit_finds() -> None:
    """Not round the lowest that the walks come to, where they do not come to the minimum."""
    run = exponential()
    story, found = race(run), run.problem.fit(run.data)
    least, known = story.least
    assert known
    assert least == pytest.approx(story.evaluate([*found.parameters.values()])[0], rel=1e-9)
    assert story.ground.held.tolist() == pytest.approx([*found.parameters.values()], rel=1e-6)


def test_a_slice_lies_where_a_walk_ends() -> None:
    x = np.linspace(10, 20, 9)
    data = {"x": x.tolist(), "y": (0.1 * x**2 - x + 3).tolist()}
    story = race(Problem("a*x^2 + b*x + c").descend(data, max_iter=4))
    assert story.is_slice
    (other,) = {0, 1, 2} - {*story.axes}
    ends = [float(walk.points[-1][other]) for walk in story.walks]
    assert float(story.ground.held[other]) in ends
    assert 0 in story.axes  # whose way changes the cost most


def test_no_letter_is_a_sum_here_and_a_mean_of_squares_there() -> None:
    story = built_in()
    kinds: dict[str, bool] = {}
    for walk in story.walks:
        letters = story.letters(walk)
        for state, (_, squares) in kept_of(walk.run.optimizer).items():
            assert kinds.setdefault(letters.get(state, state), squares) == squares


def fourth_power() -> Run:
    problem = Objective("(x - 1)^4 + (x - 1)^2 + 5*(y + x/2)^2")
    return problem.descend(start={"x": -1.0, "y": 1.5}, max_iter=4)


@pytest.mark.parametrize("make", [lambda: demo_run(demo_problem(Problem)), fourth_power])
def test_the_finish_is_where_a_thousandth_is_left(make: Any) -> None:
    story, stage = race(make()), Stage()
    looks = looks_of(stage.palette)[: len(story.walks)]
    picture = PathsPicture(stage, stage.layout.picture, story.walks, looks, story.ground)
    finish = FinishLine(picture, story.finish)
    assert finish.there
    first = float(story.walks[0].cost[0]) - story.least[0]
    costs = [story.evaluate(point.tolist())[0] - story.least[0] for point in finish.points]
    assert costs == pytest.approx([NEAR * first] * len(costs), rel=0.1)


def test_a_slice_has_no_finish() -> None:
    data = {"x1": [1.0, 2, 3, 4], "x2": [2.0, 1, 4, 3], "y": [3.0, 4, 8, 9]}
    problem = Problem("w1*x1 + w2*x2 + b", inputs=["x1", "x2"])
    story, stage = race(problem.descend(data, max_iter=4)), Stage()
    looks = looks_of(stage.palette)[: len(story.walks)]
    picture = PathsPicture(stage, stage.layout.picture, story.walks, looks, story.ground)
    assert not FinishLine(picture, story.finish).there


@pytest.mark.parametrize("time", [0.0, 3.0, 15.0, 47.5])
def test_marks_in_a_race_are_where_the_runs_are(time: float) -> None:
    story, stage = built_in(), Stage()
    looks = looks_of(stage.palette)
    picture = PathsPicture(stage, stage.layout.picture, story.walks, looks, story.ground)
    marks = RaceMarks(picture).show(time)
    for walk, mark in zip(story.walks, marks.marks, strict=True):
        place = picture.panel.border(*picture.place(walk.until(time)[1][-1]))
        assert mark.get_center() == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize("time", [0.0, 3.0, 15.0, 47.5])
@pytest.mark.parametrize("make", [lambda: demo_run(demo_problem(Problem)), exponential])
def test_every_racer_is_in_its_lane_where_its_excess_is(make: Any, time: float) -> None:
    story, stage = race(make()), Stage()
    lanes = RaceLanes(stage, stage.layout.picture, story, looks_of(stage.palette)).show(time)
    box, line = lanes.box, float(lanes.position(0, NEAR)[0])
    for number, (walk, mark) in enumerate(zip(story.walks, lanes.marks, strict=True)):
        x = float(mark.get_center()[0])
        assert box.left - SAFE <= x <= box.right + SAFE
        gap = walk.cost - story.least[0]
        height = float(walk.until(time)[2][-1]) - story.least[0]
        if abs(height - NEAR * gap[0]) > 1e-9 * gap[0]:
            assert (x > line) == (height < NEAR * gap[0])
        assert mark.get_center()[1] == pytest.approx(lanes.heights[number], abs=0.1)


@pytest.mark.parametrize("number", [2, 3])
def test_legs_are_the_ways_along_the_axes(number: int) -> None:
    story, stage = built_in(), Stage()
    looks = looks_of(stage.palette)
    picture = PathsPicture(stage, stage.layout.picture, story.walks, looks, story.ground)
    walk = story.walks[number]
    arrows = StepArrows(picture, number, walk.points[0], step_parts(story, walk, 0))
    first, second = arrows.divided
    here, there = (picture.panel.position(*picture.place(place)) for place in walk.points[:2])
    assert first.get_start() == pytest.approx(here, abs=1e-6)
    assert second.get_end() == pytest.approx(here + arrows.times * (there - here), abs=1e-6)
    assert first.get_end()[1] == pytest.approx(here[1], abs=1e-6)
    lengths = [np.linalg.norm(leg.get_end() - leg.get_start()) for leg in arrows.divided]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.05)  # a first step is as long in each


@pytest.mark.parametrize("number", range(4))
@settings(max_examples=5, deadline=None)
@given(step=st.integers(0, 5))
def test_a_step_s_parts_are_the_trace_s(number: int, step: int) -> None:
    story = built_in()
    walk = story.walks[number]
    parts = step_parts(story, walk, step)
    made = walk.points[step + 1] - walk.points[step]
    assert parts.step == pytest.approx(made)
    whole = parts.carried + parts.gradient
    assert np.linalg.norm(whole) == pytest.approx(np.linalg.norm(made))
    assert parts.adds_up == (number < 2)  # those whose step is the rate times what is remembered
    slope = np.array(story.evaluate(walk.points[step].tolist())[1])
    across = parts.gradient[0] * slope[1] - parts.gradient[1] * slope[0]
    assert abs(across) <= 1e-9 * np.linalg.norm(parts.gradient) * np.linalg.norm(slope)
    assert float(parts.gradient @ slope) < 0


def test_what_is_divided_in_a_fraction_is_a_statement_of_its_own() -> None:
    story = built_in()
    adam = story.walks[-1]
    written = [text(line) for line in story.written(adam)]
    assert written[2:] == [
        "m\u0302 = m′/(1 − β₁^t)",
        "v\u0302 = v′/(1 − β₂^t)",
        "θ′ = θ − α m\u0302/(√(v\u0302) + ε)",
    ]
    *_, last = story.written(adam)
    back: dict[Any, Any] = {line.left: line.right for line in story.written(adam)[2:4]}
    assert last.right.substitute(back) == story.rule(adam)[-1].right
    for walk in story.walks[:3]:
        assert story.written(walk) == story.rule(walk)


def test_whose_states_an_optimizer_has_as_well() -> None:
    story = built_in()
    assert story.kin(story.walks[-1]) == {Symbol("m'"): 1, Symbol("v'"): 2}
    assert not any(story.kin(walk) for walk in story.walks[:3])


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("step", [0, 1])
def test_a_step_in_numbers_ends_where_the_trace_does(number: int, step: int) -> None:
    story, zone = built_in(), Zone(-4, 4, -3, 3)
    walk = story.walks[number]
    lines = StepNumbers(Stage(), zone, story, walk, step).lines
    assert len(lines)
    for line in lines:
        value = float(line[4].term.value)
        assert zone.left - SAFE <= line.get_left()[0] <= line.get_right()[0] <= zone.right + SAFE
        assert value == pytest.approx(float(line[2].term.value), rel=1e-2)
        if not line[0].term.name.endswith("'"):  # what is divided within a fraction is in no trace
            continue
        name = line[0].term.name.removesuffix("'")
        states = {letter: state for state, letter in story.letters(walk).items()}
        state = states.get(name[0], name[0])
        column = name if name in walk.run.trace.parameters else f"{state}[{name[-1]}]"
        assert value == pytest.approx(float(walk.run.trace[column][step + 1]), rel=1e-3)


@pytest.mark.parametrize("rate", [0.02, 1e-4])
def test_short_arrows_are_drawn_longer_and_it_is_known_how_much(rate: float) -> None:
    run = Objective("x^2 + 10*y^2").descend(
        start={"x": -3.0, "y": 1.0}, optimizer="momentum", learning_rate=rate, max_iter=5
    )
    story, stage = race(run), Stage()
    looks = looks_of(stage.palette)
    picture = PathsPicture(stage, stage.layout.picture, story.walks, looks, story.ground)
    walk = story.walks[1]
    arrows = StepArrows(picture, 1, walk.points[0], step_parts(story, walk, 0))
    ends = (picture.panel.position(*picture.place(place)) for place in walk.points[:2])
    start, end = ends
    long = arrows.times * float(np.linalg.norm(end - start))
    assert arrows.times == 1 or long <= LONG
    assert long >= SHORT * 0.8
    box = picture.panel.box
    for group in (arrows.parts, arrows.step):
        if len(group):
            assert (
                box.left - SAFE <= group.get_left()[0] <= group.get_right()[0] <= box.right + SAFE
            )
            assert (
                box.bottom - SAFE <= group.get_bottom()[1] <= group.get_top()[1] <= box.top + SAFE
            )


def test_the_answer_has_the_counted_steps() -> None:
    story = built_in()
    said = race_words.answer(story).written(text)
    counted = story.arrivals(NEAR)
    assert str(counted[0]) in said
    assert str(min(steps for steps in counted if steps is not None)) in said


def test_across_a_valley_parts_cancel_and_along_it_they_add() -> None:
    story = built_in()
    found = valley_parts(story, story.walks[1])
    assert found is not None
    near = story.walks[1].settles(story.least[0], NEAR)
    assert near is not None
    assert found.step < near
    one, other, whole = found.numbers(found.across)
    assert one * other < 0
    assert abs(whole) < 0.25 * (abs(one) + abs(other))
    first, second, both = found.numbers(found.along)
    assert first * second > 0
    assert both == pytest.approx(first + second)
    assert both > max(first, second)
    assert valley_parts(story, story.walks[0]) is None  # nothing is carried on
    assert all(valley_parts(story, walk) is None for walk in story.walks[2:])


def test_ticks_end_where_their_steps_are_on_the_curves() -> None:
    run = built_in().run
    scene: Any = passed(Optimizers, lambda *_: None, problem=run.problem, run=run)
    curves, story = scene.made_curves(), scene.story
    flight = TickFlight(scene.lanes, curves)
    for walk, ways in zip(story.walks, flight.ways, strict=True):
        assert ways
        for start, end in ways:
            assert scene.lanes.box.left <= start[0] <= scene.lanes.box.right + 1e-6
            gaps = walk.cost - story.least[0]
            steps = np.flatnonzero(gaps > 0)
            places = [curves.panel.position(walk.clock[n], gaps[n]) for n in steps]
            assert min(float(np.linalg.norm(end - place)) for place in places) < 1e-9
