"""Taylor's step: what a step of descent does to the cost, and why its rate must be below 2/λ_max.

The cost after a step is Taylor's polynomial in the rate α: for a cost that is quadratic in the parameters exactly, else
up to terms of third order, which is said. The Hessian bends no direction more than λ_max.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction as Rational
from functools import partial
from typing import Any

from symgd import terms as nt
from symgd.budget import Budget, at_work, current
from symgd.derivation.checking.check import Checker
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import MORE_DIGITS, MP, real
from symgd.derivation.checking.point import Bindings, Point
from symgd.derivation.checking.values import Values
from symgd.derivation.recorder import StepRecorder, expect_passed
from symgd.derivation.result import Result
from symgd.derivation.second_order.equations import EquationBuilder
from symgd.derivation.second_order.hessian import Hessian
from symgd.derivation.second_order.rates import (
    Letters,
    Rates,
    as_float,
    eigenvalues,
    letters_of,
    rates_of,
    roots,
)
from symgd.errors import DerivationError
from symgd.registry.options import names_options
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.steps import Check, Law, Rewritten, Step
from symgd.writing.words import message

STEP = Premise(
    "a step of descent", "each parameter goes against its derivative, the rate times as far"
)
TAYLOR = Law(
    "Taylor's formula",
    "J(θ − αg) = J − α g·∇J + (α²/2) g·Hg",
    "the first derivatives times the step, and half the second derivatives times its square: "
    "all there is, since the cost is quadratic",
)
NEARLY_TAYLOR = Law(
    "Taylor's formula",
    "J(θ − αg) ≈ J − α g·∇J + (α²/2) g·Hg",
    "the first derivatives times the step, and half the second derivatives times its square: "
    "what is left out is of third order in the rate",
    relation="≈",
)
ALONG = Law(
    "along the gradient", "∂J/∂m = g", "the step is along the gradient, so its square comes out"
)
BOUND = Law(
    "largest curvature",
    "g·Hg ≤ λ_max g·g",
    "no direction bends more than the largest eigenvalue of the Hessian, {curvature}",
    relation="≤",
)
FACTOR = Law("common factor", "ac + bc = (a + b)c", "{c} is taken out as a common factor")
GOES_DOWN = Premise(
    "smaller than before", "the cost goes down where what is taken away from it is positive"
)
AT_NEW_POINT = Premise("the gradient at the new place", "each derivative, after the step")
LINEAR = Law("linear gradient", "g(θ − αg) = g − αHg", "the gradient of a quadratic cost is linear")
ONE_DIRECTION = Premise("one direction", "the best rate comes to the minimum in one step")
BALANCED = Premise(
    "slowest directions alike",
    "the best rate makes the flattest and the steepest direction shrink alike, with opposite signs",
)
CHARACTERISTIC = Premise(
    "characteristic equation",
    "an eigenvalue, taken from the diagonal of the Hessian, makes its determinant zero",
)
ROOTS = Premise(
    "quadratic formula", "both roots of the characteristic equation, the larger one first"
)
GATHERED = Law("to the other side", "a − b = c ⟹ a = b + c", "{c} is gathered on one side")


@names_options
@dataclass(frozen=True, repr=False)
class StableRate(Result):
    """Why a constant rate must be below 2/λ_max.

    Parameters
    ----------
    hessian : Hessian
    letters : Letters
    exact : bool
        Whether the cost is quadratic in the parameters, so that Taylor's formula is exact.
    chapters : tuple of Chapter
    rates : Rates or None
        With data: curvatures and rates to 30 digits.

    Examples
    --------
    >>> from symgd import Problem
    >>> rate = Problem("a*x + b").stable_rate([1, 2, 3], [1.2, 1.8, 3.4])
    >>> round(rate.largest, 8), round(rate.best, 8)
    (0.18029485, 0.17647059)
    """

    hessian: Hessian
    letters: Letters
    exact: bool
    chapters: tuple[Chapter, ...]
    rates: Rates | None = None

    def __repr__(self) -> str:
        return (
            f"StableRate({'exact' if self.exact else 'to second order'}: {len(self.steps)} steps)"
        )

    @property
    def curvature(self) -> tuple[float, ...] | None:
        """With data: the Hessian's eigenvalues in ascending order.

        Like `largest` and `best`, a DerivationError where no float is so large or small.
        """
        return None if self.rates is None else tuple(map(as_float, self.rates.curvature))

    @property
    def largest(self) -> float | None:
        """With data: 2/λ_max; None where the cost bends up in no direction."""
        found = self.rates and self.rates.largest
        return None if found is None else as_float(found)

    @property
    def best(self) -> float | None:
        """With data: 2/(λ_min + λ_max), the least curvature that is not 0; None where the cost is no bowl."""
        found = self.rates and self.rates.best
        return None if found is None else as_float(found)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps after the Hessian's."""
        return self.exposition.steps

    @property
    def exposition(self) -> Exposition:
        """The step, Taylor's formula, the bound, and the numbers."""
        first = self.hessian.first
        second = (self.hessian[entry] for entry in self.hessian)
        given = (*first.given, *(nt.Equation(entry.left, entry.last) for entry in second))
        bound = nt.Fraction(nt.number(2), self.letters.most)
        title = message("Why the rate must be below {bound}", bound=bound)
        return Exposition(title, tuple(first), given, self.chapters, "stable rate")


def stable_rate(
    hessian: Hessian,
    columns: Mapping[str, Sequence[Rational]] | None = None,
    count: str = "N",
    point: Mapping[str, Rational] | None = None,
    budget: Budget | None = None,
    taken: Collection[str] = (),
) -> StableRate:
    """Derive the bound on the rate of descent, with numbers where there are `columns` of data, `count` rows of them.

    `point` has the settings, and the parameters, which curvatures depend on where the cost is not quadratic. Letters are chosen
    beside those of the cost and those that are `taken`.
    """
    if any(not isinstance(p.variable, nt.Symbol) for p in hessian.first.partials.values()):
        raise DerivationError(
            "this step is derived for parameters that are numbers, and the model has a vector",
            "write the entries out, w1*x1 + w2*x2",
        )
    entries = [hessian[entry].last for entry in hessian]
    if len(entries) == 1 and nt.is_number(entries[0], 0):  # the bound would be 2/0
        raise DerivationError(
            "this cost is made of straight pieces: its second derivative is zero, so no curvature bounds the rate",
            "let the rate become smaller from step to step, or choose a loss that is curved, such as huber",
        )
    recorder = StepRecorder(budget=budget or current())
    given = None if columns is None else Values(Bindings.of_columns(columns, count, point))
    with recorder.limited(), at_work("deriving the bound on the rate"):
        return _told(hessian, given, recorder, letters_of(hessian, taken))


def _told(
    hessian: Hessian, given: Values | None, recorder: StepRecorder, letters: Letters
) -> StableRate:
    taylor, exact = _taylor(hessian, letters, recorder)
    told = [_names(letters, hessian), taylor, _condition(letters, exact, recorder)]
    if exact:
        told += [_other_way(letters, recorder), _best(letters, recorder)]
    if len(letters.gradient) == 2:
        told += _curvatures(letters, recorder)
    rates = None if given is None else rates_of(hessian, letters, given, exact, recorder)
    told += rates.chapters if rates else ()
    return StableRate(hessian, letters, exact, tuple(told), rates)


def _names(letters: Letters, hessian: Hessian) -> Chapter:
    named = [(slope, hessian.first[name].left) for name, slope in letters.gradient.items()]
    named += [(letters.hessian[entry], hessian[entry].left) for entry in hessian]
    chains = [Chain(None, nt.Equation(*pair), ()) for pair in named]
    chains.append(Chain(letters.after, letters.after.definition, (), STEP))
    said = message(
        "{after} is the cost after a step of descent, as it depends on the rate {alpha}.",
        after=letters.after,
        alpha=letters.alpha,
    )
    return Chapter(message("One step of descent"), tuple(chains), said=(said,))


def _taylor(hessian: Hessian, letters: Letters, recorder: StepRecorder) -> tuple[Chapter, bool]:
    """φ = J − α g·g + (α²/2) g·Hg, and the bound."""
    cost, alpha = hessian.first.function, letters.alpha
    half = nt.Fraction(nt.squared(alpha), nt.number(2))
    named = tuple(
        nt.Product((slope, hessian.first[name].left)) for name, slope in letters.gradient.items()
    )

    def polynomial(first: nt.Term, *second: nt.Term) -> nt.Term:
        return nt.Sum(
            (cost, nt.Negative(nt.multiplied((alpha, first))), nt.multiplied((half, *second)))
        )

    full = polynomial(nt.sum_of(named), letters.bend)
    builder = EquationBuilder(letters.after, alpha, recorder, left=letters.after)
    check = recorder.equal(letters.after, full)
    exact, by = check.passed, TAYLOR
    remark = message("compared with the cost at the new place")
    if not exact:
        by = NEARLY_TAYLOR
        remark = message("compared with the cost at the new place for ever smaller rates")
        check = _third_order(letters, full, hessian, recorder.checker)
    builder.record(by, full, check)
    builder.rewrite(ALONG, (), Rewritten(polynomial(letters.square, letters.bend)))
    if len(letters.gradient) > 1:
        bounded = polynomial(letters.square, letters.most, letters.square)
        bindings = {"curvature": letters.most}
        check = _bounded(letters, recorder.checker)
        builder.record(BOUND, bounded, check, Rewritten(bounded, bindings))
    half = nt.Fraction(nt.Product((alpha, letters.most)), nt.number(2))
    final = nt.minus(cost, nt.Product((alpha, nt.minus(nt.number(1), half), letters.square)))
    builder.rewrite(FACTOR, (), Rewritten(final, {"c": letters.square}))
    last = replace(builder.steps[-1].check, remark=remark)
    return Chapter(message("Taylor's formula"), (builder.chain,), check=last), exact


def _condition(letters: Letters, exact: bool, recorder: StepRecorder) -> Chapter:
    """α λ/2 < 1, so α < 2/λ."""
    alpha, most = letters.alpha, letters.most
    start = nt.Comparison(nt.Fraction(nt.Product((alpha, most)), nt.number(2)), "<", nt.number(1))
    builder = EquationBuilder(start, alpha, recorder, GOES_DOWN)
    after = nt.Comparison(alpha, "<", nt.Fraction(nt.number(2), most))
    builder.divide(after, nt.Fraction(most, nt.number(2)))
    said = [
        message("This holds where {most} is positive, and until the gradient is zero.", most=most)
    ]
    if not exact:
        said.append(
            message(
                "The cost is not quadratic: this holds up to terms of third order, with the curvatures where the step begins."
            )
        )
    return Chapter(message("The cost goes down as long as"), (builder.chain,), said=tuple(said))


def _other_way(letters: Letters, recorder: StepRecorder) -> Chapter:
    """The gradient at the new place is g − αHg."""
    chains = []
    for name, slope in letters.gradient.items():
        moved = slope.definition.substitute(letters.moved)
        bends = tuple(
            nt.Product((letters.hessian[name, other], across))
            for other, across in letters.gradient.items()
        )
        after = nt.minus(slope, nt.multiplied((letters.alpha, nt.sum_of(bends))))
        new = nt.Abbreviation(f"{letters.new}_{name}", moved)
        builder = EquationBuilder(moved, nt.Symbol(name), recorder, AT_NEW_POINT, new)
        builder.rewrite(LINEAR, (), Rewritten(after))
        chains.append(builder.chain)
    most = letters.most
    lam = nt.Symbol(letters.least.name.removesuffix("_min"))
    shrunk = nt.minus(nt.number(1), nt.Product((letters.alpha, lam)))
    one, bound = nt.number(1), nt.Comparison(letters.alpha, "<", nt.Fraction(nt.number(2), most))
    inside = nt.Junction(
        "and", (nt.Comparison(nt.Negative(one), "<", shrunk), nt.Comparison(shrunk, "<", one))
    )
    said = (
        message(
            "Along a direction of curvature {lam} the gradient is multiplied by {shrunk} at every step.",
            lam=lam,
            shrunk=shrunk,
        ),
        message(
            "It shrinks where {inside}: in every direction, if and only if {bound}.",
            inside=inside,
            bound=bound,
        ),
    )
    heading = message("From step to step, and why a larger rate is too large")
    return Chapter(heading, tuple(chains), said=said)


def _best(letters: Letters, recorder: StepRecorder) -> Chapter:
    """1 − αλ_min = −(1 − αλ_max), so α = 2/(λ_min + λ_max)."""
    alpha, most = letters.alpha, letters.most
    if len(letters.gradient) == 1:
        start = nt.Equation(nt.minus(nt.number(1), nt.Product((alpha, most))), nt.number(0))
        builder = EquationBuilder(start, alpha, recorder, ONE_DIRECTION)
        after = nt.Equation(alpha, nt.Fraction(nt.number(1), most))
        factor = nt.Negative(nt.Fraction(nt.number(1), most))
        builder.becomes(GATHERED, after, factor, bindings={"c": alpha})
    else:
        flat = nt.minus(nt.number(1), nt.Product((alpha, letters.least)))
        steep = nt.minus(nt.Product((alpha, most)), nt.number(1))
        builder = EquationBuilder(nt.Equation(flat, steep), alpha, recorder, BALANCED)
        both = nt.Sum((letters.least, most))
        gathered = nt.Equation(nt.Product((alpha, both)), nt.number(2))
        builder.becomes(GATHERED, gathered, nt.Negative(nt.number(1)), bindings={"c": alpha})
        builder.divide(nt.Equation(alpha, nt.Fraction(nt.number(2), both)), both)
    return Chapter(message("The best constant rate"), (builder.chain,))


def _curvatures(letters: Letters, recorder: StepRecorder) -> Iterator[Chapter]:
    """λ_max and λ_min of a matrix of two rows."""
    a, b, c = dict.fromkeys(letters.hessian.values())
    lam, trace = nt.Symbol(letters.least.name.removesuffix("_min")), nt.Sum((a, c))

    def polynomial(value: nt.Term) -> nt.Term:
        middle, last = nt.Negative(nt.Product((trace, value))), nt.Negative(nt.squared(b))
        return nt.Sum((nt.squared(value), middle, nt.Product((a, c)), last))

    equation = Chain(None, nt.Equation(polynomial(lam), nt.number(0)), (), CHARACTERISTIC)
    yield Chapter(message("The curvatures are the eigenvalues of the Hessian"), (equation,))
    found = roots(letters)
    plain: dict[nt.Term, nt.Term] = {entry: nt.Symbol(entry.name) for entry in (a, b, c)}
    for _, value in found:
        # This holds for any three numbers, whatever they stand for, and however large that is.
        check = recorder.equal(polynomial(value).substitute(plain), nt.number(0))
        untrue = "a curvature does not solve the characteristic equation"
        expect_passed(check, "a curvature", untrue)
    chains = tuple(Chain(None, nt.Equation(name, value), (), ROOTS) for name, value in found)
    last = replace(check, remark=message("put into the characteristic equation"))
    yield Chapter(message("The curvatures"), chains, check=last)


# ---------------------------------------------------------------------------------------------
# Checks at random points

RATE = MP.mpf(10) ** -40  # so small that any remainder of second order would be seen


def _real_value(evaluator: Evaluator, term: nt.Term) -> Any:
    """What a Term comes to; beside branches of roots and logarithms nothing is said, so complex points are left out."""
    return real(evaluator.dual(term, None, ()).value)


def _bounded(letters: Letters, checker: Checker) -> Check:
    """g·Hg ≤ λ_max g·g, with eigenvalues found numerically."""

    def holds(evaluator: Evaluator) -> bool:
        most = MP.mpf(eigenvalues(letters, partial(_real_value, evaluator))[-1])
        bend, square = (_real_value(evaluator, term) for term in (letters.bend, letters.square))
        return bool(bend <= most * square + abs(most * square) * MP.mpf(10) ** -12)

    return checker.holds(holds, letters.after)


def _third_order(letters: Letters, full: nt.Term, hessian: Hessian, checker: Checker) -> Check:
    """What Taylor's formula leaves out falls by eight where the rate is halved, or is less than that."""
    slopes: dict[nt.Term, nt.Term] = {
        hessian.first[name].left: slope for name, slope in letters.gradient.items()
    }
    ours = full.substitute(slopes)

    def left_out(point: Point, rate: Any) -> Any:
        moved = Point(point.seed, point.trial, False, checker.unrolling)
        moved.values[letters.alpha.name, ()] = rate
        evaluator = Evaluator(moved)
        return abs(_real_value(evaluator, letters.after) - _real_value(evaluator, ours))

    def holds(evaluator: Evaluator) -> bool:
        with MP.workdps(MORE_DIGITS):
            first, half = (left_out(evaluator.point, rate) for rate in (RATE, RATE / 2))
            return bool(half * 7 <= first or first <= RATE**5)

    return checker.holds(holds, letters.after)
