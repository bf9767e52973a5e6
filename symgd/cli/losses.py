"""The verb `losses`: what can be asked for by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from symgd.cli import options as cli
from symgd.cli.group import Command

if TYPE_CHECKING:
    from symgd.problem.losses import Loss, Penalty
    from symgd.writing.words import Words

WIDTH = 96  # where there is no terminal


@click.command(cls=Command)
@click.argument("name", required=False)
@cli.language_option
def losses(name: str | None, language: str | None) -> None:
    r"""List the losses and penalties: name, formula, domain and source.

    With NAME only that one.

    \b
    Examples:
      symgd losses
      symgd losses huber
      symgd losses --language fr
    """
    from symgd.errors import ProblemError
    from symgd.problem.losses import LOSSES, PENALTIES
    from symgd.registry.options import declared
    from symgd.writing.words import words_in

    words = words_in(language)
    known: dict[str, Loss | Penalty] = {**LOSSES, **PENALTIES}
    shown = [*known.values()]
    if name is not None:
        aliases = {alias: loss for loss in LOSSES.values() for alias in loss.aliases}
        shown = [declared(name, known | aliases, "loss or penalty", ProblemError)]
    click.echo("\n\n".join("\n".join(_entry(each, words)) for each in shown))


def _entry(declared: Loss | Penalty, words: Words) -> Iterator[str]:
    from symgd.writing.words import message

    width, title = cli.terminal_width() or WIDTH, words.declared(declared.title)
    head = words(message("{name}: {title}"), name=declared.name, title=title)
    yield click.wrap_text(head, width, "", "    ")
    for row in _rows(declared, words):
        yield click.wrap_text(row, width, "  ", "    ")


def _rows(declared: Loss | Penalty, words: Words) -> Iterator[str]:
    from symgd.problem.losses import Loss
    from symgd.writing.words import message

    if isinstance(declared, Loss):
        cost = {
            "mean": message("formula: {formula}; the cost is their mean"),
            "sum": message("formula: {formula}; the cost is their sum"),
            "half mean": message("formula: {formula}; the cost is their half mean"),
            "root mean": message("formula: {formula}; the cost is their root mean"),
        }
        yield words(cost[declared.reduction], formula=declared.formula)
        yield words(message("for: {domain}"), domain=words.declared(declared.domain))
        if declared.aliases:
            yield words(message("also called: {names}"), names=", ".join(declared.aliases))
    else:
        over = message("formula: {formula}, over the penalised parameters")
        yield words(over, formula=declared.formula)
    for setting in declared.settings:
        yield words(
            message("{option} (the default): {meaning}, {condition}"),
            option=f"--set {setting.name}={setting.default:g}",
            meaning=words.declared(setting.meaning),
            condition=setting.where,
        )
    yield words(message("from: {source}"), source=declared.source)
