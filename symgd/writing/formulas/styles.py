"""How a format writes each kind of node: a Style, most of it templates.

A template is the `format` of a text, as in ``fraction="{0}/{1}".format``; what is no template is a function of the same
arguments. All take written parts and answer written text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from symgd import terms as nt
from symgd.terms.function import Function
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import Message, message

Template: TypeAlias = Callable[..., str]

# What styles write for the words between conditions, until the language is known.
IF, OTHERWISE, AND, OR = "\ue000", "\ue001", "\ue002", "\ue003"
CONDITION_WORDS: Mapping[str, Message] = {
    IF: message("if", context="condition"),
    OTHERWISE: message("otherwise", context="condition"),
    AND: message("and", context="condition"),
    OR: message("or", context="condition"),
}


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
RELATIONS: Mapping[str, RelationSign] = {
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
}  # fmt: skip


def relations(
    column: Callable[[RelationSign], str], around: Template = " {0} ".format
) -> Mapping[str, str]:
    r"""Every relation in one way to write it, with what stands round it."""
    return {name: around(column(sign)) for name, sign in RELATIONS.items()}


@dataclass(frozen=True, kw_only=True)
class Style:
    """How one format writes each kind of node."""

    relations: Mapping[str, str]  # the signs between two sides
    times: str
    plus: str = " + "
    minus: str = " - "
    beside: str = " "
    comma: str = ", "
    dots: str
    listed: str = ", "
    number: Callable[[str], str] = str
    name: Callable[..., str]  # takes a name and its indices
    # Answers its name as it is printed.
    function: Callable[[Function], str] = lambda function: function.name
    parentheses: Template = "({0})".format
    fraction: Template = "{0}/{1}".format
    power: Template
    call: Template = "{0}({1})".format  # a printed function, and its argument
    raised: Template | None = None  # with the exponent at its name; None: after the argument
    absolute: Template | None = None  # round the argument; None: called like others
    root: Template
    exponential: Template | None = None  # likewise
    logarithm: Template
    big_sum: Template
    signs: Mapping[str, str] = field(default_factory=lambda: {"d": "d", "∂": "∂"})
    partial: Template  # takes the sign, the variable and the body
    partial_of_name: Template = "{0}{2}/{0}{1}".format
    twice: Template  # second derivatives: take one variable, or two, and the body
    mixed: Template
    prime: Callable[[str, int, tuple[str, ...]], str]  # the body, how often, and what stands below
    prime_call: Template | None = None  # function, how often, argument; None: `call` of its prime
    case: Template  # a row of body and condition
    last_case: Template = "{0} {1}".format
    between_cases: str = ", "
    cases: Template  # takes the rows, joined
    otherwise: str = OTHERWISE
    chained: str = ""  # before the second sign of a < b < c
    word: Callable[[str], str] = str  # a word of a language, in which no sign means anything
    joining: Template = " {0} ".format
    derivative_style: DerivativeStyle = "leibniz"
    flat: bool = False  # fractions stand on one line
    explicit: bool = False  # each multiplication has its sign, each sum and derivative parentheses
    tag: Callable[[nt.Path, nt.Term, str], str] | None = None
    forms: str = ""  # what declarations of functions call the style
    kept: str = ""  # under this name a Term keeps how it is written; empty: it is written anew
    # Matrices.
    matrix: Callable[[str], str]  # takes a name
    ones: Template
    zeros: Template = "0".format
    identity: Template
    transpose: Template
    norm: Template
    inverse: Template
    diagonal: Template = "diag({0})".format
    entrywise: str
    differential: Template = "d{0}".format
    nabla: Template
    hessian: Template
    columns: Callable[[Sequence[str]], str]
    stacked: Callable[[Sequence[str]], str]
    grid: Callable[[Sequence[Sequence[str]]], str]
    entry: Template
    # Takes a body and the index that counts its entries; None where an entry is written alike.
    vector: Template | None = None
    shaped: Template = "{0}[{1}]".format
    by: str
    space: Template  # the space of those of a shape
    vectors: Template | None = None  # None: likewise
    product: str | None = None
