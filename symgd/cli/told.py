"""A fit as the command line tells it: one, or one for each group."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from symgd.errors import for_command_line
from symgd.registry.record import json_text

if TYPE_CHECKING:
    from symgd.api.fit import Fit
    from symgd.fit.groups import Fits
    from symgd.fit.statistics.intervals import IntervalMethod


def expect_told(
    form: str, level: float, *, by: str | None, plot: str | None, save: str | None, explain: bool
) -> None:
    """Refuse what cannot be told, before anything is sought."""
    from symgd.fit.statistics.intervals import expect_level

    expect_level(level)
    if by is not None and (plot or save):
        name = "--plot" if plot else "--save"
        raise click.UsageError(f"{name} goes with one fit, and --by makes several")
    if by is not None and (explain or form not in ("text", "json")):
        name = "--explain" if explain else f"--format {form}"
        raise click.UsageError(f"{name} goes with one fit, and --by makes several")
    if explain and form != "text":
        raise click.UsageError(f"--explain goes with --format text, and not with {form}")


def written(
    made: Fit | Fits[Fit],
    form: str,
    *,
    level: float,
    intervals: IntervalMethod,
    explain: bool,
    language: str | None,
    ascii: bool,
    document: bool,
) -> str:
    """The fit, or the fits, in a format; `document` makes a whole one of LaTeX and HTML."""
    from symgd.fit.groups import Fits

    how: dict[str, Any] = {"language": language}
    if form == "text":
        how["ascii"] = ascii
    elif form in ("latex", "html"):
        how["document"] = document

    def summary(fit: Fit) -> str:
        chosen = replace(fit.summary(level=level, method=intervals), on_command_line=True)
        told: str = getattr(chosen, form)(**how)
        return told if told.endswith("\n") else f"{told}\n"

    if isinstance(made, Fits):
        return _of_groups(made, form, summary, language)
    told = summary(made)
    if explain:
        told = (
            f"{told.rstrip()}\n\n{made.explain(language=language, on_command_line=True).rstrip()}\n"
        )
    return told


def _of_groups(
    made: Fits[Fit], form: str, written: Callable[[Fit], str], language: str | None
) -> str:
    """All fits by their labels, or the table of them, a row for each group."""
    if form != "json":
        return for_command_line(f"{made.text(language=language)}\n")
    fits = [{"label": label, **json.loads(written(fit))} for label, fit in made.items()]
    failures = [
        {"label": label, "message": error.on_command_line} for label, error in made.failures.items()
    ]
    record = {"by": made.by, "fits": fits, "failures": failures}
    return json_text(record)
