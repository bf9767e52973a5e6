"""CALCULUS: what goes wrong with the rules for compositions, powers, products, quotients and functions."""

from __future__ import annotations

from collections.abc import Mapping

from symgd.tutor import false_algebra, mal_rules
from symgd.tutor.mal_rules import false_law
from symgd.tutor.misconception import MalRule, Row

CALCULUS: Mapping[str, Row] = {
    # The chain rule
    "lost-inner-derivative": (
        "lost inner derivative",
        "the chain rule ends with a factor that is missing here: the derivative of the inner function {g} by {variable}",
        "multiply by the derivative of what stands inside",
        false_algebra.partial_dropped,
        MalRule("chain rule", false_law("df")),
        MalRule("chain rule", mal_rules.lost_inner_but_sign),
    ),
    "inner-derivative-inside": (
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} was put inside the outer function: it is a factor of its own",
        "leave the inner function as it is, and multiply by its derivative",
        MalRule("chain rule", mal_rules.inside("df", "du")),
        MalRule("chain rule", mal_rules.inside("f", "du")),
        MalRule("chain rule", mal_rules.inside("df", "u*du")),
    ),
    "inner-derivative-as-exponent": (
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} became an exponent: it is a factor",
        "multiply by the inner derivative",
        MalRule("chain rule", false_law("df^du")),
    ),
    "inner-derivative-added": (
        "inner derivative added",
        "outer and inner derivative were added: the chain rule multiplies them",
        "write a product: outer derivative times inner derivative",
        MalRule("chain rule", false_law("df + du")),
    ),
    # Powers
    "power-not-lowered": (
        "power not lowered",
        "the exponent {n} came down as a factor, but the power was not lowered by one",
        "write the exponent less one",
        MalRule("power rule", false_law("n*u^n")),
    ),
    "exponent-not-brought-down": (
        "lost factor {n}",
        "the power was lowered, but its exponent {n} did not come down as a factor",
        "write the old exponent in front; only where the cost has 1/(2N) does the 2 of a square cancel",
        MalRule("power rule", false_law("u^k")),
    ),
    "integrated": (
        "integrated instead of derived",
        "raising the power and dividing by it is the antiderivative",
        "bring the exponent {n} down as a factor and lower it by one",
        MalRule("power rule", false_law("u^l/l")),
    ),
    "power-raised": (
        "power raised",
        "the exponent {n} was raised by one; deriving lowers it",
        "take one from the exponent; below zero, −2 becomes −3",
        MalRule("power rule", false_law("n*u^l")),
    ),
    "lowered-before-brought-down": (
        "exponent lowered too early",
        "the exponent was lowered before it came down: the factor is the old exponent {n}",
        "bring down {n}, then lower the power",
        MalRule("power rule", false_law("k*u^k")),
    ),
    "power-gone": (
        "power lost",
        "the power vanished when its exponent {n} came down; it is lowered by one only",
        "keep the base with the exponent less one",
        MalRule("power rule", false_law("n*u")),
    ),
    "logarithm-of-base-lost": (
        "logarithm of the base lost",
        "the derivative of {body} by {variable} has the factor log({a})",
        "multiply by the logarithm of the base; it is 1 for the base e alone",
        MalRule("exponential rule", false_law("body")),
    ),
    "exponential-by-power-rule": (
        "power rule used on an exponential",
        "{variable} stands in the exponent: the power rule is for a variable base",
        "the derivative of exp(u) is exp(u), and of a^u it is a^u·log(a)",
        MalRule("derivative of exp", false_law("u*exp(u - 1)")),
        MalRule("exponential rule", false_law("n*u^k")),
    ),
    # What is derived of a composition
    "outer-not-derived": (
        "outer function not derived",
        "only the inner function {g} was derived; the outer one stands as it was",
        "derive the outer function first, then multiply by the inner derivative",
        MalRule("chain rule", false_law("f*du")),
    ),
    "inner-function-itself": (
        "inner function in the place of its derivative",
        "the last factor is the inner function {g} itself, not its derivative by {variable}",
        "multiply by the derivative of the inner function",
        MalRule("chain rule", false_law("df*u")),
    ),
    "inner-derivative-divided": (
        "divided by the inner derivative",
        "dividing by the inner derivative belongs to integrating; deriving multiplies by it",
        "multiply by the derivative of {g}",
        MalRule("chain rule", false_law("df/du")),
    ),
    # Products and quotients
    "product-of-derivatives": (
        "product of the derivatives",
        "the derivative of a product is not the product of the derivatives",
        "derive one factor at a time, keep the others, and add",
        MalRule("product rule", false_law("df*dg")),
    ),
    "half-of-product-rule": (
        "only one term of the product rule",
        "only one of the factors was derived; the product rule has a term for each",
        "add the term in which the other factor is derived",
        MalRule("product rule", false_law("df*g")),
        MalRule("product rule", false_law("f*dg")),
    ),
    "minus-of-cosine": (
        "sign of the function's derivative",
        "the derivative of {body} by {variable} is −sin, with a minus",
        "write the minus: cos becomes −sin, and sin becomes cos",
        MalRule("derivative of cos", false_law("-right")),
    ),
    "minus-in-product-rule": (
        "minus in the product rule",
        "the terms of the product rule are added; the minus belongs to the quotient rule",
        "write a plus between the terms",
        MalRule("product rule", false_law("df*g - f*dg")),
    ),
    "quotient-of-derivatives": (
        "quotient of the derivatives",
        "the derivative of a fraction is not the fraction of the derivatives",
        "use (f′·g − f·g′)/g²",
        MalRule("quotient rule", false_law("df/dg")),
        MalRule("reciprocal rule", false_law("c/dg")),
    ),
    "minus-of-reciprocal": (
        "lost minus of the reciprocal",
        "the derivative of 1/u is −1/u²: the exponent −1 comes down as a minus",
        "write the minus; for c/g it is −c·g′/g²",
        MalRule("reciprocal rule", false_law("-right")),
    ),
    "quotient-turned": (
        "quotient rule the wrong way round",
        "the terms above the line have changed places, or their minus is lost: f′·g comes first, f·g′ is taken from it",
        "write (f′·g − f·g′)/g²",
        MalRule("quotient rule", false_law("-right")),
    ),
    "plus-in-quotient-rule": (
        "plus in the quotient rule",
        "the terms of the quotient rule are subtracted; the plus belongs to the product rule",
        "write (f′·g − f·g′)/g²",
        MalRule("quotient rule", false_law("(df*g + f*dg)/g^2")),
    ),
    "denominator-not-squared": (
        "denominator not squared",
        "the denominator {g} must be squared",
        "write g² under the line",
        MalRule("quotient rule", false_law("(df*g - f*dg)/g")),
        MalRule("reciprocal rule", false_law("-(c*dg/g)")),
    ),
    "denominator-taken-as-constant": (
        "denominator taken for a constant",
        "only the numerator was derived, but {g} depends on {variable} too",
        "use the quotient rule (f′·g − f·g′)/g²",
        MalRule("quotient rule", false_law("df/g")),
    ),
    "reciprocal-without-inner": (
        "lost inner derivative",
        "the derivative of c/g is −c·g′/g²: the factor g′, the derivative of {g}, is missing",
        "multiply by the derivative of the denominator",
        MalRule("reciprocal rule", false_law("-(c/g^2)")),
    ),
    "reciprocal-as-logarithm": (
        "integrated instead of derived",
        "the logarithm is the antiderivative of 1/u",
        "the derivative of 1/u is −1/u²",
        MalRule("reciprocal rule", false_law("c*log(g)")),
    ),
    # Functions
    "sign-of-function": (
        "sign of the function's derivative",
        "the derivative of {body} by {variable} has the other sign",
        "sin becomes cos, and cos becomes −sin; sinh and cosh become each other without a sign",
        MalRule("derivative of (sin|cos)h?", false_law("-right")),
    ),
    "half-lost": (
        "lost one half of the root",
        "the derivative of √u is 1/(2√u), half of what stands here",
        "write the 2 under the line",
        MalRule("derivative of sqrt", false_law("1/f")),
    ),
    "reciprocal-of-logarithm": (
        "logarithm left standing",
        "the derivative of log(u) is 1/u, not 1/log(u)",
        "write what stands inside the logarithm under the line, without the logarithm",
        MalRule("derivative of log", false_law("1/f")),
    ),
}
