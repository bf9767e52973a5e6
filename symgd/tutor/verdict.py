"""Verdict: what a marker says of a student's lines."""

from __future__ import annotations

import fractions
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Literal

import sympy

from symgd import terms as nt
from symgd.files import expect_suffix, write_text
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.misconception import Misconception
from symgd.writing.latex import latex
from symgd.writing.sympy_text import sympy_text
from symgd.writing.text import text

SCHEMA = "symgd/verdict/1"
SIGNIFICANT = 5

_TYPED = str.maketrans(
    {
        **{"Σ": "sum", "∂": "d", "−": "-", "·": "*", "′": "'", "≈": "~", "√": "sqrt ", "½": "1/2"},
        **{"²": "^2", "ⁿ": "^n", "ˣ": "^x", "ᵘ": "^u", "ᵛ": "^v", "⁻": "^-", "¹": "1", "±": "+-"},
        **{"ᵢ": "_i", "ₐ": "_a", "α": "alpha", "δ": "delta"},
    }
)

Write = Callable[[nt.Term], str]

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

    def text(self, *, ascii: bool = False) -> str:
        """The verdict in words."""
        return as_text(self, ascii=ascii)

    def json(self) -> str:
        """The verdict for programs."""
        return as_json(self)

    def markdown(self) -> str:
        """The verdict as notebooks and code hosts render it."""
        return as_markdown(self)

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


SECONDS = 5.0


def save_words(
    path: str | PathLike[str],
    text: Callable[[], str],
    markdown: Callable[[], str],
    json: Callable[[], str],
) -> None:
    """Write one of three accounts of a result to a file, as the file's name ends."""
    suffix = expect_suffix(path, {".txt": "text", ".md": "Markdown", ".json": "for programs"})
    write_text(path, {".txt": text, ".md": markdown, ".json": json}[suffix]())


def as_text(verdict: Verdict, *, ascii: bool = False) -> str:
    """The verdict as lines of text."""

    def write(term: nt.Term) -> str:
        return text(term, ascii=ascii)

    said = "\n".join(_lines(verdict, write, "  ")) + "\n"
    return plain(said) if ascii else said


def plain(words: str) -> str:
    """Words in ASCII characters, signs as they are typed."""
    return words.translate(_TYPED).encode("ascii", "replace").decode()


def as_markdown(verdict: Verdict) -> str:
    """The verdict as notebooks render it."""

    def write(term: nt.Term) -> str:
        return f"${latex(term)}$"

    return "\n\n".join(line.strip() for line in _lines(verdict, write, "") if line.strip()) + "\n"


def _lines(verdict: Verdict, write: Write, indent: str) -> Iterator[str]:
    if verdict.kind == "wrong":
        yield from _wrong(verdict, write, indent)
    elif verdict.kind == "unfinished":
        yield f"Right so far, but unfinished: {_still_open(verdict, write)}."
    else:
        count = len({mark.line for mark in verdict.marks})
        each = "the line holds" if count == 1 else f"all {count} lines hold"
        yield f"Right: {each} (compared at random points with what was to be derived)."
    for mark in verdict.marks:
        if mark.note:
            yield f"Line {mark.line} was read as {write(mark.term)}."
    if verdict.words:
        yield f"{_listed(verdict.words)} {'was' if len(verdict.words) == 1 else 'were'} taken for words."


def _still_open(verdict: Verdict, write: Write) -> str:
    last: dict[nt.Term, Mark] = {mark.left: mark for mark in verdict.marks}
    said = []
    for mark in last.values():
        left = next((part for _, part in mark.term.walk() if isinstance(part, nt.Partial)), None)
        if left is not None:
            said.append(f"{write(left)} is left on line {mark.line}")
    begun = {left.variable.name for left in last if isinstance(left, nt.Partial)}
    said += [
        f"the derivative by {name} is not there" for name in verdict.missing if name not in begun
    ]
    return "; ".join(said)


def _wrong(verdict: Verdict, write: Write, indent: str) -> Iterator[str]:
    wrong, before = verdict.wrong, verdict.before
    assert wrong is not None
    if before is None:
        yield f"Line {wrong.line} is not {_sought(wrong.left, write)}:"
    elif before.line == wrong.line:
        yield f"On line {wrong.line}, what stands after the second = does not follow from what stands before it:"
    else:
        yield f"Line {wrong.line} does not follow from line {before.line}:"
    yield ""
    if before is not None:
        yield f"{indent}{write(nt.Equation(before.left, before.term))}"
    yield f"{indent}{write(nt.Equation(wrong.left, wrong.term))}   <- line {wrong.line}"
    yield ""
    if verdict.counterexample is not None:
        yield _numbers(verdict.counterexample, verdict, write)
    yield from _explanations(verdict, write)
    if verdict.expected is not None and verdict.expected != wrong.left:
        yield f"What comes out: {write(nt.Equation(wrong.left, verdict.expected))}"
    yield from _afterwards(verdict)


def _numbers(counterexample: Counterexample, verdict: Verdict, write: Write) -> str:
    given = [
        f"{_name(name, write)} = {_values(numbers)}"
        for name, numbers in counterexample.numbers.items()
    ]
    if counterexample.row is not None:
        given.append(f"and the example {counterexample.row} where an index stands outside every Σ")
    assert verdict.wrong is not None
    before = f"line {verdict.before.line}" if verdict.before else _sought(verdict.wrong.left, write)
    if verdict.before and verdict.before.line == verdict.wrong.line:
        before, after = "the first", "the second"
    else:
        after = f"line {verdict.wrong.line}"
    values = f"{before} is {number(counterexample.expected)}, {after} is {number(counterexample.written)}."
    return f"With {', '.join(given)}: {values}" if given else f"Everywhere, {values}"


def _sought(left: nt.Term, write: Write) -> str:
    """What a first line should have been: the derivative on its left, or the next value of a parameter."""
    return f"the next {write(left)}" if isinstance(left, nt.Symbol) else write(left)


def _name(name: str, write: Write) -> str:
    return write(nt.Symbol(name))


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


def _explanations(verdict: Verdict, write: Write) -> Iterator[str]:
    if not verdict.diagnoses:
        looked = f"No slip that symgd knows was found in {SECONDS:.0f} seconds."
        yield looked if verdict.hurried else "It is no slip that symgd knows."
        return
    names = [
        _filled(diagnosis, diagnosis.misconception.name, write) for diagnosis in verdict.diagnoses
    ]
    if len(names) > 1:
        yield f"Two slips at once: {' and '.join(names)}."
    for name, diagnosis in zip(names, verdict.diagnoses, strict=True):
        what = _filled(diagnosis, diagnosis.misconception.explanation, write)
        remedy = _filled(diagnosis, diagnosis.misconception.remedy, write)
        yield f"{_capital(name)}: {what}."
        yield f"What to do: {remedy}."


def _filled(found: Diagnosis, words: str, write: Write) -> str:
    """A sentence with its letters written; a letter that nothing is known of is left out."""
    return words.format_map({name: write(term) for name, term in found.said.items()})


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _afterwards(verdict: Verdict) -> Iterator[str]:
    """What became of the lines after the wrong one."""
    after = [mark for mark in verdict.marks if mark.line != verdict.line]
    for status, words in (
        ("follows", "follows from it, without a new slip"),
        ("right again", "is right again"),
        ("wrong", "has another slip"),
    ):
        lines = sorted({m.line for m in after if m.status == status and m is not verdict.wrong})
        if lines:
            yield f"{_listed(lines)} {words if len(lines) == 1 else _plural(words)}."


def _listed(lines: Sequence[int]) -> str:
    return f"Line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"


def _plural(words: str) -> str:
    first, _, rest = words.partition(" ")
    return f"{ {'follows': 'follow', 'is': 'are', 'has': 'have'}[first] } {rest}"


def as_json(verdict: Verdict) -> str:
    """The verdict as JSON; `schema` names its form, and all its keys are always there."""
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": verdict.kind,
        "line": verdict.line,
        "missing": list(verdict.missing),
        "words": list(verdict.words),
        "marks": [_mark(mark) for mark in verdict.marks],
    }
    wrong, before = verdict.wrong, verdict.before
    record["left"] = _both(wrong.left) if wrong else None
    record["written"] = _both(wrong.term) if wrong else None
    record["before"] = (
        {"line": before.line if before else None, **_both(before.term if before else wrong.left)}
        if wrong
        else None
    )
    record["expected"] = _both(verdict.expected) if verdict.expected is not None else None
    record["misconceptions"] = [_misconception(diagnosis) for diagnosis in verdict.diagnoses]
    record["witness"] = _counterexample(verdict.counterexample)
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "line": mark.line,
        "written": mark.written,
        "status": mark.status,
        "read_as": text(mark.term),
    }


def _both(term: nt.Term) -> dict[str, str]:
    return {"text": text(term), "latex": latex(term), "sympy": sympy_text(term.value)}


def _misconception(diagnosis: Diagnosis) -> dict[str, str]:
    return {
        "key": diagnosis.misconception.key,
        "name": _filled(diagnosis, diagnosis.misconception.name, text),
        "explanation": _filled(diagnosis, diagnosis.misconception.explanation, text),
        "remedy": _filled(diagnosis, diagnosis.misconception.remedy, text),
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
