"""optimizers: several optimizers on one ravine, each rule as it is declared, one start, one clock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import FAR, NEAR, RaceStory, tell_race
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Label, Zone
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.terms import Equation, Negative, Sum, Symbol
from symgd.writing.words import message

FADE, WALK, RACE = 0.6, 3.0, 7.0
NAME_EM, NOTE_EM = 0.42, 0.27
NAME, NAME_BESIDE, LITTLE = 1.9, 1.4, 5.3  # parts of the table's width that the names take
SETTINGS_EM, CLOSE = 0.32, 0.12
GAP = 0.2
TABLE, BESIDE = 0.4, 0.55  # of the mathematics
LOW = 4.0  # mathematics lower than this stand beside each other
DEPTH = NEAR / 10  # of the first gap, the curves go down to
NOTHING = 1e-12  # a least cost so small beside the first is none


class Optimizers(Lesson):
    """A race of optimizers."""

    story: RaceStory

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The ravine; rule by rule a walk; all together; and who was first."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_race(self.run, lambda: self.gradient)
        kind = Optimizers
        yield self.beat(message("the start"), words.ground(story), kind.show_ground, asks=True)
        for number, walk in enumerate(story.walks):
            show = partial(kind.show_rule, number=number)
            yield self.beat(walk.name, words.rule(story, walk), show)
        yield self.beat(message("which is first?"), words.ask(), kind.show_ask, asks=True)
        yield self.beat(message("all together"), words.race(story), kind.show_race)
        yield self.beat(message("who was first"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(), kind.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def halves(self) -> list[Zone]:
        """Room for the table, and for rules and then curves."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW:
            return zone.columns(BESIDE, 1 - BESIDE, gap=GAP)
        return zone.rows(TABLE, 1 - TABLE, gap=GAP)

    def show_ground(self) -> None:
        """The map, the start, and where the cost is least."""
        stage, story = self.stage, self.story
        self.looks = looks_of(stage.palette)[: len(story.walks)]
        self.table_zone, self.other_zone = self.halves()
        self.paths = PathsPicture(
            stage, stage.layout.picture, story.walks, self.looks, story.ground, latest=True
        )
        self.paths.noted()
        self.set_heading(words.question())
        self.play(FadeIn(self.paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.paths.lines), run_time=FADE)
        known = message("minimum") if story.least[1] else message("the lowest that was reached")
        self.cross = self.paths.cross(known)
        self.play(FadeIn(self.paths.marks[0], self.cross), run_time=FADE)
        heads: list[Label] = [message("learning rate"), words.head(FAR), words.head(NEAR)]
        name = NAME if self.table_zone.width > LITTLE else NAME_BESIDE
        self.table = WalkTable(stage, self.table_zone, story.walks, self.looks, heads, name)
        self.rule = self.facts()
        self.play(FadeIn(self.rule), run_time=FADE)

    def facts(self) -> VGroup:
        """What is descended, from where, and how much of a ravine it is."""
        problem, story, zone = self.problem, self.story, self.stage.layout.mathematics
        cost = Equation(problem.cost_name, problem.cost_term)
        start = zip(problem.symbols, story.walks[0].points[0].tolist(), strict=True)
        lines = [*dict.fromkeys((*problem.model_equations, cost))]
        lines += [Equation(name, numeral(value)) for name, value in start]
        ratio = story.run.landscape.condition_number
        if ratio is not None and len(problem.parameters) > 1:
            lines.append(Equation(Symbol("kappa"), numeral(ratio)))
        rows = Rows(self.stage)
        for chosen in (lines, lines[1:]):
            if len(made := rows.set_into(zone, chosen)):
                return made
        return VGroup()

    # ---------------------------------------------------------------------------------------------
    # Rules

    def show_rule(self, number: int) -> None:
        """A rule as it is declared, and then where it leads, alone."""
        walk = self.story.walks[number]
        new = self.rule_lines(number)
        self.play(FadeOut(self.rule), run_time=FADE)
        self.play(FadeIn(new), run_time=FADE)
        self.rule = new
        row = VGroup(self.table.rows[number])
        if not number:
            row.add(self.table.rule, self.table.head(0))
        self.play(FadeIn(row), run_time=FADE)
        rate: Label = numeral(walk.run.learning_rate, 3) if walk.run.has_rate else message("none")
        if walk.run.is_plain and walk.run.varies:
            rate = message("varies")
        self.play(FadeIn(self.table.cell(0, number, rate)), run_time=FADE)
        if not number and len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
        self.paths.dim(number)
        self.add(self.paths.each[number])
        self.turn()
        moving = UpdateFromAlphaFunc(
            self.paths.each[number],
            lambda _, part: self.paths.show(self.clock(part), [number]),
            rate_func=linear,
        )
        self.play(moving, run_time=WALK)
        self.paths.show(self.story.end, [number])

    def rule_lines(self, number: int) -> VGroup:
        """The optimizer's name and its statements, as large as there is room for."""
        zone, stage, walk = self.other_zone, self.stage, self.story.walks[number]
        name = stage.sentence(bold=stage.said(walk.name), em=NAME_EM).at_most(zone.width)
        name.put(zone.left, zone.top - NAME_EM)
        note = stage.sentence(words.letters(), em=NOTE_EM, width=zone.width)
        foot = zone.bottom - note.get_bottom()[1]
        note.shift((zone.left - note.get_left()[0], foot, 0))
        above = VGroup(note, *self.settings_line(number, note.get_top()[1] + CLOSE))
        alone = self.settings_line(number, zone.bottom)
        statements = self.story.rule(walk)
        for chosen, feet in ((statements, above), (statements, alone), (statements[-1:], above)):
            low = feet.get_top()[1] + GAP if len(feet) else zone.bottom
            room = Zone(zone.left, zone.right, low, zone.top - 1.7 * NAME_EM)
            if len(rows := Rows(stage).set_into(room, chosen)):
                return VGroup(name, rows, feet)
        return VGroup(name)

    def settings_line(self, number: int, foot: float) -> VGroup:
        """The numbers of a rule's settings, over what its letters are."""
        said = words.settings(self.story, self.story.walks[number])
        if said is None:
            return VGroup()
        zone = self.other_zone
        made = self.stage.sentence(said, em=SETTINGS_EM, width=zone.width).at_most(zone.width)
        made.shift((zone.left - made.get_left()[0], foot - made.get_bottom()[1], 0))
        return VGroup(made)

    def clock(self, part: float) -> float:
        """The clock when so much of a move is over: a logarithmic one."""
        return float((1 + self.story.end) ** part - 1)

    # ---------------------------------------------------------------------------------------------
    # The race

    def show_ask(self) -> None:
        """All go back to the start; the curves' panel is there, and empty."""
        story, name = self.story, self.problem.cost_name
        self.play(FadeOut(self.rule, self.paths.live), run_time=FADE)
        self.paths.show(0.0).dim()
        least = story.least[0]
        if abs(least) <= NOTHING * abs(float(story.walks[0].cost[0])):
            least = 0.0
        label: Label = Sum((name, Negative(numeral(least)))) if least > 0 else name
        if least < 0:
            label = Sum((name, numeral(-least)))
        self.curves = CostCurves(
            self.stage,
            self.other_zone,
            story.walks,
            self.looks,
            x_label=message("step"),
            y_label=label,
            least=least,
            log_clock=True,
            end=story.end,
            depth=DEPTH,
        )
        self.play(FadeIn(self.curves.panel.drawing, self.paths.live), run_time=FADE)

    def show_race(self) -> None:
        """One clock for picture and curves."""

        def moving(shown: PathsPicture | CostCurves) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.live, lambda _, part: shown.show(self.clock(part)), rate_func=linear
            )

        self.add(self.curves.live)
        self.play(moving(self.paths), moving(self.curves), run_time=RACE)
        self.paths.show(self.story.end)
        self.curves.show(self.story.end)

    def show_counted(self) -> None:
        """The tolerances as lines, and who needed how many steps."""
        first = float(self.story.walks[0].cost[0]) - self.story.least[0]
        for column, part in enumerate((FAR, NEAR), start=1):
            level = self.curves.level(first * part, words.of_the_gap(part))
            self.play(FadeIn(level), run_time=FADE)
            cells: list[Label] = [
                words.never() if steps is None else numeral(steps, 12)
                for steps in self.story.arrivals(part)
            ]
            self.play(FadeIn(self.table.column(column, cells)), run_time=FADE)
            self.turn()

    def show_ending(self) -> None:
        """The answer."""
        self.set_heading(words.answer(self.story))
