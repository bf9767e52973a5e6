"""The rooms of symgd as a picture, docs/images/rooms.svg: floors as tests/test_architecture.py has them.

``python tests/rooms.py`` draws it anew; what a room is for is the first line of its own docstring.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from test_architecture import FLOORS, MODULES, ROOT

PICTURE = ROOT / "docs" / "images" / "rooms.svg"
WIDTH, GAP, LEFT, TOP = 980, 10, 66, 16
CHARACTER = 7.2  # how wide a letter of a sentence is at most, in most fonts
INK, FAINT, GROUND, LINE = "#1F2933", "#52606D", "#F5F7FA", "#9AA5B1"
# Two loose files are no rooms: the package's own face, and `python -m symgd`.
SHOWN = [
    tuple(room for room in floor if room.count(".") and room != "symgd.__main__")
    for floor in FLOORS
]


def purpose(room: str) -> str:
    """What a room is for, in one sentence."""
    path: Path = MODULES[room]
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0].replace("`", "")


def name_of(room: str) -> str:
    """A room as it stands in the project: a folder with its stroke, or a file."""
    short = room.removeprefix("symgd.")
    return f"{short}/" if MODULES[room].name == "__init__.py" else f"{short}.py"


def _width(floor: Sequence[str]) -> float:
    return (WIDTH - LEFT - 20 - GAP * (len(floor) - 1)) / len(floor)


def _rows(room: str, width: float) -> list[str]:
    """A room's sentence, broken to fit its box."""
    return textwrap.wrap(purpose(room), int((width - 28) / CHARACTER))


def _height(floor: Sequence[str]) -> int:
    return 36 + 18 * max(len(_rows(room, _width(floor))) for room in floor)


def drawing() -> str:
    """The whole picture, the highest floor first."""
    floors = [(number, floor) for number, floor in enumerate(SHOWN, start=1) if floor]
    height = 2 * TOP + sum(_height(floor) + GAP for _, floor in floors) - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif">',
        "<title>The rooms of symgd, on their floors: each imports only from the floors below it</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#FFFFFF"/>',
        f'<path d="M 20 {TOP} V {height - TOP} m -6 -10 l 6 10 l 6 -10" fill="none" stroke="{LINE}" '
        'stroke-width="1.5"/>',
    ]
    top = TOP
    for number, floor in reversed(floors):
        middle = top + _height(floor) / 2 + 6
        parts.append(
            f'<text x="{LEFT - 16}" y="{middle}" font-size="17" fill="{FAINT}" '
            f'text-anchor="end">{number}</text>'
        )
        parts += _floor(floor, top)
        top += _height(floor) + GAP
    return "\n".join((*parts, "</svg>", ""))


def _floor(floor: Sequence[str], top: int) -> Iterator[str]:
    width = _width(floor)
    for place, room in enumerate(floor):
        left = LEFT + place * (width + GAP)
        yield (
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_height(floor)}" rx="6" '
            f'fill="{GROUND}" stroke="{LINE}"/>'
        )
        yield (
            f'<text x="{left + 14:.1f}" y="{top + 24}" font-size="16" font-weight="600" '
            f'fill="{INK}">{escape(name_of(room))}</text>'
        )
        for number, row in enumerate(_rows(room, width)):
            yield (
                f'<text x="{left + 14:.1f}" y="{top + 44 + 18 * number}" font-size="13" '
                f'fill="{FAINT}">{escape(row)}</text>'
            )


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
