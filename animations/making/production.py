"""Production: one film that is to be drawn, with all that its pictures depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symgd.animations.staging.beats import Beat
from symgd.animations.staging.encoder import Pictures

if TYPE_CHECKING:
    from symgd.animations.staging.lesson import Lesson
    from symgd.animations.staging.projector import Roll
    from symgd.animations.staging.stage import Stage
    from symgd.derivation.gradient import Gradient
    from symgd.optimize.run import Run
    from symgd.problem.problem import Problem


@dataclass(frozen=True)
class Production:
    """One film that is to be drawn; it can be pickled, for another process to draw it.

    Parameters
    ----------
    scene : type of Lesson
    problem, run, gradient : optional
        What the lesson is about.
    stage : Stage
    pictures : Pictures
    given : mapping
        What else the scene takes.
    """

    scene: type[Lesson]
    problem: Problem | None
    run: Run | None
    gradient: Gradient | None
    stage: Stage
    pictures: Pictures
    given: Mapping[str, Any] = field(default_factory=dict)

    @contextmanager
    def staged(self, roll: Roll) -> Iterator[Lesson]:
        """The scene, with its pictures going into `roll`."""
        from manim import tempconfig

        from symgd.animations.staging.projector import Projector

        with tempconfig(settings_of(self)):
            about = {"problem": self.problem, "run": self.run, "stage": self.stage, **self.given}
            gradient = self.gradient
            if gradient is not None:
                about["derive"] = lambda: gradient
            yield self.scene(Projector(roll, self.stage.reduced_motion), **about)


@dataclass(frozen=True)
class Script:
    """A film that is to be drawn, and its beats.

    Parameters
    ----------
    production : Production
    beats : sequence of Beat
    keys : sequence of str
        Where each beat's take is kept.
    chosen : sequence of int
        The beats that are shown, by their numbers from 0.
    """

    production: Production
    beats: Sequence[Beat]
    keys: Sequence[str]
    chosen: Sequence[int]

    @property
    def work(self) -> float:
        """About how many pixels are to be drawn."""
        size = self.production.pictures
        seconds = sum(self.beats[n].least for n in self.chosen) * self.production.stage.pace
        return seconds * size.rate * size.width * size.height


def settings_of(production: Production) -> dict[str, object]:
    """Manim's settings: it writes nothing, and says nothing on the terminal."""
    pictures, layout = production.pictures, production.stage.layout
    return {
        "dry_run": True,
        "pixel_width": pictures.width,
        "pixel_height": pictures.height,
        "frame_rate": pictures.rate,
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
