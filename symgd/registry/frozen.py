"""FrozenMap: a mapping that does not change, and that can be copied and sent to another process."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Reversible
from typing import Any, Generic, Self, TypeVar

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
