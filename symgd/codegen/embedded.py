"""What generated modules have word for word of symgd's own text, and how their parts are headed."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from types import ModuleType

from symgd.codegen import (
    arrival,
    backtracking,
    bowl,
    differences,
    kinks,
    strides,
    triangle,
    walk,
)

# Modules whose text generated ones have: all, those with a data summary, those of a quadratic, the others, and those of costs with kinks.
WALK, SUMMARY, QUADRATIC = (arrival, strides, walk), (triangle,), (bowl,)
OTHER, KINKED = (differences, backtracking), (kinks,)
FROM_HERE = "# From here on, generated modules have this text.\n"


def embedded(module: ModuleType) -> str:
    """The text of a module from its mark on."""
    return inspect.getsource(module).split(FROM_HERE, 1)[1].strip("\n") + "\n"


def headed(title: str, text: str) -> str:
    """A part of the module under its title."""
    return f"# {'-' * 96}\n# {title}.\n\n\n{text}"


def listed(title: str, rows: Iterable[str]) -> str:
    return "\n".join([title, *(f"    {row}" for row in rows)])
