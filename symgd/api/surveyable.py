"""Surveyable: a Problem whose cost is looked at on data: on a grid, by its curvature, at several rates.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symgd.api.derivable import Derivable
from symgd.errors import DescentError
from symgd.parsing.tokens import as_spelled
from symgd.registry.options import names_options
from symgd.writing.words import Language

if TYPE_CHECKING:
    from os import PathLike

    from symgd.api.analysis import Analysis
    from symgd.api.grid_search import GridSearch
    from symgd.data.columns import ColumnLike, Data
    from symgd.optimize.grid_search import Range
    from symgd.plots.picture import Picture


@names_options
class Surveyable(Derivable):
    """A Problem that says what descent will meet."""

    def plot_rates(
        self,
        /,
        *data: Data,
        rates: Sequence[float] | None = None,
        start: Mapping[str, float] | None = None,
        max_iter: int = 50,
        parameters: Sequence[str] | None = None,
        path: str | PathLike[str] | None = None,
        language: Language = None,
        **named_data: ColumnLike,
    ) -> Picture:
        """Learning rates side by side: the way at each of them on the cost's map, and all costs by step.

        Parameters
        ----------
        *data, **named_data
            As for `descend`.
        rates : sequence of float, optional
            Without it, where the curvature is known: a small one, 1/λ_max, one that zigzags and one that diverges.
        start, max_iter
            As for `descend`.
        parameters : sequence of str, optional
            The two that the maps show.
        path : str or path, optional
            A .png, .svg or .pdf file to write as well.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.

        Raises
        ------
        DescentError
            Where no rates are given and no curvature is known.
        """
        from symgd.optimize.analysis import teaching_rates
        from symgd.optimize.descend import descend
        from symgd.optimize.descent_options import DescentOptions
        from symgd.plots.plots import plot_rates

        self._expect_columns(named_data, "plot_rates")
        if rates is None:
            named: Any = named_data  # columns, and none of the options
            rates = teaching_rates(self.analyse(*data, start=start, **named))
        if not len(rates):
            raise DescentError("there are no rates", "pass some, such as rates=[0.01, 0.1]")
        asked = (
            DescentOptions(learning_rate=rate, start=start, max_iter=max_iter) for rate in rates
        )
        runs = [descend(self, self.derive, data, named_data, options) for options in asked]
        return plot_rates(runs, path, parameters=parameters, language=language)

    def grid(
        self,
        /,
        *data: Data,
        ranges: Mapping[str, Range] | None = None,
        fixed: Mapping[str, float] | None = None,
        **named: Any,
    ) -> GridSearch:
        """Grid search: the cost at every point of a grid, as one does who knows no descent.

        Parameters
        ----------
        *data
            As for `descend`; columns may be named, too.
        ranges : mapping of str to range, optional
            By parameter (low, high, count), or a list or array of values; the way to name a parameter that is called as an
            option is.
        fixed : mapping of str to float, optional
            The parameters that keep a value.
        **named
            Ranges by parameter, ``m=(0, 2, 41)``, and columns.

        Returns
        -------
        GridSearch
            `.best`, `.cost`, `.text()`, `.html()`, `.json()`, `.csv()`, `.plot()`, `.save(path)`.

        Examples
        --------
        >>> from symgd import Problem
        >>> found = Problem("m*x + b").grid([1, 2, 3], [1.2, 1.8, 3.4], m=(0, 2, 41), b=(-1, 1, 41))
        >>> dict(found.best), found.evaluations
        ({'m': 1.1, 'b': -0.05}, 1681)
        """
        from symgd.api.grid_search import GridSearch
        from symgd.optimize.grid_search import grid_search

        spelled = dict(zip(named, as_spelled(named), strict=True))
        axes = {n: r for n, r in named.items() if spelled[n] in self.parameters}
        given = {**(ranges or {}), **axes}
        rest = {name: part for name, part in named.items() if name not in axes}
        self._expect_columns(rest, "grid")
        return GridSearch.of(grid_search(self, self.derive, data, rest, given, fixed or {}))

    def analyse(
        self,
        /,
        *data: Data,
        start: Mapping[str, float] | None = None,
        tolerance: float = 1e-9,
        **named_data: ColumnLike,
    ) -> Analysis:
        """What descent will meet on these data: curvature, rates, how many steps at each, what scaling would gain.

        Parameters
        ----------
        *data, **named_data
            As for `descend`.
        start : mapping of str to float, optional
            Where the walk would begin; where the cost is no quadratic, the curvature is that of this place.
        tolerance : float
            As for `descend`.

        Returns
        -------
        Analysis
            `.curvature`, `.condition_number`, `.steps_at(rate)`, `.text()`, `.html()`, `.json()`, `.plot()`.

        Examples
        --------
        >>> from symgd import Problem
        >>> found = Problem("a*x + b").analyse([1, 2, 3], [1.2, 1.8, 3.4])
        >>> round(found.largest_stable_rate, 8), round(found.condition_number, 4)
        (0.18029485, 46.145)
        """
        from symgd.api.analysis import Analysis
        from symgd.optimize.analysis import analyse

        self._expect_columns(named_data, "analyse")
        return Analysis.of(analyse(self, self.derive, data, named_data, start, tolerance))
