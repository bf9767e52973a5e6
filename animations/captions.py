"""Captions as WebVTT and SubRip files, from the times at which the beats really began and ended."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

from symgd.animations.beats import Cue


def webvtt(cues: Sequence[Cue]) -> str:
    """A WebVTT file, as browsers read it beside a film.

    Examples
    --------
    >>> print(webvtt([Cue(0.0, 2.5, "0 < 1", "begin")]))
    WEBVTT
    <BLANKLINE>
    1
    00:00:00.000 --> 00:00:02.500
    0 &lt; 1
    <BLANKLINE>
    """
    escaped = [replace(cue, text=html.escape(cue.text, quote=False)) for cue in cues]
    return "WEBVTT\n\n" + _blocks(escaped, ".")


def subrip(cues: Sequence[Cue]) -> str:
    """A SubRip (.srt) file, as video players read it.

    Examples
    --------
    >>> print(subrip([Cue(61.25, 3600, "so far")]))
    1
    00:01:01,250 --> 01:00:00,000
    so far
    <BLANKLINE>
    """
    return _blocks(cues, ",")


def _blocks(cues: Sequence[Cue], point: str) -> str:
    return "\n".join(
        f"{number}\n{_time(cue.start, point)} --> {_time(cue.end, point)}\n{cue.text}\n"
        for number, cue in enumerate(cues, start=1)
    )


def _time(seconds: float, point: str) -> str:
    """Hours, minutes, seconds and thousandths."""
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, thousandths = divmod(thousandths, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}{point}{thousandths:03}"
