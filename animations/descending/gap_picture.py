"""How far above the lowest place he stood: the valley's height as a dashed line, and the way down to it."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.writing.words import message

EM, ASIDE = 0.32, 0.14


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
    falls = picture.along(float(mountain.feet[step]))[1] < 0  # so the ground is at the left
    left = here[0] - ASIDE - said.width if falls else here[0] + ASIDE
    left = min(max(left, box.left + ASIDE), box.right - said.width - ASIDE)
    said.put(left, (here[1] + height) / 2 - EM / 3)
    return VGroup(level, upright, ticks, said)
