"""Where the run's own rate is among the counts of all rates: its name, and a line to its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import DL, UR, VGroup, VMobject

from symgd.animations.comparing.rate_panels import ALONG, EM, MARGIN, OFF, TURNS, CountPanel
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.layout import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

OWN = message("this run's rate")
OFFSETS, SPARED = (0.5, 0.7, 0.9, 1.3, 1.8), 0.16  # of the name from the place, and of the line


def own_mark(counts: CountPanel, others: Sequence[VMobject] = ()) -> VGroup:
    """The line and the name, clear of others; nothing where the run has no rate of its own, or it is out of the frame."""
    lanes, panel, stage = counts.lanes, counts.panel, counts.stage
    rate = lanes.own
    if rate is None or rate > panel.x.high:
        return VGroup()
    arrived = counts.counted.get(rate)
    here = np.array([panel.border(rate, 1.0)[0], counts.height_of(arrived), 0.0])
    known = any(lane.rate == rate for lane in lanes.lanes)
    count = stage.words.number(arrived) if arrived else message("never")
    word = stage.sentence(*([OWN] if known else [OWN, ": ", count]), em=EM)
    spots = [panel.position(each, float(n)) for each, n in counts.counted.items()]
    taken = [p for a, b in pairwise(spots) for p in np.linspace(a, b, ALONG)]
    for mark in counts.marks:
        for part in mark:
            taken += [*np.linspace(part.get_corner(DL), part.get_corner(UR), ALONG)]
    for other in others:
        taken += [p for part in other.get_family() for p in part.points[::3]]
    end = _pointing(word, here, np.array(taken), panel.box)
    way = (end - here) / max(float(np.linalg.norm(end - here)), OFF)
    line = stroke(stage.palette.ink, 1.5)
    return VGroup(drawn(line, [(here + SPARED * way, end)]), word)


def _pointing(word: VMobject, here: FloatArray, taken: FloatArray, box: Zone) -> FloatArray:
    """Move a word to where it and the line to it are least in the way; where the line ends."""
    half = np.array([word.width / 2, word.height / 2, 0.0])
    low = np.array([box.left, box.bottom, 0.0]) + half + OFF
    high = np.array([box.right, box.top, 0.0]) - half - OFF
    found: list[tuple[float, float, FloatArray, FloatArray]] = []
    for turn in np.linspace(0, 2 * np.pi, TURNS, endpoint=False):
        for off in OFFSETS:
            way = np.array([math.cos(turn), math.sin(turn), 0.0])
            centre = np.clip(here + way * (off + np.abs(way) @ half), low, high)
            end = np.clip(here, centre - half - OFF / 2, centre + half + OFF / 2)
            line = np.linspace(here + SPARED * way, end, ALONG)
            hits = int((np.abs(taken - centre) < half + MARGIN)[:, :2].all(axis=1).sum())
            near = np.linalg.norm(taken[:, None] - line[None], axis=2).min(axis=1)
            hits += int((near < MARGIN).sum())
            found.append((hits, off, centre, end))
    best = min(found, key=lambda each: each[:2])
    word.move_to(best[2])
    return best[3]
