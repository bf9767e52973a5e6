"""RaceMaps: the map of a race from where all is seen and from nearer, and the flights between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, smooth, squish_rate_func

from symgd.animations.comparing.map_flight import MapFlight
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_rules import MOVE, RaceRules
from symgd.data.arrays import FloatArray

ROOM = 0.3  # of what the plain walk is long, others may go beyond it and be seen from as near
EARLY, LATE = 0.3, 0.7  # parts of a flight, in which scales go and others come
NEARER = 1.25  # times as large, a nearer map is at least


class RaceMaps(RaceRules):
    """`paths` is the map that is seen."""

    whole_map: PathsPicture
    near_map: PathsPicture  # of the walks that do not need the whole one; the whole one where that is no nearer
    near_walks: tuple[int, ...]
    cross: VGroup

    def tips(self, number: int) -> list[FloatArray]:
        """Where what a walk's first steps are made of ends."""
        raise NotImplementedError  # abstract: a lesson has its own

    def set_maps(self) -> None:
        """The map of all walks, and the one of the plain walk and those that stay beside it."""
        story, stage = self.story, self.stage
        about = stage, stage.layout.picture, story.walks, self.looks, story.ground
        tips = [np.array(self.tips(number)) for number, _ in enumerate(story.walks)]
        whole = PathsPicture(*about, banks=True, end=story.end, beside=tips)
        whole.noted()
        self.whole_map = self.near_map = self.paths = whole
        self.near_walks = ()
        if whole.single:
            return
        axes, held = list(story.ground.axes), story.ground.held
        start = story.walks[0].points[0]
        beyond = held - ROOM * (start - held)
        own = np.vstack((story.walks[0].points, tips[0], held, beyond))[:, axes]
        low, high = own.min(axis=0), own.max(axis=0)
        room = ROOM * (high - low)
        places = [np.vstack((walk.points, tips[n])) for n, walk in enumerate(story.walks)]
        beside = [
            n
            for n, each in enumerate(places)
            if not n or ((each[:, axes] >= low - room) & (each[:, axes] <= high + room)).all()
        ]
        near = PathsPicture(
            *about,
            banks=True,
            end=story.end,
            window=[held, beyond, *(places[n] for n in beside)],
            equal=whole.is_equal,
            alike=0.0,
        )
        if magnified(whole, near) >= NEARER:
            near.noted()
            self.near_map = self.paths = near
            self.near_walks = tuple(beside)

    def map_for(self, number: int) -> PathsPicture:
        """The map on which a walk is seen."""
        return self.near_map if number in self.near_walks else self.whole_map

    def fly(self, last: PathsPicture, numbers: Sequence[int] = (), time: float = 0.0) -> None:
        """From the map that is seen to another one, with some walks as they are at a time."""
        first = self.paths
        if last is first:
            return
        flight = MapFlight(first, last, numbers, time)
        self.remove(first.lines, self.cross, *first.each)
        self.add(flight.whole)
        moving = UpdateFromAlphaFunc(flight.whole, lambda _, part: flight.show(float(part)))
        goes = FadeOut(first.panel.drawing, rate_func=squish_rate_func(smooth, 0.0, EARLY))
        comes = FadeIn(last.panel.drawing, rate_func=squish_rate_func(smooth, LATE, 1.0))
        self.play(goes, moving, comes, run_time=MOVE)
        self.paths, self.cross = last, cross_of(last)
        last.show(time, numbers)
        self.remove(flight.whole)
        self.add(last.lines, self.cross, *(last.each[number] for number in numbers))


def magnified(far: PathsPicture, near: PathsPicture) -> float:
    """How many times as large a map shows what another does."""
    one, other = far.panel, near.panel
    units = [panel.box.width / (panel.x.high - panel.x.low) for panel in (other, one)]
    return float(units[0] / units[1])


def cross_of(picture: PathsPicture) -> VGroup:
    """The cross where a map is held, if that is seen."""
    held = picture.ground.held
    return picture.cross()[:1] if picture.panel.holds(*picture.place(held)) else VGroup()
