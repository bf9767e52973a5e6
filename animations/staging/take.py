"""Take: what was recorded of one beat, so that a film can be joined anew when its captions have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from symgd.animations.staging.beats import Beat, Cue
from symgd.animations.staging.narration import Rest, longest, narrated


@dataclass(frozen=True)
class Shot:
    """Moving pictures: so many frames, encoded."""

    frames: int
    clip: bytes


@dataclass(frozen=True)
class Pause:
    """A picture that holds as long as the captions need: after a move, where the caption turns, or where the beat ends."""

    still: bytes  # a PNG
    turns: bool
    frames: int = 0  # that it lasts at least


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
    drawn : tuple of (str, str)
        Texts that captions say and the picture shows as well, in the source and in the film's language.
    nod : Shot, optional
        A small move from the last picture back to it, for a caption that is longer than all rests may be.

    Examples
    --------
    >>> take = Take((Shot(2, b"clip"), Pause(b"still", turns=False)))
    >>> Take.of_bytes(take.as_bytes()) == take
    True
    """

    parts: tuple[Shot | Pause, ...]
    drawn: tuple[tuple[str, str], ...] = ()
    nod: Shot | None = None

    @property
    def last(self) -> bytes:
        """The picture with which the beat ends, a PNG."""
        return next(part.still for part in reversed(self.parts) if isinstance(part, Pause))

    def as_bytes(self) -> bytes:
        """A line that says what follows, and the pictures."""
        table = [
            (len(part.clip), part.frames, None) if isinstance(part, Shot) else (len(part.still), part.frames, part.turns)
            for part in self.parts
        ]  # fmt: skip
        nod = None if self.nod is None else self.nod.frames
        head = json.dumps({"parts": table, "drawn": self.drawn, "nod": nod}).encode()
        pictures = [part.clip if isinstance(part, Shot) else part.still for part in self.parts]
        return b"\n".join((head, b"".join([*pictures, self.nod.clip if self.nod else b""])))

    @classmethod
    def of_bytes(cls, written: bytes) -> Take:
        """What `as_bytes` wrote."""
        head, _, pictures = written.partition(b"\n")
        table, parts, at = json.loads(head), list[Shot | Pause](), 0
        for length, frames, turns in table["parts"]:
            picture, at = pictures[at : at + length], at + length
            parts.append(Shot(frames, picture) if turns is None else Pause(picture, turns, frames))
        nod = None if table["nod"] is None else Shot(table["nod"], pictures[at:])
        return cls(tuple(parts), tuple((text, shown) for text, shown in table["drawn"]), nod)

    def narrated(self, beat: Beat, pace: float, rate: float) -> tuple[list[Piece], list[Cue]]:
        """What is shown, and the captions with their times in the beat, at `rate` frames a second."""
        lengths, cues = narrated(beat, self.rests, pace, rate)
        rest = iter(lengths)
        pieces = (
            part if isinstance(part, Shot) else Freeze(part.still, next(rest))
            for part in self.parts
        )
        merged = [*_merged(pieces)]
        most = longest(beat, pace, rate)
        if self.nod is not None and isinstance(last := merged[-1], Freeze):
            merged[-1:] = _nodding(last, self.nod, most)
        return merged, cues

    def is_still(self, beat: Beat, pace: float, rate: float) -> bool:
        """Whether the beat would end with a picture that stands for too long, so that a nod is wanted."""
        whole = [*replace(self, nod=None).narrated(beat, pace, rate)[0]]
        return isinstance(whole[-1], Freeze) and whole[-1].frames > longest(beat, pace, rate)

    @property
    def rests(self) -> list[Rest]:
        """The pauses, and how long the moves between them take."""
        found, moved, still = list[Rest](), 0, b""
        for part in self.parts:
            if isinstance(part, Shot):
                moved += part.frames
                continue
            fresh = moved > 0 or (bool(found) and part.still != still)
            found.append(Rest(moved, part.frames, part.turns, fresh))
            moved, still = 0, part.still
        return found


def _nodding(last: Freeze, nod: Shot, most: float) -> Iterator[Piece]:
    """A rest with as many nods in it as it needs; it takes no longer than without them."""
    nods, left = 0, last.frames
    while left > most * (nods + 1) and left > nod.frames > 0:
        nods, left = nods + 1, left - nod.frames
    for number in range(nods):
        held = left // (nods - number + 1)
        left -= held
        yield Freeze(last.still, held)
        yield nod
    yield Freeze(last.still, left)


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Holds of one picture after the other are one, and those that take no time are none."""
    held: Freeze | None = None
    for piece in pieces:
        if isinstance(piece, Freeze) and not piece.frames:
            continue
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
