"""MISCONCEPTIONS: what is known to go wrong, each as a way of making the wrong line from the right one.

The first that makes what the student wrote gives its name, so the likelier ones stand first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symgd.derivation.tree import Rewritten
from symgd.notation import Partial, Term, number
from symgd.student import false_lines as lines
from symgd.student import spoilt
from symgd.student.false_lines import Slips
from symgd.student.slips import Case, Slip, SpoiltRule, by_false_algebra, by_spoilt_rule


@dataclass(frozen=True)
class Misconception:
    """Something that is often misunderstood.

    Parameters
    ----------
    key : str
        A name for programs.
    name : str
        What teachers call it.
    explanation : str
        What went wrong; ``{variable}`` and the like stand for what `slips` say.
    remedy : str
        What to do.
    slips : callable
        Takes a Case; answers the wrong lines that the misconception makes of it.
    rules : tuple of SpoiltRule
        The spoilt rules behind it, if that is how it comes about; two of these may meet in one line.
    """

    key: str
    name: str
    explanation: str
    remedy: str
    slips: Slips
    rules: tuple[SpoiltRule, ...] = ()


def _spoilt(
    key: str,
    name: str,
    explanation: str,
    remedy: str,
    *rules: tuple[str, Callable[[Partial, Rewritten], Term | None]],
    more: Slips | None = None,
    everywhere: bool = True,
) -> Misconception:
    made = tuple(SpoiltRule(rule, spoil, everywhere) for rule, spoil in rules)
    by_rules = by_spoilt_rule(*made)

    def slips(case: Case) -> Iterator[Slip]:
        yield from more(case) if more is not None else ()
        yield from by_rules(case)

    return Misconception(key, name, explanation, remedy, slips, made)


def _algebra(
    key: str, name: str, explanation: str, remedy: str, rewrite: Callable[[Term], Iterable[Slip]]
) -> Misconception:
    return Misconception(key, name, explanation, remedy, by_false_algebra(rewrite))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    # The chain rule
    _spoilt(
        "lost-inner-derivative",
        "lost inner derivative",
        "the chain rule ends with a factor that is missing here: the derivative of the inner function {g} by {variable}",
        "multiply by the derivative of what stands inside",
        ("chain rule", spoilt.lost_inner),
        more=lines.partial_dropped,
    ),
    _spoilt(
        "inner-derivative-inside",
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} was put inside the outer function: it is a factor of its own",
        "leave the inner function as it is, and multiply by its derivative",
        ("chain rule", spoilt.outer_at_inner_derivative),
        ("chain rule", spoilt.outer_of_inner_derivative),
        ("chain rule", spoilt.inner_inside),
    ),
    _spoilt(
        "inner-derivative-as-exponent",
        "inner derivative misplaced",
        "the derivative of the inner function {g} by {variable} became an exponent: it is a factor",
        "multiply by the inner derivative",
        ("chain rule", spoilt.inner_as_exponent),
    ),
    _spoilt(
        "inner-derivative-added",
        "inner derivative added",
        "outer and inner derivative were added: the chain rule multiplies them",
        "write a product: outer derivative times inner derivative",
        ("chain rule", spoilt.inner_added),
    ),
    # Powers
    _spoilt(
        "power-not-lowered",
        "power not lowered",
        "the exponent {n} came down as a factor, but the power was not lowered by one",
        "write the exponent less one",
        ("power rule", spoilt.not_lowered),
    ),
    _spoilt(
        "exponent-not-brought-down",
        "lost factor {n}",
        "the power was lowered, but its exponent {n} did not come down as a factor",
        "write the old exponent in front; only where the cost has 1/(2N) does the 2 of a square cancel",
        ("power rule", spoilt.not_brought_down),
    ),
    _spoilt(
        "integrated",
        "integrated instead of derived",
        "raising the power and dividing by it is the antiderivative",
        "bring the exponent {n} down as a factor and lower it by one",
        ("power rule", spoilt.power_integrated),
    ),
    _spoilt(
        "power-raised",
        "power raised",
        "the exponent {n} was raised by one; deriving lowers it",
        "take one from the exponent; below zero, −2 becomes −3",
        ("power rule", spoilt.exponent_raised),
    ),
    _spoilt(
        "lowered-before-brought-down",
        "exponent lowered too early",
        "the exponent was lowered before it came down: the factor is the old exponent {n}",
        "bring down {n}, then lower the power",
        ("power rule", spoilt.lowered_first),
    ),
    _spoilt(
        "power-gone",
        "power lost",
        "the power vanished when its exponent {n} came down; it is lowered by one only",
        "keep the base with the exponent less one",
        ("power rule", spoilt.power_gone),
    ),
    _spoilt(
        "logarithm-of-base-lost",
        "logarithm of the base lost",
        "the derivative of {body} by {variable} has the factor log({a})",
        "multiply by the logarithm of the base; it is 1 for the base e alone",
        ("exponential rule", spoilt.log_of_base_lost),
    ),
    _spoilt(
        "exponential-by-power-rule",
        "power rule used on an exponential",
        "{variable} stands in the exponent: the power rule is for a variable base",
        "the derivative of exp(u) is exp(u), and of a^u it is a^u·log(a)",
        ("derivative of ", spoilt.exp_by_power_rule),
        ("exponential rule", spoilt.exp_by_power_rule),
    ),
    # What is derived of a composition
    _spoilt(
        "outer-not-derived",
        "outer function not derived",
        "only the inner function {g} was derived; the outer one stands as it was",
        "derive the outer function first, then multiply by the inner derivative",
        ("chain rule", spoilt.outer_kept),
    ),
    _spoilt(
        "inner-function-itself",
        "inner function in the place of its derivative",
        "the last factor is the inner function {g} itself, not its derivative by {variable}",
        "multiply by the derivative of the inner function",
        ("chain rule", spoilt.inner_itself),
    ),
    _spoilt(
        "inner-derivative-divided",
        "divided by the inner derivative",
        "dividing by the inner derivative belongs to integrating; deriving multiplies by it",
        "multiply by the derivative of {g}",
        ("chain rule", spoilt.inner_divided),
    ),
    # Products and quotients
    _spoilt(
        "product-of-derivatives",
        "product of the derivatives",
        "the derivative of a product is not the product of the derivatives",
        "derive one factor at a time, keep the others, and add",
        ("product rule", spoilt.derivatives_multiplied),
    ),
    _spoilt(
        "half-of-product-rule",
        "only one term of the product rule",
        "only one of the factors was derived; the product rule has a term for each",
        "add the term in which the other factor is derived",
        ("product rule", spoilt.only_first),
        ("product rule", spoilt.only_last),
    ),
    _spoilt(
        "minus-in-product-rule",
        "minus in the product rule",
        "the terms of the product rule are added; the minus belongs to the quotient rule",
        "write a plus between the terms",
        ("product rule", spoilt.minus_between),
    ),
    _spoilt(
        "quotient-of-derivatives",
        "quotient of the derivatives",
        "the derivative of a fraction is not the fraction of the derivatives",
        "use (f′·g − f·g′)/g²",
        ("quotient rule", spoilt.quotient_of_derivatives),
        ("reciprocal rule", spoilt.reciprocal_of_derivative),
    ),
    _spoilt(
        "quotient-turned",
        "quotient rule the wrong way round",
        "the terms above the line have changed places, or their minus is lost: f′·g comes first, f·g′ is taken from it",
        "write (f′·g − f·g′)/g²; for c/g this is −c·g′/g²",
        ("quotient rule", spoilt.quotient_turned),
        ("reciprocal rule", spoilt.quotient_turned),
    ),
    _spoilt(
        "plus-in-quotient-rule",
        "plus in the quotient rule",
        "the terms of the quotient rule are subtracted; the plus belongs to the product rule",
        "write (f′·g − f·g′)/g²",
        ("quotient rule", spoilt.quotient_with_plus),
    ),
    _spoilt(
        "denominator-not-squared",
        "denominator not squared",
        "the denominator {g} must be squared",
        "write g² under the line",
        ("quotient rule", spoilt.quotient_not_squared),
        ("reciprocal rule", spoilt.reciprocal_not_squared),
    ),
    _spoilt(
        "denominator-taken-as-constant",
        "denominator taken for a constant",
        "only the numerator was derived, but {g} depends on {variable} too",
        "use the quotient rule (f′·g − f·g′)/g²",
        ("quotient rule", spoilt.only_numerator),
    ),
    _spoilt(
        "reciprocal-without-inner",
        "lost inner derivative",
        "the derivative of c/g is −c·g′/g²: the factor g′, the derivative of {g}, is missing",
        "multiply by the derivative of the denominator",
        ("reciprocal rule", spoilt.reciprocal_without_inner),
    ),
    _spoilt(
        "reciprocal-as-logarithm",
        "integrated instead of derived",
        "the logarithm is the antiderivative of 1/u",
        "the derivative of 1/u is −1/u²",
        ("reciprocal rule", spoilt.reciprocal_as_logarithm),
    ),
    # Functions
    _spoilt(
        "sign-of-function",
        "sign of the function's derivative",
        "the derivative of {body} by {variable} has the other sign",
        "sin becomes cos, and cos becomes −sin; sinh and cosh become each other without a sign",
        ("derivative of ", spoilt.sign_of_function),
    ),
    _spoilt(
        "half-lost",
        "lost one half of the root",
        "the derivative of √u is 1/(2√u), half of what stands here",
        "write the 2 under the line",
        ("derivative of ", spoilt.half_lost),
    ),
    _spoilt(
        "reciprocal-of-logarithm",
        "logarithm left standing",
        "the derivative of log(u) is 1/u, not 1/log(u)",
        "write what stands inside the logarithm under the line, without the logarithm",
        ("derivative of ", spoilt.reciprocal_of_function),
    ),
    # Which name is derived by, and what is held
    Misconception(
        "other-parameter-zero",
        "other parameter set to zero",
        "{other} is held constant, which does not make it zero: it stays where it stands",
        "keep {other}; only its derivative is zero",
        lines.other_zero,
    ),
    _spoilt(
        "constant-derived-to-itself",
        "constant derived to itself",
        "{c} does not depend on {variable}: its derivative is 0",
        "write 0 for the derivative of a constant",
        ("constant rule", spoilt.constant_kept),
    ),
    _spoilt(
        "first-term-only",
        "only the first term derived",
        "in the sum {body} only the first term was derived; the others stand as they were",
        "derive every term of a sum",
        ("sum rule", spoilt.first_term_only),
    ),
    _spoilt(
        "function-not-derived",
        "function not derived",
        "{body} stands as it was: only exp is its own derivative",
        "write the derivative of {body}",
        ("derivative of ", spoilt.function_kept),
    ),
    _spoilt(
        "constant-factor-derived",
        "constant factor derived",
        "{c} is a constant factor: it stays, and only the rest is derived",
        "keep the constant factor in front",
        ("constant multiple rule", spoilt.zero),
    ),
    _spoilt(
        "variable-derived-to-zero",
        "variable derived to 0",
        "{variable} is what is derived by: its derivative is 1, not 0",
        "write 1",
        ("variable", spoilt.zero),
    ),
    _spoilt(
        "constant-derived-to-one",
        "constant derived to 1",
        "{c} does not depend on {variable}: its derivative is 0, not 1",
        "derive by {variable} alone, and hold everything else constant",
        ("constant rule", spoilt.one),
    ),
    _spoilt(
        "variable-derived-to-itself",
        "variable derived to itself",
        "the derivative of {variable} by itself is 1",
        "write 1",
        ("variable", spoilt.constant_kept),
    ),
    Misconception(
        "other-variable",
        "derived by another variable",
        "this is the derivative by {other}, not by the variable on the left",
        "look for the variable under the line of the derivative, and hold {other} constant",
        lines.other_variable,
    ),
    # Signs
    _spoilt(
        "minus-lost",
        "lost minus sign",
        "the minus before a term is gone; it is a constant factor −1 and stays",
        "keep the minus sign when the term is derived",
        ("constant multiple rule", spoilt.minus_lost),
        ("sum rule", spoilt.minus_in_sum_lost),
    ),
    Misconception(
        "residual-turned",
        "sign of the residual flipped",
        "the residual was turned round, and nothing makes up for it: with target − prediction, the inner derivative has a minus",
        "write prediction − target, or put a minus in front",
        lines.residual_turned,
    ),
    Misconception(
        "wrong-sign",
        "wrong sign",
        "this is what is right, with the other sign",
        "count the minus signs again; the minus of the descent step m − α·∂J/∂m is not part of the derivative",
        lines.scaled((number(-1), "factor")),
    ),
    Misconception(
        "data-derived",
        "derived by the data",
        "this is the derivative by {other}; here the data are numbers, and the parameters are what varies",
        "derive by the parameter",
        lines.data_derived,
    ),
    # The factors of the whole
    Misconception(
        "rate-inside",
        "learning rate inside the gradient",
        "{rate} is no part of the derivative: it belongs to the descent step, which takes {rate} times the gradient",
        "leave {rate} out here",
        lines.rate_inside,
    ),
    Misconception(
        "lost-two",
        "lost factor 2",
        "this is half of what is right: a factor 2 is missing, such as the one that a square brings down",
        "write the 2; only a cost with 1/(2N) or ½ (loss half_mse) cancels it",
        lines.scaled((lines.half(2), "factor")),
    ),
    Misconception(
        "doubled-two",
        "factor 2 twice",
        "this is twice what is right: a factor 2 was counted twice",
        "bring the exponent down once",
        lines.scaled((number(2), "factor")),
    ),
    Misconception(
        "lost-count",
        "lost 1/{count}",
        "the factor 1/{count} of the mean is missing",
        "keep 1/{count} in front; only a cost that is a sum (loss sse) has none",
        lines.count_scaled(False),
    ),
    Misconception(
        "count-twice",
        "divided by {count} twice",
        "there is one 1/{count} too many",
        "write 1/{count} once",
        lines.count_scaled(True),
    ),
    # Sums over the examples
    Misconception(
        "sum-dropped",
        "Σ dropped",
        "the sum over the examples is gone, so one example stands for all",
        "keep the Σ: the derivative of a sum is the sum of the derivatives",
        lines.sums_dropped,
    ),
    _algebra(
        "pulled-out-of-sum",
        "pulled out of the Σ",
        "{f} is another number for each example: it cannot stand before the Σ",
        "move only what is the same for all examples before the Σ",
        lines.pulled_out,
    ),
    _algebra(
        "sum-of-product",
        "sum of a product as a product of sums",
        "Σ a·b is not Σ a · Σ b",
        "leave both factors under one Σ",
        lines.sum_of_product,
    ),
    _algebra(
        "sum-of-constant",
        "sum of a constant",
        "{c} is added once for each example, so the sum is a multiple of it",
        "Σ c = N·c",
        lines.sum_of_constant,
    ),
    # Algebra
    _spoilt(
        "constant-factor-lost",
        "constant factor lost",
        "the constant factor {c} is missing",
        "a constant factor stays in front",
        ("constant multiple rule", spoilt.factor_lost),
        everywhere=False,
    ),
    _algebra(
        "first-sign-only",
        "minus before parentheses",
        "the minus before ({body}) changes the sign of every term in it",
        "change all signs when the parentheses go",
        lines.first_sign_only,
    ),
    _algebra(
        "first-term-multiplied",
        "only the first term multiplied",
        "{c} multiplies every term of ({body})",
        "multiply all terms",
        lines.first_term_multiplied,
    ),
    _algebra(
        "power-of-terms",
        "power of a sum taken term by term",
        "{body} is not the sum of the powers: the mixed terms are missing",
        "write the product out, (a + b)² = a² + 2ab + b²",
        lines.power_of_terms,
    ),
    _algebra(
        "power-forgotten",
        "exponent lost",
        "the exponent of {body} is gone",
        "keep the exponent",
        lines.power_lost,
    ),
    _algebra(
        "term-lost",
        "term lost",
        "the term {f} is missing",
        "copy every term",
        lines.term_lost,
    ),
    _algebra(
        "factor-lost",
        "factor lost",
        "the factor {f} is missing",
        "copy every factor",
        lines.factor_dropped,
    ),
    _algebra(
        "sign-changed",
        "sign of a term",
        "the term {f} has the wrong sign",
        "compare the signs with the line before",
        lines.sign_changed,
    ),
)
