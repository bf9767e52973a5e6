"""where_cost_lives: a floor of parameters, a grid search on it, and the surface that the costs make above.

Every height is the run's own cost; the grid's are those of symgd's grid search.
"""

from __future__ import annotations

from collections.abc import Iterator

from manim import FadeIn, FadeOut, LaggedStart, Mobject, VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.line_floor import LineFloor
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, RISE, TILT
from symgd.animations.costs.where_way import WhereWay
from symgd.animations.staging.beats import Beat
from symgd.writing.words import message

LAG = 0.02  # of a piece's time, from piece to piece of the surface


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
        said = words.lowest(floor, None if self.flat else self.cut, curves=self.has_curves())
        yield self.beat(message("the lowest point"), said, lesson.show_lowest)
        walked = len(self.way_down()) > 1
        said = words.descent(floor, walked=walked)
        yield self.beat(message("the descent"), said, lesson.show_descent)
        yield self.beat(
            message("the answer"), words.end(floor, walked=walked), lesson.show_end, hold=2.5
        )

    # ---------------------------------------------------------------------------------------------
    # The surface

    def show_rise(self) -> None:
        """The floor tilts, the dots rise, the surface joins them."""
        surface = self.surface
        self.play(*map(FadeOut, (self.numbers, self.ring, *self.curse)), run_time=FADE)
        self.set_heading(message("Let each cost be a height"))
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
        rising = sorted(surface.quads, key=lambda quad: quad.get_center()[1])
        self.play(LaggedStart(*map(FadeIn, rising), lag_ratio=LAG), *gone, run_time=2 * MOVE)
        self.remove(*surface.quads)
        self.add(surface.quads, surface.dot)

    def show_descent(self) -> None:
        """The way that the run's descent takes over the map, and farther at the same rate."""
        way = self.way_down()
        if self.floor.others:
            self.set_heading(message("The other parameters move, too"))
        else:
            self.set_heading(message("Descent: by the slope, step by step"))
        if len(way) > 1:
            self.walk(way)
        elif self.story.steps:
            self.show_leaving()

    def show_end(self) -> None:
        """The question answered at the lowest point."""
        surface, way = self.surface, self.way_down()
        self.set_heading(words.answer(self.floor))
        if not isinstance(surface, SurfacePicture):
            return
        if len(way) > 1 and words.arrives(self.floor):  # what is read now is the cross's
            self.play(FadeOut(self.said, self.count), run_time=FADE)
            self.count = VGroup()
            self.said = self.said_of(self.floor.found_or()[0])
            whose = self.noted(message("at the cross"))
            self.play(FadeIn(self.said, whose), run_time=FADE)
        if len(way) < 2 and not len(self.off):  # a run that has left the map arrives nowhere
            if len(self.count):  # the least cost is no step's
                self.play(FadeOut(self.count), run_time=FADE)
                self.count = VGroup()
            self.glide(self.floor.lowest or self.floor.best, MOVE)
        self.pulse(*surface.lines)
