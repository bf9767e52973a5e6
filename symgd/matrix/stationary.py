"""Where the gradient is zero: the normal equations, step by step, and their solution where there is one."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symgd import terms as nt
from symgd.derivation.calculus.from_sympy import term_from
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import EquationBuilder
from symgd.errors import CheckFailed
from symgd.matrix.derive import Derived
from symgd.matrix.rules import named_in, varies, written_out
from symgd.matrix.tidy import TIDY_MATRICES, in_front_of, is_scalar, matrix_factors, numbers_apart
from symgd.terms import Equation, Negative, Term, negated, number, signed_as, terms_of, unsigned
from symgd.terms import matrix as mx
from symgd.terms.matrix import Matrix, matrix_product, matrix_sum
from symgd.writing.exposition import Chain
from symgd.writing.steps import Check, Law

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
    """The equations that hold where the gradient is zero: the `chain` leads to A w = b, and to the `solution`.

    `matrix` is A, whose inverse is needed; the check is of the gradient at the solution.
    """

    chain: Chain
    matrix: Term
    solution: Term
    check: Check


def stationary(gradient: Derived, recorder: StepRecorder) -> MatrixNormalEquations | None:
    """The normal equations, where the gradient is linear in its variable, else None."""
    variable = gradient.left.variable
    known = written_out(gradient.last, variable)
    if not _is_linear(known, variable):
        return None
    zero = mx.Zeros(variable.rows) if variable.rows != 1 else number(0)
    start = Equation(gradient.last, zero)
    builder = EquationBuilder(start, nt.Symbol(variable.name), recorder)
    with recorder.limited():
        _clear_front(builder)
        _write_out(builder, variable)
        _multiply_out(builder, variable)
        _known_to_the_right(builder, variable)
        matrix = _factor_out(builder, variable)
    if matrix is None:
        return None
    inverse = mx.Inverse(matrix)
    solution = _in_front(inverse, builder.equation.right)
    builder.becomes(SOLVE, Equation(variable, solution), inverse, bindings={"A": matrix})
    check = recorder.equal(known.substitute({variable: solution}), zero)
    if not check.passed:
        raise CheckFailed("the gradient is not zero at the solution of the normal equations")
    return MatrixNormalEquations(builder.chain, matrix, solution, check)


def _in_front(inverse: Term, term: Term) -> Term:
    """A⁻¹ b, the number of b before it."""
    numbers, matrices = numbers_apart(unsigned(term))
    return signed_as(term, matrix_product((*numbers, inverse, *matrices)))


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
    return first if is_scalar(first) else number(1)


def _over(above: Term, below: Term) -> Term | None:
    """One number over another, cancelled; 𝟏ᵀw in a denominator counts as a letter. None where it cannot be written."""
    parts = (part for term in (above, below) for part in term.parts())
    below_lines = (part.denominator for part in parts if isinstance(part, nt.Fraction))
    totals = dict.fromkeys(part for part in below_lines if part.holds_matrices)
    letters: dict[Term, Term] = {t: nt.Symbol(f"t__{n}") for n, t in enumerate(totals)}
    one, other = (term.substitute(letters).value for term in (above, below))
    ratio = term_from(sympy.cancel(one / other))
    back: dict[Term, Term] = {letter: total for total, letter in letters.items()}
    return None if ratio is None else ratio.substitute(back)


def _clear_front(builder: EquationBuilder) -> None:
    """Multiply by one over the first term's number: (2/N) Xᵀ(Xw − y) = 0 becomes Xᵀ(Xw − y) = 0."""
    left, right = builder.line.children
    front = _number_of(terms_of(left)[0])
    factor = _over(number(1), front)
    if nt.is_number(front, 1) or factor is None:
        return
    ratios = [_over(_number_of(term), front) for term in terms_of(left)]
    if any(ratio is None or ratio.holds_matrices for ratio in ratios):  # 2λ·𝟏ᵀw is no simpler
        return
    divided = matrix_sum([_divided(term, front) for term in terms_of(left)])
    builder.becomes(BOTH_SIDES, Equation(divided, right), factor, bindings={"c": factor})


def _divided(term: Term, front: Term) -> Term:
    """A term over a number."""
    ratio = _over(_number_of(term), front)
    assert ratio is not None
    _, matrices = numbers_apart(unsigned(term))
    factors = matrices if nt.is_number(ratio, 1) else (ratio, *matrices)
    return signed_as(term, matrix_product(factors))


def _write_out(builder: EquationBuilder, variable: Matrix) -> None:
    """Put Xw − y in the place of e."""
    line = builder.equation
    for part, definition in [*named_in(line.left, variable).items()][:1]:
        after = Equation(written_out(line.left, variable), line.right)
        builder.becomes(WRITTEN_OUT, after, bindings={"A": part, "B": definition})


def _multiply_out(builder: EquationBuilder, variable: Matrix) -> None:
    """Open the parentheses that hold the variable, and known terms beside it."""
    left, right = builder.line.children
    opened = matrix_sum(_opened(left, variable))
    if opened != left:
        builder.becomes(MULTIPLY_OUT, Equation(opened, right))
        builder.tidy(TIDY_MATRICES)


def _opened(term: Term, variable: Matrix) -> list[Term]:
    """The terms of a sum, with those that stand in parentheses."""
    if isinstance(term, nt.Sum):
        return [part for child in term.terms for part in _opened(child, variable)]
    if isinstance(term, Negative):
        return [*map(negated, _opened(term.term, variable))]
    factors = matrix_factors(term)
    for position, factor in enumerate(factors):
        if isinstance(factor, mx.MatrixSum) and varies(factor, variable):
            around = factors[:position], factors[position + 1 :]
            products = (_signed_product(part, *around) for part in factor.terms)
            return [part for product in products for part in _opened(product, variable)]
    return [term]


def _signed_product(part: Term, before: tuple[Term, ...], after: tuple[Term, ...]) -> Term:
    product = matrix_product((*before, *matrix_factors(unsigned(part)), *after))
    return signed_as(part, product)


def _known_to_the_right(builder: EquationBuilder, variable: Matrix) -> None:
    terms = terms_of(builder.equation.left)
    known = [part for part in terms if not varies(part, variable)]
    moving = [part for part in terms if varies(part, variable)]
    if known and moving:
        after = Equation(matrix_sum(moving), matrix_sum([*map(negated, known)]))
        builder.becomes(TO_THE_RIGHT, after, bindings={"w": variable})


def _factor_out(builder: EquationBuilder, variable: Matrix) -> Term | None:
    """The matrix A of A w = b, with w written once."""
    left, right = builder.line.children
    terms = terms_of(left)
    if any(matrix_factors(unsigned(part))[-1] != variable for part in terms):
        return None
    matrix = in_front_of((variable,), terms)
    if len(terms) > 1:
        after = Equation(matrix_product((matrix, variable)), right)
        builder.becomes(FACTOR_OUT, after, bindings={"w": variable})
    return matrix
