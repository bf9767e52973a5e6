"""A man on the mountain, and the fog round him: nothing of the curve is seen but what his lantern lights."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from manim import Circle, Polygon, Rectangle, VGroup, VMobject

from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import Scale, scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol, Term
from symgd.writing.words import Message, message

LIGHT = 1.2  # the lantern's reach, in the frame's units
TALL, HEAD = 0.85, 0.12
STOP, APART, DOTTED = 0.045, 0.045, 400
OVERHEAD = 0.3  # of the height, that is left for the man above the start
ARROW, HALF_ARROW, BELOW = 0.2, 0.09, 0.28
ROOM = 0.06
HIGHER = 1.25  # times the start's height, that is seen of the sides
TINY = 1e-3
LABEL_EM, ASIDE = 0.34, 0.14  # what is written beside his light, and how far from it


class MountainPicture:
    """The mountain in a panel: `man`, `light` and `steps` follow `show`, `fog` hides the rest until it is lifted."""

    def __init__(self, stage: Stage, zone: Zone, mountain: Mountain) -> None:
        self.stage, self.mountain = stage, mountain
        self.panel = self._panel(zone)
        palette, box = stage.palette, self.panel.box
        self.fog = Rectangle(width=box.width, height=box.height, stroke_width=0)
        self.fog.set_fill(palette.mark, opacity=1).move_to(box.centre)
        self.curve = stroke(palette.error, 3.5)
        drawn(self.curve, self.panel.segments(*mountain.profile))
        self.light = VMobject(stroke_width=0).set_fill(palette.ground, opacity=1)
        self.lit = stroke(palette.error, 3.5)
        self.tangent = stroke(palette.ink, 3)
        self.stops = VGroup()
        self.man = figure(palette.ink, palette.intercept)
        self.live = VGroup(self.light, self.lit, self.stops, self.man)
        self.foggy = True
        self.prints = self._prints()
        self.show(0.0)

    def _panel(self, zone: Zone) -> PlotPanel:
        """The run's heights, its sides not much higher, and room for a man at the highest place he stands on."""
        mountain, story = self.mountain, self.mountain.story
        _, heights = mountain.profile
        stood = story.cost[: mountain.last + 1]
        low = min(float(np.nanmin(heights)), float(stood.min()))
        high = float(stood.max())
        top = min(float(np.nanmax(heights)), low + HIGHER * (high - low))
        y = scale_of([low, max(top, high + OVERHEAD * (high - low))], ROOM)
        x = Scale(*mountain.ends)
        across: Label = message("distance along his path")
        if mountain.over_parameter:
            across = Symbol(story.names[0])
        return PlotPanel(self.stage, zone, x, y, x_label=across, y_label=story.problem.cost_name)

    def position(self, x: float) -> FloatArray:
        """Where the ground is in the frame."""
        return self.panel.border(x, self.mountain.height(x))

    def show(self, time: float) -> MountainPicture:
        """The man where he is at a time, what his lantern lights, and where he has stood."""
        x = self.mountain.at(time)
        here = self.position(x)
        self.man.shift(here - self.man[0].get_center())
        if self.foggy:
            self._shine(here)
        last = min(int(time), self.mountain.last)
        stood = [self._foot(step) for step in self.prints if step <= last]
        self.panel.dot(self.stops, stood, STOP, self.stage.palette.ink)
        return self

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
        """A circle, as far as it lies in the panel, and the curve within it."""
        box = self.panel.box
        turns = np.linspace(0, 2 * math.pi, 73)
        rim = here + LIGHT * np.column_stack((np.cos(turns), np.sin(turns), 0 * turns))
        self.light.set_points_as_corners(
            np.clip(rim, (box.left, box.bottom, 0), (box.right, box.top, 0))
        )
        xs, heights = self.mountain.profile
        spots = [
            self.panel.position(x, y) for x, y in zip(xs, heights, strict=True) if np.isfinite(y)
        ]
        pieces = [
            self.panel.clipped(a, b)
            for a, b in pairwise(spots)
            if self._is_known(a, here) and self._is_known(b, here)
        ]
        drawn(self.lit, [piece for piece in pieces if piece is not None])

    def _is_known(self, spot: FloatArray, here: FloatArray) -> bool:
        """Whether ground is in his light, or he has walked over it; ahead on a path not yet chosen there is none to see."""
        lit = bool(np.linalg.norm(spot - here) < LIGHT)
        if self.mountain.over_parameter:
            return lit
        begin = self.panel.position(0.0, self.panel.y.low)[0]
        return bool(spot[0] <= here[0] + TINY and (lit or spot[0] >= begin))

    def lift(self) -> None:
        """From now on there is no fog."""
        self.foggy = False
        self.live.remove(self.light, self.lit)

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
        number.put(word.width + LABEL_EM / 3, 0.0)
        width = float(number.get_right()[0])
        left = here[0] + LIGHT + ASIDE
        if left + width > box.right:
            left = here[0] - LIGHT - ASIDE - width
        left = min(max(left, box.left + ASIDE), box.right - width - ASIDE)
        height = here[1] + (-LABEL_EM if low else LABEL_EM)
        height = min(max(height, box.bottom + (1 if low else 3) * LABEL_EM / 2), box.top - LABEL_EM)
        return VGroup(word, number).shift((left, height, 0))


def figure(ink: str, flame: str) -> VGroup:
    """A man with a lantern; the middle of its first part is the ground between his feet."""
    ground = Circle(radius=TINY, stroke_width=0, fill_opacity=0)
    hip, neck = np.array([0.0, 0.38 * TALL, 0]), np.array([0.0, 0.72 * TALL, 0])
    hand = np.array([0.26 * TALL, 0.5 * TALL, 0])
    feet = np.array([-0.16 * TALL, 0, 0]), np.array([0.16 * TALL, 0, 0])
    back = np.array([-0.16 * TALL, 0.44 * TALL, 0])
    limbs = [(hip, foot) for foot in feet] + [(hip, neck), (neck, hand), (neck, back)]
    body = drawn(stroke(ink, 5), limbs)
    head = Circle(radius=HEAD, stroke_width=0).set_fill(ink, opacity=1)
    head.move_to(neck + np.array([0, HEAD, 0]))
    lantern = Rectangle(width=0.09, height=0.13, stroke_width=2, stroke_color=ink)
    lantern.set_fill(flame, opacity=1).move_to(hand - np.array([0, 0.08, 0]))
    return VGroup(ground, body, head, lantern)
