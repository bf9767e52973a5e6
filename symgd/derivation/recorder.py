"""How the steps of a derivation are made and kept: each one checked, all within one budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from symgd.budget import Budget, TimeUp, current, deadline_of, started, stopped_after
from symgd.derivation.checking.check import Checker, advice
from symgd.derivation.search import Search
from symgd.errors import CheckFailed, DerivationError, counted, either
from symgd.terms import Cases, Comparison, Junction, Partial, Path, Sign, Term, Variable
from symgd.terms.exact import always_holds
from symgd.writing.exposition import Chain, Premise
from symgd.writing.steps import Check, Law, Rewritten, Rule, Step

_OPPOSITE: dict[Sign, Sign] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass
class StepRecorder:
    """Checks and counts the steps of one derivation, whatever lines they are on, until its budget is spent."""

    checker: Checker = field(default_factory=Checker)
    budget: Budget = field(default_factory=current)
    made: int = 0
    started: float = field(default_factory=started)

    def equal(self, before: Term, after: Term) -> Check:
        """Whether two Terms agree."""
        return self.checker.equal(before, after)

    @property
    def is_spent(self) -> bool:
        """Whether no further step may be made."""
        late = time.monotonic() >= deadline_of(self.budget, self.started)
        return late or self.made >= self.budget.steps

    def spent(self, by: str = "", state: str = "") -> DerivationError:
        """The error when the budget is spent."""
        return DerivationError(
            f"the derivation{by} is not finished after {counted(self.made, 'step')} "
            f"and {counted(round(time.monotonic() - self.started), 'second')}{state and '; '}{state}",
            f"pass {either('a larger budget', 'more with --max-steps or --max-seconds')}, "
            "or derive a part of the formula at a time",
        )

    @contextmanager
    def limited(self, error: Callable[[], DerivationError] | None = None) -> Iterator[None]:
        """Stop what is done inside when the time is up, even in the midst of a step."""
        try:
            with stopped_after(deadline_of(self.budget, self.started) - time.monotonic()):
                yield
        except TimeUp:
            raise (error or self.spent)() from None


@dataclass
class ChainBuilder:
    """A chain in the making, about `variable`: its latest line, which is rewritten step by step, and what a Chain has."""

    line: Term
    variable: Variable
    recorder: StepRecorder
    premise: Premise | None = None
    left: Term | None = None
    steps: list[Step] = field(default_factory=list)
    start: Term = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.line

    @property
    def chain(self) -> Chain:
        """What was worked out so far."""
        return Chain(self.left, self.start, tuple(self.steps), self.premise)

    def rewrite(self, rule: Law, path: Path, rewritten: Rewritten) -> None:
        """Put something of equal value at `path`."""
        after = self.line.replace(path, rewritten.after)
        self.record(rule, after, self.compared(path, after), rewritten, path)

    def compared(self, path: Path, after: Term) -> Check:
        """What is equal in value may be exchanged anywhere in a line: the part that changed is compared."""
        return self.recorder.equal(self.line.at(path), after.at(path))

    def tidy(self, rules: Sequence[Rule[Term]]) -> None:
        """Apply rules, innermost sub-terms first, until none applies."""
        search = Search(tuple(rules))
        while found := search.first(self.line):
            self.rewrite(*found)

    def record(
        self,
        rule: Law,
        after: Term,
        check: Check,
        rewritten: Rewritten | None = None,
        path: Path = (),
    ) -> None:
        """Make `after` the line, by a step at `path`; an error where it is not true, or could not be checked."""
        if self.recorder.is_spent:
            raise self.spent()
        before, made = self.line, rewritten or Rewritten(after)
        part = before.at(path)
        _expect(check, rule, part, after.at(path))
        by = part.variable if isinstance(part, Partial) else self.variable
        bindings = {"variable": by, **made.bindings}
        elsewhere = tuple(_elsewhere(before, path))
        told = (condition for condition in made.conditions if not always_holds(condition))
        where = tuple(Junction("or", (c, *elsewhere)) if elsewhere else c for c in told)
        step = Step(rule.told, before, after, path, by, bindings, made.introduced, check, where)
        self.steps.append(step)
        self.recorder.made += 1
        self.line = after

    def spent(self) -> DerivationError:
        """The error when the budget is spent."""
        return self.recorder.spent()


def _expect(check: Check, rule: Law, before: Term, after: Term) -> None:
    """Raise unless the check passed."""
    if not check.passed:
        expect_passed(
            check,
            f'a step by the rule "{rule.name}"',
            f'the rule "{rule.name}" made a step that is not true: {written(before)} became {written(after)}'
            f"{check.note and '; '}{check.note}",
        )


def expect_passed(check: Check, what: str, untrue: str) -> None:
    """Raise unless a check passed: another error where it found no point to go by."""
    if not check.passed and not check.trials and check.method != "shapes":
        raise DerivationError(
            f"{what} could not be checked: {check.note}",
            advice(check),
        )
    if not check.passed:
        raise CheckFailed(untrue)


def written(term: Term) -> str:
    """A Term for an error message, whether or not SymPy can take it."""
    try:
        return str(term.value)
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return repr(term)


def _elsewhere(line: Term, path: Path) -> Iterator[Term]:
    """The conditions under which the part at `path` does not count, as another case is taken."""
    for position in path:
        if isinstance(line, Cases):
            yield from (case.condition for case in line.cases[:position])
            own = line.cases[position].condition
            if isinstance(own, Comparison):
                yield Comparison(own.left, _OPPOSITE[own.sign], own.right)
        line = line.children[position]
