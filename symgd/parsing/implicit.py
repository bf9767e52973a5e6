"""What people leave out when they type formulas, put back: 2x, (x + 1)(x − 1), sin²(x), |x|, x!.

A product sign may be left out after a number, a closing parenthesis and ² or ³. Between two names it may not, since
`m x` may be a sign that was forgotten, nor after a name before a parenthesis, since `f(x)` may be a function. Where
people mean different things by the same signs, 1/2x or x^2y, both are offered and neither is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symgd.errors import FormulaError
from symgd.parsing.tokens import OPENING, Token

# How an error is made: cause, remedy, position.
Failure = Callable[[str, str, int], FormulaError]
IsCall = Callable[[Token, Token], bool]
_POWERS = ("^", "**")
_CLOSED = (")", "]")
_PARENTHESIS = Token("sign", "(", 0)


def in_full(tokens: Sequence[Token], is_call: IsCall, failure: Failure) -> list[Token]:
    """The same formula with every sign in its place; `is_call` says of two neighbours whether one calls the other."""
    barred = list(_without_bars(tokens, is_call, failure))
    counted = _without_factorials(barred, is_call, failure)
    powers = _without_powers_of_names(counted, is_call, failure)
    return list(_with_products(powers, is_call, failure))


def _ends(token: Token | None) -> bool:
    """Whether an operand ends with a token."""
    return token is not None and (
        token.kind in ("name", "number", "raised") or token.text in (*_CLOSED, "!")
    )


def _without_bars(tokens: Sequence[Token], is_call: IsCall, failure: Failure) -> Iterator[Token]:
    """|x| is abs(x): a bar opens where something is expected, and closes after it."""
    open_bars: list[list[Token]] = [[]]
    last: Token | None = None
    for token in tokens:
        if token.text in OPENING:
            open_bars.append([])
        elif token.text in _CLOSED and len(open_bars) > 1 and open_bars.pop():
            raise failure("a bar | is not closed before this parenthesis", 'add "|"', token.start)
        new = [token]
        if token.text == "|":
            if open_bars[-1] and _ends(last):
                open_bars[-1].pop()
                new = [Token("sign", ")", token.start)]
            elif last is not None and last.kind == "name" and is_call(last, _PARENTHESIS):
                cause = f'"{last.text}" has no parenthesis'
                raise failure(cause, f'write "{last.text}(|x|)"', token.start)
            else:
                open_bars[-1].append(token)
                new = [Token("name", "abs", token.start), Token("sign", "(", token.start)]
        yield from new
        last = new[-1]
    if open_bars[-1]:
        cause = "a bar | is not closed"
        raise failure(cause, 'add "|", or write "abs(...)"', open_bars[-1][-1].start)


def _without_factorials(tokens: list[Token], is_call: IsCall, failure: Failure) -> list[Token]:
    """x! is factorial(x); it belongs to the one thing before it."""
    done: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text != "!":
            done.append(token)
            continue
        if index + 1 < len(tokens) and tokens[index + 1].text == "!":
            cause = 'two "!" may mean two things'
            raise failure(cause, 'write "factorial(factorial(x))"', token.start)
        if not done or not _ends(done[-1]) or done[-1].kind == "raised":
            raise failure('unexpected "!"', 'write it after a number or a name, "x!"', token.start)
        begin = _begin(done, is_call)
        at = done[begin].start
        done[begin:] = [
            Token("name", "factorial", at),
            Token("sign", "(", at),
            *done[begin:],
            Token("sign", ")", token.start),
        ]
    return done


def _begin(tokens: list[Token], is_call: IsCall) -> int:
    """Where the last operand begins, a function's name included."""
    index, depth = len(tokens), 0
    while depth or index == len(tokens):
        index -= 1
        depth += (tokens[index].text in _CLOSED) - (tokens[index].text in OPENING)
    called = index > 0 and (is_call(tokens[index - 1], tokens[index]) or tokens[index].text == "[")
    return index - 1 if called else index


def _without_powers_of_names(tokens: list[Token], is_call: IsCall, failure: Failure) -> list[Token]:
    """sin^2(x) is sin(x)^2: the exponent goes behind the parenthesis."""
    done: list[Token] = []
    waiting: list[tuple[int, list[Token]]] = []
    index = depth = 0
    while index < len(tokens):
        token = tokens[index]
        width = _exponent_width(tokens, index, is_call, failure)
        done.append(token)
        depth += (token.text in OPENING) - (token.text in _CLOSED)
        if width:
            waiting.append((depth, tokens[index + 1 : index + 1 + width]))
            index += width
        elif token.text in _CLOSED and waiting and waiting[-1][0] == depth:
            exponent = waiting.pop()[1]
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            if after is not None and (after.text in _POWERS or after.kind == "raised"):
                cause = "this function has two exponents"
                raise failure(cause, 'write "(sin(x)^2)^3"', after.start)
            done += exponent
        index += 1
    return done


def _exponent_width(tokens: list[Token], index: int, is_call: IsCall, failure: Failure) -> int:
    """How many tokens stand as an exponent between a function's name and its parenthesis."""
    name, after = tokens[index], tokens[index + 1 : index + 5]
    signed = [t.text for t in after[:2]]
    inverse = len(after) > 3 and signed[0] in _POWERS and signed[1] in ("-", "−")
    width = 3 if inverse else 1 if after and after[0].kind == "raised" else 2
    if len(after) <= width or name.kind != "name" or not is_call(name, after[width]):
        return 0
    if inverse:
        inner = after[2].text
        cause = f"{name.text}^-{inner} may mean the inverse function or a power"
        remedy = f'write "arc{name.text}(...)" or "{name.text}(...)^(-{inner})"'
        raise failure(cause, remedy, name.start)
    raised = width == 1 or (after[0].text in _POWERS and after[1].kind == "number")
    return width if raised else 0


def _with_products(tokens: list[Token], is_call: IsCall, failure: Failure) -> Iterator[Token]:
    """2x is 2*x."""
    divided = [False]
    for index, token in enumerate(tokens):
        left = tokens[index - 1] if index else None
        if left is not None and _is_product(left, token, is_call):
            if divided[-1]:
                cause = "what follows may stand under the line or beside the fraction"
                raise failure(cause, 'write "1/(2*x)" or "(1/2)*x"', token.start)
            if _touches_exponent(tokens, index):
                remedy = f'write "x^{left.text}*{token.text}" or "x^({left.text}*{token.text})"'
                raise failure("what follows may belong to the exponent or not", remedy, token.start)
            yield Token("sign", "*", token.start)
        yield token
        if token.text in OPENING:
            divided.append(False)
        elif token.text in _CLOSED and len(divided) > 1:
            divided.pop()
        elif token.text in ("/", "÷"):
            divided[-1] = True
        elif token.kind in ("sign", "word") and token.text not in _POWERS:
            # 1/-2 goes on with what is under the line.
            divided[-1] &= left is not None and left.text in ("/", "÷", *_POWERS)


def _is_product(left: Token, right: Token, is_call: IsCall) -> bool:
    plain = left.kind == "number" and left.text != "0"  # 0x10 is no product
    ends = left.kind == "raised" or left.text in _CLOSED or plain
    named = right.kind == "name" and not right.text.startswith("_")
    return ends and (named or (right.text in OPENING and not is_call(left, right)))


def _touches_exponent(tokens: list[Token], index: int) -> bool:
    """x^2y: a number that is an exponent, with the next name right beside it."""
    left, token = tokens[index - 1], tokens[index]
    before = [t.text for t in tokens[max(0, index - 3) : index - 1]]
    raised = before[-1:] and (
        before[-1] in _POWERS or (before[-1] in ("-", "−") and before[0] in _POWERS)
    )
    return bool(raised) and left.kind == "number" and left.start + len(left.text) == token.start
