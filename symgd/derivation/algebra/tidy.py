"""The algebra page: TIDY, small named rewrites that bring a line into the form a textbook prints.

They are tried in this order, each on the innermost sub-term first, until none applies. Every one makes the line
smaller, or moves it one way in a fixed order, so that they come to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symgd.derivation.algebra import quotients
from symgd.derivation.algebra import rewrites as algebra
from symgd.derivation.algebra.patterns import identity
from symgd.derivation.calculus.index_rules import COLLAPSE, COLLAPSE_UP_TO, ONE_LETTER, TERM_BY_TERM
from symgd.terms import Term
from symgd.writing.steps import Group, Rewritten, Rule


def algebra_rule(
    name: str,
    law: str,
    why: str,
    rewrite: Callable[[Term], Term | None],
    examples: tuple[tuple[str, str], ...] = (),
    *,
    group: Group = "clean",
    quiet: bool = False,
    bindings: Callable[[Term], Mapping[str, Term]] = lambda term: {},
) -> Rule[Term]:
    """A rule whose `rewrite` answers the new Term alone."""

    def rewritten(term: Term) -> Rewritten | None:
        after = rewrite(term)
        return None if after is None else Rewritten(after, bindings(term))

    return Rule(name, law, why, rewritten, examples, group=group, quiet=quiet)


CONSTANTS_OUT = algebra_rule(
    "constant out of the sum",
    "Σ c·fᵢ = c·Σ fᵢ",
    "a factor that does not change with {i} stands before the sum",
    algebra.constants_out,
    group="form",
    bindings=algebra.counted,
)

HYPERBOLIC_TANGENT = identity(
    "hyperbolic tangent",
    "sinh(u)/cosh(u)",
    "tanh(u)",
    "that is what the hyperbolic tangent is",
    (("a*sinh(x)/cosh(x)", "a*tanh(x)"),),
    law="sinh u / cosh u = tanh u",
)

TIDY: tuple[Rule[Term], ...] = (
    COLLAPSE_UP_TO,
    COLLAPSE,
    TERM_BY_TERM,
    algebra_rule(
        "zero terms",
        "a + 0 = a",
        "adding zero changes nothing",
        algebra.zero_terms,
        (("a + 0", "a"), ("0 - 0", "0")),
    ),
    algebra_rule(
        "zero factor",
        "0·a = 0",
        "zero times anything is zero",
        algebra.zero,
        (("0*a", "0"), ("0/a", "0")),
    ),
    algebra_rule(
        "factor one",
        "1·a = a",
        "multiplying by one changes nothing",
        algebra.ones,
        (("1*a", "a"), ("a^1", "a"), ("a^0", "1")),
    ),
    algebra_rule(
        "parentheses",
        "a(bc) = abc",
        "these parentheses are not needed",
        algebra.nested,
        (("a*(b*c)", "a*b*c"), ("a + (b - c)", "a + b - c")),
        quiet=True,
    ),
    algebra_rule(
        "signs",
        "(−a)(−b) = ab",
        "minus signs are counted and put in front",
        algebra.signs,
        (("a*(-b)", "-(a*b)"), ("(-a)*(-b)", "a*b"), ("(-a)/b", "-(a/b)"), ("-(-a)", "a")),
    ),
    algebra_rule(
        "numbers",
        "2·3·a = 6a",
        "the numbers are worked out",
        algebra.numbers,
        (("3*(5)*x", "15*x"), ("1 + x + 2", "3 + x")),
    ),
    algebra_rule(
        "known value",
        "ln 1 = 0",
        "this value is known",
        quotients.known_value,
        (("log(1)", "0"), ("sqrt(9)", "3")),
    ),
    algebra_rule(
        "square of a root",
        "(√a)² = a",
        "a square undoes a square root",
        quotients.square_of_root,
        (("sqrt(x)^2", "x"), ("sqrt(x + 1)^4", "(x + 1)^2")),
    ),
    algebra_rule(
        "power of a power",
        "(a²)³ = a⁶",
        "the whole exponents multiply",
        algebra.power_of_power,
        (("(x^2)^3", "x^6"),),
    ),
    algebra_rule(
        "power of a product",
        "(2a)³ = 8a³",
        "the number is raised by itself",
        algebra.power_of_product,
        (("(2*x)^3", "8*x^3"),),
    ),
    algebra_rule(
        "power of a quotient",
        "(a/b)² = a²/b²",
        "numerator and denominator are raised by themselves",
        quotients.power_of_quotient,
        (("(x/2)^2", "x^2/2^2"), ("((x + 1)/y)^3", "(x + 1)^3/y^3")),
    ),
    algebra_rule(
        "negative exponent",
        "a^(−n) = 1/aⁿ",
        "a factor with a negative exponent stands under the line",
        algebra.negative_exponent,
        (("x^(-1/2)", "1/x^(1/2)"),),
    ),
    algebra_rule(
        "equal cases",
        "{a if …, a otherwise} = a",
        "all cases are the same",
        algebra.equal_cases,
        (("0 if x > 1 else 0", "0"),),
    ),
    algebra_rule(
        "cases in cases",
        "{a if …, {b if …, c otherwise} otherwise} = {a if …, b if …, c otherwise}",
        "cases in the last case continue the list",
        algebra.nested_cases,
    ),
    algebra_rule(
        "like factors",
        "a·a = a²",
        "equal factors make a power",
        algebra.like_factors,
        (("x*x", "x^2"), ("x^2*y*x", "x^3*y")),
    ),
    ONE_LETTER,
    algebra_rule(
        "like terms",
        "a + a = 2a",
        "equal terms are counted",
        algebra.like_terms,
        (("x + x", "2*x"), ("3*x - x", "2*x"), ("x - x", "0")),
    ),
    identity(
        "opposite exponents",
        "exp(a)*exp(-a)",
        "1",
        "the two factors are each other's reciprocals",
        (("exp(x)*y*exp(-x)", "y"),),
        law="e^a·e^(−a) = 1",
    ),
    algebra_rule(
        "Pythagorean identity",
        "cos² a + sin² a = 1",
        "the two squares add up to one",
        quotients.squares_to_one,
        (("cos(x)^2 + sin(x)^2", "1"), ("cosh(x)^2 - sinh(x)^2", "1")),
    ),
    algebra_rule(
        "multiply out and cancel",
        "a(b − c) + ac = ab",
        "multiplied out, terms cancel",
        quotients.multiplied_out,
        (("a*(1 - b) + b*a", "a"), ("(1 - y)*p - y*(1 - p)", "p - y")),
    ),
    algebra_rule(
        "multiply in",
        "(a/b + c)·b = a + c·b",
        "what stands under a line in the sum is multiplied into it",
        quotients.multiplied_in,
        (("b*(a/b + c)", "a + c*b"), ("x*p*(1 - y/p)", "x*(p - y)")),
    ),
    HYPERBOLIC_TANGENT,
    identity(
        "sign over absolute value",
        "sign(a)/abs(a)",
        "1/a",
        "a number is its sign times its absolute value, and the square of the sign is one",
        (("2*a*sign(x)/(b*abs(x))", "2*a/(b*x)"),),
        law="sgn a/|a| = 1/a",
    ),
    algebra_rule(
        "zero with its factor",
        "max(0, u)·{a if u > 0, 0 otherwise} = a·max(0, u)",
        "where the maximum is 0, the product is 0 whatever the other factor",
        quotients.zero_with_its_factor,
        (("max(0, u)*(a if u > 0 else 0)", "max(0, u)*a"),),
    ),
    algebra_rule(
        "cancel",
        "(c·a)/(c·b) = a/b",
        "what stands above and below the line cancels",
        algebra.cancel,
        (("2*x/(2*y)", "x/y"), ("x/x^2", "1/x"), ("6/(2*n)", "3/n"), ("19.6*t/2", "9.8*t")),
    ),
    algebra_rule(
        "cancel in every term",
        "(a·c + b·c)/(c·d) = (a + b)/d",
        "each term above the line has the factor, and so does what stands below",
        quotients.cancel_in_every_term,
        (("(x - 2*x*y)/x^4", "(1 - 2*y)/x^3"),),
    ),
    algebra_rule(
        "multiplied out",
        "(a + b)·c − a·c = b·c",
        "the products above the line are multiplied out, and equal terms are counted together",
        quotients.multiplied_out_above,
        (("(2*(3*x + 2) - 6*x)/y", "4/y"), ("(2*x*(x + 1) - x^2)/y", "(x^2 + 2*x)/y")),
    ),
    algebra_rule(
        "order",
        "b·2·a = 2·a·b",
        "factors in the usual order: numbers, names, functions, sums",
        algebra.order,
        (("(a + b)*x*2", "2*x*(a + b)"),),
        group="form",
        quiet=True,
    ),
    CONSTANTS_OUT,
    algebra_rule(
        "sum of a constant",
        "Σ c = N·c",
        "the same term, added {n} times",
        algebra.sum_of_constant,
        group="form",
        bindings=algebra.counted,
    ),
    algebra_rule(
        "one fraction",
        "(a/b)·c = (a·c)/b",
        "the factors are written over one line",
        algebra.fractions_joined,
        (("(1/n)*2", "2/n"), ("(a/b)*c", "(a*c)/b")),
        group="form",
    ),
)


def tidy_with(constants_inside: bool) -> tuple[Rule[Term], ...]:
    """TIDY, with or without the rule that brings constants before the Σ."""
    return tuple(rule for rule in TIDY if not (constants_inside and rule is CONSTANTS_OUT))
