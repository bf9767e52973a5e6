"""What is typed for options of `generate`: what the code is for, and who finds its rate."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli.values import number_in
from symgd.codegen.code_targets import target_meant


def auto(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Whether a module finds its rate; a number is told to it when it runs."""
    if value in (None, "auto"):
        return value
    runs = f"descend(..., learning_rate={value})" if number_in(value) else "descend(...)"
    cause = f'"{value}" is not "auto"'
    raise click.BadParameter(
        f"{cause}: code takes its rate when it runs, {runs}; leave it out here"
    )


def code_or_target(code: str | None, options: dict[str, Any]) -> str | None:
    """What the code is for: --code, or --target where it names that and not what is predicted; taken out of `options`."""
    named = str(options["target"])
    meant = target_meant(named)
    if meant is None:
        return code
    if meant != named:
        why = f'--target "{named}" is what is predicted: did you mean --code {meant}?'
        raise click.UsageError(
            f'{why} A column of this name stands in the formula, "{named} = ..."'
        )
    if code not in (None, meant):
        raise click.UsageError(f"--code {code} and --target {meant} differ: give one of them")
    options["target"] = "y"
    return meant
