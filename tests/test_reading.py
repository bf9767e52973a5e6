"""How a derivation is told: what the reader knows, letters for inner functions, notations, worked numbers."""

from __future__ import annotations

import functools
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem, differentiate
from symgd.cli import main
from symgd.derivation.gradient import Derivation
from symgd.errors import DerivationError
from symgd.parsing.formula import parse
from symgd.terms import (
    Abbreviation,
    Indexed,
    Partial,
    Power,
    Product,
    Symbol,
    Term,
    call,
    number,
)
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import typst
from symgd.writing.outline import Outline
from symgd.writing.reading import Detail

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


MANY = (
    "sin(cos(tan(x)))",
    "exp(-x^2/2)/sqrt(2*pi)",
    "(x^2 + 1)^3/(x - 1)",
    "log(x/(1 - x))^2*u",
    "max(x^2, sin(3*x))",
    "x^(x^2)",
)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(MANY),
    st.sampled_from(["brief", "standard", "full"]),
    st.sets(
        st.sampled_from(
            ["chain", "power", "sum", "product", "quotient", "sin", "signs", "put back"]
        )
    ),
    st.booleans(),
)
def test_a_reading_loses_no_step_and_shows_no_hidden_letter(
    formula: str, detail: Detail, known: set[str], in_place: bool
) -> None:
    derivation = derived(formula)
    written = derivation.outline(
        detail=detail, known=known, inner="in place" if in_place else "named"
    )
    (section,) = written.sections
    assert [step for line in section.lines for step in line.steps] == list(derivation.steps)
    assert section.lines[-1].right == derivation.last
    assert not rules_named(written) & set(written.reading.known)
    hidden = {
        letter.name
        for step in derivation.steps
        if in_place or step.rule.name in written.reading.known
        for letter in step.introduced
    }
    for line in section.lines:
        parts = [line.right, *(term for r in line.reasons for _, term in r.bindings)]
        parts += [
            term for reason in line.reasons for term in (*reason.introduced, *reason.conditions)
        ]
        assert not hidden & frozenset().union(*(part.names for part in parts))


@functools.cache
def derived(formula: str) -> Derivation:
    return differentiate(formula, "x")


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


X, M, B = Symbol("x"), Symbol("m"), Symbol("b")
U = Abbreviation("u", parse("3*x + 1"))
J = Abbreviation("J", parse("m*b"))
Y = Indexed("y", ("i",))

PRIMED: list[tuple[Term, str, str, str]] = [
    (Partial(parse("x^2"), X, True), "(x²)′", r"\left(x^{2}\right)'", "(x^(2))'"),
    (Partial(X, X, True), "x′", "x'", "x'"),
    (Partial(number(1), X, True), "(1)′", r"\left(1\right)'", "(1)'"),
    (Partial(J, M), "J′ₘ", "J'_{m}", "J'_(m)"),
    (Partial(J, B), "J′_b", "J'_{b}", "J'_(b)"),
    (Partial(Y, M), "(yᵢ)′ₘ", r"\left(y_{i}\right)'_{m}", "(y_(i))'_(m)"),
    (Partial(Partial(J, B), M), "J″_bm", "J''_{b m}", "J''_(b m)"),
    (Partial(call("sin", U), U, True), "sin′(u)", r"\sin'\left(u\right)", "sin'(u)"),
    (Partial(call("log", X), X, True), "log′(x)", r"\ln'\left(x\right)", "ln'(x)"),
    (Partial(Power(U, number(2)), U, True), "(u²)′ᵤ", r"\left(u^{2}\right)'_{u}", "(u^(2))'_(u)"),
    (Power(Partial(J, M), number(2)), "(J′ₘ)²", r"\left(J'_{m}\right)^{2}", "(J'_(m))^(2)"),
    (Product((number(3), Partial(X, X, True))), "3x′", "3x'", "3x'"),
    (Partial(Partial(call("sin", X), X, True), X, True), "sin″(x)", r"\sin''\left(x\right)", "sin''(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "plain", "tex", "typeset"), PRIMED)
def test_prime_notation(term: Term, plain: str, tex: str, typeset: str) -> None:
    assert text(term, derivative_style="prime") == plain
    assert latex(term, derivative_style="prime") == tex
    assert typst(term, derivative_style="prime") == typeset
    assert text(term, derivative_style="prime", ascii=True).isascii()
    written = mathml(term, derivative_style="prime")
    assert "′" in written or "″" in written
    ElementTree.fromstring(written)


def test_the_square_of_a_derivative_is_no_second_derivative() -> None:
    square = Power(Partial(J, M), number(2))
    assert text(square) == "(∂J/∂m)²"
    assert latex(square).startswith(r"\left(\frac{\partial J}{\partial m}\right)")


@pytest.mark.parametrize("detail", ["brief", "standard", "full"])
@pytest.mark.parametrize("way", ["text", "latex", "markdown", "html", "typst"])
def test_prime_notation_reaches_every_line_of_every_format(way: str, detail: Detail) -> None:
    written = getattr(LINE.derive(), way)(derivative_style="prime", detail=detail)
    assert not any(sign in written for sign in ("∂", r"\partial", "partial "))
    assert "′" in written or "'" in written


def test_the_chain_rule_in_prime_notation() -> None:
    rows = (
        differentiate("sin(3*x + 1)", "x")
        .text(detail="full", derivative_style="prime")
        .splitlines()
    )
    assert rows[1].split("[")[0].strip() == "(sin(3x + 1))′ = sin′(u)·(3x + 1)′"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--derivative-style", "prime"], "J′ₘ = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)"),
        (["--known", "power,sum"], "[chain rule, with uᵢ = m xᵢ + b − yᵢ]"),
        (["--inner", "in-place", "--detail", "full"], "chain rule: the derivative of the outer"),
    ],
)
def test_the_command_line_has_every_reading(options: list[str], shown: str) -> None:
    ran = CliRunner().invoke(main, ["derive", "m*x + b", *options])
    assert ran.exit_code == 0
    assert shown in ran.stdout
