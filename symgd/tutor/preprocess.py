"""A student's text without what is not formula, each line still under its number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symgd.errors import FormulaError
from symgd.tutor.latex import BREAK, on_one_line, typed
from symgd.tutor.notes import IsKnown, is_words, without_beginning, without_note, without_words
from symgd.tutor.tokens import MAX_LENGTH
from symgd.tutor.traced import Place, Traced

_IN_NOTE = re.compile(r"with\s+([^\s=]+)\s*=\s*([^:\]]+?)\s*(?=[:\]]|,\s+(?:with|[a-z ]+ rule)|$)")
_CLAUSE = re.compile(r"[,;]?\s+(?:where|with)\s+([^\s=]+)\s*=\s*(.+)$", re.IGNORECASE)
_BOUNDS = re.compile(r"_\s*(?:\{[^{}]*\}|\([^()]*\))")  # of a sum: _{i=1}
_ABOVE_FIRST = re.compile(r"([Σ∑]|sum)(\^(?:\{[^{}]*\}|\w))(_(?:\{[^{}]*\}|\w))")
# x^{(i)}_j is x_j^{(i)}, and f^{'} is f'.
_EXAMPLE_FIRST = re.compile(r"(\^\{?\(\w\)\}?)(_(?:\{\w+\}|\w))")
# f^{(1)} is f', and what Python writes: np.mean(...), sum(... for i in range(N)).
_ONCE = re.compile(r"(?<![^\W_])([fghF])\^\{\(1\)\}")
_PYTHON = re.compile(
    r"\b(?:np|math|numpy)\.(?=[a-z])|\s+for\s+[a-z]\s+in\s+range\(\s*[NnMm]\s*\)(?=\s*\))"
)
_RAISED_PRIME = re.compile(r"\^\s*(?:\{\s*(['′’]+)\s*\}|(['′’]+))")
_HALVES = {sign: f"({n}/{d})" for sign, n, d in zip("½⅓¼⅔¾", "11123", "23434", strict=True)}
# Letters as mathematics is set, 𝑥 and 𝐉, and signs that look like those that are typed.
_LETTERS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
_ALIKE = {"∗": "*", "⁄": "/", "∕": "/", "ℓ": "ell", "⟨": "(", "⟩": ")", "\u2061": "", "\u2062": "·"}
_SAME = _LETTERS | _ALIKE | _HALVES
_OF_SAME = re.compile(f"[{''.join(_SAME)}]")
# Markdown: a heading in bold, a fence, and what stands under a list's formula.
_BOLD = re.compile(r"\s*(\*{1,2})(?=\S)(.*\S)\1\s*")
_MARKED = re.compile(r"^\s*```.*$")
_UNDER = re.compile(r"\s*<br>\s*(.*)$")
_NEW_LINE = re.compile("\n")
_LISTED = re.compile(r"\s*[-+*]\s+(?=\$)")
_MINUS = re.compile(r"\s*[-−–]\s+(?=\S)")
_GOING_ON = re.compile(r"[=+\-−*/^·×(\[{:]\s*$")
_JOINING = re.compile(r"\s*[+*/·×)\]}]")


@dataclass(frozen=True)
class TypedLine:
    """A line's formula, spaces where something else stood, and the names defined beside it with their formulas.

    Lines are counted from 1; two that are one formula have the number of the first. `places` says where each
    character was typed.
    """

    number: int
    text: str
    defined: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()


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
    for typed_line in _without_bullets(_cut(texts)):
        line = _bare(typed_line, known)
        number = line.number
        if line.text.strip() and is_words(line.text, known):
            words.append(number)
        elif line.text.strip() or line.defined:
            line = replace(line, text=without_words(line.text, known))
            if lines and _goes_on(lines[-1].text, line.text):
                line = _joined(lines.pop(), line)
            lines.append(line)
    return lines, tuple(dict.fromkeys(words))


def _joined(before: TypedLine, line: TypedLine) -> TypedLine:
    places = before.places[: len(before.text)]
    places += (*places[-1:], *line.places)
    defined = before.defined + line.defined
    return TypedLine(before.number, f"{before.text} {line.text}", defined, places)


def _cut(texts: Iterable[str]) -> list[Traced]:
    """What stands on lines of their own, or would in print, each where it was typed."""
    parts = []
    for number, text in enumerate(texts, 1):
        if len(text) > MAX_LENGTH:
            cause = f"line {number} has {len(text)} characters"
            raise FormulaError(cause, f"symgd reads at most {MAX_LENGTH}")
        parts.append(Traced.of_line(number, f"{text}\n"))
    whole = Traced.joined(parts)
    found = (part for line in on_one_line(whole).split(_NEW_LINE) for part in line.split(BREAK))
    return [part for part in found if part.text.strip()]


def _without_bullets(lines: list[Traced]) -> Iterator[Traced]:
    """The lines; "- " before every one that begins a formula is a bullet, before one alone a minus."""
    begun = [line for line in lines if "=" in line.text.strip()[1:]]
    dashed = [line for line in begun if _MINUS.match(line.text)]
    bullets = len(dashed) > 1 and dashed == begun
    for line in lines:
        match = _LISTED.match(line.text) or (_MINUS.match(line.text) if bullets else None)
        yield line[match.end() :] if match else line


def _bare(line: Traced, known: IsKnown) -> TypedLine:
    """A line without its number, notes and clauses; what is left stands where it stood."""
    number = line.places[0][0]
    bold = _BOLD.fullmatch(line.text.rstrip("\n"))
    if bold and is_words(f"{bold.group(2)}:", known):
        return TypedLine(number, f"{bold.group(2)}:")
    line = line.sub(_MARKED, "").sub(_UNDER, r"   [\1]")
    line = typed(line.sub(_OF_SAME, lambda match: _SAME[match.group()]), known)
    line = line.sub(_ABOVE_FIRST, r"\1\3\2").sub(_EXAMPLE_FIRST, r"\2\1")
    line = line.sub(_RAISED_PRIME, r"\1\2").sub(_ONCE, r"\1'").sub(_PYTHON, "")
    bare, note = without_note(line.text, known)
    defined = _IN_NOTE.findall(note)
    clause = _CLAUSE.search(bare)
    if clause and "=" in bare[: clause.start()]:
        defined.append((clause.group(1), clause.group(2).rstrip(" .,;")))
        bare = bare[: clause.start()]
    bare = without_beginning(bare, line.text).rstrip(" \t.,;✓✔∎□■")
    return TypedLine(number, bare, tuple(defined), line.places)


def _goes_on(before: str, text: str) -> bool:
    """Whether a line goes on with the formula of the line before it."""
    if not before.strip():
        return False
    opened = sum(before.count(c) for c in "([{") - sum(before.count(c) for c in ")]}")
    going_on = opened > 0 or bool(_GOING_ON.search(before)) or bool(_JOINING.match(text))
    return going_on and "=" not in _BOUNDS.sub("", text)
