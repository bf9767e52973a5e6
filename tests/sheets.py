"""Contact sheets: how each beat of a lesson ends, in one picture, without making a film.

    python tests/sheets.py fit_a_line [descend …] [--model FORMULA --data CSV --x COL --y COL] [--theme dark] [--aspect 9:16] -o FOLDER

Motion is skipped, so that a lesson takes seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

HEIGHT, ACROSS = 300, 4


def frames(scene_class: Any, height: int = HEIGHT, **given: Any) -> Iterator[tuple[str, Any]]:
    """The name of each beat, and its last picture; `given` are the lesson's own arguments."""
    from passing import passed

    from symgd.animations.staging.layout import ASPECTS
    from symgd.animations.staging.stage import Stage

    layout = ASPECTS[given.setdefault("stage", Stage()).aspect]
    made: list[tuple[str, Any]] = []
    passed(
        scene_class,
        lambda scene, beat: made.append((beat.name, scene.renderer.picture(scene))),
        height if layout.width > layout.height else round(height * 0.75),
        **given,
    )
    yield from made


def sheet(pictures: list[tuple[str, Any]]) -> Any:
    """All pictures in one, each with its number and name above it."""
    width, height = pictures[0][1].size
    across = ACROSS if width >= height * 1.5 else 2 * ACROSS
    whole = Image.new(
        "RGB", (across * (width + 6), -(-len(pictures) // across) * (height + 20)), "#888888"
    )
    pen = ImageDraw.Draw(whole)
    for number, (name, picture) in enumerate(pictures):
        left, top = number % across * (width + 6), number // across * (height + 20)
        pen.text((left + 4, top + 4), f"{number + 1} {name}", fill="white")
        whole.paste(picture, (left, top + 18))
    return whole


def _main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("lessons", nargs="+")
    for name in ("--model", "--data", "--x", "--y", "--start", "--rate", "--loss", "--optimizer"):
        asked.add_argument(name)
    asked.add_argument("--steps", type=int, default=10)
    asked.add_argument("--theme", default="light")
    asked.add_argument("--aspect", default="16:9")
    asked.add_argument("--language", default="en")
    asked.add_argument("--height", type=int, default=HEIGHT)
    asked.add_argument("-o", "--output", default=".")
    given = asked.parse_args()

    import symgd
    from symgd.animations.lessons import lesson_called
    from symgd.animations.staging.stage import Stage
    from symgd.optimize.example import demo_problem, demo_run, points
    from symgd.writing.words import words_in

    stage = Stage(theme=given.theme, aspect=given.aspect, words=words_in(given.language))
    problem: Any = demo_problem(symgd.Problem)
    run: Any = demo_run(problem)
    asked_of_a_run = (given.start, given.rate, given.loss, given.optimizer)
    if not given.model and any(asked_of_a_run):
        asked.error(
            "--start, --rate, --loss and --optimizer shape a run of one's own: give --model"
        )
    if given.model:
        inputs = (given.x or "").split(",")  # several, as in --x TV,Radio
        columns = symgd.read_csv(given.data, [*inputs, given.y]) if given.data else None
        roles: dict[str, Any] = {"inputs": inputs, "target": given.y} if given.data else {}
        problem = symgd.Problem(given.model, given.loss or "mse", **roles)
        pairs = [part.split("=") for part in (given.start or "").split(",") if part]
        options: dict[str, Any] = (
            {"start": {name: float(value) for name, value in pairs}} if pairs else {}
        )
        options |= {"optimizer": given.optimizer} if given.optimizer else {}
        options["learning_rate"] = float(given.rate) if given.rate else "auto"
        data = (columns,) if columns is not None else points()
        run = problem.descend(*data, max_iter=given.steps, **options)
    for name in given.lessons:
        entry = lesson_called(name)
        about = {"problem": problem, **({"run": run} if entry.needs == "run" or given.data else {})}
        pictures = [*frames(entry.load(), given.height, stage=stage, **about)]
        path = Path(given.output) / f"{name}.png"
        sheet(pictures).save(path)
        print(path, len(pictures), "beats")


if __name__ == "__main__":
    _main()
