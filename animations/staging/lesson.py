"""Lesson: a Manim scene that is a list of beats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from manim import FadeIn, FadeOut, Mobject, Scene, Wait, config

from symgd.animations.staging.beats import THINKING, Beat, Cue, Progress, frames_in
from symgd.animations.staging.narration import Narration
from symgd.animations.staging.projector import Projector
from symgd.animations.staging.stage import Stage, stood, texts_in
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.problem.shades import by_shade
from symgd.writing.words import Message

HEADING_EM, HEADING_LIFT = 0.42, 0.12


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
        self._narration: Narration | None = None
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
        for sentence in sentences:
            self.spoken.update([sentence] if isinstance(sentence, str) else texts_in(sentence))
        said = tuple(self.stage.said(sentence) for sentence in sentences)
        hold = max(hold, THINKING) if asks else hold
        return Beat(self.stage.said(name), said, show, seconds, hold, asks)

    def set_heading(self, said: Message) -> None:
        """Say above everything what is seen, in the place of what was said before."""
        zone = self.stage.layout.heading
        heading = self.stage.sentence(said, em=HEADING_EM)
        stood(heading, zone, HEADING_LIFT)
        self.play(*leaving(self.heading), FadeIn(heading), run_time=0.6)
        self.heading = heading

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
                self.roll.end(self._narration, [(text, translated(text)) for text in shared])
            if self.progress is not None:
                self.progress(number, len(beats), beat)

    def _tell(self, beat: Beat) -> None:
        """Play what a beat shows, and say what it says."""
        drawn = self.stage.burn_captions
        self._narration = None
        if drawn or self.roll is None:
            begin = partial(Narration, beat, self.stage.pace, lambda: self.time, self._hold_until)
            self._narration = begin(self._draw_caption) if drawn else begin()
        if beat.show is not None:
            beat.show(self)
        if self._narration is not None:
            self._narration.settle()
            self._keep_cues(self._narration)
        if self.roll is not None:
            self.roll.pause(self, turns=False)

    def play(self, *animations: Any, run_time: float = 1.0, **settings: Any) -> None:
        """As Manim's, with `run_time` in seconds at pace 1."""
        super().play(*animations, run_time=run_time * self.stage.pace, **settings)

    def wait(self, duration: float = 1.0, **settings: Any) -> None:
        """As Manim's, in seconds at pace 1."""
        self.play(Wait(**settings), run_time=duration)

    def turn(self) -> None:
        """Go on to the caption's next sentence, as soon as this one could be read."""
        if self._narration is not None:
            self._narration.turn()
        elif self.roll is not None:
            self.roll.pause(self, turns=True)

    def _hold_until(self, moment: float) -> None:
        """Stand still, for a whole number of frames."""
        frames = frames_in(moment - self.time, config.frame_rate)
        if frames > 0:
            super().play(Wait(frames / config.frame_rate))

    def _draw_caption(self, caption: str) -> None:
        """Draw a caption into the picture, in the place of the one before; none where it is empty."""
        if self._drawn is not None:
            self.remove(self._drawn)
        self._drawn = self.stage.caption(caption) if caption else None
        if self._drawn is not None:
            self.add(self._drawn)

    def _keep_cues(self, narration: Narration) -> None:
        for cue in narration.cues:
            self.cues.append(cue)
            self.add_subcaption(cue.text, cue.end - cue.start, cue.start - self.time)


def leaving(*mobjects: Mobject | None) -> list[FadeOut]:
    """How those that there are fade out."""
    return [FadeOut(mobject) for mobject in mobjects if mobject is not None]
