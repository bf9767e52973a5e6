"""Random formulas for property tests."""

from __future__ import annotations

import fractions

from hypothesis import strategies as st

from symgd import terms as nt
from symgd.terms.functions import FUNCTIONS

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


# Which functions stand inside random formulas: orders that must be whole numbers, and what SymPy has no derivative for,
# are left to the tests of each function.
_LEFT_OUT = ("polygamma", "lambertw", "beta")
_ONE = tuple(f.name for f in FUNCTIONS.values() if f.arity == 1 and f.name not in _LEFT_OUT)
_MANY = ("max", "min", "logsumexp", "softmax")


def _any_calls(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from(_ONE), inner).map(lambda found: nt.call(*found)),
        st.tuples(st.sampled_from(_MANY), pair).map(lambda found: nt.Call(*found)),
        pair.map(lambda found: nt.call("atan2", *found)),
        pair.map(lambda found: nt.call("log", *found)),
    )


def _cases(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
    signs: st.SearchStrategy[nt.Sign] = st.sampled_from(("<", "<=", ">", ">="))
    condition = st.builds(nt.Comparison, inner, signs, inner)
    first = st.builds(nt.Case, inner, condition)
    last = inner.map(lambda body: nt.Case(body, nt.Otherwise()))
    return st.tuples(first, last).map(nt.Cases)


def language(*, leaves: int = 6) -> st.SearchStrategy[nt.Term]:
    """Formulas from the whole language: every function, cases, u^v, roots, constants, decimals."""
    symbols = st.sampled_from(LETTERS).map(nt.Symbol)
    decimals = st.integers(1, 99).map(lambda n: nt.number(fractions.Fraction(n, 10), decimal=True))
    numbers = st.one_of(_numbers(), st.just(nt.Constant("pi")), decimals)

    def extend(inner: st.SearchStrategy[nt.Term]) -> st.SearchStrategy[nt.Term]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            _sums(inner),
            _products(inner),
            _powers(inner),
            pair.map(lambda found: nt.Fraction(*found)),
            pair.map(lambda found: nt.Power(*found)),
            _any_calls(inner),
            _any_calls(inner),
            _cases(inner),
        )

    return st.recursive(st.one_of(symbols, symbols, symbols, numbers), extend, max_leaves=leaves)


def losses() -> st.SearchStrategy[str]:
    """Texts of losses."""
    differences = st.sampled_from(
        (
            "(prediction - target)",
            "(target - prediction)",
            "(prediction - target)/(1 + target^2)",
            "(2*prediction - target)",
        )
    )
    shapes = st.sampled_from(
        (
            "{}^2",
            "{}^4/4",
            "|{}|",
            "log(cosh({}))",
            "sqrt(1 + {}^2) - 1",
            "log(1 + {}^2)",
            "1 - exp(-{}^2)",
            "max(0, {})^2",
            "({}^2/2 if |{}| <= 1 else |{}| - 1/2)",
            "softplus({})",
            "tanh({})^2",
        )
    )
    one = st.tuples(shapes, differences).map(lambda pair: pair[0].replace("{}", pair[1]))
    scaled = st.tuples(st.integers(1, 9), one).map(lambda pair: f"{pair[0]}*({pair[1]})")
    return st.lists(scaled, min_size=1, max_size=2).map(" + ".join)


_STATE, _SETTINGS = ("v", "m"), ("beta", "c")
_RULE_LEAVES = ("theta", "g", "v", "m", "t", "alpha", *_SETTINGS, "0", "1", "2", "0.5")
_ON_TWO = ("{} + {}", "{} - {}", "({})*({})", "({})/(1 + ({})^2)", "max({}, {})", "min({}, {})")
_ON_ONE = ("-({})", "sign({})", "abs({})", "sqrt(abs({}))", "({})^2", "({})^3", "floor({})")
_ON_THREE = ("({} if {} > {} else 1)", "clip({}, {}, 2)*({})", "mod({}, 3)*({}) - ({})")


def _rule_formulas(leaves: tuple[str, ...]) -> st.SearchStrategy[str]:
    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        forms = [(form, form.count("{}")) for form in (*_ON_ONE, *_ON_TWO, *_ON_THREE)]
        made = [
            st.tuples(*[inner] * count).map(lambda parts, form=form: form.format(*parts))
            for form, count in forms
        ]
        return st.one_of(*made)

    return st.recursive(st.sampled_from(leaves), extend, max_leaves=6)


@st.composite
def update_rules(draw: st.DrawFn) -> str:
    """The text of an update rule: an abbreviation, two states, and what becomes of theta.

    Its operations give the same numbers in every order of parameters, to the last bit.
    """
    known = _RULE_LEAVES
    lines = []
    for name in draw(st.permutations(["d", "v'", "m'"])):
        lines.append(f"{name} = {draw(_rule_formulas(known))}")
        known = (*known, name)
    return "; ".join([*lines, f"theta' = {draw(_rule_formulas(known))}"])
