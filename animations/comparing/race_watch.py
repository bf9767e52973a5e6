"""Who arrives in a race, watched far beyond its last step; nothing here needs Manim.

Laws
----
- who is near and goes out again has not arrived, even where it goes out after the race: each is watched for many times as long
- a run whose longer one is another, as by a schedule that knows its length, is watched as far as it goes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from symgd.animations.comparing.walks import Walk, again, lateness
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.run import Run

HORIZON = 200  # steps of a race
WATCHED = 10 * HORIZON  # and so many are looked at
LOST = ("diverged", "undefined")


@dataclass(frozen=True, eq=False)
class RaceWatch:
    """Longer runs of a race's walks, each made once."""

    run: Run
    derive: Callable[[], Gradient]
    _known: dict[Walk, Walk | None] = field(default_factory=dict)

    def longer(self, walk: Walk) -> Walk | None:
        """The same walk, watched on; None where it loses its way."""
        if walk not in self._known:
            self._known[walk] = self._made(walk)
        return self._known[walk]

    def _made(self, walk: Walk) -> Walk | None:
        if walk.run.outcome.kind in LOST:
            return None
        options = {**walk.run.options, "optimizer": walk.run.optimizer, "max_iter": WATCHED}
        try:
            run = again(self.run, self.derive, **options)
        except SymgdError:
            return None
        made = replace(walk, run=run)
        rows = min(len(walk.cost), len(made.cost))
        if not np.array_equal(walk.points[:rows], made.points[:rows]):
            return walk
        return None if run.outcome.kind in LOST else made

    def arrival(self, walk: Walk, least: float, part: float) -> int | None:
        """The step of the race from which on it has no more than a `part` of the gap left, as long as it is watched."""
        if walk.settles(least, part) is None:
            return None
        longer = self.longer(walk)
        step = None if longer is None else longer.settles(least, part)
        return step if step is not None and step <= HORIZON else None

    def best_of(self, walks: Iterable[Walk], least: float, parts: Sequence[float]) -> Walk:
        """Who arrives first, the first part counting most; else who ends lowest.

        Nobody arrives earlier than it seems to without being watched, so few have to be.
        """

        def late(walk: Walk, *, watched: bool) -> tuple[float, ...]:
            found = [
                self.arrival(walk, least, part) if watched else walk.settles(least, part)
                for part in parts
            ]
            return lateness(walk, found)

        best: Walk | None = None
        best_key: tuple[float, ...] = ()
        for walk in sorted(walks, key=lambda each: late(each, watched=False)):
            if best is not None and late(walk, watched=False) >= best_key:
                break
            key = late(walk, watched=True)
            if best is None or key < best_key:
                best, best_key = walk, key
        if best is None:
            raise ValueError("no walk to choose from")
        return best
