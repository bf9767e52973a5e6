"""RateLaw: a descent's learning rate where it is a formula of t, the number of the step, counted from 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from symgd.codegen.rules.rate import RateFunction
from symgd.errors import DescentError, either, parameter
from symgd.optimizers.schedule import LAST, Schedule
from symgd.optimizers.schedules import SCHEDULES
from symgd.registry.registry import FrozenMap

EXAMPLE = '"0.1/sqrt(t)"'
LOOKED_AT = 1000  # steps whose rates are looked at before the walk


@dataclass(frozen=True)
class RateLaw:
    """The rate of each step.

    Parameters
    ----------
    schedule : Schedule
    option : str
        Where it was given: "schedule", or "learning_rate".
    settings : mapping of str to float
        Those of the schedule that are not its defaults.

    Examples
    --------
    >>> law = RateLaw(Schedule("own", "alpha/sqrt(t)"), "schedule").at(0.5, 100)
    >>> law(1), law(4)
    (0.5, 0.25)
    """

    schedule: Schedule
    option: str
    settings: Mapping[str, float] = field(default_factory=FrozenMap)

    @property
    def needs_base(self) -> bool:
        """Whether it changes a rate, and is none by itself."""
        return self.schedule.needs_rate

    @property
    def said(self) -> str:
        """What it is called: a declared schedule's name, else its formula."""
        return self.schedule.name if self.schedule.name in SCHEDULES else self.schedule.formula

    @property
    def counts_steps(self) -> bool:
        """Whether the rates depend on T, how many steps there are at most."""
        return LAST in self.schedule.term.names

    def at(self, base: float, last: int) -> Callable[[int], float]:
        """The rate by the step's number; nan where the formula has no value."""
        rate = RateFunction(self.schedule, self.settings)
        return partial(_rate, rate, base, max(last, 1))

    def expect_rates(self, base: float, last: int) -> None:
        """DescentError for the first step whose rate is below 0, or is no number."""
        rate = self.at(base, last)
        if last and not any(rate(number) for number in range(1, min(last, LOOKED_AT) + 1)):
            said = parameter(self.option, f'"{self.schedule.formula}"')
            remedy = f"give a formula that is above 0, such as {EXAMPLE}"
            raise DescentError(f"{said} is 0 at every step", remedy)
        for number in [*range(1, min(last, LOOKED_AT) + 1), last]:
            found = rate(number) if number > 0 else 0.0
            if not (math.isfinite(found) and found >= 0):
                said = parameter(self.option, f'"{self.schedule.formula}"')
                cause = f"{said} is {found:.6g} at step {number}"
                raise DescentError(cause, f"give a formula that is above 0, such as {EXAMPLE}")

    def expect_rates_beyond(self, base: float, total: int, last: int) -> None:
        """DescentError for a rate below 0, or none, where a walk whose T is `total` goes on up to step `last`."""
        rate = self.at(base, total)
        for number in [*range(total + 1, min(last, total + LOOKED_AT) + 1), last]:
            found = rate(number)
            if not (math.isfinite(found) and found >= 0):
                said = parameter(self.option, f'"{self.schedule.formula}"')
                cause = (
                    f"{said} was made for T = {total} steps, and is {found:.6g} at step {number}"
                )
                begin = either("start=run.parameters", "--start and where the walk stands")
                raise DescentError(cause, f"go on up to step {total}, or begin anew with {begin}")


def _rate(rate: RateFunction, base: float, last: int, number: int) -> float:
    return rate(number, base, last)
