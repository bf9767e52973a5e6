"""Texts on their way: what travels is whole, copies go one at a time, and no two texts are read in one place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("manim", reason="films need Manim")
pytest.importorskip("typst", reason="films need Typst")

from manim import FadeIn, FadeOut, ReplacementTransform, Transform, TransformFromCopy, VGroup
from passing import passed
from readability import Text, over_each_other, texts_of

from symgd.animations.derive_gradient import DeriveGradient
from symgd.animations.formulas.card_flight import CardFlight
from symgd.animations.formulas.formula import Formula, Rewrite, moved_into
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.text_flight import TextFlight, in_turn, unbroken
from symgd.animations.staging.stage import Stage
from symgd.optimize.example import demo_problem
from symgd.problem.problem import Problem
from symgd.terms import Negative, Product, Symbol
from symgd.writing.moves import Move

STAGE = Stage()
GROUND = STAGE.palette.ground
MOMENTS = np.linspace(0.0, 1.0, 21)
READ = 0.3  # what is fainter is not read


def shown(value: float, em: float, x: float, y: float) -> Formula:
    return STAGE.formula(numeral(value, 8), em=em).put(x, y)


def flight(animation: Any) -> TextFlight:
    made = unbroken(animation, GROUND)
    assert isinstance(made, TextFlight)
    made.begin()
    return made


def read(parts: Any) -> bool:
    return any(part.get_fill_opacity() > READ for part in parts)


@pytest.mark.parametrize("kind", [TransformFromCopy, ReplacementTransform, Transform])
@pytest.mark.parametrize(("value", "em"), [(-6.1333, 0.3), (0.81, 0.9), (2.4667, 0.4)])
def test_a_number_that_travels_is_one_thing_scaled_and_shifted(
    kind: Any, value: float, em: float
) -> None:
    source, target = shown(value, 0.4, 0.0, 0.0), shown(value, em, 3.0, 1.5)
    made = flight(kind(source, target))
    assert not made.coming
    assert not made.going
    for moment in MOMENTS:
        made.interpolate(float(moment))
        now = np.concatenate([glyph.points for glyph in made.moving])
        was = np.concatenate([glyph.points for glyph in source])
        size = np.ptp(now[:, 0]) / np.ptp(was[:, 0])
        assert np.allclose(now - now.mean(axis=0), size * (was - was.mean(axis=0)), atol=1e-6)


@pytest.mark.parametrize(("old", "new"), [(6.611, 0.3966), (2.117, 48.5), (0.81, 5.29)])
def test_numbers_that_differ_are_out_before_the_other_is_in(old: float, new: float) -> None:
    made = flight(ReplacementTransform(shown(old, 0.4, 0.0, 0.0), shown(new, 0.4, 0.0, 0.0)))
    for moment in MOMENTS:
        made.interpolate(float(moment))
        leaving = [each for each, *_ in made.going]
        arriving = [each for each, *_ in made.coming]
        assert sum(map(read, (leaving, arriving, made.moving))) <= 1


def test_a_number_goes_into_its_parentheses_which_come_last() -> None:
    target = STAGE.formula(Product((Symbol("c"), Negative(numeral(2.4667, 8)))), em=0.5)
    source = STAGE.formula(Negative(numeral(2.4667, 8)), em=0.3)
    made = flight(TransformFromCopy(source, target))
    assert len(made.moving) == len(source)
    made.interpolate(0.5)
    assert not read(each for each, *_ in made.coming)


def test_of_texts_in_one_place_one_goes_before_the_other_comes() -> None:
    one, other = (STAGE.sentence(words) for words in ("Gradient descent", "Momentum"))
    far = STAGE.sentence("elsewhere").shift((0.0, 3.0, 0.0))
    fades = FadeOut(one), FadeIn(other), FadeIn(far)
    in_turn(fades)
    for fade in fades:
        fade.begin()
    for moment in MOMENTS:
        for fade in fades:
            fade.interpolate(float(moment))
        assert not (read(one) and read(other))
        if moment == 0.5:
            assert read(far)


def test_what_is_no_text_is_transformed_as_ever() -> None:
    from manim import Dot

    animation = Transform(VGroup(Dot()), VGroup(Dot()))
    assert unbroken(animation, GROUND) is animation


@pytest.mark.parametrize("model", ["a*x + b", "a*x^2 + b*x + c"])
def test_copies_leave_one_at_a_time(model: str) -> None:
    seen = 0

    def meanwhile(scene: Any, _: float) -> None:
        nonlocal seen
        for motion in scene.animations:
            if isinstance(motion, Rewrite) and motion.copies:
                seen += 1
                places = zip(motion.travellers, motion.match.pairs, motion.turns, strict=True)
                moving = {
                    turn
                    for traveller, (_, new), turn in places
                    if turn and _between(traveller.old.points, traveller.ends)
                }
                assert len(moving) <= 1

    passed(DeriveGradient, lambda *_: None, meanwhile=meanwhile, problem=Problem(model))
    assert seen


def _between(points: Any, ends: Any) -> bool:
    return not any(points.shape == end.shape and np.allclose(points, end) for end in ends)


def test_a_mark_stays_where_parts_go_different_ways() -> None:
    before = STAGE.formula(Product((Symbol("a"), Symbol("b"))), em=0.5)
    after = STAGE.formula(Product((Symbol("b"), Symbol("a"))), em=0.5)
    moves = [Move("moves", (0,), (1,)), Move("moves", (1,), (0,))]
    motion = Rewrite(before, after, moved_into(moves, ()))
    assert motion._height_at(()) == 0.0
    assert any(motion.heights)


def test_no_two_texts_are_read_in_one_place_while_the_derivation_moves() -> None:
    found: list[str] = []

    def meanwhile(scene: Any, time: float) -> None:
        flights = {id(part) for each in scene.animations for part in _carried(each)}
        texts = [text for text in map(_read_part, texts_of(scene)) if text is not None]
        still = [text for text in texts if not any(id(glyph) in flights for glyph in text.glyphs)]
        found.extend(f"{time:.2f}: {fault}" for fault in over_each_other(still))

    passed(DeriveGradient, lambda *_: None, meanwhile=meanwhile, problem=demo_problem(Problem))
    assert not found, "\n".join(found)


def _carried(animation: Any) -> list[Any]:
    """What flies over others, on a plate of its own."""
    carried = isinstance(animation, TextFlight | CardFlight)
    return animation.mobject.get_family() if carried else []


def _read_part(text: Text) -> Text | None:
    kept = [n for n, glyph in enumerate(text.glyphs) if glyph.get_fill_opacity() > READ]
    return Text([text.glyphs[n] for n in kept], text.boxes[kept]) if kept else None
