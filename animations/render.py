"""Quality and looks of a film, and the one function that makes a film of a lesson.

Nothing here needs Manim until a film is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from symgd.animations.lessons import LessonEntry, lesson_called, loaded
from symgd.animations.making.crew import make
from symgd.animations.making.film import Film
from symgd.animations.making.footage import studio, written
from symgd.animations.staging.beats import Progress
from symgd.animations.staging.encoder import Pictures
from symgd.animations.staging.layout import ASPECTS
from symgd.errors import OutputError, ProblemError, either
from symgd.files import FILMS, expect_suffix
from symgd.registry.options import declared
from symgd.writing.words import Language, words_in

if TYPE_CHECKING:
    from symgd.animations.staging.stage import Stage
    from symgd.derivation.gradient import Gradient
    from symgd.optimize.run import Run
    from symgd.problem.problem import Problem

MOST_PARAMETERS = 3


@dataclass(frozen=True)
class Quality:
    """Width and height in pixels, and frames a second."""

    width: int
    height: int
    frame_rate: int

    def of_shape(self, aspect: str) -> Quality:
        """The same with a frame of another shape, whose shorter side has as many pixels."""
        if aspect == "16:9":
            return self
        return Quality(*ASPECTS[aspect].pixels(min(self.width, self.height)), self.frame_rate)


QUALITIES: Mapping[str, Quality] = MappingProxyType(
    {
        "l": Quality(854, 480, 15),
        "m": Quality(1280, 720, 30),
        "h": Quality(1920, 1080, 60),
        "k": Quality(3840, 2160, 60),
    }
)


@dataclass(frozen=True)
class Appearance:
    """How a film is to look, as it was asked for."""

    theme: str = "light"
    pace: float = 1.0
    burn_captions: bool = False
    reduced_motion: bool = False
    language: Language = None
    aspect: str = "16:9"
    quality: str | Quality = "l"

    def expect_known(self) -> None:
        """Refuse what there is not, before anything is loaded."""
        words_in(self.language)
        if isinstance(self.quality, str):
            declared(self.quality, QUALITIES, "quality", OutputError)
        declared(self.theme, dict.fromkeys(THEMES), "theme", OutputError)
        declared(self.aspect, ASPECTS, "aspect", OutputError)
        if not 0.01 <= self.pace <= 100:
            remedy = "expected a number from 0.01 to 100; 1 is usual"
            raise OutputError(f"the pace is {self.pace}", remedy)

    def stage(self) -> Stage:
        """The scene's; this needs Manim."""
        from symgd.animations.staging.stage import Stage

        return Stage(
            theme=self.theme,
            pace=self.pace,
            burn_captions=self.burn_captions,
            words=words_in(self.language),
            aspect=self.aspect,
            reduced_motion=self.reduced_motion,
        )

    def pictures(self, kind: str) -> Pictures:
        """How a film of a format is drawn; slides are played by browsers, of which all know WebM."""
        size = QUALITIES[self.quality] if isinstance(self.quality, str) else self.quality
        size = size.of_shape(self.aspect)
        drawn = "webm" if kind in ("webm", "html") else "mp4"
        return Pictures(size.width, size.height, size.frame_rate, drawn)


FORMATS = tuple(suffix[1:] for suffix in FILMS)
THEMES = ("light", "dark")


def render(
    lesson: str,
    problem: Problem | None = None,
    run: Run | None = None,
    *,
    derive: Callable[[], Gradient] | None = None,
    output: str | os.PathLike[str],
    quality: str | Quality = "l",
    format: str | None = None,
    pace: float = 1.0,
    theme: str = "light",
    burn_captions: bool = False,
    reduced_motion: bool = False,
    language: Language = None,
    aspect: str = "16:9",
    section: str | Sequence[str] | None = None,
    progress: Progress | None = None,
    lessons: Mapping[str, LessonEntry] | None = None,
    cache: bool = True,
    processes: int | None = None,
) -> Film:
    """Make a film of a lesson, with its captions beside it: `symgd.Problem.animate` says what the options mean.

    Parameters
    ----------
    lesson : str
        A name in `lessons`.
    problem, run, derive : optional
        As for `symgd.animations.staging.lesson.Lesson`.
    output : path
        The film's file. Film and captions appear whole or not at all.
    quality : {"l", "m", "h", "k"} or Quality
        Width, height and frames a second.
    format : {"mp4", "gif", "webm", "png", "html"}, optional
        Without it, as the output's suffix says.
    reduced_motion : bool
        Nothing moves: what would is cross-faded.
    aspect : {"16:9", "9:16", "1:1"}
        The frame's shape, for which everything is laid out anew.
    section : str or sequence of str, optional
        The names of the beats that are shown, and no others.
    lessons : mapping, optional
        Without it, all that there are.
    cache : bool
        Whether what was drawn before is taken, and what is drawn now is kept.
    processes : int, optional
        Without it, one for each core.

    Returns
    -------
    Film
        The film's path, which plays in a notebook.

    Raises
    ------
    ProblemError
        When there is no such lesson, or the problem has more parameters than there are colours.
    OutputError
        When the file cannot be written, or its format is unknown.
    LanguageError
        When there is no such language.
    MissingPackage
        When Manim, Typst or a library of the system is not installed.
    """
    entry = lesson_called(lesson, lessons)
    path, kind = film_path(output, format)
    expect_few(problem if problem is not None else getattr(run, "problem", None))
    looks = Appearance(theme, pace, burn_captions, reduced_motion, language, aspect, quality)
    looks.expect_known()
    with written(with_captions(path)) as files, studio(cache) as (footage, folder):
        scene = loaded(entry)
        from symgd.animations.making.film_formats import write_film
        from symgd.animations.making.rehearsal import rehearsed

        script = rehearsed(
            scene,
            problem,
            run,
            derive,
            stage=looks.stage(),
            pictures=looks.pictures(kind),
            footage=footage,
            sections=[section] if isinstance(section, str) else section,
            last=kind == "png",
        )
        make([script], footage, folder, progress, processes)
        write_film(
            script, footage, files, kind, script.production.stage.words.declared(entry.title)
        )
    return Film(path)


def film_path(output: str | os.PathLike[str], format: str | None = None) -> tuple[Path, str]:
    """Where a film goes, and its format: as asked for, or as the suffix says.

    Raises
    ------
    OutputError
        For a format that no film has, or a suffix that says another.

    Examples
    --------
    >>> film_path("lesson.gif")[1], film_path("lesson")[0].name
    ('gif', 'lesson.mp4')
    """
    output = Path(output)
    suffix = expect_suffix(output, FILMS)[1:] if output.suffix else ""
    kind = format or suffix or FORMATS[0]
    if kind not in FORMATS:
        remedy = f"expected one of {', '.join(FORMATS)}"
        raise OutputError(f'a film cannot be written as "{kind}"', remedy)
    if not suffix:
        return output.with_name(f"{output.name}.{kind}"), kind
    if suffix != kind:
        raise OutputError(f"{output} does not end in .{kind}", "change the name or the format")
    return output, kind


def with_captions(film: Path) -> tuple[Path, ...]:
    """A film's file, and those of its captions beside it, where it does not hold them or has none."""
    if film.suffix.lower() in (".png", ".html"):
        return (film,)
    return film, film.with_suffix(".vtt"), film.with_suffix(".srt")


def expect_few(problem: Problem | None) -> None:
    if problem is not None and len(problem.targets) > 1:
        raise ProblemError(
            f"the model has {len(problem.targets)} scores", "a film shows one: leave the others out"
        )
    if problem is not None and len(problem.parameters) > MOST_PARAMETERS:
        what, others = "model", f"fix the others, or name them in {either('inputs', '--x')}"
        if not problem.has_examples:
            what, others = "function", "put numbers in the places of the others"
        raise ProblemError(
            f"the {what} has {len(problem.parameters)} parameters: {', '.join(problem.parameters)}",
            f"a film shows {MOST_PARAMETERS} at most: {others}",
        )
