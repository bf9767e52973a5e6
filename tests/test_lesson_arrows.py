"""What the lesson on a slope numbers and draws: a tangent's triangle, a step's rows, its bars, and what it leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.derivation.engine import gradient_of
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.costs.secant import Secant
from symgd.animations.costs.slope_moves import SlopeZones
from symgd.animations.costs.slope_reach import SlopeReach
from symgd.animations.costs.slope_readouts import SlopeReadouts
from symgd.animations.costs.slope_sides import SlopeSides
from symgd.animations.costs.slope_step import SlopeStep, seen_in
from symgd.animations.formulas.numerals import numeral, rounded
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.slope_tells_direction import SlopeTellsDirection
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.stage import Stage

POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
starts = st.tuples(*[st.floats(-5, 5).filter(lambda value: abs(value) > 0.05)] * 2)
aspects = st.sampled_from([*ASPECTS])


def line(start: tuple[float, float] = (0.2, 0.5)) -> Run:
    begin = dict(zip("ab", start, strict=True))
    return Problem("a*x + b").descend(*POINTS, start=begin, learning_rate=0.06, max_iter=3)


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


def test_the_steps_bar_is_as_long_as_its_arrow_in_the_picture() -> None:
    stage = Stage(parameters=("a", "b"))
    picture = SlicePicture(stage, stage.layout.picture, told(line()))
    values = [picture.start, picture.start / 2]
    readouts = SlopeReadouts(
        stage, SlopeZones.of(stage.layout.mathematics).readouts, picture, values, told(line()).rate
    )
    for value in values:
        arrow = picture.along(value, -picture.rate * picture.slope(value), 0.0)
        assert readouts.measures(value)[1].width == pytest.approx(arrow.width)


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
