"""A formula in the functions that NumPy has, so that it can be written as code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from symgd import terms as nt
from symgd.codegen.stable import settled
from symgd.errors import GenerationError
from symgd.parsing.formula import parse
from symgd.terms import Term
from symgd.terms.functions import FUNCTIONS

_PLAIN = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "sign")
_INVERSE = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
_PAIRS = {"max": "np.maximum", "min": "np.minimum", "logsumexp": "np.logaddexp"}

# Each function with its NumPy name; those of several arguments take two at a time.
NUMPY: Mapping[str, str] = MappingProxyType(
    {
        **{name: f"np.{name}" for name in _PLAIN},
        **{f"a{name}": f"np.arc{name}" for name in _INVERSE},
        **_PAIRS,
        "atan2": "np.arctan2",
        "pi": "np.pi",
    }
)
# What NumPy says with an argument more.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {"softplus": "np.logaddexp(0.0, {})", "heaviside": "np.heaviside({}, 0.0)"}
)


def in_numpy(term: Term) -> Term:
    """`term` in NumPy's functions, and in forms that do not overflow.

    Raises
    ------
    GenerationError
        For a function that NumPy does not have.

    Examples
    --------
    >>> in_numpy(parse("sech(x)")).value
    1/cosh(x)
    """
    if not term.children:
        return term
    children = tuple(in_numpy(child) for child in term.children)
    same = all(new is old for new, old in zip(children, term.children, strict=True))
    rebuilt = term if same else term.rebuild(children)
    if isinstance(rebuilt, nt.Call):
        rebuilt = _known(rebuilt)
    after = settled(rebuilt)
    return rebuilt if after is rebuilt else in_numpy(after)


def _known(term: nt.Call) -> Term:
    """A call in functions that NumPy has."""
    if term.function == "log" and len(term.arguments) == 2:
        return nt.Fraction(*(nt.call("log", argument) for argument in term.arguments))
    if term.function in NUMPY or term.function in PATTERNS or term.function == "softmax":
        return term
    meaning = FUNCTIONS[term.function].meaning
    if not meaning:
        raise GenerationError(
            f"NumPy has no {FUNCTIONS[term.function].written}, and so there is no code for the formula",
            "write the formula with other functions; it can still be derived",
        )
    letters: dict[Term, Term] = {
        nt.Symbol(letter): argument for letter, argument in zip("uv", term.arguments, strict=False)
    }
    return in_numpy(_parsed(meaning).substitute(letters))


@cache
def _parsed(text: str) -> Term:
    return parse(text, constants=())
