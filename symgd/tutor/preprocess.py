"""A student's text without what is not formula, each line still under its number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symgd.errors import FormulaError
from symgd.parsing.tokens import MAX_LENGTH
from symgd.tutor.latex import typed
from symgd.tutor.notes import IsKnown, is_words, without_beginning, without_note, without_words

_IN_NOTE = re.compile(r"with ([^\s=]+) = ([^:\]]+?)(?=[:\]]|, (?:with|[a-z ]+ rule)|$)")
_CLAUSE = re.compile(r"[,;]?\s+(?:where|with)\s+([^\s=]+)\s*=\s*(.+)$", re.IGNORECASE)
_ABOVE_FIRST = re.compile(r"([Σ∑]|sum)(\^(?:\{[^{}]*\}|\w))(_(?:\{[^{}]*\}|\w))")
# x^{(i)}_j is x_j^{(i)}, and f^{'} is f'.
_EXAMPLE_FIRST = re.compile(r"(\^\{?\(\w\)\}?)(_(?:\{\w+\}|\w))")
_RAISED_PRIME = re.compile(r"\^\s*(?:\{\s*(['′’]+)\s*\}|(['′’]+))")
_HALVES = str.maketrans(
    {sign: f"({n}/{d})" for sign, n, d in zip("½⅓¼⅔¾", "11123", "23434", strict=True)}
)
# Letters as mathematics is set, 𝑥 and 𝐉, and signs that look like those that are typed.
_LETTERS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
_ALIKE = {"∗": "*", "⁄": "/", "∕": "/", "ℓ": "ell", "⟨": "(", "⟩": ")", "\u2061": "", "\u2062": "·"}
_SAME = str.maketrans(_LETTERS | _ALIKE)
_BREAK = re.compile(r"\\\\\*?(?:\[[^\]]*\])?")
_MINUS = re.compile(r"\s*[-−–]\s+(?=\S)")
_GOING_ON = re.compile(r"[=+\-−*/^·×(\[{:]\s*$")
_JOINING = re.compile(r"\s*[+*/·×)\]}]")


@dataclass(frozen=True)
class TypedLine:
    """A line's formula, spaces where something else stood, and the names defined beside it with their formulas.

    Lines are counted from 1; two that are one formula have the number of the first.
    """

    number: int
    text: str
    defined: tuple[tuple[str, str], ...] = ()


def typed_lines(texts: Iterable[str], known: IsKnown) -> tuple[list[TypedLine], tuple[int, ...]]:
    """All lines with formulas, and the numbers of those that are words.

    Numbering, notes and words are taken away, and what goes on over several lines is put together. `known` says whether a
    word is a name of the exercise.

    Examples
    --------
    >>> lines, words = typed_lines(["1) J = x + ", "  y   # the cost", "This is words:"], lambda name: False)
    >>> [(line.number, line.text.split()) for line in lines], words
    ([(1, ['J', '=', 'x', '+', 'y'])], (3,))
    """
    lines: list[TypedLine] = []
    words: list[int] = []
    for number, text in _without_bullets(texts):
        line = _bare(number, text, known)
        if line.text.strip() and is_words(line.text, known):
            words.append(number)
        elif line.text.strip() or line.defined:
            line = TypedLine(number, without_words(line.text, known), line.defined)
            if lines and _goes_on(lines[-1].text, line.text):
                before = lines.pop()
                line = TypedLine(
                    before.number, f"{before.text} {line.text}", before.defined + line.defined
                )
            lines.append(line)
    return lines, tuple(dict.fromkeys(words))


def _without_bullets(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; "- " before every one that begins a formula is a bullet, before one alone a minus."""
    found = []
    for number, text in enumerate(texts, 1):
        if len(text) > MAX_LENGTH:
            cause = f"line {number} has {len(text)} characters"
            raise FormulaError(cause, f"symgd reads at most {MAX_LENGTH}")
        found += [(number, part) for part in _BREAK.split(text) if part.strip()]
    begun = [text for _, text in found if "=" in text.strip()[1:]]
    dashed = [text for text in begun if _MINUS.match(text)]
    bullets = len(dashed) > 1 and dashed == begun
    for number, text in found:
        match = _MINUS.match(text)
        if match and bullets:
            text = " " * match.end() + text[match.end() :]
        elif match and text in dashed and re.match(r"[d∂]\s*\w*\s*/|\w+['′’]", text[match.end() :]):
            raise FormulaError(
                f'line {number}: "- " before a derivative may be a minus or a bullet',
                "remove it, or write the minus without a space",
                text=text,
                position=match.end() - 2,
            )
        yield number, text


def _bare(number: int, text: str, known: IsKnown) -> TypedLine:
    """A line without its number, notes and clauses; what is left stands where it stood."""
    text = typed(text.translate(_SAME), known).translate(_HALVES)
    text = _ABOVE_FIRST.sub(r"\1\3\2", text)
    text = _RAISED_PRIME.sub(r"\1\2", _EXAMPLE_FIRST.sub(r"\2\1", text))
    bare, note = without_note(text, known)
    defined = _IN_NOTE.findall(note)
    clause = _CLAUSE.search(bare)
    if clause and "=" in bare[: clause.start()]:
        defined.append((clause.group(1), clause.group(2).rstrip(" .,;")))
        bare = bare[: clause.start()]
    bare = without_beginning(bare, text)
    return TypedLine(number, bare.rstrip(" \t.,;✓✔∎□■"), tuple(defined))


def _goes_on(before: str, text: str) -> bool:
    """Whether a line goes on with the formula of the line before it."""
    if not before.strip():
        return False
    opened = sum(before.count(c) for c in "([{") - sum(before.count(c) for c in ")]}")
    going_on = opened > 0 or bool(_GOING_ON.search(before)) or bool(_JOINING.match(text))
    return going_on and "=" not in text
