"""Evaluable: derivations whose lines can be worked out at a point."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

from symgd.derivation.result import Result
from symgd.registry.options import names_options
from symgd.writing.exposition import Chapter

if TYPE_CHECKING:
    from symgd.data.columns import Data
    from symgd.derivation.at_point.worked import Worked  # loads NumPy

# A number, or the entries of a vector or a table.
Coordinate: TypeAlias = SupportsFloat | Sequence[SupportsFloat] | Sequence[Sequence[SupportsFloat]]


@names_options
class Evaluable(Result):
    """A derivation whose lines can be worked out at a point."""

    @property
    @abstractmethod
    def chapters_by_key(self) -> Mapping[Any, Chapter]:
        """The lines of each derivative, from the first one on, by what the derivative is called."""

    def at(
        self,
        parameters: Mapping[str, Coordinate],
        data: Data | None = None,
        *,
        row: int | None = None,
        digits: int = 6,
    ) -> Worked:
        """Every line with numbers put in, and what it comes to.

        Parameters
        ----------
        parameters : mapping of str to number, or to a sequence of numbers for a vector
            A decimal is meant as it is printed: 0.1 is 1/10.
        data : table, optional
            A mapping of names to columns, a frame, or the path of a CSV, with the names that the formula has.
        row : int, optional
            One row of the data alone, counted from 1 as Σ counts: the cost of this one example.
        digits : int
            How many significant digits are shown; ≈ stands where that is not the number itself.

        Returns
        -------
        Worked
            Prints as text, and has all formats of a derivation. `.result` has the values by parameter; those of a
            Hessian, on and above the diagonal, by two.

        Raises
        ------
        DerivationError, DataError
            For names without numbers, numbers without names, and where a line has no value.

        Examples
        --------
        >>> from symgd import Problem, differentiate
        >>> differentiate("x^2", "x").at({"x": 3}).result
        {'x': 6.0}
        >>> line, data = Problem("m*x + b"), {"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]}
        >>> point = line.derive().at({"m": 0.2, "b": 0.5}, data)
        >>> {name: round(value, 6) for name, value in point.result.items()}
        {'m': -6.133333, 'b': -2.466667}
        >>> line.hessian().at({"m": 0.2, "b": 0.5}, data).result["m", "b"]
        4.0
        """
        from symgd.derivation.at_point.worked import worked

        told = replace(self.exposition, chapters=tuple(self.chapters_by_key.values()))
        return worked(told, self.chapters_by_key, parameters, data, row=row, digits=digits)
