"""ByName: numbers by the names of formulas, found by whatever spelling a formula may have of them."""

from __future__ import annotations

from typing import Generic, TypeVar

from symgd.parsing.tokens import as_spelled
from symgd.registry.registry import FrozenMap, Undeclared

Value = TypeVar("Value", covariant=True)


class ByName(FrozenMap[str, Value], Generic[Value]):
    """A mapping by name that does not change, in which θ₁ is theta_1.

    Examples
    --------
    >>> values = ByName({"alpha": 1.0, "theta_1": 2.0})
    >>> values["α"], values["θ₁"], values["theta_1"], "β" in values
    (1.0, 2.0, 2.0, False)
    >>> values["alpa"]
    Traceback (most recent call last):
    symgd.registry.registry.Undeclared: there is no "alpa"; did you mean alpha? All are alpha, theta_1
    """

    __slots__ = ()

    def __getitem__(self, key: str) -> Value:
        if key in self._items:
            return self._items[key]
        (spelled,) = as_spelled((key,))
        if spelled in self._items:
            return self._items[spelled]
        raise Undeclared(key, tuple(self._items))
