"""All messages that symgd can say, as the template and the catalogues in symgd/locale.

``scripts/messages`` runs this: it writes the template anew, gives each catalogue the messages that it lacks, with an
empty translation to be filled in, takes out those that are said no more, and lists what is not translated yet. That is
no failure: what has no translation is said in English.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import polib

import symgd.derivation
import symgd.matrix
import symgd.optimizers
import symgd.writing
from symgd.animations import LESSONS
from symgd.matrix.form import FORMS
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES
from symgd.optimizers.words import WORDS
from symgd.problem.losses import LOSSES, PENALTIES
from symgd.terms.functions import FUNCTIONS
from symgd.tutor import misconceptions
from symgd.tutor.updates import slips
from symgd.writing.exposition import Premise
from symgd.writing.steps import Law

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


@cache
def messages() -> Mapping[Entry, str]:
    """Every message, with the file that says it."""
    found: dict[Entry, str] = {}
    for said, file in [*_declared(), *_marked()]:
        if said.text:
            found.setdefault(said, file)
    return found


def rules() -> Iterator[tuple[Law | Premise, str]]:
    """Every law, rule and premise that a module declares, by itself or in a tuple or a mapping."""
    for room in (symgd.derivation, symgd.matrix, symgd.optimizers, symgd.writing):
        for info in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            file = f"{info.name.replace('.', '/')}.py"
            for value in _own(importlib.import_module(info.name), ROOT / file):
                for rule in _rules_in(value):
                    yield rule, file


def _own(module: ModuleType, path: Path) -> list[Any]:
    """What a module holds, but for what it imports from others."""
    if not path.exists():  # a room, which declares nothing
        return []
    imports = [node for node in ast.walk(_read(path)) if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    return [value for name, value in vars(module).items() if name not in imported]


@cache
def _read(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _rules_in(value: Any) -> Iterator[Law | Premise]:
    if isinstance(value, Law | Premise):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _rules_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _rules_in(part)


def _declared() -> Iterator[tuple[Entry, str]]:
    for rule, file in rules():
        yield Entry(rule.name, "rule"), file
        yield Entry(rule.why), file
    for module, declared_ in (
        (misconceptions, misconceptions.MISCONCEPTIONS),
        (slips, slips.UPDATE_MISCONCEPTIONS),
    ):
        for known in declared_:
            for text in (known.name, known.explanation, known.remedy):
                yield Entry(text), f"{module.__name__.replace('.', '/')}.py"
    for function in FUNCTIONS.values():
        yield Entry(function.spoken), "symgd/terms/functions.py"
    for declared in (*LOSSES.values(), *PENALTIES.values()):
        settings = (setting.meaning for setting in declared.settings)
        for text in (declared.title, getattr(declared, "domain", ""), *settings):
            yield Entry(text), "symgd/problem/losses.py"
    for method in (*OPTIMIZERS.values(), *SCHEDULES.values()):
        for text in (method.title, *(setting.meaning for setting in method.declared.values())):
            yield Entry(text), "symgd/optimizers/optimizers.py"
    for convention in (c for optimizer in OPTIMIZERS.values() for c in optimizer.conventions):
        if convention.note:
            yield Entry(convention.note), "symgd/optimizers/optimizers.py"
    for word in WORDS.values():
        yield Entry(word.function.spoken), "symgd/optimizers/words.py"
    for form in FORMS.values():
        yield Entry(form.title), "symgd/matrix/form.py"
    for lesson in LESSONS.values():
        yield Entry(lesson.title), "animations/lessons.py"


def _marked() -> Iterator[tuple[Entry, str]]:
    """What stands in a call of `message`."""
    for folder in ("symgd", "animations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(_read(path)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "message":
                    yield _entry(node), str(path.relative_to(ROOT))


def _entry(call: ast.Call) -> Entry:
    """The message of a call; text, plural and context stand in it as they are."""
    text, *plural = map(ast.literal_eval, call.args)
    context = [ast.literal_eval(word.value) for word in call.keywords if word.arg == "context"]
    return Entry(text, *(context or [None]), *plural)


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
    """Write the template, bring the catalogues up to it, and list what is not translated; answers how many that are."""
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
    update()
