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
# Words by which a rule finds the length of its steps itself, or takes the cost's own curvature.
MEASURED = ("H", "Jac", "r", "argmin", "first")
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
ARGMIN, COST, PUSH, SOLVE = "argmin", "J", "push", "solve"
BINDING = (ARGMIN, FIRST)  # their second argument is a name that they bind


Kinds: TypeAlias = tuple[Kind, ...]
_ANY = "number, vector or matrix"
_TABLE = "vector or matrix"


class WordFunction(Function):
    """What a word is to a Term; where it arrives it is found again by its name."""

    def __reduce__(self) -> tuple[Callable[[str], Function], tuple[str]]:
        return _shipped, (self.name,)


def _shipped(name: str) -> Function:
    return WORDS[name].function


@dataclass(frozen=True)
class Word:
    """What update rules call: what its value is, by its arguments' kinds, what these may be, and how code has it.

    `numpy` and `array_api` are for arrays with an entry for each parameter, `python` and `javascript` for one number; a
    word that has none looks at all parameters. Names that begin with an underscore are given by whoever runs the text.
    """

    function: Function
    kind: Callable[[Kinds], Kind]
    meaning: str
    takes: tuple[str, ...]
    numpy: str
    python: str = ""
    array_api: str = ""
    javascript: str = ""

    @property
    def entrywise(self) -> bool:
        """Whether it acts on each parameter by itself, as functions do."""
        return bool(self.python)

    def code(self, target: str, *arguments: str) -> str:
        """A call as a target's text; empty where the target does not have it."""
        forms = {"numpy": self.numpy, "python": self.python}
        forms |= {"array_api": self.array_api, "javascript": self.javascript}
        return forms[target].format(*arguments)


def _number(kinds: Kinds) -> Kind:
    return "number"


def _vector(kinds: Kinds) -> Kind:
    return "vector"


def _matrix(kinds: Kinds) -> Kind:
    return "matrix"


def _as_first(kinds: Kinds) -> Kind:
    return kinds[0]


def _as_last(kinds: Kinds) -> Kind:
    return kinds[-1]


def _of_product(kinds: Kinds) -> Kind:
    """Of u·v: two vectors make a number, a matrix and a vector a vector."""
    matrices = kinds.count("matrix")
    return _ORDER[matrices] if "number" not in kinds else widest(kinds)


def widest(kinds: Kinds) -> Kind:
    """The kind of what is worked out entry by entry."""
    return max(kinds, key=_ORDER.index, default="number")


def _word(
    name: str,
    takes: tuple[str, ...],
    kind: Callable[[Kinds], Kind],
    meaning: str,
    spoken: str,
    **forms: str,
) -> Word:
    """A word that has a value at whole vectors alone."""

    def compute(context: Any, *numbers: Any) -> Any:
        cause = f'"{name}" has no value at numbers alone'
        raise FormulaError(cause, "it is a word of update rules")

    form = WORD_FORMS.get(name, WordForm())
    letter = name if len(name) == 1 else ""  # J(θ) is written as the cost is
    function = WordFunction(
        name,
        sympy.Function(name),
        latex=letter,
        typst=letter,
        spoken=spoken,
        compute=compute,
        arity=len(takes),
        forms=form.forms,
        holding=form.holding,
    )
    return Word(function, kind, meaning, takes, **forms)


def _entrywise(
    name: str,
    arity: int,
    value: Callable[..., sympy.Expr],
    compute: Callable[..., Any],
    meaning: str,
    spoken: str,
    **forms: str,
) -> Word:
    """A word that acts on each parameter, as functions do."""
    function = WordFunction(name, value, spoken=spoken, compute=compute, arity=arity, real=True)
    return Word(function, widest, meaning, (_ANY,) * arity, **forms)


_DECLARED = (
    _word(
        "dot",
        (_TABLE, _TABLE),
        _of_product,
        "the product of vectors and matrices",
        "the product of {x}",
        numpy="np.dot({}, {})",
        array_api="xp.matmul({}, {})",
    ),
    _word(
        "norm",
        (_TABLE,),
        _number,
        "the length of a vector",
        "the length of {x}",
        numpy="np.linalg.norm({})",
        array_api="xp.linalg.vector_norm({})",
    ),
    _word(
        SOLVE,
        ("matrix", _TABLE),
        _as_last,
        "x with A·x = b, or nearest to it",
        "the solution of {x}",
        numpy="_solve({}, {})",
        array_api="_solve({}, {})",
    ),
    _word(
        "transpose",
        ("matrix",),
        _matrix,
        "a matrix, rows for columns",
        "{x} transposed",
        numpy="np.transpose({})",
        array_api="xp.matrix_transpose({})",
    ),
    _word(
        "diag",
        ("matrix",),
        _matrix,
        "a matrix with its diagonal alone",
        "the diagonal of {x}",
        numpy="np.diag(np.diag({}))",
        array_api="_diag({})",
    ),
    _word(
        "outer",
        ("vector", "vector"),
        _matrix,
        "the matrix u·vᵀ",
        "the outer product of {x}",
        numpy="np.outer({}, {})",
        array_api="xp.linalg.outer({}, {})",
    ),
    _word(
        COST,
        ("vector",),
        _number,
        "the cost at a point",
        "the cost at {x}",
        numpy="_cost({})",
        array_api="_cost({})",
    ),
    _word(
        "g",
        ("vector",),
        _vector,
        "the gradient at a point",
        "the gradient at {x}",
        numpy="_gradient({})",
        array_api="_gradient({})",
    ),
    _word(
        ARGMIN,
        ("number", "number"),
        _number,
        "the s above 0 that makes a formula of it least",
        "the least of {x}",
        numpy="_argmin(lambda {1}: {0})",
        array_api="_argmin(lambda {1}: {0})",
    ),
    _word(
        FIRST,
        (_ANY, "number", "number"),
        _as_first,
        "the formula at the first k = 0, 1, … that fits",
        "the first of {x}",
        numpy="_first(lambda {1}: {0}, lambda {1}: {2})",
        array_api="_first(lambda {1}: {0}, lambda {1}: {2})",
    ),
    _word(
        PUSH,
        ("matrix", "vector", "number"),
        _matrix,
        "a matrix of columns with one more, of which the last k are kept",
        "the last columns of {x}",
        numpy="_push({}, {}, {})",
        array_api="_push({}, {}, {})",
    ),
    _word(
        "two_loop",
        ("matrix", "matrix", "vector"),
        _as_last,
        "the inverse Hessian that columns of steps and of gradients' changes tell, times g",
        "the two loops of {x}",
        numpy="_two_loop({}, {}, {})",
        array_api="_two_loop({}, {}, {})",
    ),
    _entrywise(
        "floor",
        1,
        sympy.floor,
        lambda context, u: context.floor(u),
        "the largest whole number that is not above u",
        "the whole part of {x}",
        numpy="np.floor({})",
        python="_floor({})",
        array_api="xp.floor({})",
        javascript="Math.floor({})",
    ),
    _entrywise(
        "mod",
        2,
        sympy.Mod,
        lambda context, u, v: u - v * context.floor(u / v),
        "what is left of u when v is taken away as often as it goes",
        "the rest of {x}",
        numpy="np.mod({}, {})",
        python="_mod({}, {})",
        array_api="xp.remainder({}, {})",
        javascript="(({0}) - ({1}) * Math.floor(({0}) / ({1})))",
    ),
    _entrywise(
        "clip",
        3,
        lambda u, low, high: sympy.Min(sympy.Max(u, low), high),
        lambda context, u, low, high: min(max(u, low), high),
        "u between a least and a largest number",
        "{x} between bounds",
        numpy="np.minimum(np.maximum({}, {}), {})",
        python="_min(_max({}, {}), {})",
        array_api="xp.minimum(xp.maximum({}, {}), {})",
        javascript="Math.min(Math.max({}, {}), {})",
    ),
)
WORDS: Mapping[str, Word] = FrozenMap({word.function.name: word for word in _DECLARED})
# Functions that have a value at a number, and so in the rate of a step as well.
ENTRYWISE: Mapping[str, Function] = {
    **FUNCTIONS,
    **{name: word.function for name, word in WORDS.items() if word.entrywise},
}
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
