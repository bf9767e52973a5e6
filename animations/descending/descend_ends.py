"""DescentEnds: how a descent is shown to end: what kind it was, how far it is to the minimum, going on, and the whole."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.descending import descend_end_words as end_words
from symgd.animations.descending import descend_words as words
from symgd.animations.descending import penalty_words
from symgd.animations.descending.descend_moves import FADE, SWEEP, DescentMoves
from symgd.animations.descending.descend_panels import StepCurve, last_panels, log_panel
from symgd.animations.descending.descent_numbers import TALL, UPDATE_EM, TraceTable, UpdateLines
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.numerals import DIGITS, numeral, settled
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.writing.words import message

BOLD_EM, LEAST_EM = 0.42, 0.26
ASKED = 0.85  # the height that the question needs
GAP = 0.15


class DescentEnds(DescentMoves):
    """Shows how far it was, and what comes of going on."""

    marks: VGroup
    slow: VGroup = VGroup()
    rings: VGroup = VGroup()  # round numbers of the table

    def show_kind(self) -> None:
        """The whole path, and where one step arrives, some of the steps of a tenth of the rate."""
        self.clear_turn()
        self.go(self.point.whole)
        if self.asked is not None:
            self.play(FadeOut(self.asked), run_time=FADE)
            self.asked = None
        rows = self.director.slower
        if rows is None:
            self.follow(self.point, 0, self.story.steps, SWEEP)
            return
        self.turn()
        self.turn()
        self.slow = self.point.slow(rows)
        for ring in self.slow:
            self.play(FadeIn(ring), run_time=FADE)

    def show_question(self) -> None:
        """Everything stands still, and says what it is at this step."""
        self.clear_turn()
        self.remove(*self.arrows_note)
        self.go(self.point.whole)
        self.drop_update()
        self.read(self.story.steps, FADE)
        if self.rule_stays:
            return
        zone = self.below
        asked = self.stage.sentence(bold=self.stage.said(words.question(self.story)), em=BOLD_EM)
        asked.at_most(zone.width).put(zone.left, zone.top - 1.5 * BOLD_EM)
        self.asked = asked
        self.play(FadeIn(asked))

    def show_answer(self) -> None:
        """The exact minimum, in the plane and below the cost."""
        self.go(self.point.whole)
        self.answer_asked()
        cross = self.point.cross()
        self.marks = VGroup(cross)
        if len(cross):
            self.play(FadeIn(cross))
        if self.story.least is not None and self.story.steps:
            lowest = settled(self.story.least, float(self.story.cost[0]))
            least = message("minimum {value}", value=numeral(lowest))
            level = self.curve.level(self.story.least, least)
            self.marks.add(level)
            self.play(FadeIn(level))
        self.turn()

    def answer_asked(self) -> None:
        """The question goes; how far it is takes its place, where that is known."""
        asked, story = self.asked, self.story
        if asked is None:
            return
        self.asked = None
        coming = []
        if story.least is None:
            length = numeral(float(story.gradient_norm[story.steps]), DIGITS - 1)
            said = self.stage.sentence(message("the gradient: {length}", length=length), em=BOLD_EM)
            said.at_most(self.below.width).put(self.below.left, self.below.top - 1.5 * BOLD_EM)
            self.asked, coming = VGroup(said), [FadeIn(said)]
        elif not story.arrived:
            gap = end_words.subtracted(float(story.cost[story.steps]), story.least)[-1]
            zone = self.below
            said = self.stage.sentence(message("above the minimum: {gap}", gap=gap), em=BOLD_EM)
            said.at_most(zone.width).put(zone.left, zone.top - 1.5 * BOLD_EM)
            shown = VGroup(said)
            part = penalty_words.in_parts(story, story.steps)
            if part is not None:
                line = self.stage.sentence(part, em=BOLD_EM).at_most(zone.width)
                shown.add(line.put(zone.left, zone.top - 3 * BOLD_EM))
            self.asked, coming = shown, [FadeIn(shown)]
        self.play(FadeOut(asked), *coming, run_time=FADE)

    def show_unmoved(self) -> None:
        """Rings in the table round the first and the last number of what hardly moves."""
        rings = VGroup()
        for name in self.director.unmoved:
            for step in (0, self.story.steps):
                ring = self.table.ring(self.story.names.index(name) + 1, step)
                if ring is not None:
                    rings.add(ring)
        self.rings = rings
        if len(rings):
            self.play(FadeIn(rings), run_time=FADE)
        self.turn()

    def show_log(self) -> None:
        """The same steps on a log scale."""
        new = log_panel(self.stage, self.story, self.places.curve, self.story.steps)
        assert new is not None
        self.swap_curve(new.show(self.story.steps))

    def show_run_on(self, log: bool) -> None:
        """The same descent goes on, with the gap on a log scale where that can be shown."""
        self.remove(self.rings)
        wider = log_panel(self.stage, self.story, self.places.curve, self.story.last)
        if wider is not None:
            self.swap_curve(wider.show(self.story.steps))
        if log:
            self.turn()
        self.sweep(self.story.steps, self.story.last)
        self.turn()
        self.type_row(self.story.last)

    def swap_curve(self, new: StepCurve) -> None:
        """One panel of the cost instead of another."""
        self.play(FadeOut(self.curve.whole, *self.marks[1:]), *leaving(self.asked), run_time=FADE)
        self.remove(self.curve.whole, self.marks, *self.marks)
        self.asked, self.marks = None, VGroup(*self.marks[:1])
        self.add(*self.marks)
        self.play(FadeIn(new.panel.drawing, new.live), run_time=FADE)
        self.curve = new

    def show_ending(self) -> None:
        """Data, parameters and cost by step: the whole descent in one picture."""
        point, (first, others, wide) = self.point, self.places.last(len(self.story.names))
        gone: list[Mobject] = [point.panel.drawing, point.lines, point.live, self.curve.whole]
        gone += [self.marks, self.slow, *self.arrows_note]
        if self.story.sliced:
            gone.append(self.slice)
        self.play(*(FadeOut(mobject) for mobject in gone if len(mobject)), *leaving(self.asked))
        self.remove(*gone, *self.marks)
        self.drop_update()
        self.park(first)
        for panels in last_panels(self.stage, self.story, others, wide):
            self.play(FadeIn(panels))
        self.turn()
        self.show_last_table()

    def show_last_table(self) -> None:
        """The start, the run's end, the last step, and the exact minimum."""
        self.remove(self.lines.heads)
        if self.numbers is not None:
            self.remove(self.numbers)
            self.numbers = None
        self.play(FadeOut(self.table.everything, *self.rings), run_time=FADE)
        self.remove(self.rings, self.table.everything, *self.table.everything)
        steps = sorted({0, self.story.steps, self.story.last})
        read = VGroup(self.readouts.still, self.readouts.live)
        self.play(FadeOut(read), run_time=FADE)
        self.remove(read, *read)
        table = TraceTable(self.stage, self.last_zone, self.story, steps)
        self.play(FadeIn(table.head), run_time=FADE)
        self.table = table
        for step in steps:
            self.type_row(step)
        if self.story.exact is not None:
            self.play(FadeIn(table.least()), run_time=FADE)
        self.show_rule(table.bottom)

    @property
    def last_zone(self) -> Zone:
        """Of the last table: all the height but what the rule needs below it, where there is so much."""
        zone = self.places.table(self.places.numbers.top)
        rule = TALL * (len(self.story.names) + 0.3) + GAP
        if self.places.has_columns or zone.height < 2 * rule:
            return zone
        return Zone(zone.left, zone.right, zone.bottom + rule, zone.top)

    def show_rule(self, top: float) -> None:
        """The rule that made it all."""
        numbers = self.places.numbers
        zone = Zone(numbers.left, numbers.right, numbers.bottom, top - GAP)
        if self.places.has_columns:
            zone = self.places.lines
        rule = self.rule_in(zone)
        if len(rule) and rule.get_bottom()[1] >= zone.bottom - 1e-6:
            self.play(FadeIn(rule), run_time=FADE)

    def rule_in(self, zone: Zone) -> VGroup:
        """The rule in symbols, from the top of a zone."""
        if isinstance(self.lines, RuleLines):
            return self.lines.symbols_in(zone)
        needed = TALL * (len(self.story.names) + 0.3)
        em = min(UPDATE_EM, max(LEAST_EM, UPDATE_EM * zone.height / needed))
        lines = UpdateLines(self.stage, zone, self.story, em=em, steps=1)
        return VGroup(lines.tall_heads, *lines.symbols)
