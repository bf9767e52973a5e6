"""Formats of films: what has been drawn, written as a film, a moving picture, a poster or slides."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from symgd.animations.making.cut import Cut, cut_of
from symgd.animations.making.footage import Footage
from symgd.animations.making.production import Script
from symgd.animations.making.slides import slides
from symgd.animations.staging.beats import subrip, webvtt
from symgd.animations.staging.encoder import join, moving_picture


def write_film(
    script: Script, footage: Footage, files: Sequence[Path], kind: str, title: str
) -> None:
    """Write a film, and its captions where it does not hold them, into these files."""
    film, *beside = files
    cut, stage = cut_of(script, footage), script.production.stage
    if kind == "png":
        film.write_bytes(cut.poster)
    elif kind == "html":
        film.write_text(slides(cut, title, stage), encoding="utf-8")
    elif kind == "gif":
        moving_picture(_whole(cut), film, cut.pictures.rate)
    else:
        cut.write(film)
    for path, write in zip(beside, (webvtt, subrip), strict=False):
        path.write_text(write(cut.cues), encoding="utf-8")


def _whole(cut: Cut) -> bytes:
    whole = io.BytesIO()
    join((clip for part in cut.parts for clip in part.clips), cut.pictures, whole)
    return whole.getvalue()
