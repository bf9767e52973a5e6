"""Where a derivation stands: its lines over the whole width, below them a picture and what is said of the lines.

Laws
----
- no line is smaller than `LEAST`; one that would be is broken
- where there is no picture, the lines and what is said of them have the whole frame
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from symgd.animations.formula import Formula
from symgd.animations.stage import Stage, Zone
from symgd.terms import Term

SIZES = (0.58, 0.54, 0.5, 0.46, 0.42, 0.38, 0.36, 0.34)
WHOLE = 0.46  # lines smaller than that are rather broken
LEAST = 0.34
GHOST = 0.6  # how large the line before is, in parts of the line
GHOST_LEAST = 0.3
ROOM = 0.14
BROAD = 1.3


@dataclass(frozen=True)
class DerivationLayout:
    """The zones of a derivation, and the size of its lines."""

    stage: Stage
    lines: Zone
    notes: Zone
    picture: Zone | None
    equations: tuple[Term, ...]

    @classmethod
    def of(cls, stage: Stage, equations: Sequence[Term], *, pictured: bool) -> DerivationLayout:
        """The layout for a frame and for all lines that will be seen."""
        whole, shown = stage.layout.whole, tuple(equations)
        if not pictured:
            lines, notes = whole.rows(1.25, 1)
            return cls(stage, lines, notes, None, shown)
        if stage.layout.upright and whole.height > BROAD * whole.width:
            lines, picture, notes = whole.rows(3.4, 4.6, 3.6)
            return cls(stage, lines, notes, picture, shown)
        lines, below = whole.rows(2.7, whole.height - 2.8, gap=0.1)
        picture, notes = below.columns(1.3, 1, gap=0.35)
        return cls(stage, lines, notes, picture, shown)

    @cached_property
    def em(self) -> float:
        """The size of all lines: the largest in which they fit unbroken, or broken, into their zone."""
        whole = {
            em: [self.stage.formula(term, em=em) for term in self.equations] for em in SIZES[:1]
        }
        widest = max(formula.width for formula in whole[SIZES[0]]) / SIZES[0]
        for em in SIZES:
            if em >= WHOLE and widest * em <= self.lines.width:
                return em
        for em in SIZES:
            if em <= WHOLE and self._highest(em) <= self.lines.height - ROOM:
                return em
        return LEAST

    def _highest(self, em: float) -> float:
        long = [term for term in self.equations if len(term_parts(term)) > 3]
        return max((self._made(term, em).height for term in long), default=0.0)

    def _made(self, term: Term, em: float) -> Formula:
        return self.stage.formula(term, em=em).broken(self.lines.width)

    @cached_property
    def baseline(self) -> float:
        """Where the (first) row of a line stands: so that the lowest line still is in the zone."""
        made = [self._made(term, self.em) for term in self.equations]
        lowest = min(float(formula.get_bottom()[1]) for formula in made)
        return self.lines.bottom + ROOM - lowest

    def line(self, term: Term) -> Formula:
        """A line where the current line stands."""
        formula = self._made(term, self.em).at_most(self.lines.width)
        return formula.put(self.lines.left, self.baseline)

    def ghost(self, line: Formula, below: Formula) -> Formula | None:
        """The line before, smaller and above; None where there is no room for it."""
        factor = max(GHOST, GHOST_LEAST / self.em)
        made = line.copy()
        made.scale(min(1.0, factor))
        made.shift([self.lines.left - made.get_left()[0], self.lines.top - made.get_top()[1], 0])
        return made if made.get_bottom()[1] >= below.get_top()[1] + ROOM else None


def term_parts(term: Term) -> list[Term]:
    """All parts of a term."""
    return [part for _, part in term.walk()]
