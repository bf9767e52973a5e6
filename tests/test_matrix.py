"""Matrix form: gradients and Hessians by differentials, normal equations, shapes, and the bridge from Σ."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
import sympy
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import FormulaError, Notation, Problem, ShapeError, matrix_form
from symgd import terms as nt
from symgd.budget import Budget
from symgd.cli import main
from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.recorder import StepRecorder
from symgd.errors import CheckFailed, DerivationError
from symgd.matrix import bridge
from symgd.matrix.check import MatrixChecker
from symgd.matrix.derive import Rewriting
from symgd.matrix.form import FORMS, MatrixForm
from symgd.matrix.rules import DIFFERENTIALS
from symgd.matrix.tidy import TIDY_MATRICES
from symgd.parsing.matrices import USUAL, parse_matrices
from symgd.terms import Term
from symgd.terms import matrix as mx
from symgd.terms.matrix import Differential, matrix_product, matrix_sum, shape_of
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import text
from symgd.writing.steps import Rewritten, Rule

W = USUAL["w"]
KNOWN = {**USUAL, "dw": Differential(W, W)}

# Gradient, Hessian and solution, as a textbook prints them.
ROWS = [
    ("mse", "(2/N) Xᵀ (X w − y)", "(2/N) Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("half_mse", "(1/N) Xᵀ (X w − y)", "(1/N) Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("sse", "2 Xᵀ (X w − y)", "2 Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("ridge", "(2/N) Xᵀ (X w − y) + 2λ w", "(2/N) Xᵀ X + 2λ I", "(Xᵀ X + N λ I)⁻¹ Xᵀ y"),
    ("half_ridge", "(1/N) Xᵀ (X w − y) + λ w", "(1/N) Xᵀ X + λ I", "(Xᵀ X + N λ I)⁻¹ Xᵀ y"),
    ("logistic", "(1/N) Xᵀ (sigmoid(X w) − t)", "(1/N) Xᵀ diag(sigmoid(X w) ⊙ (𝟏 − sigmoid(X w))) X", None),
    ("quadratic", "(1/2) (Aᵀ + A) w − c", "(1/2) (Aᵀ + A)", "2(Aᵀ + A)⁻¹ c"),
    ("norm(w)^2", "2 w", "2 I", None),
    ("w.T@A@w", "(Aᵀ + A) w", "Aᵀ + A", None),
    ("w.T@w", "2 w", "2 I", None),
    ("-w.T@c + 3", "−c", "0", None),
    ("sum(abs(X@w - y))/N", "(1/N) Xᵀ sign(X w − y)", "0", None),
    ("sum(t*tanh(X@w))", "Xᵀ (t ⊙ (𝟏 − (tanh(X w) ⊙ tanh(X w))))", None, None),
    ("(X@w - y).T@(X@w - y)", "2 Xᵀ (X w − y)", "2 Xᵀ X", "(Xᵀ X)⁻¹ Xᵀ y"),
    ("c.T@inv(A)@w", "(A⁻¹)ᵀ c", "0", None),
    ("c.T@c", "0", "0", None),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "gradient", "hessian", "solution"), ROWS)
def test_results_are_as_a_textbook_prints_them(
    formula: str, gradient: str, hessian: str | None, solution: str | None
) -> None:
    form = matrix_form(formula)
    assert text(form.derived.last) == gradient
    assert form.derived.check.passed
    if hessian is not None:
        assert text(form.second.last) == hessian
    if solution is not None:
        assert form.solved is not None
        assert text(form.solved.solution) == solution
        assert form.solved.check.passed


def test_sympy_differentiates_matrices_to_the_same() -> None:
    X, w, y = (USUAL[name].value for name in "Xwy")
    N, p = sympy.symbols("N p")
    known = ((X * w - y).T * (X * w - y) / N).diff(w)
    ours = matrix_form("mse").gradient().result
    assert sympy.simplify(ours - known) == sympy.ZeroMatrix(p, 1)


@pytest.mark.parametrize("formula", [*FORMS, "sum(t*tanh(X@w))"])
def test_steps_follow_each_other_and_all_hold(formula: str) -> None:
    for chapter in matrix_form(formula).exposition.chapters:
        for chain in chapter.chains:
            line = chain.start
            for step in chain.steps:
                assert step.before == line
                assert step.check.passed
                assert step.before.replace(step.path, step.after.at(step.path)) == step.after
                line = step.after


OWN = [rule for rule in TIDY_MATRICES if rule.name not in {plain.name for plain in TIDY}]
OWN += [rule for rule in TIDY_MATRICES[:5] if rule not in OWN]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [(rule, *example) for rule in (*DIFFERENTIALS, *OWN) for example in rule.examples],
    ids=lambda v: getattr(v, "name", v),
)
def test_rule_examples(rule: Rule[Term], before: str, after: str) -> None:
    """Each rule does what its example says, and that is true."""
    line = parse_matrices(before, KNOWN)
    changed = next(
        line.replace(path, rewritten.after)
        for path, term in line.walk()
        if (rewritten := rule.rewrite(term)) is not None
    )
    expected = parse_matrices(after, KNOWN)
    assert MatrixChecker(("N", "p")).equal(changed, expected).passed
    assert MatrixChecker(("N", "p")).equal(line, expected).passed
    if rule in OWN and not rule.name.startswith("zero"):
        assert text(changed) == text(expected)


def _one_more(term: Term) -> Term:
    """A Term of the same shape that has another value."""
    rows, columns = shape_of(term)
    if (rows, columns) == mx.SCALAR:
        return matrix_sum((term, nt.number(1)))
    ones = matrix_product((mx.Ones(rows), mx.Transpose(mx.Ones(columns))))
    return matrix_sum((term, mx.Ones(rows) if columns == 1 else ones))


def recorder() -> StepRecorder:
    return StepRecorder(MatrixChecker(("N", "p")))


def _broken(rule: Rule[Term]) -> Rule[Term]:
    def rewrite(term: Term) -> Rewritten | None:
        right = rule.rewrite(term)
        return right and dataclasses.replace(right, after=_one_more(right.after))

    return dataclasses.replace(rule, rewrite=rewrite)


@pytest.mark.parametrize("rule", [r for r in DIFFERENTIALS if r.examples], ids=lambda r: r.name)
def test_a_broken_rule_is_caught(rule: Rule[Term]) -> None:
    rules = tuple(_broken(rule) if other is rule else other for other in DIFFERENTIALS)
    way = Rewriting(parse_matrices(rule.examples[0][0], KNOWN), nt.Symbol("w"), recorder())
    with pytest.raises(CheckFailed, match="is not true"):
        way.differentiate(rules)


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.name)
def test_a_broken_tidy_rule_is_caught(rule: Rule[Term]) -> None:
    way = Rewriting(parse_matrices(rule.examples[0][0], KNOWN), nt.Symbol("w"), recorder())
    with pytest.raises(CheckFailed, match="is not true"):
        way.tidy((_broken(rule),))


LINE = Problem("m*x + b")
LOGISTIC = Problem(
    "sigmoid(m*x + b)",
    "-(target*log(prediction) + (1 - target)*log(1 - prediction))",
    target="t",
)
BRIDGED = [
    ("_row", LINE),
    ("_difference", LINE),
    ("_squares", LINE),
    ("_column", LINE),
    ("in_logits", LOGISTIC),
    ("_each_entry", LOGISTIC),
    ("split_sum", LOGISTIC),
    ("_products", LOGISTIC),
    ("_entries", LOGISTIC),
]


@pytest.mark.parametrize(("method", "problem"), BRIDGED, ids=lambda v: str(v)[:20])
def test_a_broken_step_of_the_bridge_is_caught(
    method: str, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = next(o for o in (bridge.Bridge, bridge.Linear, bridge) if hasattr(o, method))
    right: Callable[..., Rewritten | None] = getattr(owner, method)

    def wrong(*arguments: object, **named: object) -> Rewritten | None:
        made = right(*arguments, **named)
        return made and dataclasses.replace(made, after=_one_more(made.after))

    monkeypatch.setattr(owner, method, wrong)
    with pytest.raises(CheckFailed):
        str(problem.matrix())


@pytest.mark.parametrize("helper", ["_divided", "negated", "_signed_product"])
def test_a_broken_equation_is_caught(helper: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from symgd.matrix import stationary

    right = getattr(stationary, helper)
    monkeypatch.setattr(stationary, helper, lambda *given: _one_more(right(*given)))
    with pytest.raises(CheckFailed, match="is not true"):
        _ = matrix_form("ridge").solved


def test_the_bridge_from_the_line() -> None:
    written = LINE.matrix().text()
    for line in (
        "J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²",
        "= (1/N) Σᵢ ((X w)ᵢ − yᵢ)²        [row times vector]",
        "= (1/N) Σᵢ (X w − y)ᵢ²           [entries of a sum]",
        "= (1/N) ((X w − y)ᵀ (X w − y))   [sum of squares]",
        "= (1/N) ‖X w − y‖²               [squared norm]",
        "X = [x  𝟏]",
        "w = (m, b)ᵀ",
        "X ∈ ℝ^(N×2)",
        "∂J/∂b = (2/N) Σᵢ (m xᵢ + b − yᵢ)",
        "= (2/N) (Xᵀ (X w − y))₂",
        "[stacked]",
        "The shapes were tried with N = 3.",
    ):
        assert line in written


PROBLEMS = [
    (LINE, "(1/N) ‖X w − y‖²", "(2/N) Xᵀ (X w − y)"),
    (Problem("sum(w[j]*x[j], j, p)"), "(1/N) ‖X w − y‖²", "(2/N) Xᵀ (X w − y)"),
    (Problem("a*x^2 + b*x + c", "half_mse", notation=Notation(residual="e")), "(1/(2N)) ‖e‖²", "(1/N) Xᵀ e"),
    (Problem("a*sin(x) + 2*b", "sse"), "‖X w − y‖²", "2 Xᵀ (X w − y)"),
    (Problem("m*(x - 1)/2 + b"), "(1/N) ‖X w − y‖²", "(2/N) Xᵀ (X w − y)"),
    (Problem("m*x"), "(1/N) ‖X w − y‖²", "(2/N) Xᵀ (X w − y)"),
    (Problem("Y = m*X + b", notation=Notation(cost="E", count="n", residual_sign="target - prediction")), "(1/n) ‖Y − Z w‖²", "−(2/n) Zᵀ (Y − Z w)"),
    (LOGISTIC, "(1/N) (𝟏ᵀ softplus(X w) − tᵀ X w)", "(1/N) Xᵀ (sigmoid(X w) − t)"),
    (Problem("m*x + b", "softplus(prediction) - target*prediction", target="t"), "(1/N) (𝟏ᵀ softplus(X w) − tᵀ X w)", "(1/N) Xᵀ (sigmoid(X w) − t)"),
    (Problem("m*x + b", penalty="ridge", penalized=["m", "b"]), "(1/N) ‖X w − y‖² + λ ‖w‖²", "(2/N) Xᵀ (X w − y) + 2λ w"),
    (Problem("sum(w[j]*x[j], j, p)", penalty="ridge"), "(1/N) ‖X w − y‖² + λ ‖w‖²", "(2/N) Xᵀ (X w − y) + 2λ w"),
    (Problem("m*x + b", "bce_logits", target="t"), "(1/N) (𝟏ᵀ softplus(X w) − tᵀ X w)", "(1/N) Xᵀ (sigmoid(X w) − t)"),
    (Problem("z = m*x + b; sigmoid(z)", "bce", target="t"), "(1/N) (𝟏ᵀ softplus(X w) − tᵀ X w)", "(1/N) Xᵀ (sigmoid(X w) − t)"),
    (Problem("h = m*x; h + b"), "(1/N) ‖X w − y‖²", "(2/N) Xᵀ (X w − y)"),
    (Problem("m*x + b", weights="w"), "(1/(𝟏ᵀ w)) (X θ − y)ᵀ W (X θ − y)", "(2/(𝟏ᵀ w)) Xᵀ W (X θ − y)"),
    (Problem("m*x + b", "half_mse", weights="c"), "(1/(2 𝟏ᵀ c)) (X w − y)ᵀ W (X w − y)", "(1/(𝟏ᵀ c)) Xᵀ W (X w − y)"),
    (Problem("W*x + b", "sse", weights="c"), "(X w − y)ᵀ V (X w − y)", "2 Xᵀ V (X w − y)"),
    (Problem("m*x + b", weights="q", penalty="ridge", penalized=["m", "b"]), "(1/(𝟏ᵀ q)) (X w − y)ᵀ W (X w − y) + λ ‖w‖²", "(2/(𝟏ᵀ q)) Xᵀ W (X w − y) + 2λ w"),
    (Problem("sum(w[j]*x[j], j, p)", weights="q"), "(1/(𝟏ᵀ q)) (X w − y)ᵀ W (X w − y)", "(2/(𝟏ᵀ q)) Xᵀ W (X w − y)"),
    (Problem("a*x^2 + b*x + c", weights="q", notation=Notation(residual_sign="target - prediction")), "(1/(𝟏ᵀ q)) (y − X w)ᵀ W (y − X w)", "−(2/(𝟏ᵀ q)) Xᵀ W (y − X w)"),
    (Problem("m*x + b*z", inputs=["x", "z"], weights="z"), "(1/(𝟏ᵀ z)) (X w − y)ᵀ W (X w − y)", "(2/(𝟏ᵀ z)) Xᵀ W (X w − y)"),
    (Problem("m*x + b", "abs(prediction - target)"), "(1/N) 𝟏ᵀ abs(X w − y)", "(1/N) Xᵀ sign(X w − y)"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "cost", "gradient"), PROBLEMS, ids=lambda v: str(v)[:40])
def test_problems_in_matrices(problem: Problem, cost: str, gradient: str) -> None:
    form = problem.matrix()
    assert text(form.cost) == cost
    assert text(form.derived.last) == gradient
    for name, partial in problem.derive().partials.items():
        row = (
            partial.variable.indices[0]
            if isinstance(partial.variable, nt.Indexed)
            else 1 + problem.parameters.index(name)
        )
        entry = (
            form.derived.last
            if len(problem.parameters) == 1 and isinstance(row, int)
            else mx.Entry(form.derived.last, row)
        )
        assert form.checker.equal(entry, partial.last).passed, name  # fmt: skip


def test_a_named_residual_is_a_vector() -> None:
    form = Problem("m*x + b", notation=Notation(residual="e")).matrix()
    written = form.text()
    for line in (
        "e = X w − y",
        "= (X w − y)ᵢ",
        "= (1/N) ‖e‖²",
        "= (2/N) Xᵀ e",
        "Xᵀ X w        = Xᵀ y",
    ):
        assert line in written
    assert form.hessian().result == LINE.matrix().hessian().result


@pytest.mark.parametrize(
    ("model", "options", "cause"),
    [
        ("a*exp(-b*x)", {}, "not linear in a"),
        ("m*x + b + 3", {}, "the part 3 without a parameter"),
        ("sum(w[j]*x[j], j, p) + b", {}, "not one sum over the entries"),
        ("m*x + b", {"loss": "(prediction - target)^4"}, "does not cover"),
        ("m*x + b", {"loss": "rmse"}, "does not cover"),
        ("m*x + b", {"loss": "huber"}, "does not cover"),
        ("m*x + b", {"penalty": "ridge"}, "does not cover"),
        ("m*x + b", {"loss": "log_cosh"}, "no form entry by entry"),
    ],
)
def test_what_has_no_matrix_form_is_refused(
    model: str, options: dict[str, str], cause: str
) -> None:
    with pytest.raises(DerivationError, match=cause):
        str(Problem(model, **options).matrix())


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("(w.T@w)^2", "no rule covers"),
        ("norm(w)^2*norm(w)^2", "does not end in dw"),
        ("sum(" + "exp(" * 25 + "w" + ")" * 26, "could not be checked"),
        ("sum(log(w))", "no form entry by entry"),
    ],
)
def test_what_has_no_rule_is_refused(formula: str, cause: str) -> None:
    with pytest.raises(DerivationError, match=cause) as error:
        matrix_form(formula).gradient()
    assert not isinstance(error.value, CheckFailed)


def test_a_gradient_that_is_not_linear_has_no_normal_equations() -> None:
    with pytest.raises(DerivationError, match="not linear in w"):
        matrix_form("logistic").stationary()


@pytest.mark.parametrize(
    ("formula", "shapes"),
    [
        ("norm(X.T@w)^2", ("p×N", "p×1")),
        ("norm(X@w - w)^2", ("N×1", "p×1")),
        ("w@w", ("p×1",)),
        ("norm(X)^2", ("N×p",)),
        ("sum(w*y)", ("p×1", "N×1")),
        ("w.T@inv(X)@w", ("N×p",)),
        ("X@w", ("N×1",)),
        ("w.T@diag(X)@w", ("N×p",)),
    ],
)
def test_shapes_that_do_not_fit_are_named(formula: str, shapes: tuple[str, ...]) -> None:
    with pytest.raises(ShapeError) as error:
        matrix_form(formula)
    assert all(shape in str(error.value) for shape in shapes)


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("norm(X@w", '")" is missing'),
        ("norm(X@w)", "only the square of a norm"),
        ("norm(q)^2", '"q" has no shape'),
        ("foo(w)", 'there is no function "foo"'),
        ("3@w.T@w", '"@" multiplies matrices'),
        ("1/w", "cannot divide by a matrix"),
        ("w.T@w/0", "divides by zero"),
        ("w^2", "a matrix has no power"),
        ("w.T@w)", 'unexpected ")"'),
        ("$", 'unexpected "$"'),
        ("", "the formula is empty"),
        ("2^9999999", "no usable value"),
        ("(" * 70 + "w", "nested too deeply"),
        ("-" * 70 + "w", "too many minus signs"),
        ("__import__", "expected a name"),
        ("w.T@w if 1 else 2", "unexpected"),
    ],
)  # fmt: skip
def test_formulas_that_cannot_be_read(formula: str, cause: str) -> None:
    with pytest.raises(FormulaError) as error:
        matrix_form(formula)
    assert cause in str(error.value)


def test_no_dimension_is_as_large_as_another() -> None:
    for sides in (("N", "p"), ("N", 3), ("N", "p", 2), ("N", 2, 3, 4), ("a", "b", "c", 3)):
        sizes = MatrixChecker(sides).unrolling.sizes.values()
        assert len({*sizes, *(s for s in sides if isinstance(s, int))}) == len(sides)


def test_checks_see_what_is_wrong() -> None:
    checker = MatrixChecker(("N", "p"))
    X = USUAL["X"]
    gram, outer = (matrix_product(pair) for pair in ((mx.Transpose(X), X), (X, mx.Transpose(X))))
    assert checker.equal(gram, outer).method == "shapes"
    assert not checker.equal(gram, outer).passed
    A = USUAL["A"]
    assert not checker.equal(A, mx.Transpose(A)).passed
    assert not checker.equal(
        matrix_product((A, USUAL["B"])), matrix_product((USUAL["B"], A))
    ).passed
    bound = checker.equal(gram, mx.Transpose(gram)).bound
    assert bound is not None
    assert bound < 1e-12


def _vector(scale: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    atoms = st.sampled_from(["X@w", "X@w - y", "X@A@w + t", "2*(X@w)", "X@(w - c)"])
    return atoms | st.tuples(st.sampled_from(["sigmoid", "tanh", "exp", "sin"]), atoms).map(
        lambda pair: f"{pair[0]}({pair[1]})"
    )


VECTORS = _vector(st.just(""))
COSTS = st.one_of(
    VECTORS.map(lambda u: f"norm({u})^2"),
    st.tuples(VECTORS, VECTORS).map(lambda pair: f"({pair[0]}).T@({pair[1]})"),
    VECTORS.map(lambda u: f"sum({u})/N"),
    VECTORS.map(lambda u: f"y.T@({u})"),
    st.sampled_from(["w.T@A@w", "lambda*norm(w - c)^2", "c.T@w/2", "(A@w).T@inv(B)@w"]),
)


@pytest.mark.parametrize("function", ["sigmoid", "tanh", "exp"])
def test_more_digits_are_taken_on_both_sides(function: str) -> None:
    """Differences that 30 digits leave are no evidence, unless SymPy's side has more digits as well."""
    assert matrix_form(f"norm({function}(X@A@w + t))^2").derived.check.passed


@settings(deadline=None, max_examples=12)
@given(st.lists(COSTS, min_size=1, max_size=3), st.sampled_from([" + ", " - "]))
def test_random_costs_are_derived_and_checked(costs: list[str], sign: str) -> None:
    form = matrix_form(sign.join(costs))
    assert form.derived.check.passed
    assert shape_of(form.derived.last) == ("p", 1)
    assert "d" not in text(form.derived.last).replace("sigmoid", "").replace("diag", "")


def test_shapes_beside_the_parts_of_each_line() -> None:
    gradient = matrix_form("mse").gradient()
    assert "= (2/N) Xᵀ[p×N] (X w − y)[N×1]" in gradient.text(shapes=True)
    assert "X.T[p x N]@(X@w - y)[N x 1]" in gradient.text(shapes=True, ascii=True)
    assert r"\underbrace{\mathbf{X}^{\top}}_{p \times N}" in gradient.latex(shapes=True)
    assert "<mo>⏟</mo>" in gradient.html(shapes=True)
    assert "underbrace(upright(bold(X))^(top), p times N)" in gradient.typst(shapes=True)
    assert "[" not in gradient.text().replace("   [", "")


@pytest.mark.parametrize(
    "source", [LINE.matrix(), matrix_form("logistic")], ids=["line", "logistic"]
)
def test_typst_with_shapes_compiles(source: MatrixForm, tmp_path: object) -> None:
    compiler = pytest.importorskip("typst", reason="the typst wheel comes with the pdf extra")
    written = source.typst(shapes=True, detail="full", language="fr")
    assert compiler.compile(written.encode()).startswith(b"%PDF")


def test_formats_of_one_line() -> None:
    line = parse_matrices("2*X.T@(X@w - y)")
    assert latex(line) == r"2 \mathbf{X}^{\top} \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)"
    assert text(line, ascii=True) == "2*X.T@(X@w - y)"
    assert speech(line) == "two times X transposed times the quantity X times w minus y"
    assert parse_matrices(text(line, ascii=True)) == line


def test_json_has_shapes_and_reads_back() -> None:
    record = json.loads(matrix_form("mse").gradient().json())
    last = record["chapters"][0]["chains"][-1]["last"]
    assert last["shape"] == "p×1"
    assert sympy.sympify(last["sympy"]) == matrix_form("mse").gradient().result
    assert record["chapters"][0]["chains"][0]["start"]["sympy"] is None


def test_the_command_line() -> None:
    run = CliRunner().invoke
    assert "logistic" in run(main, ["matrix", "--list"]).stdout
    assert "∇J = " in run(main, ["matrix", "ridge", "--part", "gradient"]).stdout
    done = run(main, ["matrix", "norm(D@v)^2", "--wrt", "v", "--shape", "D=Nxk", "--shape", "v=k"])
    assert "2 Dᵀ D v" in done.stdout
    assert "[N×1]" in run(main, ["derive", "m*x + b", "--matrix", "--shapes"]).stdout
    for wrong in (
        ["matrix", "X@w"],
        ["matrix", "norm(q)^2"],
        ["matrix", "mse", "--shape", "X"],
        ["matrix", "norm(D@w)^2", "--shape", "D=Nx"],
        ["derive", "a*exp(x)^b", "--matrix"],
        ["derive", "m*x + b", "--matrix", "--wrt", "m"],
    ):
        failed = run(main, wrong)
        assert failed.exit_code == 2, wrong
        assert "Traceback" not in failed.output


def test_the_budget_is_kept() -> None:
    cost = parse_matrices(FORMS["ridge"].formula, KNOWN)
    with pytest.raises(DerivationError, match="not finished after 3 steps"):
        _ = MatrixForm(cost, W, budget=Budget(steps=3)).derived
    with pytest.raises(DerivationError, match="not finished after"):
        _ = MatrixForm(cost, W, budget=Budget(seconds=0)).derived
