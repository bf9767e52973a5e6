"""Lesson: a Manim scene that is a list of beats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise, product
from typing import Any, Self

from manim import FadeIn, FadeOut, Mobject, Scene, Wait, config, there_and_back

from symgd.animations.formulas.text_flight import in_turn, unbroken
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.beats import THINKING, Beat, Cue, Progress
from symgd.animations.staging.layout import Zone
from symgd.animations.staging.narration import Rest, cues_of, rested
from symgd.animations.staging.projector import Projector
from symgd.animations.staging.stage import Stage, stood, texts_in
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.problem.shades import by_shade
from symgd.writing.words import Message

HEADING_EM, HEADING_LIFT = 0.42, 0.12
TWO_LINES, EVEN = 2.0, 0.58  # ems that two lines are high; the part of the whole that each has
BELOW = 0.25  # ems that letters reach below a line
SMALLER = (1.0, 0.92, 0.84)  # sizes of two lines, where the largest has no room
LEAVING, COMING = 0.3, 0.4  # of one heading after the other
NOD, NODDING, GROWTH = (
    0.8,
    1.06,
    0.4,
)  # seconds, at pace 1, the scale, and how much wider words get at most
BRIEF = 0.5  # seconds, at pace 1: after what is shorter, nothing rests


class Lesson(Scene):
    """A scene that plays its `beats`, and keeps the captions' times.

    A lesson overrides `beats`, which answers them in order. What a beat shows is a method that uses `play` and `wait` as
    in Manim; all times are at pace 1, and the stage's pace is applied here.

    Parameters
    ----------
    problem : Problem, optional
        What the lesson is about; without it, the lesson's own example.
    run : Run, optional
        A descent of that problem, for lessons that need one.
    derive : callable, optional
        Answers the problem's gradient, where somebody has it already.
    stage : Stage, optional
        Without it: light, pace 1, captions beside the film.
    progress : callable, optional
        Called as ``progress(done, total, beat)`` after each beat.

    Attributes
    ----------
    run : Run or None
        A subclass may have one of its own, which is shown where neither problem nor run is given.
    cues : list of Cue
        The captions with the times at which they began and ended, once rendered.
    """

    run: Run | None = None
    mobjects: list[Any]

    def __init__(
        self,
        renderer: Any = None,
        *,
        problem: Problem | None = None,
        run: Run | None = None,
        derive: Callable[[], Gradient] | None = None,
        stage: Stage | None = None,
        progress: Progress | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(renderer, **settings)
        self.roll = renderer.roll if isinstance(renderer, Projector) else None
        if run is not None or problem is not None:  # else a subclass may have a run of its own
            self.run = run
        own = None if self.run is None else self.run.problem
        self.problem = problem or own or self.example()
        self._derive = derive
        self.stage = replace(stage or Stage(), parameters=by_shade(self.problem))
        self.camera.background_color = self.stage.palette.ground
        self.progress = progress
        self.cues: list[Cue] = []
        self.spoken: set[str] = set()  # what captions say, as it stands in the source
        self._turns: list[float] = []  # when the captions of this beat turn
        self._latest: list[Mobject] = []  # what came last
        self.heading: Mobject | None = None

    @cached_property
    def gradient(self) -> Gradient:
        """The derivation of the problem's gradient."""
        return gradient_of(self.problem) if self._derive is None else self._derive()

    def example(self) -> Problem:
        """The problem that the lesson is about when none is given: the straight line."""
        return Problem("m*x + b")

    def beats(self) -> Iterable[Beat]:
        """What happens, in order."""
        raise NotImplementedError  # abstract: each lesson has its own

    def beat(
        self,
        name: Message | str,
        caption: Message | Sequence[Message | str],
        show: Callable[[Any], None] | None = None,
        *,
        seconds: float = 4.0,
        hold: float = 1.0,
        asks: bool = False,
    ) -> Beat:
        """A Beat in the film's language."""
        sentences = (caption,) if isinstance(caption, Message) else caption
        for sentence in sentences:
            self.spoken.update([sentence] if isinstance(sentence, str) else texts_in(sentence))
        said = tuple(self.stage.said(sentence) for sentence in sentences)
        hold = max(hold, THINKING) if asks else hold
        return Beat(self.stage.said(name), said, show, seconds, hold, asks)

    @property
    def heading_zone(self) -> Zone:
        """Where headings stand."""
        return self.stage.layout.heading

    def set_heading(self, said: Message) -> None:
        """Say above everything what is seen, in the place of what was said before."""
        heading = stood(self._headed(said), self.heading_zone, HEADING_LIFT)
        if self.heading is not None:  # two texts are never over each other
            self.play(FadeOut(self.heading), run_time=LEAVING)
        if self.time:
            self.play(FadeIn(heading), run_time=COMING)
        else:  # a film's first picture is not empty
            self.add(heading)
            self._latest = heading.get_family()
        self.heading = heading

    def _headed(self, said: Message) -> Typeset:
        """A heading in one line, or in two where it would be smaller in one."""
        zone = self.heading_zone
        heading = self.stage.sentence(said, em=HEADING_EM)
        for part in SMALLER:
            em = part * zone.height / TWO_LINES
            wide = heading.width * em / HEADING_EM
            if wide <= zone.width:  # in one line it is as large
                return heading
            # two lines of about one length, if that can be, and broken in no formula
            for whole, width in product((True, False), (EVEN * wide, zone.width)):
                width = min(width, zone.width)
                lines = self.stage.sentence(said, em=em, width=width, whole=whole)
                if lines.height <= zone.height + em * BELOW and lines.width <= zone.width:
                    return lines
        return heading

    def construct(self) -> None:
        """Play all beats; what is recorded ends with the last beat that is wanted."""
        beats = list(self.beats())
        for number, beat in enumerate(beats, start=1):
            if self.roll is not None and self.roll.over(number - 1):
                return
            self.next_section(beat.name)
            if self.roll is not None:
                self.roll.begin(number - 1)
            self._tell(beat)
            if self.roll is not None:
                shared = sorted(self.spoken & self.stage.drawn)
                translated = self.stage.words.declared
                self.roll.end([(text, translated(text)) for text in shared])
            if self.progress is not None:
                self.progress(number, len(beats), beat)

    def _tell(self, beat: Beat) -> None:
        """Play what a beat shows, and say what it says."""
        begun, self._turns = self.time, []
        if beat.show is not None:
            beat.show(self)
        if self.roll is not None:
            self.roll.pause(self)
            if self.roll.wants_nod(beat, self.stage.pace):
                self._nod()
                self.roll.keep_nod()
        else:
            self._narrate(beat, begun)

    def _nod(self) -> None:
        """The words that came last, or the heading, grow a little and are as they were."""
        mobjects, there = [*self.mobjects], {*self.get_mobject_family_members()}
        words = [
            each
            for each in self._latest
            if isinstance(each, Typeset) and len(each) and each in there
        ]
        heading = [] if self.heading is None else [self.heading]
        moved = [
            each.animate(rate_func=there_and_back).scale(min(1 + GROWTH / each.width, NODDING))
            for each in words or heading
        ]
        if moved and not self.stage.reduced_motion:
            super().play(*moved, run_time=NOD * self.stage.pace)
        self.mobjects = mobjects

    def play(self, *animations: Any, run_time: float = 1.0, **settings: Any) -> None:
        """As Manim's, with `run_time` in seconds at pace 1; texts are not bent into others, nor seen through each other."""
        in_turn(animations)
        ground = self.stage.palette.ground
        animations = tuple(unbroken(each, ground) for each in animations)
        super().play(*animations, run_time=run_time * self.stage.pace, **settings)
        came = [each.mobject for each in animations if isinstance(each, FadeIn)]
        if came:
            self._latest = [part for each in came for part in each.get_family()]
        if self.roll is not None and run_time >= BRIEF:
            self.roll.pause(self)

    def remove(self, *mobjects: Mobject) -> Self:
        """As Manim's; of a group that isn't in the scene itself, what of it is there goes too."""
        for name in ("mobjects", "foreground_mobjects"):
            self.restructure_mobjects(mobjects, name, extract_families=True)
        return self

    def wait(self, duration: float = 1.0, **settings: Any) -> None:
        """As Manim's, in seconds at pace 1."""
        self.play(Wait(**settings), run_time=duration)

    def turn(self) -> None:
        """Go on to the caption's next sentence, as soon as this one could be read."""
        self._turns.append(self.time)
        if self.roll is not None:
            self.roll.pause(self, turns=True)

    def _narrate(self, beat: Beat, begun: float) -> None:
        """Where Manim itself draws, there is one rest, at the beat's end."""
        rate, pace = config.frame_rate, self.stage.pace
        moments = [round((moment - begun) * rate) for moment in (begun, *self._turns, self.time)]
        parts = [b - a for a, b in pairwise(moments)]
        last = len(parts) - 1
        rests = [Rest(moved, 0, turns=n < last, fresh=False) for n, moved in enumerate(parts)]
        frames = rested(beat, rests, pace, rate)[-1]
        if frames > 0:
            super().play(Wait(frames / rate))
        turns = [moment - begun for moment in self._turns]
        for cue in cues_of(beat, turns, self.time - begun, pace):
            self.cues.append(replace(cue, start=begun + cue.start, end=begun + cue.end))
            self.add_subcaption(cue.text, cue.end - cue.start, begun + cue.start - self.time)


def leaving(*mobjects: Mobject | None) -> list[FadeOut]:
    """How those that there are fade out."""
    return [FadeOut(mobject) for mobject in mobjects if mobject is not None]
