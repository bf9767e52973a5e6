"""Keys of beats: two beats with one key have the same pictures, whatever is said in the captions beside them."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from symgd.animations.making.production import Production
from symgd.animations.staging.beats import Beat, Cue
from symgd.animations.staging.take import Piece, Shot
from symgd.errors import SymgdError
from symgd.version import __version__

DRAWN_BY = ("manim", "typst", "av", "numpy", "pycairo")
_FILMS = "symgd.animations"
# What draws every beat, whatever the lesson: these, and what they import.
_DRAWING = tuple(
    f"{_FILMS}.{name}"
    for name in ("making.shooting", "staging.projector", "staging.encoder", "staging.take")
)


def keys_of(production: Production, beats: Sequence[Beat], spoken: Set[str]) -> list[str]:
    """A key for each beat; `spoken` are the texts of captions, of which the pictures do not depend.

    Captions come into the picture when a film is joined, if at all, and how long it rests is decided then. A scene whose
    source cannot be read has keys of its own each time.
    """
    stage, aside = production.stage, frozenset(spoken)
    try:
        parts = (
            _versions(),
            _sources(production.scene.__module__, aside),
            (production.scene.__qualname__, production.pictures, dict(production.given)),
            (production.problem, production.run),
            (stage.theme, stage.pace, stage.burn_captions, stage.aspect, stage.reduced_motion),
            _catalogue(stage.words, aside),
        )
        whole = hashlib.sha256("\n".join(fingerprint(part) for part in parts).encode()).hexdigest()
    except (OSError, TypeError, SyntaxError):
        whole = os.urandom(16).hex()
    return [_digest(whole, str(number)) for number in range(len(beats))]


def hold_key(still: bytes, frames: int, pictures: Any) -> str:
    """The key of a picture that stands still for so many frames."""
    return _digest("hold", hashlib.sha256(still).hexdigest(), str(frames), repr(pictures), *_versions())  # fmt: skip


def burnt_key(pieces: Sequence[Piece], cues: Sequence[Cue], production: Production) -> str:
    """The key of a beat with its captions in the picture."""
    stage, shown = production.stage, hashlib.sha256()
    for piece in pieces:
        shown.update(piece.clip if isinstance(piece, Shot) else piece.still)
        shown.update(str(piece.frames).encode())
    looks = (production.pictures, stage.theme, stage.aspect, stage.words.language, cues)
    drawing = _sources(f"{_FILMS}.making.burnt", frozenset())
    return _digest("burnt", shown.hexdigest(), fingerprint(looks), drawing, *_versions())


def texts_of(module: str) -> frozenset[str]:
    """All texts that stand in a lesson's modules."""
    return frozenset(text for each in _modules(module).values() for text in each.texts)


def fingerprint(value: object) -> str:
    """A text that is the same for the same value, in every process.

    Examples
    --------
    >>> fingerprint({"b": {2, 1}, "a": (1.5, None)})
    "{'a':(1.5,None,),'b':{1,2,},}"
    """
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return repr(value)
    if isinstance(value, Mapping):
        pairs = sorted(f"{fingerprint(key)}:{fingerprint(each)}" for key, each in value.items())
        return "{" + "".join(f"{pair}," for pair in pairs) + "}"
    if isinstance(value, Set):
        return "{" + "".join(f"{each}," for each in sorted(map(fingerprint, value))) + "}"
    if isinstance(value, tuple | list):
        return "(" + "".join(f"{fingerprint(each)}," for each in value) + ")"
    if isinstance(value, Enum):
        return str(value)
    return _of_object(value)


def _of_object(value: object) -> str:
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    if hasattr(value, "tobytes") and hasattr(value, "shape"):
        return f"{name}{value.shape}{_digest(repr(value.tobytes()))}"
    if isinstance(value, type) or callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', name)}"
    if is_dataclass(value):
        parts = [(each.name, getattr(value, each.name, None)) for each in fields(value)]
        return name + fingerprint(parts)
    if hasattr(value, "__dict__"):
        return name + fingerprint({k: v for k, v in vars(value).items() if not k.startswith("__")})
    said = repr(value)
    if " at 0x" in said:
        raise TypeError(f"{name} has no value that could be told")
    return name + said


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _versions() -> tuple[str, ...]:
    """What draws and encodes, in which version; symgd's own files are read, for they may have been changed."""
    found = []
    for name in DRAWN_BY:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(name)
    room = Path(inspect.getfile(SymgdError)).parent
    apart = ("animations", "cli", "locale", "tutor")
    content = hashlib.sha256()
    for path in sorted(room.rglob("*.py")):
        if path.relative_to(room).parts[0] not in apart:
            content.update(path.read_bytes())
    return (__version__, sys.version.split()[0], content.hexdigest(), *found)


def _sources(module: str, aside: frozenset[str]) -> str:
    """A digest of a lesson's modules, without comments, and without the texts in `aside`."""
    dumped = []
    for name, source in sorted(_modules(module).items()):
        kept = tuple("" if text in aside else text for text in source.texts)
        dumped.append(f"{name} {source.code} {kept}")
    return _digest(*dumped)


@dataclass(frozen=True)
class _Module:
    """A module's source: its code without texts, these, and the names that it imports."""

    code: str
    texts: tuple[str, ...]
    imported: tuple[str, ...]


@lru_cache(maxsize=1000)
def _read(source: str, name: str) -> _Module:
    """A module, read once: the lessons of a course share most of theirs."""
    tree, texts = ast.parse(source), list[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
            node.value = ""
    return _Module(ast.dump(tree), tuple(texts), tuple(_imported(tree, name)))


def _modules(module: str) -> Mapping[str, _Module]:
    """The module, what draws it, and all that these import of the films, whatever the room, or of its own package."""
    found: dict[str, _Module] = {}
    waiting = [module, *_DRAWING]
    own = (_FILMS, _FILMS if module.startswith("symgd.") else module.partition(".")[0])
    while waiting:
        name = waiting.pop()
        if name not in found and (source := _source(name)) is not None:
            found[name] = _read(source, name)
            waiting += [each for each in found[name].imported if each.startswith(own)]
    if module not in found:
        raise OSError(f"{module} has no source")
    return found


def _source(name: str) -> str | None:
    try:
        loaded = sys.modules.get(name)
        spec = importlib.util.find_spec(name) if loaded is None else None
        path = getattr(loaded, "__file__", None) or (None if spec is None else spec.origin)
        return None if path is None else Path(path).read_text("utf-8")
    except (OSError, ImportError, ValueError):
        return None


def _imported(tree: ast.Module, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = name.rsplit(".", node.level)[0] if node.level else ""
            whole = ".".join(filter(None, (base, node.module or "")))
            yield whole
            yield from (f"{whole}.{alias.name}" for alias in node.names)


def _catalogue(words: Any, aside: frozenset[str]) -> str:
    """What is said in the film's language, without what only captions say."""
    entries = getattr(words.catalogue, "_catalog", {})
    kept = {repr(key): text for key, text in entries.items() if _message(key) not in aside}
    return fingerprint((words.language, kept))


def _message(key: object) -> str:
    """The English text of a catalogue's key, which has a context before it or a number behind it."""
    text = key[0] if isinstance(key, tuple) else key
    return str(text).rpartition("\x04")[2]
