"""DescentEnds: how a descent is shown to end: what kind it was, how far it is to the minimum, going on, and the whole."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.descending import descend_end_words as end_words
from symgd.animations.descending import descend_words as words
from symgd.animations.descending import penalty_words
from symgd.animations.descending.descend_moves import FADE, SWEEP, DescentMoves
from symgd.animations.descending.descend_panels import (
    StepCurve,
    cost_panel,
    last_panels,
    log_panel,
)
from symgd.animations.descending.descent_numbers import TraceTable, UpdateLines
from symgd.animations.descending.path_names import PathNames
from symgd.animations.formulas.numerals import numeral, settled
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.writing.words import message

BOLD_EM = 0.42
LAST_LINES = 6  # of the last table: three steps, dots between them, and the minimum
ASKED = 0.85  # the height that the question needs
GAP = 0.15


class DescentEnds(DescentMoves):
    """Shows how far it was, and what comes of going on."""

    marks: VGroup
    last_panels: VGroup
    exact_row: VGroup = VGroup()  # of the last table
    scaled: DescentStory | None = None  # over standardised columns, where these are the cure
    names: VGroup = VGroup()  # of the parts of the path
    slow: VGroup = VGroup()
    rings: VGroup = VGroup()  # round numbers of the table

    def show_kind(self) -> None:
        """The whole path, and where one step arrives, some of the steps of a tenth of the rate."""
        self.clear_turn()
        self.go(self.point.whole)
        self.play(*leaving(self.asked), run_time=FADE) if self.asked is not None else None
        self.asked = None
        rows = self.director.slower
        self.names = PathNames(self.point, self.director).kinds()
        if rows is None:
            self.follow(self.point, 0, self.story.steps, SWEEP)
            for each in self.names:
                self.play(FadeIn(each), run_time=FADE)
            return
        self.turn()
        self.turn()
        self.slow = self.point.slow(rows)
        for ring in self.slow:
            self.play(FadeIn(ring), run_time=FADE)

    def show_question(self) -> None:
        """Everything stands still, and is asked about."""
        self.clear_turn()
        self.remove(*self.arrows_note)
        self.go(self.point.whole)
        self.show_next()
        self.set_heading(words.question(self.story))

    def show_next(self) -> None:
        """The update that would come next, where there is one and it is shown; else its numbers leave."""
        step = self.story.steps
        parts = penalty_words.in_parts(self.story, step)
        if isinstance(self.lines, UpdateLines) and step < self.story.last and parts is None:
            self.add(self.lines.heads)
            self.show_numbers(step, FADE)
            return
        self.drop_update()
        self.read(step, FADE)

    def show_answer(self) -> None:
        """The exact minimum, in the plane and below the cost."""
        self.go(self.point.whole)
        self.answer_asked()
        self.remove(*self.arrows_note)  # the cross is named in its place
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
        """How far it is takes the question's place, as far as it is known; of a penalty, the cost in parts."""
        if self.director.kind == "divergence" or not self.story.steps:
            return
        self.set_heading(end_words.gap(self.story, self.story.steps))
        part = penalty_words.in_parts(self.story, self.story.steps)
        if part is not None:
            zone = self.below
            line = self.stage.sentence(part, em=BOLD_EM).at_most(zone.width)
            self.asked = VGroup(line.put(zone.left, zone.top - 1.5 * BOLD_EM))
            self.play(FadeIn(self.asked), run_time=FADE)

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
        self.set_heading(end_words.ONWARD)  # what was true at the run's end is so no more
        self.sweep(self.story.steps, self.story.last)
        self.set_heading(end_words.gap(self.story, self.story.last))
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
        """The path and the cost stay; beside them the parameters by step, the last numbers, and the answer."""
        gone: list[Mobject] = [self.table.everything, *self.rings, *leaving_parts(self)]
        self.drop_update()
        self.play(*(FadeOut(each) for each in gone if len(each)), *leaving(self.asked))
        self.remove(*gone, *self.table.everything, self.rings)
        self.set_heading(end_words.answered(self.story, self.director))
        zones, zone = self.places.last(len(self.story.axes))
        self.last_panels = last_panels(self.stage, self.story, zones)
        for panels in self.last_panels:
            self.play(FadeIn(panels), run_time=FADE)
        self.turn()
        self.show_last_table(zone)

    def show_last_table(self, zone: Zone) -> None:
        """The start, the run's end, the last step, and the exact minimum."""
        steps = sorted({0, self.story.steps, self.story.last})
        self.table = table = TraceTable(self.stage, zone, self.story, steps, LAST_LINES)
        self.play(FadeIn(table.head), run_time=FADE)
        for step in steps:
            self.type_row(step)
        if self.story.exact is not None:
            self.exact_row = table.least()
            self.play(FadeIn(self.exact_row), run_time=FADE)

    def show_scaled(self) -> None:
        """The same descent over standardised columns, in the place of the path; and how the two compare."""
        scaled, old = self.scaled, self.point
        assert scaled is not None
        self.set_heading(end_words.SCALED)
        gone: list[Mobject] = [old.panel.drawing, old.lines, old.live, self.names, self.slow]
        gone += [*self.marks, *self.arrows_note, self.curve.whole, self.last_panels]
        gone += [
            self.exact_row,
            self.table.everything,
            *([self.slice] if self.story.sliced else []),
        ]
        self.play(*(FadeOut(each) for each in gone if len(each)), run_time=FADE)
        self.remove(*gone, old.live, *old.live, self.marks, *self.table.everything, *self.names)
        new = ParameterPicture(self.stage, self.places.point, scaled)
        new.panel.foot(message("standardised columns"))
        self.play(FadeIn(new.panel.drawing, new.lines), run_time=FADE)
        self.play(FadeIn(new.live), run_time=FADE)
        self.turn()
        curve = cost_panel(self.stage, scaled, self.places.curve, scaled.steps).show(0)
        self.play(FadeIn(curve.panel.drawing), run_time=FADE)
        self.add(new.live, curve.live)
        self.play(
            self.following(new, 0, scaled.steps),
            self.following(curve, 0, scaled.steps),
            run_time=SWEEP,
        )
        self.play(FadeIn(new.cross()), run_time=FADE)
        zone = self.places.numbers
        said = self.stage.sentence(end_words.raw(self.story), em=BOLD_EM, width=zone.width)
        said.shift((zone.left - said.get_left()[0], zone.top - said.get_top()[1], 0))
        then = self.stage.sentence(end_words.over_scaled(scaled), em=BOLD_EM, width=zone.width)
        below = float(said.get_bottom()[1]) - BOLD_EM
        then.shift((zone.left - then.get_left()[0], below - then.get_top()[1], 0))
        for each in (said, then):
            self.play(FadeIn(each), run_time=FADE)
        self.set_heading(end_words.SCALE_FIRST)


def leaving_parts(scene: DescentEnds) -> list[Mobject]:
    """What stands among the numbers and makes room for the last of them."""
    read = VGroup(scene.readouts.still, scene.readouts.live)
    return [read, scene.lines.heads, *([scene.numbers] if scene.numbers is not None else [])]
