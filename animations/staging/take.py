"""Take: what was recorded of one beat, so that a film can be joined anew when its captions have changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from symgd.animations.staging.beats import Beat, Cue, frames_in
from symgd.animations.staging.narration import Narration


@dataclass(frozen=True)
class Shot:
    """Moving pictures: so many frames, encoded."""

    frames: int
    clip: bytes


@dataclass(frozen=True)
class Pause:
    """A picture that holds as long as the captions need: where the caption turns, or where the beat ends."""

    still: bytes  # a PNG
    turns: bool


@dataclass(frozen=True)
class Freeze:
    """A still for so many frames."""

    still: bytes
    frames: int


Piece: TypeAlias = Shot | Freeze
"""What a film is joined of."""


@dataclass(frozen=True)
class Take:
    """All that was recorded of a beat, in order.

    Parameters
    ----------
    parts : tuple of Shot and Pause
    cues : tuple of Cue, optional
        The captions' times, where they are drawn into the shots; else the pauses are as long as the captions ask.
    drawn : tuple of (str, str)
        Texts that captions say and the picture shows as well, in the source and in the film's language.

    Examples
    --------
    >>> take = Take((Shot(2, b"clip"), Pause(b"still", turns=False)))
    >>> Take.of_bytes(take.as_bytes()) == take
    True
    """

    parts: tuple[Shot | Pause, ...]
    cues: tuple[Cue, ...] | None = None
    drawn: tuple[tuple[str, str], ...] = ()

    @property
    def last(self) -> bytes:
        """The picture with which the beat ends, a PNG."""
        return next(part.still for part in reversed(self.parts) if isinstance(part, Pause))

    def as_bytes(self) -> bytes:
        """A line that says what follows, and the pictures."""
        table = [
            (len(part.clip), part.frames, None) if isinstance(part, Shot) else (len(part.still), 0, part.turns)
            for part in self.parts
        ]  # fmt: skip
        cues = None if self.cues is None else [(c.start, c.end, c.text, c.beat) for c in self.cues]
        head = json.dumps({"parts": table, "cues": cues, "drawn": self.drawn}).encode()
        pictures = (part.clip if isinstance(part, Shot) else part.still for part in self.parts)
        return b"\n".join((head, b"".join(pictures)))

    @classmethod
    def of_bytes(cls, written: bytes) -> Take:
        """What `as_bytes` wrote."""
        head, _, pictures = written.partition(b"\n")
        table, parts, at = json.loads(head), list[Shot | Pause](), 0
        for length, frames, turns in table["parts"]:
            picture, at = pictures[at : at + length], at + length
            parts.append(Shot(frames, picture) if turns is None else Pause(picture, turns))
        cues = table["cues"]
        said = None if cues is None else tuple(Cue(*cue) for cue in cues)
        return cls(tuple(parts), said, tuple((text, shown) for text, shown in table["drawn"]))

    def narrated(self, beat: Beat, pace: float, rate: float) -> tuple[list[Piece], list[Cue]]:
        """What is shown, and the captions with their times in the beat, at `rate` frames a second."""
        pieces: list[Piece] = []
        if self.cues is not None:
            return [part for part in self.parts if isinstance(part, Shot)], [*self.cues]
        clock = _Clock(rate, pieces)
        narration = Narration(beat, pace, clock.now, clock.hold)
        for part in self.parts:
            if isinstance(part, Shot):
                pieces.append(part)
                clock.frames += part.frames
                continue
            clock.still = part.still
            if part.turns:
                narration.turn()
            else:
                narration.settle()
        return [*_merged(pieces)], narration.cues


class _Clock:
    """Counts the frames of a beat while it is joined."""

    def __init__(self, rate: float, pieces: list[Piece]) -> None:
        self.rate, self.pieces, self.frames, self.still = rate, pieces, 0, b""

    def now(self) -> float:
        return self.frames / self.rate

    def hold(self, moment: float) -> None:
        frames = frames_in(moment - self.now(), self.rate)
        if frames > 0:
            self.pieces.append(Freeze(self.still, frames))
            self.frames += frames


def _merged(pieces: list[Piece]) -> Iterator[Piece]:
    """Holds of one picture after the other are one."""
    held: Freeze | None = None
    for piece in pieces:
        if isinstance(piece, Freeze) and held is not None and held.still == piece.still:
            held = Freeze(held.still, held.frames + piece.frames)
            continue
        if held is not None:
            yield held
        held = piece if isinstance(piece, Freeze) else None
        if isinstance(piece, Shot):
            yield piece
    if held is not None:
        yield held
