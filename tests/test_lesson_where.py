"""The lesson where_cost_lives: what it says of the descent, the surface's net, the rows of numbers, the valley's axes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.derivation.engine import gradient_of

pytest.importorskip("manim", reason="films need Manim")

from passing import passed

from symgd.animations.costs import where_words as words
from symgd.animations.costs.axonometry import Axonometry
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.place_rows import PlaceRows
from symgd.animations.costs.surface_net import SurfaceNet
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.valley_axes import ValleyAxes
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.animations.where_cost_lives import WhereCostLives

POINTS = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
STAGE, ZONE = Stage(parameters=("a", "b")), Zone(-6.9, 1.2, -2.95, 3.1)


def story_of(
    start: tuple[float, ...] = (0.2, 0.5), model: str = "a*x + b", rate: float = 1e-3
) -> DescentStory:
    begin = dict(zip("abc", start, strict=False))
    run = Problem(model).descend(*POINTS, start=begin, learning_rate=rate, max_iter=3)
    return tell(run, lambda: gradient_of(run.problem))


def test_what_is_the_least_on_a_slice_is_not_called_the_least() -> None:
    floor = CostFloor(story_of((0.0, 0.0, 0.0), "a*x^2 + b*x + c"))
    assert floor.others
    assert "slice" in str(words.answer(floor).text)
    assert any("this slice" in said.text for said in words.lowest(floor, None))
    assert "this slice" in words.descent(floor, walked=False)[0].text


def test_a_descent_that_goes_up_is_not_said_to_find_the_way() -> None:
    floor = CostFloor(story_of(rate=1.0))
    (said,) = words.descent(floor, walked=False)
    assert "goes up" in said.text


def test_the_descents_claim_is_its_own_cost_beside_the_best_try() -> None:
    lasts: dict[str, float] = {}

    def seen(scene: Any, beat: Any) -> None:
        if beat.name == "the descent":
            lasts["cost"] = scene.floor.cost(*scene.surface.here)
            lasts["way"], lasts["last"] = len(scene.way_down()), scene.story.last
            lasts["end"] = scene.story.cost[words.arrival(scene.floor)]
            said = " ".join(" ".join(beat.caption).split())
            more = scene.story.cost[scene.story.steps] > scene.floor.grid.cost
            assert ("still more" in said) == bool(more)

    passed(WhereCostLives, seen)
    assert lasts["way"] == lasts["last"] + 1
    assert lasts["cost"] == pytest.approx(lasts["end"])


def test_no_piece_of_a_steep_surface_is_higher_than_it_is_seen() -> None:
    problem = Problem("a*exp(b*x)")
    start = {"a": 0.5, "b": 0.5}
    run = problem.descend(*POINTS, start=start, learning_rate="auto", max_iter=2)
    floor = CostFloor(tell(run, lambda: gradient_of(problem)))
    assert floor.is_cut
    pieces = SurfaceNet(floor, Axonometry(ZONE, 1.0)).pieces
    tops = np.concatenate([piece[2] for piece in pieces])
    assert tops.max() <= 1
    crossed = [piece for piece in pieces if piece.shape[1] != 4]
    assert crossed
    assert all(piece[2].max() == pytest.approx(1.0, abs=1e-4) for piece in crossed)


@pytest.mark.parametrize("start", [(0.2, 0.5), (2.0, -1.5)])
def test_the_rows_of_a_place_say_its_cost_and_lie_over_one_another_nowhere(
    start: tuple[float, float],
) -> None:
    floor = CostFloor(story_of(start))
    zone = STAGE.layout.mathematics.rows(1, 1)[1]
    rows = PlaceRows(STAGE, zone, floor)
    assert rows.is_full
    assert rows.terms_em
    for place in (*floor.places, *floor.found_or()):
        lines = rows.at(place)
        assert len(lines) == 3
        for upper, lower in pairwise(lines):
            assert upper.get_bottom()[1] >= lower.get_top()[1] - 0.02
        assert lines[-1].get_bottom()[1] >= zone.bottom - 1e-6
        assert max(line.get_right()[0] for line in lines) <= zone.right + 1e-6


def test_the_axes_of_a_valley_end_on_the_line_that_closes_on_the_floor() -> None:
    floor = CostFloor(story_of())
    picture = SurfacePicture(STAGE, ZONE, floor)
    axes = ValleyAxes(picture)
    rim = floor.rim
    assert rim is not None
    box = picture.box
    for group in (axes.across, axes.along):
        end = group.get_all_points()[0]
        parts = (end[0] - box.left) / box.width, (end[1] - box.bottom) / box.height
        place = [
            s.low + part * (s.high - s.low) for s, part in zip(floor.scales, parts, strict=True)
        ]
        assert floor.cost(*place) == pytest.approx(rim, rel=1e-4)


def test_numbers_of_a_place_are_seen_only_where_the_dot_is() -> None:
    """While it is on its way from one to the next, they are pale."""
    seen: list[tuple[float, float]] = []

    def meanwhile(scene: Any, _: float) -> None:
        rows: Any = getattr(scene, "said", ())
        if len(rows) and len(getattr(scene, "count", ())) == 0:
            cost = scene.floor.cost(*scene.surface.here)
            told = [part for _, part in rows[-1].term.walk() if part == numeral(cost)]
            seen.append((len(told), max(g.get_fill_opacity() for g in rows[-1])))

    passed(WhereCostLives, lambda *_: None, meanwhile=meanwhile)
    assert len(seen) > 50
    assert all(full or opacity < 1 for full, opacity in seen)


def test_numbers_beside_a_step_are_those_of_a_step() -> None:
    run = story_of(rate=0.06).run
    told: dict[tuple[float, ...], int] = {}

    class Watched(WhereCostLives):
        """The lesson with its numbers noted while steps are counted."""

        def said_of(self, place: tuple[float, ...]) -> Any:
            if len(getattr(self, "count", ())):
                told[place] = 1
            return super().said_of(place)

    scene: Any = passed(
        Watched, lambda *_: None, meanwhile=lambda *_: None, problem=run.problem, run=run
    )
    steps = {tuple(map(float, each)) for each in scene.story.parameters}
    assert told
    assert {*told} <= steps


def test_a_way_that_leaves_the_floor_ends_on_its_border() -> None:
    ways: list[Any] = []
    here: dict[str, tuple[float, ...]] = {}

    def seen(scene: Any, beat: Any) -> None:
        if beat.name == "the descent":
            ways.append((scene.floor.scales, scene.way_seen(), len(scene.surface.way.points)))
        here[beat.name] = tuple(scene.surface.here)

    run = story_of(rate=1.0).run
    passed(WhereCostLives, seen, problem=run.problem, run=run)
    ((scales, places, drawn),) = ways
    assert drawn
    values = [
        (scale, value) for place in places for scale, value in zip(scales, place, strict=True)
    ]
    ends = [(s.low, s.high, v) for s, v in zip(scales, places[-1], strict=True)]
    assert all(scale.low - 1e-9 <= value <= scale.high + 1e-9 for scale, value in values)
    assert min(min(abs(v - low), abs(v - high)) for low, high, v in ends) < 1e-9
    assert here["the answer"] == here["the descent"]  # it has not arrived


@pytest.fixture(scope="module")
def ended() -> Any:
    """The built-in film's scene as it is at the end."""
    scenes = list[Any]()
    passed(WhereCostLives, lambda scene, _: scenes.append(scene))
    return scenes[-1]


def test_a_maps_bands_fill_it_and_are_told_apart(ended: Any) -> None:
    floor = ended.floor
    costs = [cost for cost, _ in floor.bands()]
    assert costs == sorted(costs)
    first, second = floor.scales
    whole = (first.high - first.low) * (second.high - second.low)
    outlines = [np.array(outline) for _, each in floor.bands() for outline in each]
    # By the shoelace formula; the outlines of holes run the other way round.
    areas = [np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2 for x, y in (o.T for o in outlines)]
    assert abs(sum(areas)) == pytest.approx(whole)
    shades = [band.get_fill_color().to_hsl()[2] for band in ended.bands]
    assert shades == sorted(shades, reverse=True)
    assert len({*shades}) == len(shades)


def test_what_is_read_at_the_end_is_the_least_that_the_heading_tells(ended: Any) -> None:
    floor, cost = ended.floor, ended.story.cost
    step = words.arrival(floor)
    least = numeral(floor.cost(*floor.lowest))
    assert words.arrives(floor)
    assert numeral(float(cost[step])) == least != numeral(float(cost[step - 1]))
    assert ended.surface.here == ended.way_down()[step]
    read, told = (
        [str(row.term) for row in rows if isinstance(row, Formula)]
        for rows in (ended.said, ended.said_of(floor.lowest))
    )
    assert read == told
