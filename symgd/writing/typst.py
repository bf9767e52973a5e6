"""Terms as Typst mathematics, and the same with every sub-term tagged for films."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from symgd.terms import Abbreviation, Call, Indexed, Partial, Path, Symbol, Term
from symgd.terms.function import Function
from symgd.writing.fold import AND, IF, OR, OTHERWISE, Kinds, Style, common_words, write
from symgd.writing.names import GREEK, apart, joined, split_name, subscripts
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words

_OTHERWISE = f'"{OTHERWISE}"'
_SIGNS = {"∂": "partial", "d": "upright(d)"}


def typst(
    term: Term, *, derivative_style: DerivativeStyle = "leibniz", words: Words = ENGLISH
) -> str:
    """`term` as the inside of a Typst formula, to stand between dollar signs.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> typst(parse("(m*x + b)^2/2"))
    'frac((m x + b)^(2), 2)'
    """
    return write(term, TYPST, derivative_style, words)


@dataclass(frozen=True)
class Tagged:
    """Typst with each sub-term wrapped in ``#tag(n, $...$)``.

    Parameters
    ----------
    source : str
        To stand between dollar signs, where a function ``tag(n, body)`` is defined.
    paths : mapping of int to Path
        Which sub-term each number belongs to. A sub-term may have several numbers; an inner tag takes precedence
        over the outer.
    variables : mapping of int to str
        The name that is derived by, for those numbers that mark it in a ∂/∂ sign.
    """

    source: str
    paths: Mapping[int, Path]
    variables: Mapping[int, str]


def tagged(term: Term, *, first: int = 1, words: Words = ENGLISH) -> Tagged:
    """`term` as Typst in which every glyph can be told to belong to exactly one sub-term.

    Parameters
    ----------
    term : Term
    first : int
        The number of the first tag.
    words : Words
        The language of "if" and "otherwise".

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> both = tagged(parse("m + b"))
    >>> both.source
    '#tag(3, $#tag(1, $m$); + #tag(2, $b$);$);'
    >>> both.paths
    {1: (0,), 2: (1,), 3: ()}
    """
    tagger = _Tagger(first)
    written = write(term, tagger.style, words=words)
    return Tagged(written, tagger.paths, tagger.variables)


class _Tagger:
    """Gives numbers to sub-terms as the fold finishes them."""

    def __init__(self, first: int) -> None:
        self.next = first
        self.paths: dict[int, Path] = {}
        self.variables: dict[int, str] = {}
        self.waiting: list[int] = []
        self.powers: dict[str, Callable[[str], str]] = {}
        self.style = replace(
            TYPST,
            tag=self.tag,
            power=self.power,
            call=self.call,
            partial=self.partial,
            partial_of_name=self.partial_of_name,
        )
        self.last_call: tuple[Function, str] | None = None

    def number(self) -> int:
        self.next += 1
        return self.next - 1

    def tag(self, path: Path, term: Term, written: str) -> str:
        number = self.number()
        self.paths[number] = path
        if isinstance(term, Partial):
            for derived_by in self.waiting:
                self.paths[derived_by] = path
                self.variables[derived_by] = term.variable.name
            self.waiting.clear()
        text = _tag(number, written)
        if isinstance(term, Symbol | Indexed | Abbreviation) and "_(" in written:
            base, _, lower = written.partition("_(")
            self.powers[text] = _attached(_tag(number, base), _tag(number, lower[:-1]))
        elif isinstance(term, Call) and self.last_call and written == TYPST.call(*self.last_call):
            self.powers[text] = _raised_call(number, *self.last_call)
        return text

    def power(self, base: str, exponent: str) -> str:
        """A tagged name with a subscript, or a function, takes the exponent into itself."""
        inside = self.powers.get(base)
        return inside(exponent) if inside else TYPST.power(base, exponent)

    def call(self, function: Function, argument: str) -> str:
        self.last_call = (function, argument)
        return TYPST.call(function, argument)

    def partial(self, sign: str, variable: str, body: str) -> str:
        return TYPST.partial(sign, self.derived_by(variable), body)

    def partial_of_name(self, sign: str, variable: str, body: str) -> str:
        return TYPST.partial_of_name(sign, self.derived_by(variable), body)

    def derived_by(self, variable: str) -> str:
        number = self.number()
        self.waiting.append(number)
        return _tag(number, variable)


def _tag(number: int, body: str) -> str:
    return f"#tag({number}, ${body}$);"


def _attached(base: str, lower: str) -> Callable[[str], str]:
    return lambda upper: f"attach({base}, b: {lower}, t: {upper})"


def _raised_call(number: int, function: Function, argument: str) -> Callable[[str], str]:
    if function.name in ("exp", "sqrt", "abs"):
        return lambda exponent: f"{_tag(number, TYPST.call(function, argument))}^({exponent})"
    return lambda exponent: _tag(number, TYPST.call_power(function, argument, exponent))


def _word(word: str) -> str:
    if word in GREEK:
        return GREEK[word]
    if (len(word) == 1 and word.isalpha()) or word.isdigit():
        return word
    return f'"{word}"'


def _name(name: str, indices: tuple[str, ...] = ()) -> str:
    if name.endswith("_bar"):
        return f"macron({_name(name.removesuffix('_bar'), indices)})"
    base, subscript = split_name(name)
    below = joined([_word(index) for index in indices], " ")
    parts = subscripts(subscript)
    own = (", " if apart(parts) else " ").join(map(_word, parts))
    lower = ", ".join(part for part in (own, below) if part)
    return f"{_word(base)}_({lower})" if lower else _word(base)


def _bold(name: str) -> str:
    """A matrix's name: bold and upright."""
    base, subscript = split_name(name)
    letter = GREEK.get(base, base)
    shown = letter if len(letter) == 1 else f'"{letter}"'
    return f"upright(bold({shown}))" + (f"_({_word(subscript)})" if subscript else "")


def _call(function: Function, argument: str) -> str:
    if function.name == "abs":
        return f"abs({argument})"
    return f"{function.in_typst}({argument})"


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    return "cases(" + ", ".join(f"{body} & {_if(condition)}" for body, condition in rows) + ")"


def _if(condition: str) -> str:
    return condition if condition == _OTHERWISE else f'"{IF}" {condition}'


def _twice(by: tuple[str, ...]) -> str:
    """The lower half of a second derivative."""
    return f"partial {by[0]}^2" if len(by) == 1 else f"partial {by[0]} thin partial {by[1]}"


@cache
def _matrices() -> Kinds:
    """How matrices are written."""
    from symgd.writing.matrix_fold import MatrixStyle, matrix_kinds

    return matrix_kinds(
        MatrixStyle(
            name=_bold,
            ones=lambda rows: "bold(1)",
            zeros=lambda rows, columns: "bold(0)",
            identity=lambda rows: "upright(bold(I))",
            transpose=lambda body: f"{body}^(top)",
            norm=lambda body: f"norm({body})^(2)",
            inverse=lambda body: f"{body}^(-1)",
            diagonal=lambda body: f'op("diag")({body})',
            entrywise=" ⊙ ",
            differential=lambda body: f"thin upright(d) {body}",
            nabla=lambda order, body: f"nabla{'^(2)' * (order == 2)} {body}",
            columns=lambda columns: f'mat(delim: "[", {", ".join(columns)})',
            grid=lambda rows: (
                f"mat(row-gap: #0.7em, column-gap: #1em, {'; '.join(', '.join(row) for row in rows)})"
            ),
            stacked=lambda entries: f"vec({', '.join(entries)})",
            vector=lambda body, index: f"{body}_({index})",
            entry=lambda body, row: f"{body}_({row})",
            shaped=lambda body, shape: f"underbrace({body.removeprefix('thin ')}, {shape}) thin",
            shape=" times ".join,
            space=lambda shape: f"RR^({shape})",
            belongs=" in ",
        )
    )


TYPST = Style(
    plus=" + ",
    minus=" - ",
    times=" dot ",
    beside=" ",
    equals=" = ",
    about=" approx ",
    dots="dots.c",
    listed=", quad ",
    number=str,
    name=_name,
    subscripted=_name,
    parentheses=lambda body: f"({body.removeprefix('thin ')})",
    fraction=lambda top, bottom: f"frac({top}, {bottom})",
    power=lambda base, exponent: f"{base}^({exponent})",
    call=_call,
    call_power=lambda function, argument, exponent: f"{function.in_typst}^({exponent})({argument})",
    root=lambda body: f"sqrt({body})",
    exponential=lambda exponent: f"e^({exponent})",
    big_sum=lambda index, lower, upper, body: f"sum_({index} = {lower})^({upper}) {body}",
    partial=lambda sign, variable, body: f"frac({_SIGNS[sign]}, {_SIGNS[sign]} {variable}) {body}",
    second_partial=lambda by, body: f"frac(partial^2 {body}, {_twice(by)})",
    prime=lambda body, times, lower: (
        body + "'" * times + (f"_({' '.join(lower)})" if lower else "")
    ),
    prime_call=lambda function, times, argument: (
        f"{function.in_typst}{chr(39) * times}({argument})"
    ),
    partial_of_name=lambda sign, variable, body: (
        f"frac({_SIGNS[sign]} {body}, {_SIGNS[sign]} {variable})"
    ),
    logarithm=lambda base, argument: f"log_({base})({argument})",
    cases=_cases,
    otherwise=_OTHERWISE,
    words=common_words(
        **{"==": " = "}, **{word: f' "{sign}" ' for word, sign in (("and", AND), ("or", OR))}
    ),
    kinds=_matrices,
)
