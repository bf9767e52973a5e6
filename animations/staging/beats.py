"""Beats, which drive film sections, captions, slides and the page; captions in parts, and as WebVTT and SubRip files."""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

LINE = 46  # characters in one line of a caption, at most
LINES = 2  # lines in one caption, at most
THINKING = 3.0  # seconds that a question holds, at pace 1
READING = 16.9  # characters that are read in a second, at pace 1; television asks for fewer than 20
ROUNDING = 1e-6  # frames


@dataclass(frozen=True)
class Beat:
    r"""One thing that happens in a lesson.

    Parameters
    ----------
    name : str
        What a section of the film, a slide or a step of a page is called.
    caption : str or tuple of str
        What is said meanwhile. Several sentences are shown one after the other, as `show` turns them (`Lesson.turn`);
        a long one is shown in parts.
    show : callable, optional
        Takes the `Lesson` and plays what happens; without it nothing moves.
    seconds : float
        How long the beat lasts at least, at pace 1, with what it plays. It lasts longer where the caption takes
        longer to read.
    hold : float
        How long everything stands still at the end, at pace 1.
    asks : bool
        Whether it ends with a question to the viewer: the film holds for three seconds at least, slides wait for a click.

    Examples
    --------
    >>> beat = Beat("arrive", "The gradient is zero: there is nowhere lower to go.", seconds=2.0)
    >>> beat.parts
    (('The gradient is zero:\nthere is nowhere lower to go.',),)
    >>> round(beat.least, 2)
    3.02
    """

    name: str
    caption: str | tuple[str, ...]
    show: Callable[[Any], None] | None = None
    seconds: float = 4.0
    hold: float = 1.0
    asks: bool = False

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """Each sentence of the caption in parts of at most two lines."""
        sentences = (self.caption,) if isinstance(self.caption, str) else self.caption
        return tuple(caption_parts(sentence) for sentence in sentences if sentence.strip())

    @property
    def least(self) -> float:
        """How many seconds the beat lasts at least, at pace 1."""
        return max(self.seconds, sum(reading_time(part) for parts in self.parts for part in parts))


Progress: TypeAlias = Callable[[int, int, Beat], None]
"""Told after each beat: how many are done, of how many, and which one it was."""


@dataclass(frozen=True)
class Cue:
    """A caption and when it is to be seen, in seconds from the beginning of the film."""

    start: float
    end: float
    text: str
    beat: str = ""


def reading_time(text: str) -> float:
    """Seconds in which a caption can be read, at pace 1; a line break is read as a space."""
    return len(text) / READING


def frames_in(seconds: float, rate: float) -> int:
    """Whole frames that last so long at least."""
    return math.ceil(seconds * rate - ROUNDING)


def caption_parts(caption: str) -> tuple[str, ...]:
    """A caption cut into parts of at most two lines, all of about the same length."""
    words = " ".join(part for part in re.split(r"[ \t\n]+", caption) if part)
    lines = textwrap.wrap(words, LINE)
    if len(lines) > LINES:
        cut = _cut(words, 1 / math.ceil(len(lines) / LINES), LINES)
        return (*caption_parts(words[:cut]), *caption_parts(words[cut:]))
    if len(lines) == LINES:
        cut = _cut(words, 1 / LINES, 1)
        return ("\n".join((words[:cut], words[cut:].strip())),)
    return tuple(lines)


def _cut(words: str, share: float, lines: int) -> int:
    """Where the first part ends that takes about a `share`: after a comma or the like, if one stands near."""
    wanted = len(words) * share
    spaces = [match.start() for match in re.finditer(" ", words)]

    def fits(index: int) -> bool:
        first = len(textwrap.wrap(words[:index], LINE))
        return first <= lines and (lines > 1 or len(words) - index - 1 <= LINE)

    def distance(index: int) -> float:
        return abs(index - wanted) - (len(words) / 5 if words[index - 1] in ",;:.–" else 0)

    return min([index for index in spaces if fits(index)] or [LINE * lines], key=distance)


def webvtt(cues: Sequence[Cue]) -> str:
    """A WebVTT file, as browsers read it beside a film."""
    escaped = [replace(cue, text=html.escape(cue.text, quote=False)) for cue in cues]
    return "WEBVTT\n\n" + _blocks(escaped, ".")


def subrip(cues: Sequence[Cue]) -> str:
    """A SubRip (.srt) file, as video players read it."""
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
