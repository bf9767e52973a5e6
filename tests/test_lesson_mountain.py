"""The lesson `lost_on_the_mountain`: what is claimed and drawn holds for any run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")
pytest.importorskip("typst", reason="films need Typst")

from passing import passed
from test_animations_descend import lesson_004, not_linear, one_parameter
from test_lesson_update import told, two_valleys

from symgd.animations.descending import mountain_words
from symgd.animations.descending.gap_picture import gap_picture
from symgd.animations.descending.mountain import CAREFUL, Mountain
from symgd.animations.descending.mountain_legend import SAID, MountainLegend
from symgd.animations.descending.mountain_map import MountainMap
from symgd.animations.descending.mountain_pairs import MountainPairs
from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.descending.mountain_rows import FELT, HIGH, PLACED, STEPPED
from symgd.animations.descending.mountain_vectors import MountainVectors
from symgd.animations.descending.mountain_views import between, short_steps, valley, whole_sight
from symgd.animations.descending.pair_fog import PairFog
from symgd.animations.formulas.numerals import numeral
from symgd.animations.lost_on_the_mountain import LostOnTheMountain
from symgd.animations.staging.layout import Zone
from symgd.animations.staging.stage import Stage

X = np.linspace(10.0, 20.0, 12)
RUNS: list[Callable[[], Run]] = [lesson_004, one_parameter, not_linear]


def parabola(**options: Any) -> Run:
    """A raw column: the cost falls to a thousandth at once, and is far above the least all the same."""
    return Problem("a*x^2 + b*x + c").descend(X, 0.5 * X**2 - 6 * X + 40, max_iter=10, **options)


def exponential() -> Run:
    """A rate so small that next to nothing is walked."""
    return Problem("a*exp(b*x)").descend(
        X, 2 * np.exp(0.1 * X) + np.sin(X), learning_rate=1e-9, max_iter=10
    )


def over_each_other(one: Any, other: Any) -> bool:
    apart = np.abs(one.get_center() - other.get_center())[:2]
    sizes = np.array([one.width + other.width, one.height + other.height]) / 2
    return bool((apart < sizes - 1e-9).all())


def test_who_fell_far_but_stands_high_above_the_least_cost_is_not_down() -> None:
    mountain = Mountain(told(parabola()))
    first, here = (float(mountain.story.cost[step]) for step in (0, mountain.steps))
    assert mountain.lowest is not None
    assert here - mountain.lowest > 0.01 * mountain.lowest
    assert not mountain.is_down
    assert str(mountain_words.verdict(mountain)).startswith("No")
    there = Mountain(told(Problem("m*x").descend(X, 3 * X + np.cos(X), max_iter=40)))
    assert there.is_down
    assert here < first


def test_a_fit_tells_how_low_the_valley_is() -> None:
    mountain = Mountain(told(exponential()))
    assert mountain.is_fitted
    fitted = Problem("a*exp(b*x)").fit(X, 2 * np.exp(0.1 * X) + np.sin(X))
    assert mountain.floor == pytest.approx(fitted.cost, rel=1e-6)
    assert mountain.hardly_falls
    assert "tiny" in " ".join(map(str, mountain_words.onward(mountain)))


@pytest.mark.parametrize("make", [lesson_004, parabola, exponential, one_parameter])
def test_a_gap_is_drawn_between_heights_that_the_picture_shows(make: Callable[[], Run]) -> None:
    mountain, stage = Mountain(told(make())), Stage()
    low = mountain.lowest
    assert low is not None
    picture = MountainPicture(stage, stage.layout.picture, mountain, valley(mountain), clear=True)
    height, step = picture.panel.y, mountain.steps
    assert height.low <= low < float(mountain.story.cost[step]) <= height.high
    level, _, _, said = gap_picture(picture, step, low)
    here = picture.position(float(mountain.feet[step]))
    assert level.get_center()[1] == pytest.approx(picture.panel.position(0.0, low)[1])
    assert not said.get_left()[0] < here[0] < said.get_right()[0]


@pytest.mark.parametrize("make", RUNS)
def test_slope_and_step_are_written_apart_and_off_the_ground(make: Callable[[], Run]) -> None:
    run = make()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    picture = MountainPicture(scene.stage, scene.stage.layout.picture, scene.mountain)
    for step in range(min(CAREFUL, scene.mountain.steps)):
        made = picture.beside(step, *scene.felt_at(step))
        parts = [part for label in made for part in label]
        assert not any(over_each_other(*pair) for pair in combinations(parts, 2))
        left, right = made.get_left()[0], made.get_right()[0]
        spots = picture.spots()
        inside = spots[(spots[:, 0] >= left) & (spots[:, 0] <= right)]
        bottom, top = made.get_bottom()[1], made.get_top()[1]
        assert not ((inside[:, 1] > bottom) & (inside[:, 1] < top)).any()


def test_the_step_can_be_computed_from_what_is_written() -> None:
    run = lesson_004()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    mountain, rows = scene.mountain, scene.rows
    assert rows.by_parts
    slopes = rows.row(FELT, 0)[1].items
    assert [each.term for each in slopes] == [numeral(v) for v in mountain.story.gradient(0)]
    before, after = (mountain.story.parameters[step] for step in (0, 1))
    changes = rows.row(STEPPED, 0)[3].items
    assert [each.term for each in changes] == [numeral(v) for v in (after - before).tolist()]


def test_short_steps_are_looked_at_from_near() -> None:
    mountain = Mountain(told(lesson_004()))
    whole, near = whole_sight(mountain), short_steps(mountain)
    assert near is not None
    for step in range(CAREFUL, mountain.steps + 1):
        assert near[0].low < mountain.feet[step] < near[0].high
        assert near[1].low < mountain.story.cost[step] < near[1].high
    for one, other in zip(whole, near, strict=True):
        assert other.high - other.low < (one.high - one.low) / 2
        assert (between(one, other, 0.0).low, between(one, other, 0.0).high) == pytest.approx(
            (one.low, one.high)
        )
        end = between(one, other, 1.0)
        assert (end.low, end.high) == pytest.approx((other.low, other.high))


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", [*RUNS, parabola])
def test_each_word_has_a_symbol_of_its_own(make: Callable[[], Run], aspect: str) -> None:
    stage, mountain = Stage(aspect=aspect), Mountain(told(make()))
    picture = MountainPicture(stage, stage.layout.picture, mountain)
    pairs = MountainPairs(picture, 0)
    symbols = [pairs.pair(row)[-1] for row in (PLACED, FELT, STEPPED)]
    assert not any(over_each_other(*pair) for pair in combinations(symbols, 2))
    box = picture.panel.box
    for symbol in symbols:
        assert box.left <= symbol.get_left()[0] <= symbol.get_right()[0] <= box.right + 1e-6


def test_a_valley_that_is_seen_to_be_lower_is_the_floor() -> None:
    run = two_valleys()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    lowest = min(scene.mountain.valleys)
    _, (_, number) = scene.rows.floor()
    assert number.term == numeral(lowest)
    assert scene.mountain.floor is not None
    assert lowest < scene.mountain.floor


@pytest.mark.parametrize("make", [lesson_004, not_linear, parabola])
def test_costs_of_data_have_no_heights_below_nothing(make: Callable[[], Run]) -> None:
    mountain = Mountain(told(make()))
    sights = [whole_sight(mountain), valley(mountain)]
    assert all(heights.low >= 0 for _, heights in filter(None, sights))


def test_the_numbers_go_along_with_the_walk() -> None:
    run = lesson_004()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    rows, story, last = scene.rows, scene.story, scene.mountain.steps
    scene.shown = {row: rows.row(row, 0) for row in (HIGH, PLACED)}
    counting = scene.counting(0, last)
    for step in (0, last // 2, last):
        counting.interpolate(step / last)
        height = counting.mobject[HIGH][-1]
        assert height.term == numeral(float(story.cost[step]))


def test_misses_squared_are_parts_of_his_height() -> None:
    run = lesson_004()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    values = dict(zip(run.trace.parameters, run.trace.table[0].tolist(), strict=False))
    x, y = (np.array(run.data[name]) for name in (run.problem.inputs[0], run.problem.target))
    squares = (values["a"] * x + values["b"] - y) ** 2
    box, height = scene.whole.panel, float(run.trace.cost[0])
    lengths = [float(part.height) for part in scene.bar.parts]
    unit = box.position(0.0, 1.0)[1] - box.position(0.0, 0.0)[1]
    assert squares.mean() == pytest.approx(height)
    assert lengths == pytest.approx((squares / len(squares) * unit).tolist(), abs=0.04)


@pytest.mark.parametrize("make", [lesson_004, parabola, exponential])
@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_from_above_his_step_goes_against_the_gradient(
    make: Callable[[], Run], aspect: str
) -> None:
    run = make()
    stage = Stage(aspect=aspect)
    scene: Any = passed(
        LostOnTheMountain, lambda *_: None, problem=run.problem, run=run, stage=stage
    )
    assert scene.map.has_room
    vectors = MountainVectors(scene.map, scene.rule.formula.term.children[0])
    here, there = scene.map.place(0), scene.map.place(1)
    assert vectors.step[0][1].get_vertices()[0] == pytest.approx(there)
    uphill = vectors.gradient[0][1].get_vertices()[0] - here
    assert float(uphill @ (there - here)) < 0


def test_a_rate_that_diverges_at_once_is_not_steady() -> None:
    run = Problem("a*exp(b*x)").descend(X, 2 * np.exp(0.1 * X) + np.sin(X), max_iter=10)
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    cost = scene.story.cost[: scene.story.last + 1]
    assert (np.diff(cost) <= 0).all()
    assert scene.mountain.steps == min(10, scene.story.steps)


@pytest.mark.parametrize("make", [lesson_004, exponential])
def test_height_and_place_are_always_those_of_one_step(make: Callable[[], Run]) -> None:
    run = make()
    seen = list[tuple[str, str]]()

    def meanwhile(scene: Any, _: float) -> None:
        shown = getattr(scene, "shown", {})
        if HIGH in shown and PLACED in shown:
            height, place = shown[HIGH][-1], shown[PLACED][-1]
            seen.append((str(height.term), str([item.term for item in place.items])))

    scene: Any = passed(
        LostOnTheMountain, lambda *_: None, meanwhile=meanwhile, problem=run.problem, run=run
    )
    story, rows = scene.story, scene.rows
    steps = range(scene.mountain.last + 1)
    told_of = {
        (
            str(rows.row(HIGH, step)[-1].term),
            str([numeral(value) for value in story.parameters[step].tolist()]),
        )
        for step in steps
    }
    assert len({*seen}) > 3
    assert {*seen} <= told_of


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_at_the_end_each_part_of_the_rule_has_its_words_below_it(aspect: str) -> None:
    run, stage = lesson_004(), Stage(aspect=aspect)
    scene: Any = passed(
        LostOnTheMountain, lambda *_: None, problem=run.problem, run=run, stage=stage
    )
    legend = MountainLegend(stage, scene.rows.room, scene.rule)
    rows = [legend.row(number) for number in range(len(SAID))]
    parts = [part for row in rows for part in row]
    assert not any(over_each_other(*pair) for pair in combinations(parts, 2))
    assert all(part.get_right()[0] <= scene.rows.room.right + 1e-6 for part in parts)
    assert len({round(float(words.get_left()[0]), 6) for _, words in rows}) == 1
    assert scene.map.rows[-1] == pytest.approx(scene.story.parameters[scene.mountain.last])


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", [lesson_004, parabola, exponential])
def test_a_gap_is_written_clear_of_ground_and_men(make: Callable[[], Run], aspect: str) -> None:
    mountain, stage = Mountain(told(make())), Stage(aspect=aspect)
    low, step = mountain.lowest, mountain.steps
    assert low is not None
    picture = MountainPicture(stage, stage.layout.picture, mountain, valley(mountain), clear=True)
    said = gap_picture(picture, step, low)[-1]
    figures = [picture.ghost(step), picture.show(mountain.last).man]
    assert not any(over_each_other(said, figure) for figure in figures)
    (left, bottom, _), (right, top, _) = (said.get_corner(way) for way in ((-1, -1, 0), (1, 1, 0)))
    spots = picture.spots()
    inside = (spots > (left, bottom)) & (spots < (right, top))
    assert not inside.all(axis=1).any()


def test_fog_on_the_other_mountain_begins_beyond_both_men() -> None:
    fog = PairFog(Zone(-4.0, 4.0, -2.0, 2.0), "#888888")
    for places in ((-0.5, 0.5), (-2.0, 2.5)):
        fog.stand(*places)
        edges = [(float(s.get_left()[0]), float(s.get_right()[0])) for s in fog.whole]
        assert not any(low < place < high for low, high in edges for place in places)
    fog.stand(-0.5, 0.5)
    assert fog.whole[0].width > 1


def test_each_step_is_a_dot_on_the_large_map_and_he_is_one_more() -> None:
    run = lesson_004()
    scene: Any = passed(LostOnTheMountain, lambda *_: None, problem=run.problem, run=run)
    rows = scene.story.parameters[: scene.mountain.steps + 1]
    large = MountainMap(
        scene.stage, scene.whole.panel, scene.mountain, (), scene.rows.room, rows=rows
    )
    large.dotted = True
    for time in (2.0, 3.5, 10.0):
        large.show(time)
        assert len(large.trodden) == int(time) + 1
        assert len(large.stops) == 1
        assert large.trodden[-1].get_center() == pytest.approx(large.place(int(time)))
