"""What is seen in the lesson `fit_a_line`: where picture, table and formulas stand, and how numbers travel among them."""

from __future__ import annotations

from itertools import product

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, there_and_back

from symgd.animations.costs import fit_words as words
from symgd.animations.costs.fit_sums import EM, LIFT, SMALLER, FitSums, cut
from symgd.animations.costs.fit_zones import FitZones
from symgd.animations.costs.loss_picture import LossPicture
from symgd.animations.costs.mean_square import SCALES, MeanSquare
from symgd.animations.costs.mean_strip import MeanStrip
from symgd.animations.costs.nudges import nudges
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.told_rows import FollowedRows, best_values
from symgd.animations.costs.told_table import HEADS, fixed, places_in
from symgd.animations.costs.worked_row import WorkedRow
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import brief, is_long
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Zone, stood
from symgd.data.arrays import FloatArray
from symgd.terms import Comparison, Equation, Negative, Sum, Symbol
from symgd.writing.words import Message, message

GROW, TRAVEL = 1.5, 5.0
VALUE_EM, COST_EM, NOTE_EM = 0.36, 0.5, 0.3
WIDEST = 0.36  # of the picture, for a square: their mean has room beside them
# More of the scale upwards than it takes, below and above, so that their mean has a corner: the least that will do.
ROOM = (
    (0.0, 0.0),
    (0.0, 0.2),
    (0.2, 0.0),
    (0.1, 0.1),
    (0.0, 0.45),
    (0.45, 0.0),
    (0.0, 0.7),
    (0.7, 0.0),
)
NARROW = 1.8  # beside the cost, for a remark
BESIDE = 0.35  # between the cost and a remark
MARKED, DEEP = 1.25, 0.6  # for a moment: how much larger a number is, and how full a square
BOTH = (1.4, 1.0), (1.4, 1.2)  # parts of that height, for each; where names are long, in two rows
PICTURED = 1.25  # the data's part of the picture, the loss's being 1


class FitPanels(FitSums):
    """A scene with data, what the loss makes of them, and the numbers of both."""

    fit: SquaresPicture
    losses: LossPicture | None
    numbers: VGroup | None = None
    coordinates: VGroup | None = None
    predictions: VGroup | None = None
    values: Mobject
    rug: VGroup | None = None

    def prepare(self) -> None:
        """The rows that are told of, and their pictures."""
        layout, story = self.stage.layout, self.story
        self.told = told = FollowedRows(story)
        self.start = np.array(story.parameters[0], dtype=np.float64)
        self.best = best_values(story)
        long = any(map(is_long, (*story.problem.parameters, *story.problem.columns)))
        self.zones = FitZones.of(layout.mathematics, long=long)
        picture, other = layout.picture, None
        if not told.is_square:
            picture, other = picture.split(PICTURED, 1)
        also = [told.worse] if told.has_worse else []
        self.nudges = nudges(told)
        self.tries = [self.start, *also, self.best]
        self.fit, self.mean = self._with_mean(picture, also)
        self.losses = None if other is None else LossPicture(self.stage, other, told)
        self.strip = MeanStrip(self.mean, self.start)
        self.prepare_table(self.zones.table, self.tries)
        self.worked = self.worked_rows()
        zone = self.zones.model
        self.lower = zone.rows(*BOTH[long], gap=0.05)[1]
        self.model = self.modelled()

    def _with_mean(self, zone: Zone, also: list[FloatArray]) -> tuple[SquaresPicture, MeanSquare]:
        """The picture and the mean's square: in a free corner where one can be had, smaller where none holds it whole."""
        for scale, room in (*product(SCALES, ROOM), (SCALES[-1], ROOM[0])):
            fit = SquaresPicture(self.stage, zone, self.told, also, widest=WIDEST, room=room)
            mean = MeanSquare(fit, self.tries, scale)
            if len(mean.live) or not mean.wanted:
                break
        return fit, mean

    def worked_rows(self) -> list[WorkedRow]:
        """The told rows in the model, one after the other in one place; none where one of them has no room."""
        zone, told = self.zones.total, self.told
        place = zone.rows(1, 1)[0]
        made = [WorkedRow(self.stage, place, told, self.start, n) for n in range(len(told.rows))]
        return made if all(len(each.whole) for each in made) else []

    def residual_rule(self) -> Formula:
        """What is taken from what, in the place of the worked rows."""
        names = (
            Symbol(self.stage.said(HEADS[each])) for each in ("residual", "actual", "predicted")
        )
        residual, actual, predicted = names
        forwards = self.told.problem.notation.residual_sign == "prediction - target"
        whole, less = (predicted, actual) if forwards else (actual, predicted)
        zone = self.zones.total.rows(1, 1)[0]
        made = self.stage.formula(Equation(residual, Sum((whole, Negative(less)))), em=EM)
        made.at_most(zone.width).put(zone.left, zone.centre[1])
        colours = {residual: self.stage.palette.error, predicted: self.stage.palette.prediction}
        for path, term in made.term.walk():
            if term in colours:
                made.glyphs(path).set_color(colours[term])
        return made

    def modelled(self) -> VGroup:
        """The model, which says what is predicted, broken in rows where it is long."""
        name = Symbol(self.stage.said(HEADS["predicted"]))
        made = self._modelled(name)
        for part in made.get_family():
            if isinstance(part, Formula):
                own = [path for path, term in part.term.walk() if term == name]
                for path in own:
                    part.glyphs(path).set_color(self.stage.palette.prediction)
        return made

    def _modelled(self, name: Symbol) -> VGroup:
        zone, problem = self.zones.model, self.story.problem
        statements = [Equation(name, each.right) for each in problem.model_equations]
        upper = Zone(zone.left, zone.right, self.lower.top, zone.top)
        short = tuple(cut(self.story.problem, statements))
        if len(statements) == 1:
            made = self.stage.formula(statements[0], em=EM)
            if made.width <= zone.width / SMALLER:
                made.at_most(zone.width).put(zone.left, 0.0)
                return VGroup(made.shift((0, zone.top - made.get_top()[1], 0)))
        for each in (statements, short):
            if len(made := Rows(self.stage).set_into(upper, each)):
                return made
        return VGroup(stood(self.stage.formula(short[0], em=EM), upper, LIFT))

    def parameter_row(self, values: FloatArray) -> Mobject:
        """The parameters with their values."""
        said = message("with {values}", values=words.at(self.story, values, shown=brief))
        return stood(self.stage.sentence(said, em=VALUE_EM, whole=True), self.lower, LIFT)

    def cost_row(self, values: FloatArray, least: float | None = None) -> Formula:
        """The cost with these values, and that it is above the least."""
        zone, problem, cost = self.zones.cost, self.story.problem, self.told.cost(values)
        number, other = numeral(cost), numeral(least or 0.0)
        term = Equation(problem.cost_name, number)
        said = term if least is None else Comparison(term, ">", other)
        made = self.stage.formula(said, em=COST_EM).at_most(zone.width)
        made.set_color(self.stage.palette.error)
        return made.put(zone.left, zone.centre[1] - LIFT)

    def cost_passing(self, values: FloatArray) -> VGroup:
        """The cost on the way to other parameters, with a fixed number of places."""
        most = max(map(self.told.cost, self.tries))
        places = places_in(most)
        if places is None:
            return self.cost_row(values)
        made = self.cost_row(self.start)
        said = self.stage.sentence(fixed(self.told.cost(values), places), em=made.em)
        said.put(float(made.glyphs((1,)).get_left()[0]), made.baseline)
        rest = {id(glyph) for glyph in made.glyphs((1,))}
        head = [glyph for glyph in made if id(glyph) not in rest]
        return VGroup(*head, *said).set_color(self.stage.palette.error)

    def note_beside(self, said: Message) -> Mobject:
        """A remark beside the cost, or below it where there is no room."""
        zone = self.zones.cost
        left = float(self.cost.get_right()[0]) + BESIDE
        if zone.right - left < NARROW and zone.height > 2 * COST_EM:
            made = self.stage.sentence(said, em=NOTE_EM, width=zone.width)
            foot = float(self.cost.get_bottom()[1]) - BESIDE
            return made.put(zone.left, foot - NOTE_EM / 2)
        made = self.stage.sentence(said, em=NOTE_EM, width=zone.right - left)
        made.put(left, zone.centre[1] - LIFT)
        return made.shift((0, self.cost.get_center()[1] - made.get_center()[1], 0))

    # ---------------------------------------------------------------------------------------------
    # Other parameters

    def travel_to(
        self, values: FloatArray, seconds: float = TRAVEL, least: float | None = None
    ) -> None:
        """Picture, table and cost go to other parameters; where it is above the least cost, that is said there."""
        places = [places_in(max(abs(each[n]) for each in self.tries)) for n in range(len(values))]

        def gone(part: float) -> None:
            there = part == 1
            here = values if there else (1 - part) * start + part * values
            self.fit.show(here)
            self.mean.show(here, passing=part != 1)
            if self.losses is not None:
                self.losses.show(here)
            if there:
                # Nudges are no tries of the table's, and may have no room in full.
                table = self.table.whole(here) if least is None else self.table.passing(here)
                parts = table, self.parameter_row(here), self.cost_row(here, least)
            else:
                few = [v if p is None else round(v, p) for v, p in zip(here, places, strict=True)]
                row = self.parameter_row(np.array(few))
                parts = self.table.passing(here), row, self.cost_passing(here)
            refill(rows, parts)

        start, rows = self.fit.values, VGroup(self.shown, self.values, self.cost)
        self.remove(*rows)
        losses = [] if self.losses is None else [self.losses.live]
        moved = VGroup(self.fit.live, self.mean.live, *losses, rows)
        self.play(UpdateFromAlphaFunc(moved, lambda _, part: gone(float(part))), run_time=seconds)
        gone(1.0)
        self.shown, self.values, self.cost = rows
        self.remove(moved)
        self.add(*moved)

    def picture_numbers(self, values: FloatArray) -> VGroup:
        """What the loss makes of the told rows, written into the picture."""
        return self.fit.square_numbers() if self.losses is None else self.losses.numbers(values)

    def row_marked(self, number: int) -> list[Animation]:
        """A told row's square, and its number in the table."""
        marked = [self.shown[-1][number].animate(rate_func=there_and_back).scale(MARKED).build()]
        square = self.fit.squares[number]
        if self.losses is None and len(square.points):
            marked.append(square.animate(rate_func=there_and_back).set_fill(opacity=DEEP).build())
        return marked
