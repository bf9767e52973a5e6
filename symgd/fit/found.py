"""Found: where a search for the least cost ended, and how it got there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message


@dataclass(frozen=True)
class Found:
    """The end of a search.

    Parameters
    ----------
    values : mapping of str to float
        The free parameters.
    cost : float
        The problem's cost there, weighted where there are weights.
    outcome : Outcome
        "converged" where the gradient, on the parameters' own scale, is 0 and the cost bends up.
    method : Message
        What was done, and why, in one line.
    account : tuple of Message
        The same at length: units and scales, starts, what was solved for exactly.
    remarks : tuple of Message
        What the reader should know: parameters that the data cannot tell apart, a bound that holds.
    second : Found, optional
        Another minimum that is as good, or nearly.
    far : mapping of str to float, optional
        Where there is no minimum, a place far out on the way to infinity.
    is_twin : bool
        Of a second minimum, whether it costs as little as the first but for rounding.
    """

    values: Mapping[str, float]
    cost: float
    outcome: Outcome
    method: Message
    account: tuple[Message, ...] = ()
    remarks: tuple[Message, ...] = ()
    second: Found | None = None
    far: Mapping[str, float] | None = None
    is_twin: bool = False
