"""Cost: how a model, a loss and a penalty are written together, in a notation's letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd import terms as nt
from symgd.parsing.formula import parse
from symgd.problem.losses import Loss, Penalty
from symgd.problem.notation import Notation
from symgd.registry.registry import FrozenMap

PREDICTION, TARGET = nt.Symbol("prediction"), nt.Symbol("target")
WIDE = 20  # terms of a residual, which then has a name
CLASSES = "K"  # how many scores a formula over several has
_RESIDUAL_LETTERS = "erd"
# The residual in a loss's formula, by whether the prediction is first.
_ORDERS: Mapping[bool, nt.Term] = {
    True: nt.minus(PREDICTION, TARGET),
    False: nt.minus(TARGET, PREDICTION),
}


@dataclass(frozen=True)
class Cost:
    """A cost as it is written."""

    loss: Loss
    formula: nt.Term  # one example's loss, in `prediction`, `target` and letters
    predictions: tuple[nt.Term, ...]  # one example's; several where the loss compares scores
    targets: tuple[nt.Indexed, ...]  # as many
    notation: Notation
    used: frozenset[str]  # names that no letter may be
    penalty: nt.Term | None = None  # what is added to the losses
    weight: nt.Indexed | None = None  # how much one example counts; None where all count alike

    @cached_property
    def residual(self) -> nt.Term:
        """One example's residual, written out: m x_i + b − y_i."""
        return self._difference(self._forwards)

    @property
    def _forwards(self) -> bool:
        return self.notation.residual_sign == "prediction - target"

    def _difference(self, prediction_first: bool) -> nt.Term:
        predicted, target = self.predictions[0], self.targets[0]
        if not prediction_first:
            return nt.minus(target, predicted)
        return nt.added((predicted, nt.Negative(target)))

    @cached_property
    def shown_residual(self) -> nt.Term:
        """The residual as the cost shows it: written out, or under its name."""
        if self.notation.residual:
            return self._named(self.notation.residual, self.residual)
        if self._named_part != "residual" and not self._is_wide:
            return self.residual
        forwards = _ORDERS[self._forwards] in self.formula.parts()
        order = self._forwards if self._is_even or forwards else not self._forwards
        return self._named(self._free(_RESIDUAL_LETTERS), self._difference(order))

    @cached_property
    def shown_predictions(self) -> tuple[nt.Term, ...]:
        """The predictions as the cost shows them: written out, or under their names."""
        letter = self.notation.prediction or (
            self._free(self.loss.letter) if self._named_part == "prediction" else ""
        )
        if not letter:
            return self.predictions
        several = len(self.predictions) > 1
        return tuple(
            self._named(f"{letter}_{which}" if several else letter, predicted)
            for which, predicted in enumerate(self.predictions, 1)
        )

    def _named(self, name: str, term: nt.Term) -> nt.Term:
        """A name for a part that is no name already."""
        if not term.children:
            return term
        index = (self.notation.index,) if self.notation.index in term.names else ()
        return nt.Abbreviation(name, term, index)

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

    @property
    def _is_wide(self) -> bool:
        """Whether the residual is a sum of so many terms that no line could be read with it."""
        parts = self.residual.children if isinstance(self.residual, nt.Sum) else ()
        return len(parts) > WIDE

    @cached_property
    def _loose(self) -> int:
        """How often the prediction stands in the formula, other than in a residual."""
        bare = self.formula.substitute(dict.fromkeys(_ORDERS.values(), nt.number(0)))
        return sum(part == PREDICTION for part in bare.parts())

    @property
    def compares_numbers(self) -> bool:
        """Whether the losses depend on the parameters through the residuals alone."""
        return not self._loose and not self.loss.several

    @property
    def is_of_the_residual(self) -> bool:
        """Whether the cost depends on the parameters through the residual alone."""
        return self.compares_numbers and self.penalty is None

    @property
    def _named_part(self) -> str:
        """What the cost gives a name: what the loss says, or what is there more than once."""
        residuals = sum(part in _ORDERS.values() for part in self.formula.parts())
        if self.loss.named:
            return self.loss.named
        if self._loose or self.loss.several:
            return "prediction" if self._loose > 1 else ""
        return "residual" if residuals > 1 else ""

    @cached_property
    def example_loss(self) -> nt.Term:
        """One example's loss."""
        if self.loss.several:
            return self.formula.rewrite(self._over_classes)
        if self._loose and isinstance(self.shown_predictions[0], nt.Abbreviation):
            return self._filled(self.formula, 0)
        shown = self.shown_residual
        written_out = shown.definition if isinstance(shown, nt.Abbreviation) else shown
        forwards = written_out == self._difference(True)
        differences: dict[nt.Term, nt.Term] = {}
        for first, order in _ORDERS.items():
            if self._is_even or first == forwards:
                differences[order] = shown
            elif isinstance(shown, nt.Abbreviation):
                differences[order] = nt.Negative(shown)
            else:
                differences[order] = self._difference(first)
        return self._filled(self.formula, 0, differences)

    def _filled(
        self, term: nt.Term, which: int, also: Mapping[nt.Term, nt.Term] = FrozenMap()
    ) -> nt.Term:
        """`term` with a prediction and its target put in, all at once: a model may have parameters called so."""
        own: dict[nt.Term, nt.Term] = {
            PREDICTION: self.shown_predictions[which],
            TARGET: self.targets[which],
        }
        return term.substitute({**own, **also})

    def _over_classes(self, term: nt.Term) -> nt.Term | None:
        """A sum over the classes written out; the logarithm of a sum of exponentials under its name."""
        if isinstance(term, nt.BigSum) and term.upper == nt.Symbol(CLASSES):
            count = len(self.predictions)
            return nt.Sum(tuple(self._filled(term.body, which) for which in range(count)))
        return log_sum_exp(term)

    @cached_property
    def weighted_loss(self) -> nt.Term:
        """What one example adds to the sum of all: w_i L_i, or L_i."""
        if self.weight is None:
            return self.example_loss
        return nt.Product((self.weight, *nt.factors_of(self.example_loss)))

    @property
    def size(self) -> nt.Term:
        """How much all examples count: N, or the sum of their weights."""
        count = nt.Symbol(self.notation.count)
        return count if self.weight is None else nt.BigSum(self.weight, self.notation.index, count)

    @cached_property
    def losses(self) -> nt.Term:
        """The mean, the sum, or whatever the loss makes of all examples."""
        total = nt.BigSum(self.weighted_loss, self.notation.index, nt.Symbol(self.notation.count))
        count = self.size
        if self.loss.reduction == "sum":
            return total
        below = nt.Product((nt.number(2), count)) if self.loss.reduction == "half mean" else count
        mean = nt.Product((nt.Fraction(nt.number(1), below), total))
        return nt.call("sqrt", mean) if self.loss.reduction == "root mean" else mean

    @cached_property
    def term(self) -> nt.Term:
        """The whole cost."""
        return self.losses if self.penalty is None else nt.added((self.losses, self.penalty))


def log_sum_exp(term: nt.Term) -> nt.Term | None:
    """ln(e^a + e^b) under its name, where `term` is one; else None."""
    if not isinstance(term, nt.Call) or term.function != "log" or len(term.arguments) > 1:
        return None
    parts = term.argument.children if isinstance(term.argument, nt.Sum) else ()
    powers = [t.argument for t in parts if isinstance(t, nt.Call) and t.function == "exp"]
    return nt.call("logsumexp", *powers) if powers and len(powers) == len(parts) else None


def penalty_term(
    penalty: Penalty, weights: tuple[nt.Term, ...], letters: Mapping[str, str]
) -> nt.Term:
    """A penalty on some parameters: λ (m² + c²), and λ Σ_j w_j² for a vector.

    A weight is a Symbol, or a BigSum whose body is a vector's entry; `letters` are what the settings are called.

    Examples
    --------
    >>> from symgd.problem.losses import PENALTIES
    >>> penalty_term(PENALTIES["ridge"], (nt.Symbol("m"),), {"lambda": "lambda"}).value
    lambda*m**2
    """
    meant: dict[nt.Term, nt.Term] = {
        nt.Symbol(name): nt.Symbol(letter) for name, letter in letters.items()
    }
    parts = []
    for factor, formula in penalty.parts:
        body, front = parse(formula), parse(factor).substitute(meant)
        each = tuple(_of_weight(body, weight) for weight in weights)
        factors = () if nt.is_number(front, 1) else nt.factors_of(front)
        parts.append(nt.product_of((*factors, nt.sum_of(each))))
    return nt.sum_of(tuple(parts))


def _of_weight(body: nt.Term, weight: nt.Term) -> nt.Term:
    if isinstance(weight, nt.BigSum):
        return weight.map(lambda inner: _of_weight(body, inner))
    return body.substitute({nt.Symbol("weight"): weight})
