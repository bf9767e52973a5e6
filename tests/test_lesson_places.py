"""What is spoken of is large in the films of a descent: the cost while it is asked about, and steps that are short."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed
from test_animations_descend import (
    POINTS,
    RUNS,
    diverging,
    lesson_004,
    long_names,
    one_parameter,
    several_inputs,
    told_of,
)

from symgd.animations.annotated_update import AnnotatedUpdate
from symgd.animations.descend import Descend
from symgd.animations.descending.annotated_views import NEARER
from symgd.animations.descending.descent_numbers import Readouts
from symgd.animations.pictures.fit_picture import FEW, FitPicture
from symgd.animations.pictures.parameter_picture import APART, STOP, ParameterPicture
from symgd.animations.pictures.trace_table import TraceTable
from symgd.animations.staging.layout import ASPECTS, Zone
from symgd.animations.staging.stage import Stage
from symgd.writing.formulas.text import text

ASKED = "are we there", "the gap", "run on", "a log scale", "another rate"
ROOM = Zone(0, 6, -3, 3)


def area(panel: Any) -> float:
    """How large a panel is."""
    return float(panel.box.width * panel.box.height)


def changing_rate() -> Run:
    return Problem("m*x + b").descend(*POINTS, learning_rate="0.1/(1 + t)", max_iter=8)


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("make", [lesson_004, one_parameter, several_inputs, long_names])
def test_the_cost_is_large_while_it_is_asked_about(make: Callable[[], Run], aspect: str) -> None:
    beats: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        if not hasattr(scene, "curve") or beat.name in ("scaled columns", "the parameters"):
            return
        curve, point = scene.curve, scene.point
        assert (area(curve.panel) > area(point.panel)) == (beat.name in ASKED)
        assert curve.time == point.time or beat.name not in ASKED
        beats.append(beat.name)

    run = make()
    passed(Descend, seen, run=run, problem=run.problem, stage=Stage(aspect=aspect))
    assert "are we there" in beats
    assert "the whole descent" in beats


def test_the_last_table_tells_how_far_each_row_is_above_the_minimum() -> None:
    story = told_of(lesson_004())
    table = TraceTable(Stage(), ROOM, story, [0, 10, story.last], 6, above=True)
    for step in (0, 10, story.last):
        table.make_room(step)
        table.rows[step] = table.row(step)
    assert story.least is not None
    for row in (*table.rows.values(), table.least()):
        assert len(row) == len(story.names) + 2
        assert row[-1].get_right()[0] == pytest.approx(ROOM.right, abs=0.05)
    gaps = [text(row[-1].term) for row in (*table.rows.values(), table.least())]
    assert gaps[-1] == "0"
    assert len({*gaps}) == len(gaps)


@pytest.mark.parametrize("make", [lesson_004, changing_rate])
def test_the_box_of_a_rate_is_as_long_as_the_rate_is_beside_the_largest(
    make: Callable[[], Run],
) -> None:
    story = told_of(make())
    readouts = Readouts(Stage(), ROOM, story)
    boxes = []
    for step in range(story.steps):
        every = [*readouts.still.get_family(), *readouts.show(step).live.get_family()]
        found = [p for p in every if p.get_fill_opacity() == 0 and p.get_stroke_width() == 2]
        (box,) = (p for p in found if len(p.points))
        boxes.append(float(box.width))
    rates = [story.rate_at(step) for step in range(story.steps)]
    most = max(story.rate_at(step) for step in range(max(1, story.last)))
    np.testing.assert_allclose(boxes, np.array(rates) / most * readouts.longest, rtol=0.02)


@pytest.mark.parametrize("make", RUNS)
def test_no_two_points_of_a_path_run_together(make: Callable[[], Run]) -> None:
    story = told_of(make())
    picture = ParameterPicture(Stage(), ROOM, story).show(story.steps)
    for one, other in pairwise(picture.stops):
        apart = float(np.linalg.norm(one.get_center() - other.get_center()))
        assert apart >= APART * STOP - 1e-9


def test_many_points_are_smaller_in_a_small_picture_and_few_are_not() -> None:
    small, large = Zone(0, 3, 0, 2.5), Zone(0, 8, 0, 6)
    for count in (3, FEW + 1):
        x = np.linspace(0, 1, count)
        story = told_of(Problem("m*x + b").descend(x, 2 * x + 1, max_iter=2))
        sizes = [FitPicture(Stage(), zone, story).points[0].width for zone in (small, large)]
        assert (sizes[0] < sizes[1]) == (count > FEW)
        moved = FitPicture(Stage(), large, story)
        moved.within(FitPicture(Stage(), small, story).panel.box)
        assert moved.points[0].width == pytest.approx(sizes[0])


@pytest.mark.parametrize("make", [lesson_004, long_names, diverging, several_inputs])
def test_short_steps_of_an_update_are_seen_from_near_beside_the_map(
    make: Callable[[], Run],
) -> None:
    seen: dict[str, Any] = {}

    def look(scene: Any, beat: Any) -> None:
        seen[beat.name] = scene.close

    run = make()
    scene: Any = passed(AnnotatedUpdate, look, run=run, problem=run.problem)
    close, story = seen["and again"], scene.story
    assert seen["the move"] is None
    assert (close is None) == (not scene.closer)
    if close is None:
        return
    for step in range(scene.closer, story.singly):
        ends = [
            [each.panel.position(*each.point(k)) for k in (step, step + 1)]
            for each in (scene.point, close.lens)
        ]
        sizes = [float(np.linalg.norm(there - here)) for here, there in ends]
        assert sizes[1] >= 0.99 * NEARER * sizes[0]
        assert close.lens.panel.holds(*close.lens.point(step + 1))
        ways = [(there - here) / size for (here, there), size in zip(ends, sizes, strict=True)]
        if scene.point.even and close.view.equal:
            assert ways[0] == pytest.approx(ways[1], abs=1e-6)
    low, high = close.mark.get_corner((-1, -1, 0)), close.mark.get_corner((1, 1, 0))
    assert (low[:2] - 1e-6 <= scene.point.dot.get_center()[:2]).all()
    assert (scene.point.dot.get_center()[:2] <= high[:2] + 1e-6).all()
