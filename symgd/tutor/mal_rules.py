"""Spoilt rules: what people write in the place of what a rule of calculus gives.

Each takes the Partial and what the right rule makes of it, and answers the wrong Term, which may hold Partials still;
None where nothing can go wrong in this way.
"""

from __future__ import annotations

from collections.abc import Mapping

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.terms import Fraction, Negative, Partial, Power, Product, Sum, Term, number
from symgd.tutor.attempts import Spoil, finished, unsigned
from symgd.writing.steps import Rewritten


def false_law(law: str) -> Spoil:
    """What somebody takes a rule for: of a composition in u, f(u), du and df, of a fraction in f, g, df and dg.

    Examples
    --------
    >>> from symgd.tutor.attempts import first_rule
    >>> partial = nt.Partial(parse("x/(x + 1)"), nt.Symbol("x"))
    >>> type(false_law("df/g")(partial, first_rule(partial)[1])).__name__
    'Fraction'
    """
    wrong = parse(law, constants=())

    def spoil(partial: Partial, right: Rewritten) -> Term:
        return wrong.substitute(_letters(partial, right))

    return spoil


def _letters(partial: Partial, right: Rewritten) -> Mapping[Term, Term]:
    """What the letters of a false law stand for."""
    if isinstance(partial.body, Fraction):
        f, g = partial.body.children
        by, ordinary = partial.variable, partial.ordinary
        found = {"f": f, "g": g, "df": Partial(f, by, ordinary), "dg": Partial(g, by, ordinary)}
    else:
        outer, inner = _chain_parts(right)
        found = {"f": outer.body, "u": outer.variable, "df": outer, "du": inner}
    return {nt.Symbol(name): term for name, term in found.items()}


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


def _power_of(partial: Partial) -> Power:
    assert isinstance(partial.body, Power)
    return partial.body


def _shifted(exponent: Term, by: int) -> Term:
    if isinstance(exponent, nt.Number):
        return number(exponent.number + by)
    return Sum((exponent, number(by)))


def not_lowered(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    return Product((power.exponent, power))


def not_brought_down(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    return Power(power.base, _shifted(power.exponent, -1))


def exponent_raised(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    return Product((power.exponent, Power(power.base, _shifted(power.exponent, 1))))


def power_integrated(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    higher = _shifted(power.exponent, 1)
    return Fraction(Power(power.base, higher), higher)


def lowered_first(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    lower = _shifted(power.exponent, -1)
    return Product((lower, Power(power.base, lower)))


def power_gone(partial: Partial, right: Rewritten) -> Term:
    power = _power_of(partial)
    return Product((power.exponent, power.base))


def exp_by_power_rule(partial: Partial, right: Rewritten) -> Term | None:
    body = partial.body
    if isinstance(body, nt.Call) and body.function == "exp":
        (u,) = body.children
        return Product((u, nt.call("exp", Sum((u, Negative(number(1)))))))
    if isinstance(body, Power):
        return Product((body.exponent, Power(body.base, _shifted(body.exponent, -1))))
    return None


def sign_of_function(partial: Partial, right: Rewritten) -> Term | None:
    body = partial.body
    if isinstance(body, nt.Call) and body.function in ("sin", "cos", "sinh", "cosh"):
        return Negative(right.after)
    return None


def reciprocal_of(function: str) -> Spoil:
    """1/f(u), which is twice the derivative of a root, and no part of that of a logarithm."""

    def spoil(partial: Partial, right: Rewritten) -> Term | None:
        body = partial.body
        alike = isinstance(body, nt.Call) and body.function == function
        return Fraction(number(1), body) if alike else None

    return spoil


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


def one(partial: Partial, right: Rewritten) -> Term:
    return number(1)


def zero(partial: Partial, right: Rewritten) -> Term:
    return number(0)


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
