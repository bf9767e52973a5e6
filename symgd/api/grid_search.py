"""GridSearch, with its picture and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from symgd.api.pictured import RECORD, REPORT, Pictured, TextFile
from symgd.optimize import grid_search as value
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class GridSearch(value.GridSearch, Pictured):
    __doc__ = value.GridSearch.__doc__

    FILES = FrozenMap(
        {
            ".csv": TextFile("all points", lambda found, _: found.csv()),
            ".json": RECORD,
            ".txt": REPORT._replace(holds="the best points"),
        }
    )
    CAPTION = message("The cost over the grid, in colours")

    def plot(
        self,
        path: str | PathLike[str] | None = None,
        *,
        parameters: Sequence[str] | None = None,
        language: Language = None,
    ) -> Picture:
        """The costs in colours over two parameters, and the best point; over one a curve, of more the slices through the best.

        Parameters
        ----------
        path : str or path, optional
            A .png, .svg or .pdf file to write as well.
        parameters : sequence of str, optional
            Two of more parameters, whose slice alone is drawn.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.
        """
        from symgd.plots.grid_picture import plot_grid

        return plot_grid(self, path, parameters=parameters, language=language)
