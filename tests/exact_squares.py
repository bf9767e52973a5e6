"""Mean squared errors of what is linear, without rounding: for tests of how exact code is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from operator import mul


def exact_mean_squares(
    columns: Sequence[Sequence[float]], y: Sequence[float], points: Sequence[Sequence[float]]
) -> list[Fraction]:
    """Those of Σ θ·column − y, a point each: floats are whole numbers of one small part."""
    parts = math.lcm(*(v.as_integer_ratio()[1] for column in [*columns, y] for v in column))
    whole = [[int(Fraction(v) * parts) for v in column] for column in [*columns, y]]
    products = [[sum(map(mul, one, other)) for other in whole] for one in whole]
    known = [[*map(Fraction, point), Fraction(-1)] for point in points]
    sums = [
        sum(a * c * p for a, row in zip(at, products, strict=True) for c, p in zip(at, row, strict=True))
        for at in known
    ]  # fmt: skip
    return [Fraction(total, len(y) * parts**2) for total in sums]
