"""The film of a descent: what it says is true of the run, and it can be made of any run."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import EVERY, in_turn
from hypothesis import given
from hypothesis import strategies as st

from symgd import Problem
from symgd.animations import Quality, render
from symgd.animations.descending.descend_places import DescentPlaces
from symgd.animations.formulas.numerals import (
    Scale,
    cell,
    decimals_of,
    digits_apart,
    numeral,
    numerals_apart,
    rounded,
    scale_of,
    settled,
)
from symgd.animations.staging.beats import LINE, LINES
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.stories.descent_story import DescentStory, evaluator, tell
from symgd.animations.stories.director import Director
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.prediction import predictor
from symgd.optimize.run import Run
from symgd.plots.plot_panels import SERIES
from symgd.problem.shades import shades
from symgd.writing.formulas.text import text
from symgd.writing.words import words_in

pytest.importorskip("manim", reason="films need Manim")

from symgd.animations.descend import Descend
from symgd.animations.descending.descent_numbers import (
    in_numbers,
    in_symbols,
    shown_digits,
    sign_between,
)
from symgd.animations.pictures.parameter_picture import RATIO, Plane
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.pictures.trace_table import TraceTable
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.views import near_view

FOLDER = Path(__file__).resolve().parent.parent / "animations"
TINY = Quality(192, 108, 4)
TINY_SEAM = 115  # where the picture ends and the mathematics begin
POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])


def told_of(run: Run) -> DescentStory:
    """A run's story."""
    return tell(run, lambda: gradient_of(run.problem))


def lesson_004() -> Run:
    return demo_run(demo_problem(Problem))


def one_parameter() -> Run:
    return Problem("m*x").descend(*POINTS, learning_rate=0.06, max_iter=6, tolerance=0)


def diverging() -> Run:
    start = {"m": 0.2, "b": 0.5}
    return Problem("m*x + b").descend(
        *POINTS, start=start, learning_rate=0.2, max_iter=10, tolerance=0
    )


def not_linear() -> Run:
    x = np.linspace(0, 3, 12)
    start = {"a": 1.0, "b": 0.5, "c": 0.0}
    return Problem("a*exp(-b*x) + c").descend(
        x, 2 * np.exp(-1.3 * x) + 0.5, start=start, learning_rate=0.2, max_iter=6
    )


def long_names() -> Run:
    problem = Problem("slope*speed + intercept", inputs=["speed"], target="dist")
    return problem.descend(
        [4.0, 7.0, 12.0, 20.0], [2.0, 10.0, 24.0, 60.0], learning_rate=1e-3, max_iter=7
    )


def several_inputs() -> Run:
    x1, x2 = np.arange(12.0) % 5, np.arange(12.0) % 7
    problem = Problem("p*x1 + q*x2 + r")
    return problem.descend(
        x1, x2, 3 * x1 - x2 + 2 + np.sin(x1 * x2), learning_rate=0.01, max_iter=4
    )


def many_rows() -> Run:
    x = np.linspace(0, 10, 1000)
    y = 2e6 * x + 3e5 + 1e6 * np.sin(40 * x)
    return Problem("m*x + b").descend(x, y, learning_rate=0.02, max_iter=30)


def at_the_minimum() -> Run:
    return Problem("m*x + b").descend([1, 2, 3], [1, 2, 3], start={"m": 1.0, "b": 0.0})


def over_a_cliff() -> Run:
    start = {"k": 0.1}
    return Problem("exp(k*x)").descend(
        [1, 2, 3], [2, 4, 9], start=start, learning_rate=0.1, max_iter=9
    )


RUNS: tuple[Callable[[], Run], ...] = (
    lesson_004,
    one_parameter,
    diverging,
    not_linear,
    long_names,
    several_inputs,
    many_rows,
    at_the_minimum,
    over_a_cliff,
)


@pytest.fixture(scope="module")
def story() -> DescentStory:
    return told_of(lesson_004())


# ---------------------------------------------------------------------------------------------
# The story


def test_lesson_004_is_told_as_it_was(story: DescentStory) -> None:
    assert story.turn is not None
    assert (story.turn.name, story.turn.step, story.turn.rising) == ("b", 3, True)
    assert (story.steps, story.singly) == (10, 4)  # the rest runs on: two minutes at most
    assert story.looks_flat
    assert not story.arrived
    assert story.cost[10] == pytest.approx(0.125337, abs=1e-6)
    assert story.least == pytest.approx(1 / 18)


def test_swinging_from_side_to_side_is_no_turn() -> None:
    run = Problem("m*x").descend(*POINTS, learning_rate=0.2, max_iter=6, tolerance=0)
    ways = np.sign(np.diff(run.trace["m"]))
    assert (ways[1:] == -ways[:-1]).all()
    assert told_of(run).turn is None


def test_it_is_the_same_descent_that_runs_on(story: DescentStory) -> None:
    whole = demo_problem(Problem).descend(
        *POINTS, start={"a": 0.2, "b": 0.5}, learning_rate=0.06, max_iter=story.last, tolerance=0
    )
    np.testing.assert_allclose(story.table, whole.trace.table, rtol=1e-9)
    gap = story.cost - 1 / 18
    assert gap[-1] <= 1e-6 * gap[0] < gap[-2]


@pytest.mark.parametrize("make", [diverging, at_the_minimum, over_a_cliff])
def test_what_has_ended_is_not_run_on(make: Callable[[], Run]) -> None:
    told = told_of(make())
    assert told.last == told.steps


def test_a_line_that_gets_nowhere_is_run_on_for_a_sensible_count_of_steps() -> None:
    x = np.linspace(20, 80, 30)
    told = told_of(Problem("m*x + b").descend(x, 1.3 * x + 8, learning_rate=1e-4, max_iter=5))
    assert told.last == 1005
    assert not told.arrived


def test_what_is_not_known_is_not_told() -> None:
    told = told_of(not_linear())
    assert told.exact is None
    assert told.least is None
    assert not told.arrived
    assert told.on_log is not None
    np.testing.assert_array_equal(told.on_log, told.cost)


def test_between_two_steps_is_the_straight_way(story: DescentStory) -> None:
    np.testing.assert_allclose(
        story.at(2.25), 0.75 * story.parameters[2] + 0.25 * story.parameters[3]
    )
    np.testing.assert_array_equal(story.at(story.last), story.parameters[-1])


@pytest.mark.parametrize("make", RUNS)
def test_costs_are_evaluated_as_the_run_did(make: Callable[[], Run]) -> None:
    run = make()
    evaluate = evaluator(run, lambda: gradient_of(run.problem))
    for row in (0, run.steps):
        values = run.trace.table[row, : len(run.parameters)].tolist()
        assert evaluate(values)[0] == pytest.approx(run.trace.cost[row], rel=1e-9)


def test_predictions_are_the_model_s() -> None:
    run = several_inputs()
    columns = [run.data[name] for name in run.problem.inputs]
    made = predictor(run.problem)(np.array([3.0, -1.0, 2.0]), columns)
    np.testing.assert_allclose(made, 3 * columns[0] - columns[1] + 2)


# ---------------------------------------------------------------------------------------------
# Numbers


def test_the_update_has_this_step_s_numbers_in_it(story: DescentStory) -> None:
    assert text(in_symbols(story, "a")) == "a − α·∂MSE/∂a"
    assert text(in_numbers(story, "a", 0)) == "0.2 − 0.06·(−6.1333)"
    assert text(in_numbers(story, "b", 0)) == "0.5 − 0.06·(−2.4667)"
    assert sign_between(story, 0, 0) == "≈"  # 0.567998
    assert sign_between(told_of(diverging()), 0, 0) == "≈"
    assert text(numeral(float(story.parameters[1][0]))) == "0.568"


@pytest.mark.parametrize("make", RUNS[:-2])
def test_an_equals_sign_stands_where_the_shown_numbers_give_the_shown_result(
    make: Callable[[], Run],
) -> None:
    told = told_of(make())
    for step in range(told.singly):
        for index, name in enumerate(told.names):
            left = float(in_numbers(told, name, step).value)
            right = rounded(
                float(told.parameters[step + 1][index]), shown_digits(told, index, step)
            )
            if sign_between(told, index, step) == "=":
                assert left == pytest.approx(float(right), rel=1e-12, abs=1e-300)
            else:
                assert left == pytest.approx(
                    float(right), rel=0.02, abs=0.02 * abs(float(told.parameters[step][index]))
                )


def test_a_parameter_called_alpha_keeps_its_name() -> None:
    told = told_of(Problem("alpha*x").descend(*POINTS, learning_rate=0.06, max_iter=2))
    assert told.rate.name == "eta"


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_scales_hold_their_values_and_have_ticks(low: float, width: float) -> None:
    assert scale_of([1.0, 3.0], 0.1) == Scale(0.8, 3.2)
    scale = scale_of([low, low + width])
    assert scale.low < low + width
    ticks = scale.ticks()
    assert len(ticks) >= 2
    assert all(-1e-6 <= scale.part(tick) <= 1 + 1e-6 for tick in ticks)


@given(st.floats(1e-12, 1e12), st.floats(1.001, 1e9))
def test_log_scales_too(low: float, factor: float) -> None:
    scale = scale_of([low, low * factor], log=True)
    ticks = scale.ticks()
    assert ticks
    assert all(-1e-6 <= scale.part(tick) <= 1 + 1e-6 for tick in ticks)
    assert scale.part(math.sqrt(scale.low * scale.high)) == pytest.approx(0.5)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100))
def test_rounding_keeps_four_digits(value: float) -> None:
    assert float(rounded(value)) == pytest.approx(value, rel=5e-4, abs=0)


def test_rounding_keeps_the_whole_part() -> None:
    assert [str(rounded(value)) for value in (-6.13333333, 123456.7)] == ["-6.133", "123457"]


def test_points_of_a_column_stand_below_each_other() -> None:
    values = [2.116667, 0.366272, 0.055556]
    cells = [cell(value, decimals_of(values)) for value in values]
    assert cells == ["2.11667", "0.36627", "0.05556"]
    assert decimals_of([1.0, 1e9]) is None


# ---------------------------------------------------------------------------------------------
# Pictures


def test_contours_have_the_cost_that_they_stand_for(story: DescentStory) -> None:
    plane = Plane(story, story.parameters[0], Scale(-1, 2), Scale(-1, 1))
    levels = dict(plane.lines())
    assert min(abs(level - story.cost[0]) for level in levels) < 1e-9
    for level, lines in levels.items():
        for line in lines:
            costs = [plane.cost(a, b) for a, b in line]
            np.testing.assert_allclose(costs, level, rtol=1e-9)


def test_contours_of_a_slice_are_those_at_the_third_parameter() -> None:
    told = told_of(several_inputs())
    plane = Plane(told, told.parameters[3], Scale(-1, 4), Scale(-2, 2))
    level, (line,) = next(iter(plane.lines()))
    values = told.parameters[3].copy()
    values[[*told.axes]] = line[10]
    assert told.evaluate(values.tolist())[0] == pytest.approx(level)


def test_contours_of_what_is_not_quadratic_come_near() -> None:
    told = told_of(not_linear())
    plane = Plane(told, told.parameters[0], Scale(0.5, 2.5), Scale(0.2, 2))
    start = min((level for level, _ in plane.lines()), key=lambda level: abs(level - told.cost[0]))
    assert start == pytest.approx(told.cost[0])
    for level, lines in plane.lines():
        for line in lines:
            costs = np.array([plane.cost(a, b) for a, b in line])
            assert np.abs(costs - level).max() < (1 - 1 / RATIO) * abs(level)


@given(*[st.floats(-5, 5)] * 4)
def test_nothing_is_drawn_outside_a_panel(x0: float, y0: float, x1: float, y1: float) -> None:
    panel = object.__new__(PlotPanel)  # scales without what is written round them
    panel.box, panel.x, panel.y = Zone(0, 2, 0, 1), Scale(-1, 1), Scale(-1, 1)
    for end in (end for piece in panel.segments([x0, x1], [y0, y1]) for end in piece):
        assert -1e-9 <= end[0] <= 2 + 1e-9
        assert -1e-9 <= end[1] <= 1 + 1e-9


def test_dashes_leave_gaps_and_end_with_the_line() -> None:
    line = drawn(stroke("#000000"), [(np.zeros(3), np.array([1.0, 0, 0]))], dashed=True)
    assert line.points[:, 0].max() <= 1
    assert len(line.points) == 4 * 6


# ---------------------------------------------------------------------------------------------
# The director


def of_kind(kind: str) -> Run:
    """A run of a kind."""
    x = np.linspace(0, 50, 20)
    line, points = Problem("m*x + b"), (x, 0.2 * x + 9 + np.sin(x))
    largest = line.descend(*points, max_iter=1).largest_stable_rate
    assert largest is not None
    if kind == "one step":
        return Problem("m*x").descend(*POINTS, max_iter=5)
    if kind == "overshoot":
        return Problem("m*x").descend(*POINTS, learning_rate=0.2, max_iter=6, tolerance=0)
    if kind == "crawl":
        return line.descend(*POINTS, learning_rate=1e-3, max_iter=10, tolerance=0)
    rate = {"zigzag": 0.99, "divergence": 1.1, "ravine": 0.5}[kind] * largest
    return line.descend(*points, learning_rate=rate, max_iter=30, tolerance=0)


@pytest.mark.parametrize(
    "kind", ["one step", "crawl", "zigzag", "ravine", "overshoot", "divergence"]
)
def test_the_director_knows_the_kind_of_a_run(kind: str) -> None:
    director = Director(told_of(of_kind(kind)))
    assert director.kind == kind
    assert director.named().written(text)
    assert all(said.written(text) for said in director.lesson())
    assert (director.slower is None) == (kind != "one step")
    assert director.banks == (kind == "zigzag")


def test_a_turn_is_told_before_the_better_rate(story: DescentStory) -> None:
    director = Director(story)
    assert director.kind == "turn"
    assert director.near == (1, 4)
    assert director.better_rate == pytest.approx(0.1765, abs=1e-3)


def test_a_tenth_of_the_rate_goes_a_tenth_of_what_is_left() -> None:
    told = told_of(of_kind("one step"))
    rows = Director(told).slower
    assert rows is not None
    assert told.exact is not None
    left = (rows - told.exact) / (told.parameters[0] - told.exact)
    np.testing.assert_allclose(left[:, 0], 0.9 ** np.arange(len(rows)), rtol=1e-6)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.2, 5))
def test_a_view_holds_its_steps_and_says_whether_units_are_equal(
    wide: float, high: float, shape: float
) -> None:
    told = told_of(lesson_004())
    stretched = replace(told, table=told.table * [wide, high, 1, 1, 1])
    view = near_view(stretched, 0, 10, shape)
    for x, y in stretched.parameters[:11]:
        assert 0 <= view.x.part(x) <= 1
        assert 0 <= view.y.part(y) <= 1
    units = (view.x.high - view.x.low) / shape, view.y.high - view.y.low
    assert view.equal == (abs(units[0] / units[1] - 1) < 1e-9)


# ---------------------------------------------------------------------------------------------
# What is seen of it


def test_a_table_says_what_it_leaves_out(story: DescentStory) -> None:
    table = TraceTable(Stage(), Zone(0, 5, 0, 2.2), story, range(11))
    for step in range(11):
        table.make_room(step)
        table.rows[step] = table.row(step)
        assert table.count <= table.most
        seen = [*table.rows]
        for above, row in pairwise(seen):
            assert (row in table.gaps) == (row != above + 1)
        heights = [line[0].baseline for line in (*table.rows.values(), *table.gaps.values())]
        assert len({round(height, 6) for height in heights}) == len(heights)


def test_rounding_is_no_number() -> None:
    assert settled(-5.688e-16, 3.0) == 0
    assert [text(term) for term in numerals_apart(2498.12, 2498.04)] == ["2498.12", "2498.04"]


@given(st.floats(-1e6, 1e6), st.floats(-1, 1))
def test_a_parameter_is_seen_to_change(value: float, change: float) -> None:
    other = value + change
    if abs(other - value) > 1e-10 * max(abs(value), 1e-3):
        digits = digits_apart(value, other)
        assert rounded(value, digits) != rounded(other, digits)


def test_colours_follow_roles_in_films_and_plots() -> None:
    for formula in ("m*x + b", "b + m*x"):
        run = Problem(formula).descend(*POINTS, max_iter=3)
        palette = Stage().palette
        stage = Descend(problem=run.problem, run=run).stage
        assert (stage.colours["m"], stage.colours["b"]) == (palette.slope, palette.intercept)
        numbers = shades(run.problem)
        assert SERIES[numbers["m"]] == palette.slope
        assert SERIES[numbers["b"]] == palette.intercept


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("has_data", [True, False])
def test_places_are_in_the_frame_and_apart(aspect: str, count: int, has_data: bool) -> None:
    places = DescentPlaces(ASPECTS[aspect], has_data)
    others = places.last(count)
    together = [places.point, places.curve, *([places.fit] if has_data else [])]
    for zones in ([*together, places.numbers], [*together, *others]):
        whole = places.layout.whole
        for number, zone in enumerate(zones):
            assert whole.left <= zone.left < zone.right <= whole.right
            assert whole.bottom - 1e-9 <= zone.bottom < zone.top <= whole.top + 1e-9
            for other in zones[:number]:
                beside = zone.left >= other.right or other.left >= zone.right
                assert beside or zone.bottom >= other.top or other.bottom >= zone.top


def test_a_subclass_has_its_own_run() -> None:
    class Own(Descend):
        run = one_parameter()

    assert [*Own().beats()]
    assert Own().problem.parameters == ("m",)


# ---------------------------------------------------------------------------------------------
# The film


def beats_of(run: Run, language: str = "en") -> list[tuple[str, str]]:
    scene = Descend(problem=run.problem, run=run, stage=Stage(words=words_in(language)))
    return [(beat.name, line) for beat in scene.beats() for parts in beat.parts for line in parts]


@pytest.mark.parametrize(("make", "language"), in_turn(RUNS, ["en", "fr"], of=2))
def test_captions_can_be_read(make: Callable[[], Run], language: str) -> None:
    said = beats_of(make(), language)
    for _, caption in said:
        lines = caption.split("\n")
        assert len(lines) <= LINES
        assert all(len(line) <= LINE for line in lines)
        assert not {"nan", "inf"} & set(caption.replace(",", " ").split())
    names = [name for name, _ in said]
    assert names[0] == ("the data" if language == "en" else "les données")


def test_beats_follow_from_the_run() -> None:
    names = {make: [name for name, _ in beats_of(make())] for make in RUNS}
    assert "a parameter turns" in names[lesson_004]
    assert "run on" in names[lesson_004]
    assert "a parameter turns" not in names[one_parameter]
    assert "too large a rate" in names[diverging]
    assert "are we there" not in names[diverging]
    assert "fast motion" in names[many_rows]
    assert names[at_the_minimum][-1] == "nothing to do"


def test_the_gap_is_said_with_the_trace_s_numbers() -> None:
    said = " ".join(caption.replace("\n", " ") for _, caption in beats_of(lesson_004()))
    for part in ("2.117", "0.3663", "0.1253", "0.05556", "0.06978", "b rose until step 3"):
        assert part in said
    assert "0.1803" in " ".join(caption for _, caption in beats_of(diverging()))


def test_a_problem_alone_is_no_descent(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="pass data"):
        render(
            "descend", Problem("m*x + b*x^2"), output=tmp_path / "none.mp4", quality=TINY, pace=0.01
        )
    assert not list(tmp_path.iterdir())


def last_frame(film: Path) -> np.ndarray:
    import av

    with av.open(str(film)) as opened:
        *_, last = opened.decode(video=0)
    picture: np.ndarray = last.to_ndarray(format="gray")
    return picture


# Of each kind of picture one; those of the others are made, not recorded, in tests/test_animations_words.py.
FILMS = RUNS if EVERY else (one_parameter, not_linear, many_rows, at_the_minimum, over_a_cliff)


@pytest.mark.parametrize("make", FILMS)
def test_a_film_is_made_of_any_run(make: Callable[[], Run], tmp_path: Path) -> None:
    run = make()
    done: list[str] = []
    film = render(
        "descend",
        run.problem,
        run,
        output=tmp_path / "film.mp4",
        quality=TINY,
        pace=0.01,
        progress=lambda count, of, beat: done.append(beat.name),
    )
    inked = last_frame(film) < 200
    left, right = inked[:, :TINY_SEAM], inked[:, TINY_SEAM:]
    assert left.mean() > 0.005
    assert right.mean() > 0.003 or run.steps == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".mp4", ".vtt", ".srt"}
    assert done[0] == "the data"


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that may be seen: all but docstrings, names of files and formats."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    silent |= {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.format_spec
        for inner in ast.walk(node.format_spec)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


SEEN = (
    "descend*",
    "descent_*",
    "*_picture",
)


@pytest.mark.parametrize(
    "path", [p for name in SEEN for p in sorted(FOLDER.rglob(f"{name}.py"))], ids=lambda p: p.stem
)
def test_no_number_is_typed_into_the_lesson(path: Path) -> None:
    typed = [string for string in strings(path) if any(character.isdigit() for character in string)]
    assert not typed


def test_what_other_parameters_reach_is_said() -> None:
    run = Problem("(a + b)*x").descend(*POINTS, learning_rate=0.03, max_iter=5)
    said = " ".join(caption.replace("\n", " ") for _, caption in beats_of(run))
    assert "Other parameters reach it as well." in said


def test_a_cost_that_does_not_move_looks_flat() -> None:
    x = np.linspace(1e-6, 3e-6, 20)
    told = told_of(Problem("m*x + b").descend(x, 5e-9 + 2e-3 * x, max_iter=5))
    assert told.looks_flat
    assert not told.arrived


@pytest.mark.parametrize(
    "asked",
    [{"coordinates": "exact"}, {"alternate": True}, {"hold": ["a"]}, {"batch_size": 1}],
    ids=str,
)
def test_a_run_of_other_steps_is_not_told_as_one_of_these(asked: dict[str, Any]) -> None:
    problem = Problem("a*x + b")
    run = problem.descend([1, 2, 3], [1.2, 1.8, 3.4], max_iter=5, **asked)
    with pytest.raises(ProblemError, match=next(iter(asked))):
        tell(run, problem.derive)


def test_what_is_tried_answers_as_the_slope_does() -> None:
    scene = Descend()
    assert [*scene.beats()]
    less, more = scene.costs
    assert less > scene.story.cost[0] > more
    assert scene.answers
    assert scene.story.gradient(0)[0] < 0


def test_the_better_rate_is_shown_by_a_descent_that_was_made(story: DescentStory) -> None:
    director = Director(story)
    values = director.at_better_rate
    assert values is not None
    assert story.on_log is not None
    assert values[0] == pytest.approx(story.on_log[0])
    middle = story.last // 2
    assert not values[middle] >= story.on_log[middle]
