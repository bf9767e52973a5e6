"""Fit, with its summary, its files and its pictures."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Literal

from symgd.api.pictured import Pictured, TextFile
from symgd.errors import FitError, OutputError
from symgd.fit import fitted
from symgd.fit.fitted import METHODS
from symgd.fit.statistics.intervals import IntervalMethod, expect_level
from symgd.fit.summaries.printed import PrintedSummary
from symgd.fit.summaries.summary import FitSummary
from symgd.registry.options import declared, names_options
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

# Of one fit and of fits by group alike.
SUMMARIES = {
    ".json": TextFile("a record for programs", lambda fit, said: fit.summary().json(language=said)),
    ".txt": TextFile("a summary", lambda fit, said: fit.summary().text(language=said)),
    ".md": TextFile(
        "a summary in Markdown", lambda fit, said: fit.summary().markdown(language=said)
    ),
    ".tex": TextFile(
        "a summary in LaTeX", lambda fit, said: fit.summary().latex(document=True, language=said)
    ),
    ".html": TextFile(
        "a summary as a page", lambda fit, said: fit.summary().html(document=True, language=said)
    ),
}


@names_options
class Summarised(Pictured):
    """What a fit, and fits by group, are written as: their summary in each format."""

    FILES = SUMMARIES
    CAPTION = message("Data, fit and residuals")

    @abstractmethod
    def summary(self) -> PrintedSummary:
        """The summary; `level` and `method` are of its intervals."""

    def markdown(self, *, language: Language = None) -> str:
        """The summary in Markdown."""
        return self.summary().markdown(language=language)

    def latex(self, *, document: bool = False, language: Language = None) -> str:
        """The summary in LaTeX, with `document` as a file that compiles."""
        return self.summary().latex(document=document, language=language)


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Fit(fitted.Fit, Summarised):
    __doc__ = fitted.Fit.__doc__

    def summary(self, *, level: float = 0.95, method: IntervalMethod = "wald") -> FitSummary:
        """The fit as statisticians print it; `level` and `method` are of its intervals."""
        chosen = declared(method, METHODS, "method", FitError)
        return FitSummary(self, expect_level(level), chosen)

    def plot(
        self,
        kind: Literal["fit"] | str | PathLike[str] = "fit",
        path: str | PathLike[str] | None = None,
        *,
        language: Language = None,
    ) -> Picture:
        """Data, curve, bands and residuals; or predicted against actual; writes it to a file as well where `path` is given."""
        from symgd.plots.fit_picture import plot_fit

        if kind != "fit" and path is None:  # as `run.plot("run.png")` has it
            kind, path = "fit", kind
        declared(str(kind), {"fit": "fit"}, "picture", OutputError)
        return plot_fit(self, path, language=language)

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """The summary as text."""
        return self.summary().text(ascii=ascii, language=language)

    def json(self, *, language: Language = None) -> str:
        """The summary for programs."""
        return self.summary().json(language=language)

    def html(self) -> str:
        """The summary as a part of a page."""
        return self.summary().html()
