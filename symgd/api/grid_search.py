"""GridSearch, with its picture and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from symgd.api.shown import shown
from symgd.files import PICTURES, expect_suffix, write_text
from symgd.optimize import grid_search as value
from symgd.registry.options import names_options
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

FILES = {".csv": "all points", ".json": "a report for programs", ".txt": "the best points"}


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class GridSearch(value.GridSearch):
    __doc__ = value.GridSearch.__doc__

    @classmethod
    def of(cls, made: value.GridSearch) -> Self:
        """A search that is done, with its picture and its files."""
        return cls(**vars(made))

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

    def save(self, path: str | PathLike[str], *, language: Language = None) -> Path:
        """Write a .csv of all points, a .json or .txt report, or the picture, as the file's name ends; answers where it is.

        Raises
        ------
        OutputError
            For another suffix, or none, or when the file cannot be written.
        """
        suffix = expect_suffix(path, PICTURES | FILES)
        if suffix == ".csv":
            write_text(path, self.csv())
        elif suffix == ".json":
            write_text(path, self.json(language=language))
        elif suffix == ".txt":
            write_text(path, self.text(language=language))
        else:
            self.plot(path, language=language)
        return Path(path)

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        return shown(self, self.html(), message("The cost over the grid, in colours"))
