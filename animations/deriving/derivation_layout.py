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

from symgd.animations.formulas.formula import Formula, extent_of
from symgd.animations.formulas.typeset import Extent
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import Term

ROOMY = (0.8, 0.72, 0.65)  # where no picture takes room
SIZES = (0.58, 0.54, 0.5, 0.46, 0.42, 0.38, 0.36, 0.34)
WHOLE = 0.4  # lines smaller than that are rather broken
LEAST = 0.34
GHOST = 0.52  # how large the line before is, in parts of the line
GHOST_LEAST = 0.3
ROOM = 0.14
BROAD = 1.3
FLAT = 2.1  # notes that are so much wider than high have two columns
ASIDE = 0.35  # between a picture and what is said beside it
TRIED = 4  # of the longest lines
SHARES = (1.25, 1.6, 2.2)  # of the lines, for 1 of what is said of them
LINES = (
    1.85,
    2.2,
    2.6,
    3.0,
)  # the height of the lines above a picture, the least in which they have room
SLIT = 0.1  # the height of the gap below them
SQUARE, HALF = 1.56, 0.49  # how wide a picture is, for its height, and at most, for the frame
SMALL = (0.32, 0.3, 0.28, 0.26)  # where lines with long names have no room at all


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
        if pictured:
            for high in LINES:
                made = cls._with_picture(stage, whole, shown, high)
                if made.highest(LEAST) <= made.lines.height - ROOM:
                    return made
        halves = [cls(stage, *_two(whole, share), None, shown) for share in SHARES]
        fitting = (each for each in halves if each.highest(LEAST) <= each.lines.height - ROOM)
        return next(fitting, halves[-1])

    @classmethod
    def _with_picture(
        cls, stage: Stage, whole: Zone, shown: tuple[Term, ...], high: float
    ) -> DerivationLayout:
        if stage.layout.upright and whole.height > BROAD * whole.width:
            lines, picture, notes = whole.rows(3.4, 4.3, 3.9)
            return cls(stage, lines, notes, picture, shown)
        lines, below = whole.rows(high, whole.height - high - SLIT, gap=SLIT)
        wide = min(SQUARE * below.height, HALF * below.width)
        picture, notes = below.columns(wide, below.width - wide - ASIDE, gap=ASIDE)
        return cls(stage, lines, notes, picture, shown)

    @property
    def above(self) -> Zone:
        """All that the notes leave: the lines' zone, and the picture's where there is one."""
        if self.picture is None:
            return self.lines
        beside = self.notes.left > self.picture.right
        right = self.picture.right if beside else self.lines.right
        return Zone(self.lines.left, right, self.picture.bottom, self.lines.top)

    @cached_property
    def rules(self) -> Zone:
        """Where the rules are named."""
        return self._sides[0]

    @cached_property
    def definitions(self) -> Zone:
        """Where it stands what letters stand for: beside the rules where there is room, else below them."""
        return self._sides[-1]

    @property
    def beside(self) -> bool:
        """Whether the definitions stand beside the rules."""
        return self.notes.width > FLAT * self.notes.height

    @property
    def _sides(self) -> list[Zone]:
        return self.notes.columns(1, 1, gap=0.5) if self.beside else [self.notes]

    @cached_property
    def extents(self) -> dict[Term, Extent]:
        """How large each line is, unbroken, for an em of 1."""
        return {term: extent_of(term, self.stage.words) for term in self.equations}

    @cached_property
    def em(self) -> float:
        """The size of all lines: the largest in which they fit unbroken, or broken, into their zone."""
        widest = max(extent.width for extent in self.extents.values())
        for em in SIZES if self.picture is not None else (*ROOMY, *SIZES):
            if em >= WHOLE and widest * em <= self.lines.width:
                return em
        for em in SIZES:
            if em <= WHOLE and self.highest(em) <= self.lines.height - ROOM:
                return em
        return next((em for em in SMALL if self.highest(em) <= self.lines.height), SMALL[-1])

    def highest(self, em: float) -> float:
        """The height of the highest line in a size, broken where it is too long."""
        return max((formula.height for formula in self._longest(em)), default=0.0)

    def _longest(self, em: float) -> list[Formula]:
        """Those of the lines that have to be broken in a size which are the longest."""
        long = [
            term for term, extent in self.extents.items() if extent.width * em > self.lines.width
        ]
        long.sort(key=lambda term: -self.extents[term].width)
        return [self._made(term, em) for term in long[:TRIED]]

    def _made(self, term: Term, em: float) -> Formula:
        return self.stage.formula(term, em=em).broken(self.lines.width)

    @cached_property
    def baseline(self) -> float:
        """Where the (first) row of a line stands: so that the lines are in the middle of their zone, the lowest too."""
        sized = [extent.sized(self.em) for extent in self.extents.values()]
        lows = [each.bottom for each in sized]
        lows += [float(formula.get_bottom()[1]) for formula in self._longest(self.em)]
        low, high = min(lows), max(each.top for each in sized)
        spare = self.lines.height - (high - low)
        return self.lines.bottom + max(spare / 2, ROOM) - low

    def line(self, term: Term) -> Formula:
        """A line where the current line stands: in the middle, but where it is broken."""
        formula = self._made(term, self.em).at_most(self.lines.width)
        extent = self.extents.get(term) or extent_of(term, self.stage.words)
        broken = extent.width * self.em > self.lines.width
        aside = 0.0 if broken else (self.lines.width - formula.width) / 2
        return formula.put(self.lines.left + aside, self.baseline)

    def ghost(self, line: Formula, below: Formula) -> Formula | None:
        """The line before, smaller and above; None where there is no room for it."""
        factor = max(GHOST, GHOST_LEAST / self.em)
        made = line.copy()
        made.scale(min(1.0, factor))
        left = min(float(below.get_left()[0]), self.lines.right - made.width)
        made.shift([left - made.get_left()[0], self.lines.top - made.get_top()[1], 0])
        return made if made.get_bottom()[1] >= below.get_top()[1] + ROOM else None


def _two(whole: Zone, share: float) -> tuple[Zone, Zone]:
    """A zone for the lines, and one below it that is a share smaller."""
    lines, notes = whole.rows(share, 1)
    return lines, notes
