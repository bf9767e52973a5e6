"""where_cost_lives: a floor of parameters, a grid search on it, and the surface that the costs make above.

Every height is the run's own cost; the grid's are those of symgd's grid search.
"""

from __future__ import annotations

from collections.abc import Iterator

from manim import FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.line_floor import LineFloor
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.valley_axes import ValleyAxes
from symgd.animations.costs.where_moves import FADE, MOVE, RISE, TILT, TRY
from symgd.animations.costs.where_way import WhereWay
from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.staging.beats import Beat
from symgd.terms import Equation, Symbol
from symgd.writing.words import message

SLOWLY, SLOWER = 4, 4  # so many of the tries take so many times as long
THIN = 0.12  # how dense the surface is while lines sink through it


class WhereCostLives(WhereWay):
    """Lesson 2: places are parameters, heights are costs."""

    lesson = "where_cost_lives"

    def beats(self) -> Iterator[Beat]:
        """The floor and the question, a grid search, the surface, a slice, the map, the lowest point."""
        self.story = self.prepared()
        self.prepare()
        floor, lesson = self.floor, WhereCostLives
        yield self.beat(message("a place"), words.place(floor), lesson.show_place, asks=True)
        yield self.beat(message("trying many"), words.grid(floor), lesson.show_grid)
        yield self.beat(message("the best try"), words.best(floor), lesson.show_best)
        yield self.beat(message("heights"), words.rise(floor), lesson.show_rise)
        if not self.flat:
            self.cut = self.steeper()
            said, asks = words.cut(floor, self.cut), self.floor.foot(self.cut) is not None
            yield self.beat(message("a slice"), said, lesson.show_slice, asks=asks)
            yield self.beat(message("a map"), words.shadow(), lesson.show_shadow)
        said = words.lowest(floor, None if self.flat else self.cut)
        yield self.beat(message("the lowest point"), said, lesson.show_lowest)
        walked = len(self.way_down()) > 1 and not self.flat
        said = words.descent(floor, walked=walked)
        yield self.beat(message("the descent"), said, lesson.show_descent)
        yield self.beat(
            message("the answer"), words.end(floor, walked=walked), lesson.show_end, hold=2.5
        )

    # ---------------------------------------------------------------------------------------------
    # Trying

    def show_place(self) -> None:
        """The start's line, and the start's point; another point is another line."""
        self.set_heading(message("Where is the cost least?"))
        surface, fit = self.surface, self.fit
        self.said = self.said_of(surface.here)
        beside = [fit.panel.drawing] if fit is not None else [self.formula] * bool(self.formula)
        self.reveal(surface.floor_parts, *beside)
        if fit is not None:
            self.reveal(fit.points, fit.line)
            self.add(fit.live)
        self.reveal(surface.dot, self.said)
        self.start, self.reads = surface.here, isinstance(surface, SurfacePicture)
        if isinstance(surface, SurfacePicture):
            surface.show_feet()
            self.play(FadeIn(surface.feet), run_time=FADE)
        if self.floor.others:
            others = [
                Equation(Symbol(self.story.names[n]), numeral(float(self.floor.held[n])))
                for n in self.floor.others
            ]
            self.note = surface.note(message("slice at {point}", point=listed(others)))
            self.reveal(self.note)
        self.turn()
        for place in (*self.floor.around(), self.start):
            self.glide(place, MOVE)

    def show_grid(self) -> None:
        """Point after point: its line, its dot, its cost, which stays; at the best try alone where there is little room."""
        surface, costs = self.surface, self.floor.costs
        numbers, best, self.reads = surface.numbers(), 0, False
        if isinstance(surface, SurfacePicture):
            self.play(FadeOut(surface.feet), run_time=FADE)
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
        """Back from the slice: copies of lines of equal cost sink to the floor, which we then see from above."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.turn_back()
        surface.show(1.0, 1.0, dropped=0.0)
        pale = surface.quads.animate.set_fill(opacity=THIN)
        self.play(FadeIn(surface.lines), pale, run_time=MOVE)
        above = surface.lines.copy()
        self.remove(surface.lines, surface.quads, surface.dot)
        self.add(surface.lines, surface.quads, above, surface.dot)
        self.moving(lambda part: surface.show(1.0, 1.0, dropped=part), RISE, surface.lines)
        self.turn()
        leaving = map(FadeOut, (above, surface.quads, surface.heights, surface.upright))
        self.play(*leaving, run_time=FADE)
        parts = surface.floor_parts, surface.lines, surface.dot
        self.moving(lambda part: surface.show(1 - part, 1.0), TILT, *parts)
        surface.show(0.0, 0.0)
        marked = [self.floor.best, surface.here, *self.floor.found_or(), *self.way_down()]
        self.levels = surface.label_lines(marked)
        self.play(FadeIn(self.levels), run_time=FADE)
        self.pulse(*surface.lines)

    def show_lowest(self) -> None:
        """The valley's axes; then from where the dot is to the lowest point, where that is known."""
        lowest, surface = self.floor.lowest, self.surface
        if isinstance(surface, SurfacePicture):
            self.show_axes(surface)
        if lowest is None:
            return
        if isinstance(surface, SurfacePicture):
            self.compared = self.compared_rings()
            self.play(FadeIn(self.compared), run_time=FADE)
        self.glide(lowest, 2 * MOVE)
        self.cross = surface.cross(lowest)
        self.play(FadeIn(self.cross), run_time=FADE)

    def show_axes(self, surface: SurfacePicture) -> None:
        """Across the valley and along it."""
        axes = ValleyAxes(surface)
        if not len(axes.across):
            self.turn()
            return
        for bar, name in zip((axes.across, axes.along), reversed(axes.names), strict=True):
            self.play(FadeIn(bar, name), run_time=MOVE)
        self.turn()
        self.play(*map(FadeOut, (axes.across, axes.along, *axes.names)), run_time=FADE)

    def show_descent(self) -> None:
        """The way that the run's descent takes over the map, and farther at the same rate."""
        way = self.way_down()
        if isinstance(self.surface, SurfacePicture) and len(way) > 1:
            self.walk(way)
        elif self.story.steps:
            self.show_leaving()

    def show_end(self) -> None:
        """The question answered at the lowest point."""
        surface, way = self.surface, self.way_down()
        self.set_heading(words.answer(self.floor))
        if isinstance(surface, SurfacePicture):
            if len(way) < 2 or self.comes_down(way[-1]):
                if len(self.count):  # the least cost is no step's
                    self.play(FadeOut(self.count), run_time=FADE / 2)
                    self.count = VGroup()
                self.glide(self.floor.lowest or self.floor.best, MOVE)
            self.pulse(*surface.lines)

    def comes_down(self, place: tuple[float, ...]) -> bool:
        """Whether a place costs the least, as far as numbers are shown."""
        lowest = self.floor.lowest
        if lowest is None:
            return False
        return numeral(self.floor.cost(*place)) == numeral(self.floor.cost(*lowest))
