"""Which steps make a line: a line that need not be seen joins its neighbour, and no step is lost."""

from __future__ import annotations

import pytest

from symgd import differentiate
from symgd.derivation.reading import Detail


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
