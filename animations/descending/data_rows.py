"""The first rows of the data, as numbers; dots stand for the rows that there is no room for."""

from __future__ import annotations

from manim import Line, VGroup

from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.pictures.trace_table import DOTS
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Symbol

EM, PITCH = 0.42, 0.54
MOST = 5  # rows
SPACE = 0.3
WIDEST = 2.3  # a column


class DataRows(VGroup):
    """Inputs and target of some rows, from the top of a zone."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        super().__init__()
        problem, data = story.problem, story.run.data
        names = [*problem.inputs, problem.target]
        count = len(data)
        room = min(MOST, int(zone.height / PITCH) - 2)
        shown = count if count <= room else room
        wide = min(WIDEST, zone.width / len(names))
        heads: list[Label] = [self._head(story, name) for name in names]
        widest = max(stage.sentence(head, em=EM).width for head in heads)
        em = max(LEAST_EM, EM * min(1.0, (wide - SPACE) / widest))  # one size for all heads
        for column, (name, head) in enumerate(zip(names, heads, strict=True)):
            right = zone.left + (column + 1) * wide
            cells: list[Label] = [head, *(numeral(float(v)) for v in data[name][:shown])]
            if shown < count:
                cells.append(DOTS)
            for row, part in enumerate(cells):
                if row:
                    made = stage.sentence(part, em=EM).at_most(wide - SPACE)
                else:
                    made = stage.fitted(part, em, wide - SPACE)
                self.add(made.put(right - made.width, zone.top - PITCH * (row + 0.9)))
        line = zone.top - PITCH * 1.2
        ends = (zone.left, line, 0), (zone.left + wide * len(names), line, 0)
        self.add(Line(*ends, stroke_width=1.5, color=stage.palette.ink))

    def _head(self, story: DescentStory, name: str) -> Label:
        """What a column is called."""
        label = story.problem.labels[name]
        return Symbol(name) if label == name else label
