"""Each word of the story at the man's feet, with the symbol that it is in the formula."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.descending.mountain_picture import BELOW, LIGHT, MountainPicture
from symgd.animations.descending.mountain_rows import FELT, PLACED, POSITION, STEPPED
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.terms import Partial, Symbol
from symgd.writing.words import message

EM, ASIDE, PLATE = 0.42, 0.12, 0.04


class MountainPairs:
    """What is marked in the picture for each row: a line, an arrow or a tangent, and its symbol; the symbol is last."""

    def __init__(self, picture: MountainPicture, step: int) -> None:
        self.picture, self.stage, self.step = picture, picture.stage, step
        self.taken: list[Typeset] = []
        self.here = picture.position(float(picture.mountain.feet[step]))

    def pair(self, row: int) -> VGroup:
        """The mark and the symbol of a row."""
        made = {PLACED: self._place, FELT: self._slope, STEPPED: self._stride}
        mark, symbol = made[row]()
        plate = BackgroundRectangle(
            symbol, color=self.stage.palette.ground, fill_opacity=1, buff=PLATE
        )
        return VGroup(mark, plate, symbol)

    def symbol(self, row: int) -> Label:
        """What a row is in the formula."""
        mountain = self.picture.mountain
        story = mountain.story
        cost, only = story.problem.cost_name, Symbol(story.names[0])
        if row == PLACED:
            return only if mountain.over_parameter else POSITION
        if row == FELT:
            slope: Label = message("|∇{cost}|", cost=cost)
            return Partial(cost, only) if mountain.over_parameter else slope
        return story.rate

    def _said(self, row: int, *places: tuple[FloatArray, bool]) -> Typeset:
        """A row's symbol, with its left end, or else its right one, at the first place that is free."""
        parts: list[Label] = [self.symbol(row)]
        if row == STEPPED:
            sign = ["−"] if self.picture.mountain.over_parameter else []
            parts = [*sign, self.symbol(STEPPED), " ", self.symbol(FELT)]
        made = self.stage.sentence(*parts, em=EM)
        for place in places:
            self._put(made, *place)
            if not any(_touch(made, other) for other in self.taken):
                break
        self.taken.append(made)
        return made

    def _put(self, made: Typeset, place: FloatArray, starts: bool) -> None:
        """Inside the picture."""
        box = self.picture.panel.box
        left = place[0] - (0.0 if starts else made.width)
        left = min(max(left, box.left + ASIDE), box.right - ASIDE - made.width)
        height = min(max(place[1], box.bottom + ASIDE + made.height / 2), box.top - ASIDE)
        made.put(left, 0.0)
        made.shift((0, height - made.get_center()[1], 0))

    def _place(self) -> tuple[VGroup, Typeset]:
        """A line down to the other axis."""
        foot = np.array([self.here[0], self.picture.panel.box.bottom, 0.0])
        line = drawn(stroke(self.stage.palette.ink, 1.8), [(self.here, foot)], dashed=True)
        return VGroup(line), self._said(PLACED, (foot + np.array([ASIDE, EM, 0.0]), True))

    def _slope(self) -> tuple[VGroup, Typeset]:
        """The tangent, named at an end of it."""
        way = self.picture.way(self.picture.mountain.slope(self.step))
        down = -np.sign(way[1] or 1.0) * way
        right = bool(down[0] > 0)
        aside = np.array([ASIDE if right else -ASIDE, 0.0, 0.0])
        low, high = self.here + LIGHT * down, self.here - LIGHT * down
        above = np.array([0.0, EM, 0.0])
        places = (high - aside + above, not right), (low + aside, right), (low - above, right)
        return VGroup(self.picture.feel(self.step)), self._said(FELT, *places)

    def _stride(self) -> tuple[VGroup, Typeset]:
        """The step's arrow, named at its tip."""
        made, feet = self.picture.stride(self.step), self.picture.mountain.feet
        right = bool(feet[self.step + 1] >= feet[self.step])
        tip = self.here - np.array([0.0, BELOW, 0.0])
        if len(made):
            tip[0] = made.get_right()[0] if right else made.get_left()[0]
        aside = np.array([ASIDE if right else -ASIDE, 0.0, 0.0])
        below = np.array([0.0, EM, 0.0])
        places = (tip - below, not right), (tip + aside, right), (tip + aside - below, right)
        return made, self._said(STEPPED, *places)


def _touch(one: Typeset, other: Typeset) -> bool:
    """Whether two symbols come so near that they are read as one."""
    apart = np.abs(one.get_center() - other.get_center())[:2]
    sizes = np.array([one.width + other.width, one.height + other.height]) / 2 + ASIDE / 2
    return bool((apart < sizes).all())
