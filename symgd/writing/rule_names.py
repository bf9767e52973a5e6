"""The rules that a reader knows, by the names that people call them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from symgd.errors import DerivationError

_LEFT_OUT = re.compile(r"\b(rule|derivative of|the)\b")


def known_rules(
    known: Collection[str], used: Iterable[str], others: Iterable[str] = ()
) -> frozenset[str]:
    """The full names of the rules called `known`, among those that a derivation uses and others.

    Examples
    --------
    >>> sorted(known_rules({"power", "Constant multiple"}, ["power rule"], ["constant multiple rule"]))
    ['constant multiple rule', 'power rule']
    """
    if not known:
        return frozenset()
    own = tuple(dict.fromkeys(used))
    names = tuple(dict.fromkeys([*others, *own]))
    return frozenset(_found(name, names, own) for name in known)


def _found(name: str, names: Iterable[str], used: tuple[str, ...]) -> str:
    by_short = {_short(full): full for full in names}
    short = _short(name)
    if short in by_short:
        return by_short[short]
    close = difflib.get_close_matches(short, by_short, n=3)
    expected = " or ".join(f'"{by_short[match]}"' for match in close)
    raise DerivationError(
        f'there is no rule "{name}" that can be known',
        f"did you mean {expected}?" if close else f"this derivation uses {', '.join(used)}",
    )


def _short(name: str) -> str:
    """A rule's name without what people leave out: "power" for "power rule"."""
    plain = re.sub(r"[-_\s]+", " ", name.casefold())
    return " ".join(_LEFT_OUT.sub(" ", plain).split())
