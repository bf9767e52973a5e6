"""Terms as Typst mathematics, and the same with every sub-term tagged for films."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from symgd.terms import Abbreviation, Call, Indexed, Partial, Path, Symbol, Term
from symgd.writing.formulas.fold import ENCLOSING
from symgd.writing.formulas.names import (
    GREEK,
    HAT,
    UNBOUNDED,
    NameStyle,
    primed,
    signed,
    split_name,
    split_words,
    straight,
)
from symgd.writing.formulas.styles import IF, OTHERWISE, Style, relations
from symgd.writing.formulas.write import write
from symgd.writing.words import ENGLISH, Words


@dataclass(frozen=True)
class Tagged:
    """Typst with each sub-term wrapped in ``#tag(n, $...$)``, which the document defines.

    A sub-term may have several numbers; an inner tag takes precedence over the outer.
    """

    source: str  # to stand between dollar signs
    paths: Mapping[int, Path]  # which sub-term each number belongs to
    variables: Mapping[int, str]  # what is derived by, for the numbers that mark it in a ∂/∂ sign


def tagged(
    term: Term,
    *,
    first: int = 1,
    words: Words = ENGLISH,
    named: Callable[[str], str] = str,
) -> Tagged:
    """`term` as Typst in which every glyph can be told to belong to exactly one sub-term; tags count from `first`.

    `named` answers how a name is written where there is little room; the sub-terms stay what they are.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> both = tagged(parse("m + b"))
    >>> both.source
    '#tag(3, $#tag(1, $m$); + #tag(2, $b$);$);'
    >>> both.paths
    {1: (0,), 2: (1,), 3: ()}
    """
    tagger = _Tagger(first, named)
    written = write(term, tagger.style, words=words)
    return Tagged(written, tagger.paths, tagger.variables)


class _Tagger:
    """Gives numbers to sub-terms as the fold finishes them."""

    def __init__(self, first: int, named: Callable[[str], str]) -> None:
        self.numbers = count(first)
        self.paths: dict[int, Path] = {}
        self.variables: dict[int, str] = {}
        self.waiting: list[int] = []
        self.powers: dict[str, Callable[[str], str]] = {}
        self.style = replace(
            TYPST,
            name=lambda name, indices=(): IN_FILMS(named(name), indices),
            tag=self.tag,
            power=self.power,
            call=self.call,
            partial=lambda sign, by, body: TYPST.partial(sign, self.derived_by(by), body),
            partial_of_name=lambda sign, by, name: TYPST.partial_of_name(
                sign, self.derived_by(by), name
            ),
        )
        self.last_call: tuple[str, str] | None = None

    def tag(self, path: Path, term: Term, written: str) -> str:
        number = next(self.numbers)
        self.paths[number] = path
        if isinstance(term, Partial):
            for derived_by in self.waiting:
                self.paths[derived_by] = path
                self.variables[derived_by] = term.variable.name
            self.waiting.clear()
        text = _tag(number, written)
        if isinstance(term, Symbol | Indexed | Abbreviation) and "_(" in written:
            base, _, lower = written.partition("_(")
            base, lower = _tag(number, base), _tag(number, lower[:-1])
            self.powers[text] = lambda upper: f"attach({base}, b: {lower}, t: {upper})"
        elif isinstance(term, Call) and term.function not in ENCLOSING and self.last_call:
            function, argument = self.last_call
            if len(term.children) == 1 and written == TYPST.call(function, argument):
                self.powers[text] = lambda exponent: _tag(
                    number, TYPST.call(f"{function}^({exponent})", argument)
                )
        return text

    def power(self, base: str, exponent: str) -> str:
        """A tagged name with a subscript, or a function, takes the exponent into itself."""
        inside = self.powers.get(base)
        return inside(exponent) if inside else TYPST.power(base, exponent)

    def call(self, function: str, argument: str) -> str:
        self.last_call = (function, argument)
        return TYPST.call(function, argument)

    def derived_by(self, variable: str) -> str:
        number = next(self.numbers)
        self.waiting.append(number)
        return _tag(number, variable)


def _tag(number: int, body: str) -> str:
    return f"#tag({number}, ${body}$);"


def escaped(words: str) -> str:
    """Words as they stand between Typst's quotation marks."""
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _word(word: str) -> str:
    if word.endswith(HAT):
        return f"hat({_word(word.removesuffix(HAT))})"
    letter = GREEK.get(word, word)
    bare = word.isdigit() or word == UNBOUNDED or (len(letter) == 1 and letter.isalpha())
    return letter if bare else f'"{word}"'


def _bold(name: str) -> str:
    """A matrix's name: bold and upright."""
    base, subscript = split_name(name)
    return f"upright(bold({_word(base)}))" + (f"_({_word(subscript)})" if subscript else "")


def _primed(name: str) -> str:
    """A name with a prime, which stands before what is below it: behind it would be a part of that."""
    base, below, lower = name.partition("_(")
    return f"{base}'{below}{lower}"


NAMES = NameStyle(
    _word,
    "{0}_({1})".format,
    "macron({0})".format,
    _primed,
    " ",
    " ",
    ", ",
    signed("{0}^({1})"),
)

TYPST = Style(
    forms="typst",
    relations=relations(lambda sign: sign.typst),
    times=" dot ",
    dots="dots.c",
    listed=", quad ",
    name=NAMES,
    function=lambda function: function.in_typst,
    parentheses=lambda body: f"({body.removeprefix('thin ')})",
    fraction="frac({0}, {1})".format,
    power="{0}^({1})".format,
    raised="{0}^({1})".format,
    absolute="abs({0})".format,
    root="sqrt({0})".format,
    exponential="e^({0})".format,
    logarithm="log_({0})({1})".format,
    big_sum="sum_({0} = {1})^({2}) {3}".format,
    signs={"∂": "partial", "d": "upright(d)"},
    partial="frac({0}, {0} {1}) {2}".format,
    partial_of_name="frac({0} {2}, {0} {1})".format,
    twice="frac(partial^2 {1}, partial {0}^2)".format,
    mixed="frac(partial^2 {2}, partial {0} thin partial {1})".format,
    prime=primed(straight, lambda lower: f"_({' '.join(lower)})"),
    case=f'{{0}} & "{IF}" {{1}}'.format,
    last_case="{0} & {1}".format,
    cases="cases({0})".format,
    otherwise=f'"{OTHERWISE}"',
    word=escaped,
    joining=' "{0}" '.format,
    matrix=_bold,
    ones="bold(1)".format,
    zeros="bold(0)".format,
    identity="upright(bold(I))".format,
    transpose="{0}^(top)".format,
    norm="norm({0})^(2)".format,
    inverse="{0}^(-1)".format,
    diagonal='op("diag")({0})'.format,
    entrywise=" ⊙ ",
    differential="thin upright(d) {0}".format,
    nabla="nabla {0}".format,
    hessian="nabla^(2) {0}".format,
    columns=lambda columns: f'mat(delim: "[", {", ".join(columns)})',
    grid=lambda rows: (
        f"mat(row-gap: #0.7em, column-gap: #1em, {'; '.join(', '.join(row) for row in rows)})"
    ),
    stacked=lambda entries: f"vec({', '.join(entries)})",
    entry="{0}_({1})".format,
    shaped=lambda body, shape: f"underbrace({body.removeprefix('thin ')}, {shape}) thin",
    by=" times ",
    space="RR^({0})".format,
)

# Writes a Term as the inside of a formula, to stand between dollar signs.
typst = partial(write, style=TYPST)

IN_FILMS = replace(
    NAMES, split=split_words
)  # beside tables and axes, which have names as they are typed
