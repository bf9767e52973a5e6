"""Slips: the wrong lines that follow from a right one when something is misunderstood.

A slip is made, not guessed at: a rule of calculus is spoilt, or a line is rewritten falsely, and what comes out is
compared in value with what the student wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from symgd import terms as nt
from symgd.derivation.rules import RULES, UNCOVERED
from symgd.tutor.exercise import Exercise
from symgd.writing.steps import Rewritten

MAX_STEPS = 400
MAX_PLACES = 8


@dataclass(frozen=True)
class WrongLine:
    """A wrong line and what stands before it.

    Parameters
    ----------
    before : Term
        The last right line, or what was to be derived; it may hold unfinished Partials.
    right : Term
        The right result.
    written : Term
        What the student wrote.
    variable : Variable
    exercise : Exercise
    turned : bool
        Whether the student wrote the residual the other way round than the exercise has it.
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


@dataclass(frozen=True)
class MalRule:
    """A rule of calculus that gives something else.

    Parameters
    ----------
    rule : str
        The rule's name, or the beginning of several names, with the space after it.
    spoil : callable
        Takes the Partial and what the rule makes of it; answers the wrong Term, or None where nothing goes wrong.
    everywhere : bool
        Whether somebody who does this does it throughout the line; else it is an oversight at one place.
    """

    rule: str
    spoil: Callable[[nt.Partial, Rewritten], nt.Term | None]
    everywhere: bool = True

    def applied(self, partial: nt.Partial, name: str, rewritten: Rewritten) -> Attempt | None:
        """The wrong Term in the place of the rule's, where the rule is the one that is mal_rules."""
        if name != self.rule and not (self.rule.endswith(" ") and name.startswith(self.rule)):
            return None
        wrong = self.spoil(partial, rewritten)
        return None if wrong is None else Attempt(wrong, _letters(partial, rewritten))


def _letters(partial: nt.Partial, rewritten: Rewritten) -> Mapping[str, nt.Term]:
    return {**rewritten.bindings, "body": partial.body, "variable": partial.variable}


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
    place: int | None = None,
    inner: nt.Term | None = None,
) -> Attempt | None:
    """`line` with every Partial worked out, the rules spoilt everywhere, at one place, or for one inner function.

    None where nothing was spoilt, or the line takes too many steps.
    """
    rules = tuple(spoilt)
    met: dict[MalRule, int] = dict.fromkeys(rules, 0)
    said: dict[str, nt.Term] = {}
    letters: list[nt.Equation] = []
    for _ in range(MAX_STEPS):
        found = next(((p, t) for p, t in line.walk() if isinstance(t, nt.Partial)), None)
        if found is None:
            used = all(count > (place or 0) for count in met.values())
            return Attempt(_put_back(line, letters), said) if used else None
        path, partial = found
        name, rewritten = first_rule(partial)
        letters += [e for e in rewritten.introduced.values() if isinstance(e, nt.Equation)]
        after = rewritten.after
        for rule in rules:
            slip = rule.applied(partial, name, rewritten)
            if slip is None or (inner is not None and slip.said.get("g") != inner):
                continue
            if place is None or met[rule] == place:
                after = slip.term
                said = {**slip.said, **said}
            met[rule] += 1
            break
        line = line.replace(path, after)
    return None


def _put_back(line: nt.Term, inner: Iterable[nt.Equation]) -> nt.Term:
    """`line` without the letters that the chain rule brought in."""
    definitions = {equation.left: equation.right for equation in inner}
    while any(part in definitions for _, part in line.walk()):
        line = line.substitute(definitions)
    return line


def expanded(term: nt.Term) -> nt.Term:
    """`term` with what its abbreviations stand for, where nothing is derived by them."""
    if any(
        isinstance(t, nt.Partial) and isinstance(t.variable, nt.Abbreviation)
        for _, t in term.walk()
    ):
        return term
    named: dict[nt.Term, nt.Term] = {
        part: part.definition for _, part in term.walk() if isinstance(part, nt.Abbreviation)
    }
    return expanded(term.substitute(named)) if named else term


def finished(line: nt.Term) -> nt.Term:
    """`line` with every Partial worked out rightly; the line itself where that takes too long."""
    slip = derived(line)
    return line if slip is None else slip.term


def by_mal_rule(*rules: MalRule) -> Callable[[WrongLine], Iterator[Attempt]]:
    """Slips that come of one spoilt rule: everywhere, at a single place, or wherever one inner function stands."""

    def slips(case: WrongLine) -> Iterator[Attempt]:
        for rule in rules:
            met: list[nt.Term] = []
            for place in (*((None,) if rule.everywhere else ()), *range(MAX_PLACES)):
                slip = derived(case.before, (rule,), place)
                if slip is None:
                    break
                if place is not None and "g" in slip.said:
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
