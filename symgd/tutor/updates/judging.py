"""Which of a student's statements differ from a rule's: what is remembered matched, each judged by itself.

What a student remembers may be the rule's times a factor, a velocity with the learning rate in it or with another sign.
Each statement is run at random numbers with what stands before it put right, so that no slip is blamed twice.
"""

from __future__ import annotations

import fractions
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symgd import terms as nt
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.registry.registry import FrozenMap
from symgd.tutor.updates.letters import RATE
from symgd.tutor.updates.meaning import Meaning, RuleComparison, shifted
from symgd.tutor.updates.naming import BEFORE_LAST, GRADIENT
from symgd.tutor.updates.program import (
    Env,
    NoValue,
    Slopes,
    UpdateProgram,
    alike,
    number,
)
from symgd.writing.formulas.names import AFTER

JUDGED = 3  # at so many random points
MOST_PARTS = 60  # of a rule that may be meant by a name

_ONE = nt.number(1)


@dataclass(frozen=True)
class StateMatch:
    """What a student remembers: for each name the rule's, and the factor by which it is larger."""

    pairs: Mapping[str, tuple[str, nt.Term]] = field(default_factory=FrozenMap)

    def factor(self, target: str) -> tuple[str, nt.Term] | None:
        """Which of the rule's names a target is, and its factor."""
        return self.pairs.get(target.removesuffix(AFTER)) if target.endswith(AFTER) else None


@dataclass(frozen=True)
class WrongUpdate:
    """A statement that is not the rule's.

    Parameters
    ----------
    index : int
        Its place among the student's.
    name : str
        The rule's name for what it makes; empty where it makes a part of a formula.
    factor : Term
        By which what the student has is larger.
    expected : Term
        What it should be, in the rule's names.
    ends : int
        The place of the statement in which it is seen.
    """

    index: int
    name: str
    factor: nt.Term
    expected: nt.Term
    ends: int


def matches(mine: UpdateProgram, rule: UpdateProgram) -> Iterator[StateMatch]:
    """The ways in which what a student remembers may be the rule's, the plainest first."""
    last = f"{mine.parameter}{BEFORE_LAST}"
    states = [n for n in mine.states if n != last]
    states += [n for n in rule.states if f"{n}{AFTER}" in mine.made and n not in states]
    theirs = list(rule.states)
    if len(states) > len(theirs):
        return
    ways = sorted(
        itertools.permutations(theirs, len(states)),
        key=lambda way: sum(_apart(one, other) for one, other in zip(states, way, strict=True)),
    )
    for way in ways[:6]:
        yield StateMatch(dict(zip(states, ((name, _ONE) for name in way), strict=True)))
    for way in ways[:2]:
        for place in range(len(states)):
            for factor in factors(rule):
                pairs: dict[str, tuple[str, nt.Term]]
                pairs = {s: (r, _ONE) for s, r in zip(states, way, strict=True)}
                pairs[states[place]] = (way[place], factor)
                yield StateMatch(pairs)


def _apart(mine: str, theirs: str) -> bool:
    return mine.partition("_")[0] != theirs


def factors(rule: UpdateProgram) -> list[nt.Term]:
    """By what a velocity may be larger than the rule's: -1, the rate, the share that is added."""
    rate: nt.Term = nt.Symbol(RATE)
    shares: list[nt.Term] = [
        nt.Sum((_ONE, nt.Negative(nt.Symbol(name))))
        for name in sorted(rule.used)
        if name.startswith(("beta", "rho")) and name not in rule.made
    ]
    bare = [rate, *shares, *(nt.Fraction(_ONE, s) for s in shares), nt.Fraction(_ONE, rate)]
    bare += [nt.Product((rate, s)) for s in shares]
    bare += [nt.Fraction(rate, s) for s in shares]
    negative = [nt.Negative(term) for term in (_ONE, *bare)]
    return [negative[0], bare[0], negative[1], *bare[1:], *negative[2:]]


@dataclass
class Judge:
    """Runs a student's statements beside a rule's, with one meaning and one match."""

    comparison: RuleComparison
    mine: UpdateProgram
    meaning: Meaning
    match: StateMatch

    def __post_init__(self) -> None:
        self.mine = shifted(self.mine, self.meaning.from_zero)

    @cached_property
    def trials(self) -> list[tuple[Env, Env, Slopes]]:
        """The random points at which there are values."""
        return [point for n in range(JUDGED) if (point := self.point(n)) is not None]

    @cached_property
    def differences(self) -> frozenset[int]:
        """The places of the statements that differ from the rule's somewhere."""
        return frozenset(index for point in self.trials for index in self.differing(*point))

    @property
    def is_far_fetched(self) -> bool:
        """Whether what is remembered is larger by a factor, and yet its own line is wrong."""
        scaled = {f"{n}{AFTER}" for n, (_, f) in self.match.pairs.items() if not nt.is_number(f, 1)}
        return any(self.mine.statements[i].target in scaled for i in self.differences)

    @cached_property
    def wrong(self) -> list[WrongUpdate]:
        """The wrong statements, or those of the parts that make them wrong."""
        found: dict[int, WrongUpdate] = {}
        for index in sorted(self.differences):
            wrong = self.explained(index, self.trials)
            found.setdefault(wrong.index, wrong)
        return [found[index] for index in sorted(found)]

    def point(self, trial: int) -> tuple[Env, Env, Slopes] | None:
        """Random numbers: those of the rule and what it makes of them, and the student's before the step."""
        rule, slopes = self.comparison.rule, self.comparison.slopes(self.mine, trial)
        here, there = self.comparison.given(self.meaning, trial, slopes.exact)
        source = random.Random(f"judge {trial}")

        def drawn(low: int, high: int) -> Any:
            return number(fractions.Fraction(source.randint(low, high), 100), slopes.exact)

        theta = drawn(-250, 250)
        count = number(fractions.Fraction(trial + 2), slopes.exact)
        states = {name: drawn(20, 250) for name in rule.states}
        try:
            env = rule.run({**here, **states, THETA: theta, "t": count}, slopes, trial + 1)
            own = {
                **{n: v for n, v in env.items() if n not in here},
                **there,
                self.mine.parameter: theta,
            }
            own |= {GRADIENT: env[GRADIENT], "t": count}
            for name, (theirs, factor) in self.match.pairs.items():
                own[name] = env[theirs] * rule.value(factor, env, slopes, trial + 1)
        except NoValue:
            return None
        last = f"{self.mine.parameter}{BEFORE_LAST}"
        return (env, own, slopes) if last not in self.mine.used else None

    def theirs(self, target: str) -> tuple[str, nt.Term] | None:
        """The rule's name for what a statement makes, and the factor; None for a part of a formula."""
        if target == f"{self.mine.parameter}{AFTER}":
            return PARAMETERS_AFTER, _ONE
        found = self.match.factor(target)
        return None if found is None else (f"{found[0]}{AFTER}", found[1])

    def differing(self, env: Env, own: Env, slopes: Slopes) -> list[int]:
        """The places of the statements that come to other numbers than the rule's."""
        return [i for i, same in self.outcomes(env, own, slopes, {}) if not same]

    def outcomes(
        self, env: Env, own: Env, slopes: Slopes, put: Mapping[int, nt.Term]
    ) -> Iterator[tuple[int, bool]]:
        """For each statement that the rule has too, whether it comes to the same; `put` stands in the place of some."""
        own, rule, step = dict(own), self.comparison.rule, slopes.seed + 1
        places = {id(s): n for n, s in enumerate(self.mine.statements)}
        for statement in self.mine.ordered:
            index = places[id(statement)]
            theirs = self.theirs(statement.target)
            try:
                if index in put:
                    found = rule.value(put[index], env, slopes, step)
                else:
                    found = self.mine.value(statement.term, own, slopes, step)
            except NoValue:
                found = None
            if theirs is not None:
                wanted = env[theirs[0]] * rule.value(theirs[1], env, slopes, step)
            elif statement.again:
                wanted = own.get(statement.target)
            else:
                own[statement.target] = found
                continue
            scale = (
                wanted - own[self.mine.parameter]
                if theirs and theirs[0] == PARAMETERS_AFTER
                else wanted
            )
            yield (
                index,
                found is not None and wanted is not None and alike_beside(found, wanted, scale),
            )
            own[statement.target] = wanted

    def explained(self, index: int, trials: Sequence[tuple[Env, Env, Slopes]]) -> WrongUpdate:
        """Where a wrong statement goes wrong: in itself, or in a part that has a name of its own."""
        theirs = self.theirs(self.mine.statements[index].target)
        for part in self.named_parts(index):
            if self.is_part_of_rule(part):
                continue
            own = self.mine.statements[part].target
            for meant in self.parts_of_rule(theirs[0] if theirs else "", own):
                if all(self.rights(index, point, {part: meant}) for point in trials):
                    return WrongUpdate(part, "", _ONE, self.spelled_out(meant), index)
        if theirs is None:
            first = self.mine.statements[index]
            return WrongUpdate(index, "", _ONE, self.first_term(first.target), index)
        return WrongUpdate(index, theirs[0], theirs[1], self.rule_term(theirs[0]), index)

    def is_part_of_rule(self, index: int) -> bool:
        """Whether a part of a formula is one of the rule's, and so not to blame."""
        parts = self.parts_of_rule("", self.mine.statements[index].target)
        return any(p.size > 1 and self.is_part(index, p) for p in parts)

    def rights(
        self, index: int, point: tuple[Env, Env, Slopes], put: Mapping[int, nt.Term]
    ) -> bool:
        """Whether a statement comes out right with others in the place of some."""
        try:
            return dict(self.outcomes(*point, put)).get(index, False)
        except (NoValue, TypeError):
            return False

    def named_parts(self, index: int) -> list[int]:
        """The statements of parts that one reads, itself or by way of others."""
        statements = self.mine.statements
        found: list[int] = []
        waiting = [statements[index]]
        while waiting:
            names = waiting.pop().term.names
            for number_, other in enumerate(statements):
                if (
                    other.target in names
                    and number_ not in found
                    and self.theirs(other.target) is None
                ):
                    found.append(number_)
                    waiting.append(other)
        return sorted(found)

    def parts_of_rule(self, name: str, own: str) -> list[nt.Term]:
        """What a name may stand for: what the rule calls so, then the parts of its formulas, those of one statement first."""
        rule = self.comparison.rule
        alike = [n for n in (own, own.removesuffix(AFTER).partition("_")[0]) if n in rule.made]
        plain = [n for n in rule.made if not n.endswith(AFTER) and n not in alike]
        named = [nt.Symbol(n) for n in (*alike, *sorted(plain))]
        ordered = sorted(rule.statements, key=lambda s: s.target != name)
        parts = (part for s in ordered for part in s.term.parts())
        found = dict.fromkeys((*named, *(p for p in parts if not isinstance(p, nt.Number))))
        return [p for p in found if p not in (nt.Symbol(THETA), nt.Symbol(RATE))][:MOST_PARTS]

    def spelled_out(self, part: nt.Term) -> nt.Term:
        """A part of the rule; a name that the rule makes as its formula."""
        if isinstance(part, nt.Symbol) and part.name in self.comparison.rule.made:
            return self.rule_term(part.name)
        return part

    def rule_term(self, name: str) -> nt.Term:
        """The rule's formula for a name."""
        return next(s.term for s in self.comparison.rule.statements if s.target == name)

    def first_term(self, target: str) -> nt.Term:
        """What a student's name is said to be where it is said first."""
        return next(s.term for s in self.mine.statements if s.target == target and not s.again)

    def is_attempt(self, wrong: WrongUpdate, attempt: nt.Term) -> bool:
        """Whether a wrong formula of the rule comes to what a wrong statement does, at all points."""
        return bool(self.trials) and all(
            self._is_attempt_at(wrong.ends, wrong.factor, attempt, *point) for point in self.trials
        )

    def is_part(self, index: int, attempt: nt.Term) -> bool:
        """Whether a part of a formula comes to what a formula of the rule does, at all points."""
        return bool(self.trials) and all(
            self._is_attempt_at(index, _ONE, attempt, *point) for point in self.trials
        )

    def _is_attempt_at(
        self, index: int, factor: nt.Term, attempt: nt.Term, env: Env, own: Env, slopes: Slopes
    ) -> bool:
        rule, step, own = self.comparison.rule, slopes.seed + 1, dict(own)
        try:
            for statement in self.mine.ordered:
                found = self.mine.value(statement.term, own, slopes, step)
                theirs = self.theirs(statement.target)
                if statement is self.mine.statements[index]:
                    wanted = rule.value(attempt, env, slopes, step)
                    wanted *= rule.value(factor if theirs else _ONE, env, slopes, step)
                    ends = theirs is not None and theirs[0] == PARAMETERS_AFTER
                    scale = wanted - own[self.mine.parameter] if ends else wanted
                    return alike_beside(found, wanted, scale)
                if theirs is not None:
                    found = env[theirs[0]] * rule.value(theirs[1], env, slopes, step)
                own[statement.target] = found
        except (NoValue, TypeError, KeyError):
            return False
        return False


def alike_beside(found: Any, wanted: Any, scale: Any) -> bool:
    """Whether two numbers are equal, exactly or but for rounding, which is as large as all that was added up."""
    if isinstance(found, fractions.Fraction) and isinstance(wanted, fractions.Fraction):
        return found == wanted
    return alike(found - wanted + scale, scale, scale)


def judged(
    comparison: RuleComparison, mine: UpdateProgram, meaning: Meaning, least: int = 0
) -> Judge | None:
    """The match in which the fewest statements are wrong; None where nothing can be compared.

    It is known that `least` are.
    """
    best: Judge | None = None
    for match in matches(mine, comparison.rule):
        judge = Judge(comparison, mine, meaning, match)
        if not judge.trials or judge.is_far_fetched:
            continue
        if best is None or len(judge.differences) < len(best.differences):
            best = judge
        if len(best.differences) <= least:
            break
    return best
