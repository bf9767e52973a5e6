"""ValleyWays: how far each walk has come along a valley, as an arrow beside it in its own lane, to the height of the least cost.

Law
---
- an arrow is as long on the map as the walk's way along the valley, whatever it goes across
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.valley_parts import come_along, valley_way
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.run_lesson import refill
from symgd.animations.stories.cost_map import principal_axes
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

BOLD, THIN, FAINT = 6.0, 1.6, 0.8
TRIED = 12  # places for the lanes, from beyond the walks to beside the valley
LANE, BESIDE = 0.3, 0.9  # between two lanes, and from the valley's middle to the first
INSIDE, ABOVE = 0.2, 0.75  # from what is drawn to the frame, at whose top the clock stands
EM, FIGURES, CLOSE = 0.3, 3, 0.1
SHORT = 1e-9
LEAST = 1.2  # as long must the whole way be on the map


@dataclass(frozen=True)
class ValleyFrame:
    """Directions of length 1 in the frame, from the start's level on."""

    foot: FloatArray  # on the valley's middle, level with the start
    along: FloatArray
    aside: FloatArray  # away from the start
    unit: float  # of the frame, that a way of length 1 along it is long


class ValleyWays:
    """`still` are lanes and the line at their end; `live` moves with the clock."""

    def __init__(self, picture: PathsPicture, story: RaceStory, last: int) -> None:
        self.picture, self.story = picture, story
        self.frame = _frame(picture, story)
        self.whole_way = come_along(story, story.ground.held)
        self.still, self.live = VGroup(), VGroup()
        self.starts: list[FloatArray] = []
        self.inward: FloatArray = np.zeros(3)  # towards the valley
        self.fits = self.whole_way * self.frame.unit >= LEAST and self._lay(last)
        if self.fits:
            self.show(0.0)

    def _lay(self, last: int) -> bool:
        """Lay the lanes at that side of the valley that has room beyond the walks; whether there is one."""
        frame, walks = self.frame, self.story.walks
        length = self.whole_way * frame.unit
        least = min(float(self.reached(n, step)) for n in range(len(walks)) for step in range(last))
        back = max(0.0, -least * frame.unit)
        panel, place = self.picture.panel, self.picture.place
        spots = [
            panel.position(*place(point)) for walk in walks for point in walk.points[: last + 1]
        ]
        aside = [float((spot - frame.foot) @ frame.aside) for spot in spots]
        for side in (1.0, -1.0):
            outward, far = side * frame.aside, max(side * each for each in aside)
            for off in np.linspace(BESIDE + max(0.0, far), BESIDE, TRIED):
                feet = [frame.foot + (off + LANE * n) * outward for n in range(len(walks))]
                ends = [foot + length * frame.along for foot in feet]
                tails = [foot - back * frame.along for foot in feet]
                if all(map(self._is_inside, (*tails, *ends))):
                    break
            else:
                continue
            self.starts, self.inward = feet, -outward
            break
        else:
            return False
        ink = self.picture.stage.palette.ink
        beyond = 0.5 * LANE * outward
        levels = [
            (frame.foot, feet[-1] + beyond),
            (frame.foot + length * frame.along, ends[-1] + beyond),
        ]
        self.still.add(drawn(stroke(ink, THIN, FAINT), levels, dashed=True))
        said = self.picture.stage.sentence(message("along the valley"), em=EM)
        reach = np.array([said.width / 2, said.height / 2, 0.0])
        off = back + 2 * CLOSE + float(np.abs(frame.along) @ reach)
        box = self.picture.panel.box
        low = np.array([box.left, box.bottom, 0.0]) + reach + CLOSE
        high = np.array([box.right, box.top, 0.0]) - reach - CLOSE
        said.move_to(np.clip((feet[0] + feet[-1]) / 2 - off * frame.along, low, high))
        ground = self.picture.stage.palette.ground
        plate = BackgroundRectangle(said, color=ground, fill_opacity=0.9, buff=0.04)
        self.still.add(plate, said)
        return True

    def _is_inside(self, place: FloatArray) -> bool:
        """Whether a place is well inside the frame."""
        box = self.picture.panel.box
        across = box.left + INSIDE <= place[0] <= box.right - INSIDE
        return bool(across and box.bottom + INSIDE <= place[1] <= box.top - ABOVE)

    def show(self, time: float) -> ValleyWays:
        """All arrows at a time of the clock."""
        made = []
        for number, walk in enumerate(self.story.walks):
            far = come_along(self.story, walk.until(time)[1][-1]) * self.frame.unit
            start = self.starts[number]
            colour = self.picture.looks[number].colour
            made.append(arrow(start, start + far * self.frame.along, colour, BOLD))
        refill(self.live, made)
        return self

    def reached(self, number: int, step: int) -> float:
        """How far a walk is along the valley after a step."""
        walk = self.story.walks[number]
        return come_along(self.story, walk.points[min(step, len(walk.points) - 1)])

    def numbers(self, step: int, whose: Sequence[int]) -> VGroup:
        """Beyond the tips: how far some have come."""
        made, ground = VGroup(), self.picture.stage.palette.ground
        for number in whose:
            start = self.starts[number]
            far = self.reached(number, step)
            colour = self.picture.looks[number].colour
            said = self.picture.stage.formula(numeral(far, FIGURES), em=EM).set_fill(colour)
            tip = start + far * self.frame.unit * self.frame.along
            reach = np.array([said.width / 2, said.height / 2, 0.0])
            off = CLOSE + float(np.abs(self.frame.along) @ reach)
            way = (off if far >= 0 else -off) * self.frame.along
            if not number:  # beside the first lane there is no other
                way = self.inward * (2 * CLOSE + float(np.abs(self.inward) @ reach))
            said.move_to(tip + way)
            plate = BackgroundRectangle(said, color=ground, fill_opacity=1, buff=0.05)
            made.add(VGroup(plate, said))
        return made


def _frame(picture: PathsPicture, story: RaceStory) -> ValleyFrame:
    """The valley on a map."""
    axes, held = list(story.ground.axes), story.ground.held
    start = story.walks[0].points[0]
    across, along = principal_axes(story.ground.hessian)[1][:, 1], valley_way(story)
    gone = (held - start)[axes]
    across = across if float(across @ gone) >= 0 else -across

    def turned(way: FloatArray) -> FloatArray:
        beyond = held.copy()
        beyond[axes] += way
        one, other = (picture.panel.position(*picture.place(each)) for each in (held, beyond))
        made: FloatArray = other - one
        return made

    foot = held.copy()
    foot[axes] -= along * float(along @ gone)
    forward, aside = turned(along), turned(across)
    return ValleyFrame(
        np.asarray(picture.panel.position(*picture.place(foot))),
        forward / max(float(np.linalg.norm(forward)), SHORT),
        aside / max(float(np.linalg.norm(aside)), SHORT),
        float(np.linalg.norm(forward)),
    )
