"""Slips: the wrong lines that follow from a right one when something is misunderstood.

A slip is made, not guessed at: a rule of calculus is spoilt, or a line is rewritten falsely, and what comes out is
compared in value with what the student wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from symgd import terms as nt
from symgd.derivation.calculus.rules import RULES, UNCOVERED
from symgd.tutor.exercise import Exercise
from symgd.writing.steps import Rewritten

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


# Takes the Partial and what the right rule makes of it; answers the wrong Term, or None where nothing goes wrong.
Spoil: TypeAlias = Callable[[nt.Partial, Rewritten], nt.Term | None]


@dataclass(frozen=True)
class MalRule:
    """A rule of calculus that gives something else.

    Parameters
    ----------
    rule : str
        The rule's name, or the beginning of several names, with the space after it.
    spoil : Spoil
    everywhere : bool
        Whether somebody who does this does it throughout the line; else it is an oversight at one place.
    """

    rule: str
    spoil: Spoil
    everywhere: bool = True

    def applied(self, partial: nt.Partial, name: str, rewritten: Rewritten) -> Attempt | None:
        """The wrong Term in the place of the rule's, where the rule is the one that is mal_rules."""
        if name != self.rule and not (self.rule.endswith(" ") and name.startswith(self.rule)):
            return None
        wrong = self.spoil(partial, rewritten)
        letters = {"body": partial.body, "variable": partial.variable}
        return None if wrong is None else Attempt(wrong, {**rewritten.bindings, **letters})


def first_rule(partial: nt.Partial) -> tuple[str, Rewritten]:
    """The rule that is used on a Partial, and what it gives."""
    for rule in (*RULES, UNCOVERED):
        rewritten = rule.rewrite(partial)
        if rewritten is not None:
            return rule.name, rewritten
    raise TypeError(f"no rule for {partial.value}")


def derived(
    line: nt.Term,
    spoilt: Iterable[MalRule] = (),
    occurrence: int | None = None,
    inner: nt.Term | None = None,
) -> Attempt | None:
    """`line` with every Partial worked out, the rules spoilt everywhere, where they occur once, or for one inner function.

    None where nothing was spoilt, or the line takes too many steps.
    """
    rules = tuple(spoilt)
    met: dict[MalRule, int] = dict.fromkeys(rules, 0)
    said: dict[str, nt.Term] = {}
    letters: set[str] = set()
    for _ in range(MAX_STEPS):
        found = next(((p, t) for p, t in line.walk() if isinstance(t, nt.Partial)), None)
        if found is None:
            used = all(count > (occurrence or 0) for count in met.values())
            return Attempt(line.written_out(letters), said) if used else None
        path, partial = found
        name, rewritten = first_rule(partial)
        letters |= rewritten.introduced.keys()
        after = rewritten.after
        for rule in rules:
            slip = rule.applied(partial, name, rewritten)
            if slip is None or (inner is not None and slip.said.get("g") != inner):
                continue
            if occurrence is None or met[rule] == occurrence:
                after = slip.term
                said = {**slip.said, **said}
            met[rule] += 1
            break
        line = line.replace(path, after)
    return None


def expanded(term: nt.Term) -> nt.Term:
    """`term` with what its abbreviations stand for, where nothing is derived by them."""
    partials = (part for part in term.parts() if isinstance(part, nt.Partial))
    if any(isinstance(partial.variable, nt.Abbreviation) for partial in partials):
        return term
    return term.written_out()


def finished(line: nt.Term) -> nt.Term:
    """`line` with every Partial worked out rightly; the line itself where that takes too long."""
    slip = derived(line)
    return line if slip is None else slip.term


def by_mal_rule(*rules: MalRule) -> Callable[[WrongLine], Iterator[Attempt]]:
    """Slips that come of one spoilt rule: everywhere, where it occurs once, or wherever one inner function stands."""

    def slips(case: WrongLine) -> Iterator[Attempt]:
        for rule in rules:
            met: list[nt.Term] = []
            for occurrence in (*((None,) if rule.everywhere else ()), *range(MAX_OCCURRENCES)):
                slip = derived(case.before, (rule,), occurrence)
                if slip is None:
                    break
                if occurrence is not None and "g" in slip.said:
                    met.append(slip.said["g"])
                yield slip
            for inner in dict.fromkeys(g for g in met if 1 < met.count(g) < len(met)):
                slip = derived(case.before, (rule,), inner=inner)
                if slip is not None:
                    yield slip

    return slips


LocalRewrite = Callable[[nt.Term], Iterable[Attempt]]


def by_false_algebra(rewrite: LocalRewrite) -> Callable[[WrongLine], Iterator[Attempt]]:
    """Slips that come of one false rewrite of a part of the line before, or of the right result."""

    def slips(case: WrongLine) -> Iterator[Attempt]:
        for line in dict.fromkeys((case.before, finished(case.before), case.right)):
            for path, part in line.walk():
                for slip in rewrite(part):
                    yield Attempt(finished(line.replace(path, slip.term)), slip.said)

    return slips
