"""Verdict: what a marker says of a student's lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from os import PathLike
from typing import Any, Literal

import sympy

from symgd import terms as nt
from symgd.files import expect_suffix, write_text
from symgd.tutor import sentences
from symgd.tutor.counterexample import Counterexample
from symgd.tutor.marks import Diagnosis, Mark
from symgd.tutor.misconception import Misconception
from symgd.writing.documents.plain import unaccented
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.sympy_text import sympy_text
from symgd.writing.formulas.text import text
from symgd.writing.words import ENGLISH, Language, Message, Words, words_in

SCHEMA = "symgd/verdict/1"


# What people type for a sign.
_TYPED = str.maketrans(
    {
        **{"Σ": "sum", "∂": "d", "−": "-", "·": "*", "′": "'", "≈": "~", "√": "sqrt ", "½": "1/2"},
        **{"²": "^2", "ⁿ": "^n", "ˣ": "^x", "ᵘ": "^u", "ᵛ": "^v", "⁻": "^-", "¹": "1", "±": "+-"},
        **{"ᵢ": "_i", "ₐ": "_a"},
    }
)

Kind = Literal["right", "wrong", "unfinished"]


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
    wrong, before, seen = verdict.wrong, verdict.before, verdict.counterexample
    read = list(sentences.taken_for(verdict.marks, verdict.words))
    if verdict.kind == "unfinished":
        yield [sentences.unfinished(verdict.marks, verdict.missing), *read]
    if verdict.kind == "right":
        yield [sentences.right(verdict.marks), *read]
    if wrong is None:
        return
    yield [sentences.heading(wrong, before)]
    yield sentences.equations(wrong, before)
    why = [sentences.numbers(seen, wrong, before)] if seen is not None else []
    why += sentences.explanations(verdict.diagnoses, verdict.hurried)
    if verdict.expected is not None and verdict.expected != wrong.left:
        why.append(sentences.result(nt.Equation(wrong.left, verdict.expected)))
    yield [*why, *sentences.afterwards(verdict.marks, wrong.line), *read]


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
    return {**as_shown(term, words), "sympy": sympy_text(term.value)}


def as_shown(term: nt.Term, words: Words) -> dict[str, str]:
    """A formula for people and for TeX."""
    return {"text": text(term, words=words), "latex": latex(term, words=words)}


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
