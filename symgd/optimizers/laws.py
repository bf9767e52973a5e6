"""What is proved of an update rule because it is a formula: found when it is asked for, never written by hand.

Numbers find what may be true; SymPy proves it of the formulas, for all values of their letters, or it is not said.
"For every step" is said where an induction is made: state and parameters have the same formulas, and begin alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import sympy

from symgd.optimizers.defined import Defined, DefinedFinder
from symgd.optimizers.numbers import GRADIENTS, Trace, near, trace, usual
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.positive import Domain
from symgd.optimizers.scaling import degree_of
from symgd.optimizers.symbolic import (
    GRADIENT,
    THETA_BEFORE,
    NoExpression,
    SymbolicStep,
    admits,
    at_rest,
    replaced,
    same,
)
from symgd.registry.registry import FrozenMap

Method: TypeAlias = Literal["every step", "three steps"]
Put: TypeAlias = Mapping[str, int]

STEPS = 3
MOST_PUT = 3  # settings that are put to 0 or 1 together
OPAQUE = ("J", "argmin", "first", "push", "two_loop")


@dataclass(frozen=True)
class Still:
    """What moves the parameters where the gradient is 0 and nothing is remembered yet; 0 where nothing does. And where the formulas have a value."""

    moved: sympy.Expr
    defined: Defined = field(default_factory=Defined)


@dataclass(frozen=True)
class Special:
    """Settings at values that make a rule another one.

    Parameters
    ----------
    put : mapping of str to int
        The settings' values; empty where the rules are the same as they are.
    other : Optimizer
    letters : mapping of str to str
        The other's settings, and what they are called here.
    method : {"every step", "three steps"}
        How far it is proved.
    needs_slope : bool
        Whether it holds where g is not 0 alone.
    """

    put: Put
    other: Optimizer
    letters: Mapping[str, str]
    method: Method
    needs_slope: bool = False


@dataclass(frozen=True)
class Scaled:
    """Settings at which a gradient c times as large changes no step (0), or makes each c times as long (1)."""

    put: Put
    degree: int


@dataclass(frozen=True)
class Laws:
    """All that is proved of a rule."""

    still: Still | None
    special: tuple[Special, ...] = ()
    scaled: tuple[Scaled, ...] = ()


@dataclass(frozen=True)
class LawFinder:
    """Looks for the laws of an optimizer, beside others.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> found = LawFinder(OPTIMIZERS["momentum"], OPTIMIZERS.values()).laws
    >>> [(dict(law.put), law.other.name, law.method) for law in found.special]
    [({'beta': 0}, 'gradient_descent', 'every step')]
    """

    optimizer: Optimizer
    others: Iterable[Optimizer] = ()
    values: Mapping[str, float] = field(default_factory=FrozenMap)

    @property
    def laws(self) -> Laws:
        """What is found and proved."""
        return Laws(self.still, tuple(self.special()), tuple(self.scaled()))

    @property
    def still(self) -> Still | None:
        """What a zero gradient does; None where SymPy cannot tell."""
        rule, declared = self.optimizer.rule, self.optimizer.declared
        try:
            step = SymbolicStep(self.optimizer)
            begin = _staying(step)
            moved = at_rest(step.put(step.theta, begin)) - THETA_BEFORE
            moved = sympy.factor(sympy.expand(moved))
            changing = frozenset(step.symbols[name] for name in step.live if name not in begin)
            if changing & moved.free_symbols or not self._has_value():
                return None
            domain = Domain.of({step.symbols[name]: declared[name] for name in rule.settings})
            return Still(moved, DefinedFinder(step, begin, domain, changing).find())
        except NoExpression:
            return None

    def _has_value(self) -> bool:
        """Whether the formulas have a value without a gradient: 0·(0/0) is none."""
        chosen = usual(tuple(self.optimizer.declared.values()))
        opaque = any(map(self.optimizer.rule.calls, OPAQUE))
        return opaque or trace(self.optimizer, chosen, [0.0] * len(GRADIENTS)) is not None

    def scaled(self) -> Iterator[Scaled]:
        """The scale laws, with as few settings put to 0 as they need."""
        found: list[Put] = []
        for put in self._puts((0,)):
            if not any(before.items() <= put.items() for before in found):
                degree = degree_of(self.optimizer, put)
                if degree is not None:
                    found.append(put)
                    yield Scaled(put, degree)

    def special(self) -> Iterator[Special]:
        """The settings at which the rule is another one, as few as it needs."""
        chosen = usual(tuple(self.optimizer.declared.values()))
        others = [o for o in self.others if o.name != self.optimizer.name]
        ways = [(o, letters) for o in others for letters in _letters(self.optimizer, o)]
        traces = [self._trace(other, letters, chosen) for other, letters in ways]
        found: list[tuple[str, Put]] = []
        for put in self._puts((0, 1)):
            here = trace(self.optimizer, {**chosen, **put})
            for (other, letters), there in zip(ways, traces, strict=True):
                free = not {*letters.values()} & {*put}
                known = any(n == other.name and b.items() <= put.items() for n, b in found)
                if free and not known and near(here, there):
                    law = _proved(self.optimizer, other, put, letters)
                    if law is not None:
                        found.append((other.name, put))
                        yield law

    def _trace(
        self, other: Optimizer, letters: Mapping[str, str], chosen: Mapping[str, float]
    ) -> Trace | None:
        fits = all(admits(other.declared[n], chosen[mine]) for n, mine in letters.items())
        return trace(other, {n: chosen[mine] for n, mine in letters.items()}) if fits else None

    def _puts(self, numbers: tuple[int, ...]) -> Iterator[Put]:
        """Settings at numbers that they may have: none, then one, then two, …"""
        declared = [self.optimizer.declared[name] for name in self.optimizer.rule.settings]
        for size in range(min(len(declared), MOST_PUT) + 1):
            for some in itertools.combinations(declared, size):
                for values in itertools.product(numbers, repeat=size):
                    if all(map(admits, some, values)):
                        names = (setting.name for setting in some)
                        yield FrozenMap(dict(zip(names, values, strict=True)))


def _staying(step: SymbolicStep) -> dict[str, sympy.Expr]:
    """g at 0, and the state that then stays as it is at first whatever becomes of the rest."""
    begin = {**step.initial, "g": sympy.S.Zero}
    begin = {name: value for name, value in begin.items() if name in step.symbols}
    while True:
        after = {n: at_rest(step.put(part, begin)) for n, part in step.after.items() if n in begin}
        gone = [name for name, part in after.items() if not same(part, step.initial[name])]
        if not gone:
            return begin
        for name in gone:
            del begin[name]


def _letters(here: Optimizer, other: Optimizer) -> Iterator[Mapping[str, str]]:
    """What the other's settings may be called here: the same, or any name that the other does not have."""
    mine, theirs = here.rule.settings, other.rule.settings
    same_name = {name: name for name in theirs if name in mine}
    new = [name for name in theirs if name not in mine]
    free = [name for name in mine if name not in theirs]
    for chosen in itertools.permutations(free, len(new)):
        yield FrozenMap({**same_name, **dict(zip(new, chosen, strict=True))})


def _proved(
    here: Optimizer, other: Optimizer, put: Put, letters: Mapping[str, str]
) -> Special | None:
    """The law, where SymPy proves it; for a gradient that is not 0, where it needs that."""
    try:
        one = SymbolicStep(here, {name: sympy.Integer(value) for name, value in put.items()})
        two = SymbolicStep(other, {name: one.symbols[mine] for name, mine in letters.items()})
        for needs_slope in (False, True):
            if same_statements(one, two, needs_slope):
                return Special(put, other, letters, "every step", needs_slope)
        opaque = any(map(here.rule.calls, ("H", "r", "Jac", *OPAQUE)))
        if not opaque and all(map(same, one.first_steps(STEPS), two.first_steps(STEPS))):
            return Special(put, other, letters, "three steps")
    except NoExpression:
        return None
    return None


def same_statements(one: SymbolicStep, two: SymbolicStep, needs_slope: bool = False) -> bool:
    """Whether θ and the state that it depends on have the same formulas in both, and begin alike."""
    if len(one.live) != len(two.live):
        return False
    slope = sympy.Symbol("g", real=True, nonzero=True)
    for names in itertools.permutations(two.live):
        renamed = {two.symbols[b]: one.symbols[a] for a, b in zip(one.live, names, strict=True)}
        pairs = [(one.theta, two.theta)]
        pairs += [(one.after[a], two.after[b]) for a, b in zip(one.live, names, strict=True)]
        pairs += [(one.initial[a], two.initial[b]) for a, b in zip(one.live, names, strict=True)]
        with_slope = {GRADIENT: slope} if needs_slope else {}
        if all(
            same(*(_by_size(replaced(replaced(part, renamed), with_slope)) for part in pair))
            for pair in pairs
        ):
            return True
    return False


def _by_size(part: sympy.Expr) -> sympy.Expr:
    """An expression with g/|g| for the sign of g, where that is not 0."""
    return part.replace(
        lambda e: isinstance(e, sympy.sign) and bool(e.args[0].is_nonzero),
        lambda e: e.args[0] / sympy.Abs(e.args[0]),
    )
