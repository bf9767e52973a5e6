"""Course: all lessons of one problem, in order, in a folder with a page that plays them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symgd.animations.lessons import LessonEntry, all_lessons, loaded
from symgd.animations.making.course_page import course_page, transcript_page, transcript_text
from symgd.animations.making.crew import make
from symgd.animations.making.cut import Cut, Stretch, cut_of
from symgd.animations.making.footage import Footage, studio, written
from symgd.animations.making.production import Script
from symgd.animations.making.screening import Screening
from symgd.animations.render import Appearance, Quality, expect_few
from symgd.animations.staging.beats import Progress, subrip, webvtt
from symgd.errors import ProblemError, SymgdError
from symgd.files import expect_folder
from symgd.writing.words import Language, Words, words_in

if TYPE_CHECKING:
    from symgd.optimize.run import Run

WHOLE = "course"  # the film of all lessons, one after the other


@dataclass(frozen=True)
class CourseFiles:
    """A course that was made.

    Parameters
    ----------
    page : path
        What plays it.
    films : tuple of path
        A lesson each, in order.
    left_out : tuple of (str, str)
        The lessons that cannot be made of the problem, each with the reason.
    """

    page: Path
    films: tuple[Path, ...]
    left_out: tuple[tuple[str, str], ...]


def course(
    problem: Any,
    run: Run | None = None,
    *,
    output: str | os.PathLike[str],
    quality: str | Quality = "l",
    format: str = "mp4",
    language: Language = None,
    cache: bool = True,
    progress: Progress | None = None,
    processes: int | None = None,
    lessons: Mapping[str, LessonEntry] | None = None,
    **looks: Any,
) -> CourseFiles:
    """Make films of all lessons into a folder, with captions, posters, a transcript and a page that plays them.

    Parameters
    ----------
    problem : Problem or Objective
    run : Run, optional
        A descent of it; lessons that need one are left out without it.
    output : path
        The folder.
    format : {"mp4", "webm"}
    quality, language, cache, progress, processes, lessons, **looks
        As for `render`.

    Raises
    ------
    ProblemError
        Where no lesson can be made of the problem.
    """
    asked = Appearance(language=language, quality=quality, **looks)
    asked.expect_known()
    expect_few(problem)
    folder = Path(output)
    expect_folder(folder)
    with studio(cache) as (footage, place):
        about = {"pictures": asked.pictures(format), "footage": footage}
        entries = all_lessons() if lessons is None else lessons
        scripts: dict[str, tuple[Script, Script]] = {}
        left_out: list[tuple[str, str]] = []
        for entry in entries.values():
            try:
                scripts[entry.name] = _scripts(entry, len(scripts) + 1, problem, run, asked, about)
            except SymgdError as error:
                left_out.append((entry.name, str(error)))
        if not scripts:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out)
            raise ProblemError("no lesson can be made of this", reasons)
        make([each for pair in scripts.values() for each in pair], footage, place, progress, processes)  # fmt: skip
        shown = [
            _screening(number, entries[name], pair, footage)
            for number, (name, pair) in enumerate(scripts.items(), start=1)
        ]
        _write(folder, shown, format, words_in(language))
    films = tuple(folder / each.file(f".{format}") for each in shown)
    return CourseFiles(folder / "index.html", films, tuple(left_out))


def _scripts(
    entry: LessonEntry,
    number: int,
    problem: Any,
    run: Run | None,
    asked: Appearance,
    about: dict[str, Any],
) -> tuple[Script, Script]:
    """The title card and the lesson."""
    scene = loaded(entry)
    from symgd.animations.making.rehearsal import rehearsed
    from symgd.animations.making.title_card import TitleCard

    if entry.needs == "run" and run is None:
        raise ProblemError(f"the lesson {entry.name} is about a descent", "pass a run")
    card = {"number": number, "title": words_in(asked.language).declared(entry.title)}
    lesson = rehearsed(scene, problem, run, problem.derive, stage=asked.stage(), **about)
    return rehearsed(TitleCard, problem, None, stage=asked.stage(), given=card, **about), lesson


def _screening(
    number: int, entry: LessonEntry, scripts: tuple[Script, Script], footage: Footage
) -> Screening:
    card, lesson = (cut_of(script, footage) for script in scripts)
    whole = Cut((*card.parts, *lesson.after(card.length).parts), card.pictures)
    return Screening(f"{number:02}_{entry.name}", card.parts[0].beat.name, whole)


def _joined(shown: list[Screening]) -> Cut:
    """One film of all, in which each lesson is a chapter."""
    start, parts = 0.0, list[Stretch]()
    for each in shown:
        parts += each.cut.after(start).parts
        start += each.cut.length
    return Cut(tuple(parts), shown[0].cut.pictures)


def _write(folder: Path, shown: list[Screening], format: str, words: Words) -> None:
    """All files of the course; they come to their places together."""
    names: dict[str, Any] = {}
    for each in [*shown, Screening(WHOLE, "", _joined(shown))]:
        names[each.file(f".{format}")] = each.cut.write
        names[each.file(".vtt")] = webvtt(each.cut.cues)
        names[each.file(".srt")] = subrip(each.cut.cues)
        names[each.file(".png")] = each.cut.poster
    names["transcript.txt"] = transcript_text(shown)
    names["transcript.html"] = transcript_page(shown, words)
    names["index.html"] = course_page(shown, format, words)
    with written([folder / name for name in names]) as files:
        for file, content in zip(files, names.values(), strict=True):
            if callable(content):
                content(file)
            else:
                file.write_bytes(content.encode() if isinstance(content, str) else content)
