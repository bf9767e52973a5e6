"""The words of the story beside what they are in the formula, with a step's numbers."""

from __future__ import annotations

from functools import cached_property

from manim import VGroup

from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_rule import MountainRule
from symgd.animations.descending.mountain_words import (
    FLOOR,
    FOG,
    FOUND,
    HEIGHTS,
    PLACE,
    SLOPE,
    STEP,
)
from symgd.animations.formulas.numerals import numeral, rounded, settled
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.callouts import PlaceNumbers
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Negative, Partial, Product, Symbol, Term
from symgd.writing.words import Message, message

RULE, RULE_LOW = 0.75, 0.7  # the rule's height, in rows; where it is low
TITLES = FOG, PLACE, SLOPE, STEP
HIDDEN, PLACED, FELT, STEPPED = range(4)
LOW = 4.0  # a zone lower than this has two columns
TITLE_EM, EM = 0.34, 0.42
LEAST, SHORTER = (
    0.68,
    0.9,
)  # of their size, that rows have at least before they are written shorter, or the last one is
SHOWN, EDGE = 5, 0.06  # first steps that may be shown; what a row leaves free of its zone
EQUAL = 0.3  # of an em, after a sign of equality
DOWN = 1.1  # of an em, from a title to the middle of its formula
POSITION = Symbol("theta")


class MountainRows:
    """The rule, and below it four titles with a formula each."""

    def __init__(self, stage: Stage, zone: Zone, mountain: Mountain) -> None:
        self.stage, self.mountain, self.story = stage, mountain, mountain.story
        if zone.height < LOW:
            top, rest = zone.rows(RULE_LOW, zone.height - RULE_LOW, gap=0.0)
            left, right = (column.rows(1, 1, gap=0.0) for column in rest.columns(1, 1))
            self.zones = [left[0], left[1], right[0], right[1]]
        else:
            top, *self.zones = zone.rows(RULE, 1, 1, 1, 1, gap=0.0)
        self.rule = MountainRule(stage, top, self.story)
        self.titles = [
            self._title(said, place) for said, place in zip(TITLES, self.zones, strict=True)
        ]

    def _title(self, said: Message, zone: Zone) -> Typeset:
        made = self.stage.sentence(bold=self.stage.said(said), em=TITLE_EM).at_most(zone.width)
        return made.put(zone.left, zone.top - TITLE_EM)

    def row(self, number: int, step: int) -> VGroup:
        """A formula with the numbers of a step."""
        made = (self._hidden, self._placed, self._felt, self._stepped)[number](step)
        return self._put(number, made)

    def _put(self, number: int, made: VGroup) -> VGroup:
        """A formula below its title."""
        zone, title = self.zones[number], self.titles[number]
        made.scale(min(self.size, zone.width / made.width))
        top = title.get_bottom()[1] - DOWN * EM
        return made.shift((zone.left - made.get_left()[0], top - made.get_center()[1], 0))

    @cached_property
    def size(self) -> float:
        """What all rows are scaled by: the longest, of any step that is shown, sets it."""
        mountain, zone = self.mountain, self.zones[STEPPED]
        steps = {*range(min(SHOWN, mountain.steps) + 1), mountain.steps, mountain.last}
        made = [row(step) for row in (self._placed, self._felt, self._stepped) for step in steps]
        widest = max(float(row.width) for row in [*made, self._hidden(0)])
        return min(1.0, (zone.width - EDGE) / widest)

    def _placed(self, step: int) -> VGroup:
        """θ = (0.2, 0.5)."""
        names, values = self.story.names, self.story.parameters[step].tolist()
        colours = [self.stage.colours[name] for name in names]
        letter = POSITION if len(names) > 1 else Symbol(names[0])
        left = self.stage.sentence(letter, " = ", em=EM)
        right = PlaceNumbers(self.stage, [numeral(value) for value in values], EM, colours)
        return VGroup(left, right.shift((left.width + EQUAL * EM, 0, 0)))

    @property
    def _slope(self) -> Label:
        """How the slope is written: by the only parameter, or the gradient's length."""
        cost = self.story.problem.cost_name
        if self.mountain.over_parameter:
            return Partial(cost, Symbol(self.story.names[0]))
        return message("|∇{cost}|", cost=cost)

    def _felt(self, step: int) -> VGroup:
        value = numeral(self.steepness(step))
        return self._ended([self._slope, " = "], value)

    def _ended(self, parts: list[Label], value: Term) -> VGroup:
        """Some words, and a number after them as a thing of its own."""
        left = self.stage.sentence(*parts, em=EM)
        right = self.stage.formula(value, em=EM)
        return VGroup(left, right.put(float(left.get_right()[0]) + EQUAL * EM, left.baseline))

    def steepness(self, step: int) -> float:
        """The slope as it is written."""
        slope = self.mountain.slope(step)
        return slope if self.mountain.over_parameter else abs(slope)

    def _stepped(self, step: int) -> VGroup:
        """The rate times the slope; with one parameter, with the minus that turns it round."""
        rate, slope = self.story.rate_at(step), self.steepness(step)
        length = rounded(rate) * rounded(slope)
        change = rate * slope
        sign = " = " if length == rounded(change) else " ≈ "
        product = Product((numeral(rate), numeral(slope)))
        if self.mountain.over_parameter:
            parts: list[Label] = ["−", self.story.rate, " ", self._slope, " = ", Negative(product)]
            change = -change
        else:
            parts = [self.story.rate, " ", self._slope, " = ", product]
        made = self._ended([*parts, sign], numeral(change))
        least = LEAST if step < self.mountain.last else SHORTER
        if made.width * least <= self.zones[STEPPED].width - EDGE:
            return made
        return self._ended([*parts[:-2], " ≈ "], numeral(change))  # the factors are seen elsewhere

    def change(self, step: int) -> float:
        """The step as it is written."""
        change = self.story.rate_at(step) * self.steepness(step)
        return -change if self.mountain.over_parameter else change

    def floor(self) -> VGroup:
        """What the fog hid, in its place: the least cost, or what a longer descent comes to; else nothing."""
        least = self.mountain.floor
        if least is None:
            return VGroup()
        zone = self.zones[HIDDEN]
        title = self._title(FLOOR if self.story.least is not None else FOUND, zone)
        equals: list[Label] = [self.story.problem.cost_name, " = "]
        made = self._ended(equals, numeral(settled(least, float(self.story.cost[0]))))
        made.scale(min(self.size, zone.width / made.width))
        top = title.get_bottom()[1] - DOWN * EM
        made.shift((zone.left - made.get_left()[0], top - made.get_center()[1], 0))
        return VGroup(title, made)

    def _hidden(self, step: int) -> VGroup:
        return VGroup(self.stage.sentence(HEIGHTS, em=EM))
