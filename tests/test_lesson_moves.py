"""What is seen while something moves in the lessons `descend` and `learning_rates`: one number, one plot, whole lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.example import demo_problem, demo_run

pytest.importorskip("manim", reason="films need Manim")

from manim import config, tempconfig
from manim.utils.family import extract_mobject_family_members
from passing import passed

from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.descend import Descend
from symgd.animations.descending import descend_end_words, descend_words
from symgd.animations.formulas.numerals import numeral
from symgd.animations.learning_rates import LearningRates
from symgd.animations.making.production import Production, settings_of
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.staging.encoder import Pictures
from symgd.animations.staging.projector import Projector, Roll
from symgd.animations.staging.stage import Stage
from symgd.animations.stories.descent_story import tell
from symgd.terms import Symbol
from symgd.writing.words import message, words_in

RATE = 3  # frames a second: what is drawn is looked at, not how smoothly
POINTS = ([1.0, 2.0, 3.0, 4.0], [1.2, 1.8, 3.4, 3.1])


class Watching(Projector):
    """Draws nothing, and calls `look` with the scene and the parts of which each moving picture is made."""

    look: Callable[[Any, set[Any]], None]

    def update_frame(self, scene: Any, mobjects: Any = None, *rest: Any, **more: Any) -> None:
        """What would be drawn of what moves."""
        if mobjects is scene.moving_mobjects:
            self.look(scene, {*extract_mobject_family_members(mobjects)})

    def get_frame(self) -> Any:
        """No picture."""
        return np.zeros((4, 8, 3), np.uint8)


class Unseen(Roll):
    """Keeps nothing."""

    def frame(self, pixels: Any, times: int = 1) -> None:
        """No frame."""


def watched(lesson: Any, look: Callable[[Any, set[Any]], None], **given: Any) -> None:
    """A lesson gone through frame by frame, as a film is drawn."""
    size = Pictures(128, 72, RATE)
    roll = Unseen(lambda _: True, lambda *_: None, lambda _: False, size)
    with tempconfig(settings_of(Production(lesson, None, None, None, Stage(), size))):
        projector = Watching(roll)
        projector.look = look
        assert config.frame_rate == RATE
        lesson(projector, stage=Stage(), **given).render()


@pytest.mark.parametrize("lesson", [Descend, LearningRates])
def test_a_part_that_was_exchanged_is_drawn_no_more(lesson: Any) -> None:
    frames = 0

    def look(scene: Any, drawn: set[Any]) -> None:
        nonlocal frames
        frames += 1
        there = {*scene.get_mobject_family_members()}
        assert not [each for each in drawn - there if len(each.points)]

    watched(lesson, look)
    assert frames > 10 * RATE


def test_while_readouts_change_each_has_one_number_and_the_gradient_one_head() -> None:
    seen: list[int] = []

    def look(scene: Any, drawn: set[Any]) -> None:
        live = getattr(scene, "readouts", None)
        if live is not None and live.live in drawn:
            heights = [live.line(1) + 0.09, live.line(2) + 0.09]
            left = live.zone.left + 2
            parts = [p for p in drawn if len(p.points) and p.get_center()[0] > left]
            bars = [p for p in parts if min(abs(p.get_center()[1] - h) for h in heights) < 1e-6]
            seen.append(len(bars))

    watched(Descend, look)
    assert seen
    assert {*seen} == {3}  # the gradient's shaft and head, and the step's bar


def moments(lesson: Any, look: Callable[[Any], None], **given: Any) -> None:
    """A lesson gone through, with stops in each move."""
    passed(lesson, lambda *_: None, meanwhile=lambda scene, _: look(scene), **given)


def test_while_the_data_shrink_each_residual_joins_its_dot_and_the_line() -> None:
    stops = 0

    def look(scene: Any) -> None:
        nonlocal stops
        fit = getattr(scene, "fit", None)
        if not isinstance(fit, FitPicture) or not len(fit.residuals.points):
            return
        stops += 1
        for dot, x, y in zip(fit.points, fit.inputs[0], fit.actual, strict=True):
            assert np.allclose(dot.get_center(), fit.panel.position(x, y))
        starts = fit.residuals.points[::4]
        for dot in fit.points:
            away = np.linalg.norm(starts - dot.get_center(), axis=1).min()
            assert away < 1e-6
        box = fit.panel.box
        assert fit.line.get_left()[0] == pytest.approx(box.left, abs=1e-6)

    moments(Descend, look)
    assert stops > 10


def test_updates_go_to_their_place_without_crossing() -> None:
    crossed: list[float] = []

    def look(scene: Any) -> None:
        large = getattr(scene, "large", None)
        if large is None or not {*large} <= {*scene.get_mobject_family_members()}:
            return
        if len(large) == 2:
            upper, lower = large
            crossed.append(float(upper.get_bottom()[1] - lower.get_top()[1]))

    moments(Descend, look)
    assert crossed
    assert min(crossed) > 0


def test_titles_change_with_their_answers() -> None:
    said: list[tuple[str, str]] = []
    run = demo_run(demo_problem(Problem))
    spoken: list[str] = []

    class Heard(Descend):
        def set_heading(self, said: Any) -> None:
            spoken.append(self.stage.said(said))
            super().set_heading(said)

    passed(Heard, lambda _, beat: said.append((beat.name, spoken[-1])), run=run)
    titles = dict(said)
    story = tell(run, run.problem.derive)
    assert titles["which way"].endswith("?")
    assert titles["the gradient"] == "a should grow: there the cost falls."
    gap = Stage().said(message("{gap}", gap=numeral(float(story.cost[10]) - (story.least or 0.0))))
    assert gap in titles["the gap"]
    assert gap == "0.06978"
    last = Stage().said(descend_end_words.gap(story, story.last))
    assert titles["run on"] == last
    assert gap not in last
    assert titles["the gap"] != last


@pytest.mark.parametrize("start", [-3.0, 0.2, 50.0])
def test_the_question_which_way_has_an_arrow_each_way(start: float) -> None:
    run = Problem("a*exp(-b*x)").descend(*POINTS, start={"a": start, "b": 0.0}, max_iter=5)
    arrows: list[float] = []

    def seen(scene: Any, beat: Any) -> None:
        if beat.name == "which way":
            along = descend_words.asked_about(scene.story)  # a across, b upwards
            here = scene.point.dot.get_center()[along]
            arrows.extend(float(each.get_center()[along] - here) for each in scene.arrow)
            slopes = [abs(slope) for slope in scene.story.gradient(0)]
            assert slopes[along] == max(slopes)

    passed(Descend, seen, run=run)
    assert min(arrows) < 0 < max(arrows)
    assert sum(arrow < 0 for arrow in arrows) == sum(arrow > 0 for arrow in arrows)


def test_of_many_rows_no_remark_lies_over_the_dots() -> None:
    xs = np.linspace(1.5, 5.0, 300)
    run = Problem("a*x + b").descend(xs, 50 + 10 * xs, learning_rate=0.01, max_iter=5)

    def seen(scene: Any, _: Any) -> None:
        for words in scene.fit.panel.note:
            assert words.get_bottom()[1] > scene.fit.panel.box.top

    passed(Descend, seen, run=run)


def lines_of(scene: Any) -> Iterator[Any]:
    """The lines of the limit's rule."""
    lines = LimitLines(scene.stage, scene.board, scene.lanes, scene.rule)
    yield from (lines.step, lines.collected)


def test_the_next_distance_is_in_the_films_language() -> None:
    scene = passed(LearningRates, lambda *_: None, stage=Stage(words=words_in("fr")))
    for line in lines_of(scene):
        assert line.term.left == Symbol("d_suivant")


def test_no_line_ends_inside_a_power_of_ten() -> None:
    said = message("{gap} above", gap=numeral(2.1e-6))
    stage = Stage()
    one = stage.sentence(numeral(2.1e-6)).width
    for width in np.linspace(1.05, 1.6, 7):
        first, *_ = words = [*stage.sentence(said, width=one * width)]
        power = words[: len(stage.sentence(numeral(2.1e-6)))]
        assert all(abs(glyph.get_center()[1] - first.get_center()[1]) < 0.2 for glyph in power)
