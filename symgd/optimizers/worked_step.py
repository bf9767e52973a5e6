"""Steps of an optimizer with numbers put in: the gradient, each statement for each parameter, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias, Unpack

from symgd import terms as nt
from symgd.derivation.at_point.bindings import exactly
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.checking.point import Bindings
from symgd.derivation.gradient import Gradient
from symgd.derivation.result import Result
from symgd.errors import DerivationError, either, parameter
from symgd.optimizers.entrywise import calls, expect_entrywise, is_entrywise
from symgd.optimizers.letters import in_letters, typed
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.printed import decimal_of
from symgd.optimizers.schedule import Schedule
from symgd.optimizers.step_writer import ChangingRate, StepWriter, WorkedLine, WorkedStep
from symgd.optimizers.words import MEASURED
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.exposition import Chain, Chapter, Exposition
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.rounding import About
from symgd.writing.outline import Line, Outline
from symgd.writing.reading import ReadingOptions
from symgd.writing.words import Language, Message, message

MOST_STEPS = 20
# From the writer of a rule's lines to what makes so many steps from a start.
Whole: TypeAlias = Callable[[StepWriter], Callable[[Mapping[str, Any], int], Iterator[WorkedStep]]]


@names_options
@dataclass(frozen=True, repr=False)
class WorkedSteps(Result):
    """Some steps of an optimizer with numbers put in.

    Parameters
    ----------
    optimizer : Optimizer
    steps_made : tuple of WorkedStep
    digits : int
        How many significant digits are shown.
    letters : mapping of str to str
        Letters for names of the rule: those of its source, and others where a parameter has them.
    fixed : mapping of str to float
        The learning rate and the settings.

    Examples
    --------
    >>> from symgd import Problem
    >>> line = Problem("m*x + b")
    >>> step = line.step([1, 2, 3], [1.2, 1.8, 3.4], start={"m": 0.2, "b": 0.5}, optimizer="adam", learning_rate=0.1)
    >>> {name: round(value, 6) for name, value in step.result.items()}
    {'m': 0.3, 'b': 0.6}
    """

    optimizer: Optimizer
    steps_made: tuple[WorkedStep, ...]
    digits: int = 6
    letters: Mapping[str, str] = field(default_factory=FrozenMap)
    fixed: Mapping[str, float] = field(default_factory=FrozenMap)

    def __repr__(self) -> str:
        return f"WorkedSteps({self.optimizer.name}: {len(self.steps_made)})"

    @property
    def result(self) -> dict[str, float]:
        """Where the last step ends."""
        return {name: float(value) for name, value in self.steps_made[-1].end.items()}

    @cached_property
    def exposition(self) -> Exposition:
        """Two chapters a step: the gradient, and the statements."""
        chapters = [chapter for step in self.steps_made for chapter in self._chapters(step)]
        title = message("{name}, step by step with numbers", name=Message(self.optimizer.name))
        names = tuple(self.steps_made[0].start)
        return Exposition(title, names, (), tuple(chapters), "worked steps")

    def _chapters(self, step: WorkedStep) -> Iterator[Chapter]:
        shown = Substitution(Bindings({}, {}), self.digits).shown
        found = {name: shown(value) for name, value in step.start.items()}
        at = tuple(
            (nt.Equation if end.exact else About)(nt.Symbol(name), end.term)
            for name, end in found.items()
        )
        number = nt.number(step.number)
        heading = message("Step {step}: the gradient at {start}", step=number, start=at)
        yield Chapter(heading, tuple(Chain(line.name, line.formula, ()) for line in step.gradient))
        heading = message(
            "Step {step}: the statements of {name}", step=number, name=Message(self.optimizer.name)
        )
        chains = tuple(Chain(line.name, line.formula, ()) for line in step.statements)
        said = (*self._found_by(), *self._told_letters())
        said = (*_told_before(step), *said)
        if self.fixed:
            numbers = tuple(nt.Equation(nt.Symbol(n), decimal_of(v)) for n, v in self.fixed.items())
            said = (message("Here {numbers}.", numbers=numbers), *said)
        yield Chapter(heading, chains, said=said)

    def _told_letters(self) -> Iterator[Message]:
        """What is typed for the letters of the source, and what others stand for."""
        own = self.optimizer.letters
        stated = {*self.optimizer.rule.used, *self.optimizer.rule.made}
        printed = {n for n in own if {n, n + AFTER} & stated}  # a setting of the start alone is not
        yield from typed(
            {n: new for n, new in self.letters.items() if n in printed and own[n] == new}
        )
        said = message("{new} is what the rule calls {old}.")
        for old, new in self.letters.items():
            if own.get(old) != new:
                yield said.filled(new=nt.Symbol(new), old=nt.Symbol(old))

    def _found_by(self) -> Iterator[Message]:
        """What is no formula of the numbers above: how it was found."""
        rule = self.optimizer.rule
        if is_entrywise(self.optimizer):
            return
        yield message("These numbers are worked out in floating point, for all parameters at once.")
        if names := self._by("argmin"):
            yield message("{names}: found numerically, by a search along the line.", names=names)
        if names := self._by("first"):
            yield message("{names}: found by trying k = 0, 1, 2 and so on.", names=names)
        if names := self._by("solve"):
            yield message("{names}: found numerically, by solving the equations.", names=names)
        if rule.used & {"r", "Jac"}:
            yield message(
                "The cost is r·r, and Jac has the derivatives of r, a row for each entry of r."
            )

    def _by(self, word: str) -> tuple[nt.Term, ...]:
        """The statements that call a word."""
        found = (s for s in self.optimizer.rule.statements if calls(s.term, word))
        new = in_letters(self.letters)
        return tuple(nt.Symbol(statement.name).substitute(new) for statement in found)

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines, each with its numbers under it."""
        told = super().outline(**reading)
        blocks = [part for step in self.steps_made for part in (step.gradient, step.statements)]
        sections = tuple(
            replace(section, lines=tuple(self._lines(section.lines, block)))
            for section, block in zip(told.sections, blocks, strict=True)
        )
        return replace(told, sections=sections)

    def _lines(self, lines: tuple[Line, ...], block: tuple[WorkedLine, ...]) -> Iterator[Line]:
        for line, worked in zip(lines, block, strict=True):
            bare = worked.numbers is worked.formula and not worked.is_exact
            yield replace(line, relation="≈") if bare else line
            if worked.numbers != line.right:
                relation = "=" if worked.is_exact else "≈"
                yield Line(None, worked.numbers, (), (), relation)

    def record(self, language: Language = None) -> dict[str, Any]:
        """Every line with its numbers, as plain data."""
        from symgd.writing.documents.json_record import Recorder
        from symgd.writing.words import words_in

        record = Recorder(words_in(language))
        return {
            "schema": "symgd/worked-steps/1",
            "language": record.words.language,
            "optimizer": self.optimizer.name,
            "digits": self.digits,
            "settings": dict(self.fixed),
            "letters": dict(self.letters),
            "steps": [
                {
                    "step": step.number,
                    "start": {name: float(value) for name, value in step.start.items()},
                    "begins_with": [record.formula(each) for each in step.before],
                    "cases": [
                        {
                            "of": [record.formula(name) for name in case.names],
                            "condition": record.formula(case.condition),
                            "holds": case.holds,
                            "since": [record.formula(each) for each in case.numbers],
                        }
                        for case in step.cases
                    ],
                    "lines": [
                        {
                            "name": record.formula(line.name),
                            "formula": record.formula(line.formula),
                            "numbers": record.formula(line.numbers),
                            "value": line.value
                            if isinstance(line.value, list)
                            else float(line.value),
                        }
                        for line in step.lines
                    ],
                    "end": {name: float(value) for name, value in step.end.items()},
                }
                for step in self.steps_made
            ],
        }


def _told_before(step: WorkedStep) -> Iterator[Message]:
    """What the statements read that no line shows."""
    if step.before:
        yield message("This step begins with {numbers}.", numbers=step.before)
    for case in step.cases:
        yield case.told
    if step.empty:
        yield message("{names}: empty, nothing has been added yet.", names=step.empty)
    if step.long:
        yield message("{names}: too many numbers to be shown.", names=step.long)


def worked_steps(
    gradient: Gradient,
    data: Mapping[str, Any] | None,
    start: Mapping[str, Any],
    optimizer: Optimizer,
    settings: Mapping[str, float] | None = None,
    learning_rate: float | str | None = None,
    steps: int = 1,
    digits: int = 6,
    whole: Whole | None = None,
    changing: tuple[Schedule, Mapping[str, float]] | None = None,
) -> WorkedSteps:
    """Some steps with numbers put in; `whole` makes those of rules that look at all parameters at once.

    The rate may be `changing`, by a schedule and those of its settings that are given.

    Raises
    ------
    DerivationError
        For a rule that asks the cost elsewhere or works with matrices, and where a number is missing.
    """
    if whole is None:
        expect_entrywise(optimizer)
    rate = optimizer.learning_rate if learning_rate is None else learning_rate
    if rate is None and any(map(optimizer.rule.calls, MEASURED)):
        rate = 1  # as descents have it
    if changing is not None and not changing[0].needs_rate:
        rate = 1  # which what is remembered may begin with
    if rate is None and "alpha" in optimizer.rule.used:
        named = either("learning_rate=0.1", "--learning-rate 0.1")
        raise DerivationError(f"{optimizer.name} recommends no learning rate", f"pass {named}")
    if (
        isinstance(rate, bool)
        or not isinstance(rate, int | float | None)
        or not math.isfinite(rate or 0)
    ):
        raise DerivationError(f"the learning rate is {rate!r}", "expected a number")
    assert not isinstance(rate, str)
    if rate is not None and rate <= 0:
        remedy = "pass a number above 0: the minus of the update makes it go down"
        raise DerivationError(f"{parameter('learning_rate')} is {rate}", remedy)
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        remedy = f"expected a whole number from 1 to {MOST_STEPS}"
        raise DerivationError(f"the number of steps is {steps!r}", remedy)
    chosen = optimizer.chosen(settings or {})
    names = frozenset().union(
        *(t.names for p in gradient.partials.values() for t in (p.start, p.last))
    )
    others = {n: value for n, value in start.items() if n not in gradient and n in names}
    law = None if changing is None else ChangingRate(*changing, steps)
    writer = StepWriter(optimizer, chosen, rate or 0.0, gradient, data, digits, others, law)
    begun = {name: exactly(name, start.get(name, 0)) for name in gradient}
    by = writer.steps if is_entrywise(optimizer) or whole is None else whole(writer)
    made = tuple(by(begun, steps))
    used = {**({} if law else {"alpha": rate or 0.0}), **chosen}
    fixed = writer.rate_numbers
    told = {*optimizer.rule.used} | ({"alpha"} & optimizer.reads)
    fixed |= {writer.letter(n): v for n, v in used.items() if n in told}
    return WorkedSteps(optimizer, made, digits, FrozenMap(writer.letters), FrozenMap(fixed))
