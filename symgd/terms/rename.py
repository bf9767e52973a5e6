"""Names changed throughout a Term, where something is derived by them as well."""

from __future__ import annotations

from collections.abc import Collection

from symgd.terms import (
    Abbreviation,
    Partial,
    Symbol,
    Term,
)


def renamed(term: Term, old: Abbreviation, new: Abbreviation) -> Term:
    """`term` with `new` for `old`, where it is derived by as well; what does not hold it is the same object."""
    if term == old:
        return new
    children = tuple(renamed(child, old, new) for child in term.children)
    same = all(after is before for after, before in zip(children, term.children, strict=True))
    rebuilt = term if same else term.rebuild(children)
    if isinstance(rebuilt, Partial) and rebuilt.variable == old:
        return Partial(rebuilt.body, new, rebuilt.ordinary)
    return rebuilt


def by_letter(line: Term, names: Collection[str], letter: Symbol) -> Term:
    """`line` with `letter` in the place of the parameter that is derived by."""
    if isinstance(line, Partial) and line.variable.name in names:
        # ∂²J/∂m∂b stands for ∂/∂m of ∂J/∂b: only what is derived by now has the letter.
        return Partial(line.body, letter, line.ordinary)
    children = tuple(by_letter(child, names, letter) for child in line.children)
    return line.rebuild(children) if children else line
