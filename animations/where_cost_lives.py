"""where_cost_lives: a floor of parameters, a grid search on it, and the surface that the costs make above.

Every height is the run's own cost; the grid's are those of symgd's grid search.
"""

from __future__ import annotations

from collections.abc import Iterator

from manim import Circle, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.foot_marks import FootMarks, slice_scale, slice_width
from symgd.animations.costs.line_floor import LineFloor
from symgd.animations.costs.surface_picture import DENSE, SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, RISE, TILT, TRY, WhereMoves
from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.pictures.slice_picture import SlicePicture, steepest
from symgd.animations.staging.beats import Beat
from symgd.terms import Equation, Symbol
from symgd.writing.words import message

RING = 0.19
GHOST = 0.25  # how dense the surface is while it is cut
SLOWLY, SLOWER = 4, 4  # so many of the tries take so many times as long


class WhereCostLives(WhereMoves):
    """Lesson 2: places are parameters, heights are costs."""

    lesson = "where_cost_lives"
    levels: VGroup

    def beats(self) -> Iterator[Beat]:
        """The floor and the question, a grid search, the surface, its map, the lowest point, a slice."""
        self.story = self.prepared()
        self.prepare()
        floor, lesson = self.floor, WhereCostLives
        yield self.beat(message("a place"), words.place(floor), lesson.show_place, asks=True)
        yield self.beat(message("trying many"), words.grid(floor), lesson.show_grid)
        yield self.beat(message("the best try"), words.best(floor), lesson.show_best)
        yield self.beat(message("heights"), words.rise(floor), lesson.show_rise)
        if not self.flat:
            yield self.beat(message("a map"), words.shadow(), lesson.show_shadow)
        yield self.beat(message("the lowest point"), words.lowest(floor), lesson.show_lowest)
        if not self.flat:
            self.cut = self.steeper()
            yield self.beat(message("a slice"), words.cut(floor, self.cut), lesson.show_slice)
        yield self.beat(message("the answer"), words.end(), lesson.show_end, hold=2.5)

    def steeper(self) -> int:
        """Along which of the floor's parameters it is cut: the steepest of all, or the first."""
        index = steepest(self.story)
        return self.floor.indices.index(index) if index in self.floor.indices else 0

    # ---------------------------------------------------------------------------------------------
    # Trying

    def show_place(self) -> None:
        """The start's line, and the start's point."""
        self.set_heading(message("Where is the cost least?"))
        surface, fit = self.surface, self.fit
        self.said = self.said_of(surface.here)
        if fit is not None:
            self.reveal(fit.panel.drawing)
            self.reveal(fit.points, fit.line)
            self.add(fit.live)
        elif len(self.formula):
            self.reveal(self.formula)
        self.reveal(self.said)
        self.reveal(surface.floor_parts, seconds=MOVE)
        self.turn()
        self.play(FadeIn(surface.dot), run_time=FADE)
        if self.floor.others:
            others = [
                Equation(Symbol(self.story.names[n]), numeral(float(self.floor.held[n])))
                for n in self.floor.others
            ]
            self.note = surface.note(message("slice at {point}", point=listed(others)))
            self.reveal(self.note)

    def show_grid(self) -> None:
        """Point after point: its line, its dot, its cost, which stays; at the best try alone where there is little room."""
        surface, costs = self.surface, self.floor.costs
        self.start, numbers, best = surface.here, surface.numbers(), 0
        self.remove(surface.dot)
        for n, place in enumerate(self.floor.places):
            best = n if not costs[n] >= costs[best] else best
            self.go(place)
            self.add(surface.dots[n], numbers[best], numbers[n], surface.dot)
            if not surface.every:
                self.remove(*(numbers[k] for k in range(n) if k != best))
            self.wait(TRY * (SLOWER if n < SLOWLY else 1))
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
        self.glide(best, MOVE, told=False)  # on the way there may be less than at the best try
        self.ring = Circle(radius=RING, color=self.stage.palette.ink, stroke_width=3)
        self.ring.move_to(surface.place(best, self.floor.cost(*best)))
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

    # ---------------------------------------------------------------------------------------------
    # The surface

    def show_rise(self) -> None:
        """The floor tilts, the dots rise, the surface joins them."""
        surface = self.surface
        self.play(*map(FadeOut, (self.numbers, self.ring, *self.curse)), run_time=FADE)
        if isinstance(surface, LineFloor):
            self.add(surface.stems, surface.dots, surface.dot)
            self.moving(surface.show, RISE, surface.stems, surface.dots, surface.dot)
            self.turn()
            self.play(FadeIn(surface.slice.curve), run_time=MOVE)
            return
        parts: tuple[Mobject, ...] = (surface.floor_parts, surface.dots, surface.dot)
        self.moving(lambda part: surface.show(part, 0.0), TILT, *parts)
        self.add(surface.upright, surface.stems, surface.dots, surface.dot)
        parts = (surface.floor_parts, surface.upright, surface.stems, surface.dots, surface.dot)
        self.moving(lambda part: surface.show(1.0, part), RISE, *parts)
        self.play(FadeIn(surface.heights), run_time=FADE)  # not before they have a length
        self.turn()
        hidden = [*surface.hidden(), *surface.beyond()]
        self.heads = VGroup(*(dot for dot in surface.dots if dot not in hidden))
        self.remove(surface.dots)
        self.add(*surface.dots)
        gone = [FadeOut(each) for each in (surface.stems, *hidden)]
        self.play(FadeIn(surface.quads), *gone, run_time=MOVE)

    def show_shadow(self) -> None:
        """Lines of equal cost on the surface; it floats up, and they are left on the floor."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.play(*map(FadeOut, self.heads), run_time=FADE)
        surface.show(1.0, 1.0, dropped=0.0)
        self.play(FadeIn(surface.lines), run_time=MOVE)
        self.remove(surface.lines, surface.quads, surface.dot)
        self.add(surface.lines, surface.quads, surface.dot)
        parts = surface.upright, surface.heights, surface.lines, surface.quads, surface.dot
        self.moving(
            lambda part: surface.show(1.0, 1.0, floating=part, dropped=part),
            RISE,
            surface.floor_parts,
            *parts,
        )
        self.levels = surface.label_lines()
        self.play(FadeIn(self.levels), run_time=FADE)

    def show_lowest(self) -> None:
        """A cross at the lowest point, where it is known; the line that belongs to it."""
        if isinstance(self.surface, SurfacePicture):
            self.pulse(*self.surface.lines)
        self.turn()
        lowest = self.floor.lowest
        self.cross = VGroup()
        if lowest is None:
            return
        self.glide(lowest, 2 * MOVE)
        self.cross = self.surface.cross(lowest)
        self.play(FadeIn(self.cross), run_time=FADE)

    def show_slice(self) -> None:
        """A plane through the start cuts the surface; we turn until we look straight at the cut, and come nearer."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.glide(self.start, MOVE)
        surface.cut(self.cut)
        surface.edge.set_z_index(1)
        ghost = surface.quads.animate.set_fill(opacity=GHOST)
        gone = [*map(FadeOut, (self.cross, self.note))]
        self.play(FadeIn(surface.plane), ghost, *gone, run_time=MOVE)
        self.play(FadeIn(surface.edge), run_time=FADE)
        self.turn()
        self.hidden = VGroup(surface.ticks, surface.names, surface.upright, surface.heights)
        self.hidden.add(self.levels)
        self.play(FadeOut(self.hidden), run_time=FADE)
        parts = surface.border, surface.lines, surface.quads, surface.plane, surface.edge
        self.moving(
            lambda part: surface.show(1.0, 1.0, floating=1.0, into=part), RISE, *parts, surface.dot
        )
        self.show_near()

    def show_near(self) -> None:
        """The cut's edge alone, nearer, with its scales; its foot, and the least cost of all."""
        surface, index = self.surface, self.floor.indices[self.cut]
        assert isinstance(surface, SurfacePicture)
        self.sliced = sliced = SlicePicture(
            self.stage,
            self.stage.layout.picture,
            self.story,
            index=index,
            x=slice_width(self.floor, self.cut),
            y=slice_scale(self.floor, self.cut),
        )
        sliced.curve.set_stroke(surface.edge.get_stroke_color(), surface.edge.get_stroke_width())
        ghosts = VGroup(surface.border, surface.lines, surface.quads, surface.plane)
        coming = FadeIn(VGroup(sliced.panel.drawing, sliced.note))
        self.play(FadeOut(ghosts), coming, self.nearing(sliced), run_time=2 * MOVE)
        self.remove(surface.edge, surface.dot)
        self.add(sliced.curve, sliced.dot)
        self.turn()
        self.foot = FootMarks(self.stage, sliced, self.floor, self.cut)
        for part in (self.foot.line, self.foot.ring, self.foot.names):
            if len(part):
                self.play(FadeIn(part), run_time=FADE)

    def show_end(self) -> None:
        """The surface with its lowest point, and the question answered."""
        surface = self.surface
        if not isinstance(surface, LineFloor):
            sliced = self.sliced
            gone = [sliced.curve, sliced.panel.drawing, sliced.note, sliced.dot]
            gone += [
                part for part in (self.foot.line, self.foot.ring, self.foot.names) if len(part)
            ]
            self.play(*map(FadeOut, gone), run_time=FADE)
            surface.is_cut = False
            surface.show(1.0, 1.0, floating=1.0)
            surface.label_lines()
            surface.quads.set_fill(opacity=DENSE)
            whole = surface.border, surface.lines, surface.quads, *self.hidden, self.note
            self.play(*map(FadeIn, whole), run_time=MOVE)
            lowest = self.floor.lowest
            self.go(lowest or self.floor.best)
            self.play(FadeIn(surface.dot), FadeIn(self.cross), run_time=FADE)
        self.set_heading(words.answer(self.floor))
        self.turn()
        if not isinstance(surface, LineFloor):
            self.pulse(*surface.lines)
