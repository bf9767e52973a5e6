"""What the lessons on batches, ravines and optimizers claim is counted: causes, memories, and who came lower."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from symgd import Objective, Problem
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.writing.formulas.text import text as written

pytest.importorskip("manim", reason="films need Manim")

from test_lesson_ways import POINTS, lesson_004, panel_of, told

from symgd.animations.comparing import ravine_end_words, ravine_words
from symgd.animations.comparing.batch_end_words import answer, counted
from symgd.animations.comparing.batch_outcomes import gap_of, slower
from symgd.animations.comparing.batch_story import THERE, WANDERS, BatchStory, tell_batches
from symgd.animations.comparing.batch_words import lower
from symgd.animations.comparing.race_memory import remembered
from symgd.animations.comparing.race_story import RaceStory, tell_race
from symgd.animations.comparing.race_words import memory, overshoots
from symgd.animations.comparing.ravine_story import RavineStory, tell_ravine
from symgd.animations.comparing.reading_duel import reading_duel
from symgd.animations.comparing.zoom import corners
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Stage, Zone


def near_panel() -> PlotPanel:
    scale = Scale(-1.0, 2.0)
    return PlotPanel(Stage(), Zone(-4, 4, -3, 3), scale, scale, x_label="a", y_label="b")


@pytest.mark.parametrize(
    ("x", "kind"),
    [
        ([1.0, 2.0, 3.0], "place"),
        ([-80.0, 0.0, 80.0], "size"),
        ([1000.0, 2000.0, 3000.0], "size"),
        ([-1.0, 0.0, 1.0], "size"),
    ],
)
def test_the_cause_of_a_ravine_is_counted(x: list[float], kind: str) -> None:
    run = Problem("a*x + b").descend(x, POINTS[1], max_iter=2, tolerance=0)
    story: RavineStory = told(tell_ravine, run)
    column = story.run.data["x"]
    spread, mean = column.std(), column.mean()
    columns = column, column / spread, column - mean, (column - mean) / spread
    matrices = [np.column_stack((each, np.ones(len(each)))) for each in columns]
    assert story.cause is not None
    expected = [np.linalg.cond(matrix) ** 2 for matrix in matrices]
    assert story.cause.ratios == pytest.approx(expected, rel=1e-6)
    assert story.cause.kind == kind


@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], [-80.0, 0.0, 90.0]])
def test_a_step_leaves_the_said_part_of_both_distances(x: list[float]) -> None:
    run = Problem("a*x + b").descend(x, POINTS[1], max_iter=2, tolerance=0)
    story: RavineStory = told(tell_ravine, run)
    factors = story.factors
    assert factors is not None
    assert story.run.exact is not None
    column = story.run.data["x"]
    matrix = np.column_stack((column, np.ones(len(column))))
    _, ways = np.linalg.eigh(matrix.T @ matrix)
    least = np.array([story.run.exact.parameters[name] for name in story.run.trace.parameters])
    away = (story.plain.points[:3] - least) @ ways  # along the valley, and across it
    for before, after in pairwise(away):
        assert after == pytest.approx(np.array(factors) * before, rel=1e-6, abs=1e-9)


def test_standardising_that_changes_no_parameter_is_no_cure() -> None:
    run = Problem("a*exp(b*x)").descend(
        [-1.0, 0.0, 1.0], [0.5, 1.0, 2.2], max_iter=2, tolerance=0, start={"a": 0.0, "b": 0.0}
    )
    story: RavineStory = told(tell_ravine, run)
    assert not story.is_changed
    assert "Centre and scale" not in str(ravine_end_words.answer(story))
    assert "no parameter" in str(ravine_words.momentum(story)[0])
    line: RavineStory = told(tell_ravine, lesson_004())
    assert line.is_changed
    assert "no parameter" not in str(ravine_words.momentum(line)[0])


CARRIES_ON = "So the step carries on where past ones led, and a zigzag cancels."
OF_ITS_OWN = "Divided by its root, the step has a length of its own in each parameter."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("momentum", ["v is a sum of the gradients so far, old ones fade.", CARRIES_ON]),
        ("rmsprop", ["v is a mean of the gradients' squares, old ones fade.", OF_ITS_OWN]),
        ("adagrad", ["s is the sum of the gradients' squares.", OF_ITS_OWN]),
        ("rprop", None),
    ],
)
def test_what_a_rule_remembers_is_read_off_it(name: str, said: list[str] | None) -> None:
    found = remembered(OPTIMIZERS[name], {each: each for each in OPTIMIZERS[name].rule.state})
    plain = found and [re.sub(r"Symbol\(name='(.)'\)", r"\1", str(each)) for each in found]
    assert plain == said


def test_the_settings_numbers_are_the_run_s() -> None:
    run = Objective("x^2 + 10*y^2").descend(
        start={"x": -3.0, "y": 1.0},
        optimizer="momentum",
        optimizer_settings={"beta": 0.5},
        learning_rate=0.02,
        max_iter=5,
    )
    story: RaceStory = told(tell_race, run)
    own = next(walk for walk in story.walks if walk.run.optimizer is run.optimizer)
    assert [written(each) for each in story.settings(own)] == ["β = 0.5"]


def test_who_came_lower_is_counted() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    whole, some, one = (float(walk.cost[-1]) for walk in story.walks)
    assert whole < min(some, one)
    up = np.diff(story.walks[-1].cost) > 0
    late = (len(up) + 1) // 2
    says = str(counted(story)[-1])  # more of them the nearer they are, although they led at first
    assert f"{up[:30].sum()} of the first 30" in says
    assert f"{up[-late:].sum()} of the last {late}" in says
    assert up[:30].mean() < up[-late:].mean()
    first = [walk.cost[walk.clock <= 1 + 1e-9][-1] for walk in story.walks]
    lowest = str(story.walks[int(np.argmin(first))].name)
    expected = f"Lowest in this draw: {lowest} after one epoch, all rows at the end."
    assert str(lower(story)) == expected


def test_a_lower_rate_brings_single_rows_nearer() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    walk = slower(story)
    assert walk is not None
    assert story.least is not None
    assert walk.run.learning_rate == pytest.approx(story.rate / 10)
    assert walk.points[0] == pytest.approx(story.walks[-1].points[-1])
    assert gap_of(walk, story.least.cost) < gap_of(story.walks[-1], story.least.cost) / 2


@pytest.mark.parametrize("rate", [0.03, 0.06])
def test_with_copies_of_all_rows_each_step_is_the_same_and_reads_more(rate: float) -> None:
    run = Problem("a*x + b").descend(*POINTS, learning_rate=rate, max_iter=10, tolerance=0)
    story: BatchStory = told(tell_batches, run)
    duel = reading_duel(story)
    assert duel is not None
    walk = duel.whole
    start = dict(zip(walk.run.trace.parameters, walk.points[0].tolist(), strict=True))
    copied = [np.tile(column, duel.copies) for column in POINTS]
    again = Problem("a*x + b").descend(
        *copied, learning_rate=story.rate, start=start, max_iter=walk.run.steps, tolerance=0
    )
    assert again.trace.cost == pytest.approx(walk.cost, rel=1e-6)
    assert duel.many == len(copied[0])
    assert story.walks[-1].run.steps <= duel.many  # one row's walk is over before their first step
    steps = int(np.flatnonzero(duel.gaps <= duel.level)[0])
    assert duel.read_by_all(duel.copies) == steps * len(copied[0])
    read, gaps = duel.line
    assert duel.read_by_one is not None
    assert (gaps[read >= duel.read_by_one] <= duel.level).all()
    assert gaps[read < duel.read_by_one][-1] > duel.level
    assert duel.read_by_one < duel.read_by_all(duel.copies)


def test_that_single_rows_do_not_settle_is_seen_before_it_is_said() -> None:
    story: BatchStory = told(tell_batches, lesson_004())
    assert story.run.exact is not None
    least, (whole, *_, one) = story.run.exact.cost, story.walks
    first = whole.cost[0] - least
    assert whole.cost[-1] - least <= THERE * first
    later = one.cost[one.clock >= one.end / 2] - least
    assert later.mean() > WANDERS * THERE * first
    assert story.wanders
    assert "does not settle" in str(answer(story))
    flat = Problem("sigmoid(a*x + b)", "binary_cross_entropy")
    run = flat.descend(
        [1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 1.0, 0.0, 1.0, 1.0], learning_rate=0.2, max_iter=4
    )
    assert "settle" not in str(answer(told(tell_batches, run)))


def test_the_zoom_ends_where_the_near_picture_is() -> None:
    far, near = panel_of(Zone(-4, 4, -3, 3)), near_panel()
    ends = corners(near, near)
    assert ends[0] == pytest.approx(near.position(near.x.low, near.y.low))
    assert corners(far, near)[2] == pytest.approx(far.position(near.x.high, near.y.high))


def test_a_walk_that_overshoots_is_said_to() -> None:
    story: RaceStory = told(tell_race, lesson_004())
    for walk in story.walks:
        rose = max(walk.cost[1:4]) > walk.cost[0]
        assert ("first too far" in str(memory(story, walk))) == (rose and walk.name == "Momentum")
    assert any(overshoots(walk) for walk in story.walks)
