"""Later: a mapping whose values are made when they are asked for, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

V = TypeVar("V")
W = TypeVar("W")


class Later(Mapping[str, V]):
    """What `make` answers for each of some names.

    Examples
    --------
    >>> lengths = Later(["a", "bcd"], len)
    >>> list(lengths), lengths["bcd"]
    (['a', 'bcd'], 3)
    """

    def __init__(self, names: Sequence[str], make: Callable[[str], V]) -> None:
        self._known: dict[str, V | None] = dict.fromkeys(names)
        self._make = make

    def __getitem__(self, name: str) -> V:
        known = self._known[name]
        if known is None:
            known = self._known[name] = self._make(name)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __reduce__(self) -> tuple[type[dict[str, V]], tuple[dict[str, V]]]:
        """Somewhere else they are all there."""
        return dict, (dict(self),)


def each(values: Mapping[str, V], change: Callable[[V], W]) -> Mapping[str, W]:
    """The same names with changed values, which are made later where those are.

    Examples
    --------
    >>> each({"a": 1}, str)
    {'a': '1'}
    """
    if isinstance(values, Later):
        return Later([*values], lambda name: change(values[name]))
    return {name: change(value) for name, value in values.items()}
