"""What is above zero whatever real numbers its names stand for, as far as the signs of its parts tell."""

from __future__ import annotations

from symgd import terms as nt
from symgd.terms.exact import exact_number


def is_positive(term: nt.Term) -> bool:
    """Whether a Term is seen to be greater than zero everywhere."""
    return _sign(term) == 1


def always_holds(condition: nt.Term) -> bool:
    """Whether a condition is seen to be true everywhere, so that nobody needs to be told of it."""
    return (
        isinstance(condition, nt.Comparison)
        and condition.sign in (">", ">=", "!=")
        and nt.is_number(condition.right, 0)
        and is_positive(condition.left)
    )


def _sign(term: nt.Term) -> int | None:
    """1: positive everywhere; 0: nowhere negative; None: not known."""
    match term:
        case nt.Number():
            return None if term.number < 0 else int(term.number > 0)
        case nt.Constant():
            return 1
        case nt.Abbreviation():
            return _sign(term.definition)
        case nt.BigSum():
            return None if _sign(term.body) is None else 0
        case nt.Sum():
            signs = [_sign(part) for part in term.terms]
            return None if None in signs else max(sign or 0 for sign in signs)
        case nt.Product() | nt.Fraction():
            signs = [_sign(part) for part in term.children]
            return None if None in signs else min(sign or 0 for sign in signs)
        case nt.Power():
            return _of_power(term)
        case nt.Call() if term.declared.sign == "positive":
            return 1
        case nt.Call() if term.declared.sign == "not negative":
            return 1 if _sign(term.argument) == 1 else 0
    return None


def _of_power(term: nt.Power) -> int | None:
    base = _sign(term.base)
    if base == 1:
        return 1
    exponent = exact_number(term.exponent)
    if exponent is None or exponent <= 0:
        return None
    return 0 if base == 0 or (exponent.numerator % 2 == 0 and exponent.denominator == 1) else None
