"""Analysis, with its picture and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from symgd.api.pictured import RECORD, REPORT, Pictured
from symgd.optimize import analysis as value
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Analysis(value.Analysis, Pictured):
    __doc__ = value.Analysis.__doc__

    FILES = FrozenMap({".json": RECORD, ".txt": REPORT})
    CAPTION = message("The map of the cost, with the directions of its curvature")

    def plot(
        self,
        path: str | PathLike[str] | None = None,
        *,
        parameters: Sequence[str] | None = None,
        language: Language = None,
    ) -> Picture:
        """The ravine: the cost's map from the start to the minimum, with the directions in which it bends least and most.

        Parameters
        ----------
        path : str or path, optional
            A .png, .svg or .pdf file to write as well.
        parameters : sequence of str, optional
            The two that are drawn; without it, the first two.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.
        """
        from symgd.plots.ravine_picture import plot_ravine

        return plot_ravine(self, path, parameters=parameters, language=language)
