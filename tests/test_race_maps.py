"""The maps of a race: flights between them, what is seen from near, who never settles, and how far each has come along the valley."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from symgd import Objective, Problem
from symgd.derivation.engine import gradient_of
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.comparing import race_words
from symgd.animations.comparing.map_flight import MapFlight
from symgd.animations.comparing.race_floor import RaceFloor
from symgd.animations.comparing.race_lanes import MARK, RaceLanes
from symgd.animations.comparing.race_story import FAR, NEAR, RaceStory, tell_race
from symgd.animations.comparing.race_unsettled import unsettled
from symgd.animations.comparing.sum_rows import SumRows
from symgd.animations.comparing.uneven_bend import uneven
from symgd.animations.comparing.valley_parts import come_along, valley_parts
from symgd.animations.comparing.valley_ways import ValleyWays
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walks import again
from symgd.animations.optimizers import Optimizers
from symgd.animations.staging.stage import Stage, Zone

SAFE = 1e-6
READABLE = 0.85  # of a statement's size, its numbers have at least


def race(run: Run) -> RaceStory:
    return tell_race(run, lambda: gradient_of(run.problem))


@cache
def built_in() -> RaceStory:
    return race(demo_run(demo_problem(Problem)))


@cache
def film() -> Any:
    run = built_in().run
    return passed(Optimizers, lambda *_: None, problem=run.problem, run=run)


def bowl() -> Run:
    start = {"x": -3.0, "y": 1.0}
    return Objective("x^2 + 20*y^2").descend(start=start, learning_rate=0.02, max_iter=5)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_nothing_of_a_map_is_outside_of_its_box_on_the_way(part: float) -> None:
    scene = film()
    whole = scene.whole_map
    floor = RaceFloor(Zone(2.0, 6.0, -2.5, 0.0), whole)
    for first, last in ((scene.near_map, whole), (scene.near_map, floor), (floor, whole)):
        flight = MapFlight(first, last, [1], 6.0).show(part)
        box = flight.plane.box(part)
        for line in (*flight.plane.whole, *flight.trails):
            if len(line.points):
                assert box.left - SAFE <= line.points[:, 0].min()
                assert line.points[:, 0].max() <= box.right + SAFE
                assert box.bottom - SAFE <= line.points[:, 1].min()
                assert line.points[:, 1].max() <= box.top + SAFE


def test_a_flight_begins_and_ends_where_the_maps_have_a_walk() -> None:
    scene = film()
    first, last = scene.near_map, scene.whole_map
    here = scene.story.walks[0].until(6.0)[1][-1]
    for part, picture in ((0.0, first), (1.0, last)):
        (mark,) = MapFlight(first, last, [0], 6.0).show(part).marks
        there = picture.panel.position(*picture.place(here))
        assert mark.get_center() == pytest.approx(there, abs=1e-6)


def test_the_nearer_map_holds_all_walks_that_are_seen_on_it() -> None:
    scene = film()
    near, whole = scene.near_map, scene.whole_map
    assert near is not whole
    assert 0 in scene.near_walks
    assert len(scene.near_walks) < len(scene.story.walks)
    for number in scene.near_walks:
        for point in scene.story.walks[number].points:
            assert near.panel.holds(*near.place(point))


def test_who_never_settles_steps_as_far_long_after_the_race() -> None:
    story = built_in()
    restless = {str(walk.name) for walk in unsettled(story)}
    assert restless == {"RMSProp", "Adam"}
    for walk in story.walks:
        run = again(story.run, story.derive, **{**walk.run.options, "max_iter": 3000})
        lengths = np.linalg.norm(np.diff(run.trace.table[:, :2], axis=0), axis=1)
        early, late = np.median(lengths[50:100]), np.median(lengths[-200:])
        assert (late > 0.2 * early) == (str(walk.name) in restless)


def test_what_is_said_of_a_step_s_length_is_the_trace_s() -> None:
    story = film().story
    walk = film().restless()
    moves = np.abs(np.diff(walk.points[-6:], axis=0))
    assert moves == pytest.approx(np.full_like(moves, walk.run.learning_rate), rel=0.1)
    first, then = race_words.settles(story, walk)
    assert "{rate}" in first.text
    others = [other.name for other in unsettled(story) if other is not walk]
    assert all(str(name) in str(then) for name in others)


def test_arrows_along_a_valley_are_as_long_as_the_way_along_it() -> None:
    story = built_in()
    ways = ValleyWays(film().whole_map, story, 15)
    assert ways.fits
    start = story.walks[0].points[0]
    for time in (1.0, 7.0, 15.0):
        ways.show(time)
        for number, (walk, made) in enumerate(zip(story.walks, ways.live, strict=True)):
            here = walk.until(time)[1][-1]
            far = come_along(story, here)
            assert abs(far) <= np.linalg.norm(here - start) + 1e-9
            tip = ways.starts[number] + far * ways.frame.unit * ways.frame.along
            ends = np.vstack([part.points for part in made])
            assert float(np.linalg.norm(ends - tip, axis=1).min()) < 1e-3


def test_sums_have_one_unit_and_add_up() -> None:
    story, stage = built_in(), Stage()
    found = valley_parts(story, story.walks[1])
    assert found is not None
    rows = SumRows(stage, Zone(1.5, 6.9, -2.9, 0.8), found, stage.palette.ink)
    assert rows.fits
    for way, parts in zip((found.along, found.across), rows.rows, strict=True):
        values = found.numbers(way)
        assert values[2] == pytest.approx(values[0] + values[1])
        for value, (name, bar, number) in zip(values, parts, strict=True):
            width = float(bar.width)
            assert width == pytest.approx(rows.unit * abs(value), abs=0.03)
            assert name.get_right()[0] <= bar.get_left()[0] + SAFE
            assert bar.get_right()[0] <= number.get_left()[0] + SAFE
    across = abs(found.numbers(found.across)[2])
    assert across < abs(found.numbers(found.along)[2])  # else it would be no cancelling


def test_a_rule_s_numbers_stand_in_its_statements_places_at_full_size() -> None:
    scene = film()
    rows = scene.rule[1]  # Adam's, the last that was seen
    lines = scene.in_place(len(scene.story.walks) - 1, 0)
    assert len(lines) == len(rows) == 5
    right = scene.stage.layout.mathematics.right
    for line, row in zip(lines, rows, strict=True):
        assert line[2].em >= READABLE * row[2].em
        assert line.get_left()[0] == pytest.approx(row.get_left()[0], abs=1e-6)
        assert line.get_right()[0] <= right + SAFE


@pytest.mark.parametrize("make", [lambda: demo_run(demo_problem(Problem)), bowl])
def test_whoever_is_higher_than_its_start_is_within_its_lane(make: Any) -> None:
    story, stage = race(make()), Stage()
    lanes = RaceLanes(stage, stage.layout.picture, story, looks_of(stage.palette))
    for time in np.linspace(0.0, 12.0, 49):
        for mark in lanes.show(float(time)).marks:
            assert mark.get_left()[0] >= lanes.zone.left - SAFE
    assert lanes.scale.high >= lanes.high
    left = float(lanes.position(0, lanes.high)[0])
    assert left - MARK / 2 >= lanes.box.left or lanes.high <= 1.0


def test_how_unevenly_a_cost_bends_is_its_condition_number() -> None:
    story = built_in()
    assert uneven(story) == pytest.approx(story.run.landscape.condition_number, rel=1e-3)
    assert uneven(race(bowl())) == pytest.approx(20.0, rel=1e-3)


def test_the_count_is_shown_again_only_where_another_tolerance_has_another_first() -> None:
    story, scene = built_in(), film()
    differs = [str(walk.name) for walk in story.first(NEAR)] != [
        str(walk.name) for walk in story.first(FAR)
    ]
    assert race_words.differs(story) == differs
    assert hasattr(scene, "curves") == differs


def test_a_sum_that_is_shown_again_says_its_step() -> None:
    story, stage = built_in(), Stage()
    found = valley_parts(story, story.walks[1])
    assert found is not None
    zone = Zone(1.5, 6.9, -2.9, 0.8)
    plain, dated = (
        SumRows(stage, zone, found, stage.palette.ink, dated=each) for each in (False, True)
    )
    assert len(dated.titles[0]) > len(plain.titles[1])
    for parts, others in zip(dated.rows, plain.rows[::-1], strict=True):
        for one, other in zip(parts, others, strict=True):
            assert one[2].width == pytest.approx(other[2].width)


def test_the_table_is_away_while_the_map_grows_over_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    fly = Optimizers.fly

    def watched(scene: Any, last: Any, *others: Any) -> None:
        if last.panel.box.width > scene.paths.panel.box.width + SAFE:
            seen.append(len(scene.in_table()))
        fly(scene, last, *others)

    monkeypatch.setattr(Optimizers, "fly", watched)
    run = built_in().run
    scene: Any = passed(Optimizers, lambda *_: None, problem=run.problem, run=run)
    assert seen == [0]
    assert len(scene.in_table()) > len(scene.story.walks)
