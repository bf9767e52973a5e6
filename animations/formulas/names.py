"""Names as a film writes them where there is little room: long ones are cut, and said in full once."""

from __future__ import annotations

LONGEST = 14  # letters of a name that stays whole
KEPT = 11  # of one that is cut
CUT = "…"


def brief(name: str) -> str:
    """A name, cut where it is long.

    Examples
    --------
    >>> brief("slope"), brief("average_household_income_in_euro")
    ('slope', 'average_hou…')
    """
    return name if len(name) <= LONGEST else name[:KEPT].rstrip("_ ") + CUT
