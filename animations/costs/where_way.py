"""The way of the run's descent over the map of its cost, as the lesson `where_cost_lives` walks it."""

from __future__ import annotations

import math

import numpy as np
from manim import Dot, FadeIn, FadeOut, VGroup

from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE
from symgd.animations.costs.where_slice import WhereSlice, within
from symgd.animations.staging.run_lesson import refill
from symgd.writing.words import message

STOP = 0.06
STRIDE, STRIDES = 0.4, 10  # seconds for a step of the descent, and how many are walked one by one
REST, ONWARD = 1.5, 4.0  # seconds for the others of the run, and for those after it
EM = 0.36


class WhereWay(WhereSlice):
    """A scene on whose map a descent is walked."""

    count: VGroup = VGroup()

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
        """The beginning of a way that is not walked, as far as the floor goes."""
        surface, places = self.surface, self.way_seen()
        if self.floor.others or not isinstance(surface, SurfacePicture) or len(places) < 2:
            return
        self.glide(places[0], MOVE)
        lengths = np.linspace(0, len(places) - 1, len(places))

        def gone(part: float) -> None:
            time = part * (len(places) - 1)
            columns = zip(*places, strict=True)
            here = tuple(float(np.interp(time, lengths, column)) for column in columns)
            surface.show_way([*places[: int(time) + 1], here])

        self.moving(gone, REST, surface.way)

    def walk(self, way: list[tuple[float, ...]]) -> None:
        """The dot at the start, and down along the way, which it draws: first each step, then faster, then run on."""
        self.count = VGroup()
        self.glide(way[0], MOVE)
        self.count_steps(0)
        leaving = map(FadeOut, self.compared[1:])  # the foot of the cut, which is on no way of it
        self.play(FadeIn(self.count), *leaving, run_time=FADE)
        steps, last = self.story.steps, len(way) - 1
        singly = min(STRIDES, steps)
        self.stops = VGroup(
            *(
                Dot(self.surface.place(place), radius=STOP, color=self.stage.palette.prediction)
                for place in way[: singly + 1]
            )
        ).set_z_index(1)
        self.stride(way, 0, singly, STRIDE * singly + FADE, even=True)
        if steps > singly:
            self.stride(way, singly, steps, REST)
        self.turn()
        self.pulse(*(ring for ring, *_ in self.compared[:1]))
        if last > steps:
            self.turn()
            self.stride(way, steps, last, ONWARD)

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
        assert isinstance(surface, SurfacePicture)

        def gone(part: float) -> None:
            time = first + (last - first) * (part if even else part**3)
            whole = min(int(time), last - 1)
            one, other = way[whole], way[whole + 1]
            rest = time - whole
            here = tuple((1 - rest) * a + rest * b for a, b in zip(one, other, strict=True))
            made = int(time) if part < 1 else last
            self.go(here if part < 1 else way[last], told=False)
            surface.show_way([*way[: whole + 1], surface.here])
            refill(self.said, self.said_of(way[made]).submobjects)  # of no place between steps
            self.count_steps(made)
            for number, stop in enumerate(self.stops):
                stop.set_fill(opacity=float(number <= time))

        fit = () if self.fit is None else (self.fit.live,)
        self.moving(
            gone, seconds, surface.way, self.stops, *fit, self.said, self.count, surface.dot
        )

    def count_steps(self, number: int) -> None:
        """How many steps have been made, below the numbers."""
        said = self.stage.sentence(message("step {number}", number=number), em=EM)
        zone = self.lowest_row
        refill(self.count, [said.at_most(zone.width).put(zone.left, zone.centre[1] - 0.1)])
