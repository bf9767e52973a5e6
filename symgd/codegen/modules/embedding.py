"""Embedding: the text of our own modules in a generated one, of each no more than is used there.

Laws
----
- what is embedded is word for word what symgd itself runs; it is left out or taken whole: a definition, a method, or a field
  that has a default
- kept is what the generated module's own code names, and what that needs in turn; a name that a function gives itself is
  none of the module's
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from types import ModuleType

from symgd.codegen.summary import products, triangle
from symgd.codegen.walk import (
    arrival,
    backtracking,
    bowl,
    differences,
    kinks,
    quadratic,
    steadiness,
    strides,
    trial,
    walk,
)

FROM_HERE = "# From here on, generated modules have this text.\n"
# Modules whose text generated ones have: all, those with a data summary, those of a quadratic, the others, those of costs with kinks, and those whose steps are few numbers.
WALK, SUMMARY, QUADRATIC = (arrival, strides, walk), (triangle, products), (bowl, quadratic)
OTHER, KINKED = (differences, backtracking), (kinks,)
FINDING = (trial, steadiness)  # of those that find an optimizer's rate
WORDS = "The walk: steps, and when they have arrived, by the laws by which symgd itself descends"
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
class Needs:
    """What some code needs of what is defined elsewhere: names, and attributes of whatever has them."""

    names: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        return Needs(self.names | other.names, self.attributes | other.attributes)


@dataclass(frozen=True)
class _Part:
    """A definition, or a method or field of a class: its lines, what it is called, and what it needs."""

    lines: tuple[str, ...]
    names: frozenset[str]
    needs: Needs
    member: bool = False  # of a class, to be asked for as an attribute
    close: bool = False  # to what stands above it

    def is_needed(self, needs: Needs) -> bool:
        """Whether some code asks for it."""
        return bool(self.names & (needs.attributes if self.member else needs.names))


def embedded(modules: Iterable[ModuleType], own: str) -> str:
    """The text of what the code in `own` needs of some modules.

    Examples
    --------
    >>> from symgd.codegen.summary import triangle
    >>> print(embedded([triangle], "most = BLOCK"), end="")
    BLOCK = 9984  # rows that stay in the cache; a longer dot product would start threads
    """
    return needed((inspect.getsource(m).split(FROM_HERE, 1)[1] for m in modules), own)


def needed(texts: Iterable[str], own: str) -> str:
    r"""Of some texts, what the code in `own` needs.

    Examples
    --------
    >>> print(needed(["A = 1\nB = 2\nC = A\n"], "print(C)"), end="")
    A = 1
    C = A
    """
    blocks = [block for text in texts for block in _blocks(text)]
    needs, kept = needs_of(ast.parse(own)), set[int]()
    parts = {id(part): part for block in blocks for part in block}
    heads = {id(part): id(block[0]) for block in blocks for part in block}
    while True:
        new = [
            number
            for number, part in parts.items()
            if number not in kept
            and part.is_needed(needs)
            and heads[number] in {number, *kept}  # what a class has is asked for where it is itself
        ]
        if not new:
            break
        kept |= {*new}
        needs = reduce(or_, (parts[number].needs for number in new), needs)
    chosen = ([part for part in block if id(part) in kept] for block in blocks)
    return _spaced([_joined(few) for few in chosen if few])


def _joined(parts: Sequence[_Part]) -> str:
    """A class with those of its fields and methods that are kept."""
    gaps = ("\n" if part.close else "\n\n" for part in parts[1:])
    rest = (f"{gap}{chr(10).join(part.lines)}" for gap, part in zip(gaps, parts[1:], strict=True))
    return "\n".join(parts[0].lines) + "".join(rest)


def imports_for(code: str) -> str:
    """The lines that import what `code` uses, in the order in which a formatter has them."""
    needs = needs_of(ast.parse(code))
    used = needs.names
    members: dict[str, list[str]] = {}
    for name, module in IMPORTS.items():
        if name in used:
            members.setdefault(module, []).append(name)
    lines = [f"import {name}" for name in WHOLE if name in used]
    given = [f"from {module} import {', '.join(names)}" for module, names in members.items()]
    own = [line for line in given if not line.startswith("from numpy")]
    others = ["import numpy as np", *(line for line in given if line.startswith("from numpy"))]
    return "\n".join([*lines, *own, "", *others]) + "\n"


@lru_cache(maxsize=64)
def _blocks(text: str) -> tuple[list[_Part], ...]:
    """The definitions of a text; of a class its head, its fields and its methods."""
    return tuple(_read_blocks(text))


def _read_blocks(text: str) -> Iterator[list[_Part]]:
    lines, tree, start = text.split("\n"), ast.parse(text), 0
    for node in tree.body:
        end = node.end_lineno or 0
        if isinstance(node, ast.ClassDef):
            yield _class_parts(node, lines, start, end)
        else:
            names = [node.name] if isinstance(node, _DEFINITION) else _targets(node)
            yield [_Part(_trimmed(lines[start:end]), frozenset(names), needs_of(node))]
        start = end


def _class_parts(node: ast.ClassDef, lines: Sequence[str], start: int, end: int) -> list[_Part]:
    """A class with what it always has, its fields that have a default, and each method; those of Python's own names stay in the first."""
    members = [part for part in node.body if _is_method(part) or _is_field(part)]
    first = [part for part in node.body if part not in members]
    head = (first[-1].end_lineno or 0) if first else node.lineno
    needs = reduce(or_, map(needs_of, (*node.bases, *first)), Needs())
    parts = [_Part(_trimmed(lines[start:head]), frozenset({node.name}), needs)]
    for member in members:
        rows = _trimmed(lines[head : member.end_lineno])
        name = member.name if isinstance(member, ast.FunctionDef) else _targets(member)[0]
        own, close = name.startswith("__"), bool(lines[head].strip())
        names = frozenset({node.name if own else name})
        parts.append(_Part(rows, names, needs_of(member), not own, close))
        head = member.end_lineno or end
    return parts


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is not None


def _is_method(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef)


def _targets(node: ast.stmt) -> list[str]:
    """The names that an assignment gives."""
    return [
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]


def needs_of(node: ast.AST) -> Needs:
    """What some code needs of what is defined elsewhere.

    Examples
    --------
    >>> sorted(needs_of(ast.parse("def f(x: Row): y = x.size + g(far=1)")).names)
    ['Row', 'g']
    """
    attributes = set[str]()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            attributes.add(part.attr)
        elif isinstance(part, ast.keyword) and part.arg:
            attributes.add(part.arg)
    return Needs(frozenset(_read(node)), frozenset(attributes))


def _read(node: ast.AST) -> Iterator[str]:
    """The names that some code reads, but for those that a function gives itself."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            yield node.id
        return
    inner = chain.from_iterable(map(_read, ast.iter_child_nodes(node)))
    if not isinstance(node, ast.FunctionDef | ast.Lambda):
        yield from inner
        return
    given = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
    hidden = given.union(_given(node))
    yield from (name for name in inner if name not in hidden)


def _given(function: ast.AST) -> Iterator[str]:
    """The names that a function gives by assignment, or by a function in it."""
    for part in ast.iter_child_nodes(function):
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            yield from [part.name] if isinstance(part, ast.FunctionDef) else []
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        yield from _given(part)


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
