"""Whatever a film says or shows in words is a message: it has a language, and scripts/messages knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

import polib
import pytest
from messages import CATALOGUES

from symgd import Problem
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.writing.words import ENGLISH, Words, words_in

pytest.importorskip("manim", reason="films need Manim")

from test_animations import PROBLEMS
from test_animations_descend import at_the_minimum, diverging, lesson_004, several_inputs

from symgd.animations.derive_gradient import DeriveGradient
from symgd.animations.descend import Descend
from symgd.animations.staging import stage
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage

FORMULAS = {"exp", "log", "sin", "cos"}
LABELS = re.compile("volume poured|time|distance|intercept|slope|speed|dist")


class Unplayed:
    """A lesson whose pictures are made and not rendered, with every text that was written into them."""

    def __init__(self, scene: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[str] = []
        self.captions: list[str] = []
        monkeypatch.setattr(stage, "quoted", self.quoted(stage.quoted))
        monkeypatch.setattr(scene, "play", lambda *animations, **settings: None)
        monkeypatch.setattr(scene, "wait", lambda *arguments, **settings: None)
        for beat in scene.beats():
            self.captions += [beat.name, *beat.caption]
            if beat.show is not None:
                beat.show(scene)

    def quoted(self, quote: Callable[[str], str]) -> Callable[[str], str]:
        def noted(text: str) -> str:
            self.shown.append(text)
            return quote(text)

        return noted


def of_descent(run: Run, words: Words) -> Lesson:
    scene: Lesson = Descend(problem=run.problem, run=run, stage=Stage(words=words))
    return scene


def of_derivation(problem: Problem, words: Words) -> Lesson:
    scene: Lesson = DeriveGradient(problem=problem, stage=Stage(words=words))
    return scene


LOUD = replace(ENGLISH, escape=str.upper)
"""A language in which all words of messages are in capitals: what is not was never a message."""

SCENES: dict[str, Callable[[Words], Lesson]] = {
    "lesson 004": lambda words: of_descent(lesson_004(), words),
    "diverging": lambda words: of_descent(diverging(), words),
    "a slice": lambda words: of_descent(several_inputs(), words),
    "at the minimum": lambda words: of_descent(at_the_minimum(), words),
    "a derivation": lambda words: of_derivation(PROBLEMS["other letters"](), words),
}


@pytest.mark.parametrize("name", SCENES)
def test_all_words_are_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    film = Unplayed(SCENES[name](LOUD), monkeypatch)
    assert film.captions
    assert any(text.isupper() for text in film.shown)
    for text in (*film.captions, *film.shown):
        small = set(re.findall(r"[a-z]{3,}", LABELS.sub("", text)))
        assert small <= FORMULAS, text


class Listening(NullTranslations):
    """What a catalogue asks where it has no translation itself."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.asked.add(one)
        return super().ngettext(one, many, number)

    def pgettext(self, context: str, message: str) -> str:
        self.asked.add(message)
        return message


def french() -> tuple[Words, Listening]:
    """French, and what it lacks of that which is said."""
    listening, words = Listening(), words_in("fr")
    own: Any = type(words.catalogue)()
    own.__dict__.update({**vars(words.catalogue), "_fallback": listening})
    return replace(words, catalogue=own), listening


@pytest.mark.parametrize("lesson", ["derive_gradient", "descend"])
def test_the_demo_s_films_are_french_as_far_as_the_catalogue_is(
    lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that nobody has translated yet is in the catalogue all the same, and is let pass."""
    words, listening = french()
    problem = demo_problem(Problem)
    scene = (
        of_descent(demo_run(problem), words)
        if lesson == "descend"
        else of_derivation(problem, words)
    )
    film = Unplayed(scene, monkeypatch)
    (path,) = (path for path in CATALOGUES if path.parent.parent.name == "fr")
    waiting = {entry.msgid for entry in polib.pofile(str(path)) if not entry.translated()}
    assert listening.asked <= waiting
    if not listening.asked:
        said = " ".join((*film.captions, *film.shown))
        assert not re.findall(r"\b(the|with|rule|of|by|steps?|and|is|each|at)\b", said)
        assert "é" in said
