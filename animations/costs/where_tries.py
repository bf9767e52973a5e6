"""The beginning of the lesson `where_cost_lives`: what a place is, a few of them, and a grid of them that is tried."""

from __future__ import annotations

from manim import Circle, FadeIn, FadeOut, VGroup, VMobject
from manim.utils.paths import path_along_arc

from symgd.animations.costs.roam_marks import RoamMarks
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, TRY, WhereMoves
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.number_flight import Carried, carried
from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.contrast import faintest
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Sum, Symbol
from symgd.writing.words import message

SLOWLY, SLOWER = 4, 4  # so many of the tries take so many times as long
RING = 0.16
GHOST = 1.8  # how thick the line of a place is that was left
BESIDE = 0.15  # of a row, where a number leaves it
BULGE = -1.7  # how far a number's way bends, in radians


class WhereTries(WhereMoves):
    """A scene in which a dot roams over the floor, and then goes from point to point of a grid."""

    start: tuple[float, ...]
    numbers: VGroup
    marks: RoamMarks
    ring: Circle

    def show_place(self) -> None:
        """The start's line, and the start's point; another point is another line."""
        surface, fit = self.surface, self.fit
        self.add(surface.floor_parts)  # a film's first picture is not empty
        if fit is not None:
            self.add(fit.panel.drawing)
        self.set_heading(message("Where is the cost least?"))
        if fit is None:
            self.reveal(*[self.formula] * bool(self.formula))
        else:
            self.reveal(fit.points, fit.line)
            self.add(fit.live)
        self.said = self.said_of(surface.here)
        self.reveal(surface.dot, self.said[0])
        self.start, self.reads = surface.here, isinstance(surface, SurfacePicture)
        if isinstance(surface, SurfacePicture):
            surface.show_feet()
            self.play(FadeIn(surface.feet), run_time=FADE)
        self.note_held()
        if self.story.problem.has_examples:
            self.turn()
        self.show_sum()
        self.roam()

    def note_held(self) -> None:
        """What the other parameters are."""
        if self.floor.others:
            others = [
                Equation(Symbol(self.story.names[n]), numeral(float(self.floor.held[n])))
                for n in self.floor.others
            ]
            self.note = self.surface.note(message("slice at {point}", point=listed(others)))
            self.reveal(self.note)

    def show_sum(self) -> None:
        """The squares' areas go from the picture into the cost."""
        areas = VGroup() if self.fit is None else self.fit.square_numbers()
        parts = self.summed(areas)
        if len(areas):
            self.play(FadeIn(areas), run_time=FADE)
        if parts:
            taken = {id(glyph) for _, target in parts for glyph in target}
            rest = [glyph for glyph in self.said[1] if id(glyph) not in taken]
            self.play(FadeIn(VGroup(*rest)), run_time=FADE)
            self.play(*(carried(*pair) for pair in parts), run_time=MOVE)
            self.remove(self.said[1], *(target for _, target in parts))
            self.add(self.said[1])
        later = self.said[2 if parts else 1 :]
        if len(later):
            self.reveal(*later)
        self.remove(*self.said)
        self.add(self.said)
        if len(areas):
            self.play(FadeOut(areas), run_time=FADE)

    def summed(self, areas: VGroup) -> list[tuple[Typeset, VGroup]]:
        """Each area's number in the picture with the same in the row of the terms; none where these are not all there."""
        row = self.said[1] if len(self.said) > 1 else None
        numbers = [part for each in areas for part in each if isinstance(part, Typeset)]
        if self.fit is None or not isinstance(row, Formula) or not self.told.terms_em:
            return []
        told = [numeral(each.adds) for each in self.fit.told.at(self.floor.at(*self.start))]
        sums = [(path, part) for path, part in row.term.walk() if isinstance(part, Sum)]
        places = [
            [(*path, n) for n, term in enumerate(part.terms) if term in told] for path, part in sums
        ]
        targets = next((found for found in places if len(found) == len(numbers)), [])
        return [(n, row.glyphs(at)) for n, at in zip(numbers, targets, strict=False)]

    def roam(self) -> None:
        """To a few other places and back; where the dot was, its cost stays, and its line as a pale one."""
        surface, fit = self.surface, self.fit
        places = [*self.floor.around(), self.start]
        self.turn()
        if not isinstance(surface, SurfacePicture):
            for place in places:
                self.glide(place, MOVE)
            return
        marks = self.marks = RoamMarks(surface, [self.start, *places[:-1]])
        for n, place in enumerate(places):
            self.leave(marks, n)
            moves = fit is not None and not fit.told.across  # else the points move
            lines = [self.ghost_of(fit.line)] if fit is not None and moves else []
            marks.lines.add(*lines)
            self.add(marks.lines)
            self.glide(place, MOVE)
        self.remove(surface.dot)
        self.add(surface.dot)

    def ghost_of(self, line: VMobject) -> VMobject:
        """A line as it stays, as faint as may be."""
        palette = self.stage.palette
        faint = faintest(palette.prediction, palette.ground)
        return line.copy().set_stroke(width=GHOST, opacity=faint)

    def leave(self, marks: RoamMarks, number: int) -> None:
        """The cost of a place goes from its row to the place."""
        spot, label = marks.spots[number], marks.labels[number]
        self.add(spot, self.surface.dot)
        told = self.cost_told()
        if not len(label):
            return
        plain = next(part for part in label if isinstance(part, Typeset))
        self.play(
            FadeIn(label) if told is None else leaving_row(self.said[-1], told, plain),
            run_time=FADE,
        )
        self.remove(plain)
        marks.shown.add(spot, label)
        self.add(marks.shown, self.surface.dot)

    def cost_told(self) -> VGroup | None:
        """The number of the cost in the last of the rows."""
        last = self.said[-1] if len(self.said) else None
        made = isinstance(last, Formula) and isinstance(last.term, Equation)
        return last.glyphs((1,)) if made and isinstance(last, Formula) else None

    def show_grid(self) -> None:
        """Point after point: its line, its dot, its cost, which stays; at the best try alone where there is little room."""
        surface, costs = self.surface, self.floor.costs
        numbers, best, self.reads = surface.numbers(), 0, False
        if isinstance(surface, SurfacePicture):
            marks = self.marks
            gone = (surface.feet, marks.shown, marks.lines)
            self.play(*map(FadeOut, gone), run_time=FADE)
        self.set_heading(message("First idea: try many places"))
        self.remove(surface.dot)
        for n, place in enumerate(self.floor.places):
            best = n if not costs[n] >= costs[best] else best
            self.go(place)
            told = self.cost_told()
            self.add(surface.dots[n], *[numbers[best]] * (best != n), surface.dot)
            if n < SLOWLY and told is not None and len(numbers[n]):
                flight = leaving_row(self.said[-1], told, numbers[n])
                self.play(flight, run_time=TRY * SLOWER)
            else:
                self.add(numbers[n], surface.dot)
                self.wait(TRY)
            if not surface.every:
                self.remove(*(numbers[k] for k in range(n + 1) if k != best))
            if n == SLOWLY:
                self.turn()
        best = self.floor.places.index(self.floor.best)
        self.remove(*surface.dots, *numbers)
        some = {id(part): part for part in (numbers[best], numbers[-1])}.values()
        others = [number for number in numbers if number is not numbers[best]]
        self.numbers = VGroup(numbers[best], *others) if surface.every else VGroup(*some)
        self.add(surface.dots, self.numbers, surface.dot)

    def show_best(self) -> None:
        """A ring round the best of the grid."""
        surface, best = self.surface, self.floor.best
        self.glide(best, MOVE)
        self.ring = self.ring_at(surface.place(best, self.floor.cost(*best)))
        self.play(FadeIn(self.ring), run_time=FADE)
        self.turn()
        self.show_curse()
        if surface.every:
            return
        kept, *others = self.numbers
        others = [number for number in others if len(number)]
        if others:
            self.play(*map(FadeOut, others), run_time=MOVE)
        self.remove(self.numbers)
        self.numbers = VGroup(kept)
        self.add(self.numbers, surface.dot)

    def show_curse(self) -> None:
        """How many tries it takes for more parameters."""
        self.curse = self.tries_row()
        for part in self.curse:
            self.play(FadeIn(part), run_time=FADE)

    def ring_at(self, centre: FloatArray) -> Circle:
        """A ring round something that is compared."""
        ring = Circle(radius=RING, color=self.stage.palette.ink, stroke_width=3).set_z_index(2)
        return ring.move_to(centre)


def leaving_row(row: VMobject, number: VGroup, target: VMobject) -> Carried | FadeIn:
    """A number on its way out of the row that it stands in: from its left end to what lies there, or else below it."""
    start = number.copy()
    if target.get_right()[0] < row.get_left()[0]:
        start.shift((row.get_left()[0] - BESIDE - start.get_right()[0], 0, 0))
        return carried(start, target)
    made = carried(start, target)
    if isinstance(made, Carried):
        made.path_func = path_along_arc(BULGE)
    return made
