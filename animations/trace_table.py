"""The trace as a table whose rows are typed as the steps are made."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, Mobject, SurroundingRectangle, VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import cell, decimals_of
from symgd.animations.stage import Label, Stage, Zone
from symgd.terms import Symbol
from symgd.writing.words import message

EM = 0.29
PITCH = 0.315
STEP_PART = 0.17  # of the width, for the column of steps
GAP = 0.16
WIDE, NARROW = 6, 5  # digits in a column
MANY = 3  # parameters that need narrow columns


class TraceTable:
    """Steps, parameters and cost, the newest rows at the bottom; the numbers of `steps` decide how columns are written."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory, steps: Sequence[int]) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        digits = WIDE if len(story.names) < MANY else NARROW
        shown = story.table[list(steps), : len(story.names) + 1]
        self.decimals = [decimals_of(values, digits) for values in shown.T.tolist()]
        self.most = max(2, int((zone.height - PITCH * 1.3) / PITCH))
        heads: list[Label] = [message("step"), *map(Symbol, story.names), story.problem.cost_name]
        self.rights = [
            zone.left + zone.width * (STEP_PART + (1 - STEP_PART) * column / (len(heads) - 1))
            for column in range(len(heads))
        ]
        self.head = VGroup(
            *(self._cell(column, part, zone.top - 0.24) for column, part in enumerate(heads))
        )
        left, right = (zone.left, zone.top - 0.36, 0), (zone.right, zone.top - 0.36, 0)
        self.head.add(Line(left, right, stroke_width=1.5, color=stage.palette.ink))
        self.rows: dict[int, VGroup] = {}  # by step

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - 0.4 - PITCH * (row + 0.72))

    def row(self, step: int) -> VGroup:
        """A row of numbers, to stand below those that are there."""
        values = self.story.table[step, : len(self.decimals)].tolist()
        return self._row(self.stage.words.number(step), values)

    def least(self) -> VGroup:
        """The exact minimum as a row, which has a word instead of a step."""
        assert self.story.exact is not None
        values = [*self.story.exact.tolist(), float(self.story.least or 0.0)]
        return self._row(message("exact"), values)

    def _row(self, label: Label, values: Sequence[float]) -> VGroup:
        height = self.line(min(len(self.rows), self.most - 1))
        made = VGroup(self._cell(0, label, height))
        for column, (count, value) in enumerate(zip(self.decimals, values, strict=True), start=1):
            made.add(self._cell(column, cell(value, count), height))
        return made

    def _cell(self, column: int, part: Label, height: float) -> Mobject:
        before = self.rights[column - 1] if column else self.zone.left
        room = self.rights[column] - before - (GAP if column else 0)
        made = self.stage.sentence(part, em=EM).at_most(room)
        return made.put(self.rights[column] - made.width, height)

    @property
    def bottom(self) -> float:
        """Where the room below begins, with a row more."""
        return self.line(len(self.rows) + 1)

    @property
    def full(self) -> bool:
        """Whether the first row has to leave before another can come."""
        return len(self.rows) >= self.most

    def ring(self, column: int, step: int) -> Mobject | None:
        """A box round one number, by its column and its row's step; None where that has left."""
        if step not in self.rows:
            return None
        number, ink = self.rows[step][column], self.stage.palette.ink
        return SurroundingRectangle(number, color=ink, buff=0.06, stroke_width=2.5)
