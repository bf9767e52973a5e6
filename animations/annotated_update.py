"""The lesson `annotated_update`: what each part of θ − α∇J is called, and one step of it with numbers.

Laws
----
- every number in it is the run's own, and travels from its callout to the place of its symbol
- the point moves when the arithmetic is done, not before
- the ghost is what the same step comes to where each parameter is moved before the next one's slope is taken
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import FadeIn, FadeOut, ReplacementTransform, UpdateFromAlphaFunc, VGroup, VMobject

from symgd.animations.descending import annotated_lines as formulas
from symgd.animations.descending import annotated_words as words
from symgd.animations.descending.annotated_lines import Ghost, LongUpdate, ghost_line
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.callouts import EM, Callout, Callouts, Note, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import PLANE, DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Term
from symgd.writing.words import message

FORMULA_EM = 0.95
MOVE, QUICK, FADE = 1.2, 0.4, 0.6
FLIGHT = 1.0
SMALLER, SHORT = 0.82, 8  # where there are more parameters than a plane has, or longer names
LOW = 4.0  # a zone lower than this has no room for callouts and lines
GAP = 0.3
CROSS, CROSS_ROOM = 0.12, 0.5
NOW, UPHILL, DOWNHILL, RATE, NEXT = range(5)


class AnnotatedUpdate(RunLesson):
    """Lesson 5: the five parts of an update, and the arithmetic of a step."""

    lesson = "annotated_update"
    story: DescentStory
    point: EvenPicture
    callouts: Callouts
    lines: LongUpdate
    arrow: VGroup
    ghosts: VGroup

    def beats(self) -> Iterator[Beat]:
        """The formula, its parts one at a time, the step in numbers, and the mistake to avoid."""
        self.story = story = self.told_plain()
        self.set_stage()
        kind = type(self)
        beat = self.beat
        yield beat(message("the update"), words.question(story), kind.show_formula, asks=True)
        yield beat(message("position now"), words.position(story), kind.show_position)
        yield beat(
            message("the gradient"),
            words.gradient(story, self.leaves),
            kind.show_gradient,
            asks=True,
        )
        yield beat(message("the minus"), words.minus(), kind.show_minus)
        yield beat(message("the learning rate"), words.rate(story), kind.show_rate)
        yield beat(message("next position"), words.following(), kind.show_next)
        yield beat(message("numbers for symbols"), words.numbers(story), kind.show_numbers)
        yield beat(message("the move"), words.move(story), kind.show_move)
        if len(story.names) > 1:
            self.ghost = Ghost.of(story)
            yield beat(message("which value"), words.asked(), kind.show_asked, asks=True)
            yield beat(
                message("one after the other"), words.ghost(story, self.ghost), kind.show_ghost
            )
        if story.singly > 1:
            yield beat(message("and again"), words.again(story), kind.show_again)
        yield beat(message("the answer"), words.ending(), kind.show_ending, hold=2.0)

    # ---------------------------------------------------------------------------------------------
    # What is on the stage

    @property
    def leaves(self) -> bool:
        """Whether the gradient, drawn in its own length, leaves the picture."""
        return self.point.leaves(1.0)

    def set_stage(self) -> None:
        """Everything that the lesson uses, in its zones."""
        stage, story, layout = self.stage, self.story, self.stage.layout
        picture, zone = layout.picture, layout.mathematics
        if (
            zone.height < LOW
        ):  # callouts need height: picture and mathematics stand beside each other
            picture, zone = layout.whole.columns(1.1, 1.0, gap=GAP)
        self.point = EvenPicture(stage, picture, story)
        many = len(story.names) > PLANE or max(map(len, story.names)) > SHORT
        formula = stage.formula(
            formulas.general(story, self.stage.words),
            em=SMALLER * FORMULA_EM if many else FORMULA_EM,
        )
        em = SMALLER * EM
        self.callouts = Callouts(stage, zone, formula, self.notes(), em)
        lower = Zone(zone.left, zone.right, zone.bottom, self.callouts.bottom - GAP)
        self.lines, self.ghosts = LongUpdate(stage, lower, story), VGroup()

    def notes(self) -> list[Note]:
        """The five callouts, in the order in which they are shown."""
        stage, story = self.stage, self.story
        colours = tuple(stage.colours[name] for name in story.names)
        widest = [self.widest(number) for number in (NOW, UPHILL)]
        return [
            Note((formulas.BEFORE,), words.NOW, self.place(0), colours, widest=widest[0]),
            Note(
                (formulas.GRADIENT,),
                words.STEEPEST,
                self.terms(UPHILL, 0),
                above=True,
                widest=widest[1],
            ),
            Note((formulas.MINUS,), words.DOWNHILL, above=True, sign=True),
            Note((formulas.RATE,), words.HOW_MUCH, (numeral(story.rate_at(0)),)),
            Note(
                (formulas.AFTER,),
                words.FOLLOWING,
                self.place(1),
                colours,
                above=True,
                widest=widest[0],
            ),
        ]

    def widest(self, number: int) -> float:
        """How wide the numbers of a callout get, for an em of 1."""
        steps = range(self.story.singly + 1)
        return max(float(PlaceNumbers(self.stage, self.terms(number, k), 1.0).width) for k in steps)

    def terms(self, number: int, step: int) -> tuple[Term, ...]:
        """The numbers of a callout at a step."""
        if number == UPHILL:
            return tuple(numeral(value, SLOPE_DIGITS) for value in self.story.gradient(step))
        return self.place(step)

    def place(self, step: int) -> tuple[Term, ...]:
        """The parameters at a step, as they are shown."""
        return tuple(numeral(float(value)) for value in self.story.parameters[step])

    def callout(self, number: int) -> Callout:
        """One of the five."""
        return self.callouts.callouts[number]

    def call(self, number: int) -> None:
        """The part is marked, and then named."""
        callout = self.callout(number)
        self.play(FadeIn(callout.line), run_time=QUICK)
        self.play(FadeIn(callout.title if number == NEXT else callout.text), run_time=FADE)

    # ---------------------------------------------------------------------------------------------
    # The five parts

    def show_formula(self) -> None:
        """The place among the parameters, and the rule."""
        self.set_heading(words.QUESTION)
        point = self.point
        self.play(FadeIn(point.panel.drawing, point.lines))
        cross = point.cross()
        if len(cross):
            self.play(FadeIn(cross), run_time=FADE)
        self.play(FadeIn(self.callouts.formula))
        if self.story.sliced:
            self.slice = point.slice_note(0)
            self.play(FadeIn(self.slice), run_time=QUICK)

    def show_position(self) -> None:
        """The dot."""
        self.call(NOW)
        self.play(FadeIn(self.point.dot, scale=2.0))
        self.add(self.point.live)

    def show_gradient(self) -> None:
        """The arrow uphill, in its own length; then a question."""
        self.arrow = self.point.gradient(1.0)
        self.play(FadeIn(self.arrow))
        self.call(UPHILL)
        self.turn()
        self.set_heading(words.UPHILL)

    def show_minus(self) -> None:
        """The arrow is turned round; dashed, the straight way to the minimum, which is another."""
        self.turn_arrow(self.point.gradient(-1.0))
        self.call(DOWNHILL)
        self.straight = self.point.straight()
        if len(self.straight):
            self.play(FadeIn(self.straight), run_time=FADE)
        self.set_heading(words.turned(self.story))

    def show_rate(self) -> None:
        """The arrow becomes as long as the step."""
        self.set_heading(words.QUESTION)
        if len(self.straight):
            self.play(FadeOut(self.straight), run_time=QUICK)
        self.call(RATE)
        self.turn_arrow(self.point.arrow(-1.0))

    def turn_arrow(self, new: VGroup) -> None:
        """Another arrow from the same place."""
        if len(self.arrow) and len(new):
            self.play(ReplacementTransform(self.arrow, new), run_time=MOVE)
        else:
            self.play(FadeOut(self.arrow), FadeIn(new), run_time=FADE)
        self.arrow = new

    def show_next(self) -> None:
        """A ring where the step would end."""
        self.ring = self.point.mark(1)
        self.play(FadeIn(self.ring))
        self.call(NEXT)

    # ---------------------------------------------------------------------------------------------
    # The arithmetic

    def show_numbers(self) -> None:
        """In each parameter's line, one symbol after the other gives its place to the number that its callout has."""
        lines, indices = self.lines, range(len(self.story.names))
        stages = [lines.stages(index, 0) for index in indices]
        sources = NOW, RATE, UPHILL
        for index in indices:  # one line after the other: a fraction needs the next one's room
            self.play(FadeIn(lines.tall_heads[index], stages[index][0]), run_time=FADE)
            self.add(lines.tall_heads[index], stages[index][0])
            for number, path in enumerate(formulas.STAGES):
                before, after = stages[index][number : number + 2]
                values = self.values(sources[number])
                source = values.items[index if len(values.items) > 1 else 0]
                self.play(NumberArrives(before, after, path, source), run_time=FLIGHT)
            if index == 0:
                self.turn()
        self.numbers = VGroup(*(several[-1] for several in stages))
        self.results = VGroup(*(lines.result(index, 0) for index in indices))
        for result in self.results:
            self.play(FadeIn(result), run_time=FADE)

    def values(self, number: int) -> PlaceNumbers:
        """The numbers of a callout."""
        values = self.callout(number).values
        assert isinstance(values, PlaceNumbers)
        return values

    def show_move(self) -> None:
        """The dot moves along its arrow, and the next position has its numbers."""
        self.play(FadeOut(self.arrow), run_time=QUICK)
        self.follow(0, 1, MOVE)
        self.play(FadeOut(self.ring), run_time=QUICK)
        self.next_values = self.values_after(1)
        self.play(FadeIn(self.next_values, target_position=self.results), run_time=MOVE)

    def values_after(self, step: int) -> PlaceNumbers:
        """The numbers of the next position, in its callout."""
        return self.callout(NEXT).renewed(self.place(step))

    def follow(self, start: float, end: float, seconds: float) -> None:
        """The dot goes from one time of the descent to another."""
        point = self.point
        moving = UpdateFromAlphaFunc(
            point.live, lambda _, part: point.show(start + (end - start) * part)
        )
        self.play(moving, run_time=seconds)
        point.show(end)

    # ---------------------------------------------------------------------------------------------
    # One after the other

    def show_asked(self) -> None:
        """The first parameter's result is marked."""
        self.set_heading(words.NEW_VALUES)

    def show_ghost(self) -> None:
        """The way of the other method, and its arithmetic, with a cross beside it where it differs."""
        story, lines = self.story, self.lines
        differs = self.ghost.differs(story)
        line = ghost_line(self.stage, story, self.ghost, lines).set_opacity(0.95)
        zone = lines.zone
        line.scale(min(1.0, (zone.width - CROSS_ROOM) / line.width))
        foot = lines.line(len(story.names))
        line.shift(
            (zone.left - line.get_left()[0], max(foot, zone.bottom + 0.1) - line[0].baseline, 0)
        )
        way = self.ghost_way()
        self.play(FadeIn(way))
        self.play(FadeIn(line), run_time=FADE)
        crosses = VGroup()
        self.turn()
        if differs:
            crosses.add(self.struck(line))
            self.play(FadeIn(crosses), run_time=FADE)
        self.turn()
        self.ghosts = VGroup(way, line, crosses)

    def ghost_way(self) -> VGroup:
        """Dashed: along the first parameter, then along the second; a cross where it ends."""
        start, end = self.story.parameters[0], self.ghost.parameters
        corners = [(start[0], start[1]), (end[0], start[1]), (end[0], end[1])]
        panel, ink = self.point.panel, self.stage.palette.ink
        xs, ys = zip(*corners, strict=True)
        path = drawn(stroke(ink, 2.5), panel.segments(xs, ys), dashed=True)
        return VGroup(path, self.cross_at(panel.border(*corners[-1])))

    def cross_at(self, centre: FloatArray) -> VMobject:
        """Two strokes."""
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        pieces = [(centre - corner, centre + corner), (centre - other, centre + other)]
        return drawn(stroke(self.stage.palette.ink, 4), pieces)

    def struck(self, line: VGroup) -> VMobject:
        """A cross beside a line, which can still be read."""
        return self.cross_at(line.get_right() + np.array([CROSS_ROOM - CROSS, 0, 0]))

    def clear_ghosts(self) -> None:
        """What was crossed out leaves."""
        if len(self.ghosts):
            self.play(FadeOut(self.ghosts), run_time=QUICK)
        self.ghosts = VGroup()

    # ---------------------------------------------------------------------------------------------
    # The next step, and the end

    def show_again(self) -> None:
        """The numbers of the next position move to the position now; new slopes, new arithmetic, a new move."""
        self.clear_ghosts()
        self.set_heading(words.QUESTION)
        for step in range(1, self.story.singly):
            quick = MOVE if step == 1 else QUICK
            self.renew(step, quick)
            if step == 1:
                self.turn()
        self.remove(*self.point.live.submobjects)
        self.add(self.point.live)

    def renew(self, step: int, seconds: float) -> None:
        """One step more."""
        now, slopes = self.callout(NOW), self.callout(UPHILL)
        place, slope = now.renewed(self.place(step)), slopes.renewed(self.terms(UPHILL, step))
        self.play(FadeOut(now.values), run_time=seconds / 3)
        self.play(ReplacementTransform(self.next_values, place), run_time=seconds)
        changes = [FadeOut(slopes.values, self.numbers, self.results), FadeIn(slope)]
        now.values, slopes.values = place, slope
        self.play(*changes, run_time=seconds / 2)
        indices = range(len(self.story.names))
        self.numbers = VGroup(*(self.lines.numbers(index, step) for index in indices))
        self.results = VGroup(*(self.lines.result(index, step) for index in indices))
        self.play(FadeIn(self.numbers, self.results), run_time=seconds / 2)
        self.follow(step, step + 1, seconds)
        self.next_values = self.values_after(step + 1)
        self.play(FadeIn(self.next_values), run_time=seconds / 2)

    def show_ending(self) -> None:
        """The first question's answer."""
        self.clear_ghosts()
        self.set_heading(words.ANSWER)
