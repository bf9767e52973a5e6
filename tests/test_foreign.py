"""Expressions as other systems' tests and textbooks have them: all derived to the end, all steps checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from symgd.derivation.gradient import Derivation
from symgd.derivation.typed import differentiate
from symgd.parsing.formula import parse
from symgd.terms import Fraction, Number, Power, Product, Term, is_number
from symgd.writing.formulas.text import text

FILE = Path(__file__).with_name("foreign.txt")


def rows() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each section's title, and its expressions with the names to derive by."""
    title = ""
    found: list[tuple[str, str]] = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            if found:
                yield title, found
            title, found = line.strip("# "), []
        elif line:
            formula, _, by = line.partition(" by ")
            found.append((formula, by or "x"))
    yield title, found


SECTIONS = dict(rows())


def test_there_are_several_hundred() -> None:
    assert sum(map(len, SECTIONS.values())) > 600
    assert len(SECTIONS) > 10


@pytest.mark.parametrize("section", SECTIONS)
def test_foreign_expressions_are_derived_and_checked(section: str) -> None:
    for formula, by in SECTIONS[section]:
        derivation = differentiate(formula, by)
        assert all(step.rule.covered and step.check.passed for step in derivation.steps), formula
        assert derivation.check.passed, formula
        assert derivation.check.trials or "term for term" in derivation.check.note, formula
        assert not _ugly(derivation), (formula, text(derivation.last))


def _ugly(derivation: Derivation) -> bool:
    """1·a, a¹, a/1, 0·a, − −a, and text that is not read back the same."""
    shown = text(derivation.last, ascii=True)
    again = text(parse(shown, constants=("pi",)), ascii=True) != shown
    written = {id(t) for _, t in derivation.start.walk()}
    parts = (t for _, t in derivation.last.walk() if id(t) not in written)
    return again or "- -" in shown or any(_is_untidy(part) for part in parts)


def _is_untidy(term: Term) -> bool:
    match term:
        case Product():
            return any(is_number(factor, 1) or is_number(factor, 0) for factor in term.factors)
        case Power():
            return is_number(term.exponent, 1) or is_number(term.exponent, 0)
        case Fraction():
            nested = isinstance(term.numerator, Fraction) or isinstance(term.denominator, Fraction)
            return nested or is_number(term.denominator, 1)
    return isinstance(term, Number) and bool(re.match("-", str(term.number)))
