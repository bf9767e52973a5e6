"""RaceSteps: single steps of a rule, in numbers beside it and in arrows on the map, and one of them in large."""

from __future__ import annotations

from manim import (
    FadeIn,
    FadeOut,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_maps import RaceMaps
from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_rules import (
    FADE,
    GAP,
    HEAD_GAP,
    LETTERS,
    LOW,
    MOVE,
    NOTE_EM,
    QUICK,
    SHORT,
    STEP,
    STEPS,
)
from symgd.animations.comparing.ride_marks import clock_of
from symgd.animations.comparing.rule_moves import is_whole, row_comes
from symgd.animations.comparing.step_arrows import StepArrows
from symgd.animations.comparing.step_numbers import StepNumbers, line_comes
from symgd.animations.comparing.step_parts import step_parts
from symgd.animations.comparing.step_sum import StepSum, window
from symgd.animations.comparing.sum_rows import SumRows
from symgd.animations.comparing.valley_parts import ValleyParts, valley_parts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.stage import Zone
from symgd.terms import Term

BRIEF = 0.3  # seconds
FAR = 50.0  # the frame's units: room enough for any lines


class RaceSteps(RaceMaps):
    """Steps of a walk, one by one."""

    legs_shown: bool = False  # whether it was seen what a root makes of a way along the axes
    turned: bool = False  # and whether that is still seen
    ridden: VGroup  # the walk that was ridden last, with what went along with it
    replaced: VGroup | None = None  # the statements, while their numbers are in their places

    def put_numbers(self, number: int, step: int) -> VGroup:
        """A step of a rule in numbers: the plain rule's first ones come from the picture, and from where the rate stands."""
        walk, stage = self.story.walks[number], self.stage
        for zone in (self.numbers_zone, self.stead_zone):
            room = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTE_EM - 2 * HEAD_GAP)
            shown = StepNumbers(stage, room, self.story, walk, step)
            if len(lines := shown.lines):
                break
        if zone is self.stead_zone and (placed := self.in_place(number, step)):
            return self.numbers_in_place(placed, number, step)
        if not len(lines):
            return VGroup()
        head = stage.sentence(words.step(step + 1, shown.whose, shown.left_out), em=NOTE_EM)
        head.at_most(zone.width)
        head.put(zone.left, zone.top - NOTE_EM)
        if zone is self.stead_zone and not self.hidden:
            self.hidden = True
            self.play(FadeOut(*self.rule[1], self.rule[3]), run_time=SHORT)
        if number or step or self.rate_seen is None:
            self.play(FadeIn(head, lines), run_time=FADE)
            return VGroup(head, lines)
        place = self.start_numbers([numeral(value) for value in walk.points[0].tolist()])
        self.play(FadeIn(place, head), run_time=FADE)
        for line, seen in zip(lines, place[1].items, strict=False):
            self.play(*line_comes(line, seen, self.rate_seen), run_time=QUICK)
            self.play(FadeIn(VGroup(*line[3:])), run_time=SHORT)
            self.clear(line)
            self.add(line)
        self.play(FadeOut(place), run_time=SHORT)
        return VGroup(head, lines)

    def in_place(self, number: int, step: int) -> list[VGroup]:
        """A step's numbers, a line for each statement, in the statements' places; none where they are not as many, or broken."""
        zone, rows = self.stage.layout.mathematics, self.rule[1]
        high = Zone(zone.left, zone.right, -FAR, FAR)
        walk = self.story.walks[number]
        lines = StepNumbers(self.stage, high, self.story, walk, step, most=1).lines
        if len(lines) != len(rows) or not all(map(is_whole, rows)):
            return []
        made = []
        for line, row in zip(lines, rows, strict=True):
            left, room = float(row.get_left()[0]), self.room_beside(row)
            whole = float(row[2].em / line[2].em)
            line.scale(min(whole, room / float(line.width)))
            if line[2].em < LEAST_EM:
                return []
            line.shift((left - line.get_left()[0], row[2].baseline - line[2].baseline, 0))
            made.append(line)
        return made

    def room_beside(self, row: VGroup) -> float:
        """How wide a line in a row's place may be: to the zone's edge, or to a row that stands beside it."""
        left, right = float(row.get_left()[0]), self.stage.layout.mathematics.right
        for other in self.rule[1]:
            if other.get_left()[0] > row.get_right()[0] and _level(row, other):
                right = min(right, float(other.get_left()[0]) - GAP)
        return right - left

    def numbers_in_place(self, lines: list[VGroup], number: int, step: int) -> VGroup:
        """Statement by statement becomes its numbers, and each result goes where it is used."""
        rows, feet, kin = self.rule[1:4]
        names = self.story.walks[number].run.trace.parameters
        said = words.step(step + 1, names[:1], names[1:])
        head = self.stage.sentence(said, em=NOTE_EM)
        head.at_most(self.stage.layout.mathematics.width)
        gone = [part for part in (feet, kin) if len(part)]
        if gone:
            self.play(*map(FadeOut, gone), run_time=SHORT)
        top = float(feet[0].get_top()[1]) if len(feet) else float(rows.get_bottom()[1])
        head.put(float(rows.get_left()[0]), top - NOTE_EM)
        self.play(FadeIn(head), run_time=SHORT)
        seen: dict[Term, VGroup] = {}
        for row, line in zip(rows, lines, strict=True):
            self.play(FadeOut(row), run_time=BRIEF)
            self.play(*row_comes(line, seen, lines), run_time=LETTERS)
            self.clear(line)
            self.add(line)
            seen[line[4].term] = line[4]
        self.replaced = VGroup(*rows)
        return VGroup(head, *lines)

    def statements_return(self) -> None:
        """The statements in the place of their numbers again."""
        if self.replaced is None:
            return
        parts = [part for part in (self.replaced, self.rule[2], self.rule[3]) if len(part)]
        self.replaced = None
        self.play(*map(FadeIn, parts), run_time=SHORT)

    def steps_of(self, number: int) -> int:
        """How many steps of a walk are shown with numbers and arrows: no second one of the plain rule, and none where a later one is seen in large."""
        if self.summed(number) is not None:
            return 0
        return self.most_steps(number) if number else 1

    def most_steps(self, number: int) -> int:
        """How many may be shown so."""
        kept = kept_of(self.story.walks[number].run.optimizer)
        divides = any(squares for _, squares in kept.values())
        return 1 if divides else STEPS

    def show_step(self, number: int, step: int) -> None:
        """One step: its numbers, what it is made of in the picture, and then the step itself."""
        walk, paths = self.story.walks[number], self.paths
        numbers = self.put_numbers(number, step)
        arrows = None
        if not paths.single:
            parts = step_parts(self.story, walk, step)
            arrows = StepArrows(paths, number, walk.points[step], parts)
            if len(arrows.parts):
                self.play(FadeIn(arrows.parts), run_time=FADE)
            if not self.legs_shown:
                self.legs_turn(arrows)
            if len(arrows.step):
                self.play(FadeIn(arrows.step), run_time=FADE)
        self.paths.show(float(step), [number])
        moving = UpdateFromAlphaFunc(
            paths.each[number], lambda _, part: paths.show(step + part, [number]), rate_func=linear
        )
        self.play(moving, run_time=STEP)
        paths.show(step + 1.0, [number])
        if arrows is not None:
            seen = [arrows.legs] if self.turned else []
            self.play(FadeOut(arrows.parts, arrows.step, *seen), run_time=SHORT)
            self.turned = False
        if len(numbers):
            if self.replaced is not None or self.hidden or step + 1 < self.steps_of(number):
                self.play(FadeOut(numbers), run_time=SHORT)
            else:
                self.numbers = numbers
        self.statements_return()
        if self.hidden and step + 1 == self.steps_of(number):
            self.hidden = False
            self.play(FadeIn(*self.rule[1], self.rule[3]), run_time=SHORT)

    def summed(self, number: int) -> ValleyParts | None:
        """The step of a walk whose parts are seen along and across a valley, where there is one, and room."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW or not words.is_ravine(self.story) or not self.paths.is_equal:
            return None
        return valley_parts(self.story, self.story.walks[number])

    def show_sum(self, number: int, found: ValleyParts) -> None:
        """A step in large: its parts head to tail, and what becomes of them along a valley and across it."""
        whole, notes, walk = self.paths, self.rule[2][:1], self.story.walks[number]
        near = PathsPicture(
            self.stage,
            whole.zone,
            whole.walks,
            whole.looks,
            whole.ground,
            window=window(found, walk.points[found.step]),
            equal=True,
        )
        self.play(FadeOut(notes), run_time=SHORT)
        self.fly(near, [number], found.step)
        made = StepSum(near, number, found)
        clock = clock_of(near, found.step + 1)
        self.play(FadeIn(made.axes, clock), run_time=FADE)
        for part in made.arrows:
            self.play(FadeIn(part), run_time=STEP)
        self.turn()
        zone = self.numbers_zone
        room = Zone(zone.left, zone.right, self.stage.layout.mathematics.bottom, zone.top)
        rows = SumRows(self.stage, room, found, self.looks[number].colour)
        for title, parts in zip(rows.titles[::-1], rows.rows[::-1], strict=True):
            self.play(FadeIn(title), run_time=SHORT)
            for mark, part in zip(made.arrows, parts, strict=True):
                self.bar_comes(mark[0], part)
        self.play(FadeOut(made.whole), run_time=SHORT)
        moving = UpdateFromAlphaFunc(
            near.each[number],
            lambda _, part: near.show(found.step + float(part), [number]),
            rate_func=linear,
        )
        self.play(moving, run_time=STEP)
        self.play(FadeOut(rows.whole, clock), run_time=SHORT)
        self.fly(whole, [number], found.step + 1.0)
        self.play(FadeIn(notes), run_time=SHORT)

    def bar_comes(self, seen: VGroup, part: VGroup) -> None:
        """An arrow on the map is thick for a moment, and its bar grows with its name and number."""
        name, bar, number = part
        shafts = [seen[0], *bar[:1]]
        thick = [
            line.animate(rate_func=there_and_back).set_stroke(width=2 * line.get_stroke_width())
            for line in shafts[:1]
        ]
        self.play(*thick, FadeIn(name, bar, number), run_time=FADE)

    def clear_numbers(self) -> None:
        """The numbers of a step go when the walk goes on."""
        if self.numbers is not None:
            self.play(FadeOut(self.numbers), run_time=SHORT)
        self.numbers = None

    def legs_turn(self, arrows: StepArrows) -> None:
        """Where each parameter is divided by a root of its own: what that makes of a way along the axes."""
        if not len(arrows.legs):
            return
        self.legs_shown = self.turned = True
        self.play(FadeIn(arrows.legs), run_time=SHORT)
        pairs = zip(arrows.legs, arrows.divided, strict=True)
        self.play(*(Transform(leg, other) for leg, other in pairs), run_time=MOVE)


def _level(row: VGroup, other: VGroup) -> bool:
    """Whether two rows stand beside each other."""
    low, high = row.get_bottom()[1], row.get_top()[1]
    return bool(other.get_bottom()[1] < high and other.get_top()[1] > low)
