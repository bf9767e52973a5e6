"""Burnt: captions in the picture, put there when a film is joined, so that another caption draws nothing anew."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from symgd.animations.making.production import Production, settings_of
from symgd.animations.staging.beats import Cue
from symgd.animations.staging.encoder import Encoder, frames_of
from symgd.animations.staging.take import Piece, Shot


def burnt(pieces: Sequence[Piece], cues: Sequence[Cue], production: Production) -> bytes:
    """A clip of a beat's frames with its captions in them."""
    encoder, rate = Encoder(production.pictures), production.pictures.rate
    for pixels in _frames(pieces):
        now = (encoder.frames + 0.5) / rate
        said = next((cue.text for cue in cues if cue.start <= now < cue.end), None)
        encoder.add(pixels if said is None else _with(pixels, _plate(production, said)))
    return encoder.finished()


def _frames(pieces: Sequence[Piece]) -> Iterator[Any]:
    for piece in pieces:
        if isinstance(piece, Shot):
            for frame in frames_of(piece.clip):
                yield frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
        else:
            still = np.asarray(Image.open(io.BytesIO(piece.still)).convert("RGB"))
            yield from [still] * piece.frames


def _with(pixels: Any, plate: tuple[Any, tuple[slice, slice]]) -> Any:
    """A frame with a plate over it."""
    colours, place = plate
    shown = pixels.copy()
    left = 1 - colours[..., 3:] / 255
    shown[place] = (pixels[place] * left + colours[..., :3]).round()
    return shown


@lru_cache(maxsize=64)
def _drawn(text: str, looks: tuple[Any, ...]) -> tuple[Any, tuple[slice, slice]]:
    """A caption alone, its colours multiplied by its opacity, and where it stands."""
    from manim import Camera, tempconfig

    stage, settings = looks
    with tempconfig(dict(settings)):
        camera = Camera(background_color="#000000", background_opacity=0)
        camera.capture_mobjects([stage.caption(text)])
        pixels = np.array(camera.pixel_array)
    rows, columns = np.nonzero(pixels[..., 3])
    place = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    return pixels[place], place


def _plate(production: Production, text: str) -> tuple[Any, tuple[slice, slice]]:
    return _drawn(text, (production.stage, tuple(settings_of(production).items())))
