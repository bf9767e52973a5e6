"""Costs that are squares of what is linear in the parameters: problems, data for them, and exact costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from operator import mul

import numpy as np

from symgd import Problem


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


STRAIGHT = [
    Problem("m*x + b"),
    Problem("m*x + b", "sse"),
    Problem("m*x + b", "half_mse", penalty="ridge"),
    Problem("b + m*x", "(target - prediction)^2/3", weights="w"),
    Problem("m*x + b", "sse", weights="w", penalty="ridge", settings={"lambda": 0.5}),
    Problem("m*x + b", penalty="ridge", penalized=["m", "b"], settings={"lambda": 10}),
    Problem("a*x^3 + c*x^2 + d*x + k"),
    Problem("a*sin(x) + c*cos(x) + d*sin(2*x) + k", penalty="ridge"),
    Problem("m*x"),
    Problem("mu"),
    Problem("(a + 1)*x - b/2 + c"),  # no slope of its own for b
    Problem("a*x + b*x"),  # two columns that are the same
    Problem("a*log(x) + b*exp(-x)", inputs=["x"]),
]


def columns_and_rate(problem: Problem) -> tuple[list[np.ndarray], float]:
    """Fifty rows of a problem's x, y and w, and a learning rate at which it does not diverge."""
    rng = np.random.default_rng(3)
    x, w = rng.uniform(0.5, 1.5, 50), rng.integers(0, 4, 50).astype(float)
    known = {"x": x, "y": 2 * x - 1 + 0.1 * rng.normal(size=50), "w": w}
    rate = 1e-3 if problem.loss.reduction == "sum" else 0.02
    return [known[name] for name in problem.columns], rate
