"""Verdict: whether a student's lines are right, where they go wrong and how that is seen, why, and what to do."""

from __future__ import annotations

import fractions
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial, reduce
from typing import Any, Literal

import mpmath
import sympy

from symgd import terms as nt
from symgd.registry.options import names_options
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.diagnosis import SECONDS
from symgd.tutor.exercise import first_partial
from symgd.tutor.misconception import Diagnosis, Misconception
from symgd.tutor.spoken import Spoken, as_shown
from symgd.tutor.statement import Mark, Status
from symgd.writing.formulas.sympy_text import sympy_text
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Message, Part, Words, message

SCHEMA = "symgd/verdict/1"

# How many digits of a number are shown.
SIGNIFICANT = 5
# Fractions between these are shown exactly.
_LEAST, _MOST = fractions.Fraction(1, 10**9), 10**15

Kind = Literal["right", "wrong", "unfinished"]


@names_options
@dataclass(frozen=True, repr=False)
class Verdict(Spoken):
    """What came of marking a student's lines.

    Parameters
    ----------
    kind : {"right", "wrong", "unfinished"}
    marks : tuple of Mark
        Every statement.
    wrong : Mark or None
        The first that does not follow.
    before : Mark or None
        The right line before it; None where it is the first of its chain.
    diagnoses : tuple of Diagnosis
        The misconceptions behind it, where they are known; two where it took both.
    expected : Term or None
        The right result.
    counterexample : Counterexample or None
        Numbers at which the wrong line and the one before it differ.
    missing : tuple of str
        The variables whose derivatives are still to be written or finished.
    hurried : bool
        Whether no misconception was found because looking for one took too long.
    words : tuple of int
        The lines that were taken for words, and not marked.
    remarks : tuple of Message
        On names of the exercise that may have been meant as products.
    optimizer : str
        Whose update rule was asked for; empty where the lines are a derivation.
    conventions : tuple of Message
        What the lines have otherwise than the rule, and makes the same steps.
    language : str or path, optional
        What it is said in where nothing else is asked for.
    """

    kind: Kind
    marks: tuple[Mark, ...]
    wrong: Mark | None = None
    before: Mark | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    expected: nt.Term | None = None
    counterexample: Counterexample | None = None
    missing: tuple[str, ...] = ()
    hurried: bool = False
    words: tuple[int, ...] = ()
    remarks: tuple[Message, ...] = ()
    optimizer: str = ""
    conventions: tuple[Message, ...] = ()
    language: Language = None

    def __repr__(self) -> str:
        return f"Verdict({self.text().splitlines()[0]!r})"

    @property
    def line(self) -> int | None:
        """The number of the first line that does not follow."""
        return self.wrong.line if self.wrong else None

    @property
    def misconception(self) -> Misconception | None:
        """The first misconception behind it."""
        return self.diagnoses[0].misconception if self.diagnoses else None

    @property
    def result(self) -> sympy.Expr | None:
        """The right result as SymPy knows it, where a line is wrong."""
        return self.expected.value if self.expected is not None else None

    def _paragraphs(self) -> Iterator[list[Message]]:
        wrong, before, seen = self.wrong, self.before, self.counterexample
        read = [*self.conventions, *_taken_for(self.marks, self.words), *self.remarks]
        if self.kind == "unfinished":
            missing = _without_lines if self.optimizer else partial(_unfinished, self.marks)
            yield [missing(self.missing), *read]
        if self.kind == "right":
            yield [_right(len({mark.line for mark in self.marks}), bool(self.optimizer)), *read]
        if wrong is None:
            return
        heading, values = _differing(wrong, before, bool(self.optimizer))
        yield [heading]
        yield _equations(wrong, before)
        why = [_numbers(seen, values)] if seen is not None else []
        why += _explanations(self.diagnoses, self.hurried)
        if self.expected is not None and self.expected != wrong.left:
            equation = nt.Equation(wrong.left, self.expected)
            why.append(message("What comes out: {equation}", equation=equation))
        yield [*why, *_afterwards(self.marks, wrong.line), *read]

    def _record(self, words: Words) -> dict[str, Any]:
        """`schema` names the form of the JSON, and all its keys are always there."""
        wrong, before, expected = self.wrong, self.before, self.expected
        start = before.term if before else wrong.left if wrong else None
        line = before.line if before else None
        return {
            "schema": SCHEMA,
            "verdict": self.kind,
            "line": self.line,
            "missing": list(self.missing),
            "words": list(self.words),
            "remarks": [remark.written(words=words) for remark in self.remarks],
            "optimizer": self.optimizer or None,
            "conventions": [
                said.written(partial(text, words=words), words) for said in self.conventions
            ],
            "marks": [_mark(mark, words) for mark in self.marks],
            "left": as_record(wrong.left, words) if wrong else None,
            "written": as_record(wrong.term, words) if wrong else None,
            "before": {"line": line, **as_record(start, words)} if start else None,
            "expected": as_record(expected, words) if expected is not None else None,
            "misconceptions": [_misconception(diagnosis, words) for diagnosis in self.diagnoses],
            "counterexample": _counterexample(self.counterexample),
        }


def _right(lines: int, of_update: bool) -> Message:
    """That all lines hold, and how that is known."""
    if of_update:
        return message(
            "Right: the line makes the steps of the update rule (compared at random points).",
            "Right: all {number} lines make the steps of the update rule (compared at random points).",
            number=lines,
        )
    return message(
        "Right: the line holds (compared at random points with what was to be derived).",
        "Right: all {number} lines hold (compared at random points with what was to be derived).",
        number=lines,
    )


def _without_lines(missing: Iterable[str]) -> Message:
    """What has no line yet."""
    said = (message("there is no line for {name}", name=nt.Symbol(name)) for name in missing)
    together = reduce(lambda one, two: message("{first}; {second}", first=one, second=two), said)
    return message("Right so far, but unfinished: {open}.", open=together)


def _unfinished(marks: Iterable[Mark], missing: Iterable[str]) -> Message:
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
    together = reduce(lambda one, two: message("{first}; {second}", first=one, second=two), said)
    return message("Right so far, but unfinished: {open}.", open=together)


def _taken_for(marks: Iterable[Mark], words: tuple[int, ...]) -> Iterator[Message]:
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


def _differing(wrong: Mark, before: Mark | None, updates: bool) -> tuple[Message, Message]:
    """Which line is wrong, and what values the two that differ come to, which `_numbers` puts in."""
    if before is None and isinstance(wrong.left, nt.Symbol) and not updates:
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
    return heading.filled(**parts), values.filled(**parts)


def _equations(wrong: Mark, before: Mark | None) -> list[Message]:
    """The wrong line, and the one before it; what has no words needs no translation."""
    written = message(
        "  {equation}   <- line {line}",
        equation=nt.Equation(wrong.left, wrong.term),
        line=wrong.line,
    )
    if before is None:
        return [written]
    return [Message("  {equation}", {"equation": nt.Equation(before.left, before.term)}), written]


def _numbers(seen: Counterexample, values: Message) -> Message:
    found = {"expected": _number(seen.expected), "written": _number(seen.written)}
    values = values.filled(**values.parts, **found)
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


def _values(numbers: tuple[fractions.Fraction | float, ...]) -> str:
    """A number, a column, or a table row by row."""
    width = math.isqrt(len(numbers))
    if width > 2 and width * width == len(numbers):
        rows = (numbers[start : start + width] for start in range(0, len(numbers), width))
        return f"({', '.join(map(_values, rows))})"
    shown = ", ".join(map(_number, numbers))
    return shown if len(numbers) == 1 else f"({shown})"


def _number(value: Any) -> str:
    """A number as people read it: whole, or a fraction and about how much that is, or five digits."""
    if not isinstance(value, fractions.Fraction) or not _LEAST < abs(value) < _MOST:
        return _rounded(value)
    sign = "−" if value < 0 else ""
    size = abs(value)
    if size.denominator == 1:
        return f"{sign}{size.numerator}"
    if size.denominator in (2, 4, 5, 8, 10, 20, 100):
        return f"{sign}{float(size):g}"
    return f"{sign}{size.numerator}/{size.denominator} ≈ {sign}{float(size):.{SIGNIFICANT - 1}g}"


def _rounded(value: Any) -> str:
    """Five digits of a number of any size: 1e+309 is no float any more."""
    if not isinstance(value, fractions.Fraction):
        shown = str(
            mpmath.nstr(mpmath.mpmathify(value), SIGNIFICANT, strip_zeros=True)
        ).removesuffix(".0")
    elif value.denominator == 1 and abs(value) < _MOST:
        shown = f"{value.numerator}"
    else:
        shown = f"{Decimal(value.numerator) / Decimal(value.denominator):.{SIGNIFICANT}g}"
    return shown.replace("-", "−")


def as_float(value: Any) -> float | None:
    """A number for programs; None where it is larger than any float."""
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _explanations(diagnoses: Sequence[Diagnosis], hurried: bool) -> Iterator[Message]:
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


def _afterwards(marks: Iterable[Mark], wrong: int) -> Iterator[Message]:
    """What became of the lines after the wrong one."""
    after = [mark for mark in marks if mark.line != wrong]
    became: Mapping[Status, Message] = {
        "follows": message(
            "Line {lines} follows from it, without a new slip.",
            "Lines {lines} follow from it, without a new slip.",
        ),
        "right again": message("Line {lines} is right again.", "Lines {lines} are right again."),
        "wrong": message("Line {lines} has another slip.", "Lines {lines} have another slip."),
    }
    for status, said in became.items():
        lines = sorted({mark.line for mark in after if mark.status == status})
        if lines:
            yield said.filled(number=len(lines), lines=tuple(lines))


def _mark(mark: Mark, words: Words) -> dict[str, Any]:
    return {
        "line": mark.line,
        "written": mark.written,
        "status": mark.status,
        "read_as": text(mark.term, words=words),
    }


def as_record(term: nt.Term, words: Words) -> dict[str, str]:
    """A formula for people, for TeX and for SymPy."""
    return {**as_shown(term, words), "sympy": sympy_text(term.value)}


def _misconception(diagnosis: Diagnosis, words: Words) -> dict[str, str]:
    write = partial(text, words=words)
    return {
        "key": diagnosis.misconception.key,
        "name": diagnosis.name.written(write, words),
        "explanation": diagnosis.explanation.written(write, words),
        "remedy": diagnosis.remedy.written(write, words),
    }


def _counterexample(counterexample: Counterexample | None) -> dict[str, Any] | None:
    if counterexample is None:
        return None
    return {
        "numbers": {
            name: [as_float(n) for n in values] for name, values in counterexample.numbers.items()
        },
        "before": as_float(counterexample.expected),
        "written": as_float(counterexample.written),
    }
