"""Forms that do not overflow.

Laws
----
- exp(z) / (1 + exp(z)) = 1 / (1 + exp(−z))
- exp(z) / (1 + exp(z))² = s·(1 − s) with s = 1 / (1 + exp(z))

The left-hand sides are ∞/∞ where z is past 709; the right-hand sides are right for every z.
"""

from __future__ import annotations

from symgd import notation as nt
from symgd.notation import Term


def overflow_free(term: Term) -> Term:
    """`term`, rewritten where one of the laws applies at its root.

    Examples
    --------
    >>> from symgd.parsing import parse
    >>> from symgd.writing.text import text
    >>> text(overflow_free(parse("a*exp(z)/(1 + exp(z))")), ascii=True)
    'a/(1 + exp(-z))'
    """
    if not isinstance(term, nt.Fraction):
        return term
    above, below = list(nt.factors_of(term.numerator)), list(nt.factors_of(term.denominator))
    for exponential in [factor for factor in above if _is_exponential(factor)]:
        for bottom in below:
            squared = isinstance(bottom, nt.Power) and nt.is_number(bottom.exponent, 2)
            base = bottom.base if isinstance(bottom, nt.Power) and squared else bottom
            if not _is_one_plus(base, exponential):
                continue
            above.remove(exponential)
            below.remove(bottom)
            if squared:
                share = nt.Fraction(nt.number(1), base)
                above += [share, nt.Sum((nt.number(1), nt.Negative(share)))]
            else:
                assert isinstance(exponential, nt.Call)
                below.append(nt.Sum((nt.number(1), nt.call("exp", negated(exponential.argument)))))
            return _quotient_of(above, below)
    return term


def negated(term: Term) -> Term:
    """−term, without a double sign."""
    return term.term if isinstance(term, nt.Negative) else nt.Negative(term)


def _is_exponential(term: Term) -> bool:
    return isinstance(term, nt.Call) and term.function == "exp"


def _is_one_plus(term: Term, exponential: Term) -> bool:
    """Whether `term` is 1 + exp(z), in either order and any form of z."""
    if not isinstance(term, nt.Sum) or len(term.terms) != 2:
        return False
    ones = [t for t in term.terms if nt.is_number(t, 1)]
    return len(ones) == 1 and term.value == 1 + exponential.value


def _quotient_of(above: list[Term], below: list[Term]) -> Term:
    top = nt.product_of(tuple(above))
    return nt.Fraction(top, nt.product_of(tuple(below))) if below else top
