"""The verbs `diff`, `derive` and `schema`."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli.group import Command, FormulaCommand
from symgd.cli.options import (
    ascii_option,
    at_point,
    budget_from,
    budget_options,
    deliver,
    format_option,
    output_option,
    point_options,
    problem_from,
    problem_options,
    reading_options,
    shapes_option,
    show,
    together,
)

_derivation_options = together(
    point_options, format_option, reading_options, budget_options, ascii_option, output_option
)


@click.command(cls=FormulaCommand)
@click.argument("expression")
@click.option("--wrt", required=True, metavar="NAME", help="The name to derive by.")
@_derivation_options
def diff(expression: str, wrt: str, **options: Any) -> None:
    r"""Derive EXPRESSION step by step, every step checked.

    \b
    Examples:
      symgd diff "3*x^5" --wrt x
      symgd diff "x^2*sin(x)" --wrt x --at x=2
      symgd diff "x^2*sin(x)" --wrt x --detail full -o steps.tex
    """
    from symgd.derivation.engine import differentiate

    budget = budget_from(options)
    deliver(at_point(differentiate(expression, wrt, budget=budget), options), options)


@click.command(
    cls=FormulaCommand, short_help="Derive the gradient of a model's cost, step by step."
)
@click.argument("formula")
@click.option("--wrt", metavar="NAME", help="One parameter; without it, all of them.")
@click.option(
    "--matrix", is_flag=True, help="In matrices: the way there from the sum, and differentials."
)
@shapes_option
@problem_options
@_derivation_options
def derive(formula: str, wrt: str | None, matrix: bool, **options: Any) -> None:
    r"""Derive the gradient of a model's cost, step by step, every step checked.

    The output's name says the format: -o gradient.tex is a document that compiles as it is; symgd --help lists all.

    \b
    Examples:
      symgd derive "m*x + b"
      symgd derive "a*exp(-b*x) + c" --wrt b --detail full
      symgd derive "a*x + b" --at a=0.2,b=0.5 --data points.csv --row 1
      symgd derive "m*x + b" --known sum,chain --inner in-place
      symgd derive "m*x + b" --residual e -o gradient.tex
      symgd derive "m*x + b" --detail full --language fr -o gradient.pdf
      symgd derive "m*x + b" --matrix --shapes
    """
    problem, budget = problem_from(formula, options), budget_from(options)
    if matrix and (wrt is not None or options["point"] is not None):
        raise click.UsageError(
            "--matrix derives by all parameters at once, in letters: leave out --wrt and --at"
        )
    if options["point"] is not None:
        values = {problem.letters[name]: value for name, value in problem.settings.items()}
        options["point"] = {**values, **options["point"]}
    told = problem.matrix() if matrix else at_point(problem.derive(wrt, budget=budget), options)
    deliver(told, options)


@click.command(cls=Command)
@output_option
def schema(output: str | None) -> None:
    r"""Print the JSON Schema of what --format json writes.

    \b
    Examples:
      symgd schema -o derivation-1.json
    """
    from symgd.writing.documents.json_record import schema

    show(schema(), output, "schema")
