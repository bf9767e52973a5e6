"""The whole of symgd on lesson 004's three points, into one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from symgd.api.problem import Problem
from symgd.api.run import Run
from symgd.errors import MissingPackage, OutputError
from symgd.files import write_text
from symgd.optimize.example import EPOCHS, RATE, START, demo_problem, points

Progress = Callable[[int, int, Any], None]

FILMS = ("derive_gradient", "descend")


def demo_descent(problem: Problem) -> Run:
    """The lesson's ten epochs."""
    return problem.descend(*points(), start=START, learning_rate=RATE, max_iter=EPOCHS, tolerance=0)


def run_demo(
    folder: Path,
    *,
    films: bool = True,
    say: Callable[[str], object] = print,
    progress: Callable[[str], Progress] | None = None,
) -> None:
    """Fill `folder` with the derivation, the optimizer, the trace, the picture and the films.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of the same names are replaced.
    films : bool
        Render the films; without Manim this is said and left out.
    say : callable
        Takes the lines to print.
    progress : callable, optional
        Takes a film's name and gives its progress callback.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise OutputError(
            f"{folder} cannot be made: {failure.strerror}", "pass another folder"
        ) from None
    problem = demo_problem(Problem)
    derivation = problem.derive()
    run = demo_descent(problem)
    say(str(derivation))
    say(trace_table(run))
    say(run.outcome.message)
    documents = ("derivation.md", "derivation.html", "derivation.tex", "derivation.typ")
    for name in documents:
        derivation.save(folder / name)
    write_text(folder / "optimizer.py", problem.source())
    run.trace.to_csv(folder / "trace.csv")
    run.plot(folder / "descent.png")
    say("\nWritten:")
    for name in (*documents, "optimizer.py", "trace.csv", "descent.png"):
        say(f"  {folder / name}")
    if films:
        _render(problem, run, folder, say, progress)


def _render(
    problem: Problem,
    run: Run,
    folder: Path,
    say: Callable[[str], object],
    progress: Callable[[str], Progress] | None,
) -> None:
    for lesson in FILMS:
        try:
            film = problem.animate(
                lesson,
                run,
                output=folder / f"{lesson}.mp4",
                progress=progress(lesson) if progress else None,
            )
        except MissingPackage as missing:
            say(f"  no films: {missing}")
            return
        say(f"  {film}, with .vtt and .srt captions")


def trace_table(run: Run) -> str:
    """The trace as the lesson prints it, a row an epoch, row 0 being the start."""
    columns = [*(run.trace[name] for name in run.parameters), run.trace.cost]
    title = run.problem.notation.cost
    rows = [f"{'epoch':>5}" + "".join(f"{name:>12}" for name in (*run.parameters, title))]
    for epoch in range(len(run.trace)):
        numbers = "".join(f"{column[epoch]:>12.6f}" for column in columns)
        rows.append(f"{epoch:>5}{numbers}")
    return "\n".join(rows) + "\n"
