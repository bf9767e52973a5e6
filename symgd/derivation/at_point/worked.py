"""Worked: a derivation with numbers put into every line, and what each line comes to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias, Unpack

from symgd.derivation.at_point.bindings import bindings_of
from symgd.derivation.at_point.substitution import FIRST, WRITTEN_OUT, DataRow, Substitution
from symgd.derivation.checking.numeric import agree
from symgd.derivation.checking.point import Bindings
from symgd.derivation.result import Result
from symgd.errors import CheckFailed, DerivationError, parameter
from symgd.registry.options import names_options
from symgd.terms import (
    Abbreviation,
    BigSum,
    Equation,
    Indexed,
    Partial,
    Symbol,
    Term,
    indices_of,
    number,
)
from symgd.writing.exposition import Chain, Exposition
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.rounding import DIGITS, About, Dots, Listed
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import text
from symgd.writing.outline import Line, Outline, Reason, Section, outline, reasons
from symgd.writing.reading import Detail, Reading, ReadingOptions, reading_from
from symgd.writing.words import Language, Message, Words, message

Key: TypeAlias = str | tuple[str, str]

SCHEMA = "symgd/worked/1"


@names_options
@dataclass(frozen=True, repr=False)
class Worked(Result):
    """A derivation at a point: every line with its numbers, and what it comes to.

    Parameters
    ----------
    told : Exposition
        The derivation, of one chain a chapter.
    keys : tuple of str, or of pairs of them
        What each chapter's result is called: "m", or ("m", "b") in a Hessian.
    bindings : Bindings
        The numbers.
    row : DataRow or None
        The one row that is looked at; None for the whole data.
    digits : int
        How many significant digits are shown.
    """

    told: Exposition
    keys: tuple[Key, ...]
    bindings: Bindings
    row: DataRow | None
    digits: int

    def __repr__(self) -> str:
        shown = (
            f"{key}: {text(self.substitution.shown(v).term)}" for key, v in self.values.items()
        )
        return f"Worked({', '.join(shown)})"

    @cached_property
    def substitution(self) -> Substitution:
        """What puts the numbers in."""
        return Substitution(self.bindings, self.digits)

    @property
    def result(self) -> dict[Key, float]:
        """What each derivative comes to."""
        return {key: _float(value) for key, value in self.values.items()}

    @cached_property
    def values(self) -> dict[Key, Any]:
        """What each derivative comes to: a Fraction where it is rational, else a number of 30 digits."""
        return {
            key: self.substitution.value(self.symbols(chain.last))
            for key, chain in zip(self.keys, self.told.chains, strict=True)
        }

    @property
    def exposition(self) -> Exposition:
        """The derivation as it is told, for these numbers."""
        lefts = tuple(self.left(c.left) for c in self.told.chains if c.left is not None)
        title = message("{lefts} worked out", lefts=lefts)
        chapters = tuple(replace(c, heading=self.heading(c.heading)) for c in self.told.chapters)
        given = tuple(_definitions(self))
        return replace(self.told, title=title, definitions=given, chapters=chapters)

    def heading(self, heading: Message) -> Message:
        """A heading; where it names a derivative, it is that of one row's own cost, by one entry."""
        if not any(isinstance(part, Partial) for part in heading.parts.values()):
            return heading
        meant = {
            name: self.left(part) if isinstance(part, Term) else part
            for name, part in heading.parts.items()
        }
        return heading.filled(**meant)

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines that such a reader gets, with their numbers."""
        told = outline(self.exposition, reading_from(reading), self.rule_names)
        sections = [
            replace(section, lines=self.lines(section.lines, key, told.reading))
            for key, section in zip(self.keys, told.sections, strict=True)
        ]
        sections[-1] = replace(sections[-1], said=(*sections[-1].said, self.closing))
        return _WorkedOutline(told.exposition, told.reading, tuple(sections), self)

    @property
    def closing(self) -> Message:
        """What the lines have been compared for, and how far numbers are written."""
        return message(
            "All lines of a derivative come to the same number, written with up to {digits} significant digits.",
            digits=number(self.digits),
        )

    def lines(self, lines: tuple[Line, ...], key: Key, reading: Reading) -> tuple[Line, ...]:
        """The lines with their numbers; lines that look the same are one."""
        found: list[Line] = []
        for line in lines:
            worked = self.line(replace(line, reasons=self.reasons(line, reading)), key)
            if not found or worked.right != found[-1].right:
                found.append(worked)
        return tuple(found)

    def line(self, line: Line, key: Key) -> Line:
        """A line with numbers put in, and what it comes to, which is the same for every line."""
        right = self.symbols(line.right)
        value, end = self.substitution.value(right), self.values[key]
        if not agree(value, end):
            raise CheckFailed(f"{text(line.right)} comes to {value}, and the last line to {end}")
        worked = self.substitution.worked(right)
        return replace(
            line,
            left=None if line.left is None else self.left(line.left),
            right=worked,
            relation=line.relation if self.is_exact(worked, right) else "≈",
            reasons=tuple(self.reason(reason) for reason in line.reasons),
        )

    def symbols(self, term: Term) -> Term:
        """A line's Term before numbers are put in: for the whole data, or one row."""
        return self.placed(self.row.of(term) if self.row else term)

    def placed(self, term: Term) -> Term:
        """`term` with its free indices where they stand: w₂ for w_k."""
        for index, position in self.bindings.indices.items():
            term = term.with_index(index, str(position))
        return term

    def left(self, term: Term) -> Term:
        """The left-hand side: the cost of one row has a name of its own, J₂."""
        body = term.body if isinstance(term, Partial) else term
        for part in body.parts() if self.row else ():
            if self.row and isinstance(part, Abbreviation):
                alone = self.row.of(part.definition)
                own = Abbreviation(part.name, alone, (str(self.row.number),))
                term = term.substitute({part: own})
        return self.placed(term)

    def reasons(self, line: Line, reading: Reading) -> tuple[Reason, ...]:
        """A line's reasons, but for the steps that change nothing in the one row that is looked at."""
        if self.row is None:
            return line.reasons
        seen = [
            step for step in line.steps if self.symbols(step.before) != self.symbols(step.after)
        ]
        return reasons(seen, reading) if seen else line.reasons

    def reason(self, reason: Reason) -> Reason:
        """A reason that speaks of the row, and in which u = … has its numbers where u is one number."""
        introduced = tuple(self.equation(self.symbols(term)) for term in reason.introduced)
        bindings = tuple((name, self.symbols(term)) for name, term in reason.bindings)
        conditions = tuple(map(self.symbols, reason.conditions))
        return replace(reason, introduced=introduced, bindings=bindings, conditions=conditions)

    def setting(self, name: Term) -> Equation:
        """A name and the number that is put in its place."""
        found = self.substitution.result(name)
        return Equation(name, found.term) if found.exact else About(name, found.term)

    def equation(self, term: Term) -> Equation:
        """name = numbers = what they come to; as it is, where the name has a free index."""
        assert isinstance(term, Equation)
        if any(not index.isdigit() for index in indices_of(term.left)):
            return term
        worked = self.substitution.worked(term.right)
        kind = Equation if self.is_exact(worked, term.right) else About
        return kind(term.left, worked)

    def is_exact(self, worked: Term, term: Term) -> bool:
        """Whether = may stand before a worked line: all but a number alone that is rounded say for themselves."""
        return isinstance(worked, Equation) or self.substitution.result(term).exact

    def record(self, language: Language = None) -> dict[str, Any]:
        """The numbers and what every line comes to, as plain data."""
        return _record(self, language)


@dataclass(frozen=True)
class _WorkedOutline(Outline):
    """An outline whose single steps have numbers too."""

    worked: Worked

    def single_steps(
        self, line: Line, section: Section, detail: Detail = "full"
    ) -> tuple[Line, ...]:
        single = Outline.single_steps(self, line, section, detail)
        position = next(n for n, known in enumerate(self.sections) if known is section)
        return self.worked.lines(single, self.worked.keys[position], self.reading)


def worked(
    told: Exposition,
    keys: Iterable[Key],
    parameters: Mapping[str, object],
    data: object | None = None,
    *,
    row: int | None = None,
    digits: int = DIGITS,
) -> Worked:
    """Every line of a derivation, of one chain a chapter, with numbers put in; see `Evaluable.at`."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 15:
        raise DerivationError(
            f"{parameter('digits')} is {digits!r}", "expected a whole number from 1 to 15"
        )
    numbers = bindings_of(
        [term for chain in told.chains for term in _lines(chain)], parameters, data
    )
    made = Worked(told, tuple(keys), numbers, _row(told, numbers, row), digits)
    for chain in told.chains:
        begun = chain.start.body if isinstance(chain.start, Partial) else chain.start
        made.substitution.expect_real(made.symbols(begun))
        letters: dict[Term, Term] = {}
        for step in chain.steps:
            letters |= {letter: letter.definition for letter in step.introduced}
            for condition in step.conditions:
                made.substitution.expect(made.symbols(condition.substitute(letters)))
    return made


def _float(value: Any) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if math.isinf(found):
        raise DerivationError("a derivative is too large for a float", "read `values`, or the text")
    return found


def _lines(chain: Chain) -> Iterator[Term]:
    yield chain.start
    yield from (step.after for step in chain.steps)


def _cost(told: Exposition) -> Term:
    """What is derived, written out, where it has a name."""
    return told.definitions[0].right if told.definitions else number(0)


def _row(told: Exposition, numbers: Bindings, row: int | None) -> DataRow | None:
    if row is None:
        return None
    first = next((part for part in _cost(told).parts() if isinstance(part, BigSum)), None)
    if first is None or not isinstance(first.upper, Symbol):
        raise DerivationError("these lines have no rows", f"leave {parameter('row')} out")
    count = first.upper.name
    size = numbers.sizes[count]
    if isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= size:
        raise DerivationError(
            f"{parameter('row')} is {row!r}",
            f"expected a whole number from 1, the first row, to {size}",
        )
    return DataRow(first.index, count, row)


def _definitions(worked: Worked) -> Iterator[Equation]:
    """What the names stand for, the numbers that are put in, and what the names come to."""
    told_first = worked.told.definitions
    names = [Equation(worked.left(e.left), worked.symbols(e.right)) for e in told_first[:1]]
    for line in told_first[1:]:
        left = worked.left if isinstance(line.left, Partial) else worked.symbols
        names.append(Equation(left(line.left), worked.symbols(line.right)))
    yield from names
    yield from _settings(worked)
    for told in (*names[1:], *names[:1]):
        yield from map(worked.equation, _for_each_row(worked, told))


def _settings(worked: Worked) -> Iterator[Equation]:
    """The parameters, and the row's own data or how many rows there are, on one line."""
    bindings, row = worked.bindings, worked.row
    entries: dict[str, list[Term]] = {}
    for name, position in bindings.numbers:
        if name in bindings.parameters or (row and position[:1] == (row.number,)):
            entry = Indexed(name, tuple(map(str, position))) if position else Symbol(name)
            entries.setdefault(name, []).append(entry)
    entries |= {name: [Symbol(name)] for name in bindings.sizes if row is None or name != row.count}
    told: list[Term] = [Equation(Symbol(k), number(n)) for k, n in bindings.indices.items()]
    for several in entries.values():
        few = len(several) <= WRITTEN_OUT
        told += map(worked.setting, several if few else several[:FIRST])
        told += () if few else (Dots(), worked.setting(several[-1]))
    if told:
        first, *rest = told
        assert isinstance(first, Equation)
        yield type(first)(first.left, Listed((first.right, *rest))) if rest else first


def _for_each_row(worked: Worked, told: Equation) -> Iterator[Equation]:
    """An equation for each position of its name's index: all where they are few, else the first ones and the last."""
    free = [index for index in indices_of(told.left) if not index.isdigit()]
    if not free:
        yield told
        return
    sums = [
        part
        for part in _cost(worked.told).parts()
        if isinstance(part, BigSum) and part.index in free
    ]
    if len(free) == 1 and sums:
        last = int(worked.substitution.value(sums[0].upper))
        few = range(1, last + 1) if last <= WRITTEN_OUT else (*range(1, FIRST + 1), last)
        for position in few:
            left, right = (side.with_index(free[0], str(position)) for side in told.children)
            yield Equation(left, right)


def _record(worked: Worked, language: Language) -> dict[str, Any]:
    told = worked.outline(detail="full", language=language)
    return {
        "schema": SCHEMA,
        "language": told.words.language,
        "title": told.exposition.title.written(text, told.words),
        "row": worked.row.number if worked.row else None,
        "digits": worked.digits,
        "definitions": [_written(equation, told.words) for equation in told.definitions],
        "partials": [
            {
                "wrt": key,
                "value": worked.result[key],
                "lines": [
                    {
                        "rules": [told.words.rule(reason.rule) for reason in line.reasons],
                        **_written(line.right, told.words),
                    }
                    for line in section.lines
                ],
            }
            for key, section in zip(worked.keys, told.sections, strict=True)
        ],
    }


def _written(term: Term, words: Words) -> dict[str, str]:
    return {"text": text(term), "latex": latex(term), "speech": speech(term, words)}
