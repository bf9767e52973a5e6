"""WORDS: what update rules call beside the functions of formulas, one declaration each.

Elementwise functions act on each parameter; a word looks at all of them, or asks the cost at another point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sympy

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.optimizers.word_forms import WORD_FORMS, WordForm
from symgd.parsing.updates import FIRST
from symgd.registry.registry import FrozenMap
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS

Kind: TypeAlias = Literal["number", "vector", "matrix"]
_ORDER: tuple[Kind, ...] = ("number", "vector", "matrix")

# What a rule knows without being told, and what it is: θ and the gradient there, the step's number, the learning rate,
# the number of parameters and each one's own, the Hessian, the residuals and their Jacobian, the identity matrix.
_KNOWN: dict[str, Kind] = {
    "theta": "vector",
    "g": "vector",
    "t": "number",
    "alpha": "number",
    "p": "number",
    "j": "vector",
    "H": "matrix",
    "r": "vector",
    "Jac": "matrix",
    "I": "matrix",
}
KNOWN: Mapping[str, Kind] = FrozenMap(_KNOWN)
BINDING = ("argmin", FIRST)  # their second argument is a name that they bind


@dataclass(frozen=True)
class Word:
    """A function of whole vectors; `kind` says what its value is, by its arguments' kinds."""

    function: Function
    kind: Callable[[tuple[Kind, ...]], Kind]
    meaning: str


def _always(kind: Kind) -> Callable[[tuple[Kind, ...]], Kind]:
    return lambda kinds: kind


def _of_product(kinds: tuple[Kind, ...]) -> Kind:
    """Of u·v: two vectors make a number, a matrix and a vector a vector."""
    matrices = kinds.count("matrix")
    return _ORDER[matrices] if "number" not in kinds else widest(kinds)


def widest(kinds: tuple[Kind, ...]) -> Kind:
    """The kind of what is worked out entry by entry."""
    return max(kinds, key=_ORDER.index, default="number")


def _word(
    name: str, arity: int, kind: Callable[[tuple[Kind, ...]], Kind], meaning: str, spoken: str
) -> Word:
    value = sympy.Function(name)

    def compute(context: Any, *numbers: Any) -> Any:
        cause = f'"{name}" has no value at numbers alone'
        raise FormulaError(cause, "it is a word of update rules")

    form = WORD_FORMS.get(name, WordForm())
    letter = name if len(name) == 1 else ""  # J(θ) is written as the cost is
    function = Function(
        name,
        value,
        latex=letter,
        typst=letter,
        spoken=spoken,
        compute=compute,
        arity=arity,
        forms=form.forms,
        holding=form.holding,
    )
    return Word(function, kind, meaning)


_DECLARED = (
    _word("dot", 2, _of_product, "the product of vectors and matrices", "the product of {x}"),
    _word("norm", 1, _always("number"), "the length of a vector", "the length of {x}"),
    _word(
        "solve",
        2,
        lambda kinds: kinds[1],
        "x with A·x = b, or nearest to it",
        "the solution of {x}",
    ),
    _word("transpose", 1, _always("matrix"), "a matrix, rows for columns", "{x} transposed"),
    _word("diag", 1, _always("matrix"), "a matrix with its diagonal alone", "the diagonal of {x}"),
    _word("outer", 2, _always("matrix"), "the matrix u·vᵀ", "the outer product of {x}"),
    _word("J", 1, _always("number"), "the cost at a point", "the cost at {x}"),
    _word("g", 1, _always("vector"), "the gradient at a point", "the gradient at {x}"),
    _word(
        "argmin",
        2,
        _always("number"),
        "the s above 0 that makes a formula of it least",
        "the least of {x}",
    ),
    _word(
        FIRST,
        3,
        lambda kinds: kinds[0],
        "the formula at the first k = 0, 1, … that fits",
        "the first of {x}",
    ),
)
WORDS: Mapping[str, Word] = FrozenMap({word.function.name: word for word in _DECLARED})
CALLED: Mapping[str, Function] = {**FUNCTIONS, **{n: word.function for n, word in WORDS.items()}}


def kind_of(term: nt.Term, kinds: Mapping[str, Kind]) -> Kind:
    """Whether a Term is a number, a vector or a matrix, where its names are of these kinds.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> kind_of(parse("theta - alpha*g"), KNOWN), kind_of(parse("alpha*t"), KNOWN)
    ('vector', 'number')
    """
    match term:
        case nt.Symbol():
            return kinds.get(term.name, "number")
        case nt.Call() if term.function in WORDS:
            of = tuple(kind_of(argument, kinds) for argument in term.arguments)
            return WORDS[term.function].kind(of)
    return widest(tuple(kind_of(child, kinds) for child in term.children))
