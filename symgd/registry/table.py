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


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns of even width, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def cut(count: int, most: int, row: Callable[[int], tuple[str, ...]]) -> list[tuple[str, ...]]:
    """`count` rows of words, or the first and last of them, `most` together, and a row of dots between."""
    if count <= most:
        return [row(number) for number in range(count)]
    first = [row(number) for number in range((most + 1) // 2)]
    last = [row(number) for number in range(count - most // 2, count)]
    dots = [("⋮",) * len(first[0])] if last else []
    return [*first, *dots, *last]
