"""RateTable: the lanes as rows, a mark, a rate, what it is called; a row can become the factor that the rate has."""

from __future__ import annotations

from collections.abc import Sequence

from manim import VGroup

from symgd.animations.comparing.lanes import SHAPE, LanePicture, look_of, marker
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Stage, Zone

EM = 0.36
PITCH, HEAD = 0.62, 0.44
FACTORS = 0.99  # of the width, where factors end
APART = 0.3


class RateTable:
    """Rows from the top of a zone, of which the pictures' titles become the first parts."""

    def __init__(self, stage: Stage, zone: Zone, pictures: Sequence[LanePicture]) -> None:
        self.stage, self.zone = stage, zone
        pitch = min(PITCH, (zone.height - HEAD) / max(len(pictures), 1))
        bases = [zone.top - HEAD - pitch * (n + 0.75) for n in range(len(pictures))]
        self.bottom = zone.top - HEAD - pitch * len(pictures)
        self.right = zone.left + FACTORS * zone.width
        left = zone.left + 4 * SHAPE
        wide = max(picture.titled(EM).width for picture in pictures)
        said = max(picture.called(EM).width for picture in pictures)
        em = EM * min(1.0, (self.right - left) / (wide + APART + said))
        names = left + (wide + APART) * em / EM
        self.rows: list[tuple[VGroup, Typeset, Typeset]] = []
        for picture, base in zip(pictures, bases, strict=True):
            mark = marker(picture.number, look_of(stage, picture.number).colour)
            mark.move_to((zone.left + SHAPE, base + EM / 4, 0))
            shown = picture.titled(em).put(left, base)
            self.rows.append((mark, shown, picture.called(em).put(names, base)))
        self.bases, self.left = bases, left

    def place(self, factors: Sequence[Formula]) -> None:
        """Put the factors where the rates are, all of one size."""
        left = self.zone.left + 4 * SHAPE
        widest = max(factors, key=lambda line: line.width)
        em = widest.at_most(self.right - left).em
        for line, base in zip(factors, self.bases, strict=True):
            line.scale(em / line.em).put(left, base)
