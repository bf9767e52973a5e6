"""The calculus page: RULES in teaching order, each with its law beside it.

A rule is tried on a Partial whose body is the expression to be derived. The first that applies is used; what none
covers, `UNCOVERED` gives as SymPy has it, marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symgd.derivation.calculus import index_rules, rewrites
from symgd.terms import Partial
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.steps import Rewritten, Rule

RULES: tuple[Rule[Partial], ...] = (
    Rule(
        "constant rule",
        "∂c/∂x = 0",
        "{c} does not depend on {variable}: it is treated as a constant",
        rewrites.constant,
        (("7", "0"), ("a", "0"), ("a*b^2", "0")),
        group="atom",
    ),
    Rule(
        "variable",
        "∂x/∂x = 1",
        "the derivative of {variable} by itself is 1",
        rewrites.variable_itself,
        (("x", "1"),),
        group="atom",
    ),
    index_rules.INDEX,
    Rule(
        "sum rule for constants",
        "∂(f + c)/∂x = ∂f/∂x",
        "{number} terms of {f} do not depend on {variable}: they are constants, and their derivatives are 0",
        rewrites.few_of_many,
    ),
    Rule(
        "definition",
        "∂f/∂x with what f stands for",
        "{f} stands for {g}",
        rewrites.definition,
    ),
    Rule(
        "constant multiple rule",
        "∂(c·f)/∂x = c·∂f/∂x",
        "{c} does not depend on {variable}: a constant factor stays in front",
        rewrites.constant_multiple,
        (("3*x^5", "3*(5*x^4)"), ("x/2", "1/2*1"), ("-x", "-1"), ("a*x*b", "a*b*1")),
        group="atom",
    ),
    Rule(
        "chain rule through a name",
        "∂f(h)/∂x = ∂f/∂h·∂h/∂x",
        "{variable} comes in through {h} alone: the derivative by {h}, times the derivative of {h}",
        rewrites.through_a_name,
    ),
    Rule(
        "sum rule",
        "∂(f ± g)/∂x = ∂f/∂x ± ∂g/∂x",
        "the derivative of a sum is the sum of the derivatives",
        rewrites.sum_of_terms,
        (("x + a", "1 + 0"), ("x^2 - x", "2*x - 1")),
    ),
    index_rules.ANOTHER_INDEX,
    index_rules.OVER_THE_ENTRIES,
    Rule(
        "sum rule over the examples",
        "∂(Σ fᵢ)/∂x = Σ ∂fᵢ/∂x",
        "the derivative of a sum is the sum of the derivatives, however many terms it has",
        rewrites.big_sum,
    ),
    index_rules.THROUGH_AN_ENTRY,
    Rule(
        "power rule",
        "∂(xⁿ)/∂x = n·xⁿ⁻¹",
        "the exponent {n} comes down as a factor and is lowered by one",
        rewrites.power,
        (("x^5", "5*x^4"), ("x^2", "2*x"), ("x^-1", "-1*x^(-2)"), ("x^n", "n*x^(n - 1)")),
        group="inner",
    ),
    Rule(
        "exponential rule",
        "∂(aˣ)/∂x = aˣ·ln a",
        "a power with a constant base {a} reproduces itself, times the logarithm of the base",
        rewrites.exponential,
        (("2^x", "2^x*log(2)"),),
        group="inner",
    ),
    Rule(
        "change of base",
        "logₐ f = ln f / ln a",
        "a logarithm with the base {a} is a quotient of natural ones",
        rewrites.change_of_base,
        (("log(x, 2)", "1/log(2)*(1/x)"),),
    ),
    *(rule for declared in FUNCTIONS.values() for rule in rewrites.function_rules(declared)),
    Rule(
        "larger or smaller of two",
        "∂max(f, g)/∂x = ∂f/∂x if f > g, ∂g/∂x if f < g",
        "{h} is {f} on one side and {g} on the other; where both are equal there is a kink",
        rewrites.largest,
        (("max(x, 3)", "1 if x > 3 else 0"), ("min(2*x, a)", "2*1 if 2*x < a else 0")),
    ),
    Rule(
        "case by case",
        "∂{f if …, g otherwise}/∂x = {∂f/∂x if …, ∂g/∂x otherwise}",
        "each case is derived by itself, between the borders of the cases",
        rewrites.case_by_case,
        (("x^2 if x > 1 else x", "2*x if x > 1 else 1"),),
    ),
    Rule(
        "log-sum-exp rule",
        "∂ln(eᵘ + eᵛ)/∂x = softmax(u, v)·∂u/∂x + softmax(v, u)·∂v/∂x",
        "each term's derivative counts with its share of the sum of exponentials, its softmax",
        rewrites.log_sum_exp,
        (("logsumexp(x, a)", "softmax(x, a)*1 + softmax(a, x)*0"),),
    ),
    Rule(
        "softmax rule",
        "∂softmax(u, v)/∂x = softmax(u, v)·(∂u/∂x − ∂ln(eᵘ + eᵛ)/∂x)",
        "a share grows as its own logarithm grows more than the logarithm of the sum",
        rewrites.softmax,
        (("softmax(x, a)", "softmax(x, a)*(1 - (softmax(x, a)*1 + softmax(a, x)*0))"),),
    ),
    Rule(
        "product rule",
        "∂(f·g)/∂x = ∂f/∂x·g + f·∂g/∂x",
        "each factor is derived in turn while the others stay",
        rewrites.product,
        (("x*sin(x)", "1*sin(x) + x*cos(x)"),),
    ),
    Rule(
        "reciprocal rule",
        "∂(c/g)/∂x = −c·∂g/∂x / g²",
        "{c} is constant, so only the denominator varies",
        rewrites.reciprocal,
        (("1/x", "-(1/x^2)"), ("a/x", "-((a*1)/x^2)")),
    ),
    Rule(
        "quotient rule",
        "∂(f/g)/∂x = (∂f/∂x·g − f·∂g/∂x) / g²",
        "numerator and denominator both depend on {variable}",
        rewrites.quotient,
        (("x/(x + 1)", "(1*(x + 1) - x*(1 + 0))/(x + 1)^2"),),
    ),
    Rule(
        "chain rule",
        "∂f(u)/∂x = df/du·∂u/∂x",
        "the derivative of the outer function at {u}, times the derivative of {u}",
        rewrites.chain,
        (("(x + 1)^2", "2*(x + 1)*(1 + 0)"), ("exp(-x)", "exp(-x)*(-1)")),
    ),
    Rule(
        "chain rule for several arguments",
        "∂f(u, v)/∂x = ∂f/∂u·∂u/∂x + ∂f/∂v·∂v/∂x",
        "each argument of {f} that varies gives a term",
        rewrites.chain_of_several,
        (("atan2(x, x)", "x/(x^2 + x^2)*1 - x/(x^2 + x^2)*1"),),
    ),
    Rule(
        "logarithmic differentiation",
        "∂(f^g)/∂x = f^g·∂(g·ln f)/∂x",
        "base {f} and exponent {g} both vary: the power is exp({h}), so it comes out and the exponent is derived",
        rewrites.logarithmic,
        (("x^x", "x^x*(1*log(x) + x*(1/x))"),),
    ),
)


def rules_for(functions: Mapping[str, Function]) -> tuple[Rule[Partial], ...]:
    """RULES, and before them the rules of those functions that are declared nowhere but in `functions`."""
    if functions is FUNCTIONS:
        return RULES
    own = [declared for name, declared in functions.items() if declared is not FUNCTIONS.get(name)]
    return (*(rule for f in own for rule in rewrites.function_rules(f, functions)), *RULES)


UNCOVERED = Rule(
    "not covered by a rule",
    "∂f/∂x as SymPy gives it",
    "no rule here covers {f}: this line is SymPy's derivative, not derived in steps",
    rewrites.uncovered,
    covered=False,
)


def first_rule(
    partial: Partial, rules: Sequence[Rule[Partial]] = RULES
) -> tuple[Rule[Partial], Rewritten]:
    """The rule that is used on a Partial, which is the first that applies, and what it gives."""
    for rule in rules:
        rewritten = rule.rewrite(partial)
        if rewritten is not None:
            return rule, rewritten
    return UNCOVERED, rewrites.uncovered(partial)
