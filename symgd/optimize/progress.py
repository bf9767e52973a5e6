"""Progress: somebody is told on the way how far a walk has come."""

from __future__ import annotations

from symgd.codegen.walk.bursts import Bursts
from symgd.codegen.walk.walk import Leapt, Row, Tests, TraceRows
from symgd.optimize.descent_options import Progress

TIMES = 100  # that it is told of, about


class Teller:
    """Stands before every step of a walk: tells of it where it is time, and makes many steps up to the next such time.

    Parameters
    ----------
    tell : callable
    most : int
        Steps at most.
    begun : int
        The step from which the walk goes on, of which nobody is told.
    bursts : Bursts, optional
        What makes many steps at once.
    """

    def __init__(self, tell: Progress, most: int, begun: int, bursts: Bursts | None = None) -> None:
        self.tell, self.most, self.last, self.bursts = tell, most, begun, bursts
        self.often = max(1, most // TIMES)

    def __call__(
        self,
        step: int,
        values: list[float],
        previous: float,
        row: Row | None,
        watch: Tests,
        rows: TraceRows,
    ) -> Leapt | None:
        """The steps from a point that are made at once."""
        if step != self.last and step % self.often == 0:
            self.last = step
            self.tell(step, self.most)
        if self.bursts is None:
            return None
        self.bursts.stop = step - step % self.often + self.often
        return self.bursts(step, values, previous, row, watch, rows)
