"""How far above the lowest place he stood: the valley's height as a dashed line, and the way down to it."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.descending.mountain_picture import MountainPicture, cuts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

EM, ASIDE, CLEAR = 0.32, 0.14, 0.05
BROAD, MAN, ROWS = (
    0.5,
    1.0,
    24,
)  # how far a man reaches to both sides, and up; places that are tried
PARTS = 0.5, 0.35, 0.65, 0.2, 0.8  # of the height, at which a place for the words is tried


def gap_picture(picture: MountainPicture, step: int, low: float) -> VGroup:
    """A dashed line at the height `low`, an upright one to it from where a step began, and how long that is."""
    panel, stage, mountain = picture.panel, picture.stage, picture.mountain
    ink, box = stage.palette.ink, panel.box
    here = picture.position(float(mountain.feet[step]))
    height = float(panel.border(panel.x.low, low)[1])
    level = drawn(
        stroke(ink, 1.8),
        [(np.array([box.left, height, 0]), np.array([box.right, height, 0]))],
        dashed=True,
    )
    foot = np.array([here[0], height, 0.0])
    upright = drawn(stroke(ink, 3.5), [(here, foot)])
    half = np.array([ASIDE / 2, 0.0, 0.0])
    ends = [(end - half, end + half) for end in (here, foot)]
    ticks = drawn(stroke(ink, 3.5), ends)
    gap = numeral(float(mountain.story.cost[step]) - low)
    said = stage.sentence(message("gap {value}", value=gap), em=EM)
    said.put(*_free(picture, here, height, float(said.width), step))
    return VGroup(level, upright, ticks, said)


def _free(
    picture: MountainPicture, here: FloatArray, floor: float, width: float, step: int
) -> tuple[float, float]:
    """Where the words stand: beside the upright line, as near to its middle as the ground does not go through them."""
    box = picture.panel.box
    sides = [here[0] - ASIDE - width, here[0] + ASIDE]
    if picture.along(float(picture.mountain.feet[step]))[1] > 0:
        sides.reverse()  # the ground is at the right
    lefts = [min(max(side, box.left + ASIDE), box.right - width - ASIDE) for side in sides]
    spots = picture.spots()
    tops = [floor + part * (here[1] - floor) - EM / 3 for part in PARTS]
    places = [(float(left), float(tall)) for tall in tops for left in lefts]
    free = [
        (float(left), float(tall))
        for tall in np.linspace(box.top - 2 * EM, box.bottom + EM / 2, ROWS)
        for left in np.linspace(box.left + ASIDE, box.right - width - ASIDE, ROWS)
    ]  # elsewhere, the nearest to the line first
    middle = np.array([here[0], (here[1] + floor) / 2])
    free.sort(
        key=lambda place: float(np.hypot(place[0] + width / 2 - middle[0], place[1] - middle[1]))
    )
    men = [picture.position(float(picture.mountain.feet[n])) for n in (step, picture.mountain.last)]

    def covers(left: float, tall: float) -> bool:
        low, high = (left - CLEAR, tall - CLEAR), (left + width + CLEAR, tall + EM + CLEAR)
        bodies = any(
            low[0] < man[0] + BROAD
            and high[0] > man[0] - BROAD
            and low[1] < man[1] + MAN
            and high[1] > man[1]
            for man in men
        )
        lines = low[0] < here[0] < high[0] or low[1] < floor < high[1]
        return bool(bodies or lines or cuts(low, high, spots))

    return next((place for place in (*places, *free) if not covers(*place)), places[0])
