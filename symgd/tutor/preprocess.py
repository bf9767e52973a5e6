"""A student's text without what is not formula, LaTeX as people type it, each line still under its number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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

# LaTeX, and what its commands are as people type.
_FRACTION = re.compile(r"\\[dt]?frac\s*")
_DERIVATIVE = re.compile(r"(?:∂|d|\\partial(?![A-Za-z]))\s*\S*")
_ROOT = re.compile(r"\\sqrt\s*(?=\{)")
_SIGNS = (
    (re.compile(r"\\(?:begin|end)\s*\{\w+\*?\}|\\parbox.*$"), ""),
    (re.compile(r"\\partial(?![A-Za-z])\s*"), "∂"),
    (re.compile(r"\\sum(?![A-Za-z])"), "Σ"),
    (re.compile(r"\\(?:cdot|times)(?![A-Za-z])"), "·"),
    (re.compile(r"\\(?:left|right|bigl?|bigr|Bigl?|Bigr|displaystyle|limits)(?![A-Za-z])\.?"), ""),
    (re.compile(r"\\(?:mathrm|operatorname|mathit)\s*\{(\w+)\}"), r"\1"),
    (re.compile(r"\\hat\s*\{?y\}?"), "yhat"),
    (re.compile(r"\\text\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\[,;:!> ]|\\q?quad(?![A-Za-z])|\\\\\*?(?:\[[^\]]*\])?|&|\$"), " "),
    (re.compile(r"\\([{}])"), r"\1"),
    (re.compile(r"\\([A-Za-z]+)\s*(?=[_^])"), r"\1"),
    (re.compile(r"\\([A-Za-z]+)"), r"\1 "),
)
_PLAIN = re.compile(r"\\text\s*\{|\}?\s*\\\\\*?\s*$|\}$")
MAX_FRACTIONS = 200


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


def typed(text: str) -> str:
    r"""A line of LaTeX as it would be typed; any other line is itself."""
    if "\\" not in text:
        return text
    for _ in range(MAX_FRACTIONS):
        match = _FRACTION.search(text)
        if match is None:
            break
        above, middle = _argument(text, match.end())
        below, end = _argument(text, middle)
        text = text[: match.start()] + _divided(above, below) + text[end:]
    text = _ROOT.sub("sqrt", text)
    formula, beside, note = text.partition("&&")
    text = f"{formula}   [{_PLAIN.sub('', note).strip()}]" if beside else formula
    for sign, replacement in _SIGNS:
        text = sign.sub(replacement, text)
    return text


def _argument(text: str, start: int) -> tuple[str, int]:
    """What a command takes at an index, in braces or one character, and where it ends."""
    while text[start : start + 1].isspace():
        start += 1
    if text[start : start + 1] != "{":
        return text[start : start + 1], start + 1
    depth = 0
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if not depth:
            return text[start + 1 : index], index + 1
    return text[start + 1 :], len(text)


def _divided(above: str, below: str) -> str:
    """A fraction; a derivative sign keeps the form in which it is read."""
    if _DERIVATIVE.fullmatch(above.strip()) and _DERIVATIVE.fullmatch(below.strip()):
        return f"{above.strip()}/{below.strip()}"
    return f"({above})/({below})"
