"""What descend and learning_rates show of their paths: names, bounces, scaled columns, and one table of five lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from test_lesson_update import told

from symgd.animations.comparing.factor_slice import REACH, FactorSlice
from symgd.animations.comparing.lanes import FOOT, HEAD, LanePicture, LaneScales, lane_zones
from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.comparing.rate_directions import directions_of
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, lanes_of, scaled_lanes
from symgd.animations.comparing.rate_panels import ClockPanel
from symgd.animations.comparing.rate_scenes import RATE, VALUE
from symgd.animations.descending.annotated_lines import general
from symgd.animations.descending.descend_places import DescentPlaces
from symgd.animations.descending.path_names import PathNames, parts_named
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.pictures.trace_table import TraceTable
from symgd.animations.staging.layout import WIDE
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.director import Director

ROWS = 5
SPEED = np.arange(4.0, 24.0)


def demo() -> Run:
    return demo_run(demo_problem(Problem))


def raw() -> Run:
    """A line through a column far from zero: a long ravine."""
    return Problem("a*x + b").descend(SPEED + 100, 3 * SPEED - 17 + np.sin(SPEED), max_iter=10)


def test_the_path_has_the_largest_zone() -> None:
    places = DescentPlaces(WIDE, True)
    area = places.point.width * places.point.height
    for zone in (places.fit, places.curve, places.numbers):
        assert zone.width * zone.height < area


def test_the_parts_of_a_path_are_named_beside_it() -> None:
    story = told(demo())
    director, zone = Director(story), DescentPlaces(WIDE, True).point
    picture = ParameterPicture(Stage(), zone, story)
    named = parts_named(director)
    assert len(named) == 3
    made = PathNames(picture, director).kinds()
    assert len(made) == len(named)
    box = picture.panel.box
    for label in made:
        words = label[1]
        assert box.left <= words.get_left()[0] <= words.get_right()[0] <= box.right
        assert box.bottom <= words.get_bottom()[1] <= words.get_top()[1] <= box.top


def test_a_table_of_few_lines_keeps_to_them() -> None:
    story = told(demo())
    table = TraceTable(Stage(), Zone(0, 5, 0, 4), story, range(story.singly + 1), ROWS)
    for step in range(11):
        table.make_room(step)
        table.rows[step] = table.row(step)
        assert table.count <= ROWS


def test_a_rate_bounces_by_its_factor() -> None:
    lanes = lanes_of(told(demo()))
    stage, zone = Stage(), Zone(0, 8, 0, 6)
    assert lanes.limit is not None
    ground = FactorSlice(stage, zone, lanes)
    box = ground.box
    assert ground.place(0.0)[0] == pytest.approx(box.centre[0])
    for number, lane in enumerate(lanes.lanes):
        walk = ground.walk(lane, number)
        assert (abs(walk.factor) < 1) == (lane.rate < lanes.limit)
        assert walk.leaves == (lane.rate > lanes.limit)
        inside = [d for d in walk.stops if abs(d) <= REACH]
        assert inside == pytest.approx([walk.factor**k for k in range(len(inside))])
        for dot in walk.dots:
            assert box.left <= dot.get_center()[0] <= box.right
            assert box.bottom <= dot.get_center()[1] <= box.top
        said = [number for number in walk.numbers if number is not None]
        assert said
        for formula in said:
            assert zone.left <= formula.get_left()[0] <= formula.get_right()[0] <= zone.right


def test_the_factor_in_numbers_is_the_rate_s() -> None:
    lanes = lanes_of(told(demo()))
    stage = Stage()
    zone = stage.layout.mathematics
    assert lanes.limit is not None
    lines = LimitLines(stage, zone, lanes, stage.formula(general(lanes.story), em=0.5))
    assert len(lines.factors) == len(lanes.lanes)
    for line, lane in zip(lines.factors, lanes.lanes, strict=True):
        assert line.term.at(RATE) == numeral(lane.rate, MOST_FIGURES)
        assert float(line.term.at(VALUE).value) == pytest.approx(
            1 - 2 * lane.rate / lanes.limit, abs=6e-4
        )


def test_bars_of_all_lanes_have_one_scale() -> None:
    lanes = lanes_of(told(demo()))
    zone = Zone(0, 3, 0, 3 + HEAD + FOOT)
    scales = LaneScales(lanes, zone)
    pictures = [LanePicture(Stage(), zone, scales, lane, n) for n, lane in enumerate(lanes.lanes)]
    steps = [np.linalg.norm(np.diff(lane.parameters[:2], axis=0)) for lane in lanes.lanes]
    widths = [picture.bar.width for picture in pictures]
    assert widths == pytest.approx(
        [width * max(widths) for width in np.array(steps) / max(steps)], abs=0.03
    )


def test_where_no_rate_arrives_scaled_columns_do() -> None:
    assert scaled_lanes(lanes_of(told(demo()))) is None
    story = told(raw())
    lanes = lanes_of(story)
    assert all(lane.arrived is None for lane in lanes.lanes)
    scaled = scaled_lanes(lanes)
    assert scaled is not None
    assert any(lane.arrived is not None for lane in scaled.lanes)
    cured = Director(story).scaled
    assert cured is not None
    assert cured.cost[0] == pytest.approx(story.cost[0])
    assert cured.cost[-1] - story.run.exact.cost <= 1e-6 * story.cost[0]  # type: ignore[union-attr]
    assert Director(told(demo())).scaled is None


def test_a_run_that_goes_up_keeps_its_first_numbers() -> None:
    """What it comes to is no reason to take where it began, or the minimum, for rounding."""
    data = {"x": [58.0, 64.0, 72.0], "y": [115.0, 132.0, 164.0]}
    run = Problem("a*x + b").descend(**data, optimizer="radam", learning_rate=0.05, max_iter=8)
    story = told(run)
    assert story.cost[-1] > 1e6 * story.cost[0]
    table = TraceTable(Stage(), Zone(0, 4.7, -3, 0), story, range(len(story.table)))
    first, least = table.row(0), table.least()
    assert min(len(first[-1]), len(least[-1])) > 1  # no lone 0
    for row in (table.row(step) for step in range(1, len(story.table))):
        for cell in row:
            assert cell.height < 1.6 * table.em  # one line, with an exponent at most


def exponential() -> Run:
    """A curve that every rate near 0.1 throws out of all bounds at the second step."""
    x = np.linspace(1.0, 25.0, 20)
    return Problem("a*exp(b*x)").descend(x, 9 * np.exp(0.09 * x) + np.sin(x), max_iter=5)


def test_where_a_curve_throws_all_usual_rates_out_smaller_ones_are_found() -> None:
    lanes = lanes_of(told(exponential()))
    assert lanes.target is not None
    assert lanes.lanes[2].rate < 1e-3
    low = [lane.lowest for lane in lanes.lanes[:3]]
    assert np.isfinite(low).all()
    assert low[2] == min(low)
    assert all(lane.cost.max() <= lane.cost[0] for lane in lanes.lanes[:3])


@pytest.mark.parametrize("make", [demo, raw, exponential])
def test_the_panel_s_marks_stay_inside_and_a_lane_is_there_below_its_line(make: Any) -> None:
    lanes, stage = lanes_of(told(make())), Stage()
    zone = Zone(0, 3, 0, 3 + HEAD + FOOT)
    scales = LaneScales(lanes, zone)
    pictures = [LanePicture(stage, zone, scales, lane, n) for n, lane in enumerate(lanes.lanes)]
    clock = ClockPanel(stage, Zone(0, 8, 0, 3), lanes, pictures)
    box = clock.panel.box
    for time in (0.0, 2.0, float(lanes.most)):
        clock.show(time)
        for head in clock.heads:
            x, y, _ = head.get_center()
            assert box.left - 1e-6 <= x <= box.right + 1e-6
            assert box.bottom - 1e-6 <= y <= box.top + 1e-6
    assert bool(len(clock.goal)) == lanes.arrive
    for lane, head in zip(lanes.lanes, clock.heads, strict=True):
        if lanes.arrive:
            below = head.get_center()[1] < clock.goal[0].get_center()[1]
            assert below == (lane.arrived is not None)


def test_the_lane_that_is_called_best_is_the_curve_s_lowest_point() -> None:
    lanes = lanes_of(told(demo()))
    counts = [steps for steps in lanes.tried.values() if steps is not None]
    best = lanes.lanes[2]
    assert best.arrived == min(counts)
    rates = sorted(lanes.tried)
    place = rates.index(best.rate)
    apart = np.diff(rates)[place - 1 : place + 1]
    assert apart.max() < 0.02 * best.rate  # it was looked for between its neighbours


@pytest.mark.parametrize("small", [True, False])
def test_long_names_and_what_a_lane_is_called_do_not_overlap_in_a_narrow_frame(small: bool) -> None:
    x = np.arange(4.0, 24.0)
    run = Problem("slope_of_distance*speed + stopping_at_rest", inputs=["speed"]).descend(
        x, 4 * x - 17, max_iter=3
    )
    lanes, stage = lanes_of(told(run)), Stage(aspect="1:1")
    zones = lane_zones(Zone(-4.6, 4.6, -1.0, 3.0), 4, upright=False)
    scales = LaneScales(lanes, zones[0])
    for n, (zone, lane) in enumerate(zip(zones, lanes.lanes, strict=True)):
        made = LanePicture(stage, zone, scales, lane, n, small=small, first=n == 0)
        texts = [*made.names, made.title[1]]
        texts += [made.title[2], made.status] if small else [made.word, made.bar]
        made.show(float(made.last))
        for number, one in enumerate(texts):
            for other in texts[number + 1 :]:
                across = min(one.get_right()[0], other.get_right()[0]) - max(
                    one.get_left()[0], other.get_left()[0]
                )
                up = min(one.get_top()[1], other.get_top()[1]) - max(
                    one.get_bottom()[1], other.get_bottom()[1]
                )
                assert across < 1e-3 or up < 1e-3


def test_a_lane_takes_no_fewer_steps_than_along_either_way_alone() -> None:
    lanes = lanes_of(told(demo()))
    ways = directions_of(lanes)
    assert ways is not None
    assert ways.across.share**2 + ways.along.share**2 == pytest.approx(1.0)
    for rate, steps in lanes.tried.items():
        for way in (ways.across, ways.along):
            alone = way.steps(rate, lanes.near)
            assert steps is None or alone is None or steps >= alone - 1e-6
    assert ways.decides(lanes)
