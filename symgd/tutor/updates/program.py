"""A step as a program: statements in order, run at numbers, exact where they are rational, else with 30 digits.

The gradient is whatever somebody's cost makes of it, so it is another number in every step, or another curve where it is
asked for at other points; where a student writes it out, it is that of the exercise's cost at random data.
"""

from __future__ import annotations

import fractions
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symgd import terms as nt
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import MP, Undefined
from symgd.derivation.checking.point import Key, Point
from symgd.optimizers.rule import THETA, UpdateRule
from symgd.optimizers.words import WORDS
from symgd.terms.unrolling import Unrolling
from symgd.tutor.updates.naming import BEFORE_LAST, GRADIENT
from symgd.writing.formulas.names import AFTER

Env = dict[str, Any]
CALL_GRADIENT = "g"
_OF_ALL = ("H", "Jac", "r", "I", "p", "j")  # what is not of one parameter by itself


class NoValue(ArithmeticError):
    """A statement has no value at these numbers."""


class StepPoint(Point):
    """Given numbers for plain names; every other name, data among them, has a random one."""

    def __init__(self, numbers: Mapping[str, Any], exact: bool, seed: int) -> None:
        super().__init__(seed, 0, exact, Unrolling())
        self.numbers = numbers

    def __getitem__(self, key: Key) -> Any:
        name, positions = key
        if not positions and name in self.numbers:
            return self.numbers[name]
        return super().__getitem__(key)


@dataclass(frozen=True)
class Slopes:
    """The gradient in each step: a number of its own, a curve, or the derivative of a cost."""

    seed: int
    exact: bool
    curved: bool = False
    truth: nt.Partial | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)  # how many examples there are

    def at(self, step: int, place: Any) -> Any:
        """The gradient in a step where the parameter is `place`."""
        if self.truth is not None:
            env = {**self.fixed, self.truth.variable.name: place}
            return valued(self.truth, env, self.exact, self.data_seed(step))
        source = random.Random(f"{self.seed}/{step}")
        drawn = fractions.Fraction(source.choice((-1, 1)) * source.randint(5, 300), 100)
        found = number(drawn, self.exact)
        if self.curved:
            bend, slope = (
                number(fractions.Fraction(source.randint(3, 90), 100), self.exact) for _ in "ab"
            )
            found = found + slope * place + bend * place * place / 7
        return found

    def data_seed(self, step: int) -> int:
        """What the data of a step are drawn from."""
        return self.seed * 1000 + step


def number(value: fractions.Fraction, exact: bool) -> Any:
    """A rational number as it is reckoned with."""
    return value if exact else MP.mpf(value.numerator) / value.denominator


def valued(term: nt.Term, env: Mapping[str, Any], exact: bool, seed: int) -> Any:
    """A Term's value; NoValue where it has none."""
    try:
        found = Evaluator(StepPoint(env, exact, seed)).dual(term, None, ()).value
    except (
        Undefined,
        ZeroDivisionError,
        OverflowError,
        ValueError,
        TypeError,
        ArithmeticError,
    ) as error:
        raise NoValue from error
    if getattr(found, "imag", 0) or found != found or found in (MP.inf, -MP.inf):
        raise NoValue
    return found


@dataclass(frozen=True)
class StepStatement:
    """target = term; `again` where it only says once more what the target is."""

    target: str
    term: nt.Term
    again: bool = False


@dataclass(frozen=True)
class UpdateProgram:
    """Statements, the parameter that they change, and what is remembered."""

    parameter: str
    statements: tuple[StepStatement, ...]
    initial: Mapping[str, nt.Term] = field(default_factory=dict)

    @classmethod
    def of_rule(cls, rule: UpdateRule, initial: Mapping[str, nt.Term]) -> UpdateProgram:
        """An update rule as a program."""
        return cls(THETA, tuple(StepStatement(s.name, s.term) for s in rule.statements), initial)

    @cached_property
    def made(self) -> frozenset[str]:
        return frozenset(s.target for s in self.statements)

    @cached_property
    def used(self) -> frozenset[str]:
        """All names that are read."""
        return frozenset().union(*(s.term.names for s in self.statements))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What is remembered from one step to the next beside the parameter."""
        after = [n.removesuffix(AFTER) for n in self.made if n.endswith(AFTER)]
        last = f"{self.parameter}{BEFORE_LAST}"
        states = [n for n in dict.fromkeys(after) if n in self.used and n != self.parameter]
        return tuple(sorted(states)) + ((last,) if last in self.used else ())

    @property
    def ends(self) -> bool:
        """Whether it says what the parameter is after the step."""
        return f"{self.parameter}{AFTER}" in self.made

    @cached_property
    def is_rational(self) -> bool:
        return not self.calls_gradient and all(is_rational(s.term) for s in self.statements)

    @cached_property
    def calls_gradient(self) -> bool:
        """Whether the gradient is asked for at another point."""
        return any(_is_gradient(part) for s in self.statements for part in s.term.parts())

    @cached_property
    def ordered(self) -> tuple[StepStatement, ...]:
        """The statements, each behind those that make what it reads."""
        waiting = [*self.statements]
        known: set[str] = set()
        found: list[StepStatement] = []
        while waiting:
            free = {s.target for s in waiting if not s.again} - known
            ready = next(
                (
                    s
                    for s in waiting
                    if not (s.term.names & free) and not (s.again and s.target in free)
                ),
                None,
            )
            if ready is None:
                return self.statements
            waiting.remove(ready)
            found.append(ready)
            known.add(ready.target)
        return tuple(found)

    def value(self, term: nt.Term, env: Env, slopes: Slopes, step: int) -> Any:
        """A statement's value, the gradient at other points put in."""
        if self.calls_gradient:
            named: Env = {}

            def put(part: nt.Term) -> nt.Term | None:
                if not _is_gradient(part):
                    return None
                place = valued(
                    part.children[0], {**env, **named}, slopes.exact, slopes.data_seed(step)
                )
                name = f"slope_{len(named)}"
                named[name] = slopes.at(step, place)
                return nt.Symbol(name)

            term = term.rewrite(put)
            env = {**env, **named}
        return valued(term, env, slopes.exact, slopes.data_seed(step))

    def run(self, env: Env, slopes: Slopes, step: int) -> Env:
        """What all names are after a step that begins with `env`."""
        env = {**env, GRADIENT: slopes.at(step, env[self.parameter])}
        for statement in self.ordered:
            found = self.value(statement.term, env, slopes, step)
            if not statement.again:
                env[statement.target] = found
            elif not alike(env[statement.target], found, env[statement.target]):
                raise NoValue
        return env

    def path(self, given: Env, start: Any, slopes: Slopes, steps: int) -> Iterator[Any]:
        """The parameter after each step."""
        state: Env = {}
        for name in self.states:
            if name == f"{self.parameter}{BEFORE_LAST}":
                state[name] = start
            else:
                term = self.initial.get(name, nt.number(0))
                state[name] = valued(term, given, slopes.exact, slopes.seed)
        theta = start
        for step in range(1, steps + 1):
            count = number(fractions.Fraction(step), slopes.exact)
            env = self.run({**given, **state, "t": count, self.parameter: theta}, slopes, step)
            for name in self.states:
                last = name == f"{self.parameter}{BEFORE_LAST}"
                state[name] = theta if last else env.get(f"{name}{AFTER}", env[name])
            theta = env[f"{self.parameter}{AFTER}"]
            yield theta


def _is_gradient(part: nt.Term) -> bool:
    return isinstance(part, nt.Call) and part.function == CALL_GRADIENT


def alike(one: Any, other: Any, scale: Any) -> bool:
    """Whether two numbers are equal, but for the rounding of 30 digits beside `scale`."""
    if isinstance(one, fractions.Fraction) and isinstance(other, fractions.Fraction):
        return one == other
    return bool(abs(one - other) <= MP.mpf(10) ** -18 * max(abs(one), abs(other), abs(scale)))


def is_entrywise(rule: UpdateRule) -> bool:
    """Whether a rule does the same to each parameter by itself, the gradient at other points included."""
    for statement in rule.statements:
        for part in statement.term.parts():
            word = WORDS.get(part.function) if isinstance(part, nt.Call) else None
            if word is not None and not word.entrywise and not _is_gradient(part):
                return False
            if isinstance(part, nt.Symbol) and part.name in _OF_ALL and part.name not in rule.made:
                return False
    return True


def rational(programs: Sequence[UpdateProgram]) -> bool:
    """Whether all of some programs are worked out exactly."""
    return all(program.is_rational for program in programs)
