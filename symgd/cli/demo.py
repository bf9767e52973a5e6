"""The whole of symgd on lesson 004's three points, into one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from symgd.api.problem import Problem
from symgd.api.run import Run
from symgd.cli import options as cli
from symgd.errors import MissingPackage, OutputError
from symgd.files import in_utf8, read_within, write_bytes
from symgd.optimize.example import LESSON, demo_problem, points
from symgd.printable import printable
from symgd.writing.formats import format_of
from symgd.writing.shown import Shown
from symgd.writing.words import ENGLISH, Language, Words, message, words_in

Progress = Callable[[int, int, Any], None]

FILMS = ("derive_gradient", "descend")
DOCUMENTS = ("derivation.md", "derivation.html", "derivation.tex", "derivation.typ")
NAMES = (*DOCUMENTS, "optimizer.py", "trace.csv", "descent.png")


def run_demo(
    folder: Path,
    films: bool,
    language: Language,
    progress: Callable[[str], Progress],
    *,
    replace: bool,
) -> None:
    """Fill `folder` with the derivation, the optimizer, the trace, the picture and the films, and print what is there.

    Files of the same names that another wrote, or changed, are replaced only where `replace` says so. `progress` takes
    a film's name and gives its progress callback.
    """

    def say(text: str) -> None:
        click.echo(cli.fitted(text))

    problem = demo_problem(Problem)
    derivation = problem.derive()
    run = problem.descend(*points(), **LESSON)
    contents = _contents(derivation, run, problem.source(script=True), language)
    if not replace:
        _expect_ours(folder, contents, films)
    say(derivation.text(language=language, width=cli.terminal_width()))
    say(trace_table(run, words_in(language)))
    say(run.outcome.text(language, on_command_line=True))
    for name, content in contents.items():
        write_bytes(folder / name, content)
    words = words_in(language)
    say("\n" + words(message("Written:")))
    for name in NAMES:
        say(f"  {printable(str(folder / name))}")
    for lesson in FILMS if films else ():
        output, bar = folder / f"{lesson}.mp4", progress(lesson)
        try:
            problem.animate(
                lesson, run, output=output, quality="l", language=language, progress=bar
            )
        except MissingPackage as missing:
            say("  " + words(message("no films: {cause}"), cause=str(missing)))
            return
        said = message("{film}, with .vtt and .srt captions", film=printable(str(output)))
        say("  " + said.written(words=words))
    if films:
        more = message(
            "These films are of low quality; symgd animate --list shows all lessons, and --quality h is sharp."
        )
        say(words(more))


def files_in(folder: Path, films: bool) -> list[Path]:
    """Every file that the demo makes."""
    from symgd.animations.render import with_captions

    made = [path for film in FILMS if films for path in with_captions(folder / f"{film}.mp4")]
    return [*(folder / name for name in NAMES), *made]


def _contents(derivation: Shown, run: Run, source: str, language: Language) -> dict[str, bytes]:
    """What each file but the films will hold; the same every time."""
    texts = {
        **{
            name: derivation.written(format_of(name).name, document=True, language=language)
            for name in DOCUMENTS
        },
        "optimizer.py": source,
        "trace.csv": "".join(run.trace.as_csv()),
        "descent.png": run.plot(language=language).written(),
    }
    return {name: in_utf8(text) if isinstance(text, str) else text for name, text in texts.items()}


def _expect_ours(folder: Path, contents: Mapping[str, bytes], films: bool) -> None:
    """Refuse to replace what holds something else; films are the demo's own where all the rest is."""
    there = [path for path in files_in(folder, films) if path.exists()]
    whole = all(_holds(folder / name, content) for name, content in contents.items())
    for path in there:
        content = contents.get(path.name)
        if not (whole if content is None else _holds(path, content)):
            remedy = "name another folder with -o, or pass --replace"
            raise OutputError(f"{path} is there already, and not as the demo makes it", remedy)


def _holds(path: Path, content: bytes) -> bool:
    with suppress(OSError):
        return read_within(path, len(content)) == content
    return False


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
