"""The verb `generate`."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli.group import FormulaCommand
from symgd.cli.options import output_option, problem_from, problem_options, show


@click.command(cls=FormulaCommand, short_help="Write a module that fits FORMULA, with NumPy alone.")
@click.argument("formula")
@problem_options
@output_option
def generate(formula: str, output: str | None, **options: Any) -> None:
    r"""Write a module that fits FORMULA by gradient descent and needs NumPy alone.

    \b
    Examples:
      symgd generate "m*x + b" -o optimizer.py
      python optimizer.py points.csv --x minute --y volume
    """
    show(problem_from(formula, options).source(), output, "optimizer")
