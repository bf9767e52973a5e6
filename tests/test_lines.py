"""Which steps make a line: a line that need not be seen joins its neighbour, and no step is lost."""

from __future__ import annotations

import pytest

from symgd import differentiate
from symgd.writing.reading import Detail


def lines_of(formula: str, detail: Detail, known: tuple[str, ...]) -> list[str]:
    """The rules behind each line, as `first + second`."""
    written = differentiate(formula, "x").outline(detail=detail, known=known)
    (section,) = written.sections
    return [" + ".join(step.rule.name for step in line.steps) for line in section.lines]


POWER = ("constant multiple rule", "power rule", "parentheses", "numbers")
PLUS = " + ".join

# The last steps are known or change nothing to be seen: they stand on the line before, or alone where there is none.
JOINED: list[tuple[Detail, tuple[str, ...], list[str]]] = [
    ("full", (), [*POWER]),
    ("full", ("numbers",), [*POWER[:2], PLUS(POWER[2:])]),
    ("full", ("numbers", "parentheses"), [POWER[0], PLUS(POWER[1:])]),
    ("full", POWER[1:], [PLUS(POWER)]),
    ("full", POWER, [PLUS(POWER)]),
    ("full", POWER[:1], [PLUS(POWER[:2]), *POWER[2:]]),
    ("standard", (), [*POWER[:2], PLUS(POWER[2:])]),
    ("standard", ("numbers",), [POWER[0], PLUS(POWER[1:])]),
    ("brief", (), [PLUS(POWER)]),
]


@pytest.mark.parametrize(("detail", "known", "lines"), JOINED)
def test_last_lines_that_are_known_join_the_line_before(
    detail: Detail, known: tuple[str, ...], lines: list[str]
) -> None:
    assert lines_of("3*x^5", detail, known) == lines


def test_the_last_line_is_the_result_whoever_reads_it() -> None:
    known = differentiate("3*x^5", "x").text(known=["numbers"])
    assert known.splitlines()[1:3] == [
        "  d/dx (3x⁵) = 3 d/dx x⁵   [constant multiple rule]",
        "             = 15x⁴        [power rule]",
    ]


# What makes one line at standard detail: atoms in a run, a law with the rule of its outer function, the last algebra.
STANDARD = [
    ("x*x", ["product rule", "variable + variable", "factor one + factor one + like terms"]),
    (
        "sqrt(x^2*exp(x))",
        [
            "chain rule + derivative of sqrt + put back",
            "product rule + power rule + derivative of exp",
            "parentheses + one fraction",
        ],
    ),
    (
        "(2*x + 1)^3",
        [
            "chain rule + power rule + put back",
            "sum rule",
            "constant multiple rule + variable + constant rule",
            "zero terms + factor one + parentheses + numbers",
        ],
    ),
    ("sin(x)/x", ["quotient rule + derivative of sin", "variable", "factor one", "order"]),
    ("x^2*a", ["constant multiple rule", "power rule", "parentheses", "order"]),
]


@pytest.mark.parametrize(("formula", "lines"), STANDARD)
def test_lines_at_standard_detail(formula: str, lines: list[str]) -> None:
    assert lines_of(formula, "standard", ()) == lines


# Brief: the calculus in one line and the algebra in another, unless it is the order of factors alone.
BRIEF = [("sqrt(x^2*exp(x))", 2), ("x^2*a", 1), ("x*x", 1), ("sin(x)/x", 1), ("x", 1)]


@pytest.mark.parametrize(("formula", "count"), BRIEF)
def test_lines_at_brief_detail(formula: str, count: int) -> None:
    assert len(lines_of(formula, "brief", ())) == count


# Only the last line of (2x + 1)³ puts numbers together; parentheses and put back are quiet.
REASONS = [
    ("brief", (), [["chain rule", "power rule", "sum rule", "numbers"]]),
    ("brief", ("sum rule", "numbers"), [["chain rule", "power rule"]]),
    ("standard", ("sum rule",), [["chain rule", "power rule"], [], ["numbers"]]),
    ("standard", ("chain rule",), [["power rule"], ["sum rule"], ["numbers"]]),
]


@pytest.mark.parametrize(("detail", "known", "reasons"), REASONS)
def test_each_reason_is_given_once_and_none_that_is_known(
    detail: Detail, known: tuple[str, ...], reasons: list[list[str]]
) -> None:
    (section,) = differentiate("(2*x + 1)^3", "x").outline(detail=detail, known=known).sections
    told = {"chain rule", "power rule", "sum rule", "numbers"}
    shown = [[r.rule for r in line.reasons if r.rule in told] for line in section.lines]
    assert [row for row in shown if row] == [row for row in reasons if row]
    assert all(len(set(row)) == len(row) for row in shown)


def test_a_first_line_that_says_nothing_is_not_written() -> None:
    (section,) = differentiate("x^2", "x").outline().sections
    first = section.lines[0]
    assert first.left is not None
    assert first.right != first.left
    assert all(line.left is None for line in section.lines[1:])


def test_known_rules_hide_the_letter_that_they_bring() -> None:
    shown = differentiate("(2*x + 1)^3", "x").text(known=["chain rule"])
    assert "with u" not in shown
    assert "u" not in shown.split("[")[0]
    named = differentiate("(2*x + 1)^3", "x").text()
    assert "with u = 2x + 1" in named


def test_a_last_step_that_changes_nothing_to_be_seen_makes_no_line() -> None:
    """(a b) cos(x) and a b cos(x) are written alike: nobody reads the same line twice."""
    rows = ["constant multiple rule", "derivative of sin + parentheses"]
    assert lines_of("sin(x)*(a*b)", "full", ()) == rows
    derivation = differentiate("sin(x)*(a*b)", "x")
    (section,) = derivation.outline(detail="full").sections
    assert section.lines[-1].right == derivation.last


def test_a_line_that_holds_a_hidden_letter_joins_the_next() -> None:
    rows = lines_of("(2*x + 1)^3", "full", ("chain rule",))
    assert rows[:2] == ["chain rule + power rule + put back", "sum rule"]
    assert lines_of("(2*x + 1)^3", "full", ())[:3] == ["chain rule", "power rule", "put back"]
