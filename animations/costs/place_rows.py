"""What a place of the floor says in numbers: its parameters, the cost's formula with them, the told terms, and the cost."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Negative, Symbol, Term

EM, FORMULA_EM, COST_EM = 0.38, 0.4, 0.48
FIRST, LAST = 0.45, 0.5  # heights of the parameters' row, and of the cost's
GAP, MORE = 0.08, 0.2  # between rows, and what there may be more
DEEPER = 0.1  # a line stands so far below its row's middle


class PlaceRows:
    """Rows from the top of a zone; the formula and the terms have one size for all places, or are left out."""

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
        self.em, self.terms_em = FORMULA_EM, FORMULA_EM
        whole, terms = ([make(v) for v in places] for make in (self._formula, self._terms))
        (wide, high), (across, low) = self._size(whole), self._size(terms)
        room = (zone.height - FIRST - LAST - 3 * GAP) / max(high + low, 1e-9)
        self.em = self._readable(min(1.0, zone.width / wide, room)) if wide else 0.0
        if not self.em:
            room = (zone.height - FIRST - LAST - 2 * GAP) / max(low, 1e-9)
        self.terms_em = self._readable(min(1.0, zone.width / across, room)) if across else 0.0
        self.high, self.low = (
            size * em / FORMULA_EM for size, em in ((high, self.em), (low, self.terms_em))
        )

    def _size(self, terms: list[Term | None]) -> tuple[float, float]:
        """How wide and how high the largest of some formulas is; nothing where one is not known."""
        made = [self.stage.formula(term, em=FORMULA_EM) for term in terms if term is not None]
        if not made or len(made) < len(terms):
            return 0.0, 0.0
        return max(float(each.width) for each in made), max(float(each.height) for each in made)

    def _readable(self, part: float) -> float:
        """A size; 0 where it could not be read."""
        return FORMULA_EM * part if FORMULA_EM * part >= LEAST_EM else 0.0

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
        lines: list[tuple[Typeset, float]] = [(named.at_most(zone.width), FIRST)]
        whole = self._formula(values) if self.em else None
        terms = self._terms(values) if self.terms_em else None
        if whole is not None:
            lines.append((self._coloured(stage.formula(whole, em=self.em)), self.high))
        if terms is not None:
            lines.append((stage.formula(terms, em=self.terms_em).at_most(zone.width), self.low))
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

    def _placed(self, lines: list[tuple[Typeset, float]]) -> list[Typeset]:
        """Lines below one another, each on a line that stays where it is as its numbers change."""
        top, made = self.zone.top, []
        spare = self.zone.height - sum(high for _, high in lines) - GAP * (len(lines) - 1)
        gap = GAP + min(MORE, max(0.0, spare / len(lines)))
        for line, high in lines:
            made.append(line.put(self.zone.left, top - high / 2 - DEEPER))
            top -= high + gap
        return made


def _signed(value: float) -> Term:
    """A number whose minus a sum takes for its own."""
    return Negative(numeral(-value)) if value < 0 else numeral(value)
