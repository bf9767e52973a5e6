"""Arrows: one from a place in a panel, or a bundle of them that starts in one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import BackgroundRectangle, Dot, Polygon, VGroup, rotate_vector

from symgd.animations.comparing.walk_looks import dashes
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray

HEAD, HALF_HEAD = 0.24, 0.095
MOST_HEAD, DASHED_HEAD = 0.6, 0.35  # of the length
DASHES = (0.12, 0.08)  # of a length of 1 or more; a short arrow's are shorter
SHORT = 1e-6
TIP, SMALL_TIP, SPOT = 0.05, 0.025, 0.2  # the dot where arrows begin is so wide
BEYOND, NAME_EM = 0.24, 0.3  # a row's number, beyond its arrow's tip
TURNS, APART = (
    (0, 1, -1, 2, -2, 3, -3, 4),
    0.06,
)  # eighths of a turn about the tip, and from what is there


def arrow(
    start: FloatArray,
    end: FloatArray,
    colour: str,
    width: float = 3.0,
    *,
    dashed: bool = False,
    beside: float = 0.0,
) -> VGroup:
    """An arrow between two positions of the frame, or so far at the right of them; nothing where they are one."""
    way = end - start
    length = float(np.linalg.norm(way))
    if length < SHORT:
        return VGroup()
    along = way / length
    aside = np.array([-along[1], along[0], 0.0])
    start, end = start - beside * aside, end - beside * aside
    head = min(HEAD, (DASHED_HEAD if dashed else MOST_HEAD) * length)
    neck, wide = end - head * along, HALF_HEAD * head / HEAD
    tip = Polygon(end, neck + wide * aside, neck - wide * aside, stroke_width=0)
    dash = min(1.0, length) * np.array(DASHES)
    pieces = dashes([(start, neck)], dash.tolist() if dashed else ())
    shaft = drawn(stroke(colour, width), pieces)
    return VGroup(shaft, tip.set_fill(colour, opacity=1))


class ArrowBundle:
    """Arrows from one place to several, and a dot at the tip of every one, also of those that are not drawn.

    `chained(size, part)` are the arrows so many times as long, a part of their way to one behind another: of so many, each
    so many times shorter, the last one's tip is the mean of all tips.
    """

    def __init__(
        self,
        panel: PlotPanel,
        start: Sequence[tuple[float, float]],
        tips: Sequence[tuple[float, float]],
        drawn_ones: Sequence[int],
        colours: Sequence[str],
    ) -> None:
        self.panel, self.colours, self.among = panel, colours, drawn_ones
        self.starts = np.array([panel.position(*place) for place in start])
        self.ends = np.array([panel.position(*place) for place in tips])
        self.mean_start, self.mean = self.starts.mean(axis=0), self.ends.mean(axis=0)
        self.arrows = [arrow(self.starts[n], self.ends[n], colours[n]) for n in drawn_ones]
        self.dots = self._dots(self.ends)
        self.whole = VGroup(VGroup(*self.arrows), self.dots)

    def chained(self, size: float, part: float) -> VGroup:
        """Shorter arrows, a part of the way to head to tail, in which one goes after the other."""
        count = len(self.starts)
        ways = size * (self.ends - self.starts)
        behind = self.mean_start + np.cumsum(ways, axis=0) - ways
        gone = np.clip(part * count - np.arange(count), 0.0, 1.0)[:, None]
        starts = (1 - gone) * self.starts + gone * behind
        ends = starts + ways
        arrows = VGroup(*(arrow(starts[n], ends[n], self.colours[n]) for n in self.among))
        return VGroup(arrows, self._dots(ends))

    def _dots(self, ends: FloatArray) -> VGroup:
        """A dot at each tip; those of rows whose arrows are not drawn are smaller."""
        chosen = {*self.among}
        radii = (TIP if row in chosen else SMALL_TIP for row in range(len(ends)))
        each = zip(ends, radii, self.colours, strict=True)
        return VGroup(*(Dot(end, radius=radius, color=colour) for end, radius, colour in each))


def tip_name(
    stage: Stage,
    bundle: ArrowBundle,
    row: int,
    others: Sequence[VGroup] = (),
    number: int | None = None,
) -> VGroup:
    """A row's number, or another one, beyond the tip of its arrow, on a plate, clear of others' and of the dot; nothing where there is no room."""
    box, way = bundle.panel.box, bundle.ends[row] - bundle.starts[row]
    way = way / max(float(np.linalg.norm(way)), SHORT)
    name = stage.sentence(stage.words.number(number or row + 1), em=NAME_EM).set_fill(
        bundle.colours[row]
    )
    low = np.array([box.left + name.width / 2, box.bottom + name.height / 2, 0.0])
    high = np.array([box.right - name.width / 2, box.top - name.height / 2, 0.0])
    taken = [(each[1].get_center(), each[1].width, each[1].height) for each in others if len(each)]
    taken.append((bundle.starts[row], SPOT, SPOT))
    for turn in TURNS:
        aside = BEYOND * rotate_vector(way, turn * np.pi / 4)
        here = np.clip(bundle.ends[row] + aside, low, high)
        size = np.array([name.width, name.height]) / 2 + APART
        if all(_apart(here - there, size + np.array([w, h]) / 2) for there, w, h in taken):
            break
    else:
        return VGroup()
    name.move_to(here)
    plate = BackgroundRectangle(name, color=stage.palette.ground, fill_opacity=0.85, buff=0.03)
    return VGroup(plate, name)


def _apart(way: FloatArray, room: FloatArray) -> bool:
    """Whether two boxes, so far from each other, do not overlap."""
    return bool((np.abs(way[:2]) >= room).any())
