"""Pace of all lessons: nothing stands still for long without a question, captions can be read, no heading lies over another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from grids import in_turn
from hypothesis import given
from hypothesis import strategies as st

from symgd import Problem
from symgd.animations.lessons import LESSONS
from symgd.animations.staging.beats import READING, Beat
from symgd.animations.staging.narration import STILL, Rest, cues_of, narrated, rested
from symgd.animations.staging.take import Freeze, Pause, Shot, Take
from symgd.optimize.run import Run
from symgd.writing.words import Message, message

pytest.importorskip("manim", reason="films need Manim")

from manim import FadeIn, Square
from readability import texts_of
from rehearsing import RATE, Told, rehearsed, stills

from symgd.animations.staging.lesson import Lesson

NEAR = 1.5 / RATE  # seconds: rests are whole frames
SHORTEST, LONGEST = 45, 125  # seconds of a film


def slow() -> Run:
    """A line through a long column, by another rate than the built-in one."""
    problem = Problem("slope*height + offset", inputs=["height"], target="weight")
    return problem.descend(
        {"height": [1.0, 2.0, 3.0, 4.0], "weight": [2.1, 2.9, 4.2, 4.8]},
        learning_rate=0.04,
        max_iter=6,
    )


def film_of(name: str, case: str) -> list[Told]:
    entry = LESSONS[name]
    if case == "built in":
        return rehearsed(entry.load())
    run = slow()
    about = {"problem": run.problem, **({"run": run} if entry.needs == "run" else {})}
    return rehearsed(entry.load(), **about)


def too_still(film: list[Told]) -> Iterator[str]:
    for still in stills(film):
        if still.seconds > STILL + NEAR and not still.asks:
            yield f"{still.seconds:.1f} s: {', '.join(beat.name for beat in still.beats)}"


def expect_readable(told: Told) -> None:
    """Captions follow each other, as slowly as they are read, and say every word."""
    end = 0.0
    for cue in told.cues:
        assert cue.start == pytest.approx(end)
        assert len(cue.text) <= (READING + 0.1) * (cue.end - cue.start)
        end = cue.end
    assert end == pytest.approx(told.length if told.cues else 0.0)
    assert " ".join(cue.text for cue in told.cues).split() == " ".join(told.beat.caption).split()


@pytest.mark.parametrize(("name", "case"), in_turn([*LESSONS], ["built in", "other"], of=2))
def test_nothing_stands_still_without_a_question_and_captions_can_be_read(
    name: str, case: str
) -> None:
    film = film_of(name, case)
    found = [*too_still(film)]
    assert not found, "\n".join([name, *found])
    assert SHORTEST <= sum(told.length for told in film) <= LONGEST
    for told in film:
        expect_readable(told)


# Any beat


@st.composite
def played(draw: Any) -> tuple[Beat, list[Rest]]:
    """A beat's moves and its captions."""
    letters = st.text("ab ,", max_size=150)
    beat = Beat("beat", tuple(draw(st.lists(letters, max_size=4))), None, 1.0, 0.5)
    frames = st.integers(0, 60)
    rests = [
        Rest(moved, draw(st.sampled_from([0, 0, 0, 20])), draw(st.booleans()), moved > 0)
        for moved in draw(st.lists(frames, max_size=7))
    ]
    return beat, [*rests, Rest(draw(frames), 0, turns=False, fresh=True)]


@given(played(), st.sampled_from([0.1, 1.0, 2.5]), st.sampled_from([5, 15, 60]))
def test_rests_are_no_longer_than_they_must_be(
    film: tuple[Beat, list[Rest]], pace: float, rate: int
) -> None:
    beat, rests = film
    lengths, cues = narrated(beat, rests, pace, rate)
    assert all(length >= rest.least for length, rest in zip(lengths, rests, strict=True))
    whole = (sum(rest.moved for rest in rests) + sum(lengths)) / rate
    assert whole >= sum(len(part) for parts in beat.parts for part in parts) / READING * pace - 1e-6
    ends = [0.0, *(cue.end for cue in cues)]
    for cue, before in zip(cues, ends, strict=False):
        assert cue.start == pytest.approx(before)
        assert (cue.end - cue.start) * READING >= len(cue.text) * pace - 1e-3
    if lengths[-1] > STILL * pace * rate + 1:  # then no other rest may grow
        first = max([n for n, rest in enumerate(rests) if rest.turns], default=0)
        grown = [n for n in range(first, len(rests) - 1) if rests[n + 1].fresh and rests[n].fresh]
        assert all(lengths[n] >= int(STILL * pace * rate) for n in grown)


@given(played())
def test_where_manim_draws_there_is_one_rest(film: tuple[Beat, list[Rest]]) -> None:
    beat, rests = film
    lengths = rested(beat, [replace(rest, fresh=False, least=0) for rest in rests], 1.0, RATE)
    assert not any(lengths[:-1])


def test_a_caption_that_is_longer_than_all_rests_has_nods() -> None:
    take = Take((Shot(15, b"move"), Pause(b"end", turns=False)), nod=Shot(12, b"nod"))
    assert Take.of_bytes(take.as_bytes()) == take
    beat = Beat("beat", "a" * 169, seconds=0.0)
    pieces, cues = take.narrated(beat, 1.0, 15)
    rested = [piece.frames for piece in pieces if isinstance(piece, Freeze)]
    assert len(rested) == 3
    assert max(rested) <= STILL * 15
    asked, same = take.narrated(replace(beat, asks=True), 1.0, 15)
    assert cues == same
    assert asked == [Shot(15, b"move"), Freeze(b"end", sum(rested) + 24)]
    assert replace(take, nod=None).is_still(beat, 1.0, 15)
    assert not take.is_still(Beat("beat", "short"), 1.0, 15)


def test_a_sentence_without_a_turn_follows_as_soon_as_the_one_before_was_read() -> None:
    beat = Beat("beat", ("a" * 33, "b" * 33))
    first, second = cues_of(beat, [], 9.0, 1.0)
    assert (first.end, second.end) == (pytest.approx(33 / READING), 9.0)


# Headings


class Headed(Lesson):
    """One heading after the other, and words in the picture."""

    said: tuple[Message, ...] = (message("the first heading"), message("another heading"))

    def beats(self) -> Iterator[Beat]:
        for said in self.said:
            yield self.beat(said, said, lambda scene, said=said: scene.set_heading(said))
        words = [message("Many words are said while nothing can move, and more of them are.")] * 3
        yield self.beat(message("the end"), words, Headed.end)

    def end(self) -> None:
        self.square = Square()
        self.play(FadeIn(self.square))
        self.watched = [*self.mobjects]


def test_headings_are_never_over_each_other() -> None:
    seen: list[int] = []

    class Watched(Headed):
        def play(self, *animations: Any, **settings: Any) -> None:
            for part in np.linspace(0, 1, 7):
                for each in animations:
                    each._setup_scene(self)
                    each.begin()
                    each.interpolate(part)
                boxes = [text for text in texts_of(self) if text.sides[1] > 3]
                seen.append(len(boxes))
                for each in animations:
                    each.finish()
                    each.clean_up_from_scene(self)
            super().play(*animations, **settings)

    film = rehearsed(Watched)
    assert max(seen) == 1
    assert film[-1].take.nod is not None


def test_a_nod_leaves_everything_as_it_was() -> None:
    found: list[bool] = []

    def seen(scene: Lesson, beat: Beat) -> None:
        if isinstance(scene, Headed) and hasattr(scene, "watched"):
            found.append(scene.mobjects == scene.watched)

    film = rehearsed(Headed, seen)
    nod = film[-1].take.nod
    assert found == [True]
    assert nod is not None
    assert nod.frames > 0
    assert all(still.seconds <= STILL + NEAR for still in stills(film))
