"""derive_gradient as it is read: nothing lies over other words, and each rule stays for a while."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.derivation.engine import gradient_of
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from manim import SurroundingRectangle
from passing import passed
from readability import over_each_other, texts_of

from symgd.animations.derive_gradient import DeriveGradient
from symgd.animations.deriving.derivation_layout import LEAST
from symgd.animations.deriving.derive_numbers import still_at, story_of
from symgd.animations.deriving.derive_words import answer, task
from symgd.animations.deriving.gradient_picture import told
from symgd.animations.deriving.growing_square import GrowingSquare
from symgd.animations.deriving.row_swing_picture import RowSwingPicture
from symgd.animations.deriving.strokes import alike, strokes
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.companions import Trip
from symgd.animations.formulas.fold import Fold
from symgd.animations.formulas.glyph_travel import Box, Travel, arcs
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import tell
from symgd.terms import Power, Product, Symbol
from symgd.writing.formulas.text import text
from symgd.writing.outline import sections

starts = st.tuples(*[st.floats(-3, 3)] * 2)
POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
HOURS = np.arange(1, 11) / 2
PASSED = np.array([0, 0, 0, 1, 0, 1, 1, 0, 1, 1], dtype=np.float64)
FORMULAS = {
    "logistic": "sigmoid(w*x + b)",
    "logistic written out": "1/(1 + exp(-(w*x + b)))",
    "exponential": "a*exp(-b*x) + c",
    "three parameters": "a*x^2 + b*x + c",
}


def run_of(case: str) -> Run:
    if case.startswith("logistic"):
        return Problem(FORMULAS[case], "bce").descend(
            HOURS, PASSED, learning_rate="auto", max_iter=4
        )
    return Problem(FORMULAS[case]).descend(*POINTS, learning_rate="auto", max_iter=4)


@pytest.mark.parametrize("case", FORMULAS)
def test_no_text_lies_over_another_at_any_beats_end(case: str) -> None:
    found: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        found.extend(f"{beat.name}: {fault}" for fault in over_each_other([*texts_of(scene)]))

    run = run_of(case)
    passed(DeriveGradient, seen, problem=run.problem, run=run)
    assert not found, "\n".join(found)


@given(starts, st.sampled_from(["a*x + b", "a*exp(-b*x) + c", "a*x^2 + b*x + c"]))
@settings(max_examples=15, deadline=None)
def test_a_square_grows_by_two_strips_as_long_as_its_residual(
    start: tuple[float, float], model: str
) -> None:
    problem = Problem(model)
    begin = dict(zip(problem.parameters, (*start, 0.3), strict=False))
    run = problem.descend(*POINTS, start=begin, learning_rate="auto", max_iter=1)
    stage = Stage(parameters=problem.parameters)
    picture = SwingPicture(stage, Zone(-6.9, -1.0, -2.9, 1.2), run)
    square = GrowingSquare.of(picture)
    if square is None:
        return
    square.show(square.values)
    residuals = [
        abs(float(picture.said(values)[square.row] - picture.ys[square.row]))
        for values in (picture.start, square.values)
    ]
    unit = picture.panel.box.height / (picture.panel.y.high - picture.panel.y.low)
    side, grown = (residual * unit for residual in residuals)
    assert square.whole.width == pytest.approx(side, rel=1e-3)
    assert square.whole.height == pytest.approx(side, rel=1e-3)
    for strip in square.strips:
        sides = sorted((strip.width, strip.height))
        assert sides == pytest.approx(sorted((side, grown - side)), rel=1e-3, abs=1e-3)
    box = picture.panel.box
    assert box.left - 1e-6 <= square.live.get_left()[0]
    assert square.live.get_right()[0] <= box.right + 1e-6
    assert box.bottom - 1e-6 <= square.live.get_bottom()[1]
    assert square.live.get_top()[1] <= box.top + 1e-6


def test_long_names_leave_the_data_in_the_picture() -> None:
    column = np.arange(12.0)
    rows = {"minutes_passed": column, "temperature_left": 20 + 60 * np.exp(-0.3 * column)}
    problem = Problem(
        "a*exp(-b*minutes_passed) + c", inputs=["minutes_passed"], target="temperature_left"
    )
    run = problem.descend(rows, learning_rate="auto", max_iter=2, start={"a": 50, "b": 0.1, "c": 9})
    scene = DeriveGradient(problem=problem, run=run)
    [*scene.beats()]
    assert scene.space.picture is not None
    assert scene.space.em >= LEAST


@pytest.mark.parametrize("formula", ["a*exp(b*x)", "a*x", "a*sin(b*x) + c"])
def test_a_film_of_any_model_comes_to_its_end(formula: str) -> None:
    names: list[str] = []
    passed(DeriveGradient, lambda _, beat: names.append(beat.name), problem=Problem(formula))
    assert names[-1] == "your turn"


@pytest.mark.parametrize(
    ("formula", "power"),
    [("a*x + b", "2"), ("a*x^2 + b*x + c", "3"), ("a*x + b*x^2 + g*x^3", "4")],
)
def test_what_is_asked_for_is_not_there_yet(formula: str, power: str) -> None:
    said = task(Problem(formula))
    assert said is not None
    asked = said.parts["term"]
    assert isinstance(asked, Product)
    raised = asked.factors[1]
    assert isinstance(raised, Power)
    assert text(raised.exponent) == power


def test_a_slope_of_an_exponential_is_no_rounding() -> None:
    speeds = np.linspace(4, 25, 20)
    problem = Problem("a*exp(b*x)")
    start = {"a": 0.0, "b": 0.0}
    run = problem.descend(speeds, 3 * speeds, start=start, learning_rate="auto", max_iter=3)
    story = tell(run, lambda: gradient_of(problem))
    slope = story.gradient(0)[0]
    assert slope
    assert told(slope, story) == slope


def test_a_copy_passes_a_line_below_the_ceiling() -> None:
    box = Box(np.array([0.0, 0.0]), np.array([0.4, 1.0]))
    there = Box(np.array([2.0, 0.0]), np.array([0.4, 1.0]))
    trip = Trip((0,), Travel(box, there), 1, 1.2)
    assert trip.below(3.0, 0.5) is trip
    lower = trip.below(1.2, 0.5)
    assert lower.small < 1
    assert lower.height + lower.small * 0.5 <= 1.2 + 1e-9
    assert lower.height - lower.small * 0.5 >= 0.5


@pytest.mark.parametrize("formula", ["a*x + b", "a*x^2 + b*x + c", "a*exp(-b*x) + c"])
def test_algebra_that_is_new_goes_in_groups_of_one_kind(formula: str) -> None:
    problem = Problem(formula)
    gradient = gradient_of(problem)
    for section in sections(gradient.exposition):
        parts = [
            part
            for line in section.lines[1:]
            for part in strokes(line, section, gradient.partials)
            if part.is_algebra
        ]
        groups = alike(parts)
        assert [part for group in groups for part in group] == parts
        kinds = [{part.kind for part in group if not part.uses("signs")} for group in groups]
        assert all(len(kind) <= 1 for kind in kinds)


def test_the_task_is_answered_by_the_engine() -> None:
    problem = Problem("a*x + b")
    found = answer(problem)
    assert found is not None
    more = gradient_of(Problem("a*x + b + c*x^2")).partials["c"].last
    assert found[1] == more


# ---------------------------------------------------------------------------------------------
# The chain rule


@given(st.floats(0, 1), st.booleans())
def test_what_folds_stays_in_its_box_and_one_of_both_is_read(alpha: float, grows: bool) -> None:
    stage = Stage(parameters=("a", "b"))
    inside = Problem("a*x + b").residual.substitute(Problem("a*x + b").data)
    whole = stage.formula(inside, em=0.5).put(-1.0, 0.0)
    letter = stage.formula(Symbol("u"), em=0.5).put(0.4, 0.2)
    cards = [SurroundingRectangle(each, buff=0.08) for each in (whole, letter)]
    ends = [(whole, cards[0]), (letter, cards[1])]
    (old, card), (new, place) = ends[::-1] if grows else ends
    fold = Fold(card, old, new, place)
    fold.interpolate_mobject(alpha)
    box = Box.of([fold.card.points])
    read = 0
    for group in fold.groups:
        shown = [glyph for glyph in group if glyph.get_fill_opacity() > 0.3]
        read += bool(shown)
        for glyph in shown:
            middle = np.abs(glyph.get_center()[:2] - box.middle)
            assert (middle <= box.sides / 2 + 1e-6).all()
    assert read <= 1
    if alpha in (0.0, 1.0):
        there = (old, new)[int(alpha)]
        group = fold.groups[int(alpha)]
        assert all(
            np.allclose(a.points, b.points, atol=1e-6) for a, b in zip(group, there, strict=True)
        )


@pytest.mark.parametrize("case", ["three parameters", "exponential"])
def test_each_rule_stands_beside_its_line_before_anything_moves(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, moved = DeriveGradient.change, []

    def noted(self: Any, left: Any, stroke: Any, *others: Any) -> None:
        family = {*self.get_mobject_family_members()}
        moved.append(all(part in family for row in self.rows for part in row.get_family()))
        own(self, left, stroke, *others)

    monkeypatch.setattr(DeriveGradient, "change", noted)
    run = run_of(case)
    passed(DeriveGradient, lambda *_: None, problem=run.problem, run=run)
    assert moved
    assert all(moved)


def test_what_is_inside_is_its_letter_in_both_derivatives_until_it_is_written_out() -> None:
    seen: list[str] = []

    def meanwhile(scene: Any, _: float) -> None:
        seen.append(text(scene.line.term))

    passed(DeriveGradient, lambda *_: None, meanwhile=meanwhile, problem=Problem("a*x + b"))
    kinds = [part for part in dict.fromkeys(seen) if "uᵢ" in part]
    assert any("∂/∂θ (uᵢ²)" in part or "∂/∂θ uᵢ²" in part for part in kinds)
    assert any("∂uᵢ/∂θ" in part for part in kinds)


# ---------------------------------------------------------------------------------------------
# Data of one's own


def test_where_nothing_changes_with_a_parameter_the_film_begins_later() -> None:
    speeds = np.linspace(0.1, 2, 20)
    problem = Problem("a*exp(k*x)")
    start = {"a": 0.0, "k": 0.0}
    run = problem.descend(speeds, 3 * speeds, start=start, learning_rate="auto", max_iter=6)
    assert still_at(run, run.trace.table[0, :2]) == ["k"]
    story, said = story_of(problem, run, lambda: gradient_of(problem))
    assert story is not None
    assert said is not None
    assert not still_at(story.run, story.run.trace.table[0, :2])
    assert all(story.gradient(0))
    lives = problem.descend(speeds, 3 * speeds, start={"a": 1.0, "k": 0.0}, max_iter=2)
    assert story_of(problem, lives, lambda: gradient_of(problem))[1] is None


@pytest.mark.parametrize("aspect", ["1:1", "9:16", "16:9"])
def test_words_as_names_leave_the_data_and_are_told(aspect: str) -> None:
    rows = {"distance_of_star": np.arange(6.0), "recession_velocity": np.arange(6.0) * 90 + 4}
    problem = Problem(
        "slope_of_the_line*distance_of_star + offset",
        inputs=["distance_of_star"],
        target="recession_velocity",
    )
    run = problem.descend(rows, learning_rate=0.01, max_iter=2)
    told: list[Any] = []

    def seen(scene: Any, _: Any) -> None:
        told.append((scene.space.picture, dict(scene.meanings), scene.problem))

    stage = Stage(aspect=aspect)
    lesson = passed(DeriveGradient, seen, problem=run.problem, run=run, stage=stage)
    assert all(picture is not None for picture, *_ in told)
    assert lesson.meanings == {"a": "slope_of_the_line", "b": "offset"}
    assert lesson.problem.labels == {"x": "distance_of_star", "y": "recession_velocity"}
    assert lesson.story is not None
    assert lesson.story.gradient(0) == pytest.approx(
        tell(run, lambda: gradient_of(problem)).gradient(0)
    )


@given(starts, st.floats(-2, 2))
@settings(max_examples=10, deadline=None)
def test_several_inputs_have_a_mark_at_each_rows_prediction(
    start: tuple[float, float], last: float
) -> None:
    problem = Problem("a*x + b*z + c", inputs=["x", "z"])
    begin = dict(zip("abc", (*start, last), strict=True))
    data = {"x": [1.0, 2.0, 3.0, 4.0], "z": [2.0, -1.0, 0.5, 3.0], "y": [1.0, 2.0, 2.5, 6.0]}
    run = problem.descend(data, start=begin, learning_rate="auto", max_iter=1)
    picture = RowSwingPicture(Stage(parameters=("a", "b", "c")), Zone(-6.9, -1, -2.9, 1.2), run)
    said = [start[0] * x + start[1] * z + last for x, z in zip(data["x"], data["z"], strict=True)]
    assert picture.said(picture.start) == pytest.approx(said)
    for x, value, (left, right) in zip(
        picture.xs, said, picture.pieces(picture.start), strict=True
    ):
        place = picture.panel.position(x, value)
        assert np.allclose((left + right) / 2, place)


@given(starts)
@settings(max_examples=15, deadline=None)
def test_an_area_is_the_residual_times_the_lever_arm(start: tuple[float, float]) -> None:
    problem = Problem("a*x + b")
    begin = dict(zip("ab", start, strict=True))
    run = problem.descend(*POINTS, start=begin, learning_rate="auto", max_iter=1)
    stage = Stage(parameters=("a", "b"))
    picture = SwingPicture(stage, Zone(-6.9, -1.0, -2.9, 1.2), run)
    box = picture.panel.box
    unit = [
        side / (scale.high - scale.low)
        for side, scale in ((box.width, picture.x), (box.height, picture.panel.y))
    ]
    for row, (x, y) in enumerate(zip(*POINTS, strict=True)):
        area = picture.product(0, row)
        if not len(area):
            continue
        size = area[0].width * area[0].height / unit[0] / unit[1]
        missed = abs(y - (start[0] * x + start[1]))
        assert size == pytest.approx(x * missed, rel=1e-3, abs=1e-3)
    assert not len(picture.product(1, 0))


def test_a_small_part_passes_over_a_large_one_which_goes_straight() -> None:
    def travel(start: float, end: float, high: float) -> Travel:
        return Travel(*(Box(np.array([x, 0.0]), np.array([0.3, high])) for x in (start, end)))

    large, small = travel(0.0, 0.5, 1.2), travel(1.0, -0.5, 0.3)
    heights = arcs([large, small], 1.2, over=True)
    assert heights[0] == 0
    assert heights[1] > (1.2 + 0.3) / 2
    assert min(arcs([large, small], 1.2)) < 0
