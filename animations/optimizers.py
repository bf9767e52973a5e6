"""optimizers: several optimizers on one ravine, each rule as it is declared, one start, one clock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from manim import FadeIn, FadeOut, TransformFromCopy, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.floor_lanes import FloorLanes
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_rules import FADE, MOVE, STEPS, RaceRules
from symgd.animations.comparing.race_story import FAR, NEAR, tell_race
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Label
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.terms import Negative, Sum, Term
from symgd.writing.words import message

WALK, RACE, COUNT = 2.0, 6.0, 0.5
NAME, NAME_BESIDE, LITTLE = 1.9, 1.4, 5.3  # parts of the table's width that the names take
DEPTH = NEAR / 10  # of the first gap, the curves go down to
NOTHING = 1e-12  # a least cost so small beside the first is none


class Optimizers(RaceRules):
    """A race of optimizers."""

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The ravine; rule by rule a walk; all together; and who was first."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_race(self.run, lambda: self.gradient)
        self.set_stage()
        kind, told = Optimizers, False
        yield self.beat(message("the start"), words.ground(story), kind.show_ground, asks=True)
        for number, walk in enumerate(story.walks):
            show = partial(kind.show_rule, number=number)
            said = words.rule(story, walk)
            if self.paths.zigzags(number) and not told:
                said, told = (*said, words.banks()), True
            yield self.beat(walk.name, said, show)
        yield self.beat(message("which is first?"), words.ask(), kind.show_ask, asks=True)
        yield self.beat(message("all together"), words.race(story), kind.show_race)
        yield self.beat(message("who was first"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(), kind.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def set_stage(self) -> None:
        """The picture of all walks, and room for table and rules."""
        stage, story = self.stage, self.story
        self.looks = looks_of(stage.palette)[: len(story.walks)]
        self.table_zone, self.other_zone = self.halves()
        picture = stage.layout.picture
        about = stage, picture, story.walks, self.looks, story.ground
        self.paths = PathsPicture(*about, banks=True, end=story.end)
        self.paths.noted()

    def show_ground(self) -> None:
        """The map, the start, and where the cost is least."""
        stage, story = self.stage, self.story
        self.set_heading(words.question())
        self.play(FadeIn(self.paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.paths.lines), run_time=FADE)
        known = message("minimum") if story.least[1] else message("the lowest that was reached")
        self.cross = self.paths.cross(known)
        heads: list[Label] = [words.rates(story), words.head(FAR), words.head(NEAR)]
        name = NAME if self.table_zone.width > LITTLE else NAME_BESIDE
        walks = story.named_briefly
        self.table = WalkTable(stage, self.table_zone, walks, self.looks, heads, name)
        self.show_facts()
        self.play(FadeIn(self.cross), run_time=FADE)

    # ---------------------------------------------------------------------------------------------
    # Rules

    def show_rule(self, number: int) -> None:
        """A rule as it is declared, made of the plain one, and then where it leads, alone."""
        walk = self.story.walks[number]
        if number:  # two zigzags over one another cannot be read
            self.play(FadeOut(self.paths.each[number - 1]), run_time=FADE)
        self.change_rule(number)
        if not number and len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
        self.add(self.paths.each[number])
        self.turn()
        shown = min(STEPS, walk.run.steps)
        for step in range(shown):
            self.show_step(number, step)
        self.turn()
        moving = UpdateFromAlphaFunc(
            self.paths.each[number],
            lambda _, part: self.paths.show(self.clock(part, shown), [number]),
            rate_func=linear,
        )
        self.play(moving, run_time=WALK)
        self.paths.show(self.story.end, [number])

    def clock(self, part: float, first: float = 0.0) -> float:
        """The clock when so much of a move is over, that begins at some time: a logarithmic one."""
        return float((1 + first) * ((1 + self.story.end) / (1 + first)) ** part - 1)

    # ---------------------------------------------------------------------------------------------
    # The race

    def show_ask(self) -> None:
        """Each gets a floor of its own, and stands at the start; the curves' panel is there, and empty."""
        paths = self.paths
        self.play(FadeOut(self.rule), run_time=FADE)
        self.lanes = lanes = FloorLanes(paths)
        self.play(FadeOut(paths.panel.drawing, paths.each[-1], self.cross), run_time=FADE)
        self.remove(paths.lines)
        first, *others = lanes.lanes
        shrinks = lanes.parting()[0]
        self.play(shrinks, run_time=MOVE)
        self.remove(shrinks.mobject)
        floor = VGroup(first.panel.drawing, first.lines)
        self.add(floor, first.live)
        copies = [VGroup(lane.panel.drawing, lane.lines) for lane in others]
        for lane, copied in zip(others, copies, strict=True):  # one after another
            self.play(TransformFromCopy(floor, copied), run_time=COUNT)
            self.add(copied, lane.live)
        self.play(FadeIn(lanes.titles, lanes.crosses()), run_time=FADE)
        table, rates = self.table, [self.rate_said(walk) for walk in self.story.walks]
        cells = [table.cell(0, row, said) for row, said in enumerate(rates)]
        self.play(FadeIn(table.rule, table.rows, table.head(0)), run_time=FADE)
        self.play(FadeIn(*cells), run_time=FADE)
        self.curves = self.made_curves()
        self.play(FadeIn(self.curves.panel.drawing), run_time=FADE)

    def rate_said(self, walk: Walk) -> Label:
        """A walk's learning rate, where it has one."""
        run = walk.run
        return numeral(run.learning_rate, MOST_FIGURES) if run.has_rate else message("none")

    def made_curves(self) -> CostCurves:
        """The costs by the clock, as far above the least as they are."""
        story, name = self.story, self.problem.cost_name
        least = story.least[0]
        if abs(least) <= NOTHING * abs(float(story.walks[0].cost[0])):
            least = 0.0
        height: Term = name
        if least:
            height = Sum((name, Negative(numeral(least)) if least > 0 else numeral(-least)))
        return CostCurves(
            self.stage,
            self.other_zone,
            story.walks,
            self.looks,
            x_label=message("step"),
            y_label=words.excess(height),
            least=least,
            log_clock=True,
            end=story.end,
            depth=DEPTH,
            lowest=True,
        )

    def show_race(self) -> None:
        """One clock for the floors and the curves."""

        def moving(shown: FloorLanes | CostCurves) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.live, lambda _, part: shown.show(self.clock(part)), rate_func=linear
            )

        self.add(self.curves.live)
        self.play(moving(self.lanes), moving(self.curves), run_time=RACE)
        self.lanes.show(self.story.end)
        self.curves.show(self.story.end)

    def show_counted(self) -> None:
        """The parts of the excess as lines, and who needed how many steps: from where a curve crosses one, to the table."""
        first = float(self.story.walks[0].cost[0]) - self.story.least[0]
        for column, part in enumerate((FAR, NEAR), start=1):
            self.play(
                FadeIn(self.curves.level(first * part, words.of_the_gap(part))), run_time=FADE
            )
            self.play(FadeIn(self.table.head(column)), run_time=FADE)
            for row, steps in enumerate(self.story.arrivals(part)):
                said: Label = words.never() if steps is None else numeral(steps, 12)
                cell = self.table.cell(column, row, said)
                if steps is None:
                    self.play(FadeIn(cell), run_time=FADE)
                    continue
                spot = self.looks[row].mark(self.stage.palette.ground)
                spot.move_to(self.curves.crossing(steps, first * part))
                self.play(FadeIn(spot, cell), run_time=COUNT)
            self.turn()

    def show_ending(self) -> None:
        """The answer, and whose floor it is."""
        first = self.story.first(NEAR)
        rings = [self.lanes.ring(n) for n, walk in enumerate(self.story.walks) if walk in first]
        if rings:
            self.play(FadeIn(*rings), run_time=FADE)
        self.set_heading(words.answer(self.story))
