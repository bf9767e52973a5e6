"""Other people's cases through the lessons: each is played to its end without pictures, or refused before it begins."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symgd import Objective, Problem
from symgd.animations.lessons import LESSONS
from symgd.animations.staging.beats import Beat
from symgd.errors import ProblemError
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from symgd.animations.formulas.formula import Formula
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.stories.level_start import is_level
from symgd.terms import BigSum

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
YEARS = [2001.0, 2002.0, 2003.0, 2004.0]
NO_NUMBER = re.compile(r"\b(nan|inf|infinity|zoo|None)\b|∞")
LEVEL = "annotated_update batch_mini_stochastic learning_rates lost_on_the_mountain optimizers ravine_and_scaling slope_tells_direction"


def line(x: Any = X, y: Any = Y, loss: str = "mse", of: dict[str, Any] = {}, **options: Any) -> Run:  # noqa: B006
    return Problem("a*x + b", loss, **of).descend(x, y, **{"max_iter": 4, **options})


def long_names() -> Run:
    x, y = "average_daily_temperature_celsi", "electricity_consumption_kilowat"
    model = f"growth_of_the_sales_per_degree*{x} + consumption_without_any_heatin"
    problem = Problem(model, inputs=[x], target=y)
    return problem.descend({x: X, y: Y}, learning_rate=0.06, max_iter=4)


def weighted() -> Run:
    data = {"x": X, "y": Y, "w": [1.0, 2.0, 0.5]}
    return Problem("a*x + b", weights="w").descend(data, learning_rate=0.06, max_iter=4)


def two_inputs() -> Run:
    data = {"x1": [1.0, 2, 3, 4], "x2": [2.0, 1, 4, 3], "y": [3.0, 4, 8, 9]}
    return Problem("w1*x1 + w2*x2 + b", inputs=["x1", "x2"]).descend(data, max_iter=4)


def many_rows() -> Run:
    x = np.linspace(0, 50, 200)
    return line(x, 9 + 0.2 * x + np.sin(7 * x), learning_rate=1e-3)


def decay() -> Run:
    x = np.linspace(0, 4, 9)
    start = {"a": 1.0, "b": 0.5, "c": 0.0}
    return Problem("a*exp(-b*x) + c").descend(x, 3 * np.exp(-x) + 0.5, start=start, max_iter=4)


def rosenbrock() -> Run:
    problem = Objective("(1 - x)^2 + 100*(y - x^2)^2")
    return problem.descend(start={"x": -1.2, "y": 1.0}, max_iter=4)


MADE: dict[str, tuple[Callable[[], Run], str]] = {
    "one row": (lambda: line([2.0], [3.0]), "slope_tells_direction"),
    "a constant column": (lambda: line([2.0] * 3), "annotated_update"),
    "a constant target": (lambda: line(X, [2.0] * 3), "lost_on_the_mountain"),
    "years": (lambda: line(YEARS, [3.1, 3.4, 3.9, 4.1]), "slope_tells_direction"),
    "long names": (long_names, "fit_a_line lost_on_the_mountain"),
    "absolute error": (lambda: line(loss="mae", learning_rate=0.06), "slope_tells_direction"),
    "ridge": (
        lambda: line(of={"penalty": "ridge", "settings": {"lambda": 0.1}}),
        "fit_a_line",
    ),
    "weights": (weighted, "fit_a_line"),
    "two inputs": (two_inputs, "fit_a_line optimizers"),
    "200 rows": (many_rows, "batch_mini_stochastic"),
    "a decay": (decay, "slope_tells_direction"),
    "momentum": (lambda: line(optimizer="momentum"), "slope_tells_direction"),
    "diverging": (lambda: line(learning_rate=0.3, max_iter=30), "lost_on_the_mountain"),
    "Rosenbrock": (rosenbrock, "where_cost_lives optimizers"),
    "batches": (lambda: line(batch_size=1, learning_rate=0.03), "batch_mini_stochastic"),
}
REFUSED: dict[str, tuple[Callable[[], Run], str]] = {
    "at the minimum": (lambda: line(X, [2.0, 4.0, 6.0], start={"a": 2.0, "b": 0.0}), LEVEL),
    "level but for rounding": (lambda: line(start={"a": 1.1, "b": -1 / 15}), LEVEL),
    "one row": (lambda: line([2.0], [3.0]), "batch_mini_stochastic"),
    "momentum": (
        lambda: line(optimizer="momentum"),
        "annotated_update lost_on_the_mountain",
    ),
    "batches": (
        lambda: line(batch_size=1, learning_rate=0.03),
        "fit_a_line where_cost_lives slope_tells_direction annotated_update descend",
    ),
    "a function": (rosenbrock, "fit_a_line batch_mini_stochastic ravine_and_scaling"),
}


def quick(lesson: type[Lesson], run: Run) -> Lesson:
    """The lesson, whose animations are over as soon as they begin."""

    class Quick(lesson):  # type: ignore[valid-type, misc]
        def play(self, *animations: Any, run_time: float = 1.0, **_: Any) -> None:
            assert animations  # Manim refuses to play nothing
            made = self.compile_animations(*animations, run_time=run_time)
            self.add_mobjects_from_animations(made)
            for animation in made:
                animation._setup_scene(self)
                animation.begin()
                animation.finish()
                animation.clean_up_from_scene(self)

    made: Lesson = Quick(problem=run.problem, run=run)
    return made


def pairs(of: dict[str, tuple[Callable[[], Run], str]]) -> list[tuple[str, str]]:
    return [(case, name) for case, (_, names) in of.items() for name in names.split()]


def is_inside(scene: Lesson) -> bool:
    """Whether everything that is drawn has a place, and that is in the frame."""
    layout = scene.stage.layout
    edge = np.array([layout.width / 2, layout.height / 2])
    points = [part.points for each in scene.mobjects for part in each.get_family() if len(part.points)]  # fmt: skip
    found = np.vstack(points)[:, :2]
    return bool(np.isfinite(found).all() and (np.abs(found) <= edge).all())


@pytest.mark.parametrize(("case", "name"), pairs(MADE))
def test_each_case_is_played_to_its_end(case: str, name: str) -> None:
    scene = quick(LESSONS[name].load(), MADE[case][0]())
    beats: list[Beat] = []
    for beat in scene.beats():
        beats.append(beat)
        assert not NO_NUMBER.search(str(beat.caption)), beat.caption
        if beat.show is not None:
            beat.show(scene)
        assert is_inside(scene), beat.name
        assert "sum sign" not in str(beat.caption) or holds_sum(scene)
    assert len(beats) >= 5


@pytest.mark.parametrize(("case", "name"), pairs(REFUSED))
def test_what_does_not_fit_is_refused_before_anything_is_drawn(case: str, name: str) -> None:
    scene = quick(LESSONS[name].load(), REFUSED[case][0]())
    with pytest.raises(ProblemError) as refused:
        next(iter(scene.beats()))
    assert "; " in str(refused.value)  # a cause, and a remedy
    assert not scene.mobjects


def holds_sum(scene: Lesson) -> bool:
    """Whether a sum over the rows is in the picture."""
    drawn = [part for each in scene.mobjects for part in each.get_family()]
    terms = [part.term for part in drawn if isinstance(part, Formula)]
    return any(isinstance(part, BigSum) for term in terms for _, part in term.walk())


@pytest.mark.parametrize("start", [{"a": 1.0, "b": 0.03}, {"a": 1.0, "b": 0.0300001}])
def test_a_start_is_level_by_the_size_of_its_numbers(start: dict[str, float]) -> None:
    run = line([0.1, 0.2, 0.3], [0.13, 0.23, 0.33], start=start)
    story = RunLesson(problem=run.problem, run=run).prepared()
    assert is_level(story.evaluate, [*start.values()]) == (start["b"] == 0.03)
