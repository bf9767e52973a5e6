"""Names changed throughout a Term, where something is derived by them as well."""

from __future__ import annotations

from collections.abc import Collection

from symgd.terms import Abbreviation, Partial, Symbol, Term


def renamed(term: Term, old: Abbreviation, new: Abbreviation) -> Term:
    """`term` with `new` for `old`, where it is derived by as well; what does not hold it is the same object."""

    def changed(part: Term) -> Term | None:
        if part == old:
            return new
        if isinstance(part, Partial) and part.variable == old:
            return Partial(part.body, new, part.ordinary)
        return None

    return term.rewrite(changed)


def by_letter(line: Term, names: Collection[str], letter: Symbol) -> Term:
    """`line` with `letter` in the place of the parameter that is derived by."""
    if isinstance(line, Partial) and line.variable.name in names:
        # ∂²J/∂m∂b stands for ∂/∂m of ∂J/∂b: only what is derived by now has the letter.
        return Partial(line.body, letter, line.ordinary)
    return line.map(lambda child: by_letter(child, names, letter))
