"""Which parameters a formula is affine in, all of them together.

Law
---
- f is affine in p and q together where neither ∂f/∂p nor ∂f/∂q holds p or q
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import sympy

MOST_TRIED = 12  # of more parameters, not every choice is looked at


def affine_set(slopes: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> tuple[int, ...]:
    """The places of the most parameters that can be taken together; of several choices, the first.

    Examples
    --------
    >>> a, b, c, x = sympy.symbols("a b c x")
    >>> affine_set([sympy.diff(a * (b + x) / (c + x), each) for each in (a, b, c)], [a, b, c])
    (0,)
    """
    number = {symbol: place for place, symbol in enumerate(symbols)}
    held = [{number[s] for s in slope.free_symbols & number.keys()} for slope in slopes]
    alone = [place for place in range(len(symbols)) if place not in held[place]]
    clash = {
        (one, other)
        for one, other in combinations(alone, 2)
        if other in held[one] or one in held[other]
    }
    free = [place for place in alone if not any(place in pair for pair in clash)]
    torn = [place for place in alone if place not in free]
    return tuple(sorted((*free, *_most_apart(torn, clash))))


def _most_apart(places: Sequence[int], clash: set[tuple[int, int]]) -> tuple[int, ...]:
    """The most places of which no two clash."""
    if len(places) > MOST_TRIED:
        kept: list[int] = []
        for place in places:
            if not any((one, place) in clash for one in kept):
                kept.append(place)
        return tuple(kept)
    for count in range(len(places), 0, -1):
        for chosen in combinations(places, count):
            if not any(pair in clash for pair in combinations(chosen, 2)):
                return chosen
    return ()
