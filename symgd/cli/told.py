"""A fit as the command line tells it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from symgd.api.fit import Fit
    from symgd.fit.groups import Fits


def expect_told(level: float, *, by: str | None, plot: str | None, save: str | None) -> None:
    """Refuse what cannot be told, before anything is sought."""
    from symgd.fit.intervals import expect_level

    expect_level(level)
    if by is not None and (plot or save):
        name = "--plot" if plot else "--save"
        raise click.UsageError(f"{name} goes with one fit, and --by makes several")


def written(
    made: Fit | Fits[Fit],
    form: str,
    *,
    level: float,
    intervals: str,
    explain: bool,
    language: str | None,
    ascii: bool,
) -> str:
    """The fit in a format."""
    from symgd.fit.groups import Fits

    if isinstance(made, Fits):
        return made.json() if form == "json" else made.text(language=language)
    if form == "json":
        return json.dumps(_record(made), indent=2, ensure_ascii=False) + "\n"
    rows = [made.outcome.text(language, on_command_line=True), made.method]
    rows += [f"  {name} = {value:.10g}" for name, value in made.parameters.items()]
    rows += [f"note: {note}" for note in made.notes]
    if explain:
        rows += ["", made.explain(language=language)]
    return "\n".join(rows) + "\n"


def _record(fit: Fit) -> dict[str, Any]:
    errors = {n: e if math.isfinite(e) else None for n, e in fit.standard_errors.items()}
    return {
        "parameters": dict(fit.parameters),
        "cost": fit.cost,
        "outcome": fit.outcome.kind,
        "message": fit.outcome.message,
        "method": fit.method,
        "standard_errors": errors,
        "notes": list(fit.notes),
    }
