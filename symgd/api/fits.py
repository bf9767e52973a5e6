"""Fits by group, with their summary, files and picture."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from symgd.api.fit import Fit, Summarised
from symgd.errors import FitError
from symgd.fit import groups
from symgd.fit.fitted import METHODS
from symgd.fit.statistics.intervals import IntervalMethod, expect_level
from symgd.fit.summaries.groups_summary import GroupsSummary
from symgd.registry.options import declared
from symgd.writing.words import Language

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


@dataclass(frozen=True, eq=False, repr=False)
class Fits(groups.Fits[Fit], Summarised):
    __doc__ = groups.Fits.__doc__

    def summary(self, *, level: float = 0.95, method: IntervalMethod = "wald") -> GroupsSummary:
        """A row for each group and parameter, with confidence intervals of a `level`."""
        chosen = declared(method, METHODS, "method", FitError)
        return GroupsSummary(self, expect_level(level), chosen)

    def plot(
        self, path: str | PathLike[str] | None = None, *, language: Language = None
    ) -> Picture:
        """All groups with their curves, each in its colour and with its marker, and their residuals."""
        from symgd.plots.groups_picture import plot_groups

        return plot_groups(self, path, language=language)
