"""The marker: a right line is never called wrong, a wrong one never right, and what is not understood is refused."""

from __future__ import annotations

import json
import time
from functools import cache

import pytest
from click.testing import CliRunner
from grids import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.api.exercise import Exercise
from symgd.cli import main
from symgd.errors import FormulaError, SymgdError
from symgd.writing.formulas.text import text
from symgd.writing.together import run_together

LINE = "m*x + b"
VECTOR = "sum(w[j]*x[j], j, p)"
TURNED = "target - prediction"


@cache
def exercise(
    formula: str, loss: str = "mse", residual_sign: str = "prediction - target"
) -> Exercise:
    """A formula by x after a slash, "/ x^2", else a model."""
    if formula.startswith("/ "):
        return Exercise.of_formula(formula[2:], "x")
    problem = Problem(formula, loss=loss).written(residual_sign=residual_sign)
    return Exercise.of_problem(problem)


# Indices

letters = st.permutations("abcdghijklmnqrstuvz").map(lambda found: found[:3])
FORMS = (
    "dJ/dw_{k} = 2/N Σ_{i} (yhat_{i} - y_{i}) x_{i}{k}",
    "dJ/dw_{{{k}}} = 2/N sum_{i} (Σ_{j} w_{j} x_{i}{j} - y_{i}) x_{{{i}{k}}}",
    "∂J/∂w_{k} = -2/N Σ_{{{i}=1}}^{{N}} (y_{i} - Σ_{{{j}=1}}^{{p}} w_{j} x_{{{i},{j}}}) x[{i},{k}]",
    "dJ/dw_{k} = 2/N Σ_{i} (Σ_{k} w_{k} x_{i}{k} - y_{i}) x_{i}{k}",
    "dJ/dw_{k} = 1/N Σ_{i} d/dw_{k} (Σ_{k} w_{k} x_{i}{k} - y_{i})^2\n = 2/N Σ_{i} (yhat_{i} - y_{i}) x_{k}^{{({i})}}",
    r"\frac{{\partial J}}{{\partial w_{k}}} = \frac{{2}}{{N}} \sum_{{{i}=1}}^N (\hat{{y}}_{i} - y_{i}) x^{{({i})}}_{k}",
    "w_{k} := w_{k} - alpha 2/N Σ_{i} (yhat_{i} - y_{i}) x_{i}{k}",
    "e_{i} = Σ_{j} w_{j} x_{i}{j} - y_{i}\ndJ/dw_{k} = 2/N Σ_{i} e_{i} x_{i}{k}",
)  # fmt: skip


@given(letters, st.sampled_from(FORMS))
@settings(max_examples=examples(12, 60), deadline=None)
def test_any_letters_do_for_indices(found: list[str], form: str) -> None:
    i, j, k = found
    right = form.format(i=i, j=j, k=k)
    assert exercise(VECTOR).check(right).kind == "right", right


@given(letters, st.sampled_from(FORMS), st.sampled_from(("sign", "entry", "count")))
@settings(max_examples=examples(6, 30), deadline=None)
def test_no_letters_make_a_wrong_line_right(found: list[str], form: str, slip: str) -> None:
    i, j, k = found
    *before, last = form.format(i=i, j=j, k=k).splitlines()
    left, _, right = last.partition("= ")
    wrong = {
        "sign": f"-({right})",
        "entry": f"{right} + w_{k}",
        "count": f"2 ({right})",
    }[slip]
    lines = "\n".join((*before, f"{left}= {wrong}"))
    assert exercise(VECTOR).check(lines).kind == "wrong", lines


def test_a_sum_goes_to_what_its_index_counts() -> None:
    for wrong in ("Σ_{i=1}^p (yhat_i - y_i) x_ij", "Σ_i (Σ_{k=1}^N w_k x_ik - y_i) x_ij"):
        with pytest.raises(FormulaError, match="it counts to"):
            exercise(VECTOR).check(f"dJ/dw_j = 2/N {wrong}")
    with pytest.raises(
        FormulaError, match='"i" counts to N and to p here|"i" counts to p and to N'
    ):
        exercise(VECTOR).check("dJ/dw_j = 2/N Σ_i (w_i x_ii - y_i) x_ij")
    with pytest.raises(FormulaError, match="expected one of w_"):
        exercise(VECTOR).check("dJ/dw = 2/N Σ_i e_i")


def test_hints_keep_the_letters() -> None:
    hint = exercise(VECTOR).hint("dJ/dw_l = d/dw_l (1/N Σ_i (yhat_i - y_i)^2)", strength=3)
    assert "∂J/∂wₗ" in hint.text()
    assert hint.next is not None
    assert exercise(VECTOR).check(f"dJ/dw_l = {text(hint.next)}").line is None


# What people write, and what is read of it: right, wrong, or the words and the place of the refusal.

READ = (
    (LINE, r"\frac{\partial J(m, b)}{\partial m} = \frac{2}{N}\sum_i x_i\left[(m x_i + b) - y_i\right]"),
    (LINE, r"\frac{\mathrm{d}J}{\mathrm{d}m} = \frac2N \sum_i (mx_i+b-y_i)x_i"),
    (LINE, r"\frac{\partial\mathrm{MSE}}{\partial m} = \frac{2}{N} \sum (\hat y_i - y_i) x_i"),
    (LINE, r"\frac{dJ}{db} = -\frac{2}{N}\sum_{i=1}^{n}\bigl(y_i - (m x_i + b)\bigr)"),
    (LINE, r"\nabla_m J = \frac{2}{N} \sum (m x_i + b - y_i) x_i"),
    (LINE, r"\frac{\partial J}{\partial m} = \underbrace{\frac{2}{N}}_{\text{constant}} \sum (m x_i + b - y_i) x_i"),
    (LINE, r"\frac{\partial J}{\partial m} \underset{\text{chain rule}}{=} \frac{2}{N} \sum e_i x_i \tag{1}"),
    (LINE, r"\frac{\partial J}{\partial m} &= \frac{2}{N} \sum e_i x_i && \text{(chain rule)}"),
    (LINE, r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum e_i x_i \text{ by the chain rule}"),
    (LINE, r"dJ/dm = 2/N \sum e_i x_i \\ dJ/db = 2/N \sum e_i"),
    (LINE, r"m \leftarrow m - \alpha \frac{\partial J}{\partial m}"),
    (LINE, "∂J/∂m = (2⁄N) ∑ᵢ (𝑚𝑥ᵢ + 𝑏 − 𝑦ᵢ)𝑥ᵢ"),
    (LINE, "dJ/dm = 2/N  [m Σ x_i^2 + b Σ x_i - Σ x_i y_i]"),
    (LINE, "dJ/dm = 2/N sum x_i (mxi + b - yi)"),
    (LINE, "dJ/dm = 2/N (sum x e)"),
    (LINE, "dJ/dm = 1 / 2 N Σ 4 x_i (m x_i + b - y_i)"),
    (LINE, "dJ/dm = 1/2N sum 4 x_i (m x_i + b - y_i)"),
    (LINE, "y = mx + b\ndJ/dm = 2/N Σ (mx + b - y) x"),
    (LINE, "d/dm 1/N Σ (m x_i + b - y_i)^2 = 2/N Σ e_i x_i"),
    (LINE, "- dJ/dm = 2/N Σ e_i x_i\n- dJ/db = 2/N Σ e_i"),
    ("/ x^2", r"f^{\prime}(x) = 2x"),
    ("/ x^2", r"f^\prime(x) = 2x"),
    ("/ x^2", "D_x f = 2x"),
    (LINE, "∂J/∂m = ∂J/∂ŷ ∂ŷ/∂m\n = 2/N Σ e_i x_i"),
    (LINE, "∇J(b, m) = [2/N Σ e_i, 2/N Σ e_i x_i]"),
    (LINE, r"\nabla J = \begin{bmatrix} \frac{2}{N}\sum e_i x_i \\ \frac{2}{N} \sum e_i \end{bmatrix}"),
    (LINE, r"m_{new} = m - \alpha \frac{\partial J}{\partial m}"),
    (LINE, r"m_{t+1} = m_t - \eta \frac{\partial J}{\partial m}"),
    (LINE, "let theta_1 = m\nlet theta_0 = b\ndJ/dtheta_1 = 2/N Σ (theta_0 + theta_1 x_i - y_i) x_i"),
    (LINE, "dJ/dm = 2/m sum_{i=1}^m (m x_i + b - y_i) x_i"),
    (LINE, "dJ/dm = 2/N (mΣx^2 + bΣx - Σxy)"),
    (LINE, r"\frac{\partial J}{\partial m} = \frac{2}{N} \sum_i e_i x_i \quad \forall i"),
    (LINE, "- dJ/dm = 2/N Σ e_i x_i"),
    (LINE, "D_m = (-2/n) * sum(x * (y - y_pred))\nm = m - L * D_m"),
    (LINE, "dm = 2 * np.mean((m*x + b - y) * x)"),
    (LINE, "$$\n\\begin{aligned}\n\\frac{\\partial J}{\\partial b} &= \\frac{2}{N}\\sum_{i} e_i\n\\end{aligned}\n$$"),
    ("/ x^2", "f^{(1)}(x) = 2x"),
    ("/ x^2", "g(x) = x^2; g'(x) = 2x; f'(x) = g'(x)"),
    ("/ sin(2*x)", "f' = 2cos2x"),
    ("/ log(x)^2", "f' = 2lnx/x"),
    ("/ sin(x)/x", r"f'(x) = \frac{x\cos x - \sin x}{x^2}"),
    ("/ |x|", "f'(x) = 1 if x > 0 else -1"),
    ("/ |x|", "f'(x) = \\begin{cases}\n1, & \\text{if } x > 0 \\\\\n-1 & \\text{otherwise}.\n\\end{cases}"),
    ("/ log(x, 2)", r"f'(x) = \frac{1}{x \ln 2}"),
    ("/ x^2 + 3*x", "d/dx x^2 + 3x = 2x + 3"),
    ("/ x*exp(x)", "f' = e^x + xe^x"),
    ("/ exp(-x/2)", "f' = -1/2 e^-x/2"),
    ("/ sin(x)*x", "f' = cos x x + sin x"),
    ("/ sin(2*x)*y", "f' = 2 cos 2x y"),
    ("/ sin(x)^2", "f' = 2 sin x cos x"),
    ("/ log(x)^2", "f' = 2 ln x/x"),
    ("/ sqrt(2*x)", "f' = 1/√2x"),
    ("/ x^(1/2)", "f' = 1/2 x^-1/2"),
    ("/ x^(1/3)", r"f' = \frac{1}{3\sqrt[3]{x^2}}"),
    ("/ 1/(2*x)", "f' = -1/2x^2"),
    ("/ x^2*y", "f' = 2x^1y"),
    ("/ x^x", "ln y = x ln x\ny'/y = ln x + 1\ny' = y(ln x + 1)"),
    ("/ sqrt(x)", "y^2 = x\n2 y y' = 1\ny' = 1/(2y)"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "lines"), READ)
def test_what_people_write_is_read(formula: str, lines: str) -> None:
    verdict = exercise(formula).check(lines)
    assert verdict.kind == "right", verdict.text()


REFUSED = (
    (LINE, r"dJ/dm = \frac{2}{N} \sum_i \foo", "column 28", r'"\foo" is not read'),
    (LINE, "dJ/dm = 2/N Σ e_i x_i for i = m x_i + b", "column 23", '"for" is not a name'),
    (LINE, "dJ/dm = 2/N (e_1 x_1 + ... + e_N x_N)", "column 24", "dots do not say what goes on"),
    ("/ x^2", "f'(2) = 4", "column 2", "a derivative at one place is not marked"),
    (LINE, r"dJ/dm = 2\,\mathbb{E}[(m x + b - y) x]", "column 12", r'"\mathbb" is not read'),
    (LINE, "dJ/dm = 2 E[(m x + b - y) x]", "column 11", "what E is taken of is not read"),
    (LINE, "E[(y - yhat)^2] = 1", "column 1", "what E is taken of"),
    (LINE, r"dJ/dm = \frac{2}{N} \sum \text{sign of } e_i x_i", "column", r'"\text" is not read'),
    (LINE, r"dJ/dm = \foo e_i", "column 9", r'"\foo" is not read'),
    (LINE, r"dJ/dm = 2/N \sum \vec{x} e", "column", r'"\vec" is not read'),
    (LINE, "dJ/dm = 2/N x // 2", "column", 'unexpected "/"'),
    (LINE, "dJ/dm = 50% x", "column 11", 'unexpected "%"'),
    (LINE, "gradient J = 2/N Σ e_i x_i", "column 14", "this gradient has not the entries by m, b"),
    (LINE, "dJ/dm = 1 000", "column 11", "two numbers stand side by side"),
    (LINE, "dJ/dm = 1.000.000", "column 14", "two numbers stand side by side"),
    (LINE, "y = m x\ndJ/dm = 2/N Σ e_i x_i", "line 1", "no derivative, no cost and no new name"),
    (LINE, "J' = 2/N Σ e_i x_i", "column 2", "a prime does not say"),
    (LINE, "J'' = 2/N Σ x_i", "column 2", "a prime does not say"),
    ("/ sqrt(x)", "y^3 = x", "line 1", "no derivative, no cost"),
    ("/ x^2", "x^2 = 4", "line 1", "no derivative, no cost"),
    ("/ x^2", "f'(x) = (f(x+h) - f(x))/h", "column 10", "f of anything but its variable"),
    ("/ x^2", "g(x) = x^2\nf' = g(2x)", "line 2, column 6", "g of anything but its variable"),
    ("/ x/2", "u = 1/2x\nf' = u", "line 1", "can be read in several ways"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "lines", "place", "words"), REFUSED)
def test_what_is_not_understood_is_refused_with_its_place(
    formula: str, lines: str, place: str, words: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        exercise(formula).check(lines)
    assert place in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i^2) x_i"),
        (LINE, "dJ/dm = 2/N Σ e_i x_i + b"),
        ("/ x^2/2", "f' = x^2/2"),
        ("/ x^3", "f' = 3x"),
        ("/ sin(2*x)", "f' = cos 2x"),
        ("/ 1/(2*x)", "f' = -1/2x"),
    ],
)
def test_what_is_wrong_in_every_reading_is_wrong(formula: str, lines: str) -> None:
    assert exercise(formula).check(lines).kind == "wrong"


def test_a_function_in_text_is_understood() -> None:
    lines = r"dJ/dm = 1/N \sum \text{sign}(m x_i + b - y_i) x_i"
    assert exercise(LINE, loss="mae").check(lines).kind == "right"


# A step uphill, in both notations of the residual

UPHILL = (
    "m := m + alpha 2/N Σ x_i (m x_i + b - y_i)",
    "m := m - alpha 2/N Σ x_i (y_i - m x_i - b)",
    "m := m + alpha dJ/dm",
    "b := b + 0.1 dJ/db",
)


@pytest.mark.parametrize("residual_sign", ["prediction - target", TURNED])
@pytest.mark.parametrize("lines", UPHILL)
def test_a_step_uphill_is_called_so(lines: str, residual_sign: str) -> None:
    verdict = exercise(LINE, residual_sign=residual_sign).check(lines)
    assert [found.misconception.key for found in verdict.diagnoses] == ["uphill"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (r"\frac{\partial J}{\partial a} = -\frac{2}{N} \sum_i (y_i - a e^{-b x_i}) e^{-b x_i}", "right"),
        ("dJ/da = -2/N sum e_i e^(-b x_i)", "right"),
        ("dJ/da = -2/N sum e_i exp(-b x_i)", "right"),
        ("dJ/da = 2/N sum e_i e^(-b x_i)", "wrong"),
        ("J = 1/N sum e_i^2", "unfinished"),
        ("J = 1/N sum e^2", "unfinished"),
    ],
)  # fmt: skip
def test_e_to_a_power_is_exp_where_the_residual_is_called_e(line: str, kind: str) -> None:
    problem = Problem("a*exp(-b*x)").written(residual="e", residual_sign="target - prediction")
    assert Exercise.of_problem(problem).check(line).kind == kind


# Sizes

SQUARES = "a0 = x + 1\n" + "\n".join(f"a{n} = a{n - 1}*a{n - 1}" for n in range(1, 24))
TOO_LONG = (
    SQUARES + "\nf' = a23",
    SQUARES.replace("*", "^2 + ") + "\nf' = a23",
    "a0 = x + 1\n" + "\n".join(f"a{n} = a{n - 1}^2" for n in range(1, 24)) + "\nf' = a23",
    "a0 = x + 1\n" + "\n".join(f"a{n} = sin(a{n - 1})*a{n - 1}" for n in range(1, 24)) + "\nf' = a23",
)  # fmt: skip


@pytest.mark.parametrize("lines", TOO_LONG)
def test_lines_that_double_are_refused_at_once(lines: str) -> None:
    for act in (exercise("/ x^2").check, exercise("/ x^2").hint):
        began = time.process_time()
        with pytest.raises(FormulaError, match="this attempt is too long to be marked"):
            act(lines)
        assert time.process_time() - began < 5


LONG = 100_000


@pytest.mark.parametrize(
    "lines",
    [
        "dJ/dm = " + "m" * LONG,
        "m" * LONG + " = 3",
        "(" * LONG,
        "dJ/dm = 1\n" * 10_000,
        *(f"dJ/dm = {(sign * 3900)[:3900]}" for sign in ("m", "√", "x^", "sin ", "d/dm ", "(", "|", "-", r"\frac{", "xi")),
    ],
)  # fmt: skip
def test_what_is_long_or_deep_is_marked_or_refused_at_once(lines: str) -> None:
    began = time.process_time()
    with pytest.raises(FormulaError):
        exercise(LINE).check(lines)
    assert time.process_time() - began < 5


NUMBERS = (
    *("1e309", "1e-400", "10^400", "1/10^400", "exp(1000)", "exp(10^9)", "e^e^e^e^e", "nan", "inf"),
    *("10^10^10", "0/0", "0^-1", "gamma(10^7)", "2^|10^9|", "(10^300)^max(10^6,1)", "x/1e309"),
    *("sqrt(-1)", "log(0)", "1/(x-x)", "1_000", "²", "1e+", "0x10", "∞"),
)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_is_shown_or_refused(number: str) -> None:
    runner = CliRunner()
    for form in ("text", "json"):
        arguments = ["check", "--expr", "x^2", "--wrt", "x", "-", "--format", form]
        result = runner.invoke(main, arguments, input=f"f'(x) = {number}")
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.exit_code in (1, 2)
        if form == "json" and result.exit_code == 1:
            assert json.loads(result.stdout)["verdict"] == "wrong"


@given(st.text(alphabet="dJm/=Σx_i()+-*^2 'Nb∂y[]{},.\\&~%efrac", max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_marked_or_refused(lines: str) -> None:
    said = ""
    try:
        said = exercise(LINE).check(lines).json()
    except SymgdError as error:
        said = str(error)
    assert said


# Names that stand together


@pytest.mark.parametrize(
    ("formula", "name", "product"),
    [
        ("xe^x", "xe", "x*e"),
        ("xy^2", "xy", "x*y"),
        ("2xy", "xy", "x*y"),
        ("ax^2 + 1", "ax", "a*x"),
        ("x*lnx", "lnx", "ln(x)"),
        ("xsinx", "xsinx", "x*sin(x)"),
    ],
)
def test_names_that_look_like_products_are_remarked_on(
    formula: str, name: str, product: str
) -> None:
    result = CliRunner().invoke(main, ["diff", formula, "--wrt", "x"])
    assert result.exit_code == 0
    assert f'"{name}" was read as one name; for a product write "{product}"' in result.stdout


def test_words_are_names() -> None:
    assert not run_together({"rate", "alpha", "lr", "bias", "w_1", "x1"}, ("x",))


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("dJ/dm = 1/N Σ d/de_i (m x_i + b - y_i)^2 d/dm (m x_i + b)", "unfinished"),
        ("u = m x_i; dJ/dm = 1/N Σ d/du (m x_i + b - y_i)^2 x_i", "unfinished"),
        ("dJ/dm = 1/N Σ d/de_i (x_i)^2 d/dm (m x_i + b)", "wrong"),
    ],
)
def test_derivatives_by_a_name_of_what_is_written_out(lines: str, kind: str) -> None:
    assert Problem("m*x + b").check(lines).kind == kind
