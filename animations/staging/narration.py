"""Narration: when each caption of a beat is seen, and how long the picture holds for it."""

from __future__ import annotations

from collections.abc import Callable

from symgd.animations.staging.beats import Beat, Cue, reading_time


def _unseen(_caption: str) -> None:
    """Captions beside the film are not drawn."""


class Narration:
    """The captions of one beat, part by part: the one clock of films as they are drawn, and of films as they are joined.

    Parameters
    ----------
    beat : Beat
        What is said.
    pace : float
        All times are multiplied by it.
    now : callable
        Answers the moment, in seconds.
    hold : callable
        Lets the picture stand still until a moment, for a whole number of frames.
    seen : callable, optional
        Told what is to be seen from now on; an empty text is nothing.

    Attributes
    ----------
    cues : list of Cue
        The captions that have ended.
    """

    def __init__(
        self,
        beat: Beat,
        pace: float,
        now: Callable[[], float],
        hold: Callable[[float], None],
        seen: Callable[[str], None] = _unseen,
    ) -> None:
        self.beat, self.pace = beat, pace
        self.cues: list[Cue] = []
        self._now, self._hold, self._seen = now, hold, seen
        self._begun = self._since = now()
        self._sentences = [*beat.parts]  # that are still to be said, in parts
        self._parts: list[str] = []  # of this sentence
        self._caption = ""
        self.turn()

    def turn(self) -> None:
        """Go on to the next sentence, as soon as this one could be read."""
        self._read_out()
        if self._sentences:
            self._parts = [*self._sentences.pop(0)]
            self._next()

    def settle(self) -> None:
        """Hold the last picture until the beat has lasted long enough and its captions could be read."""
        while self._sentences:
            self.turn()
        self._read_out()
        beat, pace = self.beat, self.pace
        self._hold(max(self._begun + beat.least * pace, self._now() + beat.hold * pace))
        self._close()

    def _read_out(self) -> None:
        """Show what is left of this sentence, and leave the time to read it."""
        while self._parts:
            self._hold(self._since + reading_time(self._caption) * self.pace)
            self._next()
        self._hold(self._since + reading_time(self._caption) * self.pace)

    def _next(self) -> None:
        self._close()
        self._caption, self._since = self._parts.pop(0), self._now()
        self._seen(self._caption)

    def _close(self) -> None:
        """Take the caption away, and note when it was seen."""
        if self._caption and self._now() > self._since:
            self.cues.append(Cue(self._since, self._now(), self._caption, self.beat.name))
        if self._caption:
            self._seen("")
        self._caption, self._since = "", self._now()
