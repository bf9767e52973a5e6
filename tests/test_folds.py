"""Where parentheses, signs and spaces stand in a written formula, in every linear format."""

from __future__ import annotations

import fractions
import re

import pytest

from symgd import differentiate
from symgd.parsing.formula import parse
from symgd.terms import (
    Abbreviation,
    BigSum,
    Call,
    Cases,
    Delta,
    Equation,
    Fraction,
    Indexed,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    number,
)
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import tagged, typst

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


def test_a_derivation_shows_where_its_sums_end() -> None:
    shown = differentiate("sin(u)*sum(x[i], i, N)*u", "u").text()
    assert "∂/∂u (sin(u) (Σᵢ xᵢ) u) = (Σᵢ xᵢ) ∂/∂u (sin(u) u)" in shown


# The same formulas in text, LaTeX and Typst: numbers, products, fractions, powers, functions, signs, sums and cases.
WRITTEN = [
    ("2*x", "2x", "2x", "2x"),
    ("2*3", "2·3", r"2 \cdot 3", "2 dot 3"),
    ("2*3*x", "2·3x", r"2 \cdot 3x", "2 dot 3x"),
    ("-2*x", "−2x", "-2x", "-2x"),
    ("x*2", "x·2", r"x \cdot 2", "x dot 2"),
    ("2*x[i]", "2xᵢ", "2x_{i}", "2x_(i)"),
    ("2*pi", "2π", r"2\pi", "2π"),
    ("2*(x + 1)", "2(x + 1)", r"2\left(x + 1\right)", "2(x + 1)"),
    ("(x + 1)*2", "(x + 1)·2", r"\left(x + 1\right) \cdot 2", "(x + 1) dot 2"),
    ("2*x^2", "2x²", "2x^{2}", "2x^(2)"),
    ("2*sin(x)", "2 sin(x)", r"2 \sin\left(x\right)", "2 sin(x)"),
    ("2*sqrt(x)", "2 √(x)", r"2 \sqrt{x}", "2 sqrt(x)"),
    ("2*exp(x)", "2 exp(x)", "2 e^{x}", "2 e^(x)"),
    ("2*abs(x)", "2 abs(x)", r"2 \left|x\right|", "2 abs(x)"),
    ("2*x/3", "2x/3", r"\frac{2x}{3}", "frac(2x, 3)"),
    ("0.5*x", "0.5x", "0.5x", "0.5x"),
    ("(1/2)*x", "(1/2) x", r"\frac{1}{2} x", "frac(1, 2) x"),
    ("1/2*2", "(1/2)·2", r"\frac{1}{2} \cdot 2", "frac(1, 2) dot 2"),
    ("x*y", "x y", "x y", "x y"),
    ("x*sin(y)", "x sin(y)", r"x \sin\left(y\right)", "x sin(y)"),
    ("sin(x)*y", "sin(x) y", r"\sin\left(x\right) y", "sin(x) y"),
    ("alpha*x", "α x", r"\alpha x", "α x"),
    ("first*x", "first·x", r"\mathrm{first} \cdot x", '"first" dot x'),
    ("x*first", "x·first", r"x \cdot \mathrm{first}", 'x dot "first"'),
    ("x_1*y_1", "x₁ y₁", "x_{1} y_{1}", "x_(1) y_(1)"),
    ("(x + 1)*(y - 1)", "(x + 1) (y − 1)", r"\left(x + 1\right) \left(y - 1\right)", "(x + 1) (y - 1)"),
    ("x*(y*z)", "x (y z)", r"x \left(y z\right)", "x (y z)"),
    ("(x*y)*z", "x y z", "x y z", "x y z"),
    ("x*(-y)", "x (−y)", r"x \left(-y\right)", "x (-y)"),
    ("-x*y", "−x y", "-x y", "-x y"),
    ("(-x)*(-y)", "−x (−y)", r"-x \left(-y\right)", "-x (-y)"),
    ("-(x*y)", "−x y", "-x y", "-x y"),
    ("-(x + y)", "−(x + y)", r"-\left(x + y\right)", "-(x + y)"),
    ("-(-x)", "−(−x)", r"-\left(-x\right)", "-(-x)"),
    ("1*x", "1·x", r"1 \cdot x", "1 dot x"),
    ("0*x", "0·x", r"0 \cdot x", "0 dot x"),
    ("-1*x", "−1·x", r"-1 \cdot x", "-1 dot x"),
    ("x*1", "x·1", r"x \cdot 1", "x dot 1"),
    ("x*(1 + 2)", "x·(1 + 2)", r"x \cdot \left(1 + 2\right)", "x dot (1 + 2)"),
    ("x/y*z", "(x/y) z", r"\frac{x}{y} z", "frac(x, y) z"),
    ("(x/y)*(z/w)", "(x/y)·(z/w)", r"\frac{x}{y} \cdot \frac{z}{w}", "frac(x, y) dot frac(z, w)"),
    ("x/y/z", "x/y/z", r"\frac{\frac{x}{y}}{z}", "frac(frac(x, y), z)"),
    ("x/(y*z)", "x/(y z)", r"\frac{x}{y z}", "frac(x, y z)"),
    ("(x + 1)/(y - 1)", "(x + 1)/(y − 1)", r"\frac{x + 1}{y - 1}", "frac(x + 1, y - 1)"),
    ("-x/y", "−x/y", r"\frac{-x}{y}", "frac(-x, y)"),
    ("(-x)/y", "−x/y", r"\frac{-x}{y}", "frac(-x, y)"),
    ("-(x/y)", "−x/y", r"-\frac{x}{y}", "-frac(x, y)"),
    ("x/(-y)", "x/(−y)", r"\frac{x}{-y}", "frac(x, -y)"),
    ("x*y/z", "x y/z", r"\frac{x y}{z}", "frac(x y, z)"),
    ("x/sin(y)", "x/sin(y)", r"\frac{x}{\sin\left(y\right)}", "frac(x, sin(y))"),
    ("sin(x)/y", "sin(x)/y", r"\frac{\sin\left(x\right)}{y}", "frac(sin(x), y)"),
    ("sin(x)/x^2", "sin(x)/x²", r"\frac{\sin\left(x\right)}{x^{2}}", "frac(sin(x), x^(2))"),
    ("1/2", "1/2", r"\frac{1}{2}", "frac(1, 2)"),
    ("-1/2", "−1/2", r"\frac{-1}{2}", "frac(-1, 2)"),
    ("x/2", "x/2", r"\frac{x}{2}", "frac(x, 2)"),
    ("1/(2*x)", "1/(2x)", r"\frac{1}{2x}", "frac(1, 2x)"),
    ("x^2", "x²", "x^{2}", "x^(2)"),
    ("x^(-1)", "x⁻¹", "x^{-1}", "x^(-1)"),
    ("x^(1/2)", "x^(1/2)", r"x^{\frac{1}{2}}", "x^(frac(1, 2))"),
    ("x^(y + 1)", "x^(y + 1)", "x^{y + 1}", "x^(y + 1)"),
    ("x^(2*y)", "x^(2y)", "x^{2y}", "x^(2y)"),
    ("x^y^z", "x^(y^z)", "x^{y^{z}}", "x^(y^(z))"),
    ("(x^y)^z", "(x^y)^z", r"\left(x^{y}\right)^{z}", "(x^(y))^(z)"),
    ("(x + 1)^2", "(x + 1)²", r"\left(x + 1\right)^{2}", "(x + 1)^(2)"),
    ("(-x)^2", "(−x)²", r"\left(-x\right)^{2}", "(-x)^(2)"),
    ("-x^2", "−x²", "-x^{2}", "-x^(2)"),
    ("(x*y)^2", "(x y)²", r"\left(x y\right)^{2}", "(x y)^(2)"),
    ("(x/y)^2", "(x/y)²", r"\left(\frac{x}{y}\right)^{2}", "(frac(x, y))^(2)"),
    ("(2/3)^2", "(2/3)²", r"\left(\frac{2}{3}\right)^{2}", "(frac(2, 3))^(2)"),
    ("0.5^2", "0.5²", "0.5^{2}", "0.5^(2)"),
    ("2^x", "2^x", "2^{x}", "2^(x)"),
    ("sin(x)^2", "sin(x)²", r"\sin^{2}\left(x\right)", "sin^(2)(x)"),
    ("sin(x)^(-1)", "sin(x)⁻¹", r"\left(\sin\left(x\right)\right)^{-1}", "(sin(x))^(-1)"),
    ("sin(x)^(n - 1)", "sin(x)^(n − 1)", r"\sin^{n - 1}\left(x\right)", "sin^(n - 1)(x)"),
    ("sqrt(x)^2", "√(x)²", r"\sqrt{x}^{2}", "sqrt(x)^(2)"),
    ("exp(x)^2", "exp(x)²", r"\left(e^{x}\right)^{2}", "(e^(x))^(2)"),
    ("abs(x)^2", "abs(x)²", r"\left|x\right|^{2}", "abs(x)^(2)"),
    ("log(x)^2", "log(x)²", r"\ln^{2}\left(x\right)", "ln^(2)(x)"),
    ("max(x, y)^2", "max(x, y)²", r"\max\left(x, y\right)^{2}", "max(x, y)^(2)"),
    ("log(x, 2)^2", "log_2(x)²", r"\log_{2}\left(x\right)^{2}", "log_(2)(x)^(2)"),
    ("exp(-x)", "exp(−x)", "e^{-x}", "e^(-x)"),
    ("exp(x + 1)", "exp(x + 1)", "e^{x + 1}", "e^(x + 1)"),
    ("exp(e)", "exp(e)", r"\exp\left(e\right)", "exp(e)"),
    ("e*exp(x)", "e exp(x)", r"e \exp\left(x\right)", "e exp(x)"),
    ("sqrt(x + 1)", "√(x + 1)", r"\sqrt{x + 1}", "sqrt(x + 1)"),
    ("abs(x + 1)", "abs(x + 1)", r"\left|x + 1\right|", "abs(x + 1)"),
    ("max(x, y, z)", "max(x, y, z)", r"\max\left(x, y, z\right)", "max(x, y, z)"),
    ("log(x, 2)", "log_2(x)", r"\log_{2}\left(x\right)", "log_(2)(x)"),
    ("sin(x + 1)", "sin(x + 1)", r"\sin\left(x + 1\right)", "sin(x + 1)"),
    ("sin(-x)", "sin(−x)", r"\sin\left(-x\right)", "sin(-x)"),
    ("x + y", "x + y", "x + y", "x + y"),
    ("x - y", "x − y", "x - y", "x - y"),
    ("x + (-y)", "x − y", "x - y", "x - y"),
    ("x - (y + z)", "x − (y + z)", r"x - \left(y + z\right)", "x - (y + z)"),
    ("x - (y - z)", "x − (y − z)", r"x - \left(y - z\right)", "x - (y - z)"),
    ("x + (y + z)", "x + (y + z)", r"x + \left(y + z\right)", "x + (y + z)"),
    ("(x + y) + z", "(x + y) + z", r"\left(x + y\right) + z", "(x + y) + z"),
    ("-x + y", "−x + y", "-x + y", "-x + y"),
    ("x - -y", "x − (−y)", r"x - \left(-y\right)", "x - (-y)"),
    ("x - y*z", "x − y z", "x - y z", "x - y z"),
    ("x + y/z", "x + y/z", r"x + \frac{y}{z}", "x + frac(y, z)"),
    ("1 - 1/2", "1 − 1/2", r"1 - \frac{1}{2}", "1 - frac(1, 2)"),
    ("x*2^y", "x·2^y", r"x \cdot 2^{y}", "x dot 2^(y)"),
    ("2*2^y", "2·2^y", r"2 \cdot 2^{y}", "2 dot 2^(y)"),
    ("2*3^2", "2·3²", r"2 \cdot 3^{2}", "2 dot 3^(2)"),
    ("3*4*y", "3·4y", r"3 \cdot 4y", "3 dot 4y"),
    ("y*3", "y·3", r"y \cdot 3", "y dot 3"),
    ("(x + 1)^2*(y + 1)", "(x + 1)² (y + 1)", r"\left(x + 1\right)^{2} \left(y + 1\right)", "(x + 1)^(2) (y + 1)"),
    ("x^2*y^2", "x² y²", "x^{2} y^{2}", "x^(2) y^(2)"),
    ("2*x*3*y", "2x·3y", r"2x \cdot 3y", "2x dot 3y"),
    ("10*x^10", "10x¹⁰", "10x^{10}", "10x^(10)"),
    ("a*b*c", "a b c", "a b c", "a b c"),
    ("a*(b + c)*d", "a (b + c) d", r"a \left(b + c\right) d", "a (b + c) d"),
    ("sum(x[i]*y[i], i, N)", "Σᵢ xᵢ yᵢ", r"\sum_{i=1}^{N} x_{i} y_{i}", "sum_(i = 1)^(N) x_(i) y_(i)"),
    ("2*sum(x[i], i, N)", "2 Σᵢ xᵢ", r"2 \sum_{i=1}^{N} x_{i}", "2 sum_(i = 1)^(N) x_(i)"),
    ("sum(2*x[i], i, N)", "Σᵢ 2xᵢ", r"\sum_{i=1}^{N} 2x_{i}", "sum_(i = 1)^(N) 2x_(i)"),
    ("sum(x[i] - 1, i, N)", "Σᵢ (xᵢ − 1)", r"\sum_{i=1}^{N} \left(x_{i} - 1\right)", "sum_(i = 1)^(N) (x_(i) - 1)"),
    ("sum(-x[i] + 1, i, N)", "Σᵢ (−xᵢ + 1)", r"\sum_{i=1}^{N} \left(-x_{i} + 1\right)", "sum_(i = 1)^(N) (-x_(i) + 1)"),
    ("sum((x[i] + 1)^2, i, N)", "Σᵢ (xᵢ + 1)²", r"\sum_{i=1}^{N} \left(x_{i} + 1\right)^{2}", "sum_(i = 1)^(N) (x_(i) + 1)^(2)"),
    ("sum(sum(x[i, j], j, M), i, N)", "Σᵢ Σⱼ xᵢⱼ", r"\sum_{i=1}^{N} \sum_{j=1}^{M} x_{ij}", "sum_(i = 1)^(N) sum_(j = 1)^(M) x_(i j)"),
    ("sum(x[i], i, 0, n - 1)", "Σᵢ₌₀^(n − 1) xᵢ", r"\sum_{i=0}^{n - 1} x_{i}", "sum_(i = 0)^(n - 1) x_(i)"),
    ("sum(x[i], i, N)/2", "(Σᵢ xᵢ)/2", r"\frac{\sum_{i=1}^{N} x_{i}}{2}", "frac(sum_(i = 1)^(N) x_(i), 2)"),
    ("(1/N)*sum(x[i], i, N)", "(1/N) Σᵢ xᵢ", r"\frac{1}{N} \sum_{i=1}^{N} x_{i}", "frac(1, N) sum_(i = 1)^(N) x_(i)"),
    ("sum(x[i], i, N)/sum(y[i], i, N)", "(Σᵢ xᵢ)/(Σᵢ yᵢ)", r"\frac{\sum_{i=1}^{N} x_{i}}{\sum_{i=1}^{N} y_{i}}", "frac(sum_(i = 1)^(N) x_(i), sum_(i = 1)^(N) y_(i))"),
    ("exp(sum(x[i], i, N))", "exp(Σᵢ xᵢ)", r"e^{\sum_{i=1}^{N} x_{i}}", "e^(sum_(i = 1)^(N) x_(i))"),
    ("sum(x[i]/2, i, N)", "Σᵢ xᵢ/2", r"\sum_{i=1}^{N} \frac{x_{i}}{2}", "sum_(i = 1)^(N) frac(x_(i), 2)"),
    ("2/N*sum(x[i], i, N)", "(2/N) Σᵢ xᵢ", r"\frac{2}{N} \sum_{i=1}^{N} x_{i}", "frac(2, N) sum_(i = 1)^(N) x_(i)"),
    ("piecewise((x, x > 0), (0, True))", "{x if x > 0; 0 otherwise}", r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", 'cases(x & "if" x > 0, 0 & "otherwise")'),
    ("piecewise((x, x > 0), (-x, x < -1), (0, True))", "{x if x > 0; −x if x < −1; 0 otherwise}", r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{if } x < -1 \\ 0 & \text{otherwise} \end{cases}", 'cases(x & "if" x > 0, -x & "if" x < -1, 0 & "otherwise")'),
    ("2*piecewise((x, x > 0), (0, True))", "2 {x if x > 0; 0 otherwise}", r"2 \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", '2 cases(x & "if" x > 0, 0 & "otherwise")'),
    ("piecewise((x, x > 0), (0, True))*2", "{x if x > 0; 0 otherwise}·2", r"\left(\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}\right) \cdot 2", '(cases(x & "if" x > 0, 0 & "otherwise")) dot 2'),
    ("piecewise((x, x > 0), (0, True)) + 1", "{x if x > 0; 0 otherwise} + 1", r"\left(\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}\right) + 1", '(cases(x & "if" x > 0, 0 & "otherwise")) + 1'),
    ("1 + piecewise((x, x > 0), (0, True))", "1 + {x if x > 0; 0 otherwise}", r"1 + \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", '1 + cases(x & "if" x > 0, 0 & "otherwise")'),
    ("piecewise((1, x > 0 and x < 1), (0, True))", "{1 if x > 0 and x < 1; 0 otherwise}", r"\begin{cases} 1 & \text{if } x > 0 \text{ and } x < 1 \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" x > 0 "and" x < 1, 0 & "otherwise")'),
    ("piecewise((1, 0 < x and x < 1), (0, True))", "{1 if 0 < x < 1; 0 otherwise}", r"\begin{cases} 1 & \text{if } 0 < x < 1 \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" 0 < x < 1, 0 & "otherwise")'),
    ("piecewise((1, x < 0 or x > 1), (0, True))", "{1 if x < 0 or x > 1; 0 otherwise}", r"\begin{cases} 1 & \text{if } x < 0 \text{ or } x > 1 \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" x < 0 "or" x > 1, 0 & "otherwise")'),
    ("piecewise((1, x < 0 and (y < 0 or z < 0)), (0, True))", "{1 if x < 0 and (y < 0 or z < 0); 0 otherwise}", r"\begin{cases} 1 & \text{if } x < 0 \text{ and } \left(y < 0 \text{ or } z < 0\right) \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" x < 0 "and" (y < 0 "or" z < 0), 0 & "otherwise")'),
    ("piecewise((1, x <= 0 and y >= 0), (0, True))", "{1 if x ≤ 0 and y ≥ 0; 0 otherwise}", r"\begin{cases} 1 & \text{if } x \le 0 \text{ and } y \ge 0 \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" x <= 0 "and" y >= 0, 0 & "otherwise")'),
    ("piecewise((1, x != 0), (0, True))", "{1 if x ≠ 0; 0 otherwise}", r"\begin{cases} 1 & \text{if } x \ne 0 \\ 0 & \text{otherwise} \end{cases}", 'cases(1 & "if" x != 0, 0 & "otherwise")'),
    ("piecewise((x, x > 0), (0, True))^2", "{x if x > 0; 0 otherwise}²", r"\left(\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}\right)^{2}", '(cases(x & "if" x > 0, 0 & "otherwise"))^(2)'),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "plain", "tex", "typeset"), WRITTEN)
def test_a_formula_is_written_as_it_is_read(
    formula: str, plain: str, tex: str, typeset: str
) -> None:
    term = parse(formula)
    assert text(term) == plain
    assert latex(term) == tex
    assert typst(term) == typeset


@pytest.mark.parametrize("exponent", ["-1", "-n", "-2*n"])
def test_one_over_a_sine_is_not_printed_as_its_inverse_function(exponent: str) -> None:
    term = parse(f"sin(x)^({exponent})")
    assert r"\left(\sin\left(x\right)\right)^{-" in latex(term)
    assert "sin^" not in typst(term)
    assert "sin$);^" not in tagged(term).source
    assert "sin^" not in tagged(term).source
    assert "<msup><mi>sin</mi>" not in mathml(term)
    assert "<msup><mi>sin</mi>" not in mathml(term, marks={(0, 0): "moved"})
    assert "sin^" in tagged(parse("sin(x)^2")).source


def untagged(source: str) -> str:
    """A film's formula without the tags round its parts."""
    inner = re.compile(r"#tag\(\d+, \$((?:(?!#tag|\$\);).)*)\$\);")
    while inner.search(source):
        source = inner.sub(r"\1", source)
    return source


# In films a function of two arguments takes its exponent too, as those of one do.
FILMED = [row[0] for row in WRITTEN if row[0] != "max(x, y)^2"]
SIGNS = ["a + (-2)*n", "a - (-2)*n", "-(-2*n)", "-(-x*y)", "a*(-2*n)", "(-2*n)^2", "sin(x)^(-2*n)"]


@pytest.mark.parametrize("formula", [*SIGNS, *FILMED])
def test_a_film_writes_what_the_page_writes(formula: str) -> None:
    term = parse(formula)
    assert untagged(tagged(term).source) == typst(term)


@pytest.mark.parametrize("formula", FILMED)
def test_a_film_has_a_tag_for_every_number_and_name(formula: str) -> None:
    """The conditions of cases and the bounds of a Σ are parts of its sign."""
    term = parse(formula)
    paths = set(tagged(term).paths.values())
    signs = [path for path, part in term.walk() if isinstance(part, BigSum | Cases)]
    leaves = {path for path, part in term.walk() if not part.children}
    loose = {path for path in leaves if not any(path[: len(sign)] == sign for sign in signs)}
    assert loose <= paths
    assert all(term.at(path) for path in paths)


def test_a_chain_of_comparisons_has_a_tag_for_each_of_its_sides() -> None:
    term = parse("piecewise((x, 0 < x and x < a), (y, True))")
    paths = [*tagged(term).paths.values()]
    assert len(set(paths)) == len(paths)
    assert [text(term.at(path)) for path in paths if path[:2] == (0, 1)] == [
        "0",
        "x",
        "0 < x",
        "a",
        "0 < x < a",
    ]


M, B, Z = Symbol("m"), Symbol("b"), Symbol("z")
X, Y = Symbol("x"), Symbol("y")
J, LOSS = Abbreviation("J", parse("x^2")), Abbreviation("loss", parse("x^2"))
RESIDUAL = Abbreviation("e", parse("x[i]"), ("i",))
TOTAL = Partial(parse("sum(x[i], i, N)"), M)
SQUARE = Partial(parse("x^2"), X)
MINUS_TWO, DECIMAL = number(-2), Number(fractions.Fraction(1, 4), decimal=True)

# Terms that no formula is read as: what is still to be derived, letters for parts, and numbers that hold their sign.
DERIVED: list[tuple[Term, str, str]] = [
    (MINUS_TWO, "−2", "-2"),
    (Product((MINUS_TWO, X)), "−2x", "-2x"),
    (Product((X, MINUS_TWO)), "x·(−2)", r"x \cdot \left(-2\right)"),
    (Sum((X, MINUS_TWO)), "x + (−2)", r"x + \left(-2\right)"),
    (Power(MINUS_TWO, number(2)), "(−2)²", r"\left(-2\right)^{2}"),
    (Fraction(X, MINUS_TWO), "x/(−2)", r"\frac{x}{-2}"),
    (Product((number(-1), X)), "−1·x", r"-1 \cdot x"),
    (DECIMAL, "0.25", "0.25"),
    (Power(DECIMAL, number(2)), "0.25²", "0.25^{2}"),
    (Power(Number(fractions.Fraction(1, 2)), number(2)), "(1/2)²", r"\left(\frac{1}{2}\right)^{2}"),
    (Number(fractions.Fraction(-1, 2)), "−1/2", r"-\frac{1}{2}"),
    (Sum((X, Number(fractions.Fraction(-1, 2)))), "x + (−1/2)", r"x + \left(-\frac{1}{2}\right)"),
    (Sum((Fraction(Negative(X), Y), X)), "−x/y + x", r"\frac{-x}{y} + x"),
    (Sum((X, Fraction(Negative(X), Y))), "x + (−x/y)", r"x + \frac{-x}{y}"),
    (Delta(("i", "j")), "δᵢⱼ", r"\delta_{ij}"),
    (Product((number(2), Delta(("i", "j")))), "2δᵢⱼ", r"2\delta_{ij}"),
    (Product((number(2), J)), "2J", "2J"),
    (RESIDUAL, "eᵢ", "e_{i}"),
    (Product((LOSS, X)), "loss·x", r"\mathrm{loss} \cdot x"),
    (Product((X, LOSS)), "x·loss", r"x \cdot \mathrm{loss}"),
    (Product((X, Indexed("weight", ("i",)))), "x·weightᵢ", r"x \cdot \mathrm{weight}_{i}"),
    (Power(LOSS, number(2)), "loss²", r"\mathrm{loss}^{2}"),
    (Product((Power(LOSS, number(2)), X)), "loss²·x", r"\mathrm{loss}^{2} \cdot x"),
    (Partial(Y, X), "∂y/∂x", r"\frac{\partial y}{\partial x}"),
    (Partial(Indexed("w", ("i",)), X), "∂wᵢ/∂x", r"\frac{\partial w_{i}}{\partial x}"),
    (Partial(J, M), "∂J/∂m", r"\frac{\partial J}{\partial m}"),
    (Partial(Y, X, ordinary=True), "dy/dx", r"\frac{\mathrm{d} y}{\mathrm{d} x}"),
    (Partial(parse("x + y"), X), "∂/∂x (x + y)", r"\frac{\partial}{\partial x} \left(x + y\right)"),
    (Partial(parse("x*y"), X), "∂/∂x (x y)", r"\frac{\partial}{\partial x} \left(x y\right)"),
    (Partial(parse("-x"), X), "∂/∂x (−x)", r"\frac{\partial}{\partial x} \left(-x\right)"),
    (Partial(parse("sin(x)"), X), "∂/∂x sin(x)", r"\frac{\partial}{\partial x} \sin\left(x\right)"),
    (Partial(parse("x/y"), X), "∂/∂x (x/y)", r"\frac{\partial}{\partial x} \frac{x}{y}"),
    (SQUARE, "∂/∂x x²", r"\frac{\partial}{\partial x} x^{2}"),
    (TOTAL, "∂/∂m Σᵢ xᵢ", r"\frac{\partial}{\partial m} \sum_{i=1}^{N} x_{i}"),
    (Partial(Partial(J, B), M), "∂²J/∂m∂b", r"\frac{\partial^{2} J}{\partial m \partial b}"),
    (Partial(Partial(J, M), M), "∂²J/∂m²", r"\frac{\partial^{2} J}{\partial m^{2}}"),
    (Product((Y, SQUARE)), "y ∂/∂x x²", r"y \frac{\partial}{\partial x} x^{2}"),
    (Product((SQUARE, Y)), "(∂/∂x x²)·y", r"\left(\frac{\partial}{\partial x} x^{2}\right) \cdot y"),
    (Product((Partial(parse("x + y"), X), Y)), "∂/∂x (x + y)·y", r"\frac{\partial}{\partial x} \left(x + y\right) \cdot y"),
    (Product((Y, Partial(parse("x*y"), X), Z)), "y ∂/∂x (x y)·z", r"y \frac{\partial}{\partial x} \left(x y\right) \cdot z"),
    (Sum((Partial(parse("x + y"), X), Y)), "∂/∂x (x + y) + y", r"\frac{\partial}{\partial x} \left(x + y\right) + y"),
    (Product((number(2), SQUARE)), "2 ∂/∂x x²", r"2 \frac{\partial}{\partial x} x^{2}"),
    (Product((Partial(J, M), Y)), "∂J/∂m·y", r"\frac{\partial J}{\partial m} \cdot y"),
    (Product((Y, Partial(J, M))), "y·∂J/∂m", r"y \frac{\partial J}{\partial m}"),
    (Product((Product((Y, SQUARE)), Z)), "(y ∂/∂x x²)·z", r"\left(y \frac{\partial}{\partial x} x^{2}\right) \cdot z"),
    (Product((Negative(Partial(J, M)), Z)), "−∂J/∂m·z", r"-\frac{\partial J}{\partial m} \cdot z"),
    (Sum((SQUARE, Y)), "∂/∂x x² + y", r"\frac{\partial}{\partial x} x^{2} + y"),
    (Sum((TOTAL, Y)), "(∂/∂m Σᵢ xᵢ) + y", r"\left(\frac{\partial}{\partial m} \sum_{i=1}^{N} x_{i}\right) + y"),
    (Product((TOTAL, Y)), "(∂/∂m Σᵢ xᵢ)·y", r"\left(\frac{\partial}{\partial m} \sum_{i=1}^{N} x_{i}\right) \cdot y"),
    (Fraction(SQUARE, Y), "(∂/∂x x²)/y", r"\frac{\frac{\partial}{\partial x} x^{2}}{y}"),
    (Fraction(Product((Y, SQUARE)), Z), "(y ∂/∂x x²)/z", r"\frac{y \frac{\partial}{\partial x} x^{2}}{z}"),
    (Fraction(Partial(J, M), Z), "(∂J/∂m)/z", r"\frac{\frac{\partial J}{\partial m}}{z}"),
    (Fraction(Y, SQUARE), "y/(∂/∂x x²)", r"\frac{y}{\frac{\partial}{\partial x} x^{2}}"),
    (Power(SQUARE, number(2)), "(∂/∂x x²)²", r"\left(\frac{\partial}{\partial x} x^{2}\right)^{2}"),
    (Power(Partial(J, M), number(2)), "(∂J/∂m)²", r"\left(\frac{\partial J}{\partial m}\right)^{2}"),
    (Equation(J, parse("x^2")), "J = x²", "J = x^{2}"),
    (Product((Negative(Fraction(X, Y)), Z)), "(−x/y) z", r"-\frac{x}{y} z"),
    (Product((Z, Negative(Fraction(X, Y)))), "z (−x/y)", r"z \left(-\frac{x}{y}\right)"),
    (Product((number(3), Product((number(2), X)))), "3(2x)", r"3\left(2x\right)"),
    (Sum((X, Product((MINUS_TWO, parse("sum(x[i], i, N)"))), Y)), "x + (−2 Σᵢ xᵢ) + y", r"x + \left(-2 \sum_{i=1}^{N} x_{i}\right) + y"),
    (Sum((Negative(X), Negative(parse("x + y")))), "−x − (x + y)", r"-x - \left(x + y\right)"),
    (Sum((Z, Product((Negative(Fraction(X, Y)), M)))), "z + (−x/y) m", r"z + \left(-\frac{x}{y} m\right)"),
    (Sum((Z, Fraction(Negative(SQUARE), Y))), "z + (−∂/∂x x²)/y", r"z + \frac{-\frac{\partial}{\partial x} x^{2}}{y}"),
    (Product((Y, MINUS_TWO, X)), "y·(−2) x", r"y \cdot \left(-2\right) x"),
    (Product((number(2), Partial(J, M))), "2·∂J/∂m", r"2 \frac{\partial J}{\partial m}"),
    (Product((Z, Fraction(X, Y))), "z (x/y)", r"z \frac{x}{y}"),
    (Fraction(Y, Partial(J, M)), "y/(∂J/∂m)", r"\frac{y}{\frac{\partial J}{\partial m}}"),
    (Partial(Partial(Indexed("w", ("i",)), X), Y), "∂/∂y (∂wᵢ/∂x)", r"\frac{\partial}{\partial y} \frac{\partial w_{i}}{\partial x}"),
]  # fmt: skip


# Parts that stand deep in a formula, where a path that begins at the wrong place names another part.
DEEP = [
    parse(f"a*({formula}) + b" if "piecewise" not in formula else f"a*{formula}")
    for formula in FILMED
]
DEEP += [Sum((Y, Product((Z, term)))) for term, *_ in DERIVED if not isinstance(term, Equation)]


@pytest.mark.parametrize("term", DEEP, ids=text)
def test_what_stands_in_a_tag_is_the_part_that_its_path_leads_to(term: Term) -> None:
    both = tagged(term)
    begun: list[tuple[int, int]] = []
    for match in re.finditer(r"#tag\((\d+), \$|\$\);", both.source):
        if match[1]:
            begun.append((int(match[1]), match.end()))
        else:
            number, start = begun.pop()
            part = term.at(both.paths[number])
            # A function may have the exponent of its power, and what a ∂ derives by is tagged with it.
            if number in both.variables or isinstance(part, Call):
                continue
            assert untagged(both.source[start : match.start()]) == typst(part)


@pytest.mark.parametrize(("term", "plain", "tex"), DERIVED)
def test_what_is_still_to_be_derived_is_seen_to_end(term: Term, plain: str, tex: str) -> None:
    assert text(term) == plain
    assert latex(term) == tex
    assert untagged(tagged(term).source) == typst(term)


PRIMES: list[tuple[Term, str, str]] = [
    (Partial(Y, X, ordinary=True), "y′", "y'"),
    (Partial(J, M), "J′ₘ", "J'_{m}"),
    (Partial(J, Indexed("w", ("k",)), ordinary=True), "J′_wₖ", "J'_{w_{k}}"),
    (Partial(RESIDUAL, M), "(eᵢ)′ₘ", r"\left(e_{i}\right)'_{m}"),
    (Partial(Symbol("x_1"), M), "(x₁)′ₘ", r"\left(x_{1}\right)'_{m}"),
    (Partial(parse("sin(x*y)"), X), "(sin(x y))′ₓ", r"\left(\sin\left(x y\right)\right)'_{x}"),
    (Partial(parse("sin(x)"), Y), "(sin(x))′_y", r"\left(\sin\left(x\right)\right)'_{y}"),
    (Product((Partial(LOSS, M), X)), "loss′ₘ·x", r"\mathrm{loss}'_{m} \cdot x"),
    (Product((X, Partial(LOSS, M))), "x·loss′ₘ", r"x \cdot \mathrm{loss}'_{m}"),
    (Partial(parse("x + y"), X), "(x + y)′ₓ", r"\left(x + y\right)'_{x}"),
    (Partial(parse("sin(x)"), X), "sin′(x)", r"\sin'\left(x\right)"),
    (Partial(parse("sqrt(x)"), X), "(√(x))′ₓ", r"\left(\sqrt{x}\right)'_{x}"),
    (Partial(parse("exp(x)"), X), "(exp(x))′ₓ", r"\left(e^{x}\right)'_{x}"),
    (Partial(parse("abs(x)"), X), "(abs(x))′ₓ", r"\left(\left|x\right|\right)'_{x}"),
    (Product((number(2), SQUARE)), "2(x²)′ₓ", r"2 \left(x^{2}\right)'_{x}"),
    (Product((number(2), Partial(J, M))), "2J′ₘ", "2J'_{m}"),
    (Product((Partial(J, M), Y)), "J′ₘ·y", r"J'_{m} \cdot y"),
    (Product((Product((Y, SQUARE)), Z)), "y (x²)′ₓ z", r"y \left(x^{2}\right)'_{x} z"),
    (Fraction(SQUARE, Y), "(x²)′ₓ/y", r"\frac{\left(x^{2}\right)'_{x}}{y}"),
    (Partial(Partial(parse("x*y"), X), X), "(x y)″ₓₓ", r"\left(x y\right)''_{x x}"),
]


@pytest.mark.parametrize(("term", "plain", "tex"), PRIMES)
def test_primes(term: Term, plain: str, tex: str) -> None:
    assert text(term, derivative_style="prime") == plain
    assert latex(term, derivative_style="prime") == tex


# Only conditions that all hold are read on in a row.
CONDITIONS = [
    ("x < 0 or 0 < y", "x < 0 or 0 < y"),
    ("0 < x and x < 1", "0 < x < 1"),
    ("0 < x and x < 1 and y > 0", "0 < x < 1 and y > 0"),
    ("0 < x and x < 1 and 1 < y and y < 2", "0 < x < 1 < y < 2"),
    ("0 < x and y < 1", "0 < x and y < 1"),
]


@pytest.mark.parametrize(("condition", "plain"), CONDITIONS)
def test_conditions_in_a_row(condition: str, plain: str) -> None:
    assert (
        text(parse(f"piecewise((1, {condition}), (0, True))")) == f"{{1 if {plain}; 0 otherwise}}"
    )
