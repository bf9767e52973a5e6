"""What a reader sees of a Term, as a Term: two that have the same appearance are written alike.

A derivation tells −(a·b) from (−a)·b, and (a·b)·c from a·b·c; a line does not.
"""

from __future__ import annotations

from symgd.terms import (
    Abbreviation,
    Fraction,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    each_term,
)
from symgd.terms import matrix as mx
from symgd.writing.formulas.fold import NAMED
from symgd.writing.formulas.names import is_wide


@each_term
def appearance(term: Term) -> Term:
    """`term` in the one form of all that are written as it is: signs in front, names without what they stand for.

    Examples
    --------
    >>> a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
    >>> appearance(Product((Negative(a), b))) == appearance(Negative(Product((a, b))))
    True
    >>> appearance(Product((a, Product((b, c))))) == appearance(Product((a, b, c)))
    False
    """
    if isinstance(term, Sum):
        first, *others = term.terms
        return term.rebuild((appearance(first), *map(_later, others)))
    if isinstance(term, Abbreviation):
        return Indexed(term.name, term.indices) if term.indices else Symbol(term.name)
    if isinstance(term, mx.Entry) and isinstance(term.term, mx.Matrix):
        return Indexed(term.term.name, (str(term.row),))
    if isinstance(term, Number) and term.number < 0:
        return Negative(Number(-term.number, term.decimal))
    term = term.map(appearance)
    if isinstance(term, Product):
        return _product(term.factors)
    if isinstance(term, Fraction) and isinstance(term.numerator, Negative):
        return Negative(Fraction(term.numerator.term, term.denominator))
    return term


def _later(term: Term) -> Term:
    """A term of a sum that is not the first: with a sign of its own, unless that is the minus before it, in parentheses.

    A product of one factor, which no line has, stands for these.
    """
    seen = appearance(term)
    if isinstance(term, Negative) or not isinstance(seen, Negative):
        return seen
    return (mx.MatrixProduct if mx.holds_matrices(seen) else Product)((seen,))


def _product(factors: tuple[Term, ...]) -> Term:
    """Factors whose first one shows neither a product nor a sign of its own; one on a fraction is closed with it."""
    first, *others = factors
    if isinstance(first, Negative) and not isinstance(first.term, Fraction):
        return Negative(_product((first.term, *others)))
    if isinstance(first, Product) and not _is_set_apart(first.factors[-1], others[0]):
        return mx.matrix_product((*first.factors, *others))
    return mx.matrix_product((first, *others))


def _is_set_apart(factor: Term, after: Term) -> bool:
    """Whether what comes after a factor stands otherwise beside it than beside a product that it ends: 3x, and 2·3 x."""
    if isinstance(factor, Number):
        return isinstance(_base(after), NAMED) or _opens(after)
    return isinstance(factor, Fraction) or is_wide(getattr(_base(factor), "name", ""))


def _base(term: Term) -> Term:
    return term.base if isinstance(term, Power) else term


def _opens(term: Term) -> bool:
    """Whether a factor begins with a parenthesis."""
    inner = isinstance(term, Power | mx.Transpose | mx.Inverse)
    return _opens(term.children[0]) if inner else isinstance(term, Sum | Negative)
