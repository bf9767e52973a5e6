"""DottedWalk: a long zigzag as its first steps, and then dots along its middle: drawn whole it would be a solid area."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from symgd.animations.comparing.paths_picture import CORNERS, STEPS, STOP, STOPS_APART, PathsPicture
from symgd.animations.comparing.walk_looks import BOLD_DOTS, THIN, dashes
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.plot_panel import drawn
from symgd.data.arrays import FloatArray, spread

SPOT = 0.03 * np.array([(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0), (1, 0, 0)])


class DottedWalk(PathsPicture):
    """Walks on a map, with banks in no case; of one that leaves it, the first steps, and a dot for each later one inside."""

    def is_dotted(self, number: int) -> bool:
        """Whether later steps of a walk are dots."""
        if self.single or self.walks[number].run.steps <= STEPS:
            return False
        return self.leaves(number) is not None or self.zigzags(number)

    def leaves(self, number: int) -> int | None:
        """The first step of a long zigzag that is outside."""
        if number not in self._left:
            points = self.walks[number].points if self.zigzags(number) else ()
            places = map(self.place, points)
            outside = (n for n, place in enumerate(places) if not self.panel.holds(*place))
            self._left[number] = next(outside, None)
        return self._left[number]

    @cached_property
    def _left(self) -> dict[int, int | None]:
        return {}

    def _show(self, number: int, walk: Walk, time: float) -> None:
        super()._show(number, walk, time)
        left = self.leaves(number)
        if left is None or left > len(walk.until(time)[0]) - 1:
            return
        clock, points, _ = walk.until(time)
        places = [self.place(point) for point in points]
        xs, ys = zip(*places[: left + 1], strict=True)
        self.looks[number].draw(self.paths[number], self.panel.segments(xs, ys))
        stops = self.panel.apart(places[:left], STOPS_APART)
        self.panel.dot(self.stops[number], stops, STOP, self.looks[number].colour)
        whole = len(places) - (float(clock[-1]) % 1 > 0)
        inside = [place for place in places[left:whole] if self.panel.holds(*place)]
        spots = [self.panel.position(*place) for place in inside]
        line = self.later[number].set_stroke(width=0)
        line.set_fill(self.looks[number].colour, opacity=1.0)
        drawn(line, [side for spot in spots for side in pairwise(spot + SPOT)])

    def _show_banks(
        self, number: int, places: Sequence[tuple[float, float]], clock: FloatArray
    ) -> None:
        """What comes after the first steps: of a zigzag its middle, dotted, and any other way as it is."""
        if self.single or not self.zigzags(number) or len(places) <= STEPS + 1:
            super()._show_banks(number, places, clock)
            return
        whole = len(places) - (float(clock[-1]) % 1 > 0)  # between two steps there is no middle yet
        corners = np.array(places[STEPS - 1 : whole])
        middle = (corners[1:] + corners[:-1]) / 2
        kept = middle[spread(len(middle), CORNERS)]
        pieces = self.panel.segments(*kept.T.tolist())
        line = self.later[number].set_stroke(width=2 * THIN, opacity=1.0)
        drawn(line, dashes(pieces, BOLD_DOTS))
