"""PathsPicture: several walks over the parameters, told apart by their looks, as far as their common clock has come.

Over two parameters, with lines of equal cost; of one, its value by the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from manim import BackgroundRectangle, ManimColor, VGroup, VMobject

from symgd.animations.comparing.walk_looks import THIN, THINNEST, WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import BOTTOM, LEFT, RIGHT, TOP, PlotPanel, drawn, stroke
from symgd.animations.staging.contrast import luminance
from symgd.animations.staging.stage import Label, Palette, Stage, Zone
from symgd.animations.stories.cost_map import CostMap, equal_axes, spans
from symgd.data.arrays import FloatArray, spread
from symgd.registry.registry import FrozenMap
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

ROOM = 0.12
FAR = 4.0  # a walk that leaves for so many times the others' distance from the middle does not widen the picture
CORNERS = 400
STOP, STOPS = 0.055, 12
STOPS_APART = 2.2 * STOP
STEPS = 8  # of a walk that are drawn boldly, the others thinly  # up to so many steps have a small mark each
LEVEL_WIDTH, LEVEL_OPACITY = 1.4, 0.65
BRIGHT = 0.5  # luminance, above which a ground is a light one
ALIKE = 3.0  # axes are equal where that makes neither more than so many times as long
CROSS, NOTE_EM = 0.12, 0.27
CLEAR = 0.18
FOOT = 0.02
DIMMED = 0.5
TAIL = 12.0  # the frame's units
BLOCK = 3.0  # widths of the picture, beyond which a walk to and fro is drawn as its banks


def level_opacity(palette: Palette) -> float:
    """How faint lines of equal cost are: on a dark ground thin lines need all their light."""
    return LEVEL_OPACITY if luminance(ManimColor(palette.ground)) > BRIGHT else 1.0


class PathsPicture:
    """Walks on a map: `panel` and `lines` stand still, `live` moves with the clock."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        ground: CostMap,
        *,
        beside: Sequence[FloatArray] = (),
        equal: bool = False,
        window: Sequence[FloatArray] = (),
        clock: Message | None = None,
        names: Mapping[str, str] = FrozenMap(),
        banks: bool = False,
        alike: float = ALIKE,
        end: float | None = None,
    ) -> None:
        self.end = end or max(walk.end for walk in walks)  # of a clock that is an axis
        self.alike = (
            alike  # axes get one unit where that makes neither more than so many times as long
        )
        self.banks = banks  # in the place of a long zigzag: the lines through its turns
        self._turned: dict[int, list[int]] = {}
        self.stage, self.zone, self.walks, self.looks, self.ground = (
            stage,
            zone,
            walks,
            looks,
            ground,
        )
        self.single = len(ground.axes) == 1
        self.every = [names.get(name, name) for name in walks[0].run.trace.parameters]
        self.names = [self.every[index] for index in ground.axes]
        self.is_equal = False
        self.panel = self._by_clock(clock) if self.single else self._plane(beside, equal, window)
        self.lines = VGroup(*self._levels())
        self.paths = [look.line(stage.palette.ground) for look in looks]
        self.later = [look.line(stage.palette.ground, later=True) for look in looks]
        self.stops = [VGroup() for _ in looks]
        self.marks = [look.mark(stage.palette.ground) for look in looks]
        parts = zip(self.later, self.paths, self.stops, self.marks, strict=True)
        self.each = [VGroup(*part) for part in parts]
        self.live = VGroup(*self.each)
        self.show(0.0)

    # ---------------------------------------------------------------------------------------------
    # What stands still

    def _plane(
        self, beside: Sequence[FloatArray], equal: bool, window: Sequence[FloatArray]
    ) -> PlotPanel:
        """Scales that hold the walks and what is `beside` them, or a `window` of some places alone."""
        points = [self._near(walk.points) for walk in self.walks]
        points = [*window] or [*points, self.ground.held[None, :], *beside]
        x, y = (scale_of(spans(points, axis), ROOM) for axis in self.ground.axes)
        inner = self.zone.width - LEFT - RIGHT, self.zone.height - BOTTOM - TOP
        wide, high = equal_axes(x, y, *inner)
        longer = max(
            (wide.high - wide.low) / (x.high - x.low), (high.high - high.low) / (y.high - y.low)
        )
        if equal or longer <= self.alike:
            x, y, self.is_equal = wide, high, True
        first, second = map(Symbol, self.names)
        return PlotPanel(self.stage, self.zone, x, y, x_label=first, y_label=second)

    def _near(self, points: FloatArray) -> FloatArray:
        """Those of a walk that do not leave for ever."""
        away = np.abs(points - self.ground.held)
        kept: FloatArray = points[(away <= FAR * away[0].max() + FAR * away[0]).all(axis=1)]
        return kept

    def _by_clock(self, clock: Message | None) -> PlotPanel:
        axis = self.ground.axes[0]
        values = spans([self._near(walk.points) for walk in self.walks], axis)
        y = scale_of([*values, float(self.ground.held[axis])], ROOM)
        x = Scale(0.0, self.end)
        name, across = Symbol(self.names[0]), clock or message("step")
        return PlotPanel(self.stage, self.zone, x, y, x_label=across, y_label=name)

    def _levels(self) -> list[VMobject]:
        """Lines of equal cost; of one parameter, where the cost is least."""
        colour, panel = self.stage.palette.error, self.panel
        faint = level_opacity(self.stage.palette)
        if self.single:
            height = float(self.ground.held[self.ground.axes[0]])
            ends = panel.segments([panel.x.low, panel.x.high], [height, height])
            return [drawn(stroke(colour, LEVEL_WIDTH, faint), ends, dashed=True)]
        made = []
        for parts in self.ground.lines(panel.x, panel.y):
            pieces = chain.from_iterable(panel.segments(part[:, 0], part[:, 1]) for part in parts)
            made.append(drawn(stroke(colour, LEVEL_WIDTH, faint), [*pieces]))
        return made

    def noted(self) -> None:
        """Say of the picture what it does not show: a slice, or axes that are not equal."""
        held = zip(self.every, self.ground.held.tolist(), strict=True)
        where = tuple(
            Equation(Symbol(name), numeral(value)) for name, value in held if name not in self.names
        )
        if where:
            self.panel.noted(message("slice at {point}", point=where))
        elif not self.single and not self.is_equal:
            self.panel.noted(message("the axes have different scales"))

    def below(self, said: Message) -> Typeset:
        """A remark under the picture, left of its axis' name."""
        return remark_below(self.stage, self.zone, self.panel, said)

    def cross(self, said: Label | None = None) -> VGroup:
        """A cross where the map is held, the minimum or the best end, with a word beside it."""
        if self.single:
            return VGroup()
        x, y = self.ground.held[list(self.ground.axes)].tolist()
        centre, palette, box = self.panel.position(x, y), self.stage.palette, self.panel.box
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        ends = [(centre - corner, centre + corner), (centre - other, centre + other)]
        arms = drawn(stroke(palette.ink, 3), ends)
        if said is None:
            return VGroup(arms)
        word = self.stage.sentence(said, em=NOTE_EM).at_most(box.width / 2)
        left = min(max(box.left, centre[0] - word.width / 2), box.right - word.width)
        above = centre[1] + CLEAR + 2 * NOTE_EM < box.top
        word.put(left, centre[1] + CLEAR if above else centre[1] - CLEAR - NOTE_EM)
        plate = BackgroundRectangle(word, color=palette.ground, fill_opacity=1, buff=0.06)
        return VGroup(arms, plate, word)

    # ---------------------------------------------------------------------------------------------
    # What moves

    def place(self, point: FloatArray, time: float = 0.0) -> tuple[float, float]:
        """Where some parameters are, in the values of the scales."""
        chosen = point[list(self.ground.axes)].tolist()
        return (time, chosen[0]) if self.single else (chosen[0], chosen[1])

    def show(self, time: float, only: Sequence[int] | None = None) -> PathsPicture:
        """Draw the walks until a time of the clock: all of them, or those with these numbers."""
        for number, walk in enumerate(self.walks):
            if only is None or number in only:
                self._show(number, walk, time)
        return self

    def _show(self, number: int, walk: Walk, time: float) -> None:
        clock, points, _ = walk.until(time)
        look, panel = self.looks[number], self.panel
        whole = int(
            np.searchsorted(walk.clock, time + 1e-9, side="right")
        )  # rows that were reached
        early = list(range(min(len(clock), STEPS + 1)))
        rows = range(STEPS, len(clock))
        late = (
            [rows[n] for n in np.unique(np.linspace(0, len(rows) - 1, CORNERS).astype(int))]
            if rows
            else []
        )
        places = {row: self.place(points[row], float(clock[row])) for row in (*early, *late)}
        for line, part in ((self.paths[number], early), (self.later[number], late)):
            xs, ys = [places[row][0] for row in part], [places[row][1] for row in part]
            pieces = panel.segments(xs, ys)
            look.draw(line, pieces if part is early else newest(pieces))
        if self.banks:
            self._show_banks(number, [self.place(point) for point in points], clock)
        if self.banks or walk.run.steps <= STOPS:
            stops = panel.apart([places[row] for row in early[:whole]], STOPS_APART)
            panel.dot(self.stops[number], stops, STOP, look.colour)
        here = self.place(points[-1], float(clock[-1]))
        self.marks[number].move_to(panel.border(*here))
        self.marks[number].set_fill(opacity=1.0 if panel.holds(*here) else 0.35)

    def zigzags(self, number: int) -> bool:
        """Whether a walk goes to and fro for so long that, drawn in full, it would be a solid block."""
        return len(self._turns(number)) > STEPS

    def _turns(self, number: int) -> list[int]:
        """The rows at which a long walk turns back; none of a walk that is short in the picture."""
        if number not in self._turned:
            found: list[int] = []
            if not self.single:
                chosen = self.walks[number].points[:, list(self.ground.axes)]
                ways = np.diff([self.panel.position(*place) for place in chosen], axis=0)
                lengths = np.linalg.norm(ways, axis=1)
                if float(lengths[np.isfinite(lengths)].sum()) > BLOCK * self.panel.box.width:
                    back = (ways[1:] * ways[:-1]).sum(axis=1) < 0
                    found = [int(row) + 1 for row in np.flatnonzero(back)]
            self._turned[number] = found
        return self._turned[number]

    def _show_banks(
        self, number: int, places: Sequence[tuple[float, float]], clock: FloatArray
    ) -> None:
        """What comes after the first steps: a long zigzag as its two banks, any other way as it is."""
        rows = [*range(min(STEPS, len(places) - 1), len(places))]
        if self.single:
            places = [(float(time), y) for time, (_, y) in zip(clock, places, strict=True)]
        parts = [rows]
        if self.zigzags(number):
            turns = [row for row in self._turns(number) if rows[0] <= row < len(places)]
            last = turns[-1] if turns else rows[0]
            parts = [turns[::2], turns[1::2], [*range(last, len(places))]]
        pieces = []
        for part in parts:
            kept = [part[n] for n in spread(len(part), CORNERS)] if part else []
            pieces += self.panel.segments(
                [places[r][0] for r in kept], [places[r][1] for r in kept]
            )
        drawn(self.later[number], pieces)

    def dim(self, *but: int) -> None:
        """All walks but some step back; without any, all come forward."""
        ground = self.stage.palette.ground
        for number, look in enumerate(self.looks):
            back = bool(but) and number not in but
            look.step_back(self.later[number], ground, THINNEST if back else THIN)
            look.step_back(self.paths[number], ground, THIN if back else None)
            self.stops[number].set_fill(opacity=DIMMED if back else 1.0)
            self.marks[number].set_fill(opacity=DIMMED if back else 1.0)


def remark_below(stage: Stage, zone: Zone, panel: PlotPanel, said: Message) -> Typeset:
    """A remark under a panel, left of its axis' name."""
    made = panel.beneath(stage.sentence(said, em=NOTE_EM))
    return made.put(float(made.get_left()[0]), zone.bottom + FOOT)


def newest(
    pieces: list[tuple[FloatArray, FloatArray]],
) -> list[tuple[FloatArray, FloatArray]]:
    """The end of a polyline: a zigzag that is drawn whole is a black area."""
    lengths = np.array([np.linalg.norm(end - start) for start, end in pieces])
    left = np.cumsum(lengths[::-1])[::-1]  # from each piece to the end
    return [piece for piece, length in zip(pieces, left, strict=True) if length <= TAIL]
