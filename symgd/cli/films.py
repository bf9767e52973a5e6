"""The verbs `animate` and `demo`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.bars import film_bar
from symgd.cli.group import Command
from symgd.cli.paths import InputPath, OutputPath
from symgd.cli.reading import fitting_problem
from symgd.errors import ProblemError
from symgd.printable import printable

if TYPE_CHECKING:
    from symgd.api.objective import Objective
    from symgd.api.problem import Problem
    from symgd.api.run import Run


def _film_files(output: str | None, options: Mapping[str, Any]) -> list[Path]:
    """A film and its captions, which have a name even where none is given."""
    lesson = options["lesson"]
    if lesson is None or options["listing"]:
        return []
    from symgd.animations.render import film_path, lesson_called, with_captions

    return [*with_captions(film_path(output or lesson_called(lesson).name, options["format"])[0])]


def _demo_files(folder: str, options: Mapping[str, Any]) -> list[Path]:
    from symgd.cli.demo import files_in

    return files_in(Path(folder), options["films"])


@click.command(cls=Command)
@click.argument("lesson", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the lessons there are.")
@click.option(
    "--model", default=None, metavar="FORMULA", help='The prediction formula.  [default: "a*x + b"]'
)
@click.option(
    "--function", metavar="FORMULA", help="A function without data, in the place of a model."
)
@click.option(
    "--data", type=InputPath("data file"), help="A CSV; without it, three built-in points."
)
@click.option("--x", "inputs", multiple=True, metavar="COL", help="An input's column.")
@click.option("--y", "target", metavar="COL", help="The column to predict.")
@click.option("--loss", default="mse", show_default=True)
@click.option("--parameters", help="What is learned: m,b.")
@cli.weights_option
@cli.settings_option
@cli.descent_options
@cli.seconds_option
@cli.one_of(
    "--quality", words=("l", "m", "h", "k"), default="m", help="480p15, 720p30, 1080p60 or 2160p60."
)
@cli.one_of(
    "--format",
    words=("mp4", "gif"),
    default=None,
    help="Without it, as the output's name ends, else mp4.",
)
@click.option(
    "--pace",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="All times are multiplied by this.",
)
@cli.one_of("--theme", words=("light", "dark"))
@cli.one_of("--aspect", words=("16:9", "9:16", "1:1"), help="The frame's shape, laid out anew.")
@click.option("--burn-captions", is_flag=True, help="Draw the captions into the picture.")
@cli.language_option
@click.option(*cli.OUTPUT, type=OutputPath(_film_files), help="The film's file, a .mp4 or .gif.")
def animate(lesson: str | None, listing: bool, output: str | None, **options: Any) -> None:
    r"""Render a film of LESSON, with captions beside it.

    \b
    Examples:
      symgd animate --list
      symgd animate derive_gradient -o derivation.mp4
      symgd animate descend --data bike.csv --model "m*x + b" --x distance --y calories
      symgd animate descend --function "x^2 + 10*y^2" --start x=-3,y=1 --optimizer momentum --set beta=0.8 --learning-rate 0.02
      symgd animate descend --function "(1 - x)^2 + 100*(y - x^2)^2" --start x=-1.2,y=1 --learning-rate 0.001
    """
    from symgd.animations import LESSONS

    if listing or lesson is None:
        from symgd.writing.words import words_in

        words = words_in(options["language"])
        for entry in LESSONS.values():
            click.echo(cli.fitted(f"{entry.name:<18}{words.declared(entry.title)}", 18))
        return
    from symgd.animations.render import film_path, lesson_called

    needs_run = lesson_called(lesson).needs == "run"
    path, _ = film_path(output or lesson, options["format"])
    names = ("format", "quality", "pace", "theme", "burn_captions", "language", "aspect")
    looks = {name: options.pop(name) for name in names}
    formula = options.pop("function")
    problem: Problem | Objective
    if formula is not None:
        problem, run = filmed_function(needs_run, formula, **options)
    else:
        problem, run = filmed_run(needs_run, **options)
    filmed = (run,) if run else ()
    problem.derive()
    with uncounted():
        film = problem.animate(lesson, *filmed, output=path, progress=film_bar(lesson), **looks)
    click.echo(f"film written to {printable(str(film))}, captions beside it", err=True)


def filmed_function(
    needs_run: bool, formula: str, parameters: str | None, **options: Any
) -> tuple[Objective, Run | None]:
    """What a film of a function without data is about."""
    from symgd.api.objective import Objective
    from symgd.optimize.example import EPOCHS
    from symgd.optimize.method import setting_names

    of_data = ("model", "data", "inputs", "target", "loss", "weights", "skip_bad_rows")
    cli.refuse(of_data, "is about data, and --function has none")
    descending = tuple(cli.DESCENT)
    if not needs_run:
        cli.refuse(descending, "goes with a lesson that descends")
    if not needs_run:
        return Objective(formula, parameters=parameters, settings=options["settings"]), None
    given = options.pop("settings") or {}
    descent = cli.descent_from(options)
    own = setting_names(descent["optimizer"], descent["schedule"])
    descent["optimizer_settings"] = {name: given[name] for name in own if name in given}
    rest = {name: value for name, value in given.items() if name not in own}
    objective = Objective(formula, parameters=parameters, settings=rest)
    if descent["max_iter"] is None and descent["epochs"] is None:
        descent["max_iter"] = EPOCHS
    objective.derive()
    with uncounted():
        return objective, objective.descend(**descent)


def filmed_run(
    needs_run: bool, *, data: str | None, model: str | None, target: str | None, **options: Any
) -> tuple[Problem, Run | None]:
    """What a film is about: the user's formula and data, or the built-in points where none are given."""
    from symgd.api.problem import Problem
    from symgd.optimize.example import EPOCHS, LESSON, MODEL, demo_problem, points

    descending = tuple(cli.DESCENT)
    if not needs_run:
        cli.refuse(descending, "goes with a lesson that descends")
    if data is None:
        of_columns = (*(("inputs",) if model is None else ()), "target", "weights", "skip_bad_rows")
        cli.refuse(of_columns, "goes with --data, which has the columns")
    if (
        data is None
        and model is None
        and not cli.typed(("loss", "parameters", "settings", *descending))
    ):
        problem = demo_problem(Problem)
        return problem, problem.descend(*points(), **LESSON) if needs_run else None
    descent = cli.descent_from(options)
    if descent["max_iter"] is None and descent["epochs"] is None:
        descent["epochs"] = EPOCHS
    if data is not None:
        targets = [target] if target else []
        problem, columns = fitting_problem(data, model or MODEL, targets=targets, **options)
        return problem, _descended(problem, columns, **descent) if needs_run else None
    chosen = {name: options[name] for name in ("inputs", "parameters", "settings")}
    problem = Problem(model or MODEL, options["loss"], **chosen)
    if needs_run and len(problem.inputs) > 1:
        cause = f"the built-in points have one input and the model reads {len(problem.inputs)}"
        raise ProblemError(cause, "pass a CSV with --data, and its columns with --x and --y")
    return problem, _descended(problem, *points(), **descent) if needs_run else None


def _descended(problem: Problem, *data: Any, **descent: Any) -> Run:
    """A descent, whose time is its own."""
    problem.derive()
    with uncounted():
        return problem.descend(*data, **descent)


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
