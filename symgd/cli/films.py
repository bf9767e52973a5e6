"""The verbs `animate` and `demo`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.bars import film_bar
from symgd.cli.filmed import filmed_function, filmed_run
from symgd.cli.group import Command
from symgd.cli.paths import InputPath, OutputPath
from symgd.printable import printable

if TYPE_CHECKING:
    from symgd.api.objective import Objective
    from symgd.api.problem import Problem
    from symgd.api.run import Run

COURSE = "course"  # all lessons


def _film_files(output: str | None, options: Mapping[str, Any]) -> list[Path]:
    """A film and its captions, which have a name even where none is given."""
    lesson = options["lesson"]
    if lesson is None or options["listing"]:
        return []
    from symgd.animations.lessons import lesson_called
    from symgd.animations.render import film_path, with_captions

    if lesson == COURSE:
        return []
    return [*with_captions(film_path(output or lesson_called(lesson).name, options["format"])[0])]


class FilmPath(OutputPath):
    """A film's file, or the folder of a course."""

    def __init__(self, written: Any) -> None:
        super().__init__(written)
        self.dir_okay = True


def _demo_files(folder: str, options: Mapping[str, Any]) -> list[Path]:
    from symgd.cli.demo import files_in

    return files_in(Path(folder), options["films"])


look_options: Mapping[str, cli.Decorator] = {
    "quality": cli.one_of("--quality", words=("l", "m", "h", "k"), default="m", help="480p15, 720p30, 1080p60 or 2160p60."),
    "format": cli.one_of("--format", words=("mp4", "gif", "webm", "png", "html"), default=None, help="A film, a moving picture, the last picture, or slides. Without it, as the output's name ends, else mp4."),
    "pace": click.option("--pace", type=click.FloatRange(min=0.05), default=1.0, show_default=True, help="All times are multiplied by this."),
    "theme": cli.one_of("--theme", words=("light", "dark")),
    "aspect": cli.one_of("--aspect", words=("16:9", "9:16", "1:1"), help="The frame's shape, laid out anew."),
    "burn_captions": click.option("--burn-captions", is_flag=True, help="Draw the captions into the picture."),
    "reduced_motion": click.option("--reduced-motion", is_flag=True, help="Nothing moves: what would is cross-faded."),
    "section": click.option("--section", multiple=True, metavar="NAME", help="Only the beat of this name; once for each."),
    "language": cli.language_option,
    "cache": click.option("--cache/--no-cache", default=True, show_default=True, help="Keep what is drawn, and take what was drawn before."),
}  # fmt: skip
"""How a film looks: each argument of `Problem.animate` with its option."""

about_options = cli.together(
    click.option("--model", metavar="FORMULA", help='The prediction formula.  [default: "a*x + b"]'),
    click.option("--function", metavar="FORMULA", help="A function without data, in the place of a model."),
    click.option("--data", type=InputPath("data file"), help="A CSV; without it, three built-in points."),
    click.option("--x", "columns", multiple=True, metavar="COL", help="An input's column."),
    click.option("--y", "target_column", metavar="COL", help="The column to predict."),
    cli.problem_options,
    cli.descent_options,
    cli.seconds_option,
)  # fmt: skip
"""What a film is about."""


@click.command(cls=Command)
@click.argument("lesson", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the lessons there are.")
@about_options
@cli.together(*look_options.values())
@click.option("--preview", is_flag=True, help="Draw it at low quality, and open it.")
@click.option(
    *cli.OUTPUT, type=FilmPath(_film_files), help="The film's file, or the course's folder."
)
def animate(lesson: str | None, listing: bool, output: str | None, **options: Any) -> None:
    r"""Render a film of LESSON, with captions beside it.

    The lesson "course" is all of them, into a folder with a page that plays them in order.

    \b
    Examples:
      symgd animate --list
      symgd animate derive_gradient -o derivation.mp4
      symgd animate derive_gradient --format html -o slides.html
      symgd animate descend --data bike.csv --model "m*x + b" --x distance --y calories
      symgd animate descend --function "x^2 + 10*y^2" --start x=-3,y=1 --optimizer momentum --set beta=0.8 --learning-rate 0.02
      symgd animate descend --function "(1 - x)^2 + 100*(y - x^2)^2" --start x=-1.2,y=1 --learning-rate 0.001
      symgd animate course -o lessons --quality l
    """
    if listing or lesson is None:
        list_lessons(options["language"])
        return
    from symgd.animations.lessons import lesson_called
    from symgd.animations.render import film_path

    looks = {name: options.pop(name) for name in look_options}
    looks["section"] = looks["section"] or None
    preview = options.pop("preview")
    if preview:
        cli.refuse(("quality",), "has no use with --preview, which is of low quality")
        looks["quality"] = "l"
    if lesson == COURSE:
        film = _course(output, looks, options)
    else:
        needs_run = lesson_called(lesson).needs == "run"
        path, _ = film_path(output or lesson, looks["format"])
        problem, filmed = _about(needs_run, options)
        with uncounted():
            film = problem.animate(lesson, *filmed, output=path, progress=film_bar(lesson), **looks)
        held = path.suffix in (".png", ".html")
        beside = "" if held else ", captions beside it"
        click.echo(f"film written to {printable(str(film))}{beside}", err=True)
    if preview and not opened(str(film)):
        click.echo(f"symgd: nothing here shows it; open {printable(str(film))}", err=True)


def list_lessons(language: str | None) -> None:
    """The lessons with their titles, and those that cannot be loaded with the reason."""
    from symgd.animations.lessons import available, installed
    from symgd.writing.words import message, words_in

    words = words_in(language)
    said = words(message("all lessons in order, with a page that plays them"))
    rows = [(entry.name, words.declared(entry.title)) for entry in available()]
    width = max(18, *(len(name) + 2 for name, _ in rows))
    for name, title in (*rows, (COURSE, said)):
        click.echo(cli.fitted(f"{name:<{width}}{title}", width))
    for broken in installed().values():
        if isinstance(broken, str):
            click.echo(f"symgd: {printable(broken)}", err=True)


def _about(needs_run: bool, options: dict[str, Any]) -> tuple[Problem | Objective, tuple[Run, ...]]:
    """What a film is about, derived."""
    formula = options.pop("function")
    problem: Problem | Objective
    if formula is not None:
        problem, run = filmed_function(needs_run, formula, **options)
    else:
        problem, run = filmed_run(needs_run, **options)
    problem.derive()
    return problem, (run,) if run else ()


def _course(output: str | None, looks: dict[str, Any], options: dict[str, Any]) -> Path:
    """All lessons, into a folder."""
    cli.refuse(("section",), "is of one lesson, and a course has all")
    from symgd.animations.course import course

    kind = looks.pop("format")
    if kind not in (None, "mp4", "webm"):
        raise click.UsageError(f"a course is of films, mp4 or webm, and not of {kind}")
    looks.pop("section")
    problem, filmed = _about(True, options)
    with uncounted():
        made = course(
            problem,
            *filmed,
            output=output or COURSE,
            format=kind or "mp4",
            progress=film_bar(COURSE),
            **looks,
        )
    for name, reason in made.left_out:
        click.echo(f"symgd: left out {name}: {reason}", err=True)
    click.echo(f"course written to {printable(str(made.page))}", err=True)
    return made.page


def opened(path: str) -> bool:
    """Whether the machine has opened a file in what it shows such files with."""
    if sys.platform == "win32":
        os.startfile(path)
        return True
    viewer = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    seen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")  # fmt: skip
    if viewer is None or not seen:
        return False
    quiet = subprocess.DEVNULL
    return subprocess.run([viewer, path], stdout=quiet, stderr=quiet, check=False).returncode == 0


@click.command(cls=Command, short_help="Do the whole of it on three built-in points.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=OutputPath(_demo_files, folder=True),
    default="symgd-demo",
    show_default=True,
    help="The folder to fill.",
)
@click.option(
    "--films/--no-films", default=True, show_default=True, help="Render the two films as well."
)
@click.option(
    "--replace", is_flag=True, help="Replace files of the same names, whatever they hold."
)
@cli.language_option
def demo(folder: str, films: bool, replace: bool, language: str | None) -> None:
    r"""Do the whole of it on three built-in points: derivation, optimizer, descent, picture and films.

    What the folder holds under the same names is not replaced, unless the demo made it just so.

    \b
    Examples:
      symgd demo
      symgd demo -o lesson --no-films
    """
    from symgd.cli.demo import run_demo

    run_demo(Path(folder), films, language, film_bar, replace=replace)
