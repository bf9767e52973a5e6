"""What is read of a CSV for a model: the options that name its columns, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from symgd.cli import options as cli
from symgd.cli.paths import InputPath
from symgd.errors import DataError

if TYPE_CHECKING:
    from symgd.api.problem import Problem
    from symgd.cli.header import Header
    from symgd.data.arrays import FloatArray
    from symgd.data.columns import Columns

fitting_options = cli.together(
    click.argument("data", type=InputPath("data file")),
    click.option("--model", required=True, metavar="FORMULA", help='The prediction formula, such as "m*x + b".'),
    click.option("--x", "inputs", multiple=True, metavar="COL", help="An input's column; once for each input of the model.  [default: the columns that the model names]"),
    click.option("--y", "targets", multiple=True, metavar="COL", help="The column to predict; once for each class of a loss that has several.  [default: the one that the model names before its =, y, or the one that is left]"),
    cli.loss_options,
    click.option("--parameters", help="What is learned: m,b."),
)  # fmt: skip
"""A CSV, and what is to be fitted to it."""


@dataclass(frozen=True)
class Table:
    """A CSV that has been read for a model.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        Under the problem's own names.
    weights : array of shape (n,), optional
    labels : tuple of str, optional
        What rows are grouped by.
    """

    problem: Problem
    columns: Columns
    weights: FloatArray | None = None
    labels: tuple[str, ...] | None = None


def fitting_problem(path: str, model: str, **options: Any) -> tuple[Problem, Columns]:
    """What a model's names mean in a CSV, as `table_for` reads it: the problem and its columns."""
    table, weights = table_for(path, model, **options), options.get("weights")
    if weights is None or table.weights is None:
        return table.problem, table.columns
    return _weighted(table, weights, table.weights)


def _weighted(table: Table, column: str, counts: FloatArray) -> tuple[Problem, Columns]:
    """The problem whose rows have weights, in a column of its own or in one that the model reads."""
    from symgd.cli.header import weighed_by

    weighed, columns = weighed_by(table.problem, column), table.columns
    if weighed.columns == table.problem.columns:
        return weighed, columns
    return weighed, replace(columns, names=weighed.columns, values=(*columns.values, counts))


def table_for(
    path: str,
    model: str,
    *,
    inputs: Sequence[str] = (),
    targets: Sequence[str] = (),
    weights: str | None = None,
    by: str | None = None,
    skip_bad_rows: bool = False,
    parameters: str | None = None,
    **roles: Any,
) -> Table:
    """What a model's names mean in a CSV, all of it read at once.

    Where all input columns are names in the model they are taken by name, else in the order in which the model names
    its inputs; without them, the header tells. There is a target's column for each score; without it, the header tells
    that too.
    """
    from symgd.api.problem import Problem
    from symgd.cli.header import (
        decided,
        expect_target,
        header_of,
        input_columns,
        inputs_in,
        target_columns,
    )
    from symgd.parsing.formula import CONSTANT_NAMES
    from symgd.problem.models import names_of, read_model
    from symgd.problem.tables import constants_beside

    own_targets = [f"y_{n + 1}" for n in range(len(targets))] if len(targets) > 1 else ["y"]
    roles_typed = (*names_of(parameters, "parameters"), *{*CONSTANT_NAMES}.intersection(inputs))
    read = read_model(model, own_targets, roles_typed)
    header = header_of(path, read, (*inputs, *targets))
    if len(targets) == 1:
        expect_target(header, read, targets)
    given = inputs_in(header, read, inputs, parameters)
    problem = Problem(model, inputs=given, target=own_targets, parameters=parameters, **roles)
    columns = input_columns(header, problem, inputs)
    beside = [column for column in (weights, by) if column is not None]
    columns += tuple(targets) or target_columns(header, problem, columns, beside)
    told = () if inputs or parameters is not None else decided(header, problem, columns, targets)
    told += constants_beside(problem, header.names)
    values, weighed, labels = _values(header, columns, weights, by, skip_bad_rows)
    return Table(
        problem.replace(labels=dict(zip(problem.columns, columns, strict=True))),
        replace(values, names=problem.columns, remarks=(*told, *values.remarks)),
        weighed,
        labels,
    )


def _values(
    header: Header, columns: tuple[str, ...], weights: str | None, by: str | None, skip: bool
) -> tuple[Columns, FloatArray | None, tuple[str, ...] | None]:
    """The columns, the weights and the labels; what is remarked on weights concerns no column of the model."""
    from symgd.data.columns import read_labelled
    from symgd.data.naming import no_column, quoted

    beside = (weights,) if weights is not None and weights not in columns else ()
    try:
        read, texts = read_labelled(header.sheet, (*columns, *beside), by or "", skip_bad_rows=skip)
    except DataError as error:
        lacking = [name for name in columns if name not in header.names]
        if not lacking or error.cause != no_column(lacking[0], header.names).cause:
            raise
        remedy = f"{error.remedy}; say with --x which are read and with --y which is predicted"
        raise DataError(error.cause, remedy) from None
    own = len(columns)
    remarks = tuple(
        r for r in read.remarks if str(r.parts.get("name")) not in [*map(quoted, beside)]
    )
    mine = replace(read, names=columns, values=read.values[:own], remarks=remarks)
    return mine, None if weights is None else read[weights], None if by is None else texts
