"""SymPy expressions as Terms, for lines that SymPy gave."""

from __future__ import annotations

import fractions
from collections.abc import Callable, Iterable

import sympy

from symgd import terms as nt
from symgd.terms.functions import BY_SYMPY


def term_from(expression: sympy.Expr) -> nt.Term | None:
    """`expression` as a Term in SymPy's order, or None where it holds something that Terms do not have.

    Examples
    --------
    >>> term_from(sympy.sympify("2*x")).value
    2*x
    """
    match expression:
        case sympy.Rational():
            value = fractions.Fraction(expression.p, expression.q)
            return nt.Negative(nt.number(-value)) if value < 0 else nt.number(value)
        case sympy.Symbol():
            return nt.Symbol(expression.name)
        case sympy.Indexed():
            return nt.Indexed(str(expression.base), tuple(map(str, expression.indices)))
        case sympy.KroneckerDelta():
            return nt.Delta(tuple(map(str, expression.indices)))
        case sympy.Sum():
            return _big_sum(expression)
        case sympy.Add():
            return _joined(expression.as_ordered_terms(), nt.sum_of)
        case sympy.Mul():
            return _product(expression)
        case sympy.Pow() if expression.exp == sympy.Rational(1, 2):
            return _joined((expression.base,), lambda parts: nt.Call("sqrt", parts))
        case sympy.Pow():
            return _joined((expression.base, expression.exp), lambda parts: nt.Power(*parts))
        case sympy.Function() | sympy.Max() | sympy.Min():
            known = BY_SYMPY.get(type(expression))
            if known is None:
                return None
            return _joined(expression.args, lambda parts: nt.Call(known.name, parts))
    return next(
        (nt.Constant(name) for name, value in nt.CONSTANTS.items() if value == expression), None
    )


def _joined(
    parts: Iterable[sympy.Expr], build: Callable[[tuple[nt.Term, ...]], nt.Term]
) -> nt.Term | None:
    found = tuple(term_from(part) for part in parts)
    terms = tuple(term for term in found if term is not None)
    return build(terms) if len(terms) == len(found) else None


def _product(expression: sympy.Mul) -> nt.Term | None:
    coefficient, rest = expression.as_coeff_Mul()
    if coefficient == -1:
        return _joined((rest,), lambda parts: nt.Negative(*parts))
    top, bottom = expression.as_numer_denom()
    if bottom != 1:
        return _joined((top, bottom), lambda parts: nt.Fraction(*parts))
    return _joined(expression.as_ordered_factors(), nt.product_of)


def _big_sum(expression: sympy.Sum) -> nt.Term | None:
    term = term_from(expression.function)
    for index, *bounds in expression.limits:
        lower, upper = map(term_from, bounds)
        if term is None or lower is None or upper is None:
            return None
        term = nt.BigSum(term, index.name, upper, lower)
    return term
