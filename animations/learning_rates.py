"""The lesson `learning_rates`: four lanes from the same start on one clock, and the rule that says what is too large."""

from __future__ import annotations

from collections.abc import Iterator

from manim import (
    DOWN,
    LEFT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    UpdateFromAlphaFunc,
    VGroup,
    there_and_back,
)

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.cut_map import CutMap
from symgd.animations.comparing.lane_scales import EARLY
from symgd.animations.comparing.lane_shrinking import shrinking
from symgd.animations.comparing.lanes import HEAD, SHORT_FOOT, LanePicture, LaneScales, lane_zones
from symgd.animations.comparing.own_mark import own_mark
from symgd.animations.comparing.place_limits import PlaceLimits, limits_along
from symgd.animations.comparing.rate_directions import directions_of
from symgd.animations.comparing.rate_lanes import (
    MOST_FIGURES,
    RateLane,
    RateLanes,
    lanes_of,
    scaled_lanes,
)
from symgd.animations.comparing.rate_panels import ClockPanel, CountPanel, Pace
from symgd.animations.comparing.rate_scenes import FADE
from symgd.animations.comparing.rate_ways import RateWays
from symgd.animations.descending.annotated_lines import general
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.level_start import expect_slope
from symgd.writing.words import message

SLOW, CLOCK, QUICK, MOVE = 3.0, 8.0, 0.4, 1.2
SHORT, READ = 0.5, 0.2  # of a part of the clock, and of a rate in the rule
ALMOST, SWELLS = 1e-6, 1.25
GAP = 0.3
LARGE = (8.0, 1.0)  # lanes, and the rule, as long as there is nothing else
WIDE, TALL, SQUARE = (1.1, 1.05), (2.5, 1.9), (1.1, 1.2)  # lanes, and the panel below them
LARGE_EM, FLIGHT, SWAP, ROLL = (
    0.5,
    1.2,
    0.6,
    0.35,
)  # of the rule below the lanes; the first rate's way into it, and a later one's
RATE = (1, 1, 0, 0)  # where the learning rate stands in the rule
NUMBER = (1,)  # and in a lane's title


class LearningRates(RateWays):
    """Lesson 7: crawling, good, best, too large."""

    lesson = "learning_rates"
    scaled: RateLanes | None  # the same over standardised columns, where no lane arrives else
    scales: LaneScales
    named: list[LanePicture]  # of whom it is said what they are called
    small: list[LanePicture]
    below: Zone

    def beats(self) -> Iterator[Beat]:
        """The lanes, their first steps, the clock, the counts, and the rule."""
        self.story = self.prepared()
        expect_slope(self.story.evaluate, self.story.parameters[0].tolist())
        self.lanes = lanes = lanes_of(self.story)
        self.scaled = scaled_lanes(lanes)
        self.set_stage()
        kind, beat, pictures = type(self), self.beat, self.pictures
        yield beat(message("four rates"), words.start(lanes), kind.show_lanes, asks=True)
        yield beat(
            message("the first steps"), words.first_steps(lanes, pictures, EARLY), kind.show_first
        )
        yield beat(message("the clock runs"), words.clock(lanes, pictures, EARLY), kind.show_clock)
        yield beat(message("the counts"), words.counts(lanes), kind.show_counts)
        if self.counts.counted:
            yield beat(
                message("every rate"),
                words.every_rate(lanes, len(self.counts.counted)),
                kind.show_every_rate,
            )
        if self.map is not None:
            said = words.two_ways(lanes, self.map.directions)
            yield beat(message("across and along"), said, kind.show_two_ways)
        if (along := limits_along(lanes)) is not None:
            self.places = PlaceLimits(
                self.stage, self.stage.layout.picture, lanes, pictures, along[1]
            )
            said = words.each_place(lanes, *along)
            yield beat(message("each place"), said, kind.show_places)
        if (self.counts.counted and self.places is None) or lanes.limit is not None:
            said = words.limit(lanes, mapped=self.map is not None)
            asks = self.directions is not None
            yield beat(message("the limit"), said, kind.show_limit, asks=asks)
        if self.directions is not None:
            said = words.both(lanes, self.directions)
            yield beat(message("two factors"), said, kind.show_both)
        if self.scaled is not None:
            said = words.scaled_columns(lanes)
            yield beat(message("scaled columns"), said, kind.show_scaled)
        yield beat(
            message("the answer"),
            words.ending(lanes, self.scaled, ringed=self.ringed),
            kind.show_ending,
            hold=2.0,
        )

    def set_stage(self) -> None:
        """Lanes, as large as they can be, and the rule below; then smaller ones, and a panel as wide as the frame."""
        stage, lanes, layout = self.stage, self.lanes, self.stage.layout
        tall = layout.height > layout.width
        above, self.board = layout.whole.rows(*LARGE, gap=GAP)
        zones = lane_zones(above, len(lanes.lanes), tall)
        self.scales = LaneScales(lanes, zones[0])
        self.pictures = self.lane_pictures(zones, small=False)
        shares = (TALL if tall else SQUARE) if layout.upright else WIDE
        above, self.below = layout.whole.rows(*shares, gap=GAP)
        self.small = self.lane_pictures(lane_zones(above, len(lanes.lanes), tall), small=True)
        self.set_clock()
        self.directions = directions_of(lanes)
        exact = lanes.basis == "curvature" and len(lanes.start) == len(lanes.axes)
        if self.directions is not None and exact:
            self.map = CutMap(stage, layout.picture, lanes, self.directions)
        self.counts = CountPanel(stage, layout.picture, lanes, self.pictures)

    def set_clock(self) -> None:
        """The panel of all costs, and how fast time goes."""
        lanes = self.lanes
        self.clock = ClockPanel(self.stage, self.below, lanes, self.pictures)
        self.pace = Pace(float(max(lanes.most, 1)), [n for n in map(_arrival, lanes.lanes) if n])

    def lane_pictures(self, zones: list[Zone], *, small: bool) -> list[LanePicture]:
        """A picture for each lane; numbers on the axis that goes up stand left of the first ones alone."""
        first = min(zone.left for zone in zones)
        return [
            LanePicture(
                self.stage,
                zone,
                self.scales,
                lane,
                number,
                small=small,
                first=zone.left == first,
            )
            for number, (zone, lane) in enumerate(zip(zones, self.lanes.lanes, strict=True))
        ]

    # ---------------------------------------------------------------------------------------------
    # The lanes

    def show_lanes(self) -> None:
        """Frames, the rates, the rule that all follow; and a question."""
        self.set_heading(words.QUESTION)
        board = self.board
        rule = self.stage.formula(general(self.story, self.stage.words), em=LARGE_EM).at_most(
            board.width
        )
        self.rule = rule.put(board.centre[0] - rule.width / 2, board.centre[1])
        self.play(FadeIn(self.rule))
        for picture in self.pictures:
            mark, rate, _ = picture.title
            self.play(FadeIn(picture.drawing, mark, rate, picture.dot), run_time=QUICK)
        self.turn()
        self.set_heading(words.WHICH)

    def show_first(self) -> None:
        """Each rate takes the letter's place in the rule; then the bars, and a few steps, one at a time."""
        plain = shown = self.rule
        for number, picture in enumerate(self.pictures):
            new = self.ruled(picture)
            if number == 0:  # the others only take its place there
                source = picture.title[1].glyphs(NUMBER)
                self.play(NumberArrives(shown, new, RATE, source), run_time=FLIGHT)
            else:
                self.roll_over(shown, new, *self.pointed(picture))
            self.wait(READ)
            shown = new
        self.roll_over(shown, plain)
        self.turn()
        lives = [picture.live for picture in self.pictures]
        self.play(*(FadeIn(picture.measure) for picture in self.pictures))
        self.add(*lives)
        last = min(EARLY, max(picture.last for picture in self.pictures))
        for step in range(last):
            self.run_clock(step, step + 1, SLOW if step else SLOW / 2)
            if step == 0:
                self.turn()
        if words.lost_early(self.pictures, last):
            if self.scales.curved:
                self.turn()
            self.play(*self.pointed(self.pictures[-1]))

    def ruled(self, picture: LanePicture) -> Formula:
        """The rule with a lane's rate in it."""
        term = self.rule.term.replace(RATE, numeral(picture.lane.rate, MOST_FIGURES))
        new = self.stage.formula(term, em=LARGE_EM).at_most(self.board.width)
        return new.put(self.board.centre[0] - new.width / 2, self.rule.baseline)

    def roll_over(self, old: Formula, new: Formula, *others: Animation) -> None:
        """As in a counter one rate leaves downwards, while another comes from above; what else is in the rule makes room."""
        gone, come = old.glyphs(RATE), new.glyphs(RATE)
        flown = {id(glyph) for glyph in (*gone, *come)}
        rest, goal = (
            VGroup(*(glyph for glyph in line if id(glyph) not in flown)) for line in (old, new)
        )
        moves = [one.animate.move_to(other) for one, other in zip(rest, goal, strict=False)]
        if len(rest) != len(goal):  # a power of ten has a sign of its own
            rest, moves = goal, []
        self.remove(old, *old)
        self.add(rest, gone, come.shift(ROLL * UP).set_opacity(0))
        self.play(
            gone.animate.shift(ROLL * DOWN).set_opacity(0),
            come.animate.shift(ROLL * DOWN).set_opacity(1),
            *moves,
            *others,
            run_time=SWAP,
        )
        self.remove(rest, *rest, gone, *gone, come, *come)
        gone.shift(ROLL * UP).set_opacity(1)
        self.add(new)

    def show_clock(self) -> None:
        """The cost of all lanes, and the clock to its end."""
        first = min(EARLY, max(picture.last for picture in self.pictures))
        self.clock.show(first)
        panel = FadeIn(self.clock.panel.drawing, self.clock.live)
        self.lanes_shrink(first, FadeOut(self.rule), panel)
        self.add(self.clock.live)
        end, before = float(self.lanes.most), float(first)
        self.named = (
            [] if self.lanes.arrive else [*self.pictures]
        )  # a cost that is not reached is no name
        turns = self.turns_from(before)
        self.name_lanes(before)
        stops = {float(n) for n in map(_ending, self.pictures) if before < n < end}
        for stop in sorted({*stops, *turns, end}):
            share = self.pace.part(stop) - self.pace.part(before)
            self.run_clock(before, stop, max(SHORT, CLOCK * share), clock=True)
            before = stop
            self.name_lanes(stop)
            if stop in turns:
                self.turn()
        for picture in self.pictures:
            picture.show(picture.last)

    @property
    def ringed(self) -> bool:
        """Whether the run's own rate is marked at the end, among the counts."""
        counts = self.counts
        return bool(
            self.scaled is None and self.lanes.arrive and counts.counted and len(own_mark(counts))
        )

    def turns_from(self, first: float) -> list[float]:
        """The steps at which the next sentence is said: a lane is lost there, and equal times lie between the others."""
        said = len(words.clock(self.lanes, self.pictures, EARLY)) - 1
        turns, lost = list[float](), self.pictures[-1].left
        if lost is not None and first < lost < self.lanes.most:
            turns.append(float(lost))
        low = self.pace.part(turns[-1] if turns else first)
        parts = said - len(turns) + 1
        turns += [self.pace.step(low + (1 - low) * n / parts) for n in range(1, parts)]
        return turns

    def name_lanes(self, step: float) -> None:
        """Each lane that came to its end is called what it is."""
        new = [
            picture
            for picture in self.pictures
            if picture not in self.named
            and picture.left is None  # what is lost is called so when the race is over
            and _ending(picture) <= step + ALMOST
        ]
        self.named += new
        if new:
            self.play(*(FadeIn(picture.title[2]) for picture in new), run_time=QUICK)

    def pointed(self, picture: LanePicture) -> list[Animation]:
        """The rate of a lane that is spoken of swells for a moment, away from its mark."""
        rate = picture.title[1]
        swells = rate.animate(rate_func=there_and_back).scale(SWELLS, about_edge=LEFT)
        return [swells.build()]

    def lanes_shrink(self, step: int, along: Animation, panel: Animation) -> None:
        """The lanes make room for the panel, which comes: they stay what they are, and get smaller."""
        old, new = self.pictures, self.small
        change = shrinking(old, new, step)
        moves = change.moves
        self.play(FadeOut(*change.gone), run_time=QUICK)
        for before in old:  # the costs that stood in the lines have left
            before.without_gaps()
        self.play(*moves, along, run_time=MOVE)
        for picture in old:
            self.remove(picture.drawing, picture.live, *picture.live, *picture.title)
        self.remove(*(part for move in moves for part in (move.mobject, move.target_mobject)))
        for picture in new:
            self.add(picture.drawing, *picture.title[:2], picture.live)
        self.play(FadeIn(*change.come), panel, run_time=FADE)
        for picture in new:
            self.add(picture.drawing, picture.live)
        self.pictures = new

    def run_clock(self, start: float, end: float, seconds: float, *, clock: bool = False) -> None:
        """All lanes go from one step to another, at the clock's pace."""
        low, high = self.pace.part(start), self.pace.part(end)
        watched = VGroup(*(picture.live for picture in self.pictures))
        if clock:
            watched.add(self.clock.live)

        def move(_: VGroup, part: float) -> None:
            time = end if part >= 1 else self.pace.step(low + (high - low) * part)
            for picture in self.pictures:
                picture.show(time)
            if clock:
                self.clock.show(time)

        self.play(UpdateFromAlphaFunc(watched, move), run_time=seconds)
        move(watched, 1.0)

    def show_counts(self) -> None:
        """Which was the first, and what each lane is called that has not been called so."""
        left = [each for each in self.pictures if each.title[2] not in self.mobjects]
        if left:
            self.play(*(FadeIn(picture.title[2]) for picture in left), run_time=FADE)
        chosen = words.first_of(self.lanes)
        self.play(*self.pointed(self.pictures[self.lanes.lanes.index(chosen)]))
        self.set_heading(words.QUESTION)

    # ---------------------------------------------------------------------------------------------
    # Scaled columns

    def show_scaled(self) -> None:
        """The same lanes again, over standardised columns."""
        assert self.scaled is not None
        self.set_heading(words.SCALED)
        old = [each for each in self.mobjects if each is not self.heading]
        self.play(FadeOut(*old), run_time=FADE)
        self.remove(*old)
        zones = [picture.zone for picture in self.pictures]
        self.lanes, tall = self.scaled, self.small[0].panel.box
        shape = Zone(tall.left, tall.right, tall.bottom - SHORT_FOOT, tall.top + HEAD)
        self.scales = LaneScales(self.lanes, shape, SHORT_FOOT)
        self.pictures = self.lane_pictures(zones, small=True)
        self.set_clock()
        for picture in self.pictures:
            self.play(FadeIn(picture.drawing, *picture.title[:2], picture.live), run_time=QUICK)
            self.add(picture.live)
        self.turn()
        self.play(FadeIn(self.clock.panel.drawing, self.clock.live), run_time=FADE)
        self.add(self.clock.live)
        self.run_clock(0.0, float(self.lanes.most), SLOW, clock=True)
        for picture in self.pictures:
            picture.show(picture.last)
        self.play(*(FadeIn(picture.title[2]) for picture in self.pictures), run_time=FADE)

    def show_ending(self) -> None:
        """The first question's answer."""
        if self.scaled is not None:
            self.set_heading(words.scaled_answer(self.scaled))
            return
        limit = self.lanes.limit
        if not self.lanes.arrive:
            said = words.lowest(self.lanes)
            if self.directions is not None and limit is not None:
                said = words.no_rate(limit)
            self.set_heading(said)
            return
        if self.directions is None:
            self.show_border()
        own = own_mark(self.counts, self.beside) if self.counts.counted else VGroup()
        if len(own):
            if self.places is not None and limit is None:  # else the counts are there again
                self.leave_places()
            self.play(Create(own[0]), FadeIn(own[1]), run_time=FADE)
            self.turn()
        self.set_heading(words.BY_TRIAL if limit is None else words.answer(limit))


def _arrival(lane: RateLane) -> int | None:
    return lane.arrived


def _ending(picture: LanePicture) -> int:
    """When a lane is there, or has left its frame."""
    return picture.last
