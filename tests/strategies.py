"""Random formulas for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from symgd import notation as nt

LETTERS = ("x", "a", "b", "c")


def _numbers() -> st.SearchStrategy[nt.Term]:
    return st.integers(min_value=0, max_value=9).map(nt.number)


def _sums(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    signed = st.one_of(inner, inner.map(nt.Negative))
    later = st.lists(signed, min_size=1, max_size=2)
    return st.tuples(inner, later).map(lambda parts: nt.Sum((parts[0], *parts[1])))


def _products(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    return st.lists(inner, min_size=2, max_size=3).map(lambda factors: nt.Product(tuple(factors)))


def _powers(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    exponents = st.integers(min_value=2, max_value=4).map(nt.number)
    return st.tuples(inner, exponents).map(lambda pair: nt.Power(*pair))


def _fractions(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    """Denominators of the form 2 + square, which are never zero at real points."""
    below = inner.map(lambda term: nt.Sum((nt.number(2), nt.Power(term, nt.number(2)))))
    return st.tuples(inner, below).map(lambda pair: nt.Fraction(*pair))


def _calls(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    return st.tuples(st.sampled_from(("sin", "cos", "exp", "tanh")), inner).map(
        lambda pair: nt.call(*pair)
    )


def formulas(*, rational: bool = False, leaves: int = 8) -> st.SearchStrategy[nt.Term]:
    """Terms in x, a, b, c; with `rational`, without function calls."""
    symbols = st.sampled_from(LETTERS).map(nt.Symbol)

    def extend(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
        kinds = [_sums(inner), _products(inner), _powers(inner), _fractions(inner)]
        return st.one_of(*kinds, *([] if rational else [_calls(inner)]))

    return st.recursive(st.one_of(symbols, symbols, _numbers()), extend, max_leaves=leaves)
