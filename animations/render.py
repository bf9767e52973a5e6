"""LESSONS, and the one function that makes a film of one.

Nothing here needs Manim until a film is asked for.
"""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from symgd.animations.beats import Progress, subrip, webvtt
from symgd.animations.layout import ASPECTS, FrameLayout
from symgd.errors import MissingPackage, OutputError, ProblemError, SymgdError, either
from symgd.files import FILMS, expect_suffix, replacing, workspace
from symgd.registry.options import declared
from symgd.registry.registry import Declared, Registry, registry_of
from symgd.writing.words import Language, words_in

if TYPE_CHECKING:
    from symgd.animations.lesson import Lesson
    from symgd.derivation.gradient import Gradient
    from symgd.optimize.run import Run
    from symgd.problem.problem import Problem

INSTALL = (
    'pip install "symgd[animations]"; on Debian or Ubuntu first: apt-get install --no-install-recommends '
    "gcc libc6-dev pkg-config python3-dev libpango1.0-dev"
)
MOST_PARAMETERS = 3


@dataclass(frozen=True)
class LessonEntry(Declared):
    """One lesson, as it is listed.

    Parameters
    ----------
    name : str
        As in ``render(name)``.
    title : str
        What it shows.
    needs : {"problem", "run"}
        Whether it is about a problem alone, or about a descent with data.
    scene : str
        Module and class, "derive_gradient:DeriveGradient", in this package or with a full module name.
    """

    name: str
    title: str
    needs: Literal["problem", "run"]
    scene: str

    @property
    def summary(self) -> Mapping[str, str]:
        """Its row in a table."""
        return {key: getattr(self, key) for key in ("name", "title", "needs")}

    def load(self) -> type[Lesson]:
        """The scene's class; this needs Manim."""
        module, _, name = self.scene.partition(":")
        full = module if "." in module else f"symgd.animations.{module}"
        scene: type[Lesson] = getattr(importlib.import_module(full), name)
        return scene


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
FORMATS = tuple(suffix[1:] for suffix in FILMS)
THEMES = ("light", "dark")

LESSONS: Registry[LessonEntry] = registry_of(
    (
        LessonEntry(
            "fit_a_line",
            "what a cost means: residuals, their squares, and the mean of these",
            "run",
            "fit_a_line:FitALine",
        ),
        LessonEntry(
            "where_cost_lives",
            "places are parameters, heights are costs: a grid search, the surface, a slice",
            "run",
            "where_cost_lives:WhereCostLives",
        ),
        LessonEntry(
            "slope_tells_direction",
            "which way is down, and how far: a slice of the cost, its tangent, and the minus",
            "run",
            "slope_tells_direction:SlopeTellsDirection",
        ),
        LessonEntry(
            "derive_gradient",
            "how the gradient follows from the cost, one rule at a time",
            "problem",
            "derive_gradient:DeriveGradient",
        ),
        LessonEntry(
            "descend",
            "gradient descent step by step: line, parameters, cost and numbers together",
            "run",
            "descend:Descend",
        ),
    )
)


def available() -> tuple[LessonEntry, ...]:
    """The lessons that there are.

    Examples
    --------
    >>> {lesson.name for lesson in available()} >= {"derive_gradient", "descend"}
    True
    """
    return tuple(LESSONS.values())


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
    language: Language = None,
    aspect: str = "16:9",
    progress: Progress | None = None,
    lessons: Mapping[str, LessonEntry] = LESSONS,
) -> Path:
    """Make a film of a lesson, with its captions beside it: `symgd.Problem.animate` says what the options mean.

    Parameters
    ----------
    lesson : str
        A name in `lessons`.
    problem, run, derive : optional
        As for `symgd.animations.lesson.Lesson`.
    output : path
        The film's file. Film and captions appear whole or not at all.
    quality : {"l", "m", "h", "k"} or Quality
        Width, height and frames a second.
    aspect : {"16:9", "9:16", "1:1"}
        The frame's shape, for which everything is laid out anew.

    Returns
    -------
    Path
        The film.

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
    words = words_in(language)
    if isinstance(quality, str):
        quality = declared(quality, QUALITIES, "quality", OutputError)
    path, kind = film_path(output, format)
    declared(theme, dict.fromkeys(THEMES), "theme", OutputError)
    declared(aspect, ASPECTS, "aspect", OutputError)
    _expect_pace(pace)
    _expect_few(problem if problem is not None else getattr(run, "problem", None))
    _, vtt, srt = with_captions(path)
    with (
        replacing(vtt) as captions,
        replacing(srt) as subtitles,
        replacing(path) as film,
        workspace() as folder,
    ):
        scene_class = _loaded(entry)
        from manim import tempconfig

        with tempconfig(_settings(str(folder), quality.of_shape(aspect), kind, ASPECTS[aspect])):
            from symgd.animations.stage import Stage

            stage = Stage(
                theme=theme, pace=pace, burn_captions=burn_captions, words=words, aspect=aspect
            )
            scene = scene_class(
                problem=problem, run=run, derive=derive, stage=stage, progress=progress
            )
            scene.render()
            made = _made(folder, kind)
        shutil.copyfile(made, film)
        captions.write_text(webvtt(scene.cues), encoding="utf-8")
        subtitles.write_text(subrip(scene.cues), encoding="utf-8")
    return path


def lesson_called(lesson: str, lessons: Mapping[str, LessonEntry] = LESSONS) -> LessonEntry:
    """The lesson of this name; ProblemError where there is none."""
    return declared(lesson, lessons, "lesson", ProblemError)


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


def with_captions(film: Path) -> tuple[Path, Path, Path]:
    """A film's file, and those of its captions beside it."""
    return film, film.with_suffix(".vtt"), film.with_suffix(".srt")


def _expect_pace(pace: float) -> None:
    if not 0.01 <= pace <= 100:
        raise OutputError(f"the pace is {pace}", "expected a number from 0.01 to 100; 1 is usual")


def _expect_few(problem: Problem | None) -> None:
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


def _loaded(entry: LessonEntry) -> type[Lesson]:
    """The lesson's class; what is not installed is said in one line."""
    try:
        return entry.load()
    except (ImportError, OSError) as error:
        module = error.name or "" if isinstance(error, ImportError) else ""
        if isinstance(error, SymgdError) or module.startswith("symgd"):
            raise
        needed = "Manim" if isinstance(error, ImportError) else "a library"
        said = " ".join(str(error).split())
        raise MissingPackage(f"a film needs {needed} ({said})", INSTALL) from error


def _settings(folder: str, size: Quality, kind: str, layout: FrameLayout) -> dict[str, object]:
    """Manim's settings for one film: its own folder, and not a word on the terminal."""
    return {
        "media_dir": folder,
        "format": kind,
        "pixel_width": size.width,
        "pixel_height": size.height,
        "frame_rate": size.frame_rate,
        "frame_width": layout.width,
        "frame_height": layout.height,
        "renderer": "cairo",
        "verbosity": "CRITICAL",
        "progress_bar": "none",
        "disable_caching": True,
        "save_sections": False,
        "preview": False,
        "notify_outdated_version": False,
    }


def _made(folder: Path, kind: str) -> Path:
    made = [path for path in folder.rglob(f"*.{kind}") if "partial_movie_files" not in path.parts]
    if len(made) != 1:
        raise OutputError("Manim made no film", "run it again; if it stays so, please report it")
    return made[0]
