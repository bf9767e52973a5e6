"""The best rate and settings for curvatures from μ to L: known of three polynomials, and told by the polynomial, not by name."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symgd import terms as nt
from symgd.errors import CheckFailed
from symgd.optimizers.quadratic import CURVATURE, EIGENVALUE, RATE, QuadraticStep
from symgd.optimizers.symbolic import same, symbol_of
from symgd.parsing.formula import parse
from symgd.registry.registry import FrozenMap

FACTOR = "(factor)"  # no name that a setting can have
RATIOS = (10.0, 100.0, 1000.0)  # L/μ at which a formula is compared with the spectral radius
CURVATURES = 60  # from μ to L, at each of them
_MU, _L = nt.Symbol("mu"), nt.Symbol("L")
_NEARBY = (0.995, 1.005)


@dataclass(frozen=True)
class Best:
    """The rate and settings at which the slowest direction is fastest.

    Parameters
    ----------
    polynomial : str
        The characteristic polynomial in z, x = αλ and the setting b.
    rate, setting, factor : str
        α, b, and by how much the distance shrinks in a step, as formulas in mu and L.
    source : str
    """

    polynomial: str
    rate: str
    factor: str
    source: str
    setting: str = ""


KNOWN: tuple[Best, ...] = (
    Best(
        "z - 1 + x",
        "2/(mu + L)",
        "(L - mu)/(L + mu)",
        "the flattest and the steepest direction shrink alike: 1 − αμ = αL − 1",
    ),
    Best(
        "z^2 - (1 + b - x)*z + b",
        "4/(sqrt(L) + sqrt(mu))^2",
        "(sqrt(L) - sqrt(mu))/(sqrt(L) + sqrt(mu))",
        "Polyak, Some methods of speeding up the convergence of iteration methods (1964)",
        "((sqrt(L) - sqrt(mu))/(sqrt(L) + sqrt(mu)))^2",
    ),
    Best(
        "z^2 - (1 + b)*(1 - x)*z + b*(1 - x)",
        "4/(3*L + mu)",
        "1 - 2*sqrt(mu)/sqrt(3*L + mu)",
        "Lessard, Recht and Packard, Analysis and design of optimization algorithms via integral quadratic constraints (2016), "
        "proposition 1",
        "(sqrt(3*L + mu) - 2*sqrt(mu))/(sqrt(3*L + mu) + 2*sqrt(mu))",
    ),
)


@dataclass(frozen=True)
class BestSettings:
    """What is best for one rule.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> found = best_of(QuadraticStep(OPTIMIZERS["momentum"]))
    >>> found.setting, round(found.numbers(1.0, 9.0)[FACTOR], 6)
    ('beta', 0.5)
    """

    known: Best
    setting: str  # what the rule calls it; empty where it has none

    def formulas(self, least: nt.Term = _MU, most: nt.Term = _L) -> Mapping[str, nt.Term]:
        """α, the setting and the factor, as Terms in the least and the largest curvature."""
        found = {"alpha": self.known.rate, FACTOR: self.known.factor}
        if self.setting:
            found = {"alpha": self.known.rate, self.setting: self.known.setting, **found}
        letters: dict[nt.Term, nt.Term] = {_MU: least, _L: most}
        return FrozenMap({n: parse(text).substitute(letters) for n, text in found.items()})

    def numbers(self, least: float, most: float) -> dict[str, float]:
        """The same with numbers."""
        values = {_MU.value: least, _L.value: most}
        return {n: float(term.value.subs(values)) for n, term in self.formulas().items()}


def best_of(step: QuadraticStep) -> BestSettings | None:
    """What is known to be best; None where it is not known.

    Raises
    ------
    CheckFailed
        Where the spectral radius says otherwise.
    """
    x, z = CURVATURE * RATE, EIGENVALUE
    names = step.optimizer.rule.settings
    for known, letters in itertools.product(KNOWN, ((), *((name,) for name in names))):
        if len(letters) != bool(known.setting):
            continue
        b = {sympy.Symbol("b"): symbol_of(step.optimizer.declared[name]) for name in letters}
        places = {sympy.Symbol("x"): x, sympy.Symbol("z"): z, **b}
        theirs = parse(known.polynomial).value.xreplace(places)
        if same(theirs, step.polynomial.as_expr()):
            found = BestSettings(known, "".join(letters))
            _expect_best(step, found)
            return found
    return None


def slowest(step: QuadraticStep, least: float, most: float, numbers: Mapping[str, float]) -> float:
    """The largest spectral radius at curvatures from the least to the most."""
    ratio = most / least
    curvatures = [least * ratio ** (n / (CURVATURES - 1)) for n in range(CURVATURES)]
    return max(step.radius({**numbers, CURVATURE.name: value}) for value in curvatures)


def _expect_best(step: QuadraticStep, found: BestSettings) -> None:
    """Compare the formulas with the spectral radius: the same there, and larger beside them."""
    for ratio in RATIOS:
        numbers = found.numbers(1.0, ratio)
        factor = numbers.pop(FACTOR)
        if abs(slowest(step, 1.0, ratio, numbers) - factor) > 1e-6:
            raise CheckFailed(f"the best settings of {step.optimizer.name} are not what is known")
        for name, share in itertools.product(numbers, _NEARBY):
            if slowest(step, 1.0, ratio, {**numbers, name: numbers[name] * share}) < factor - 1e-7:
                raise CheckFailed(f"{step.optimizer.name} has better settings than what is known")
