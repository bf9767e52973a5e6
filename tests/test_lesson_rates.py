"""What learning_rates says of the run's own rate, of more parameters, of costs that are no quadratics, and of distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.derivation.engine import gradient_of
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.writing.formulas.text import text

pytest.importorskip("manim", reason="films need Manim")

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.count_scale import CountScale
from symgd.animations.comparing.cut_legs import CutLegs
from symgd.animations.comparing.cut_map import CutMap
from symgd.animations.comparing.factor_slice import FactorSlice
from symgd.animations.comparing.lanes import LanePicture, LaneScales, marker
from symgd.animations.comparing.own_mark import own_mark
from symgd.animations.comparing.rate_directions import directions_of
from symgd.animations.comparing.rate_lane import HELD
from symgd.animations.comparing.rate_lanes import RateLanes, lanes_of
from symgd.animations.comparing.rate_panels import CountPanel
from symgd.animations.comparing.rate_plane import hessian_at
from symgd.animations.comparing.slope_measure import PLACES, SlopeMeasure
from symgd.animations.staging.stage import Stage
from symgd.animations.stories.descent_story import tell

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
LIMIT = 0.18029485  # of these points' line


def lanes_for(run: Run) -> RateLanes:
    return lanes_of(tell(run, lambda: gradient_of(run.problem)))


def line(rate: float | str) -> Run:
    start = {"a": 0.2, "b": 0.5}
    return Problem("a*x + b").descend(
        X, Y, start=start, learning_rate=rate, max_iter=5, tolerance=0
    )


@settings(max_examples=6, deadline=None)
@given(rate=st.floats(0.01, 0.5).map(lambda value: round(value, 3)))
def test_the_run_s_own_rate_is_a_lane_or_among_those_that_are_counted(rate: float) -> None:
    lanes = lanes_for(line(rate))
    assert lanes.own == rate
    assert rate in lanes.tried
    rates = [lane.rate for lane in lanes.lanes]
    assert rates == sorted(rates)
    if rate < lanes.best.rate or rate > LIMIT:
        assert rate in rates
    said = words.own(lanes).written(text)
    arrived = lanes.tried[rate]
    assert ("above the limit" in said) == (rate > LIMIT)
    assert arrived is None or f"{arrived:,}" in said or "among the fastest" in said


def test_a_rate_that_nobody_chose_is_not_named() -> None:
    lanes = lanes_for(line("auto"))
    assert lanes.own is None
    assert not len(own_mark(panel_of(lanes)))


def panel_of(lanes: RateLanes) -> CountPanel:
    stage = Stage()
    zone = stage.layout.picture
    scales = LaneScales(lanes, zone)
    pictures = [LanePicture(stage, zone, scales, lane, n) for n, lane in enumerate(lanes.lanes)]
    return CountPanel(stage, zone, lanes, pictures)


def test_what_never_arrives_stands_above_all_numbers() -> None:
    lanes = lanes_for(line(0.3))
    panel = panel_of(lanes)
    scale = panel.panel.y
    assert isinstance(scale, CountScale)
    tear = panel.panel.box.bottom + scale.tear * panel.panel.box.height
    for lane, (mark, _) in zip(lanes.lanes, panel.marks, strict=True):
        assert (mark.get_center()[1] > tear) == (lane.arrived is None)
    assert max(scale.ticks(9)) <= scale.top
    assert max(panel.counted.values()) < scale.top


@settings(max_examples=5, deadline=None)
@given(rate=st.sampled_from([0.02, 0.1, 0.17]), step=st.integers(0, 4))
def test_each_leg_shrinks_by_its_own_factor(rate: float, step: int) -> None:
    lanes = lanes_for(line(rate))
    ways = directions_of(lanes)
    assert ways is not None
    stage = Stage()
    shown = CutMap(stage, stage.layout.picture, lanes, ways)
    lane = next(lane for lane in lanes.lanes if lane.rate == rate)
    legs = CutLegs(shown, lane.parameters[0], marker(0, "#000000"))
    first, after = (legs.distances(lane.parameters[n]) for n in (0, step))
    for way, begun, left in zip((ways.across, ways.along), first, after, strict=True):
        assert left == pytest.approx(begun * way.factor(rate) ** step, rel=1e-6)
    legs.show(lane.parameters[step])
    for leg in legs.legs:  # both end at the minimum
        ends = leg.points[[0, -1]]
        apart = np.linalg.norm(ends - shown.position(shown.target), axis=1).min()
        assert apart == pytest.approx(0, abs=1e-6)


def test_the_curvature_is_the_slope_at_distance_1() -> None:
    lanes = lanes_for(demo_run(demo_problem(Problem)))
    ways = directions_of(lanes)
    assert ways is not None
    assert lanes.target is not None
    for place in PLACES:
        there = lanes.target + place * ways.across.way
        slopes = np.array(lanes.story.evaluate(there.tolist())[1])
        assert slopes @ ways.across.way == pytest.approx(place * ways.across.curvature, rel=1e-6)
    stage = Stage()
    zone = stage.layout.picture
    measure = SlopeMeasure(FactorSlice(stage, zone, lanes), stage.layout.mathematics)
    assert measure.curvature == pytest.approx(ways.across.curvature)
    for n in range(len(PLACES)):
        head, tail = measure.parts(n)
        assert len(head) + len(tail) == len(measure.rows[n])


def test_frames_of_three_parameters_hold_the_steepest_and_the_flattest_way() -> None:
    rng = np.random.default_rng(3)
    wide, narrow = rng.uniform(0, 300, 30), rng.uniform(0, 3, 30)
    y = 0.05 * wide + 2 * narrow + 3 + rng.normal(0, 1, 30)
    run = Problem("m*u + k*v + b", inputs=["u", "v"], target="y").descend(
        {"u": wide, "v": narrow, "y": y}, max_iter=3
    )
    lanes = lanes_for(run)
    assert lanes.target is not None
    hessian = hessian_at(lanes.story, lanes.target)
    assert hessian is not None
    _, found = np.linalg.eigh(hessian)
    for way in (found[:, 0], found[:, -1]):
        inside = np.linalg.norm(way[[*lanes.axes]])
        assert inside > 0.5


def test_a_lane_that_swings_is_not_the_lowest_by_its_last_step() -> None:
    x = np.linspace(0, 2, 20)
    run = Problem("A*exp(k*x)").descend(x, 300 * np.exp(0.9 * x), max_iter=3)
    lanes = lanes_for(run)
    for lane in lanes.lanes:
        if lane.arrived is None and np.isfinite(lane.lowest):
            assert lane.lowest == lane.cost[-HELD:].max()


def test_which_parameters_the_frames_show_is_said_as_it_was_chosen() -> None:
    x, z = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([30.0, 10.0, 60.0, 20.0, 50.0])
    run = Problem("m*u + k*v + b", inputs=["u", "v"], target="y").descend(
        {"u": x, "v": z, "y": 2 * x + 0.3 * z + 1}, max_iter=3
    )
    lanes = lanes_for(run)
    said = " ".join(each.written(text) for each in words.start(lanes))
    assert lanes.plane == lanes.axes
    assert "bends most and least" in said
    assert "farthest" not in said
