"""Formulas in motion: whole outlines, parts that keep apart, struck zeros, laws that fit, rows that stay readable."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

pytest.importorskip("manim", reason="Manim is not installed: nothing about films could be tested")
pytest.importorskip("typst", reason="Typst is not installed: nothing about films could be tested")

from symgd.api.problem import Problem
from symgd.derivation.algebra import tidy
from symgd.derivation.calculus import rules
from symgd.optimize.example import demo_problem, demo_run
from symgd.terms import Abbreviation, Equation
from symgd.writing.moves import Move
from symgd.writing.outline import sections
from symgd.writing.steps import Law

formula = importlib.import_module("symgd.animations.formulas.formula")
travel = importlib.import_module("symgd.animations.formulas.glyph_travel")
laws = importlib.import_module("symgd.animations.formulas.laws")
typeset = importlib.import_module("symgd.animations.formulas.typeset")
stage = importlib.import_module("symgd.animations.staging.stage")
strokes = importlib.import_module("symgd.animations.deriving.strokes")
contrast = importlib.import_module("symgd.animations.staging.contrast")
derivation_layout = importlib.import_module("symgd.animations.deriving.derivation_layout")
derive_moves = importlib.import_module("symgd.animations.deriving.derive_moves")
derive_numbers = importlib.import_module("symgd.animations.deriving.derive_numbers")
gradient_picture = importlib.import_module("symgd.animations.deriving.gradient_picture")
swing_picture = importlib.import_module("symgd.animations.deriving.swing_picture")
lesson = importlib.import_module("symgd.animations.derive_gradient")

MODELS = ("m*x + b", "a*exp(-b*x) + c", "a*x/(b + x)", "H*x")
STAYS = Move("stays", (0,), (0,))
TIMES = np.linspace(0.0, 1.0, 13)


@cache
def derivation(model: str) -> tuple[Problem, Any]:
    problem = Problem(model)
    return problem, problem.derive()


def changes(model: str) -> Iterator[tuple[Any, Any, Any]]:
    """Every change of a derivation: the line before, the change, the line after."""
    problem, gradient = derivation(model)
    look = stage.Stage(parameters=tuple(problem.parameters))
    for section in sections(gradient.exposition):
        left, right = section.lines[0].left, section.lines[0].right
        for line in section.lines[1:]:
            for part in strokes.strokes(line, section, gradient.partials):
                before = look.formula(Equation(left, right), em=0.6)
                yield before, part, look.formula(Equation(left, part.after), em=0.6)
                right = part.after


def motion_of(before: Any, part: Any, after: Any) -> Any:
    moves = [STAYS, *formula.moved_into(part.moves, (1,))]
    return formula.Rewrite(before, after, moves)


@pytest.mark.parametrize("model", MODELS[:2])
def test_no_two_outlines_are_ever_mixed(model: str) -> None:
    for before, part, after in changes(model):
        motion = motion_of(before, part, after)
        shapes = [[np.array(glyph.points) for glyph in t.mobjects] for t in motion.travellers]
        for time in (0.3, 0.5, 0.7):
            motion.interpolate_mobject(time)
            for traveller, outlines in zip(motion.travellers, shapes, strict=True):
                for glyph, outline in zip(traveller.mobjects, outlines, strict=True):
                    assert travel.same_outline(glyph.points, outline)


def test_the_exponent_that_comes_down_is_one_figure_on_its_way() -> None:
    power = next(c for c in changes("m*x + b") if c[1].reasons[0].rule == "power rule")
    motion = motion_of(*power)
    two = [t for t in motion.travellers if not t.whole]
    assert two
    motion.interpolate_mobject(0.4)
    assert all(t.old.get_fill_opacity() == 1 and t.new.get_fill_opacity() == 0 for t in two)
    motion.interpolate_mobject(1.0)
    assert all(t.old.get_fill_opacity() == 0 and t.new.get_fill_opacity() == 1 for t in two)


@pytest.mark.parametrize("model", MODELS)
def test_parts_that_pass_each_other_are_half_a_formula_apart(model: str) -> None:
    for before, part, after in changes(model):
        motion = motion_of(before, part, after)
        trips = [trip for trip in motion.trips if not trip.turn]
        parts = [trip.travel for trip in trips]
        tallest = max(before.height, after.height)
        heights = [trip.height for trip in trips]
        passing = [
            (i, k, time)
            for i in range(len(parts))
            for k in range(i)
            if (time := travel.meeting(parts[i], parts[k])) is not None
            and 0.1 < time < 0.9
            and len([p for p in parts if not p.stays]) <= 2
        ]
        for i, k, time in passing:
            if parts[i].stays and parts[k].stays:
                continue
            boxes = [
                parts[n].start.towards(parts[n].end, time).lifted(heights[n] * travel.arc(time))
                for n in (i, k)
            ]
            apart = abs(float(boxes[0].middle[1] - boxes[1].middle[1]))
            assert apart >= min(tallest / 2, travel.HIGHEST) - 1e-6


def test_zeros_and_ones_are_struck_out_before_they_leave() -> None:
    struck = 0
    for before, part, after in changes("m*x + b"):
        motion = motion_of(before, part, after)
        if {reason.rule for reason in part.reasons} <= {"zero terms", "factor one"}:
            struck += len(motion.strikes)
            motion.interpolate_mobject(formula.STRIKING * 0.9)
            assert all(glyph.get_fill_opacity() == 1 for glyph in motion.dying)
            assert all(line.get_stroke_opacity() == 1 for line in motion.strikes)
            motion.interpolate_mobject(1.0)
            assert all(line.get_stroke_opacity() == 0 for line in motion.strikes)
    assert struck


def test_a_box_travels_with_what_it_holds() -> None:
    from manim import SurroundingRectangle

    for before, part, after in changes("m*x + b"):
        if part.path is None:
            continue
        path = (1, *part.path)
        box = SurroundingRectangle(before.glyphs(path), buff=0.08)
        moves = [STAYS, *formula.moved_into(part.moves, (1,))]
        formula.Rewrite(before, after, moves, [(box, path, path)]).interpolate_mobject(1.0)
        held, around = (
            travel.Box.of([g.points for g in group]) for group in (after.glyphs(path), box)
        )
        assert np.allclose(held.middle, around.middle, atol=0.02)
        assert (around.sides >= held.sides).all()


@pytest.mark.parametrize("model", MODELS)
def test_each_change_is_one_rule(model: str) -> None:
    for _, part, _ in changes(model):
        loud = {step.rule.name for step in part.steps if not step.rule.quiet}
        seen = {reason.rule for reason in part.reasons}
        assert len(loud & seen) <= 1, loud


def test_every_law_is_set_as_a_formula_or_left_out() -> None:
    found = [
        each
        for module in (rules, tidy)
        for value in vars(module).values()
        for each in (value if isinstance(value, list | tuple) else [value])
        if isinstance(each, Law)
    ]
    sources = {law.law: laws.law_source(law.law) for law in found}
    assert len(sources) > 50
    for source in sources.values():
        if source is not None:
            assert typeset.compiled(f"$display({source})$")
    assert sum(source is None for source in sources.values()) < len(sources) / 8


def test_the_law_of_signs_fits_what_was_done() -> None:
    said = [
        laws.law_of(reason, part.steps, derivation("a*exp(-b*x) + c")[1].generic)
        for _, part, _ in changes("a*exp(-b*x) + c")
        for reason in part.reasons
        if reason.rule == "signs"
    ]
    assert said
    assert set(said) == {laws.ONE_SIGN}


def test_a_law_speaks_in_the_letter_that_is_derived_by() -> None:
    found = {
        reason.rule: laws.law_of(reason, part.steps, derivation("m*x + b")[1].generic)
        for _, part, _ in changes("m*x + b")
        for reason in part.reasons
    }
    assert found["power rule"] == "d(uⁿ)/du = n·uⁿ⁻¹"
    assert found["variable"] == "∂b/∂b = 1"


LONG = "the_slope_parameter_of_this_line*explanatory_measurement_column + intercept"


def test_long_lines_are_broken_and_keep_their_glyphs() -> None:
    problem = Problem(LONG, inputs=["explanatory_measurement_column"])
    look = stage.Stage(parameters=tuple(problem.parameters))
    for line in (Equation(d.left, d.last) for d in problem.derive().partials.values()):
        whole, rows = look.formula(line, em=0.4), look.formula(line, em=0.4).broken(6.5)
        assert [glyph.shape for glyph in rows] == [glyph.shape for glyph in whole]
        assert rows.width <= 7.5  # one factor alone is as long as a row
        assert rows.height > whole.height
        assert rows.put(1.0, 2.0).baseline == pytest.approx(2.0)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_all_lines_of_the_example_are_large_enough_and_in_their_zone(aspect: str) -> None:
    problem = demo_problem(Problem)
    look = stage.Stage(parameters=tuple(problem.parameters), aspect=aspect)
    lines = [
        Equation(d.left, step.after) for d in problem.derive().partials.values() for step in d.steps
    ]
    space = derivation_layout.DerivationLayout.of(look, lines, pictured=True)
    assert space.em >= derivation_layout.LEAST
    assert space.picture is not None
    for line in map(space.line, lines):
        assert line.get_left()[0] >= space.lines.left - 1e-6
        assert line.get_right()[0] <= space.lines.right + 1e-6
        assert line.get_bottom()[1] >= space.lines.bottom
        assert line.get_top()[1] <= space.lines.top + 0.1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_line_before_can_be_read(theme: str) -> None:
    palette = stage.PALETTES[theme]
    for name in ("ink", "slope", "intercept", "third"):
        pale = contrast.paler(getattr(palette, name), palette.ground, derive_moves.CONTRAST)
        ground = type(pale)(palette.ground)
        assert contrast.contrast(pale, ground) >= 4.5 or pale == type(pale)(getattr(palette, name))


@pytest.mark.parametrize("model", ["H*d", "A*exp(-k*d) + c", "a*d + b"])
def test_a_model_alone_is_shown_on_the_built_in_points(model: str) -> None:
    problem = Problem(model, inputs=["d"])
    story, said = derive_numbers.story_of(problem, None, problem.derive)
    assert said is not None
    picture = swing_picture.SwingPicture(
        stage.Stage(parameters=tuple(problem.parameters)), stage.WIDE.picture, story.run
    )
    for index, slope in enumerate(picture.slopes(n) for n in range(len(problem.parameters))):
        moved = picture.said(picture.moved(index, 1e-4)) - picture.said(picture.start)
        assert np.allclose(moved, slope * picture.reach(index) * 1e-4, rtol=1e-2, atol=1e-6)


def test_the_vector_is_the_gradient_and_rounding_is_zero() -> None:
    problem = demo_problem(Problem)
    run = demo_run(problem)
    story, _ = derive_numbers.story_of(problem, run, problem.derive)
    picture = gradient_picture.GradientPicture(
        stage.Stage(parameters=("a", "b")), stage.WIDE.picture, story
    )
    assert picture.slopes == pytest.approx(story.gradient(0))
    way, here = picture.way(), picture.panel.position(*picture.start)
    exact = picture.panel.position(*(picture.start + picture.slopes)) - here
    assert np.allclose(np.cross(way, exact), 0, atol=1e-9)
    assert float(way @ exact) > 0
    assert gradient_picture.told(-5.688e-16, story) == 0.0
    assert gradient_picture.told(-0.02, story) == -0.02


def test_a_letter_has_its_definition_as_long_as_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from sheets import frames

    seen: list[tuple[set[str], set[str]]] = []
    own = lesson.DeriveGradient.define

    def noted(self: Any, wanted: Any, **settings: Any) -> None:
        own(self, wanted, **settings)
        letters = {p.name for _, p in self.line.term.walk() if isinstance(p, Abbreviation)}
        seen.append((letters, set(self.letters)))

    monkeypatch.setattr(lesson.DeriveGradient, "define", noted)
    names = [name for name, _ in frames(lesson.DeriveGradient, 90, problem=demo_problem(Problem))]
    assert any("u" in letters for letters, _ in seen)
    assert all(letters <= shown for letters, shown in seen[1:-1])
    assert names[0] == "the cost"
    assert names[-1] == "your turn"
    assert "the gradient is a vector" in names
