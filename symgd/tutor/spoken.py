"""Spoken: what the tutor says, in words, for notebooks and for programs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from symgd import terms as nt
from symgd.files import expect_suffix, write_text
from symgd.registry.options import names_options
from symgd.registry.record import json_text
from symgd.writing.documents.plain import unaccented
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Message, Words, words_in

# What people type for a sign.
_TYPED = str.maketrans(
    {
        **{"Σ": "sum", "∂": "d", "−": "-", "·": "*", "′": "'", "≈": "~", "√": "sqrt ", "½": "1/2"},
        **{"²": "^2", "ⁿ": "^n", "ˣ": "^x", "ᵘ": "^u", "ᵛ": "^v", "⁻": "^-", "¹": "1", "±": "+-"},
        **{"ᵢ": "_i", "ₐ": "_a"},
    }
)


@names_options
class Spoken(ABC):
    """Something that is said in paragraphs, in the language asked for, else in its own."""

    language: Language

    def __str__(self) -> str:
        return self.text()

    def text(self, *, language: Language = None, ascii: bool = False) -> str:
        """What is said, in words."""
        words = words_in(language or self.language)
        write = partial(text, ascii=ascii, words=words)
        said = "\n\n".join("\n".join(_said(part, write, words)) for part in self._paragraphs())
        return f"{_plain(said) if ascii else said}\n"

    def json(self, *, language: Language = None) -> str:
        """The same for programs: the keys in English, what is said in a language."""
        return json_text(self._record(words_in(language or self.language)))

    def markdown(self, *, language: Language = None) -> str:
        """The same as notebooks and code hosts render it."""
        words = words_in(language or self.language)

        def in_dollars(term: nt.Term) -> str:
            return f"${latex(term, words=words)}$"

        said = (_said(part, in_dollars, words) for part in self._paragraphs())
        return "\n\n".join(line.strip() for part in said for line in part) + "\n"

    def save(self, path: str | PathLike[str], *, language: Language = None) -> Path:
        """Write it to a .txt, .md or .json file; answers where it is.

        Raises
        ------
        OutputError
            For another suffix, or none, or when the file cannot be written.
        """
        suffix = expect_suffix(path, {".txt": "text", ".md": "Markdown", ".json": "for programs"})
        write = {".txt": self.text, ".md": self.markdown, ".json": self.json}[suffix]
        write_text(path, write(language=language))
        return Path(path)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    @abstractmethod
    def _paragraphs(self) -> Iterator[Sequence[Message]]:
        """What is said, line by line."""

    @abstractmethod
    def _record(self, words: Words) -> dict[str, Any]:
        """The same as plain data."""


def _plain(said: str) -> str:
    """What is said in ASCII characters, signs as they are typed."""
    quoted = said.replace("«\u00a0", '"').replace("\u00a0»", '"')
    return unaccented(quoted.translate(_TYPED))


def _said(lines: Sequence[Message], write: Callable[[nt.Term], str], words: Words) -> list[str]:
    """The lines in a language; each begins with a capital letter."""
    said = [line.written(write, words) for line in lines]
    return [line[:1].upper() + line[1:] for line in said]


def as_shown(term: nt.Term, words: Words) -> dict[str, str]:
    """A formula for people and for TeX."""
    return {"text": text(term, words=words), "latex": latex(term, words=words)}
