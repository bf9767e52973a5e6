"""How a descent walks: each argument of `Problem.descend` that says so, with its option."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

import click

from symgd.cli.paths import OutputPath
from symgd.cli.values import number_in

Decorator: TypeAlias = Callable[[Callable[..., None]], Callable[..., None]]


def _held(
    context: click.Context, option: click.Parameter, value: tuple[str, ...]
) -> dict[str, float | None]:
    """The parameters that are held, each with its value where one is written."""
    found: dict[str, float | None] = {}
    for part in filter(None, ",".join(value).split(",")):
        name, sign, written = (piece.strip() for piece in part.partition("="))
        number = number_in(written) if sign else None
        if not name or (sign and number is None):
            raise click.BadParameter(f'"{part}" is no parameter to hold; write m=0.64, or m')
        if name in found:
            raise click.BadParameter(f'"{name}" is there twice')
        found[name] = number
    return found


def _order(
    context: click.Context, option: click.Parameter, value: str | None
) -> bool | tuple[str, ...]:
    """The parameters in the order in which they move; True for the problem's."""
    if value is None:
        return False
    if value == "all":
        return True
    return tuple(name.strip() for name in value.split(",") if name.strip())


ABOUT_ROWS = ("batch_size", "replacement", "shuffle", "seed", "epochs", "standardise")
"""The ways that are about rows of data, and so of no function without them."""

WAYS: Mapping[str, Decorator] = {
    "batch_size": click.option("--batch-size", type=click.IntRange(min=1), metavar="ROWS", help="Rows that a step looks at: 1 for one example at a time.  [default: all]"),
    "replacement": click.option("--replacement", is_flag=True, help="With --batch-size: draw each batch from all rows."),
    "shuffle": click.option("--shuffle/--no-shuffle", default=True, help="With --batch-size: take the rows in a new order each epoch, or in their own.  [default: shuffle]"),
    "seed": click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="With --batch-size: what the order of the rows is drawn from."),
    "epochs": click.option("--epochs", type=click.IntRange(min=0), help="Passes over the data at most, in the place of --max-iter."),
    "alternate": click.option("--alternate", callback=_order, metavar="b,m|all", help="Move one parameter after the other, in this order, or in the model's."),
    "hold": click.option("--hold", multiple=True, callback=_held, metavar="m=0.64", help="Parameters that keep a value, or without one their start; several times, or m,b."),
    "standardise": click.option("--standardise", "--standardize", is_flag=True, help="Make the steps where inputs are centred and scaled; the learning rate holds there."),
    "coordinates": click.option("--coordinates", type=click.Choice(["exact"]), help="Make the steps where a quadratic cost is round: one step is the whole way."),
    "checkpoint": click.option("--checkpoint", type=OutputPath(), metavar="FILE", help="Keep the descent in a file, from which the same command goes on after whatever ended it."),
    "checkpoint_every": click.option("--checkpoint-every", type=click.IntRange(min=1), metavar="STEPS", help="With --checkpoint: steps between two writings.  [default: about ten seconds]"),
    "log_every": click.option("--log-every", type=click.IntRange(min=1), metavar="STEPS", help="Say on standard error, every so many steps, what cost, gradient and parameters are."),
}  # fmt: skip
"""Who adds a way adds its option here, and nowhere else."""

METHOD: Mapping[str, Decorator] = {
    "optimizer": click.option("--optimizer", default="gradient_descent", show_default=True, metavar="NAME|RULE", help="What makes the steps: momentum, adam, newton and the like, or a rule such as \"v' = beta*v + g; theta' = theta - alpha*v'\". --set has its settings."),
    "schedule": click.option("--schedule", metavar="NAME|FORMULA", help="How the learning rate changes: cosine and the like, or a formula such as alpha/sqrt(t)."),
}  # fmt: skip
"""What makes the steps."""


def optimizer_settings(descent: Mapping[str, Any], options: dict[str, Any]) -> dict[str, float]:
    """The settings that are the optimizer's or the schedule's; takes them out of `options`.

    A usage error for one that the loss or the penalty has as well.
    """
    from symgd.errors import DescentError
    from symgd.optimize.method import expect_no_known, setting_names
    from symgd.registry.options import expect_known

    given, own = options["settings"], setting_names(descent["optimizer"], descent["schedule"])
    chosen = {name: value for name, value in given.items() if name in own}
    others = _of_problem(options) if own else frozenset()
    if own:
        expect_no_known(name for name in given if name not in others)
        expect_known(
            given, [*own, *sorted(others)], "setting of the loss or the optimizer", DescentError
        )
    for name in chosen:
        if name in others:
            cause = f"--set {name} is a setting of the loss and of the optimizer: write the optimizer as a rule, with another name for it"
            raise click.UsageError(cause)
    options["settings"] = {name: value for name, value in given.items() if name not in own}
    return chosen


def expect_used(formula: str, given: Collection[str], own: Collection[str]) -> None:
    """A usage error for a number that is neither a constant of a function nor a setting of what makes its steps."""
    if not own or {*own} >= {*given}:
        return
    from symgd.api.objective import Objective
    from symgd.parsing.tokens import spelled

    names = Objective(formula).parameters  # without numbers, all of them
    for name in given:
        if name not in own and spelled(name) not in names:
            cause = f"--set {name} is no constant of the formula"
            there = f"its names are {', '.join(names) or 'none'}"
            raise click.UsageError(
                f"{cause}, and no setting of the optimizer or the schedule: {there}, and theirs {', '.join(own)}"
            )


def _of_problem(options: Mapping[str, Any]) -> frozenset[str]:
    """The names of the loss's and the penalty's settings."""
    from symgd.problem.loss_settings import found_loss, found_penalty
    from symgd.problem.losses import LOSSES, PENALTIES

    loss = found_loss(options["loss"], LOSSES, options["settings"])
    penalty = found_penalty(options.get("penalty"), PENALTIES)
    declared = (*loss.settings, *(penalty.settings if penalty else ()))
    return frozenset(setting.name for setting in declared)
