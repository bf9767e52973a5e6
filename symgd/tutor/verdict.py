"""Verdict: what a marker says of a student's lines."""

from __future__ import annotations

import fractions
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from os import PathLike
from typing import Any, Literal

import sympy

from symgd import terms as nt
from symgd.files import expect_suffix, write_text
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.misconception import Misconception
from symgd.writing.latex import latex
from symgd.writing.plain import unaccented
from symgd.writing.sympy_text import sympy_text
from symgd.writing.text import text
from symgd.writing.words import ENGLISH, Language, Message, Part, Words, message, words_in

SCHEMA = "symgd/verdict/1"
SIGNIFICANT = 5
# How long a misconception is looked for.
SECONDS = 5.0

# What people type for a sign.
_TYPED = str.maketrans(
    {
        **{"Σ": "sum", "∂": "d", "−": "-", "·": "*", "′": "'", "≈": "~", "√": "sqrt ", "½": "1/2"},
        **{"²": "^2", "ⁿ": "^n", "ˣ": "^x", "ᵘ": "^u", "ᵛ": "^v", "⁻": "^-", "¹": "1", "±": "+-"},
        **{"ᵢ": "_i", "ₐ": "_a"},
    }
)

Kind = Literal["right", "wrong", "unfinished"]
Status = Literal["right", "wrong", "follows", "right again"]


@dataclass(frozen=True)
class Mark:
    """One statement, marked.

    Parameters
    ----------
    line : int
        Counted from 1.
    written : str
        What stands there.
    left, term : Term
        What it is said to be equal to, and how it was read.
    status : {"right", "wrong", "follows", "right again"}
        "follows": it is as wrong as the line before, and follows from it.
    note : str
        How a sign was read, where people differ.
    """

    line: int
    written: str
    left: nt.Term
    term: nt.Term
    status: Status
    note: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """A misconception, and what the letters of its explanation stand for."""

    misconception: Misconception
    said: Mapping[str, nt.Term] = field(default_factory=dict)

    @property
    def name(self) -> Message:
        """What teachers call it, here."""
        return Message(self.misconception.name, self.said)

    @property
    def explanation(self) -> Message:
        """What went wrong, with its letters."""
        return Message(self.misconception.explanation, self.said)

    @property
    def remedy(self) -> Message:
        """What to do."""
        return Message(self.misconception.remedy, self.said)


@dataclass(frozen=True, repr=False)
class Verdict:
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
    begun : Term or None
        What the wrong line should be equal to.
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
    language : str or path, optional
        What it is said in where nothing else is asked for.
    """

    kind: Kind
    marks: tuple[Mark, ...]
    wrong: Mark | None = None
    before: Mark | None = None
    begun: nt.Term | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    expected: nt.Term | None = None
    counterexample: Counterexample | None = None
    missing: tuple[str, ...] = ()
    hurried: bool = False
    words: tuple[int, ...] = ()
    language: Language = None

    def __repr__(self) -> str:
        return f"Verdict({self.text().splitlines()[0]!r})"

    def __str__(self) -> str:
        return self.text()

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

    def text(self, *, language: Language = None, ascii: bool = False) -> str:
        """The verdict in words."""
        words = words_in(language or self.language)
        write = partial(text, ascii=ascii, words=words)
        said = "\n\n".join("\n".join(_said(part, write, words)) for part in _paragraphs(self))
        return f"{plain(said) if ascii else said}\n"

    def json(self, *, language: Language = None) -> str:
        """The verdict for programs: the keys in English, what is said in a language."""
        return as_json(self, words_in(language or self.language))

    def markdown(self, *, language: Language = None) -> str:
        """The verdict as notebooks and code hosts render it."""
        words = words_in(language or self.language)
        said = (_said(part, in_dollars(words), words) for part in _paragraphs(self))
        return "\n\n".join(line.strip() for part in said for line in part) + "\n"

    def save(self, path: str | PathLike[str]) -> None:
        """Write the verdict to a .txt, .md or .json file.

        Raises
        ------
        OutputError
            For another suffix, or when the file cannot be written.
        """
        save_words(path, self.text, self.markdown, self.json)

    def _repr_markdown_(self) -> str:
        return self.markdown()


def plain(said: str) -> str:
    """What is said in ASCII characters, signs as they are typed."""
    quoted = said.replace("«\u00a0", '"').replace("\u00a0»", '"')
    return unaccented(quoted.translate(_TYPED))


def save_words(
    path: str | PathLike[str],
    text: Callable[[], str],
    markdown: Callable[[], str],
    json: Callable[[], str],
) -> None:
    """Write one of three accounts of a result to a file, as the file's name ends."""
    suffix = expect_suffix(path, {".txt": "text", ".md": "Markdown", ".json": "for programs"})
    write_text(path, {".txt": text, ".md": markdown, ".json": json}[suffix]())


def in_dollars(words: Words) -> Callable[[nt.Term], str]:
    """How notebooks have formulas."""
    return lambda term: f"${latex(term, words=words)}$"


def _said(lines: Sequence[Message], write: Callable[[nt.Term], str], words: Words) -> list[str]:
    """The lines in a language; each begins with a capital letter."""
    said = [line.written(write, words) for line in lines]
    return [line[:1].upper() + line[1:] for line in said]


def _paragraphs(verdict: Verdict) -> Iterator[list[Message]]:
    notes = list(_notes(verdict))
    if verdict.kind == "unfinished":
        yield [message("Right so far, but unfinished: {open}.", open=_still_open(verdict)), *notes]
        return
    if verdict.wrong is None:
        count = len({mark.line for mark in verdict.marks})
        right = message(
            "Right: the line holds (compared at random points with what was to be derived).",
            "Right: all {number} lines hold (compared at random points with what was to be derived).",
            number=count,
        )
        yield [right, *notes]
        return
    yield [_heading(verdict.wrong, verdict.before)]
    yield _equations(verdict.wrong, verdict.before)
    yield [*_why(verdict, verdict.wrong), *_afterwards(verdict), *notes]


def _notes(verdict: Verdict) -> Iterator[Message]:
    """How lines were read."""
    for mark in verdict.marks:
        if mark.note:
            yield message("Line {line} was read as {term}.", line=mark.line, term=mark.term)
    if verdict.words:
        yield message(
            "Line {lines} was taken for words.",
            "Lines {lines} were taken for words.",
            number=len(verdict.words),
            lines=verdict.words,
        )


def _still_open(verdict: Verdict) -> Message:
    last: dict[nt.Term, Mark] = {mark.left: mark for mark in verdict.marks}
    said, begun = [], set()
    for mark in last.values():
        left = unfinished(mark.term)
        if left is not None:
            said.append(message("{left} is left on line {line}", left=left, line=mark.line))
            begun |= {mark.left.variable.name} if isinstance(mark.left, nt.Partial) else set()
    said += [
        message("the derivative by {name} is not there", name=name)
        for name in verdict.missing
        if name not in begun
    ]
    return reduce(_and_also, said)


def _and_also(first: Message, second: Message) -> Message:
    return message("{first}; {second}", first=first, second=second)


def unfinished(term: nt.Term) -> nt.Partial | None:
    """The first derivative that a line still holds."""
    return next((part for part in term.parts() if isinstance(part, nt.Partial)), None)


def _heading(wrong: Mark, before: Mark | None) -> Message:
    if before is None and isinstance(wrong.left, nt.Symbol):
        return message("Line {line} is not the next {left}:", line=wrong.line, left=wrong.left)
    if before is None:
        return message("Line {line} is not {left}:", line=wrong.line, left=wrong.left)
    if before.line == wrong.line:
        return message(
            "On line {line}, what stands after the second = does not follow from what stands before it:",
            line=wrong.line,
        )
    return message(
        "Line {line} does not follow from line {before}:", line=wrong.line, before=before.line
    )


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


def _why(verdict: Verdict, wrong: Mark) -> Iterator[Message]:
    if verdict.counterexample is not None:
        yield _numbers(verdict.counterexample, wrong, verdict.before)
    yield from _explanations(verdict)
    if verdict.expected is not None and verdict.expected != wrong.left:
        equation = nt.Equation(wrong.left, verdict.expected)
        yield message("What comes out: {equation}", equation=equation)


def _numbers(seen: Counterexample, wrong: Mark, before: Mark | None) -> Message:
    values = _compared(seen, wrong, before)
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


def _compared(seen: Counterexample, wrong: Mark, before: Mark | None) -> Message:
    """What the wrong line comes to, and what it should have been."""
    expected, written = number(seen.expected), number(seen.written)
    if before is not None and before.line == wrong.line:
        return message(
            "the first is {expected}, the second is {written}", expected=expected, written=written
        )
    if before is not None:
        return message(
            "line {before} is {expected}, line {line} is {written}",
            before=before.line,
            expected=expected,
            line=wrong.line,
            written=written,
        )
    sought = (
        message("the next {left} is {expected}, line {line} is {written}")
        if isinstance(wrong.left, nt.Symbol)
        else message("{left} is {expected}, line {line} is {written}")
    )
    parts: dict[str, Part] = {
        "left": wrong.left,
        "expected": expected,
        "line": wrong.line,
        "written": written,
    }
    return replace(sought, parts=parts)


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


def _explanations(verdict: Verdict) -> Iterator[Message]:
    if not verdict.diagnoses:
        yield (
            message(
                "No slip that symgd knows was found in {seconds} seconds.", seconds=f"{SECONDS:.0f}"
            )
            if verdict.hurried
            else message("It is no slip that symgd knows.")
        )
    if len(verdict.diagnoses) > 1:
        first, second = (diagnosis.name for diagnosis in verdict.diagnoses)
        yield message("Two slips at once: {first} and {second}.", first=first, second=second)
    for found in verdict.diagnoses:
        yield message("{name}: {explanation}.", name=found.name, explanation=found.explanation)
        yield message("What to do: {remedy}.", remedy=found.remedy)


def _afterwards(verdict: Verdict) -> Iterator[Message]:
    """What became of the lines after the wrong one."""
    after = [mark for mark in verdict.marks if mark.line != verdict.line]
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


def as_json(verdict: Verdict, words: Words = ENGLISH) -> str:
    """The verdict as JSON; `schema` names its form, and all its keys are always there."""
    wrong, before, expected = verdict.wrong, verdict.before, verdict.expected
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": verdict.kind,
        "line": verdict.line,
        "missing": list(verdict.missing),
        "words": list(verdict.words),
        "marks": [_mark(mark, words) for mark in verdict.marks],
        "left": as_record(wrong.left, words) if wrong else None,
        "written": as_record(wrong.term, words) if wrong else None,
        "before": None,
        "expected": as_record(expected, words) if expected is not None else None,
        "misconceptions": [_misconception(diagnosis, words) for diagnosis in verdict.diagnoses],
        "witness": _counterexample(verdict.counterexample),
    }
    if wrong:
        start = before.term if before else wrong.left
        line = before.line if before else None
        record["before"] = {"line": line, **as_record(start, words)}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _mark(mark: Mark, words: Words) -> dict[str, Any]:
    return {
        "line": mark.line,
        "written": mark.written,
        "status": mark.status,
        "read_as": text(mark.term, words=words),
    }


def as_record(term: nt.Term, words: Words) -> dict[str, str]:
    """A formula for people, for TeX and for SymPy."""
    return {
        "text": text(term, words=words),
        "latex": latex(term, words=words),
        "sympy": sympy_text(term.value),
    }


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
            name: [float(n) for n in values] for name, values in counterexample.numbers.items()
        },
        "before": float(counterexample.expected),
        "written": float(counterexample.written),
    }
