"""Names that a function takes out of a sequence and never reads, marked as such."""

from __future__ import annotations

import ast
from collections.abc import Iterator


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
    tree = ast.parse(code)
    inner = {f for whole in _functions(tree) for f in _functions(whole) if f is not whole}
    for function in _functions(tree):
        if function in inner:
            continue
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        known = {node.id for node in names}
        read = {node.id for node in names if not isinstance(node.ctx, ast.Store)}
        read |= {*_added_to(function)}
        found = [n for n in _taken(function) if n.id not in read and n.id[0] != "_"]
        for name in sorted(found, key=lambda n: (n.lineno, -n.col_offset)):
            line, start = lines[name.lineno - 1], name.col_offset
            marked = f"_{name.id}" if f"_{name.id}" not in known else "_"
            rest = line[name.end_col_offset or start :]
            lines[name.lineno - 1] = line[:start] + marked.encode() + rest
    return b"\n".join(lines).decode()


def _added_to(function: ast.AST) -> Iterator[str]:
    """The names that are written with what they held before."""
    for node in ast.walk(function):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _taken(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """The names on the left of `a, b = ...`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            yield from (
                n
                for n in ast.walk(node.targets[0])
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )
