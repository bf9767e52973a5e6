"""Embedding: the text of our own modules in a generated one, of each no more than is used there.

Laws
----
- what is embedded is word for word what symgd itself runs; it is left out or taken whole: a definition, or a method
- kept is what the generated module's own code names, and what that needs in turn
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

from symgd.codegen.summary import triangle
from symgd.codegen.walk import arrival, backtracking, bowl, differences, kinks, strides, walk

FROM_HERE = "# From here on, generated modules have this text.\n"
# Modules whose text generated ones have: all, those with a data summary, those of a quadratic, the others, those of costs with kinks, and those whose steps are few numbers.
WALK, SUMMARY, QUADRATIC = (arrival, strides, walk), (triangle,), (bowl,)
OTHER, KINKED = (differences, backtracking), (kinks,)
# What a generated module may import, by the name that it has there.
IMPORTS = {
    name: module
    for module, names in {
        "array": ("array",),
        "collections.abc": ("Callable", "Mapping", "Sequence"),
        "functools": ("partial",),
        "typing": ("Any", "NamedTuple", "TypeAlias"),
        "numpy.typing": ("ArrayLike", "NDArray"),
    }.items()
    for name in names
}
WHOLE = ("argparse", "csv", "math", "numbers", "sys")  # modules that it may import as they are
_DEFINITION = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class _Part:
    """A definition or a method: its lines, what it is called, and the names and attributes that it needs."""

    lines: tuple[str, ...]
    names: frozenset[str]
    uses: frozenset[str]
    method: bool = False
    last: bool = False  # of its class


def embedded(modules: Iterable[ModuleType], own: str) -> str:
    """The text of what the code in `own` needs of some modules.

    Examples
    --------
    >>> from symgd.codegen import triangle
    >>> print(embedded([triangle], "most = BLOCK"), end="")
    BLOCK = 9984  # rows that stay in the cache; a longer dot product would start threads
    """
    blocks = [block for module in modules for block in _blocks(module)]
    needed = set(_uses(ast.parse(own)))
    kept: set[int] = set()
    while True:
        new = [
            (place, part)
            for place, part in enumerate(part for block in blocks for part in block)
            if place not in kept and part.names & needed
        ]
        if not new:
            break
        kept |= {place for place, _ in new}
        needed |= {name for _, part in new for name in part.uses}
    texts, place = [], 0
    for block in blocks:
        chosen = [part for number, part in enumerate(block, place) if number in kept]
        place += len(block)
        if chosen and chosen[0] is block[0]:
            texts.append("\n\n".join("\n".join(part.lines) for part in chosen))
    return _spaced(texts)


def imports_for(code: str) -> str:
    """The lines that import what `code` uses, in the order in which a formatter has them."""
    used = set(_uses(ast.parse(code)))
    members: dict[str, list[str]] = {}
    for name, module in IMPORTS.items():
        if name in used:
            members.setdefault(module, []).append(name)
    lines = [f"import {name}" for name in WHOLE if name in used]
    given = [f"from {module} import {', '.join(names)}" for module, names in members.items()]
    own = [line for line in given if not line.startswith("from numpy")]
    others = ["import numpy as np", *(line for line in given if line.startswith("from numpy"))]
    return "\n".join([*lines, *own, "", *others]) + "\n"


def _blocks(module: ModuleType) -> Iterator[list[_Part]]:
    """The definitions under a module's mark; of a class its head and its methods."""
    text = inspect.getsource(module).split(FROM_HERE, 1)[1]
    lines, tree, start = text.split("\n"), ast.parse(text), 0
    for node in tree.body:
        end = node.end_lineno or 0
        if isinstance(node, ast.ClassDef):
            yield _class_parts(node, lines, start, end)
        else:
            names = [node.name] if isinstance(node, _DEFINITION) else _targets(node)
            uses = frozenset(_uses(node))
            yield [_Part(_trimmed(lines[start:end]), frozenset(names), uses)]
        start = end


def _class_parts(node: ast.ClassDef, lines: Sequence[str], start: int, end: int) -> list[_Part]:
    """A class without its methods, which it always has, and each method; those of Python's own names stay in the first."""
    first = [part for part in node.body if not _is_method(part)]
    head = (first[-1].end_lineno or 0) if first else node.lineno
    uses = {name for part in (*node.bases, *first) for name in _uses(part)}
    parts = [_Part(_trimmed(lines[start:head]), frozenset({node.name}), frozenset(uses))]
    for method in filter(_is_method, node.body):
        assert isinstance(method, ast.FunctionDef)
        rows = _trimmed(lines[head : method.end_lineno])
        name = node.name if method.name.startswith("__") else method.name
        parts.append(_Part(rows, frozenset({name}), frozenset(_uses(method)), method=True))
        head = method.end_lineno or end
    return parts


def _is_method(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef)


def _targets(node: ast.stmt) -> list[str]:
    """The names that an assignment gives."""
    return [
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]


def _uses(node: ast.AST) -> Iterator[str]:
    """The names that some code reads, and the attributes."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without the empty ones around them."""
    rows = [*lines]
    while rows and not rows[0].strip():
        rows.pop(0)
    while rows and not rows[-1].strip():
        rows.pop()
    return tuple(rows)


def _spaced(texts: Sequence[str]) -> str:
    """Definitions two lines apart, short assignments one below the other."""
    rows, before = [""], True
    for text in texts:
        code = next(row for row in text.split("\n") if not row.startswith("#"))
        short = not code.startswith(("def ", "class ", "@"))
        rows += ["" if rows == [""] else "\n" if short and before else "\n\n\n", text]
        before = short
    return "".join(rows) + "\n"
