"""Names as a film writes them where there is little room: long ones are cut, and said in full once."""

from __future__ import annotations

from symgd.writing.formulas.names import AFTER

LONGEST = 14  # letters of a name that stays whole
FIRST, LAST = 7, 4  # of one that is cut: names that begin alike often end otherwise
CUT = "…"


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
    bare = name.removesuffix(AFTER)
    if not is_long(name):
        return name
    begin, end = bare[:FIRST].rstrip("_ "), bare[-LAST:].lstrip("_ ")
    return begin + CUT + end + name[len(bare) :]
