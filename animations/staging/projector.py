"""Projector: Manim's renderer, which passes over beats that are not wanted and hands every frame of the others on."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from manim import Camera, Mobject, VMobject, config
from manim.renderer.cairo_renderer import CairoRenderer
from PIL import Image

from symgd.animations.staging.beats import Beat
from symgd.animations.staging.encoder import Encoder, Pictures
from symgd.animations.staging.take import Pause, Shot, Take

FADE = 0.4  # seconds of a cross-fade in place of a move, at most
KEPT = 4000  # outlines, of which a picture has some hundreds


class Roll:
    """What is recorded of a lesson, beat by beat.

    Parameters
    ----------
    wanted : callable
        Answers whether a beat, by its number from 0, is to be recorded; asked once for each, when it comes.
    done : callable
        Takes a beat's number and its Take.
    over : callable
        Answers whether nothing is wanted from this beat on.
    pictures : Pictures
        How frames are encoded.
    """

    def __init__(
        self,
        wanted: Callable[[int], bool],
        done: Callable[[int, Take], None],
        over: Callable[[int], bool],
        pictures: Pictures,
    ) -> None:
        self.wanted, self.done, self.over, self.pictures = wanted, done, over, pictures
        self.rolling = False
        self._number = 0
        self._parts: list[Shot | Pause] = []
        self._encoder: Encoder | None = None
        self._pixels: Any = None  # of the last pause
        self._nod: Shot | None = None
        self._projector: Projector | None = None

    def begin(self, number: int) -> None:
        """A beat begins."""
        assert self._projector is not None
        self._number, self._parts, self._pixels, self._nod = number, [], None, None
        self.rolling = self._projector.skip_animations = False
        if self.wanted(number):
            self.rolling = True
        self._projector.skip_animations = not self.rolling

    def end(self, drawn: Sequence[tuple[str, str]]) -> None:
        """A beat has ended; `drawn` are texts of captions that are in the picture too, and how they are written."""
        if self.rolling:
            self.done(self._number, Take(tuple(self._parts), tuple(drawn), self._nod))

    def wants_nod(self, beat: Beat, pace: float) -> bool:
        """Whether the beat would end with a picture that stands for too long."""
        take = Take(tuple(self._parts))
        return self.rolling and take.is_still(beat, pace, self.pictures.rate)

    def keep_nod(self) -> None:
        """What was recorded last is a nod."""
        self._nod = Shot(0, b"")
        if self._encoder is not None:
            self._cut()
            shot = self._parts.pop()
            assert isinstance(shot, Shot)
            self._nod = shot

    def frame(self, pixels: Any, times: int = 1) -> None:
        """A frame, so many times."""
        if self._encoder is None:
            self._encoder = Encoder(self.pictures)
        self._encoder.add(pixels, times)

    def pause(self, scene: Any, turns: bool = False) -> None:
        """The picture as it stands may rest here; with its end the captions may turn."""
        if self.rolling and self._projector is not None:
            self.hold(self._projector.picture(scene), 0, turns)

    def hold(self, pixels: Any, frames: int, turns: bool = False) -> None:
        """A picture that stands still, for so many frames at least."""
        self._cut()
        last = self._parts[-1] if self._parts else None
        if isinstance(last, Pause) and np.array_equal(self._pixels, pixels):
            if not last.turns:
                self._parts[-1] = Pause(last.still, turns, last.frames + frames)
            elif frames or not turns:
                self._parts.append(Pause(last.still, turns, frames))
            return
        self._parts.append(Pause(png(pixels), turns, frames))
        self._pixels = np.array(pixels)

    def _cut(self) -> None:
        if self._encoder is not None:
            self._parts.append(Shot(self._encoder.frames, self._encoder.finished()))
            self._encoder = None

    def used_by(self, projector: Projector) -> None:
        """The renderer that hands the frames on."""
        self._projector = projector


class Tracer(Camera):
    """Draws as Manim's camera, pixel for pixel: an outline is traced once, and what is seen through is not painted."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._outlines: dict[bytes, Any] = {}  # by their points; all contexts have one scale

    def display_vectorized(self, vmobject: VMobject, ctx: Any) -> Tracer:
        """Trace and paint a shape."""
        self.set_cairo_context_path(ctx, vmobject)
        if self.get_stroke_rgbas(vmobject, background=True)[:, 3].any():
            self.apply_stroke(ctx, vmobject, background=True)
        if self.get_fill_rgbas(vmobject)[:, 3].any():
            self.apply_fill(ctx, vmobject)
        if self.get_stroke_rgbas(vmobject)[:, 3].any():
            self.apply_stroke(ctx, vmobject)
        return self

    def set_cairo_context_path(self, ctx: Any, vmobject: VMobject) -> Tracer:
        """The shape's outline, which shapes that stand still or only fade have from picture to picture."""
        points = vmobject.points.tobytes()
        ctx.new_path()
        if points in self._outlines:
            ctx.append_path(self._outlines[points])
        else:
            super().set_cairo_context_path(ctx, vmobject)
            if len(self._outlines) >= KEPT:
                self._outlines.clear()
            self._outlines[points] = ctx.copy_path()
        return self


class Projector(CairoRenderer):
    """Renders into a Roll; what is not wanted is passed over without drawing anything.

    Parameters
    ----------
    roll : Roll
    reduced_motion : bool
        Each animation becomes a cross-fade from the picture before it to the one after it.
    """

    def __init__(self, roll: Roll, reduced_motion: bool = False) -> None:
        super().__init__(camera_class=Tracer)
        self.time: float = 0.0
        self.roll, self.reduced_motion = roll, reduced_motion
        roll.used_by(self)

    def play(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """As Manim's, without its files."""
        if not self.roll.rolling:
            self._pass_over(scene, *animations, **settings)
        elif self.reduced_motion:
            self._cross_fade(scene, *animations, **settings)
        else:
            self._draw(scene, *animations, **settings)
        self.num_plays += 1

    def picture(self, scene: Any) -> Any:
        """The whole picture as it stands."""
        self.static_image = None
        self.update_frame(scene)
        return self.get_frame()

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Hand a frame on."""
        if num_frames > 0:
            self.time += num_frames / config.frame_rate
            self.roll.frame(frame, num_frames)

    def add_still(self, frame: Any, num_frames: int) -> None:
        """Hand a picture on that stands still."""
        self.time += num_frames / config.frame_rate
        self.roll.hold(frame, num_frames)

    def scene_finished(self, scene: Any) -> None:
        """Manim has nothing to write."""

    def _draw(self, scene: Any, *animations: Any, **settings: Any) -> None:
        scene.compile_animation_data(*animations, **settings)
        scene.begin_animations()
        if scene.is_current_animation_frozen_frame():
            self.add_still(self.picture(scene), round(scene.duration * config.frame_rate))
            return
        scene.moving_mobjects = wholes(scene.get_moving_mobjects(*scene.animations))
        self.save_static_frame_data(scene, scene.static_mobjects)
        scene.play_internal()

    def _pass_over(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """Go straight to the end of the animations."""
        self.skip_animations, self.static_image = True, None
        scene.compile_animation_data(*animations, **settings)
        scene.begin_animations()
        self.time += scene.duration
        if not scene.is_current_animation_frozen_frame():
            scene.play_internal(skip_rendering=True)

    def _cross_fade(self, scene: Any, *animations: Any, **settings: Any) -> None:
        """The picture before, a fade, and the picture after, for as long as the animations would last."""
        before, time = self.picture(scene), self.time
        self._pass_over(scene, *animations, **settings)
        self.skip_animations = False
        frames = max(round((self.time - time) * config.frame_rate), 1)
        self.time, after = time, self.picture(scene)
        fading = min(frames, round(FADE * config.frame_rate))
        if np.array_equal(before, after):
            self.add_still(after, frames)
            return
        for share in np.arange(1, fading) / max(fading, 1):
            mixed = before * (1 - share) + after * share
            self.add_frame(mixed.astype(np.uint8))
        self.add_frame(after, frames - max(fading - 1, 0))


def wholes(mobjects: Sequence[Mobject]) -> list[Mobject]:
    """Those that are no parts of others: a part that is exchanged would be drawn together with what takes its place."""
    parts = {part for each in mobjects for part in each.get_family()[1:]}
    return [each for each in mobjects if each not in parts]


def png(pixels: Any) -> bytes:
    """A picture as a PNG."""
    written = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(written, "PNG", compress_level=1)
    return written.getvalue()
