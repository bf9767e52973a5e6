"""What the check of lines with matrices sees, misses not, and how sure it is: by kinds of Terms and by degree."""

from __future__ import annotations

import pytest

from symgd import terms as nt
from symgd.derivation.checking.point import SAMPLES
from symgd.matrix.check import MatrixChecker
from symgd.parsing.matrices import USUAL, parse_matrices
from symgd.terms import Term
from symgd.terms import matrix as mx
from symgd.writing.steps import Check

W, C, A = USUAL["w"], USUAL["c"], USUAL["A"]
NAMES = {**USUAL, "dw": mx.Differential(W, W), "dc": mx.Differential(C, C)}
NAMES |= {"u": mx.Matrix("u", "N", definition=parse_matrices("exp(t)"))}


def compared(before: Term, after: Term) -> Check:
    return MatrixChecker(("N", "p")).equal(before, after)


# Two formulas, how they are compared, and whether they are equal.
COMPARED = [
    ("X@w", "X@w", "exact", True),
    ("exp(t)", "exp(t)", "numeric", True),
    ("t", "exp(t)", "numeric", False),
    ("exp(t)", "t", "numeric", False),
    ("u", "exp(t)", "numeric", True),
    ("u + t", "t + u", "numeric", True),
    # Where one entry is larger on the right alone.
    ("diag(t)", "diag(t) + diag(t)@diag(t)", "exact", False),
    # Large entries agree as far as their digits go, beside zeros and with any sign.
    ("exp(4000*t)*exp(5000*t)", "exp(9000*t)", "numeric", True),
    ("-exp(4000*t)*exp(5000*t)", "-exp(9000*t)", "numeric", True),
    ("diag(exp(4000*t))@diag(exp(5000*t))", "diag(exp(9000*t))", "numeric", True),
    ("exp(9000*t)", "exp(9000*t) + 0.001*exp(9000*t)", "numeric", False),
    # What cancels is 0 as far as its digits go.
    ("exp(t)*exp(2*t)*exp(-3*t)*t - t", "t - t", "numeric", True),
    # Each entry of what varies has a change of its own, and so has each variable.
    ("dw", "ones(p)", "exact", False),
    ("dw", "dc", "exact", False),
    ("dw@ones(p).T", "ones(p)@dw.T", "exact", False),
]


@pytest.mark.parametrize(("before", "after", "method", "passed"), COMPARED)
def test_lines_are_compared_entry_by_entry(
    before: str, after: str, method: str, passed: bool
) -> None:
    check = compared(parse_matrices(before, NAMES), parse_matrices(after, NAMES))
    assert (check.method, check.passed) == (method, passed)
    assert (check.bound is None) == (method == "numeric")


def test_a_matrix_is_what_its_entries_are_in_a_sum() -> None:
    entry = nt.Product((nt.Indexed("x", ("i", "j")), nt.Indexed("w", ("j",))))
    by_rows = mx.Vector(nt.BigSum(entry, "j", nt.Symbol("p")), "i", "N")
    assert compared(by_rows, parse_matrices("X@w")).passed
    assert compared(nt.Indexed("z", ("k",)), nt.Indexed("z", ("k",))).passed


V = mx.Matrix("v", 1)
ONE = nt.number(1)
LENGTH = mx.SquaredNorm(V)

# Matrices of one entry, and the numbers that they are.
SINGLE: list[tuple[Term, Term]] = [
    (mx.Ones(1), ONE),
    (mx.Identity(1), ONE),
    (mx.Transpose(V), V),
    (mx.Diagonal(V), V),
    (mx.Nabla(LENGTH, V), mx.matrix_product((nt.number(2), V))),
    (mx.Nabla(LENGTH, V, 2), mx.matrix_product((nt.number(2), V))),
    (mx.Stacked((nt.Symbol("b"),)), nt.Symbol("b")),
    (mx.Vector(nt.Symbol("b"), "i", 1), nt.Symbol("b")),
]


@pytest.mark.parametrize(("matrix", "number"), SINGLE)
def test_a_matrix_of_one_entry_is_a_number(matrix: Term, number: Term) -> None:
    assert compared(mx.matrix_sum((matrix, ONE)), mx.matrix_sum((number, ONE))).passed
    assert not compared(mx.matrix_sum((matrix, ONE)), number).passed


def test_a_hessian_has_a_row_for_each_entry_of_the_gradient() -> None:
    slopes = mx.Nabla(parse_matrices("A@w"), W, 2)
    assert compared(slopes, A).passed
    assert not compared(slopes, mx.Transpose(A)).passed


def test_a_derivative_inside_a_derivative_has_no_value() -> None:
    inside = mx.Differential(mx.Differential(W, W), W)
    with pytest.raises(TypeError, match="a derivative inside a derivative"):
        compared(inside, inside)


def test_shapes_that_differ_are_named_and_no_point_is_tried() -> None:
    check = compared(parse_matrices("X.T@X"), parse_matrices("X@X.T"))
    assert (check.method, check.passed, check.trials) == ("shapes", False, 0)
    assert str(check.remark) == "the shapes are p×p and N×N"


# Bounds of the degree of one entry, numerator and denominator together; a dimension is 8 at most.
DEGREES = [
    ("ones(N)", 0),
    ("zeros(N)", 0),
    ("eye(p)", 0),
    ("3*w", 1),
    ("X@w - y", 3),
    ("(X@w).T", 2),
    ("w*c", 2),
    ("norm(X@w)^2", 4),
    ("inv(A)", 16),
    ("diag(t)", 1),
    ("lambda*w", 2),
    ("w/lambda", 2),
    ("lambda^2*w", 25),
    ("(lambda*alpha)^2*w", 49),
]


@pytest.mark.parametrize(("formula", "degree"), DEGREES)
def test_the_degree_says_how_sure_an_exact_check_is(formula: str, degree: int) -> None:
    assert degree_of(parse_matrices(formula)) == degree


def test_degrees_of_sums_derivatives_and_names() -> None:
    product = nt.Product((nt.Indexed("x", ("i",)), nt.Indexed("y", ("i",))))
    assert degree_of(nt.BigSum(product, "i", nt.Symbol("N"))) == 16
    assert degree_of(nt.Abbreviation("e", product, ("i",))) == 2
    assert degree_of(mx.Nabla(parse_matrices("norm(w)^2"), W)) == 6
    assert degree_of(nt.Partial(nt.Product((nt.Symbol("z"), nt.Symbol("z"))), nt.Symbol("z"))) == 6


def degree_of(term: Term) -> int:
    """The degree that a check of the Term against itself is bounded by, where both sides have it."""
    assert compared(term, term).passed
    return round(_chance(compared(term, term)) * SAMPLES)


def _chance(check: Check) -> float:
    """How likely one point is to miss a difference."""
    assert check.bound is not None
    return float(check.bound ** (1 / check.trials))


def test_both_sides_bound_the_degree_and_nothing_is_likelier_than_sure() -> None:
    twice = parse_matrices("w + w - w")
    assert round(_chance(compared(W, twice)) * 2 * SAMPLES) == 4
    assert round(_chance(compared(twice, W)) * 2 * SAMPLES) == 4
    nested: Term = A
    for _ in range(5):
        nested = mx.Inverse(nested)
    assert compared(nested, nested).bound == 1
    assert compared(mx.Inverse(nested), A).bound == 1
