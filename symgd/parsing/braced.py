"""Cases as they are printed, {a if c; b otherwise}, become the tokens of (a if c else b)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symgd.parsing.tokens import REMEDIES, Reader, Token

OTHERWISE = "otherwise"
_HAS_CASES = re.compile(r"[^{}]*?\bif\b")
_IN_WORDS = 'write cases as "a if c else b"'


def with_cases(tokens: Iterable[Token], reader: Reader) -> Iterator[Token]:
    """The tokens, those of cases in braces as parentheses with `else`; a brace of anything else is refused.

    Parameters
    ----------
    tokens : iterable of Token
    reader : Reader
        Whose text it is.
    """
    depth, closed = 0, False  # closed: behind "otherwise" only a brace may stand
    opened: list[tuple[int, Token]] = []
    for token in tokens:
        if closed and token.text != "}":
            raise reader.error(f'"{OTHERWISE}" is the last case', 'close it with "}"', token.start)
        if token.text == "{":
            if not _HAS_CASES.match(reader.text, token.start + 1):
                raise reader.error('unexpected "{"', f"{REMEDIES['{']}; {_IN_WORDS}", token.start)
            opened.append((depth, token))
            yield Token("sign", "(", token.start)
        elif token.text == "=" and opened:
            yield Token("sign", "==", token.start)  # as conditions are printed
        elif token.text in ("}", ";", "=") and not (opened and opened[-1][0] == depth):
            remedy = REMEDIES.get(token.text, _IN_WORDS)
            raise reader.error(f'unexpected "{token.text}"', remedy, token.start)
        elif token.text == "}":
            if not closed:
                cause = f'these cases have none that is "{OTHERWISE}"'
                raise reader.error(cause, 'write "{a if c; b otherwise}"', token.start)
            opened.pop()
            closed = False
            yield Token("sign", ")", token.start)
        elif token.text == ";":
            yield Token("word", "else", token.start)
        elif token.text == OTHERWISE and opened and opened[-1][0] == depth:
            closed = True
        else:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
            yield token
    if opened:
        raise reader.error("a brace is not closed", 'add "}"', opened[-1][1].start)
