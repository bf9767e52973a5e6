"""What the lesson on a slope numbers and draws: a tangent's triangle, a step's rows, its table, and what it leaves."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.derivation.engine import gradient_of
from symgd.optimize.run import Run
from symgd.terms import Negative, Number, Term

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.costs.line_inset import LineInset
from symgd.animations.costs.secant import Secant
from symgd.animations.costs.slope_far import FarSlice, leaves
from symgd.animations.costs.slope_rates import greater_rate, is_too_great, smaller_rate
from symgd.animations.costs.slope_reach import SlopeReach
from symgd.animations.costs.slope_readouts import SlopeReadouts
from symgd.animations.costs.slope_sides import SlopeSides
from symgd.animations.costs.slope_step import SlopeStep, seen_in
from symgd.animations.costs.slope_zones import SlopeZones
from symgd.animations.costs.worked_slope import WorkedSlope
from symgd.animations.formulas.numerals import numeral, rounded
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.slope_tells_direction import SlopeTellsDirection
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.stage import Stage

POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
starts = st.tuples(*[st.floats(-5, 5).filter(lambda value: abs(value) > 0.05)] * 2)
aspects = st.sampled_from([*ASPECTS])


def line(start: tuple[float, float] = (0.2, 0.5), learning_rate: float = 0.06) -> Run:
    begin = dict(zip("ab", start, strict=True))
    problem = Problem("a*x + b")
    return problem.descend(*POINTS, start=begin, learning_rate=learning_rate, max_iter=3)


def told(run: Run) -> DescentStory:
    return tell(run, lambda: gradient_of(run.problem))


@given(starts)
@settings(max_examples=4, deadline=None)
def test_the_tangents_triangle_is_in_the_picture_and_its_run_is_short(
    start: tuple[float, float],
) -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line(start)))
    value, slope = picture.start, picture.slope(picture.start)
    run = Secant(picture).short_run(value)
    assert run * slope <= 0
    if run:
        assert picture.panel.holds(value + run, picture.cost(value) + slope * run)
        assert rounded(run, 2) == rounded(run)


@given(starts, aspects)
@settings(max_examples=4, deadline=None)
def test_rule_and_numbers_of_all_steps_have_one_size_and_stay_in_their_zones(
    start: tuple[float, float], aspect: str
) -> None:
    stage = Stage(parameters=("a", "b"), aspect=aspect)
    zone = stage.layout.mathematics
    picture = SlicePicture(stage, stage.layout.picture, told(line(start)))
    zones = SlopeZones.of(zone)
    values = [picture.start, picture.start - 2 * picture.rate * picture.slope(picture.start)]
    rows = SlopeStep(stage, zones.rule, zones.numbers, picture, values)
    assert rows.em >= LEAST_EM
    for made in (rows.rule(), *(rows.result(value) for value in values)):
        assert zone.left - 1e-6 <= made.get_left()[0]
        assert made.get_right()[0] <= zone.right + 1e-6
    for value in values:
        assert rows.stages(value)[-1].em == pytest.approx(rows.em)


def test_a_number_is_found_where_it_stands() -> None:
    stage = Stage()
    number = stage.formula(numeral(-6.1333, 5))
    row = stage.sentence("slope: ", numeral(-6.1333, 5), em=0.3)
    assert [glyph.shape for glyph in seen_in(row, number)] == [glyph.shape for glyph in number]
    assert not len(seen_in(row, stage.formula(numeral(0.25))))


@given(starts, aspects)
@settings(max_examples=4, deadline=None)
def test_a_table_of_slopes_stays_in_its_zone_and_its_rows_apart(
    start: tuple[float, float], aspect: str
) -> None:
    stage = Stage(parameters=("a", "b"), aspect=aspect)
    story = told(line(start))
    picture = SlicePicture(stage, stage.layout.picture, story)
    zone = SlopeZones.of(stage.layout.mathematics).readouts
    values = [picture.start, picture.start / 2, picture.start + picture.first_step]
    table = SlopeReadouts(stage, zone, picture, values, story.rate)
    rows = [table.head, *(table.row(number) for number in range(len(values)))]
    for row, after in pairwise(rows):
        assert after.get_top()[1] < row.get_bottom()[1]
    for row in rows:
        assert row.get_right()[0] <= zone.right + 1e-6
        assert row.get_left()[0] >= zone.left - 1e-6
        cells = [*row][:4]
        assert all(a.get_right()[0] < b.get_left()[0] for a, b in pairwise(cells))
    assert rows[-1].get_bottom()[1] >= zone.bottom


def _number(term: Term) -> float:
    if isinstance(term, Negative):
        return -_number(term.term)
    assert isinstance(term, Number)
    return float(term.number)


@given(starts)
@settings(max_examples=8, deadline=None)
def test_the_numbers_of_the_rows_come_to_the_slope_of_the_tangent(
    start: tuple[float, float],
) -> None:
    run = line(start)
    story = told(run)
    picture = SlicePicture(Stage(parameters=("a", "b")), Stage().layout.picture, story)
    value, name = picture.start, picture.name
    last = gradient_of(run.problem)[name].last
    worked = WorkedSlope.of(last, story, picture.at(value), picture.slope(value))
    assert worked is not None
    assert len(worked.rows) == len(run.data)
    total = 0.0
    for row in worked.rows:
        factors = [worked.made.at(place) for place in row]
        total += math.prod(_number(each) for each in factors)
    assert 2 / len(run.data) * total == pytest.approx(picture.slope(value), rel=1e-2, abs=1e-2)


def test_a_step_that_leaves_the_picture_ends_in_a_wider_one() -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line(learning_rate=0.6)))
    end = picture.start + picture.first_step
    assert leaves(picture, end)
    far = FarSlice(picture, stage.layout.picture, end)
    assert far.far.panel.holds(end, picture.cost(end))
    assert far.between(0.0, picture.start).dot.get_center() == pytest.approx(
        picture.position(picture.start)
    )
    there = far.between(1.0, end).dot.get_center()
    assert there == pytest.approx(far.far.panel.position(end, picture.cost(end)))


def test_an_arrow_that_turns_keeps_its_height_and_loses_all_its_length() -> None:
    found: list[SlopeTellsDirection] = []
    run = line()
    passed(SlopeTellsDirection, lambda scene, _: found.append(scene), problem=run.problem, run=run)
    scene = found[-1]
    value = scene.picture.start
    assert not len(scene.arrow(value, 0.0))
    ways = [scene.arrow(value, part) for part in (1.0, 0.5, -0.5, -1.0)]
    assert len({round(float(way.get_center()[1]), 6) for way in ways}) == 1


def test_what_is_said_of_the_slope_is_where_it_was_taken_until_the_next_beat() -> None:
    run, seen = line(), dict[str, tuple[float, float, str]]()

    def kept(scene: SlopeTellsDirection, beat: object) -> None:
        name = str(getattr(beat, "name", ""))
        if name in ("the minus", "the other side"):
            old = scene.sides_shown[0].get_center()[0]
            seen[name] = old, float(scene.picture.dot.get_center()[0]), name

    scene = passed(SlopeTellsDirection, kept, problem=run.problem, run=run)
    assert len(seen) == 2
    old, new, _ = seen["the minus"]
    assert old == pytest.approx(scene.picture.position(scene.picture.start)[0])
    assert new > old


@given(st.floats(2.0, 8.0), st.floats(-3.0, 3.0))
@settings(max_examples=10, deadline=None)
def test_a_plateau_is_nearly_level_and_high(level: float, middle: float) -> None:
    hours = [number / 2 for number in range(1, 13)]
    passed_exams = [float(hour + middle > 3.0) for hour in hours]
    run = Problem("sigmoid(w*x + b)").descend(
        hours, passed_exams, start={"w": 1.0, "b": level}, learning_rate=1.0, max_iter=2
    )
    stage = Stage(parameters=("w", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(run), index=1)
    place = SlopeReach(picture, 1.0).plateau()
    if place is None:
        return
    values = np.linspace(picture.x.low, picture.x.high, 60).tolist()
    seen = [picture.cost(v) for v in values if picture.panel.holds(v, picture.cost(v))]
    steepest = max(abs(picture.slope(v)) for v in values)
    assert abs(picture.slope(place)) <= 0.15 * steepest
    assert picture.cost(place) - min(seen) >= 0.35 * (max(seen) - min(seen))


@given(starts)
@settings(max_examples=4, deadline=None)
def test_a_parabola_has_no_plateau_and_its_sides_say_their_signs(
    start: tuple[float, float],
) -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line(start)))
    reach = SlopeReach(picture, 1.0)
    assert reach.plateau() is None
    if picture.lowest is None or not picture.slope(picture.start):
        return
    sides = SlopeSides(picture)
    mirrored = 2 * picture.lowest - picture.start
    assert sides.side(picture.start) != sides.side(mirrored)
    assert ("right" in sides.side(picture.start).text) == (picture.lowest > picture.start)


@given(starts, st.floats(0.3, 3.0))
@settings(max_examples=6, deadline=None)
def test_a_rate_that_is_too_great_has_a_smaller_one_whose_steps_go_down(
    start: tuple[float, float], rate: float
) -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line(start, rate)))
    if picture.lowest is None or not picture.slope(picture.start):
        return
    way = picture.lowest - picture.start
    eased = smaller_rate(picture, way)
    assert picture.rate == pytest.approx(rate)
    assert (eased is not None) == is_too_great(picture, rate)
    if eased is not None:
        end = picture.start - eased * picture.slope(picture.start)
        assert eased < rate
        assert picture.cost(end) < picture.cost(picture.start)


@given(starts)
@settings(max_examples=4, deadline=None)
def test_a_greater_rate_leads_over_the_valley_and_higher(start: tuple[float, float]) -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line(start)))
    greater = greater_rate(picture)
    if greater is None or picture.lowest is None:
        return
    end = picture.start - greater * picture.slope(picture.start)
    assert greater > picture.rate
    assert picture.cost(end) > picture.cost(picture.start)
    assert (end - picture.lowest) * (picture.start - picture.lowest) < 0


@given(starts)
@settings(max_examples=4, deadline=None)
def test_bars_of_slopes_and_steps_shrink_alike_and_point_where_the_step_goes(
    start: tuple[float, float],
) -> None:
    stage = Stage(parameters=("a", "b"))
    story = told(line(start))
    picture = SlicePicture(stage, stage.layout.picture, story)
    values = [picture.start, picture.start + picture.first_step]
    zone = SlopeZones.of(stage.layout.mathematics).readouts
    table = SlopeReadouts(stage, zone, picture, values, story.rate)
    pairs = [table.bars(number) for number in range(len(values))]
    drawn = [pair for pair in pairs if all(bar.width for bar in pair)]
    if len(drawn) != len(values):
        return
    (slope, step), (less, shorter) = drawn
    assert less.width / slope.width == pytest.approx(shorter.width / step.width, rel=0.02)


def test_squares_stand_on_the_residuals_while_the_model_moves() -> None:
    stage = Stage(parameters=("a", "b"))
    story = told(line())
    inset = LineInset(stage, stage.layout.picture, story, [[0.2, 0.5], [1.2, 0.5]])
    for values in ([0.2, 0.5], [0.9, 0.5]):
        inset.show(values)
        said = inset.fit.predict(np.array(values), inset.fit.inputs)
        up = inset.fit.panel.box.height / (inset.fit.panel.y.high - inset.fit.panel.y.low)
        for square, actual, height in zip(inset.squares, inset.fit.actual, said, strict=True):
            assert square.width == pytest.approx(square.height)
            assert square.height == pytest.approx(up * abs(actual - height), abs=1e-6)


def test_a_diverging_rate_goes_on_with_a_smaller_one_from_the_start() -> None:
    found: list[SlopeTellsDirection] = []
    run = line(learning_rate=0.6)
    passed(SlopeTellsDirection, lambda scene, _: found.append(scene), problem=run.problem, run=run)
    scene = found[-1]
    picture = scene.picture
    assert scene.eased == picture.rate
    assert picture.rate < scene.given == pytest.approx(0.6)
    assert scene.greater is None
    assert scene.places[0] == picture.start
    for place, following in pairwise(scene.places):
        assert following == pytest.approx(place - picture.rate * picture.slope(place))
