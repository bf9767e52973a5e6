"""Fits: one fit for each group of rows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from symgd.data.arrays import IntArray
from symgd.data.labels import Label
from symgd.errors import SymgdError
from symgd.fit.ascii import in_ascii, spoken_in
from symgd.fit.fitted import Fit
from symgd.optimize.outcome import KINDS
from symgd.problem.problem import Problem
from symgd.registry.table import as_html, as_text
from symgd.writing.words import Language, Words, message, words_in

Made = TypeVar("Made", bound=Fit, covariant=True)
Other = TypeVar("Other", bound=Fit)


def rows_by(labels: Sequence[Label]) -> dict[Label, IntArray]:
    """The rows of each label, labels in the order in which they are first met.

    Examples
    --------
    >>> {label: rows.tolist() for label, rows in rows_by(["b", "a", "b"]).items()}
    {'b': [0, 2], 'a': [1]}
    """
    found: dict[Label, list[int]] = {}
    for row, label in enumerate(labels):
        found.setdefault(label, []).append(row)
    return {label: np.array(rows, dtype=np.intp) for label, rows in found.items()}


@dataclass(frozen=True, eq=False, repr=False)
class Fits(Mapping[Label, Made], Generic[Made]):
    """One fit for each group of rows, by the group's label.

    A group that cannot be fitted keeps none of the others from being fitted: it stands in `failures`, with its error.

    Parameters
    ----------
    problem : Problem
    by : str
        What rows are grouped by.
    labels : tuple of str, int or float
        Every group's, in the order in which they are first met.
    made : mapping of label to Fit
    failures : mapping of label to SymgdError

    Examples
    --------
    >>> from symgd import Problem
    >>> data = {"x": [1, 2, 1, 2], "y": [2, 4, 5, 8], "station": ["north", "north", "south", "south"]}
    >>> fits = Problem("a*x + b").fit(data, by="station")
    >>> {label: fit.parameters["a"] for label, fit in fits.items()}
    {'north': 2.0, 'south': 3.0}
    """

    problem: Problem
    by: str
    labels: tuple[Label, ...]
    made: Mapping[Label, Made]
    failures: Mapping[Label, SymgdError]

    def __getitem__(self, label: Label) -> Made:
        if label in self.failures:
            raise self.failures[label]
        return self.made[label]

    def __iter__(self) -> Iterator[Label]:
        return (label for label in self.labels if label in self.made)

    def __len__(self) -> int:
        return len(self.made)

    def mapped(self, make: Callable[[Made], Other]) -> Fits[Other]:
        """The same with another kind of fit made of each."""
        made = {label: make(fit) for label, fit in self.made.items()}
        return Fits(self.problem, self.by, self.labels, made, self.failures)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        return (self.by, "rows", *self.problem.parameters, "cost", "outcome")

    @property
    def table(self) -> tuple[tuple[Label | float, ...], ...]:
        """A row for each group: its label, how many rows it has, the parameters, the cost, and how the search ended."""
        return tuple(self._row(label) for label in self.labels)

    def _row(self, label: Label) -> tuple[Label | float, ...]:
        if label in self.failures:
            blank = (math.nan,) * (len(self.problem.parameters) + 1)
            return (label, math.nan, *blank, str(self.failures[label]))
        fit = self.made[label]
        return (label, len(fit.data), *fit.parameters.values(), fit.cost, fit.outcome.kind)

    def _told(self, words: Words) -> list[tuple[str, ...]]:
        """The table in words."""
        kinds = {str(kind): words(said) for kind, said in KINDS.items()}

        def cell_in(cell: Label | float) -> str:
            if isinstance(cell, str):
                return kinds.get(cell, cell)
            return "" if math.isnan(cell) else f"{cell:.6g}"

        return [(str(label), *map(cell_in, row)) for label, *row in self.table]

    def _heads(self, words: Words) -> tuple[str, ...]:
        own = {"rows": message("rows"), "cost": message("cost"), "outcome": message("outcome")}
        return tuple(words(own[n]) if n in own else n for n in self.columns)

    def text(
        self, *, ascii: bool = False, language: Language = None, width: int | None = None
    ) -> str:
        """The table as text, in parts where it is wider than `width`."""
        words, plain = spoken_in(language, ascii=ascii), in_ascii if ascii else str
        rows = [tuple(map(plain, row)) for row in (self._heads(words), *self._told(words))]
        return as_text(rows, width=width)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"Fits({len(self)} by {self.by}{failed})"

    def html(self) -> str:
        """The table as a part of a page."""
        words = words_in(None)
        return as_html(self._heads(words), self._told(words))

    def json(self) -> str:
        """The table for programs, a mapping for each group."""
        rows = [
            {
                n: None if isinstance(c, float) and not math.isfinite(c) else c
                for n, c in zip(self.columns, row, strict=True)
            }
            for row in self.table
        ]
        return json.dumps(rows) + "\n"
