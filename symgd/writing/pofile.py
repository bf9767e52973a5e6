"""Gettext's .po files, as polib reads them, made into what the standard library's gettext reads."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterable
from io import BytesIO
from typing import NoReturn

import polib

from symgd.errors import LanguageError, counted
from symgd.files import read_within
from symgd.printable import MOST_MARKS, is_unseen, printable
from symgd.writing.placeholders import placeholders

MOST_BYTES = 10_000_000  # thirty times what symgd says
_COMPILED = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")  # what .mo files begin with
_CHARSET = re.compile(rb"Content-Type:[^\"\n]*charset=([\w.:-]+)", re.IGNORECASE)
_ROW = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\.")
_ESCAPES = frozenset((r"\n", r"\t", r"\r", r"\"", r"\\"))
_PLURALS = re.compile(r"\s*nplurals\s*=\s*(\d)\s*;\s*plural\s*=\s*([^;]+?)\s*;?\s*")
# By nothing but a number that is written out and is not 0: so there is no number of things that has no form.
_UNSAFE_DIVISION = re.compile(r"[/%](?!\s*0*[1-9])")
_FORMS_TRIED = 1000  # as gettext's own tools try them
_JOINERS = "\u200c\u200d"  # in words of Persian and Hindi, and in emoji
_JOINED_FROM = "\u0590"
_LINE = re.compile(r"\(line (\d+)\)")


def read_po(path: str | os.PathLike[str]) -> gettext.GNUTranslations:
    """The finished entries of a .po file; fuzzy ones and those without a translation are left out.

    Raises
    ------
    LanguageError
        With the line that cannot be read, and what to do about it.
    """
    name = os.fspath(path)
    file = _parsed(_rows(_decoded(_content(name), name), name), name)
    plurals = _plurals(file, name)
    said: dict[tuple[str | None, str], polib.POEntry] = {}
    for entry in file.translated_entries():
        _expect_sound(entry, plurals, name)
        before = said.setdefault((entry.msgctxt, entry.msgid), entry)
        if _forms(before) != _forms(entry):
            cause = f'"{entry.msgid}" has another translation in line {_line(before)}'
            _refuse(name, _line(entry), cause, "keep one of them")
    file[:] = said.values()
    file.metadata["Content-Type"] = "text/plain; charset=UTF-8"  # which it is in by now
    return gettext.GNUTranslations(BytesIO(file.to_binary()))


def _refuse(name: str, line: int, cause: str, remedy: str) -> NoReturn:
    raise LanguageError(f"{name}, line {line}: {cause}", remedy)


def _content(name: str) -> bytes:
    try:
        content = read_within(name, MOST_BYTES)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise LanguageError(f"{name} cannot be read ({reason})", "name another file") from error
    if content is None:
        cause = f"{name} is longer than {MOST_BYTES // 1_000_000} MB"
        raise LanguageError(cause, "name a .po file with symgd's messages alone")
    if content.startswith(_COMPILED):
        raise LanguageError(f"{name} is a compiled catalogue", "name the .po file it was made from")
    return content


def _decoded(content: bytes, name: str) -> str:
    """The text, in the charset that its header says, which is UTF-8 where it says none."""
    found = _CHARSET.search(content)
    charset = found[1].decode("ascii", "replace") if found else "UTF-8"
    if charset == "CHARSET":  # as it stands in fresh templates
        charset = "UTF-8"
    try:
        if not _keeps_ascii(charset):
            raise LookupError(charset)
        return content.decode(charset).removeprefix("\ufeff")
    except LookupError:
        line = content.count(b"\n", 0, found.start() if found else 0) + 1
        _refuse(name, line, f'there is no charset "{charset}" of texts', "save it as UTF-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(name, line, f"this is not {charset} text", "save it as UTF-8")


def _keeps_ascii(charset: str) -> bool:
    """Whether ASCII stands in a charset as it is: what does not is an encoding of other things than texts."""
    plain = "".join(map(chr, range(0x20, 0x7F)))
    try:
        return plain.encode(charset) == plain.encode() and charset.lower() != "idna"
    except UnicodeError:
        return False


def _rows(text: str, name: str) -> str:
    """The text without its comments, each line where it was; what polib would read over is refused."""
    kept, last = [], ""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        row = line.strip()
        if row.startswith("#"):
            kept.append(f"#, {row[2:]}" if row.startswith("#,") else "")
            continue
        found = _ROW.fullmatch(row)
        if row and found is None:
            remedy = "mend it: msgid, msgstr or a text in quotes is expected"
            _refuse(name, number, "this is not a line of a .po file", remedy)
        if found is not None:
            _expect_readable(found[2], number, name)
            last = found[1] or last
        kept.append(row)
    if last and not last.startswith("msgstr"):
        _refuse(name, len(lines), "the file ends before a translation", "is it whole?")
    return "\n".join(kept) + "\n"  # no file is called so, which polib would read instead


def _expect_readable(quoted: str, line: int, name: str) -> None:
    """Refuse characters that nobody sees, and escapes that mean nothing."""
    strange = next((e for e in _ESCAPE.findall(quoted) if e not in _ESCAPES), None)
    if strange:
        remedy = r"write the character itself, and \\ for a backslash"
        _refuse(name, line, f"{strange} means nothing in a .po file", remedy)
    if printable(quoted) == quoted:
        return
    seen = re.sub(f"(?<=[{_JOINED_FROM}-\U0010ffff])[{_JOINERS}]", "", quoted)
    if printable(seen) != seen:
        unseen = next(filter(is_unseen, seen), "")
        cause = f"the character {unseen} is not seen"
        many = f"more than {MOST_MARKS} marks stand on one letter"
        _refuse(name, line, cause if unseen else many, "take it out" if unseen else "take some out")


def _parsed(text: str, name: str) -> polib.POFile:
    try:
        file = polib.pofile(text, encoding="utf-8")
    except OSError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else 1
        cause = "this line cannot follow those before it"
        _refuse(name, line, cause, "an entry is msgid and then msgstr")
    if not file and not file.metadata:
        raise LanguageError(f"{name} has no entry", "begin from the template symgd.pot")
    return file


def _plurals(file: polib.POFile, name: str) -> int:
    """How many forms words have, as the header says it; what it says is left in gettext's own spelling."""
    said = file.metadata.get("Plural-Forms")
    if said is None:
        return 2  # as in English, says gettext
    found = _PLURALS.fullmatch(said)
    fault = "" if found else "is not nplurals=...; plural=...;"
    if found:
        count, formula = int(found[1]), found[2]
        fault = _fault_of(formula, count)
        file.metadata["Plural-Forms"] = f"nplurals={count}; plural={formula};"
    if found is None or fault:
        remedy = "write it as in English, nplurals=2; plural=(n != 1);"
        raise LanguageError(f"{name}: the header's Plural-Forms {said[:80]!r} {fault}", remedy)
    return count


def _fault_of(formula: str, count: int) -> str:
    """What is wrong with a formula for plurals, if anything is."""
    if _UNSAFE_DIVISION.search(formula):
        return "divides by something that may be 0"
    try:
        form = gettext.c2py(formula)
        beyond = next((n for n in range(_FORMS_TRIED) if not 0 <= form(n) < count), None)
    except (ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        return f"cannot be read ({error})"
    return "" if beyond is None else f"has no form for {beyond}"


def _forms(entry: polib.POEntry) -> tuple[str, ...]:
    forms: dict[int, str] = entry.msgstr_plural
    return tuple(forms[n] for n in sorted(forms)) or (entry.msgstr,)


def _line(entry: polib.POEntry) -> int:
    return entry.linenum or 1  # polib does not count for the first


def _expect_sound(entry: polib.POEntry, plurals: int, name: str) -> None:
    """Refuse a translation with placeholders or line breaks that its message lacks, or too few or too many forms."""
    forms, line = _forms(entry), _line(entry)
    if entry.msgid_plural and len(forms) != plurals:
        cause = f'"{entry.msgid}" has {counted(len(forms), "form")} and Plural-Forms says {plurals}'
        _refuse(name, line, cause, f"give it msgstr[0] to msgstr[{plurals - 1}]")
    original = entry.msgid + (entry.msgid_plural or "")
    for strange in _beyond(forms, original):
        cause = f'the translation of "{entry.msgid}" has {strange}, which the message lacks'
        _refuse(name, line, cause, "use what the message has")


def _beyond(forms: Iterable[str], original: str) -> Iterable[str]:
    """The placeholders and line breaks of translations that their message has not."""
    known = placeholders(original)
    for form in forms:
        yield from (f"{{{name}}}" for name in sorted(placeholders(form) - known))
        yield from (
            f'"{printable(sign)}"' for sign in "\n\r\t" if sign in form and sign not in original
        )
