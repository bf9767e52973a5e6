"""Functions, cases and kinks: every function that may be called is derived by rules, and SymPy agrees."""

from __future__ import annotations

import pytest

from symgd.derivation.checking.check import Checker
from symgd.derivation.engine import derive, differentiate
from symgd.errors import DerivationError, FormulaError
from symgd.parsing.formula import parse
from symgd.terms import Cases, Symbol, call
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS, Function
from symgd.writing.latex import latex
from symgd.writing.mathml import mathml
from symgd.writing.text import text
from symgd.writing.typst import tagged, typst

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
    ("x*(5000)!", "larger than 1000"),
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
