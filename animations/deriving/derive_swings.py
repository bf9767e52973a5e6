"""How the model answers in derive_gradient, as it moves with the one parameter that is derived by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from manim import FadeIn, LaggedStart, Mobject, UpdateFromAlphaFunc, VGroup

from symgd.animations.deriving import derive_words as words
from symgd.animations.deriving.derive_ends import DeriveEnds
from symgd.animations.deriving.derive_together import swung
from symgd.animations.deriving.function_picture import FunctionPicture
from symgd.animations.deriving.gradient_picture import told
from symgd.animations.deriving.reason_rows import GOING, NAME_EM, ROW_GAP
from symgd.animations.deriving.row_swing_picture import RowSwingPicture
from symgd.animations.deriving.swing_map import BESIDE, SwingMap
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import PLANE, DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

SWING = 1.1
ARMS = 1.4  # seconds in which the arrows come
COST_EM = 0.46
AGAIN = 0.6  # of the time, once it was seen
SMOOTH = 9  # digits: a swing ends where it began
MOST = 3  # parameters whose values are told at the beginning


class DeriveSwings(DeriveEnds):
    """The model's motion, the cost meanwhile, and the inner derivative as arrows."""

    away: int | None  # the parameter with which the model was left
    arms: VGroup
    arms_note: Mobject  # what the arrows are
    readout: VGroup
    map_there: bool = False
    read_names: Sequence[str] = ()  # whose values are told while the model moves

    def picture_in(self, zone: Zone, story: DescentStory) -> SwingPicture | FunctionPicture:
        """Data with the model, or a function's own picture."""
        if self.problem.has_examples:
            own = self.problem.labels != self.example().labels
            made_up = own and self.run is None
            kind = SwingPicture if len(self.problem.inputs) == 1 else RowSwingPicture
            return kind(self.stage, zone, story.run, made_up=made_up)
        return FunctionPicture(self.stage, zone, story)

    def slope_said(self, name: str) -> Message:
        """Whether a function rises or falls with a parameter, where its gradient is taken."""
        assert self.story is not None
        index = self.story.names.index(name)
        return words.slope(
            self.problem, Symbol(name), told(self.story.gradient(0)[index], self.story)
        )

    def swinging(self, name: str, parts: float = 1.0) -> list[Any]:
        """The model moves to and fro with one parameter."""
        picture = self.picture
        if picture is None or not name:
            return []
        index = picture.names.index(name)

        def to_and_fro(_: Mobject, alpha: float) -> None:
            values = picture.moved(index, round(float(np.sin(2 * np.pi * parts * alpha)), SMOOTH))
            picture.show(values)
            self.on_map(values, name)
            if len(self.readout):
                self.read(values, self.read_names)

        shown = self.map_in_notes if self.map_there else None
        read = [self.readout] if len(self.readout) else []
        live = [picture.live, *read, *([] if shown is None else [shown.live])]
        return [UpdateFromAlphaFunc(VGroup(*live), to_and_fro, rate_func=lambda t: t)]

    def read(self, values: Any, names: Sequence[str]) -> None:
        """Some of the parameters and what the cost is with all of them, at the top of the notes."""
        assert self.story is not None
        self.read_names, top = names, self.notes.top
        told = dict(zip(self.story.names, values.tolist(), strict=True))
        rows = [Equation(Symbol(name), numeral(told[name])) for name in names]
        rows.append(Equation(self.problem.cost_name, numeral(self.story.cost_of(values.tolist()))))
        self.readout.submobjects = []
        for row in map(self.value_row, rows):
            row.shift([0.0, top - row.get_top()[1], 0.0])
            top -= row.height + ROW_GAP
            self.readout.add(*row)

    def values_here(self) -> list[Mobject]:
        """Parameters and settings of the model that is drawn, and what the cost is there, to be read in the notes."""
        assert self.story is not None
        cost = Equation(self.problem.cost_name, numeral(float(self.story.cost[0])))
        letters = self.problem.letters
        given = self.problem.settings.items()
        fixed = [Equation(Symbol(letters[name]), numeral(value)) for name, value in given]
        rows = [self.value_row(row) for row in (*self.here()[:MOST], *fixed, cost)]
        fits = sum(row.height + ROW_GAP for row in rows) <= self.room()
        return rows if fits else rows[-1:]

    def value_row(self, equation: Equation) -> Mobject:
        """An equation at the left of the notes."""
        shown = self.stage.formula(equation, em=COST_EM).at_most(self.notes.width)
        return shown.shift([self.notes.left - shown.get_left()[0], 0.0, 0.0])

    def show_swing(self, name: str, tempo: float = 1.0) -> None:
        """Only this parameter moves, and the residuals answer."""
        assert self.picture is not None
        self.picture.stay()
        self.read(self.picture.start, [name])
        coming = [self.readout, *self.map_comes(name)]
        self.play(*map(FadeIn, coming), run_time=0.4)
        self.play(*self.swinging(name), run_time=SWING * tempo)
        self.play(*self.swinging(name, 0.25), run_time=SWING * tempo / 4)

    def map_comes(self, name: str) -> list[Mobject]:
        """The map of the cost beside the numbers, where this parameter is one of its axes and there is room."""
        made = self.map_in_notes if isinstance(self.picture, SwingPicture) else None
        self.map_there = made is not None and made.shows(name)
        if made is None or not self.map_there:
            return []
        assert self.picture is not None
        made.show(self.picture.start, name)
        gone, self.letters = [*self.letters.values()], {}
        if gone:
            self.play(*leaving(*gone), run_time=GOING)
        return [made.drawing, made.live]

    @cached_property
    def map_in_notes(self) -> SwingMap | None:
        """The map, where there are two parameters and room for it."""
        story, zone, picture = self.story, SwingMap.zone_in(self.space.notes), self.picture
        if story is None or zone is None or picture is None or len(story.names) < PLANE:
            return None
        return SwingMap(self.stage, zone, story, self.meanings, swung(picture, story))

    def on_map(self, values: FloatArray, name: str) -> None:
        """The dot goes where the model is."""
        if self.map_there and self.map_in_notes is not None:
            self.map_in_notes.show(values, name)

    def map_goes(self) -> list[Mobject]:
        """What of it goes."""
        if not self.map_there or self.map_in_notes is None:
            return []
        self.map_there = False
        return [self.map_in_notes.drawing, self.map_in_notes.live]

    def show_arms(self, name: str, *, quickly: bool = False) -> None:
        """How far the prediction moved at some points; then it goes back."""
        picture = self.picture
        assert picture is not None
        index = picture.names.index(name)
        arms = picture.arms(index)
        symbol = Symbol(name)
        said = message("arrow: to where {cost} rises", cost=self.problem.cost_name)
        if self.problem.has_examples:
            factor = words.inner(self.problem, name)
            said = message("arrow: {factor} times the move of {name}", factor=factor, name=symbol)
        wide = min(self.notes.width, BESIDE if self.map_there else self.notes.width)
        note = self.stage.sentence(said, em=NAME_EM, width=wide).at_most(wide)
        below = float(self.readout.get_bottom()[1]) - ROW_GAP
        note.shift([self.notes.left - note.get_left()[0], below - note.get_top()[1], 0])
        self.give_way(note)
        one_by_one = LaggedStart(*map(FadeIn, (note, *arms)), lag_ratio=0.5)
        coming = FadeIn(VGroup(note, arms)) if quickly or not len(arms) else one_by_one
        self.play(coming, run_time=ARMS if not quickly else ARMS / 3)
        self.remove(*arms, note)
        self.add(arms, note)
        self.arms, self.arms_note, self.away = arms, note, index

    def give_way(self, note: Mobject) -> None:
        """Definitions for which a note leaves no room go until the next line."""
        low = float(note.get_bottom()[1]) - ROW_GAP / 2
        over = [n for n, shown in self.letters.items() if float(shown.get_top()[1]) > low]
        if over and not self.space.beside:
            self.play(*leaving(*map(self.letters.pop, over)), run_time=GOING)

    def take_back(self) -> None:
        """The arrows go, and the model goes back to where it was."""
        picture = self.picture
        if picture is None or self.away is None:
            return
        index, self.away = self.away, None
        self.remove(self.readout)
        self.readout = VGroup()

        def back(_: Mobject, alpha: float) -> None:
            picture.show(picture.moved(index, 1 - alpha))

        noted = [self.arms_note] if self.arms_note in self.mobjects else []
        gone = [self.arms, *noted, *self.map_goes()]
        self.play(*leaving(*gone), UpdateFromAlphaFunc(picture.live, back), run_time=0.7)

    def leave_arms_alone(self) -> None:
        """The arrows stay; what was said of them goes, where rules come."""
        if self.away is None or self.arms_note not in self.mobjects:
            return
        gone = [self.readout, self.arms_note, *self.map_goes()]
        self.play(*leaving(*gone), run_time=GOING)
        self.readout = VGroup()

    def show_swing_and_arms(self, name: str) -> None:
        """The motion, and what it says, without a question between them."""
        self.show_swing(name, AGAIN)
        self.show_arms(name, quickly=True)
