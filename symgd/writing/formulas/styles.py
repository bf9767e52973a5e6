"""How a format writes each kind of node: a Style, most of it templates.

A template is the `format` of a text, as in ``fraction="{0}/{1}".format``; what is no template is a function of the same
arguments. All take written parts and answer written text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from symgd import terms as nt
from symgd.terms.function import Function
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import Message, message

Template: TypeAlias = Callable[..., str]

# What styles write for the words between conditions, until the language is known.
IF, OTHERWISE, AND, OR = "\ue000", "\ue001", "\ue002", "\ue003"
CONDITION_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        IF: message("if", context="condition"),
        OTHERWISE: message("otherwise", context="condition"),
        AND: message("and", context="condition"),
        OR: message("or", context="condition"),
    }
)


@dataclass(frozen=True)
class RelationSign:
    """A sign between two sides, in each way to write it."""

    unicode: str
    ascii: str
    latex: str
    typst: str
    spoken: Message


_AT_MOST = RelationSign("≤", "<=", r"\le", "<=", message("is at most", context="speech"))
# By what Comparisons, and lines, call them.
RELATIONS: Mapping[str, RelationSign] = MappingProxyType(
    {
        "=": RelationSign("=", "=", "=", "=", message("equals", context="speech")),
        "≈": RelationSign("≈", "~", r"\approx", "approx", message("is approximately", context="speech")),
        "<": RelationSign("<", "<", "<", "<", message("is less than", context="speech")),
        "≤": _AT_MOST,
        "<=": _AT_MOST,
        ">": RelationSign(">", ">", ">", ">", message("is greater than", context="speech")),
        ">=": RelationSign("≥", ">=", r"\ge", ">=", message("is at least", context="speech")),
        "==": RelationSign("=", "==", "=", "=", message("is", context="speech")),
        "!=": RelationSign("≠", "!=", r"\ne", "!=", message("is not", context="speech")),
        "∈": RelationSign("∈", "in", r"\in", "in", message("is one of", context="speech")),
    }
)  # fmt: skip


def relations(
    column: Callable[[RelationSign], str], around: Template = " {0} ".format
) -> Mapping[str, str]:
    r"""Every relation in one way to write it, with what stands round it.

    Examples
    --------
    >>> relations(lambda sign: sign.latex)["<="]
    ' \\le '
    """
    return MappingProxyType({name: around(column(sign)) for name, sign in RELATIONS.items()})


@dataclass(frozen=True, kw_only=True)
class MatrixStyle:
    """How one format writes each kind of matrix Term."""

    name: Callable[[str], str]
    ones: Template
    zeros: Template
    identity: Template
    transpose: Template
    norm: Template
    inverse: Template
    diagonal: Template
    entrywise: str
    differential: Template
    nabla: Template
    hessian: Template
    columns: Callable[[Sequence[str]], str]
    stacked: Callable[[Sequence[str]], str]
    grid: Callable[[Sequence[Sequence[str]]], str]
    entry: Template
    # Takes a body and the index that counts its entries; None where an entry is written alike.
    vector: Template | None = None
    shaped: Template
    by: str
    vectors: Template
    matrices: Template
    product: str | None = None


@dataclass(frozen=True, kw_only=True)
class Style:
    """How one format writes each kind of node.

    Parameters
    ----------
    relations : mapping of str to str
        The signs between two sides.
    name : callable
        Takes a name and its indices.
    function : callable
        Takes a function, and answers its name as it is printed.
    call, raised : callable
        Take a printed function and its argument, or the exponent that stands at its name; without `raised` it stands
        after the argument.
    absolute, exponential : callable or None
        Round the argument; None where the function is called like others.
    partial, partial_of_name : callable
        Take the sign, the variable and the body.
    twice, mixed : callable
        Second derivatives: take one variable, or two, and the body.
    prime : callable
        Takes the body, how often it is derived, and what stands below.
    prime_call : callable or None
        Takes a function, how often it is derived, and its argument; None where `call` of the primed function does.
    case, last_case, cases : callable
        A row of body and condition, the row of the body that is left, and the rows, joined by `between_cases`.
    flat : bool
        Whether fractions stand on one line.
    explicit : bool
        Whether every multiplication has a sign, and every sum and derivative its parentheses.
    """

    relations: Mapping[str, str]
    times: str
    plus: str = " + "
    minus: str = " - "
    beside: str = " "
    comma: str = ", "
    dots: str
    listed: str = ", "
    number: Callable[[str], str] = str
    name: Callable[..., str]
    function: Callable[[Function], str]
    parentheses: Template = "({0})".format
    fraction: Template
    power: Template
    call: Template = "{0}({1})".format
    raised: Template | None = None
    absolute: Template | None = None
    root: Template
    exponential: Template | None = None
    logarithm: Template
    big_sum: Template
    signs: Mapping[str, str] = field(default_factory=lambda: {"d": "d", "∂": "∂"})
    partial: Template
    partial_of_name: Template
    twice: Template
    mixed: Template
    prime: Callable[[str, int, tuple[str, ...]], str]
    prime_call: Template | None = None
    case: Template
    last_case: Template = "{0} {1}".format
    between_cases: str = ", "
    cases: Template
    otherwise: str = OTHERWISE
    joining: Template = " {0} ".format
    derivative_style: DerivativeStyle = "leibniz"
    flat: bool = False
    explicit: bool = False
    tag: Callable[[nt.Path, nt.Term, str], str] | None = None
    matrices: MatrixStyle
