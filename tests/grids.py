"""Grids of cases: few by default, in which each value of each axis is met; all of them with SYMGD_EXPLORE=1."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from typing import Any

EVERY = os.environ.get("SYMGD_EXPLORE") == "1"


def in_turn(*axes: Sequence[Any], of: int) -> list[tuple[Any, ...]]:
    """One in `of` combinations: each value with others in turn.

    Examples
    --------
    >>> in_turn("abc", [True, False], of=2)
    [('a', True), ('b', False), ('c', True)]
    """
    grid = [*product(*(enumerate(axis) for axis in axes))]
    kept = [row for row in grid if EVERY or sum(place for place, _ in row) % of == 0]
    met = {(axis, place) for row in kept for axis, (place, _) in enumerate(row)}
    assert len(met) == sum(map(len, axes)), f"of={of} leaves out values of an axis"
    return [tuple(value for _, value in row) for row in kept]


def examples(few: int, many: int) -> int:
    """How many random examples a slow test takes: `few` by default, `many` where new ones are looked for."""
    return many if EVERY else few
