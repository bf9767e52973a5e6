"""ReasonRows: the reasons of a step, a row each, below the line that it makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from manim import FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.formula import pieces
from symgd.animations.lesson import Lesson
from symgd.animations.stage import Zone
from symgd.animations.strokes import Stroke
from symgd.terms import Term
from symgd.writing.formulas.text import text
from symgd.writing.outline import Reason
from symgd.writing.words import message

# The lines above, what is said of them below: both need the whole width.
LINES, MATHEMATICS = Zone(-6.75, 6.75, -0.55, 3.1), Zone(-6.75, 6.75, -2.95, -0.65)
GAP, ROW_GAP, ROUNDING = 0.5, 0.2, 0.01
AT_LEISURE = 1.0


class ReasonRows(Lesson):
    """A lesson that gives reasons below its lines; where there is no room for more, the oldest go."""

    rows: VGroup

    def reasons(self, stroke: Stroke) -> list[Mobject]:
        """A row for each reason; where they are too many, a row for each rule with what it is used on."""
        words = self.stage.words
        rows = [
            self.row(reason, pieces(partial(reason.sentence, words=words)), stroke)
            for reason in stroke.reasons
        ]
        if sum(row.height + ROW_GAP for row in rows) <= MATHEMATICS.height:
            return rows
        by_rule = {reason.rule: reason for reason in reversed(stroke.reasons)}
        subjects: dict[str, list[str | Term]] = {}
        for reason in stroke.reasons:
            named = subjects.setdefault(reason.rule, [])
            for key, term in reason.bindings:
                if key == "c":
                    named += [", ", term] if named else [term]
        return [self.row(by_rule[rule], parts, stroke) for rule, parts in subjects.items()]

    def row(self, reason: Reason, parts: Sequence[str | Term], stroke: Stroke) -> Mobject:
        """A rule's name and some words on the left, its law on the right."""
        law = next(step.rule.law for step in stroke.steps if step.rule.name == reason.rule)
        formula = self.in_own_letter(law) if "=" in law else ""
        shown = self.stage.sentence(formula, em=0.34).at_most(MATHEMATICS.width / 3)
        name = capital(reason.name(self.stage.words))
        if parts:
            name = self.stage.said(message("{rule}:  ", rule=name))
        width = MATHEMATICS.width - shown.width - GAP
        sentence = self.stage.sentence(*parts, bold=name, width=width)
        shown.put(MATHEMATICS.right - shown.width, 0)
        return VGroup(sentence.put(MATHEMATICS.left, 0), shown)

    def in_own_letter(self, law: str) -> str:
        """A law is written in x, which is data here: say it of the parameter."""
        return re.sub(r"(?<![A-Za-z])x(?![A-Za-z])", text(self.gradient.generic), law)

    def add_rows(self, rows: Sequence[Mobject], tempo: float = AT_LEISURE) -> None:
        """Reasons come under those that are there; where there is no room, the oldest go."""
        kept, gone = list(self.rows), []
        room = MATHEMATICS.height - 0.1
        shrink = min(1.0, room / sum(row.height + ROW_GAP for row in rows))
        for row in rows:
            row.scale(shrink, about_point=(MATHEMATICS.left, 0, 0))
        while kept and sum(row.height + ROW_GAP for row in (*kept, *rows)) > room + ROUNDING:
            gone.append(kept.pop(0))
        top, settling = MATHEMATICS.top - 0.1, []
        for row in (*kept, *rows):
            down = [0.0, top - row.get_top()[1], 0.0]
            if row in rows:
                row.shift(down)
            elif gone:
                settling.append(row.animate.shift(down))
            top -= row.height + ROW_GAP * shrink
        if gone:
            self.play(*(FadeOut(row) for row in gone), *settling, run_time=0.4 * tempo)
        self.play(*(FadeIn(row) for row in rows), run_time=0.5 * tempo)
        self.rows = VGroup(*kept, *rows)

    def clear_rows(self) -> None:
        """All of them go."""
        if len(self.rows):
            self.play(FadeOut(self.rows), run_time=0.3)
        self.rows = VGroup()


def capital(name: str) -> str:
    """A rule's name as a sentence begins with it."""
    return name[:1].upper() + name[1:]
