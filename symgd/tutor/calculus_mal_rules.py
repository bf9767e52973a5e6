"""CALCULUS: what goes wrong with the rules for compositions, powers, products, quotients and functions."""

from __future__ import annotations

from symgd.tutor import false_algebra as lines
from symgd.tutor import mal_rules
from symgd.tutor.mal_rules import false_law
from symgd.tutor.misconception import Misconception, by_rules

CALCULUS: tuple[Misconception, ...] = (
    # The chain rule
    by_rules(
        "lost-inner-derivative",
        "lost inner derivative",
        "the chain rule ends with a factor that is missing here: the derivative of the inner function {g} by {variable}",
        "multiply by the derivative of what stands inside",
        ("chain rule", false_law("df")),
        ("chain rule", mal_rules.lost_inner_but_sign),
        more=lines.partial_dropped,
    ),
    by_rules(
        "inner-derivative-inside",
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} was put inside the outer function: it is a factor of its own",
        "leave the inner function as it is, and multiply by its derivative",
        ("chain rule", mal_rules.outer_at_inner_derivative),
        ("chain rule", mal_rules.outer_of_inner_derivative),
        ("chain rule", mal_rules.inner_inside),
    ),
    by_rules(
        "inner-derivative-as-exponent",
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} became an exponent: it is a factor",
        "multiply by the inner derivative",
        ("chain rule", false_law("df^du")),
    ),
    by_rules(
        "inner-derivative-added",
        "inner derivative added",
        "outer and inner derivative were added: the chain rule multiplies them",
        "write a product: outer derivative times inner derivative",
        ("chain rule", false_law("df + du")),
    ),
    # Powers
    by_rules(
        "power-not-lowered",
        "power not lowered",
        "the exponent {n} came down as a factor, but the power was not lowered by one",
        "write the exponent less one",
        ("power rule", false_law("n*u^n")),
    ),
    by_rules(
        "exponent-not-brought-down",
        "lost factor {n}",
        "the power was lowered, but its exponent {n} did not come down as a factor",
        "write the old exponent in front; only where the cost has 1/(2N) does the 2 of a square cancel",
        ("power rule", false_law("u^k")),
    ),
    by_rules(
        "integrated",
        "integrated instead of derived",
        "raising the power and dividing by it is the antiderivative",
        "bring the exponent {n} down as a factor and lower it by one",
        ("power rule", false_law("u^l/l")),
    ),
    by_rules(
        "power-raised",
        "power raised",
        "the exponent {n} was raised by one; deriving lowers it",
        "take one from the exponent; below zero, −2 becomes −3",
        ("power rule", false_law("n*u^l")),
    ),
    by_rules(
        "lowered-before-brought-down",
        "exponent lowered too early",
        "the exponent was lowered before it came down: the factor is the old exponent {n}",
        "bring down {n}, then lower the power",
        ("power rule", false_law("k*u^k")),
    ),
    by_rules(
        "power-gone",
        "power lost",
        "the power vanished when its exponent {n} came down; it is lowered by one only",
        "keep the base with the exponent less one",
        ("power rule", false_law("n*u")),
    ),
    by_rules(
        "logarithm-of-base-lost",
        "logarithm of the base lost",
        "the derivative of {body} by {variable} has the factor log({a})",
        "multiply by the logarithm of the base; it is 1 for the base e alone",
        ("exponential rule", mal_rules.kept),
    ),
    by_rules(
        "exponential-by-power-rule",
        "power rule used on an exponential",
        "{variable} stands in the exponent: the power rule is for a variable base",
        "the derivative of exp(u) is exp(u), and of a^u it is a^u·log(a)",
        ("derivative of ", false_law("u*exp(u - 1)", of="exp")),
        ("exponential rule", false_law("n*u^k")),
    ),
    # What is derived of a composition
    by_rules(
        "outer-not-derived",
        "outer function not derived",
        "only the inner function {g} was derived; the outer one stands as it was",
        "derive the outer function first, then multiply by the inner derivative",
        ("chain rule", false_law("f*du")),
    ),
    by_rules(
        "inner-function-itself",
        "inner function in the place of its derivative",
        "the last factor is the inner function {g} itself, not its derivative by {variable}",
        "multiply by the derivative of the inner function",
        ("chain rule", false_law("df*u")),
    ),
    by_rules(
        "inner-derivative-divided",
        "divided by the inner derivative",
        "dividing by the inner derivative belongs to integrating; deriving multiplies by it",
        "multiply by the derivative of {g}",
        ("chain rule", false_law("df/du")),
    ),
    # Products and quotients
    by_rules(
        "product-of-derivatives",
        "product of the derivatives",
        "the derivative of a product is not the product of the derivatives",
        "derive one factor at a time, keep the others, and add",
        ("product rule", mal_rules.derivatives_multiplied),
    ),
    by_rules(
        "half-of-product-rule",
        "only one term of the product rule",
        "only one of the factors was derived; the product rule has a term for each",
        "add the term in which the other factor is derived",
        ("product rule", mal_rules.only_first),
        ("product rule", mal_rules.only_last),
    ),
    by_rules(
        "minus-of-cosine",
        "sign of the function's derivative",
        "the derivative of {body} by {variable} is −sin, with a minus",
        "write the minus: cos becomes −sin, and sin becomes cos",
        ("derivative of cos", mal_rules.sign_of_function),
    ),
    by_rules(
        "minus-in-product-rule",
        "minus in the product rule",
        "the terms of the product rule are added; the minus belongs to the quotient rule",
        "write a plus between the terms",
        ("product rule", mal_rules.minus_between),
    ),
    by_rules(
        "quotient-of-derivatives",
        "quotient of the derivatives",
        "the derivative of a fraction is not the fraction of the derivatives",
        "use (f′·g − f·g′)/g²",
        ("quotient rule", false_law("df/dg")),
        ("reciprocal rule", false_law("f/dg")),
    ),
    by_rules(
        "minus-of-reciprocal",
        "lost minus of the reciprocal",
        "the derivative of 1/u is −1/u²: the exponent −1 comes down as a minus",
        "write the minus; for c/g it is −c·g′/g²",
        ("reciprocal rule", mal_rules.turned),
    ),
    by_rules(
        "quotient-turned",
        "quotient rule the wrong way round",
        "the terms above the line have changed places, or their minus is lost: f′·g comes first, f·g′ is taken from it",
        "write (f′·g − f·g′)/g²",
        ("quotient rule", mal_rules.turned),
    ),
    by_rules(
        "plus-in-quotient-rule",
        "plus in the quotient rule",
        "the terms of the quotient rule are subtracted; the plus belongs to the product rule",
        "write (f′·g − f·g′)/g²",
        ("quotient rule", false_law("(df*g + f*dg)/g^2")),
    ),
    by_rules(
        "denominator-not-squared",
        "denominator not squared",
        "the denominator {g} must be squared",
        "write g² under the line",
        ("quotient rule", false_law("(df*g - f*dg)/g")),
        ("reciprocal rule", false_law("-(f*dg/g)")),
    ),
    by_rules(
        "denominator-taken-as-constant",
        "denominator taken for a constant",
        "only the numerator was derived, but {g} depends on {variable} too",
        "use the quotient rule (f′·g − f·g′)/g²",
        ("quotient rule", false_law("df/g")),
    ),
    by_rules(
        "reciprocal-without-inner",
        "lost inner derivative",
        "the derivative of c/g is −c·g′/g²: the factor g′, the derivative of {g}, is missing",
        "multiply by the derivative of the denominator",
        ("reciprocal rule", false_law("-(f/g^2)")),
    ),
    by_rules(
        "reciprocal-as-logarithm",
        "integrated instead of derived",
        "the logarithm is the antiderivative of 1/u",
        "the derivative of 1/u is −1/u²",
        ("reciprocal rule", false_law("f*log(g)")),
    ),
    # Functions
    by_rules(
        "sign-of-function",
        "sign of the function's derivative",
        "the derivative of {body} by {variable} has the other sign",
        "sin becomes cos, and cos becomes −sin; sinh and cosh become each other without a sign",
        ("derivative of ", mal_rules.sign_of_function),
    ),
    by_rules(
        "half-lost",
        "lost one half of the root",
        "the derivative of √u is 1/(2√u), half of what stands here",
        "write the 2 under the line",
        ("derivative of ", false_law("1/f", of="sqrt")),
    ),
    by_rules(
        "reciprocal-of-logarithm",
        "logarithm left standing",
        "the derivative of log(u) is 1/u, not 1/log(u)",
        "write what stands inside the logarithm under the line, without the logarithm",
        ("derivative of ", false_law("1/f", of="log")),
    ),
)
