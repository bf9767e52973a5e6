"""How a derivation is told: what the reader knows, letters for inner functions, notations, worked numbers."""

from __future__ import annotations

from typing import Any

import pytest

from symgd import Problem, differentiate
from symgd.derivation.reading import Detail
from symgd.errors import DerivationError
from symgd.writing.outline import Outline

LINE = Problem("m*x + b")


def rules_named(written: Outline) -> set[str]:
    return {r.rule for section in written.sections for line in section.lines for r in line.reasons}


@pytest.mark.parametrize("detail", ["brief", "standard", "full"])
@pytest.mark.parametrize(
    "known", ["power", "sum, chain", "chain rule,Power,sin", "constant_multiple"]
)
def test_known_rules_give_no_reason_and_hide_no_other(detail: Detail, known: str) -> None:
    derivation = differentiate("x^2*sin((3*x + 1)^2)", "x")
    written = derivation.outline(detail=detail, known=known)
    assert written.reading.known
    assert not rules_named(written) & set(written.reading.known)
    (section,) = written.sections
    assert section.lines[-1].right == derivation.last
    steps = [step for line in section.lines for step in line.steps]
    assert steps == list(derivation.steps)
    for line in section.lines:
        loud = {step.rule.name for step in line.steps if not step.rule.quiet}
        assert line.reasons or loud <= set(written.reading.known)
    assert len(section.lines) <= len(derivation.outline(detail=detail).sections[0].lines)


def test_who_knows_every_rule_sees_the_answer_at_once() -> None:
    derivation = differentiate("3*x^5 + 1", "x")
    everything = {step.rule.name for step in derivation.steps}
    assert derivation.text(known=everything).startswith(
        "Derivative by x:\n  d/dx (3x⁵ + 1) = 15x⁴\n\n"
    )


def test_known_rules_are_folded_in_shared_lines_too() -> None:
    plain, folded = LINE.derive().text(), LINE.derive().text(known={"sum"})
    assert "− ∂yᵢ/∂m" in plain
    assert "[sum rule]" not in folded


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("powr", 'did you mean "power rule"?'),
        ("zzzz", "this derivation uses power rule"),
    ],
)
def test_a_rule_that_is_not_there_is_said_to_be_missing(known: str, said: str) -> None:
    with pytest.raises(DerivationError, match="there is no rule") as caught:
        differentiate("x^2", "x").text(known=known)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"detail": "nope"}, {"inner": "somewhere"}, {"known": 3}, {"known": [3]}]
)
def test_a_reading_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DerivationError, match="expected"):
        differentiate("x^2", "x").text(**wrong)


@pytest.mark.parametrize("detail", ["brief", "standard", "full"])
def test_inner_functions_in_place_show_no_letter(detail: Detail) -> None:
    derivation = differentiate("sin((3*x + 1)^2)", "x")
    in_place = derivation.text(detail=detail, inner="in place")
    assert not set("uv") & set(
        "".join(line.split("[")[0] for line in in_place.splitlines() if "=" in line)
    )
    assert "with u" not in in_place
    assert "put back" not in in_place
    assert "with u = (3x + 1)²" in derivation.text(detail=detail)


def test_in_place_the_chain_rule_makes_one_line_with_its_outer_rule() -> None:
    rows = differentiate("(3*x + 1)^2", "x").text(detail="full", inner="in place").splitlines()
    assert rows[1].split("[")[0].strip() == "d/dx (3x + 1)² = 2(3x + 1) d/dx (3x + 1)"
    assert "the derivative of the outer function at 3x + 1, times" in rows[1]


def test_the_readers_own_names_stay_when_inner_functions_are_in_place() -> None:
    named = LINE.written(residual="e").derive("m")
    assert "2eᵢ·∂eᵢ/∂m" in named.text(detail="full", inner="in place")
