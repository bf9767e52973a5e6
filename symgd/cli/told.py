"""A fit as the command line tells it: one, or one for each group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from symgd.cli.options import terminal_width
from symgd.errors import for_command_line

if TYPE_CHECKING:
    from symgd.api.fit import Fit
    from symgd.api.fits import Fits
    from symgd.fit.statistics.intervals import IntervalMethod


def expect_told(
    form: str, level: float, *, by: str | None, save: str | None, explain: bool
) -> None:
    """Refuse what cannot be told, before anything is sought."""
    from symgd.fit.statistics.intervals import expect_level

    expect_level(level)
    if by is not None and (save or explain):
        name = "--save" if save else "--explain"
        raise click.UsageError(f"{name} goes with one fit, and --by makes several")
    if explain and form != "text":
        raise click.UsageError(f"--explain goes with --format text, and not with {form}")


def written(
    made: Fit | Fits,
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
    from symgd.api.fits import Fits

    how: dict[str, Any] = {"language": language}
    wide: dict[str, Any] = {}
    if form == "text":
        how["ascii"] = ascii
        wide["width"] = None if document else terminal_width()
    elif form in ("latex", "html"):
        how["document"] = document
    summary = made.summary(level=level, method=intervals)
    chosen: Any = replace(summary, on_command_line=True)
    if isinstance(made, Fits) and form == "text":
        parts = (made.text(**how, **wide).rstrip(), chosen.text(**how, **wide))
        return for_command_line("\n\n".join(parts))
    told: str = getattr(chosen, form)(**how, **wide)
    if isinstance(made, Fits) or not explain:
        return told if told.endswith("\n") else f"{told}\n"
    at_length = made.explain(language=language, on_command_line=True)
    return f"{told.rstrip()}\n\n{at_length.rstrip()}\n"
