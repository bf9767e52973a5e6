"""The calculus page: RULES in teaching order, each with its law beside it.

A rule is tried on a Partial whose body is the expression to be derived. The first that applies is used; what none
covers, `UNCOVERED` gives as SymPy has it, marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sympy

from symgd import notation as nt
from symgd.derivation.from_sympy import term_from
from symgd.derivation.index_rules import ANOTHER_INDEX, INDEX, OVER_THE_ENTRIES, THROUGH_AN_ENTRY
from symgd.derivation.tree import Rewritten, Rule
from symgd.errors import DerivationError
from symgd.notation import (
    Abbreviation,
    BigSum,
    Call,
    Fraction,
    Negative,
    Partial,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    number,
    product_of,
)
from symgd.parsing import parse


def _of(partial: Partial, body: Term) -> Partial:
    """The same derivative of another body."""
    return Partial(body, partial.variable, partial.ordinary)


def _constant(partial: Partial) -> Rewritten | None:
    if partial.body.depends_on(partial.variable):
        return None
    return Rewritten(number(0), {"c": partial.body})


def _variable(partial: Partial) -> Rewritten | None:
    return Rewritten(number(1)) if partial.body == partial.variable else None


def _definition(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Abbreviation):
        return None
    return Rewritten(_of(partial, body.definition), {"f": body, "g": body.definition})


def _constant_multiple(partial: Partial) -> Rewritten | None:
    body = partial.body
    if isinstance(body, Negative):
        return Rewritten(Negative(_of(partial, body.term)), {"c": number(-1), "f": body.term})
    if isinstance(body, Fraction) and not body.denominator.depends_on(partial.variable):
        front = Fraction(number(1), body.denominator)
        after = Product((front, _of(partial, body.numerator)))
        return Rewritten(after, {"c": front, "f": body.numerator})
    if not isinstance(body, Product):
        return None
    kept = tuple(factor for factor in body.factors if not factor.depends_on(partial.variable))
    varying = tuple(factor for factor in body.factors if factor.depends_on(partial.variable))
    if not kept:
        return None
    inner = product_of(varying)
    after = Product((*kept, _of(partial, inner)))
    return Rewritten(after, {"c": product_of(kept), "f": inner})


def _sum(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Sum):
        return None
    return Rewritten(Sum(tuple(_of_term(partial, term) for term in body.terms)))


def _of_term(partial: Partial, term: Term) -> Term:
    """The derivative of one term of a sum; a subtraction stays one."""
    return Negative(_of(partial, term.term)) if isinstance(term, Negative) else _of(partial, term)


def _big_sum(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, BigSum):
        return None
    return Rewritten(body.rebuild((_of(partial, body.body),)))


def _power(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Power) or body.base != partial.variable:
        return None
    exponent = body.exponent
    if exponent.depends_on(partial.variable):
        return None
    return Rewritten(Product((exponent, lowered(body))), {"n": exponent, "f": body})


def lowered(power: Power) -> Term:
    """u^(n−1) for u^n, with the exponent worked out where it is a number."""
    exponent = power.exponent
    if isinstance(exponent, Negative) and isinstance(exponent.term, nt.Number):
        exponent = nt.Number(-exponent.term.number, exponent.term.decimal)
    if not isinstance(exponent, nt.Number):
        less = Sum((*nt.terms_of(exponent), Negative(number(1))))
        return Power(power.base, less)
    value = nt.Number(exponent.number - 1, exponent.decimal)
    return power.base if value.number == 1 else Power(power.base, value)


def _exponential(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Power) or body.exponent != partial.variable:
        return None
    if body.base.depends_on(partial.variable):
        return None
    return Rewritten(Product((body, Call("log", body.base))), {"a": body.base})


def _product(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Product):
        return None
    terms = []
    for place, factor in enumerate(body.factors):
        others = body.factors[:place], body.factors[place + 1 :]
        terms.append(Product((*others[0], _of(partial, factor), *others[1])))
    first, *rest = body.factors
    return Rewritten(Sum(tuple(terms)), {"f": first, "g": product_of(tuple(rest))})


def _reciprocal(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Fraction) or body.numerator.depends_on(partial.variable):
        return None
    inner = _of(partial, body.denominator)
    above = inner if nt.is_number(body.numerator, 1) else Product((body.numerator, inner))
    after = Negative(Fraction(above, Power(body.denominator, number(2))))
    return Rewritten(after, {"c": body.numerator, "g": body.denominator})


def _quotient(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Fraction):
        return None
    top, bottom = body.numerator, body.denominator
    left = Product((_of(partial, top), bottom))
    right = Product((top, _of(partial, bottom)))
    above = Sum((left, Negative(right)))
    return Rewritten(Fraction(above, Power(bottom, number(2))), {"f": top, "g": bottom})


def _function(name: str, derivative: str) -> Rule:
    """The rule of one function, from its derivative as a text in u."""
    law = f"d/du {name}(u) = {derivative}"
    term = parse(derivative)

    def rewrite(partial: Partial) -> Rewritten | None:
        body = partial.body
        if not isinstance(body, Call) or body.function != name or body.argument != partial.variable:
            return None
        after = term.substitute({Symbol("u"): body.argument})
        return Rewritten(after, {"f": body, "g": after})

    why = "the derivative of {f} by {variable} is {g}"
    example = (f"{name}(x)", derivative.replace("u", "x"))
    return Rule(f"derivative of {name}", law, why, rewrite, (example,), "inner")


def _chain(partial: Partial) -> Rewritten | None:
    body = partial.body
    place = _inner_place(body, partial.variable)
    if place is None:
        return None
    inner = body.children[place]
    if inner == partial.variable:
        return None
    shown = inner
    if isinstance(inner, Abbreviation):
        u, introduced, shown = inner, {}, inner.definition
    else:
        u = Abbreviation(_fresh(body, partial.variable), inner, tuple(sorted(nt.indices_of(inner))))
        introduced = {u.name: nt.Equation(u, inner)}
    outer = body.replace((place,), u)
    after = Product((Partial(outer, u, ordinary=True), _of(partial, inner)))
    return Rewritten(after, {"u": u, "f": outer, "g": shown}, introduced)


def _inner_place(body: Term, variable: nt.Variable) -> int | None:
    """Which child of a composition f(u) is the u that varies, if there is just one."""
    if isinstance(body, Call):
        return 0
    if not isinstance(body, Power):
        return None
    varying = [n for n, child in enumerate(body.children) if child.depends_on(variable)]
    return varying[0] if len(varying) == 1 else None


def _fresh(body: Term, variable: nt.Variable) -> str:
    """A letter for the inner function that nothing else in sight uses."""
    used = body.names | {variable.name}
    letters = ["u", "v", "w", "s", "t", *(f"u_{n}" for n in range(1, 99))]
    return next(letter for letter in letters if letter not in used)


def _uncovered(partial: Partial) -> Rewritten | None:
    """What SymPy has for it, with real symbols, since costs are real."""
    body = partial.body
    variable = Symbol(partial.variable.name)
    value = body.substitute({partial.variable: variable}).value
    real = {
        s: sympy.Dummy(s.name, real=True) for s in value.free_symbols if isinstance(s, sympy.Symbol)
    }
    back = {dummy: symbol for symbol, dummy in real.items()}
    derivative = value.xreplace(real).diff(real[variable.value]).xreplace(back)
    term = term_from(derivative)
    if term is None:
        raise DerivationError(
            f"neither symgd nor SymPy knows the derivative of {value} by {variable.name}",
            "write the formula with other functions",
        )
    return Rewritten(term.substitute({variable: partial.variable}), {"f": body})


DERIVATIVES: Mapping[str, str] = MappingProxyType(
    {
        "exp": "exp(u)",
        "log": "1/u",
        "sin": "cos(u)",
        "cos": "-sin(u)",
        "sqrt": "1/(2*sqrt(u))",
        "tan": "1/cos(u)^2",
        "sinh": "cosh(u)",
        "cosh": "sinh(u)",
        "tanh": "1 - tanh(u)^2",
        "asin": "1/sqrt(1 - u^2)",
        "acos": "-1/sqrt(1 - u^2)",
        "atan": "1/(1 + u^2)",
    }
)

RULES: tuple[Rule, ...] = (
    Rule(
        "constant rule",
        "∂c/∂x = 0",
        "{c} does not depend on {variable}: it is treated as a constant",
        _constant,
        (("7", "0"), ("a", "0"), ("a*b^2", "0")),
        "atom",
    ),
    Rule(
        "variable",
        "∂x/∂x = 1",
        "the derivative of {variable} by itself is 1",
        _variable,
        (("x", "1"),),
        "atom",
    ),
    INDEX,
    Rule(
        "definition",
        "∂f/∂x with what f stands for",
        "{f} stands for {g}",
        _definition,
        (),
    ),
    Rule(
        "constant multiple rule",
        "∂(c·f)/∂x = c·∂f/∂x",
        "{c} does not depend on {variable}: a constant factor stays in front",
        _constant_multiple,
        (("3*x^5", "3*(5*x^4)"), ("x/2", "1/2*1"), ("-x", "-1"), ("a*x*b", "a*b*1")),
        "atom",
    ),
    Rule(
        "sum rule",
        "∂(f ± g)/∂x = ∂f/∂x ± ∂g/∂x",
        "the derivative of a sum is the sum of the derivatives",
        _sum,
        (("x + a", "1 + 0"), ("x^2 - x", "2*x - 1")),
    ),
    ANOTHER_INDEX,
    OVER_THE_ENTRIES,
    Rule(
        "sum rule over the examples",
        "∂(Σ fᵢ)/∂x = Σ ∂fᵢ/∂x",
        "the derivative of a sum is the sum of the derivatives, however many terms it has",
        _big_sum,
        (),
    ),
    THROUGH_AN_ENTRY,
    Rule(
        "power rule",
        "∂(xⁿ)/∂x = n·xⁿ⁻¹",
        "the exponent {n} comes down as a factor and is lowered by one",
        _power,
        (("x^5", "5*x^4"), ("x^2", "2*x"), ("x^-1", "-1*x^(-2)"), ("x^n", "n*x^(n - 1)")),
        "inner",
    ),
    Rule(
        "exponential rule",
        "∂(aˣ)/∂x = aˣ·ln a",
        "a power with a constant base {a} reproduces itself, times the logarithm of the base",
        _exponential,
        (("2^x", "2^x*log(2)"),),
        "inner",
    ),
    *(_function(name, derivative) for name, derivative in DERIVATIVES.items()),
    Rule(
        "product rule",
        "∂(f·g)/∂x = ∂f/∂x·g + f·∂g/∂x",
        "each factor is derived in turn while the others stay",
        _product,
        (("x*sin(x)", "1*sin(x) + x*cos(x)"),),
    ),
    Rule(
        "reciprocal rule",
        "∂(c/g)/∂x = −c·∂g/∂x / g²",
        "{c} is constant, so only the denominator varies",
        _reciprocal,
        (("1/x", "-(1/x^2)"), ("a/x", "-((a*1)/x^2)")),
    ),
    Rule(
        "quotient rule",
        "∂(f/g)/∂x = (∂f/∂x·g − f·∂g/∂x) / g²",
        "numerator and denominator both depend on {variable}",
        _quotient,
        (("x/(x + 1)", "(1*(x + 1) - x*(1 + 0))/(x + 1)^2"),),
    ),
    Rule(
        "chain rule",
        "∂f(u)/∂x = df/du·∂u/∂x",
        "the derivative of the outer function at {u}, times the derivative of {u}",
        _chain,
        (("(x + 1)^2", "2*(x + 1)*(1 + 0)"), ("exp(-x)", "exp(-x)*(-1)")),
    ),
)

UNCOVERED = Rule(
    "not covered by a rule",
    "∂f/∂x as SymPy gives it",
    "no rule here covers {f}: this line is SymPy's derivative, not derived in steps",
    _uncovered,
    (("abs(x)", "sign(x)"),),
    covered=False,
)
