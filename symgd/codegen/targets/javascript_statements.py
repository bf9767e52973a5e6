"""Statements of JavaScript, in lines that fit."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from symgd.codegen.expressions.context import Statements
from symgd.codegen.expressions.layout import WIDTH
from symgd.codegen.targets.over_matrix import runs
from symgd.terms import Term


def constants(lines: Statements, name: str, term: Term, word: str = "const ") -> list[str]:
    """The statements of ``const name = term;``, and before it those of its long parts."""
    there = len(lines.lines)
    lines.assign(name, term)
    *before, last = _rows(lines.lines[there:])
    return [*(f"const {row}" for row in before), f"{word}{last}"]


def _rows(lines: Sequence[str]) -> list[str]:
    """Python's assignments as JavaScript's, each in one string."""
    found: list[str] = []
    for line in lines:
        if line.startswith((" ", ")")):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return [f"{row};" for row in found]


def indented(rows: Sequence[str], spaces: int) -> str:
    return textwrap.indent("\n".join(rows), " " * spaces)


def indented_rows(rows: Sequence[str]) -> list[str]:
    return [indented([row], 2) for row in rows]


def list_row(before: str, items: Sequence[str], after: str, indent: int = 2) -> str:
    """A list in brackets on a line, or in rows where it is long, which are indented later."""
    line = f"{before}[{', '.join(items)}]{after}"
    if len(line) <= WIDTH - indent:
        return line
    rows = textwrap.wrap(", ".join(items), WIDTH - 3 - indent, break_long_words=False)
    return "\n".join([f"{before}[", *(f"  {row}" for row in rows), f"]{after}"])


def names_row(name: str, names: Sequence[str]) -> str:
    """The statement of a list of names as strings, in which nothing but ASCII stands."""
    exported = "export "  # which stands in front of some
    return list_row(f"{exported}const {name} = ", [*map(json.dumps, names)], ";").removeprefix(
        exported
    )


def key_of(name: str) -> str:
    """A column in the example of use."""
    return name if name.isascii() and name.isidentifier() else json.dumps(name)


def block_comment(body: str) -> str:
    """Text as a comment, which nothing in it ends."""
    rows = []
    for line in body.rstrip("\n").split("\n"):
        shown = "".join(character if character.isprintable() else " " for character in line)
        indent = len(shown) - len(shown.lstrip())
        safe = shown.replace("*/", "* /")
        rows += textwrap.wrap(
            safe, WIDTH - 3, subsequent_indent=" " * (indent + 2), break_long_words=False
        ) or [""]
    return "\n".join(["/**", *(f" * {row}".rstrip() for row in rows), " */"])


def places(wanted: Sequence[int]) -> str:
    """Whole numbers as the shortest text of their array.

    Examples
    --------
    >>> places([3, 4, 5]), places([20, 0, 1, 2])
    ('from(3, 3)', '[20, ...from(0, 3)]')
    """
    found = runs(wanted)
    if len(found) == 1 and found[0][1] - found[0][0] > 1:
        return f"from({found[0][0]}, {found[0][1] - found[0][0]})"
    each = [str(a) if b - a == 1 else f"...from({a}, {b - a})" for a, b in found]
    return f"[{', '.join(each)}]"
