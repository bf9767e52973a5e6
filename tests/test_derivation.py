"""The rules, one by one and together: every step true, the last line SymPy's, no rule broken unseen."""

from __future__ import annotations

import random

import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings

from symgd import Notation, Problem, differentiate
from symgd.derivation.algebra.patterns import identity
from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.calculus.rules import RULES, UNCOVERED
from symgd.derivation.checking.check import Checker, check_equal
from symgd.derivation.engine import Budget, derive
from symgd.errors import CheckFailed, DerivationError
from symgd.parsing.formula import parse
from symgd.terms import Partial, Symbol, Term
from symgd.writing.formulas.text import text
from symgd.writing.steps import Rule

from strategies import formulas

X = Symbol("x")

EXAMPLES = [(rule, *example) for rule in (*RULES, UNCOVERED) for example in rule.examples]
TIDY_EXAMPLES = [(rule, *example) for rule in TIDY for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "body", "derivative"), EXAMPLES, ids=lambda v: getattr(v, "name", v)
)
def test_rule_examples(rule: Rule[Partial], body: str, derivative: str) -> None:
    """Each rule applies to its examples, gives what it says, and SymPy agrees."""
    partial = Partial(parse(body), X)
    rewritten = rule.rewrite(partial)
    assert rewritten is not None
    expected = parse(derivative)
    assert check_equal(rewritten.after, expected).passed
    assert Checker().against_sympy(expected, parse(body), X).passed
    first = next(r for r in (*RULES, UNCOVERED) if r.rewrite(partial) is not None)
    assert first is rule


@pytest.mark.parametrize(
    ("rule", "before", "after"), TIDY_EXAMPLES, ids=lambda v: getattr(v, "name", v)
)
def test_tidy_examples(rule: Rule[Term], before: str, after: str) -> None:
    rewritten = rule.rewrite(parse(before))
    assert rewritten is not None
    assert text(rewritten.after) == text(parse(after))
    assert check_equal(parse(before), parse(after)).passed


ROWS = [
    ("3*x^5", "15x⁴"),
    ("x^4 + y^7", "4x³"),
    ("5", "0"),
    ("x", "1"),
    ("-x", "−1"),
    ("a*x", "a"),
    ("x*x", "2x"),
    ("x/2", "1/2"),
    ("2/x", "−2/x²"),
    ("(2*x + 1)^3", "6(2x + 1)²"),
    ("exp(-x^2/2)", "−x exp(−x²/2)"),
    ("sin(x)/x", "(x cos(x) − sin(x))/x²"),
    ("log(3*x)", "1/x"),
    ("sqrt(x^2 + 1)", "x/√(x² + 1)"),
    ("1/(1 + exp(-x))", "exp(−x)/(1 + exp(−x))²"),
    ("2^(3*x)", "3·2^(3x) log(2)"),
    ("tanh(a*x)", "a (1 − tanh(a x)²)"),
    ("x^n", "n x^(n − 1)"),
    ("0.5*x^2", "x"),
    ("2^2/(x^2 + 2)", "−8x/(x² + 2)²"),
    ("2^2*x^2*3^2", "72x"),
    ("abs(x)", "sign(x)"),
    ("x^x", "x^x (log(x) + 1)"),
]


@pytest.mark.parametrize(("formula", "result"), ROWS)
def test_last_line_is_as_a_textbook_prints_it(formula: str, result: str) -> None:
    derivation = differentiate(formula, "x")
    assert text(derivation.last) == result
    assert all(step.check.passed for step in derivation.steps)
    assert derivation.check.passed


def test_steps_follow_each_other_and_change_only_what_they_say() -> None:
    derivation = differentiate("x^2*sin(3*x)/(x + 1)", "x")
    line: Term = derivation.start
    for step in derivation.steps:
        assert step.before == line
        assert step.before.replace(step.path, step.after.at(step.path)) == step.after
        line = step.after
    assert line == derivation.last


def test_what_no_rule_covers_is_said() -> None:
    without_sine = tuple(rule for rule in RULES if rule.name != "derivative of sin")
    derivation = derive(parse("sin(x)"), parse("sin(x)"), X, rules=without_sine)
    assert [step.rule.covered for step in derivation.steps] == [False]
    assert "taken from SymPy, not derived" in str(derivation)


def test_shared_steps_are_the_same_for_each_parameter() -> None:
    gradient = Problem("m*x + b").derive()
    assert gradient.shared == 6
    for steps in zip(*(partial.steps[:6] for partial in gradient.partials.values()), strict=True):
        assert len({(step.rule.name, step.path) for step in steps}) == 1
    assert "The first lines are the same for θ = m, b" in str(gradient)


def test_moves_name_every_leaf_of_both_lines_once() -> None:
    for step in Problem("a*exp(-b*x) + c").derive().steps:
        for side, line in (("after", step.after), ("before", step.before)):
            leaves = {path for path, term in line.walk() if not term.children}
            covered: list[tuple[int, ...]] = []
            for move in step.moves:
                place = getattr(move, side)
                if place is not None and not (side == "before" and move.kind == "copies"):
                    covered += [
                        path for path, term in line.at(place).walk(place) if not term.children
                    ]
            assert sorted(covered) == sorted(leaves)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(formulas())
def test_every_random_formula_is_derived_and_checked(formula: Term) -> None:
    derivation = derive(formula, formula, X)
    assert all(step.check.passed for step in derivation.steps)
    assert not any(isinstance(term, Partial) for _, term in derivation.last.walk())
    value = sympy.diff(formula.value, X.value)
    point = {
        name: sympy.Rational(number, 7) for name, number in zip("xabc", (5, 3, 8, 11), strict=True)
    }
    ours, theirs = (complex(part.subs(point).evalf(30)) for part in (derivation.result, value))
    assume(abs(theirs) < 1e12)
    assert abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(formulas(rational=True))
def test_the_order_of_the_rules_does_not_change_the_value(formula: Term) -> None:
    """Linear rules, product and chain may be tried in another order; only the special cases come first."""
    first, rest = list(RULES[:2]), list(RULES[2:])
    random.Random(1).shuffle(rest)
    usual, shuffled = (
        derive(formula, formula, X),
        derive(formula, formula, X, rules=(*first, *rest)),
    )
    assert check_equal(usual.last, shuffled.last).passed


def test_budget_is_kept() -> None:
    body = parse("(x + 1)^2*(x + 2)^2*(x + 3)^2")
    with pytest.raises(DerivationError, match="not finished after 5 steps"):
        derive(body, body, X, budget=Budget(steps=5))


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ("(a + b)^2", "a^2 + 2*a*b + b^2", True),
        ("(a + b)^2", "a^2 + b^2", False),
        ("sin(a)^2 + cos(a)^2", "1", True),
        ("log(a*b)", "log(a)*log(b)", False),
        ("exp(a + b)", "exp(a)*exp(b)", True),
        ("a^100 - a^100", "0", True),
        ("(a^2 - b^2)/(a - b)", "a + b", True),
    ],
)
def test_checks_tell_equal_from_unequal(before: str, after: str, equal: bool) -> None:
    check = check_equal(parse(before), parse(after))
    assert check.passed is equal
    if check.method == "exact" and equal:
        assert check.bound is not None
        assert check.bound < 1e-9


def test_a_check_without_any_value_does_not_pass() -> None:
    assert not check_equal(parse("1/(a - a)"), parse("1/(b - b)")).passed


@pytest.mark.parametrize(
    ("formula", "wrt", "line"),
    [
        ("(a*x + b)/(c*x + 1)", "c", "−(2/N) Σᵢ xᵢ (a xᵢ + b) ((a xᵢ + b)/(c xᵢ + 1) − yᵢ)/(c xᵢ + 1)²"),
        ("a/(b + c/(d + x))", "d", "(2c a/N) Σᵢ (a/(b + c/(d + xᵢ)) − yᵢ)/((d + xᵢ)² (b + c/(d + xᵢ))²)"),
        ("pi*a*x^2 + b", "a", "(2π/N) Σᵢ xᵢ² (π a xᵢ² + b − yᵢ)"),
        ("exp(a)*x + exp(b)", "a", "(2 exp(a)/N) Σᵢ xᵢ (exp(a) xᵢ + exp(b) − yᵢ)"),
        ("2^(a*x)", "a", "(2 log(2)/N) Σᵢ xᵢ·2^(a xᵢ) (2^(a xᵢ) − yᵢ)"),
        ("a/(1 + exp(-k*(x - c)))", "k", "(2a/N) Σᵢ exp(−k (xᵢ − c)) (xᵢ − c) (a/(1 + exp(−k (xᵢ − c))) − yᵢ)/(1 + exp(−k (xᵢ − c)))²"),
    ],
)  # fmt: skip
def test_last_lines_of_costs(formula: str, wrt: str, line: str) -> None:
    """Every constant stands before the Σ, over one line, and the writer's residual is as it was written."""
    assert text(Problem(formula).derive(wrt).last) == line


def test_half_mean_squares_cancel_even_with_constants_inside() -> None:
    notation = Notation(constants="inside")
    last = Problem("m*x + b", "half_mse", notation=notation).derive("b").last
    assert text(last) == "(1/N) Σᵢ (m xᵢ + b − yᵢ)"


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("(a*x + b)/(c*x + 1)", "−((a x + b) ∂/∂x (c x + 1))/(c x + 1)²"),
        ("exp(-x^2/2)", "exp(−x²/2)"),
    ],
)
def test_no_line_can_be_misread(formula: str, shown: str) -> None:
    """A derivative before a fraction bar stands in parentheses; a leading minus above it does not."""
    by = "x" if formula.startswith("exp") else "c"
    if by == "c":
        shown = shown.replace("∂x", "∂c")
    assert shown in differentiate(formula, by).text(detail="full")


def test_short_reprs() -> None:
    gradient = Problem("m*x + b").derive()
    assert repr(gradient) == "Gradient(by m, b: 27 steps, 6 of them shared)"
    assert all(len(repr(part)) < 400 for part in (gradient["m"], gradient["m"].steps[0]))


def test_an_unknown_detail_is_refused() -> None:
    for write in ("text", "latex", "markdown", "html", "typst"):
        with pytest.raises(DerivationError, match="expected one of brief, standard, full"):
            getattr(differentiate("x^2", "x"), write)(detail="nope")


DOUBLE_ANGLE = identity("double angle", "2*sin(a)*cos(a)", "sin(2*a)", "the sine of twice {a}")


def test_a_tidy_rule_is_one_row() -> None:
    """A law that symgd does not know: it fires, is checked, and is told, in languages that lack it in English."""
    body = parse("y*sin(x)^2")
    derivation = derive(body, body, X, tidy=(DOUBLE_ANGLE, *TIDY))
    (step,) = (step for step in derivation.steps if step.rule == DOUBLE_ANGLE.told)
    assert step.check.passed
    assert step.check.trials > 0
    assert text(derivation.last) == "y sin(2x)"
    assert DOUBLE_ANGLE.law == "2 sin(a) cos(a) = sin(2a)"
    assert "[double angle: the sine of twice x]" in derivation.text(detail="full")
    assert "[dérivée de sin" in (french := derivation.text(language="fr", detail="full"))
    assert "double angle\N{NO-BREAK SPACE}: the sine of twice x]" in french


def test_a_false_row_is_caught() -> None:
    false = identity("false angle", "2*sin(a)*cos(a)", "cos(2*a)", "the cosine of twice {a}")
    body = parse("sin(x)^2")
    with pytest.raises(CheckFailed, match="false angle"):
        derive(body, body, X, tidy=(false, *TIDY))


@pytest.mark.parametrize(
    ("left", "right", "before", "after"),
    [
        ("a*exp(b)", "b", "x*exp(y)*z", "y z"),
        ("sin(a)^2 + cos(a)^2", "1", "y + cos(2*x)^2 + sin(2*x)^2", "y + 1"),
        ("a - a", "0", "x - x", "0"),
        ("a/sqrt(a)", "sqrt(a)", "y*x/(2*sqrt(x))", "y √(x)/2"),
        ("1/sqrt(a)", "a", "x/(y*sqrt(x))", "x x/y"),
        ("log(exp(a))", "a", "log(exp(x + 1))", "x + 1"),
        ("log(a)/log(b)", "log(a*b)", "log(x)/log(x)", "log(x x)"),
    ],
)
def test_a_pattern_is_found_among_other_parts(
    left: str, right: str, before: str, after: str
) -> None:
    term = parse(before)
    found = identity("law", left, right, "").rewrite(term)
    assert found is not None
    assert text(found.after) == after


def test_what_a_pattern_keeps_is_the_same_object() -> None:
    term = parse("y*exp(x + 1)*exp(-(x + 1))*(x + 2)")
    found = identity("law", "exp(a)*exp(-a)", "1", "").rewrite(term)
    assert found is not None
    assert found.after.children == (term.children[0], term.children[3])
    assert all(
        kept is part
        for kept, part in zip(
            found.after.children, (term.children[0], term.children[3]), strict=True
        )
    )
    assert identity("law", "exp(a)*exp(-a)", "1", "").rewrite(parse("exp(x)*exp(-y)")) is None
