"""Gettext's .po files: read, and made into what the standard library's gettext reads."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from symgd.errors import LanguageError

_FIELD = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?(".*")')
_MAGIC = 0x950412DE
_CONTEXT, _FORM = "\x04", "\x00"  # what gettext puts between a context, a message and its forms


@dataclass(frozen=True)
class Translation:
    """One message: its English, its plural where it counts, and its forms in the file's language."""

    message: str
    plural: str | None
    context: str | None
    forms: tuple[str, ...]

    @property
    def key(self) -> str:
        """What gettext looks it up by."""
        before = "" if self.context is None else self.context + _CONTEXT
        return before + self.message + ("" if self.plural is None else _FORM + self.plural)


def read_po(content: bytes, name: str) -> tuple[Translation, ...]:
    r"""The finished entries of a .po file; fuzzy ones and those without a translation are left out.

    `name` is the file's, for errors.

    Raises
    ------
    LanguageError
        With the line that cannot be read, or the message whose placeholders differ.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LanguageError(f"{name} is not UTF-8 text", "save it as UTF-8") from error
    entries: list[Translation] = []
    fields: dict[str, str] = {}
    fuzzy, last = False, ""

    def finish() -> None:
        if "msgid" in fields and not fuzzy:
            forms = (text for field, text in sorted(fields.items()) if field.startswith("msgstr"))
            plural, context = fields.get("msgid_plural"), fields.get("msgctxt")
            entry = Translation(fields["msgid"], plural, context, tuple(forms))
            if any(entry.forms):
                _expect_same_placeholders(entry, name)
                entries.append(entry)
        fields.clear()

    for number, line in enumerate(text.splitlines(), start=1):
        row = line.strip()
        found = _FIELD.fullmatch(row)
        begins = not row or row.startswith("#") or (found and found[1] in ("msgctxt", "msgid"))
        if begins and any(field.startswith("msgstr") for field in fields):
            finish()
            fuzzy = False
        if not row or row.startswith("#"):
            fuzzy = fuzzy or (row.startswith("#,") and "fuzzy" in row)
        elif found is None or (found[1] is None and not fields):
            raise LanguageError(
                f"{name}, line {number}: this is not a line of a .po file",
                "mend it: msgid, msgstr or a text in quotes is expected",
            )
        else:
            last = found[1] or last
            fields[last] = fields.get(last, "") + _unquoted(found[2], name, number)
    finish()
    return tuple(entries)


def _unquoted(quoted: str, name: str, number: int) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError) as error:
        raise LanguageError(
            f"{name}, line {number}: {quoted} is not a text in quotes",
            'write \\" for a quote in it',
        ) from error


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a message."""
    return frozenset(re.findall(r"\{(\w+)\}", text))


def _expect_same_placeholders(entry: Translation, name: str) -> None:
    known = placeholders(entry.message) | placeholders(entry.plural or "")
    for form in entry.forms:
        strange = placeholders(form) - known
        if strange and entry.message:
            raise LanguageError(
                f'{name}: the translation of "{entry.message}" has {{{sorted(strange)[0]}}}, which the message lacks',
                "use the names in braces that the message has",
            )


def compiled(entries: Sequence[Translation]) -> bytes:
    """The entries as a .mo file: two tables of lengths and offsets, then the texts."""
    pairs = sorted((e.key.encode(), _FORM.join(e.forms).encode()) for e in entries)
    start = 28 + 16 * len(pairs)
    texts, rows = b"", []
    for column in zip(*pairs, strict=True):
        for text in column:
            rows.append(struct.pack("<II", len(text), start + len(texts)))
            texts += text + b"\x00"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(rows) + texts
