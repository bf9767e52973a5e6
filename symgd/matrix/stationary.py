"""Where the gradient is zero: the normal equations, step by step, and their solution where there is one.

A step multiplies both sides by the same number or matrix, or writes a side differently. It is checked as that: the
difference of the new sides is that multiple of the difference of the old ones, whatever w is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from symgd import terms as nt
from symgd.derivation.budget import USUAL, Budget
from symgd.derivation.calculus.from_sympy import term_from
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import EquationBuilder
from symgd.errors import CheckFailed
from symgd.matrix.check import MatrixChecker
from symgd.matrix.derive import Derived
from symgd.matrix.rules import named_in, varies, written_out
from symgd.matrix.tidy import TIDY_MATRICES, common_end, front_of, matrix_factors
from symgd.terms import (
    Equation,
    Negative,
    Term,
    negated,
    number,
    signed_as,
    terms_of,
    unsigned,
)
from symgd.terms import matrix as mx
from symgd.terms.matrix import Matrix, matrix_product, matrix_sum
from symgd.writing.exposition import Chain
from symgd.writing.steps import Check, Law, Rewritten, Step

BOTH_SIDES = Law(
    "multiply both sides",
    "cA = 0 where A = 0",
    "both sides are multiplied by {c}, which is not zero",
)
MULTIPLY_OUT = Law(
    "multiply out",
    "A(B + C) = AB + AC",
    "each term in the parentheses is multiplied, the order of the factors kept",
)
TO_THE_RIGHT = Law(
    "known terms to the right",
    "A + B = 0 where A = −B",
    "what does not have {w} in it is taken to the other side",
)
FACTOR_OUT = Law(
    "factor out",
    "A w + B w = (A + B) w",
    "every term on the left ends with {w}, which is written once",
)
SOLVE = Law(
    "inverse",
    "w = A⁻¹ b where A w = b",
    "both sides are multiplied from the left by the inverse of {A}, where it has one",
)
WRITTEN_OUT = Law("definition", "A with what it stands for", "{A} stands for {B}")


@dataclass(frozen=True, repr=False)
class MatrixNormalEquations:
    """The equations that hold where the gradient is zero: the `chain` leads to the `normal` ones and their solution.

    `matrix` is the A of A w = b, whose inverse is needed; the check is of the gradient at the solution.
    """

    chain: Chain
    normal: Equation
    matrix: Term
    check: Check

    @property
    def solution(self) -> Term:
        """What w is, where the matrix has an inverse."""
        last = self.chain.last
        assert isinstance(last, Equation)
        return last.right

    @property
    def result(self) -> sympy.Expr:
        """The solution as SymPy's matrices."""
        return self.solution.value

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps."""
        return self.chain.steps


@dataclass
class _Equations(EquationBuilder):
    """Equations, of which each says the same as the one before it."""

    vector: Matrix = field(kw_only=True)

    def becomes(self, law: Law, left: Term, right: Term, times: Term, **bindings: Term) -> None:
        """Record a step that multiplies both sides by `times`."""
        before, after = _difference(*self.line.children), _difference(left, right)
        check = self.recorder.equal(after, matrix_product((times, before)))
        line = Equation(left, right)
        self.record(law, line, check, Rewritten(line, bindings))


def _difference(left: Term, right: Term) -> Term:
    return matrix_sum((left, Negative(right)))


def stationary(
    gradient: Derived, checker: MatrixChecker, budget: Budget = USUAL
) -> MatrixNormalEquations | None:
    """The normal equations, where the gradient is linear in its variable, else None.

    Raises
    ------
    CheckFailed
        When a step is not true.
    """
    variable = gradient.left.variable
    if not _is_linear(written_out(gradient.last, variable), variable):
        return None
    zero = mx.Zeros(variable.rows) if variable.rows != 1 else number(0)
    recorder, start = StepRecorder(checker, budget), Equation(gradient.last, zero)
    equations = _Equations(start, nt.Symbol(variable.name), recorder, vector=variable)
    with recorder.limited():
        _clear_front(equations)
        _write_out(equations)
        _multiply_out(equations)
        _known_to_the_right(equations)
        matrix = _factor_out(equations)
    if matrix is None:
        return None
    normal, inverse = equations.equation, mx.Inverse(matrix)
    solution = _in_front(inverse, normal.right)
    equations.becomes(SOLVE, variable, solution, inverse, A=matrix)
    check = checker.equal(
        written_out(gradient.last, variable).substitute({variable: solution}), zero
    )
    if not check.passed:
        raise CheckFailed("the gradient is not zero at the solution of the normal equations")
    return MatrixNormalEquations(equations.chain, normal, matrix, check)


def _in_front(inverse: Term, term: Term) -> Term:
    """A⁻¹ b, the number of b before it."""
    if isinstance(term, Negative):
        return Negative(_in_front(inverse, term.term))
    factors = matrix_factors(term)
    numbers = tuple(factor for factor in factors if not mx.holds_matrices(factor))
    return matrix_product((*numbers, inverse, *factors[len(numbers) :]))


def _is_linear(term: Term, variable: Matrix) -> bool:
    """Whether every part that varies is a product with just one factor that does, all the way down to the variable."""
    if not varies(term, variable) or term == variable:
        return True
    if isinstance(term, Negative | nt.Sum):
        return all(_is_linear(child, variable) for child in term.children)
    if not isinstance(term, nt.Product):
        return False
    moving = [factor for factor in term.factors if varies(factor, variable)]
    return len(moving) == 1 and _is_linear(moving[0], variable)


def _number_of(term: Term) -> Term:
    """The number in front of a term, 1 without one."""
    first = matrix_factors(unsigned(term))[0]
    return number(1) if mx.holds_matrices(first) else first


def _clear_front(equations: _Equations) -> None:
    """Multiply by one over the first term's number: (2/N) Xᵀ(Xw − y) = 0 becomes Xᵀ(Xw − y) = 0."""
    left, right = equations.line.children
    front = _number_of(terms_of(left)[0])
    factor = term_from(1 / front.value)
    if nt.is_number(front, 1) or factor is None:
        return
    parts = tuple(_divided(term, front) for term in terms_of(left))
    equations.becomes(BOTH_SIDES, matrix_sum(parts), right, factor, c=factor)


def _divided(term: Term, front: Term) -> Term:
    """A term over a number."""
    if isinstance(term, Negative):
        return Negative(_divided(term.term, front))
    ratio = term_from(sympy.cancel(_number_of(term).value / front.value))
    assert ratio is not None
    matrices = tuple(factor for factor in matrix_factors(term) if mx.holds_matrices(factor))
    return matrix_product(matrices if nt.is_number(ratio, 1) else (ratio, *matrices))


def _write_out(equations: _Equations) -> None:
    """Put Xw − y in the place of e."""
    left, right = equations.line.children
    for part, definition in [*named_in(left, equations.vector).items()][:1]:
        after = written_out(left, equations.vector)
        equations.becomes(WRITTEN_OUT, after, right, number(1), A=part, B=definition)


def _multiply_out(equations: _Equations) -> None:
    """Open the parentheses that hold the variable, and known terms beside it."""
    left, right = equations.line.children
    opened = _opened(left, equations.vector)
    if opened != left:
        equations.becomes(MULTIPLY_OUT, opened, right, number(1))
        equations.tidy(TIDY_MATRICES)


def _opened(term: Term, variable: Matrix) -> Term:
    if isinstance(term, nt.Sum):
        return matrix_sum(
            tuple(part for child in term.terms for part in terms_of(_opened(child, variable)))
        )
    if isinstance(term, Negative):
        opened = _opened(term.term, variable)
        return matrix_sum(tuple(negated(part) for part in terms_of(opened)))
    if not isinstance(term, mx.MatrixProduct):
        return term
    for position, factor in enumerate(term.factors):
        if isinstance(factor, mx.MatrixSum) and varies(factor, variable):
            before, after = term.factors[:position], term.factors[position + 1 :]
            parts = tuple(_signed_product(before, part, after) for part in factor.terms)
            return _opened(matrix_sum(parts), variable)
    return term


def _signed_product(before: tuple[Term, ...], part: Term, after: tuple[Term, ...]) -> Term:
    product = matrix_product((*before, *matrix_factors(unsigned(part)), *after))
    return signed_as(part, product)


def _known_to_the_right(equations: _Equations) -> None:
    left, variable = equations.equation.left, equations.vector
    known = tuple(part for part in terms_of(left) if not varies(part, variable))
    moving = tuple(part for part in terms_of(left) if varies(part, variable))
    if known and moving:
        right = matrix_sum(tuple(map(negated, known)))
        equations.becomes(TO_THE_RIGHT, matrix_sum(moving), right, number(1), w=variable)


def _factor_out(equations: _Equations) -> Term | None:
    """The matrix A of A w = b, with w written once."""
    left, right = equations.line.children
    variable = equations.vector
    terms = terms_of(left)
    factors = [matrix_factors(unsigned(part)) for part in terms]
    if common_end(factors)[-1:] != (variable,):
        return None
    fronts = [front_of(f[:-1], variable.rows, whole=True) for f in factors]
    matrix = matrix_sum(tuple(map(signed_as, terms, fronts)))
    if len(terms) > 1:
        after = matrix_product((matrix, variable))
        equations.becomes(FACTOR_OUT, after, right, number(1), w=variable)
    return matrix
