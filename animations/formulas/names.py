"""Names as a film writes them where there is little room: long ones are cut, and said in full once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from symgd.writing.formulas.names import AFTER

LONGEST = 14  # letters of a name that stays whole
FIRST, LAST = 7, 4  # of one that is cut: names that begin alike often end otherwise
SHORTER = ((5, 3), (3, 2), (2, 1), (1, 1))  # where even that has no room
CUT = "…"

Named: TypeAlias = Callable[[str], str]
"""A way to write a name."""


def is_long(name: str) -> bool:
    """Whether a name is cut where there is little room."""
    return len(name.removesuffix(AFTER)) > LONGEST


def brief(name: str) -> str:
    """A name, cut where it is long; what it is after a step is cut alike.

    Examples
    --------
    >>> brief("slope"), brief("average_household_income"), brief("average_household_saving'")
    ('slope', 'average…come', "average…ving'")
    """
    return cut(name, FIRST, LAST) if is_long(name) else name


def cut(name: str, first: int, last: int) -> str:
    """A name's first and last letters, where it has more than these and one; what it is after a step is cut alike.

    Examples
    --------
    >>> cut("marginal_rate", 3, 2), cut("rate", 3, 2)
    ('mar…te', 'rate')
    """
    bare = name.removesuffix(AFTER)
    if len(bare) <= first + last + 1:
        return name
    begin, end = bare[:first].rstrip("_ "), bare[-last:].lstrip("_ ")
    return begin + CUT + end + name[len(bare) :]


def ever_shorter() -> Iterator[Named]:
    """Ways to write a name, each of which needs less room than the one before."""
    yield brief
    for first, last in SHORTER:
        yield partial(cut, first=first, last=last)
