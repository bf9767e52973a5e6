"""Misconception: something that is often misunderstood, as a way of making the wrong line from the right one.

An attempt is made, not guessed at: a mal-rule takes the place of a rule of calculus, or a line is rewritten falsely,
and what comes out is compared in value with what the student wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from symgd import terms as nt
from symgd.derivation.calculus.rules import first_rule
from symgd.tutor.exercise import Exercise
from symgd.writing.steps import Rewritten
from symgd.writing.words import Message

MAX_STEPS = 400
# How often a rule may be met in one line, each time a place for an oversight.
MAX_OCCURRENCES = 8


@dataclass(frozen=True)
class WrongLine:
    """A wrong line that was written, the right one, and what stands before it, which may hold unfinished Partials.

    `turned` says whether the student wrote the residual the other way round than the exercise has it.
    """

    before: nt.Term
    right: nt.Term
    written: nt.Term
    variable: nt.Variable
    exercise: Exercise
    turned: bool = False


@dataclass(frozen=True)
class Attempt:
    """A wrong line, and what the letters of its explanation stand for."""

    term: nt.Term
    said: Mapping[str, nt.Term] = field(default_factory=dict)


AttemptMaker: TypeAlias = Callable[[WrongLine], Iterable[Attempt]]
# Takes the Partial and what the right rule makes of it; answers the wrong Term, or None where nothing goes wrong.
MalRewrite: TypeAlias = Callable[[nt.Partial, Rewritten], nt.Term | None]
LocalRewrite: TypeAlias = Callable[[nt.Term], Iterable[Attempt]]


@dataclass(frozen=True)
class Misconception:
    """Something that is often misunderstood.

    Parameters
    ----------
    key : str
        A name for programs.
    name : str
        What teachers call it.
    explanation : str
        What went wrong; ``{variable}`` and the like stand for what the attempts say.
    remedy : str
        What to do.
    made_by : tuple of callable
        Each takes a WrongLine, and answers wrong lines that the misconception makes of it.
    """

    key: str
    name: str
    explanation: str
    remedy: str
    made_by: tuple[AttemptMaker, ...] = field(default=(), compare=False)

    @property
    def rules(self) -> tuple[MalRule, ...]:
        """The mal-rules behind it, if that is how it comes about; two of these may meet in one line."""
        return tuple(made for made in self.made_by if isinstance(made, MalRule))

    def attempts(self, case: WrongLine) -> Iterator[Attempt]:
        """The wrong lines that it makes."""
        for made in self.made_by:
            yield from made(case)

    def __getstate__(self) -> dict[str, object]:
        """A misconception travels with what it tells; what finds it stays behind."""
        return {**vars(self), "made_by": ()}

    def __deepcopy__(self, known: object) -> Self:
        return self  # it never changes


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


# What teachers call it, what went wrong, what to do, and how it comes about.
Row: TypeAlias = tuple[str, str, str, *tuple[AttemptMaker, ...]]


def declared(rows: Mapping[str, Row]) -> tuple[Misconception, ...]:
    """The misconceptions of a table, by their keys."""
    return tuple(
        Misconception(key, name, explanation, remedy, tuple(made_by))
        for key, (name, explanation, remedy, *made_by) in rows.items()
    )


@dataclass(frozen=True)
class MalRule:
    """A rule of calculus that gives something else, and the attempts that come of it."""

    rule: str  # a regular expression for the whole name
    rewrite: MalRewrite
    # Whether somebody who does this does it throughout the line; else it is an oversight at one place.
    everywhere: bool = True

    def applied(self, partial: nt.Partial, name: str, rewritten: Rewritten) -> Attempt | None:
        """The wrong Term in the place of the rule's, where the rule is the one that it replaces."""
        if not re.fullmatch(self.rule, name):
            return None
        wrong = self.rewrite(partial, rewritten)
        letters = {"body": partial.body, "variable": partial.variable}
        return None if wrong is None else Attempt(wrong, {**rewritten.bindings, **letters})

    def __call__(self, case: WrongLine) -> Iterator[Attempt]:
        """Used everywhere, where it occurs once, or wherever one inner function stands."""
        met: list[nt.Term] = []
        for occurrence in (*((None,) if self.everywhere else ()), *range(MAX_OCCURRENCES)):
            attempt = derived(case.before, (self,), occurrence)
            if attempt is None:
                break
            if occurrence is not None and "g" in attempt.said:
                met.append(attempt.said["g"])
            yield attempt
        for inner in dict.fromkeys(g for g in met if 1 < met.count(g) < len(met)):
            yield from by_mal_rules(case.before, self, inner=inner)


def by_false_algebra(rewrite: LocalRewrite) -> AttemptMaker:
    """Attempts that come of one false rewrite of a part of the line before, or of the right result."""

    def attempts(case: WrongLine) -> Iterator[Attempt]:
        for line in dict.fromkeys((case.before, finished(case.before), case.right)):
            for path, part in line.walk():
                for attempt in rewrite(part):
                    yield Attempt(finished(line.replace(path, attempt.term)), attempt.said)

    return attempts


def derived(
    line: nt.Term,
    rules: tuple[MalRule, ...] = (),
    occurrence: int | None = None,
    inner: nt.Term | None = None,
) -> Attempt | None:
    """`line` with every Partial worked out, mal-rules used everywhere, where they occur once, or for one inner function.

    None where no mal-rule was used, or the line takes too many steps.
    """
    met: dict[MalRule, int] = dict.fromkeys(rules, 0)
    said: dict[str, nt.Term] = {}
    letters: set[str] = set()
    for _ in range(MAX_STEPS):
        found = next(((p, t) for p, t in line.walk() if isinstance(t, nt.Partial)), None)
        if found is None:
            used = all(count > (occurrence or 0) for count in met.values())
            return Attempt(line.written_out(letters), said) if used else None
        path, partial = found
        first, rewritten = first_rule(partial)
        letters.update(letter.name for letter in rewritten.introduced)
        after = rewritten.after
        for rule in rules:
            attempt = rule.applied(partial, first.name, rewritten)
            if attempt is None or (inner is not None and attempt.said.get("g") != inner):
                continue
            if occurrence is None or met[rule] == occurrence:
                after = attempt.term
                said = {**attempt.said, **said}
            met[rule] += 1
            break
        line = line.replace(path, after)
    return None


def by_mal_rules(line: nt.Term, *rules: MalRule, inner: nt.Term | None = None) -> Iterator[Attempt]:
    """The attempt that comes of some mal-rules, if each of them is used in the line."""
    attempt = derived(line, rules, inner=inner)
    if attempt is not None:
        yield attempt


def expanded(term: nt.Term) -> nt.Term:
    """`term` with what its abbreviations stand for, where nothing is derived by them."""
    partials = (part for part in term.parts() if isinstance(part, nt.Partial))
    if any(isinstance(partial.variable, nt.Abbreviation) for partial in partials):
        return term
    return term.written_out()


def finished(line: nt.Term) -> nt.Term:
    """`line` with every Partial worked out rightly; the line itself where that takes too long."""
    done = derived(line)
    return line if done is None else done.term
