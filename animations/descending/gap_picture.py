"""How far above the lowest place he stood: the valley's height as a dashed line, and the way down to it."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.descending.mountain_picture import MountainPicture, cuts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

EM, ASIDE = 0.32, 0.14
PLATE, EDGE = 0.85, 0.04  # below the words, where nothing is free
BROAD, TALL = 0.35, 1.0  # how far a man reaches to each side, and up
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
    plate = BackgroundRectangle(said, color=stage.palette.ground, fill_opacity=PLATE, buff=EDGE)
    return VGroup(level, upright, ticks, VGroup(plate, said))


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
    men = [
        picture.position(float(picture.mountain.feet[at])) for at in (step, picture.mountain.last)
    ]
    low, high = np.array([-BROAD, 0.0]), np.array([BROAD, TALL])
    bodies = [(man[:2] + low, man[:2] + high) for man in men]

    def meets(left: float, foot: float) -> bool:
        return any(
            left < ends[0] and left + width > begins[0] and foot < ends[1] and foot + EM > begins[1]
            for begins, ends in bodies
        )

    places = [
        (float(left), float(floor + part * (here[1] - floor) - EM / 3))
        for part in PARTS
        for left in lefts
    ]
    for left, tall in places:
        on_line = left < here[0] < left + width
        through = cuts((left, tall), (left + width, tall + EM), spots)
        if not (on_line or through or meets(left, tall)):
            return left, tall
    under = float(floor - ASIDE - EM)
    below = [(left, under) for left in lefts] if under > box.bottom else []
    free = [p for p in (*below, *places) if not p[0] < here[0] < p[0] + width and not meets(*p)]
    return next(iter([*free, *places]))
