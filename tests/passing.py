"""Passes over lessons: nothing moves, and nothing is drawn but the last picture of each beat."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from PIL import Image

from symgd.animations.staging.beats import Beat
from symgd.animations.staging.layout import ASPECTS
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.projector import Tracer
from symgd.animations.staging.stage import Stage


class Passing(CairoRenderer):
    """Goes straight to the end of each animation, without the pictures that Manim draws even then."""

    def play(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """As Manim's, where animations are skipped."""
        self.skip_animations, self.static_image = True, None
        scene.compile_animation_data(*animations, **settings)
        self.time += scene.duration
        self.num_plays += 1
        if scene.is_current_animation_frozen_frame():
            return
        scene.begin_animations()
        scene.play_internal(skip_rendering=True)

    def scene_finished(self, scene: Any) -> None:
        """Manim has nothing to write."""

    def picture(self, scene: Any) -> Any:
        """All that is to be seen."""
        self.static_image = None
        self.update_frame(scene)
        return Image.fromarray(np.array(self.get_frame())[..., :3])


class Stepping(Passing):
    """Stops at some moments of each animation, `parts` of its time, and calls `meanwhile` with the scene."""

    parts: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    meanwhile: Callable[[Any, float], None]

    def play(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """As for what goes straight to the end, with stops on the way."""
        self.skip_animations, self.static_image = True, None
        scene.compile_animation_data(*animations, **settings)
        begun = self.time
        self.num_plays += 1
        if not scene.is_current_animation_frozen_frame():
            scene.begin_animations()
            for part in self.parts:
                for animation in scene.animations:
                    animation.interpolate(part)
                self.meanwhile(scene, begun + part * scene.duration)
            scene.play_internal(skip_rendering=True)
        self.time = begun + scene.duration


def passed(
    lesson: type[Lesson],
    seen: Callable[[Any, Beat], None],
    shorter: int = 96,
    meanwhile: Callable[[Any, float], None] | None = None,
    **given: Any,
) -> Lesson:
    """A lesson gone over; `seen` is called with the scene at the end of each beat. `given` are the lesson's arguments.

    `meanwhile` is called with the scene and the time at some moments of each animation.
    """
    layout = ASPECTS[given.setdefault("stage", Stage()).aspect]
    width, height = layout.pixels(shorter)
    with TemporaryDirectory() as folder:
        settings = {
            "media_dir": folder,
            "dry_run": True,
            "pixel_width": width,
            "pixel_height": height,
            "frame_width": layout.width,
            "frame_height": layout.height,
            "frame_rate": 15,
            "verbosity": "CRITICAL",
            "progress_bar": "none",
            "disable_caching": True,
            "notify_outdated_version": False,
        }
        with tempconfig(settings):
            renderer = Passing(camera_class=Tracer)
            if meanwhile is not None:
                renderer = Stepping(camera_class=Tracer)
                renderer.meanwhile = meanwhile
            scene = lesson(
                renderer,
                progress=lambda _done, _of, beat: seen(scene, beat),
                skip_animations=True,
                **given,
            )
            scene.render()
    return scene
