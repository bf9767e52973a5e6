"""Rehearsals of whole films: how long each move and each rest takes, without a picture."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import config, tempconfig

from symgd.animations.making.production import Production, settings_of
from symgd.animations.staging.beats import Beat, Cue
from symgd.animations.staging.encoder import Pictures
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.projector import Projector, Roll
from symgd.animations.staging.stage import Stage
from symgd.animations.staging.take import Freeze, Shot, Take

RATE = 15
SIZE = Pictures(128, 72, RATE)


@dataclass(frozen=True)
class Told:
    """A beat with its take."""

    beat: Beat
    take: Take
    pace: float

    @property
    def pieces(self) -> list[Shot | Freeze]:
        """What the film is joined of."""
        return self.take.narrated(self.beat, self.pace, RATE)[0]

    @property
    def cues(self) -> list[Cue]:
        """The captions."""
        return self.take.narrated(self.beat, self.pace, RATE)[1]

    @property
    def length(self) -> float:
        """In seconds."""
        return sum(piece.frames for piece in self.pieces) / RATE


@dataclass(frozen=True)
class Still:
    """For how many seconds nothing moves, and in which beats."""

    seconds: float
    beats: tuple[Beat, ...]

    @property
    def asks(self) -> bool:
        """Whether one of them ends with a question."""
        return any(beat.asks for beat in self.beats)


class _Counted:
    """Counts frames in the place of an encoder."""

    frames = 0

    def finished(self) -> bytes:
        return b""


class _Counting(Roll):
    """Counts frames, and keeps none."""

    _encoder: Any

    def frame(self, pixels: Any, times: int = 1) -> None:
        """So many frames of a move."""
        self._encoder = self._encoder or _Counted()
        self._encoder.frames += times


class _Blind(Projector):
    """Goes straight to the end of each move; a picture is a digest of what is to be seen."""

    def play(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """As the Projector's, without drawing."""
        begun = self.time
        self._pass_over(scene, *animations, **settings)
        self.skip_animations = False
        frames = round((self.time - begun) * config.frame_rate)
        if scene.is_current_animation_frozen_frame():
            self.roll.hold(self.picture(scene), frames)
        else:
            self.roll.frame(None, frames)
        self.num_plays += 1

    def picture(self, scene: Any) -> Any:
        """Other pixels for another picture."""
        seen = hashlib.sha256()
        for part in scene.mobjects:
            for each in part.get_family():
                if len(each.points):
                    seen.update(each.points.tobytes())
                    seen.update(_looks(each))
        return np.frombuffer(seen.digest() * 3, np.uint8).reshape(4, 8, 3)


def _looks(part: Any) -> bytes:
    kinds = ("fill_rgbas", "stroke_rgbas")
    return b"".join(vars(part)[kind].tobytes() for kind in kinds if kind in vars(part))


def rehearsed(
    lesson: type[Lesson],
    seen: Callable[[Lesson, Beat], None] | None = None,
    stage: Stage | None = None,
    **given: Any,
) -> list[Told]:
    """All beats of a lesson; `seen` is called with the scene at the end of each."""
    stage = stage or Stage()
    takes: dict[int, Take] = {}
    beats: list[Beat] = []
    roll = _Counting(lambda _: True, takes.__setitem__, lambda _: False, SIZE)
    production = Production(lesson, None, None, None, stage, SIZE)
    with tempconfig(settings_of(production)):
        scene = lesson(_Blind(roll), stage=stage, **given)

        def done(_number: int, _of: int, beat: Beat) -> None:
            beats.append(beat)
            if seen is not None:
                seen(scene, beat)

        scene.progress = done
        scene.render()
    return [Told(beat, takes[n], stage.pace) for n, beat in enumerate(beats)]


def stills(film: list[Told]) -> list[Still]:
    """All stretches of a film without motion."""
    found: list[Still] = []
    frames, beats, held = 0, list[Beat](), b""
    for told in film:
        for piece in told.pieces:
            still = piece.still if isinstance(piece, Freeze) else b""
            if frames and still != held:
                found.append(Still(frames / RATE, tuple(beats)))
                frames, beats = 0, []
            if isinstance(piece, Freeze):
                frames, beats, held = frames + piece.frames, [*beats, told.beat], still
    if frames:
        found.append(Still(frames / RATE, tuple(beats)))
    return found
