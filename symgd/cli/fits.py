"""The verb `fit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from symgd.cli.group import DONE, INTERRUPTED, NOT_CONVERGED, Command
from symgd.cli.options import (
    ascii_option,
    descent_from,
    descent_options,
    language_option,
    loss_options,
    text_or_json,
)

if TYPE_CHECKING:
    from symgd.optimize.run import Run


@click.command(cls=Command)
@click.argument("data", type=click.Path(allow_dash=True))
@click.option(
    "--model", required=True, metavar="FORMULA", help='The prediction formula, such as "m*x + b".'
)
@click.option(
    "--x",
    "inputs",
    multiple=True,
    metavar="COL",
    help="An input's column; once for each input of the model.",
)
@click.option(
    "--y",
    "targets",
    multiple=True,
    metavar="COL",
    help="The column to predict; once for each class of a loss that has several.",
)
@loss_options
@click.option("--parameters", help="What is learned: m,b.")
@descent_options
@click.option(
    "--plot",
    type=click.Path(dir_okay=False),
    help="Draw data, parameters and cost to a .png, .svg or .pdf.",
)
@click.option("--trace", type=click.Path(dir_okay=False), help="Write every step to a CSV.")
@text_or_json
@language_option
@ascii_option
def fit(
    data: str,
    form: str,
    plot: str | None,
    trace: str | None,
    ascii: bool,
    language: str | None,
    **options: Any,
) -> None:
    r"""Fit a formula to the columns of a CSV by gradient descent.

    Exit code 0: ended by a tolerance, or after the --max-iter steps that were asked for. 1: out of the default steps, or diverged. 2: something in the input is wrong. 130: interrupted.

    \b
    Examples:
      symgd fit bike.csv --model "m*x + b" --x distance --y calories
      symgd fit bike.csv --model "m*x + b" --x distance --y calories --learning-rate 1e-4 --max-iter 1000 --tolerance 0 --plot fit.png
    """
    from symgd.cli.fit_data import fitting_problem
    from symgd.files import expect_apart
    from symgd.writing.words import words_in

    words_in(language)  # a language that there is not is said before the descent
    expect_apart({"--plot": plot, "--trace": trace}, [data] if data != "-" else [])
    descent = descent_from(options)
    problem, columns = fitting_problem(data, **options)
    run = problem.descend(columns, **descent)
    from symgd.optimize.report import as_json, as_text

    if form == "json":
        click.echo(as_json(run, language=language), nl=False)
    else:
        click.echo(as_text(run, ascii=ascii, language=language, on_command_line=True), nl=False)
    if trace is not None:
        run.trace.to_csv(trace)
    if plot is not None:
        run.plot(plot, language=language)
    click.get_current_context().exit(_exit_code(run, descent["max_iter"] is not None))


def _exit_code(run: Run, asked: bool) -> int:
    if run.outcome.kind == "interrupted":
        return INTERRUPTED
    ended = run.outcome.kind == "converged" or (run.outcome.kind == "out of steps" and asked)
    return DONE if ended else NOT_CONVERGED
