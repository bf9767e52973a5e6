"""The film of other optimizers than gradient descent: its lines are the rule's, and its numbers the trace's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import EVERY

from symgd import Objective, Problem
from symgd.animations import Quality, render
from symgd.animations.staging.beats import LINE, LINES
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.optimize.run import Run
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.parsing.formula import parse
from symgd.terms import Number, Symbol
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import typst
from symgd.writing.words import words_in

pytest.importorskip("manim", reason="films need Manim")

from symgd.animations.descend import Descend
from symgd.animations.descending import rule_words
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.formula import Formula
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Stage

POINTS = ([1.0, 2.0, 3.0], [1.2, 1.8, 3.4])
START = {"m": 0.2, "b": 0.5}


def run_of(optimizer: str, rate: Any = 0.06, **options: Any) -> Run:
    options = {"start": START, "max_iter": 6, "tolerance": 0, **options}
    return Problem("m*x + b").descend(*POINTS, optimizer=optimizer, learning_rate=rate, **options)


def story_of(run: Run) -> DescentStory:
    return tell(run, lambda: gradient_of(run.problem))


@cache
def lesson_of(name: str, language: str = "en") -> tuple[Descend, list[str]]:
    """The lesson of an optimizer's usual run, made once."""
    rate = 0.06 if OPTIMIZERS[name].rule.used & {"alpha"} else "auto"
    return beats_of(run_of(name, rate), language)


def beats_of(run: Run, language: str = "en") -> tuple[Descend, list[str]]:
    scene = Descend(problem=run.problem, run=run, stage=Stage(words=words_in(language)))
    said = [line for beat in scene.beats() for parts in beat.parts for line in parts]
    return scene, said


def test_the_lines_of_momentum_are_its_rule_with_the_trace_s_numbers() -> None:
    run = run_of("momentum")
    rule = story_of(run).rule
    assert rule is not None
    assert [u.name for u in rule.updates] == ["v_m'", "m'", "v_b'", "b'"]
    assert [text(rule.symbols(u)) for u in rule.updates[:2]] == ["β vₘ + ∂J/∂m", "m − α vₘ′"]
    assert text(rule.numbers(rule.updates[0], 1)) == "0.9·(−6.133) + (−2.1067)"
    for step in range(6):
        values = [rule.value(u, step) for u in rule.updates]
        expected = [run.trace[name][step + 1] for name in ("v[m]", "m", "v[b]", "b")]
        assert values == expected


def test_what_is_made_of_settings_alone_is_worked_out() -> None:
    rule = story_of(run_of("adam", 0.1)).rule
    assert rule is not None
    written = [text(rule.numbers(u, 0)) for u in rule.updates[:3]]
    assert written[:2] == ["0.9·0 + 0.1·(−6.1333)", "0.999·0 + 0.001(−6.1333)²"]
    assert written[2] == "0.2 − 0.1·(−0.6133/0.1)/(√(0.03762/0.001) + 10⁻⁸)"


@pytest.mark.parametrize("name", [*OPTIMIZERS])
def test_numbers_are_told_only_where_they_lead_from_row_to_row(name: str) -> None:
    rate = 0.01 if OPTIMIZERS[name].rule.used & {"alpha"} else "auto"
    run = run_of(name, rate, max_iter=4)
    rule = story_of(run).rule
    if run.is_plain:
        assert rule is None
        return
    assert rule is not None
    if not rule.updates:
        return
    assert rule.holds(run.steps)
    rule.worked(1)  # and a number that is none of the trace's is no step
    rule._steps[1] = {**rule._steps[1], "m'": rule._steps[1]["m'"] + 0.01}
    assert not rule.holds(run.steps)


@pytest.mark.parametrize("schedule", ["cosine", "alpha/sqrt(t)"])
@pytest.mark.parametrize("rate", [0.05, "auto"])
def test_the_rate_of_each_step_is_the_schedule_s(schedule: str, rate: Any) -> None:
    run = run_of("momentum", rate, schedule=schedule)
    rule = story_of(run).rule
    assert rule is not None
    assert rule.rate_at(1) < rule.rate_at(0)
    steps = np.diff(run.trace["m"])
    for step in range(5):
        assert -rule.rate_at(step) * run.trace["v[m]"][step + 1] == pytest.approx(steps[step])


def test_gradient_descent_with_a_schedule_does_not_say_that_its_rate_stays() -> None:
    _, said = beats_of(run_of("gradient_descent", 0.05, schedule="cosine"))
    told = " ".join(said).replace("\n", " ")
    assert "never changes" not in told
    assert "The learning rate is smaller now" in told


@pytest.mark.parametrize(
    ("name", "language"),
    [("momentum", "fr"), ("adam", "en"), ("lbfgs", "en"), ("newton", "fr"), ("sign_descent", "en")],
)
def test_captions_are_those_of_the_rule(name: str, language: str) -> None:
    _, said = lesson_of(name, language)
    assert all(len(line) <= LINE for part in said for line in part.split("\n"))
    assert all(len(part.split("\n")) <= LINES for part in said)
    told = " ".join(said).replace("\n", " ")
    for wrong in ("The minus in the update", "partial derivative has changed", "never changes"):
        assert wrong not in told


def test_a_film_is_called_as_people_write_its_optimizer() -> None:
    headings = [rule_words.heading(lesson_of(name)[0].story) for name in ("radam", "bfgs", "lion")]
    assert [h.written(text) for h in headings] == [
        f"How does {n} find the least cost?" for n in ("RAdam", "BFGS", "Lion")
    ]


def test_it_is_the_same_descent_that_runs_on_with_what_it_remembers() -> None:
    run = run_of("momentum")
    told = story_of(run)
    whole = run_of("momentum", max_iter=told.last)
    assert told.last > told.steps
    np.testing.assert_array_equal(told.table, whole.trace.table[:, :5])


# Of each way to be shown: with numbers, in symbols beside the picture, on the board, in columns, and the last line.
SHOWN = ["adam", "nesterov", "armijo", "nadam", "rprop", "barzilai_borwein", "radam", "bfgs"]


@pytest.mark.parametrize("name", [*OPTIMIZERS] if EVERY else SHOWN)
def test_every_rule_is_seen_in_its_zone_and_no_letter_means_two_things(name: str) -> None:
    scene, said = lesson_of(name)
    if name == "gradient_descent":  # which has lines of its own
        return
    lines = scene.lines
    assert isinstance(lines, RuleLines)
    assert lines.seen != "nothing"
    assert "This is the update rule." in said
    still = [
        (lines.symbols, lines.zone),
        (lines.note, lines.zone),
        (lines.board, lines.covers),
    ]
    shown = ((lines.whole(step), lines.zone) for step in range(lines.steps))
    for group, zone in [*still, *shown]:
        if len(group):
            assert zone.left - 0.01 <= group.get_left()[0]
            assert group.get_right()[0] <= zone.right + 0.01
            assert group.get_top()[1] <= zone.top + 0.01
            assert group.get_bottom()[1] >= zone.bottom - 0.01
    rows = [part for row in (lines.symbols or lines.board) for part in row]
    written = [part.term for part in rows if isinstance(part, Formula)]
    own = {name.removesuffix("'") for term in written for name in term.names} & {"m", "b"}
    assert not own or not {name for term in written for name in term.names} & {"theta", "g"}


def test_a_rule_that_has_no_room_is_left_out_with_words() -> None:
    run = Problem("d*x + rate").descend(*POINTS, optimizer="bfgs", max_iter=6, tolerance=0)
    scene, said = beats_of(run)
    lines = scene.lines
    assert isinstance(lines, RuleLines)
    assert lines.seen == "nothing"  # its last line reads d and rate, which are parameters here
    assert "This is the update rule." not in said
    assert len(lines.note) == 2


@pytest.mark.parametrize("formula", ["m/(1 - beta^t)", "sqrt(v) + 1", "-x^2"])
def test_what_is_measured_is_as_large_as_what_is_drawn(formula: str) -> None:
    rows, row = Rows(Stage()), (Symbol("v_m'"), "=", parse(formula), "≈", Number(3))
    size, drawn = rows.extent(row, 0.3), rows.drawn(row, 0.3)
    assert size.width == pytest.approx(drawn.width, abs=0.01)
    assert size.bottom == pytest.approx(drawn.get_bottom()[1], abs=0.01)
    assert size.top == pytest.approx(drawn.get_top()[1], abs=0.01)


def test_arrows_are_the_steps_that_were_made() -> None:
    told = story_of(run_of("momentum"))
    down = told.towards(2, -np.array(told.gradient(2)))
    assert np.linalg.norm(down) == pytest.approx(told.step_norm[2])
    way = told.parameters[3] - told.parameters[2]
    assert np.linalg.norm(way) == pytest.approx(told.step_norm[2])
    assert abs(down[0] * way[1] - down[1] * way[0]) > 0.01 * told.step_norm[2] ** 2


def test_batches_are_refused_as_before() -> None:
    with pytest.raises(ProblemError, match="batch_size"):
        story_of(run_of("momentum", batch_size=1))


def test_a_prime_stands_beside_the_subscript() -> None:
    assert typst(Symbol("v_m'")) == "v'_(m)"


@pytest.mark.parametrize(
    "optimizer",
    ["v' = 0.5*v + g; theta' = theta - alpha*v'", "lbfgs", *(["adam"] if EVERY else [])],
)
def test_a_film_is_made(optimizer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left_over: list[object] = []

    ending = Descend.show_ending

    def show_ending(scene: Descend) -> None:
        ending(scene)
        assert isinstance(scene.lines, RuleLines)
        there = {id(part) for shown in scene.mobjects for part in shown.get_family()}
        lines = [*scene.lines.note, *scene.lines.symbols, *scene.lines.whole(0)]
        left_over.extend(part for line in lines for part in line if id(part) in there)
        left_over.append(scene.lines.seen)

    monkeypatch.setattr(Descend, "show_ending", show_ending)
    problem = Objective("x^2 + 10*y^2")
    run = problem.descend(
        start={"x": -3.0, "y": 1.0}, optimizer=optimizer, learning_rate=0.02, max_iter=3
    )
    film = render(
        "descend",
        problem,
        run,
        output=tmp_path / "film.mp4",
        quality=Quality(192, 108, 4),
        pace=0.01,
    )
    assert film.stat().st_size > 1000
    assert len(left_over) == 1  # nothing of the rule stands in the last picture
