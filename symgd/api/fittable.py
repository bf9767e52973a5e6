"""Fittable: a Problem with its minimum over data.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, overload

from symgd.api.descendable import Descendable
from symgd.budget import Budget, shared
from symgd.registry.options import names_options

if TYPE_CHECKING:
    from symgd.api.fit import Fit
    from symgd.api.fits import Fits
    from symgd.data.columns import ColumnLike, Data
    from symgd.fit.fit_options import Bound


@names_options
class Fittable(Descendable):
    """A Problem that finds the minimum of its cost."""

    @overload
    def fit(
        self,
        /,
        *data: Data,
        weights: ColumnLike | str | None = None,
        start: Mapping[str, float] | None = None,
        fixed: Mapping[str, float] | None = None,
        bounds: Mapping[str, Bound] | None = None,
        tied: Mapping[str, str] | None = None,
        by: None = None,
        test_size: float | None = None,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> Fit: ...

    @overload
    def fit(
        self,
        /,
        *data: Data,
        weights: ColumnLike | str | None = None,
        start: Mapping[str, float] | None = None,
        fixed: Mapping[str, float] | None = None,
        bounds: Mapping[str, Bound] | None = None,
        tied: Mapping[str, str] | None = None,
        by: ColumnLike | str,
        test_size: float | None = None,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> Fits: ...

    def fit(
        self,
        /,
        *data: Data,
        weights: ColumnLike | str | None = None,
        start: Mapping[str, float] | None = None,
        fixed: Mapping[str, float] | None = None,
        bounds: Mapping[str, Bound] | None = None,
        tied: Mapping[str, str] | None = None,
        by: ColumnLike | str | None = None,
        test_size: float | None = None,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> Fit | Fits:
        """The minimum of the cost over data, by what works; it needs no start and no learning rate.

        A cost that is a quadratic is solved for, other sums of squares are searched from starts that the formula and
        the data tell, and every other cost is minimised by Newton's method or a linear programme: the fit says which.

        Parameters
        ----------
        *data, **named_data
            As for `descend`.
        weights : column or str, optional
            A number of 0 or more for each example, or the name of the column that has them: one of weight 2 counts as
            two in the cost. For standard errors they are relative, as inverse variances are.
        start : mapping of str to float, optional
            Values that are tried first. Without it, or where it does not serve, others are found.
        fixed : mapping of str to float, optional
            Parameters that keep a value: {"b": 0}.
        bounds : mapping of str to (float or None, float or None), optional
            The least and the greatest value of a parameter: {"k": (0, None)}.
        tied : mapping of str to str, optional
            Parameters that are formulas of others: {"c": "2*a"}.
        by : column or str, optional
            Labels, text or numbers, or the name of the column that has them: each group of rows is fitted by itself.
        test_size : float, optional
            The share of the rows, within each group, that is held out of the fit, drawn by `seed`.
        seed : int
            Of all that is drawn.
        progress : callable, optional
            Called now and then with how much is done, and of how much.
        budget : Budget, optional
            How much it may cost.

        Returns
        -------
        Fit or Fits
            Fits, by label, where rows are grouped.

        Raises
        ------
        FitError
            When weights, bounds, ties or another wish do not go with the problem.
        UnknownOption
            For an option that is none of these, with the one that was probably meant.
        DataError
            When the data do not fit the problem.

        Examples
        --------
        >>> from symgd import Problem
        >>> fit = Problem("a*x + b").fit([1, 2, 3], [1.2, 1.8, 3.4])
        >>> fit.parameters["a"], fit.outcome.kind
        (1.1, 'converged')
        """
        from symgd.api.fit import Fit
        from symgd.api.fits import Fits
        from symgd.fit import groups
        from symgd.fit.fit import fit
        from symgd.fit.fit_options import FitOptions

        self._expect_columns(named_data, "fit", weights, by)
        options = FitOptions(
            weights=weights,
            start=start,
            fixed=fixed,
            bounds=bounds,
            tied=tied,
            by=by,
            test_size=test_size,
            seed=seed,
            progress=progress,
        )
        with shared(budget):
            made = fit(self, data, named_data, options)
        return Fits.of(made.mapped(Fit.of)) if isinstance(made, groups.Fits) else Fit.of(made)
