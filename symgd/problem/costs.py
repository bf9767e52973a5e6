"""Cost: how a model, a loss and a penalty are written together, in a notation's letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.parsing.formula import parse
from symgd.problem.losses import Loss, Penalty
from symgd.problem.notation import Notation
from symgd.terms import (
    Abbreviation,
    BigSum,
    Call,
    Fraction,
    Indexed,
    Negative,
    Product,
    Sum,
    Symbol,
    Term,
    call,
    factors_of,
    is_number,
    number,
    product_of,
    sum_of,
    terms_of,
)

PREDICTION, TARGET = Symbol("prediction"), Symbol("target")
CLASSES = "K"  # how many scores a formula over several has
_RESIDUAL_LETTERS = "erd"


@dataclass(frozen=True)
class Cost:
    """A cost as it is written.

    Parameters
    ----------
    loss : Loss
    formula : Term
        One example's loss, in `prediction`, `target` and letters.
    predictions : tuple of Term
        One example's prediction; several where the loss compares several scores.
    targets : tuple of Indexed
        One example's targets, as many.
    notation : Notation
    used : frozenset of str
        Names that no letter may be.
    penalty : Term or None
        What is added to the losses.
    """

    loss: Loss
    formula: Term
    predictions: tuple[Term, ...]
    targets: tuple[Indexed, ...]
    notation: Notation
    used: frozenset[str]
    penalty: Term | None = None

    @cached_property
    def residual(self) -> Term:
        """One example's residual, written out: m x_i + b − y_i."""
        return self._difference(self.notation.residual_sign == "prediction - target")

    def _difference(self, prediction_first: bool) -> Term:
        predicted, target = self.predictions[0], self.targets[0]
        if not prediction_first:
            return Sum((target, Negative(predicted)))
        return Sum((*terms_of(predicted), Negative(target)))

    @cached_property
    def shown_residual(self) -> Term:
        """The residual as the cost shows it: written out, or under its name."""
        if self.notation.residual:
            return self._named(self.notation.residual, self.residual)
        if self._names_the_residual:
            letter = self._free(_RESIDUAL_LETTERS)
            return self._named(letter, self._difference(self._own_order))
        return self.residual

    @cached_property
    def shown_predictions(self) -> tuple[Term, ...]:
        """The predictions as the cost shows them: written out, or under their names."""
        letter = self.notation.prediction or (
            self._free(self.loss.letter) if self._names_the_prediction else ""
        )
        if not letter:
            return self.predictions
        several = len(self.predictions) > 1
        return tuple(
            self._named(f"{letter}_{which}" if several else letter, predicted)
            for which, predicted in enumerate(self.predictions, 1)
        )

    def _named(self, name: str, term: Term) -> Term:
        """A name for a part that is no name already."""
        if not term.children:
            return term
        index = (self.notation.index,) if self.notation.index in term.names else ()
        return Abbreviation(name, term, index)

    def _free(self, letters: str) -> str:
        """The first letter that nothing else uses."""
        taken = self.used | {str(letter) for letter in vars(self.notation).values()}
        several = len(self.predictions) > 1
        numbers = range(1, len(self.predictions) + 1)
        names: tuple[str, ...] = (*letters, *(f"{letters[0]}_{n}" for n in range(99)))
        return next(
            name
            for name in names
            if name not in taken and not (several and {f"{name}_{n}" for n in numbers} & taken)
        )

    @cached_property
    def _is_even(self) -> bool:
        """Whether the loss stays the same when prediction and target change places."""
        flipped = self.formula.substitute({PREDICTION: TARGET, TARGET: PREDICTION}).value
        return bool(sympy.expand(self.formula.value - flipped) == 0)

    @cached_property
    def _own_order(self) -> bool:
        """Whether a residual that is named here has the prediction first."""
        forwards = self.notation.residual_sign == "prediction - target"
        if self._is_even:
            return forwards
        found = {True: 0, False: 0}
        for part in self.formula.parts():
            for first in found:
                found[first] += part == _ordered(first)
        return forwards if found[forwards] else not forwards

    @cached_property
    def _loose(self) -> int:
        """How often the prediction stands in the formula, other than in a residual."""
        bare = self.formula.substitute(dict.fromkeys(map(_ordered, (True, False)), number(0)))
        return sum(part == PREDICTION for part in bare.parts())

    @property
    def is_of_the_residual(self) -> bool:
        """Whether the cost depends on the parameters through the residual alone."""
        return not self._loose and not self.loss.several and self.penalty is None

    @property
    def _names_the_residual(self) -> bool:
        if self.loss.named or self.loss.several:
            return self.loss.named == "residual"
        orders = [_ordered(True), _ordered(False)]
        return not self._loose and sum(part in orders for part in self.formula.parts()) > 1

    @property
    def _names_the_prediction(self) -> bool:
        return self.loss.named == "prediction" or (not self.loss.named and self._loose > 1)

    @cached_property
    def example_loss(self) -> Term:
        """One example's loss."""
        if self.loss.several:
            return self._over_classes(self.formula)
        shown = self.shown_residual
        differences: dict[Term, Term] = {}
        for first in (True, False):
            same = self._is_even or first == self._order_of(shown)
            other = Negative(shown) if isinstance(shown, Abbreviation) else self._difference(first)
            differences[_ordered(first)] = shown if same else other
        if not self._loose or not isinstance(self.shown_predictions[0], Abbreviation):
            return self._filled(self.formula.substitute(differences), 0)
        return self._filled(self.formula, 0)

    def _order_of(self, shown: Term) -> bool:
        """Whether a residual has the prediction first."""
        term = shown.definition if isinstance(shown, Abbreviation) else shown
        return term == self._difference(True)

    def _filled(self, term: Term, which: int) -> Term:
        """`term` with a prediction and its target put in."""
        return term.substitute(
            {PREDICTION: self.shown_predictions[which], TARGET: self.targets[which]}
        )

    def _over_classes(self, term: Term) -> Term:
        """`term` with its sums over the classes written out; the logarithm of a sum of exponentials has a name."""
        if isinstance(term, BigSum) and term.upper == Symbol(CLASSES):
            count = len(self.predictions)
            return Sum(tuple(self._filled(term.body, which) for which in range(count)))
        rebuilt = term.map(self._over_classes)
        return log_sum_exp(rebuilt) or rebuilt

    @cached_property
    def losses(self) -> Term:
        """The mean, the sum, or whatever the loss makes of all examples."""
        count = Symbol(self.notation.count)
        total = BigSum(self.example_loss, self.notation.index, count)
        if self.loss.reduction == "sum":
            return total
        below = Product((number(2), count)) if self.loss.reduction == "half mean" else count
        mean = Product((Fraction(number(1), below), total))
        return call("sqrt", mean) if self.loss.reduction == "root mean" else mean

    @cached_property
    def term(self) -> Term:
        """The whole cost."""
        return (
            Sum((self.losses, *terms_of(self.penalty))) if self.penalty is not None else self.losses
        )


def log_sum_exp(term: Term) -> Term | None:
    """ln(e^a + e^b) under its name, where `term` is one; else None."""
    if not isinstance(term, Call) or term.function != "log" or not isinstance(term.argument, Sum):
        return None
    found = [t for t in term.argument.terms if isinstance(t, Call) and t.function == "exp"]
    whole = len(found) == len(term.argument.terms)
    return call("logsumexp", *(t.argument for t in found)) if whole else None


def _ordered(prediction_first: bool) -> Sum:
    """prediction − target, or the other way round."""
    pair = (PREDICTION, TARGET) if prediction_first else (TARGET, PREDICTION)
    return Sum((pair[0], Negative(pair[1])))


def penalty_term(penalty: Penalty, weights: tuple[Term, ...], letters: Mapping[str, str]) -> Term:
    """A penalty on some parameters: λ (m² + c²), and λ Σ_j w_j² for a vector.

    Parameters
    ----------
    penalty : Penalty
    weights : tuple of Term
        Each a Symbol, or a BigSum whose body is a vector's entry.
    letters : mapping of str to str
        What the settings are called.

    Examples
    --------
    >>> from symgd.problem.losses import PENALTIES
    >>> penalty_term(PENALTIES["ridge"], (Symbol("m"),), {"lambda": "lambda"}).value
    lambda*m**2
    """
    meant: dict[Term, Term] = {Symbol(name): Symbol(letter) for name, letter in letters.items()}
    parts = []
    for factor, formula in penalty.parts:
        body, front = parse(formula), parse(factor).substitute(meant)
        each = tuple(_of_weight(body, weight) for weight in weights)
        factors = () if is_number(front, 1) else factors_of(front)
        parts.append(product_of((*factors, sum_of(each))))
    return sum_of(tuple(parts))


def _of_weight(body: Term, weight: Term) -> Term:
    if isinstance(weight, BigSum):
        return weight.map(lambda inner: _of_weight(body, inner))
    return body.substitute({Symbol("weight"): weight})


def intercepts(predictions: tuple[Term, ...], inputs: frozenset[str]) -> frozenset[str]:
    """The parameters that are only ever added, by themselves, to what is read from data: b in m·x + b.

    Examples
    --------
    >>> sorted(intercepts((parse("u*tanh(a*x + b) + c"),), frozenset({"x"})))
    ['b', 'c']
    """
    added: set[str] = set()
    other: set[str] = set()

    def visit(term: Term, beside_data: bool) -> None:
        if isinstance(term, Symbol | Indexed):
            (added if beside_data and isinstance(term, Symbol) else other).add(term.name)
        inside = isinstance(term, Sum) and bool(term.names & inputs)
        inside = inside or (beside_data and isinstance(term, Negative))
        for child in term.children:
            visit(child, inside)

    for prediction in predictions:
        visit(prediction, False)
    return frozenset(added - other)
