"""What moves in the lesson `where_cost_lives`: the dot over the floor with its line, the view, the surface."""

from __future__ import annotations

import numpy as np
from manim import FadeIn, Mobject, VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.cost_floor import VALUES, CostFloor
from symgd.animations.costs.line_floor import LineFloor
from symgd.animations.costs.place_rows import PlaceRows
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.run_lesson import RunLesson, refill
from symgd.animations.staging.stage import Zone
from symgd.terms import Equation, Power, number
from symgd.writing.words import message

MOVE, FADE, TRY, TILT, RISE = 1.2, 0.6, 0.18, 2.5, 2.5
TRIES_EM, APART = 0.32, 0.3
# Of the picture of the data, and of the numbers: below it, or beside it; the last where nothing is seen of all.
SHARES = (2.0, 1.0), (1.6, 1.0), (1.25, 1.0), (1.0, 1.15)
COLUMNS = (1.3, 1.0), (1.0, 1.0), (0.85, 1.0), (1.6, 1.0)
PALE, LEFT = 0.25, 0.2  # numbers of a place that was left, and when they are so
TRIES_LINE = 0.42  # from line to line of the tries


class WhereMoves(RunLesson):
    """A scene with a floor, and the line that belongs to a place of it."""

    floor: CostFloor
    surface: SurfacePicture | LineFloor
    fit: SquaresPicture | None
    said: VGroup
    curse: VGroup = VGroup()
    told: PlaceRows
    lowest_row: Zone
    note: VGroup = VGroup()
    reads = False  # whether dashes lead from the dot to its values

    def prepare(self) -> None:
        """The floor, the fit beside it, and rows for numbers."""
        layout = self.stage.layout
        self.floor = CostFloor(self.story)
        kind = LineFloor if len(self.floor.names) == 1 else SurfacePicture
        self.surface = kind(self.stage, layout.picture, self.floor)
        zone = layout.mathematics
        wide = zone.width > 2 * zone.height
        for shares in (
            COLUMNS if wide else SHARES
        ):  # the picture is as large as the numbers let it be
            parts = zone.columns(*shares, gap=0.4) if wide else zone.rows(*shares)
            upper, lower = parts
            numbers, self.lowest_row = lower.rows(5.5, 1, gap=0.05)
            self.told = PlaceRows(self.stage, numbers, self.floor)
            if self.told.is_full:
                break
        self.fit, self.formula = None, VGroup()
        if self.story.problem.has_examples:
            shown = [self.floor.at(*place) for place in (*self.floor.around(), self.floor.best)]
            self.fit = SquaresPicture(self.stage, upper, FollowedRows(self.story), also=shown)
        else:
            self.formula = Rows(self.stage).set_into(upper, self.story.problem.equations)

    @property
    def flat(self) -> bool:
        """Whether there is one parameter, and the floor a line."""
        return isinstance(self.surface, LineFloor)

    def said_of(self, place: tuple[float, ...]) -> VGroup:
        """A place's parameters and its cost, in rows."""
        return self.told.at(place)

    def tries_row(self) -> VGroup:
        """How many tries a grid takes for these parameters, for one more, and for many, as far as there is room."""
        here, zone = len(self.floor.names), self.lowest_row
        most = (here, here + 1, words.MANY)
        ways: list[tuple[list[tuple[int, ...]], bool]] = [([most], True), ([most], False)]
        ways += [([most[::2]], False), ([most[-1:]], False)]
        if zone.height > 2 * TRIES_LINE:
            ways.insert(1, ([most[:-1], most[-1:]], True))
        for lines, named in ways:
            made, right = VGroup(), zone.left
            for n, counts in enumerate(lines):
                left, middle = zone.left, zone.centre[1] - 0.1
                base = middle + TRIES_LINE * (len(lines) / 2 - n - 0.5)
                parts = [self.stage.sentence(message("tries:"), em=TRIES_EM)] * (named and not n)
                for each in (*parts, *map(self._tries, counts)):
                    made.add(each.put(left, base))
                    right = max(right, float(each.get_right()[0]))
                    left = float(each.get_right()[0]) + APART
            size = min(1.0, zone.width / (right - zone.left))
            if TRIES_EM * size >= LEAST_EM:
                break
        return made.scale(size, about_point=(zone.left, zone.centre[1], 0))

    def _tries(self, count: int) -> Formula:
        """How many tries a grid takes for so many parameters."""
        tries = Equation(Power(number(VALUES), number(count)), number(VALUES**count))
        return self.stage.formula(tries, em=TRIES_EM)

    def go(self, place: tuple[float, ...], *, told: bool = True) -> None:
        """Dot, line and, where it is told, numbers at another place at once."""
        self.surface.show_here(place)
        if self.reads and isinstance(self.surface, SurfacePicture):
            self.surface.show_feet()
        if self.fit is not None:
            self.fit.show(self.floor.at(*place))
        if told:
            refill(self.said, self.said_of(place).submobjects)

    def glide(self, place: tuple[float, ...], seconds: float) -> None:
        """From where the dot is straight to another place; the numbers are pale until it is there, and then the new ones."""
        start = np.array(self.surface.here)
        way = np.array(place) - start

        def gone(part: float) -> None:
            self.go(
                place if part == 1 else tuple(map(float, start + part * way)),
                told=part == 1,
            )
            self.pale(part)

        moved: list[Mobject] = [] if self.fit is None else [self.fit.live]
        moved.append(self.said)
        if self.reads and isinstance(self.surface, SurfacePicture):
            moved.append(self.surface.feet)
        self.moving(gone, seconds, *moved, self.surface.dot)

    def pale(self, part: float) -> None:
        """While the dot is between two places, the numbers of the one that it has left are pale."""
        if part < 1:
            self.said.set_opacity(max(PALE, 1 - part / LEFT))

    def reveal(self, *mobjects: Mobject, seconds: float = FADE) -> None:
        """Fade in, each as itself."""
        self.play(*map(FadeIn, mobjects), run_time=seconds)
