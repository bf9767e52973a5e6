"""LESSONS, the register of all lessons, and those that installed packages add.

Nothing here needs Manim until a lesson is loaded.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from symgd.errors import MissingPackage, ProblemError, SymgdError
from symgd.registry.options import declared
from symgd.registry.registry import Declared, Registry, registry_of

if TYPE_CHECKING:
    from symgd.animations.staging.lesson import Lesson

INSTALL = (
    'pip install "symgd[animations]"; on Debian or Ubuntu first: apt-get install --no-install-recommends '
    "gcc libc6-dev pkg-config python3-dev libpango1.0-dev"
)
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
    """LESSONS, and those that installed packages add: `symgd.animations.lessons.installed`."""
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


def lesson_called(lesson: str, lessons: Mapping[str, LessonEntry] | None = None) -> LessonEntry:
    """The lesson of this name; ProblemError where there is none, or it cannot be loaded."""
    if lessons is None and lesson not in LESSONS:
        found = installed().get(lesson)
        if isinstance(found, str):
            raise ProblemError(found, "install it again, or ask who made it")
        lessons = all_lessons()
    return declared(lesson, LESSONS if lessons is None else lessons, "lesson", ProblemError)


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
