"""Nearly: how much more another minimum may cost, for the data hardly to tell it from the best."""

from __future__ import annotations

NEAR = 0.05  # a minimum whose cost is this part above the least is worth a word
FAR = 0.5  # one whose cost is this part above is not, however few rows there are
LIKELIHOODS = ("binary_cross_entropy", "categorical_cross_entropy", "poisson")


def hardly_told(count: int, rows: int) -> float:
    """The part by which a sum of squares may be above the least before an F test at 5 % tells it from that.

    Examples
    --------
    >>> round(hardly_told(2, 30), 3), hardly_told(3, 4), hardly_told(2, 1000)
    (0.239, 0.5, 0.05)
    """
    from scipy.special import fdtri

    left = rows - count
    if left <= 0:
        return NEAR
    return min(max(NEAR, count / left * float(fdtri(count, left, 0.95))), FAR)


def room_above(loss: str, cost: float, count: int, rows: int) -> float:
    """The same of any loss, in units of its cost: a likelihood by its ratio's test, others as squares."""
    from scipy.special import chdtri

    if loss in LIKELIHOODS:
        return float(chdtri(count, 0.05)) / (2 * rows)
    return hardly_told(count, rows) * abs(cost)
