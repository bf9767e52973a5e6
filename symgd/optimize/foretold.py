"""How many steps it takes, where it is known of each number of steps whether they are enough."""

from __future__ import annotations

from collections.abc import Callable

NEVER = 10**12  # more steps than anybody makes


def least_steps(enough: Callable[[int], bool]) -> int | None:
    """The least number of steps that is enough; None where none is, of those that anybody makes.

    Examples
    --------
    >>> least_steps(lambda steps: 0.5**steps <= 1e-3)
    10
    """
    if enough(0):
        return 0
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
        if high > NEVER:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
