"""Notes: what stands on a student's lines beside the formulas, comments, reasons and numbers, and is left out.

Only what cannot be a part of the formula is a note: what holds a word that is no name and no function.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS

# Says whether a word is a name of the exercise.
IsKnown: TypeAlias = Callable[[str], bool]

# What stands between formulas and is no name in them.
_BETWEEN = ("sum", "mean", "Sum", "Mean", "otherwise")
_LETTERS = re.compile(r"[A-Za-zÀ-ɏ]{3,}")
_RULE_WORDS = "rule|law|derivative|sum|constant|factor|terms|out|cancel"
_WORD = re.compile(r"[^\W\d_]{2,}[,:.]?")

_NUMBERING = re.compile(
    r"\s*(?:(?:line|step|eq|equation)\.?\s*\d+\s*[:.)]\s*|\(\d+\)\s+|\d+\)\s*|\d+[.:]\s+)(?=\S)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:(?:let|where|with|set|put|so|then|hence|thus|therefore|and)\b|∴|⇒|=>|->|→|[*•](?=\s))\s*:?\s*",
    re.IGNORECASE,
)
# What an index goes over: = 1, …, N, from 1 to N, ∈ {1..N}, in range(N).
_END = r"(?:\d+|[A-Za-z]|len\(\w\))"
_RANGE = rf"(?:\s*(?:=|in|from|∈)\s*(?:range)?\s*[\[({{]?\s*(?:[01]\s*(?:(?:,|to|until|:|\.{{2,3}}|…|-|–)\s*)+)?{_END}\s*[\])}}]?)?\s*"
# What is a note wherever it stands, and what is one if it holds a word.
_ALWAYS = re.compile(
    r"#.*$|(?:^|\s)%.*$|(?:^|\s)//(?=\s*(?:$|[^\W\d_]{2,})).*$"
    rf"|[,;]?\s*(?:\bfor\b|∀)\s*(?:all\s+|each\s+|every\s+)?[a-z]{_RANGE}$"
    r"|[,;]?\s+(?:by|using|because|since|from|via)\s+[A-Za-z][A-Za-z ,'-]*$",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"(?:^|\s{2,})\[([^\[]*)\]\s*$"
    rf"|\s[\[(]([A-Za-z ,'-]*\b(?:{_RULE_WORDS})\b[A-Za-z ,'-]*)[\])]\s*$",
    re.IGNORECASE,
)
_LINKING = (
    *("is", "are", "get", "gets", "have", "has", "obtain", "gives", "give", "yields", "that", "find", "becomes"),
    *("thus", "so", "hence", "therefore", "then", "finally", "now", "first", "next", "also", "where", "with", "let"),
    *("know", "write", "answer", "solution", "result", "and", "as", "or"),
)  # fmt: skip
_BEGINNING = re.compile(r"(?:[^\W\d_]{2,}[,:]?\s+)+(?=\S)")
_BEGINS_DERIVATIVE = re.compile(r"[d∂δ]\s*\w*\s*/\s*[d∂δ]|∂|[^\W\d_]['′’]")


def is_note(said: str, known: IsKnown) -> bool:
    """Whether what stands in brackets or behind a formula is words: it holds one that is no name and no function."""
    return any(not is_name(word, known) for word in _LETTERS.findall(said))


def is_name(word: str, known: IsKnown) -> bool:
    """Whether a word has a meaning in formulas."""
    named = word in FUNCTIONS or word in ALIASES or word in SHORTHANDS or word in _BETWEEN
    return named or known(word)


def without_note(text: str, known: IsKnown) -> tuple[str, str]:
    """A line without the note at its end, and the note."""
    for pattern in (_ALWAYS, _PERHAPS):
        match = pattern.search(text)
        if match is None:
            continue
        said = next(filter(None, match.groups()), "") if pattern is _PERHAPS else ""
        if pattern is _ALWAYS or is_note(said, known):
            return text[: match.start()], match.group()
    return text, ""


def without_beginning(bare: str, whole: str) -> str:
    """A line without its number and the words that begin a sentence; what is left stands where it stood."""
    for opening in (_NUMBERING, _OPENING):
        match = opening.match(bare)
        if match and "=" in bare[match.end() :] + whole[: match.end()]:
            bare = " " * match.end() + bare[match.end() :]
    return bare


def is_words(text: str, known: IsKnown) -> bool:
    """Whether a line is words, such as a heading, and holds no formula."""
    words = text.split()
    plain = [_WORD.fullmatch(w) and not is_name(w.strip(",:."), known) for w in words[:4]]
    if text.rstrip().endswith(":") and (plain[0] or sum(map(bool, plain)) > 1):
        return True  # "The" may be T·h·e, "The first lines …:" is none
    return len(words) > 1 and all(plain[:2]) and "=" not in text


def without_words(text: str, known: IsKnown) -> str:
    """A line without the words before its formula: "The derivative is dJ/dm = …".

    They go only where they change nothing: "half J = …" and "ln y = …" say something else than J and y.
    """
    match = _BEGINNING.match(text.lstrip())
    start = len(text) - len(text.lstrip())
    if match is None or "=" not in text[start + match.end() :]:
        return text
    rest, words = text[start + match.end() :], match.group().split()
    if rest[0] in "=/*+-^),_" or any(is_name(w.strip(",:"), known) for w in words):
        return text
    harmless = words[-1].lower().strip(",:") in _LINKING or words[-1][-1] in ",:"
    if not harmless and not _BEGINS_DERIVATIVE.match(rest):
        return text
    return " " * (start + match.end()) + rest
