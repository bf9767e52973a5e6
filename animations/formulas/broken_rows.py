"""A formula's glyphs in several rows, where one would be too long: they keep their owners, so that parts still move.

Laws
----
- a row begins with a sign, or with a factor; nothing that has two dimensions is broken, a fraction, or what is raised
- a sum that has an exponent is broken inside its parentheses
- the first row stays where it is
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from symgd.terms import BigSum, Equation, Negative, Partial, Path, Power, Product, Sum, Term

ROW_GAP = 0.16
INDENT = 0.5  # of the rows that go on
FULL = 0.45  # a row is filled at least so far, rather than broken at a better place
UPRIGHT = 2.0  # a parenthesis is so much higher than wide
FLAT = Equation | Sum | Product | Negative | BigSum | Partial


class Lettering(Protocol):
    """A formula as glyphs, of which each knows its sub-term."""

    term: Term
    width: float

    def __getitem__(self, number: int) -> Any: ...

    def __len__(self) -> int: ...

    def inside(self, path: Path) -> list[int]:
        """The numbers of all glyphs of a sub-term."""
        ...

    def get_left(self) -> Any:
        """The middle of its left side."""
        ...

    def get_right(self) -> Any:
        """The middle of its right side."""
        ...


@dataclass(frozen=True)
class RowCut:
    """Where a row may end: before the glyph of this number; the deeper, the worse."""

    glyph: int
    left: float
    depth: int


def break_rows(formula: Lettering, width: float) -> None:
    """Move the glyphs that are too far right into rows below."""
    if formula.width <= width:
        return
    cuts = sorted(_cuts(formula, formula.term, ()), key=lambda cut: cut.left)
    start, first = float(formula.get_left()[0]), float(formula.get_left()[0])
    rows, room = [0.0], width
    while float(formula.get_right()[0]) - start > room:
        fitting = [cut for cut in cuts if start < cut.left <= start + room]
        fitting = fitting or [cut for cut in cuts if cut.left > start][:1]
        if not fitting:
            break
        full = [cut for cut in fitting if cut.left >= start + FULL * room]
        best = min(full or fitting[-1:], key=lambda cut: (cut.depth, -cut.left))
        rows.append(best.left)
        start, room = best.left, width - INDENT
    _stack(formula, [*rows, float("inf")], first)


def _stack(formula: Lettering, edges: list[float], first: float) -> None:
    """The glyphs between the edges, row below row."""
    lefts = [float(glyph.points[:, 0].min()) for glyph in (formula[n] for n in range(len(formula)))]
    bottom = None
    for low, high in pairwise([edges[0] - 1e9, *edges[1:]]):
        row = [n for n, left in enumerate(lefts) if low - 1e-6 <= left < high - 1e-6]
        if not row:
            continue
        top = max(float(formula[n].points[:, 1].max()) for n in row)
        if bottom is not None:
            shift = [first + INDENT - low, bottom - ROW_GAP - top, 0.0]
            for n in row:
                formula[n].shift(shift)
        bottom = min(float(formula[n].points[:, 1].min()) for n in row)


def _cuts(formula: Lettering, term: Term, path: Path) -> Iterator[RowCut]:
    """Places between the children of what is set in one line."""
    if isinstance(term, Power) and isinstance(term.base, Sum):
        yield from _cuts(formula, term.base, (*path, 0))
    if not isinstance(term, FLAT):
        return
    for number, child in enumerate(term.children):
        yield from _cuts(formula, child, (*path, number))
    if not isinstance(term, Equation | Sum | Product):
        return
    for number, (before, _) in enumerate(pairwise(term.children)):
        if not (isinstance(before, Partial) and isinstance(term, Product)):
            yield from _between(formula, path, number)


def _between(formula: Lettering, path: Path, number: int) -> Iterator[RowCut]:
    """The place after a child and its closing parenthesis, before the sign that follows."""
    inside = formula.inside((*path, number))
    following = formula.inside((*path, number + 1))
    if not inside or not following:
        return
    index = max(inside) + 1
    while index < min(following) and _closes(formula, index):
        index += 1
    next_to_it = range(index, max(following) + 1)
    left = min(float(formula[n].points[:, 0].min()) for n in next_to_it)
    right = max(float(formula[n].points[:, 0].max()) for n in inside)
    if left > right - 0.02:
        yield RowCut(index, left, len(path))


def _closes(formula: Lettering, index: int) -> bool:
    """Whether a glyph is a closing parenthesis: upright, with its middle on the right of its ends."""
    points = formula[index].points
    low, high = points.min(axis=0), points.max(axis=0)
    upright = high[1] - low[1] > UPRIGHT * (high[0] - low[0])
    by_height = points[points[:, 1].argsort()]
    ends, third = by_height[[0, -1], 0].mean(), len(points) // 3
    return bool(upright and by_height[third:-third, 0].mean() > ends)
