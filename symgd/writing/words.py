"""Words in the reader's language, by gettext's rules: an English message is the key of its translations.

How a message is marked
-----------------------
``message("...")`` marks a text that is said, and nothing else does; ``scripts/messages`` collects its calls. The text
stands in the call itself, and so do a `plural` and a `context` where there are any. It is a whole sentence, or
something that stands alone, with ``{name}`` for each part that is put in:

- ``message("Line {line} is right.", line=3)`` has its parts with it, and is written by `Message.written`: a Term as the
  format writes it, a list of parts with commas between, a Message in the same language, a number as the language
  writes it (a fraction with six digits), and a text as it is;
- ``message("{number} line", "{number} lines", number=3)`` is singular or plural as `number` says;
- ``message("if", context="condition")`` is one of several things that an English word means;
- ``words(message("{base} squared"), base="x")`` is said at once, by `Words`.

Names and sentences of rules, premises, losses and misconceptions are not marked: they are declared, and ``scripts/messages``
takes them from the declarations (`Words.rule` and `Words.declared` say them).

A message that has no translation yet is said in English, and ``scripts/messages`` lists it.

A language is one file, ``locale/<language>/LC_MESSAGES/symgd.po``, read when it is asked for; nothing is compiled
beforehand, so nothing can be out of date. ``locale/symgd.pot`` is the template to begin another language from.
"""

from __future__ import annotations

import functools
import gettext
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from symgd.errors import LanguageError
from symgd.writing.placeholders import PLACEHOLDER

if TYPE_CHECKING:
    from symgd.terms import Term

Part: TypeAlias = "Term | tuple[Part, ...] | Message | str | float"
Language: TypeAlias = str | os.PathLike[str] | None

LOCALE = Path(__file__).parent.parent / "locale"
VARIABLE = "SYMGD_LANGUAGE"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])(?:[-_][A-Za-z0-9]{2,8}(?![A-Za-z0-9]))*")


@dataclass(frozen=True)
class Message:
    """Something that is said, before it is said in a language; `message` makes it."""

    text: str  # in English, with {name} where a part is put in
    parts: Mapping[str, Part] = field(default_factory=dict, hash=False)
    plural: str | None = None  # the text where its part `number` is not one
    context: str | None = None  # which of the things that the text can mean is meant

    def written(self, write: Callable[[Term], str] = str, words: Words | None = None) -> str:
        """The sentence in a language, with its Terms written by `write`."""
        words = words or ENGLISH
        return words(self, **{n: _written(part, write, words) for n, part in self.parts.items()})

    def filled(self, **parts: Part) -> Message:
        """The message with other parts, where one of several is said of the same things.

        Examples
        --------
        >>> rose, fell = message("{name} rose"), message("{name} fell")
        >>> [str(said.filled(name="J")) for said in (rose, fell)]
        ['J rose', 'J fell']
        """
        return replace(self, parts=parts)

    def map(self, rewrite: Callable[[Term], Term]) -> Message:
        """The message with the Terms among its parts rewritten."""
        return replace(self, parts={n: _mapped(p, rewrite) for n, p in self.parts.items()})

    def __str__(self) -> str:
        return self.written()


def message(
    text: str, plural: str | None = None, /, *, context: str | None = None, **parts: Part
) -> Message:
    """Mark a text as something that is said.

    Parameters
    ----------
    text, plural : str
        Written out in the call, for what collects messages reads the source.
    context : str, optional
        Where one English word has several translations.
    **parts
        What is put in: Terms, other messages, texts that are written already, and numbers.

    Examples
    --------
    >>> str(message("{number} step", "{number} steps, one by one", number=3))
    '3 steps, one by one'
    """
    return Message(text, parts, plural, context)


def _mapped(part: Part, rewrite: Callable[[Term], Term]) -> Part:
    if isinstance(part, str | int | float):
        return part
    if isinstance(part, tuple):
        return tuple(_mapped(each, rewrite) for each in part)
    return part.map(rewrite) if isinstance(part, Message) else rewrite(part)


def _written(part: Part, write: Callable[[Term], str], words: Words) -> str | float:
    if isinstance(part, str | int | float):
        return part
    if isinstance(part, Message):
        return part.written(write, words)
    if isinstance(part, tuple):
        return ", ".join(words.number(_written(each, write, words)) for each in part)
    return write(part)


@dataclass(frozen=True)
class Words:
    """What is said in one language.

    Examples
    --------
    >>> words_in("fr")(message("the gradient of {body}"), body="J")
    'le gradient de J'
    """

    language: str  # as HTML's lang has it, "fr"
    catalogue: gettext.NullTranslations  # what has no translation in it is said in English
    escape: Callable[[str], str] = str  # how a format writes the words themselves, not their parts

    def __call__(self, said: Message, /, **parts: str | float) -> str:
        """The message with its parts put in, which are written already."""
        return self._filled(self._translated(said, parts.get("number", 0)), parts)

    def rule(self, name: str) -> str:
        """What teachers call a rule, or what else a line is there for: the meaning of a setting."""
        found = self.catalogue.pgettext("rule", name)
        return self._filled(self.catalogue.gettext(name) if found == name else found, {})

    def declared(self, text: str, /, **parts: str) -> str:
        """A sentence of a declaration, such as a rule's `why`, with its letters put in."""
        return self._filled(self.catalogue.gettext(text), parts)

    def number(self, value: str | float) -> str:
        """A number as it stands in a sentence; a text is one that is written already.

        Examples
        --------
        >>> ENGLISH.number(12000), ENGLISH.number(2 / 3)
        ('12,000', '0.666667')
        """
        if isinstance(value, str):
            return value
        if isinstance(value, float):
            return f"{value:.6g}"
        return f"{value:,}".replace(",", self(message(",", context="between thousands")))

    def _translated(self, said: Message, number: str | float) -> str:
        catalogue, context = self.catalogue, said.context
        if said.plural is None:
            if context is None:
                return catalogue.gettext(said.text)
            return catalogue.pgettext(context, said.text)
        if context is None:
            return catalogue.ngettext(said.text, said.plural, int(number))
        return catalogue.npgettext(context, said.text, said.plural, int(number))

    def _filled(self, text: str, parts: Mapping[str, str | float]) -> str:
        """The text with each ``{name}`` replaced; nothing else means anything, so that no file can do harm."""
        pieces = PLACEHOLDER.split(text)
        pieces[::2] = map(self.escape, pieces[::2])
        pieces[1::2] = (self.number(parts.get(name, f"{{{name}}}")) for name in pieces[1::2])
        return "".join(pieces)


ENGLISH = Words("en", gettext.NullTranslations())


def languages() -> tuple[str, ...]:
    """The languages that come with symgd.

    Examples
    --------
    >>> languages()
    ('en', 'fr')
    """
    return ("en", *sorted(path.parent.parent.name for path in LOCALE.glob("*/*/symgd.po")))


def words_in(language: Language = None) -> Words:
    """The words of a language.

    Parameters
    ----------
    language : str or path, optional
        One of `languages()`, with or without a country ("fr", "fr_CA"), or a .po file of one's own. Without it
        the environment variable SYMGD_LANGUAGE says it, and without that it is English.

    Raises
    ------
    LanguageError
        When there is no such language, or its file cannot be read.
    """
    asked = os.fspath(language or os.environ.get(VARIABLE) or "en")
    ending = Path(asked).suffix.lower()
    if ending == ".po":
        return _read(Path(asked))
    if ending == ".mo":
        raise LanguageError(f"{asked} is compiled", "name the .po file it was made from")
    found = re.split("[-_.@]", asked.lower())[0]
    if found not in languages():
        raise LanguageError(
            f'there is no language "{asked}"',
            f"expected one of {', '.join(languages())}, or a .po file with the words of another",
        )
    return _shipped(found)


@functools.cache
def _shipped(language: str) -> Words:
    return ENGLISH if language == "en" else _read(LOCALE / language / "LC_MESSAGES" / "symgd.po")


def _read(path: Path) -> Words:
    from symgd.writing.pofile import read_po

    catalogue = read_po(path)
    said = catalogue.info().get("language", "")
    code = next(filter(None, map(_LANGUAGE.match, (said, path.stem))), None)
    return Words(code[0].replace("_", "-") if code else "und", catalogue)
