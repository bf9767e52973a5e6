"""LESSONS, and the one function that makes a film of one.

Nothing here needs Manim until a film is asked for.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from symgd.animations.beats import Progress
from symgd.animations.crew import make
from symgd.animations.encoder import Pictures
from symgd.animations.film import Film
from symgd.animations.footage import studio, written
from symgd.animations.layout import ASPECTS
from symgd.errors import MissingPackage, OutputError, ProblemError, SymgdError, either
from symgd.files import FILMS, expect_suffix
from symgd.registry.options import declared
from symgd.registry.registry import Declared, Registry, registry_of
from symgd.writing.words import Language, words_in

if TYPE_CHECKING:
    from symgd.animations.lesson import Lesson
    from symgd.animations.stage import Stage
    from symgd.derivation.gradient import Gradient
    from symgd.optimize.run import Run
    from symgd.problem.problem import Problem

INSTALL = (
    'pip install "symgd[animations]"; on Debian or Ubuntu first: apt-get install --no-install-recommends '
    "gcc libc6-dev pkg-config python3-dev libpango1.0-dev"
)
MOST_PARAMETERS = 3
GROUP = "symgd.lessons"  # of entry points, where packages declare lessons of their own


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
        Whether it is about a descent, or about a problem, of which a run shows the data.
    scene : str
        Module and class, "derive_gradient:DeriveGradient", in this package or another.
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
        ours = f"symgd.animations.{module}"
        full = module if "." in module or importlib.util.find_spec(ours) is None else ours
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
        from symgd.animations.stage import Stage

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
            "annotated_update",
            "what each part of the update is called, and one step of it with numbers",
            "run",
            "annotated_update:AnnotatedUpdate",
        ),
        LessonEntry(
            "descend",
            "gradient descent step by step: line, parameters, cost and numbers together",
            "run",
            "descend:Descend",
        ),
        LessonEntry(
            "learning_rates",
            "four learning rates from the same start: crawling, good, best and too large",
            "run",
            "learning_rates:LearningRates",
        ),
        LessonEntry(
            "batch_mini_stochastic",
            "single rows' arrows and their mean; all rows, some and one at a time on the same clock",
            "run",
            "batch_mini_stochastic:BatchMiniStochastic",
        ),
        LessonEntry(
            "ravine_and_scaling",
            "why columns of different size make a ravine, and what standardising and momentum do",
            "run",
            "ravine_and_scaling:RavineAndScaling",
        ),
        LessonEntry(
            "optimizers",
            "several optimizers on one ravine, from one start, on one clock",
            "run",
            "optimizers:Optimizers",
        ),
        LessonEntry(
            "lost_on_the_mountain",
            "a man in the fog feels the slope under his feet: what each word of the story is",
            "run",
            "lost_on_the_mountain:LostOnTheMountain",
        ),
    )
)


def available() -> tuple[LessonEntry, ...]:
    """The lessons that there are, with those of installed packages.

    Examples
    --------
    >>> {lesson.name for lesson in available()} >= {"derive_gradient", "descend"}
    True
    """
    return tuple(all_lessons().values())


def all_lessons() -> Registry[LessonEntry]:
    """LESSONS, and those that installed packages add: `symgd.animations.installed`."""
    return LESSONS | {
        n: entry for n, entry in installed().items() if isinstance(entry, LessonEntry)
    }


def installed() -> Mapping[str, LessonEntry | str]:
    """The lessons of installed packages, by name; of one that cannot be loaded, why.

    A package declares them in the group "symgd.lessons" of its entry points, each a LessonEntry.
    """
    found: dict[str, LessonEntry | str] = {}
    for point in importlib.metadata.entry_points(group=GROUP):
        of = f" of {point.dist.name}" if point.dist is not None else ""
        try:
            entry = point.load()
        except Exception as error:  # whatever another's module does
            found[point.name] = f"the lesson {point.name}{of} cannot be loaded ({' '.join(str(error).split())})"  # fmt: skip
            continue
        if isinstance(entry, LessonEntry) and entry.name not in LESSONS:
            found[entry.name] = entry
        elif isinstance(entry, LessonEntry):
            found[point.name] = f"{point.name}{of} is the name of a lesson that there is already"
        else:
            found[point.name] = f"{point.name}{of} is no LessonEntry"
    return found


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
        As for `symgd.animations.lesson.Lesson`.
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
        from symgd.animations.film_formats import write_film
        from symgd.animations.rehearsal import rehearsed

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


def lesson_called(lesson: str, lessons: Mapping[str, LessonEntry] | None = None) -> LessonEntry:
    """The lesson of this name; ProblemError where there is none, or it cannot be loaded."""
    if lessons is None and lesson not in LESSONS:
        found = installed().get(lesson)
        if isinstance(found, str):
            raise ProblemError(found, "install it again, or ask who made it")
        lessons = all_lessons()
    return declared(lesson, LESSONS if lessons is None else lessons, "lesson", ProblemError)


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


def loaded(entry: LessonEntry) -> type[Lesson]:
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
