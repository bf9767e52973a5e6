"""Nothing is left behind on the screen: what a lesson takes away is gone, with all its parts, in any run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pytest

from symgd import Problem
from symgd.optimize.run import Run

pytest.importorskip("manim", reason="films need Manim")

from manim import Mobject, VGroup
from passing import passed

from symgd.animations.fit_a_line import FitALine
from symgd.animations.formulas.typeset import Glyph
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.slope_tells_direction import SlopeTellsDirection
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Stage

Told: TypeAlias = tuple[float, tuple[float, float], int]
OWN = ("mobjects", "moving_mobjects", "static_mobjects", "foreground_mobjects", "animations")
SCENE = (*OWN, "renderer", "camera", "roll", "_latest")  # what is on screen, however it came there
PLAIN = (str, bytes, int, float, bool, type(None), np.ndarray)


def held(lesson: Lesson) -> set[int]:
    """The glyphs that a lesson can still reach, by itself or through its pictures and rows."""
    known, glyphs = set[int](), set[int]()
    left: list[Any] = [value for name, value in vars(lesson).items() if name not in SCENE]
    while left:
        each = left.pop()
        if id(each) in known or isinstance(each, (*PLAIN, Lesson)):
            continue
        known.add(id(each))
        if isinstance(each, Glyph):
            glyphs.add(id(each))
        left += _members(each)
    return glyphs


def _members(each: Any) -> Iterator[Any]:
    if isinstance(each, dict):
        yield from each.values()
    elif isinstance(each, (list, tuple, set)):
        yield from each
    elif isinstance(each, Mobject):
        yield from each.submobjects
    elif type(each).__module__.startswith("symgd.animations"):
        yield from getattr(each, "__dict__", {}).values()


def orphans(lesson: Lesson) -> list[str]:
    """The numbers and letters on screen that nothing holds any more."""
    known = held(lesson)
    parts = (part for each in lesson.mobjects for part in each.get_family())
    return [p.shape for p in parts if isinstance(p, Glyph) and len(p.points) and id(p) not in known]


def run_of(slope: float, start: tuple[float, float], rows: int) -> Run:
    x = np.arange(1.0, rows + 1)
    y = slope * x + np.sin(3 * x)
    begin = dict(zip("ab", start, strict=True))
    return Problem("a*x + b").descend(x, y, start=begin, learning_rate="auto", max_iter=5)


RUNS = ((3.0, (0.0, 0.0), 50), (-12.5, (0.2, 0.5), 5), (0.8, (-4.0, 12.0), 3))


@pytest.mark.parametrize("told", RUNS)
@pytest.mark.parametrize("lesson", [SlopeTellsDirection, FitALine])
def test_no_glyph_stays_that_its_lesson_has_let_go(lesson: type[Lesson], told: Told) -> None:
    def seen(scene: Lesson, beat: Beat) -> None:
        assert not (found := orphans(scene)), (beat.name, len(found))

    passed(lesson, seen, run=run_of(*told))


def test_a_group_that_is_taken_away_takes_its_parts() -> None:
    class Grouped(Lesson):
        def beats(self) -> list[Beat]:
            return [self.beat("grouped", "Parts.", Grouped.show_parts)]

        def show_parts(self) -> None:
            one, other = self.stage.sentence("one"), self.stage.sentence("other")
            self.add(one, VGroup(other))
            self.remove(VGroup(one, VGroup(*other)))

    passed(Grouped, lambda scene, _: left.extend(orphans(scene)), stage=Stage())
    assert not left


left: list[str] = []


@pytest.mark.parametrize("told", RUNS)
def test_steps_that_are_made_one_after_the_other_land_where_their_arrows_point(told: Told) -> None:
    found: list[SlopeTellsDirection] = []
    passed(SlopeTellsDirection, lambda scene, _: found.append(scene), run=run_of(*told))
    scene, picture = found[-1], found[-1].picture
    for place, following in zip(scene.stepped, scene.stepped[1:], strict=False):
        end = place - picture.rate * picture.slope(place)
        assert following == pytest.approx(end)
        assert abs(picture.slope(following)) < abs(picture.slope(place))
        _lands(scene, picture, place, following)


def _lands(
    scene: SlopeTellsDirection, picture: SlicePicture, place: float, following: float
) -> None:
    arrow = scene.arrow(place, -1.0)
    tip = arrow.get_right() if following > place else arrow.get_left()
    assert tip[0] == pytest.approx(picture.position(following)[0], abs=1e-6)
