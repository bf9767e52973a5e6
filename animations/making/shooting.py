"""Shooting: the beats of one film that are drawn by one process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from symgd.animations.making.film_keys import hold_key
from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Production, Script
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
        production = script.production
        pieces, _ = take.narrated(script.beats[beat], production.stage.pace, production.pictures.rate)  # fmt: skip
        for piece in pieces:
            clip_of(piece, production, footage)
        done(film, beat)

    if not over(0):
        from symgd.animations.staging.projector import Roll

        roll = Roll(wanted, drawn, over, script.production.pictures)
        with script.production.staged(roll) as scene:
            scene.render()


def clip_of(piece: Piece, production: Production, footage: Footage) -> tuple[int, bytes]:
    """The frames of a piece and their number; a still is encoded once for each length."""
    if isinstance(piece, Shot):
        return piece.frames, piece.clip
    key = hold_key(piece.still, piece.frames, production.pictures)
    clip = footage.get(key)
    if clip is None:
        clip = held(piece.still, piece.frames, production.pictures)
        footage.put(key, clip)
    return piece.frames, clip
