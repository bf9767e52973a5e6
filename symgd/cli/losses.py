"""The verb `losses`: what can be asked for by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from symgd.cli.group import Command

if TYPE_CHECKING:
    from symgd.problem.losses import Loss, Penalty

WIDTH = 96


@click.command(cls=Command)
@click.argument("name", required=False)
def losses(name: str | None) -> None:
    r"""List the losses and penalties: name, formula, domain and source.

    With NAME only that one.

    \b
    Examples:
      symgd losses
      symgd losses huber
    """
    from symgd.errors import ProblemError
    from symgd.problem.losses import LOSSES, PENALTIES
    from symgd.registry.options import declared

    known: dict[str, Loss | Penalty] = {**LOSSES, **PENALTIES}
    shown = [*known.values()]
    if name is not None:
        aliases = {alias: loss for loss in LOSSES.values() for alias in loss.aliases}
        shown = [declared(name, known | aliases, "loss or penalty", ProblemError)]
    click.echo("\n\n".join(_entry(declared) for declared in shown))


def _entry(declared: Loss | Penalty) -> str:
    from symgd.problem.losses import Loss

    rows = [f"{declared.name}: {declared.title}"]
    if isinstance(declared, Loss):
        rows.append(f"formula: {declared.formula}; the cost is their {declared.reduction}")
        rows.append(f"for: {declared.domain}")
        if declared.aliases:
            rows.append(f"also called: {', '.join(declared.aliases)}")
    else:
        rows.append(f"formula: {declared.formula}, over the penalised parameters")
    for setting in declared.settings:
        default = f"--set {setting.name}={setting.default:g} (the default)"
        rows.append(f"{default}: {setting.meaning}, {setting.where}")
    rows.append(f"from: {declared.source}")
    first, *others = rows
    return "\n".join([first, *(click.wrap_text(row, WIDTH, "  ", "    ") for row in others)])
