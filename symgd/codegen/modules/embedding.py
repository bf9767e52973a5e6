"""Embedding: the text of our own modules in a generated one, of each no more than is used there.

Laws
----
- what is embedded is word for word what symgd itself runs; it is left out or taken whole: a definition, a method, a field
  that has a default, or a function's parameter that is given by name and else None, with what it does where it is given
- kept is what the generated module's own code names, and what that needs in turn; a name that a function gives itself is
  none of the module's
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import or_
from types import ModuleType

from symgd.codegen.evaluators import log1p_total
from symgd.codegen.expressions.layout import WIDTH
from symgd.codegen.program import exp_near
from symgd.codegen.summary import products, triangle
from symgd.codegen.walk import (
    arrival,
    backtracking,
    bowl,
    differences,
    faded,
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
OTHER, KINKED = (log1p_total, exp_near, differences, backtracking, faded), (kinks,)
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
WHOLE = (
    "argparse",
    "csv",
    "math",
    "numbers",
    "os",
    "sys",
)  # modules that it may import as they are
_DEFINITION = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Needs:
    """What some code needs of what is defined elsewhere: names, attributes of whatever has them, and what it gives by name."""

    names: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        return Needs(
            self.names | other.names,
            self.attributes | other.attributes,
            self.keywords | other.keywords,
        )


@dataclass(frozen=True)
class _Part:
    """A definition, or a method or field of a class: its lines, what it is called, and what it needs."""

    lines: tuple[str, ...]
    names: frozenset[str]
    needs: Needs
    member: bool = False  # of a class, to be asked for as an attribute
    close: bool = False  # to what stands above it
    options: tuple[str, ...] = ()  # parameters that nobody has to give

    def told(self, given: frozenset[str]) -> _Part:
        """The part, without the parameters that are not among the given ones."""
        dropped = [name for name in self.options if name not in given]
        if not dropped:
            return self
        lines, needs = _fewer("\n".join(self.lines), tuple(dropped))
        return replace(self, lines=(lines,), needs=needs, options=())

    def is_needed(self, needs: Needs) -> bool:
        """Whether some code asks for it."""
        return bool(self.names & (needs.attributes if self.member else needs.names))


def embedded(modules: Iterable[ModuleType], *own: str) -> str:
    """The text of what the pieces of code in `own` need of some modules.

    Examples
    --------
    >>> from symgd.codegen.summary import triangle
    >>> print(embedded([triangle], "most = BLOCK"), end="")
    BLOCK = 10000  # rows that stay in the cache; a longer dot product would start threads
    """
    return needed((inspect.getsource(m).split(FROM_HERE, 1)[1] for m in modules), *own)


def needed(texts: Iterable[str], *own: str) -> str:
    r"""Of some texts, what the pieces of code in `own` need.

    Examples
    --------
    >>> print(needed(["A = 1\nB = 2\nC = A\n"], "print(C)"), end="")
    A = 1
    C = A
    """
    blocks = [block for text in texts for block in _blocks(text)]
    needs, kept = reduce(or_, map(_asked, own), Needs()), set[int]()
    parts = {id(part): part for block in blocks for part in block}
    heads = {id(part): id(block[0]) for block in blocks for part in block}
    before: Needs | None = None
    while needs != before:
        before = needs
        kept |= {
            number
            for number, part in parts.items()
            if part.is_needed(needs)
            and heads[number] in {number, *kept}  # what a class has is asked for where it is itself
        }
        told = (parts[number].told(needs.keywords).needs for number in kept)
        needs = reduce(or_, told, needs)
    chosen = ([part.told(needs.keywords) for part in block if id(part) in kept] for block in blocks)
    return _spaced([_joined(few) for few in chosen if few])


def without(text: str, names: Sequence[str]) -> str:
    r"""A function without some parameters that are None where they are not given, and without the statements and the lines of its docstring that are for them.

    Examples
    --------
    >>> print(without("def f(\n    a,\n    *,\n    b=None,\n):\n    if b is not None:\n        a = b\n    return a", ["b"]))
    def f(a):
        return a
    """
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    given = [part for part in function.args.kwonlyargs if part.arg not in names]
    dropped = {part.lineno for part in function.args.kwonlyargs if part.arg in names}
    for part in ast.walk(function):
        if isinstance(part, ast.If) and _asked_for(part.test) in names:
            dropped |= {*range(part.lineno, (part.end_lineno or 0) + 1)}
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        alone = line.strip() == "*," and not given and number <= function.body[0].lineno
        if alone or any(f"`{name}`" in line for name in names):
            dropped.add(number)
    for name in names:  # nor is it passed on
        lines = [line.replace(f", {name}={name}", "") for line in lines]
    kept = "\n".join(
        _signed([line for number, line in enumerate(lines, 1) if number not in dropped])
    )
    return re.sub(r'\n\n    """\n', '"""\n', kept, count=1)  # one line is left of the docstring


def _signed(lines: list[str]) -> list[str]:
    """The lines of a function, its parameters on one where they have room there now."""
    start = next(place for place, line in enumerate(lines) if line.startswith("def "))
    end = next((place for place, line in enumerate(lines) if line.startswith(")")), start)
    inner = " ".join(line.strip() for line in lines[start + 1 : end]).removesuffix(",")
    whole = lines[start] + inner + lines[end]
    if end == start or "#" in inner or len(inner) > WIDTH - 4:
        return lines
    short = [whole] if len(whole) <= WIDTH else [lines[start], f"    {inner}", lines[end]]
    return [*lines[:start], *short, *lines[end + 1 :]]


@lru_cache(maxsize=256)
def _fewer(text: str, names: tuple[str, ...]) -> tuple[str, Needs]:
    """A function without some parameters, and what it needs then: the same for most modules."""
    lines = without(text, names)
    return lines, needs_of(ast.parse(lines))


def _asked_for(test: ast.expr) -> str | None:
    """The name that a condition asks to be given, first of all."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        test = test.values[0]
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()]):
            return name
    return None


def _options(node: ast.stmt) -> tuple[str, ...]:
    """The parameters of a function that are given by name, and else None."""
    if not isinstance(node, ast.FunctionDef):
        return ()
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return tuple(p.arg for p, d in pairs if isinstance(d, ast.Constant) and d.value is None)


def _joined(parts: Sequence[_Part]) -> str:
    """A class with those of its fields and methods that are kept."""
    gaps = ("\n" if part.close else "\n\n" for part in parts[1:])
    rest = (f"{gap}{chr(10).join(part.lines)}" for gap, part in zip(gaps, parts[1:], strict=True))
    return "\n".join(parts[0].lines) + "".join(rest)


def imports_for(*code: str) -> str:
    """The lines that import what pieces of code use, in the order in which a formatter has them."""
    used = reduce(or_, map(_asked, code), Needs()).names
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
            rows, needs = _trimmed(lines[start:end]), needs_of(node)
            yield [_Part(rows, frozenset(names), needs, options=_options(node))]
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
    if isinstance(node, ast.Name):
        return Needs(frozenset({node.id} if isinstance(node.ctx, ast.Load) else ()))
    names, attributes, keywords = set[str](), set[str](), set[str]()
    _gather(node, names, set(), attributes, keywords)
    return Needs(frozenset(names), frozenset(attributes | keywords), frozenset(keywords))


@lru_cache(maxsize=256)
def _asked(code: str) -> Needs:
    """What a piece of code needs; most pieces of a module are those of others too."""
    return needs_of(ast.parse(code))


def _gather(
    node: ast.AST, read: set[str], given: set[str], attributes: set[str], keywords: set[str]
) -> None:
    """Add the names that some code reads, but for those that a function gives itself; those that it gives; attributes."""
    if isinstance(node, ast.Attribute):
        attributes.add(node.attr)
    elif isinstance(node, ast.arg):
        given.add(node.arg)
    elif isinstance(node, ast.keyword) and node.arg:
        keywords.add(node.arg)
    elif isinstance(node, ast.FunctionDef):
        given.add(node.name)
    inside, own = read, given
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        inside, own = set(), set()
    for field in node._fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, ast.Name):  # most of all there is
                (inside if isinstance(part.ctx, ast.Load) else own).add(part.id)
            elif isinstance(part, ast.AST) and part._fields and not isinstance(part, ast.Constant):
                _gather(part, inside, own, attributes, keywords)
    if inside is not read:
        read |= inside - own


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
