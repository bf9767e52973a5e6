"""fly: another part of the parameters' plane is looked at, and what is seen of it moves there as one."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Scene, UpdateFromAlphaFunc, VGroup

from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.stories.views import View

QUICK = 0.4


def fly(scene: Scene, point: ParameterPicture, view: View, seconds: float) -> None:
    """From the view that is seen to another: scales and costs leave, the plane moves, new ones come."""
    start = point.view
    assert start is not None
    levels = VGroup(*point.levels)
    scene.play(FadeOut(point.panel.scales, point.panel.footnote, levels), run_time=QUICK)
    point.lines.remove(*levels)
    scene.remove(point.lines, point.live, *point.stops)
    seen = VGroup(point.lines, point.live)
    scene.add(seen)
    moving = UpdateFromAlphaFunc(
        seen,
        lambda _, part: point.look(start.towards(view, part), ready=False),
    )
    scene.play(moving, run_time=seconds)
    old, lines = point.panel, point.lines.copy()
    scene.remove(old.drawing, *old.drawing, seen, point.lines, point.live)
    point.look(view)
    panel = point.panel
    scene.add(panel.x_label, panel.y_label, point.lines, point.live)  # the path stays in sight
    scene.play(FadeOut(lines), FadeIn(panel.scales, panel.footnote), run_time=QUICK)
    scene.remove(panel.x_label, panel.y_label, panel.scales, panel.footnote)
    scene.remove(point.lines, point.live)
    scene.add(panel.drawing, point.lines, point.live)
