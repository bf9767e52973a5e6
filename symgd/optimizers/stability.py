"""What a rule does on a quadratic cost, as it is told: its matrix, Jury's conditions, the largest rate and the best one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd import terms as nt
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import EquationBuilder
from symgd.derivation.second_order.normal import free_letter
from symgd.optimizers.best import CURVATURES, FACTOR, RATIOS, BestSettings, best_of
from symgd.optimizers.optimizer import Optimizer, names_of
from symgd.optimizers.quadratic import CURVATURE, EIGENVALUE, RATE, Bound, NotLinear, QuadraticStep
from symgd.optimizers.readable import readable, signed
from symgd.optimizers.rule import THETA
from symgd.terms.matrix import Entries, Stacked
from symgd.writing.exposition import Chain, Chapter, Premise
from symgd.writing.steps import Law
from symgd.writing.words import Message, message

SLOPE = Premise("its gradient", "the derivative of the cost by the parameter")
STEP = Premise("one step", "the statements with this gradient, put together")
CHARACTERISTIC = Premise("characteristic polynomial", "its roots are the eigenvalues of the matrix")
JURY = (
    Premise("Jury's condition at 1", "the characteristic polynomial is above 0 at 1"),
    Premise("Jury's condition at −1", "where its degree is even it is above 0 at −1, else below"),
    Premise("Jury's condition on the last coefficient", "the product of the roots is below 1"),
)
SOLVED = Law(
    "solved for the rate", "0 < a − bα, 0 < b ⟹ α < a/b", "{c} is above 0, and both sides are divided by it"
)  # fmt: skip
STEEPEST = Premise("the steepest direction", "what holds for the largest curvature holds for all")
# No names that a rule can have, and the letters that may stand for them beside the rule's own.
LEAST, MOST, COST, MATRIX = "(least)", "(most)", "(cost)", "(matrix)"
POLYNOMIAL, SHARE = "(polynomial)", "(share)"
LETTERS: Mapping[str, tuple[str, ...]] = {
    COST: ("J", "C", "F"),
    CURVATURE.name: ("lambda", "kappa", "h"),
    EIGENVALUE.name: ("z", "y", "w"),
    MATRIX: ("M", "A", "B"),
    POLYNOMIAL: ("chi", "P", "Q"),
    LEAST: ("mu", "l", "h_min"),
    MOST: ("L", "U", "h_max"),
    FACTOR: ("q", "R", "f"),
    SHARE: ("u", "s", "c"),
}
LEAST_FACTOR = Premise("the slowest direction", "what is left of the distance after one step more")


def chapters_of(optimizer: Optimizer, taken: frozenset[str] = frozenset()) -> list[Chapter]:
    """The chapters of an optimizer; one that says why, where a step is no matrix. `taken` are names of the cost."""
    try:
        return [*Stability(QuadraticStep(optimizer), taken).chapters()]
    except NotLinear as reason:
        return [Chapter(message("On a quadratic cost"), (), said=(reason.why,))]


@dataclass(frozen=True)
class Stability:
    """A rule whose step on a quadratic is a matrix, and the names that its page has beside those of the rule."""

    step: QuadraticStep
    taken: frozenset[str] = frozenset()

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letters of curvature, matrix, polynomial and bounds: those that the rule has stay its own."""
        taken = {*names_of(self.step.optimizer), *self.taken}
        found: dict[str, str] = {}
        for name, letters in LETTERS.items():
            found[name] = free_letter((*taken, *found.values()), *letters)
        return found

    def letter(self, name: str) -> nt.Symbol:
        return nt.Symbol(self.letters[name])

    def term(self, part: sympy.Expr) -> nt.Term:
        """An expression as it is printed."""
        found = readable(part, self.letters)
        if found is None:
            raise NotLinear(message("The formulas on a quadratic cost are too long to be printed."))
        return found

    @property
    def has_rate(self) -> bool:
        """Whether the learning rate has a part in the step."""
        return any(part.has(RATE) for part in self.step.matrix)

    def chapters(self) -> Iterator[Chapter]:
        """The matrix, the conditions, the rate and what is best."""
        yield self._matrix()
        if self.step.conditions and self.has_rate:
            yield self._conditions()
        yield from self._largest()
        best = best_of(self.step)
        if best is not None:
            yield self._best(best)

    def _matrix(self) -> Chapter:
        curvature, theta = self.letter(CURVATURE.name), nt.Symbol(THETA)
        half = nt.Fraction(curvature, nt.number(2))
        cost = nt.Equation(self.letter(COST), nt.Product((half, nt.squared(theta))))
        slope = nt.Equation(nt.Symbol("g"), nt.Product((curvature, theta)))
        entries = tuple(map(self.term, self.step.matrix))
        grid: nt.Term = Entries(entries, self.step.matrix.cols) if len(entries) > 1 else entries[0]
        matrix, polynomial = self.letter(MATRIX), self.letter(POLYNOMIAL)
        chains = [Chain(None, cost, ()), Chain(None, slope, (), SLOPE)]
        chains.append(Chain(None, nt.Equation(matrix, grid), (), STEP))
        found = nt.Equation(polynomial, self._polynomial())
        chains.append(Chain(None, found, (), CHARACTERISTIC))
        vector: tuple[nt.Term, ...] = tuple(map(nt.Symbol, self.step.names))
        listed = vector[0] if len(vector) == 1 else Stacked(vector)
        said = message(
            "Each direction of a quadratic cost, of curvature {curvature}, goes by itself: a step multiplies {vector} by {matrix}.",
            curvature=curvature,
            vector=listed,
            matrix=matrix,
        )
        return Chapter(message("On a quadratic cost"), tuple(chains), said=(said,))

    def _polynomial(self) -> nt.Term:
        """The characteristic polynomial in descending powers."""
        degree, root = len(self.step.coefficients) - 1, self.letter(EIGENVALUE.name)
        terms: list[nt.Term] = []
        for place, coefficient in enumerate(self.step.coefficients):
            power = degree - place
            raised: nt.Term = root if power == 1 else nt.Power(root, nt.number(power))
            negative, factors = signed(coefficient)
            size = [self.term(factor) for factor in factors if factor != 1]
            if coefficient == 0:
                continue
            body = nt.multiplied((*size, raised) if power else size or [nt.number(1)])
            terms.append(nt.Negative(body) if negative else body)
        return nt.sum_of(tuple(terms))

    def _conditions(self) -> Chapter:
        premises = JURY[: len(self.step.conditions)]
        pairs = zip(self.step.bounds, premises, strict=True)
        chains = tuple(self._condition(bound, premise) for bound, premise in pairs)
        said = []
        sure, unsure = (self._of_kind(kind) for kind in ("always", "open"))
        if sure:
            said.append(message("For every rate above 0, and all settings that are admitted, it is true that {conditions}: with {share} for each setting that lies between 0 and 1, all coefficients are positive.", conditions=sure, share=self._share))  # fmt: skip
        if unsure:
            said.append(message("What {conditions} says of the rate is not proved for all settings.", conditions=unsure))  # fmt: skip
        heading = message("Every direction shrinks, if and only if all of these hold")
        return Chapter(heading, chains, said=tuple(said))

    @property
    def _share(self) -> nt.Term:
        """What stands for a setting between 0 and 1."""
        free = self.letter(SHARE)
        return nt.Fraction(free, nt.Sum((nt.number(1), free)))

    def _of_kind(self, kind: str) -> tuple[nt.Term, ...]:
        """The conditions of a kind, each once."""
        found = [self.term(bound.condition) for bound in self.step.bounds if bound.kind == kind]
        return tuple(nt.Comparison(nt.number(0), "<", term) for term in dict.fromkeys(found))

    def _condition(self, bound: Bound, premise: Premise) -> Chain:
        start = nt.Comparison(nt.number(0), "<", self.term(bound.condition))
        alpha = nt.Symbol(RATE.name)
        builder = EquationBuilder(start, alpha, StepRecorder(), premise)
        if bound.kind == "below" and bound.value is not None:
            after = nt.Comparison(alpha, "<", self.term(bound.value))
            divisor = self.term(-bound.slope)
            factor = nt.Fraction(nt.number(1), divisor)
            builder.becomes(SOLVED, after, factor, bindings={"c": divisor})
        return builder.chain

    def _largest(self) -> Iterator[Chapter]:
        heading = message("The largest stable rate")
        alpha, limit = nt.Symbol(RATE.name), self.step.limit
        if not self.has_rate:
            said = message("{alpha} has no part in the step.", alpha=alpha)
            yield Chapter(heading, (), said=(said,))
        elif limit is not None:
            most = limit.subs(CURVATURE, sympy.Symbol(MOST, positive=True))
            bound = nt.Comparison(alpha, "<", self.term(most))
            said = message("{most} is the largest curvature.", most=self.letter(MOST))
            yield Chapter(heading, (Chain(None, bound, (), STEEPEST),), said=(said,))
        elif not self.step.conditions:
            yield Chapter(heading, (), said=(message("The polynomial is of a degree above 2: the rate is sought with numbers, where there are data."),))  # fmt: skip
        else:
            yield Chapter(heading, (), said=(message("No single formula bounds the rate for all settings: every one of the conditions must hold."),))  # fmt: skip

    def _best(self, best: BestSettings) -> Chapter:
        formulas = dict(best.formulas(self.letter(LEAST), self.letter(MOST)))
        factor = formulas.pop(FACTOR)
        chains = [Chain(None, nt.Equation(nt.Symbol(n), f), ()) for n, f in formulas.items()]
        chains.append(Chain(None, nt.Equation(self.letter(FACTOR), factor), (), LEAST_FACTOR))
        ratios = tuple(nt.number(int(ratio)) for ratio in RATIOS)
        said = (
            message("From: {source}.", source=Message(best.known.source)),
            message(
                "Compared with the largest eigenvalue at {count} curvatures, for {ratio} of {ratios}: the same there, and larger with other settings nearby. That is a comparison of numbers, and no proof.",
                count=nt.number(CURVATURES),
                ratio=nt.Fraction(self.letter(MOST), self.letter(LEAST)),
                ratios=ratios,
            ),
        )
        heading = message("The best for curvatures from {least} to {most}").filled(
            least=self.letter(LEAST), most=self.letter(MOST)
        )
        return Chapter(heading, tuple(chains), said=said)
