"""How large the numbers are that SymPy would make of a Term: asked before they are made, whatever hides them.

A Term's value is made from the inside out, so at each node what stands in it is known, behind a maximum, a case or the
sine of an arc sine as well. SymPy multiplies out a rational number to a rational power, an exponential of logarithms,
and functions that count as many factors as their argument is large: here they are asked how many digits that gives.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Never

import sympy

from symgd.terms.function import Function
from symgd.terms.term import Term

MAX_TERMS = 50  # of a sum to a number, which the checks write out; one to a name has no end
MOST_BRANCHES = 64  # of cases in cases that are looked at
MOST_BITS = 2**17  # of a number that stands behind a function or beside a name
_MOST_BESIDE = (
    2**12
)  # of one to which another is added: by chance SymPy asks of the sum whether it is prime
_MOST_IN_ROOT = (
    2**26
)  # of one under a root, which is made at once and hardly looked at: decimals have many digits
_MOST_DIGITS = 14  # as a power of two: of a number whose function is compared
_MOST_IN_FUNCTION = 17  # the same, of one whose function is worked out
_EULER = math.log2(math.log2(math.e))
_SETTLING = frozenset(
    ["tanh", "coth", "erf", "loggamma", "digamma", "polygamma"]
)  # soon worked out of large numbers
_SETTLED = (sympy.tanh, sympy.coth, sympy.erf, sympy.loggamma, sympy.polygamma)
_GROWING = (sympy.Pow, sympy.exp, sympy.sinh, sympy.cosh, sympy.gamma, sympy.erfi, sympy.Ei)


class TooLarge(OverflowError):
    """A number that is not made, since nothing could be done with it.

    Parameters
    ----------
    cause, remedy : str
    """

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


def expect_size(term: Term) -> None:
    """Refuse a Term with a number in it that is too large to be made, or that SymPy fails at; what has no value may stay."""
    try:
        _ = term.value
    except TooLarge:
        raise
    except (ArithmeticError, AttributeError, NotImplementedError, TypeError):
        pass
    except ValueError:
        raise TooLarge("SymPy cannot work this out", "write it in another way") from None


def expect_power(base: sympy.Expr, exponent: sympy.Expr) -> None:
    """Refuse a power whose digits would be too many.

    Examples
    --------
    >>> expect_power(2 * sympy.Symbol("x"), sympy.Integer(10) ** 9)
    Traceback (most recent call last):
        ...
    symgd.terms.size.TooLarge: this number would have more than 131072 bits; use a smaller exponent
    """
    for pair in _branches((_without_sums(base), _without_sums(exponent))):
        _expect_power(*pair)


def _expect_power(base: sympy.Expr, exponent: sympy.Expr) -> None:
    number = exponent.as_coeff_Add()[0] if exponent.is_Add else exponent
    if isinstance(base, sympy.Rational) and isinstance(number, sympy.Rational):
        _expect_root(base, number)
    if isinstance(base, sympy.Mul | sympy.Pow) and isinstance(number, sympy.Rational):
        _expect_roots(base, number)
    _expect_exponents(exponent)
    if isinstance(number, sympy.Rational) and abs(number) > 1:
        _expect_bits(abs(number) * bits_of(base))
    elif _order(number) > _MOST_DIGITS:  # SymPy looks for its whole part
        raise TooLarge("this exponent is too large to be worked out", "use a smaller one")


def _expect_root(base: sympy.Rational, exponent: sympy.Rational) -> None:
    """Refuse a root in which SymPy makes powers of the base's factors: of 12^(p/q) it may make 3^p."""
    for number, sign in ((abs(base.p), 1), (base.q, -1)):
        if exponent.q == 1 or number < 2:
            continue
        times = sympy.Integer(number).factors(limit=2**15)
        left = {prime: sign * n * exponent.p % exponent.q for prime, n in times.items()}
        shared = math.gcd(*left.values())
        bits = sum(bits_of(sympy.Integer(f)) * (n // shared) for f, n in left.items() if n)
        _expect_bits(bits, _MOST_IN_ROOT)


def _expect_roots(base: sympy.Expr, exponent: sympy.Rational) -> None:
    """The same of roots in a base: 1/(7^(p/q)) is made as 7^(-p/q)."""
    for root in filter(lambda factor: isinstance(factor, sympy.Pow), sympy.Mul.make_args(base)):
        if isinstance(root.base, sympy.Rational) and isinstance(root.exp, sympy.Rational):
            _expect_root(root.base, root.exp * exponent)


def _expect_exponents(exponent: sympy.Expr) -> None:
    """Refuse an exponent with a power in it whose own exponent comes to a number that is too large: 5^(2^(3^(x + 9)/3^x))."""
    for power in exponent.atoms(sympy.Pow):
        if isinstance(power.base, sympy.Rational) and power.exp.free_symbols:
            number = _cancelled(power.exp)
            if number.is_number:
                expect_power(power.base, number)


@lru_cache(maxsize=1024)
def _cancelled(value: sympy.Basic) -> sympy.Basic:
    """The same without names that cancel in exponents, as they do when SymPy compares: 3^(x + 2)/3^x is 9."""
    powers = value.atoms(sympy.Pow) if isinstance(value, sympy.Expr) else ()
    if not any(isinstance(p.base, sympy.Rational) and p.exp.is_Add for p in powers):
        return value
    parts = [_cancelled(part) for part in value.args]
    if not isinstance(value, sympy.Pow):
        return value.func(*parts)
    base, exponent = parts
    expect_power(base, exponent)
    return sympy.Mul(*(base**term for term in sympy.Add.make_args(exponent)))


def expect_call(function: Function, arguments: tuple[sympy.Expr, ...]) -> None:
    """Refuse a function of a number that is too large for it."""
    for branch in _branches(tuple(map(_without_sums, arguments))):
        _expect_call(function, branch)


def _expect_call(function: Function, arguments: tuple[sympy.Expr, ...]) -> None:
    arguments = tuple(map(_cancelled, arguments))
    numbers = [number for number in arguments if isinstance(number, sympy.Rational)]
    if function.largest is not None and any(abs(n) > function.largest for n in numbers):
        cause = f'"{function.name}" of a number larger than {function.largest} is not worked out'
        raise TooLarge(cause, "use a smaller one, or a name")
    if function.real:
        expect_comparable(*arguments)
    if any(argument.has(sympy.log) for argument in arguments) and _holds_exponential(function):
        for argument in arguments:
            for term in sympy.Add.make_args(argument):
                _expect_bits(sum(_bits_of_logarithms(term)), _MOST_BESIDE)
    if not function.steady and function.name not in _SETTLING:
        for argument in arguments:
            if argument.is_number and _order(argument, _MOST_IN_FUNCTION) > _MOST_IN_FUNCTION:
                _refuse_bits(MOST_BITS)


def expect_comparable(*values: sympy.Expr) -> None:
    """Refuse what takes too many digits to be compared, a tower of powers.

    Examples
    --------
    >>> expect_comparable(sympy.exp(sympy.exp(sympy.exp(50))))
    Traceback (most recent call last):
        ...
    symgd.terms.size.TooLarge: this number is too large to be compared; use a smaller one
    """
    for value in map(_without_sums, values):
        _order(_cancelled(value))


def _branches(values: tuple[sympy.Expr, ...]) -> Iterator[tuple[sympy.Expr, ...]]:
    """The values in each case: SymPy takes a function of cases for the cases of its values, in a Σ by itself."""
    holding = (value for value in values if value.has(sympy.Piecewise))  # SymPy remembers that
    found = sorted(set().union(*(value.atoms(sympy.Piecewise) for value in holding)), key=str)
    if not found:
        yield values
        return
    parts = itertools.product(*([part for part, _ in piece.args] for piece in found))
    for chosen in itertools.islice(parts, MOST_BRANCHES):
        case = dict(zip(found, chosen, strict=True))
        yield tuple(value.xreplace(case) for value in values)


def _without_sums(value: sympy.Basic) -> sympy.Basic:
    """Each Σ as large as it can be: at most fifty terms, all like the one where its letters are largest."""
    if not value.has(sympy.Sum):
        return value
    if isinstance(value, sympy.Sum):
        ends = [(index, _without_sums(last)) for index, _, last in value.limits]
        return MAX_TERMS ** len(ends) * _at_last(_without_sums(value.function), dict(ends))
    return value.func(*map(_without_sums, value.args))


def _at_last(value: sympy.Basic, ends: Mapping[sympy.Basic, sympy.Basic]) -> sympy.Basic:
    """A term of a Σ with numbers for its letters, no power of which is made before it was asked how large it is."""
    if value in ends or not value.args:
        return ends.get(value, value)
    parts = [_at_last(part, ends) for part in value.args]
    if isinstance(value, sympy.Pow):
        expect_power(*parts)
    return value.func(*parts)


def _order(value: sympy.Basic, most_digits: int = _MOST_DIGITS) -> float:
    """log₂ of how many binary digits a number has before or after the point: 4 for 2^16 and 2^-16; what has a name has none."""
    if isinstance(value, sympy.Rational):
        return math.log2(max(math.log2(abs(value.p) or 1), math.log2(value.q), 1.0))
    orders = [_order(part, most_digits) for part in value.args]
    if not orders:
        return 0.0 if value.is_number else -math.inf
    if -math.inf in orders:  # the numbers in it are looked at by now, and it is none
        return -math.inf
    most = max(orders)
    if isinstance(value, sympy.Add | sympy.Mul):
        return most + math.log2(len(orders))
    if isinstance(value, _SETTLED):
        return most
    base, exponent = orders if isinstance(value, sympy.Pow) else (_EULER, most)
    if exponent > most_digits:  # the sine of a number, too, is found from all its digits
        raise TooLarge("this number is too large to be compared", "use a smaller one")
    return base + 2.0**exponent if isinstance(value, _GROWING) else most


def bits_of(value: sympy.Expr) -> sympy.Rational:
    """How many binary digits the numbers have that stand in front of a value.

    Examples
    --------
    >>> bits_of(sympy.Rational(7, 2) * sympy.Symbol("x")), bits_of(sympy.sqrt(8))
    (3, 3)
    """
    if isinstance(value, sympy.Rational):
        size = max(abs(value.p).bit_length(), value.q.bit_length())
        return sympy.Integer(size if size > 1 else 0)
    if isinstance(value, sympy.Mul):
        return sum(map(bits_of, value.args), sympy.S.Zero)
    if isinstance(value, sympy.Pow) and isinstance(value.exp, sympy.Rational):
        return abs(value.exp) * bits_of(value.base)
    return sympy.S.Zero


def _expect_bits(bits: sympy.Rational, most: int = MOST_BITS) -> None:
    if bits > most:
        _refuse_bits(most)


def _refuse_bits(most: int) -> Never:
    raise TooLarge(f"this number would have more than {most} bits", "use a smaller exponent")


def _bits_of_logarithms(term: sympy.Expr) -> Iterator[sympy.Rational]:
    """exp(9 log 2) is worked out as 2^9."""
    if term.has(sympy.log) and not term.free_symbols:
        number, others = term.as_coeff_Mul()
        for factor in sympy.Mul.make_args(others):
            if isinstance(factor, sympy.log):
                if isinstance(factor.args[0], sympy.Rational):
                    _expect_root(factor.args[0], number)
                yield abs(number) * bits_of(factor.args[0])


@cache
def _holds_exponential(function: Function) -> bool:
    """Whether SymPy takes an exponential of the arguments."""
    arguments = sympy.symbols(f"u:{function.arity or 2}")
    return bool(function.value(*arguments).has(sympy.exp))
