"""Likeness: what two Terms are but for the names in them, so that an equation that holds for one input is not checked for each.

Laws
----
- an equation of sums, products and powers of numbers that holds at all points holds with other names, each for another
- so it does for the indices of columns, where no Σ binds them and no condition asks for them
"""

from __future__ import annotations

from collections.abc import Hashable

from symgd import terms as nt

FEW = 12  # names and numbers: longer equations are hardly ever alike


def likeness(*terms: nt.Term) -> Hashable | None:
    """What Terms have in common with all that differ from them in names alone; None where they are too long, or of other kinds.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> likeness(parse("a*x"), parse("a")) == likeness(parse("b*z"), parse("b"))
    True
    >>> likeness(parse("a*x"), parse("a")) == likeness(parse("b*z"), parse("z"))
    False
    """
    if any(term.holds_matrices for term in terms):
        return None
    names: dict[str, int] = {}
    try:
        found = tuple(_like(term, names) for term in terms)
    except _Unlike:
        return None
    return found if len(names) <= FEW else None


class _Unlike(Exception):
    """A Term of a kind that is checked each time."""


def _like(term: nt.Term, names: dict[str, int]) -> Hashable:
    if len(names) > FEW:
        raise _Unlike
    match term:
        case nt.Number():
            return term.number
        case nt.Symbol() | nt.Indexed():
            parts = (term.name, *(term.indices if isinstance(term, nt.Indexed) else ()))
            return (type(term), *(names.setdefault(name, len(names)) for name in parts))
        case nt.Partial():
            return (nt.Partial, *(_like(part, names) for part in (term.variable, term.body)))
        case nt.Sum() | nt.Product() | nt.Negative() | nt.Power() | nt.Fraction():
            if len(term.children) > FEW:
                raise _Unlike
            return (type(term), *(_like(part, names) for part in term.children))
    raise _Unlike
