"""The bridge from Σ to matrices: every step a small rewrite, checked entry by entry.

A model that is linear in its parameters has, for each example, one row of X and the same w; the sum of squares then is
a squared norm, and the partial derivatives stand one above the other in Xᵀe.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from dataclasses import dataclass

from symgd import terms as nt
from symgd.derivation.gradient import Gradient
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import split_sum
from symgd.errors import CheckFailed, DerivationError, parameter
from symgd.matrix.check import MatrixChecker
from symgd.matrix.derive import Derived, Rewriting
from symgd.matrix.form import MatrixForm
from symgd.matrix.laws import (
    COLUMN,
    DEFINITION,
    DIFFERENCE,
    EACH_ENTRY,
    ENTRIES,
    ENTRY_OF,
    LOGITS,
    NORM,
    PARAMETER,
    PRODUCTS,
    ROW,
    SQUARES,
    STACKED,
    TERM_BY_TERM,
    WEIGHED,
    WEIGHTED_SQUARES,
)
from symgd.matrix.linear import Linear, linear_of
from symgd.problem.problem import Problem
from symgd.terms import Abbreviation, BigSum, Equation, Term, factors_of
from symgd.terms import matrix as mx
from symgd.terms.matrix import Entry, Matrix, Stacked, Transpose, matrix_product
from symgd.writing.exposition import Chain, Chapter
from symgd.writing.steps import Rewritten, Rule
from symgd.writing.words import message


@dataclass(frozen=True)
class Bridge:
    """From Σ to matrices, for one linear model; `residual` is the vector of the residuals, where they have a name."""

    linear: Linear
    residual: Matrix | None = None

    def cost(self, way: Rewriting) -> Term:
        """The cost in matrices; `way` has the steps."""
        way.tidy(
            (
                LOGITS.applied_by(self.linear.in_logits),
                *self._to_vectors(),
                SQUARES.applied_by(self._squares),
                WEIGHTED_SQUARES.applied_by(self._weighted_squares),
                TERM_BY_TERM.applied_by(split_sum),
                PRODUCTS.applied_by(self._products),
                ENTRIES.applied_by(self._entries),
                NORM.applied_by(_norm),
            )
        )
        parts = [*way.line.parts()]
        if self.linear.weights is not None and any(map(self._is_left_of_weights, parts)):
            raise DerivationError(
                "rows have weights, and with these the matrix form is for squared errors alone",
                "leave the weights out, or derive the sum: its gradient has them",
            )
        if any(map(self._is_left, parts)):
            raise DerivationError(
                "the cost has a part that this matrix form does not cover",
                "matrix form is for squared errors, absolute errors and cross-entropy, with or without a ridge "
                f"penalty on every parameter, named with {parameter('penalized')}",
            )
        return way.line.rewrite(_of_matrices)

    def _is_left(self, part: Term) -> bool:
        """Whether a part is of the Σ form, a sum, an entry, a single parameter, or a function of a whole norm."""
        if isinstance(part, nt.Call):
            return part.holds_matrices
        return isinstance(part, BigSum | nt.Indexed) or self._parameter_row(part) is not None

    def _is_left_of_weights(self, part: Term) -> bool:
        """Whether a part is a sum with weights, or weighs functions of entries, whose slopes would be a matrix that changes."""
        return isinstance(part, mx.Elementwise | BigSum) or self._is_weight(part)

    def _parameter_row(self, term: Term) -> mx.Dimension | None:
        """Which entry of w a single parameter is."""
        variable = self.linear.variable
        if isinstance(variable.definition, Stacked) and term in variable.definition.entries:
            return variable.definition.entries.index(term) + 1
        if isinstance(term, nt.Indexed) and term.name == variable.name and len(term.indices) == 1:
            return term.indices[0]
        return None

    def _parameter(self, term: Term) -> Rewritten | None:
        row = self._parameter_row(term)
        if row is None:
            return None
        return Rewritten(Entry(self.linear.variable, row), {"e": self.linear.variable})

    def partial(self, way: Rewriting, row: mx.Dimension) -> None:
        """One partial derivative, the entry `row` of a vector; `way` has the steps."""
        way.tidy(
            (
                *self._to_vectors(),
                ENTRIES.applied_by(self._all_weights),
                WEIGHED.applied_by(self._weighed),
                COLUMN.applied_by(functools.partial(self._column, row=row)),
                TERM_BY_TERM.applied_by(split_sum),
                PARAMETER.applied_by(self._parameter),
            )
        )

    def _to_vectors(self) -> tuple[Rule[Term], ...]:
        """What makes an example's numbers entries of vectors."""
        return (
            ENTRY_OF.applied_by(self._named_entry),
            DEFINITION.applied_by(_definition),
            ROW.applied_by(self._row),
            EACH_ENTRY.applied_by(self._each_entry),
            DIFFERENCE.applied_by(self._difference),
        )

    def named(self, shown: Abbreviation, way: Rewriting) -> Bridge:
        """The same with a vector of the residuals; `way` has the steps from one residual to its entry."""
        way.tidy((ROW.applied_by(self._row), DIFFERENCE.applied_by(self._difference)))
        if not isinstance(way.line, Entry):
            return self
        vector = Matrix(shown.name, self.linear.data.rows, 1, "", way.line.term)
        return dataclasses.replace(self, residual=vector)

    def _row(self, term: Term) -> Rewritten | None:
        """The prediction, alone or with the residual's other terms after it."""
        linear = self.linear
        own, terms = nt.terms_of(linear.score), nt.terms_of(term)
        if isinstance(term, mx.MatrixTerm) or terms[: len(own)] != own:
            return None
        product = Entry(matrix_product((linear.data, linear.variable)), linear.index)
        after = nt.sum_of((product, *terms[len(own) :]))
        return Rewritten(after, {"X": linear.data, "w": linear.variable})

    def _vector(self, term: Term) -> Term | None:
        """The vector that a Term is one entry of."""
        linear = self.linear
        match term:
            case Entry(vector, linear.index):
                return vector
            case nt.Indexed(name, (linear.index,)):
                return linear.columns.get(name)
            case nt.Indexed(linear.variable.name, (_,)):
                return linear.variable
            case nt.Abbreviation(name, _, (linear.index,)) if self.residual is not None:
                return self.residual if name == self.residual.name else None
            case nt.Number():
                ones = mx.Ones(linear.data.rows)
                return ones if nt.is_number(term, 1) else matrix_product((term, ones))
        return None

    def _named_entry(self, term: Term) -> Rewritten | None:
        """A residual under its name is an entry of the vector of that name."""
        vector = self._vector(term) if isinstance(term, Abbreviation) else None
        if vector is None:
            return None
        return Rewritten(Entry(vector, self.linear.index), {"e": vector})

    def _each_entry(self, term: Term) -> Rewritten | None:
        match term:
            case nt.Call(function, (Entry(vector, row),)):
                return Rewritten(Entry(mx.Elementwise(function, vector), row))
        return None

    def _difference(self, term: Term) -> Rewritten | None:
        if not isinstance(term, nt.Sum) or isinstance(term, mx.MatrixTerm):
            return None
        vectors = [self._vector(nt.unsigned(part)) for part in term.terms]
        if None in vectors or not any(isinstance(p, Entry) for p in term.parts()):
            return None
        pairs = zip(term.terms, vectors, strict=True)
        found = tuple(nt.signed_as(part, vector) for part, vector in pairs if vector is not None)
        return Rewritten(Entry(mx.MatrixSum(found), self.linear.index))

    def _squares(self, term: Term) -> Rewritten | None:
        variable = self.linear.variable
        vector: Term | None = variable if self._is_every_square(term) else None
        match term:
            case BigSum(nt.Power(base, nt.Number(2))):
                vector = self._vector(base)
        if vector is None:
            return None
        return Rewritten(mx.MatrixProduct((Transpose(vector), vector)))

    def _weights_apart(self, term: Term) -> tuple[Matrix, Term] | None:
        """W, and what a weight is multiplied by."""
        weights = self.linear.weights
        if weights is None or not isinstance(term, nt.Product):
            return None
        own = [f for f in term.factors if self._is_weight(f)]
        others = tuple(f for f in term.factors if not self._is_weight(f))
        return (weights, nt.product_of(others)) if len(own) == 1 else None

    def _is_weight(self, term: Term) -> bool:
        """Whether a Term is the weight of an example."""
        weights = self.linear.weights
        if weights is None or not isinstance(weights.definition, mx.Diagonal):
            return False
        return self._vector(term) == weights.definition.term

    def _weighted_squares(self, term: Term) -> Rewritten | None:
        apart = self._weights_apart(term.body) if isinstance(term, BigSum) else None
        match apart:
            case (weights, nt.Power(base, nt.Number(2))):
                vector = self._vector(base)
                if vector is not None:
                    after = mx.MatrixProduct((Transpose(vector), weights, vector))
                    return Rewritten(after, {"W": weights})
        return None

    def _weighed(self, term: Term) -> Rewritten | None:
        """The weight with the residual beside it; what else there is stays before both."""
        apart = self._weights_apart(term)
        if apart is None:
            return None
        weights, others = apart
        *front, last = factors_of(others)
        if not isinstance(last, Entry | nt.Abbreviation):
            return None
        vector = self._vector(last)
        if vector is None:
            return None
        entry = Entry(matrix_product((weights, *factors_of(vector))), self.linear.index)
        return Rewritten(nt.product_of((*front, entry)), {"W": weights})

    def _all_weights(self, term: Term) -> Rewritten | None:
        alone = isinstance(term, BigSum) and self._is_weight(term.body)
        return self._entries(term) if alone else None

    def _is_every_square(self, term: Term) -> bool:
        """Whether a Term is the sum of the squares of the single parameters."""
        definition = self.linear.variable.definition
        if not isinstance(definition, Stacked) or type(term) is not nt.Sum:
            return False
        return Counter(term.terms) == Counter(map(nt.squared, definition.entries))

    def _products(self, term: Term) -> Rewritten | None:
        match term:
            case BigSum(nt.Product((a, b))):
                return self._row_times_column(a, b)
        return None

    def _entries(self, term: Term) -> Rewritten | None:
        return self._row_times_column(nt.number(1), term.body) if isinstance(term, BigSum) else None

    def _row_times_column(self, left: Term, right: Term) -> Rewritten | None:
        """Of the vectors that two numbers are entries of."""
        row, column = self._vector(left), self._vector(right)
        if row is None or column is None:
            return None
        return Rewritten(matrix_product((Transpose(row), *factors_of(column))))

    def _column(self, term: Term, row: mx.Dimension) -> Rewritten | None:
        if not isinstance(term, BigSum):
            return None
        factors = factors_of(term.body)
        for position, factor in enumerate(factors):
            vector = self._vector(factor)
            others = nt.product_of((*factors[:position], *factors[position + 1 :]))
            if vector is not None and self.linear.is_column(others, row):
                product = matrix_product((Transpose(self.linear.data), *factors_of(vector)))
                return Rewritten(Entry(product, row), {"X": self.linear.data})
        return None


def _definition(term: Term) -> Rewritten | None:
    if not isinstance(term, nt.Abbreviation):
        return None
    return Rewritten(term.definition, {"f": term, "g": term.definition})


def _norm(term: Term) -> Rewritten | None:
    match term:
        case mx.MatrixProduct((Transpose(first), last)) if first == last:
            return Rewritten(mx.SquaredNorm(last))
    return None


def _of_matrices(term: Term) -> Term | None:
    """A product or a sum as one of matrices."""
    if isinstance(term, nt.Product):
        return matrix_product(tuple(f for child in term.factors for f in factors_of(child)))
    return mx.matrix_sum(term.terms) if type(term) is nt.Sum else None


def matrix_form_of(problem: Problem, gradient: Gradient) -> MatrixForm:
    """A problem's cost in matrices, with the way from Σ.

    Raises
    ------
    DerivationError
        Where the model is not linear in its parameters, or the loss has no matrix form here.
    """
    linear = linear_of(problem)
    bridge = Bridge(linear)
    recorder = StepRecorder(MatrixChecker(linear.data.shape))
    by = nt.Symbol(linear.variable.name)
    chains: list[Chain] = []
    shown = _named_residual(problem)
    if shown is not None:
        entries = Rewriting(problem.residual, by, recorder, left=shown)
        bridge = bridge.named(shown, entries)
        chains.append(entries.chain)
    name = Abbreviation(problem.notation.cost, problem.cost_term)
    way = Rewriting(problem.cost_term, by, recorder, left=name)
    with recorder.limited():
        cost = bridge.cost(way)
    before = Chapter(message("From the sum to matrices"), (*chains, way.chain))
    after = functools.partial(_one_by_one, gradient, bridge)
    told = () if bridge.residual is None else (shown,)
    named = tuple(line for line in problem.equations[1:] if line.left not in told)
    named_so = (bridge.residual, linear.data, linear.weights, linear.variable)
    matrices = (m for m in named_so if m is not None)
    given = tuple(Equation(m, m.definition) for m in matrices if m.definition is not None)
    return MatrixForm(
        cost, linear.variable, problem.notation.cost, (*given, *named), (before,), after
    )


def _named_residual(problem: Problem) -> Abbreviation | None:
    """The residual under its name, where the cost has it so."""
    parts = (part for part in problem.cost_term.parts() if isinstance(part, Abbreviation))
    return next((part for part in parts if part.definition == problem.residual), None)


def _one_by_one(gradient: Gradient, bridge: Bridge, derived: Derived) -> tuple[Chapter, ...]:
    """The partial derivatives as they come from Σ, one above the other; nothing where a Σ is left."""
    recorder = StepRecorder(MatrixChecker(bridge.linear.data.shape))
    vector = bridge.linear.variable
    by, chains, rows, lines = nt.Symbol(vector.name), [], [], []
    for number, partial in enumerate(gradient.partials.values(), start=1):
        variable = partial.variable
        row = variable.indices[0] if isinstance(variable, nt.Indexed) else number
        way = Rewriting(partial.last, by, recorder, left=partial.left)
        bridge.partial(way, row)
        if any(isinstance(part, BigSum) for part in way.line.parts()):
            return ()
        chains.append(way.chain)
        rows.append(row)
        lines.append(way.line)
    start: Term = Stacked(tuple(lines))
    if isinstance(rows[0], str):
        start = mx.Vector(lines[0], rows[0], vector.rows)
    whole = Rewriting(start, by, recorder, left=derived.left)
    whole.rewrite(STACKED, (), Rewritten(lines[0].rewrite(_whole)))
    same = recorder.equal(whole.line, derived.last)
    if not same.passed:
        raise CheckFailed("the partial derivatives and the differential give different gradients")
    check = dataclasses.replace(same, remark=message("the same as by differentials"))
    heading = message("The same, one partial derivative at a time")
    return (Chapter(heading, (*chains, whole.chain), check=check),)


def _whole(term: Term) -> Term | None:
    """The whole vector in the place of one entry."""
    return term.term if isinstance(term, Entry) else _of_matrices(term)
