"""Rows as points, half axes, momentum in two parts and tables in one size: what the lessons on batches and ravines draw is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from manim import Dot, ManimColor
from test_lesson_ways import POINTS, lesson_004, told

from symgd.animations.comparing.batch_story import BEYOND_TIP, BatchStory, tell_batches
from symgd.animations.comparing.half_axes import HalfAxes, closed_height
from symgd.animations.comparing.line_fan import LineFan
from symgd.animations.comparing.line_swing import LineSwing
from symgd.animations.comparing.lowest_place import lowest_place
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_end_words import answer
from symgd.animations.comparing.ravine_frames import RavineFrames
from symgd.animations.comparing.ravine_scenes import LENGTHS, costs_in
from symgd.animations.comparing.ravine_story import RavineStory, tell_ravine
from symgd.animations.comparing.row_colours import row_colours
from symgd.animations.comparing.row_points import RowPoints
from symgd.animations.comparing.walk_looks import ravine_looks
from symgd.animations.comparing.walk_table import LEADING, WalkTable
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.contrast import contrast
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.short_names import with_short_names
from symgd.derivation.engine import gradient_of
from symgd.writing.words import message


def ravine_of(x: list[float]) -> RavineStory:
    run = Problem("a*x + b").descend(x, [1.2, 1.8, 3.4, 3.0], max_iter=3, tolerance=0)
    story: RavineStory = told(tell_ravine, run)
    return story


@settings(max_examples=6)
@given(shift=st.floats(-9, 9), scale=st.floats(0.3, 4), number=st.integers(0, 3))
def test_the_half_axes_ratio_squared_is_the_condition_number(
    shift: float, scale: float, number: int
) -> None:
    story, stage = ravine_of([shift + scale * value for value in (1.0, 2.0, 4.0, 5.0)]), Stage()
    assert story.cause is not None
    ground = story.seen_by(turns_of(story.turn)[number])
    stage = Stage(parameters=story.run.problem.parameters)
    frames, zone = RavineFrames(stage, story), stage.layout.picture
    picture = frames.alone(zone, number, message("scaled")) if number in (1, 2) else None
    picture = picture or (frames.after(zone) if number else frames.before(zone, [story.plain]))
    height = closed_height(ground, picture.panel)
    assert height is not None
    axes = HalfAxes(picture, height)
    longer, shorter = axes.lengths
    assert (longer / shorter) ** 2 == pytest.approx(story.cause.ratios[number], rel=1e-4)
    assert all(picture.panel.holds(*corner) for corner in axes.corners.tolist())
    levels = [ground.at(*corner) - ground.at(*ground.centre) for corner in axes.corners[::20]]
    assert levels == pytest.approx([height] * len(levels), rel=1e-5)
    box = picture.panel.box
    for plate in axes.plates:
        assert box.left <= plate.get_left()[0] <= plate.get_right()[0] <= box.right
        assert box.bottom <= plate.get_bottom()[1] <= plate.get_top()[1] <= box.top


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (7.0, 1.0), (-4.0, 2.5)])
def test_the_costs_in_the_lines_are_the_same_in_all_maps_and_clear_of_half_axes(
    shift: float, scale: float
) -> None:
    story = ravine_of([shift + scale * value for value in (1.0, 2.0, 4.0, 5.0)])
    stage = Stage(parameters=story.run.problem.parameters)
    frames, zone = RavineFrames(stage, story), stage.layout.picture
    maps = [frames.before(zone, [story.plain]), frames.after(zone)]
    maps += [frames.alone(zone, number, message("scaled")) for number in (1, 2)]
    known = [level for level, _ in story.before.levelled(maps[0].panel.x, maps[0].panel.y)]
    for picture in maps:
        written = costs_in(picture.lines)
        assert written or picture is not maps[1]  # the lines of a narrow ravine have no room
        height = closed_height(picture.ground, picture.panel)
        assert height is not None
        axes = HalfAxes(picture, height)
        corners = np.array([picture.panel.border(*corner) for corner in axes.corners.tolist()])
        for cost in written:
            assert isinstance(cost, Formula)
            value = float(cost.term.value)
            assert min(abs(value - level) / level for level in known) < 0.02
            away = np.abs(corners[:, :2] - cost.get_center()[:2])
            assert not (away < (cost.width / 2, cost.height / 2)).all(axis=1).any()


def test_what_momentum_keeps_is_a_share_of_the_last_step() -> None:
    story: RavineStory = told(tell_ravine, lesson_004())
    stage = Stage(parameters=story.run.problem.parameters)
    frames = RavineFrames(stage, story)
    picture = frames.before(stage.layout.picture, [story.plain, story.heavy])
    points = story.heavy.points
    share = story.heavy.run.options["optimizer_settings"]["beta"]
    found = frames.kept(picture, story.heavy)
    assert found
    for row, (kept, own) in found.items():
        here = points[row] + share * (points[row] - points[row - 1])
        tip = picture.panel.position(*here)
        assert kept[1].get_vertices()[0] == pytest.approx(tip, abs=1e-6)
        assert own[1].get_vertices()[0] == pytest.approx(
            picture.panel.position(*points[row + 1]), abs=1e-6
        )


@pytest.mark.parametrize("aspect", [*ASPECTS])
def test_points_stand_under_points_in_rows_that_are_apart(aspect: str) -> None:
    story: RavineStory = told(tell_ravine, lesson_004())
    stage = Stage(aspect=aspect)
    zone = stage.layout.mathematics
    zone = Zone(zone.left, zone.right, zone.top - 2.2, zone.top)
    heads: list[Any] = ["kappa", message("learning rate")]
    rates = [numeral(value) for value in (0.1765, 0.5, 0.05875)]
    columns = [[numeral(value) for value in (46.1, 1.0, 46.1)], rates]
    looks = ravine_looks(stage.palette)[:3]
    table = WalkTable(stage, zone, story.walks, looks, heads, 1.3, columns)
    cells = [table.cell(1, row, said) for row, said in enumerate(rates)]
    assert len({round(float(cell.em), 9) for cell in cells}) == 1
    places = []
    for cell, said in zip(cells, ("0", "0", "0"), strict=True):
        places.append(float(cell.get_left()[0]) + stage.sentence(said, em=cell.em).width)
    assert places == pytest.approx([places[0]] * 3, abs=0.02)
    pitch = table.bases[0] - table.bases[1]
    assert pitch >= LEADING * table.cell_em - 1e-9


def test_a_row_that_lights_up_has_its_own_residual() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    stage = Stage()
    points = RowPoints(stage, Zone(-6, 0, -3, 3), story.walks[0], story.derive).show(story.time)
    for row in range(3):
        datum, said = points.ends(row)
        assert datum == pytest.approx((POINTS[0][row], POINTS[1][row]))
        assert said[1] == pytest.approx(story.place @ (POINTS[0][row], 1.0))
        residual, ring, *_ = points.lit(row, stage.palette.third)
        ends = sorted(float(end[1]) for end in (residual.get_start(), residual.get_end()))
        there = sorted(float(points.panel.position(*end)[1]) for end in (datum, said))
        assert ends == pytest.approx(there)
        assert ring.get_center() == pytest.approx(points.panel.position(*datum))


@pytest.mark.parametrize("step", [0.06, 0.17])
def test_the_place_of_the_arrows_is_a_step_s_where_rows_agree_by_half_there(step: float) -> None:
    run: Run = Problem("a*x + b").descend(*POINTS, learning_rate=step, max_iter=4, tolerance=0)
    story: BatchStory = told(tell_batches, run)
    assert story.time >= 0
    assert np.isfinite(story.place).all()


def test_the_answer_is_the_cure_with_both_numbers() -> None:
    said = str(answer(told(tell_ravine, lesson_004())))
    assert "Centre and scale: 46 steps become 1, each at its best rate." in said


@pytest.mark.parametrize("model", ["a*x + b", "a*exp(b*x)"])
def test_on_its_own_way_each_row_takes_the_prediction_to_its_point(model: str) -> None:
    run = Problem(model).descend(*POINTS, learning_rate=0.01, max_iter=4, tolerance=0)
    story: BatchStory = told(tell_batches, run)
    for row, single in enumerate(story.singles):
        own, way = story.own(row), -single
        part = float((own - story.place) @ way / (way @ way))
        assert own == pytest.approx(story.place + part * way)
        reach = story.factor * story.rate * BEYOND_TIP
        assert 0 <= part <= reach * (1 + 1e-9)
        assert np.all(story.singles_at(own, [row])[0] @ single >= -1e-3 * single @ single)
        if part < 0.99 * reach:  # the row is as near as this way leads
            assert abs(story.singles_at(own, [row])[0] @ single) < 0.02 * single @ single


def test_the_arrows_head_to_tail_end_at_the_sum_and_a_part_of_it_is_the_mean() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    whole = story.sums[-1] - story.place
    assert story.place + whole / story.rows == pytest.approx(story.tip(story.mean))
    assert story.is_chained_whole


def test_the_ring_the_line_and_lit_residuals_go_together() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    stage = Stage()
    points = RowPoints(stage, Zone(-6, 0, -3, 3), story.walks[0], story.derive).show(story.time)
    light = points.lit(2, stage.palette.ink)
    swing = LineSwing(points, story.place, lambda at: np.array([*at, 0.0]), stage.palette.ink)
    swing.lit(stage.palette.ink)
    own = story.own(2)
    swing.show(own)
    assert swing.ring.get_center()[:2] == pytest.approx(own)
    datum, said = points.ends(2)
    assert said[1] == pytest.approx(datum[1], abs=0.02)  # the line goes through the row's point
    assert light[0].height < 0.05


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_have_colours_that_no_walk_and_no_parameter_has(theme: str) -> None:
    palette = Stage(theme=theme).palette
    used = {palette.slope, palette.intercept, palette.third, palette.prediction, palette.error}
    for count in (2, 3, 40):
        shades = row_colours(palette, count)
        assert len(shades) == count
        assert not used & {*shades}
        for shade in shades:
            assert contrast(ManimColor(shade), ManimColor(palette.ground)) >= 4.5


def test_columns_that_are_words_get_letters_and_keep_their_names_in_pictures() -> None:
    data = {"eruptions": POINTS[0], "waiting": POINTS[1]}
    problem = Problem("m*eruptions + b", inputs=["eruptions"], target="waiting")
    run = problem.descend(data, learning_rate=0.05, max_iter=3, tolerance=0)
    short = with_short_names(run)
    assert short.problem.columns == ("x", "y")
    assert dict(short.problem.labels) == {"x": "eruptions", "y": "waiting"}
    assert short.data["x"].tolist() == POINTS[0]
    story: BatchStory = told(tell_batches, short)
    plain: BatchStory = told(tell_batches, run)
    assert story.singles == pytest.approx(plain.singles)
    assert with_short_names(short) is short


def test_the_lowest_place_of_another_cost_is_where_its_descent_rests() -> None:
    run = Problem("a*exp(b*x)").descend(*POINTS, learning_rate=0.01, max_iter=4, tolerance=0)
    found = lowest_place(run, lambda: gradient_of(run.problem))
    assert found is not None
    story: BatchStory = told(tell_batches, run)
    assert np.linalg.norm(story.evaluate(found.point.tolist())[1]) < 1e-4
    assert found.cost == pytest.approx(story.evaluate(found.point.tolist())[0])


def test_a_plateau_is_no_minimum_and_no_walk_is_thrown_onto_it() -> None:
    x = [3.6, 1.8, 3.333, 2.283, 4.533, 2.883, 4.7, 3.6, 1.95, 4.35]
    y = [79.0, 54, 74, 62, 85, 55, 88, 85, 51, 85]
    run = Problem("c*exp(k*x)").descend(x, y, max_iter=10)
    story: BatchStory = told(tell_batches, run)
    if story.least is not None:  # then nothing that was walked is lower
        assert run.trace.cost.min() >= story.least.cost * (1 - 1e-6)
        assert min(walk.cost.min() for walk in story.walks) >= story.least.cost * (1 - 1e-6)
    for walk in story.walks:
        assert np.diff(walk.cost).max() <= walk.cost[0] / 2


def test_a_fan_has_a_line_for_each_place_and_the_mark_is_where_the_newest_one_is() -> None:
    run = lesson_004()
    story: BatchStory = told(tell_batches, run)
    stage = Stage(parameters=run.problem.parameters)
    walk = story.walks[-1]
    made = LineFan(stage, stage.layout.mathematics, [walk], [stage.palette.ink], story.derive)
    spots = np.array([[row, 0.0, 0.0] for row in range(len(walk.points))])
    mark = Dot()
    for part, count in ((0.5, len(made.rows[0]) // 2), (1.0, len(made.rows[0]))):
        made.show(0, part, mark, spots)
        assert sum(line.get_stroke_opacity() > 0 for line in made.fans[0]) == count
        row = made.rows[0][count - 1]
        assert mark.get_center()[0] == pytest.approx(row)
        assert walk.clock[row] >= walk.end / 2
        said = made.fit.predict(walk.points[row], [np.array([made.fit.x.low])])
        expected = made.panel.position(made.fit.x.low, float(said[0]))
        assert made.fit.line.points[0] == pytest.approx(expected)


@pytest.mark.parametrize("shift", [0.0, 7.0])
def test_the_lengths_go_to_where_they_stand_in_the_condition_number(shift: float) -> None:
    story, stage = ravine_of([shift + value for value in (1.0, 2.0, 4.0, 5.0)]), Stage()
    picture = RavineFrames(stage, story).before(stage.layout.picture, [story.plain])
    height = closed_height(picture.ground, picture.panel)
    assert height is not None
    axes = HalfAxes(picture, height)
    known = stage.formula(axes.said[1].right)
    for path, label in zip(LENGTHS, axes.labels, strict=True):
        shapes = [glyph.shape for glyph in known.glyphs(path)]
        assert shapes
        assert shapes == [glyph.shape for glyph in label]
