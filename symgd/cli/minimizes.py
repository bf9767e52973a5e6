"""The verb `minimize`: the walk on a function of its parameters alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from symgd.cli import options as cli
from symgd.cli.descents import told_walk, trace_options
from symgd.cli.group import FormulaCommand
from symgd.cli.values import by_name, listed_by_name, number_in
from symgd.cli.ways import ABOUT_ROWS, expect_used
from symgd.files import PICTURES

_SAID = {
    "start": click.option("--start", multiple=True, callback=listed_by_name("a start; write x=0,y=0.5", number_in), metavar="x=0,y=0", help="Where to start; what is not named starts at 0."),
    "max_iter": click.option("--max-iter", type=click.IntRange(min=0), help="Steps at most.  [default: 1000000 for a quadratic, 100000 for another smooth function, 10000 for one with kinks, or of a quadratic by another optimizer]"),
}  # fmt: skip
_OPTIONS = {
    name: _SAID.get(name, option) for name, option in cli.DESCENT.items() if name not in ABOUT_ROWS
}

function_options = cli.together(
    click.option("--parameters", metavar="NAMES", help="What moves, in this order: x,y.  [default: every name that no --set gives a number]"),
    click.option("--set", "settings", multiple=True, callback=by_name("a constant; write a=1.5", number_in), metavar="NAME=NUMBER", help="The number of a constant, a=1.5, or a setting of the optimizer, beta=0.9; once for each."),
    click.option("--cost-name", metavar="NAME", help="What the function is called.  [default: as FORMULA names it, or f]"),
)  # fmt: skip
"""What a formula's names mean, where it is a function of its parameters alone."""


@click.command(cls=FormulaCommand, short_help="Minimise a function without data, step by step.")
@click.argument("formula")
@function_options
@cli.together(*_OPTIONS.values())
@cli.seconds_option
@cli.file_option(
    "--plot", known=PICTURES, help="Draw the walk on the function to a .png, .svg or .pdf."
)
@cli.together(*trace_options.values())
@cli.text_or_json
@cli.language_option
@cli.ascii_option
def minimize(
    formula: str,
    parameters: str | None,
    settings: dict[str, float],
    cost_name: str | None,
    **options: Any,
) -> None:
    r"""Minimise FORMULA, a function of its parameters alone, by gradient descent.

    Table, outcome and exit codes are those of symgd descend.

    \b
    Examples:
      symgd minimize "(1 - x)^2 + 100*(y - x^2)^2" --start x=-1.2,y=1
      symgd minimize "(1 - x)^2 + 100*(y - x^2)^2" --start x=-1.2,y=1 --learning-rate 0.001 --max-iter 1000 --tolerance 0 --plot walk.png
      symgd minimize "(a - x)^2 + b*(y - x^2)^2" --set a=1 --set b=100 --trace steps.csv
      symgd minimize "x^4 - 3*x^2 + x" --start x=0.5 --format json
    """
    from symgd.api.objective import Objective
    from symgd.problem.notation import Notation

    notation = None if cost_name is None else Notation(cost=cost_name)
    descent = {name: options.pop(name) for name in _OPTIONS}
    constants, descent["optimizer_settings"] = _shared_out(formula, settings, descent)
    objective = Objective(formula, parameters=parameters, settings=constants, notation=notation)
    told_walk(
        lambda descent, progress: objective.descend(progress=progress, **descent),
        objective,
        descent,
        **options,
    )


def _shared_out(
    formula: str, settings: dict[str, float], descent: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, float]]:
    """The formula's constants, and the settings of the optimizer and the schedule; a usage error for one of both."""
    from symgd.optimize.method import setting_names

    own = setting_names(descent["optimizer"], descent["schedule"]) if settings else ()
    expect_used(formula, settings or {}, own)
    chosen = {name: value for name, value in settings.items() if name in own}
    if chosen:
        from symgd.api.objective import Objective

        for name in Objective(formula).parameters:
            if name in chosen:
                cause = f"--set {name} is a constant of the formula and a setting of the optimizer: call it otherwise in the formula"
                raise click.UsageError(cause)
    return {name: value for name, value in settings.items() if name not in chosen}, chosen
