"""Second derivatives, stationary points, and the largest stable rate, derived step by step."""

from __future__ import annotations

import itertools
import json

import pytest
import sympy

from symgd import Notation, Problem
from symgd.writing.latex import latex
from symgd.writing.text import text

LINE = Problem("a*x + b")
X, Y = (1, 2, 3), (1.2, 1.8, 3.4)
MODELS = {
    "line": LINE,
    "named residual": Problem("m*x + b", notation=Notation(residual="e")),
    "inside": Problem("m*x + b", "half_mse", notation=Notation(constants="inside")),
    "exponential": Problem("a*exp(-b*x)", "sse"),
    "sigmoid": Problem("1/(1 + exp(-(w*x + b)))"),
    "sine": Problem("a*sin(b*x)"),
    "powers": Problem("a*x^2 + b*x + c"),
    "two inputs": Problem("u*x1 + v*x2"),
    "one parameter": Problem("k*x"),
    "quartic": Problem("m*x + b", "(prediction - target)^4"),
}


def _unrolled(expression: sympy.Expr) -> sympy.Expr:
    """An expression over three examples, Σ written out, put at a rational place."""
    written = expression.subs(sympy.Symbol("N"), 3).doit()
    names = sorted(written.free_symbols, key=str)
    place = {name: sympy.Rational(number + 2, 7) for number, name in enumerate(names)}
    return written.xreplace(place)


@pytest.mark.parametrize("problem", MODELS.values(), ids=MODELS)
def test_the_hessian_is_sympys(problem: Problem) -> None:
    hessian = problem.hessian()
    names = [sympy.Symbol(name) for name in problem.parameters]
    for row, column in itertools.product(range(len(names)), repeat=2):
        expected = problem.cost.diff(names[row]).diff(names[column])
        difference = _unrolled(hessian.result[row, column] - expected)
        assert abs(sympy.N(difference, 30)) < 1e-25
    assert all(step.check.passed for step in hessian.steps)
    assert all(hessian[entry].check.passed for entry in hessian)


@pytest.mark.parametrize("problem", MODELS.values(), ids=MODELS)
def test_only_the_upper_triangle_is_derived_and_the_gradient_is_not_derived_again(
    problem: Problem,
) -> None:
    hessian, gradient = problem.hessian(), problem.derive()
    count = len(problem.parameters)
    assert len(hessian) == len(list(hessian)) == count * (count + 1) // 2
    assert set(hessian.symmetry) == {pair for pair in hessian if pair[0] != pair[1]}
    assert all(check.passed for check in hessian.symmetry.values())
    for above, below in hessian:
        assert hessian[above, below].start.body is gradient[below].last
        assert hessian[below, above] is hessian[above, below]


def test_the_lines_hessian_as_a_textbook_has_it() -> None:
    hessian = Problem("m*x + b").hessian()
    assert {text(hessian[entry].left): text(hessian[entry].last) for entry in hessian} == {
        "∂²J/∂m²": "(2/N) Σᵢ xᵢ²",
        "∂²J/∂m∂b": "(2/N) Σᵢ xᵢ",
        "∂²J/∂b²": "2",
    }
    assert latex(hessian["m", "b"].left) == r"\frac{\partial^{2} J}{\partial m \partial b}"
    shown = hessian.text()
    assert shown.count("∂²J/∂θ∂b = ") == 1
    assert "∂²J/∂b∂m = ∂²J/∂m∂b   [Schwarz's theorem]" in shown


def test_a_hessian_in_every_format() -> None:
    hessian = LINE.hessian()
    assert r"\frac{\partial^{2} J}{\partial a^{2}}" in hessian.latex(document=True)
    assert "frac(partial^2 J, partial a^2)" in hessian.typst()
    assert "<msup><mrow><mi>∂</mi></mrow><mrow><mn>2</mn></mrow></msup>" in hessian.html()
    assert "d^2J/(da db)" in hessian.text(ascii=True)
    assert hessian.text(ascii=True).isascii()
    assert "Schwarz" in hessian.markdown(detail="full")
    record = json.loads(hessian.json())
    assert record["kind"] == "hessian"
    steps = [s for c in record["chapters"] for chain in c["chains"] for s in chain["steps"]]
    assert len(steps) == len(hessian.steps)
    assert all(step["check"]["passed"] for step in steps)
