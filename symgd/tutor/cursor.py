"""Cursor: a place among a line's tokens, and what is next there."""

from __future__ import annotations

from dataclasses import dataclass, field

from symgd.errors import FormulaError
from symgd.tutor.tokens import SIGNS, LineToken


@dataclass
class Cursor:
    """Goes through the tokens of a text, one after the other."""

    text: str
    tokens: list[LineToken]
    at: int = field(default=0, kw_only=True)  # which token is the next

    def __post_init__(self) -> None:
        self.tokens = [*self.tokens]  # some are cut further

    def sign(self, ahead: int = 0) -> str:
        """The next token where it is a sign, or a word between formulas, in its usual spelling."""
        if self.kind(ahead) not in ("sign", "compared", "word"):
            return ""
        text = self.tokens[self.at + ahead].text
        return SIGNS.get(text, text)

    def kind(self, ahead: int = 0) -> str:
        """The kind of the next token, empty at the end."""
        index = self.at + ahead
        return self.tokens[index].kind if index < len(self.tokens) else ""

    def take(self) -> LineToken:
        """The next token, which is used up."""
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *signs: str) -> bool:
        """Take the next token if it is one of these signs."""
        accepted = self.sign() in signs
        self.at += accepted
        return accepted

    def error(self, cause: str, remedy: str, position: int | None = None) -> FormulaError:
        """An error at a position, without one at the next token."""
        if position is None:
            ended = self.at >= len(self.tokens)
            position = len(self.text.rstrip()) if ended else self.tokens[self.at].start
        return FormulaError(cause, remedy, text=self.text, position=position)
