"""Which steps make a line: a line that need not be seen joins its neighbour, and no step is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symgd import Problem, differentiate, matrix_form
from symgd.writing.formulas.text import text
from symgd.writing.reading import Detail
from symgd.writing.shown import Shown


def lines_of(formula: str, detail: Detail, known: tuple[str, ...]) -> list[str]:
    """The rules behind each line, as `first + second`."""
    return rows_of(differentiate(formula, "x"), detail, known)


def rows_of(shown: Shown, detail: Detail, known: tuple[str, ...] = ()) -> list[str]:
    """The rules behind each line of all sections; nothing behind a line that no step made."""
    lines = [
        row for part in shown.outline(detail=detail, known=known).sections for row in part.lines
    ]
    return [" + ".join(step.rule.name for step in line.steps) for line in lines]


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
    # −1·x⁻² is written as it was until the second sign is gone.
    ("x^-1", ["power rule", "signs + signs + factor one"]),
    (
        "sin(cos(tan(x)))",
        [
            "chain rule + derivative of sin + put back",
            "chain rule + derivative of cos + put back + derivative of tan",
            "parentheses + signs",
            "order + one fraction",
        ],
    ),
    (
        "max(x, 2*x, 1 - x^2)",
        [
            "larger or smaller of two + larger or smaller of two",
            "variable + constant multiple rule + variable",
            "sum rule",
            "constant rule",
            "power rule",
            "zero terms + factor one",
        ],
    ),
]


@pytest.mark.parametrize(("formula", "lines"), STANDARD)
def test_lines_at_standard_detail(formula: str, lines: list[str]) -> None:
    assert lines_of(formula, "standard", ()) == lines


def test_a_step_that_shows_nothing_is_hidden_by_what_comes_of_it() -> None:
    assert lines_of("x^-1", "full", ()) == ["power rule", "signs + signs + factor one"]


# Between layers algebra has a line of its own, of every kind, before the next definition is put in.
LAYERS = [
    (
        "huber",
        [
            "chain rule through a name",
            "case by case",
            "constant multiple rule",
            "power rule",
            "constant multiple rule",
            "sum rule + derivative of abs",
            "constant rule",
            "zero terms + parentheses + order + one fraction + cancel",
            "definition",
        ],
    ),
    (
        "poisson",
        [
            "chain rule through a name",
            "sum rule",
            "variable + constant multiple rule",
            "derivative of log",
            "order + one fraction",
            "definition",
        ],
    ),
]


@pytest.mark.parametrize(("loss", "lines"), LAYERS)
def test_algebra_between_layers_is_one_line(loss: str, lines: list[str]) -> None:
    rows = rows_of(Problem("m*x + b", loss).derive("m"), "standard")
    start = rows.index(lines[0])
    assert rows[start : start + len(lines)] == lines


# Brief: the calculus in one line and the algebra in another, unless it is the order of factors alone.
BRIEF = [
    ("sqrt(x^2*exp(x))", 2),
    ("log(x, 2)", 2),
    ("x^2*a", 1),
    ("x*x", 1),
    ("sin(x)/x", 1),
    ("x", 1),
]


@pytest.mark.parametrize(("formula", "count"), BRIEF)
def test_lines_at_brief_detail(formula: str, count: int) -> None:
    assert len(lines_of(formula, "brief", ())) == count


def test_algebra_between_layers_is_calculus_to_a_brief_reader() -> None:
    given, result = rows_of(Problem("m*x + b", "huber").derive("m"), "brief")
    assert given == ""
    assert result.endswith("factor one + order")


def test_brief_lines_of_chains_with_little_calculus_or_none() -> None:
    rows = rows_of(matrix_form("mse").gradient(), "brief")
    assert rows[2:] == [
        "numbers first + order + one fraction",
        "",
        "transpose of a product + transpose twice",
    ]
    turned = PLUS(["transpose of a sum", *["transpose of a product", "transpose twice"] * 2])
    assert rows_of(matrix_form("ridge").gradient(), "brief")[-1] == turned
    schwarz, whole, entries = rows_of(Problem("m*x + b").hessian(), "brief")[-3:]
    assert schwarz == whole == entries == ""


# A line made by several steps stands to the one before it as the first of them that is not "=" says.
RELATIONS: list[tuple[Callable[[], Shown], str]] = [
    (lambda: Problem("m*x + b").stationary([1, 2, 3], [1.2, 1.8, 3.4]), "b ≈ −0.06666666667"),
    (lambda: Problem("m*x + b").stable_rate(), "φ ≤ J − α (1 − α λₘₐₓ/2) (gₘ² + g_b²)"),
    (lambda: Problem("a*exp(-b*x)").stable_rate(), "φ ≈ J − α (1 − α λₘₐₓ/2) (gₐ² + g_b²)"),
    (lambda: Problem("m*x + b").stable_rate(), "α < 2/λₘₐₓ"),
]


@pytest.mark.parametrize(("make", "row"), RELATIONS)
def test_a_brief_line_keeps_its_relation(make: Callable[[], Shown], row: str) -> None:
    lines = [line for section in make().outline(detail="brief").sections for line in section.lines]
    written = [
        f"{text(line.left)} {line.relation} {text(line.right)}" for line in lines if line.left
    ]
    assert row in written


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


def test_a_rule_that_is_used_on_two_functions_is_explained_for_each() -> None:
    (section,) = differentiate("x^2*x^3", "x").outline(detail="brief").sections
    (line,) = section.lines
    powers = [dict(reason.bindings)["f"] for reason in line.reasons if reason.rule == "power rule"]
    assert [text(power) for power in powers] == ["x²", "x³"]


def test_in_a_shared_section_u_stays_what_its_rule_derives_by() -> None:
    shared, *_ = Problem("m*x + b").derive().outline(detail="brief").sections
    derived_by = {
        reason.rule: text(dict(reason.bindings)["variable"])
        for line in shared.lines
        for reason in line.reasons
    }
    assert derived_by["chain rule"] == "θ"
    assert derived_by["power rule"] == "uᵢ"


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
