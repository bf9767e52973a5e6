"""DescentStarts: how a descent is shown to begin: its data, its start, its cost, and the cost's parts."""

from __future__ import annotations

import numpy as np
from manim import FadeIn, FadeOut, GrowFromPoint, Mobject, VGroup

from symgd.animations.descending import descend_words as words
from symgd.animations.descending import penalty_words, rule_words
from symgd.animations.descending.data_rows import DataRows
from symgd.animations.descending.descend_ends import GAP
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descend_trials import DescentTrials
from symgd.animations.descending.descend_updates import LARGE_EM
from symgd.animations.descending.descent_numbers import Readouts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.staging.stage import Label, Zone
from symgd.animations.stories.standardised_run import StandardisedRun
from symgd.data.arrays import FloatArray
from symgd.terms import Equation
from symgd.writing.words import message

EM, LOSS_EM = 0.42, 0.32
LIFT, BESIDE = (
    0.12,
    0.4,
)  # of what stands beside the heading, from its zone's foot and from the heading
SPECK = 0.02  # of a square, when it has become a number
TITLE = 0.7  # of the whole zone, that headings have at least
PART = 0.6  # from the cost's value down to the penalty's
CLOSEST, DEPTH = 1.3, 0.3  # from row to row at least, and below a row's baseline, in ems


class DescentStarts(DescentTrials):
    """Shows what is descended, and where from."""

    unknown: VGroup
    first_cost: Mobject

    title_zone: Zone | None = None
    squares: VGroup = VGroup()  # on the residuals

    @property
    def heading_zone(self) -> Zone:
        """Left of the cost's name, where that is there."""
        return self.title_zone or self.stage.layout.heading

    def head(self, beside: str) -> None:
        """The question, and beside it what the cost is, where that leaves room for headings."""
        zone = self.stage.layout.heading
        if beside:
            loss = self.stage.sentence(beside, em=LOSS_EM).set_fill(self.stage.palette.error)
            room = zone.width - loss.width - BESIDE
            if room >= TITLE * zone.width:
                self.add(loss.put(zone.right - loss.width, zone.bottom + LIFT))
                self.title_zone = Zone(zone.left, zone.left + room, zone.bottom, zone.top)
        self.set_heading(rule_words.heading(self.story))

    def head_room(self) -> None:
        """Room for the numbers, below the readouts."""
        zone = self.places.lines
        self.readouts = Readouts(self.stage, zone, self.story)
        self.below = Zone(zone.left, zone.right, zone.bottom, self.readouts.bottom - GAP)

    def show_function(self) -> None:
        """The formula, and its value at the start."""
        self.fit = None
        self.head("")
        self.show_cost(self.places.numbers)

    def show_data(self) -> None:
        """Points, large, and their numbers."""
        self.fit = FitPicture(self.stage, self.places.large, self.story, self.trials)
        problem, declared = self.story.problem, self.stage.words.declared
        parts = [problem.loss.title, *([problem.penalty.title] if problem.penalty else [])]
        self.head(" + ".join(map(declared, parts)))
        self.add(self.fit.panel.drawing)
        upper, lower = self.data_zones
        rows = DataRows(self.stage, upper, self.story)
        seen = self.fit.line if self.story.form == "model" else self.fit.points
        self.play(FadeIn(seen))
        self.play(FadeIn(rows))
        self.unknown = self.named_values(lower, None)
        self.play(FadeIn(self.unknown))
        self.shown = [rows, self.unknown]

    def named_values(self, zone: Zone, values: list[float] | None) -> VGroup:
        """The model, and each parameter with its value, or with a question mark."""
        (model,) = self.story.problem.model_equations
        said: list[Label] = [model]
        for number, name in enumerate(self.story.problem.symbols):
            if values is None:
                said.append(message("{name} = ?", name=name))
            else:
                said.append(Equation(name, numeral(values[number])))
        lines = [self.stage.sentence(each, em=LARGE_EM).at_most(zone.width) for each in said]
        deep = lines[0].baseline - float(lines[0].get_bottom()[1])
        more = max(0.0, deep - DEPTH * LARGE_EM)  # a long model has several rows
        pitch = min(2 * LARGE_EM, (zone.height - more) / len(said))
        first, *others = lines
        first.put(zone.left, zone.top - 0.7 * pitch)
        for number, line in enumerate(others, start=1):
            line.scale(min(1.0, pitch / (CLOSEST * LARGE_EM)))
            line.put(zone.left, zone.top - more - pitch * (number + 0.7))
        return VGroup(*lines)

    @property
    def data_zones(self) -> tuple[Zone, Zone]:
        """Of the data's numbers and of the cost, while the data are large."""
        told = 0.7 if self.story.problem.penalty and not self.places.has_columns else 1.1
        return self.places.halves(told, 1)

    def show_start(self) -> None:
        """The first line."""
        assert self.fit is not None
        new = self.fit.points if self.story.form == "model" else self.fit.line
        self.play(FadeIn(new))
        self.remove(self.fit.points, self.fit.line)
        self.add(self.fit.live)
        model, *unknown = self.unknown
        _, *values = self.named_values(self.data_zones[1], self.story.parameters[0].tolist())
        self.play(FadeOut(*unknown), run_time=QUICK)
        self.play(FadeIn(*values))
        self.shown[-1] = self.unknown = VGroup(model, *values)
        if self.story.scaled is not None:
            self.show_scaling(self.story.scaled)

    def show_scaling(self, scaled: StandardisedRun) -> None:
        """In the place of the rows, how the inputs are standardised; it stays as long as they are seen."""
        self.turn()
        zone, rows = self.data_zones[0], VGroup()
        columns = penalty_words.scaled_columns(scaled)
        pitch = zone.height / (len(columns) + 1)
        for number, said in enumerate(columns):
            line = self.stage.sentence(said, em=LARGE_EM).at_most(zone.width)
            rows.add(line.put(zone.left, zone.top - pitch * (number + 1)))
        self.play(FadeOut(self.shown[0]), FadeIn(rows), run_time=MOVE)
        self.shown[0] = rows
        self.turn()

    def show_residuals(self) -> None:
        """Dashes, and the cost that they make."""
        assert self.fit is not None
        self.fit.show(0.0)
        self.play(FadeIn(self.fit.residuals))
        self.turn()
        if words.squared(self.story):
            self.squares = self.fit.squares()
            self.play(*(GrowFromPoint(each, self._foot(each)) for each in self.squares)) if len(
                self.squares
            ) else None
        self.play(FadeOut(self.unknown), run_time=FADE)
        self.shown.remove(self.unknown)
        self.show_cost(self.data_zones[1])

    def _foot(self, square: Mobject) -> FloatArray:
        """The middle of the residual that a square grows from."""
        assert self.fit is not None
        rights = [float(point.get_center()[0]) for point in self.fit.points]
        here = square.get_center()
        return min(
            (np.array([x, here[1], 0.0]) for x in rights),
            key=lambda p: abs(abs(p[0] - here[0]) - square.width / 2),
        )

    def show_cost(self, zone: Zone) -> None:
        """The cost, and its value at the start."""
        problem, ink = self.story.problem, self.stage
        equation = ink.formula(Equation(problem.cost_name, problem.cost_term), em=LARGE_EM)
        equation.at_most(zone.width).put(zone.left, zone.top - 0.75)
        first = Equation(problem.cost_name, words.cost_at(self.story, 0))
        value = ink.sentence(message("at the start: {value}", value=first), em=EM)
        value.at_most(zone.width).put(zone.left, equation.get_bottom()[1] - 0.7)
        self.shown += [equation, value]
        value.set_fill(ink.palette.error)
        self.first_cost = value
        self.play(FadeIn(equation))
        copies = self.squares.copy()
        there = value.get_right()
        moves = [each.animate.scale(SPECK).move_to(there) for each in copies]
        self.play(*moves, FadeIn(value))  # the squares become one number
        self.remove(copies, *copies)
        part = penalty_words.in_parts(self.story, 0)
        if part is not None:
            self.turn()
            said = ink.sentence(part, em=EM).at_most(zone.width)
            self.shown.append(said.put(zone.left, value.get_bottom()[1] - PART))
            self.play(FadeIn(said))
