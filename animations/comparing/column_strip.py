"""ColumnStrip: columns as dots on one scale, with their mean and their spread, while they are centred and then scaled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Circle, Line, Triangle, VGroup

from symgd.animations.comparing.ravine_columns import CENTRED, SCALED, StandardColumn
from symgd.animations.formulas.numerals import numeral, scale_of
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.terms import Symbol, Term
from symgd.writing.words import message

MOST, ROWS = 2, 40  # columns, and dots of each
ROOM, FOOT, HEAD = 0.06, 0.5, 0.4
LEAST, MOST_SIDE, CLOSE = (
    0.4,
    0.33,
    0.28,
)  # for a name, a part of the zone, and of a column's height
DOT, MEAN, ABOVE, TICK = 0.07, 0.1, 0.26, 0.07
TICK_EM, NAME_EM, NOTE_EM = 0.26, 0.34, 0.26
UNIT = 1.1  # a number on the scale for each so much of it, at most


class ColumnStrip:
    """`still` is the scale with 0 in it; `live` are the columns: `show(1)` centred, `show(2)` scaled as well."""

    def __init__(self, stage: Stage, zone: Zone, columns: Sequence[StandardColumn]) -> None:
        self.stage, self.columns = stage, columns[:MOST]
        self.zone = zone
        ends = [
            value
            for each in self.columns
            for values in (each.values, each.away, each.away / each.spread, np.array([0.0]))
            for value in (float(values.min()), float(values.max()))
        ]
        self.scale = scale_of(ends, ROOM)
        wide = [stage.sentence(each, em=NAME_EM).width for c in self.columns for each in _said(c)]
        self.side = min(max(*wide, LEAST) + 2 * TICK, MOST_SIDE * zone.width)
        self.left, self.right = zone.left + self.side, zone.right - TICK
        self.foot = zone.bottom + FOOT
        pitch = (zone.top - HEAD - self.foot) / len(self.columns)
        self.above = min(ABOVE, CLOSE * pitch)
        self.heights = [zone.top - HEAD - pitch * (row + 0.5) for row in range(len(self.columns))]
        self.still = self._still()
        self.names = [self._names(each, y) for each, y in zip(columns, self.heights, strict=False)]
        self.named = VGroup(*(names[0] for names in self.names))  # those that are seen
        self.live = VGroup(*(self._parts(each) for each in self.columns))
        self.show(0.0)

    def across(self, value: float) -> float:
        """Where a number is on the scale."""
        return float(self.left + (self.right - self.left) * self.scale.part(value))

    def _still(self) -> VGroup:
        """The scale, a line at 0 and what the marks are."""
        stage, ink = self.stage, self.stage.palette.ink
        made = VGroup(
            Line((self.left, self.foot, 0), (self.right, self.foot, 0), color=ink, stroke_width=1.5)
        )
        end = -np.inf
        for value in self.scale.ticks(max(2, int((self.right - self.left) / UNIT))):
            x = self.across(value)
            made.add(Line((x, self.foot, 0), (x, self.foot - TICK, 0), color=ink, stroke_width=1.5))
            mark = stage.formula(numeral(value, 12), em=TICK_EM)
            if x - mark.width / 2 < end + TICK:
                continue
            end = x + mark.width / 2
            made.add(mark.put(x - mark.width / 2, self.foot - TICK - 0.23))
        x = self.across(0.0)
        top = self.zone.top - HEAD
        made.add(Line((x, self.foot, 0), (x, top, 0), color=ink, stroke_width=1.0))
        said = message("dots: rows; triangle: mean; line: spread")
        note = stage.fitted(said, NOTE_EM, self.zone.width)
        return made.add(note.put(self.zone.left, self.zone.top - NOTE_EM))

    def _names(self, column: StandardColumn, y: float) -> tuple[VGroup, ...]:
        """A column's name as it is, centred, and scaled."""
        made = []
        for said in _said(column):
            name = self.stage.fitted(said, NAME_EM, self.side - TICK)
            made.append(VGroup(name.put(self.zone.left, y - TICK)))
        return tuple(made)

    def _parts(self, column: StandardColumn) -> VGroup:
        """Dots, the mean's triangle and the spread's line."""
        palette = self.stage.palette
        dots = VGroup(
            *(
                Circle(radius=DOT, stroke_width=0, fill_opacity=0.75).set_fill(palette.ink)
                for _ in self.shown(column)
            )
        )
        mean = Triangle(stroke_width=0, fill_opacity=1).set_fill(palette.error)
        return VGroup(dots, mean.scale_to_fit_height(2 * MEAN), self._bar())

    def _bar(self) -> Line:
        return Line((0, 0, 0), (1, 0, 0), color=self.stage.palette.error, stroke_width=4)

    def shown(self, column: StandardColumn) -> FloatArray:
        """The rows that have a dot."""
        return np.asarray(column.values[[*spread(len(column.values), ROWS)]])

    def show(self, part: float) -> ColumnStrip:
        """Up to 1 the mean goes to 0; up to 2 the spread goes to 1."""
        moved, scaled = float(np.clip(part, 0, 1)), float(np.clip(part - 1, 0, 1))
        for column, y, parts in zip(self.columns, self.heights, self.live, strict=True):
            size = column.spread ** (-scaled)  # evenly, as a size changes

            def seen(
                value: float,
                column: StandardColumn = column,
                size: float = size,
            ) -> float:
                return self.across((value - moved * column.mean) * size)

            dots, mean, bar = parts
            for dot, value in zip(dots, self.shown(column).tolist(), strict=True):
                dot.move_to((seen(value), y, 0))
            middle = column.mean if column.is_centred else 0.0
            mean.move_to((seen(middle), y - self.above, 0))
            ends = [(seen(middle + sign * column.spread), y + self.above, 0) for sign in (-1, 1)]
            bar.put_start_and_end_on(*map(np.array, ends))
        return self


def _said(column: StandardColumn) -> tuple[Term, Term, Term]:
    """What it is called as it is, centred, and scaled."""
    if not column.is_input:
        return column.term, column.term, Symbol(column.name)
    return column.term, Symbol(f"{column.name}_{CENTRED}"), Symbol(f"{column.name}_{SCALED}")
