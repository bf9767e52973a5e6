"""Lesson: a Manim scene that is a list of beats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from manim import FadeIn, FadeOut, Mobject, Scene, Wait, config

from symgd.animations.beats import THINKING, Beat, Cue, Progress, reading_time
from symgd.animations.stage import Stage
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.problem.shades import by_shade
from symgd.writing.words import Message

HEADING_EM = 0.42


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
        if run is not None or problem is not None:  # else a subclass may have a run of its own
            self.run = run
        own = None if self.run is None else self.run.problem
        self.problem = problem or own or self.example()
        self._derive = derive
        self.stage = replace(stage or Stage(), parameters=by_shade(self.problem))
        self.camera.background_color = self.stage.palette.ground
        self.progress = progress
        self.cues: list[Cue] = []
        self._beat = Beat("", "")
        self._sentences: list[tuple[str, ...]] = []  # that are still to be said, in parts
        self._parts: list[str] = []  # of this sentence
        self._caption, self._since = "", 0.0
        self._drawn: Mobject | None = None
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
        said = tuple(self.stage.said(sentence) for sentence in sentences)
        hold = max(hold, THINKING) if asks else hold
        return Beat(self.stage.said(name), said, show, seconds, hold, asks)

    def set_heading(self, said: Message) -> None:
        """Say above everything what is seen, in the place of what was said before."""
        zone = self.stage.layout.heading
        heading = self.stage.sentence(said, em=HEADING_EM)
        heading.at_most(zone.width).put(zone.left, zone.bottom + 0.12)
        self.play(*leaving(self.heading), FadeIn(heading), run_time=0.6)
        self.heading = heading

    def construct(self) -> None:
        """Play all beats."""
        beats = list(self.beats())
        for number, beat in enumerate(beats, start=1):
            self.next_section(beat.name)
            self._beat, self._begun, self._sentences = beat, self.time, [*beat.parts]
            self.turn()
            if beat.show is not None:
                beat.show(self)
            self._settle()
            if self.progress is not None:
                self.progress(number, len(beats), beat)

    def play(self, *animations: Any, run_time: float = 1.0, **settings: Any) -> None:
        """As Manim's, with `run_time` in seconds at pace 1."""
        super().play(*animations, run_time=run_time * self.stage.pace, **settings)

    def wait(self, duration: float = 1.0, **settings: Any) -> None:
        """As Manim's, in seconds at pace 1."""
        self.play(Wait(**settings), run_time=duration)

    def turn(self) -> None:
        """Go on to the caption's next sentence, as soon as this one could be read."""
        self._read_out()
        if self._sentences:
            self._parts = [*self._sentences.pop(0)]
            self._next_caption()

    def _settle(self) -> None:
        """Hold the last picture until the beat has lasted long enough and its captions could be read."""
        while self._sentences:
            self.turn()
        self._read_out()
        beat, pace = self._beat, self.stage.pace
        self._hold_until(max(self._begun + beat.least * pace, self.time + beat.hold * pace))
        self._close_caption()

    def _read_out(self) -> None:
        """Show what is left of this sentence, and leave the time to read it."""
        pace = self.stage.pace
        while self._parts:
            self._hold_until(self._since + reading_time(self._caption) * pace)
            self._next_caption()
        self._hold_until(self._since + reading_time(self._caption) * pace)

    def _hold_until(self, moment: float) -> None:
        """Stand still, for a whole number of frames."""
        frames = round((moment - self.time) * config.frame_rate)
        if frames > 0:
            super().play(Wait(frames / config.frame_rate))

    def _next_caption(self) -> None:
        self._close_caption()
        self._caption, self._since = self._parts.pop(0), self.time
        if self.stage.burn_captions:
            self._drawn = self.stage.caption(self._caption)
            self.add(self._drawn)

    def _close_caption(self) -> None:
        """Take the caption away and note when it was seen."""
        if self._caption and self.time > self._since:
            cue = Cue(self._since, self.time, self._caption, self._beat.name)
            self.cues.append(cue)
            self.add_subcaption(cue.text, cue.end - cue.start, cue.start - cue.end)
        if self._drawn is not None:
            self.remove(self._drawn)
        self._caption, self._drawn, self._since = "", None, self.time


def leaving(*mobjects: Mobject | None) -> list[FadeOut]:
    """How those that there are fade out."""
    return [FadeOut(mobject) for mobject in mobjects if mobject is not None]
