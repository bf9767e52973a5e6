"""DescentEnds: how a descent is shown to end: what kind it was, how far it is to the minimum, going on, and the whole."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.descending import descend_end_words as end_words
from symgd.animations.descending import descend_words as words
from symgd.animations.descending import penalty_words
from symgd.animations.descending.descend_log import DescentLog
from symgd.animations.descending.descend_moves import FADE, QUICK, SWEEP
from symgd.animations.descending.descend_panels import (
    cost_panel,
    last_panels,
)
from symgd.animations.descending.descent_map import DescentMap
from symgd.animations.descending.descent_numbers import TraceTable, UpdateLines
from symgd.animations.descending.fit_formula import FitFormula
from symgd.animations.descending.path_names import PathNames
from symgd.animations.formulas.numerals import numeral, settled
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.writing.words import message

BOLD_EM = 0.42
LARGEST, LEAST_EM, SMALLER = 0.46, 0.26, 0.95  # of the rule at last
LEAST_LINES = 4  # two steps, dots between them, and the minimum
LAST_LINES = 6  # of the last table: three steps, dots between them, and the minimum
ASKED = 0.85  # the height that the question needs
GAP, ROUNDING = 0.15, 1e-6
SEEN = 0.6  # seconds that another scale is looked at


class DescentEnds(DescentLog):
    """Shows how far it was, and what comes of going on."""

    last_panels: VGroup
    exact_row: VGroup = VGroup()  # of the last table
    scaled: DescentStory | None = None  # over standardised columns, where these are the cure
    names: VGroup = VGroup()  # of the parts of the path
    slow: VGroup = VGroup()
    rings: VGroup = VGroup()  # round numbers of the table
    fit_formula: VGroup = VGroup()  # of the model at last, beside it

    def show_kind(self) -> None:
        """The whole path, and where one step arrives, some of the steps of a tenth of the rate."""
        self.clear_turn()
        self.play(*leaving(self.asked), run_time=FADE) if self.asked is not None else None
        self.asked = None
        if self.cost_large:
            self.exchange()
        self.go(self.point.whole)
        if self.director.kind == "divergence":
            self.set_heading(words.WHY_UP)
        rows = self.director.slower
        self.names = PathNames(self.point, self.director).kinds()
        if rows is None:
            for each in self.names:
                self.play(FadeIn(each), run_time=FADE)
            self.turn()
            return
        self.turn()
        self.turn()
        self.slow = self.point.slow(rows)
        for ring in self.slow:
            self.play(FadeIn(ring), run_time=FADE)

    def show_question(self) -> None:
        """The cost, of which is asked, grows; then everything stands still."""
        self.clear_turn()
        self.remove(*self.arrows_note)
        self.play(*leaving(self.inset), run_time=FADE) if self.inset is not None else None
        self.inset = None
        self.exchange()
        self.show_here()
        self.set_heading(words.question(self.story))

    def show_here(self) -> None:
        """The gradient where the point is; the last update's numbers leave, and the table takes their place."""
        step = self.story.steps
        self.drop_update()
        self.read(step, FADE)
        self.lift_table()

    def show_answer(self) -> None:
        """The exact minimum, in the plane and below the cost."""
        self.go(self.point.whole)
        self.answer_asked()
        self.remove(*self.arrows_note)  # the cross is named in its place
        cross = self.point.cross()
        self.marks = VGroup(cross)
        if len(cross):
            self.play(FadeIn(cross), run_time=FADE)
        if self.story.least is not None and self.story.steps:
            self.show_least(self.story.least)
        if self.story.exact is not None and self.story.steps:
            self.turn()
            self.show_last_table([0, self.story.steps])
        self.turn()

    def show_least(self, least: float) -> None:
        """The least cost below the curve, and where the cost is large, how far above it the last one is."""
        lowest = settled(least, float(self.story.cost[0]))
        level = self.curve.level(least, message("minimum {value}", value=numeral(lowest)))
        self.marks.add(level)
        self.play(FadeIn(level), run_time=FADE)
        if self.cost_large and not self.story.arrived:
            step = self.story.steps
            above = end_words.subtracted(float(self.story.cost[step]), least)[-1]
            gap = self.curve.gap(step, least, above)
            self.marks.add(gap)
            self.play(FadeIn(gap), run_time=FADE)

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

    def show_run_on(self, log: bool) -> None:
        """The same descent goes on, with the gap on a log scale where that can be shown."""
        self.remove(self.rings)
        if log:  # the steps that are known already, before the others
            self.show_log()
            self.wait(SEEN)
            self.turn()
        self.show_wider()
        self.lift_table()
        self.set_heading(end_words.ONWARD)  # what was true at the run's end is so no more
        self.sweep(self.story.steps, self.story.last)
        self.set_heading(end_words.gap(self.story, self.story.last))
        self.turn()
        self.add_row(self.story.last)

    def show_ending(self) -> None:
        """The model and the path, both large; beside them the rule that was enough, the table, and the answer."""
        self.drop_update()
        rule = self._rule_at_last() if self.story.rule is None else None
        if rule is None:
            self.show_parameters()
        else:
            self.show_rule_at_last(rule)

    def _rule_at_last(self) -> VGroup | None:
        """The rule in symbols, as large as there is room for above the table; None where there is none."""
        zone, seen = self.places.numbers, VGroup(*self.table.everything, *self.exact_row)
        low = zone.bottom + (0 if self.places.has_columns else seen.height + 2 * GAP)
        rule, em = self._rule(zone, LARGEST), LARGEST
        while rule.get_bottom()[1] < low and em > LEAST_EM:
            em *= SMALLER
            rule = self._rule(zone, em)
        return rule if rule.get_bottom()[1] >= low else None

    def show_rule_at_last(self, rule: VGroup) -> None:
        """The rule in symbols above the table, which makes room, and the model where the cost's curve stood too."""
        gone: list[Mobject] = [VGroup(self.readouts.still, self.readouts.live), *self.rings]
        swaps = self.fit is not None and self.director.kind != "divergence"
        if swaps:
            gone += [self._map, self.names, self.slow, *self.marks, *self.arrows_note]
            gone += [self.slice] if self.story.sliced else []
        left = [*(FadeOut(each) for each in gone if len(each)), *leaving(self.asked)]
        self.play(*left, run_time=QUICK)
        self.remove(*gone, self.rings, self.marks, *(part for each in gone for part in each))
        seen = VGroup(*self.table.everything, *self.exact_row)
        if not self.places.has_columns:
            up = rule.get_bottom()[1] - 2 * GAP - seen.get_top()[1]
            self.play(seen.animate.shift((0, up, 0)), run_time=FADE)
        self.last_panels = rule
        self.play(FadeIn(rule), run_time=FADE)
        self.set_heading(end_words.answered(self.story, self.director))
        self.turn()
        if swaps:
            self._enlarge_fit()

    def _enlarge_fit(self) -> None:
        """The data take the path's place, which stands in small where they were; beside the model, its formula."""
        assert self.fit is not None
        self.park(self.places.point)
        self.point = self._map_again(self.places.fit)
        self.marks, self.names, self.slow = VGroup(self.point.cross()), VGroup(), VGroup()
        formula = FitFormula(self.stage, self.fit).placed()
        self.fit_formula = formula
        self.play(FadeIn(VGroup(*self._map, *self.marks, formula)), run_time=FADE)
        self.remove(formula, *self._map, self.marks)
        self.add(*self._map, *self.marks, formula)

    def _rule(self, zone: Zone, em: float) -> VGroup:
        """Each parameter's update in symbols, from a zone's top on."""
        zone = self.places.lines if self.places.has_columns else zone
        lines = UpdateLines(self.stage, zone, self.story, em=em, steps=1)
        return VGroup(*lines.tall_heads, *lines.symbols)

    def show_parameters(self) -> None:
        """The path and the cost stay; beside them the parameters by step."""
        gone: list[Mobject] = [self.table.everything, self.exact_row, *self.rings]
        gone += leaving_parts(self)
        self.play(*(FadeOut(each) for each in gone if len(each)), *leaving(self.asked))
        self.remove(*gone, *self.table.everything, self.rings)
        self.set_heading(end_words.answered(self.story, self.director))
        zones = self.places.last(len(self.story.axes))
        self.last_panels = last_panels(self.stage, self.story, zones)
        for panels in self.last_panels:
            self.play(FadeIn(panels), run_time=FADE)
        self.turn()

    def show_last_table(self, steps: list[int]) -> None:
        """The start, the end, and the exact minimum, each with its gap to that."""
        old = self.table
        self.table = table = TraceTable(
            self.stage, old.zone, self.story, [*steps, self.story.last], LAST_LINES, above=True
        )
        if table.most < LEAST_LINES:
            self.table = old
            return
        table.most -= 1  # the exact minimum's
        for step in steps:
            table.make_room(step)
            table.rows[step] = table.row(step)
        self.exact_row = table.least()
        self.play(FadeOut(old.everything), run_time=FADE)
        self.remove(old.everything, *old.everything)
        new = table.everything
        self.play(FadeIn(new), run_time=FADE)
        self.remove(new)
        self.add(*new)
        self.play(FadeIn(self.exact_row), run_time=FADE)

    def lift_table(self) -> None:
        """The update's numbers leave, and the table takes their place."""
        if penalty_words.in_parts(self.story, self.story.steps) is not None:
            return  # these stand there
        if not self.places.has_columns and isinstance(self.lines, UpdateLines):
            self.drop_update()
            seen = VGroup(*self.table.everything, self.exact_row)
            up = self.table.towards(self.below.top)
            if abs(up) < ROUNDING:
                return
            self.play(seen.animate.shift((0, up, 0)), run_time=QUICK)
            self.remove(seen)
            self.add(*seen)

    def add_row(self, step: int) -> None:
        """A row more, above that of the exact minimum."""
        row = self.exact_row
        if not len(row):
            self.type_row(step)
            return
        self.play(FadeOut(row), run_time=QUICK)
        self.type_row(step)
        self.exact_row = self.table.least()
        self.play(FadeIn(self.exact_row), run_time=QUICK)

    def show_scaled(self) -> None:
        """The same descent over standardised columns, in the place of the path; and how the two compare."""
        scaled, old = self.scaled, self.point
        assert scaled is not None
        self.set_heading(end_words.SCALED)
        if self.story.rule is None:
            left = VGroup(*self.table.everything, *self.exact_row, self.fit_formula, *self._map)
            left.add(*self.marks)
            self.play(FadeOut(left), run_time=QUICK)
            self.remove(left, *left, *self.table.everything, self.exact_row, *self.exact_row)
            self.remove(*self._map, self.marks, *self.marks)
            self.marks = VGroup()
            self.park(self.places.fit)
        gone: list[Mobject] = [old.panel.drawing, old.lines, old.live, self.names, self.slow]
        gone += [*self.marks, *self.arrows_note, self.curve.whole, self.last_panels]
        gone += [self.slice] if self.story.sliced else []
        self.play(*(FadeOut(each) for each in gone if len(each)), run_time=FADE)
        self.remove(*gone, old.live, *old.live, self.marks, *self.names)
        new = DescentMap(self.stage, self.places.point, scaled)
        new.panel.corner(message("standardised columns"), BOLD_EM * 0.7)
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
    return [read, *([] if scene.numbers is None else [scene.lines.heads, scene.numbers])]
