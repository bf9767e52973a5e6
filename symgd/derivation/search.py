"""Where in a line something is to be done next, found without looking again at what has not changed.

A rewrite keeps the objects that it keeps, so what was learned about an object stays true in the next line. Each
sub-term is tried once in its life: a line costs what is new in it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from symgd.terms import Abbreviation, Equation, Partial, Path, Term, holds_partial, number
from symgd.terms.identity_map import IdentityMap
from symgd.writing.steps import Rewritten, Rule


@dataclass(frozen=True)
class Redex:
    """A part that can be rewritten: the first rule that applies to it, and its answer.

    `inside` is the number of the child that holds the part, None where the rule rewrites the whole Term.
    """

    rank: int
    rewritten: Rewritten
    inside: int | None


_UNSEEN = Redex(-1, Rewritten(number(0)), None)


@dataclass
class Search:
    """Looks in one line after the other for the first rule that applies anywhere, innermost sub-terms first.

    Sub-terms that are `left_alone`, told by identity, stay as they are, and so do all parts of them.
    """

    rules: Sequence[Rule[Term]]
    left_alone: Container[Term] = ()
    _seen: IdentityMap[Term, Redex | None] = field(default_factory=IdentityMap)

    def first(self, line: Term) -> tuple[Rule[Term], Path, Rewritten] | None:
        """The rule, the path and the answer; None where no rule applies."""
        found = self._found(line)
        if found is None:
            return None
        path: list[int] = []
        term, here = line, found
        while here.inside is not None:
            path.append(here.inside)
            term = term.children[here.inside]
            inner = self._found(term)
            assert inner is not None
            here = inner
        return self.rules[found.rank], tuple(path), here.rewritten

    def _found(self, term: Term) -> Redex | None:
        known = self._seen.get(term, _UNSEEN)
        if known is _UNSEEN:
            known = self._seen[term] = self._look(term)
        return known

    def _look(self, term: Term) -> Redex | None:
        if term in self.left_alone:
            return None
        best: Redex | None = None
        known = self._seen.get_each(term.children, _UNSEEN)
        for position, inner in enumerate(known):
            if inner is _UNSEEN:
                inner = self._found(term.children[position])
            if inner is not None and (best is None or inner.rank < best.rank):
                best = Redex(inner.rank, inner.rewritten, position)
        if isinstance(term, Equation):
            return best
        for rank, rule in enumerate(self.rules[: best.rank] if best else self.rules):
            rewritten = rule.rewrite(term)
            if rewritten is not None:
                return Redex(rank, rewritten, None)
        return best


def partials(term: Term, path: Path = ()) -> Iterator[tuple[Path, Partial]]:
    """Each Partial with its path, outer ones first.

    `walk` would visit all of the line at every step; sub-terms without a Partial are not looked into.

    Examples
    --------
    >>> from symgd.terms import Product, Symbol
    >>> x, y = Symbol("x"), Symbol("y")
    >>> [path for path, _ in partials(Product((y, Partial(x, x))))]
    [(1,)]
    """
    if not holds_partial(term):
        return
    if isinstance(term, Partial):
        yield path, term
    for position, child in enumerate(term.children):
        if holds_partial(child):
            yield from partials(child, (*path, position))


def by_name(term: Term, h: Abbreviation, left_alone: Container[Term] = ()) -> Term:
    """`term` with the name `h` for what it stands for, but in what is still to be derived.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> h = Abbreviation("h", parse("tanh(a*x)"))
    >>> by_name(parse("1 - tanh(a*x)^2"), h).names == {"a", "x", "h"}
    True
    """
    if term == h.definition and term not in left_alone:
        return h
    if isinstance(term, Partial) or term.size <= h.definition.size:
        return term
    return term.map(lambda child: by_name(child, h, left_alone))
