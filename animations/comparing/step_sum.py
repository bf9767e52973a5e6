"""StepSum: a step as the sum of what is carried on and of the gradient's part, on a map so near that they fill it."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.sum_rows import said
from symgd.animations.comparing.valley_parts import ValleyParts
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

NAME_EM, AXIS_EM, PLATE = 0.38, 0.32, 0.04
THIN, BOLD = 4.5, 8.0
OFF, CLOSE, SHORT = 0.16, 0.1, 1e-9  # from an arrow to its name, and from a name to the frame
ROOM = 0.4  # of the arrows' size, round them
AXIS, FAINT = 2.0, 0.7


def window(found: ValleyParts, start: FloatArray) -> list[FloatArray]:
    """Places that the near map holds: the arrows, with room for their names round them."""
    ways = found.ways()
    ends = np.array([0 * ways[0], ways[0], ways[2]])
    low, high = ends.min(axis=0), ends.max(axis=0)
    room = ROOM * float((high - low).max())
    return [start + low - room, start + high + room]


class StepSum:
    """`axes` are the directions across and along with their names; `arrows` come one by one."""

    def __init__(self, near: PathsPicture, number: int, found: ValleyParts) -> None:
        self.near, self.stage, self.found = near, near.stage, found
        self.colour, self.ink = near.looks[number].colour, near.stage.palette.ink
        self.start = near.walks[number].points[found.step]
        here = self._at(self.start)
        ways = [self._at(self.start + way) - here for way in found.ways()]
        self._taken: list[tuple[FloatArray, FloatArray]] = []
        self.arrows = self._arrows(here, ways)
        self.axes = self._axes(here)
        self.whole = VGroup(self.axes, *self.arrows)

    def _at(self, point: FloatArray) -> FloatArray:
        return np.asarray(self.near.panel.position(*self.near.place(point)))

    def _axes(self, here: FloatArray) -> VGroup:
        """Faint lines across and along the valley through where the step begins, each with its name at an end."""
        made, panel = VGroup(), self.near.panel
        far = panel.box.width + panel.box.height
        told = (self.found.across, message("across")), (self.found.along, message("along"))
        for way, name in told:
            turned = self._at(self.start + way) - here
            turned /= max(float(np.linalg.norm(turned)), SHORT)
            ends = panel.clipped(here - far * turned, here + far * turned)
            if ends is None:
                continue
            made.add(drawn(stroke(self.ink, AXIS, FAINT), [ends], dashed=True))
            word = self.stage.sentence(name, em=AXIS_EM)
            aside = np.array([-turned[1], turned[0], 0.0])
            reach = np.array([word.width / 2, word.height / 2, 0.0])
            off = OFF + float(np.abs(aside) @ reach)
            inward = OFF + float(np.abs(turned) @ reach)
            spots = [
                end + sign * inward * turned + side * off * aside
                for end, sign in zip(ends, (1, -1), strict=True)
                for side in (1, -1)
            ]
            made.add(self._stood(word, spots, reach))
        return made

    def _arrows(self, here: FloatArray, ways: list[FloatArray]) -> list[VGroup]:
        """Head to tail, and their sum: each an arrow and its name."""
        first, last = here + ways[0], here + ways[2]
        ends = (here, first), (first, last), (here, last)
        middle = (here + first + last) / 3
        made = []
        for number, ((start, end), name) in enumerate(zip(ends, said(), strict=True)):
            colour = self.ink if number == 1 else self.colour
            bold = number == len(ends) - 1
            mark = arrow(start, end, colour, BOLD if bold else THIN, dashed=not bold)
            word = self.stage.sentence(name, em=NAME_EM).set_fill(colour)
            made.append(VGroup(mark, self._beside(word, start, end, middle)))
        return made

    def _beside(
        self, word: Typeset, start: FloatArray, end: FloatArray, inside: FloatArray
    ) -> VGroup:
        """A name at the outer side of an arrow, along it or beyond its tip, clear of the other names."""
        way = end - start
        along = way / max(float(np.linalg.norm(way)), SHORT)
        aside = np.array([-along[1], along[0], 0.0])
        if float(aside @ ((start + end) / 2 - inside)) < 0:
            aside = -aside
        reach = np.array([word.width / 2, word.height / 2, 0.0])
        off = (OFF + float(np.abs(aside) @ reach)) * aside
        spots = [start + part * way + off for part in (0.5, 0.65, 0.35, 0.8, 1.0)]
        spots.append(end + (OFF + float(np.abs(along) @ reach)) * along)
        return self._stood(word, spots, reach)

    def _stood(self, word: Typeset, spots: list[FloatArray], reach: FloatArray) -> VGroup:
        """A word on a plate at the first of some spots that is in the frame and free."""
        box = self.near.panel.box
        low = np.array([box.left, box.bottom, 0.0]) + reach + CLOSE
        high = np.array([box.right, box.top, 0.0]) - reach - CLOSE
        here = np.clip(spots[0], low, high)
        for spot in spots:
            if not np.allclose(np.clip(spot, low, high), spot):
                continue
            if all(_apart(spot - other, reach + room) for other, room in self._taken):
                here = spot
                break
        self._taken.append((here, reach))
        word.move_to(here)
        plate = BackgroundRectangle(
            word, color=self.stage.palette.ground, fill_opacity=0.9, buff=PLATE
        )
        return VGroup(plate, word)


def _apart(way: FloatArray, room: FloatArray) -> bool:
    """Whether two boxes, so far from each other, do not overlap."""
    return bool((np.abs(way[:2]) >= room[:2]).any())
