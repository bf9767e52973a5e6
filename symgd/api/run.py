"""Run, with its picture and its files."""

from __future__ import annotations

from dataclasses import dataclass, fields
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from symgd.api.notebook import PICTURES, image, picture_of
from symgd.api.trace import Trace
from symgd.files import expect_suffix, write_text
from symgd.optimize import run as value
from symgd.optimize.report import as_html, as_json, as_text
from symgd.writing.words import Language

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

REPORTS = {".csv": "the trace", ".json": "a report for programs", ".txt": "a report"}


@dataclass(frozen=True, eq=False, repr=False)
class Run(value.Run):
    __doc__ = value.Run.__doc__

    trace: Trace

    @classmethod
    def of(cls, run: value.Run) -> Self:
        """A descent that has ended, with its picture and its files."""
        given = {field.name: getattr(run, field.name) for field in fields(run)}
        return cls(**{**given, "trace": Trace.of(run.trace)})

    def plot(
        self, path: str | PathLike[str] | None = None, *, language: Language = None
    ) -> Picture:
        """Data and line, each parameter, and the cost, by step; see `symgd.plots.plots.plot`."""
        from symgd.plots.plots import plot

        return plot(self, path, language=language)

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """What the descent came to, in a few lines."""
        return as_text(self, ascii=ascii, language=language)

    def json(self, *, language: Language = None) -> str:
        """The same for programs."""
        return as_json(self, language=language)

    def save(self, path: str | PathLike[str], *, language: Language = None) -> None:
        """Write what the run came to, as the file's name ends.

        Parameters
        ----------
        path : str or path
            A .png, .svg or .pdf for the picture, a .csv for the trace, a .json or .txt for the report.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.

        Raises
        ------
        OutputError
            For another suffix, or when the file cannot be written.
        """
        suffix = expect_suffix(path, PICTURES | REPORTS)
        if suffix == ".csv":
            self.trace.to_csv(path)
        elif suffix == ".json":
            write_text(path, self.json(language=language))
        elif suffix == ".txt":
            write_text(path, self.text(language=language))
        else:
            self.plot(path, language=language)

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        picture = image(
            picture_of(self.plot), "Data and line, each parameter, and the cost, by step"
        )
        return {"text/plain": repr(self), "text/html": as_html(self) + picture}
