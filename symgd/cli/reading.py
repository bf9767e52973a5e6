"""What is read of a CSV for a model: the options that name its columns, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from symgd.cli import options as cli
from symgd.cli.paths import InputPath
from symgd.errors import ProblemError, counted

if TYPE_CHECKING:
    from symgd.api.problem import Problem
    from symgd.data.arrays import FloatArray
    from symgd.data.columns import Columns

fitting_options = cli.together(
    click.argument("data", type=InputPath("data file")),
    click.option("--model", required=True, metavar="FORMULA", help='The prediction formula, such as "m*x + b".'),
    click.option("--x", "inputs", multiple=True, metavar="COL", help="An input's column; once for each input of the model."),
    click.option("--y", "targets", multiple=True, metavar="COL", help="The column to predict; once for each class of a loss that has several."),
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
    table = table_for(path, model, **options)
    return table.problem, table.columns


def table_for(
    path: str,
    model: str,
    *,
    inputs: Sequence[str] = (),
    targets: Sequence[str] = (),
    weights: str | None = None,
    by: str | None = None,
    skip_bad_rows: bool = False,
    **roles: Any,
) -> Table:
    """What a model's names mean in a CSV, all of it read at once.

    Where all input columns are names in the model they are taken by name, else in the order in which the model names
    its inputs; without them, the model's own input names are the columns. There is a target's column for each score;
    without it, the model's own target names are the columns.
    """
    from symgd.api.problem import Problem
    from symgd.data.columns import read_labelled
    from symgd.data.naming import quoted
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
    beside = (weights,) if weights is not None and weights not in columns else ()
    read, texts = read_labelled(path, (*columns, *beside), by or "", skip_bad_rows=skip_bad_rows)
    own = len(columns)
    mine = replace(
        read,
        names=problem.columns,
        values=read.values[:own],
        remarks=tuple(
            r for r in read.remarks if str(r.parts.get("name")) not in [*map(quoted, beside)]
        ),
    )
    return Table(
        problem.replace(labels=labels),
        mine,
        None if weights is None else read[weights],
        None if by is None else texts,
    )
