"""Long lines of generated code cut at their brackets, and text made safe inside docstrings and comments."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from types import ModuleType

FROM_HERE = "# From here on, generated modules have this text.\n"
WIDTH = 100


def fitted(code: str, width: int = WIDTH) -> str:
    """`code` with every line that is too long cut at its longest bracket; docstrings and comments stay as they are.

    Examples
    --------
    >>> print(fitted("def cost(first, second):", 20))
    def cost(
        first, second
    ):
    """
    lines, inside = [], False
    for line in code.split("\n"):
        quotes = line.count('"""')
        inside ^= quotes % 2 == 1
        whole = len(line) <= width or inside or quotes or line.lstrip().startswith("#")
        lines += [line] if whole else _cut(line, width)
    return "\n".join(lines)


def is_one_call(line: str, width: int) -> bool:
    """Whether a line that is too long is a call, or a name for what one answers, and fits where its bracket is cut.

    Examples
    --------
    >>> is_one_call("total = np.sum(first, second)", 20), is_one_call("f(first, second) + third", 20)
    (True, False)
    """
    start, end = _longest_bracket(line)
    if end != len(line) - 1 or not re.fullmatch(r" *(return |\w+ = )?[\w.]+", line[:start]):
        return False
    space, inner = line[: len(line) - len(line.lstrip())] + "    ", line[start + 1 : end]
    rows = [space + item + "," for item in items(inner)]
    cut = (len(row) <= width or is_one_call(row[:-1], width) for row in rows)
    return len(space + inner) <= width or all(cut)


# What joins operands, what binds least first: a long expression is cut before all that bind least.
JOINS = (r"if|else|for", "or", "and", r"[<>]=?|[!=]=", r"[-+]", r"[*/%@]|//")


def _cut(line: str, width: int) -> list[str]:
    """One line as several: in its longest bracket, or in one of its own around operands; a comment stands behind the last."""
    note = next((place for place, character, _ in scanned(line) if character == "#"), len(line))
    *rows, last = _cut_code(line[:note].rstrip(), width)
    return [*rows, last + ("  " + line[note:]) * (note < len(line))]


def _cut_code(line: str, width: int) -> list[str]:
    """The same without a comment."""
    space = line[: len(line) - len(line.lstrip())]
    stated = re.match(r" *(return|\w+ =) ", line)
    if stated is not None:
        line = stated.group() + _bare(line[stated.end() :])
    if stated is not None and _stands_open(line[stated.end() :]):
        inside = _rows(space + "    ", line[stated.end() :], width)
        return [f"{stated.group()}(", *inside, f"{space})"]
    start, end = _longest_bracket(line)
    if end - start < 2:
        return [line]
    last = brackets(line)[-1]
    if stated is not None and last[1] == len(line) - 1 and last[0] < width:
        start, end = last if len(_operands(line[stated.end() :])) == 2 else (start, end)
    inner, before = line[start + 1 : end].strip(), line[:start].rstrip()
    plain = not before or not (before[-1].isalnum() or before[-1] in "_])")
    plain = plain or before.endswith(" return")
    parts, indent = items(inner), space + "    "
    if len(indent + inner) > width or (plain and len(parts) > 1):
        comma = "," * (len(parts) > 1)
        middle = [row for item in parts for row in _rows(indent, item + comma, width)]
    else:
        middle = (
            [indent + item + "," for item in parts] if inner.endswith(",") else [indent + inner]
        )
    return [line[: start + 1], *middle, space + line[end:]]


def _rows(space: str, code: str, width: int) -> list[str]:
    """What stands within brackets, in lines that fit: cut before what joins its operands, or in a bracket."""
    if len(space + code) <= width:
        return [space + code]
    head = re.match(r"lambda \w+: ", code)
    if head is not None:
        body = code[head.end() :].removesuffix(",")
        inside = _rows(space + "    ", body, width)
        return [f"{space}{head.group()}(", *inside, f"{space}){',' * code.endswith(',')}"]
    parts = _operands(code)
    if len(parts) > 1:
        return [row for part in parts for row in _rows(space, part, width)]
    return _cut(space + code, width)


def _bare(code: str) -> str:
    """`code` without a bracket around all of it that is no tuple's."""
    whole = code[0] == "(" and brackets(code) == [(0, len(code) - 1)]
    inner = code[1:-1]
    alone = whole and len(items(inner)) == 1 and inner[-1] != "," and " for " not in inner
    return inner if alone else code


def _stands_open(code: str) -> bool:
    """Whether several operands need a bracket around them, as the last is none by itself."""
    parts = _operands(code)
    return len(parts) > 2 or (len(parts) == 2 and code[0] != "(" and code[-1] not in ")]")


def _operands(code: str) -> list[str]:
    """The parts that what binds least joins, each behind what joins it to those before."""
    places = [place for place, character, depth in scanned(code) if (character, depth) == (" ", 0)]
    for join in JOINS:
        cuts = [place for place in places if place and re.match(rf" ({join}) ", code[place:])]
        if cuts:
            pairs = zip([-1, *cuts], [*cuts, len(code)], strict=True)
            return [code[one + 1 : other] for one, other in pairs]
    return [code]


def _longest_bracket(line: str) -> tuple[int, int]:
    """The positions of the outermost bracket that holds most; (0, 0) where there is none."""
    return max([(0, 0), *brackets(line)], key=lambda pair: pair[1] - pair[0])


def brackets(line: str) -> list[tuple[int, int]]:
    """Where each outermost bracket begins and ends."""
    found, start = [], -1
    for position, character, depth in scanned(line):
        if depth == 0 and character in "([{":
            start = position
        elif depth == 0 and character in ")]}" and start >= 0:
            found.append((start, position))
            start = -1
    return found


def items(inner: str) -> list[str]:
    """What stands between the commas outside all brackets and quotes."""
    found = scanned(inner)
    commas = [position for position, character, depth in found if (character, depth) == (",", 0)]
    pairs = zip([-1, *commas], [*commas, len(inner)], strict=True)
    return [item for a, b in pairs if (item := inner[a + 1 : b].strip())]


def scanned(code: str) -> Iterator[tuple[int, str, int]]:
    """The characters outside quotes, each with its position and how many brackets hold it."""
    depth, quote = 0, ""
    for position, character in enumerate(code):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth = max(0, depth - (character in ")]}"))
            yield position, character, depth
            depth += character in "([{"


def docstring(body: str, width: int = WIDTH) -> str:
    """`body` as it may stand between triple double quotes, in lines that fit."""
    lines, last = [], 0
    for number, line in enumerate(body.split("\n")):
        room = width if number else width - 3  # the opening quotes stand before the first line
        shown = "".join(character if character.isprintable() else " " for character in line)
        safe = shown.replace("\\", "\\\\").replace('"""', r"\"\"\"")
        indent = len(safe) - len(safe.lstrip())
        cut = safe.rfind("   [")
        formula, reason = safe[: max(cut, 0)].rstrip(), safe[cut:].strip()
        rows = [(safe, indent)]
        if cut >= 0 and (len(safe) > room or not formula):
            # a reason without room beside its line, and one that has a line already, stands below
            column = indent if formula else last
            rows = [(formula, indent)] if formula else []
            rows.append((" " * (column + 4) + reason, column + 3))
        last = indent if formula or cut < 0 else last
        for row, column in rows:
            lines += textwrap.wrap(
                row,
                room,
                subsequent_indent=" " * (column + 2),
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
    return "\n".join(lines)


def comment(body: str, width: int = WIDTH) -> str:
    """`body` as comment lines."""
    words = " ".join(body.split())
    return "\n".join(textwrap.wrap(words, width, initial_indent="# ", subsequent_indent="# "))


def embedded(module: ModuleType) -> str:
    """The text of a module of ours from its mark on, as generated modules have it."""
    return inspect.getsource(module).split(FROM_HERE, 1)[1].strip("\n") + "\n"


def listed(title: str, rows: Iterable[str]) -> str:
    """Rows under their title, in a docstring."""
    return "\n".join([title, *(f"    {row}" for row in rows)])


def headed(title: str, text: str) -> str:
    """A part of a generated module under its title."""
    return f"# {'-' * 96}\n# {title}.\n\n\n{text}"
