"""Writes what the examples of a page print into the page: ``python tests/fill_pages.py docs/lessons/000.md``.

Read what it wrote before committing it: the tests compare with it from then on.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import sys
import traceback
from pathlib import Path


def filled(text: str) -> str:
    """`text` with the output of each of its examples under it."""
    names: dict[str, object] = {}
    parts: list[str] = []
    for piece in doctest.DocTestParser().parse(text):
        if isinstance(piece, str):
            parts.append(piece)
            continue
        lines = piece.source.splitlines()
        parts += [
            f"{'>>>' if not number else '...'} {line}".rstrip() + "\n"
            for number, line in enumerate(lines)
        ]
        parts.append(_printed(piece.source, names))
    return "".join(parts)


def _printed(source: str, names: dict[str, object]) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            exec(compile(source, "page", "single"), names)
        except Exception:
            print("Traceback (most recent call last):\n    ...")
            print(traceback.format_exc().splitlines()[-1])
    rows = output.getvalue().splitlines()
    return "".join(f"{row.rstrip() or '<BLANKLINE>'}\n" for row in rows)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
