"""The lessons fit_a_line and where_cost_lives: sums that fold, tables point under point, nudges, the mean's square, the view."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.derivation.engine import gradient_of
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from manim import VGroup, smooth
from passing import passed

from symgd.animations.costs.axonometry import LEAST_TURN, MOST_TURN, turn_along
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.fit_sums import fraction_kept
from symgd.animations.costs.foot_marks import FootMarks, slice_scale
from symgd.animations.costs.mean_square import MeanSquare
from symgd.animations.costs.mean_strip import MeanStrip
from symgd.animations.costs.nudges import nudges
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.sum_fold import SumFold
from symgd.animations.costs.sum_stack import SumStack
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.told_rows import FollowedRows, best_values
from symgd.animations.costs.told_table import ToldTable, fixed
from symgd.animations.costs.where_words import arrival
from symgd.animations.costs.worked_row import WorkedRow
from symgd.animations.descend import Descend
from symgd.animations.fit_a_line import FitALine
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.number_flight import Carried, carried
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import tell
from symgd.animations.where_cost_lives import WhereCostLives
from symgd.terms import BigSum, Equation, Number, Sum, Symbol

POINTS = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
STAGE, ZONE = Stage(parameters=("a", "b")), Zone(-6.9, 1.2, -2.95, 3.1)
NARROW = Zone(1.45, 6.9, -1.0, 1.0)
starts = st.tuples(*[st.floats(-4, 4).map(lambda value: round(value, 2))] * 2)


def told_of(start: tuple[float, float] = (0.2, 0.5), model: str = "a*x + b") -> FollowedRows:
    begin = dict(zip("ab", start, strict=True))
    run: Run = Problem(model).descend(*POINTS, start=begin, learning_rate=1e-3, max_iter=1)
    return FollowedRows(tell(run, lambda: gradient_of(run.problem)))


def test_a_sum_folds_without_a_glyph_lost_or_shown_twice() -> None:
    told = told_of()
    problem, name = told.problem, told.problem.cost_name
    before = STAGE.formula(Equation(name, told.in_numbers(np.array([0.2, 0.5]))), em=0.4)
    after = STAGE.formula(Equation(name, problem.cost_term), em=0.4)
    fold = SumFold(STAGE, before, [VGroup(*before[-4:])], after, (), -9.0)
    assert len(fold.term) == len(fold.summand) > 0
    came = {id(glyph) for part in (fold.stays, fold.summand, fold.born) for glyph in part}
    assert came == {id(glyph) for glyph in after}
    assert len(fold.stays) + len(fold.summand) + len(fold.born) == len(after)
    assert len(fold.gone) + len(fold.held) + len(fold.stays) == len(before)
    assert fold.term.get_top()[1] < before[-1].get_bottom()[1]


def stack_of(zone: Zone, gaps: list[bool]) -> SumStack:
    told = told_of()
    problem, name = told.problem, told.problem.cost_name
    before = STAGE.formula(Equation(name, told.in_numbers(np.array([0.2, 0.5]))), em=0.4)
    after = STAGE.formula(Equation(name, problem.cost_term), em=0.38).put(zone.left, 0.0)
    body = next(part for part in problem.cost_term.parts() if isinstance(part, BigSum)).body
    rows = [body.with_index("i", str(n)) for n in (1, 2, 3)]
    path, total = next((p, t) for p, t in before.term.walk() if isinstance(t, Sum))
    places = [before.glyphs((*path, n)) for n in range(len(total.terms))]
    moves = fraction_kept(before, after)
    return SumStack(STAGE, before, places, after, moves, zone, rows, gaps)


@pytest.mark.parametrize("gaps", [[False] * 4, [True] * 4])
def test_each_term_is_written_with_its_own_row_before_all_are_one(gaps: list[bool]) -> None:
    zone = Zone(1.45, 6.9, -1.0, 1.0)
    stack = stack_of(zone, gaps)
    assert stack.has_room
    assert all(lower.get_top()[1] < row.get_bottom()[1] for row, lower in pairwise(stack.lines))
    for line, number in zip(stack.lines, stack.numbers, strict=True):
        begin = stack.summand.get_left()[0]
        assert line.get_left()[0] == pytest.approx(begin) == number.get_left()[0]
    after = [*stack.head, *stack.counts, *stack.sign, *stack.summand]
    assert {id(glyph) for glyph in after} == {id(glyph) for glyph in stack.after}
    assert len(after) == len(stack.after)
    before = [*stack.came, *stack.under, *stack.rest, *(g for each in stack.places for g in each)]
    assert {id(glyph) for glyph in before} == {id(glyph) for glyph in stack.before}
    assert not stack_of(Zone(1.45, 6.9, -0.5, 0.5), gaps).has_room


@given(starts)
@settings(max_examples=10, deadline=None)
def test_squares_keep_their_area_on_the_way_into_the_strip(start: tuple[float, float]) -> None:
    told = told_of(start)
    fit = SquaresPicture(STAGE, ZONE, told)
    strip = MeanStrip(MeanSquare(fit, [np.array(start), best_values(told.story)]), np.array(start))
    if not strip.possible:
        return
    moves = strip.laid()
    for part in (0.0, 0.3, 0.6, 1.0):
        for move, area in zip(moves, strip.areas, strict=True):
            move.interpolate(part)
            piece, scale = move.mobject, 1 + smooth(part) * (strip.scale - 1)
            assert piece.width * piece.height == pytest.approx(scale * area, rel=1e-6, abs=1e-9)
    for one, other in pairwise(strip.strips):
        ends = other.get_left()[0] - one.get_right()[0], one.get_left()[0] - other.get_right()[0]
        assert pytest.approx(max(ends), abs=1e-6) == 0
    share = strip.mean.side**2 * strip.scale
    for piece in (strip.part, *strip.others):
        assert piece.width * piece.height == pytest.approx(share, rel=1e-6)


def test_only_what_is_written_alike_is_carried() -> None:
    one, same, other = (STAGE.formula(numeral(value), em=0.4) for value in (0.25, 0.25, 0.5))
    assert isinstance(carried(one, same), Carried)
    assert not isinstance(carried(one, other), Carried)


@given(starts)
@settings(max_examples=10, deadline=None)
def test_a_tables_numbers_have_one_size_and_columns_keep_apart(start: tuple[float, float]) -> None:
    told = told_of(start)
    tries = [np.array(start), best_values(told.story)]
    table = ToldTable(STAGE, NARROW, told, tries)
    for values in tries:
        cells = [table.cells(column, values) for column in table.columns]
        assert {round(cell.em, 3) for column in cells for cell in column} == {round(table.em, 3)}
        for row in zip(*cells, strict=True):
            for left, right in pairwise(row):
                assert left.get_right()[0] < right.get_left()[0]
            assert row[-1].get_right()[0] <= NARROW.right + 1e-6
    assert table.ruled(table.columns[-1]) is not None


def test_points_of_a_column_stand_in_line() -> None:
    told = told_of()
    start = np.array([0.2, 0.5])
    table = ToldTable(STAGE, NARROW, told, [start, best_values(told.story)])
    points = [
        float(min(cell, key=lambda glyph: glyph.height).get_center()[0])
        for cell in table.cells("square", best_values(told.story))
    ]
    assert np.ptp(points) < table.em / 8  # digits are not equally wide


@pytest.mark.parametrize(
    ("value", "places", "said"), [(4.618e-5, 3, "0.000"), (-0.5, 2, "−0.50"), (1234.5, 0, "1234")]
)
def test_what_rolls_by_has_fixed_places(value: float, places: int, said: str) -> None:
    assert fixed(value, places) == said


@given(starts)
@settings(max_examples=15, deadline=None)
def test_a_nudge_costs_more_than_the_least(start: tuple[float, float]) -> None:
    told = told_of(start)
    least = told.cost(best_values(told.story))
    found = nudges(told)
    for values in found:
        assert told.cost(values) > least
        assert np.count_nonzero(values != best_values(told.story)) == 1
    assert len(found) <= 4


@given(starts)
@settings(max_examples=10, deadline=None)
def test_the_means_square_has_the_cost_for_its_area(start: tuple[float, float]) -> None:
    told = told_of(start)
    fit = SquaresPicture(STAGE, ZONE, told)
    mean = MeanSquare(fit, [np.array(start), best_values(told.story)])
    if len(mean.live):
        side = math.sqrt(told.cost(np.array(start))) * fit.unit
        assert mean.square.width == pytest.approx(side, rel=1e-6)
        assert mean.square.height == pytest.approx(side, rel=1e-6)
        for point in fit.points:
            apart = np.abs(point.get_center() - mean.square.get_center())[:2]
            assert apart.max() > side / 2


@pytest.mark.parametrize(("number", "said"), [(0, 0.7), (1, 0.9), (2, 1.1)])
def test_a_row_is_worked_with_its_own_numbers(number: int, said: float) -> None:
    told = told_of()
    worked = WorkedRow(STAGE, NARROW, told, np.array([0.2, 0.5]), number)
    assert isinstance(worked.whole.term, Equation)
    assert float(worked.whole.term.left.value) == pytest.approx(said)
    assert worked.whole.term.right == numeral(said)
    assert isinstance(worked.whole.term.right, Number)
    given = sum(len(place) for _, place in worked.given)
    parts = len(worked.rest) + given + len(worked.predicted)
    assert parts == len(worked.whole)


def test_the_lesson_says_that_the_best_line_is_exact_and_nudges_it() -> None:
    beats: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        beats.append(beat.name)

    passed(FitALine, seen)
    assert beats[-2:] == ["nudges", "the answer"]


def test_a_table_stands_where_it_is_at_the_end_from_its_first_column_on() -> None:
    sizes: set[float] = set()

    def seen(scene: Any, beat: Any) -> None:
        sizes.add(round(float(scene.shown[0][0].height), 6))
        for column, cells in zip(scene.heads, scene.shown, strict=True):
            placed = scene.table.cells(column, scene.fit.values)
            for cell, there in zip(cells, placed, strict=True):
                assert cell.get_center() == pytest.approx(there.get_center(), abs=1e-6)
                assert cell.width == pytest.approx(there.width, rel=1e-6)

    passed(FitALine, seen)
    assert len(sizes) == 1


@given(starts)
@settings(max_examples=10, deadline=None)
def test_predictions_lie_on_the_line(start: tuple[float, float]) -> None:
    told = told_of(start)
    picture = SquaresPicture(STAGE, ZONE, told)
    for dot, row in zip(picture.predictions(), told.at(np.array(start)), strict=True):
        height = picture.panel.border(picture.panel.x.low, row.predicted)[1]
        assert dot.get_center()[1] == pytest.approx(height)


def test_the_model_says_what_is_predicted_and_not_the_datum() -> None:
    def seen(scene: Any, beat: Any) -> None:
        terms = [part.term for part in scene.model.get_family() if isinstance(part, Formula)]
        names = {t.name for each in terms for _, t in each.walk() if isinstance(t, Symbol)}
        assert scene.story.problem.target not in names

    passed(FitALine, seen)


def long_names() -> Run:
    model = "curvature_of_response*x^2 + slope_at_the_beginning*x + level_at_the_beginning"
    return Problem(model).descend(*POINTS, learning_rate=1e-3, max_iter=2)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_rows_of_long_names_lie_over_nothing(aspect: str) -> None:
    run, stage = long_names(), Stage(aspect=aspect)
    fit = FitALine(problem=run.problem, run=run, stage=stage)
    next(iter(fit.beats()))
    for values in (fit.start, fit.best):
        row = fit.parameter_row(values)
        assert row.get_top()[1] <= fit.model.get_bottom()[1]
        assert row.get_bottom()[1] >= fit.table.zone.top
    descend = Descend(problem=run.problem, run=run, stage=stage)
    next(iter(descend.beats()))
    rows = descend.named_values(descend.data_zones[1], None)
    for upper, lower in pairwise(rows):
        assert upper.get_bottom()[1] >= lower.get_top()[1]


@given(st.tuples(st.floats(-1, 1), st.floats(-1, 1)).filter(any))
def test_we_look_along_a_valley_and_see_both_sides(way: tuple[float, float]) -> None:
    turn = turn_along(np.array(way))
    assert LEAST_TURN - 1e-9 <= abs(turn) <= MOST_TURN + 1e-9
    assert turn == pytest.approx(turn_along(-np.array(way))) or not all(way)


def test_the_floor_of_the_bowl_is_seen() -> None:
    floor = CostFloor(told_of().story)
    picture = SurfacePicture(STAGE, ZONE, floor)
    picture.show(1.0, 1.0)
    hidden = {id(dot) for dot in picture.hidden()}
    best = floor.places.index(floor.best)
    assert id(picture.dots[best]) not in hidden
    assert len(hidden) < len(picture.dots) / 2


@pytest.mark.parametrize("along", [0, 1])
def test_a_view_into_a_cut_lets_its_parameter_run_to_the_right(along: int) -> None:
    floor = CostFloor(told_of().story)
    picture = SurfacePicture(STAGE, ZONE, floor)
    picture.cut(along)
    picture.show(1.0, 1.0, into=1.0)
    seen = [picture.place(place, cost) for place, cost in picture.on_cut(floor.high)]
    assert (np.diff([point[0] for point in seen]) > 0).all()
    ends = picture.plane.get_left()[0], picture.plane.get_right()[0]
    assert ends[0] - 1e-6 <= seen[0][0] < seen[-1][0] <= ends[1] + 1e-6


def test_the_foot_of_a_slice_is_compared_with_the_best_try() -> None:
    floor = CostFloor(told_of().story)
    scale = slice_scale(floor, 0)
    assert scale is not None
    picture = SlicePicture(STAGE, ZONE, floor.story, index=0, x=floor.scales[0], y=scale)
    marks = FootMarks(STAGE, picture, floor, 0)
    assert len(marks.names) == 2
    tried = picture.panel.position(0.0, floor.grid.cost)[1]
    assert marks.line.get_center()[1] == pytest.approx(tried)
    foot = floor.foot(0)
    assert foot is not None
    assert (marks.ring.get_center()[1] > tried) == (foot > floor.grid.cost)


@pytest.mark.parametrize("start", [(0.2, 0.5), (2.0, -1.5), (0.5, 0.5)])
def test_the_lowest_point_is_not_told_before_the_map(start: tuple[float, float]) -> None:
    story = told_of(start).story
    beats: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        beats.append(beat.name)
        texts = " ".join(map(str, beat.parts))
        least = str(numeral(scene.floor.cost(*scene.floor.lowest)).value.evalf(4))
        told = beat.name in ("the lowest point", "the descent", "the answer")
        assert told or least not in texts

    passed(WhereCostLives, seen, problem=story.problem, run=story.run)
    assert beats.index("a slice") < beats.index("a map") < beats.index("the lowest point")
    assert beats[-1] == "the answer"


def test_a_slice_goes_to_its_foot_and_the_map_is_seen_from_above() -> None:
    places: dict[str, tuple[float, ...]] = {}

    def seen(scene: Any, beat: Any) -> None:
        places[beat.name] = tuple(scene.surface.here)
        if beat.name == "a map":
            assert not scene.surface.is_cut
            there = scene.get_mobject_family_members()
            assert all(line in there for line in scene.surface.lines)
            assert scene.surface.view.tilt == 0
            assert scene.surface.edge not in there
            assert not any(quad in there for quad in scene.surface.quads)
        if beat.name == "the answer":  # where the last step that is counted led
            step = arrival(scene.floor)
            assert places["the answer"] == pytest.approx(scene.way_down()[step])

    passed(WhereCostLives, seen)
    floor = CostFloor(told_of().story)
    assert places["a slice"][0] == pytest.approx(floor.foot_place(0))
    assert places["a map"] == places["a slice"]
    assert (
        floor.cost(*floor.lowest)
        < floor.cost(*places["the answer"])
        < floor.cost(*places["a place"])
    )


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_the_mean_is_drawn_for_any_data_and_keeps_to_its_scale(aspect: str) -> None:
    x = np.linspace(20.0, 70.0, 100)
    y = 1.3 * x + 8 + 9 * np.sin(x)
    run = Problem("m*x + b").descend(x, y, learning_rate=1e-5, max_iter=2)
    scales = dict[str, float]()

    def drawn(scene: Any, beat: Any) -> None:
        mean = scene.mean
        if scene.fit.beside:
            side = math.sqrt(scene.told.cost(mean.values)) * scene.fit.unit
            assert mean.square.width == pytest.approx(mean.scale * side, rel=1e-6)
            assert mean.number.get_left()[0] > mean.square.get_right()[0] or mean.scale <= 1
            scales[beat.name] = mean.scale

    passed(FitALine, drawn, run=run, stage=Stage(aspect=aspect))
    assert scales["nudges"] >= scales["the cost"]
    # Where the picture is high it has room to be seen to grow.
    assert aspect == "1:1" or scales["nudges"] > scales["the cost"]
