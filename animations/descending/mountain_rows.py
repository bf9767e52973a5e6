"""The words of the story beside what they are in the formula, with a step's numbers."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

from manim import VGroup, VMobject

from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_rule import MountainRule
from symgd.animations.descending.mountain_words import (
    FITTED,
    FLOOR,
    FOUND,
    HEIGHT,
    IN_SIGHT,
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

PARTS = 0.65, 0.9, 0.9, 1.45, 2.0  # the heights of the rule and the rows, in shares
SLOPES = 1.1, 0.95, 0.95, 1.1, 1.1  # the same where the slope is a fraction
RULE_LOW = 0.7  # the rule's, in a low zone
TITLES = HEIGHT, PLACE, SLOPE, STEP
HIGH, PLACED, FELT, STEPPED = range(4)
CHANGES = 3  # of a step's row, the part with what each parameter changes by
LOW = 4.0  # a zone lower than this has two columns
TITLE_EM, EM = 0.3, 0.42
LEAST, SHORTER = (
    0.68,
    0.9,
)  # of their size, that rows have at least before they are written shorter, or the last one is
SHOWN, EDGE = 5, 0.06  # first steps that may be shown; what a row leaves free of its zone
EQUAL = 0.3  # of an em, after a sign of equality
DOWN, PITCH = 0.85, 1.3  # in ems, from a title to the middle of its formula, and from line to line
POSITION = Symbol("theta")
Lines: TypeAlias = list[VGroup]


class MountainRows:
    """The rule, and below it four titles with a formula each."""

    def __init__(self, stage: Stage, zone: Zone, mountain: Mountain) -> None:
        self.stage, self.mountain, self.story = stage, mountain, mountain.story
        if zone.height < LOW:
            top, rest = zone.rows(RULE_LOW, zone.height - RULE_LOW, gap=0.0)
            left, right = (column.rows(1, 1, gap=0.0) for column in rest.columns(1, 1))
            self.zones = [left[0], left[1], right[0], right[1]]
        else:
            top, *self.zones = zone.rows(*(SLOPES if mountain.over_parameter else PARTS), gap=0.0)
        self.is_low = zone.height < LOW
        self.rule = MountainRule(stage, top, self.story)
        self.by_parts = not mountain.over_parameter
        self.by_parts = self.by_parts and self._width <= self._room / LEAST
        self.titles = [
            self._title(said, place) for said, place in zip(TITLES, self.zones, strict=True)
        ]

    @property
    def room(self) -> Zone:
        """Where all rows stand, below the rule."""
        zones = self.zones
        return Zone(
            min(zone.left for zone in zones),
            max(zone.right for zone in zones),
            min(zone.bottom for zone in zones),
            max(zone.top for zone in zones),
        )

    def _title(self, said: Message, zone: Zone) -> Typeset:
        made = self.stage.sentence(bold=self.stage.said(said), em=TITLE_EM).at_most(zone.width)
        return made.put(zone.left, zone.top - TITLE_EM)

    def row(self, number: int, step: int) -> VGroup:
        """A formula with the numbers of a step."""
        return self._put(number, self._lines(number, step))

    def _lines(self, number: int, step: int) -> Lines:
        return (self._high, self._placed, self._felt, self._stepped)[number](step)

    def _put(self, number: int, lines: Lines) -> VGroup:
        """A formula's lines below its title."""
        zone, title = self.zones[number], self.titles[number]
        for row, line in enumerate(lines):
            line.shift((0, -row * PITCH * EM, 0))
        made = VGroup(*(part for line in lines for part in line))
        made.scale(min(self.size, zone.width / made.width))
        first = VGroup(*lines[0])
        top = title.get_bottom()[1] - DOWN * self.size * EM
        return made.shift((zone.left - made.get_left()[0], top - first.get_center()[1], 0))

    @property
    def _room(self) -> float:
        return self.zones[STEPPED].width - EDGE

    @property
    def _width(self) -> float:
        """How wide the longest line of any step that is shown is."""
        mountain = self.mountain
        steps = {*range(min(SHOWN, mountain.steps) + 1), mountain.steps, mountain.last}
        made = [self._lines(number, step) for number in range(len(TITLES)) for step in steps]
        return max(float(line.width) for lines in made for line in lines)

    @cached_property
    def size(self) -> float:
        """What all rows are scaled by."""
        return min(1.0, self._room / self._width)

    def carries(self, number: int) -> bool:
        """Whether a row's last part is the number that is seen at his feet."""
        return number not in (FELT, STEPPED) or not (self.by_parts and self.is_low)

    def _high(self, step: int) -> Lines:
        """MSE = 2.117."""
        height = settled(float(self.story.cost[step]), float(self.story.cost[0]))
        return [self._ended([self.story.problem.cost_name, " = "], numeral(height))]

    def _placed(self, step: int) -> Lines:
        """θ = (0.2, 0.5)."""
        names, values = self.story.names, self.story.parameters[step].tolist()
        letter = POSITION if len(names) > 1 else Symbol(names[0])
        return [self._vector([letter, " = "], values)]

    def _vector(self, parts: list[Label], values: list[float]) -> VGroup:
        """Words, and after them a number for each parameter, in its colour."""
        colours = [self.stage.colours[name] for name in self.story.names]
        left = self.stage.sentence(*parts, em=EM)
        right = PlaceNumbers(self.stage, [numeral(value) for value in values], EM, colours)
        return VGroup(left, right.shift((left.width + EQUAL * EM, 0, 0)))

    @property
    def _slope(self) -> Label:
        """How the slope is written: by the only parameter, or the gradient's length."""
        cost = self.story.problem.cost_name
        if self.mountain.over_parameter:
            return Partial(cost, Symbol(self.story.names[0]))
        return message("|∇{cost}|", cost=cost)

    @property
    def _gradient(self) -> Message:
        return message("∇{cost}", cost=self.story.problem.cost_name)

    def _felt(self, step: int) -> Lines:
        """∇MSE = (−6.133, −2.467), and how long it is."""
        length = self._ended([self._slope, " = "], numeral(self.steepness(step)))
        if not self.by_parts:
            return [length]
        parts = self._vector([self._gradient, " = "], [*self.story.gradient(step)])
        return [parts] if self.is_low else [parts, length]

    def _ended(self, parts: list[Label], value: Term) -> VGroup:
        """Some words, and a number after them as a thing of its own."""
        left = self.stage.sentence(*parts, em=EM)
        right = self.stage.formula(value, em=EM)
        return VGroup(left, right.put(float(left.get_right()[0]) + EQUAL * EM, left.baseline))

    def steepness(self, step: int) -> float:
        """The slope as it is written."""
        slope = self.mountain.slope(step)
        return slope if self.mountain.over_parameter else abs(slope)

    def _stepped(self, step: int) -> Lines:
        """The rate times the gradient, turned round by the minus; and how long that is."""
        return self._by_parts(step) if self.by_parts else [self._length(step)]

    def _by_parts(self, step: int) -> Lines:
        """−α∇MSE = −0.06·(−6.133, −2.467) ≈ (0.368, 0.148)."""
        story, rate = self.story, self.story.rate_at(step)
        slopes = [float(slope) for slope in story.gradient(step)]
        changes = [-rate * slope for slope in slopes]
        pairs = zip(slopes, changes, strict=True)
        exact = all(-rounded(rate) * rounded(slope) == rounded(change) for slope, change in pairs)
        sign = " = " if exact else " ≈ "
        if self.is_low:
            return [self._vector([Negative(numeral(rate)), " ", self._gradient, sign], changes)]
        whole: list[Label] = ["−", story.rate, " ", self._gradient, " = "]
        first = self._vector([*whole, Negative(numeral(rate)), " · "], slopes)
        length = self._ended(
            [story.rate, " ", self._slope, " = "], numeral(rate * self.steepness(step))
        )
        return [first, self._vector([sign], changes), length]

    def _length(self, step: int) -> VGroup:
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
        if made.width * least <= self._room:
            return made
        return self._ended([*parts[:-2], " ≈ "], numeral(change))  # the factors are seen elsewhere

    def changes(self, row: VGroup) -> list[VMobject]:
        """The numbers of a step's row by which each parameter changes; none where it tells its length alone."""
        if not self.by_parts:
            return []
        return [*row[1 if self.is_low else CHANGES].items]

    def added(self, step: int) -> VGroup:
        """A step's numbers behind those of the place where it begins, with a plus sign."""
        rate, zone = self.story.rate_at(step), self.zones[PLACED]
        place = self.row(PLACED, step)
        made = self._vector([" + "], [-rate * slope for slope in self.story.gradient(step)])
        made.scale(self.size)
        left = float(place.get_right()[0]) + EQUAL * EM
        made.scale(min(1.0, (zone.right - left) / made.width))
        return made.shift(
            (left - made.get_left()[0], place.get_center()[1] - made.get_center()[1], 0)
        )

    def change(self, step: int) -> float:
        """The step as it is written."""
        change = self.story.rate_at(step) * self.steepness(step)
        return -change if self.mountain.over_parameter else change

    def floor(self) -> VGroup:
        """What the fog hid, in the place of his step: the least cost, or what a longer descent comes to; else nothing."""
        least, lowest = self.mountain.floor, self.mountain.lowest
        known = self.story.least is not None
        said = FLOOR if known else FITTED if self.mountain.is_fitted else FOUND
        if lowest is not None and (least is None or lowest < least):
            least, said = lowest, IN_SIGHT
        if least is None:
            return VGroup()
        zone = self.zones[STEPPED]  # no step is told any more
        title = self._title(said, zone)
        equals: list[Label] = [self.story.problem.cost_name, " = "]
        made = self._ended(equals, numeral(settled(least, float(self.story.cost[0]))))
        made.scale(min(self.size, zone.width / made.width))
        top = title.get_bottom()[1] - DOWN * self.size * EM
        made.shift((zone.left - made.get_left()[0], top - made.get_center()[1], 0))
        return VGroup(title, made)
