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
from symgd.animations.descending.annotated_ghosts import GhostMoves
from symgd.animations.descending.annotated_lines import Ghost, LongUpdate
from symgd.animations.descending.annotated_moves import (
    DOWNHILL,
    FADE,
    MOVE,
    NEXT,
    NOW,
    QUICK,
    RATE,
    UPHILL,
)
from symgd.animations.descending.lengths import Lengths
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.pictures.callouts import Callouts, Note, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import PLANE
from symgd.writing.words import message

FORMULA_EM = 0.95
FLIGHT = 1.0
SEEN = 0.25  # a step that is shorter in the frame is hardly seen
CLOSE, NEARER = (
    0.45,
    2.0,
)  # a shorter step is gone near to, where that makes it so many times as long
SMALLER, SHORT = 0.82, 8  # where there are more parameters than a plane has, or longer names
LOW = 4.0  # a zone lower than this has no room for callouts and lines
GAP = 0.3
ANSWERED = 3.0  # seconds that an answer is left to be read


class AnnotatedUpdate(GhostMoves):
    """Lesson 5: the five parts of an update, and the arithmetic of a step."""

    lesson = "annotated_update"
    seen: bool  # whether the steps after the first are long enough to be seen in the picture

    def beats(self) -> Iterator[Beat]:
        """The formula, its parts one at a time, the step in numbers, and the mistake to avoid."""
        told = self.told_plain()
        self.story = story = replace(told, plane_steps=told.singly)
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
        yield beat(message("the move"), words.move(story), kind.show_move)
        if len(story.names) > 1:
            self.ghost = Ghost.of(story)
            yield beat(message("which value"), words.asked(), kind.show_asked, asks=True)
            yield beat(
                message("one after the other"), words.ghost(story, self.ghost), kind.show_ghost
            )
        if story.singly > 1:
            said = words.again(story, self.seen, self.closer)
            yield beat(message("and again"), said, kind.show_again)
        yield beat(message("the answer"), words.ending(story), kind.show_ending, hold=2.0)

    # ---------------------------------------------------------------------------------------------
    # What is on the stage

    def _is_seen(self) -> bool:
        """Whether the steps after the first are long enough to be seen in the picture."""
        places = [self.point.panel.position(*self.point.point(k)) for k in (1, 2)]
        return float(np.linalg.norm(places[1] - places[0])) > SEEN

    def _closer(self) -> int:
        """The step before which the picture goes near, since it and those after it are short; 0 where it need not."""
        story, point = self.story, self.point
        if point.curved or story.sliced or story.diverged:
            return 0
        view = point.view
        for step in range(1, story.singly):
            ends = (point.panel.position(*point.point(k)) for k in (step, step + 1))
            length = float(np.linalg.norm(np.subtract(*ends)))
            near = point.near(step, story.singly)
            if view is None or length >= CLOSE or not story.step_norm[step]:
                continue
            wide, tall = (
                (whole.high - whole.low) / (part.high - part.low)
                for whole, part in ((view.x, near.x), (view.y, near.y))
            )
            return step if min(wide, tall) >= NEARER else 0
        return 0

    def set_stage(self) -> None:
        """Everything that the lesson uses, in its zones."""
        stage, story, layout = self.stage, self.story, self.stage.layout
        picture, zone = layout.picture, layout.mathematics
        if (
            zone.height < LOW
        ):  # callouts need height: picture and mathematics stand beside each other
            picture, zone = layout.whole.columns(1.0, 1.3, gap=GAP)
        self.point = EvenPicture(stage, picture, story)
        self.whole, self.made, self.looks = self.point.view, [], {}
        self.seen, self.closer = self._is_seen(), self._closer()
        many = len(story.names) > PLANE or max(map(len, story.names)) > SHORT
        formula = stage.formula(
            formulas.general(story, self.stage.words),
            em=SMALLER * FORMULA_EM if many or layout.upright else FORMULA_EM,
        )
        self.callouts = Callouts(stage, zone, formula, self.notes())
        lower = Zone(zone.left, zone.right, zone.bottom, self.callouts.bottom - GAP)
        self.lines, self.ghosts = LongUpdate(stage, lower, story), VGroup()
        self.lengths = Lengths(stage, lower, story)

    def notes(self) -> list[Note]:
        """The five callouts, in the order in which they are shown."""
        stage, story = self.stage, self.story
        colours = tuple(stage.colours[name] for name in story.names)
        widest = [self.widest(number) for number in (NOW, UPHILL, RATE)]
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
            Note((formulas.RATE,), words.HOW_MUCH, self.terms(RATE, 0), widest=widest[2]),
            Note(
                (formulas.AFTER,),
                words.FOLLOWING,
                self.place(1),
                colours,
                aloft=True,
                widest=widest[0],
            ),
        ]

    def widest(self, number: int) -> float:
        """How wide the numbers of a callout get, for an em of 1."""
        steps = range(self.story.singly + (number != RATE))
        return max(float(PlaceNumbers(self.stage, self.terms(number, k), 1.0).width) for k in steps)

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
        self.cross = cross
        self.play(FadeIn(self.callouts.formula))
        if self.story.sliced:
            self.slice = point.slice_note(0)
            self.play(FadeIn(self.slice), run_time=QUICK)

    def show_position(self) -> None:
        """The dot, its numbers on the axes, and from there in the callout."""
        self.play(FadeIn(self.point.dot, scale=2.0))
        self.add(self.point.live)
        made = self.show_readings(0, {})
        self.call(NOW)
        axes = [0] if self.point.curved else [*self.story.axes]
        sources: dict[int, Mobject] = dict(zip(axes, made.numbers, strict=bool(made.numbers)))
        self.play(*self.arriving(self.values(NOW), sources), run_time=MOVE)
        self.settle(self.values(NOW))

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
        self.set_heading(words.QUESTION)
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
        self.ring = self.point.mark(1)
        self.play(FadeIn(self.ring))
        self.call(NEXT)

    # ---------------------------------------------------------------------------------------------
    # The arithmetic

    def show_numbers(self) -> None:
        """In each parameter's line, one symbol after the other gives its place to the number that its callout has."""
        lines, indices = self.lines, range(len(self.story.names))
        self.play(FadeOut(self.lengths.gradient, self.lengths.step), run_time=QUICK)
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

    def show_move(self) -> None:
        """The dot moves along its arrow, and the next position has its numbers."""
        self.follow(0, 1, MOVE)
        self.play(FadeOut(self.arrow, self.ring), run_time=QUICK)
        self.remove(self.point.live)
        self.add(self.point.live)
        self.show_readings(1, {})
        self.next_values = self.values_after(1)
        self.show_next_values(MOVE)

    # ---------------------------------------------------------------------------------------------
    # One after the other

    def show_asked(self) -> None:
        """The question."""
        self.clear_readings()
        self.set_heading(words.NEW_VALUES)

    def show_ghost(self) -> None:
        """The way of the other method, and its arithmetic, struck out by a bar where it differs; then the one arrow."""
        self.go_to_ghost()
        legs, line = self.ghost_legs(), self.ghost_arithmetic()
        way = VGroup(*legs)
        if legs:
            self.play(Create(legs[0]), run_time=FADE)
        self.play(FadeIn(line), run_time=FADE)
        for leg in legs[1:]:
            self.play(Create(leg), run_time=FADE)
        end = self.ghost_end()
        self.play(FadeIn(end), run_time=QUICK)
        read = VGroup(*self.ghost_numbers())
        if len(read):
            self.play(FadeIn(read), run_time=FADE)
        self.turn()
        bars = VGroup()
        if self.ghost.differs(self.story):
            bars.add(self.struck(line))
            self.play(Create(bars), run_time=FADE)
        self.turn()
        point, bar = end
        differs = self.ghost.differs(self.story)
        differs = differs and self.point.panel.holds(*self.point.place(self.ghost.parameters))
        self.play(FadeOut(way, bar, *([] if differs else [point])), run_time=QUICK)
        arrow = self.point.arrow(-1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.remove(self.point.live)
        self.add(self.point.live)
        self.ghosts = VGroup(arrow, line, bars, read, *([point] if differs else []))
        self.set_heading(words.TOGETHER)

    # ---------------------------------------------------------------------------------------------
    # The next step, and the end

    def show_again(self) -> None:
        """The numbers of the next position move to the position now; new slopes, new arithmetic, a new move."""
        self.clear_ghosts()
        self.clear_readings()
        self.set_heading(words.QUESTION)
        closer = self.closer
        if closer != 1:
            self.go_back()
            first = VGroup(*self.point.arrows(0)[1])
            self.play(FadeIn(first), run_time=QUICK)
            self.made = [first]
        for step in range(1, self.story.singly):
            quick = MOVE if step in (1, closer) else QUICK
            if step == closer:
                if step > 1:
                    self.turn()
                self.go_near(step)
                if step == 1:
                    self.turn()
            self.renew(step, quick)
            if step == 1:
                self.turn()
        self.remove(*self.point.live.submobjects)
        self.add(self.point.live)

    def show_ending(self) -> None:
        """The first question's answer: the parts that say which way, and those that say how far."""
        self.clear_ghosts()
        self.clear_readings()
        self.go_back()
        rest = self.point.still_to_go(self.story.singly)
        if len(rest):
            self.play(Create(rest), run_time=FADE)
        self.set_heading(words.answer(self.story))
        self.stress(DOWNHILL, UPHILL)
        self.stress(RATE)
        self.stress(NOW, NEXT)
