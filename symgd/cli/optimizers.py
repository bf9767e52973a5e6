"""The verb `optimizers`: what can be asked for by name, the page of one, and two conventions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from symgd.cli import options as cli
from symgd.cli.group import FormulaCommand
from symgd.cli.values import by_name, number_in

if TYPE_CHECKING:
    from symgd.optimizers.schedule import Schedule

_setting = by_name("a setting; write beta=0.9", number_in)


@click.command(
    cls=FormulaCommand,
    short_help="List optimizers and schedules, or show one: rule, laws, sources.",
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
    r"""List the optimizers, and the schedules of the learning rate; with NAME its page: the update rule, what is proved of it, its sources.

    \b
    Examples:
      symgd optimizers
      symgd optimizers adam
      symgd optimizers cosine
      symgd optimizers rmsprop --against torch
      symgd optimizers adam --against adamw -o both.html
      symgd optimizers --rule "v' = beta*v + g; theta' = theta - alpha*v'" --set beta=0.9
    """
    from symgd.api.optimizers import Optimizer, find_optimizer
    from symgd.optimizers.schedules import SCHEDULES

    if rule is not None and name is not None:
        raise click.UsageError("--rule stands in the place of NAME: give one of them")
    if rule is None and (name is None or "=" not in name):
        cli.refuse(("settings",), "goes with --rule, whose settings they are")
    if rule is None and name is None:
        cli.refuse(("against", "form", "output"), "goes with NAME or --rule")
        _list(options["language"])
        return
    if rule is None and name is not None and name in SCHEDULES:
        cli.refuse(("against", "form", "output"), "is about optimizers")
        click.echo(cli.fitted("\n".join(_schedule(SCHEDULES[name], options["language"])), 2))
        return
    if rule is not None:
        shown = Optimizer("own", rule, settings or {})
    else:
        assert name is not None
        shown = find_optimizer(name, settings)
    cli.deliver(shown.against(against) if against is not None else shown, options)


def _list(language: str | None) -> None:
    """The tables of optimizers and of schedules."""
    from symgd.api.optimizers import OPTIMIZERS
    from symgd.optimizers.schedules import SCHEDULES
    from symgd.registry.table import as_text
    from symgd.writing.words import message, words_in

    words = words_in(language)
    for heading, declared in (
        (message("Optimizers, {option}:", option="--optimizer NAME"), OPTIMIZERS),
        (message("Schedules of the learning rate, {option}:", option="--schedule NAME"), SCHEDULES),
    ):
        rows = [(o.name, words.declared(o.title or o.name), o.formula) for o in declared.values()]
        table = as_text(rows)
        click.echo(heading.written(words=words))
        click.echo(cli.fitted(table, table.index(rows[0][2])) + "\n" * (declared is OPTIMIZERS))


def _schedule(schedule: Schedule, language: str | None) -> Iterator[str]:
    """What is declared of a schedule."""
    from symgd.writing.words import message, words_in

    words = words_in(language)
    yield f"{schedule.name}: {words.declared(schedule.title)}"
    rate = message("rate in step t of T: {formula}", formula=schedule.formula)
    yield f"  {rate.written(words=words)}"
    for setting in schedule.settings:
        said = message(
            "{option} (the default): {meaning}, {condition}",
            option=f"--set {setting.name}={setting.default:g}",
            meaning=words.declared(setting.meaning),
            condition=setting.where,
        )
        yield f"  {said.written(words=words)}"
    yield f"  {message('from: {source}', source=schedule.source).written(words=words)}"
