"""Parts of a formula in one order: a search must not hang on the order in which a process has its sets."""

from __future__ import annotations

from functools import lru_cache

import sympy


def atoms_of(formula: sympy.Basic, *kinds: type) -> list[sympy.Basic]:
    """The parts of these kinds, each once.

    Examples
    --------
    >>> from sympy.abc import x
    >>> atoms_of(sympy.sin(2 * x) + sympy.cos(x) * sympy.sin(x), sympy.sin)
    [sin(2*x), sin(x)]
    """
    return [*_atoms_of(formula, kinds)]


@lru_cache(maxsize=64)  # several ask for the same of one formula, and writing its parts takes long
def _atoms_of(formula: sympy.Basic, kinds: tuple[type, ...]) -> tuple[sympy.Basic, ...]:
    return tuple(sorted(formula.atoms(*kinds), key=str))
