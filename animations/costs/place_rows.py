"""What a place of the floor says in numbers: its parameters, the told terms or else the cost's formula, and the cost."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.formula import Formula, extent_of
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM, Extent, Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Negative, Symbol, Term

EM, FORMULA_EM, COST_EM = 0.38, 0.4, 0.48
FIRST, LAST = Extent(0.0, -0.1, 0.3), Extent(0.0, -0.12, 0.36)  # parameters', and the cost's
GAP, MORE = 0.1, 0.28  # between rows, at least and at most


class PlaceRows:
    """Rows from the top of a zone; what is between parameters and cost has one size for all places, or is left out."""

    def __init__(self, stage: Stage, zone: Zone, floor: CostFloor) -> None:
        self.stage, self.zone, self.floor = stage, zone, floor
        problem = floor.story.problem
        self.name = problem.cost_name
        self.told = FollowedRows(floor.story) if problem.has_examples else None
        equations = problem.equations
        term = equations[0].right if len(equations) == 1 else None
        held = {part.name for _, part in term.walk() if isinstance(part, Symbol)} if term else set()
        self.term = term if {*floor.story.names} <= held else None
        places = [floor.at(*place) for place in (*floor.places, *floor.around(), *floor.found_or())]
        whole, terms = ([make(v) for v in places] for make in (self._formula, self._terms))
        self.extent, self.terms_extent = self._extent(whole), self._extent(terms)
        self.terms_em = self._size(self.terms_extent)
        self.em = 0.0 if self.terms_em else self._size(self.extent)

    def _extent(self, terms: list[Term | None]) -> Extent | None:
        """What holds each of some formulas with an em of 1; None where one is not known."""
        sizes = [extent_of(term, self.stage.words) for term in terms if term is not None]
        if not sizes or len(sizes) < len(terms):
            return None
        return Extent(
            max(size.width for size in sizes),
            min(size.bottom for size in sizes),
            max(size.top for size in sizes),
        )

    def _size(self, extent: Extent | None) -> float:
        """The size of a formula; 0 where it could not be read."""
        if extent is None:
            return 0.0
        room = self.zone.height - _height(FIRST) - _height(LAST) - 2 * GAP
        em = min(FORMULA_EM, self.zone.width / extent.width, room / _height(extent))
        return em if em >= LEAST_EM else 0.0

    @property
    def is_full(self) -> bool:
        """Whether it is seen of what the cost is made."""
        return bool(self.em or self.terms_em)

    def _formula(self, values: FloatArray) -> Term | None:
        """The cost's formula with a place's numbers for the parameters."""
        if self.term is None:
            return None
        known = dict(zip(self.floor.story.names, map(float, values), strict=True))
        numbers: dict[Term, Term] = {Symbol(name): _signed(value) for name, value in known.items()}
        return Equation(self.name, self.term.substitute(numbers))

    def _terms(self, values: FloatArray) -> Term | None:
        """The told rows' losses in the cost."""
        if self.told is None or not np.isfinite(self.floor.story.cost_of(values.tolist())):
            return None
        return Equation(self.name, self.told.in_numbers(values))

    def at(self, place: tuple[float, ...]) -> VGroup:
        """The rows of a place, from top to bottom."""
        stage, zone, values = self.stage, self.zone, self.floor.at(*place)
        named = stage.sentence(words.values(self.floor, place, brief), em=EM, whole=True)
        lines: list[tuple[Typeset, Extent]] = [(named.at_most(zone.width), FIRST)]
        whole, terms = self._formula(values), self._terms(values)
        if self.em and whole is not None and self.extent is not None:
            made = self._coloured(stage.formula(whole, em=self.em))
            lines.append((made, self.extent.sized(self.em)))
        if self.terms_em and terms is not None and self.terms_extent is not None:
            summed = stage.formula(terms, em=self.terms_em).at_most(zone.width)
            lines.append((summed, self.terms_extent.sized(self.terms_em)))
        cost = self.floor.cost(*place)
        if np.isfinite(cost):
            told = stage.formula(Equation(self.name, numeral(cost)), em=COST_EM)
            told.set_color(stage.palette.error)
            lines.append((told.at_most(zone.width), LAST))
        return VGroup(*self._placed(lines))

    def _coloured(self, made: Formula) -> Formula:
        """The numbers that stand for parameters, in their colours."""
        assert self.term is not None
        for path, part in self.term.walk():
            if isinstance(part, Symbol) and part.name in self.stage.colours:
                made.glyphs((1, *path)).set_color(self.stage.colours[part.name])
        return made.at_most(self.zone.width)

    def _placed(self, lines: list[tuple[Typeset, Extent]]) -> list[Typeset]:
        """Lines below one another, each on a line that stays where it is as its numbers change."""
        top, made = self.zone.top, []
        spare = self.zone.height - sum(_height(size) for _, size in lines)
        gap = min(MORE, spare / (len(lines) - 1)) if len(lines) > 1 else 0.0
        for line, size in lines:
            made.append(line.put(self.zone.left, top - size.top))
            top -= _height(size) + gap
        return made


def _height(extent: Extent | None) -> float:
    return 0.0 if extent is None else extent.top - extent.bottom


def _signed(value: float) -> Term:
    """A number whose minus a sum takes for its own."""
    return Negative(numeral(-value)) if value < 0 else numeral(value)
