"""The costs that stand in lines of equal cost: each in a gap of its own line, where nothing else runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import MOST_DIGITS, numeral, rounded
from symgd.animations.staging.layout import Zone
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray

Pieces: TypeAlias = list[tuple[FloatArray, FloatArray]]

EM, DIGITS = 0.26, 3
ROOM = 0.06  # round a label
CLEAR = 1.3  # times its half size: the nearest that anything may be to its middle
TRIED = 60  # places on a line
TOLD = 0.05  # of the way to the next level, for what rounding may change


@dataclass(frozen=True)
class LevelLine:
    """A line with its gap, and its label; None where there was no room for one."""

    pieces: Pieces
    label: Formula | None


def labelled(
    stage: Stage, box: Zone, levels: Sequence[float], lines: Sequence[Pieces], taken: Pieces
) -> list[LevelLine]:
    """Lines with their labels, which stand clear of all other lines, of what is `taken`, and of one another."""
    found, boxes = [], list[FloatArray]()
    points = [_points(pieces) for pieces in (*lines, taken)]
    for number, (level, line) in enumerate(zip(levels, lines, strict=True)):
        label = stage.formula(numeral(level, _digits(level, levels)), em=EM).set_fill(
            stage.palette.error
        )
        half = np.array([label.width / 2 + ROOM, label.height / 2 + ROOM])
        others = np.concatenate([*points[:number], *points[number + 1 :]])
        place = _place(points[number], half, box, others, boxes)
        if place is None:
            found.append(LevelLine(line, None))
            continue
        boxes.append(np.array([place, half]))
        label.move_to((*place, 0.0))
        kept = [piece for piece in _short(line) if not _meets(piece, place, half)]
        found.append(LevelLine(kept, label))
    return found


def _digits(level: float, levels: Sequence[float]) -> int:
    """How many digits tell a level from the next ones."""
    gap = min((abs(level - other) for other in levels if other != level), default=abs(level))
    digits = range(DIGITS, MOST_DIGITS + 1)
    return next((n for n in digits if abs(float(rounded(level, n)) - level) <= TOLD * gap), DIGITS)


def _points(pieces: Pieces) -> FloatArray:
    """Points on pieces, close to one another."""
    if not pieces:
        return np.empty((0, 2))
    starts, ends = (np.array([piece[n][:2] for piece in pieces]) for n in (0, 1))
    counts = np.ceil(np.linalg.norm(ends - starts, axis=1) / ROOM).astype(int) + 1
    owner = np.repeat(np.arange(len(pieces)), counts)
    last = np.cumsum(counts) - 1
    place = np.arange(len(owner)) - (last - counts + 1)[owner]
    part = place * (1 / np.maximum(counts - 1, 1))[owner]
    part[last[counts > 1]] = 1.0
    found: FloatArray = starts[owner] * (1 - part[:, None]) + ends[owner] * part[:, None]
    return found


def _short(pieces: Pieces) -> Pieces:
    """The same line in pieces that are shorter than a gap."""
    found: Pieces = []
    for start, end in pieces:
        count = int(np.linalg.norm(end - start) / (2 * ROOM)) + 1
        stops = [start + (end - start) * part for part in np.linspace(0, 1, count + 1)]
        found += pairwise(stops)
    return found


def _place(
    points: FloatArray, half: FloatArray, box: Zone, others: FloatArray, boxes: Sequence[FloatArray]
) -> FloatArray | None:
    """The place on a line that is farthest from all else, where a label has room."""
    if not len(points):
        return None
    points = points[:: max(1, len(points) // TRIED)]
    best, most = None, CLEAR
    for point in points:
        inside = (point - half > (box.left, box.bottom)).all()
        inside = inside and (point + half < (box.right, box.top)).all()
        if not inside or any((np.abs(point - at) < half + size).all() for at, size in boxes):
            continue
        apart = float((np.abs(others - point) / half).max(axis=1).min()) if len(others) else np.inf
        if apart > most:
            best, most = point, apart
    return best


def _meets(piece: tuple[FloatArray, FloatArray], place: FloatArray, half: FloatArray) -> bool:
    """Whether a piece of a line runs through a label."""
    middle = (piece[0][:2] + piece[1][:2]) / 2
    return any(
        bool((np.abs(point - place) < half).all()) for point in (piece[0][:2], middle, piece[1][:2])
    )
