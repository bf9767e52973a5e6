"""What there is to know about a descent that has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symgd.codegen.walk.arrival import CLOSE, Ahead
from symgd.codegen.walk.bowl import Bowl
from symgd.codegen.walk.walk import Ending, Limits, Throw
from symgd.errors import SymgdError
from symgd.optimize.curvature import Landscape
from symgd.optimize.method import Method
from symgd.optimize.rates import Asked
from symgd.optimize.undefined import WithoutValue
from symgd.writing.words import Message


@dataclass(frozen=True)
class Story:
    """What there is to know about a descent that has ended."""

    kind: str
    ending: Ending
    steps: int
    learning_rate: float
    limits: Limits  # those that held
    asked: Asked
    first: tuple[float, float]  # cost and gradient norm at the start
    last: tuple[float, float]  # and at the end
    next_length: float  # how long the next step would be
    parameters: Mapping[str, float]  # at the end
    landscape: Landscape
    bowl: Bowl | None = None  # of a quadratic, seen from the end
    bends: float | None = None  # the condition number at the end, where it is another everywhere
    # A rate at which the first steps go down, where the landscape does not know the largest stable one.
    guess: float | None = None
    alike: Message | None = None  # why the data do not tell parameters apart
    kinked: bool = False  # whether the cost has kinks
    kinks: tuple[str, ...] = ()  # and which of its parts: loss, penalty, model
    bounces: bool = False  # whether the cost goes up and down
    thrown: Throw | None = None  # the step that threw it onto a plateau
    has_examples: bool = True  # whether the cost is that of examples
    most: str = "max_iter"  # the option that says how long
    turned: bool = False  # whether its steps were made in other coordinates
    alternates: bool = False  # whether the parameters moved one after the other
    by_batches: bool = False  # whether each step looked at some of the rows only,
    ways: tuple[str, ...] = ()  # where parameters go while the cost falls for ever
    wanders: bool = False  # and the cost goes up and down for that
    method: Method | None = None  # what made the steps, where it was no plain gradient descent
    refused: SymgdError | None = None  # why it made no further step
    file: str = ""  # the checkpoint that it is kept in
    rate_ended: bool = False  # whether its law makes the next step's rate 0
    lost: bool = False  # whether what it remembers left the floats
    undefined: WithoutValue | None = None  # what of its rule has no value in the next step
    constant: bool = False  # whether the cost is the same everywhere

    @property
    def ahead(self) -> Ahead | None:
        """What lies ahead of the end, on the parameters' own scale."""
        return self.ending.ahead

    @property
    def saddle(self) -> bool:
        """Whether it came to rest where the cost bends down."""
        resting = self.ending.ended not in ("max_iter", "beyond", "no gradient")
        ahead = self.ahead
        if not resting or ahead is None or not ahead.bends_down:
            return False
        return ahead.fall <= CLOSE * abs(self.last[0])

    @property
    def unstable(self) -> bool:
        """Whether the rate is known to be above the largest stable one."""
        return not self.asked.auto and self.landscape.is_unstable(self.learning_rate)
