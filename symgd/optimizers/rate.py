"""The rates of an optimizer on a quadratic cost: in general, and with the curvatures of data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction as Rational
from functools import cached_property

from symgd import terms as nt
from symgd.derivation.checking.point import exact
from symgd.derivation.result import Result
from symgd.derivation.second_order.hessian import Hessian
from symgd.derivation.second_order.normal import free_letter
from symgd.derivation.second_order.taylor import StableRate, stable_rate
from symgd.optimizers.best import FACTOR, best_of, slowest
from symgd.optimizers.letters import lettered, shared, typed
from symgd.optimizers.optimizer import Optimizer, names_of, own_names
from symgd.optimizers.printed import equations
from symgd.optimizers.quadratic import CURVATURE, RATE, NotLinear, QuadraticStep
from symgd.optimizers.stability import LEAST, MOST, Stability, chapters_of
from symgd.optimizers.words import KNOWN
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.formulas.rounding import About, shown
from symgd.writing.words import Message, message

DIGITS = 10
WITH_DATA = Premise("the data put in", "worked out with the data")
SOUGHT = Premise(
    "sought with numbers", "found by trying rates, with the eigenvalues of the matrix at each"
)
CHOSEN = Premise("the setting", "what is chosen beside the learning rate")
_HALVINGS = 100
_GOLDEN = 0.6180339887498949


@names_options
@dataclass(frozen=True, repr=False)
class OptimizerRate(Result):
    """Which rates an optimizer is stable at on a quadratic cost, and which are best.

    Parameters
    ----------
    optimizer : Optimizer
    settings : mapping of str to float
        The settings' numbers.
    taylor : StableRate or None
        With data: what the curvatures come of.

    Examples
    --------
    >>> from symgd import Problem
    >>> rate = Problem("a*x + b").stable_rate([1, 2, 3], [1.2, 1.8, 3.4], optimizer="momentum")
    >>> round(rate.largest, 8), round(rate.best, 8), round(rate.best_settings["beta"], 8)
    (0.34256022, 0.27398537, 0.55258376)
    """

    optimizer: Optimizer
    settings: Mapping[str, float]
    taylor: StableRate | None = None

    def __repr__(self) -> str:
        return (
            f"OptimizerRate({self.optimizer.name}: {'a limit' if self.is_linear else 'no limit'})"
        )

    @cached_property
    def step(self) -> QuadraticStep | None:
        """The step on a quadratic cost; None where it is no matrix."""
        step = QuadraticStep(self.optimizer)
        try:
            return step if step.matrix else None
        except NotLinear:
            return None

    @property
    def is_linear(self) -> bool:
        """Whether there is a limit at all."""
        return self.step is not None

    @property
    def curvature(self) -> tuple[float, ...] | None:
        """With data: the Hessian's eigenvalues in ascending order."""
        return None if self.taylor is None else self.taylor.curvature

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """The least curvature that is not 0, and the largest; None without data, and where the cost is no bowl."""
        bent = [value for value in self.curvature or () if value != 0]
        return (bent[0], bent[-1]) if bent and bent[0] > 0 else None

    @cached_property
    def largest(self) -> float | None:
        """With data: the rate from which on it diverges, with these settings; None where there is none."""
        if self.step is None or self.ends is None or not Stability(self.step).has_rate:
            return None
        if self.step.limit is None:
            return self._sought_limit()
        values = {CURVATURE: self.ends[1]}
        values |= {s: self.settings[s.name] for s in self.step.limit.free_symbols - {CURVATURE}}
        return float(self.step.limit.subs(values))

    @cached_property
    def _best(self) -> dict[str, float] | None:
        """The best rate, settings and factor; None where there are none."""
        if self.step is None or self.ends is None or self.largest is None:
            return None
        known = best_of(self.step)
        return self._sought_best() if known is None else known.numbers(*self.ends)

    @property
    def best(self) -> float | None:
        """With data: the best constant rate, with `best_settings`."""
        return None if self._best is None else self._best["alpha"]

    @property
    def best_settings(self) -> Mapping[str, float]:
        """The settings that go with the best rate: others where a formula says which."""
        others = ("alpha", FACTOR)
        found = {n: v for n, v in (self._best or {}).items() if n not in others}
        return FrozenMap({**self.settings, **found})

    @property
    def factor(self) -> float | None:
        """With data: what is left of the distance after one step more, at the best rate."""
        return None if self._best is None else self._best[FACTOR]

    def _radius(self, rate: float) -> float:
        assert self.step is not None
        assert self.ends is not None
        return slowest(self.step, *self.ends, {**self.settings, "alpha": rate})

    def _sought_limit(self) -> float | None:
        """Where the largest eigenvalue first is 1."""
        assert self.ends is not None
        low, high = 0.0, 1e-3 / self.ends[1]
        if self._radius(high) >= 1:
            return None
        while self._radius(high) < 1:
            low, high = high, 1.5 * high
            if high > 1e6 / self.ends[0]:
                return None
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._radius(middle) < 1 else (low, middle)
        return low

    def _sought_best(self) -> dict[str, float]:
        """The rate below the limit at which the slowest direction is fastest, by golden sections."""
        assert self.largest is not None
        low, high = 0.0, self.largest
        for _ in range(_HALVINGS):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            if self._radius(left) < self._radius(right):
                high = right
            else:
                low = left
        return {"alpha": (low + high) / 2, FACTOR: self._radius((low + high) / 2)}

    @cached_property
    def exposition(self) -> Exposition:
        """The rule, its matrix, the limit, and the numbers of the data."""
        heading = message("The rule of {name}", name=Message(self.optimizer.name))
        rule = Chapter(heading, tuple(Chain(None, e, ()) for e in equations(self.optimizer.rule)))
        told = [rule, *chapters_of(self.optimizer, self._names)]
        names: tuple[str, ...] = ()
        if self.taylor is not None and self.taylor.rates is not None:
            names = tuple(self.taylor.hessian.first)
            told += [c for c in self.taylor.rates.chapters if c.chains and not _is_of_descent(c)]
            told.append(self._numbers(self.taylor))
        title = message("The stable rates of {name}", name=Message(self.optimizer.name))
        letters = self.optimizer.letters
        printed = shared([(letters, own_names(self.optimizer)), ({}, self._names)])
        told[0] = replace(rule, said=tuple(typed(printed)))
        return lettered(Exposition(title, names, (), tuple(told), "optimizer rate"), printed)

    @property
    def _names(self) -> frozenset[str]:
        """The names of the cost whose curvatures are put in."""
        first = None if self.taylor is None else self.taylor.hessian.first
        return frozenset() if first is None or first.definition is None else first.definition.names

    def _numbers(self, taylor: StableRate) -> Chapter:
        """The limit and the best, with the curvatures of the data."""
        heading = message(
            "The rates of {name} with these numbers", name=Message(self.optimizer.name)
        )
        chains, said = [*self._lines()], []
        if not taylor.exact:
            said.append(message("The cost is not quadratic: this holds near a place with the curvatures of the one that was given."))  # fmt: skip
        if not chains:
            said.append(message("There is no limit to be worked out here."))
        return Chapter(heading, tuple(chains), said=tuple(said))

    def _lines(self) -> Sequence[Chain]:
        if self.step is None or self.largest is None or self.ends is None:
            return []
        letters = Stability(self.step, self._names)
        pairs = [(letters.letter(LEAST), self.ends[0]), (letters.letter(MOST), self.ends[1])]
        found = [_line(name, value, WITH_DATA) for name, value in pairs]
        for name in self.optimizer.rule.settings:
            found.append(_line(nt.Symbol(name), self.settings[name], CHOSEN))
        alpha = nt.Symbol(RATE.name)
        below = nt.Comparison(alpha, "<", _rounded(self.largest))
        found.append(Chain(None, below, (), WITH_DATA if self.step.limit is not None else SOUGHT))
        if self._best is not None:
            by = WITH_DATA if best_of(self.step) is not None else SOUGHT
            taken = {*names_of(self.optimizer), *self._names}
            for name, value in self._best.items():
                own = letters.letters[FACTOR] if name == FACTOR else free_letter(taken, f"{name}_best", f"{name}_opt")  # fmt: skip
                found.append(_line(nt.Symbol(own), value, by))
        return found


def _is_of_descent(chapter: Chapter) -> bool:
    """Whether a chapter is that of the plain rate."""
    return str(chapter.heading) == "The rates with these numbers"


def _rounded(value: float) -> nt.Term:
    return shown(exact(value), DIGITS).term


def _line(name: nt.Term, value: float, premise: Premise) -> Chain:
    found = shown(exact(value), DIGITS)
    kind = nt.Equation if found.exact else About
    return Chain(None, kind(name, found.term), (), premise)


def rate_of(
    optimizer: Optimizer,
    settings: Mapping[str, float] | None = None,
    hessian: Hessian | None = None,
    columns: Mapping[str, Sequence[Rational]] | None = None,
    count: str = "N",
    point: Mapping[str, Rational] | None = None,
) -> OptimizerRate:
    """The rates of an optimizer, with numbers where there are a Hessian and data."""
    chosen = optimizer.chosen(settings or {})
    if hessian is None or columns is None:
        return OptimizerRate(optimizer, chosen)
    taken = names_of(optimizer) - {*KNOWN}
    return OptimizerRate(
        optimizer, chosen, stable_rate(hessian, columns, count, point, taken=taken)
    )
