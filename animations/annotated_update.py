"""The lesson `annotated_update`: what each part of θ − α∇J is called, and one step of it with numbers.

Laws
----
- every number in it is the run's own, and travels from its callout to the place of its symbol
- the point moves when the arithmetic is done, not before
- the ghost is what the same step comes to where each parameter is moved before the next one's slope is taken
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from manim import Create, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.descending import annotated_lines as formulas
from symgd.animations.descending import annotated_words as words
from symgd.animations.descending.annotated_lines import Ghost, LongUpdate
from symgd.animations.descending.annotated_moves import (
    DOWNHILL,
    FADE,
    MOVE,
    NEXT,
    NOW,
    PARTS,
    QUICK,
    RATE,
    UPHILL,
)
from symgd.animations.descending.annotated_steps import StepMoves
from symgd.animations.descending.callout_looks import ROOM
from symgd.animations.descending.lengths import Lengths
from symgd.animations.descending.small_fit import SmallFit
from symgd.animations.descending.spoken_parts import SpokenParts
from symgd.animations.descending.step_bars import StepBars
from symgd.animations.descending.update_places import update_places
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.pictures.callouts import COMMA, Callouts, Note, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import PLANE
from symgd.writing.words import message

FORMULA_EM = 0.95
FLIGHT = 1.0
SEEN = 0.25  # a step that is shorter in the frame is hardly seen
SMALLER, SHORT = 0.82, 8  # where there are more parameters than a plane has, or longer names
GAP = 0.3
ANSWERED = 3.0  # seconds that an answer is left to be read


class AnnotatedUpdate(StepMoves):
    """Lesson 5: the five parts of an update, and the arithmetic of a step."""

    lesson = "annotated_update"
    seen: bool  # whether the steps after the first are long enough to be seen in the picture

    def beats(self) -> Iterator[Beat]:
        """The formula, its parts one at a time, the step in numbers, and the mistake to avoid."""
        told = self.told_plain()
        rows = (
            told.last if told.exact is not None else told.steps
        )  # on towards a minimum that is known
        table = told.table[: rows + 1]
        self.story = story = replace(told, table=table, plane_steps=told.singly)
        self.set_stage()
        kind = type(self)
        beat = self.beat
        yield beat(message("the update"), words.question(story), kind.show_formula, asks=True)
        yield beat(message("position now"), words.position(story), kind.show_position)
        yield beat(
            message("the gradient"),
            words.gradient(story, self.point.shrunk),
            kind.show_gradient,
            asks=True,
        )
        yield beat(message("the minus"), words.minus(), kind.show_minus, hold=ANSWERED)
        yield beat(message("the learning rate"), words.rate(story), kind.show_rate)
        yield beat(message("next position"), words.following(), kind.show_next)
        yield beat(message("numbers for symbols"), words.numbers(story), kind.show_numbers)
        if len(story.names) > 1:
            self.ghost = Ghost.of(story)
            yield beat(message("which value"), words.asked(), kind.show_asked, asks=True)
            yield beat(
                message("one after the other"), words.ghost(story, self.ghost), kind.show_ghost
            )
        yield beat(message("the move"), words.move(story), kind.show_move)
        if story.singly > 1:
            said = words.again(story, self.seen, self.closer)
            yield beat(message("and again"), said, kind.show_again)
        yield beat(message("the answer"), words.ending(story), kind.show_ending, hold=2.0)

    # ---------------------------------------------------------------------------------------------
    # What is on the stage

    def set_stage(self) -> None:
        """Everything that the lesson uses, in its zones."""
        stage, story = self.stage, self.story
        data = story.form != "function"
        many = len(story.names) > PLANE
        places = self.places = update_places(stage.layout, data=data, many=many)
        self.point = EvenPicture(stage, places.map, story)
        self.fit = SmallFit(stage, places.fit, story) if data else None
        self.looks, self.lit = {}, dict.fromkeys(PARTS, 1.0)
        self.spoken_parts = SpokenParts(stage.palette)
        self.seen, self.closer = self._is_seen(), self.closer_step()
        many = many or max(map(len, story.names)) > SHORT
        formula = stage.formula(
            formulas.general(story, self.stage.words),
            em=SMALLER * FORMULA_EM if many or stage.layout.upright else FORMULA_EM,
        )
        parts = places.parts
        self.callouts = Callouts(stage, parts, formula, self.notes())
        lower = Zone(parts.left, parts.right, parts.bottom, self.callouts.bottom - GAP)
        zone = places.lines or lower
        self.lines, self.bars = LongUpdate(stage, zone, story), StepBars(stage, zone, story)
        self.ghosts, self.numbers, self.results = VGroup(), VGroup(), VGroup()
        self.lengths = Lengths(stage, zone if places.shares else places.aside, story)

    def _is_seen(self) -> bool:
        """Whether the steps after the first are long enough to be seen in the picture."""
        places = [self.point.panel.position(*self.point.point(k)) for k in (1, 2)]
        return float(np.linalg.norm(places[1] - places[0])) > SEEN

    def notes(self) -> list[Note]:
        """The five callouts, in the order in which they are shown."""
        stage, story = self.stage, self.story
        colours = tuple(stage.colours[name] for name in story.names)
        widest = [self.widest(number) for number in (NOW, UPHILL, RATE)]
        return [
            Note(
                (formulas.BEFORE,),
                words.NOW,
                self.place(0),
                colours,
                widest=widest[0],
                looked=ROOM,
                shade=stage.palette.prediction,
            ),
            Note(
                (formulas.GRADIENT,),
                words.STEEPEST,
                self.terms(UPHILL, 0),
                above=True,
                widest=widest[1],
                looked=ROOM,
            ),
            Note((formulas.MINUS,), words.DOWNHILL, above=True, sign=True, looked=ROOM),
            Note(
                (formulas.RATE,),
                words.HOW_MUCH,
                self.terms(RATE, 0),
                widest=widest[2],
                looked=ROOM,
                boxed=True,
            ),
            Note(
                (formulas.AFTER,),
                words.FOLLOWING,
                self.place(1),
                colours,
                widest=widest[0],
                looked=ROOM,
                shade=stage.palette.prediction,
            ),
        ]

    def widest(self, number: int) -> float:
        """How wide the numbers of a callout get, for an em of 1."""
        steps = range(self.story.singly + (number != RATE))
        return max(
            float(PlaceNumbers(self.stage, self.terms(number, k), 1.0, comma=COMMA).width)
            for k in steps
        )

    # ---------------------------------------------------------------------------------------------
    # The five parts

    def show_formula(self) -> None:
        """The place among the parameters, and the rule."""
        self.set_heading(words.QUESTION)
        point, fit = self.point, self.fit
        data = [] if fit is None else [fit.panel.drawing, fit.points]
        self.play(FadeIn(point.panel.drawing, point.lines, *data))
        cross = point.cross()
        if len(cross):
            self.play(FadeIn(cross), run_time=FADE)
        self.cross = cross
        self.play(FadeIn(self.callouts.formula))
        if self.story.sliced:
            self.slice = point.slice_note(0)
            self.play(FadeIn(self.slice), run_time=QUICK)

    def show_position(self) -> None:
        """The dot, what its model says of the data, its numbers on the axes, and from there in the callout."""
        fit = self.fit
        model = [] if fit is None else [fit.show(0.0).residuals, fit.line, fit.gone]
        self.play(FadeIn(self.point.dot, scale=2.0), *map(FadeIn, model))
        self.add(self.point.live)
        if fit is not None:
            self.remove(*fit.live)
            self.add(fit.live)
        made = self.show_readings(0, {})
        self.speak(NOW)
        self.play(FadeIn(self.callout(NOW).line), run_time=QUICK)
        axes = [0] if self.point.curved else [*self.story.axes]
        sources: dict[int, Mobject] = dict(zip(axes, made.numbers, strict=bool(made.numbers)))
        self.play(*self.arriving(self.values(NOW), sources), run_time=MOVE)
        self.settle(self.values(NOW))
        self.call(NOW)  # the name comes when nothing passes it any more

    def show_gradient(self) -> None:
        """The arrow uphill, in its own length; then a question."""
        self.clear_readings()
        self.arrow = self.point.gradient(1.0)
        self.play(FadeIn(self.arrow))
        if self.point.shrunk > 1:
            self.say_scale(self.point.shrunk)
        self.call(UPHILL)
        self.play(FadeIn(self.lengths.gradient), run_time=FADE)
        self.turn()
        self.set_heading(words.UPHILL)

    def show_minus(self) -> None:
        """The arrow is turned round; dashed, the straight way to the minimum, which is another."""
        if len(self.scale):
            self.play(FadeOut(self.scale), run_time=QUICK / 2)
        self.turn_arrow(self.point.gradient(-1.0))
        if self.point.shrunk > 1:
            self.say_scale(self.point.shrunk)
        self.call(DOWNHILL)
        self.straight = self.point.straight()
        arc, degrees = self.point.angle()
        if len(self.straight):
            self.play(FadeIn(self.straight), run_time=FADE)
        if len(arc):
            said = self.point.angle_said(arc, degrees)
            self.play(Create(arc), run_time=FADE)
            self.play(FadeIn(said), run_time=QUICK)
            self.straight.add(arc, said)
        self.set_heading(words.turned(self.story, self.point.even or self.point.curved))

    def show_rate(self) -> None:
        """The arrow becomes as long as the step."""
        self.set_heading(words.HOW_FAR)
        if len(self.straight):
            self.play(FadeOut(self.straight), run_time=QUICK)
        self.call(RATE)
        self.turn()
        if len(self.scale):
            self.play(FadeOut(self.scale), run_time=QUICK / 2)
        self.change_arrow(self.point.arrow(-1.0))
        if self.point.shrunk > 1:
            self.say_scale(1)
        self.play(FadeIn(self.lengths.step), run_time=FADE)

    def show_next(self) -> None:
        """A ring where the step would end."""
        if len(self.scale):
            self.play(FadeOut(self.scale), run_time=QUICK)
        self.ring = self.rings(1)
        self.play(FadeIn(self.ring))
        self.call(NEXT)
        self.set_heading(words.WHERE)

    # ---------------------------------------------------------------------------------------------
    # The arithmetic

    def show_numbers(self) -> None:
        """In each parameter's line, one symbol after the other gives its place to the number that its callout has."""
        lines, indices = self.lines, range(len(self.story.names))
        if self.places.shares or self.places.aside.bottom > self.places.parts.top:
            self.play(FadeOut(*self.lengths.drawings), run_time=QUICK)
        stages = [lines.stages(index, 0) for index in indices]
        sources = NOW, RATE, UPHILL
        above = list[Mobject]()  # lines that have their numbers
        for index in indices:  # one line after the other: a fraction needs the next one's room
            self.play(FadeIn(lines.tall_heads[index], stages[index][0]), run_time=FADE)
            self.add(lines.tall_heads[index], stages[index][0])
            for number, path in enumerate(formulas.STAGES):
                before, after = stages[index][number : number + 2]
                self.speak(sources[number])
                values = self.values(sources[number])
                source = values.items[index if len(values.items) > 1 else 0]
                written = [*self.written(source), *above]
                self.play(NumberArrives(before, after, path, source, written), run_time=FLIGHT)
            above += [lines.tall_heads[index], *stages[index][-1]]
            if index == 0:
                self.turn()
        self.numbers = VGroup(*(several[-1] for several in stages))
        self.results = VGroup(*(lines.result(index, 0) for index in indices))
        self.speak(NEXT)
        for result in self.results:
            self.play(FadeIn(result), run_time=FADE)

    def show_move(self) -> None:
        """The next position has its numbers; the dot goes there along its arrow, and that is the position now."""
        self.set_heading(words.GOES)
        self.clear_ghosts()
        self.look_from_far()
        self.say_next(1, MOVE)
        self.follow(0, 1, 2 * MOVE)
        self.turn()
        self.arrive(1)
        self.show_readings(1, {})

    # ---------------------------------------------------------------------------------------------
    # One after the other

    def show_asked(self) -> None:
        """The question."""
        self.speak(NOW, NEXT)
        self.set_heading(words.NEW_VALUES)

    def show_ghost(self) -> None:
        """The way of the other method, and its arithmetic, struck out by a bar where it differs; then the one arrow."""
        self.speak(NOW, UPHILL)
        self.go_to_ghost()
        legs, line = self.ghost_legs(), self.ghost_arithmetic()
        if legs:
            self.play(Create(legs[0]), run_time=FADE)
        self.play(FadeIn(line), run_time=FADE)
        for leg in legs[1:]:
            self.play(Create(leg), run_time=FADE)
        end = self.ghost_end()
        self.play(FadeIn(end[0]), run_time=QUICK)
        read = VGroup(*self.ghost_numbers())
        if len(read):
            self.play(FadeIn(read), run_time=FADE)
        self.ghosts.add(*legs, line, end, read)
        self.turn()
        if self.ghost.differs(self.story):
            self.ghosts.add(self.struck(line))
            self.play(Create(self.ghosts[-1]), FadeIn(*end[1:]), run_time=FADE)
            self.turn()
        self.play(FadeOut(*legs), run_time=QUICK)
        self.ghosts.remove(*legs)
        arrow = self.near.arrow(-1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.ghosts.add(arrow)
        self.remove(self.near.live)
        self.add(self.near.live)
        self.set_heading(words.TOGETHER)
        self.speak()

    # ---------------------------------------------------------------------------------------------
    # The next step, and the end

    def show_again(self) -> None:
        """The same formula from the new place: once with its numbers, and then step after step."""
        self.clear_readings()
        self.set_heading(words.AGAIN)
        self.look_closer(1)
        self.renew(1, MOVE)
        self.turn()
        self.show_bars()
        for step in range(2, self.story.singly):
            self.look_closer(step)
            self.go_on(step)
        self.remove(*self.point.live.submobjects)
        self.add(self.point.live)

    def look_closer(self, step: int) -> None:
        """Near to the steps from here on, where they are short."""
        if step != self.closer:
            return
        if step > 1:
            self.turn()
        self.look_close(self.near_steps(step))
        if step == 1:
            self.turn()

    def show_ending(self) -> None:
        """The first question's answer: the parts that say which way, and those that say how far."""
        self.clear_readings()
        rest = self.point.still_to_go(self.story.singly)
        if len(rest):
            self.play(Create(rest), run_time=FADE)
            if not len(self.point.panel.footnote):
                said = self.point.panel.foot(words.STILL_TO_GO, stays=False)
                self.play(FadeIn(said), run_time=QUICK)
        self.set_heading(words.answer(self.story))
        self.stress(DOWNHILL, UPHILL)
        self.stress(RATE)
        self.speak()
