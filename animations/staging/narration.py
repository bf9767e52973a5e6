"""Narration: how long the picture rests after each move of a beat, and when each caption is seen.

Nothing stands still for more than three seconds without a question, and nobody reads more than READING characters a
second. What a beat's moves lack against its captions is therefore spread evenly over the rests after them. A sentence
begins when the move before its turn has ended and the sentence before it could be read: it may be said while the picture
rests, before its own move, or go on during it. Where all rests are as long as they may be and the caption still isn't
read, what came last nods.

Rests are pictures that are repeated when a film is joined. Another caption changes their lengths alone, and nothing is
drawn for it, unless the beat now needs a nod and has none; slower moves would have to be drawn again with every word that
somebody corrects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from symgd.animations.staging.beats import ROUNDING, THINKING, Beat, Cue, frames_in, reading_time

STILL = THINKING  # seconds that nothing moves without a question, at most, at pace 1
STRIDE = 0.2  # seconds by which rests grow, at pace 1, so that most are as long as others


@dataclass(frozen=True)
class Rest:
    """A picture that is held after a move.

    Parameters
    ----------
    moved : int
        Frames of the move before it.
    least : int
        Frames that it lasts at least.
    turns : bool
        Whether the captions may go on to the next sentence with its beginning.
    fresh : bool
        Whether it is another picture than the one that is held before it.
    """

    moved: int
    least: int
    turns: bool
    fresh: bool


def narrated(
    beat: Beat, rests: Sequence[Rest], pace: float, rate: float
) -> tuple[list[int], list[Cue]]:
    """How many frames each rest lasts, of which the last ends the beat, and the captions with their times in the beat."""
    lengths = rested(beat, rests, pace, rate)
    turns, now = list[float](), 0
    for rest, length in zip(rests, lengths, strict=True):
        now += rest.moved
        if rest.turns:
            turns.append(now / rate)
        now += length
    return lengths, cues_of(beat, turns, now / rate, pace)


def longest(beat: Beat, pace: float, rate: float) -> float:
    """How many frames nothing may move at the beat's end."""
    return math.inf if beat.asks else STILL * pace * rate + ROUNDING


def rested(beat: Beat, rests: Sequence[Rest], pace: float, rate: float) -> list[int]:
    """How many frames each rest lasts.

    What is said after a turn is read between it and the end of the beat: so the rests after the last turn grow first, then
    those after the one before it. The last takes what the others may not; for the beat's `seconds` none grows too long.
    """
    lengths = [rest.least for rest in rests]
    lengths[-1] = max(lengths[-1], frames_in(beat.hold * pace, rate))
    turns = [number for number, rest in enumerate(rests) if rest.turns]
    needs = [sum(map(reading_time, parts)) for parts in beat.parts]
    for number in reversed(range(len(turns) + 1)):
        first = turns[number - 1] if number else 0
        need = frames_in(sum(needs[number:]) * pace, rate)
        there = sum(rests[n].moved for n in range(first + (number > 0), len(rests)))
        left = _grow(rests, lengths, range(first, len(rests)), need - there, (pace, rate))
        lengths[-1] += left
    whole = frames_in(beat.seconds * pace, rate) - sum(rest.moved for rest in rests)
    _grow(rests, lengths, range(len(rests)), whole, (pace, rate))
    return lengths


def _grow(
    rests: Sequence[Rest], lengths: list[int], part: range, wanted: int, clock: tuple[float, float]
) -> int:
    """Let the shortest rests grow until all last so many frames together, or may grow no more; what is lacking then."""
    stride, most = (int(seconds * clock[0] * clock[1] + ROUNDING) for seconds in (STRIDE, STILL))
    lacking = wanted - sum(lengths[n] for n in part)
    ends = [n for n in part if n + 1 == len(rests) or rests[n + 1].fresh]
    while lacking > 0:
        held = {n: _held(rests, lengths, n) for n in ends}
        shortest = min(ends, key=lambda n: held[n])
        if held[shortest] >= most:
            return lacking
        grown = min(max(stride, 1), most - int(held[shortest]), lacking)
        lengths[shortest] += grown
        lacking -= grown
    return 0


def _held(rests: Sequence[Rest], lengths: Sequence[int], number: int) -> float:
    """For how many frames a rest's picture is held; what the beat begins with has been held before, nobody knows for how long."""
    first, end = number, number + 1
    while first >= 0 and not rests[first].fresh:
        first -= 1
    if first < 0:
        return float("inf")
    while end < len(rests) and not rests[end].fresh:
        end += 1
    return sum(lengths[first:end])


def cues_of(beat: Beat, turns: Sequence[float], end: float, pace: float) -> list[Cue]:
    """The captions of a beat that turned at these moments: each lasts until it could be read, and until the next turn."""
    sentences = beat.parts
    waited = [0.0, *turns, *[0.0] * len(sentences)]
    starts = [0.0]
    for parts, turned in zip(sentences, waited[1:], strict=False):
        starts.append(max(starts[-1] + sum(map(reading_time, parts)) * pace, turned))
    starts[-1] = end
    return [
        cue
        for parts, (start, stop) in zip(sentences, pairwise(starts), strict=True)
        for cue in _shared(parts, start, stop, beat.name)
    ]


def _shared(parts: Sequence[str], start: float, stop: float, name: str) -> list[Cue]:
    """A sentence's parts, each seen for as long as its share of the letters."""
    cues, whole = list[Cue](), sum(map(len, parts))
    for text in parts:
        seen = (stop - start) * len(text) / whole
        cues.append(Cue(start, start + seen, text, name))
        start, whole, stop = start + seen, whole - len(text), stop
    return cues
