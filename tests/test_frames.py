"""Frames of all lessons: the last one of each beat is as it was, and can be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.animations.lessons import LESSONS
from symgd.animations.staging.beats import READING
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from passing import passed
from PIL import Image, ImageFilter
from readability import faults

from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage

STORED = Path(__file__).parent / "golden" / "frames"
SHORTER = 120  # pixels of a stored frame
ACROSS = 4  # frames in a row
BLUR, NEAR = (
    2.0,
    12,
)  # pixels over which both are averaged, and by how much of 255 they may differ then


def demo() -> Run:
    return demo_run(demo_problem(Problem))


def about(name: str, run: Run) -> dict[str, Any]:
    """What the lesson is about."""
    return {"problem": run.problem, **({"run": run} if LESSONS[name].needs == "run" else {})}


def captions_of(scene: Lesson) -> list[str]:
    """What is wrong with the captions."""
    found = [] if scene.cues else ["no captions"]
    end = 0.0
    for cue in scene.cues:
        if cue.start < end - 1e-6 or cue.end <= cue.start:
            found.append(f"{cue.beat}: the caption {cue.text!r} is out of order")
        elif len(cue.text) > (READING + 0.1) * (cue.end - cue.start) + 1:  # less than one frame
            found.append(f"{cue.beat}: no time to read {cue.text!r}")
        end = cue.end
    return found


def whole(pictures: list[Any]) -> Any:
    """All frames in one picture."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // ACROSS)
    made = Image.new("RGB", (ACROSS * width, rows * height))
    for number, picture in enumerate(pictures):
        made.paste(picture, (number % ACROSS * width, number // ACROSS * height))
    return made


def blurred(picture: Any) -> Any:
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float)


def differing(name: str, frames: dict[str, Any], folder: Path) -> list[str]:
    """The beats whose last frame is not the stored one; what was found is written beside."""
    path, found = STORED / f"{name}.png", whole([*frames.values()])
    if os.environ.get("SYMGD_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        found.save(path, optimize=True)
    stored = Image.open(path).convert("RGB")
    seen = folder / path.name
    if stored.size != found.size:
        found.save(seen)
        return [f"{name} has other beats than {path}: see {seen}"]
    told, (width, height) = [], next(iter(frames.values())).size
    for number, (beat, frame) in enumerate(frames.items()):
        left, top = number % ACROSS * width, number // ACROSS * height
        before = stored.crop((left, top, left + width, top + height))
        apart = np.abs(blurred(before) - blurred(frame)).max()
        if apart > NEAR:
            found.save(seen)
            told.append(f"{beat}: the frame differs by {apart:.0f} from {path}: see {seen}")
    return told


@pytest.mark.parametrize("name", LESSONS)
def test_frames_are_as_they_were_and_can_be_read(name: str, tmp_path: Path) -> None:
    frames: dict[str, Any] = {}
    found: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        frames[f"{len(frames) + 1} {beat.name}"] = scene.renderer.picture(scene)
        found.extend(f"{beat.name}: {fault}" for fault in faults(scene))

    scene = passed(LESSONS[name].load(), seen, SHORTER, **about(name, demo()))
    found += captions_of(scene) + differing(name, frames, tmp_path)
    assert not found, "\n".join([name, *found])


POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])


def three() -> Run:
    return Problem("a*x^2 + b*x + c").descend(*POINTS, learning_rate=0.01, max_iter=4)


def logistic() -> Run:
    passed_ = [0, 0, 0, 1, 0, 1, 1, 0, 1, 1]
    problem = Problem("sigmoid(a*x + b)", "binary_cross_entropy")
    return problem.descend(np.arange(1, 11) / 2, passed_, learning_rate=0.2, max_iter=4)


def long_names() -> Run:
    problem = Problem("slope_of_consumption*x + level_at_the_beginning")
    return problem.descend([1.0, 2.0, 3.0, 4.0], [1.2, 1.8, 3.4, 3.0], max_iter=4, tolerance=0)


def longest_names() -> Run:
    """Names of thirty letters, of parameters and of columns."""
    income, spent = "disposable_income_of_household", "consumption_of_all_households_k"
    model = f"marginal_propensity_to_consume*{income} + autonomous_consumption_at_start"
    problem = Problem(model, inputs=[income], target=spent)
    data = dict(zip((income, spent), POINTS, strict=True))
    return problem.descend(data, learning_rate=0.06, max_iter=6)


def diverging() -> Run:
    return Problem("a*x + b").descend(*POINTS, learning_rate=0.2, max_iter=10)


OTHERS = [
    ("fit_a_line", logistic, "9:16", "dark"),
    ("where_cost_lives", three, "1:1", "light"),
    ("slope_tells_direction", diverging, "9:16", "light"),
    ("batch_mini_stochastic", demo, "9:16", "dark"),
    ("ravine_and_scaling", demo, "16:9", "dark"),
    ("optimizers", long_names, "1:1", "light"),
    ("fit_a_line", longest_names, "1:1", "light"),
    ("where_cost_lives", longest_names, "9:16", "dark"),
    ("annotated_update", longest_names, "1:1", "light"),
    ("descend", longest_names, "9:16", "dark"),
    ("learning_rates", longest_names, "1:1", "light"),
    ("batch_mini_stochastic", longest_names, "9:16", "dark"),
    ("ravine_and_scaling", longest_names, "9:16", "light"),
    ("lost_on_the_mountain", longest_names, "1:1", "dark"),
]


@pytest.mark.parametrize(("name", "make", "aspect", "theme"), OTHERS)
def test_other_runs_can_be_read_on_frames_of_other_shapes(
    name: str, make: Callable[[], Run], aspect: str, theme: str
) -> None:
    found: list[str] = []

    def seen(scene: Any, beat: Any) -> None:
        found.extend(f"{beat.name}: {fault}" for fault in faults(scene))

    stage = Stage(aspect=aspect, theme=theme)
    scene = passed(LESSONS[name].load(), seen, **about(name, make()), stage=stage)
    found += captions_of(scene)
    assert not found, "\n".join([name, *found])
