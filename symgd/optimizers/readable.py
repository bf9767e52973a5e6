"""SymPy expressions as Terms in the order in which books write them: 1 + β − αλ, what is taken away last."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy.core.function import AppliedUndef

from symgd import terms as nt
from symgd.derivation.calculus.from_sympy import term_from
from symgd.optimizers.printed import BARS
from symgd.optimizers.words import WORDS

_PLAIN = ("dot", "norm", "solve")  # words whose arguments are formulas, all of them


def readable(part: sympy.Expr, letters: Mapping[str, str] | None = None) -> nt.Term | None:
    """An expression as a Term, with other letters for some names; None where Terms have no such thing.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> a, b = sympy.symbols("a b")
    >>> text(readable(-a * (b - 1))), text(readable(b - a + 1))
    ('a (1 − b)', '1 + b − a')
    """
    named = {s: sympy.Symbol((letters or {}).get(s.name, s.name)) for s in part.free_symbols}
    return _written(part.xreplace(named))


def _written(part: sympy.Expr) -> nt.Term | None:
    if isinstance(part, sympy.Add):
        terms = [(_is_negative(term), term) for term in sorted(part.args, key=_order)]
        written = [_written(-term if negative else term) for negative, term in terms]
        if None in written:
            return None
        pairs = zip(written, terms, strict=True)
        return nt.sum_of(tuple(nt.Negative(w) if n else w for w, (n, _) in pairs if w is not None))
    if isinstance(part, sympy.Mul):
        return _product(part)
    if isinstance(part, sympy.Pow) and part.exp.is_Rational and part.exp.is_negative:
        below = _written(1 / part)
        return None if below is None else nt.Fraction(nt.number(1), below)
    if isinstance(part, sympy.Pow) and part.exp.is_Integer:
        base = _written(part.base)
        return None if base is None else nt.Power(base, nt.number(int(part.exp)))
    if isinstance(part, sympy.Pow) and part.exp == sympy.Rational(1, 2):
        base = _written(part.base)
        return None if base is None else nt.call("sqrt", base)
    if isinstance(part, sympy.Abs):
        size = _written(part.args[0])
        return None if size is None else nt.Call(BARS.name, (size,), BARS)
    if isinstance(part, AppliedUndef) and part.func.__name__ in _PLAIN:
        name, inside = part.func.__name__, tuple(map(_written, part.args))
        return None if None in inside else nt.Call(name, inside, WORDS[name].function)  # type: ignore[arg-type]  # no None in it
    return term_from(part)


def _product(part: sympy.Mul) -> nt.Term | None:
    """A product, or a fraction of products, with the minus sign before it all."""
    sides = [signed(side) for side in sympy.fraction(part)]
    top, bottom = (_factors(factors) for _, factors in sides)
    if top is None or bottom is None:
        return None
    found = top if nt.is_number(bottom, 1) else nt.Fraction(top, bottom)
    return nt.Negative(found) if sides[0][0] != sides[1][0] else found


def _factors(factors: tuple[sympy.Expr, ...]) -> nt.Term | None:
    """Factors as a product, sums last."""
    found = [_written(factor) for factor in factors if factor != 1]
    ordered = sorted((f for f in found if f is not None), key=lambda f: isinstance(f, nt.Sum))
    return nt.product_of(tuple(ordered)) if len(ordered) == len(found) else None


def signed(part: sympy.Expr) -> tuple[bool, tuple[sympy.Expr, ...]]:
    """Whether a minus sign stands before a product of factors that begin without one, and these factors."""
    negative, factors = False, []
    for factor in sympy.Mul.make_args(sympy.factor_terms(part)):
        turned = _is_negative(factor)
        negative ^= turned
        factors.append(-factor if turned else factor)
    return negative, tuple(factors)


def _is_negative(part: sympy.Expr) -> bool:
    """Whether a factor is written with a minus sign: of a sum, where most of it is taken away, or its number."""
    if isinstance(part, sympy.Add):
        signs = [_is_negative(term) for term in part.args]
        numbers = [term for term in part.args if term.is_Rational]
        tie = 2 * sum(signs) == len(signs)
        return 2 * sum(signs) > len(signs) or (tie and any(n < 0 for n in numbers))
    return bool(part.as_coeff_Mul()[0] < 0)


def _order(term: sympy.Expr) -> tuple[bool, int, str]:
    """What is added before what is taken away, and short products before long ones."""
    return _is_negative(term), len(term.free_symbols), str(term)
