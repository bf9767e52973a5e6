"""Clock: time for budgets that a test moves on, however fast the machine is, and whatever else it does."""

from __future__ import annotations

from symgd.budget import _Watch


class Clock:
    """Time that stands still until it is moved on; it is its own watchman, who stops what is up by then."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.seen: list[_Watch] = []

    def monotonic(self) -> float:
        return self.now

    def watch(self, watch: _Watch) -> None:
        self.seen.append(watch)

    def move(self, seconds: float) -> None:
        """So many seconds pass, and the first watch whose time is up stops its work."""
        self.now += seconds
        for watch in sorted(self.seen, key=lambda watch: watch.deadline):
            if not watch.fired:
                watch.fire()
