"""Matrix form: gradients and Hessians by differentials, normal equations, shapes, and every format."""

from __future__ import annotations

import pytest
import sympy

from symgd import matrix_form
from symgd.matrices import Differential
from symgd.matrix_parsing import USUAL
from symgd.writing.text import text

KNOWN = {**USUAL, "dw": Differential(USUAL["w"], USUAL["w"])}

# Gradient, Hessian and solution, as a textbook prints them.
ROWS = [
    ("mse", "(2/N) Xᵀ (X w − y)", "(2/N) Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("half_mse", "(1/N) Xᵀ (X w − y)", "(1/N) Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("sse", "2 Xᵀ (X w − y)", "2 Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("ridge", "(2/N) Xᵀ (X w − y) + 2λ w", "(2/N) Xᵀ X + 2λ I", "(Xᵀ X + N λ I)⁻¹ Xᵀ y"),
    ("half_ridge", "(1/N) Xᵀ (X w − y) + λ w", "(1/N) Xᵀ X + λ I", "(Xᵀ X + N λ I)⁻¹ Xᵀ y"),
    (
        "logistic",
        "(1/N) Xᵀ (sigmoid(X w) − t)",
        "(1/N) Xᵀ diag(sigmoid(X w) ⊙ (𝟏 − sigmoid(X w))) X",
        None,
    ),
    ("quadratic", "(1/2) (Aᵀ + A) w − c", "(1/2) (Aᵀ + A)", "2(Aᵀ + A)⁻¹ c"),
    ("norm(w)^2", "2 w", "2 I", None),
    ("w.T@A@w", "(Aᵀ + A) w", "Aᵀ + A", None),
    ("sum(abs(X@w - y))/N", "(1/N) Xᵀ sign(X w − y)", "0", None),
    ("sum(t*tanh(X@w))", "Xᵀ (t ⊙ (𝟏 − (tanh(X w) ⊙ tanh(X w))))", None, None),
    ("(X@w - y).T@(X@w - y)", "2 Xᵀ (X w − y)", "2 Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("c.T@c", "0", "0", None),
]


@pytest.mark.parametrize(("formula", "gradient", "hessian", "solution"), ROWS)
def test_results_are_as_a_textbook_prints_them(
    formula: str, gradient: str, hessian: str | None, solution: str | None
) -> None:
    form = matrix_form(formula)
    written = text(form.derived.last)
    assert written == gradient
    assert form.derived.check.passed
    if hessian is not None:
        assert text(form.second.last) == hessian
    if solution is not None:
        assert form.solved is not None
        assert text(form.solved.solution) == solution


def test_sympy_differentiates_matrices_to_the_same() -> None:
    X, w, y = (USUAL[name].value for name in "Xwy")
    N = sympy.Symbol("N")
    known = ((X * w - y).T * (X * w - y) / N).diff(w)
    assert sympy.simplify(matrix_form("mse").gradient().result - known) == sympy.ZeroMatrix(
        sympy.Symbol("p"), 1
    )
