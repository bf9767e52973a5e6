"""What a reader sees of a Term, as a Term: two that have the same appearance are written alike.

A derivation tells −(a·b) from (−a)·b, and (a·b)·c from a·b·c; a line does not.
"""

from __future__ import annotations

from symgd import terms as nt
from symgd.writing.formulas.names import is_wide


@nt.each_term
def appearance(term: nt.Term) -> nt.Term:
    """`term` in the one form of all that are written as it is: signs in front, names without what they stand for.

    Examples
    --------
    >>> from symgd.terms import Negative, Product, Symbol
    >>> a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
    >>> appearance(Product((Negative(a), b))) == appearance(Negative(Product((a, b))))
    True
    >>> appearance(Product((a, Product((b, c))))) == appearance(Product((a, b, c)))
    False
    """
    if isinstance(term, nt.Sum):
        first, *others = term.terms
        return term.rebuild((appearance(first), *map(_later, others)))
    if isinstance(term, nt.Abbreviation):
        return nt.Indexed(term.name, term.indices) if term.indices else nt.Symbol(term.name)
    if term.holds_matrices and (name := _entry(term)):
        return name
    if isinstance(term, nt.Number) and term.number < 0:
        return nt.Negative(nt.Number(-term.number, term.decimal))
    term = term.map(appearance)
    if isinstance(term, nt.Product):
        return _product(term.factors)
    if isinstance(term, nt.Fraction) and isinstance(term.numerator, nt.Negative):
        return nt.Negative(nt.Fraction(term.numerator.term, term.denominator))
    return term


def _later(term: nt.Term) -> nt.Term:
    """A term of a sum that is not the first: with a sign of its own, unless that is the minus before it, in parentheses.

    A product of one factor, which no line has, stands for the parentheses.
    """
    seen = appearance(term)
    if isinstance(term, nt.Negative) or not isinstance(seen, nt.Negative):
        return seen
    return nt.Product((seen,))


def _product(factors: tuple[nt.Term, ...]) -> nt.Term:
    """Factors whose first one shows neither a product nor a sign of its own; one on a fraction is closed with it."""
    first, *others = factors
    if isinstance(first, nt.Negative) and not isinstance(first.term, nt.Fraction):
        return nt.Negative(_product((first.term, *others)))
    if isinstance(first, nt.Product) and not _is_set_apart(first.factors[-1]):
        return nt.Product((*first.factors, *others))
    return nt.Product(factors)


def _is_set_apart(factor: nt.Term) -> bool:
    """Whether a factor has a sign or parentheses of its own, which in a product that ends in it are others."""
    base = factor.base if isinstance(factor, nt.Power) else factor
    kinds = (nt.Fraction, nt.BigSum, nt.Cases)
    return isinstance(factor, kinds) or is_wide(getattr(base, "name", ""))


def _entry(term: nt.Term) -> nt.Term | None:
    """A name with an index, for an entry of a matrix that has a name."""
    from symgd.terms.matrix import Entry, Matrix

    if isinstance(term, Entry) and isinstance(term.term, Matrix):
        return nt.Indexed(term.term.name, (str(term.row),))
    return None
