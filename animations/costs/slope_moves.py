"""What moves in the lesson `slope_tells_direction`: the dot along the curve, numbers with it, and the rows of a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import FadeOut, Mobject, VGroup

from symgd.animations.costs.fit_panels import LETTERS
from symgd.animations.costs.secant import Secant, valued
from symgd.animations.costs.slope_readouts import SlopeReadouts
from symgd.animations.formulas.numerals import (
    DIGITS,
    MOST_DIGITS,
    SLOPE_DIGITS,
    numeral,
    rounded,
)
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.rows import Rows, stacked
from symgd.animations.staging.run_lesson import RunLesson, refill
from symgd.animations.staging.stage import Zone
from symgd.derivation.engine import gradient_of
from symgd.problem.problem import Problem
from symgd.terms import Equation, Negative, Partial, Product, Sum, Symbol, Term
from symgd.writing.words import Message, message

MOVE, FADE, SLIDE = 1.4, 0.6, 4.5
EM, BETWEEN, LIFT = 0.42, 0.14, 0.2
BEYOND = 1.5  # the secant's second point, in ways from the start to the least cost
ROUGHLY = 0.17  # so far from these, in the same ways, it may be, that the run is a short number
PART = 0.6  # or, where none is known, in parts of the way to the scale's far end
OTHER = 0.75  # where the slope is read on the other side, in parts of the way to the least cost
NEARER = (0.0, 0.5, 0.85)  # where it is read again, in the same parts
SEEN = 0.7  # an arrow shorter than this is drawn larger, and that is said
BASE = 10
BROKEN = (0.36, 0.33, 0.3, 0.28, 0.26)
FIRST, SLOPE = (0,), (1, 0, 1)  # the paths of the parameter and of the slope in an update


@dataclass(frozen=True)
class SlopeZones:
    """Parts of the mathematics: the cost, the derivative, its value, the update, and three readouts."""

    cost: Zone
    formula: Zone
    slope: Zone
    update: Zone
    readouts: Zone

    @classmethod
    def of(cls, zone: Zone, *, named: bool = False) -> SlopeZones:
        """Below one another, or the readouts beside the rest where the zone is low; a `named` residual has a row more."""
        if zone.width > 2 * zone.height:
            left, right = zone.columns(1.15, 1, gap=0.4)
            formula, slope, update = left.rows(1.3, 0.8, 1)
            return cls(formula, formula, slope, update, right)
        upper = (1.65, 1.05) if named else (1.15, 1.15)
        cost, formula, slope, update, rest = zone.rows(*upper, 0.8, 0.9 if named else 1, 1.5)
        readouts = Zone(rest.left, rest.right, rest.bottom, update.top)  # the update goes before
        return cls(cost, formula, slope, update, readouts)

    @property
    def whole(self) -> Zone:
        """The cost's part and the derivative's, as one."""
        return Zone(self.cost.left, self.cost.right, self.formula.bottom, self.cost.top)


class SlopeMoves(RunLesson):
    """A scene with a slice of the cost, and the numbers of a slope and of a step."""

    picture: SlicePicture
    zones: SlopeZones
    written: Problem  # as its formulas stand in the film
    secant: Secant
    readouts: SlopeReadouts
    measures: VGroup | None = None
    update: VGroup | None = None
    said_slope: VGroup  # holds the row, which is made anew
    here: float

    def prepare(self) -> None:
        """The slice, and what of it is visited."""
        layout = self.stage.layout
        self.picture = picture = SlicePicture(self.stage, layout.picture, self.story)
        self.zones = SlopeZones.of(layout.mathematics)
        self.written = self.story.problem
        named = self._named()
        if named is not None:
            self.zones = SlopeZones.of(layout.mathematics, named=True)
            self.written = named
        end = picture.x.low if picture.first_step < 0 else picture.x.high
        least = picture.lowest
        self.way = PART * (end - picture.start) if least is None else least - picture.start
        reach = self.way if least is None else BEYOND * self.way
        self.second = picture.start + short(reach, self._rise)
        self.magnified = magnified(abs(picture.first_step) * picture.unit)

    def _rise(self, run: float) -> float:
        """How much the cost rises from the start to a second point."""
        return self.picture.cost(self.picture.start + run) - self.picture.cost(self.picture.start)

    def _named(self) -> Problem | None:
        """The problem with a letter for its residual, where only so the cost and its derivative have room together."""
        problem, zone, rows = self.story.problem, self.stage.layout.mathematics, Rows(self.stage)
        used = {*problem.parameters, *problem.columns, *problem.cost_name.names}
        letter = next((name for name in LETTERS if name not in used), "")
        compared = problem.has_examples and problem.written_cost.compares_numbers
        whole = len(rows.set_into(self.zones.cost, problem.equations)) > 0
        if whole or not letter or not compared or zone.width > 2 * zone.height:
            return None
        made, name = problem.written(residual=letter), self.picture.name
        zones = SlopeZones.of(zone, named=True)
        slope = Equation(Partial(made.cost_name, Symbol(name)), gradient_of(made)[name].last)
        fits = len(rows.set_into(zones.cost, made.equations)) and len(
            rows.set_into(zones.formula, (slope,))
        )
        return made if fits else None

    def share(self, part: float) -> float:
        """A value between the start, at 0, and the least cost, at 1; beyond 1 on its other side."""
        return float(self.picture.start + part * self.way)

    @property
    def places(self) -> list[float]:
        """Where the readouts are read, from steep to nearly level."""
        return [self.share(part) for part in NEARER]

    def step(self, start: float, end: float, seconds: float) -> None:
        """The dot makes a step; where it arrives, the slope is said anew."""
        self.moving(
            lambda part: self.picture.show(start + (end - start) * part, tangent=False),
            seconds,
            self.picture.live,
        )
        self.picture.show(end)
        self.say_slope(self.slope_row(end))
        self.here = end

    def slide(self, start: float, end: float, seconds: float) -> None:
        """The dot goes along the curve, with its tangent and all numbers of the slope."""

        def slid(part: float) -> None:
            value = end if part == 1 else start + (end - start) * part
            self.picture.show(value)
            self.say_slope(self.slope_row(value))
            if self.measures is not None:
                refill(self.measures, self.readouts.measures(value).submobjects)

        measures = [] if self.measures is None else [self.measures]
        self.moving(slid, seconds, self.said_slope, *measures, self.picture.live)
        self.here = end

    # ---------------------------------------------------------------------------------------------
    # Rows

    def broken(self, zone: Zone, statements: Sequence[Equation]) -> VGroup:
        """Statements with long names, broken within their parentheses; nothing where there is no room for them."""
        for em in BROKEN:
            shown = [self.stage.formula(each, em=em).broken(zone.width) for each in statements]
            made = stacked(shown, zone.top)
            for formula in made:
                formula.shift([zone.left - formula.get_left()[0], 0.0, 0.0])
            if made.height <= zone.height and made.width <= zone.width:
                return made
        return VGroup()

    def clear_update(self) -> None:
        """The row of the last step goes."""
        if self.update is not None:
            self.play(FadeOut(self.update), run_time=FADE)
        self.update = None

    def say_slope(self, row: Mobject) -> None:
        """Another value stands in the slope's row."""
        refill(self.said_slope, [row])

    def row(self, said: Message) -> Typeset:
        """A sentence in the slope's row."""
        zone = self.zones.slope
        made = self.stage.sentence(said, em=EM).at_most(zone.width)
        return made.put(zone.left, zone.centre[1] - LIFT / 2)

    def secant_row(self, other: float) -> Typeset:
        """Rise over run, and what it comes to."""
        return self.row(
            message("secant: {slope}", slope=self.secant.slope(self.picture.start, other))
        )

    def slope_row(self, value: float) -> Typeset:
        """The derivative's value where the parameter has one."""
        slope = Partial(self.story.problem.cost_name, Symbol(self.picture.name))
        said = valued(slope, self.picture.slope(value), SLOPE_DIGITS)
        return self.row(message("slope: {slope}", slope=said))

    def update_rows(self, value: float) -> tuple[VGroup, VGroup]:
        """The update of the parameter: head and symbols; and head, numbers and the result."""
        picture, name = self.picture, Symbol(self.picture.name)
        slope = Partial(self.story.problem.cost_name, name)
        symbols: Term = Sum((name, Negative(Product((self.story.rate, slope)))))
        numbers = Sum((numeral(value), self._change(value)))
        there = value - picture.rate * picture.slope(value)
        in_symbols, in_numbers = (
            self._line([symbols]),
            self._line([numbers, numeral(there, apart(value, there))], value),
        )
        colour = self.stage.colours[picture.name]
        in_numbers[1].glyphs(FIRST).set_fill(colour)
        in_numbers[2][1].set_fill(colour)
        return in_symbols, in_numbers

    def _change(self, value: float) -> Term:
        slope = numeral(self.picture.slope(value), SLOPE_DIGITS)
        return Negative(Product((numeral(self.picture.rate), slope)))

    def _line(self, terms: list[Term], value: float | None = None) -> VGroup:
        """Parameter and arrow, a formula, and what it comes to after a sign."""
        stage, zone = self.stage, self.zones.update
        ink = stage.palette.ink
        name = stage.formula(Symbol(self.picture.name), em=EM)
        arrow = Typeset("$←$", em=EM, colour=ink)
        parts: list[Mobject] = [VGroup(name, arrow), stage.formula(terms[0], em=EM)]
        every = [name, arrow, parts[1]]
        if value is not None:
            sign = Typeset(f"${self._sign(value)}$", em=EM, colour=ink)
            result = stage.formula(terms[1], em=EM)
            parts.append(VGroup(sign, result))
            every += [sign, result]
        left = zone.left
        for part in every:
            part.put(left, zone.centre[1] - LIFT / 2)
            left += part.width + BETWEEN
        made = VGroup(*parts)
        wide = left - BETWEEN - zone.left
        if wide > zone.width:
            made.scale(zone.width / wide, about_point=(zone.left, zone.centre[1], 0))
        return made

    def _sign(self, value: float) -> str:
        """An equals sign where the numbers as they are shown give the result as it is shown."""
        picture = self.picture
        slope = rounded(picture.slope(value), SLOPE_DIGITS)
        made = rounded(value) - rounded(picture.rate) * slope
        result = value - picture.rate * picture.slope(value)
        there = rounded(result, apart(value, result))
        return "=" if made == there else "≈"

    # ---------------------------------------------------------------------------------------------
    # Arrows

    def arrow(self, value: float, sign: float) -> VGroup:
        """An arrow at the dot's height, uphill or downhill, as long as the step, or so many times as long."""
        change = sign * self.magnified * self.picture.rate * self.picture.slope(value)
        return self.picture.along(value, change, float(self.picture.position(value)[1]))

    def question(self, arrow: VGroup) -> VGroup:
        """An arrow with a question mark beyond its tip."""
        mark, box = self.stage.sentence("?", em=EM), self.picture.panel.box
        outwards = np.sign(arrow.get_center()[0] - self.picture.dot.get_center()[0])
        edge = arrow.get_right() if outwards > 0 else arrow.get_left()
        left = min(max(edge[0] - mark.width / 2, box.left + LIFT), box.right - LIFT - mark.width)
        return VGroup(arrow, mark.put(left, edge[1] + LIFT))

    @property
    def scaled(self) -> VGroup:
        """How many times as long as the steps the arrows are; nothing where they are as long."""
        if self.magnified == 1:
            return VGroup()
        said = message("arrows: {number} times the step", number=self.magnified)
        return VGroup(self.picture.below(said))


def short(way: float, rise: Callable[[float], float]) -> float:
    """A way of about the same length, of two digits at most, of which the rise too is a short number.

    Examples
    --------
    >>> short(0.9857, lambda run: -2 * run), short(-12.4, lambda run: run * run)
    (1.0, -12.0)
    """
    if not way or not np.isfinite(way):
        return way
    digits = 1 - math.floor(math.log10(abs(way)))
    unit = 10.0**-digits
    ends = sorted((1 + sign * ROUGHLY) * way / unit for sign in (1, -1))
    runs = [round(n * unit, max(digits, 0)) for n in range(math.ceil(ends[0]), int(ends[1]) + 1)]
    return min(runs, key=lambda run: (_letters(rise(run)), _letters(run), abs(run - way)))


def _letters(value: float) -> int:
    """How long a number is as it is shown."""
    return len(str(rounded(value)))


def apart(value: float, other: float) -> int:
    """Digits with which the second of two values differs from the first as it is written.

    Examples
    --------
    >>> apart(1.35, 1.34954), apart(0.2, 0.568)
    (5, 4)
    """
    before = rounded(value)
    digits = range(DIGITS, MOST_DIGITS + 1)
    return next((n for n in digits if rounded(other, n) != before), DIGITS)


def magnified(length: float) -> int:
    """By which power of ten an arrow is drawn longer, so that it is seen.

    Examples
    --------
    >>> magnified(2.0), magnified(0.08)
    (1, 10)
    """
    factor = 1
    while 0 < length * factor < SEEN:
        factor *= BASE
    return factor
