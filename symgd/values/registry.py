"""Registry: declarations by name, shown as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from symgd.values.frozen import FrozenMap
from symgd.values.table import as_html, as_text


class Declared(Protocol):
    """What can stand in a registry."""

    @property
    def summary(self) -> Mapping[str, str]:
        """Its row in the registry's table, by the columns' names."""


Entry = TypeVar("Entry", bound=Declared, covariant=True)


class Registry(FrozenMap[str, Entry]):
    """Declarations by name, in an order that means something; ``|`` makes one that has more.

    Examples
    --------
    >>> from symgd import PENALTIES
    >>> PENALTIES  # doctest: +NORMALIZE_WHITESPACE
    name         title                formula
    ridge        ridge penalty        lambda*sum(weight^2)
    lasso        lasso penalty        lambda*sum(abs(weight))
    elastic_net  elastic net penalty  lambda*rho*sum(abs(weight)) + lambda*(1 - rho)/2*sum(weight^2)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Name, title and formula; where they are from stands in the notebook's table and in the entries."""
        return as_text([row[:3] for row in self._rows])

    def _repr_html_(self) -> str:
        head, *rows = self._rows
        return as_html(head, rows)

    @property
    def _rows(self) -> list[tuple[str, ...]]:
        rows = [entry.summary for entry in self.values()]
        head = tuple(rows[0]) if rows else ("empty",)
        return [head, *(tuple(row.values()) for row in rows)]
