"""Text of others as it is shown: what would act on a terminal, or could not be seen, is written as an escape."""

from __future__ import annotations

import re
import unicodedata

# Controls, direction marks and other formats, half characters, private ones, and breaks of lines and paragraphs.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
# Letters and marks that leave no trace.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_MARKS = frozenset(("Mn", "Me"))
# Latin, Greek, and signs, of which nothing has to be asked.
_PLAIN = re.compile(
    r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u03ff\u2010-\u2027\u2030-\u205e\u2190-\u23ff]*"
)
MOST_MARKS = 4  # on one letter, in any writing


def printable(text: str) -> str:
    r"""The text, in which every character that is not seen is an escape.

    Whatever somebody else wrote goes through here before a person reads it: names, formulas, columns, cells, paths.

    Examples
    --------
    >>> printable("x\x1b[2J\u202e")
    'x\\x1b[2J\\u202e'
    >>> printable("größe, 長さ")
    'größe, 長さ'
    """
    if _PLAIN.fullmatch(text):
        return text
    shown, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in _MARKS else 0
        acts = marks > MOST_MARKS or is_unseen(character)
        shown.append(character.encode("unicode_escape").decode() if acts else character)
    return "".join(shown)


def is_unseen(character: str) -> bool:
    r"""Whether a character is not seen where it stands, or changes how others are seen.

    Examples
    --------
    >>> is_unseen("\u200b"), is_unseen(" ")
    (True, False)
    """
    return unicodedata.category(character) in _UNSEEN or character in _BLANK
