"""MarkedStep: what came of the lines about one parameter: each line marked, and the first that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symgd.tutor.statement import Mark
from symgd.tutor.updates.answering import Namer
from symgd.tutor.updates.attempt import StudentProgram
from symgd.tutor.updates.judging import WrongUpdate
from symgd.tutor.verdict import Verdict
from symgd.writing.formulas.text import text
from symgd.writing.words import Message


@dataclass(frozen=True)
class MarkedStep:
    """What came of the lines about one parameter, or about the vector of all."""

    marks: tuple[Mark, ...]
    wrong: tuple[Mark, Verdict] | None = None
    missing: tuple[str, ...] = ()
    conventions: tuple[Message, ...] = ()


def marks_of(
    attempt: StudentProgram, namer: Namer, wrong: Mapping[int, WrongUpdate]
) -> Iterator[Mark]:
    """Each line as it is shown, those that are wrong by their place."""
    for number, (line, statement) in enumerate(
        zip(attempt.lines, attempt.program.statements, strict=True)
    ):
        term = namer.shown(statement.term)
        note = "" if statement.term == line.readings[0] else f"read as {text(term)}"
        status = "wrong" if number in wrong else "right"
        left = namer.left(statement.target)
        yield Mark(line.line, line.written, left, term, status, note)  # type: ignore[arg-type]  # one of its words
