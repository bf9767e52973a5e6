"""Functions as other programs spell them: EXP(x), as spreadsheets have it, and Exp[x] are exp(x).

A name in capitals that is called is a function's, if it is one in small letters; what means one thing in one program and
another in another is refused, and both are offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symgd.parsing.implicit import Failure
from symgd.parsing.tokens import OPENING, Token, is_letter

_TWO_MEANINGS = {
    "log": ('"{}" is ln in some programs and log10 in others', 'write "ln(x)" or "log10(x)"'),
    "atan2": ('"{}" takes x first in spreadsheets', 'write "atan2(y, x)"'),
}
_WITH_PI = ("np.", "numpy.", "jnp.", "torch.")  # whose sinc(x) is sin(πx)/(πx)


def as_known(
    text: str, tokens: Sequence[Token], is_callable: Callable[[str], bool], failure: Failure
) -> Iterator[Token]:
    """The tokens of `text`, functions under the names that formulas have for them."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind != "name" or after is None or after.text not in OPENING:
            yield token
            continue
        if token.text == "sinc" and text[: token.start].endswith(_WITH_PI):
            remedy = 'write "sinc(pi*x)", since sinc(x) is sin(x)/x here'
            raise failure("NumPy's sinc(x) is sin(pi*x)/(pi*x)", remedy, token.start)
        lower = token.text.lower()
        if is_callable(token.text) or not is_callable(lower) or is_letter(token.text):
            yield token
            continue
        if lower in _TWO_MEANINGS:
            cause, remedy = _TWO_MEANINGS[lower]
            raise failure(cause.format(token.text), remedy, token.start)
        yield Token(token.kind, lower, token.start)
