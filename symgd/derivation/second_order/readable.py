"""Fractions of more digits than anybody reads, as decimals with ≈; records for programs keep them whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symgd.derivation.second_order.elimination import DIGITS, rounded
from symgd.terms import Number, Term
from symgd.writing.formulas.names import number_text
from symgd.writing.outline import Line, Outline, Reason
from symgd.writing.words import message


def readable(outline: Outline) -> Outline:
    """The outline with long fractions rounded, and a word on it, where there are any."""
    sections = [replace(part, lines=tuple(_lines(part.lines))) for part in outline.sections]
    if all(new.lines == old.lines for new, old in zip(sections, outline.sections, strict=True)):
        return outline
    note = message(
        "Numbers of more than {most} digits are rounded here, after ≈; the JSON format has all of their digits.",
        most=DIGITS,
    )
    *others, last = sections
    return replace(outline, sections=(*others, replace(last, said=(*last.said, note))))


def _lines(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines with long fractions rounded; one that says no more than the one before it goes into that."""
    held: Line | None = None
    for line in map(_line, lines):
        if held is not None and _says_the_same(held, line):
            steps, reasons = (*held.steps, *line.steps), (*held.reasons, *line.reasons)
            held = replace(held, steps=steps, reasons=reasons)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _says_the_same(before: Line, line: Line) -> bool:
    same = line.left is None or line.left == before.left
    return same and line.right == before.right and line.relation == before.relation == "≈"


def _line(line: Line) -> Line:
    short = line.map(_short)
    if short == line:
        return line
    return replace(short, relation="≈", reasons=tuple(map(_reason, line.reasons)))


def _reason(reason: Reason) -> Reason:
    return replace(reason, bindings=tuple((name, _short(term)) for name, term in reason.bindings))


def _short(term: Term) -> Term:
    if not isinstance(term, Number):
        return term.map(_short)
    return rounded(term.number) if _digits(term) > DIGITS else term


def _digits(term: Number) -> int:
    """How many digits a number has: a decimal from its first that is not 0, a fraction above or below its line."""
    above, _, below = number_text(term).partition("/")
    return max(len(above.replace(".", "").lstrip("0")), len(below))
