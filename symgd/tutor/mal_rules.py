"""Mal-rules: what people write in the place of what a rule of calculus gives.

Each takes the Partial and what the right rule makes of it, and answers the wrong Term, which may hold Partials still;
None where nothing can go wrong in this way.
"""

from __future__ import annotations

from collections.abc import Callable

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms import Negative, Partial, Product, Sum, Term, number, unsigned
from symgd.tutor.misconception import MalRewrite, finished
from symgd.writing.steps import Rewritten


def false_law(law: str) -> Callable[[Partial, Rewritten], Term]:
    """What somebody takes a rule for, as a formula.

    It is in the letters of the rule, and their derivatives df, dg, du; in `body`, which is derived, and `right`, which
    the rule gives; of a power in u, n, and in k and l, which are one less than n and one more; of a function in u.
    """
    wrong = parse(law, constants=())

    def rewrite(partial: Partial, right: Rewritten) -> Term:
        letters = _letters(partial, right)
        return wrong.substitute({nt.Symbol(name): term for name, term in letters.items()})

    return rewrite


def _letters(partial: Partial, right: Rewritten) -> dict[str, Term]:
    """What the letters of a false law stand for."""
    letters: dict[str, Term] = {"body": partial.body, "right": right.after}
    match partial.body:
        case nt.Power(u, n):
            letters |= {"u": u, "n": n, "k": _shifted(n, -1), "l": _shifted(n, 1)}
        case nt.Call(_, (u, *_)):
            letters["u"] = u
    letters |= right.bindings
    letters |= {f"d{name}": _derivative(partial, term) for name, term in letters.items()}
    match right.after:
        case Product((Partial() as outer, Partial() as inner)):
            letters |= {"df": outer, "du": inner}
    return letters


def _derivative(partial: Partial, body: Term) -> Partial:
    """The same derivative of another body."""
    return Partial(body, partial.variable, partial.ordinary)


def _shifted(exponent: Term, by: int) -> Term:
    if isinstance(exponent, nt.Number):
        return number(exponent.number + by)
    return Sum((exponent, number(by)))


# The chain rule: after = df/du · ∂u/∂x


def lost_inner_but_sign(partial: Partial, right: Rewritten) -> Term | None:
    """The inner derivative is lost, all but its minus: y − (m x + b) gives −1 in the place of −x."""
    outer, inner = right.after.children
    terms = nt.terms_of(inner.children[0])
    varying = [term for term in terms if term.depends_on(partial.variable)]
    return Negative(outer) if all(isinstance(term, Negative) for term in varying) else None


def inside(outer: str, inner: str) -> MalRewrite:
    """A false law f or df, with something else than u inside the function."""
    function, new = false_law(outer), false_law(inner)

    def rewrite(partial: Partial, right: Rewritten) -> Term:
        wrong = {right.bindings["u"]: new(partial, right)}
        return finished(function(partial, right)).substitute(wrong)

    return rewrite


# Sums and constant factors


def first_term_only(partial: Partial, right: Rewritten) -> Term:
    """The first term is derived, the others are kept as they are."""
    return Sum((right.after.children[0], *partial.body.children[1:]))


def factor_lost(partial: Partial, right: Rewritten) -> Term | None:
    """The constant factor is gone; a lost minus is a matter of its own."""
    if isinstance(partial.body, Negative):
        return None
    return _derivative(partial, right.bindings["f"])


def minus_lost(partial: Partial, right: Rewritten) -> Term | None:
    bare = nt.product_of(tuple(map(unsigned, nt.factors_of(partial.body))))
    return None if bare == partial.body else _derivative(partial, bare)


def minus_in_sum_lost(partial: Partial, right: Rewritten) -> Term | None:
    bare = tuple(map(unsigned, right.after.children))
    return None if bare == right.after.children else Sum(bare)
