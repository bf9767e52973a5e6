"""A man on the mountain, and the fog round him: nothing of the curve is seen but what his lantern lights."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from manim import ManimColor, Polygon, VGroup, VMobject

from symgd.animations.descending.lantern_fog import LanternFog
from symgd.animations.descending.man_figure import figure
from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_views import Sight, between, whole_sight
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.contrast import luminance
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol, Term
from symgd.writing.words import Message, message

LIGHT = 1.1  # the lantern's reach, in the frame's units
STOP, APART, DOTTED = 0.045, 0.12, 400
GROUND = 0.13  # opacity of the ground under the curve
ARROW, HALF_ARROW, BELOW = 0.2, 0.09, 0.28
TINY = 1e-3
NEARBY = 0.005  # of the panel's width, over which the ground's direction is measured
FAINT = 0.6
LABEL_EM, ASIDE, LINE = 0.34, 0.14, 1.25  # what is written beside his light, and how far from it
HEIGHTS, MAN = 25, 1.0  # at which a place for it is tried; how high he is
AROUND = 0.8  # how far he reaches to both sides, leaning
SIDE = 12  # spots along each side of what is kept free
NARROW = 6.0  # a picture that has less room for the name of its scale
BRIGHT = 0.5  # luminance, above which a ground is a light one
ALIKE = 0.05  # of a size, that makes no difference
CUTS, OVER = 100.0, 50.0  # how bad it is, if the ground goes through it, or he stands there


class MountainPicture:
    """The mountain in a panel: `land` stands still, `live` follows `show`, fog hides the rest until it is lifted.

    With a sight of its own it is another picture of the same mountain, seen from near, without fog where it is `clear`;
    in another picture's `panel` it is that of another walk there.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        mountain: Mountain,
        near: Sight | None = None,
        panel: PlotPanel | None = None,
        *,
        clear: bool = False,
    ) -> None:
        self.stage, self.mountain = stage, mountain
        self.panel = panel or self._panel(zone, near)
        palette = stage.palette
        self.veil = LanternFog(self.panel.box, palette.mark, self._glow)
        self.fog, self.cover = self.veil.whole, self.veil.cover
        self.curve = stroke(palette.error, 3.5)
        drawn(self.curve, self.panel.segments(*mountain.profile))
        self.land = VGroup(self._ground(), self.curve)
        self.lit = stroke(palette.error, 3.5)
        self.stops = VGroup()
        self.man = figure(palette.ink, palette.intercept)
        self.foggy = not clear and panel is None
        self.live = VGroup(self.stops, self.man)
        if self.foggy:
            self.live = VGroup(self.fog, self.lit, self.stops, self.man)
        self.prints = self._prints()
        self.kept: list[Zone] = []  # where nothing is written
        self.show(0.0)

    @property
    def _glow(self) -> str | None:
        """The colour of his light, where the ground is dark."""
        palette = self.stage.palette
        return None if luminance(ManimColor(palette.ground)) > BRIGHT else palette.intercept

    def _panel(self, zone: Zone, near: Sight | None) -> PlotPanel:
        mountain, story = self.mountain, self.mountain.story
        across: Label = message("distance along his path")
        if zone.width < NARROW:
            across = message("distance walked")
        if mountain.over_parameter:
            across = Symbol(story.names[0])
        whole, name = whole_sight(mountain), story.problem.cost_name
        x, y = near or whole
        panel = PlotPanel(self.stage, zone, x, y, x_label=across, y_label=name)
        if near:
            told = magnified(*(_times(*pair) for pair in zip(whole, near, strict=True)))
            panel.noted(next((said for said in told if panel.has_corner(said)), told[-1]))
        return panel

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

    def see_between(self, first: Sight, last: Sight, share: float) -> MountainPicture:
        """The ground in a sight that is so far on the way from one to another."""
        panel = self.panel
        panel.x, panel.y = (between(*pair, share) for pair in zip(first, last, strict=True))
        ground, curve = self.land
        ground.become(self._ground())
        drawn(curve, panel.segments(*self.mountain.profile))
        self.stops.remove(*self.stops)
        return self

    @property
    def sight(self) -> Sight:
        """What its panel shows."""
        return self.panel.x, self.panel.y

    @property
    def marks(self) -> VGroup:
        """What tells values along its sides, and how large it is."""
        return VGroup(*self.panel.scales[0][1:], *self.panel.heights)

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
        made = VGroup(drawn(stroke(ink, 4), [ends]), tip.set_fill(ink, opacity=1))
        ground = self.position(float(feet[step + 1]))
        if abs(ground[1] - height) > ARROW:  # where the ground is, at its end
            drop = np.array([end, height, 0.0]), np.array([end, ground[1], 0.0])
            made.add(drawn(stroke(ink, 1.5), [drop], dashed=True))
        return made

    def beside(self, step: int, *said: tuple[Message, Term]) -> VGroup:
        """Words and a number each, in the fog beside his light."""
        made = VGroup()
        for row, (words, value) in enumerate(said):
            word = self.stage.sentence(words, em=LABEL_EM)
            number = self.stage.formula(value, em=LABEL_EM)
            word.put(0.0, -2 * row * LINE * LABEL_EM)
            number.put(0.0, word.baseline - LINE * LABEL_EM)
            made.add(VGroup(word, number))
        corner = self._free(made.width, made.height, step)
        return made.shift(corner - np.array([made.get_left()[0], made.get_bottom()[1], 0.0]))

    def _free(self, wide: float, tall: float, step: int) -> FloatArray:
        """The lower left corner for what is written: outside his light, near his feet, where the ground is not."""
        here, box = self.position(float(self.mountain.feet[step])), self.panel.box
        ends = box.left + ASIDE, max(box.left + ASIDE, box.right - ASIDE - wide)
        lefts = here[0] + LIGHT + ASIDE, here[0] - LIGHT - ASIDE - wide
        spots = self.spots()
        bottoms = np.linspace(box.bottom + ASIDE, box.top - ASIDE - tall, HEIGHTS)
        wanted = here[1] - tall / 2 + ASIDE

        def cost(left: float, bottom: float) -> float:
            low = left - ASIDE, bottom - ASIDE
            high = left + wide + ASIDE, bottom + tall + ASIDE
            cut = cuts(low, high, spots)
            covers = high[0] > here[0] - AROUND and low[0] < here[0] + AROUND
            covers = covers and high[1] > here[1] - ASIDE and low[1] < here[1] + MAN
            return float(CUTS * cut + OVER * bool(covers) + abs(bottom - wanted))

        places = [
            (float(np.clip(left, *ends)), float(bottom)) for left in lefts for bottom in bottoms
        ]
        costs = [cost(*place) for place in places]
        costs = [each + (number >= HEIGHTS) for number, each in enumerate(costs)]  # right if equal
        return np.array([*places[int(np.argmin(costs))], 0.0])

    def spots(self) -> FloatArray:
        """Where the ground is in the frame."""
        xs, heights = self.mountain.profile
        pairs = zip(xs, heights, strict=True)
        spots = [self.panel.position(x, y)[:2] for x, y in pairs if np.isfinite(y)]
        for zone in self.kept:
            grid = np.meshgrid(*(np.linspace(*ends, SIDE) for ends in zone_ends(zone)))
            spots += [*np.column_stack([each.ravel() for each in grid])]
        return np.array(spots).reshape(-1, 2)


def zone_ends(zone: Zone) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where it reaches, across and up."""
    return (zone.left, zone.right), (zone.bottom, zone.top)


def cuts(low: tuple[float, float], high: tuple[float, float], spots: FloatArray) -> bool:
    """Whether any of the spots lies between two corners."""
    return bool(((spots >= np.array(low)) & (spots <= np.array(high))).all(axis=1).any())


def _times(whole: Scale, near: Scale) -> float:
    """How many times as large something is drawn."""
    return (whole.high - whole.low) / (near.high - near.low)


def magnified(across: float, up: float) -> tuple[Message, ...]:
    """How much larger, or smaller, heights are drawn than in the whole, and distances, if these are; shorter and shorter."""
    if up < 1:
        return (message("heights drawn {times} times smaller", times=_about(1 / up)),)
    if across < 1 + ALIKE:
        return (message("heights drawn {times} times as large", times=_about(up)),)
    said = (
        message("drawn {across} times as wide, {up} times as high"),
        message("{across}× wide, {up}× high"),
    )
    return tuple(each.filled(across=_about(across), up=_about(up)) for each in said)


def _about(times: float) -> Term:
    return numeral(float(f"{times:.1e}"), 2)
