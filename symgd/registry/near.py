"""Names that were probably meant: what is a letter or two away comes first, two letters swapped being one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

LONGEST = 100  # of a name that nobody knows so much is looked at
FEW_EDITS = 2  # so many are counted; names that are farther are sorted by how much of them is alike


def near_names(name: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> list[str]:
    """The `known` names that are like one, the nearest first.

    Parameters
    ----------
    name : str
    known : iterable of str
    count : int
        How many at most.
    cutoff : float
        The share of letters that must be alike, as difflib counts them; two letters swapped are near by themselves.

    Examples
    --------
    >>> near_names("adma", ["adamax", "adam"]), near_names("isn", ["cos", "sin"], cutoff=0.75)
    (['adam'], ['sin'])
    """
    cut, there = name[:LONGEST], list(dict.fromkeys(known))
    alike = difflib.get_close_matches(cut, there, len(there), cutoff) if there else []
    swapped = (other for other in there if other not in alike and _is_swapped(cut, other))
    found = [*alike, *swapped]
    return sorted(found, key=lambda other: min(edits(cut, other), FEW_EDITS + 1))[:count]


def edits(one: str, two: str) -> int:
    """How many letters are put in, left out, changed or swapped with the next to make one word of the other.

    Examples
    --------
    >>> edits("adma", "adam"), edits("adma", "adamax"), edits("adam", "adam")
    (1, 2, 0)
    """
    before, row = [0] * (len(two) + 1), list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(two, start=1):
            changed = before[j - 1] + (letter != other)
            fewest = min(before[j] + 1, row[j - 1] + 1, changed)
            if i > 1 and j > 1 and (one[i - 2], letter) == (other, two[j - 2]):
                fewest = min(fewest, last[j - 2] + 1)
            row.append(fewest)
    return row[-1]


def _is_swapped(one: str, two: str) -> bool:
    """Whether two letters side by side are swapped, and nothing else differs."""
    apart = list(_apart(one, two))
    if len(one) != len(two) or len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return (one[first], one[second]) == (two[second], two[first])


def _apart(one: str, two: str) -> Iterator[int]:
    return (at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
