"""A student's own lines: read, marked, explained, and helped on."""

from __future__ import annotations

import pytest

from symgd import Problem
from symgd.student.exercise import Exercise

LINE = Exercise.of_problem(Problem("m*x + b"))

RIGHT = (
    "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i)*x_i)",
    "∂J/∂m = 1/2N Σ_{i=1}^{N} 4(mx_i+b-y_i)xᵢ  [chain rule]",
    "1) dJ/db = 2/N sum_i e_i = 2/N Σᵢ (yhat_i - y[i])   # residuals",
    "u = mx + b - y\ndJ/dm = 1/N Σ d/du(u^2) du/dm = 2/N Σ u x",
)


@pytest.mark.parametrize("lines", RIGHT)
def test_right_lines_are_right(lines: str) -> None:
    assert LINE.check(lines).kind == "right"
