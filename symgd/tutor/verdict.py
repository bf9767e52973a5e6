"""Verdict: what a marker says of a student's lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import sympy

from symgd import terms as nt
from symgd.tutor import sentences
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.misconception import Diagnosis, Misconception
from symgd.tutor.spoken import Spoken, as_shown
from symgd.tutor.transcript import Mark
from symgd.writing.formulas.sympy_text import sympy_text
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Message, Words

SCHEMA = "symgd/verdict/1"

Kind = Literal["right", "wrong", "unfinished"]


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
        read = list(sentences.taken_for(self.marks, self.words))
        if self.kind == "unfinished":
            yield [sentences.unfinished(self.marks, self.missing), *read]
        if self.kind == "right":
            yield [sentences.right(self.marks), *read]
        if wrong is None:
            return
        heading, _ = sentences.differing(wrong, before)
        yield [heading]
        yield sentences.equations(wrong, before)
        why = [sentences.numbers(seen, wrong, before)] if seen is not None else []
        why += sentences.explanations(self.diagnoses, self.hurried)
        if self.expected is not None and self.expected != wrong.left:
            why.append(sentences.result(nt.Equation(wrong.left, self.expected)))
        yield [*why, *sentences.afterwards(self.marks, wrong.line), *read]

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
            "marks": [_mark(mark, words) for mark in self.marks],
            "left": as_record(wrong.left, words) if wrong else None,
            "written": as_record(wrong.term, words) if wrong else None,
            "before": {"line": line, **as_record(start, words)} if start else None,
            "expected": as_record(expected, words) if expected is not None else None,
            "misconceptions": [_misconception(diagnosis, words) for diagnosis in self.diagnoses],
            "counterexample": _counterexample(self.counterexample),
        }


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
            name: [float(n) for n in values] for name, values in counterexample.numbers.items()
        },
        "before": float(counterexample.expected),
        "written": float(counterexample.written),
    }
