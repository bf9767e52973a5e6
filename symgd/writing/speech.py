"""Terms as they are spoken: one way to say each formula, and one formula that each sentence can mean.

Laws
----
- what is longer than a name or a number is closed in speech: the quantity …, end quantity;
- at the end of a sentence nothing needs closing;
- "over" joins two names or numbers only; other fractions say where they begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from symgd.terms import Term
from symgd.writing.matrix_fold import write
from symgd.writing.names import GREEK, split_name, subscripts
from symgd.writing.reading import DerivativeStyle
from symgd.writing.styles import MatrixStyle, Style, relations
from symgd.writing.words import ENGLISH, Words, message

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
_HALVES = MappingProxyType(
    {
        "1/2": message("one half"),
        "1/3": message("one third"),
        "1/4": message("one quarter"),
    }
)

# How each function is said of {x}.
FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "exp": message("the exponential of {x}"),
        "log": message("the natural logarithm of {x}"),
        "sqrt": message("the square root of {x}"),
        "sin": message("the sine of {x}"),
        "cos": message("the cosine of {x}"),
        "tan": message("the tangent of {x}"),
        "asin": message("the arc sine of {x}"),
        "acos": message("the arc cosine of {x}"),
        "atan": message("the arc tangent of {x}"),
        "sec": message("the secant of {x}"),
        "csc": message("the cosecant of {x}"),
        "cot": message("the cotangent of {x}"),
        "asec": message("the arc secant of {x}"),
        "acsc": message("the arc cosecant of {x}"),
        "acot": message("the arc cotangent of {x}"),
        "atan2": message("the angle of the point with ordinate and abscissa {x}"),
        "sinh": message("the hyperbolic sine of {x}"),
        "cosh": message("the hyperbolic cosine of {x}"),
        "tanh": message("the hyperbolic tangent of {x}"),
        "sech": message("the hyperbolic secant of {x}"),
        "csch": message("the hyperbolic cosecant of {x}"),
        "coth": message("the hyperbolic cotangent of {x}"),
        "asinh": message("the inverse hyperbolic sine of {x}"),
        "acosh": message("the inverse hyperbolic cosine of {x}"),
        "atanh": message("the inverse hyperbolic tangent of {x}"),
        "asech": message("the inverse hyperbolic secant of {x}"),
        "acsch": message("the inverse hyperbolic cosecant of {x}"),
        "acoth": message("the inverse hyperbolic cotangent of {x}"),
        "abs": message("the absolute value of {x}"),
        "sign": message("the sign of {x}"),
        "heaviside": message("the step function of {x}"),
        "max": message("the maximum of {x}"),
        "min": message("the minimum of {x}"),
        "relu": message("the positive part of {x}"),
        "sigmoid": message("the sigmoid of {x}"),
        "softplus": message("the softplus of {x}"),
        "logsumexp": message("the log-sum-exp of {x}"),
        "softmax": message("the softmax of {x}"),
        "erf": message("the error function of {x}"),
        "erfc": message("the complementary error function of {x}"),
        "erfi": message("the imaginary error function of {x}"),
        "gamma": message("the gamma function of {x}"),
        "loggamma": message("the logarithm of the gamma function of {x}"),
        "digamma": message("the digamma function of {x}"),
        "polygamma": message("the polygamma function of {x}"),
        "beta": message("the beta function of {x}"),
        "lambertw": message("the Lambert W function of {x}"),
        "Ei": message("the exponential integral of {x}"),
        "Si": message("the sine integral of {x}"),
        "Ci": message("the cosine integral of {x}"),
        "li": message("the logarithmic integral of {x}"),
    }
)


_QUANTITY = message("the quantity {body}, end quantity,")
_SUM = message("the sum over {index} from {lower} to {upper} of {body}, end sum,")
_FRACTION = message("the fraction with numerator {top} and denominator {bottom}, end fraction,")
_POWER = message("{base} to the power {exponent}")
_LONG_POWER = message("{base} to the power of {exponent}, end power,")
_PARTIAL = message("the partial derivative of {body} with respect to {variable}")
_ORDINARY = message("the derivative of {body} with respect to {variable}")
_SECOND = message("the second partial derivative of {body} with respect to {variable}")
_MIXED = message(
    "the second partial derivative of {body} with respect to {first} and then {second}"
)
_PRIMES = (message("{body} prime"), message("{body} double prime"), message("{body} triple prime"))
_LOGARITHM = message("the logarithm of {x} to the base {base}")
_CASES = message("the cases {cases}, end cases,")
_CASE = message("{body} if {condition}")
_LONG_PARTIAL = message("the partial derivative with respect to {variable} of {body}")
_LONG_ORDINARY = message("the derivative with respect to {variable} of {body}")


def speech(
    term: Term, words: Words = ENGLISH, derivative_style: DerivativeStyle = "leibniz"
) -> str:
    """`term` as it is spoken.

    Parameters
    ----------
    term : Term
    words : Words
        The language.
    derivative_style : {"leibniz", "prime"}
        How a derivative is called: the derivative of f, or f prime.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> speech(parse("(m*x + b)^2/N"))
    'the fraction with numerator the quantity m times x plus b, end quantity, squared and denominator N'
    """
    return _Speaker(words, term).sentence(derivative_style)


def contracted(spoken: str, words: Words) -> str:
    """What is said, with the words run together that the language runs together: "de le" is "du" in French."""
    for pair in words.of("contractions", "of the = of the").split(";"):
        apart, _, together = (part.strip() for part in pair.partition("="))
        spoken = re.sub(rf"\b{re.escape(apart)}\b", together, spoken)
    return spoken


class _Speaker:
    """The words of one formula; a letter that occurs in both cases is said to be capital."""

    def __init__(self, words: Words, term: Term) -> None:
        self.words = words
        self.term = term
        self.numerals = words(_NUMERALS).split()
        self.greek = dict(zip(_LETTERS, words(_GREEK).split(), strict=True))
        names = frozenset().union(*(part.names for _, part in term.walk()))
        bases = {split_name(name)[0] for name in names}
        self.closed: set[str] = set()
        self.capital = {base for base in bases if base.isupper() and base.lower() in bases}

    def sentence(self, derivative_style: DerivativeStyle) -> str:
        written = write(self.term, self.style(), derivative_style, self.words)
        while any(written.endswith(end) for end in self.ends()):
            for end in self.ends():
                written = written.removesuffix(end)
        spoken = written.replace("−", f"{self.words.of('speech', 'minus')} ").replace(_TIE, " ")
        spoken = re.sub(r"(,)[ ,]*,|( ) +", r"\1\2", spoken).strip(" ,")
        return contracted(spoken, self.words)

    def style(self) -> Style:
        words = self.words
        return Style(
            relations={
                **relations(lambda sign: words.of("speech", sign.spoken)),
                "≈": f" {words.of('speech', 'is about')} ",
            },
            plus=f" {words.of('speech', 'plus')} ",
            minus=" −",
            times=f" {words.of('speech', 'times')} ",
            beside=f" {words.of('speech', 'times')} ",
            comma=_COMMA,
            dots=words.of("speech", "and so on"),
            number=self.number,
            name=self.name,
            function=str,
            parentheses=self.quantity,
            fraction=self.fraction,
            power=self.power,
            call=self.call,
            root=partial(self.call, "sqrt"),
            exponential=partial(self.power, "e"),
            big_sum=self.big_sum,
            partial=self.partial,
            partial_of_name=self.partial,
            twice=self.message(_SECOND, "variable", "body"),
            mixed=self.message(_MIXED, "second", "first", "body"),
            logarithm=lambda base, argument: words(
                _LOGARITHM, x=self.quantity(argument), base=self.quantity(base)
            ),
            case=self.message(_CASE, "body", "condition"),
            cases=lambda rows: self.close(words(_CASES, cases=rows)),
            prime=self.prime,
            prime_call=lambda function, times, argument: words(
                "{function} of {x}", function=self.prime(function, times, ()), x=argument
            ),
            explicit=True,
            matrices=self.matrices(),
        )

    def message(self, template: str, *parts: str) -> Callable[..., str]:
        """A template that takes these parts in this order."""
        return lambda *said: self.words(template, **dict(zip(parts, said, strict=True)))

    def matrices(self) -> MatrixStyle:
        """How matrices are said."""
        words = self.words
        return MatrixStyle(
            name=self.name,
            ones=lambda rows: words("the vector of ones"),
            zeros=lambda rows, columns: self.number("0"),
            identity=lambda rows: words("the identity matrix"),
            transpose=lambda body: words("{body} transposed", body=body),
            norm=lambda body: words("the squared norm of {body}", body=self.quantity(body)),
            inverse=lambda body: words("the inverse of {body}", body=body),
            diagonal=lambda body: words("the diagonal matrix of {body}", body=self.quantity(body)),
            entrywise=f" {words.of('speech', 'times, entry by entry,')} ",
            differential=lambda body: words("the differential of {body}", body=self.quantity(body)),
            nabla=lambda body: words("the gradient of {body}", body=body),
            hessian=lambda body: words("the Hessian of {body}", body=body),
            columns=lambda columns: words(
                "the matrix with the columns {columns}", columns=", ".join(columns)
            ),
            grid=lambda rows: words(
                "the matrix with the rows {rows}, end matrix",
                rows="; ".join(", ".join(row) for row in rows),
            ),
            stacked=lambda entries: words(
                "the column of the numbers {entries}", entries=", ".join(entries)
            ),
            vector=lambda body, index: words(
                "the vector of {body} for every {index}", body=body, index=index
            ),
            entry=lambda body, row: words("entry {row} of {body}", row=self.spoken(row), body=body),
            shaped=lambda body, shape: words("{body}, {shape},", body=body, shape=shape),
            by=f" {words.of('speech', 'by')} ",
            vectors=lambda shape: words("the vectors of {shape} numbers", shape=shape),
            matrices=lambda shape: words("the matrices of {shape}", shape=shape),
            product=f" {words.of('speech', 'times')} ",
        )

    def spoken(self, place: str) -> str:
        """An index: a number or a letter."""
        return self.number(place) if place.isdigit() else self.letter(place)

    def ends(self) -> list[str]:
        """What closes a part, such as ", end quantity"."""
        closed = (_QUANTITY, _SUM, _FRACTION, _LONG_POWER, _CASES)
        return [self.words(template).rpartition("}")[2] for template in closed]

    def number(self, digits: str) -> str:
        if digits.isdigit() and int(digits) < len(self.numerals):
            return self.numerals[int(digits)]
        return digits.replace(".", self.words.of("decimal sign", "."))

    def name(self, name: str, indices: tuple[str, ...] = ()) -> str:
        base, subscript = split_name(name)
        lower = [part for part in (*subscripts(subscript), *indices) if part]
        spoken = self.letter(base)
        if lower:
            below = " ".join(
                self.number(part) if part.isdigit() else self.letter(part) for part in lower
            )
            spoken = self.words("{name} sub {indices}", name=spoken, indices=below)
        return spoken.replace(" ", _TIE)

    def letter(self, word: str) -> str:
        """A letter, Greek ones by their names, or a word."""
        letter = GREEK.get(word, word)
        greek = self.greek.get(letter.lower())
        if greek is None:
            return (
                self.words("capital {letter}", letter=word)
                if word in self.capital
                else word.replace("_", " ")
            )
        return self.words("capital {letter}", letter=greek) if letter.isupper() else greek

    def quantity(self, body: str) -> str:
        """The body, closed where it is longer than a name or a number without a sign."""
        short = " " not in body and not body.startswith("−")
        return (
            body if short or body in self.closed else self.close(self.words(_QUANTITY, body=body))
        )

    def close(self, part: str) -> str:
        """Remember that a part says where it begins and ends, so that nothing closes it a second time."""
        self.closed.add(part)
        return part

    def fraction(self, top: str, bottom: str) -> str:
        digits = [str(self.numerals.index(part)) for part in (top, bottom) if part in self.numerals]
        half = _HALVES.get("/".join(digits))
        if half is not None:
            return self.words(half).replace(" ", _TIE)
        if " " in top or " " in bottom:
            return self.close(self.words(_FRACTION, top=top, bottom=bottom))
        return self.words("{top} over {bottom}", top=top, bottom=bottom)

    def power(self, base: str, exponent: str) -> str:
        base = self.quantity(base)
        if exponent == self.numerals[2]:
            return self.words("{base} squared", base=base)
        if exponent == self.numerals[3]:
            return self.words("{base} cubed", base=base)
        template = _LONG_POWER if " " in exponent else _POWER
        return self.words(template, base=base, exponent=exponent)

    def call(self, function: str, argument: str) -> str:
        """One argument, or several: each is closed in itself where it is long."""
        arguments = argument.split(_COMMA)
        written = [self.quantity(part) if " " in part else part for part in arguments]
        inside = self.words(" and ").join(written)
        return self.words(FUNCTIONS.get(function, function + " {x}"), x=inside)

    def big_sum(self, index: str, lower: str, upper: str, body: str) -> str:
        parts = {"index": index, "lower": lower, "upper": upper, "body": body}
        return self.close(self.words(_SUM, **parts))

    def partial(self, sign: str, variable: str, body: str) -> str:
        """What is short is named first; before something long, what it is derived by."""
        long = " " in body
        if sign == "d":
            return self.words(_LONG_ORDINARY if long else _ORDINARY, variable=variable, body=body)
        return self.words(_LONG_PARTIAL if long else _PARTIAL, variable=variable, body=body)

    def prime(self, body: str, times: int, lower: tuple[str, ...]) -> str:
        primed = self.words(_PRIMES[min(times, len(_PRIMES)) - 1], body=body)
        if not lower:
            return primed
        return self.words("{name} sub {indices}", name=primed, indices=" ".join(lower))
