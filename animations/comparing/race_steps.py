"""RaceSteps: single steps of a rule, in numbers beside it and in arrows on the map, and one of them in large."""

from __future__ import annotations

import numpy as np
from manim import (
    FadeIn,
    FadeOut,
    Restore,
    Transform,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_rules import (
    FADE,
    GAP,
    HEAD_GAP,
    LOW,
    MOVE,
    NOTE_EM,
    QUICK,
    SHORT,
    STEP,
    STEPS,
    RaceRules,
)
from symgd.animations.comparing.step_arrows import StepArrows
from symgd.animations.comparing.step_numbers import StepNumbers, line_comes
from symgd.animations.comparing.step_parts import step_parts
from symgd.animations.comparing.step_sum import StepSum
from symgd.animations.comparing.valley_parts import ValleyParts, valley_parts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Zone

SMALLER, LEAST = (
    0.6,
    0.6,
)  # of its size, a rule is while a step's numbers stand beside it, and these at least


class RaceSteps(RaceRules):
    """Steps of a walk, one by one."""

    moved: VGroup | None = None  # the statements, while they are smaller

    def put_numbers(self, number: int, step: int) -> VGroup:
        """A step of a rule in numbers: the plain rule's first ones come from the picture, and from where the rate stands."""
        walk, stage = self.story.walks[number], self.stage
        for zone in (self.numbers_zone, self.stead_zone):
            room = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTE_EM - 2 * HEAD_GAP)
            shown = StepNumbers(stage, room, self.story, walk, step)
            if len(lines := shown.lines):
                break
        if zone is self.stead_zone and len(small := self.beside_rule(number, step)):
            return self.numbers_beside(small)
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

    def beside_rule(self, number: int, step: int) -> VGroup:
        """A step's numbers, each line beside its statement, which is smaller then; nothing where there is no room."""
        whole, rows = self.stage.layout.mathematics, self.rule[1]
        zone = self.stead_zone
        room = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTE_EM - 2 * HEAD_GAP)
        lines = StepNumbers(self.stage, room, self.story, self.story.walks[number], step).lines
        if whole.height < LOW or len(lines) != len(rows) or not len(lines):
            return VGroup()
        left = whole.left + SMALLER * max(float(row.width) for row in rows) + GAP
        size = min(1.0, (whole.right - left) / max(float(line.width) for line in lines))
        if size < LEAST:
            return VGroup()
        for line, row in zip(lines, rows, strict=True):
            line.scale(size)
            middle = np.array([left + line.width / 2, row.get_center()[1], 0.0])
            line.move_to(middle)
        return lines

    def numbers_beside(self, lines: VGroup) -> VGroup:
        """The statements grow smaller, and line by line the numbers come."""
        _, rows, _, kin = self.rule
        self.moved = rows
        rows.save_state()
        smaller = (
            row.animate.scale(
                SMALLER, about_point=np.array([row.get_left()[0], row.get_center()[1], 0])
            )
            for row in rows
        )
        self.play(*smaller, *([FadeOut(kin)] if len(kin) else []), run_time=QUICK)
        for line in lines:
            self.play(FadeIn(line), run_time=STEP)
        return lines

    def steps_of(self, number: int) -> int:
        """How many steps of a walk are shown with numbers and arrows: no second one of the plain rule, or where a later one is seen in large."""
        one = not number or self.summed(number) is not None
        return 1 if one else self.most_steps(number)

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
            self.play(FadeOut(arrows.parts, arrows.step, arrows.legs), run_time=SHORT)
        if len(numbers):
            if self.moved is not None or self.hidden or step + 1 < self.steps_of(number):
                self.play(FadeOut(numbers), run_time=SHORT)
            else:
                self.numbers = numbers
        if self.moved is not None:
            kin = [FadeIn(self.rule[3])] if len(self.rule[3]) else []
            self.play(Restore(self.moved), *kin, run_time=QUICK)
            self.moved = None
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
        """A step in large: its parts head to tail, and what becomes of them across and along the valley."""
        zone, notes = self.numbers_zone, self.rule[2][:1]
        zone = Zone(zone.left, zone.right, self.stage.layout.mathematics.bottom, zone.top)
        head = self.stage.sentence(words.clock(found.step + 1), em=NOTE_EM)
        head.put(zone.left, zone.top - NOTE_EM)
        room = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTE_EM - HEAD_GAP)
        made = StepSum(self.paths, room, number, found)
        self.play(FadeIn(made.window), FadeOut(notes), run_time=SHORT)
        self.play(
            TransformFromCopy(made.window, made.frame), FadeIn(head, made.axes), run_time=MOVE
        )
        for part in made.arrows:
            self.play(FadeIn(part), run_time=QUICK)
        for row in made.rows:
            self.play(FadeIn(row[:2]), run_time=FADE)
            flights = (
                TransformFromCopy(a[0], b) for a, b in zip(made.arrows, row[2:], strict=True)
            )
            self.play(*flights, run_time=MOVE)
        self.wait(QUICK)
        self.play(FadeOut(made.whole, head), FadeIn(notes), run_time=SHORT)

    def clear_numbers(self) -> None:
        """The numbers of a step go when the walk goes on."""
        if self.numbers is not None:
            self.play(FadeOut(self.numbers), run_time=SHORT)
        self.numbers = None

    def legs_turn(self, arrows: StepArrows) -> None:
        """Where each parameter is divided by a root of its own: what that makes of a way along the axes."""
        if not len(arrows.legs):
            return
        self.play(FadeIn(arrows.legs), run_time=SHORT)
        pairs = zip(arrows.legs, arrows.divided, strict=True)
        self.play(*(Transform(leg, other) for leg, other in pairs), run_time=MOVE)
