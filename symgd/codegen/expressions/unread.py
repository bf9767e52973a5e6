"""Names that a function takes out of a sequence and never reads, marked as such."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache


@lru_cache(maxsize=256)  # the walk and much else are the same in most modules
def unread(code: str) -> str:
    r"""`code` with an underscore before each such name.

    Examples
    --------
    >>> print(unread("def slope(point):\n    a, b = point\n    return a"))
    def slope(point):
        a, _b = point
        return a
    """
    lines = [line.encode() for line in code.split("\n")]
    for function in _outermost(ast.parse(code)):
        parts = [*_parts(function)]
        names = [part for part in parts if isinstance(part, ast.Name)]
        known = {node.id for node in names}
        read = {node.id for node in names if not isinstance(node.ctx, ast.Store)}
        read |= {*_added_to(parts)}
        found = [n for n in _taken(parts) if n.id not in read and n.id[0] != "_"]
        for name in sorted(found, key=lambda n: (n.lineno, -n.col_offset)):
            line, start = lines[name.lineno - 1], name.col_offset
            marked = f"_{name.id}" if f"_{name.id}" not in known else "_"
            rest = line[name.end_col_offset or start :]
            lines[name.lineno - 1] = line[:start] + marked.encode() + rest
    return b"\n".join(lines).decode()


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes right below one, but for those that say only whether a name is read: a module has thousands."""
    for field in node._fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, ast.AST) and part._fields:
                yield part


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, each once, in whatever order."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        for field in part._fields:
            value = getattr(part, field, None)
            if isinstance(value, list):
                waiting += [each for each in value if isinstance(each, ast.AST) and each._fields]
            elif isinstance(value, ast.AST) and value._fields:
                waiting.append(value)


def _outermost(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """The functions that are in no other."""
    for part in _inside(node):
        if isinstance(part, ast.FunctionDef):
            yield part
        else:
            yield from _outermost(part)


def _added_to(parts: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are written with what they held before."""
    for node in parts:
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _taken(parts: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """The names on the left of `a, b = ...`."""
    for node in parts:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            yield from (
                n
                for n in _parts(node.targets[0])
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )
