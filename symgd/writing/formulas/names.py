"""Names and digits as they are written: bases and subscripts, Greek letters, decimals, primes."""

from __future__ import annotations

import fractions
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symgd import terms as nt
from symgd.errors import FormulaError

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
GREEK: Mapping[str, str] = dict(
    zip(_GREEK_NAMES.split(), "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True)
)


AFTER = "'"  # ends the name of what something is after a step
HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"  # stands on a letter that a film declares: m̂
UNBOUNDED = "∞"  # stands below a letter that is declared, as in ρ_∞; no name that is typed has it
RAISED: Mapping[str, str] = {"^+": "+", "^-": "−"}  # end the name of what has a sign above: η⁺


def number_text(term: nt.Number) -> str:
    """The digits of a number without its sign: 2, 0.5, 1/3; FormulaError where Python would write none."""
    try:
        return _digits(abs(term.number), term.decimal)
    except ValueError:
        cause = "a number that comes of this formula has more than 4,000 digits"
        raise FormulaError(cause, "use numbers of fewer digits") from None


MOST_ZEROS = 30  # in a row, that are written out


def _digits(value: fractions.Fraction, decimal: bool) -> str:
    if value.denominator == 1:
        digits = str(value.numerator)
        short = digits.rstrip("0")
        zeros = len(digits) - len(short)
        return digits if zeros <= max(MOST_ZEROS, len(short)) else f"{short}e{zeros}"
    if decimal:
        for decimals in range(1, value.denominator.bit_length()):
            digits, rest = divmod(value.numerator * 10**decimals, value.denominator)
            if rest == 0:
                if decimals - len(str(digits)) > MOST_ZEROS:
                    return f"{digits}e-{decimals}"  # as it is typed
                whole, part = divmod(digits, 10**decimals)
                return f"{whole}.{part:0{decimals}}"
    return f"{value.numerator}/{value.denominator}"


def primes(times: int) -> str:
    """As many primes: ′, ″, ‴, ″″."""
    return "‴" * (times // 3) + ("", "′", "″")[times % 3]


def straight(times: int) -> str:
    """As many straight primes, for formats that have no others."""
    return "'" * times


def primed(
    marks: Callable[[int], str], lowered: Callable[[Sequence[str]], str]
) -> Callable[[str, int, Sequence[str]], str]:
    """How a format writes f′, and f′ with names below it: `marks` makes the primes, `lowered` what stands below."""
    return lambda body, times, lower: body + marks(times) + (lowered(lower) if lower else "")


def joined(indices: Sequence[str]) -> str:
    """Indices side by side, with commas where one has several letters.

    Examples
    --------
    >>> joined(("i", "j")), joined(("row", "j"))
    ('ij', 'row,j')
    """
    return ("," if apart(indices) else "").join(indices)


def split_name(name: str) -> tuple[str, str]:
    """A name's base and subscript: theta_0 and theta0 are ("theta", "0"), `rate` is ("rate", "").

    Several words are a name as they stand: nothing of slope_of_line is below the others, nor of weight_decay; three letters
    and fewer, max or obs, are an index.

    Examples
    --------
    >>> split_name("x_1"), split_name("w2"), split_name("_"), split_name("slope_of_line")
    (('x', '1'), ('w', '2'), ('_', ''), ('slope_of_line', ''))
    >>> split_name("weight_decay"), split_name("rate_max"), split_name("eta_plus")
    (('weight_decay', ''), ('rate', 'max'), ('eta', 'plus'))
    """
    base, _, subscript = name.partition("_")
    parts = subscripts(subscript)
    if _is_word(base) and len(parts) > 1 and any(map(_is_word, parts)):
        return name, ""
    if len(parts) == 1 and min(len(base), len(subscript)) > INDEX and base not in GREEK:
        return name, ""
    if base and subscript:
        return base, subscript
    match = re.fullmatch(r"([^\W\d_]+)(\d+)", name)
    return (match.group(1), match.group(2)) if match else (name, "")


def split_words(name: str) -> tuple[str, str]:
    """The same where a name of words stays as it is written, however short its last word is: distance_mpc as km_per_s.

    Examples
    --------
    >>> split_words("distance_mpc"), split_words("x_max"), split_words("theta_0"), split_words("rate_2")
    (('distance_mpc', ''), ('x', 'max'), ('theta', '0'), ('rate', '2'))
    """
    base, subscript = split_name(name)
    whole = _is_word(base) and any(map(_is_word, subscripts(subscript)))
    return (name, "") if whole else (base, subscript)


def split_sign(name: str) -> tuple[str, str]:
    """A name and the sign that is raised behind it: no name that is typed has one, a letter that is declared may.

    Examples
    --------
    >>> split_sign("eta^+"), split_sign("eta^-"), split_sign("eta_plus")
    (('eta', '+'), ('eta', '−'), ('eta_plus', ''))
    """
    sign = RAISED.get(name[-2:], "")
    return (name[:-2] if sign else name), sign


def signed(template: str) -> Callable[[str, str], str]:
    """How a format of ASCII characters writes a name and the sign above it."""
    return lambda name, sign: template.format(name, sign.replace("−", "-"))


INDEX = 3  # letters that an index of several has at most: max, min, obs


def _is_word(part: str) -> bool:
    return len(part) > 1 and part not in GREEK and not part.isdigit()


def subscripts(subscript: str) -> tuple[str, ...]:
    """The parts of a subscript, which underscores keep apart.

    Examples
    --------
    >>> subscripts("x_y"), subscripts("max"), subscripts("")
    (('x', 'y'), ('max',), ())
    """
    return tuple(part for part in subscript.split("_") if part)


def apart(parts: Sequence[str]) -> bool:
    """Whether a comma stands between the parts of a subscript: where one has several letters."""
    return any(len(part) > 1 for part in parts)


def is_wide(name: str) -> bool:
    """Whether a name has several letters, so that it cannot stand beside another without a sign."""
    base = split_name(split_sign(name.removesuffix(AFTER).removesuffix(HAT))[0])[0]
    return len(base) > 1 and base not in GREEK


@dataclass(frozen=True)
class NameStyle:
    """How a format writes names with their subscripts and indices."""

    word: Callable[[str], str]  # writes one letter, word or number
    lowered: Callable[[str, str], str]  # takes a word and what stands below it
    barred: Callable[[str], str]  # puts a bar over a name
    primed: Callable[[str], str]  # puts a prime after a name
    parts: str  # between the parts of a subscript, of one letter each
    indices: str  # between indices of one letter each
    comma: str  # between longer ones
    signed: Callable[[str, str], str]  # takes a name and the sign above
    split: Callable[[str], tuple[str, str]] = split_name

    def __call__(self, name: str, indices: Sequence[str] = ()) -> str:
        """The name as it is written."""
        if name.endswith(AFTER):
            return self.primed(self(name.removesuffix(AFTER), indices))
        plain, sign = split_sign(name)
        if sign:
            return self.signed(self(plain, indices), sign)
        if name.endswith("_bar"):
            return self.barred(self(name.removesuffix("_bar"), indices))
        base, subscript = self.split(name)
        own = self._below(subscripts(subscript), self.parts)
        lower = self.comma.join(filter(None, (own, self._below(indices, self.indices))))
        return self.lowered(self.word(base), lower) if lower else self.word(base)

    def _below(self, words: Sequence[str], between: str) -> str:
        return (self.comma if apart(words) else between).join(map(self.word, words))
