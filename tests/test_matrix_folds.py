"""Where parentheses, signs and spaces stand in a written formula of matrices, in every linear format."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from symgd.parsing.formula import parse
from symgd.parsing.matrices import USUAL, parse_matrices
from symgd.terms import Abbreviation, Indexed, Partial, Power, Symbol, Term, number
from symgd.terms import matrix as mx
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import UNICODE, text
from symgd.writing.formulas.typst import tagged, typst
from symgd.writing.formulas.write import write
from symgd.writing.words import words_in

W, C, X, A = (USUAL[name] for name in "wcXA")
M, B, ZERO, ONE, TWO = Symbol("m"), Symbol("b"), number(0), number(1), number(2)
J = Abbreviation("J", M)
XI = Indexed("x", ("i",))


def plain(written: str) -> str:
    """A formula with its bold capitals and small letters as plain ones, which is easier to read."""
    return re.sub(r"\\mathbf\{([a-zA-Z])\}|upright\(bold\(([a-zA-Z])\)\)", r"\1\2", written)


# Formulas in text, and in ASCII.
LINES = [
    # Factors keep their order, and each @ in its parentheses keeps them.
    ("A@B", "A B", "A@B"),
    ("B@A", "B A", "B@A"),
    ("A@B@w", "A B w", "A@B@w"),
    ("A@(B@w)", "A (B w)", "A@(B@w)"),
    ("w@w.T@c", "w wᵀ c", "w@w.T@c"),
    ("w.T@c", "wᵀ c", "w.T@c"),
    # Numbers are multiplied by another sign than matrices where multiplication has signs.
    ("2*A", "2 A", "2*A"),
    ("A*2", "A·2", "A*2"),
    ("2*A@w", "2 A w", "2*A@w"),
    ("A@w*2", "A w·2", "A@w*2"),
    ("lambda*w", "λ w", "lambda*w"),
    ("2*lambda*w", "2λ w", "2*lambda*w"),
    ("(w.T@c)*w", "wᵀ c w", "(w.T@c)*w"),
    ("w*(w.T@c)", "w (wᵀ c)", "w*(w.T@c)"),
    ("(w.T@c)*(c.T@w)*A", "wᵀ c (cᵀ w) A", "(w.T@c)*(c.T@w)*A"),
    ("w.T@c*A", "wᵀ c A", "w.T@c*A"),
    ("w/N", "(1/N) w", "(1/N)*w"),
    ("A@w/2", "(1/2) (A w)", "(1/2)*(A@w)"),
    ("w/(w.T@w)", "(1/(wᵀ w)) w", "(1/(w.T@w))*w"),
    # Sums have parentheses in products and under signs that belong to one thing.
    ("(A + B)@w", "(A + B) w", "(A + B)@w"),
    ("A@(B + A)", "A (B + A)", "A@(B + A)"),
    ("(A + B)@(A - B)", "(A + B) (A − B)", "(A + B)@(A - B)"),
    ("2*(A + B)", "2(A + B)", "2*(A + B)"),
    ("A@B + B@A", "A B + B A", "A@B + B@A"),
    ("(A + B).T", "(A + B)ᵀ", "(A + B).T"),
    ("(A@B).T", "(A B)ᵀ", "(A@B).T"),
    ("A.T@B.T", "Aᵀ Bᵀ", "A.T@B.T"),
    ("A.T.T", "(Aᵀ)ᵀ", "(A.T).T"),
    ("inv(A)", "A⁻¹", "inv(A)"),
    ("inv(A + B)", "(A + B)⁻¹", "inv(A + B)"),
    ("inv(A@B)", "(A B)⁻¹", "inv(A@B)"),
    ("inv(A.T)", "(Aᵀ)⁻¹", "inv(A.T)"),
    ("inv(A).T", "(A⁻¹)ᵀ", "(inv(A)).T"),
    ("inv(inv(A))", "(A⁻¹)⁻¹", "inv(inv(A))"),
    ("inv(A)@c", "A⁻¹ c", "inv(A)@c"),
    ("diag(w).T", "diag(w)ᵀ", "diag(w).T"),
    ("exp(w).T", "exp(w)ᵀ", "exp(w).T"),
    # A norm has bars, and its square is a number.
    ("norm(w)^2", "‖w‖²", "norm(w)^2"),
    ("norm(X@w - y)^2", "‖X w − y‖²", "norm(X@w - y)^2"),
    ("norm(-w)^2", "‖−w‖²", "norm(-w)^2"),
    ("norm(w)^2/N", "‖w‖²/N", "norm(w)^2/N"),
    ("norm(w)^2*w", "‖w‖² w", "norm(w)^2*w"),
    ("norm(w)^2*norm(c)^2", "‖w‖² ‖c‖²", "norm(w)^2*norm(c)^2"),
    ("(norm(w)^2)^2", "(‖w‖²)²", "(norm(w)^2)^2"),
    # Signs.
    ("A - B", "A − B", "A - B"),
    ("A - B - A", "A − B − A", "A - B - A"),
    ("A - (B - A)", "A − (B − A)", "A - (B - A)"),
    ("A + (B + A)", "A + (B + A)", "A + (B + A)"),
    ("-A", "−A", "-A"),
    ("-(A + B)", "−(A + B)", "-(A + B)"),
    ("-(-A)", "−(−A)", "-(-A)"),
    ("w - (-c)", "w − (−c)", "w - (-c)"),
    ("w + (-c)", "w − c", "w - c"),
    ("-A@w", "−A w", "(-A)@w"),
    ("A@(-w)", "A (−w)", "A@(-w)"),
    ("(-A).T", "(−A)ᵀ", "(-A).T"),
    ("inv(-A)", "(−A)⁻¹", "inv(-A)"),
    # Entry by entry.
    ("w*c", "w ⊙ c", "w*c"),
    ("w*c*w", "w ⊙ c ⊙ w", "w*c*w"),
    ("w*(c + w)", "w ⊙ (c + w)", "w*(c + w)"),
    ("(w + c)*c", "(w + c) ⊙ c", "(w + c)*c"),
    ("(-w)*c", "(−w) ⊙ c", "(-w)*c"),
    ("w*c + w", "(w ⊙ c) + w", "(w*c) + w"),
    ("w - w*c", "w − (w ⊙ c)", "w - (w*c)"),
    ("A@(w*c)", "A (w ⊙ c)", "A@(w*c)"),
    ("(A@w)*c", "(A w) ⊙ c", "(A@w)*c"),
    ("w.T*c.T", "wᵀ ⊙ cᵀ", "w.T*c.T"),
    ("(w*c).T", "(w ⊙ c)ᵀ", "(w*c).T"),
    ("norm(w*c)^2", "‖w ⊙ c‖²", "norm(w*c)^2"),
    ("exp(w)*c", "exp(w) ⊙ c", "exp(w)*c"),
    ("exp(A@w)", "exp(A w)", "exp(A@w)"),
    ("exp(w + c)", "exp(w + c)", "exp(w + c)"),
    ("exp(-w)", "exp(−w)", "exp(-w)"),
    ("diag(w + c)@A", "diag(w + c) A", "diag(w + c)@A"),
    # Names of their own.
    ("ones(N)", "𝟏", "ones(N)"),
    ("ones(3)", "𝟏", "ones(3)"),
    ("w + zeros(p)", "w + 0", "w + 0"),
    ("eye(p)", "I", "eye(p)"),
    ("eye(p).T", "Iᵀ", "eye(p).T"),
    ("zeros(p).T@w", "0ᵀ w", "0.T@w"),
    ("A + lambda*eye(p)", "A + λ I", "A + lambda*eye(p)"),
    ("sum(w)", "𝟏ᵀ w", "ones(p).T@w"),
    ("w - 1", "w − 𝟏", "w - ones(p)"),
    # d takes one name, or a norm in its bars; the rest has parentheses.
    ("d(w)", "dw", "dw"),
    ("d(A)", "dA", "dA"),
    ("d(X@w)", "d(X w)", "d(X@w)"),
    ("d(w + c)", "d(w + c)", "d(w + c)"),
    ("d(norm(w)^2)", "d‖w‖²", "d(norm(w)^2)"),
    ("d(w.T)", "d(wᵀ)", "d(w.T)"),
    ("d(inv(A))", "d(A⁻¹)", "d(inv(A))"),
    ("d(w).T", "(dw)ᵀ", "(dw).T"),
    ("d(d(w))", "d(dw)", "d(dw)"),
    ("A@d(w)", "A dw", "A@dw"),
    ("d(w)*c", "dw ⊙ c", "dw*c"),
    ("2*d(w)", "2 dw", "2*dw"),
]


@pytest.mark.parametrize(("formula", "unicode", "ascii"), LINES)
def test_a_line_of_text(formula: str, unicode: str, ascii: str) -> None:
    term = parse_matrices(formula)
    assert text(term) == unicode
    assert text(term, ascii=True) == ascii


@pytest.mark.parametrize(
    "formula", [row[0] for row in LINES if not re.search("zeros|d[(]", row[0])]
)
def test_a_line_in_ascii_is_read_again(formula: str) -> None:
    again = text(parse_matrices(formula), ascii=True)
    assert text(parse_matrices(again)) == text(parse_matrices(formula))


# The same in LaTeX, Typst and MathML's description, with bold letters as plain ones.
SET = [
    ("A@(B + A)", r"A \left(B + A\right)", "A (B + A)"),
    ("A@(B@w)", r"A \left(B w\right)", "A (B w)"),
    ("A*2", r"A \cdot 2", "A dot 2"),
    ("w/2", r"\frac{1}{2} w", "frac(1, 2) w"),
    ("(w + c)/2", r"\frac{1}{2} \left(w + c\right)", "frac(1, 2) (w + c)"),
    ("A - (B - A)", r"A - \left(B - A\right)", "A - (B - A)"),
    ("-(A + B)", r"-\left(A + B\right)", "-(A + B)"),
    ("A@(-w)", r"A \left(-w\right)", "A (-w)"),
    ("(A + B).T", r"\left(A + B\right)^{\top}", "(A + B)^(top)"),
    ("A.T.T", r"\left(A^{\top}\right)^{\top}", "(A^(top))^(top)"),
    ("inv(A).T", r"\left(A^{-1}\right)^{\top}", "(A^(-1))^(top)"),
    ("inv(A@B)", r"\left(A B\right)^{-1}", "(A B)^(-1)"),
    ("norm(X@w - y)^2", r"\left\|X w - y\right\|^{2}", "norm(X w - y)^(2)"),
    ("(norm(w)^2)^2", r"\left(\left\|w\right\|^{2}\right)^{2}", "(norm(w)^(2))^(2)"),
    ("w*(c + w)", r"w \odot \left(c + w\right)", "w ⊙ (c + w)"),
    ("w*c + w", r"\left(w \odot c\right) + w", "(w ⊙ c) + w"),
    ("exp(w + c)", r"\exp\left(w + c\right)", "exp(w + c)"),
    ("abs(w)", r"\left|w\right|", "abs(w)"),
    ("diag(w)@A", r"\operatorname{diag}\left(w\right) A", 'op("diag")(w) A'),
    ("w - 1", r"w - \mathbf{1}", "w - bold(1)"),
    ("w + zeros(p)", r"w + \mathbf{0}", "w + bold(0)"),
    ("2*eye(p)", "2 I", "2 I"),
    ("d(w)", r"\mathop{}\!\mathrm{d}w", "thin upright(d) w"),
    ("d(X@w)", r"\mathop{}\!\mathrm{d}\left(X w\right)", "thin upright(d) (X w)"),
    ("d(norm(w)^2)", r"\mathop{}\!\mathrm{d}\left\|w\right\|^{2}", "thin upright(d) norm(w)^(2)"),
]


@pytest.mark.parametrize(("formula", "in_latex", "in_typst"), SET)
def test_a_formula_that_is_set(formula: str, in_latex: str, in_typst: str) -> None:
    term = parse_matrices(formula)
    assert plain(latex(term)) == in_latex
    assert plain(typst(term)) == in_typst
    assert f'alttext="{text(term)}"' in mathml(term)


def test_matrices_are_bold_and_upright() -> None:
    assert latex(parse_matrices("X@w")) == r"\mathbf{X} \mathbf{w}"
    assert typst(parse_matrices("X@w")) == "upright(bold(X)) upright(bold(w))"
    bold = '<mi mathvariant="normal" style="font-weight: bold">{}</mi>'
    assert bold.format("X") + "<mo>&#x2062;</mo>" + bold.format("w") in mathml(
        parse_matrices("X@w")
    )


def pair(*entries: Term) -> Term:
    return mx.Stacked(entries)


# What is put together, taken out or derived, in text, ASCII, LaTeX and Typst.
BUILT = [
    (mx.Entry(W, "j"), "wⱼ", "w_j", "w_{j}", "w_(j)"),
    (mx.Entry(W, 2), "w₂", "w_2", "w_{2}", "w_(2)"),
    (mx.Entry(parse_matrices("X@w"), "i"), "(X w)ᵢ", "(X@w)_i", r"\left(X w\right)_{i}", "(X w)_(i)"),
    (mx.Entry(mx.Transpose(mx.Transpose(W)), 1), "((wᵀ)ᵀ)₁", "((w.T).T)_1", r"\left(\left(w^{\top}\right)^{\top}\right)_{1}", "((w^(top))^(top))_(1)"),
    (mx.Vector(XI, "i", "N"), "(xᵢ)ᵢ", "(x_i)_i", r"\left(x_{i}\right)_{i}", "(x_(i))_(i)"),
    (mx.Vector(Power(XI, TWO), "i", "N"), "(xᵢ²)ᵢ", "(x_i^2)_i", r"\left(x_{i}^{2}\right)_{i}", "(x_(i)^(2))_(i)"),
    (mx.Transpose(mx.Vector(XI, "i", "N")), "(xᵢ)ᵢᵀ", "(x_i)_i.T", r"\left(x_{i}\right)_{i}^{\top}", "(x_(i))_(i)^(top)"),
    (pair(M, B), "(m, b)ᵀ", "(m, b).T", r"\begin{pmatrix} m \\ b \end{pmatrix}", "vec(m, b)"),
    (pair(parse("m + b"), parse("-b")), "(m + b, −b)ᵀ", "(m + b, -b).T", r"\begin{pmatrix} m + b \\ -b \end{pmatrix}", "vec(m + b, -b)"),
    (mx.SideBySide((W, parse_matrices("w + c"))), "[w  w + c]", "[w, w + c]", r"\begin{bmatrix} w & w + c \end{bmatrix}", 'mat(delim: "[", w, w + c)'),
    (mx.matrix_product((mx.SideBySide((W, C)), pair(M, B))), "[w  c] (m, b)ᵀ", "[w, c]@(m, b).T", r"\begin{bmatrix} w & c \end{bmatrix} \begin{pmatrix} m \\ b \end{pmatrix}", 'mat(delim: "[", w, c) vec(m, b)'),
    (mx.Entries((M, B, ZERO, ONE), 2), "[m  b; 0  1]", "[m, b; 0, 1]", r"\begin{pmatrix} \displaystyle m & \displaystyle b \\[2.5ex] \displaystyle 0 & \displaystyle 1 \end{pmatrix}", "mat(row-gap: #0.7em, column-gap: #1em, m, b; 0, 1)"),
    (mx.Entries((M, B, TWO, TWO, ZERO, ONE), 2), "[m  b; 2  2; 0  1]", "[m, b; 2, 2; 0, 1]", r"\begin{pmatrix} \displaystyle m & \displaystyle b \\[2.5ex] \displaystyle 2 & \displaystyle 2 \\[2.5ex] \displaystyle 0 & \displaystyle 1 \end{pmatrix}", "mat(row-gap: #0.7em, column-gap: #1em, m, b; 2, 2; 0, 1)"),
    (mx.Inverse(mx.Entries((M, B, ZERO, ONE), 2)), "[m  b; 0  1]⁻¹", "inv([m, b; 0, 1])", r"\begin{pmatrix} \displaystyle m & \displaystyle b \\[2.5ex] \displaystyle 0 & \displaystyle 1 \end{pmatrix}^{-1}", "mat(row-gap: #0.7em, column-gap: #1em, m, b; 0, 1)^(-1)"),
    (mx.Nabla(J, W), "∇J", "grad(J)", r"\nabla J", "nabla J"),
    (mx.Nabla(J, W, 2), "∇²J", "hess(J)", r"\nabla^{2} J", "nabla^(2) J"),
    (mx.Transpose(mx.Nabla(J, W)), "(∇J)ᵀ", "(grad(J)).T", r"\left(\nabla J\right)^{\top}", "(nabla J)^(top)"),
    (mx.matrix_product((A, mx.Nabla(J, W))), "A ∇J", "A@grad(J)", r"A \nabla J", "A nabla J"),
    (mx.Differential(J, W), "dJ", "dJ", r"\mathop{}\!\mathrm{d}J", "thin upright(d) J"),
    (mx.Differential(M, W), "dm", "dm", r"\mathop{}\!\mathrm{d}m", "thin upright(d) m"),
    (mx.Shaped(X), "X[N×p]", "X[N x p]", r"\underbrace{X}_{N \times p}\,", "underbrace(X, N times p) thin"),
    (mx.Shaped(parse_matrices("w + c")), "(w + c)[p×1]", "(w + c)[p x 1]", r"\underbrace{\left(w + c\right)}_{p \times 1}\,", "underbrace((w + c), p times 1) thin"),
    (mx.Shaped(parse_matrices("A@w")), "(A w)[p×1]", "(A@w)[p x 1]", r"\underbrace{\left(A w\right)}_{p \times 1}\,", "underbrace((A w), p times 1) thin"),
    (mx.Shaped(parse_matrices("A.T")), "Aᵀ[p×p]", "A.T[p x p]", r"\underbrace{A^{\top}}_{p \times p}\,", "underbrace(A^(top), p times p) thin"),
    (mx.Belongs(X, mx.Space(*X.shape)), "X ∈ ℝ^(N×p)", "X in R^(N x p)", r"X \in \mathbb{R}^{N \times p}", "X in RR^(N times p)"),
    (mx.Belongs(W, mx.Space(*W.shape)), "w ∈ ℝ^p", "w in R^p", r"w \in \mathbb{R}^{p}", "w in RR^(p)"),
    (mx.Space(3, 1), "ℝ^3", "R^3", r"\mathbb{R}^{3}", "RR^(3)"),
    (mx.Space(1, "p"), "ℝ^(1×p)", "R^(1 x p)", r"\mathbb{R}^{1 \times p}", "RR^(1 times p)"),
    (mx.Space("n_1", 2), "ℝ^(n₁×2)", "R^(n_1 x 2)", r"\mathbb{R}^{n_{1} \times 2}", "RR^(n_(1) times 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "unicode", "ascii", "in_latex", "in_typst"), BUILT)
def test_what_is_built(term: Term, unicode: str, ascii: str, in_latex: str, in_typst: str) -> None:
    assert text(term) == unicode
    assert text(term, ascii=True) == ascii
    assert plain(latex(term)) == in_latex
    assert plain(typst(term)) == in_typst


def test_a_gradient_of_a_sum_has_parentheses() -> None:
    body = parse_matrices("norm(w)^2 + w.T@c")
    assert text(mx.Nabla(body, W)) == "∇(‖w‖² + wᵀ c)"
    assert text(mx.Nabla(parse_matrices("norm(w)^2"), W, 2)) == "∇²(‖w‖²)"
    assert text(mx.Differential(mx.Nabla(J, W), W)) == "d∇J"


def test_zeros_of_two_sides_are_written_alike() -> None:
    assert text(mx.Zeros("N", "p")) == "0"
    assert latex(mx.Zeros("N", "p")) == r"\mathbf{0}"


# Which part each tag of an animation belongs to.
TAGGED = ["A@(B + c@w.T)", "w*c - w", "norm(X@w - y)^2", "d(X@w)", "inv(A).T@diag(w)", "exp(A@w)"]
PUT = [term for term, *_ in BUILT if not isinstance(term, mx.Belongs | mx.Space)]


@pytest.mark.parametrize("term", [*map(parse_matrices, TAGGED), *PUT], ids=text)
def test_every_tag_is_round_the_part_it_names(term: Term) -> None:
    both = tagged(term)
    assert len(set(both.paths.values())) == len(both.paths)
    inside: list[int] = []  # a name with an index has its tag twice
    begun: list[int] = []
    for match in re.finditer(r"#tag\((\d+), \$|\$\);", both.source):
        if match[1]:
            assert not begun or within(both.paths[int(match[1])], both.paths[begun[-1]])
            begun.append(int(match[1]))
            inside.append(begun[-1])
        else:
            begun.pop()
    assert set(inside) == set(both.paths)
    assert set(both.paths.values()) <= {path for path, _ in term.walk()}


def within(path: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return len(path) > len(outer) and path[: len(outer)] == outer


def test_what_is_still_to_be_derived_is_written_as_asked() -> None:
    line = Partial(parse("x^2"), Symbol("x"))
    assert write(line, UNICODE) == "∂/∂x x²"
    assert write(line, UNICODE, "leibniz") == "∂/∂x x²"
    assert write(line, UNICODE, "prime") == "(x²)′ₓ"
    assert write(line, replace(UNICODE, derivative_style="prime")) == "∂/∂x x²"


def test_the_exponential_is_a_power_of_e_where_no_name_is_e() -> None:
    assert latex(parse("exp(x)")) == "e^{x}"
    assert latex(parse("exp(x) + e", constants=())) == r"\exp\left(x\right) + e"


def test_conditions_have_the_words_of_a_language() -> None:
    line = parse("piecewise((x, x > 0), (0, True))")
    assert text(line) == "{x if x > 0; 0 otherwise}"
    assert text(line, words=words_in("fr")) == "{x si x > 0; 0 sinon}"


def test_what_is_put_together_or_taken_out_is_one_thing() -> None:
    entry = mx.Entry(W, "j")
    assert text(Power(entry, TWO)) == "wⱼ²"
    assert latex(Power(entry, TWO)) == r"\mathbf{w}_{j}^{2}"
    assert text(mx.Transpose(mx.SideBySide((W, C)))) == "[w  c]ᵀ"
    assert latex(mx.Transpose(pair(M, B))) == r"\begin{pmatrix} m \\ b \end{pmatrix}^{\top}"
    assert text(mx.with_shapes(parse_matrices("A@w"))) == "A[p×p] w[p×1]"
    assert text(mx.with_shapes(parse_matrices("w*c"))) == "w[p×1] ⊙ c[p×1]"


def test_a_vector_by_its_entries_is_said_otherwise_than_one_entry() -> None:
    assert speech(mx.Vector(XI, "i", "N")) == "the vector of x sub i for every i"
    assert speech(mx.Entry(W, "j")) == "entry j of w"


def test_the_dimensions_of_a_space_are_numbers_and_names() -> None:
    assert "<mn>3</mn>" in mathml(mx.Space(3, 1))
    assert "<mi>p</mi>" in mathml(mx.Space("p", 1))
