"""Meaning: what a student's letters and numbers are in an update rule, and whether the steps are the same."""

from __future__ import annotations

import fractions
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from symgd import terms as nt
from symgd.derivation.checking.point import exact as exactly
from symgd.optimizers.symbolic import admits
from symgd.problem.settings import Setting
from symgd.registry.registry import FrozenMap
from symgd.tutor.updates.letters import RATE
from symgd.tutor.updates.program import Env, NoValue, Slopes, UpdateProgram, alike, number, rational

TRIALS = 3
# What looks at a sign alone leads to the same points for many others: more of them tell it.
TRIALS_OF_JUMPS, JUMPING = 30, ("sign", "floor", "ceil", "ceiling")
STEPS_EXACT, STEPS_ROUNDED = 4, 7
_SHARES = [fractions.Fraction(n, 100) for n in (37, 62, 81, 54, 23, 91, 71, 46, 13, 88)]


@dataclass(frozen=True)
class Meaning:
    """What a student's letters stand for, and which settings have numbers.

    Parameters
    ----------
    letters : mapping of str to str
        The rule's letter of each of the student's.
    numbers : mapping of str to Fraction
        Settings of the rule, and its rate, that are numbers here.
    from_zero : bool
        Whether the student counts the steps from 0.
    """

    letters: Mapping[str, str] = field(default_factory=FrozenMap)
    numbers: Mapping[str, fractions.Fraction] = field(default_factory=FrozenMap)
    from_zero: bool = False

    def values(self, settings: Sequence[Setting], trial: int, exact: bool) -> Env:
        """A number for each of the rule's letters: a chosen one, or another in each trial."""
        found = dict(_drawn(tuple(settings), trial)) | dict(self.numbers)
        return {name: number(value, exact) for name, value in found.items()}

    def own(self, values: Env) -> Env:
        """The numbers of the student's letters."""
        return {letter: values[role] for letter, role in self.letters.items()}


@cache
def _drawn(settings: tuple[Setting, ...], trial: int) -> tuple[tuple[str, fractions.Fraction], ...]:
    """Random numbers that the settings' conditions admit; those of the last trial are the defaults."""
    found = {RATE: _SHARES[(trial + 5) % len(_SHARES)] / 2}
    for place, setting in enumerate(settings):
        share = _SHARES[(3 * trial + place) % len(_SHARES)]
        tried = (share, 1 + share, 4 + share, fractions.Fraction(1 + place + trial))
        default = exactly(setting.default)
        fitting = (v for v in tried if not setting.whole or v.denominator == 1)
        usual = next((v for v in fitting if trial < TRIALS and admits(setting, float(v))), default)
        found[setting.name] = usual
    return tuple(found.items())


@dataclass(frozen=True)
class RuleComparison:
    """A rule beside a student's program, at random points.

    Parameters
    ----------
    rule : UpdateProgram
    settings : tuple of Setting
        Those of the rule.
    truth : Term or None
        The derivative, where the student writes it out.
    counts : tuple of str
        Names of numbers of examples.
    """

    rule: UpdateProgram
    settings: tuple[Setting, ...]
    truth: nt.Partial | None = None
    counts: tuple[str, ...] = ()
    paths: dict[Any, tuple[Iterator[Any], list[Any]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def slopes(self, mine: UpdateProgram, trial: int) -> Slopes:
        """The gradients of a trial."""
        curved = self.rule.calls_gradient or mine.calls_gradient
        exact = rational((self.rule, mine)) and self.truth is None
        fixed = dict.fromkeys(self.counts, number(fractions.Fraction(3), exact))
        return Slopes(trial, exact, curved, self.truth, fixed)

    def given(self, meaning: Meaning, trial: int, exact: bool) -> tuple[Env, Env]:
        """The numbers of the rule's letters, and of the student's."""
        values = meaning.values(self.settings, trial, exact)
        counts = dict.fromkeys(self.counts, number(fractions.Fraction(3), exact))
        return {**values, **counts}, {**values, **counts, **meaning.own(values)}

    def same_steps(self, mine: UpdateProgram, meaning: Meaning) -> bool | None:
        """Whether both lead to the same points; None where there is nothing to compare."""
        compared = False
        jumps = any(isinstance(p, nt.Call) and p.function in JUMPING for p in self._parts())
        for trial in range(TRIALS_OF_JUMPS if jumps else TRIALS + 1):
            found = self._same_in(mine, meaning, trial)
            if found is False:
                return False
            compared |= bool(found)
        return True if compared else None

    def _parts(self) -> Iterator[nt.Term]:
        """All parts of the rule's formulas."""
        return (part for s in self.rule.statements for part in s.term.parts())

    def rule_path(self, here: Env, start: Any, slopes: Slopes, steps: int) -> Iterator[Any]:
        """Where the rule leads; what was worked out for the same numbers is known."""
        key = (tuple(here.items()), slopes.seed, slopes.exact, slopes.curved)
        path, found = self.paths.setdefault(key, (self.rule.path(here, start, slopes, steps), []))
        for number_ in range(steps):
            if number_ == len(found):
                found.append(_next(path))
            if found[number_] is None:
                raise NoValue
            yield found[number_]

    def _same_in(self, mine: UpdateProgram, meaning: Meaning, trial: int) -> bool | None:
        slopes = self.slopes(mine, trial)
        steps = STEPS_EXACT if slopes.exact else STEPS_ROUNDED
        steps = 3 if slopes.truth is not None and steps == STEPS_ROUNDED else steps
        here, there = self.given(meaning, trial, slopes.exact)
        drawn = random.Random(f"start {trial}").randint(-250, 250)
        start = number(fractions.Fraction(drawn, 100), slopes.exact)
        before = start
        path = self.rule_path(here, start, slopes, steps)
        own = shifted(begun(mine, self.rule), meaning.from_zero).path(there, start, slopes, steps)
        for _ in range(steps):
            try:
                theta = next(path)
            except NoValue:
                return None
            try:
                other = next(own)
            except NoValue:
                return False
            if not alike(theta - before, other - before, theta - before):
                return False
            before = theta
        return True


def _next(path: Iterator[Any]) -> Any:
    """Where a path goes on; None where it has no value, and ends."""
    try:
        return next(path, None)
    except NoValue:
        return None


def begun(mine: UpdateProgram, rule: UpdateProgram) -> UpdateProgram:
    """A student's program that begins as the rule does, where nothing else is said."""
    open_ = [n for n in mine.states if n not in mine.initial]
    given = {n: t for n, t in rule.initial.items() if not nt.is_number(t, 0)}
    found = {n: given.pop(n.partition("_")[0]) for n in open_ if n.partition("_")[0] in given}
    rest = [n for n in open_ if n not in found and n.partition("_")[0] not in rule.states]
    found |= dict(zip(rest, given.values(), strict=False))
    return replace(mine, initial={**found, **mine.initial})


def shifted(program: UpdateProgram, from_zero: bool) -> UpdateProgram:
    """The same program where t is one less than the rule's."""
    if not from_zero:
        return program
    less = nt.Sum((nt.Symbol("t"), nt.Negative(nt.number(1))))
    put: dict[nt.Term, nt.Term] = {nt.Symbol("t"): less}
    statements = (replace(s, term=s.term.substitute(put)) for s in program.statements)
    return replace(program, statements=tuple(statements))


def numbers_in(terms: Sequence[nt.Term]) -> list[fractions.Fraction]:
    """The numbers that stand in some Terms, and what is missing from them to 1."""
    found: dict[fractions.Fraction, None] = {}
    for term in terms:
        for part in term.parts():
            value = _number(part)
            if value is not None and value not in (0, 1, 2):
                found.setdefault(value)
                if 0 < value < 1:
                    found.setdefault(1 - value)
    return [*found]


def _number(part: nt.Term) -> fractions.Fraction | None:
    """What a Term of numbers alone comes to."""
    if isinstance(part, nt.Number):
        return part.number
    if isinstance(part, nt.Power | nt.Fraction | nt.Product) and not part.names and part.size < 8:
        try:
            value = part.value
        except (TypeError, ValueError, ArithmeticError):
            return None
        if value.is_Rational and abs(value.q) < 10**20 and abs(value.p) < 10**20:
            return fractions.Fraction(int(value.p), int(value.q))
    return None


def settings_as_numbers(
    roles: Sequence[str],
    used: frozenset[str],
    chosen: Mapping[str, fractions.Fraction],
    fixed: frozenset[str],
    written: Sequence[fractions.Fraction],
) -> Iterator[Mapping[str, fractions.Fraction]]:
    """Which numbers the settings may have been given, the likeliest first: those that have no letter on the lines their own.

    Then all of them; then numbers of the lines, for settings that nobody has `fixed`.
    """
    plain = {name: value for name, value in chosen.items() if name not in used}
    rates = [v for v in written if v > 0] if RATE in roles and RATE not in used else []
    yield plain
    for rate in rates:
        yield {**plain, RATE: rate}
    if not written:
        return
    if plain != chosen:
        yield chosen
        for rate in rates:
            yield {**chosen, RATE: rate}
    free = [name for name in plain if name not in fixed]
    for sure in _each_with(free, written, 3):
        yield from ({**plain, **sure, RATE: rate} for rate in rates)
        if not rates:
            yield {**plain, **sure}


def _each_with(
    names: Sequence[str], written: Sequence[fractions.Fraction], most: int
) -> Iterator[Mapping[str, fractions.Fraction]]:
    """Each choice of other numbers for up to so many names."""
    if not names or not most:
        return
    first, *rest = names
    for value in written[:6]:
        yield {first: value}
        for more in _each_with(rest, written, most - 1):
            yield {first: value, **more}
    yield from _each_with(rest, written, most)
