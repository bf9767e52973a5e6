"""The whole of symgd on lesson 004's three points, into one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from symgd.api.problem import Problem
from symgd.api.run import Run
from symgd.cli import options as cli
from symgd.errors import MissingPackage
from symgd.files import write_text
from symgd.optimize.example import LESSON, demo_problem, points
from symgd.printable import printable
from symgd.writing.words import ENGLISH, Language, Words, message, words_in

Progress = Callable[[int, int, Any], None]

FILMS = ("derive_gradient", "descend")
DOCUMENTS = ("derivation.md", "derivation.html", "derivation.tex", "derivation.typ")
NAMES = (*DOCUMENTS, "optimizer.py", "trace.csv", "descent.png")


def run_demo(
    folder: Path, films: bool, language: Language, progress: Callable[[str], Progress]
) -> None:
    """Fill `folder` with the derivation, the optimizer, the trace, the picture and the films, and print what is there.

    Files of the same names are replaced. `progress` takes a film's name and gives its progress callback.
    """

    def say(text: str) -> None:
        click.echo(cli.fitted(text))

    problem = demo_problem(Problem)
    derivation = problem.derive()
    run = problem.descend(*points(), **LESSON)
    say(derivation.text(language=language, width=cli.terminal_width()))
    say(trace_table(run, words_in(language)))
    say(run.outcome.text(language, on_command_line=True))
    for name in DOCUMENTS:
        derivation.save(folder / name, language=language)
    write_text(folder / "optimizer.py", problem.source())
    run.trace.to_csv(folder / "trace.csv")
    run.plot(folder / "descent.png", language=language)
    words = words_in(language)
    say("\n" + words(message("Written:")))
    for name in NAMES:
        say(f"  {printable(str(folder / name))}")
    for lesson in FILMS if films else ():
        output, bar = folder / f"{lesson}.mp4", progress(lesson)
        try:
            problem.animate(lesson, run, output=output, language=language, progress=bar)
        except MissingPackage as missing:
            say("  " + words(message("no films: {cause}"), cause=str(missing)))
            return
        said = message("{film}, with .vtt and .srt captions", film=printable(str(output)))
        say("  " + said.written(words=words))


def trace_table(run: Run, words: Words = ENGLISH) -> str:
    """The trace as the lesson prints it, a row an epoch, row 0 being the start."""
    columns = [*(run.trace[name] for name in run.parameters), run.trace.cost]
    title = run.problem.notation.cost
    rows = [
        f"{words(message('epoch')):>5}"
        + "".join(f"{name:>12}" for name in (*run.parameters, title))
    ]
    for epoch in range(len(run.trace)):
        numbers = "".join(f"{column[epoch]:>12.6f}" for column in columns)
        rows.append(f"{epoch:>5}{numbers}")
    return "\n".join(rows) + "\n"
