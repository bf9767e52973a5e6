"""Cut: a film whose beats have been drawn, joined in memory: its clips, captions, chapters and last pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Script
from symgd.animations.making.shooting import joined
from symgd.animations.staging.beats import Beat, Cue
from symgd.animations.staging.encoder import Pictures, join
from symgd.animations.staging.take import Take
from symgd.errors import OutputError


@dataclass(frozen=True)
class Stretch:
    """One beat of a film.

    Parameters
    ----------
    beat : Beat
    start, end : float
        In seconds from the film's beginning.
    clips : list of (int, bytes)
        Its frames.
    cues : tuple of Cue
        With times in the film.
    last : bytes
        Its last picture, a PNG.
    """

    beat: Beat
    start: float
    end: float
    clips: list[tuple[int, bytes]]
    cues: tuple[Cue, ...]
    last: bytes

    def film(self, pictures: Pictures) -> bytes:
        """The part as a film of its own."""
        written = io.BytesIO()
        join(self.clips, pictures, written)
        return written.getvalue()


@dataclass(frozen=True)
class Cut:
    """A whole film."""

    parts: tuple[Stretch, ...]
    pictures: Pictures

    @property
    def cues(self) -> tuple[Cue, ...]:
        """All captions."""
        return tuple(cue for part in self.parts for cue in part.cues)

    @property
    def chapters(self) -> tuple[tuple[float, float, str], ...]:
        """Where each beat begins and ends, and its name."""
        return tuple((part.start, part.end, part.beat.name) for part in self.parts)

    @property
    def length(self) -> float:
        """In seconds."""
        return self.parts[-1].end if self.parts else 0.0

    @property
    def poster(self) -> bytes:
        """The last picture, a PNG."""
        return self.parts[-1].last

    def after(self, seconds: float) -> Cut:
        """The same film, later."""
        moved = [
            replace(part, start=part.start + seconds, end=part.end + seconds, cues=_later(part.cues, seconds))
            for part in self.parts
        ]  # fmt: skip
        return replace(self, parts=tuple(moved))

    def write(self, film: Path) -> None:
        """Write the film."""
        clips = (clip for part in self.parts for clip in part.clips)
        join(clips, self.pictures, film, self.chapters)


def cut_of(script: Script, footage: Footage) -> Cut:
    """What has been drawn, joined with the captions as they stand."""
    production, parts, start = script.production, list[Stretch](), 0.0
    rate = production.pictures.rate
    for number in script.chosen:
        written, beat = footage.get(script.keys[number]), script.beats[number]
        if written is None:
            cause = f"what was drawn cannot be kept in {footage.folder}"
            raise OutputError(cause, "make room there, or name another folder in XDG_CACHE_HOME")
        take = Take.of_bytes(written)
        clips, cues = joined(take, beat, production, footage)
        end = start + sum(frames for frames, _ in clips) / rate
        parts.append(Stretch(beat, start, end, clips, _later(cues, start), take.last))
        start = end
    return Cut(tuple(parts), production.pictures)


def _later(cues: Sequence[Cue], seconds: float) -> tuple[Cue, ...]:
    return tuple(replace(c, start=c.start + seconds, end=c.end + seconds) for c in cues)
