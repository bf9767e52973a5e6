"""Terms as they are spoken: one way to say each formula, and one formula that each sentence can mean.

Laws
----
- what is longer than a name or a number is closed in speech: the quantity …, end quantity;
- at the end of a sentence nothing needs closing;
- "over" joins two names or numbers only; other fractions say where they begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from symgd.errors import LanguageError, counted
from symgd.terms import Term
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.names import AFTER, GREEK, UNBOUNDED, split_name, split_sign, subscripts
from symgd.writing.formulas.styles import Style, relations
from symgd.writing.formulas.write import write
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Message, Words, message

# Stands for the spaces inside a name or number, so that a blank tells what is longer.
_TIE = "\x1f"
# Stands between the arguments of a function.
_COMMA = "\x1e"
_NUMERALS = message(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_GREEK = message(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
_LETTERS = [letter for letter in GREEK.values() if letter.islower()]
_HALVES = {
    "1/2": message("one half"),
    "1/3": message("one third"),
    "1/4": message("one quarter"),
}

_QUANTITY = message("the quantity {body}, end quantity,")
_SUM = message("the sum over {index} from {lower} to {upper} of {body}, end sum,")
_FRACTION = message("the fraction with numerator {top} and denominator {bottom}, end fraction,")
_POWERS = {2: message("{base} squared"), 3: message("{base} cubed")}
_POWER = message("{base} to the power {exponent}")
_LONG_POWER = message("{base} to the power of {exponent}, end power,")
# By the sign, and whether what is derived is long: what is short is named first.
_DERIVATIVES = {
    ("∂", False): message("the partial derivative of {body} with respect to {variable}"),
    ("∂", True): message("the partial derivative with respect to {variable} of {body}"),
    ("d", False): message("the derivative of {body} with respect to {variable}"),
    ("d", True): message("the derivative with respect to {variable} of {body}"),
}
_SECOND = message("the second partial derivative of {body} with respect to {variable}")
_MIXED = message(
    "the second partial derivative of {body} with respect to {first} and then {second}"
)
_SIGNED = {"+": message("{name} super plus"), "−": message("{name} super minus")}
_PRIMES = (message("{body} prime"), message("{body} double prime"), message("{body} triple prime"))
_LOGARITHM = message("the logarithm of {x} to the base {base}")
_CASES = message("the cases {cases}, end cases,")
_CASE = message("{body} if {condition}")
_MINUS = message("minus", context="speech")
# What says where it ends, so that nothing closes it a second time.
_CLOSED = (_QUANTITY, _SUM, _FRACTION, _CASES)


def speech(
    term: Term, words: Words = ENGLISH, derivative_style: DerivativeStyle = "leibniz"
) -> str:
    """`term` as it is spoken in a language; a derivative is the derivative of f, or f prime.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> speech(parse("(m*x + b)^2/N"))
    'the fraction with numerator the quantity m times x plus b, end quantity, squared and denominator N'
    """
    speaker = _Speaker(words, term)
    written = write(term, speaker.style(), derivative_style, words)
    said = (words(each).rpartition("}")[2] for each in (*_CLOSED, _LONG_POWER))
    ends = tuple(filter(None, said))  # in some languages what is closed ends with its body
    while written.endswith(ends):
        for end in ends:
            written = written.removesuffix(end)
    spoken = written.replace("−", f"{words(_MINUS)} ").replace(_TIE, " ")
    spoken = re.sub(r"(,)[ ,]*,|( ) +", r"\1\2", spoken).strip(" ,")
    return contracted(spoken, words)


def contracted(spoken: str, words: Words) -> str:
    """What is said, with the words run together that the language runs together: "de le" is "du" in French."""
    for pair in words(message("of the = of the", context="contractions")).split(";"):
        apart, _, together = (part.strip() for part in pair.partition("="))
        if apart:
            as_it_is = together.replace("\\", r"\\")
            spoken = re.sub(rf"\b{re.escape(apart)}\b", as_it_is, spoken)
    return spoken


def _listed(said: Message, words: Words) -> list[str]:
    """The words of a list, of which a language has as many as English."""
    found, wanted = words(said).split(), len(said.text.split())
    if len(found) != wanted:
        cause = f'the translation of "{said.text[:30]}..." has {counted(len(found), "word")}'
        raise LanguageError(cause, f"give it {wanted}, in the same order")
    return found


class _Speaker:
    """The words of one formula; a letter that occurs in both cases is said to be capital."""

    def __init__(self, words: Words, term: Term) -> None:
        self.words = words
        self.numerals = _listed(_NUMERALS, words)
        self.greek = dict(zip(_LETTERS, _listed(_GREEK, words), strict=True))
        names = frozenset().union(*(part.names for _, part in term.walk()))
        bases = {split_name(split_sign(name)[0])[0] for name in names}
        self.closed: set[str] = set()
        self.capital = {base for base in bases if base.isupper() and base.lower() in bases}

    def around(self, said: Message) -> str:
        """A word between two parts, with its spaces."""
        return f" {self.words(said)} "

    def style(self) -> Style:
        words, around = self.words, self.around
        return Style(
            relations={
                **relations(lambda sign: words(sign.spoken)),
                "≈": around(message("is about", context="speech")),
            },
            chained=f", {words(message('which', context='speech'))}",
            plus=around(message("plus", context="speech")),
            minus=" −",
            times=around(message("times", context="speech")),
            beside=around(message("times", context="speech")),
            comma=_COMMA,
            dots=words(message("and so on", context="speech")),
            number=self.number,
            name=self.name,
            function=lambda function: function.spoken or f"{function.name} {{x}}",
            parentheses=self.quantity,
            fraction=self.fraction,
            power=self.power,
            call=self.call,
            root=partial(self.call, FUNCTIONS["sqrt"].spoken),
            exponential=partial(self.power, "e"),
            big_sum=self.saying(_SUM, "index", "lower", "upper", "body"),
            partial=self.partial,
            partial_of_name=self.partial,
            twice=self.saying(_SECOND, "variable", "body"),
            mixed=self.saying(_MIXED, "second", "first", "body"),
            logarithm=lambda base, argument: words(
                _LOGARITHM, x=self.quantity(argument), base=self.quantity(base)
            ),
            case=self.saying(_CASE, "body", "condition"),
            cases=self.saying(_CASES, "cases"),
            prime=self.prime,
            prime_call=self.prime_call,
            explicit=True,
            **self.matrices(),
        )

    def say(self, template: Message, **parts: str | Sequence[str]) -> str:
        """A template with its parts put in, several of one with commas between them."""
        said = self.words(
            template, **{n: p if isinstance(p, str) else ", ".join(p) for n, p in parts.items()}
        )
        if template in _CLOSED:
            self.closed.add(said)
        return said

    def saying(self, template: Message, *parts: str) -> Callable[..., str]:
        """A template that takes these parts in this order."""
        return lambda *said: self.say(template, **dict(zip(parts, said, strict=True)))

    def around_quantity(self, template: Message) -> Callable[[str], str]:
        """A template that takes a body, which is closed in it where it is long."""
        return lambda body: self.words(template, body=self.quantity(body))

    def matrices(self) -> dict[str, Any]:
        """How matrices are said: the rows of a style for them."""
        words, around, saying = self.words, self.around, self.saying
        return {
            "matrix": self.name,
            "ones": lambda rows: words(message("the vector of ones")),
            "zeros": lambda rows, columns: self.number("0"),
            "identity": lambda rows: words(message("the identity matrix")),
            "transpose": saying(message("{body} transposed"), "body"),
            "norm": self.around_quantity(message("the squared norm of {body}")),
            "inverse": saying(message("the inverse of {body}"), "body"),
            "diagonal": self.around_quantity(message("the diagonal matrix of {body}")),
            "entrywise": around(message("times, entry by entry,", context="speech")),
            "differential": self.around_quantity(message("the differential of {body}")),
            "nabla": saying(message("the gradient of {body}"), "body"),
            "hessian": saying(message("the Hessian of {body}"), "body"),
            "columns": saying(message("the matrix with the columns {columns}"), "columns"),
            "grid": lambda rows: words(
                message("the matrix with the rows {rows}, end matrix"),
                rows="; ".join(", ".join(row) for row in rows),
            ),
            "stacked": saying(message("the column of the numbers {entries}"), "entries"),
            "vector": saying(message("the vector of {body} for every {index}"), "body", "index"),
            "entry": lambda body, row: words(
                message("entry {row} of {body}"), row=self.spoken(row), body=body
            ),
            "shaped": saying(message("{body}, {shape},"), "body", "shape"),
            "by": around(message("by", context="speech")),
            "vectors": saying(message("the vectors of {shape} numbers"), "shape"),
            "space": saying(message("the matrices of {shape}"), "shape"),
            "product": around(message("times", context="speech")),
        }

    def spoken(self, place: str) -> str:
        """An index: a number or a letter."""
        return self.number(place) if place.isdigit() else self.letter(place)

    def number(self, digits: str) -> str:
        if digits.isdigit() and int(digits) < len(self.numerals):
            return self.numerals[int(digits)]
        return digits.replace(".", self.words(message(".", context="decimal sign")))

    def name(self, name: str, indices: tuple[str, ...] = ()) -> str:
        if name.endswith(AFTER):
            body = self.name(name.removesuffix(AFTER), indices)
            return self.words(_PRIMES[0], body=body).replace(" ", _TIE)
        name, sign = split_sign(name)
        if sign:
            body = self.name(name, indices)
            return self.words(_SIGNED[sign], name=body).replace(" ", _TIE)
        base, subscript = split_name(name)
        lower = [part for part in (*subscripts(subscript), *indices) if part]
        spoken = self.letter(base)
        if lower:
            below = " ".join(map(self.spoken, lower))
            spoken = self.words(message("{name} sub {indices}"), name=spoken, indices=below)
        return spoken.replace(" ", _TIE)

    def letter(self, word: str) -> str:
        """A letter, Greek ones by their names, or a word."""
        if word == UNBOUNDED:
            return self.words(message("infinity"))
        letter = GREEK.get(word, word)
        greek = self.greek.get(letter.lower())
        capital = letter.isupper() if greek else word in self.capital
        if capital:
            return self.words(message("capital {letter}"), letter=greek or word)
        return greek or word.replace("_", " ")

    def quantity(self, body: str) -> str:
        """The body, closed where it is longer than a name or a number without a sign."""
        short = " " not in body and not body.startswith("−")
        if short or body in self.closed:
            return body
        return self.say(_QUANTITY, body=body)

    def fraction(self, top: str, bottom: str) -> str:
        digits = [str(self.numerals.index(part)) for part in (top, bottom) if part in self.numerals]
        half = _HALVES.get("/".join(digits))
        if half is not None:
            return self.words(half).replace(" ", _TIE)
        if " " in top or " " in bottom:
            return self.say(_FRACTION, top=top, bottom=bottom)
        return self.words(message("{top} over {bottom}"), top=top, bottom=bottom)

    def power(self, base: str, exponent: str) -> str:
        base = self.quantity(base)
        for digit, said in _POWERS.items():
            if exponent == self.numerals[digit]:
                return self.words(said, base=base)
        template = _LONG_POWER if " " in exponent else _POWER
        return self.words(template, base=base, exponent=exponent)

    def call(self, said: str, argument: str) -> str:
        """What is said of one argument, or of several: each is closed in itself where it is long."""
        arguments = argument.split(_COMMA)
        written = [self.quantity(part) if " " in part else part for part in arguments]
        inside = self.words(message(" and ")).join(written)
        return self.words.declared(said, x=inside)

    def partial(self, sign: str, variable: str, body: str) -> str:
        return self.words(_DERIVATIVES[sign, " " in body], variable=variable, body=body)

    def prime(self, body: str, times: int, lower: tuple[str, ...]) -> str:
        primed = self.words(_PRIMES[min(times, len(_PRIMES)) - 1], body=body)
        if not lower:
            return primed
        return self.words(message("{name} sub {indices}"), name=primed, indices=" ".join(lower))

    def prime_call(self, function: Function, times: int, argument: str) -> str:
        primed = self.prime(function.name, times, ())
        return self.words(message("{function} of {x}"), function=primed, x=argument)
