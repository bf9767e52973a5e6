"""RateScenes: what the lesson on learning rates shows after its lanes: every rate's count, and why a rate is too large."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    Animation,
    Create,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Mobject,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
    VMobject,
)

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.cut_map import CutMap
from symgd.animations.comparing.factor_slice import FactorSlice, FactorWalk
from symgd.animations.comparing.lanes import LanePicture
from symgd.animations.comparing.limit_lines import LimitLines
from symgd.animations.comparing.place_limits import PlaceLimits
from symgd.animations.comparing.rate_cuts import RateCuts
from symgd.animations.comparing.rate_directions import RateDirections
from symgd.animations.comparing.rate_panels import ClockPanel, CountPanel
from symgd.animations.comparing.rate_table import RateTable
from symgd.animations.formulas.formula import Formula
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Symbol, Term

FADE, MOVE, FLIGHT, HOP, AWAY = 0.6, 1.2, 0.6, 0.35, 0.3
RUN = 3.0  # while the limit's curve is drawn
SLOWER = 2.2  # the first of the steps
TABLE = (2.5, 3.4)  # the rates, and below them the rule
HALVES = (1.0, 1.0)
LOW = 4.0  # where the mathematics are lower, both stand beside each other
RULE_EM, EM = 0.5, 0.36
LINE, GAP = 0.5, 0.4
RATE, VALUE = (0, 1, 0, 0), (1,)  # of a factor in numbers
NUMBER = (1,)  # of a rate in the table


class RateScenes(RateCuts):
    """The counts of all rates, the slice in which each has its factor, and the limit."""

    story: DescentStory
    pictures: list[LanePicture]
    counts: CountPanel
    clock: ClockPanel
    table: RateTable
    slice: FactorSlice
    walks: list[FactorWalk]
    lines: LimitLines
    directions: RateDirections | None = None  # where the cost is a quadratic of several ways
    map: CutMap | None = None  # where it has two parameters
    places: PlaceLimits | None = None  # where it is no quadratic
    beside: tuple[VMobject, ...] = ()  # what is drawn among the counts at last

    def show_every_rate(self) -> None:
        """The lanes become rows of a table, and the race's panel the steps by rate."""
        counts = self.counts
        self.rows_take_over(counts)
        self.play(*(FadeIn(word) for _, word in counts.marks), run_time=FADE)
        self.play(Create(counts.curve), run_time=MOVE)
        self.add(*(shape for shape, _ in counts.marks))
        self.turn()
        self.set_heading(words.WHERE)

    def rows_take_over(self, counts: CountPanel | None) -> None:
        """The lanes' titles become rows of a table, beside the counts, where there are any, to which the race's marks go."""
        pictures = self.pictures
        zone = self.stage.layout.mathematics
        cut = zone.rows if zone.height > LOW else zone.columns
        shares = TABLE if zone.height > LOW else HALVES
        above, self.board = cut(*shares, gap=GAP)
        self.table = RateTable(self.stage, above, pictures)
        heads = self.clock.heads
        gone: list[Mobject] = [self.clock.panel.drawing, *self.clock.curves]
        gone += [part for picture in pictures for part in (picture.drawing, picture.live)]
        gone += [picture.title[2] for picture in pictures]
        self.remove(self.clock.live)
        if counts is None:
            gone += [*heads]
        else:
            self.add(*heads)
        self.play(FadeOut(*gone), run_time=AWAY)
        for group in gone:
            self.remove(group, *group)
        parked = self.rule.copy()
        parked.scale(min(RULE_EM / parked.em, self.board.width / parked.width))
        parked.put(self.board.left, self.board.top - RULE_EM)
        moves: list[Animation] = [FadeIn(parked)]
        for picture, row in zip(pictures, self.table.rows, strict=True):
            pairs = zip(picture.title[:2], row[:2], strict=True)
            moves += [ReplacementTransform(old, new) for old, new in pairs]
        if counts is not None:  # the race becomes the curve
            shapes = [shape for shape, _ in counts.marks]
            self.add(counts.beyond, *heads)  # the marks are over the plate
            moves += [ReplacementTransform(*pair) for pair in zip(heads, shapes, strict=True)]
            moves.append(FadeIn(VGroup(counts.beyond, counts.panel.drawing)))
        self.play(*moves, run_time=MOVE)
        self.rule = parked
        if counts is not None:
            self.add(*(shape for shape, _ in counts.marks))
        self.play(*(FadeIn(called) for *_, called in self.table.rows), run_time=AWAY)

    def show_limit(self) -> None:
        """The map is cut; the rule becomes that of a distance; each rate walks by its factor; and the test of them all."""
        if self.lanes.limit is None:
            said = self.stage.sentence(words.TRIED, em=EM, width=self.board.width)
            said.put(self.board.left, self.rule.get_bottom()[1] - LINE)
            self.play(FadeIn(said))
            return
        if not self.counts.counted and self.map is None and self.places is None:
            self.rows_take_over(None)
        self.set_heading(words.WHERE)
        self.slice = ground = FactorSlice(self.stage, self.stage.layout.picture, self.lanes)
        if self.map is not None:
            self.cut_map(self.map, ground)
        else:
            gone = self.counted() if self.counts.counted else []
            if self.places is not None:
                gone = [*self.places.whole]
            self.play(*map(FadeOut, gone), FadeIn(ground.still), run_time=MOVE)
            self.remove(*gone)
        self.lines = lines = LimitLines(self.stage, self.board, self.lanes, self.rule)
        measured = (
            self.lanes.basis == "curvature"
        )  # only there is the slope the same part of any distance
        if measured:
            self.measure_slope(ground, lines)
        else:
            self.play(FadeIn(ground.slope), run_time=FADE)
        self.table.place(lines.factors)
        said = ground.slope[2]
        seen: dict[Term, VGroup] = {
            term: self.stage.part(said, words.BENT, path)
            for path, term in words.BENT.walk()
            if isinstance(term, Symbol)
        }
        for moves in lines.moves(seen, told=measured):
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
        if self.directions is not None:
            self.set_heading(words.why(self.lanes, self.directions))

    def show_places(self) -> None:
        """The limit of each place along a walk, with the rates as level lines: where one is above it, the next step overshoots."""
        places, gone = self.places, list[Mobject]()
        assert places is not None
        self.set_heading(words.EACH_PLACE)
        if self.counts.counted:
            gone = self.counted()
        else:
            self.rows_take_over(None)
        self.play(*map(FadeOut, gone), FadeIn(places.panel.drawing), run_time=MOVE)
        self.remove(*gone)
        self.turn()
        self.play(Create(places.curve), run_time=RUN)
        self.play(FadeIn(places.name), run_time=FADE)
        self.turn()
        for level, row in zip(places.levels, self.table.rows, strict=True):
            line, mark = level
            self.play(TransformFromCopy(row[0], mark), run_time=FADE)
            self.play(Create(line), run_time=FADE)
        self.turn()
        over = [places.panel.drawing, places.curve, places.name, *places.levels]
        self.bring_to_front(*over)
        self.add(places.plate, *over)
        self.play(FadeIn(places.plate), run_time=MOVE)
        self.add(*over)

    def show_two_ways(self) -> None:
        """The map with its two lines takes the place of the counts, or of the lanes."""
        assert self.map is not None
        leave = list[Mobject]()
        if self.counts.counted:
            leave = self.counted()
        else:
            self.rows_take_over(None)
        self.show_legs(self.map, leave)

    def count_factor(self, line: Formula, number: int) -> None:
        """In its row a rate gets its place in the factor, which is counted."""
        _, source, called = self.table.rows[number]
        gone: list[Mobject] = [called] + [walk.fleeting for walk in self.walks[-1:]]
        assert isinstance(source, Formula)
        if self.lines.short:
            self.play(FadeOut(*source, *gone), run_time=AWAY)
            self.remove(source, *source)
            self.play(FadeIn(line), run_time=FADE)
            return
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
            moves = [Create(hop), walk.arriving(step)]
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
        self.leave_slice(FadeIn(*self.counted()))
        self.play(Create(border[0]), FadeIn(border[1]), run_time=MOVE)

    def leave_places(self) -> None:
        """The counts come again in the place of what is there."""
        gone: list[Mobject] = [] if self.places is None else [*self.places.whole]
        self._leave(gone, FadeIn(*self.counted()))

    def leave_slice(self, *comes: Animation) -> None:
        """What is seen of the slice and the walks there leaves, and something else comes."""
        self._leave([*self.slice.still, *self._walked()], *comes)

    def leave_walks(self) -> None:
        """The walks leave, and the slice stays."""
        self._leave(self._walked())

    def _walked(self) -> list[Mobject]:
        return [part for walk in self.walks for part in walk.whole]

    def _leave(self, parts: Sequence[Mobject], *comes: Animation) -> None:
        here = {id(each) for each in self.get_mobject_family_members()}
        seen = [part for part in parts if any(id(each) in here for each in part.get_family())]
        self.play(FadeOut(*seen), *comes, run_time=MOVE)
        self.remove(*seen)
