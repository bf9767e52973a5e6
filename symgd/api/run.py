"""Run, with its picture."""

from __future__ import annotations

from dataclasses import dataclass, fields
from os import PathLike
from typing import TYPE_CHECKING, Self

from symgd.optimize import run as value
from symgd.writing.words import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Run(value.Run):
    __doc__ = value.Run.__doc__

    @classmethod
    def of(cls, run: value.Run) -> Self:
        """A descent that has ended, with its picture."""
        return cls(**{field.name: getattr(run, field.name) for field in fields(run)})

    def plot(self, path: str | PathLike[str] | None = None, *, language: Language = None) -> Figure:
        """Data and line, each parameter, and the cost, by step; see `symgd.plots.plots.plot`."""
        from symgd.plots.plots import plot

        return plot(self, path, language=language)
