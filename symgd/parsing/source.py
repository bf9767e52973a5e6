"""A formula's text in Python's spelling, without ever running it.

The text is cut into tokens, and every name is replaced by a harmless one, so that `lambda`, `E` or `θ` may be parameters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import ClassVar

from symgd.errors import FormulaError
from symgd.parsing.braced import with_cases
from symgd.parsing.implicit import in_full
from symgd.parsing.pasted import as_known
from symgd.parsing.tokens import SIGNS, TOKEN, Reader, Token, is_letter
from symgd.terms.function import Function, aliases_of
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS

MAX_DEPTH = 60
PIECEWISE = ("piecewise", "Piecewise", "cases")
CHOICES = ("where", "ifelse", "IF", "If")
_OTHERS = (*SHORTHANDS, *PIECEWISE, *CHOICES, "sum")  # what is called and is no function itself


class SourceReader(Reader):
    """Cuts a formula into tokens, checks that they follow each other, and gives their syntax tree."""

    pattern: ClassVar[re.Pattern[str]] = TOKEN

    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        super().__init__(text)
        self.functions = functions
        self.aliases = ALIASES if functions is FUNCTIONS else aliases_of(functions.values())
        self.tokens = in_full(self.tokenize(), self.is_call, self.error)
        self.check_neighbours()
        self.source, self.positions = self.python_source()

    def tokenize(self) -> list[Token]:
        tokens, depth = [], 0
        cut = self.cut(self.pattern, "a number, a name, one of + - * / ^, or a parenthesis")
        for token in with_cases(cut, self):
            tokens.append(token)
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
            if depth > MAX_DEPTH:
                cause = f"more than {MAX_DEPTH} parentheses are open"
                raise self.error(cause, "write less nested", token.start)
            if depth < 0:
                raise self.error("this parenthesis closes nothing", "remove it", token.start)
        if depth:
            last = max(token.start for token in tokens if token.text in "([")
            raise self.error("a parenthesis is not closed", 'add ")"', last)
        return [*as_known(self.text, tokens, self.is_callable, self.error)]

    def check_neighbours(self) -> None:
        """Two things side by side: people mean a product, or a function that symgd does not know."""
        for left, right in zip(self.tokens, self.tokens[1:], strict=False):
            ends = left.kind in ("name", "number", "raised") or left.text in ")]"
            begins = right.kind in ("name", "number") or right.text in "(["
            wanted = self.is_call(left, right) or self.is_index(left, right)
            if not (ends and begins) or wanted:
                continue
            if left.kind == "name" and right.text in "([" and len(left.text) > 1:
                raise self.not_a_function(left)
            if left.kind == "name" and self.is_callable(left.text) and not is_letter(left.text):
                remedy = f'write "{left.text}({right.text})", with all that it is taken of inside'
                raise self.error(f'"{left.text}" is a function', remedy, left.start)
            cause = "a sign is missing here"
            raise self.error(cause, f'for a product write "{left.text}*{right.text}"', right.start)

    def not_a_function(self, token: Token) -> FormulaError:
        known = [*self.functions, *self.aliases, *_OTHERS]
        product = f'for a product write "{token.text}*(".'
        return self.no_function(token.text, known, "Formulas", product, token.start)

    def is_callable(self, name: str) -> bool:
        return name in self.functions or name in self.aliases or name in _OTHERS

    def is_call(self, left: Token, right: Token) -> bool:
        called = left.text == "√" or self.is_callable(left.text)
        return left.kind == "name" and right.text in "([" and called

    def is_index(self, left: Token, right: Token) -> bool:
        """Whether a bracket holds the indices of the name before it."""
        named = not self.is_call(left, right) or is_letter(left.text)
        return left.kind == "name" and right.text == "[" and named

    def python_source(self) -> tuple[str, list[int]]:
        """The tokens in Python's spelling, and for each of its characters the position in the text."""
        source, positions, opened = "", [], [""]
        for number, token in enumerate(self.tokens):
            harmless = {"name": f"n{number}_", "number": f"v{number}_", "raised": f"**v{number}_"}
            written = harmless.get(token.kind, SIGNS.get(token.text, token.text))
            if token.text in "([":
                is_index = number > 0 and self.is_index(self.tokens[number - 1], token)
                written = "[" if is_index else "("
                opened.append("]" if is_index else ")")
            elif token.text in ")]":
                written = opened.pop()
            source += written + " "
            positions += [token.start] * (len(written) + 1)
        return source, positions

    def tree(self) -> ast.expr:
        try:
            return ast.parse(self.source.strip(), mode="eval").body
        except SyntaxError as failure:
            raise self.misplaced(failure) from None
        except (RecursionError, MemoryError):
            raise FormulaError("the formula is nested too deeply", "write less nested") from None

    def misplaced(self, failure: SyntaxError) -> FormulaError:
        expected = "expected a number, a name or a parenthesis"
        if self.tokens[-1].kind in ("sign", "word") and self.tokens[-1].text not in ")]":
            return self.error("the formula ends too early", expected, len(self.text.rstrip()))
        position = self.positions[min((failure.offset or 1) - 1, len(self.positions) - 1)]
        return self.error(f'unexpected "{self.text[position]}"', expected, position)

    def position_of(self, node: ast.AST) -> int:
        """Where `node` begins in the text."""
        return self.positions[getattr(node, "col_offset", 0)]

    def comma_after(self, node: ast.AST) -> int:
        """Where the first comma after `node` stands in the text."""
        end = self.source.find(",", getattr(node, "end_col_offset", 0))
        return self.positions[end] if 0 <= end < len(self.positions) else 0
