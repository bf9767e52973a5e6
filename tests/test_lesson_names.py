"""Long names in films: they are cut, and what would be too small is broken in rows."""

from __future__ import annotations

import pytest

from symgd import Problem

pytest.importorskip("manim", reason="films need Manim")

from hypothesis import given
from hypothesis import strategies as st

from symgd.animations.formulas.names import brief, ever_shorter
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.contrast import OF_LINES, contrast, faintest
from symgd.animations.staging.stage import PALETTES, Stage
from symgd.terms import Symbol

LONG = "marginal_propensity_to_consume"
MODEL = f"{LONG}*x + autonomous_consumption_at_start"


def test_a_formula_with_long_names_is_broken_and_not_made_too_small() -> None:
    term = Problem(MODEL).cost_term
    made = Stage().formula(term, em=0.42).at_most(3.6)
    assert made.width <= 3.6 + 1e-6
    assert made.em == pytest.approx(LEAST_EM)
    assert made.term == term


def test_a_sentence_is_broken_and_not_made_too_small() -> None:
    made = Stage().sentence("the rows do not agree on where to go from here", em=0.36)
    high = made.height
    made.put(1.0, 2.0).at_most(3.0)
    assert made.width <= 3.0
    assert made.em == pytest.approx(LEAST_EM)
    assert made.height > high * LEAST_EM / 0.36


def test_one_word_stays_one_line() -> None:
    made = Stage().sentence("unbreakable", em=0.3)
    high, wide = made.height, made.width
    made.at_most(0.5)
    assert made.height == pytest.approx(high * 0.5 / wide)


@pytest.mark.parametrize("width", [0.6, 1.0, 3.0])
def test_a_name_is_cut_until_it_can_be_read(width: float) -> None:
    made = Stage(parameters=(LONG,)).fitted(Symbol(LONG), 0.3, width)
    assert made.width <= width
    assert made.em >= LEAST_EM - 1e-6
    assert {glyph.get_fill_color().to_hex() for glyph in made} == {PALETTES["light"].slope}


@given(st.from_regex(r"[a-z][a-z_]{0,40}", fullmatch=True))
def test_each_way_to_write_a_name_is_as_short_as_the_one_before(name: str) -> None:
    lengths = [len(named(name)) for named in ever_shorter()]
    assert lengths == sorted(lengths, reverse=True)
    assert brief(name + "'") == brief(name) + "'"


@pytest.mark.parametrize("theme", PALETTES)
def test_the_faintest_line_can_still_be_seen(theme: str) -> None:
    from manim import ManimColor, interpolate_color

    palette = PALETTES[theme]
    ground = ManimColor(palette.ground)
    for colour in (palette.ink, palette.error, palette.prediction, palette.third):
        seen = interpolate_color(ground, ManimColor(colour), faintest(colour, palette.ground))
        assert contrast(seen, ground) >= OF_LINES
