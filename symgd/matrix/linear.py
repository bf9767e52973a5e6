"""Linear: what X, w and y are for a model that is linear in its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sympy

from symgd import terms as nt
from symgd.derivation.calculus.from_sympy import term_from
from symgd.derivation.checking.check import Checker
from symgd.errors import DerivationError
from symgd.problem.problem import Problem
from symgd.terms import BigSum, Indexed, Negative, Term, is_number
from symgd.terms import matrix as mx
from symgd.terms.matrix import Matrix
from symgd.writing.steps import Rewritten

_REMEDY = "matrix form is for models such as m*x + b, a*x^2 + b*x + c, sum(w[j]*x[j], j, p), or sigmoid of one"


@dataclass(frozen=True)
class Linear:
    """A linear model in matrices, for `data`, `variable` and `target`: X, w and y.

    `score` is one example's prediction, or what a sigmoid is taken of, and `index` counts the examples. `columns` are the
    vectors of the data columns; `features` are what each parameter is multiplied by for one example, none where w has
    any number of entries. `weights` is diag(w) of the rows' weights, where they have some.
    """

    score: Term
    data: Matrix
    variable: Matrix
    target: Matrix
    columns: Mapping[str, Matrix]
    features: tuple[Term, ...]
    sigmoid: bool
    index: str
    weights: Matrix | None = None

    def is_column(self, term: Term, row: mx.Dimension) -> bool:
        """Whether a Term is what the parameter in `row` is multiplied by."""
        if isinstance(row, int):
            return bool(term.value == self.features[row - 1].value)
        return term == Indexed(self.data.entry, (self.index, row))

    def in_logits(self, term: Term) -> Rewritten | None:
        """One example's cross-entropy of the sigmoid with the logarithms in one; None for what has other values."""
        logarithms = any(isinstance(p, nt.Call) and p.function == "log" for p in term.parts())
        if not self.sigmoid or not logarithms or not isinstance(term, nt.Sum | Negative):
            return None
        if any(isinstance(part, BigSum) and part.index == self.index for part in term.parts()):
            return None
        target = Indexed(self.target.entry, (self.index,))
        after = nt.minus(nt.call("softplus", self.score), nt.Product((target, self.score)))
        return Rewritten(after) if Checker().equal(term, after).passed else None


def linear_of(problem: Problem) -> Linear:
    """The model of a problem in matrices; a DerivationError where it is not linear in its parameters."""
    prediction, sigmoid = problem.prediction.written_out(), False
    if isinstance(prediction, nt.Call) and prediction.function == "sigmoid":
        prediction, sigmoid = prediction.argument, True
    score = prediction.substitute(problem.data)
    index, count = problem.notation.index, problem.notation.count
    columns = {
        name: Matrix(name, count, 1, name)
        for name in problem.columns
        if name not in problem.vectors
    }
    target = columns[problem.target]
    taken = {*problem.parameters, *problem.columns, problem.notation.cost, count}
    weights = None
    if problem.weights is not None:
        diagonal = mx.Diagonal(columns[problem.weights])
        weights = Matrix(_free("W V D S", taken), count, count, "", diagonal)
    if any(name in problem.vectors for name in problem.parameters):
        data, variable = _any_length(problem, score)
        return Linear(score, data, variable, target, columns, (), sigmoid, index, weights)
    features = tuple(_features(problem, score))
    stacked = mx.Stacked(tuple(nt.Symbol(name) for name in problem.parameters))
    variable = Matrix(_free("w theta beta v", taken), len(features), 1, "", stacked)
    vectors = tuple(_vector(feature, columns, index, count) for feature in features)
    data = Matrix(_free("X Z A D", taken), count, len(features), "", mx.SideBySide(vectors))
    return Linear(score, data, variable, target, columns, features, sigmoid, index, weights)


def _free(names: str, taken: set[str]) -> str:
    return next(name for name in (*names.split(), f"{names[0]}_0") if name not in taken)


def _any_length(problem: Problem, score: Term) -> tuple[Matrix, Matrix]:
    """X and w of Σ_j w_j x_ij."""
    index, count = problem.notation.index, problem.notation.count
    match score:
        case BigSum(nt.Product((Indexed() as a, Indexed() as b)), j, nt.Symbol() as upper, lower):
            weight, entry = (a, b) if a.name in problem.parameters else (b, a)
            known = (weight.name,) == problem.parameters and is_number(lower, 1)
            if known and weight.indices == (j,) and entry.indices == (index, j):
                upright = entry.name.upper()
                name = upright if upright != weight.name else f"{entry.name}_0"
                data = Matrix(name, count, upper.name, entry.name)
                return data, Matrix(weight.name, upper.name, 1, weight.name)
    raise DerivationError(
        f"the model {problem.model} is not one sum over the entries of a vector",
        "write sum(w[j]*x[j], j, p), with a column of ones among the inputs for an intercept",
    )


def _features(problem: Problem, score: Term) -> Iterator[Term]:
    """What each parameter is multiplied by."""
    names = set(problem.parameters)
    value = sympy.expand(score.value)
    rest = value
    for name in problem.parameters:
        symbol = sympy.Symbol(name)
        slope = value.diff(symbol)
        if any(str(s) in names for s in slope.free_symbols):
            raise DerivationError(f"the model {problem.model} is not linear in {name}", _REMEDY)
        rest = sympy.expand(rest - symbol * slope)
        feature = _as_written(score, name, slope) or term_from(slope)
        if feature is None:
            raise DerivationError(f"what {name} is multiplied by cannot be written", _REMEDY)
        yield feature
    if rest != 0:
        raise DerivationError(
            f"the model {problem.model} has the part {rest} without a parameter",
            "take it from the target, or give it a parameter",
        )


def _as_written(score: Term, name: str, slope: sympy.Expr) -> Term | None:
    """The writer's own factors beside a parameter, where that is all there is of it."""
    for term in nt.terms_of(score):
        if nt.Symbol(name) in nt.factors_of(term):
            others = tuple(factor for factor in nt.factors_of(term) if factor != nt.Symbol(name))
            feature = nt.product_of(others)
            return feature if sympy.expand(feature.value - slope) == 0 else None
    return None


def _vector(feature: Term, columns: Mapping[str, Matrix], index: str, count: str) -> Term:
    """A feature's column of X."""
    if isinstance(feature, Indexed) and feature.indices == (index,):
        return columns[feature.name]
    if is_number(feature, 1):
        return mx.Ones(count)
    if isinstance(feature, nt.Number):
        return mx.matrix_product((feature, mx.Ones(count)))
    return mx.Vector(feature, index, count)
