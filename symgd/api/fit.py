"""Fit, with its summary, its files and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from symgd.api.shown import shown
from symgd.errors import FitError, OutputError
from symgd.files import PICTURES, expect_suffix, write_text
from symgd.fit import fitted
from symgd.fit.fitted import METHODS
from symgd.fit.statistics.intervals import IntervalMethod, expect_level
from symgd.fit.summaries.groups_summary import GroupsSummary
from symgd.fit.summaries.summary import FitSummary
from symgd.registry.options import declared, names_options
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

SUMMARIES = {
    ".json": "a record for programs",
    ".txt": "a summary",
    ".md": "a summary in Markdown",
    ".tex": "a summary in LaTeX",
    ".html": "a summary as a page",
}


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Fit(fitted.Fit):
    __doc__ = fitted.Fit.__doc__

    @classmethod
    def of(cls, made: fitted.Fit) -> Self:
        """A fit with its summary, its picture and its files."""
        return cls(task=made.task, found=made.found, test=made.test)

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

    def save(self, path: str | PathLike[str], *, language: Language = None) -> Path:
        """Write the fit as the file's name ends; answers where it is.

        Parameters
        ----------
        path : str or path
            A .png, .svg or .pdf for the picture; a .json for programs, from which `symgd.fit.summaries.saved.load` predicts; a .txt,
            .md, .tex or .html for the summary.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.

        Raises
        ------
        OutputError
            For another suffix, or none, or when the file cannot be written.
        """
        return written_to(path, self.summary(), self.plot, language)

    def _repr_mimebundle_(self, **chosen: object) -> dict[str, str]:
        return shown(self, self.summary().html(), message("Data, fit and residuals"))

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """The summary as text."""
        return self.summary().text(ascii=ascii, language=language)

    def json(self, *, language: Language = None) -> str:
        """The summary for programs."""
        return self.summary().json(language=language)


def written_to(
    path: str | PathLike[str],
    summary: FitSummary | GroupsSummary,
    plot: Callable[..., Picture],
    language: Language,
) -> Path:
    """Write a summary or a picture, as the file's name ends; answers where it is."""
    suffix = expect_suffix(path, PICTURES | SUMMARIES)
    if suffix in PICTURES:
        plot(path=path, language=language)
        return Path(path)
    pages: dict[str, Callable[..., str]] = {
        ".json": summary.json,
        ".txt": summary.text,
        ".md": summary.markdown,
        ".tex": partial(summary.latex, document=True),
        ".html": partial(summary.html, document=True),
    }
    write_text(path, pages[suffix](language=language))
    return Path(path)
