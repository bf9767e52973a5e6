"""The verbs `hessian`, `solve` and `rate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from symgd.cli.group import FormulaCommand
from symgd.cli.options import (
    deliver,
    point_option,
    problem_from,
    problem_options,
    together,
    written_options,
)

if TYPE_CHECKING:
    from symgd.api.problem import Problem


_data_options = together(
    click.option("--data", type=click.Path(allow_dash=True), help="A CSV; then the numbers are put in."),
    click.option("--x", "columns", multiple=True, metavar="COL", help="An input's column, where it is not called as in the formula."),
    click.option("--y", "target_column", metavar="COL", help="The target's column, where it is not called as in the formula."),
)  # fmt: skip


def _columns(problem: Problem, options: dict[str, Any]) -> tuple[Any, ...]:
    """The columns of --data in the problem's order; nothing without it."""
    path, inputs, target = (options[name] for name in ("data", "columns", "target_column"))
    if path is None:
        if inputs or target:
            raise click.UsageError("--x and --y go with --data, which has the columns")
        return ()
    if inputs and len(inputs) != len(problem.inputs):
        raise click.UsageError(
            f"the formula has {len(problem.inputs)} inputs ({', '.join(problem.inputs)}); "
            "give --x once for each, or not at all"
        )
    from symgd.data.columns import read_csv

    return read_csv(path, (*(inputs or problem.inputs), target or problem.target)).values


@click.command(cls=FormulaCommand, short_help="Derive the second derivatives of a model's cost.")
@click.argument("formula")
@problem_options
@written_options
def hessian(formula: str, **options: Any) -> None:
    r"""Derive the second derivatives of a model's cost, from the gradient's last lines.

    \b
    Examples:
      symgd hessian "m*x + b"
      symgd hessian "a*exp(-b*x)" -o hessian.html
    """
    deliver(problem_from(formula, options).hessian(), options)


@click.command(cls=FormulaCommand, short_help="Solve gradient = 0 step by step.")
@click.argument("formula")
@_data_options
@problem_options
@written_options
def solve(formula: str, **options: Any) -> None:
    r"""Solve gradient = 0 step by step: the normal equations, and with data the numbers.

    \b
    Examples:
      symgd solve "m*x + b"
      symgd solve "m*x + b" --data bike.csv --x distance --y calories
    """
    problem = problem_from(formula, options)
    deliver(problem.stationary(*_columns(problem, options)), options)


@click.command(cls=FormulaCommand, short_help="Derive the largest stable learning rate.")
@click.argument("formula")
@_data_options
@point_option
@problem_options
@written_options
def rate(formula: str, point: dict[str, float] | None, **options: Any) -> None:
    r"""Derive why a constant learning rate must be below 2/λ_max, by Taylor's formula for one step.

    \b
    Examples:
      symgd rate "m*x + b"
      symgd rate "m*x + b" --data bike.csv --x distance --y calories
      symgd rate "a*exp(-b*x)" --data decay.csv --at a=1,b=0.5
    """
    problem = problem_from(formula, options)
    deliver(problem.stable_rate(*_columns(problem, options), at=point), options)
