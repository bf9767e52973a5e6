"""Shooting: the beats of one film that are drawn by one process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from symgd.animations.making.burnt import burnt
from symgd.animations.making.film_keys import burnt_key, hold_key
from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Production, Script
from symgd.animations.staging.beats import Beat, Cue
from symgd.animations.staging.encoder import held
from symgd.animations.staging.take import Piece, Shot, Take


class Claims:
    """Who draws what: the first process that asks for a beat has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, film: int) -> bool:
        """Whether this process is the first at a film."""
        return self._is_first(self.folder / f"begun-{film}")

    def take(self, film: int, beat: int) -> bool:
        """Whether the beat is this process's own from now on."""
        return self._is_first(self._file(film, beat))

    @staticmethod
    def _is_first(file: Path) -> bool:
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        return True

    def taken(self, film: int, beat: int) -> bool:
        """Whether another process has it, or this one has it already."""
        return self._file(film, beat).exists()

    def _file(self, film: int, beat: int) -> Path:
        return self.folder / f"claimed-{film}-{beat}"


def draw(
    film: int, script: Script, footage: Footage, claims: Claims, done: Callable[[int, int], None]
) -> None:
    """Draw those of the chosen beats that nobody has drawn or claimed."""
    lacking = [n for n in script.chosen if footage.get(script.keys[n]) is None]

    def wanted(beat: int) -> bool:
        return beat in lacking and claims.take(film, beat)

    def over(beat: int) -> bool:
        return all(n < beat or claims.taken(film, n) for n in lacking)

    def drawn(beat: int, take: Take) -> None:
        footage.put(script.keys[beat], take.as_bytes())
        joined(take, script.beats[beat], script.production, footage)
        done(film, beat)

    if not over(0):
        from symgd.animations.staging.projector import Roll

        roll = Roll(wanted, drawn, over, script.production.pictures)
        with script.production.staged(roll) as scene:
            scene.render()


def joined(
    take: Take, beat: Beat, production: Production, footage: Footage
) -> tuple[list[tuple[int, bytes]], list[Cue]]:
    """The clips of a beat, each with its number of frames, and its captions."""
    stage, pictures = production.stage, production.pictures
    pieces, cues = take.narrated(beat, stage.pace, pictures.rate)
    if not stage.burn_captions:
        return [_clip(piece, production, footage) for piece in pieces], cues
    key = burnt_key(pieces, cues, production)
    clip = footage.get(key)
    if clip is None:
        clip = burnt(pieces, cues, production)
        footage.put(key, clip)
    return [(sum(piece.frames for piece in pieces), clip)], cues


def _clip(piece: Piece, production: Production, footage: Footage) -> tuple[int, bytes]:
    """The frames of a piece and their number; a still is encoded once for each length."""
    if isinstance(piece, Shot):
        return piece.frames, piece.clip
    key = hold_key(piece.still, piece.frames, production.pictures)
    clip = footage.get(key)
    if clip is None:
        clip = held(piece.still, piece.frames, production.pictures)
        footage.put(key, clip)
    return piece.frames, clip
