"""MISCONCEPTIONS: what is known to go wrong, each as a way of making the wrong line from the right one.

The first that makes what the student wrote gives its name, so the likelier ones stand first.
"""

from __future__ import annotations

from collections.abc import Mapping

from symgd.tutor import false_algebra, mal_rules
from symgd.tutor.calculus_mal_rules import CALCULUS
from symgd.tutor.mal_rules import false_law
from symgd.tutor.misconception import MalRule, Misconception, Row, by_false_algebra, declared

_ROWS: Mapping[str, Row] = {
    "another-cost": (
        "cost of another convention",
        "this is {factor} times the cost of this exercise: conventions differ by 1/N, 1/(2N) and Σ alone",
        "begin with {right}",
        false_algebra.another_cost,
    ),
    "set-to-zero": (
        "set to zero",
        "0 is what the derivative comes to at the minimum only; everywhere else it is {right}",
        "end with the derivative; the equation derivative = 0 is another question",
        false_algebra.set_to_zero,
    ),
    "penalty-lost": (
        "penalty left out",
        "the derivative of the penalty {penalty} is missing: it is a term of the cost like any other",
        "derive {penalty} too, and add it",
        false_algebra.penalty_lost,
    ),
    "weights-counted": (
        "divided by the number of examples",
        "a mean of examples with weights divides by {sum}, all that they weigh, not by {count}",
        "write 1/({sum}) in the place of 1/{count}",
        false_algebra.weights_counted,
    ),
    "weights-lost": (
        "weights left out",
        "the weight {weight} is missing: it is a factor of its example's loss, and deriving keeps it",
        "write {weight} before the loss of each example",
        false_algebra.weights_lost,
    ),
    # Steps of descent, and the sign of the residual: a rule of calculus would explain these by accident
    "rate-lost": (
        "lost learning rate",
        "the descent step takes {rate} times the gradient from the parameter; here {rate} is missing",
        "multiply the gradient by {rate}",
        false_algebra.step_at_rate("1"),
    ),
    "uphill": (
        "step uphill",
        "the gradient points to where the cost grows, so the descent step takes {rate} times the gradient away",
        "write a minus before the learning rate",
        false_algebra.step_at_rate("-r"),
    ),
    "residual-turned": (
        "sign of the residual flipped",
        "the residual was turned round, and nothing makes up for it: with target − prediction, the inner derivative has a minus",
        "write prediction − target without a minus in front, or target − prediction with one",
        false_algebra.residual_turned,
    ),
    **CALCULUS,
    # Which name is derived by, and what is held
    "other-parameter-zero": (
        "other parameter set to zero",
        "{other} is held constant, which does not make it zero: it stays where it stands",
        "keep {other}; only its derivative is zero",
        false_algebra.other_zero,
    ),
    "constant-derived-to-itself": (
        "constant derived to itself",
        "{c} does not depend on {variable}: its derivative is 0",
        "write 0 for the derivative of a constant",
        MalRule("constant rule", false_law("body")),
    ),
    "first-term-only": (
        "only the first term derived",
        "in the sum {body} only the first term was derived; the others stand as they were",
        "derive every term of a sum",
        MalRule("sum rule", mal_rules.first_term_only),
    ),
    "function-not-derived": (
        "function not derived",
        "{body} stands as it was: only exp is its own derivative",
        "write the derivative of {body}",
        MalRule("derivative of .*", false_law("body")),
    ),
    "constant-factor-derived": (
        "constant factor derived",
        "{c} is a constant factor: it stays, and only the rest is derived",
        "keep the constant factor in front",
        MalRule("constant multiple rule", false_law("0")),
    ),
    "variable-derived-to-zero": (
        "variable derived to 0",
        "{variable} is what is derived by: its derivative is 1, not 0",
        "write 1",
        MalRule("variable", false_law("0")),
    ),
    "constant-derived-to-one": (
        "constant derived to 1",
        "{c} does not depend on {variable}: its derivative is 0, not 1",
        "derive by {variable} alone, and hold everything else constant",
        MalRule("constant rule", false_law("1")),
    ),
    "variable-derived-to-itself": (
        "variable derived to itself",
        "the derivative of {variable} by itself is 1",
        "write 1",
        MalRule("variable", false_law("body")),
    ),
    "every-entry": (
        "derivative by every entry",
        "{f} is derived to 1 whatever its index, but it is {variable} for one index only",
        "keep the one term of the sum whose index is that of {variable}",
        MalRule("index rule", false_law("1")),
    ),
    "other-variable": (
        "derived by another variable",
        "this is the derivative by {other}, not by the variable on the left",
        "look for the variable under the line of the derivative, and hold {other} constant",
        false_algebra.other_variable,
    ),
    # Signs
    "minus-lost": (
        "lost minus sign",
        "the minus before a term is gone; it is a constant factor −1 and stays",
        "keep the minus sign when the term is derived",
        MalRule("constant multiple rule", mal_rules.minus_lost),
        MalRule("sum rule", mal_rules.minus_in_sum_lost),
    ),
    "wrong-sign": (
        "wrong sign",
        "this is what is right, with the other sign",
        "count the minus signs again; the minus of the descent step m − α·∂J/∂m is not part of the derivative",
        false_algebra.scaled("-1"),
    ),
    "data-derived": (
        "derived by the data",
        "this is the derivative by {other}; here the data are numbers, and the parameters are what varies",
        "derive by the parameter",
        false_algebra.data_derived,
    ),
    # The factors of the whole
    "rate-inside": (
        "learning rate inside the gradient",
        "{rate} is no part of the derivative: it belongs to the descent step, which takes {rate} times the gradient",
        "leave {rate} out here",
        false_algebra.rate_inside,
    ),
    "lost-two": (
        "lost factor 2",
        "this is half of what is right: a factor 2 is missing, such as the one that a square brings down",
        "write the 2; only a cost with 1/(2N) or ½ (loss half_mse) cancels it",
        false_algebra.scaled("1/2"),
    ),
    "doubled-two": (
        "factor 2 twice",
        "this is twice what is right: a factor 2 was counted twice",
        "bring the exponent down once",
        false_algebra.scaled("2"),
    ),
    "lost-count": (
        "lost 1/{count}",
        "the factor 1/{count} of the mean is missing",
        "keep 1/{count} in front; only a cost that is a sum (loss sse) has none",
        false_algebra.scaled("N"),
    ),
    "count-twice": (
        "divided by {count} twice",
        "there is one 1/{count} too many",
        "write 1/{count} once",
        false_algebra.scaled("1/N"),
    ),
    # Sums over the examples
    "sum-dropped": (
        "Σ dropped",
        "the sum over the examples is gone, so one example stands for all",
        "keep the Σ: the derivative of a sum is the sum of the derivatives",
        false_algebra.sums_dropped,
    ),
    "one-example": (
        "one example for the cost",
        "the Σ and the 1/N are gone: this is the derivative of one example's loss, not of the mean over all of them",
        "keep (1/N) Σ, or give the loss of one example a name of its own",
        false_algebra.one_example,
    ),
    "pulled-out-of-sum": (
        "pulled out of the Σ",
        "{f} is another number for each example: it cannot stand before the Σ",
        "move only what is the same for all examples before the Σ",
        by_false_algebra(false_algebra.pulled_out),
    ),
    "sum-of-product": (
        "sum of a product as a product of sums",
        "Σ a·b is not Σ a · Σ b",
        "leave both factors under one Σ",
        by_false_algebra(false_algebra.sum_of_product),
    ),
    "sum-of-constant": (
        "sum of a constant",
        "{c} is added once for each example, so the sum is a multiple of it",
        "Σ c = N·c",
        by_false_algebra(false_algebra.sum_of_constant),
    ),
    # Algebra
    "constant-factor-lost": (
        "constant factor lost",
        "the constant factor {c} is missing",
        "a constant factor stays in front",
        MalRule("constant multiple rule", mal_rules.factor_lost, everywhere=False),
    ),
    "first-sign-only": (
        "minus before parentheses",
        "the minus before ({body}) changes the sign of every term in it",
        "change all signs when the parentheses go",
        by_false_algebra(false_algebra.first_sign_only),
    ),
    "first-term-multiplied": (
        "only the first term multiplied",
        "{c} multiplies every term of ({body})",
        "multiply all terms",
        by_false_algebra(false_algebra.first_term_multiplied),
    ),
    "power-of-terms": (
        "power of a sum taken term by term",
        "{body} is not the sum of the powers: the mixed terms are missing",
        "write the product out, (a + b)² = a² + 2ab + b²",
        by_false_algebra(false_algebra.power_of_terms),
    ),
    "power-forgotten": (
        "exponent lost",
        "the exponent of {body} is gone",
        "keep the exponent",
        by_false_algebra(false_algebra.power_lost),
    ),
    "term-lost": (
        "term lost",
        "the term {f} is missing",
        "copy every term",
        by_false_algebra(false_algebra.term_lost),
    ),
    "factor-lost": (
        "factor lost",
        "the factor {f} is missing",
        "copy every factor",
        by_false_algebra(false_algebra.factor_dropped),
    ),
    "sign-changed": (
        "sign of a term",
        "the term {f} has the wrong sign",
        "compare the signs with the line before",
        by_false_algebra(false_algebra.sign_changed),
    ),
    "wrong-number": (
        "wrong number in front",
        "this is {ratio} times what is right, so a number in front was worked out wrongly",
        "multiply the numbers once more",
        false_algebra.wrong_number,
    ),
}

MISCONCEPTIONS: tuple[Misconception, ...] = declared(_ROWS)
