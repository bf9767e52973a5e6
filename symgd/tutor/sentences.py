"""What is said of a student's lines: whether they are right, where they go wrong and how that is seen, why, and what to do."""

from __future__ import annotations

import fractions
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from symgd import terms as nt
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.exercise import first_partial
from symgd.tutor.misconception import Diagnosis
from symgd.tutor.transcript import Mark, Status
from symgd.writing.words import Message, Part, message

# How many digits of a number are shown.
SIGNIFICANT = 5
# How long a misconception is looked for.
SECONDS = 5.0


def right(marks: Iterable[Mark]) -> Message:
    return message(
        "Right: the line holds (compared at random points with what was to be derived).",
        "Right: all {number} lines hold (compared at random points with what was to be derived).",
        number=len({mark.line for mark in marks}),
    )


def unfinished(marks: Iterable[Mark], missing: Iterable[str]) -> Message:
    """What is left on the last lines, and which derivatives are not there."""
    last: dict[nt.Term, Mark] = {mark.left: mark for mark in marks}
    said, begun = [], set()
    for mark in last.values():
        left = first_partial(mark.term)
        if left is not None:
            said.append(message("{left} is left on line {line}", left=left, line=mark.line))
            begun |= {mark.left.variable.name} if isinstance(mark.left, nt.Partial) else set()
    said += [
        message("the derivative by {name} is not there", name=name)
        for name in missing
        if name not in begun
    ]
    return message("Right so far, but unfinished: {open}.", open=reduce(_and_also, said))


def _and_also(first: Message, second: Message) -> Message:
    return message("{first}; {second}", first=first, second=second)


def taken_for(marks: Iterable[Mark], words: tuple[int, ...]) -> Iterator[Message]:
    """How lines were read that can be read otherwise."""
    for mark in marks:
        if mark.note:
            yield message("Line {line} was read as {term}.", line=mark.line, term=mark.term)
    if words:
        yield message(
            "Line {lines} was taken for words.",
            "Lines {lines} were taken for words.",
            number=len(words),
            lines=words,
        )


def differing(wrong: Mark, before: Mark | None) -> tuple[Message, Message]:
    """Which line is wrong, and what values the two that differ come to; `numbers` puts these in."""
    if before is None and isinstance(wrong.left, nt.Symbol):
        heading = message("Line {line} is not the next {left}:")
        values = message("the next {left} is {expected}, line {line} is {written}")
    elif before is None:
        heading = message("Line {line} is not {left}:")
        values = message("{left} is {expected}, line {line} is {written}")
    elif before.line == wrong.line:
        heading = message(
            "On line {line}, what stands after the second = does not follow from what stands before it:"
        )
        values = message("the first is {expected}, the second is {written}")
    else:
        heading = message("Line {line} does not follow from line {before}:")
        values = message("line {before} is {expected}, line {line} is {written}")
    first = before.line if before else 0
    parts: dict[str, Part] = {"line": wrong.line, "left": wrong.left, "before": first}
    return replace(heading, parts=parts), replace(values, parts=parts)


def equations(wrong: Mark, before: Mark | None) -> list[Message]:
    """The wrong line, and the one before it; what has no words needs no translation."""
    written = message(
        "  {equation}   <- line {line}",
        equation=nt.Equation(wrong.left, wrong.term),
        line=wrong.line,
    )
    if before is None:
        return [written]
    return [Message("  {equation}", {"equation": nt.Equation(before.left, before.term)}), written]


def numbers(seen: Counterexample, wrong: Mark, before: Mark | None) -> Message:
    _, values = differing(wrong, before)
    found = {"expected": number(seen.expected), "written": number(seen.written)}
    values = replace(values, parts={**values.parts, **found})
    given = tuple(
        Message("{name} = {values}", {"name": nt.Symbol(name), "values": _values(numbers)})
        for name, numbers in seen.numbers.items()
    )
    if not given:
        return message("Everywhere, {values}.", values=values)
    if seen.row is None:
        return message("With {given}: {values}.", given=given, values=values)
    return message(
        "With {given}, and the example {row} where an index stands outside every Σ: {values}.",
        given=given,
        row=seen.row,
        values=values,
    )


def _values(numbers: tuple[fractions.Fraction, ...]) -> str:
    """A number, a column, or a table row by row."""
    width = math.isqrt(len(numbers))
    if width > 2 and width * width == len(numbers):
        rows = (numbers[start : start + width] for start in range(0, len(numbers), width))
        return f"({', '.join(map(_values, rows))})"
    shown = ", ".join(map(number, numbers))
    return shown if len(numbers) == 1 else f"({shown})"


def number(value: Any) -> str:
    """A number as people read it: whole, or a fraction and about how much that is, or five digits."""
    if not isinstance(value, fractions.Fraction):
        return f"{float(value):.{SIGNIFICANT}g}".replace("-", "−")
    sign = "−" if value < 0 else ""
    size = abs(value)
    if size.denominator == 1:
        return f"{sign}{size.numerator}"
    if size.denominator in (2, 4, 5, 8, 10, 20, 100):
        return f"{sign}{float(size):g}"
    return f"{sign}{size.numerator}/{size.denominator} ≈ {sign}{float(size):.{SIGNIFICANT - 1}g}"


def explanations(diagnoses: Sequence[Diagnosis], hurried: bool) -> Iterator[Message]:
    """The misconceptions behind a line, or that none is known."""
    if not diagnoses and hurried:
        seconds = f"{SECONDS:.0f}"
        yield message("No slip that symgd knows was found in {seconds} seconds.", seconds=seconds)
    elif not diagnoses:
        yield message("It is no slip that symgd knows.")
    if len(diagnoses) > 1:
        first, second = (diagnosis.name for diagnosis in diagnoses)
        yield message("Two slips at once: {first} and {second}.", first=first, second=second)
    for found in diagnoses:
        yield message("{name}: {explanation}.", name=found.name, explanation=found.explanation)
        yield message("What to do: {remedy}.", remedy=found.remedy)


def result(equation: nt.Equation) -> Message:
    return message("What comes out: {equation}", equation=equation)


def afterwards(marks: Iterable[Mark], wrong: int) -> Iterator[Message]:
    """What became of the lines after the wrong one."""
    after = [mark for mark in marks if mark.line != wrong]
    became: tuple[tuple[Status, Message], ...] = (
        (
            "follows",
            message(
                "Line {lines} follows from it, without a new slip.",
                "Lines {lines} follow from it, without a new slip.",
            ),
        ),
        ("right again", message("Line {lines} is right again.", "Lines {lines} are right again.")),
        ("wrong", message("Line {lines} has another slip.", "Lines {lines} have another slip.")),
    )
    for status, said in became:
        lines = sorted({mark.line for mark in after if mark.status == status})
        if lines:
            yield replace(said, parts={"number": len(lines), "lines": tuple(lines)})
