"""Confidence intervals: by the standard error (Wald), and by the profile of the likelihood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

from symgd.errors import FitError, parameter
from symgd.registry.registry import FrozenMap

Interval: TypeAlias = tuple[float, float]
IntervalMethod: TypeAlias = Literal["wald", "profile"]


def expect_level(level: object) -> float:
    """A level between 0 and 1 as a float, or an error that says so."""
    if isinstance(level, int | float) and not isinstance(level, bool) and 0 < level < 1:
        return float(level)
    raise FitError(
        f"{parameter('level')} is {level!r}", "pass a share between 0 and 1, such as 0.95"
    )


def quantile(level: float, freedom: float | None) -> float:
    """How many standard errors an interval of this level reaches to each side: t's, or the normal one's without freedom.

    Examples
    --------
    >>> round(quantile(0.95, 10), 6), round(quantile(0.95, None), 6)
    (2.228139, 1.959964)
    """
    from scipy.special import ndtri, stdtrit

    upper = (1 + level) / 2
    return float(ndtri(upper) if freedom is None else stdtrit(freedom, upper))


def p_value(ratio: float, freedom: float | None) -> float:
    """How often a parameter of 0 gives a ratio to its standard error that is at least as large, on either side."""
    from scipy.special import ndtr, stdtr

    if math.isnan(ratio):
        return math.nan
    return float(2 * (ndtr(-abs(ratio)) if freedom is None else stdtr(freedom, -abs(ratio))))


def wald(
    parameters: Mapping[str, float], errors: Mapping[str, float], reach: float
) -> Mapping[str, Interval]:
    """Estimate ± reach · standard error; nan where there is none."""
    return FrozenMap(
        {
            name: (value - reach * errors[name], value + reach * errors[name])
            for name, value in parameters.items()
        }
    )
