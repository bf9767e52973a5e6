"""Three lessons on a step: its five parts, its rate, and the man in the fog; what they show is what was computed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Objective, Problem
from symgd.animations.comparing.rate_lanes import BEYOND, EXERCISES, NEAR, as_printed, lanes_of
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from manim import ManimColor, VGroup
from passing import passed
from test_animations_descend import (
    FOLDER,
    POINTS,
    diverging,
    lesson_004,
    not_linear,
    one_parameter,
    strings,
)
from test_animations_words import FORMULAS, LABELS, LOUD, Unplayed

from symgd.animations.annotated_update import AnnotatedUpdate
from symgd.animations.comparing.lanes import LanePicture, LaneScales
from symgd.animations.comparing.rate_panels import ClockScale, CountPanel, Pace
from symgd.animations.descending import annotated_lines, annotated_words, mountain_words
from symgd.animations.descending.annotated_lines import Ghost, LongUpdate, general, in_stages
from symgd.animations.descending.annotated_moves import DOWNHILL, NOW, PARTS, RATE, UPHILL
from symgd.animations.descending.annotated_moves import NEXT as AFTER
from symgd.animations.descending.descent_numbers import in_numbers
from symgd.animations.descending.lengths import Lengths
from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_rows import HIGH, PLACED
from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE
from symgd.animations.descending.other_mountain import OtherMountain
from symgd.animations.descending.step_bars import StepBars
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.learning_rates import LearningRates
from symgd.animations.lost_on_the_mountain import LostOnTheMountain
from symgd.animations.pictures.callouts import Callouts, Note, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture, evened
from symgd.animations.staging.beats import READING, Beat
from symgd.animations.staging.contrast import contrast
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.stage import Stage
from symgd.writing.words import ENGLISH, message

LESSONS: dict[str, type[Any]] = {
    "annotated_update": AnnotatedUpdate,
    "learning_rates": LearningRates,
    "lost_on_the_mountain": LostOnTheMountain,
}
MODULES = (
    "annotated_*",
    "callouts",
    "close_view",
    "even_picture",
    "lanes",
    "learning_rates*",
    "lost_on*",
    "mountain*",
    "number_flight",
    "rate_*",
    "small_fit",
    "spoken_parts",
    "step_bars",
    "update_places",
)
NUMBERS = st.floats(-5, 5, allow_nan=False).filter(lambda value: abs(value) > 0.05)


def told(run: Run) -> DescentStory:
    return tell(run, lambda: gradient_of(run.problem))


def exercise(curvature: float) -> DescentStory:
    """A parabola of some curvature, from lesson 001's exercise."""
    problem = Objective(f"{curvature / 2!r}*w^2")
    return told(problem.descend(start={"w": 1.0}, learning_rate=0.1, max_iter=10, tolerance=0))


def two_valleys() -> Run:
    problem = Objective("w^4 - 3*w^2 + w")
    return problem.descend(start={"w": 2.0}, learning_rate=0.02, max_iter=20)


def momentum() -> Run:
    return Problem("m*x + b").descend(*POINTS, optimizer="momentum", learning_rate=0.02, max_iter=4)


# ---------------------------------------------------------------------------------------------
# Lanes


@pytest.mark.parametrize(
    ("version", "counts"), [(0, [81, 6, 1, None]), (1, [40, 11, 1, None])], ids=["older", "newer"]
)
def test_the_exercise_has_its_own_counts(version: int, counts: list[int | None]) -> None:
    lanes = lanes_of(exercise(EXERCISES[version].curvature))
    assert [lane.arrived for lane in lanes.lanes] == counts
    rates = {lane.kind: lane.rate for lane in lanes.lanes}
    assert EXERCISES[version].rates.items() <= rates.items()


@settings(max_examples=15, deadline=None)
@given(slope=NUMBERS, start=NUMBERS)
def test_with_one_curvature_the_counts_are_the_exercise_s_whatever_the_data(
    slope: float, start: float
) -> None:
    x = np.array([1.0, 2.0, 3.5])
    run = Problem("m*x").descend(
        x, slope * x, start={"m": slope + start}, max_iter=3, tolerance=0
    )  # at no rate of its own, which would be a lane
    lanes = lanes_of(told(run))
    assert [lane.arrived for lane in lanes.lanes] == [81, 6, 1, None]
    assert lanes.limit == pytest.approx(2 / (2 * np.mean(x**2)))


def test_a_lane_arrives_when_it_is_near_and_best_is_the_fewest_of_all_tried() -> None:
    lanes = lanes_of(told(lesson_004()))
    assert lanes.target is not None
    assert lanes.limit == pytest.approx(0.18029485, rel=1e-6)
    for lane in lanes.lanes[:3]:
        away = np.linalg.norm(lane.parameters - lanes.target, axis=1)
        assert lane.arrived is not None
        assert away[lane.arrived] < NEAR * away[0] <= away[lane.arrived - 1]
    counts = [steps for steps in lanes.tried.values() if steps is not None]
    assert lanes.lanes[2].arrived == min(counts)
    assert lanes.lanes[3].rate == as_printed(BEYOND * lanes.limit)  # a lane walks at what is read
    assert lanes.lanes[3].arrived is None


@pytest.mark.parametrize("make", [lambda: exercise(0.625), lambda: told(lesson_004())])
def test_a_lane_says_what_became_of_it(make: Callable[[], DescentStory]) -> None:
    lanes = lanes_of(make())
    zone = Stage().layout.picture
    pictures = [
        LanePicture(Stage(), zone, LaneScales(lanes, zone), lane, n)
        for n, lane in enumerate(lanes.lanes)
    ]
    for picture in pictures[:3]:
        assert str(picture.lane.arrived) in str(picture.said(picture.last)).replace(",", "")
    lost = pictures[3]
    assert lost.left is not None
    assert not lost.panel.holds(*lost.scales.point(lost.lane.parameters[lost.left]))
    assert "left the frame" in str(lost.said(lost.last))


def test_the_clock_and_its_steps_are_inverse() -> None:
    clock = ClockScale(0.0, 81.0)
    assert clock.part(0.0) == 0.0
    assert clock.part(81.0) == pytest.approx(1.0)
    assert [clock.step(clock.part(step)) for step in (1.0, 6.0)] == pytest.approx([1.0, 6.0])


# ---------------------------------------------------------------------------------------------
# The update


def test_symbols_become_numbers_one_at_a_time() -> None:
    story = told(lesson_004())
    for name in story.names:
        stages = in_stages(story, name, 0)
        assert stages[-1] == in_numbers(story, name, 0)
        for before, after, path in zip(stages, stages[1:], annotated_lines.STAGES, strict=False):
            changed = [p for p in annotated_lines.STAGES if before.at(p) != after.at(p)]
            assert changed == [path]


def test_a_number_stays_the_same_on_its_way() -> None:
    story, stage = told(lesson_004()), Stage(parameters=("a", "b"))
    lines = LongUpdate(stage, stage.layout.mathematics, story)
    before, after = lines.stages(0, 0)[2:4]
    source = stage.formula(numeral(story.gradient(0)[0], 5), em=0.5)
    flight = NumberArrives(before, after, annotated_lines.SLOPE, source)
    assert [glyph.shape for glyph, _, _ in flight.flying] == [glyph.shape for glyph in source]


def test_a_number_on_its_way_is_seen_when_all_that_is_written_lies_behind_it() -> None:
    story, stage = told(lesson_004()), Stage(parameters=("a", "b"))
    lines = LongUpdate(stage, stage.layout.mathematics, story)
    before, after = lines.stages(0, 0)[2:4]
    source = stage.formula(numeral(story.gradient(0)[0], 5), em=0.5)
    goal = after.glyphs(annotated_lines.SLOPE)
    source.move_to(goal).shift((0, 4, 0))
    words = stage.formula(numeral(1.0), em=0.5).move_to(
        (source.get_center() + goal.get_center()) / 2
    )
    flight = NumberArrives(before, after, annotated_lines.SLOPE, source, [words])
    flight.begin()
    flying = VGroup(*(glyph for glyph, _, _ in flight.flying))
    seen = False
    for alpha in np.linspace(0.0, 0.99, 100).tolist():
        flight.interpolate_mobject(alpha)
        shown = flying[0].get_fill_opacity() > 0
        seen |= shown
        assert not shown or flying.get_top()[1] <= words.get_bottom()[1] + 0.05
    assert seen


def test_one_after_the_other_is_another_step() -> None:
    ghost = Ghost.of(told(lesson_004()))
    assert ghost.parameters == pytest.approx([0.568, 0.55968])
    assert ghost.differs(told(lesson_004()))


@settings(max_examples=10, deadline=None)
@given(values=st.lists(NUMBERS, min_size=3, max_size=3), aspect=st.sampled_from([*ASPECTS]))
def test_callouts_have_room_whatever_their_numbers(values: list[float], aspect: str) -> None:
    story, stage = told(not_linear()), Stage(aspect=aspect)
    terms = tuple(numeral(value, 5) for value in values)
    zone = stage.layout.mathematics
    notes = [
        Note((annotated_lines.BEFORE,), message("position now"), terms),
        Note((annotated_lines.GRADIENT,), message("gradient: uphill"), terms, above=True),
        Note((annotated_lines.MINUS,), message("turned round"), above=True, sign=True),
        Note((annotated_lines.RATE,), message("learning rate"), terms[:1]),
        Note((annotated_lines.AFTER,), message("next position"), terms, above=True),
    ]
    made = Callouts(stage, zone, stage.formula(general(story), em=0.9), notes)
    texts = [callout.text for callout in made.callouts]
    assert all(inside(text, zone) for text in texts)
    everything = [*texts, made.formula]
    for number, one in enumerate(everything):
        assert not any(overlap(one, other) for other in everything[number + 1 :])
    for callout in made.callouts:
        others = [text for text in texts if text is not callout.text]
        low, high = sorted((callout.line.get_bottom()[1], callout.line.get_top()[1]))
        for text in others:
            beside = not text.get_left()[0] <= callout.x <= text.get_right()[0]
            apart = text.get_top()[1] <= low or text.get_bottom()[1] >= high
            assert beside or apart


def inside(one: VGroup, zone: Any) -> bool:
    return bool(
        zone.left - 1e-6 <= one.get_left()[0] and one.get_right()[0] <= zone.right + 1e-6
    ) and bool(one.get_top()[1] <= zone.top + 1e-6)


def overlap(one: VGroup, other: VGroup) -> bool:
    across = min(one.get_right()[0], other.get_right()[0]) - max(
        one.get_left()[0], other.get_left()[0]
    )
    up = min(one.get_top()[1], other.get_top()[1]) - max(one.get_bottom()[1], other.get_bottom()[1])
    return bool(across > 1e-3 and up > 1e-3)


def test_values_are_written_as_one_place() -> None:
    values = PlaceNumbers(Stage(), [numeral(0.2), numeral(0.5)], 0.4)
    assert len(values.items) == 2
    assert len(values) == 5
    assert len(PlaceNumbers(Stage(), [numeral(0.2)], 0.4)) == 1


def test_axes_have_one_unit_where_that_leaves_both_to_be_seen() -> None:
    x, y, even = evened(Scale(0.0, 1.0), Scale(0.0, 2.0), 4.0, 4.0)
    assert even
    assert x.high - x.low == pytest.approx(y.high - y.low)
    assert not evened(Scale(0.0, 1.0), Scale(0.0, 100.0), 4.0, 4.0)[2]


def test_the_arrow_stays_in_the_picture_and_keeps_its_direction() -> None:
    story = told(lesson_004())
    stage = Stage(parameters=story.names)
    picture = EvenPicture(stage, stage.layout.picture, story)
    for sign in (1.0, -1.0):
        tip = story.parameters[0] + sign * np.array(story.gradient(0)) / picture.shrunk
        assert picture.panel.holds(*tip)
        shaft, head = picture.gradient(sign)
        assert head.get_start() == pytest.approx(picture.panel.position(*tip))
        way = head.get_start() - shaft.get_start()
        assert way == pytest.approx(
            sign * (picture.gradient(1.0)[1].get_start() - shaft.get_start())
        )


@pytest.mark.parametrize("make", [lesson_004, not_linear, one_parameter, diverging])
def test_a_gradient_times_a_small_rate_is_seen_to_shrink(make: Callable[[], Run]) -> None:
    story = told(make())
    stage = Stage(parameters=story.names)
    picture = EvenPicture(stage, stage.layout.picture, story)
    rate = story.rate_at(0)
    assert rate < 1

    def long(arrow: VGroup) -> float:
        return float(np.linalg.norm(arrow[1].get_start() - arrow[0].get_start()))

    for sign in (1.0, -1.0):
        drawn, step = long(picture.gradient(sign)), long(picture.arrow(sign))
        assert drawn == pytest.approx(step / (rate * picture.shrunk))  # whole, within its picture
        assert drawn > 1.2 * step


def test_the_angle_between_the_step_and_the_way_to_the_minimum_is_computed() -> None:
    story = told(lesson_004())
    assert story.exact is not None
    way, down = story.exact - story.parameters[0], story.parameters[1] - story.parameters[0]
    turns = np.arctan2(*way[::-1]) - np.arctan2(*down[::-1])
    assert f"{round(abs(np.degrees(turns)))}°" in str(annotated_words.turned(story))


def test_the_clock_is_slower_where_a_lane_arrives() -> None:
    pace = Pace(2000.0, [100])
    assert pace.step(pace.part(100.0)) == pytest.approx(100.0, rel=1e-6)
    assert pace.part(120) - pace.part(100) > 2 * (pace.part(12) - pace.part(10))


def test_the_counts_rise_up_to_the_limit_and_lie_over_nothing() -> None:
    lanes = lanes_of(told(lesson_004()))
    assert lanes.limit is not None
    best = lanes.lanes[2]
    beyond = [n for rate, n in lanes.tried.items() if best.rate < rate < lanes.limit]
    assert best.arrived is not None
    assert max(n for n in beyond if n) > 2 * best.arrived
    stage = Stage()
    zone = stage.layout.whole
    scales = LaneScales(lanes, zone)
    pictures = [LanePicture(stage, zone, scales, lane, n) for n, lane in enumerate(lanes.lanes)]
    words = [mark[1] for mark in CountPanel(stage, zone, lanes, pictures).marks]
    for first, second in combinations(words, 2):
        apart = np.abs(first.get_center() - second.get_center())[:2]
        sizes = np.array([first.width + second.width, first.height + second.height]) / 2
        assert (apart > sizes).any()


# ---------------------------------------------------------------------------------------------
# The mountain


@pytest.mark.parametrize("make", [lesson_004, one_parameter, diverging, not_linear, two_valleys])
def test_the_mountain_is_the_run_s_own_cost(make: Callable[[], Run]) -> None:
    mountain = Mountain(told(make()))
    story = mountain.story
    for step in range(min(mountain.last, 5)):
        foot = float(mountain.feet[step])
        assert mountain.height(foot) == pytest.approx(float(story.cost[step]))
        length = abs(float(mountain.feet[step + 1]) - foot)
        assert length == pytest.approx(story.rate_at(step) * abs(mountain.slope(step)))
        near = foot + 1e-6 * length
        rise = (mountain.height(near) - mountain.height(foot)) / (near - foot)
        assert rise == pytest.approx(mountain.slope(step), rel=1e-3)


def test_a_lower_valley_is_seen_and_said() -> None:
    mountain = Mountain(told(two_valleys()))
    assert len(mountain.valleys) == 2
    said = " ".join(map(str, mountain_words.lifted(mountain)))
    assert "another valley" in said
    assert min(mountain.valleys) < mountain.story.cost[mountain.last]


def test_a_bowl_has_one_valley_and_too_long_steps_lead_up() -> None:
    one = " ".join(map(str, mountain_words.lifted(Mountain(told(lesson_004())))))
    assert "One valley only" in one
    up = " ".join(map(str, mountain_words.lifted(Mountain(told(diverging())))))
    assert "too long" in up
    assert Mountain(told(diverging())).crosses


def test_the_numbers_at_a_beat_s_end_are_those_of_where_he_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, ends, highs = lesson_004(), dict[str, Any](), dict[str, float]()
    ways, walk = list[tuple[float, float]](), LostOnTheMountain.walk

    def noted(self: Any, start: float, end: float, *rest: Any) -> None:
        ways.append((start, end))
        walk(self, start, end, *rest)

    monkeypatch.setattr(LostOnTheMountain, "walk", noted)

    def seen(scene: Any, beat: Beat) -> None:
        picture = scene.picture  # at the end of another beat it may be one from near
        placed = scene.shown.get(PLACED)  # a row whose numbers change while he walks
        width = None if placed is None else placed.width
        ends[str(beat.name)] = width, picture.man[0].get_center(), picture
        if HIGH in scene.shown:
            highs[str(beat.name)] = scene.shown[HIGH].width

    scene: Any = passed(LostOnTheMountain, seen, problem=run.problem, run=run)
    mountain, rows = scene.mountain, scene.rows
    steps = {"the step": 1, "and again": 2, "on and on": mountain.steps}
    for name, step in {**steps, "the fog lifts": mountain.last}.items():
        width, feet, picture = ends[name]
        assert feet == pytest.approx(picture.position(float(mountain.feet[step])), abs=1e-6)
        assert width == pytest.approx(rows.row(PLACED, step).width)
        assert highs[name] == pytest.approx(rows.row(HIGH, step).width)  # beside it, the floor
    assert ways[-2:] == [(0, 1), (1, mountain.last)]  # the step again, and so all the way down
    foot = scene.picture.position(float(mountain.feet[mountain.last]))
    assert ends["the answer"][1] == pytest.approx(foot, abs=1e-6)
    assert str(mountain.last) in " ".join(map(str, mountain_words.lifted(mountain)))


@pytest.mark.parametrize("make", [lesson_004, one_parameter])
def test_the_rule_s_parts_come_as_they_are_spoken_of(make: Callable[[], Run]) -> None:
    run, seen = make(), dict[str, tuple[set[int], Any]]()

    def look(scene: Any, beat: Beat) -> None:
        there = {id(part) for part in scene.get_mobject_family_members()}
        shown = {n for n, each in enumerate(scene.rule.formula) if id(each) in there}
        seen[str(beat.name)] = shown, scene.rule.box.get_center()

    scene: Any = passed(LostOnTheMountain, look, problem=run.problem, run=run)
    formula, parts = scene.rule.formula, scene.rule.parts

    def numbers(*groups: Any) -> set[int]:
        inside = {id(each) for group in groups for each in group}
        return {n for n, each in enumerate(formula) if id(each) in inside}

    assert seen["in the fog"][0] == set()
    assert seen["where he stands"][0] == numbers(parts[PLACE])
    assert seen["the slope"][0] == numbers(parts[PLACE], parts[SLOPE])
    assert seen["the step"][0] == set(range(len(formula)))
    boxed = {"where he stands": PLACE, "the slope": SLOPE, "the step": NEXT, "the answer": NEXT}
    for name, part in boxed.items():
        assert seen[name][1] == pytest.approx(parts[part].get_center(), abs=1e-6)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_two_men_beside_a_ridge_come_into_different_valleys(aspect: str) -> None:
    stage = Stage(aspect=aspect)
    layout = stage.layout
    other = OtherMountain(stage, layout.picture, layout.mathematics)
    ends = []
    for walk in other.walks:
        mountain = walk.show(walk.mountain.last).mountain
        assert (np.diff(mountain.story.cost) < 0).all()
        ends.append(float(mountain.story.cost[mountain.last]))
        here = walk.panel.position(float(mountain.feet[-1]), ends[-1])
        assert walk.man[0].get_center() == pytest.approx(here, abs=1e-3)
    assert ends[0] > ends[1]
    assert ends == pytest.approx(sorted(other.mountains[0].valleys, reverse=True), abs=1e-2)
    zone = layout.mathematics
    for said in (other.formula, *other.lines):
        assert zone.left <= said.get_left()[0] <= said.get_right()[0] <= zone.right + 1e-6
        assert zone.bottom <= said.get_bottom()[1] <= said.get_top()[1] <= zone.top + 1e-6


# ---------------------------------------------------------------------------------------------
# All three


RUNS: dict[str, Callable[[], Run]] = {
    "one parameter": one_parameter,
    "three parameters": not_linear,
    "diverging": diverging,
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("lesson", LESSONS)
def test_all_words_are_messages_and_can_be_read(
    lesson: str, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = RUNS[run]()
    scene = LESSONS[lesson](problem=made.problem, run=made, stage=Stage(words=LOUD))
    film = Unplayed(scene, monkeypatch)
    for text in (*film.captions, *film.shown):
        small = {word for word in LABELS.sub("", text).split() if word.islower() and len(word) > 2}
        assert small <= FORMULAS, text


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_film_asks_before_it_shows_and_leaves_time_to_read(
    lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lesson_004()
    scene = LESSONS[lesson](problem=run.problem, run=run, stage=Stage(words=ENGLISH))
    beats = []
    monkeypatch.setattr(scene, "play", lambda *animations, **settings: None)
    for beat in scene.beats():
        beats.append(beat)
        beat.show(scene)
    assert beats[0].asks
    assert sum(beat.asks for beat in beats) >= 2
    for beat in beats:
        said = sum(len(part) for parts in beat.parts for part in parts)
        assert beat.least >= said / (READING + 1)
    assert any("You can now" in sentence for sentence in beats[-1].caption)


@pytest.mark.parametrize("lesson", ["annotated_update", "lost_on_the_mountain"])
def test_another_rule_is_refused_with_the_lesson_that_shows_it(lesson: str) -> None:
    run = momentum()
    scene = LESSONS[lesson](problem=run.problem, run=run)
    with pytest.raises(ProblemError, match="lesson descend"):
        list(scene.beats())


def test_a_problem_without_a_run_is_refused() -> None:
    for name, kind in LESSONS.items():
        with pytest.raises(ProblemError, match=name):
            list(kind(problem=Problem("m*x")).beats())


@pytest.mark.parametrize(
    "path",
    [p for name in MODULES for p in sorted(FOLDER.rglob(f"{name}.py"))],
    ids=lambda p: p.stem,
)
def test_no_number_is_typed_into_the_lessons(path: Any) -> None:
    assert not [string for string in strings(path) if any(c.isdigit() for c in string)]


SPEEDS = np.linspace(4, 25, 12)


def exponential() -> Run:
    """A search for the rate, numbers of many digits, and a gradient that grows."""
    problem = Problem("a*exp(b*x)")
    start = {"a": 0.0, "b": 0.0}
    return problem.descend(
        SPEEDS, 0.3 * SPEEDS**1.8, start=start, learning_rate="auto", max_iter=10
    )


def four_parameters() -> Run:
    problem = Problem("a*x + b*x^2 + c*x^3 + g")
    return problem.descend(SPEEDS / 25, SPEEDS, learning_rate=0.1, max_iter=5)


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("made", [exponential, four_parameters])
def test_all_rows_of_the_update_can_be_seen(made: Callable[[], Run], aspect: str) -> None:
    run = made()
    seen: list[float] = []

    def rows(scene: Any, beat: Beat) -> None:
        if beat.name == "numbers for symbols":
            seen.extend(float(row.width) for row in (*scene.numbers, *scene.results))

    passed(AnnotatedUpdate, rows, problem=run.problem, run=run, stage=Stage(aspect=aspect))
    assert len(seen) == 2 * len(run.problem.parameters)
    assert min(seen) > 0.02


@pytest.mark.parametrize("make", [lesson_004, diverging, not_linear])
def test_bars_stay_in_their_zone_and_have_one_scale(make: Callable[[], Run]) -> None:
    story = told(make())
    zone = Stage().layout.mathematics
    lengths = Lengths(Stage(), zone, story)
    bars = [row[1][0] for row in (lengths.gradient, lengths.step)]
    assert all(bar.get_right()[0] <= zone.right + 1e-6 for bar in bars)
    parts = np.array([story.gradient_norm[0], story.step_norm[0]])
    seen = np.array([bar.width for bar in bars])
    assert seen / seen.max() == pytest.approx(parts / parts.max(), abs=0.01)


@settings(max_examples=12, deadline=None)
@given(slope=NUMBERS, level=NUMBERS)
def test_the_angle_that_is_drawn_is_the_one_that_is_said(slope: float, level: float) -> None:
    problem = Problem("m*x + b")
    start = {"m": slope, "b": level}
    story = told(problem.descend(*POINTS, start=start, learning_rate=0.05, max_iter=3))
    picture = EvenPicture(Stage(), Stage().layout.picture, story)
    arc, degrees = picture.angle()
    said = annotated_words.turned(story, picture.even).text
    if not len(arc):
        assert not picture.even or degrees == 0
        return
    down, way = picture.gradient(-1.0), picture.straight_way()
    ends = [np.asarray(arc[0].get_start()), np.asarray(arc[0].get_end())]
    here = picture.dot.get_center()
    aims = [np.asarray(down[1].get_center()), way[-1][1]]
    for end, aim in zip(ends, aims, strict=True):
        one, other = (each - here for each in (end, aim))
        turned = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
        assert turned == pytest.approx(1, abs=1e-3)
    assert "misses" in said or degrees < 1


@pytest.mark.parametrize("make", [lesson_004, one_parameter, diverging, not_linear])
def test_the_map_stays_whole_and_holds_every_step_that_was_made(make: Callable[[], Run]) -> None:
    views, apart = [], []

    def look(scene: Any, beat: Beat) -> None:
        views.append(scene.point.view)
        assert all(scene.point.panel.holds(*scene.point.point(k)) for k in range(made_of(scene)))
        if str(beat.name) == "one after the other" and scene.close is not None:
            rows = scene.story.parameters[1], scene.ghost.parameters
            ends = [scene.near.panel.position(*scene.near.place(row)) for row in rows]
            apart.append(float(np.linalg.norm(ends[0] - ends[1])))
            ends = [scene.point.panel.position(*scene.point.place(row)) for row in rows]
            apart.append(float(np.linalg.norm(ends[0] - ends[1])))

    run = make()
    scene: Any = passed(AnnotatedUpdate, look, problem=run.problem, run=run)
    assert scene.story.diverged or views[-1] == views[0]
    if apart:
        assert apart[0] > apart[1]


def made_of(scene: Any) -> int:
    """How many places the dot has been at."""
    return int(scene.point.time) + 1


@pytest.mark.parametrize("make", [lesson_004, one_parameter, diverging, not_linear])
def test_every_name_s_numbers_are_those_of_the_dot(make: Callable[[], Run]) -> None:
    run, steps = make(), list[int]()

    def look(scene: Any, beat: Beat) -> None:
        step = made_of(scene) - 1
        steps.append(step)
        if len(steps) > 1:
            terms = [item.term for item in scene.values(NOW).items]
            assert tuple(terms) == scene.place(step)
        if UPHILL in scene.looks:
            terms = [item.term for item in scene.values(UPHILL).items]
            assert tuple(terms) == scene.terms(UPHILL, step)
        assert scene.fit.values == pytest.approx(scene.story.parameters[step])
        ringed = "next position", "numbers for symbols", "which value", "one after the other"
        if str(beat.name) in ringed:  # the dot has not gone there yet
            there = scene.point.panel.border(*scene.point.point(step + 1))
            assert scene.ring[0].get_center() == pytest.approx(there)

    passed(AnnotatedUpdate, look, problem=run.problem, run=run)
    assert steps == sorted(steps)
    assert steps[-1] == told(run).singly


@pytest.mark.parametrize("make", [lesson_004, diverging])
def test_what_is_spoken_of_is_bright_and_the_rest_is_dim(make: Callable[[], Run]) -> None:
    run, seen = make(), dict[str, list[float]]()

    def look(scene: Any, beat: Beat) -> None:
        ground = ManimColor(scene.stage.palette.ground)
        shades = [scene.callout(number).part[0].get_fill_color() for number in PARTS]
        assert min(contrast(shade, ground) for shade in shades) >= 4.5
        pale = scene.spoken_parts.pale
        seen[str(beat.name)] = [float(shade.to_hex() != pale.to_hex()) for shade in shades]

    passed(AnnotatedUpdate, look, problem=run.problem, run=run)
    spoken = {"position now": NOW, "the gradient": UPHILL, "the minus": DOWNHILL}
    spoken |= {"the learning rate": RATE, "next position": AFTER}
    for name, number in spoken.items():
        lit = [n for n in PARTS if seen[name][n] == 1]
        assert lit == [number]
    assert seen["the answer"] == [1.0] * len(PARTS)


@pytest.mark.parametrize("make", [lesson_004, diverging, not_linear])
def test_the_bars_of_the_steps_have_one_scale_and_room(make: Callable[[], Run]) -> None:
    story = told(make())
    for aspect in ASPECTS:
        zone = Stage(aspect=aspect).layout.mathematics
        made = StepBars(Stage(aspect=aspect), zone, story)
        sizes = np.array([float(bar.width) for _, bar in made.rows])
        lengths = story.step_norm[: story.singly]
        assert sizes / sizes.max() == pytest.approx(lengths / lengths.max(), abs=0.02)
        assert max(bar.get_right()[0] for _, bar in made.rows) <= zone.right + 1e-6
        assert made.rows[-1].get_bottom()[1] >= zone.bottom


def test_of_a_rate_that_is_too_large_it_is_said_how_that_is_seen_and_what_it_had_to_be() -> None:
    story = told(diverging())
    limit = story.run.landscape.largest_stable_rate
    assert limit is not None
    told_of = annotated_words.again(story, True, 0)[-1]
    assert "too large" in told_of.text
    assert told_of.parts["limit"] == numeral(limit)
    assert "too far" in str(annotated_words.answer(story))
    calm = " ".join(map(str, annotated_words.again(told(lesson_004()), True, 0)))
    assert "shorter because the gradient does" in calm


@pytest.mark.parametrize("values", [(0.2, 0.5), (-3.0, 1.0), (123.456, -0.001)])
def test_lines_of_callouts_are_upright(values: tuple[float, float]) -> None:
    story, stage = told(lesson_004()), Stage(parameters=("a", "b"))
    terms = tuple(map(numeral, values))
    notes = [
        Note((annotated_lines.BEFORE,), annotated_words.NOW, terms),
        Note((annotated_lines.RATE,), annotated_words.HOW_MUCH, (numeral(0.06),)),
        Note((annotated_lines.GRADIENT,), annotated_words.STEEPEST, terms, above=True),
    ]
    made = Callouts(stage, stage.layout.mathematics, stage.formula(general(story), em=0.9), notes)
    for callout in made.callouts:
        lead = callout.line.points.reshape(-1, 4, 3)[1]
        assert abs(lead[0, 0] - lead[3, 0]) < 1e-9


def test_where_a_parameter_goes_is_said_by_its_slope() -> None:
    said = {
        str(each.text)
        for slopes in ((-1.0, 0.0), (1.0, 2.0), (-1.0, 1.0))
        for each in annotated_words._by_sign(slopes)
    }
    assert len(said) == 4


@pytest.mark.parametrize("make", [lesson_004, diverging])
def test_the_arrows_beside_the_names_turn_with_the_gradient(make: Callable[[], Run]) -> None:
    run, seen = make(), dict[str, tuple[Any, Any]]()

    def look(scene: Any, beat: Beat) -> None:
        if UPHILL in scene.looks and len(scene.looks[UPHILL]):
            shaft = scene.looks[UPHILL][0]
            seen[str(beat.name)] = shaft.get_end() - shaft.get_start(), scene.point.panel

    scene: Any = passed(AnnotatedUpdate, look, problem=run.problem, run=run)
    story = scene.story
    for name, step in {"the gradient": 0, "and again": story.singly}.items():  # where the dot is
        way, panel = seen[name]
        here = story.parameters[step]
        there = here + np.array(story.gradient(step)) * 1e-3
        expected = panel.position(*there) - panel.position(*here)
        apart = way / np.linalg.norm(way) - expected / np.linalg.norm(expected)
        assert np.linalg.norm(apart) < 1e-3
