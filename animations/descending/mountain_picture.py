"""A man on the mountain, and the fog round him: nothing of the curve is seen but what his lantern lights."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from manim import Polygon, VGroup, VMobject

from symgd.animations.descending.lantern_fog import LanternFog
from symgd.animations.descending.man_figure import figure
from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol, Term
from symgd.writing.words import Message, message

LIGHT = 1.1  # the lantern's reach, in the frame's units
STOP, APART, DOTTED = 0.045, 0.12, 400
OVERHEAD = 0.42  # of the height, that is left for the man and his light above the start
UNDER = 0.16  # of the height, that is seen of the ground below the lowest place
GROUND = 0.13  # opacity of the ground under the curve
ARROW, HALF_ARROW, BELOW = 0.2, 0.09, 0.28
ROOM = 0.06
HIGHER = 1.25  # times the start's height, that is seen of the sides
TINY = 1e-3
NEARBY = 0.005  # of the panel's width, over which the ground's direction is measured
FAINT = 0.6
SEEN = 0.9  # in the frame's units, a difference in height that can be seen
BELOW_FLOOR, ABOVE_HIM = 0.6, 1.6  # differences, that are seen from near
LABEL_EM, ASIDE, LINE = 0.34, 0.14, 1.25  # what is written beside his light, and how far from it


class MountainPicture:
    """The mountain in a panel: `land` stands still, `live` follows `show`, fog hides the rest until it is lifted.

    Between the heights `near` it is another picture of the same mountain, seen from near and without fog; in another
    picture's `panel` it is that of another walk there.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        mountain: Mountain,
        near: tuple[float, float] | None = None,
        panel: PlotPanel | None = None,
    ) -> None:
        self.stage, self.mountain = stage, mountain
        self.panel = panel or self._panel(zone, near)
        palette = stage.palette
        self.veil = LanternFog(self.panel.box, palette.mark)
        self.fog, self.cover = self.veil.whole, self.veil.cover
        self.curve = stroke(palette.error, 3.5)
        drawn(self.curve, self.panel.segments(*mountain.profile))
        self.land = VGroup(self._ground(), self.curve)
        self.lit = stroke(palette.error, 3.5)
        self.stops = VGroup()
        self.man = figure(palette.ink, palette.intercept)
        self.foggy = near is None and panel is None
        self.live = VGroup(self.stops, self.man)
        if self.foggy:
            self.live = VGroup(self.fog, self.lit, self.stops, self.man)
        self.prints = self._prints()
        self.show(0.0)

    def _panel(self, zone: Zone, near: tuple[float, float] | None) -> PlotPanel:
        """The run's heights, its sides not much higher, and room for a man at the highest place he stands on."""
        mountain, story = self.mountain, self.mountain.story
        across: Label = message("distance along his path")
        if mountain.over_parameter:
            across = Symbol(story.names[0])
        y = Scale(*near) if near else self._heights()
        x, name = Scale(*mountain.ends), story.problem.cost_name
        panel = PlotPanel(self.stage, zone, x, y, x_label=across, y_label=name)
        if near:
            times = (self._heights().high - self._heights().low) / (y.high - y.low)
            panel.noted(message("heights drawn {times} times as large", times=numeral(times, 2)))
        return panel

    def nearer(self) -> tuple[float, float] | None:
        """Heights between which the lowest place can be told from where his run ends; None where it can be already, or is there."""
        mountain = self.mountain
        low, here = mountain.lowest, float(mountain.story.cost[mountain.steps])
        if low is None or mountain.went_up or mountain.is_down:
            return None
        if self.panel.box.height * (self.panel.y.part(here) - self.panel.y.part(low)) > SEEN:
            return None
        return low - BELOW_FLOOR * (here - low), here + ABOVE_HIM * (here - low)

    def _heights(self) -> Scale:
        _, heights = self.mountain.profile
        stood = self.mountain.story.cost[: self.mountain.last + 1]
        low = min(float(np.nanmin(heights)), float(stood.min()))
        high = float(stood.max())
        top = min(float(np.nanmax(heights)), low + HIGHER * (high - low))
        top = max(top, high + OVERHEAD * (high - low))
        return scale_of([low - UNDER * (high - low), top], ROOM / 2)

    def _ground(self) -> VMobject:
        """What lies under the curve."""
        panel, box = self.panel, self.panel.box
        xs, heights = self.mountain.profile
        spots = [panel.border(x, y) for x, y in zip(xs, heights, strict=True) if np.isfinite(y)]
        made = VMobject(stroke_width=0).set_fill(self.stage.palette.error, opacity=GROUND)
        if not spots:
            return made
        first, last = (np.array([spots[n][0], box.bottom, 0.0]) for n in (0, -1))
        return made.set_points_as_corners([first, *spots, last, first])

    def see_between(self, first: Scale, last: Scale, share: float) -> MountainPicture:
        """The ground between heights that are so far on the way from some to others; a height that both show at one place stays."""
        start, end = first.high - first.low, last.high - last.low
        size = start * (end / start) ** share
        way = share if start == end else (size - start) / (end - start)
        low = first.low + way * (last.low - first.low)
        self.panel.y = Scale(low, low + size)
        ground, curve = self.land
        ground.become(self._ground())
        drawn(curve, self.panel.segments(*self.mountain.profile))
        self.stops.remove(*self.stops)
        return self

    def position(self, x: float) -> FloatArray:
        """Where the ground is in the frame."""
        return self.panel.border(x, self.mountain.height(x))

    def show(self, time: float) -> MountainPicture:
        """The man where he is at a time, what his lantern lights, and where he has stood."""
        x = self.mountain.at(time)
        here, palette = self.position(x), self.stage.palette
        self.man.become(figure(palette.ink, palette.intercept, self.along(x)).shift(here))
        if self.foggy:
            self._shine(here)
        last = min(int(time), self.mountain.last)
        stood = [self._foot(step) for step in self.prints if step <= last]
        self.panel.dot(self.stops, stood, STOP, palette.ink)
        return self

    def along(self, x: float) -> FloatArray:
        """The direction of the ground in the frame, to the right."""
        panel = self.panel
        step = NEARBY * (panel.x.high - panel.x.low)
        heights = self.mountain.height(x - step), self.mountain.height(x + step)
        if not np.isfinite(heights).all():
            return np.array([1.0, 0.0, 0.0])
        way = panel.position(x + step, heights[1]) - panel.position(x - step, heights[0])
        return np.asarray(way / np.linalg.norm(way))

    def ghost(self, step: int) -> VGroup:
        """A faint figure where he stood."""
        x = float(self.mountain.feet[step])
        palette = self.stage.palette
        made = figure(palette.ink, palette.intercept, self.along(x)).shift(self.position(x))
        made[1].set_stroke(opacity=FAINT)
        made[2].set_fill(opacity=FAINT)
        made[3].set_stroke(opacity=FAINT).set_fill(opacity=FAINT)
        return made

    def _foot(self, step: int) -> tuple[float, float]:
        """Where he stands at a step, in the values of the scales."""
        return float(self.mountain.feet[step]), float(self.mountain.story.cost[step])

    def _prints(self) -> list[int]:
        """The steps whose places are marked: every one, but where the dots overlap so far that they are a line anyway."""
        kept, before = [0], self.panel.position(*self._foot(0))
        for step in range(1, self.mountain.last + 1):
            here = self.panel.position(*self._foot(step))
            if np.linalg.norm(here - before) > APART:
                kept, before = [*kept, step], here
        return kept[:DOTTED]

    def _shine(self, here: FloatArray) -> None:
        """The fog round him, and the ground that he has walked over, which he knows."""
        self.veil.stand(here)
        if self.mountain.over_parameter:
            return
        xs, heights = self.mountain.profile
        begin = self.panel.position(0.0, self.panel.y.low)[0]
        spots = [
            self.panel.position(x, y) for x, y in zip(xs, heights, strict=True) if np.isfinite(y)
        ]
        known = [spot for spot in spots if begin - TINY <= spot[0] <= here[0] + TINY]
        pieces = [self.panel.clipped(a, b) for a, b in pairwise(known)]
        drawn(self.lit, [piece for piece in pieces if piece is not None])

    def lift(self) -> None:
        """From now on there is no fog."""
        self.foggy = False
        self.live.remove(self.fog, self.lit)

    def way(self, slope: float) -> FloatArray:
        """The direction in the frame, to the right, of a slope."""
        box, panel = self.panel.box, self.panel
        across = box.width / (panel.x.high - panel.x.low)
        up = slope * box.height / (panel.y.high - panel.y.low)
        way = np.array([across, up, 0.0])
        return np.asarray(way / np.linalg.norm(way))

    def feel(self, step: int) -> VMobject:
        """The tangent under his feet where a step begins, as far as his light."""
        here = self.position(float(self.mountain.feet[step]))
        way = LIGHT * self.way(self.mountain.slope(step))
        piece = self.panel.clipped(here - way, here + way)
        return drawn(stroke(self.stage.palette.ink, 3.5), [] if piece is None else [piece])

    def stride(self, step: int) -> VGroup:
        """A level arrow as long as a step, below his feet; nothing where it is too short to be seen."""
        feet, box = self.mountain.feet, self.panel.box
        here = self.position(float(feet[step]))
        end = self.panel.border(float(feet[step + 1]), self.panel.y.low)[0]
        length = abs(end - here[0])
        if length < TINY * box.width:
            return VGroup()
        height = max(here[1] - BELOW, box.bottom + HALF_ARROW)
        head = math.copysign(min(ARROW, 0.6 * length), end - here[0])
        half = HALF_ARROW * abs(head) / ARROW
        tip = Polygon(
            (end, height, 0),
            (end - head, height + half, 0),
            (end - head, height - half, 0),
            stroke_width=0,
        )
        ends = np.array([here[0], height, 0.0]), np.array([end - head, height, 0.0])
        ink = self.stage.palette.ink
        return VGroup(drawn(stroke(ink, 4), [ends]), tip.set_fill(ink, opacity=1))

    def beside(self, step: int, said: Message, value: Term, *, low: bool = False) -> VGroup:
        """A word and a number in the fog beside his light: of the slope, or `low`, of the step."""
        here, box = self.position(float(self.mountain.feet[step])), self.panel.box
        word = self.stage.sentence(said, em=LABEL_EM)
        number = self.stage.formula(value, em=LABEL_EM)
        word.put(0.0, LINE * LABEL_EM if low else (LINE + 1) * LABEL_EM)
        number.put(0.0, word.baseline - LINE * LABEL_EM)
        made = VGroup(word, number)
        left = here[0] + LIGHT + ASIDE
        if left + made.width > box.right - ASIDE:
            left = here[0] - LIGHT - ASIDE - made.width
        left = min(max(left, box.left + ASIDE), box.right - made.width - ASIDE)
        height = here[1] + (-made.height - ASIDE if low else ASIDE)
        lowest = box.bottom + ASIDE + (0 if low else made.height + ASIDE)
        height = min(max(height, lowest), box.top - made.height - ASIDE)
        made.shift((left - made.get_left()[0], height - made.get_bottom()[1], 0))
        return self._off_the_curve(made, low=low)

    def _off_the_curve(self, made: VGroup, *, low: bool) -> VGroup:
        """What is written, moved so far that the curve does not go through it: up, and what is `low` down where it may."""
        box, left, right = self.panel.box, made.get_left()[0] - ASIDE, made.get_right()[0] + ASIDE
        xs, heights = self.mountain.profile
        spots = [self.panel.position(x, y) for x, y in zip(xs, heights, strict=True)]
        over = [spot[1] for spot in spots if left <= spot[0] <= right and np.isfinite(spot[1])]
        top, bottom = made.get_top()[1] + ASIDE, made.get_bottom()[1] - ASIDE
        if not any(bottom <= height <= top for height in over):
            return made
        if low and min(over) - made.height - 2 * ASIDE > box.bottom:
            return made.shift((0, min(over) - ASIDE - made.get_top()[1], 0))
        lift = max(over) + ASIDE - made.get_bottom()[1] + (made.height + ASIDE if low else 0)
        return made.shift((0, min(lift, box.top - ASIDE - made.get_top()[1]), 0))
