"""The verb `fit`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.codes import DONE, INTERRUPTED, VERDICT
from symgd.cli.group import Command
from symgd.cli.paths import InputPath
from symgd.cli.process import keeping
from symgd.errors import ProblemError, counted
from symgd.files import PICTURES, TABLE
from symgd.printable import printable

if TYPE_CHECKING:
    from symgd.api.problem import Problem
    from symgd.data.columns import Columns
    from symgd.optimize.run import Run


@click.command(cls=Command)
@click.argument("data", type=InputPath("data file"))
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
@cli.loss_options
@click.option("--parameters", help="What is learned: m,b.")
@cli.descent_options
@cli.seconds_option
@cli.file_option(
    "--plot", known=PICTURES, help="Draw data, parameters and cost to a .png, .svg or .pdf."
)
@cli.file_option("--trace", known=TABLE, help="Write every step to a CSV.")
@cli.text_or_json
@cli.language_option
@cli.ascii_option
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

    Exit code 0: converged, or after the --max-iter steps that were asked for. 1: out of the default steps, stalled, or diverged. 130: interrupted. symgd --help lists the others.

    \b
    Examples:
      symgd fit bike.csv --model "m*x + b" --x distance --y calories
      symgd fit bike.csv --model "m*x + b" --x distance --y calories --learning-rate 1e-4 --max-iter 1000 --tolerance 0 --plot fit.png
    """
    from symgd.writing.words import words_in

    words_in(language)  # a language that there is not is said before the descent
    descent = cli.descent_from(options)
    problem, columns = fitting_problem(data, **options)
    problem.derive()
    with uncounted(), keeping():
        run = problem.descend(columns, **descent)
    from symgd.optimize.report import as_json, as_text

    asked = descent["max_iter"] is not None or descent["epochs"] is not None
    machine = form == "json"
    in_words = {"ascii": ascii, "on_command_line": True}
    told = (
        as_json(run, language=language)
        if machine
        else cli.fitted(as_text(run, language=language, **in_words))
    )
    try:
        cli.tell(told, machine=machine)
    finally:  # a report that nobody takes is no reason to lose the steps
        if trace is not None:
            run.trace.to_csv(trace)
        if plot is not None:
            _remark_boxes(run.plot(plot, language=language).lacking, plot)
    click.get_current_context().exit(_exit_code(run, asked))


def _remark_boxes(letters: str, plot: str) -> None:
    if letters:
        cause = (
            f'no font on this machine has "{printable(letters)}", so {printable(plot)} has boxes'
        )
        click.echo(f"symgd: {cause}; install one that has, such as one of Noto's", err=True)


def _exit_code(run: Run, asked: bool) -> int:
    if run.outcome.kind == "interrupted":
        return INTERRUPTED
    made = run.outcome.kind in ("out of steps", "not begun") and asked
    return DONE if run.outcome.kind == "converged" or made else VERDICT


def fitting_problem(
    path: str,
    model: str,
    *,
    inputs: Sequence[str] = (),
    targets: Sequence[str] = (),
    skip_bad_rows: bool = False,
    **roles: Any,
) -> tuple[Problem, Columns]:
    """What a model's names mean in a CSV: the problem, and the columns under the problem's own names.

    Where all input columns are names in the model they are taken by name, else in the order in which the model names
    its inputs; without them, the model's own input names are the columns. There is a target's column for each score;
    without it, the model's own target names are the columns.
    """
    from symgd.api.problem import Problem
    from symgd.data.columns import read_csv
    from symgd.problem.models import read_model

    own_targets = [f"y_{n + 1}" for n in range(len(targets))] if len(targets) > 1 else ["y"]
    used = {name for part in read_model(model, own_targets).parts for name in part.names}
    by_name = bool(inputs) and used.issuperset(inputs)
    problem = Problem(model, inputs=inputs if by_name else None, target=own_targets, **roles)
    names = tuple(problem.inputs) if by_name or not inputs else tuple(inputs)
    if len(names) != len(problem.inputs):
        inputs_read = f"{counted(len(problem.inputs), 'input')} ({', '.join(problem.inputs)})"
        named = f"{counted(len(names), 'column')} ({', '.join(names)})"
        cause = f"the model reads {inputs_read} and --x names {named}"
        raise ProblemError(cause, "name one column for each input, in order")
    columns = (*names, *(targets or problem.targets))
    labels = dict(zip(problem.columns, columns, strict=True))
    read = read_csv(path, columns, skip_bad_rows=skip_bad_rows)
    return problem.replace(labels=labels), replace(read, names=problem.columns)
