"""How squares become their mean: laid as one strip, area for area, which is cut in as many equal parts as there are rows.

Laws
----
- on its way a square keeps its area; the strip's area is that of all squares, in the scale that is told
- each part has the mean's area, and one of them becomes the mean's square
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, pairwise

import numpy as np
from manim import Animation, FadeOut, Line, Rectangle, UpdateFromAlphaFunc, VGroup, VMobject

from symgd.animations.costs.mean_square import APART, MeanSquare
from symgd.animations.costs.squares_picture import EM, FILLED
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import stroke
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

MOST = 400  # rows
SEEN = 60  # cuts: more would be a thick line, and only the first is drawn
FEW = 12  # with more rows lines are thin
HIGH = 0.4  # of the picture's box, for a strip at most
PLATE, MARGIN = 0.9, 0.12  # how much of what lies below the strip is covered
TIGHT = 0.02  # beside a number in its piece
NOTED = 0.4  # for words below a strip
ALIKE = 1.01  # times a part's width
BESIDE = 0.12  # between a strip and words below it


class MeanStrip:
    """The strip of all rows' squares beside the mean's place; nothing moves where it isn't `possible`."""

    def __init__(self, mean: MeanSquare, values: FloatArray) -> None:
        self.mean, self.fit = mean, mean.fit
        told, box = self.fit.told, self.fit.panel.box
        losses = told.loss(told.predicted(values), told.actual)
        self.count = len(losses)
        self.possible = bool(
            len(mean.live)
            and 2 <= self.count <= MOST
            and np.isfinite(losses).all()
            and losses.any()
        )
        if not self.possible:
            return
        self.thin = 1.0 if self.count <= FEW else 0.5 if self.count <= SEEN else 0.1  # of strokes
        self.order = np.argsort(told.actual if told.across else told.inputs[0], kind="stable")
        self.areas = losses[self.order] * self.fit.unit**2
        whole = float(np.sum(self.areas))
        self.width = min(self.count * mean.side, box.width - 2 * APART)
        high = whole / self.width
        # Of areas: as the mean's square, or smaller where they are many.
        self.scale = min(mean.scale**2, HIGH * box.height / high)
        self.height = self.scale * high
        self.place, (self.across, self.up) = mean.place(), mean.corner
        self.plate = self._plate()
        self.strips = VGroup(*(self._filled() for _ in self.areas))
        self.starts = self._starts(values)
        self.ends = self._ends()
        self.cuts = self._cuts()
        self.part = self._filled()
        outlined(self.part, *self._piece(0.0, 1 / self.count))
        drawn = self.count if self.count <= SEEN else 2  # where not all cuts are, the rest is one
        ends = [*(number / self.count for number in range(drawn)), 1.0]
        self.others = VGroup(*(self._filled() for _ in ends[2:]))
        for part, (begin, end) in zip(self.others, pairwise(ends[1:]), strict=True):
            outlined(part, *self._piece(begin, end - begin))
        self.note = self._noted(float(np.sum(losses)))

    def _noted(self, total: float) -> Typeset:
        """What all areas are together, below the strip, and whether it is drawn smaller than the squares."""
        drawn_so = (
            message("all squares: {sum}, drawn smaller")
            if self.scale < 1
            else message("all squares: {sum}")
        )
        made = self.fit.stage.sentence(drawn_so.filled(sum=numeral(total)), em=EM)
        left, foot, wide, _ = self._piece(0.0, 1.0)
        x = left if self.across < 0 else left + wide - made.width
        return made.put(x, foot - BESIDE - made.height)

    def _filled(self) -> VMobject:
        colour = self.fit.stage.palette.error
        return stroke(colour, self.thin * 2).set_fill(colour, opacity=FILLED)

    def _corner(self, part: float) -> tuple[float, float]:
        """The left lower corner of what begins at a part of the strip, from the picture's corner on."""
        x, y = self.place
        left = x + part * self.width if self.across < 0 else x - part * self.width
        return left, y - self.height if self.up > 0 else y

    def _piece(self, begin: float, part: float) -> tuple[float, float, float, float]:
        """Left, foot, width and height of a part of the strip."""
        left, foot = self._corner(begin if self.across < 0 else begin + part)
        return left, foot, part * self.width, self.height

    def _plate(self) -> Rectangle:
        left, foot, wide, high = self._piece(0.0, 1.0)
        high, foot = high + NOTED, foot - NOTED
        plate = Rectangle(width=wide + 2 * MARGIN, height=high + 2 * MARGIN, stroke_width=0)
        plate.set_fill(self.fit.stage.palette.ground, opacity=PLATE)
        return plate.move_to((left + wide / 2, foot + high / 2, 0))

    def _starts(self, values: FloatArray) -> list[tuple[float, float, float]]:
        """Left, foot and side of each square where it stands."""
        told, fit = self.fit.told, self.fit
        said = told.predicted(values)
        drawn = dict(zip(told.rows.tolist(), fit.squares, strict=True))
        found = []
        for row, area in zip(self.order.tolist(), self.areas, strict=True):
            along = float(told.actual[row] if told.across else told.inputs[0][row])
            low = fit.panel.position(along, float(min(said[row], told.actual[row])))
            square, left = drawn.get(row), float(low[0])
            if square is not None and len(square.points):
                left = float(square.get_left()[0])
            elif left + np.sqrt(area) > fit.panel.box.right:
                left -= float(np.sqrt(area))
            found.append((left, float(low[1]), float(np.sqrt(area))))
        return found

    def _ends(self) -> list[tuple[float, float, float, float]]:
        parts = self.areas / float(np.sum(self.areas))
        begins = [0.0, *accumulate(parts.tolist())]
        return [self._piece(b, float(p)) for b, p in zip(begins, parts, strict=False)]

    def _cuts(self) -> VGroup:
        """Where the strip is cut."""
        made = VGroup()
        for number in range(1, self.count if self.count <= SEEN else 2):
            left, foot, _, high = self._piece(number / self.count, 0.0)
            made.add(Line((left, foot - MARGIN / 2, 0), (left, foot + high + MARGIN / 2, 0)))
        return made.set_stroke(self.fit.stage.palette.ink, width=max(1.5, self.thin * 3))

    # ---------------------------------------------------------------------------------------------
    # How it moves

    def laid(self) -> list[Animation]:
        """Copies of the squares go into the strip; each keeps its area, but for the strip's scale."""
        return [
            UpdateFromAlphaFunc(strip, self._laying(start, end))
            for strip, start, end in zip(self.strips, self.starts, self.ends, strict=True)
        ]

    def named(self, numbers: VGroup) -> list[Animation]:
        """The squares' numbers go along into the pieces that are wide enough for them."""
        moves, told = list[Animation](), self.fit.told.rows.tolist()
        self.names = VGroup()
        for number, row in zip(numbers, told, strict=True):
            place = self.order.tolist().index(row)
            left, foot, wide, high = self.ends[place]
            loss = self.areas[place] / self.fit.unit**2
            made = self.fit.stage.formula(numeral(float(loss)), em=EM)
            if made.width + 2 * TIGHT < wide and made.height < high:
                self.names.add(made.move_to((left + wide / 2, foot + high / 2, 0)))
                moves.append(carried(number, made))
        return moves

    def _laying(
        self, start: tuple[float, float, float], end: tuple[float, float, float, float]
    ) -> Callable[[VMobject, float], None]:
        x, y, side = start
        left, foot, _, high = end

        def move(strip: VMobject, part: float) -> None:
            there = float(part)
            tall = (1 - there) * side + there * high
            strip.set_fill(opacity=FILLED * (there + (1 - there) * min(1.0, FEW / self.count)))
            area = ((1 - there) + there * self.scale) * side**2
            across = area / tall if tall else 0.0
            outlined(
                strip, (1 - there) * x + there * left, (1 - there) * y + there * foot, across, tall
            )

        return move

    def stacked(self) -> list[Animation]:
        """The other parts go onto the first, for they are as large; all that are drawn as one stay."""
        x, wide = self._piece(0.0, 1 / self.count)[0], self.width / self.count
        alike = (part for part in self.others if part.width < wide * ALIKE)
        gone = [FadeOut(each) for each in (self.cuts, *self.note)]
        return [*gone, *(p.animate.set_x(x + wide / 2).build() for p in alike)]

    def shared(self) -> list[Animation]:
        """One part becomes the mean's square, and the others, which lie on it, go."""
        *_, wide, high = self._piece(0.0, 1 / self.count)
        side = self.mean.side

        def grow(part: VMobject, alpha: float) -> None:
            there = float(alpha)
            tall = (1 - there) * high + there * side
            across = ((1 - there) * wide * high + there * side**2) / tall
            x, y = self.place
            outlined(
                part,
                x if self.across < 0 else x - across,
                y - tall if self.up > 0 else y,
                across,
                tall,
            )

        return [
            UpdateFromAlphaFunc(self.part, grow),
            # One by one: together they would be drawn over the part.
            *(FadeOut(each) for each in (self.plate, self.others)),
        ]


def outlined(made: VMobject, left: float, foot: float, width: float, height: float) -> None:
    """Give it a rectangle's outline."""
    right, top = left + width, foot + height
    corners = ((left, foot), (right, foot), (right, top), (left, top), (left, foot))
    made.set_points_as_corners([(x, y, 0.0) for x, y in corners])
