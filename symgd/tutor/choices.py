"""Choices: at which places of a formula people mean different things by the same signs, and what is meant there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from symgd.errors import FormulaError

# A formula is read in so many ways at most.
MAX_WAYS = 200

Read = TypeVar("Read")


@dataclass
class Choices:
    """What is meant at each place in turn where there is a choice: 0 is the usual meaning.

    Examples
    --------
    >>> choices = Choices((2,))
    >>> choices.of(3), choices.of(2), choices.offered
    (2, 0, [3, 2])
    """

    taken: tuple[int, ...] = ()
    wide: bool = False  # whether a Σ may reach further than is usual
    offered: list[int] = field(default_factory=list)

    def of(self, options: int) -> int:
        """Which of so many meanings is meant at the place that comes next."""
        place = len(self.offered)
        self.offered.append(options)
        return self.taken[place] if place < len(self.taken) else 0

    def others(self) -> Iterator[tuple[int, ...]]:
        """The same choices with one more, at each later place, that is not the usual one."""
        for place in range(len(self.taken), len(self.offered)):
            usual = (0,) * (place - len(self.taken))
            for option in range(1, self.offered[place]):
                yield (*self.taken, *usual, option)


def every_way(
    read: Callable[[Choices], Read], is_wide: Callable[[Read], bool]
) -> tuple[tuple[Read, ...], bool]:
    """What comes out in every way to read a formula, the usual ways first, and whether these are all.

    Raises
    ------
    FormulaError
        The usual way's, where there is no way to read it.
    """
    found: dict[Read, None] = {}
    failed: FormulaError | None = None
    waiting: deque[Choices] = deque([Choices()])
    for _ in range(MAX_WAYS):
        if not waiting:
            break
        choices = waiting.popleft()
        try:
            term = read(choices)
        except FormulaError as error:
            failed = failed or error
        else:
            found.setdefault(term)
            if not choices.taken and not choices.wide and is_wide(term):
                waiting.append(Choices(wide=True))
        waiting += (Choices(taken, choices.wide) for taken in choices.others())
    if not found:
        assert failed is not None
        raise failed
    return tuple(found), not waiting
