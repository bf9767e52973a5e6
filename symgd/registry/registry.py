"""Registry: declarations by name, in a map that does not change; its table is imported when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Reversible
from typing import Any, Generic, Self, TypeVar

from symgd.registry.options import instead_of

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", covariant=True)


class FrozenMap(Mapping[Key, Value], Reversible[Key], Generic[Key, Value]):
    """A mapping that does not change, in the order in which it was given.

    Python's own, `MappingProxyType`, can be neither copied nor pickled.

    Examples
    --------
    >>> values = FrozenMap({"m": 2.0, "b": 1.0})
    >>> values["m"], values | {"b": 3.0}
    (2.0, {'m': 2.0, 'b': 3.0})
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[Key, Value] | Iterable[tuple[Key, Value]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: Key) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __reversed__(self) -> Iterator[Key]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __or__(self, other: Mapping[Key, Any]) -> Self:
        return type(self)({**self._items, **other})

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


class Declared(ABC):
    """What can stand in a registry: it has a `name`, and a notebook shows it as a table of its own."""

    name: str

    @property
    @abstractmethod
    def summary(self) -> Mapping[str, str]:
        """Its row in the registry's table, by the columns' names."""

    def _repr_html_(self) -> str:
        from symgd.registry.table import as_html

        return as_html((), [(title, said) for title, said in self.summary.items() if said])


Entry = TypeVar("Entry", bound=Declared, covariant=True)


class Undeclared(KeyError):
    """A name that is not in a registry, and those that are; the nearest is looked for where it is shown."""

    def __str__(self) -> str:
        name, known = self.args
        return f'there is no "{name}"; {instead_of(str(name), known)}'


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

    def __getitem__(self, name: str) -> Entry:
        """The declaration of this name; a KeyError with the nearest where there is none."""
        try:
            return self._items[name]
        except KeyError:
            raise Undeclared(name, [*self]) from None

    def __repr__(self) -> str:
        """The first three columns; the others stand in the notebook's table and in the entries."""
        from symgd.registry.table import as_text

        return as_text([row[:3] for row in self._rows])

    def _repr_html_(self) -> str:
        from symgd.registry.table import as_html

        head, *rows = self._rows
        return as_html(head, rows)

    @property
    def _rows(self) -> list[tuple[str, ...]]:
        rows = [entry.summary for entry in self.values()]
        head = tuple(rows[0]) if rows else ("empty",)
        return [head, *(tuple(row.values()) for row in rows)]


def registry_of(declared: Iterable[Entry]) -> Registry[Entry]:
    """Declarations, each under its own name."""
    return Registry((entry.name, entry) for entry in declared)
