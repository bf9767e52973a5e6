"""Tables and sentences of fits in ASCII: names keep what they are, words lose their accents."""

from __future__ import annotations

from dataclasses import replace

from symgd.writing.documents.plain import unaccented
from symgd.writing.words import Language, Words, words_in


def in_ascii(words: str) -> str:
    """Words whose signs are plain and whose other letters are escapes."""
    signs = {
        "−": "-",
        "–": "-",
        "∞": "inf",
        "²": "^2",
        "’": "'",
        "→": "->",
        "\u00a0": " ",
        "\u202f": " ",
    }
    for sign, plain in signs.items():
        words = words.replace(sign, plain)
    return "".join(letter if letter.isascii() else _plainly(letter) for letter in words)


def _plainly(letter: str) -> str:
    """A letter of a name as an escape: without its accent it would be another name."""
    return letter.encode("ascii", "backslashreplace").decode()


def spoken_in(language: Language, *, ascii: bool) -> Words:
    """The words of a language; with `ascii`, their letters without accents, and nothing else of them changed."""
    words = words_in(language)
    return replace(words, escape=_without_accents) if ascii else words


def _without_accents(words: str) -> str:
    return "".join(unaccented(letter) if letter.isalpha() else letter for letter in words)
