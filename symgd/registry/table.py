"""Tables as a terminal and as a notebook show them."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

CELL = 'style="text-align: left"'


def as_html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table; its cells are words, in which nothing is markup."""
    lines = [_row("th", head)] if head else []
    return "\n".join(["<table>", *lines, *(_row("td", row) for row in rows), "</table>"])


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag} {CELL}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def as_text(rows: Sequence[Sequence[str]], *, width: int | None = None, right: bool = False) -> str:
    """Rows in columns of even width, two spaces apart; all but the first to the `right`, where that is said.

    Columns that go beyond a `width` stand below the others, with the first column beside them again.

    Examples
    --------
    >>> print(as_text([("name", "size"), ("a", "10"), ("b", "2")], right=True))
    name  size
    a       10
    b        2
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str], shown: Sequence[int]) -> str:
        cells = (f"{row[n]:{'>' if right and n else '<'}{widths[n]}}" for n in shown)
        return "  ".join(cells).rstrip()

    blocks = ("\n".join(line(row, shown) for row in rows) for shown in _within(widths, width))
    return "\n\n".join(blocks)


def _within(widths: Sequence[int], width: int | None) -> list[list[int]]:
    """The columns that stand beside each other, the first in every block."""
    found, used = [[0]], widths[0]
    for number, needed in enumerate(widths[1:], start=1):
        if width is not None and len(found[-1]) > 1 and used + 2 + needed > width:
            found.append([0])
            used = widths[0]
        found[-1].append(number)
        used += 2 + needed
    return found


def cut(count: int, most: int, row: Callable[[int], tuple[str, ...]]) -> list[tuple[str, ...]]:
    """`count` rows of words, or the first and last of them, `most` together, and a row of dots between."""
    if count <= most:
        return [row(number) for number in range(count)]
    first = [row(number) for number in range((most + 1) // 2)]
    last = [row(number) for number in range(count - most // 2, count)]
    dots = [("⋮",) * len(first[0])] if last else []
    return [*first, *dots, *last]
