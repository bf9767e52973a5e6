"""Vectors and sums: derivatives by an entry w_k for any length p, and the indices that must not be mixed up."""

from __future__ import annotations

import dataclasses

import pytest
import sympy
from hypothesis import given, settings

import symgd
from symgd import Problem, differentiate
from symgd import terms as nt
from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.calculus.rules import RULES
from symgd.derivation.checking.check import check_equal
from symgd.derivation.checking.sympy_check import written_out
from symgd.derivation.engine import derive
from symgd.errors import CheckFailed, DerivationError, FormulaError, GenerationError, ProblemError
from symgd.parsing.formula import parse
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import tagged, typst
from symgd.writing.steps import Rewritten

from strategies import formulas

W_K = nt.Indexed("w", ("k",))

# A formula, what it is derived by, and the last line.
DERIVED = (
    ("sum(w[j]*x[j], j, p)", "w[k]", "xₖ"),
    ("sum(w[j]*x[j], j, p)", "x[k]", "wₖ"),
    ("sum(w_j*x_j, j, p)", "w_k", "xₖ"),
    ("sum(w[j]^2, j, p)", "w[k]", "2wₖ"),
    ("lambda*sum(w[j]^2, j, p)/2", "w[k]", "λ wₖ"),
    ("sum(w[j], j, 0, p)", "w[k]", "1"),
    ("sum(w[j]^2, j, 2, p) + sum(b[j], j, p)", "w[k]", "2wₖ"),
    ("sum(w[j]^2, j, 2, 5) + sum(b[j], j, 7, p)", "w[k]", "2wₖ"),
    ("sum(w[j]^2, j, 3, 3)", "w[k]", "2wₖ"),
    ("sum(j*w[j], j, p - 1)", "w[k]", "k"),
    ("sum(sum(w[j]*x[i], j, i), i, n)", "x[k]", "Σⱼ wⱼ"),
    ("sum(beta[j]*x[j], j, p)", "beta[k]", "xₖ"),
    ("sum(w[j]*x^j, j, 0, p)", "w[k]", "x^k"),
    ("sum(exp(w[j]), j, p)", "w[k]", "exp(wₖ)"),
    ("sum(w[j]*exp(w[j]), j, p)", "w[k]", "exp(wₖ) + wₖ exp(wₖ)"),
    ("exp(sum(w[j], j, p))", "w[k]", "exp(Σⱼ wⱼ)"),
    ("sum(w[j], j, p)^2", "w[k]", "2 Σⱼ wⱼ"),
    ("sum(w[j]*x[j] + w[j]^2 - b*w[j], j, p)", "w[k]", "xₖ + 2wₖ − b"),
    ("sum((w[j] - b[j])^2, j, p)", "w[k]", "2(wₖ − bₖ)"),
    ("sum(sum(w[j]*w[l], l, p), j, p)", "w[k]", "2 Σₗ wₗ"),
    (
        "sum(w[j]*x[j], j, p)^2 - sum(sum(w[j]*w[l], l, p), j, p)",
        "w[k]",
        "(2xₖ Σⱼ wⱼ xⱼ) − 2 Σₗ wₗ",
    ),
    ("sum(abs(w[j]), j, p)", "w[k]", "sign(wₖ)"),
    ("sum(max(0, w[j]), j, p)", "w[k]", "{1 if wₖ > 0; 0 otherwise}"),
    ("sum(w[j]^2 if w[j] > 0 else -w[j], j, p)", "w[k]", "{2wₖ if wₖ > 0; −1 otherwise}"),
    ("sum(w[j] if j > 2 else 0, j, p)", "w[k]", "{1 if k > 2; 0 otherwise}"),
    ("sum(w[j]^w[j], j, p)", "w[k]", "wₖ^wₖ (log(wₖ) + 1)"),
    ("sqrt(sum(w[j]^2, j, p))", "w[k]", "wₖ/√(Σⱼ wⱼ²)"),
    (
        "exp(z[c])/sum(exp(z[j]), j, C)",
        "z[k]",
        "((δ_ck exp(z_c) Σⱼ exp(zⱼ)) − exp(z_c) exp(zₖ))/(Σⱼ exp(zⱼ))²",
    ),
    ("sum(b*w[j], j, p)", "b", "Σⱼ wⱼ"),
    ("sum(b, j, p)", "b", "p"),
    ("sum(b, j, 0, p)", "b", "p + 1"),
    ("sum(b, j, 2, 5)", "b", "4"),
    # Double sums: the collapse goes through the other sum.
    ("sum(sum(a[i]*b[j], i, n), j, m)", "a[k]", "Σⱼ bⱼ"),
    ("sum(sum(a[i]*b[j], i, n), j, m)", "b[k]", "Σᵢ aᵢ"),
    ("sum(sum(A[i, j]^2, i, n), j, m)", "A[k, l]", "2Aₖₗ"),
    ("sum(sum(w[j]*A[j, l]*w[l], l, p), j, p)", "w[k]", "(Σₗ Aₖₗ wₗ) + Σⱼ Aⱼₖ wⱼ"),
    ("sum(sum((w[j] - w[l])^2, l, p), j, p)", "w[k]", "(2 Σₗ (wₖ − wₗ)) − 2 Σⱼ (wⱼ − wₖ)"),
    ("sum((sum(w[j]*x[i, j], j, p) - y[i])^2, i, N)", "w[k]", "2 Σᵢ xᵢₖ ((Σⱼ wⱼ xᵢⱼ) − yᵢ)"),
    # Softmax with cross entropy, for any number of classes.
    (
        "sum(log(sum(exp(z[i, c]), c, C)) - sum(t[i, c]*z[i, c], c, C), i, N)",
        "z[l, k]",
        "exp(zₗₖ)/(Σ_c exp(z_lc)) − tₗₖ",
    ),
    # A sum that counts by the letter of what is derived by: its own k is another k.
    ("sum(w[k]*x[k], k, p)", "w[k]", "xₖ"),
    ("sum(w[k], k, p)^3", "w[k]", "3(Σₖ wₖ)²"),
    ("sum(sum(w[k]*A[k, l], k, p)*w[l], l, p)", "w[k]", "(Σₗ Aₖₗ wₗ) + Σⱼ wⱼ Aⱼₖ"),
)


@pytest.mark.parametrize(("formula", "variable", "last"), DERIVED)
def test_the_last_line(formula: str, variable: str, last: str) -> None:
    derivation = differentiate(formula, variable)
    assert text(derivation.last) == last
    assert all(step.check.passed for step in derivation.steps)
    assert derivation.check.passed


def _unrolled(expression: sympy.Expr, sizes: dict[str, int]) -> sympy.Expr:
    return expression.subs({sympy.Symbol(name): size for name, size in sizes.items()}).doit()


def test_least_squares_for_any_number_of_inputs() -> None:
    problem = Problem("sum(w[j]*x[j], j, p) + b")
    assert problem.parameters == ("w", "b")
    assert problem.inputs == ("x",)
    gradient = problem.derive()
    assert text(gradient["w"].last) == "(2/N) Σᵢ xᵢₖ ((Σⱼ wⱼ xᵢⱼ) + b − yᵢ)"
    assert text(gradient["b"].last) == "(2/N) Σᵢ ((Σⱼ wⱼ xᵢⱼ) + b − yᵢ)"
    # Written out for three inputs it is what the model with three names gives.
    k = sympy.Symbol("k")
    three = Problem("w1*x1 + w2*x2 + w3*x3 + b").derive()
    sizes = {"p": 3, "N": 4}
    plain = {sympy.IndexedBase("w")[n]: sympy.Symbol(f"w{n}") for n in (1, 2, 3)}
    plain |= {
        sympy.IndexedBase("x")[i, n]: sympy.IndexedBase(f"x{n}")[i]
        for i in range(1, 5)
        for n in (1, 2, 3)
    }
    for entry in (1, 2, 3):
        ours = _unrolled(gradient["w"].result.subs(k, entry), sizes).xreplace(plain)
        theirs = _unrolled(three[f"w{entry}"].result, sizes)
        assert sympy.expand(ours - theirs) == 0


def test_the_lines_of_least_squares_at_each_detail() -> None:
    derivation = Problem("sum(w[j]*x[j], j, p)").derive("w")
    full, standard = derivation.text(detail="full"), derivation.text()
    assert "Σⱼ xᵢⱼ δⱼₖ" in full
    assert "index rule: " in full
    assert "collapse of the sum: " in full
    assert "δ" not in standard
    assert "[constant multiple rule, index rule, collapse of the sum, constant rule]" in standard
    assert "Derivative by wₖ, for each k from 1 to p" in standard


@pytest.mark.parametrize("loss", [name for name, loss in symgd.LOSSES.items() if not loss.several])
def test_every_loss_takes_a_vector(loss: str) -> None:
    gradient = Problem("sum(w[j]*x[j], j, p)", loss=loss).derive()
    assert gradient["w"].check.passed
    assert not any(isinstance(part, nt.Partial | nt.Delta) for _, part in gradient["w"].last.walk())


def test_logistic_and_ridge() -> None:
    logistic = Problem("1/(1 + exp(-sum(w[j]*x[j], j, p) - b))").derive()
    assert set(logistic) == {"w", "b"}
    assert logistic["w"].check.passed
    ridge = differentiate(
        "sum((sum(w[j]*x[i, j], j, p) - y[i])^2, i, N)/N + lambda*sum(w[j]^2, j, p)", "w[k]"
    )
    assert text(ridge.last) == "((2/N) Σᵢ xᵢₖ ((Σⱼ wⱼ xᵢⱼ) − yᵢ)) + 2λ wₖ"


def test_a_penalty_on_a_table_counts_by_two_indices() -> None:
    table = Problem("sum(sum(A[j, k]*x[j, k], j, p), k, q)", penalty="ridge")
    assert text(table.cost_term).endswith("λ Σⱼ Σₖ Aⱼₖ²")
    assert text(table.derive("A").last).endswith("2λ Aₗₘ")


def test_the_hessian_of_least_squares() -> None:
    hessian = Problem("sum(w[j]*x[j], j, p) + b").hessian()
    assert text(hessian["w", "w"].last) == "(2/N) Σᵢ xᵢₖ xᵢₗ"
    assert text(hessian["w", "b"].last) == "(2/N) Σᵢ xᵢₗ"
    assert all(check.passed for check in hessian.symmetry.values())


def test_a_problem_chooses_letters_that_are_free() -> None:
    problem = Problem("sum(w[i]*x[i], i, N)")
    assert problem.notation.index != "i"
    assert problem.notation.count != "N"
    assert text(problem.derive("w").left) == "∂J/∂wₗ"
    assert text(problem.derive("w").last) == "(2/n) Σₖ xₖₗ ((Σᵢ wᵢ xₖᵢ) − yₖ)"


def test_textbook_subscripts() -> None:
    assert Problem("sum(w_j*x_ij, j, p)").cost == Problem("sum(w[j]*x[j], j, p)").cost
    assert parse("sum(w_old*x_j, j, p)").names == {"w_old", "x", "p"}


def test_two_layers() -> None:
    problem = Problem("sum(v[h]*tanh(sum(W[h, j]*x[j], j, p)), h, m)")
    assert problem.parameters == ("v", "W")
    gradient = problem.derive()
    assert gradient["v"].check.passed
    assert gradient["W"].check.passed
    assert text(gradient["W"].left) == "∂J/∂Wₖₗ"


# ---------------------------------------------------------------------------------------------
# The checks


def _sum(body: str, index: str = "j", upper: str = "p") -> nt.Term:
    return parse(f"sum({body}, {index}, {upper})")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # A row for a column.
        (nt.Partial(_sum("w[j]*x[i, j]"), W_K), nt.Indexed("x", ("k", "i"))),
        # The sum for its entry.
        (nt.Partial(_sum("w[j]*x[j]"), W_K), nt.Indexed("x", ("i",))),
        (nt.Partial(_sum("w[j]*x[j]"), W_K), _sum("x[j]")),
        (nt.Partial(_sum("w[j]^2"), W_K), parse("2*w[j]")),
        # One count for the other.
        (_sum("b"), parse("N*b + 0*sum(a, i, N)")),
        (_sum("sum(x[i, j], j, p)", "i", "N"), _sum("sum(x[j, i], j, p)", "i", "N")),
        # A captured index: (Σ_j w_j)² is not Σ_j w_j².
        (parse("sum(w[j], j, p)^2"), _sum("w[j]^2")),
        # One term too many.
        (parse("sum(w[j], j, 0, p)"), _sum("w[j]")),
    ],
)
def test_mixed_up_indices_are_caught(left: nt.Term, right: nt.Term) -> None:
    assert not check_equal(left, right).passed


def test_a_delta_is_one_on_the_diagonal_alone() -> None:
    delta = nt.Delta(("j", "k"))
    collapsed = nt.BigSum(nt.Product((delta, nt.Indexed("f", ("j",)))), "j", nt.Symbol("p"))
    assert check_equal(collapsed, nt.Indexed("f", ("k",))).passed
    assert not check_equal(delta, nt.number(1)).passed
    assert not check_equal(delta, nt.number(0)).passed


def _collapsed_wrongly(term: nt.Term) -> Rewritten | None:
    """Σ_j δ_jk f_j = f_j: the index is not put in."""
    if isinstance(term, nt.BigSum) and isinstance(term.body, nt.Product):
        rest = tuple(f for f in term.body.factors if not isinstance(f, nt.Delta))
        if len(rest) < len(term.body.factors):
            return Rewritten(nt.product_of(rest))
    return None


def _one_everywhere(partial: nt.Partial) -> Rewritten | None:
    """∂w_j/∂w_k = 1: as if a vector were one number."""
    same = isinstance(partial.body, nt.Indexed) and partial.body.name == partial.variable.name
    return Rewritten(nt.number(1)) if same else None


def _no_renaming(partial: nt.Partial) -> Rewritten | None:
    """∂/∂w_k moves under a Σ that counts by k, which captures it."""
    if not isinstance(partial.body, nt.BigSum):
        return None
    inner = dataclasses.replace(partial, body=partial.body.body)
    return Rewritten(partial.body.rebuild((inner,)))


@pytest.mark.parametrize(
    ("broken", "wrong", "formula"),
    [
        ("collapse of the sum", _collapsed_wrongly, "sum(w[j]*x[j], j, p)"),
        ("index rule", _one_everywhere, "sum(w[j]*x[j], j, p)"),
        ("another index", _no_renaming, "sum(w[k]*x[k], k, p)"),
    ],
)
def test_a_broken_rule_is_caught(broken: str, wrong: object, formula: str) -> None:
    def replaced(rules: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(
            dataclasses.replace(rule, rewrite=wrong) if rule.name == broken else rule
            for rule in rules
        )

    body = parse(formula)
    with pytest.raises(CheckFailed, match="not true"):
        derive(body, body, W_K, rules=replaced(RULES), tidy=replaced(TIDY))


# ---------------------------------------------------------------------------------------------
# Notation


def test_an_index_is_not_captured() -> None:
    inner = _sum("w[j]*x[i, j]")
    renamed = inner.with_index("i", "j")
    assert text(renamed) == "Σₖ wₖ xⱼₖ"
    assert check_equal(renamed, inner.with_index("i", "l").with_index("l", "j")).passed
    assert inner.with_index("j", "k") is inner or inner.with_index("j", "k") == inner
    e = nt.Abbreviation("e", inner, ("i",))
    assert text(e.with_index("i", "l")) == "eₗ"
    assert e.with_index("i", "l").value.has(sympy.Symbol("l"))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("sum(w[j]*x[i, j], j, p)", (r"\sum_{j=1}^{p} w_{j} x_{ij}", "x_(i j)", "x_ij")),
        (
            "sum(v_1*w[j], j, 0, n - 1)",
            (r"\sum_{j=0}^{n - 1} v_{1} w_{j}", "j = 0", "sum(v_1*w_j, j, 0, n - 1)"),
        ),
        ("sum(beta[row, j], j, p)", (r"\beta_{row,j}", "β_", "beta_row,j")),
    ],
)
def test_written_in_every_format(formula: str, shown: tuple[str, str, str]) -> None:
    term = parse(formula)
    assert shown[0] in latex(term).replace(r"\mathrm{row}", "row")
    assert shown[1] in typst(term)
    assert shown[2] in text(term, ascii=True)
    assert "<munderover>" in mathml(term)
    assert tagged(term).paths


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("sum(w[j], j, p)", "Σⱼ wⱼ"),
        ("sum(w[j], j, 0, p)", "Σⱼ₌₀^p wⱼ"),
        ("sum(w[j], j, p - 1)", "Σⱼ₌₁^(p − 1) wⱼ"),
        ("sum(w[j], j, 2, 5)", "Σⱼ₌₂^5 wⱼ"),
    ],
)
def test_text_says_bounds_that_are_not_usual(formula: str, shown: str) -> None:
    term = parse(formula)
    assert text(term) == shown
    if "₌" in shown:
        assert parse(text(term, ascii=True)) == term


def test_delta_in_every_format() -> None:
    delta = nt.Delta(("j", "k"))
    written = (latex(delta), typst(delta), text(delta), text(delta, ascii=True))
    assert written == (r"\delta_{jk}", "δ_(j k)", "δⱼₖ", "delta_jk")


def test_every_document() -> None:
    gradient = Problem("sum(w[j]*x[j], j, p) + b").derive()
    for detail in ("brief", "standard", "full"):
        assert gradient.latex(detail=detail, document=True)
        assert gradient.typst(detail=detail)
        assert gradient.html(detail=detail)
        assert gradient.markdown(detail=detail)
    assert '"KroneckerDelta' in gradient.json() or "KroneckerDelta" in gradient.json()


# ---------------------------------------------------------------------------------------------
# What is refused


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("sum(w[j]*x[j])", '"sum" has 1 in its parentheses'),
        ("sum(w[j], 2, p)", "an index is a letter"),
        ("w[j + 1]", "an index is a letter"),
        ("sum(w[j], j, p*q)", "a sum counts to a name or a whole number"),
        ("sum(w[j], j, 1.5)", "a sum counts to a name or a whole number"),
        ("sum(w[j], j, 1000000)", "1000000 terms"),
        ("sum(w[j], j, 5, 2)", "0 terms"),
        ("sum(w[j]*w, j, p)", '"w" is a vector in one place and a number in another'),
        ("sum(w[j], j, p) + w_1", '"w_1" looks like an entry of the vector "w"'),
        ("sum(w[j] + w[i, j], j, p)", '"w" has 1 indices in one place and 2 in another'),
        ("sum(w[j], j, p) + sum(w[j], j, q)", "runs over different numbers"),
        ("j*sum(w[j], j, p)", '"j" is the index of a sum, and stands outside it as well'),
        ("sum(sum(w[j], j, p), j, p)", 'a sum over "j" stands inside a sum over "j"'),
        ("sum(j[j], j, p)", '"j" is the index of a sum and a name of another kind'),
    ],
)
def test_formulas_that_mean_two_things(formula: str, cause: str) -> None:
    with pytest.raises(FormulaError) as failure:
        parse(formula)
    assert cause in str(failure.value)
    assert failure.value.remedy


@pytest.mark.parametrize(
    ("variable", "cause"),
    [
        ("w", '"w" is a vector'),
        ("p", '"p" says how many terms a sum has'),
        ("w[k, l]", '"w" has not 2 indices'),
        ("v[k]", '"v" has not 1 indices'),
    ],
)
def test_names_that_cannot_be_derived_by(variable: str, cause: str) -> None:
    with pytest.raises(FormulaError) as failure:
        differentiate("sum(w[j]^2, j, p)", variable)
    assert cause in str(failure.value)
    assert failure.value.remedy


def test_models_with_an_index_too_many() -> None:
    with pytest.raises(ProblemError, match='counts by the index "l"'):
        Problem("sum(w[j]*x[j, l], j, p)")
    with pytest.raises(ProblemError, match='counts by the index "i"'):
        Problem("sum(w[i, j]*x[j], j, p)")
    with pytest.raises(ProblemError, match="is a name in the formula and the notation's"):
        Problem("sum(w[n]*x[n], n, p)", notation=symgd.Notation(index="n"))


def test_the_stationary_point_of_a_vector_is_not_guessed() -> None:
    with pytest.raises(DerivationError, match="not solved for vectors"):
        Problem("sum(w[j]*x[j], j, p)").stationary()


def test_no_wrong_code_for_vectors() -> None:
    problem = Problem("sum(w[j]*x[j], j, p)")
    cause = r'"w" and "x" are vectors; .*written_out\(p=2\)'
    with pytest.raises(GenerationError, match=cause):
        problem.source()
    with pytest.raises(GenerationError, match=cause):
        problem.descend([1, 2], [3, 4])


@pytest.mark.parametrize("model", ["x*sum(a^j, j, 3)", "sum(a*j, j, 3)*x + b", "x*sum(sum(a^i*j, j, i), i, 3)"])  # fmt: skip
def test_sums_to_a_number_have_code_when_they_are_written_out(model: str) -> None:
    problem, settings = Problem(model), {"learning_rate": 1e-3, "max_iter": 5}
    for asked in (problem.source, lambda: problem.descend([1, 2], [3, 4], **settings)):
        with pytest.raises(GenerationError, match=r"sums over indices, .*written_out\(\)"):
            asked()
    assert problem.written_out().descend([1, 2], [3, 4], **settings).cost < 12.5


# ---------------------------------------------------------------------------------------------
# Sums written out


@pytest.mark.parametrize(
    ("model", "lengths", "written"),
    [
        ("sum(w[j]*x[j], j, p) + b", {"p": 2}, "w_1*x_1 + w_2*x_2 + b"),
        ("sum(w_j*x_ij, j, p)", {"p": 1}, "w_1*x_1"),
        ("sum(w[j]*x^j, j, 0, p)", {"p": 2}, "w_0 + w_1*x + w_2*x^2"),
        ("sum(w[j]*x[j], j, p - 1)/p", {"p": 3}, "(w_1*x_1 + w_2*x_2)/3"),
        ("sum(sum(W[j, l]*x[l], l, j), j, p)", {"p": 2}, "W_1_1*x_1 + W_2_1*x_1 + W_2_2*x_2"),
        ("b - sum(j*w[j]*x[j], j, p)", {"p": 2}, "b - (w_1*x_1 + 2*w_2*x_2)"),
        ("m*x + b", {}, "m*x + b"),
    ],
)
def test_sums_written_out(model: str, lengths: dict[str, int], written: str) -> None:
    problem = Problem(model).written_out(**lengths)
    assert problem.model == written
    # The cost is that of the vectors, entry by entry.
    sizes = {**lengths, "N": 2}
    entries: dict[sympy.Expr, sympy.Expr] = {}
    unrolled = written_out(
        Problem(model).cost.subs({sympy.Symbol(n): size for n, size in sizes.items()})
    )
    for entry in unrolled.atoms(sympy.Indexed):
        name, places = str(entry.base), [str(place) for place in entry.indices]
        if name in (*Problem(model).inputs, "y"):
            row, *below = places
            entries[entry] = sympy.IndexedBase("_".join((name, *below)))[int(row)]
        else:
            entries[entry] = sympy.Symbol("_".join((name, *places)))
    own = written_out(problem.cost.subs(sympy.Symbol("N"), 2))
    assert sympy.expand(unrolled.xreplace(entries) - own) == 0


def test_what_is_written_out_descends() -> None:
    plane = Problem("sum(w[j]*x[j], j, p) + b").written_out(p=2)
    run = plane.descend([0, 1, 2, 3], [1, 0, 2, 1], [4, 3, 11, 10])
    assert run.parameters == pytest.approx({"w_1": 2, "w_2": 3, "b": 1}, abs=1e-6)
    assert "w_1" in plane.source()


@pytest.mark.parametrize(
    ("model", "lengths", "cause"),
    [
        ("sum(w[j]*x[j], j, p)", {}, '"p" has no length'),
        ("sum(w[j]*x[j], j, p)", {"q": 2}, 'counts to "q"'),
        ("sum(w[j]*x[j], j, p)", {"p": 0}, "the length p is 0"),
        ("sum(w[j]*x[j], j, p)", {"p": 2.5}, "the length p is 2.5"),
        ("sum(w[j]*x[j], j, p)", {"p": 51}, "too long"),
        ("sum(sum(v_1[j]*v[i, j]*x[j], i, p), j, p)", {"p": 2}, 'called "v_1_'),
    ],
)
def test_lengths_that_do_not_fit(model: str, lengths: dict[str, int], cause: str) -> None:
    with pytest.raises(ProblemError) as failure:
        Problem(model, notation=symgd.Notation(index="n")).written_out(**lengths)
    assert cause in str(failure.value)
    assert failure.value.remedy


# ---------------------------------------------------------------------------------------------
# Random sums


def _over_entries(body: nt.Term, index: str = "j") -> nt.Term:
    """`body` with entries of w and v for a and b, and one of a table for c."""
    entries = {
        nt.Symbol("a"): nt.Indexed("w", (index,)),
        nt.Symbol("b"): nt.Indexed("v", (index,)),
        nt.Symbol("c"): nt.Indexed("x", ("i", index)),
    }
    return body.substitute(entries)


@given(formulas(leaves=5), formulas(rational=True, leaves=4))
@settings(max_examples=15, deadline=None)
def test_random_sums_are_derived_to_the_end(inner: nt.Term, outer: nt.Term) -> None:
    """Σ_j f_j, and Σ_i of a formula around it: every step is checked as it is made, and no δ is left."""
    total = nt.BigSum(_over_entries(inner), "j", nt.Symbol("p"))
    around = nt.BigSum(outer.substitute({nt.Symbol("x"): total}), "i", nt.Symbol("N"))
    for body in (total, around):
        derivation = derive(body, body, W_K)
        assert derivation.check.passed
        assert not any(isinstance(t, nt.Partial | nt.Delta) for _, t in derivation.last.walk())


@given(formulas(rational=True, leaves=4))
@settings(max_examples=15, deadline=None)
def test_random_double_sums(body: nt.Term) -> None:
    """Both indices have entries of w: each gives its own δ."""
    both = {nt.Symbol("b"): nt.Indexed("w", ("l",)), nt.Symbol("c"): nt.Indexed("A", ("j", "l"))}
    inner = nt.BigSum(
        body.substitute({**both, nt.Symbol("a"): nt.Indexed("w", ("j",))}), "l", nt.Symbol("p")
    )
    double = nt.BigSum(inner, "j", nt.Symbol("p"))
    derivation = derive(double, double, W_K)
    assert derivation.check.passed
    assert not any(isinstance(t, nt.Partial | nt.Delta) for _, t in derivation.last.walk())


def test_what_columns_are_called_is_kept_when_sums_are_written_out() -> None:
    problem = Problem("sum(w[j]*x[j], j, p) + b", labels={"x": "height", "y": "sales"})
    assert problem.written_out(p=2).labels == {"x_1": "height_1", "x_2": "height_2", "y": "sales"}
    assert problem.written(count="n").labels == problem.labels


@pytest.mark.parametrize(
    ("name", "as_text", "as_latex"),
    [
        ("slope_of_the_line", "slope_of_the_line", r"\mathrm{slope\_of\_the\_line}"),
        ("pente_de_la_bar", "pente_de_la\u0304", r"\bar{\mathrm{pente\_de\_la}}"),
        ("T_max", "Tₘₐₓ", r"T_{\mathrm{max}}"),
        ("k_cat_obs", "k_cat_obs", r"k_{\mathrm{cat},\mathrm{obs}}"),
        ("theta_1_2", "θ₁₂", r"\theta_{1 2}"),
        ("TV_spend", "TV_spend", r"\mathrm{TV}_{\mathrm{spend}}"),
    ],
)
def test_names_of_several_words_are_written_as_they_stand(
    name: str, as_text: str, as_latex: str
) -> None:
    term = parse(name)
    assert text(term) == as_text
    assert latex(term) == as_latex
