"""A map keyed by the object that a key is, and not by what it is equal to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class IdentityMap(Generic[K, V]):
    """Values by the very object that a key is.

    The keys are held: an object that is gone gives its identity to another one, which would then be taken for it.

    Examples
    --------
    >>> a, b = [1], [1]
    >>> known: IdentityMap[list[int], str] = IdentityMap()
    >>> known[a] = "a"
    >>> a in known, b in known
    (True, False)
    >>> known.once(b, lambda: "b"), known.once(b, lambda: "another")
    ('b', 'b')
    """

    def __init__(self) -> None:
        self._entries: dict[int, tuple[K, V]] = {}

    def __getstate__(self) -> list[tuple[K, V]]:
        """Keys and values: identities belong to one process, and copies have their own."""
        return [*self._entries.values()]

    def __setstate__(self, state: list[tuple[K, V]]) -> None:
        self._entries = {id(key): (key, value) for key, value in state}

    def __contains__(self, key: object) -> bool:
        return id(key) in self._entries

    def __getitem__(self, key: K) -> V:
        return self._entries[id(key)][1]

    def __setitem__(self, key: K, value: V) -> None:
        self._entries[id(key)] = key, value

    def values(self) -> Iterator[V]:
        """All values, in the order in which their keys came."""
        return (value for _, value in self._entries.values())

    def get(self, key: K, default: D) -> V | D:
        """The value of `key`, or `default` where there is none."""
        entry = self._entries.get(id(key))
        return default if entry is None else entry[1]

    def get_each(self, keys: Iterable[K], default: D) -> list[V | D]:
        """The value of each key, or `default`, in one go: a long sum has its terms looked up at every line."""
        absent = None, default
        get = self._entries.get
        return [get(id(key), absent)[1] for key in keys]

    def once(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made where there is none yet."""
        entry = self._entries.get(id(key))
        if entry is None:
            entry = self._entries[id(key)] = key, make()
        return entry[1]
