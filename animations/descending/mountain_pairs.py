"""Each word of the story at the man's feet, with the symbol that it is in the formula."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.descending.mountain_picture import LIGHT, MountainPicture
from symgd.animations.descending.mountain_rows import FELT, HIGH, PLACED, POSITION, STEPPED
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.terms import Partial, Symbol
from symgd.writing.words import message

EM, ASIDE, PLATE = 0.42, 0.12, 0.04
DOWN = 0.28  # from his feet to the step's arrow


class MountainPairs:
    """What is marked in the picture for each row: a line, an arrow or a tangent, and its symbol; the symbol is last."""

    def __init__(self, picture: MountainPicture, step: int) -> None:
        self.picture, self.stage, self.step = picture, picture.stage, step
        self.here = picture.position(float(picture.mountain.feet[step]))

    def pair(self, row: int) -> VGroup:
        """The mark and the symbol of a row."""
        made = {HIGH: self._height, PLACED: self._place, FELT: self._slope, STEPPED: self._stride}
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
        if row == HIGH:
            return cost
        if row == PLACED:
            return only if mountain.over_parameter else POSITION
        if row == FELT:
            slope: Label = message("∇{cost}", cost=cost)
            return Partial(cost, only) if mountain.over_parameter else slope
        return story.rate

    def _said(self, row: int, place: FloatArray, *, before: bool = False) -> Typeset:
        """A row's symbol, whose left end, or right one, is at a place; inside the picture."""
        box = self.picture.panel.box
        parts: list[Label] = [self.symbol(row)]
        if row == STEPPED:
            parts = ["−", self.symbol(STEPPED), " ", self.symbol(FELT)]
        made = self.stage.sentence(*parts, em=EM)
        if row in (HIGH, FELT):
            made.set_fill(self.stage.palette.error)
        left = place[0] - (made.width if before else 0.0)
        left = min(max(left, box.left + ASIDE), box.right - ASIDE - made.width)
        height = min(max(place[1], box.bottom + ASIDE + made.height / 2), box.top - ASIDE)
        made.put(left, 0.0)
        made.shift((0, height - made.get_center()[1], 0))
        return made

    def _dashed(self, end: FloatArray) -> VGroup:
        line = stroke(self.stage.palette.ink, 1.8)
        return VGroup(drawn(line, [(self.here, end)], dashed=True))

    def _height(self) -> tuple[VGroup, Typeset]:
        """A level line to the axis of heights."""
        axis = np.array([self.picture.panel.box.left, self.here[1], 0.0])
        return self._dashed(axis), self._said(HIGH, axis + np.array([ASIDE, EM, 0.0]))

    def _place(self) -> tuple[VGroup, Typeset]:
        """A line down to the other axis."""
        foot = np.array([self.here[0], self.picture.panel.box.bottom, 0.0])
        return self._dashed(foot), self._said(PLACED, foot + np.array([ASIDE, EM, 0.0]))

    def _slope(self) -> tuple[VGroup, Typeset]:
        """The tangent, named at its lower end, or at its upper one where it is nearly level."""
        way = self.picture.way(self.picture.mountain.slope(self.step))
        down = -np.sign(way[1] or 1.0) * way
        falls = abs(way[1]) > abs(way[0])
        end = self.here + LIGHT * (down if falls else -down)
        aside = np.array([ASIDE if falls or end[0] > self.here[0] else -ASIDE, 0.0, 0.0])
        lift = np.array([0.0, 0.0 if falls else EM, 0.0])
        before = aside[0] < 0
        return VGroup(self.picture.feel(self.step)), self._said(
            FELT, end + aside + lift, before=before
        )

    def _stride(self) -> tuple[VGroup, Typeset]:
        """The step's arrow, named at its tip."""
        made = self.picture.stride(self.step)
        tip = self.here - np.array([0.0, DOWN, 0.0])
        right = (
            float(self.picture.mountain.feet[self.step + 1])
            >= self.picture.mountain.feet[self.step]
        )
        if len(made):
            tip[0] = made.get_right()[0] if right else made.get_left()[0]
        aside = np.array([ASIDE if right else -ASIDE, 0.0, 0.0])
        return made, self._said(STEPPED, tip + aside, before=not right)
