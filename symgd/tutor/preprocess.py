"""A student's text without what is not formula, each line still under its number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symgd.tutor.latex_lines import typed

_NUMBERING = re.compile(
    r"\s*(?:(?:line|step|eq|equation)\.?\s*\d+\s*[:.)]|\(\d+\)|\d+[.):](?!\d))\s*(?=\S)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:(?:let|where|with|set|put|so|then|hence|thus|therefore|and)\b|∴|⇒|=>|->|→|[-*•](?=\s))\s*:?\s*",
    re.IGNORECASE,
)
_RULE_WORDS = "rule|law|derivative|sum|constant|factor|terms|out|cancel"
_NOTE = re.compile(
    r"(?:#|//|%).*$"
    r"|\s{2,}\[[^\[]*\]\s*$"
    r"|^\s*\[[^\[]*\]\s*$"
    rf"|\s[\[(][A-Za-z ,'-]*\b(?:{_RULE_WORDS})\b[A-Za-z ,'-]*[\])]\s*$"
    r"|[,;]?\s+for\s+(?:all\s+)?[a-z]\s*(?:=|in|from)\s.*$|[,;]?\s+for\s+(?:all\s+)?[a-z]\s*=.*$"
    r"|[,;]?\s+(?:by|using|because|since|from|via)\s+[A-Za-z][A-Za-z ,'-]*$",
    re.IGNORECASE,
)
_IN_NOTE = re.compile(r"with ([^\s=]+) = ([^:\]]+?)(?=[:\]]|, (?:with|[a-z ]+ rule)|$)")
_CLAUSE = re.compile(r"[,;]?\s+(?:where|with)\s+([^\s=]+)\s*=\s*(.+)$", re.IGNORECASE)
_ABOVE_FIRST = re.compile(r"([Σ∑]|sum)(\^(?:\{[^{}]*\}|\w))(_(?:\{[^{}]*\}|\w))")
_HALVES = str.maketrans(
    {sign: f"({n}/{d})" for sign, n, d in zip("½⅓¼⅔¾", "11123", "23434", strict=True)}
)
_WORD = re.compile(r"[A-Za-z]{2,}[,:.]?")
_BEGINNING = re.compile(r"(?:[A-Za-z]{2,}[,:]?\s+)+(?=\S)")
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


def typed_lines(
    texts: Iterable[str], known: Callable[[str], bool]
) -> tuple[list[TypedLine], tuple[int, ...]]:
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
    for number, text in enumerate(texts, 1):
        line = _bare(number, text)
        if line.text.strip() and _is_words(line.text, known):
            words.append(number)
        elif line.text.strip() or line.defined:
            line = TypedLine(number, _without_words(line.text, known), line.defined)
            if lines and _goes_on(lines[-1].text, line.text):
                before = lines.pop()
                line = TypedLine(
                    before.number, f"{before.text} {line.text}", before.defined + line.defined
                )
            lines.append(line)
    return lines, tuple(words)


def _bare(number: int, text: str) -> TypedLine:
    """A line without its number, notes and clauses; what is left stands where it stood."""
    text = _ABOVE_FIRST.sub(r"\1\3\2", typed(text).translate(_HALVES))
    note = _NOTE.search(text)
    bare = text[: note.start()] if note else text
    defined = _IN_NOTE.findall(note.group()) if note else []
    clause = _CLAUSE.search(bare)
    if clause and "=" in bare[: clause.start()]:
        defined.append((clause.group(1), clause.group(2).rstrip(" .,;")))
        bare = bare[: clause.start()]
    for opening in (_NUMBERING, _OPENING):
        match = opening.match(bare)
        if match and "=" in bare[match.end() :] + text[: match.end()]:
            bare = " " * match.end() + bare[match.end() :]
    return TypedLine(number, bare.rstrip(" \t.,;✓✔∎□■"), tuple(defined))


def _is_words(text: str, known: Callable[[str], bool]) -> bool:
    """Whether a line is words, such as a heading, and holds no formula."""
    words = text.split()
    plain = [w for w in words[:2] if _WORD.fullmatch(w) and not known(w.strip(",:."))]
    if text.rstrip().endswith(":") and words[0] in plain:
        return True
    return len(plain) == 2 and "=" not in text


def _without_words(text: str, known: Callable[[str], bool]) -> str:
    """A line without the words before its formula: "The derivative is dJ/dm = …"."""
    match = _BEGINNING.match(text.lstrip())
    start = len(text) - len(text.lstrip())
    if match is None or "=" not in text[start + match.end() :]:
        return text
    if text[start + match.end()] in "=/*+-^),_" or any(
        known(w.strip(",:")) for w in match.group().split()
    ):
        return text
    return " " * (start + match.end()) + text[start + match.end() :]


def _goes_on(before: str, text: str) -> bool:
    """Whether a line goes on with the formula of the line before it."""
    if not before.strip():
        return False
    opened = sum(before.count(c) for c in "([{") - sum(before.count(c) for c in ")]}")
    going_on = opened > 0 or bool(_GOING_ON.search(before)) or bool(_JOINING.match(text))
    return going_on and "=" not in text
