"""The lines of an update rule: what a listing's `update` does with the slopes, and what it keeps from step to step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class UpdateCode:
    """An update rule in code, over the names of parameters and slopes.

    Attributes
    ----------
    answers : tuple of str
        What each name of parameters is after the step, as an expression.
    formulas : tuple of str
        The rule, for the comments above its lines.
    statements : tuple of str
        Lines between the slopes and the answers.
    state : tuple of (str, str)
        What is kept from step to step beside the parameters: names, each with its start as an expression.
    constants : tuple of (str, str)
        The rule's settings, for the top of the listing.

    Examples
    --------
    >>> descent_lines(["m", "b"], ["dJ_dm", "dJ_db"]).answers
    ('m - learning_rate * dJ_dm', 'b - learning_rate * dJ_db')
    """

    answers: tuple[str, ...]
    formulas: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()


# From the names of the parameters and those of their slopes: each its own, or one name for all as an array, θ and g.
Rule: TypeAlias = Callable[[Sequence[str], Sequence[str]], UpdateCode]


def descent_lines(parameters: Sequence[str], slopes: Sequence[str]) -> UpdateCode:
    """Plain gradient descent."""
    pairs = zip(parameters, slopes, strict=True)
    return UpdateCode(tuple(f"{name} - learning_rate * {slope}" for name, slope in pairs))
