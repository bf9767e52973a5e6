"""Functions, cases and kinks: every function that may be called is derived by rules, and SymPy agrees."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import sympy

from symgd import Problem
from symgd.codegen.evaluators.evaluator import compile_array
from symgd.data.columns import columns_from
from symgd.derivation.checking.check import Checker
from symgd.derivation.checking.numeric import MP, value_of
from symgd.derivation.engine import derive
from symgd.derivation.typed import differentiate
from symgd.errors import DerivationError, FormulaError, GenerationError
from symgd.parsing.formula import parse
from symgd.terms import Cases, Symbol, call
from symgd.terms.exact import is_positive
from symgd.terms.function import Function
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.names import GREEK
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import tagged, typst

X = Symbol("x")


def called(function: Function, inner: str) -> str:
    """The function at `inner`; an order, and what else is taken, is 2."""
    arguments = (
        ["2", inner] if function.name == "polygamma" else [inner, "2"][: function.arity or 2]
    )
    return f"{function.name}({', '.join(arguments)})"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda f: f.name)
@pytest.mark.parametrize("inner", ["x", "x^2 + a*x"])
def test_every_function_is_derived_in_checked_steps(function: Function, inner: str) -> None:
    derivation = differentiate(called(function, inner), "x")
    assert all(step.rule.covered and step.check.passed for step in derivation.steps)
    assert derivation.check.passed


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda f: f.name)
def test_every_function_is_written_and_read_back(function: Function) -> None:
    term = parse(called(function, "x + 1"))
    assert parse(text(term, ascii=True)) == term
    assert all(write(term) for write in (latex, typst, mathml, text))
    for alias in function.aliases:
        assert parse(called(function, "x").replace(function.name, alias, 1)).children


@pytest.mark.parametrize(
    "function", [f for f in FUNCTIONS.values() if f.meaning], ids=lambda f: f.name
)
def test_meanings_are_true(function: Function) -> None:
    meant = parse(function.meaning).substitute({Symbol("u"): X, Symbol("v"): Symbol("y")})
    assert Checker().equal(call(function.name, X), meant).passed


def test_a_wrong_derivative_is_caught_for_every_function() -> None:
    """The checks know values alone: a derivative that is 1.001 of the right one does not pass."""
    for function in FUNCTIONS.values():
        if function.name in ("sign", "heaviside"):
            continue
        body = parse(called(function, "x"))
        derivation = derive(body, body, X)
        wrong = parse("1.001*z").substitute({Symbol("z"): derivation.last})
        assert not Checker().equal(derivation.start, wrong).passed, function.name


KINKS = [
    ("abs(2*x - 1)", "2 sign(2x − 1)", ["u ≠ 0"]),
    ("max(0, a*x + b)", "{a if a x + b > 0; 0 otherwise}", ["a x + b ≠ 0"]),
    ("min(x^2, 4)", "{2x if x² < 4; 0 otherwise}", ["x² ≠ 4"]),
    ("max(x, -x)", "{1 if x > −x; −1 otherwise}", ["x ≠ −x"]),
    ("relu(3*x)", "3 heaviside(3x)", ["u ≠ 0"]),
    ("x^2 if x < 1 else 2*x - 1", "{2x if x < 1; 2 otherwise}", ["x ≠ 1"]),
    ("piecewise((0, x < 0 or x > 1), (1, True))", "0", ["x ≠ 0", "x ≠ 1"]),
    ("x if 0 < x < 1 else a", "{1 if 0 < x < 1; 0 otherwise}", ["0 ≠ x", "x ≠ 1"]),
    ("where(a > 0, x^2, x)", "{2x if a > 0; 1 otherwise}", []),
    ("x^x", "x^x (log(x) + 1)", ["x > 0"]),
    ("x^(-x)", "−x^(−x) (log(x) + 1)", ["x > 0"]),
    ("exp(-x)/x", "−(x exp(−x) + exp(−x))/x²", []),
    ("log(abs(x))", "1/x", ["x ≠ 0"]),
    ("log(abs(2*x - 1))", "2/(2x − 1)", ["v ≠ 0"]),
    ("sqrt(x)", "1/(2 √(x))", ["x > 0"]),
    ("sqrt(x^2 + 1)", "x/√(x² + 1)", []),
    ("x^0.25", "0.25/x^(3/4)", ["x > 0"]),
    ("x^(2/3)", "2/(3x^(1/3))", ["x ≠ 0"]),
    ("x^(5/2)", "5x^(3/2)/2", []),
    ("a^x", "a^x log(a)", ["a > 0"]),
    ("(a^2 + 1)^x", "log(a² + 1) (a² + 1)^x", []),
    ("2^x", "2^x log(2)", []),
]


@pytest.mark.parametrize(("formula", "result", "conditions"), KINKS, ids=[row[0] for row in KINKS])
def test_kinks_and_conditions_are_data_on_the_step(
    formula: str, result: str, conditions: list[str]
) -> None:
    derivation = differentiate(formula, "x")
    assert text(derivation.last) == result
    assert [text(c) for step in derivation.steps for c in step.conditions] == conditions
    for condition in conditions:
        assert f"where {condition}" in str(derivation) or f"and {condition}" in str(derivation)


def test_tags_leave_the_last_case_as_it_is() -> None:
    term = parse("x if x > 1 else 2")
    source = tagged(term).source
    assert '"if" "otherwise"' not in source
    assert source.count('"if"') == 1


def test_a_power_with_a_negative_base_has_no_derivative() -> None:
    with pytest.raises(DerivationError, match="a power of -2 is a real number for whole exponents"):
        differentiate("(-2)^x", "x")


def test_a_case_that_no_point_reaches_is_said() -> None:
    derivation = differentiate("x^2 if x > 1e9 else 3*x", "x")
    notes = {step.rule.name: step.check.note for step in derivation.steps}
    assert notes["case by case"] == "not every case was reached by a point"
    assert not notes["power rule"]  # compared by itself, whatever the case


TEXTBOOK = [
    ("x^(2/3)", "2/(3x^(1/3))"),
    ("cbrt(x^2 + 1)", "2x/(3(x² + 1)^(2/3))"),
    ("x^-2", "−2x⁻³"),
    ("log(x, 2)", "1/(x log(2))"),
    ("log(2, x)", "−log(2)/(x log(x)²)"),
    ("e^(2*x)", "2 exp(2x)"),
    ("e*x", "e"),
    ("asin(2*x)", "2/√(1 − 4x²)"),
    ("(sin(x))^x", "sin(x)^x (log(sin(x)) + x cos(x)/sin(x))"),
    ("atan2(x, 3)", "3/(x² + 9)"),
    ("log(sigmoid(x))", "1 − sigmoid(x)"),
    ("√(x) + 1", "1/(2 √(x))"),
    ("gamma(x + 1)", "gamma(x + 1) digamma(x + 1)"),
    ("gamma*x + beta", "γ"),
]


@pytest.mark.parametrize(("formula", "result"), TEXTBOOK)
def test_results_as_textbooks_print_them(formula: str, result: str) -> None:
    assert text(differentiate(formula, "x").last) == result


WRONG = [
    ("max(x)", "two or more"),
    ("sin(x, 2)", "it takes one formula"),
    ("beta(x)", 'for a product write "beta*("'),
    ("atan2(x)", "two formulas"),
    ("x if x else 2", "a condition is missing"),
    ("x > 2", "a comparison is not a number"),
    ("x, y", "a comma stands between two formulas"),
    ("piecewise((1, True), (2, x > 0))", "never reached"),
    ("maxx(x, 2)", 'did you mean "max"?'),
    ("sin + 2", '"sin" is a function'),
    ("sin x", 'write "sin(x)"'),
    ("min(exp(x), cot(pi))", '"cot" has no value here'),
    ("gamma(10^7)*x", "larger than 1000"),
    ("x*(50000)!", "larger than 1000"),
    ("polygamma(10^5, x)", "larger than 100"),
    ("log(0)*x", '"log" has no value here'),
    ("x + tan(pi/2)", '"tan" has no value here'),
    ("2 + ln x", 'write "ln(x)"'),
]


@pytest.mark.parametrize(("formula", "message"), WRONG)
def test_mistakes_are_named_with_a_remedy(formula: str, message: str) -> None:
    with pytest.raises(FormulaError) as failure:
        parse(formula)
    assert message in str(failure.value)


def test_shorthands_and_aliases_do_not_hide_each_other() -> None:
    assert not set(ALIASES) & set(FUNCTIONS)
    assert not set(SHORTHANDS) & {*FUNCTIONS, *ALIASES}
    assert sum(len(f.aliases) for f in FUNCTIONS.values()) == len(ALIASES)


def test_an_unknown_function_is_answered_with_the_nearest_and_where_all_are() -> None:
    with pytest.raises(FormulaError) as failure:
        parse("2*arcsn(x)")
    assert str(failure.value).splitlines()[0] == (
        'there is no function "arcsn"; did you mean "arcsin"? The page "Formulas" of the documentation lists all '
        "functions."
    )
    with pytest.raises(FormulaError, match=r'for a product write "qqq\*\("\. The page'):
        parse("qqq(x)")


def test_a_function_is_called_the_same_in_a_line_and_in_its_reason() -> None:
    for function in FUNCTIONS.values():
        if len(function.derivatives) == 1:
            derivation = differentiate(f"{function.name}(x)", "x")
            assert f"{function.name}(" in text(derivation.start, ascii=True)
            assert derivation.steps[0].rule.name == f"derivative of {function.name}"


# One declaration each: as text, LaTeX, Typst and MathML, as it is said, and what its derivative is.
ONE_DECLARATION = [
    (
        "sinc(x)",
        r"\operatorname{sinc}\left(x\right)",
        'op("sinc")(x)',
        "<mi>sinc</mi>",
        "the cardinal sine of x",
        "{(cos(x) − sinc(x))/x if x ≠ 0; 0 otherwise}",
    ),
    (
        "erfc(x)",
        r"\operatorname{erfc}\left(x\right)",
        'op("erfc")(x)',
        "<mi>erfc</mi>",
        "the complementary error function of x",
        "−2 exp(−x²)/√(π)",
    ),
]


@pytest.mark.parametrize("row", ONE_DECLARATION, ids=lambda row: row[0])
def test_one_declaration_is_written_spoken_and_derived(row: tuple[str, ...]) -> None:
    formula, in_latex, in_typst, in_mathml, spoken, slope = row
    term = parse(formula)
    assert (text(term), latex(term), typst(term)) == (formula, in_latex, in_typst)
    assert in_mathml in mathml(term)
    assert speech(term) == spoken
    derivation = differentiate(formula, "x")
    assert text(derivation.last) == slope
    assert derivation.check.passed


def generated(problem: Problem) -> dict[str, Any]:
    """The names of a problem's generated module."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(problem.source(), "<generated>", "exec"), names)
    return names


# Parameters, inputs, the model's values and the slopes of their mean by each parameter, from SciPy-free mathematics.
EDGES = [
    ("sinc(a*x)", 1.0, [0.0, math.pi, -math.pi / 2, 1e-200], [1.0, 0.0, 2 / math.pi, 1.0]),
    ("sinc(a*x)", 0.0, [0.0, 3.0, -2.0, 1e300], [1.0, 1.0, 1.0, 1.0]),
    ("erfc(a*x)", 1.0, [0.0, 30.0, -30.0, 5.0], [1.0, 0.0, 2.0, 1.5374597944280349e-12]),
]


@pytest.mark.parametrize(("model", "at", "inputs", "values"), EDGES)
def test_code_is_right_at_the_edges(
    model: str, at: float, inputs: list[float], values: list[float]
) -> None:
    """The mean of what is predicted, so that the cost is the model's own value; in memory and as a module."""
    problem = Problem(model, loss="prediction + 0*target")
    for x, value in zip(inputs, values, strict=True):
        compiled = compile_array(
            problem, problem.derive(), columns_from(["x", "y"], [[x], [0]], {})
        )
        for cost, (slope,) in (
            compiled([at]),
            generated(problem)["cost_and_gradient"]([at], [x], [0.0]),
        ):
            assert cost == pytest.approx(value, rel=1e-15, abs=1e-15)
            assert slope == pytest.approx(float(_slope(model, at, x)), rel=1e-12, abs=1e-15)


def _slope(model: str, at: float, x: float) -> Any:
    """∂ model/∂a by mpmath's own difference, with many digits."""
    function = FUNCTIONS[model.partition("(")[0]]
    with MP.workdps(900):
        step = MP.mpf(10) ** -620
        above, below = (function.at(MP, (MP.mpf(at) + s * step) * MP.mpf(x)) for s in (1, -1))
        return (above - below) / (2 * step)


def test_sinc_is_not_that_of_numpy_and_has_its_slope_at_0() -> None:
    assert float(value_of(FUNCTIONS["sinc"], [MP.mpf(0)])) == 1
    assert float(value_of(FUNCTIONS["sinc"], [MP.pi])) == pytest.approx(0, abs=1e-25)
    assert parse("sinc(0)").value == 1
    at_0 = differentiate("sinc(x)", "x").last.substitute({X: parse("0")})
    assert at_0.value == 0
    assert Checker().equal(parse("sinc(x)*x"), parse("sin(x)")).passed


def test_sinc_of_a_parameter_descends_from_0() -> None:
    """SymPy's own slope of sinc is 0/0 there, so that no data summary is made of it."""
    problem = Problem("sinc(a)*x + b")
    run = problem.descend(
        [1, 2, 3], [1, 1, 2], start={"a": 0, "b": 0}, learning_rate=0.01, max_iter=3
    )
    assert run.route == "arrays"
    assert run.parameters["a"] == 0
    assert np.isfinite(run.trace.table).all()


def test_functions_of_the_data_alone_have_code_and_a_summary() -> None:
    x, y = [-1.0, 0.0, 0.5, 2.0], [1.0, 2.0, 1.5, 0.5]
    for model in ("a*erfc(x) + b", "a*sinc(x) + b", "a*sech(x) + b", "a*gelu(x) + b"):
        problem = Problem(model)
        run = problem.descend(x, y, max_iter=100_000)
        assert run.route == "data summary"
        found = generated(problem)["descend"](x, y, max_iter=100_000)
        assert found.parameters == pytest.approx([*run.parameters.values()], rel=1e-6)


def test_what_has_no_code_is_said_before_data_are_read() -> None:
    with pytest.raises(GenerationError, match="NumPy has no gamma"):
        Problem("a*gamma(x) + b").descend([1, 2], [1, 2])


def test_signs_stand_in_the_declarations() -> None:
    assert is_positive(parse("erfc(x) + abs(x)"))
    assert not is_positive(parse("erf(x) + abs(x)"))


# ---------------------------------------------------------------------------------------------
# A reader's own function

BUMP = Function(
    "bump",
    lambda z: 1 / (1 + z**2),
    ("-2*u*bump(u)^2",),
    "the bump of {x}",
    lambda context, z: 1 / (1 + z * z),
    latex=r"\beta_0",
    sign="positive",
    meaning="1/(1 + u^2)",
)
OWN: Mapping[str, Function] = {**FUNCTIONS, "bump": BUMP}


def test_a_function_of_ones_own_is_written_spoken_derived_and_checked() -> None:
    derivation = differentiate("a*bump(2*x)", "x", functions=OWN)
    assert text(derivation.last) == "−8a x bump(2x)²"
    rules = [step.rule for step in derivation.steps]
    assert "derivative of bump" in {rule.name for rule in rules}
    assert all(rule.covered for rule in rules)
    assert derivation.check.passed
    term = parse("bump(x + 1)", functions=OWN)
    assert (latex(term), speech(term)) == (
        r"\beta_0\left(x + 1\right)",
        "the bump of the quantity x plus one",
    )
    assert sympy.simplify(term.value - 1 / (1 + (sympy.Symbol("x") + 1) ** 2)) == 0
    assert is_positive(term)


def test_a_model_may_call_a_function_of_ones_own() -> None:
    problem = Problem("a*bump(b*x)", functions=OWN)
    assert all(step.rule.covered for d in problem.derive().partials.values() for step in d.steps)
    x, y, start = [0.0, 0.5, 1.0, 2.0], [2.0, 1.6, 1.0, 0.4], {"a": 1, "b": 0.5}
    run = problem.descend(x, y, start=start, learning_rate=0.1)
    assert run.parameters == pytest.approx({"a": 2, "b": 1}, rel=1e-5)
    found = generated(problem)["descend"](x, y, start=start, learning_rate=0.1)
    assert found.parameters == pytest.approx((2, 1), rel=1e-5)
    assert problem.replace(loss="mae").prediction == problem.prediction
    with pytest.raises(FormulaError, match='no function "bump"'):
        Problem("a*bump(b*x)")


def test_a_wrong_derivative_of_ones_own_is_caught() -> None:
    wrong = {
        **FUNCTIONS,
        "bump": Function("bump", BUMP.value, ("-2*u*bump(u)",), compute=BUMP.compute),
    }
    with pytest.raises(DerivationError):
        differentiate("bump(x)", "x", functions=wrong)


def test_a_function_of_ones_own_changes_nothing_for_others() -> None:
    parse("bump(x)", functions=OWN)
    differentiate("bump(x)", "x", functions=OWN)
    assert "bump" not in FUNCTIONS
    with pytest.raises(FormulaError, match='no function "bump"'):
        parse("bump(x)")
    with pytest.raises(TypeError):
        FUNCTIONS["bump"] = BUMP  # type: ignore[index]


def test_a_known_name_may_mean_something_else() -> None:
    """NumPy's sinc, in a mapping of one's own; the other stays as it is."""
    normalised = Function("sinc", lambda z: sympy.sinc(sympy.pi * z), compute="sincpi")
    term = parse("sinc(x)", functions={**FUNCTIONS, "sinc": normalised})
    assert term != parse("sinc(x)")
    assert term.value.subs(sympy.Symbol("x"), 1) == 0
    assert parse("sinc(1)").value == sympy.sinc(1)


def test_a_function_without_a_value_at_numbers_is_refused() -> None:
    with pytest.raises(FormulaError, match='nothing says what the function "bump" is at numbers'):
        Function("bump", BUMP.value)


def test_else_continues_a_list_of_cases() -> None:
    term = parse("1 if x > 2 else 2 if x > 1 else 3")
    assert isinstance(term, Cases)
    assert text(term) == "{1 if x > 2; 2 if x > 1; 3 otherwise}"
    assert parse(text(term, ascii=True)) == term


def test_cases_in_the_last_case_continue_the_list() -> None:
    derivation = differentiate("max(x, max(x, a))", "x")
    assert text(derivation.last) == "{1 if x > max(x, a); 1 if x > a; 0 otherwise}"
    assert "cases in cases" in {step.rule.name for step in derivation.steps}
    assert parse(text(derivation.last, ascii=True)) == derivation.last


@pytest.mark.parametrize("name", [f.name for f in FUNCTIONS.values() if f.written != f.name])
def test_reasons_call_a_function_as_the_line_does(name: str) -> None:
    """arcsin beside arcsin(x) in typeset print, asin beside asin(x) where it is typed."""
    declared = FUNCTIONS[name]
    if not any(declared.derivatives):
        return
    made = differentiate(f"{name}({', '.join('x2'[: declared.arity or 1])})", "x")
    typed, printed = f"derivative of {name}", f"derivative of {declared.written}"
    assert typed in made.text()
    assert typed in made.text(ascii=True)
    for form in ("latex", "markdown", "html", "typst", "asciimath", "speech"):
        assert printed in _with_letters(made.written(form)), form
    assert f"dérivée de {declared.written}" in _with_letters(made.latex(language="fr"))


def _with_letters(written: str) -> str:
    """Greek letters among words as themselves, which LaTeX has as formulas."""
    for name, letter in GREEK.items():
        written = written.replace(f"$\\{name}$", letter)
    return written.replace("</span>", "")


def test_a_function_of_ones_own_is_called_with_its_escapes() -> None:
    mine = Function("my_f", lambda z: z**2, ("2*u",), compute=lambda mp, z: z**2)
    made = differentiate("my_f(x)", "x", functions={**FUNCTIONS, "my_f": mine})
    assert r"derivative of my\_f}" in made.latex()
    assert "derivative of my_f]" in made.text()
