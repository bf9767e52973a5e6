"""Formula text to Term, without ever running it.

The text is cut into tokens, every name is replaced by a harmless one (so that `lambda`, `E` or `θ` may be
parameters), and Python's own grammar, through `ast`, gives the tree. Only the node kinds in `_visit` are read; all
others are errors. Length, depth and the growth of integers are bounded before any value is computed.
"""

from __future__ import annotations

import ast
import difflib
import fractions
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from symgd import notation as nt
from symgd.errors import FormulaError

MAX_LENGTH = 4000
MAX_DEPTH = 60
MAX_DIGITS = 400
MAX_BITS = 4096

ALIASES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "Abs": "abs"}

_LOWER = {
    chr(code): unicodedata.name(chr(code)).split()[-1].lower() for code in range(0x3B1, 0x3CA)
}
_UPPER = {letter.upper(): name.capitalize() for letter, name in _LOWER.items()}
_GREEK_LETTERS = {
    letter: name.replace("amda", "ambda") for letter, name in {**_LOWER, **_UPPER}.items()
}
_SUBSCRIPT_DIGITS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_RAISED = dict(zip("²³", "23", strict=True))
_SIGNS = {"−": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**", "[": "(", "]": ")"}

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d²³₀-₉][^\W²³₀-₉]*[₀-₉]*)"
    r"|(?P<raised>[²³])"
    r"|(?P<sign>\*\*|[-+*/^()\[\]−·×⋅÷])"
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(text: str, *, constants: Collection[str] = ("pi",)) -> nt.Term:
    """Read a formula as people type it.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / ^ **``, parentheses, and the functions of `notation.FUNCTIONS` (``ln``, ``arcsin``
        and the like are accepted). A name is letters (Greek ones too), digits and underscores.
    constants : collection of str
        The names that mean a constant; leave out "pi" to use it as a parameter.

    Returns
    -------
    Term
        In the writer's order and shape.

    Raises
    ------
    FormulaError
        With the place, what was found, and what to write.

    Examples
    --------
    >>> parse("y - (m*x + b)").value
    -b - m*x + y
    """
    if not isinstance(text, str):
        raise FormulaError(
            f"a formula is a text, not {type(text).__name__}", 'write it as "m*x + b"'
        )
    if not text.strip():
        raise FormulaError("the formula is empty", 'write one such as "m*x + b"')
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"the formula has {len(text)} characters", f"symgd reads at most {MAX_LENGTH}"
        )
    return _Reader(text, constants).term()


class _Reader:
    def __init__(self, text: str, constants: Collection[str]) -> None:
        self.text = text
        self.constants = constants
        self.tokens = self.tokenize()
        self.check_neighbours()
        self.source, self.places = self.python_source()

    def error(self, cause: str, remedy: str, position: int) -> FormulaError:
        return FormulaError(cause, remedy, text=self.text, position=position)

    def tokenize(self) -> list[_Token]:
        tokens, position, depth = [], 0, 0
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self.unexpected(position)
            kind = str(match.lastgroup)
            if kind != "space":
                tokens.append(_Token(kind, match.group(), position))
                depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(match.group(), 0)
                if depth > MAX_DEPTH:
                    raise self.error(
                        f"more than {MAX_DEPTH} parentheses are open", "write less nested", position
                    )
                if depth < 0:
                    raise self.error("this parenthesis closes nothing", "remove it", position)
            position = match.end()
        if depth:
            last = max(token.start for token in tokens if token.text in "([")
            raise self.error("a parenthesis is not closed", 'add ")"', last)
        return tokens

    def unexpected(self, position: int) -> FormulaError:
        found = self.text[position]
        remedies = {
            "=": "write only the right-hand side, m*x + b",
            ",": 'write decimals with a point, "0.5"; functions take one argument',
            "!": "factorials are not supported",
            "|": 'write "abs(...)"',
            "√": 'write "sqrt(...)"',
        }
        expected = "expected a number, a name, one of + - * / ^, or a parenthesis"
        return self.error(f'unexpected "{found}"', remedies.get(found, expected), position)

    def check_neighbours(self) -> None:
        """Two things side by side: people mean a product, or a function that symgd does not know."""
        for left, right in zip(self.tokens, self.tokens[1:], strict=False):
            ends = left.kind in ("name", "number", "raised") or left.text in ")]"
            begins = right.kind in ("name", "number") or right.text in "(["
            if not (ends and begins) or self.is_call(left, right):
                continue
            if left.kind == "name" and right.text in "([" and len(left.text) > 1:
                near = difflib.get_close_matches(left.text, [*nt.FUNCTIONS, *ALIASES], 1, 0.75)
                guess = (
                    f'did you mean "{near[0]}"?' if near else f'for a product write "{left.text}*("'
                )
                known = ", ".join(nt.FUNCTIONS)
                raise self.error(
                    f'there is no function "{left.text}"', f"{guess} Known are {known}", left.start
                )
            raise self.error(
                "a sign is missing here",
                f'for a product write "{left.text}*{right.text}"',
                right.start,
            )

    @staticmethod
    def is_call(left: _Token, right: _Token) -> bool:
        known = ALIASES.get(left.text, left.text) in nt.FUNCTIONS
        return left.kind == "name" and right.text in "([" and known

    def python_source(self) -> tuple[str, list[int]]:
        """The tokens in Python's spelling, and for each of its characters the place in the text."""
        source, places = "", []
        for number, token in enumerate(self.tokens):
            if token.kind == "name":
                spelled = f"n{number}_"
            elif token.kind == "number":
                spelled = f"v{number}_"
            elif token.kind == "raised":
                spelled = f"**v{number}_"
            else:
                spelled = _SIGNS.get(token.text, token.text)
            source += spelled + " "
            places += [token.start] * (len(spelled) + 1)
        return source, places

    def term(self) -> nt.Term:
        try:
            tree = ast.parse(self.source.strip(), mode="eval").body
        except SyntaxError as failure:
            raise self.misplaced(failure) from None
        except (RecursionError, MemoryError):
            raise FormulaError("the formula is nested too deeply", "write less nested") from None
        return self.visit(tree, 0)

    def misplaced(self, failure: SyntaxError) -> FormulaError:
        expected = "expected a number, a name or a parenthesis"
        if self.tokens[-1].kind == "sign" and self.tokens[-1].text not in ")]":
            return self.error("the formula ends too early", expected, len(self.text.rstrip()))
        position = self.places[min((failure.offset or 1) - 1, len(self.places) - 1)]
        return self.error(f'unexpected "{self.text[position]}"', expected, position)

    def visit(self, node: ast.AST, depth: int) -> nt.Term:
        place = self.places[getattr(node, "col_offset", 0)]
        if depth > MAX_DEPTH * 4:
            raise self.error("the formula is nested too deeply", "write less nested", place)
        match node:
            case ast.Name():
                return self.leaf(self.tokens[int(node.id[1:-1])])
            case ast.UnaryOp(op=ast.USub()):
                return nt.Negative(self.visit(node.operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd()):
                return self.visit(node.operand, depth + 1)
            case ast.BinOp():
                return self.operation(node, depth, place)
            case ast.Call(func=ast.Name() as name, args=[argument], keywords=[]):
                written = self.tokens[int(name.id[1:-1])].text
                return nt.Call(ALIASES.get(written, written), self.visit(argument, depth + 1))
        raise self.error("here a formula is missing", "write a number or a name", place)

    def leaf(self, token: _Token) -> nt.Term:
        if token.kind == "raised":
            return nt.number(int(_RAISED[token.text]))
        if token.kind == "number":
            return self.number(token)
        name = "".join(_SUBSCRIPT_DIGITS.get(c, c) for c in token.text)
        name = _GREEK_LETTERS.get(name[0], name[0]) + name[1:]
        if name != token.text and token.text[1:2] and token.text[1] in _SUBSCRIPT_DIGITS:
            name = re.sub(r"(\d+)$", r"_\1", name)
        if name == "pi" and "pi" in self.constants:
            return nt.Constant("pi")
        if ALIASES.get(name, name) in nt.FUNCTIONS:
            raise self.error(f'"{name}" is a function', f'write "{name}(...)"', token.start)
        if not name.isascii():
            raise self.error(
                f'the name "{token.text}" has a letter that is neither Latin nor Greek',
                "write it with Latin letters, digits and _",
                token.start,
            )
        return nt.Symbol(name)

    def number(self, token: _Token) -> nt.Number:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_DIGITS:
            raise self.error(
                "this number is too long", f"use at most {MAX_DIGITS} digits", token.start
            )
        value = fractions.Fraction(token.text)
        return nt.number(value, decimal=value.denominator > 1)

    def operation(self, node: ast.BinOp, depth: int, place: int) -> nt.Term:
        left, right = self.visit(node.left, depth + 1), self.visit(node.right, depth + 1)
        term: nt.Term
        match node.op:
            case ast.Add():
                term = nt.Sum((*self.chain(nt.Sum, node.left, left), right))
            case ast.Sub():
                term = nt.Sum((*self.chain(nt.Sum, node.left, left), nt.Negative(right)))
            case ast.Mult():
                term = nt.Product((*self.chain(nt.Product, node.left, left), right))
            case ast.Div():
                term = nt.Fraction(left, right)
                if exact_number(right) == 0:
                    raise self.error("this divides by zero", "change the denominator", place)
            case ast.Pow():
                term = nt.Power(left, right)
            case _:
                raise self.error("this sign is not part of a formula", "use + - * / ^", place)
        self.bound(term, place)
        return term

    def chain(self, kind: type, node: ast.AST, term: nt.Term) -> tuple[nt.Term, ...]:
        """A + b + c is one Sum of three, unless the writer put (a + b) in parentheses."""
        end = getattr(node, "end_col_offset", 0)
        parenthesised = self.source[end:].lstrip().startswith(")") and self.opened_before(node)
        return term.children if isinstance(term, kind) and not parenthesised else (term,)

    def opened_before(self, node: ast.AST) -> bool:
        return self.source[: getattr(node, "col_offset", 0)].rstrip().endswith("(")

    def bound(self, term: nt.Term, place: int) -> None:
        """Refuse numbers that would grow without bound, and division by a zero that is written out."""
        try:
            exact_number(term)
        except OverflowError:
            raise self.error(
                f"this number has more than {MAX_BITS} bits", "use a smaller exponent", place
            ) from None
        except ZeroDivisionError:
            raise self.error("this divides by zero", "change the denominator", place) from None


def exact_number(term: nt.Term) -> fractions.Fraction | None:
    """The exact value of a Term made of numbers alone, else None; OverflowError past MAX_BITS."""
    if isinstance(term, nt.Number):
        return term.number
    parts = [exact_number(child) for child in term.children]
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    match term:
        case nt.Negative():
            result = -known[0]
        case nt.Sum():
            result = sum(known, fractions.Fraction(0))
        case nt.Product():
            result = fractions.Fraction(1)
            for part in known:
                result *= part
        case nt.Fraction():
            result = known[0] / known[1]
        case nt.Power() if known[1].denominator == 1:
            result = _power(known[0], known[1].numerator)
        case _:
            return None
    if max(result.numerator.bit_length(), result.denominator.bit_length()) > MAX_BITS:
        raise OverflowError
    return result


def _power(base: fractions.Fraction, exponent: int) -> fractions.Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > MAX_BITS:
        raise OverflowError
    return base**exponent
