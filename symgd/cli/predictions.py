"""The verb `predict`: what a fit that was kept says of new rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from symgd.cli import options as cli
from symgd.cli.group import Command
from symgd.cli.paths import InputPath
from symgd.errors import FitError, ProblemError, counted
from symgd.files import TABLE

if TYPE_CHECKING:
    from symgd.data.columns import Columns
    from symgd.fit.statistics.bands import Band
    from symgd.fit.summaries.saved import Saved


@click.command(cls=Command)
@click.argument("saved", metavar="FIT.json", type=InputPath("fit"))
@click.argument("data", metavar="NEW.csv", type=InputPath("data file"))
@click.option("--x", "inputs", multiple=True, metavar="COL", help="An input's column, in the model's order.  [default: those that were fitted]")  # fmt: skip
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the band.")
@cli.one_of("--band", words=("prediction", "confidence", "none"), default=None, help="For new observations, for the curve itself, or no band.  [default: prediction, where there is one]")  # fmt: skip
@cli.skip_bad_rows_option
@cli.file_option(*cli.OUTPUT, known=TABLE, help="Write to this .csv, not the terminal.")
def predict(saved: str, data: str, output: str | None, **options: Any) -> None:
    r"""Predict new rows by a fit that was kept.

    FIT.json is what `symgd fit` wrote with --save or --format json. The answer is a CSV of the inputs and the predictions, with the band's lower and upper ends; of logits and scores, with their probabilities as well.

    \b
    Examples:
      symgd fit decay.csv --model "a*exp(-k*t)" --x t --y counts --save decay.json
      symgd predict decay.json later.csv -o predicted.csv
    """
    from symgd.fit.statistics.intervals import expect_level
    from symgd.fit.summaries.saved import load

    expect_level(options["level"])
    fit = load(saved)
    columns, names = _read(fit, data, options["inputs"], options["skip_bad_rows"])
    predicted = fit.predict(columns)
    band = _band(fit, columns, options["level"], options["band"])
    cli.show("".join(_table(fit, names, columns, predicted, band)), output, "predictions")


def _read(
    fit: Saved, path: str, inputs: Sequence[str], skip_bad_rows: bool
) -> tuple[Columns, tuple[str, ...]]:
    """The inputs under the model's names, and what their columns are called; what was left out is said."""
    from dataclasses import replace

    from symgd.data.columns import read_csv
    from symgd.optimize.prediction import inputs_from

    problem = fit.problem
    own = tuple(problem.labels.get(name, name) for name in problem.inputs)
    names = tuple(inputs) or own
    if not problem.inputs and not inputs:  # a constant says the same of every row: it is said once
        return inputs_from(problem, (), {}), ()
    if len(names) != len(own):
        cause = f"the fit reads {counted(len(own), 'input')} ({', '.join(own)}) and --x names {counted(len(names), 'column')}"
        raise ProblemError(cause, "name one column for each input, in order")
    read = read_csv(path, names, skip_bad_rows=skip_bad_rows)
    for note in read.notes:
        if "constant" not in note and "one row" not in note:
            click.echo(f"symgd: {note}", err=True)
    return replace(read, names=tuple(problem.inputs)), names


def _band(fit: Saved, columns: Columns, level: float, kind: str | None) -> Band | None:
    """The band that was asked for; where nobody asked, that of new observations, if there is one."""
    if kind == "none":
        return None
    try:
        return fit.prediction_band(columns, level=level, kind=kind or "prediction")  # type: ignore[arg-type]  # one of the words
    except FitError as error:
        if kind is not None or cli.typed(("level",)):
            raise
        click.echo(f"symgd: {error.on_command_line}", err=True)
        return None


def _table(
    fit: Saved, names: Sequence[str], columns: Columns, predicted: Any, band: Band | None
) -> Iterator[str]:
    """The lines of a CSV, every number with all of its digits."""
    import numpy as np

    from symgd.optimize.prediction import responses

    made = {"prediction": predicted}
    if band is not None:
        made |= {"lower": band.lower, "upper": band.upper}
    likelihood = fit.problem.loss.likelihood
    if likelihood is not None and likelihood.response:
        ends = {} if band is None or likelihood.response == "softmax" else band._asdict()
        made["probability"] = responses(fit.problem, predicted)
        for name, end in ends.items():
            made[f"probability_{name}"] = responses(fit.problem, end)
    targets = [fit.problem.labels.get(name, name) for name in fit.problem.targets]
    header, parts = [*names], [columns[name] for name in columns.names]
    for name, array in made.items():
        table = np.asarray(array).reshape(len(columns), -1)
        for number, target in enumerate(targets):
            header.append(_free(name if len(targets) == 1 else f"{name} {target}", header))
            parts.append(table[:, number])
    yield _line(header)
    for row in zip(*(part.tolist() for part in parts), strict=True):
        yield _line([repr(value) for value in row])


def _free(name: str, taken: Sequence[str]) -> str:
    """The name, with an underscore where a column has it already."""
    while name in taken:
        name += "_"
    return name


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
