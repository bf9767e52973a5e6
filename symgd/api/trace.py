"""Trace, with its picture and its files."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from symgd.api.notebook import PICTURES, image, picture_of
from symgd.files import expect_suffix, write_text
from symgd.optimize import trace as value
from symgd.writing.words import Language

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

TABLES = {".csv": "a table", ".json": "columns by name"}


@dataclass(frozen=True, eq=False, repr=False)
class Trace(value.Trace):
    __doc__ = value.Trace.__doc__

    @classmethod
    def of(cls, trace: value.Trace) -> Self:
        """A trace, with its picture and its files."""
        return cls(trace.parameters, trace.table)

    def plot(
        self, path: str | PathLike[str] | None = None, *, language: Language = None
    ) -> Picture:
        """The parameters and the cost, by step; writes it to a .png, .svg or .pdf as well where `path` is given."""
        from symgd.plots.plots import plot_trace

        return plot_trace(self, path, language=language)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the trace to a file: its rows to a .csv or .json, or its picture to a .png, .svg or .pdf.

        Raises
        ------
        OutputError
            For another suffix, or when the file cannot be written.
        """
        suffix = expect_suffix(path, TABLES | PICTURES)
        if suffix == ".csv":
            self.to_csv(path)
        elif suffix == ".json":
            write_text(path, self.json())
        else:
            self.plot(path)

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        picture = picture_of(self.plot)
        return {"text/plain": repr(self), "text/html": self.html() + image(picture, "The trace")}
