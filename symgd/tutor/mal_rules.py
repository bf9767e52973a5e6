"""Spoilt rules: what people write in the place of what a rule of calculus gives.

Each takes the Partial and what the right rule makes of it, and answers the wrong Term, which may hold Partials still;
None where nothing can go wrong in this way.
"""

from __future__ import annotations

from collections.abc import Mapping

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms import Fraction, Negative, Partial, Power, Product, Sum, Term, number, unsigned
from symgd.tutor.attempts import Spoil, finished
from symgd.writing.steps import Rewritten


def false_law(law: str, of: str = "") -> Spoil:
    """What somebody takes a rule for, as a formula; `of` says of which function alone.

    Of a composition f(u) it is in f, u, df and du, of a fraction in f, g, df and dg, of a power in u, n, and in k and l,
    which are one less than n and one more; of a function's value in u and in f, which is the value.

    Examples
    --------
    >>> from symgd.tutor.attempts import first_rule
    >>> partial = nt.Partial(parse("x/(x + 1)"), nt.Symbol("x"))
    >>> type(false_law("df/g")(partial, first_rule(partial)[1])).__name__
    'Fraction'
    """
    wrong = parse(law, constants=())

    def spoil(partial: Partial, right: Rewritten) -> Term | None:
        body = partial.body
        if of and not (isinstance(body, nt.Call) and body.function == of):
            return None
        letters = _letters(partial, right)
        return wrong.substitute({nt.Symbol(name): term for name, term in letters.items()})

    return spoil


def _letters(partial: Partial, right: Rewritten) -> Mapping[str, Term]:
    """What the letters of a false law stand for."""
    match partial.body, right.after:
        case Fraction(f, g), _:
            by, ordinary = partial.variable, partial.ordinary
            df, dg = Partial(f, by, ordinary), Partial(g, by, ordinary)
            return {"f": f, "g": g, "df": df, "dg": dg}
        case _, Product((Partial() as outer, Partial() as inner)):
            return {"f": outer.body, "u": outer.variable, "df": outer, "du": inner}
        case Power(u, n), _:
            return {"u": u, "n": n, "k": _shifted(n, -1), "l": _shifted(n, 1)}
        case nt.Call(_, (u, *_)) as f, _:
            return {"u": u, "f": f}
    return {}


def _shifted(exponent: Term, by: int) -> Term:
    if isinstance(exponent, nt.Number):
        return number(exponent.number + by)
    return Sum((exponent, number(by)))


# The chain rule: after = df/du · ∂u/∂x


def _chain_parts(rewritten: Rewritten) -> tuple[Partial, Partial]:
    assert isinstance(rewritten.after, Product)
    outer, inner = rewritten.after.factors
    assert isinstance(outer, Partial)
    assert isinstance(inner, Partial)
    return outer, inner


def _outer_at(rewritten: Rewritten, new: Term) -> Term:
    """The outer derivative with `new` in the place of u."""
    outer, _ = _chain_parts(rewritten)
    return finished(outer).substitute({outer.variable: new})


def lost_inner_but_sign(partial: Partial, right: Rewritten) -> Term | None:
    """The inner derivative is lost, all but its minus: y − (m x + b) gives −1 in the place of −x."""
    outer, inner = _chain_parts(right)
    varying = [term for term in nt.terms_of(inner.body) if term.depends_on(partial.variable)]
    return Negative(outer) if all(isinstance(term, Negative) for term in varying) else None


def outer_at_inner_derivative(partial: Partial, right: Rewritten) -> Term:
    return _outer_at(right, _chain_parts(right)[1])


def outer_of_inner_derivative(partial: Partial, right: Rewritten) -> Term:
    outer, inner = _chain_parts(right)
    return outer.body.substitute({outer.variable: inner})


def inner_inside(partial: Partial, right: Rewritten) -> Term:
    outer, inner = _chain_parts(right)
    return _outer_at(right, Product((outer.variable, inner)))


# Powers and functions


def kept(partial: Partial, right: Rewritten) -> Term:
    """What is derived stands as it was."""
    return partial.body


def sign_of_function(partial: Partial, right: Rewritten) -> Term | None:
    body = partial.body
    if isinstance(body, nt.Call) and body.function in ("sin", "cos", "sinh", "cosh"):
        return Negative(right.after)
    return None


# Products, quotients, sums


def derivatives_multiplied(partial: Partial, right: Rewritten) -> Term | None:
    body = partial.body
    if not isinstance(body, Product):
        return None
    return Product(tuple(Partial(f, partial.variable, partial.ordinary) for f in body.factors))


def only_first(partial: Partial, right: Rewritten) -> Term:
    return right.after.children[0]


def only_last(partial: Partial, right: Rewritten) -> Term:
    return right.after.children[-1]


def minus_between(partial: Partial, right: Rewritten) -> Term:
    first, *rest = right.after.children
    return Sum((first, *(Negative(term) for term in rest)))


def turned(partial: Partial, right: Rewritten) -> Term:
    return Negative(right.after)


def first_term_only(partial: Partial, right: Rewritten) -> Term | None:
    """The first term is derived, the others are kept as they are."""
    body = partial.body
    if not isinstance(body, Sum):
        return None
    return Sum((right.after.children[0], *body.terms[1:]))


def factor_lost(partial: Partial, right: Rewritten) -> Term | None:
    """The constant factor is gone; a lost minus is a matter of its own."""
    if isinstance(partial.body, Negative):
        return None
    return Partial(right.bindings["f"], partial.variable, partial.ordinary)


def minus_lost(partial: Partial, right: Rewritten) -> Term | None:
    body = partial.body
    bare = nt.product_of(tuple(map(unsigned, nt.factors_of(body))))
    return None if bare == body else Partial(bare, partial.variable, partial.ordinary)


def minus_in_sum_lost(partial: Partial, right: Rewritten) -> Term | None:
    terms = right.after.children
    if not any(isinstance(term, Negative) for term in terms):
        return None
    return Sum(tuple(map(unsigned, terms)))
