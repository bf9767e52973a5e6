"""Where a line in parameter space goes: what θ − s·g changes by when s grows by one."""

from __future__ import annotations

from symgd import terms as nt


def direction(point: nt.Term, name: str) -> nt.Term | None:
    """The factor of `name` in `point`; None where it is no line in it.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> direction(parse("theta - s*g"), "s").value
    -g
    >>> direction(parse("theta - s^2*g"), "s") is None
    True
    """
    match point:
        case nt.Symbol():
            return nt.number(1) if point.name == name else None
        case nt.Negative():
            inner = direction(point.term, name)
            return None if inner is None else nt.Negative(inner)
        case nt.Sum():
            return _of_sum([part for part in point.terms if name in part.names], name)
        case nt.Product():
            return _of_product(point, name)
        case nt.Fraction() if name not in point.denominator.names:
            above = direction(point.numerator, name)
            return None if above is None else nt.Fraction(above, point.denominator)
    return None


def _of_sum(moving: list[nt.Term], name: str) -> nt.Term | None:
    parts = [part for part in (direction(term, name) for term in moving) if part is not None]
    if not parts or len(parts) < len(moving):
        return None
    return parts[0] if len(parts) == 1 else nt.Sum(tuple(parts))


def _of_product(point: nt.Product, name: str) -> nt.Term | None:
    moving = [factor for factor in point.factors if name in factor.names]
    inner = direction(moving[0], name) if len(moving) == 1 else None
    if inner is None:
        return None
    kept = [inner if factor is moving[0] else factor for factor in point.factors]
    others = [factor for factor in kept if factor != nt.number(1)]
    return nt.product_of(tuple(others)) if others else nt.number(1)
