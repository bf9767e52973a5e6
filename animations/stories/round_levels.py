"""Costs of lines of equal cost as short numbers, which can be read in a picture."""

from __future__ import annotations

from collections.abc import Sequence

SHORT = (1, 2, 3, 4)  # significant digits
MOVED = 0.25  # of the way to the next level: so far it may be moved


def round_levels(levels: Sequence[float], least: float) -> list[float]:
    """Levels above the `least` cost, each rounded as far as it stays far from the next; their order stays.

    Examples
    --------
    >>> round_levels([0.2851, 0.7432, 1.37, 4.56, 9.88], 0.05556)
    [0.3, 0.7, 1.4, 5.0, 10.0]
    >>> round_levels([104523.0, 271309.0], 49727.0)
    [100000.0, 300000.0]
    """
    made = []
    for number, level in enumerate(levels):
        below = levels[number - 1] if number else least
        above = levels[number + 1] if number + 1 < len(levels) else 2 * level - below
        room = MOVED * min(level - below, above - level)
        rounds = (float(f"{level:.{digits - 1}e}") for digits in SHORT)
        made.append(next((each for each in rounds if abs(each - level) <= room), level))
    return made
