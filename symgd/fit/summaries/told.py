"""Told: what a summary says, before it is written in a format; and numbers as tables have them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from symgd.terms import Equation
from symgd.writing.words import Words

SMALL = 2.2e-16  # p values below this are only said to be so
FEWEST, MOST = 5, 15  # significant digits of an estimate
# Numbers from the one on, and long ones below the other, have a power of ten.
LARGE, SHORT = 1e9, 1e-4
PLACES = 7  # decimals that are not long
NONE = "–"


def figure(value: float, digits: int = 4) -> str:
    """A number with so many significant digits, zeros at the end among them.

    Examples
    --------
    >>> figure(0.5), figure(-1234.5678), figure(1.5e-9), figure(math.nan), figure(12345678.0)
    ('0.5000', '-1235', '1.500e-09', '–', '1.235e+07')
    """
    if math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    written = f"{value:#.{digits}g}"
    return written.removesuffix(".")


def place(size: float) -> int:
    """The decimal in which a number has its first digit; below 1 before the point.

    Examples
    --------
    >>> place(0.03), place(7), place(250)
    (2, 0, -2)
    """
    return -math.floor(math.log10(abs(size)))


def decimals_of(value: float, error: float) -> int | None:
    """How many decimals an estimate, its error and its interval have; None where there is no error.

    Five significant digits of the estimate and three of its error at least, but of an estimate near 0 no more than six of
    the error.

    Examples
    --------
    >>> decimals_of(261.878, 25.197), decimals_of(0.0667, 0.62), decimals_of(1234.5678, 0.12), decimals_of(1.5, math.nan)
    (2, 6, 3, None)
    """
    if not (math.isfinite(error) and error > 0):
        return None
    few, many = place(error) + 2, place(error) + 5
    if not value:
        return few
    own = place(value) + FEWEST - 1
    return min(max(few, min(own, many)), place(value) + MOST - 1)


def rounded(value: float, decimals: int | None) -> str:
    """A number with so many decimals, or seven digits where these are not known; a power of ten where it is far from 1.

    Examples
    --------
    >>> rounded(0.7349, 2), rounded(2.0, None), rounded(1.05e30, -28), rounded(1234.5, -1)
    ('0.73', '2', '1.05e+30', '1234')
    >>> rounded(1.25e-7, 9), rounded(0.0, 9)
    ('1.25e-07', '0.000000000')
    """
    if not math.isfinite(value):
        return figure(value)
    if decimals is None:
        return f"{value:.7g}"
    if abs(value) >= LARGE or (decimals > PLACES and 0 < abs(value) < SHORT):
        return f"{value:.{max(decimals - place(value), 0)}e}"
    return f"{round(value, max(decimals, 0)) + 0.0:.{max(decimals, 0)}f}"


def share(value: float) -> str:
    """An R²: five digits, and five decimals where it is small.

    Examples
    --------
    >>> share(0.651079), share(3.2e-7), share(-14814.2)
    ('0.65108', '0.00000', '-14814')
    """
    return rounded(value, 5) if abs(value) < 0.1 else figure(value, 5)


def probability(value: float) -> str:
    """A p value: three digits, and no more than floats can know.

    Examples
    --------
    >>> probability(0.04213), probability(3.2e-7), probability(1e-30)
    ('0.0421', '3.20e-07', '<2e-16')
    """
    return "<2e-16" if value < SMALL else figure(value, 3)


@dataclass(frozen=True)
class Estimate:
    """A parameter and what is known of it, or a group's: the cells after its name are written already."""

    name: str
    cells: tuple[str, ...]
    is_group: bool = False


@dataclass(frozen=True)
class Told:
    """What a summary says, in a language; formulas are still Terms."""

    words: Words
    equations: tuple[Equation, ...]
    lines: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[Estimate, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
