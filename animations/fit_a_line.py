"""fit_a_line: what a cost means, from residuals to squares to their mean, and whose function it is.

Every number is one of the problem's own rows, or of its cost; the formulas are the problem's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import Create, FadeIn, FadeOut, Mobject, SurroundingRectangle, VGroup

from symgd.animations.costs import fit_words as words
from symgd.animations.costs.fit_panels import GROW, FitPanels
from symgd.animations.costs.fit_tables import FADE, MOVE, copied
from symgd.animations.costs.worked_row import WorkedRow
from symgd.animations.formulas.number_flight import carried
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.stories.known_least import known_least
from symgd.data.arrays import FloatArray
from symgd.errors import ProblemError
from symgd.writing.words import message

ARC = np.pi / 3  # of a number's way below what is drawn
FRAME = 0.12  # round the least cost
NUDGE, SEEN = 1.0, 0.6  # seconds: a nudge, and how long it can be looked at
LAID, QUICK = (
    2.0,
    0.5,
)  # seconds in which squares become a strip; of a first time, for what comes again


class FitALine(FitPanels):
    """Lesson 1: what cost means."""

    lesson = "fit_a_line"
    whence: Mobject  # how the least cost is known
    rule: Mobject | None = None  # what is taken from what for a residual
    came: VGroup  # what came out of the rows that were worked

    def beats(self) -> Iterator[Beat]:
        """Data, a wrong line, its residuals, what the loss makes of them, the cost, and whose function it is."""
        self.story = self.prepared()
        if not self.story.problem.has_examples:
            cause = "the lesson fit_a_line is about data, and a function has none"
            raise ProblemError(cause, "film where_cost_lives of it")
        self.prepare()
        told, lesson = self.told, FitALine
        yield self.beat(message("the data"), words.data(told), lesson.show_data)
        yield self.beat(message("a first try"), words.first(told), lesson.show_first, asks=True)
        worked = words.predicted(told) if self.worked else ()
        said = (*worked, *words.residuals(told))
        yield self.beat(message("the residuals"), said, lesson.show_residuals)
        name = message("the squares") if told.is_square else message("the losses")
        yield self.beat(name, words.losses(told), lesson.show_losses)
        yield self.beat(
            message("the cost"), words.total(told, laid=self.strip.possible), lesson.show_total
        )
        yield self.beat(message("the formula"), words.formula(told), lesson.show_formula)
        if not np.allclose(self.best, self.start):
            if told.has_worse:
                yield self.beat(message("a worse try"), words.worse(told), lesson.show_worse)
            said = words.another(told, asks=bool(self.nudges))
            yield self.beat(message("another try"), said, lesson.show_another)
            if self.nudges:
                yield self.beat(
                    message("nudges"), words.nudged(told, self.nudges), lesson.show_nudges
                )
        yield self.beat(message("the answer"), words.end(told), lesson.show_end, hold=2.5)

    # ---------------------------------------------------------------------------------------------
    # A wrong line

    def show_data(self) -> None:
        """Points with their coordinates; of several inputs what is actual, along its scale."""
        self.set_heading(words.question(self.told))
        fit, table = self.fit, self.table
        self.play(FadeIn(fit.panel.drawing), run_time=FADE)
        if self.told.across:
            foot, ink = fit.panel.box.bottom, self.stage.palette.ink
            self.rug = VGroup(*(point.copy().set_y(foot).set_color(ink) for point in fit.points))
            self.play(FadeIn(self.rug), run_time=MOVE)
        else:
            self.play(FadeIn(fit.points), run_time=MOVE)
            self.coordinates = fit.coordinates()
            self.play(FadeIn(self.coordinates), run_time=FADE)
        self.play(FadeIn(self.line), run_time=FADE / 2)
        self.type(*(c for c in (*table.given, "actual") if c in table.columns))

    def show_first(self) -> None:
        """The model, its parameters' values, and what it says."""
        fit = self.fit
        self.play(FadeIn(self.model), run_time=FADE)
        self.values = self.parameter_row(self.start)
        self.play(FadeIn(self.values), run_time=FADE)
        self.add(fit.line, fit.points if self.rug is None else self.rug)  # points stay above
        self.play(FadeIn(fit.line), run_time=MOVE)
        if self.rug is not None:
            colour = self.stage.palette.prediction
            up = zip(self.rug, fit.points, strict=True)
            self.play(
                *(mark.animate.move_to(point).set_color(colour) for mark, point in up),
                run_time=MOVE,
            )
            self.remove(self.rug)
            self.add(fit.points)

    def show_residuals(self) -> None:
        """The dashes one after the other, and their numbers, which go into the table."""
        fit = self.fit
        if self.coordinates is not None:  # among several inputs there are none
            self.play(FadeOut(self.coordinates), run_time=FADE)
        self.show_predicted()
        gone = [FadeOut(self.worked[-1].whole)] if self.worked else []
        self.play(*gone, FadeIn(fit.others), Create(fit.residuals), run_time=MOVE)
        self.remove(fit.points)
        self.add(fit.points)
        self.turn()
        if self.told.of_residual:
            self.rule = self.residual_rule()
            self.play(FadeIn(self.rule), run_time=FADE)
            self.numbers = fit.residual_numbers()
            self.play(FadeIn(self.numbers), run_time=FADE)
            self.travel(self.numbers, "residual")

    def show_predicted(self) -> None:
        """Each row goes into the model, and what comes out into the table; the first slowly."""
        self.predictions = None if self.told.across else self.fit.predictions()
        if not self.worked:
            self.type("predicted")
            if self.predictions is not None:
                self.play(FadeIn(self.predictions), run_time=FADE)
            return
        self.head("predicted")
        before: WorkedRow | None = None
        for number in range(len(self.worked)):
            before = self.work(number, before)
        cells = self.table.cells("predicted", self.start)
        self.remove(*self.came, *([] if self.predictions is None else self.predictions))
        self.keep(cells)
        self.add(*there(self.predictions))
        self.turn()

    def work(self, number: int, before: WorkedRow | None) -> WorkedRow:
        """One row in the place of the one before it."""
        row, table = self.worked[number], self.table
        quick = 1.0 if before is None else QUICK
        if before is None:
            self.came = VGroup()
            self.play(*row.came(self.values), run_time=MOVE)
            self.remove(row.rest)
            self.add(row.rest)
        else:
            moved = [part for _, part in before.given]
            self.play(FadeOut(VGroup(*moved, before.predicted)), run_time=FADE / 2)
            self.remove(before.rest)
            self.add(row.rest)
        here = [
            table.cells(column, self.start) for column in table.given if column in table.columns
        ]
        flights = [
            carried(here[n][number], place) if here else FadeIn(place) for n, place in row.given
        ]
        self.play(*flights, run_time=quick * MOVE)
        dots = [] if self.predictions is None else [FadeIn(self.predictions[number])]
        self.play(FadeIn(row.predicted), *dots, run_time=FADE)
        cell = table.cells("predicted", self.start)[number]
        self.play(carried(row.predicted, cell), run_time=quick * MOVE)
        self.came.add(cell)
        self.remove(row.rest, row.predicted, *(place for _, place in row.given))
        self.add(row.whole)
        return row

    def show_losses(self) -> None:
        """Squares open out of the dashes, or bars up to the loss's curve; their numbers go into the table."""
        fit, told, losses = self.fit, self.told, self.losses
        if gone := leaving(self.numbers, self.rule):
            self.play(*gone, run_time=FADE)
        if losses is None:
            for number, square in enumerate(fit.squares):
                if len(square.points):
                    self.play(fit.opened(number), run_time=GROW if number == 0 else GROW * QUICK)
            self.remove(*fit.live)
            self.add(*fit.live, *there(self.predictions))
        else:
            self.play(FadeIn(losses.panel.drawing), run_time=FADE)
            self.play(FadeIn(VGroup(losses.curves, losses.names)), run_time=FADE)
            self.play(FadeIn(losses.live), run_time=MOVE)
        self.turn()
        self.numbers = self.picture_numbers(self.start)
        self.play(FadeIn(self.numbers), run_time=FADE)
        column = "square" if told.is_square else "loss"
        self.travel(self.numbers, column, ARC)
        if told.problem.weights is not None:
            self.travel(self.table.cells(column, self.start), "adds")

    # ---------------------------------------------------------------------------------------------
    # One number

    def show_total(self) -> None:
        """The numbers of the last column go into the sum, and what it comes to."""
        self.total, places = self.total_row(self.start)
        parts = {id(part) for place in places for part in place}
        rest = VGroup(*(part for part in self.total if id(part) not in parts))
        self.play(FadeIn(rest), run_time=FADE)
        cells = self.shown[-1]  # of what is added
        for cell, place in zip(cells, places, strict=True):
            self.play(*copied(cell, place), run_time=FADE)
        self.remove(rest, *places)
        self.add(self.total)
        if len(self.mean.live):
            self.show_mean()
        self.cost = self.cost_row(self.start)
        number = self.cost.glyphs((1,))
        rest = VGroup(*(glyph for glyph in self.cost if id(glyph) not in {id(g) for g in number}))
        self.play(FadeIn(rest), run_time=FADE)
        self.play(carried(self.mean.number, number), run_time=MOVE)
        self.remove(rest, number)
        self.add(self.cost)

    def show_mean(self) -> None:
        """The squares' mean: all areas laid as one strip, which is cut in equal parts; one of them becomes the mean."""
        mean, strip = self.mean, self.strip
        if not strip.possible:
            self.play(FadeIn(VGroup(mean.square, mean.name)), run_time=FADE)
        else:
            self.play(FadeIn(strip.plate), run_time=FADE)
            self.add(strip.strips)
            self.play(*strip.laid(), *strip.named(self.numbers), run_time=LAID)
            self.turn()
            self.play(FadeIn(strip.note), run_time=FADE)
            self.play(FadeOut(strip.names), *map(Create, strip.cuts), run_time=MOVE)
            self.remove(strip.strips, strip.cuts, strip.names)
            self.add(strip.part, strip.others, strip.cuts)
            self.wait(SEEN)
            self.play(*strip.stacked(), run_time=MOVE)
            self.play(*strip.shared(), run_time=MOVE)
            self.remove(strip.part)
            self.add(mean.square)
            self.play(FadeIn(mean.name), run_time=FADE)
        self.play(FadeIn(mean.number), run_time=FADE)
        self.remove(mean.square, mean.name, mean.number)
        self.add(mean.live)
        self.fit.beside.append(mean.live)

    def show_formula(self) -> None:
        """The numbers become the sum over all rows; the parameters are marked."""
        self.formula = self.rewritten(self.total)
        self.turn()
        self.marks = self.parameter_marks(self.formula)
        self.play(FadeIn(self.marks), run_time=FADE)

    def show_worse(self) -> None:
        """From the first parameters past the best ones."""
        self.show_try(self.told.worse)

    def show_another(self) -> None:
        """To the best parameters; how it is known that they are, unless nudges are to ask first."""
        self.show_try(self.best)
        if not self.nudges:
            self.show_known()

    def show_known(self) -> None:
        """How it is known that the cost is the least."""
        self.whence = self.note_beside(words.KNOWN[known_least(self.story).source])
        self.play(FadeIn(self.whence), run_time=FADE)

    def show_nudges(self) -> None:
        """A little more and a little less of each parameter, and back."""
        self.set_heading(message("Is that the least? A nudge to each side tells."))
        self.turn()
        least = self.told.cost(self.best)
        self.play(*leaving(self.numbers), run_time=FADE)
        self.enlarge_mean()
        changed, outline = -1, self.mean.outline()
        self.add(outline)
        for values in self.nudges:
            before, changed = changed, int(np.argmax(values != self.best))
            if before not in (-1, changed):  # one at a time
                self.travel_to(self.best, NUDGE)
            self.travel_to(values, NUDGE, least)
            self.wait(SEEN)
        self.travel_to(self.best, NUDGE)
        self.remove(outline)
        self.numbers = self.picture_numbers(self.best)
        self.play(FadeIn(self.numbers), run_time=FADE)
        self.show_known()

    def enlarge_mean(self) -> None:
        """The mean's square is drawn larger, so that it is seen to grow from its outline at each nudge."""
        mean = self.mean
        scale = mean.enlarged(self.tries, self.nudges) if len(mean.live) else mean.scale
        if scale == mean.scale:
            return
        self.play(FadeOut(mean.name), run_time=FADE / 2)
        self.play(mean.grown(scale), run_time=MOVE)
        mean.rename()
        self.play(FadeIn(mean.name), run_time=FADE)
        self.remove(mean.square, mean.number, mean.name)
        self.add(mean.live)

    def show_try(self, values: FloatArray) -> None:
        """Other parameters: picture, table and cost at once."""
        if gone := leaving(self.numbers, self.predictions):
            self.play(*gone, run_time=FADE)
        self.predictions = None
        self.travel_to(values)
        self.numbers = self.picture_numbers(values)
        self.play(FadeIn(self.numbers), run_time=FADE)

    def show_end(self) -> None:
        """The question is answered."""
        self.set_heading(words.answer(self.told))
        self.turn()
        if not known_least(self.story).is_best:
            return
        frame = SurroundingRectangle(self.cost, color=self.stage.palette.error, buff=FRAME)
        self.play(Create(frame.set_stroke(width=2.5)), run_time=MOVE)


def there(mobject: Mobject | None) -> list[Mobject]:
    """It, if there is any."""
    return [] if mobject is None else [mobject]
