"""LegRows: step by step how far a walk is from the minimum, across and along."""

from __future__ import annotations

from collections.abc import Sequence

from manim import VGroup

from symgd.animations.comparing.learning_rates_words import BESIDES, GAP
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.writing.words import message

EM, HEAD_EM = 0.4, 0.36
PITCH, LEAST_PITCH = 0.5, 0.4
ENDS = (0.16, 0.55, 0.94)  # of the zone's width, the columns end
MOST = 4.5  # wider, a table falls apart
DIGITS = 3


class LegRows:
    """A head and rows from the top of a zone; each row is the step, d and e."""

    def __init__(self, stage: Stage, zone: Zone, distances: Sequence[tuple[float, float]]) -> None:
        room = max(1, int(zone.height / LEAST_PITCH) - 1)  # more rows could not be read
        distances = distances[:room]
        pitch = min(PITCH, zone.height / (len(distances) + 1))
        self.size = min(1.0, pitch / PITCH)
        self.left, self.width = zone.left, min(zone.width, MOST)
        heads = [stage.sentence(message("step"), em=HEAD_EM)]
        heads += [stage.formula(letter, em=EM) for letter in (GAP, BESIDES)]
        self.head = self._row(heads, zone.top - pitch + HEAD_EM / 2)
        self.rows = [
            self._row(
                [stage.formula(numeral(n), em=EM)]
                + [stage.formula(numeral(value, DIGITS), em=EM) for value in pair],
                zone.top - (n + 2) * pitch + HEAD_EM / 2,
            )
            for n, pair in enumerate(distances)
        ]
        self.whole = VGroup(self.head, *self.rows)

    def _row(self, cells: Sequence[Typeset], base: float) -> VGroup:
        """Cells end where their columns end."""
        for cell, end in zip(cells, ENDS, strict=True):
            cell.scale(self.size)
            cell.put(self.left + end * self.width - cell.width, base)
        return VGroup(*cells)
