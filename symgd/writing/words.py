"""Words in the reader's language, by gettext's rules: an English message is the key of its translations.

A language is one file, ``locale/<language>/LC_MESSAGES/symgd.po``, read when it is asked for; nothing is compiled
beforehand, so nothing can be out of date. ``locale/symgd.pot`` is the template to begin another language from.
"""

from __future__ import annotations

import functools
import gettext
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from symgd.errors import LanguageError

Language: TypeAlias = str | os.PathLike[str] | None

LOCALE = Path(__file__).parent.parent / "locale"
VARIABLE = "SYMGD_LANGUAGE"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Words:
    """What is said in one language.

    Parameters
    ----------
    language : str
        As HTML's ``lang`` has it, "fr".
    catalogue : gettext.NullTranslations
        What has no translation in it is said in English.
    escape : callable
        How a format writes the words themselves; the parts that are put in are written already.

    Examples
    --------
    >>> words_in("fr")("the derivative of {variable} by itself is 1", variable="x")
    'la dérivée de x par rapport à elle-même vaut 1'
    """

    language: str
    catalogue: gettext.NullTranslations
    escape: Callable[[str], str] = str

    def __call__(self, message: str, /, **parts: str) -> str:
        """The message with its parts put in."""
        return self._filled(self.catalogue.gettext(message), parts)

    def of(self, context: str, message: str, /, **parts: str) -> str:
        """The message in a context, where one English word has several translations."""
        return self._filled(self.catalogue.pgettext(context, message), parts)

    def count(self, one: str, many: str, number: int, /, **parts: str) -> str:
        """The message in the form that `number` asks for; ``{number}`` stands for it."""
        message = self.catalogue.ngettext(one, many, number)
        return self._filled(message, {"number": str(number), **parts})

    def rule(self, name: str) -> str:
        """What teachers call a rule."""
        return self.of("rule", name)

    def _filled(self, message: str, parts: Mapping[str, str]) -> str:
        """The message with each ``{name}`` replaced; nothing else means anything, so that no file can do harm."""
        pieces = _PLACE.split(message)
        pieces[::2] = map(self.escape, pieces[::2])
        pieces[1::2] = (parts.get(name, f"{{{name}}}") for name in pieces[1::2])
        return "".join(pieces)


def message(text: str) -> str:
    """Mark a text that is translated later, where it is said."""
    return text


def context_message(context: str, text: str) -> str:
    """Mark a text that is translated later in a context."""
    return text


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
    if asked.endswith(".po"):
        return _read(Path(asked))
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
    from symgd.writing.pofile import compiled, read_po

    try:
        content = path.read_bytes()
    except OSError as error:
        raise LanguageError(
            f"{path} cannot be read ({(error.strerror or str(error)).lower()})", "name another file"
        ) from error
    entries = read_po(content, str(path))
    try:
        catalogue = gettext.GNUTranslations(BytesIO(compiled(entries)))
    except (OSError, ValueError) as error:
        raise LanguageError(
            f"{path} is not a catalogue that gettext can read ({error})",
            "see that its header says its charset and plural forms",
        ) from error
    return Words(catalogue.info().get("language") or path.stem, catalogue)
