"""StepSum: a step as the sum of what is carried on and of the gradient's part, large beside the map, and the same across and along a valley."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, Rectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.valley_parts import ValleyParts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Negative, Sum, Symbol, Term
from symgd.writing.words import message

EM, NAME_EM, PLATE, FIGURES, GAP = 0.32, 0.3, 0.03, 3, 0.12
SHARES = 1.0, 1.15  # of the zone's width: the arrows, and beside them across and along
MARGIN, THIN, BOLD = 0.55, 3.4, 6.5
OFF, LANE, LOW = 0.12, 0.17, 0.22  # from an arrow to its name, between two bars, and above them
LEAST = 0.2  # of a frame on the map
AXES, SHORT = 0.5, 1e-9
CLOSE = 0.08


class StepSum:
    """`frame` is what of the map is seen in it, `window` the same on the map; `arrows` and `rows` come one by one."""

    def __init__(self, picture: PathsPicture, zone: Zone, number: int, found: ValleyParts) -> None:
        self.picture, self.stage, self.found = picture, picture.stage, found
        self.colour, self.ink = picture.looks[number].colour, picture.stage.palette.ink
        left, self.right = zone.columns(*SHARES, gap=2 * CLOSE)
        self.box = left
        start = picture.walks[number].points[found.step]
        self.origin = self._at(start)
        ways = [self._at(start + way) - self.origin for way in found.ways()]
        corners = np.array([0 * ways[0], ways[0], ways[2]])
        low, high = corners.min(axis=0), corners.max(axis=0)
        rooms = np.array([left.width - 2 * MARGIN, left.height - 2 * MARGIN])
        size = np.maximum((high - low)[:2], SHORT)
        self.times = float((rooms / size).min())
        middle = (low + high) / 2
        self.corner = np.array([*left.centre[:2], 0.0]) - self.times * middle
        self.frame = self._rectangle(left.width, left.height, np.array([*left.centre[:2], 0.0]))
        wide = max(LEAST, left.width / self.times)
        self.window = self._rectangle(wide, wide * left.height / left.width, self.origin + middle)
        self.axes = self._axes()
        self.arrows = self._arrows([self.times * way for way in ways])
        upper, lower = self.right.rows(1, 1, gap=CLOSE)
        across, along = message("across the valley"), message("along it")
        self.rows = [
            self._row(upper, across, found.across),
            self._row(lower, along, found.along),
        ]
        self.whole = VGroup(self.frame, self.window, self.axes, *self.arrows, *self.rows)

    def _at(self, point: FloatArray) -> FloatArray:
        picture = self.picture
        return np.asarray(picture.panel.position(*picture.place(point)))

    def _rectangle(self, width: float, height: float, here: FloatArray) -> Rectangle:
        made = Rectangle(width=width, height=height).move_to(here)
        return made.set_stroke(self.ink, width=1.5, opacity=1)

    def _axes(self) -> VGroup:
        """Faint lines across and along the valley through where the step begins."""
        made, box = VGroup(), self.box
        start = self.picture.walks[0].points[0]
        for way in (self.found.across, self.found.along):
            turned = self._at(start + way) - self._at(start)
            turned /= float(np.linalg.norm(turned))
            reach = min(
                room / max(abs(part), SHORT)
                for room, part in zip((box.width, box.height), turned[:2], strict=True)
            )
            middle = np.array([*box.centre[:2], 0.0])
            ends = [(middle - AXES * reach * turned, middle + AXES * reach * turned)]
            made.add(drawn(stroke(self.ink, 1.2, 0.4), ends, dashed=True))
        return made

    def _arrows(self, ways: list[FloatArray]) -> list[VGroup]:
        """Head to tail, and their sum: each an arrow and its name."""
        first, last = self.corner + ways[0], self.corner + ways[2]
        rated: Label = message("−{rate} {gradient}", rate=Symbol("alpha"), gradient=Symbol("g"))
        middle = (self.corner + first + last) / 3
        told: list[tuple[FloatArray, FloatArray, Label, str, bool]] = [
            (self.corner, first, message("carried on"), self.colour, True),
            (first, last, rated, self.ink, True),
            (self.corner, last, message("step"), self.colour, False),
        ]
        made = []
        for start, end, said, colour, dashed in told:
            mark = arrow(start, end, colour, THIN if dashed else BOLD, dashed=dashed)
            name = self.stage.sentence(said, em=NAME_EM).set_fill(colour)
            made.append(VGroup(mark, *self._beside(name, start, end, middle)))
        return made

    def _beside(
        self, name: Typeset, start: FloatArray, end: FloatArray, inside: FloatArray
    ) -> VGroup:
        """A name at the outer side of an arrow's middle, in the frame."""
        way = end - start
        along = way / max(float(np.linalg.norm(way)), SHORT)
        aside = np.array([-along[1], along[0], 0.0])
        middle = (start + end) / 2
        if float(aside @ (middle - inside)) < 0:
            aside = -aside
        reach = np.array([name.width / 2, name.height / 2, 0.0])
        box = self.box
        low = np.array([box.left, box.bottom, 0.0]) + reach + CLOSE
        high = np.array([box.right, box.top, 0.0]) - reach - CLOSE
        name.move_to(np.clip(middle + (OFF + float(np.abs(aside) @ reach)) * aside, low, high))
        plate = BackgroundRectangle(
            name, color=self.stage.palette.ground, fill_opacity=0.85, buff=PLATE
        )
        return VGroup(plate, name)

    def _row(self, zone: Zone, said: Label, way: FloatArray) -> VGroup:
        """One direction: a title, the sum in numbers, and the same as bars, one behind the other."""
        one, other, whole = self.found.numbers(way)
        title = self.stage.sentence(said, em=NAME_EM).at_most(zone.width)
        title.put(zone.left, zone.top - NAME_EM)
        second: Term = numeral(other, FIGURES)
        if other < 0:
            second = Negative(numeral(-other, FIGURES))
        pieces = [
            self.stage.formula(Sum((numeral(one, FIGURES), second)), em=EM),
            self.stage.sentence(" ≈ ", em=EM),
            self.stage.formula(numeral(whole, FIGURES), em=EM),
        ]
        left, base = 0.0, title.baseline - NAME_EM - EM / 2
        for piece in pieces:
            piece.put(left, base)
            left += float(piece.width) + GAP
        numbers = VGroup(*pieces)
        numbers.scale(min(1.0, zone.width / numbers.width))
        numbers.shift((zone.left - numbers.get_left()[0], 0, 0))
        low = min(0.0, one, one + other)
        high = max(0.0, one, one + other)
        unit = zone.width / max(high - low, SHORT)
        base = float(numbers.get_bottom()[1]) - LOW

        def spot(value: float, lane: int) -> FloatArray:
            return np.array([zone.left + unit * (value - low), base - LANE * lane, 0.0])

        bars = VGroup(
            arrow(spot(0, 0), spot(one, 0), self.colour, THIN, dashed=True),
            arrow(spot(one, 1), spot(one + other, 1), self.ink, THIN, dashed=True),
            arrow(spot(0, 2), spot(one + other, 2), self.colour, BOLD),
        )
        return VGroup(title, numbers, *bars)
