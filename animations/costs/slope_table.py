"""How far, in the lesson `slope_tells_direction`: slope, rate and step at some places, a row of a table for each."""

from __future__ import annotations

from itertools import pairwise

from manim import FadeIn, FadeOut, VGroup

from symgd.animations.costs.slope_far import FarSlice
from symgd.animations.costs.slope_formula import SlopeFormula
from symgd.animations.costs.slope_moves import FADE, MOVE
from symgd.animations.costs.slope_readouts import RATE as RATES
from symgd.animations.costs.slope_readouts import SLOPE as SLOPES
from symgd.animations.costs.slope_readouts import STEP, SlopeReadouts
from symgd.animations.costs.slope_readouts import VALUE as VALUES
from symgd.animations.costs.slope_step import seen_in
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.lesson import leaving
from symgd.terms import Equation
from symgd.writing.words import message


class SlopeTable(SlopeFormula):
    """A scene that reads the slope at some places, and makes steps from there."""

    steps_shown: VGroup  # of the steps whose numbers are read
    shown: VGroup  # rows of the table
    far: FarSlice | None = None  # while the slice is drawn as far as a step goes

    def come_near(self, value: float) -> None:
        """The slice as it was before a step left it, with the dot where a parameter has a value."""
        far, picture = self.far, self.picture
        if far is None:
            return
        self.play(FadeOut(far.far.panel.drawing, far.dot), run_time=FADE / 2)
        self.moving(lambda part: far.between(1 - part, value), MOVE, far.curve)
        self.remove(far.curve)
        self.add(picture.curve)
        self.stand(value, tangent=False)
        self.play(
            FadeIn(picture.panel.drawing, picture.note, picture.dot, self.said_scale), run_time=FADE
        )
        self.add(picture.live)
        self.here, self.far, self.sides_shown = value, None, VGroup()

    def show_less_steep(self) -> None:
        """Slope, rate and step where it is steep, and where it is less so: a row of a table for each."""
        picture, places = self.picture, self.places
        begun = bool(self.stepped) and self.later is picture  # the first of them has been made
        if self.later is picture:
            self.set_heading(message("Is the step as long where the curve is less steep?"))
        else:
            said = Equation(self.story.rate, numeral(self.later.rate))
            self.set_heading(message("Too far: a smaller rate, {rate}", rate=said))
        if not begun:
            self.play(*leaving(self.statement, self.said_slope), run_time=FADE / 2)
            self.clear_update()
        self.change_rate()
        self.come_near(places[0])
        self.readouts = self.table_of(places)
        self.shown, self.steps_shown = VGroup(), VGroup()
        if begun:
            self.tell_first_row()
            self.touch(places[1])
        else:
            self.clear_sides()
            self.play(FadeIn(self.readouts.head), run_time=FADE)
            self.go(places[0], MOVE)
            self.tell_place(places[0])
        self.turn()
        for before, place in pairwise(places):
            if not self.stepped:
                if self.magnified == 1:  # it doesn't lead to the next place
                    self.play(FadeOut(self.steps_shown[-1]), run_time=FADE / 2)
                ring = self.ring(before)
                self.add(ring, picture.live)
                self.steps_shown.add(ring)
                self.go(place, MOVE)
            elif not begun or before != places[0]:
                self.steps_shown.add(self.land(before, place))
            self.tell_place(place)

    def table_of(self, places: list[float]) -> SlopeReadouts:
        """The table of these places, of a step with another rate, and of what else is visited."""
        picture, zone = self.picture, self.zones.readouts
        others = [
            (value, picture.rate) for value in (self.other, self.plateau) if value is not None
        ]
        great = [] if self.great is None else [(picture.start, self.great)]
        lowest = [] if picture.lowest is None else [(picture.lowest, picture.rate)]
        rows = [*((place, picture.rate) for place in places), *others, *great, *lowest]
        values, rates = ([row[n] for row in rows] for n in (0, 1))
        return SlopeReadouts(self.stage, zone, picture, values, self.story.rate, rates)

    def change_rate(self) -> None:
        """The smaller rate, where the first step went too far."""
        picture, later = self.picture, self.later
        if later is picture:
            return
        if self.far is None:
            self.play(*leaving(self.said_scale), run_time=FADE / 2)
        picture.rate, picture.first_step = later.rate, later.first_step
        self.magnified = self.sides.times = self.later_times
        self.said_scale = self.scaled
        if self.far is None:
            self.play(FadeIn(self.said_scale), run_time=FADE)

    def tell_place(self, value: float) -> None:
        """The row of a place, and the arrow of the step from there."""
        self.tell_row()
        arrow = self.arrow(value, -1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.steps_shown.add(arrow)

    def tell_first_row(self) -> None:
        """The step that was made, as the table's first row: its numbers come from the rows that go."""
        assert self.readouts is not None
        assert self.update is not None
        row, rate = self.readouts.row(0), self.update[0][2]
        cells = {VALUES: self.said_slope, SLOPES: self.said_slope, RATES: rate}
        seen = {column: seen_in(source, row[column]) for column, source in cells.items()}
        flown = [carried(glyphs, row[n]) for n, glyphs in seen.items() if len(glyphs)]
        held = VGroup(*(glyph.copy() for glyphs in seen.values() for glyph in glyphs))
        self.add(held)
        self.play(*leaving(self.statement, self.said_slope, self.update, self.left), run_time=FADE)
        self.remove(held)
        self.play(*flown, run_time=MOVE)
        late = [cell for n, cell in enumerate(row) if not len(seen.get(n, VGroup()))]
        self.play(FadeIn(self.readouts.head), run_time=FADE)
        self.play(*map(FadeIn, late), run_time=FADE)
        self.remove(*row)
        self.add(row)
        self.shown.add(row)
        self.update, self.left = None, VGroup()

    def tell_row(self) -> None:
        """The next row of the table: value and slope come from the dot, and then rate and step."""
        assert self.readouts is not None
        row, dot = self.readouts.row(len(self.shown)), self.picture.dot
        self.shown.add(row)
        for cell in row[: SLOPES + 1]:
            self.play(carried(cell.copy().move_to(dot), cell), run_time=FADE)
        self.play(FadeIn(row[RATES]), run_time=FADE / 2)
        self.play(FadeIn(row[STEP]), run_time=FADE)
        self.remove(*row)
        self.add(row)
