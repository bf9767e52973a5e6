"""RateScenes: what the lesson on learning rates shows after its lanes: every rate's count, and why a rate is too large."""

from __future__ import annotations

from manim import (
    Create,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Mobject,
    ReplacementTransform,
    VGroup,
)

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.factor_slice import FactorSlice, FactorWalk
from symgd.animations.comparing.lanes import LanePicture
from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.comparing.rate_lanes import RateLanes
from symgd.animations.comparing.rate_panels import ClockPanel, CountPanel
from symgd.animations.comparing.rate_table import RateTable
from symgd.animations.formulas.formula import Formula
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory

FADE, MOVE, FLIGHT, HOP, AWAY = 0.6, 1.2, 0.9, 0.4, 0.3
SLOWER = 2.5  # the first of the steps
TABLE = (2.5, 3.4)  # the rates, and below them the rule
HALVES = (1.0, 1.0)
LOW = 4.0  # where the mathematics are lower, both stand beside each other
RULE_EM, EM = 0.5, 0.36
LINE, GAP = 0.5, 0.4
RATE, VALUE = (0, 1, 0, 0), (1,)  # of a factor in numbers
NUMBER = (1,)  # of a rate in the table


class RateScenes(RunLesson):
    """The counts of all rates, the slice in which each has its factor, and the limit."""

    story: DescentStory
    lanes: RateLanes
    pictures: list[LanePicture]
    counts: CountPanel
    clock: ClockPanel
    rule: Formula
    board: Zone
    table: RateTable
    slice: FactorSlice
    walks: list[FactorWalk]

    def show_every_rate(self) -> None:
        """The lanes become rows of a table, and steps by rate take the room."""
        counts, pictures = self.counts, self.pictures
        zone = self.stage.layout.mathematics
        cut = zone.rows if zone.height > LOW else zone.columns
        shares = TABLE if zone.height > LOW else HALVES
        above, self.board = cut(*shares, gap=GAP)
        self.table = RateTable(self.stage, above, pictures)
        gone: list[Mobject] = [self.clock.panel.drawing, *self.clock.curves]
        heads = self.clock.heads
        self.remove(self.clock.live)
        self.add(*heads)
        gone += [part for picture in pictures for part in (picture.drawing, picture.live)]
        gone += [picture.title[2] for picture in pictures]
        self.play(FadeOut(*gone), run_time=FADE)
        for group in gone:
            self.remove(group, *group)
        parked = self.rule.copy()
        parked.scale(min(RULE_EM / parked.em, self.board.width / parked.width))
        parked.put(self.board.left, self.board.top - RULE_EM)
        moves = [ReplacementTransform(self.rule, parked)]
        for picture, row in zip(pictures, self.table.rows, strict=True):
            pairs = zip(picture.title[:2], row[:2], strict=True)
            moves += [ReplacementTransform(old, new) for old, new in pairs]
        self.play(*moves, run_time=MOVE)
        self.play(*(FadeIn(called) for *_, called in self.table.rows), run_time=AWAY)
        self.rule = parked
        self.add(counts.beyond, *heads)  # the marks are over the plate
        shapes = [shape for shape, _ in counts.marks]
        ends = [ReplacementTransform(*pair) for pair in zip(heads, shapes, strict=True)]
        ground = FadeIn(VGroup(counts.beyond, counts.panel.drawing))
        self.play(ground, *ends, run_time=MOVE)  # the race becomes the curve
        self.add(*shapes)
        self.play(*(FadeIn(word) for _, word in counts.marks), run_time=FADE)
        self.play(Create(counts.curve), run_time=MOVE)
        self.add(*shapes)
        self.turn()
        self.set_heading(words.WHERE)

    def show_limit(self) -> None:
        """The rule becomes that of a distance; each rate walks by its factor; and the test of them all."""
        if self.lanes.limit is None:
            said = self.stage.sentence(words.TRIED, em=EM, width=self.board.width)
            said.put(self.board.left, self.rule.get_bottom()[1] - LINE)
            self.play(FadeIn(said))
            return
        self.slice = ground = FactorSlice(self.stage, self.stage.layout.picture, self.lanes)
        self.play(FadeOut(*self.counted()), run_time=FADE)
        self.play(FadeIn(ground.still), run_time=FADE)
        self.play(FadeIn(ground.slope), run_time=FADE)
        lines = LimitLines(self.stage, self.board, self.lanes, self.rule)
        self.table.place(lines.factors)
        for moves in lines.moves():
            self.play(*moves, run_time=MOVE)
        self.turn()
        self.play(FadeOut(ground.slope), run_time=FADE)
        self.walks = []
        for number, lane in enumerate(self.lanes.lanes):
            self.count_factor(lines.factors[number], number)
            self.walk_down(ground.walk(lane, number), number)
            if number in (0, len(self.lanes.lanes) - 2):
                self.turn()
        for moves in lines.judged():
            self.play(*moves, run_time=MOVE)

    def count_factor(self, line: Formula, number: int) -> None:
        """In its row a rate gets its place in the factor, which is counted."""
        _, source, called = self.table.rows[number]
        gone: list[Mobject] = [called] + [walk.fleeting for walk in self.walks[-1:]]
        assert isinstance(source, Formula)
        old, rate, value = source.glyphs(NUMBER), line.glyphs(RATE), line.glyphs(VALUE)
        letters = VGroup(*(glyph for glyph in source if glyph not in [*old]))
        self.play(FadeOut(letters, *gone), run_time=AWAY)
        self.remove(source, *source)
        flown = {id(glyph) for glyph in (*rate, *value)}
        rest = VGroup(*(glyph for glyph in line if id(glyph) not in flown))
        self.play(ReplacementTransform(old, rate), run_time=FLIGHT / 2)
        self.play(FadeIn(rest), run_time=FLIGHT / 2)
        self.play(FadeIn(value), run_time=AWAY)
        self.remove(rate, rest, value)
        self.add(line)

    def walk_down(self, walk: FactorWalk, number: int) -> None:
        """The mark goes from landing to landing; its first step stays below, beside those of the others."""
        self.walks.append(walk)
        self.play(FadeIn(walk.mark), run_time=AWAY)
        for step, hop in enumerate(walk.hops, start=1):
            moves = [Create(hop), walk.mark.animate.move_to(walk.places[step])]
            if step == 1 and len(walk.step):
                moves.append(GrowFromPoint(walk.step, walk.step[0].get_start()))
            self.play(*moves, run_time=SLOWER * HOP if step == 1 else HOP)
            if landed := walk.landing(step):
                self.add(*landed, walk.mark)

    def counted(self) -> list[Mobject]:
        """What is drawn of the counts."""
        counts = self.counts
        return [counts.beyond, counts.panel.drawing, counts.curve, counts.marks]

    def show_border(self) -> None:
        """The counts of all rates again, and the limit among them; nothing where it is not known."""
        border = self.counts.border()
        if not len(border) or not self.counts.counted:
            return
        self.play(FadeOut(self.slice.still, *(w.whole for w in self.walks)), run_time=FADE)
        self.play(FadeIn(*self.counted()), run_time=FADE)
        self.play(Create(border[0]), FadeIn(border[1]), run_time=MOVE)
