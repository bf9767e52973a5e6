"""The way of the run's descent over the map of its cost, as the lesson `where_cost_lives` walks it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import DL, UR, BackgroundRectangle, Dot, FadeIn, FadeOut, Polygon, VGroup

from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.where_map import WhereMap
from symgd.animations.costs.where_moves import FADE, MOVE
from symgd.animations.costs.where_slice import within
from symgd.animations.costs.where_words import arrival
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import PLATE, LabelPlaces
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.run_lesson import refill
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

STOP = 0.06
SLOWLY, SLOW = 3, 1.0  # the first steps, and seconds for each
STRIDE, STRIDES = 0.4, 10  # seconds for a step of the descent, and how many are walked one by one
REST, ONWARD = 1.5, 4.0  # seconds for the others of the run, and for those after it
EM, NAMED = 0.36, 0.3
TINY, LONGER, SHORT = 1e-6, 1.5, 0.6  # an arrow's length: in steps, and at least
HEAD, HALF_HEAD = 0.16, 0.06


class WhereWay(WhereMap):
    """A scene on whose map a descent is walked."""

    count: VGroup = VGroup()
    off: VGroup = VGroup()  # what is said where a way leaves the map

    def way_down(self) -> list[tuple[float, ...]]:
        """Places of the run's descent, and of the same run on; none where they leave the floor, or it has not all parameters."""
        floor, story = self.floor, self.story
        if floor.others or not story.cost[story.steps] < story.cost[0]:
            return []
        places = [tuple(map(float, p)) for p in story.parameters]
        inside = all(
            within(scale, value)
            for place in places
            for scale, value in zip(floor.scales, place, strict=True)
        )
        return places if inside else []

    def way_seen(self) -> list[tuple[float, ...]]:
        """The run's places as long as they are on the floor, and last where its way leaves that."""
        floor, found = self.floor, list[tuple[float, ...]]()
        for place in (tuple(map(float, p)) for p in self.story.parameters):
            inside = map(within, floor.scales, place)
            if all(inside):
                found.append(place)
                continue
            if found and all(map(math.isfinite, place)):
                found.append(self._edge(found[-1], place))
            break
        return found

    def _edge(self, one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
        """Where a way from a place of the floor to one beyond it meets its border."""
        parts = [
            ((scale.high if end > start else scale.low) - start) / (end - start)
            for scale, start, end in zip(self.floor.scales, one, other, strict=True)
            if end != start
        ]
        part = min(1.0, *parts)
        return tuple(start + part * (end - start) for start, end in zip(one, other, strict=True))

    def show_leaving(self) -> None:
        """The beginning of a way that is not walked: the dot as far as it is on the floor, and where the next step leads."""
        surface, places = self.surface, self.way_seen()
        if self.floor.others or not isinstance(surface, SurfacePicture) or len(places) < 2:
            return
        self.glide(places[0], MOVE)
        last = len(places) - 1 - self.leaves(places)
        self.count, self.stops = VGroup(), VGroup()
        self.count_steps(0)
        self.play(FadeIn(self.count), run_time=FADE)
        if last:
            self.stride(places, 0, last, STRIDE * min(last, STRIDES) + FADE, even=True)
        if not self.leaves(places):
            return
        self.moving(
            lambda part: surface.show_way([*places[:-1], between(places[-2], places[-1], part)]),
            REST,
            surface.way,
        )
        said = self.stage.sentence(
            message("step {number} leads off the map", number=last + 1), em=EM
        )
        lines = [at for line in surface.lines for at in line.get_all_points()]
        room = LabelPlaces(self.stage, surface.box, [*lines, *surface.way.points])
        room.taken += [(*n.get_corner(DL)[:2], *n.get_corner(UR)[:2]) for n in self.levels]
        self.off = room.put(said, surface.place(places[-1])).set_z_index(3)
        self.play(FadeIn(self.off), run_time=FADE)

    def leaves(self, places: Sequence[tuple[float, ...]]) -> bool:
        """Whether the last of the places that are seen is none of the run's, but where its way leaves the floor."""
        return len(places) > 1 and places[-1] != tuple(
            map(float, self.story.parameters[len(places) - 1])
        )

    def walk(self, way: list[tuple[float, ...]]) -> None:
        """The dot at the start, and down along the way, which it draws: first each step, then faster, then run on."""
        self.count = VGroup()
        self.glide(way[0], MOVE)
        self.count_steps(0)
        leaving = map(FadeOut, self.compared[1:-1])  # the foot of the cut, which is on no way of it
        self.play(FadeIn(self.count), *leaving, run_time=FADE)
        steps, last = self.story.steps, arrival(self.floor)
        singly = min(STRIDES, steps)
        self.stops = VGroup(
            *(
                Dot(self.seen_at(place), radius=STOP, color=self.stage.palette.prediction)
                for place in way[: singly + 1]
            )
        ).set_z_index(1)
        slowly = min(SLOWLY, singly)
        for step in range(slowly):
            ahead = self.ahead(way[step], way[step + 1])
            if len(ahead):
                self.play(FadeIn(ahead), run_time=FADE / 2)
            self.stride(way, step, step + 1, SLOW, even=True)
            self.remove(ahead)
        if singly > slowly:
            self.stride(way, slowly, singly, STRIDE * (singly - slowly) + FADE, even=True)
        if steps > singly:
            self.stride(way, singly, steps, REST)
        self.turn()
        if len(self.compared):
            self.pulse(self.compared[0][0])
        if last > steps:
            self.turn()
            self.stride(way, steps, last, ONWARD)

    def seen_at(self, place: tuple[float, ...]) -> FloatArray:
        """Where a place is on the map, or on the curve that one parameter has instead."""
        return self.surface.place(place, self.floor.cost(*place) if self.flat else None)

    def ahead(self, place: tuple[float, ...], after: tuple[float, ...]) -> VGroup:
        """From a place downhill: against the gradient, thin, and longer than the step that will be made."""
        surface, ink = self.surface, self.stage.palette.ink
        here, there = surface.place(place), surface.place(after)
        length = float(np.linalg.norm(there - here))
        if self.flat or length < TINY:
            return VGroup()
        way = (there - here) / length
        tip = here + max(LONGER * length, SHORT) * way
        aside = HALF_HEAD * np.array([-way[1], way[0], 0.0])
        neck = tip - HEAD * way
        head = Polygon(tip, neck + aside, neck - aside, stroke_width=0).set_fill(ink, opacity=1)
        said = self.stage.sentence(message("downhill"), em=NAMED)
        said.move_to(tip + way * (said.width / 2 + 0.1)).shift((0, 0.22, 0))
        plate = BackgroundRectangle(
            said, color=self.stage.palette.ground, fill_opacity=PLATE, buff=0.03
        )
        return VGroup(plate, drawn(stroke(ink, 2), [(here, neck)]), head, said).set_z_index(2)

    def stride(
        self,
        way: list[tuple[float, ...]],
        first: int,
        last: int,
        seconds: float,
        *,
        even: bool = False,
    ) -> None:
        """From one step to a later one; not evenly, so many more steps pass as they get shorter."""
        surface = self.surface
        line = (surface.way,) if isinstance(surface, SurfacePicture) else ()

        def gone(part: float) -> None:
            time = first + (last - first) * (part if even else part**3)
            whole = min(int(time), last - 1)
            one, other = way[whole], way[whole + 1]
            rest = time - whole
            here = between(one, other, rest)
            made = int(time) if part < 1 else last
            self.go(here if part < 1 else way[last], told=False)
            if isinstance(surface, SurfacePicture):
                surface.show_way([*way[: whole + 1], surface.here])
            refill(self.said, self.said_of(way[made]).submobjects)  # of no place between steps
            self.count_steps(made)
            for number, stop in enumerate(self.stops):
                stop.set_fill(opacity=float(number <= time))

        fit = () if self.fit is None else (self.fit.live,)
        self.moving(gone, seconds, *line, self.stops, *fit, self.said, self.count, surface.dot)

    def count_steps(self, number: int) -> None:
        """How many steps have been made, below the numbers."""
        refill(self.count, [self.noted(message("step {number}", number=number))])

    def noted(self, said: Message) -> Typeset:
        """Whose the numbers are, below them."""
        zone = self.lowest_row
        made = self.stage.sentence(said, em=EM).at_most(zone.width)
        return made.put(zone.left, zone.centre[1] - 0.1)


def between(one: tuple[float, ...], other: tuple[float, ...], part: float) -> tuple[float, ...]:
    """A place on the straight way from one to another."""
    return tuple((1 - part) * a + part * b for a, b in zip(one, other, strict=True))
