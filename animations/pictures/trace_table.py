"""The trace as a table: rows are typed below one another, and where some are left out, dots stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from manim import Line, Mobject, SurroundingRectangle, VGroup

from symgd.animations.formulas.numerals import DIGITS, cell, decimals_of, numeral, settled
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol, Term
from symgd.writing.words import message

TABLE_EM, TABLE_PITCH = 0.29, 0.315
LEAST_EM = 0.26
FURTHER_LINES, HEAD = 4, 1.3  # that may come after the first ones; the head's height in lines
LARGEST, LARGER = 1.4, 1.2  # times as large, where there is room; of a few lines
STEP_PART = 0.17  # of the width, for the column of steps
GAP = 0.16
WIDE, NARROW = 6, 5  # digits in a column
BROAD = 1.3  # as wide as another column: gaps, which differ by powers of ten
MANY = 3  # parameters that need narrow columns
DOTS = "⋮"


class TraceTable:
    """Steps, parameters and cost, the newest rows at the bottom; the numbers of `steps` decide how columns are written.

    `rows` are those that are seen, by step; `gaps` are the dots before a row whose step is not the one after the row
    above, by that row's step. `above` has how far the cost is above the least one instead of the
    cost.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        steps: Sequence[int],
        lines: int | None = None,
        *,
        above: bool = False,
    ) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        digits = WIDE if len(story.names) < MANY else NARROW
        self.above = above and story.least is not None
        shown = story.table[list(steps), : len(story.names) + 1]
        self.sizes = story.magnitudes.tolist()
        self.decimals = _alike([decimals_of(values, digits) for values in shown.T.tolist()])
        needed = TABLE_PITCH * ((lines or len(steps) + FURTHER_LINES) + HEAD)
        self.size = min(LARGEST if lines is None else LARGER, max(1.0, zone.height / needed))
        names = [Symbol(name) for name in story.names]
        last: Label = message("gap") if self.above else story.problem.cost_name
        heads: list[Label] = [message("step"), *names, last]
        shares = [1.0] * len(names) + [BROAD if self.above else 1.0]
        parts = [sum(shares[:column]) / sum(shares) for column in range(len(heads))]
        self.rights = [zone.left + zone.width * (STEP_PART + (1 - STEP_PART) * p) for p in parts]
        for self.digits in range(DIGITS, 0, -1):  # no number goes on in a second line
            room = self._room(shown)
            if room * self.size * TABLE_EM >= LEAST_EM:
                break
        wanted = self.size * min(1.0, room)
        self.size = max(1.0, wanted)  # numbers that need it are smaller, but all of them alike
        self.pitch, self.em = self.size * TABLE_PITCH, max(LEAST_EM, wanted * TABLE_EM)
        self.most = max(3, int((zone.height - self.pitch * HEAD) / self.pitch))
        self.most = min(self.most, lines or self.most)
        self.head = VGroup(
            *(
                self._cell(column, part, zone.top - 0.24 * self.size)
                for column, part in enumerate(heads)
            )
        )
        under = zone.top - 0.36 * self.size
        left, right = (zone.left, under, 0), (zone.right, under, 0)
        self.head.add(Line(left, right, stroke_width=1.5, color=stage.palette.ink))
        self.rows: dict[int, VGroup] = {}  # by step
        self.gaps: dict[int, VGroup] = {}

    def _room(self, shown: FloatArray) -> float:
        """How many times as wide as its widest number a column is, where it has least room."""
        rooms = [right - left - GAP for left, right in pairwise(self.rights)]
        parts = [
            room / (self._written(column, value).width * self.size)
            for row in shown.tolist()
            for column, (value, room) in enumerate(zip(row, rooms, strict=True))
        ]
        return min(parts, default=1.0)

    def _written(self, column: int, value: float) -> Typeset:
        """A parameter's number, or the cost's, or the gap of that, as large as all are before the last fitting."""
        said: Label
        if self.above and column == len(self.decimals) - 1:
            said = self._gap(value)
        else:
            settled_value = settled(value, self.sizes[column])
            said = cell(settled_value, self.decimals[column], self.digits)
        return self.stage.sentence(said, em=TABLE_EM)

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.4 * self.size - self.pitch * (row + 0.72))

    @property
    def count(self) -> int:
        """How many lines are taken."""
        return len(self.rows) + len(self.gaps)

    def row(self, step: int) -> VGroup:
        """A row of numbers, to stand below those that are there."""
        values = self.story.table[step, : len(self.decimals)].tolist()
        return self._row(self.stage.words.number(step), values)

    def _gap(self, cost: float) -> Term:
        """How far a cost is above the least one."""
        above = settled(cost - (self.story.least or 0.0), float(self.story.cost[0]))
        return numeral(above, self.digits)

    def least(self) -> VGroup:
        """The exact minimum as a row, which has a word instead of a step."""
        assert self.story.exact is not None
        values = [*self.story.exact.tolist(), float(self.story.least or 0.0)]
        return self._row(message("exact"), values)

    def _row(self, label: Label, values: Sequence[float]) -> VGroup:
        height = self.line(self.count)
        made = VGroup(self._cell(0, label, height))
        columns = zip(self.decimals, values, self.sizes, strict=True)
        for column, (count, value, size) in enumerate(columns, start=1):
            if self.above and column == len(values):
                made.add(self._cell(column, self._gap(value), height))
            else:
                number = cell(settled(value, size), count, self.digits)
                made.add(self._cell(column, number, height))
        return made

    def towards(self, top: float) -> float:
        """How far up the table goes for its zone to begin at a height: what comes later is written there."""
        up, zone = top - self.zone.top, self.zone
        self.zone = Zone(zone.left, zone.right, zone.bottom, top)
        self.most = max(self.most, int((self.zone.height - self.pitch * HEAD) / self.pitch))
        return up

    def _cell(self, column: int, part: Label, height: float) -> Mobject:
        before = self.rights[column - 1] if column else self.zone.left
        room = self.rights[column] - before - (GAP if column else 0)
        if isinstance(part, Symbol):
            made = self.stage.fitted(part, self.em, room)
        elif isinstance(part, Term):
            made = self.stage.formula(part, em=self.em).at_most(room)
        else:
            made = self.stage.sentence(part, em=self.em).at_most(room)
        return made.put(self.rights[column] - made.width, height)

    def gap(self) -> VGroup:
        """Dots for the rows that are left out."""
        return VGroup(self._cell(0, DOTS, self.line(min(self.count, self.most - 1))))

    def make_room(self, step: int) -> tuple[list[Mobject], list[Mobject]]:
        """Let the row of `step` have a line below the others; what leaves for that, and what comes.

        The start's row stays, then come dots, and the newest rows.
        """
        gone: list[Mobject] = []
        come: list[Mobject] = []
        if self.rows and step != next(reversed(self.rows)) + 1:
            come.append(self.gaps.setdefault(step, self.gap()))
        while self.count >= self.most:
            _, second, *others = self.rows
            gone.append(self.rows.pop(second))
            dots = self.gaps.pop(second, None)
            following = others[0] if others else step
            if dots is None:
                dots = self.gaps.get(following) or self.gap()
                come.append(dots)
            elif following in self.gaps:
                gone.append(dots)
                dots = self.gaps[following]
            self.gaps = {following: dots, **{k: v for k, v in self.gaps.items() if k != following}}
        self._stack()
        return gone, [mobject for mobject in come if mobject not in gone]

    def _stack(self) -> None:
        """Each line in its place."""
        number = 0
        for step in [*self.rows, *(step for step in self.gaps if step not in self.rows)]:
            for line in (self.gaps.get(step), self.rows.get(step)):
                if line is not None:
                    line.shift((0, self.line(number) - line[0].baseline, 0))
                    number += 1

    @property
    def everything(self) -> VGroup:
        """Head, rows and dots."""
        return VGroup(self.head, *self.rows.values(), *self.gaps.values())

    @property
    def bottom(self) -> float:
        """Where the room below begins, with a row more."""
        return self.line(self.count + 1)

    def ring(self, column: int, step: int) -> Mobject | None:
        """A box round one number, by its column and its row's step; None where that has left."""
        if step not in self.rows:
            return None
        number, ink = self.rows[step][column], self.stage.palette.ink
        return SurroundingRectangle(number, color=ink, buff=0.06, stroke_width=2.5)


def _alike(decimals: Sequence[int | None]) -> list[int | None]:
    """Decimals of columns, the last of which is the cost's: parameters that differ by one digit have as many."""
    *own, last = decimals
    known = [each for each in own if each is not None]
    if len(known) == len(own) and known and max(known) - min(known) == 1:
        own = [max(known)] * len(own)
    return [*own, last]
