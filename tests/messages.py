"""All messages that symgd can say, as the template and the catalogues in symgd/locale.

``scripts/messages`` runs this: it writes the template anew, gives each catalogue the messages that it lacks, with an
empty translation to be filled in, and takes out those that are said no more.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polib

import symgd.derivation
import symgd.matrix
from symgd.terms.functions import FUNCTIONS
from symgd.writing.steps import Rule, TidyRule

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "symgd" / "locale"
TEMPLATE = LOCALE / "symgd.pot"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/symgd.po"))
_HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


class Entry(NamedTuple):
    """One message: English, in a context or not, with a plural or not."""

    text: str
    context: str | None = None
    plural: str | None = None


def messages() -> dict[Entry, str]:
    """Every message, with the file that says it."""
    found: dict[Entry, str] = {}
    for said, file in [*_of_rules(), *_of_functions(), *_in_sources()]:
        if said.text:
            found.setdefault(said, file)
    return found


def rules() -> Iterator[tuple[Rule | TidyRule, str]]:
    """Every rule that a module of derivations declares, by itself or in a tuple or a mapping."""
    for room in (symgd.derivation, symgd.matrix):
        for info in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            for value in list(vars(importlib.import_module(info.name)).values()):
                for rule in _rules_in(value):
                    yield rule, f"{rule.rewrite.__module__.replace('.', '/')}.py"


def _rules_in(value: Any) -> Iterator[Rule | TidyRule]:
    if isinstance(value, Rule | TidyRule):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _rules_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _rules_in(part)


def _of_rules() -> Iterator[tuple[Entry, str]]:
    for rule, file in rules():
        yield Entry(rule.name, "rule"), file
        yield Entry(rule.why), file


def _of_functions() -> Iterator[tuple[Entry, str]]:
    for function in FUNCTIONS.values():
        yield Entry(function.spoken), "symgd/terms/functions.py"


def _in_sources() -> Iterator[tuple[Entry, str]]:
    """What is given to `words`, its methods and `message`; what expositions say, and notes on checks."""
    for folder in ("symgd", "animations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for said in _said(node) if isinstance(node, ast.Call) else _assigned(node):
                    yield said, file


def _said(call: ast.Call) -> Iterator[Entry]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    owner = getattr(call.func, "value", None)
    owner = getattr(owner, "id", getattr(owner, "attr", ""))
    texts = [list(_texts(argument)) for argument in call.args[:2]]
    if name in ("words", "message", "Message") and texts:
        yield from map(Entry, texts[0])
    elif (name == "context_message" or (owner, name) == ("words", "of")) and len(texts) > 1:
        yield from (Entry(text, context) for context in texts[0] for text in texts[1])
    elif name in ("Rule", "TidyRule") and len(call.args) > 2:
        yield from (Entry(text, "rule") for text in texts[0])
        yield from map(Entry, _texts(call.args[2]))
    elif name == "Premise" and len(texts) > 1:
        yield from (Entry(text, "rule") for text in texts[0])
        yield from map(Entry, texts[1])
    elif (owner, name) == ("words", "count"):
        yield from (Entry(one, None, many) for one, many in zip(*texts, strict=True))
    for keyword in call.keywords:
        if keyword.arg == "note":
            yield from map(Entry, _texts(keyword.value))


def _assigned(node: ast.AST) -> Iterator[Entry]:
    """A message that is kept under the name `words` or `note` until it is said."""
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("words", "note"):
        yield from map(Entry, _texts(node.value))


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def template() -> polib.POFile:
    """The file from which a new language begins."""
    file = polib.POFile(wrapwidth=110)
    file.metadata = {**_HEADER, "Language": "", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for said, place in sorted(
        messages().items(), key=lambda pair: (pair[1], pair[0].context or "", pair[0].text)
    ):
        forms = {0: "", 1: ""} if said.plural else {}
        file.append(
            polib.POEntry(
                msgid=said.text,
                msgctxt=said.context,
                msgid_plural=said.plural or "",
                msgstr_plural=forms,
                occurrences=[(place, "")],
            )
        )
    return file


def key(entry: polib.POEntry) -> Entry:
    """The message of an entry."""
    return Entry(entry.msgid, entry.msgctxt, entry.msgid_plural or None)


def update() -> int:
    """Write the template and bring the catalogues up to it; answers how many translations are missing."""
    fresh, missing = template(), 0
    TEMPLATE.write_text(str(fresh), encoding="utf-8")
    for path in CATALOGUES:
        old = polib.pofile(str(path), wrapwidth=110)
        known = {key(entry): entry for entry in old}
        old[:] = [_kept(entry, known) for entry in fresh]
        path.write_text(str(old), encoding="utf-8")
        empty = [entry.msgid for entry in old if not entry.translated()]
        missing += len(empty)
        for text in empty:
            print(f"{path.relative_to(ROOT)} has no translation of: {text}")
    return missing


def _kept(entry: polib.POEntry, known: Mapping[Entry, polib.POEntry]) -> polib.POEntry:
    old = known.get(key(entry))
    if old is None:
        return entry
    old.occurrences = entry.occurrences
    return old


if __name__ == "__main__":
    sys.exit(bool(update()))
