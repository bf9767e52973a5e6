"""What the lesson on ravines says of standardising is what the library does, and what goes with the map goes where its linear maps take it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.animations.comparing.carried_marks import CarriedMarks
from symgd.animations.comparing.column_strip import ColumnStrip
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_frames import RavineFrames
from symgd.animations.comparing.ravine_halves import halves_of
from symgd.animations.comparing.ravine_rates import best_heavy, heavy_rates
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.comparing.tilt_picture import TiltPicture, tilt_of
from symgd.animations.staging.stage import Stage, Zone
from symgd.derivation.engine import gradient_of
from symgd.writing.words import message

Y = [1.2, 1.8, 3.4, 3.0, 2.5]
X = [1.0, 2.0, 4.0, 5.0, 3.5]


def story_of(model: str, shift: float = 0.0, scale: float = 1.0) -> RavineStory:
    run = Problem(model).descend([shift + scale * x for x in X], Y, max_iter=2, tolerance=0)
    return RavineStory(run, lambda: gradient_of(run.problem))


@pytest.mark.parametrize(
    ("model", "inputs", "centred"),
    [
        ("a*x + b", ["x"], True),
        ("a*x^2 + b*x + c", ["x", "u_a"], True),
        ("a*x + b*x^2", ["x", "u_b"], False),
    ],
)
def test_what_is_said_to_be_standardised_is_what_the_walk_standardises(
    model: str, inputs: list[str], centred: bool
) -> None:
    story = story_of(model)
    assert [each.name for each in story.columns] == inputs
    assert {each.is_centred for each in story.columns} == {centred}
    for each in story.columns:  # a mean square of 1, about 0 where it is centred
        assert np.mean((each.away / each.spread) ** 2) == pytest.approx(1)
        assert not centred or np.mean(each.away) == pytest.approx(0, abs=1e-9)


def test_a_logarithm_is_said_to_be_centred_only_where_it_is() -> None:
    story = story_of("a*log(x) + b")
    after = story.ratios[1]
    assert after is not None
    for each in story.columns:
        assert each.is_centred == (after < 1.001)


@settings(max_examples=5)
@given(shift=st.floats(-9, 9), scale=st.floats(0.3, 4))
def test_marks_go_where_the_maps_take_them_and_downhill_becomes_the_way(
    shift: float, scale: float
) -> None:
    story = story_of("a*x + b", shift, scale)
    stage = Stage(parameters=story.run.problem.parameters)
    frames, zone = RavineFrames(stage, story), stage.layout.picture
    turns = turns_of(story.turn)
    first, second = frames.alone(zone, 2, message("centred alone")), frames.after(zone)
    marks = CarriedMarks(stage, story, (first, second), (turns[2], turns[3])).show(1.0)
    axes = list(story.axes)
    there = second.panel.position(*story.after.held[axes])
    assert marks.place(marks.end, 1.0) == pytest.approx(there, abs=1e-6)
    start = second.panel.position(*story.after.start[axes])
    assert marks.place(marks.start, 1.0) == pytest.approx(start, abs=1e-6)
    floor = marks.downhill(1.0)
    assert floor is not None
    assert marks.place(floor, 1.0) == pytest.approx(there, abs=1e-3)  # circles: one step
    for part in (0.0, 0.5):  # square on the line of equal cost that is seen
        floor = marks.downhill(part)
        assert floor is not None
        slope = first.ground.hessian @ (marks.start - first.ground.centre)
        along = np.array([-slope[1], slope[0]])
        near = marks.place(marks.start + 1e-4 * along, part) - marks.place(marks.start, part)
        way = marks.place(floor, part) - marks.place(marks.start, part)
        assert abs(float(near @ way)) <= 1e-6 * np.linalg.norm(near) * np.linalg.norm(way) + 1e-12


def test_the_column_s_dots_are_its_values_and_end_centred_and_scaled() -> None:
    story, stage = story_of("a*x + b", 7.0), Stage()
    strip = ColumnStrip(stage, Zone(-3, 3, -1, 1), story.columns)
    (column,) = story.columns
    for part, values in (
        (0.0, column.values),
        (1.0, column.away),
        (2.0, column.away / column.spread),
    ):
        dots = strip.show(part).live[0][0]
        seen = [float(dot.get_center()[0]) for dot in dots]
        assert seen == pytest.approx([strip.across(value) for value in values.tolist()])


@pytest.mark.parametrize("start", [(0.2, 0.5), (-3.0, 2.0)])
def test_no_share_and_rate_that_were_tried_is_better(start: tuple[float, float]) -> None:
    hessian, part = np.array([[9.3, 4.0], [4.0, 2.0]]), 1e-3
    away = np.array(start)

    def count(share: float, rate: float) -> int:
        place, speed, last = away.copy(), np.zeros(2), 0
        for step in range(1, 301):
            speed = share * speed + hessian @ place
            place = place - rate * speed
            if not place @ hessian @ place <= part * (away @ hessian @ away):
                last = step
        return last + 1

    best = count(*best_heavy(hessian, away, part, 300))
    sizes = tuple(np.linalg.eigvalsh(hessian).tolist())
    for share in (0.5, 0.7, 0.9):
        for rate in heavy_rates(sizes, share, 10):
            assert count(share, rate) >= best - 1


@pytest.mark.parametrize("shift", [-3.0, 0.5, 4.0])
def test_a_line_tilted_about_the_mean_keeps_its_height_there(shift: float) -> None:
    story = story_of("a*x + b", shift)
    tilt = tilt_of(story)
    assert tilt is not None
    assert tilt.mean == pytest.approx(story.spread("x")[0])
    stage = Stage(parameters=("a", "b"))
    frames = RavineFrames(stage, story)
    picture = frames.before(stage.layout.picture, [story.plain])
    shown = TiltPicture(stage, stage.layout.mathematics, story, tilt, picture)
    for part in (-1.0, 0.5):
        values, least = shown.values(part, about_mean=True), story.before.held
        height = [each[tilt.slope] * tilt.mean + each[tilt.shift] for each in (values, least)]
        assert height[0] == pytest.approx(height[1])
        assert picture.panel.holds(*values[list(story.axes)])
    halves = halves_of(story)
    assert halves[2].ratio is not None
    assert story.cause is not None
    assert halves[2].ratio == story.cause.ratios[2]
