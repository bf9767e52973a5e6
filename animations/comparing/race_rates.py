"""What an optimizer is tried at in a race: rates of 1, 2 and 5 times powers of ten round the library's choice, and that one, each with less and more memory; then the best one's neighbours, while one is better."""

from __future__ import annotations

import math

from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.formulas.numerals import ROUND
from symgd.optimizers.optimizer import Optimizer
from symgd.terms import Symbol

SPAN = 20.0  # times the library's choice to both sides
NEIGHBOURS = (0.8, 0.9, 0.95, 1.05, 1.1, 1.25)  # times the best of them
SHARES = (0.5, 0.7, 0.9, 0.99)  # of a memory that are kept from step to step
DOWN, UP = 12, 2  # powers of ten
FIGURES, ROUNDS = 3, 6  # of a neighbour; and how often a better one's neighbours are tried, at most


def tried(chosen: float) -> list[float]:
    """The rates, from small to large.

    Examples
    --------
    >>> [f"{rate:g}" for rate in tried(0.3)]
    ['0.02', '0.05', '0.1', '0.2', '0.3', '0.5', '1', '2', '5']
    """
    low, high = chosen / SPAN, chosen * SPAN
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = {float(f"{factor}e{power}") for power in powers for factor in ROUND[:3]}
    return sorted({rate for rate in found if low <= rate <= high} | {chosen})


def farther(chosen: float) -> list[float]:
    """Rates by powers of ten, far below and above the library's choice, for where none beside it arrives.

    Examples
    --------
    >>> [f"{rate:g}" for rate in farther(3.0)[-3:]]
    ['1', '10', '100']
    """
    power = math.floor(math.log10(chosen))
    return [float(f"1e{power + away}") for away in range(-DOWN, UP + 1)]


def neighbours(best: float) -> list[float]:
    """The rates that are tried round the best one, with few figures.

    Examples
    --------
    >>> [f"{rate:g}" for rate in neighbours(0.1)]
    ['0.08', '0.09', '0.095', '0.105', '0.11', '0.125']
    """
    return [float(f"{best * factor:.{FIGURES}g}") for factor in NEIGHBOURS]


def shares_of(optimizer: Optimizer) -> dict[str, list[float]]:
    """By setting that says how much of a memory is kept: the other shares that are tried.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> shares_of(OPTIMIZERS["momentum"])
    {'beta': [0.5, 0.7, 0.99]}
    """
    names = [kept.name for kept, _ in kept_of(optimizer).values() if isinstance(kept, Symbol)]
    values = optimizer.values
    return {
        name: [share for share in SHARES if share != values[name]]
        for name in dict.fromkeys(names)
        if name in values
    }
