"""DescentEnds: how a descent is shown to end: how far it is to the minimum, going on, and the whole of it."""

from __future__ import annotations

from manim import FadeIn, FadeOut, VGroup

from symgd.animations import descend_words as words
from symgd.animations.descend_moves import FADE, DescentMoves
from symgd.animations.descend_panels import (
    BOTTOM,
    NUMBERS,
    StepCurve,
    last_panels,
    log_panel,
)
from symgd.animations.descent_numbers import TraceTable, UpdateLines
from symgd.animations.numerals import numeral
from symgd.animations.rule_lines import RuleLines
from symgd.animations.stage import Zone
from symgd.writing.words import message

BOLD_EM = 0.34
GAP = 0.15


class DescentEnds(DescentMoves):
    """Shows how far it was, and what comes of going on."""

    marks: VGroup

    def show_question(self) -> None:
        """Everything stands still."""
        self.remove(*self.arrows_note)
        box = self.curve.panel.box
        asked = self.stage.sentence(bold=self.stage.said(words.question(self.story)), em=BOLD_EM)
        left = box.right - asked.width
        self.asked = asked.put(left, self.curve.clear_of_curve(box.centre[1], left, box.right))
        self.play(FadeIn(asked))

    def show_answer(self) -> None:
        """The exact minimum, in the plane and below the cost."""
        cross = self.point.cross()
        self.marks = VGroup(cross)
        if len(cross):
            self.play(FadeIn(cross))
        if self.story.least is not None and self.story.steps:
            least = message("minimum {value}", value=numeral(self.story.least))
            level = self.curve.level(self.story.least, least)
            self.marks.add(level)
            self.play(FadeIn(level))
        self.turn()

    def show_log(self) -> None:
        """The same steps on a log scale."""
        new = log_panel(self.stage, self.story, BOTTOM, self.story.steps)
        assert new is not None
        self.swap_curve(new.show(self.story.steps))

    def show_run_on(self) -> None:
        """The same descent goes on."""
        wider = log_panel(self.stage, self.story, BOTTOM, self.story.last)
        if wider is not None:
            self.swap_curve(wider.show(self.story.steps))
        self.sweep(self.story.steps, self.story.last, wider)
        self.turn()
        self.type_row(self.story.last)

    def swap_curve(self, new: StepCurve) -> None:
        """One panel of the cost instead of another."""
        old = VGroup(self.curve.whole, *self.marks[1:])
        if self.asked is not None:
            old.add(self.asked)
        self.play(FadeOut(old), run_time=FADE)
        self.remove(*old)
        self.asked, self.marks = None, VGroup(*self.marks[:1])
        self.play(FadeIn(new.panel.drawing, new.live), run_time=FADE)
        self.curve = new

    def show_ending(self) -> None:
        """Data, parameters and cost by step: the whole descent in one picture."""
        point = self.point
        gone = [point.panel.drawing, point.lines, point.live, self.curve.whole, *self.marks]
        gone += [*self.arrows_note]
        if self.story.sliced:
            gone.append(self.slice)
        self.play(*(FadeOut(mobject) for mobject in gone))
        if self.asked is not None:
            self.remove(self.asked)
        for panels in last_panels(self.stage, self.story):
            self.play(FadeIn(panels))
        self.show_last_table()

    def show_last_table(self) -> None:
        """The start, the run's end, the last step, and the exact minimum."""
        self.remove(self.numbers, self.lines.heads)
        self.play(FadeOut(VGroup(self.table.head, *self.table.rows.values())), run_time=FADE)
        steps = sorted({0, self.story.steps, self.story.last})
        table = TraceTable(self.stage, self.below, self.story, steps)
        self.play(FadeIn(table.head), run_time=FADE)
        self.table = table
        for step in steps:
            self.type_row(step)
        if self.story.exact is not None:
            self.play(FadeIn(table.least()), run_time=FADE)
        self.show_rule(table.bottom)

    def show_rule(self, top: float) -> None:
        """The rule that made it all."""
        zone = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, top - GAP)
        rule = self.rule_in(zone)
        if len(rule) and rule.get_bottom()[1] >= zone.bottom - 1e-6:
            self.play(FadeIn(rule), run_time=FADE)

    def rule_in(self, zone: Zone) -> VGroup:
        """The rule in symbols, from the top of a zone."""
        if isinstance(self.lines, RuleLines):
            return self.lines.symbols_in(zone)
        lines = UpdateLines(self.stage, zone, self.story)
        return VGroup(lines.tall_heads, *lines.symbols)
