"""Where parentheses, signs and spaces stand in a written formula, in every linear format."""

from __future__ import annotations

import pytest

from symgd import differentiate
from symgd.parsing import parse
from symgd.writing.latex import latex
from symgd.writing.text import text
from symgd.writing.typst import typst

# A Σ takes all that follows it: where something follows that is not summed, parentheses end it.
SUMS = [
    ("sum(x[i], i, N)*y", "(Σᵢ xᵢ) y"),
    ("y*sum(x[i], i, N)", "y Σᵢ xᵢ"),
    ("a*sum(x[i], i, N)*b", "a (Σᵢ xᵢ) b"),
    ("sum(x[i], i, N)*sum(y[i], i, N)", "(Σᵢ xᵢ) Σᵢ yᵢ"),
    ("a*(b*sum(x[i], i, N))*c", "a (b Σᵢ xᵢ) c"),
    ("sum(x[i], i, N) + b", "(Σᵢ xᵢ) + b"),
    ("b + sum(x[i], i, N)", "b + Σᵢ xᵢ"),
    ("b - sum(x[i], i, N)", "b − Σᵢ xᵢ"),
    ("a - sum(x[i], i, N) + b", "a − (Σᵢ xᵢ) + b"),
    ("a*sum(x[i], i, N) + b", "(a Σᵢ xᵢ) + b"),
    ("-sum(x[i], i, N) + b", "(−Σᵢ xᵢ) + b"),
    ("-sum(x[i], i, N)*y", "(−Σᵢ xᵢ) y"),
    ("sum(x[i], i, N) - sum(y[i], i, N)", "(Σᵢ xᵢ) − Σᵢ yᵢ"),
    ("sum(x[i], i, N)^2", "(Σᵢ xᵢ)²"),
    ("sum(x[i], i, N)/N", "(Σᵢ xᵢ)/N"),
    ("sum(x[i] + 1, i, N)", "Σᵢ (xᵢ + 1)"),
    ("sum(-x[i], i, N)", "Σᵢ −xᵢ"),
]


@pytest.mark.parametrize(("formula", "written"), SUMS)
def test_a_sum_ends_where_it_is_seen_to_end(formula: str, written: str) -> None:
    assert text(parse(formula)) == written


# The same in the other formats, where a fraction bar takes the place of the parentheses above it.
OTHERS = [
    ("sum(x, i, N)*y", r"\left(S x\right) y", "(S x) y"),
    ("y*sum(x, i, N)", "y S x", "y S x"),
    ("sum(x, i, N) + y", r"\left(S x\right) + y", "(S x) + y"),
    ("y + sum(x, i, N)", "y + S x", "y + S x"),
    ("y - sum(x, i, N) + z", r"y - \left(S x\right) + z", "y - (S x) + z"),
    ("sum(x, i, N)/y", r"\frac{S x}{y}", "frac(S x, y)"),
    ("sum(x, i, N)^2", r"\left(S x\right)^{2}", "(S x)^(2)"),
]


@pytest.mark.parametrize(("formula", "tex", "typeset"), OTHERS)
def test_a_sum_ends_where_it_is_seen_to_end_in_print(formula: str, tex: str, typeset: str) -> None:
    term = parse(formula)
    assert latex(term) == tex.replace("S", r"\sum_{i=1}^{N}")
    assert typst(term) == typeset.replace("S", "sum_(i = 1)^(N)")


def test_a_derivation_shows_where_its_sums_end() -> None:
    shown = differentiate("sin(u)*sum(x[i], i, N)*u", "u").text()
    assert "∂/∂u (sin(u) (Σᵢ xᵢ) u) = (Σᵢ xᵢ) ∂/∂u (sin(u) u)" in shown
