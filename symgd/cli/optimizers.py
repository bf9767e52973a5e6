"""The verb `optimizers`: what can be asked for by name, the page of one, and two conventions side by side."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli import options as cli
from symgd.cli.group import FormulaCommand
from symgd.cli.values import by_name, number_in

_setting = by_name("a setting; write beta=0.9", number_in)


@click.command(
    cls=FormulaCommand, short_help="List the optimizers, or show one: rule, laws, sources."
)
@click.argument("name", required=False)
@click.option(
    "--against", metavar="OTHER", help="torch, optax, or an optimizer: where the two differ."
)
@click.option(
    "--rule", metavar="STATEMENTS", help="An update rule of one's own in the place of NAME."
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    callback=_setting,
    metavar="NAME=NUMBER",
    help="A setting of one's own rule, beta=0.9; once for each.",
)
@cli.written_options
def optimizers(
    name: str | None,
    against: str | None,
    rule: str | None,
    settings: dict[str, float] | None,
    **options: Any,
) -> None:
    r"""List the optimizers; with NAME its page: the update rule, what is proved of it, its sources.

    \b
    Examples:
      symgd optimizers
      symgd optimizers adam
      symgd optimizers rmsprop --against torch
      symgd optimizers adam --against adamw -o both.html
      symgd optimizers --rule "v' = beta*v + g; theta' = theta - alpha*v'" --set beta=0.9
    """
    from symgd.api.optimizers import OPTIMIZERS, Optimizer, find_optimizer

    if rule is not None and name is not None:
        raise click.UsageError("--rule stands in the place of NAME: give one of them")
    if rule is None and (name is None or "=" not in name):
        cli.refuse(("settings",), "goes with --rule, whose settings they are")
    if rule is None and name is None:
        cli.refuse(("against", "form", "output"), "goes with NAME or --rule")
        from symgd.registry.table import as_text
        from symgd.writing.words import words_in

        words = words_in(options["language"])
        rows = [(o.name, words.declared(o.title or o.name), o.formula) for o in OPTIMIZERS.values()]
        table = as_text(rows)
        click.echo(cli.fitted(table, table.index(rows[0][2])))
        return
    if rule is not None:
        shown = Optimizer("own", rule, settings or {})
    else:
        assert name is not None
        shown = find_optimizer(name, settings)
    cli.deliver(shown.against(against) if against is not None else shown, options)
