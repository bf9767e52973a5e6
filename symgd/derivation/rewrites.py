"""The rewrites behind the calculus page: what the derivative of a body is, or None where the rule does not apply.

Each answers a Term that may still hold unfinished Partials; what is kept is the same object as before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import sympy

from symgd import terms as nt
from symgd.derivation.from_sympy import term_from
from symgd.errors import DerivationError
from symgd.parsing.formula import parse, parse_condition
from symgd.terms import (
    Abbreviation,
    BigSum,
    Call,
    Case,
    Comparison,
    Fraction,
    Negative,
    Partial,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    call,
    number,
    product_of,
)
from symgd.terms.exact import exact_number
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.signs import is_positive
from symgd.writing.steps import Rewritten, Rule

# For inner functions, in this order.
LETTERS = ("u", "v", "w", "s", "t", *(f"u_{number}" for number in range(1, 10_000)))


def _of(partial: Partial, body: Term) -> Partial:
    """The same derivative of another body."""
    return Partial(body, partial.variable, partial.ordinary)


def constant(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not body.depends_on(partial.variable):
        return Rewritten(number(0), {"c": body})
    fixed = exact_number(body.base) if isinstance(body, Power) else None
    if isinstance(body, Power) and fixed in (0, 1):
        # 1^f is always 1, 0^f always 0 where it has a value.
        where = () if fixed else (Comparison(body.exponent, ">", number(0)),)
        return Rewritten(number(0), {"c": body}, {}, where)
    return None


def variable_itself(partial: Partial) -> Rewritten | None:
    return Rewritten(number(1)) if partial.body == partial.variable else None


def definition(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Abbreviation):
        return None
    return Rewritten(_of(partial, body.definition), {"f": body, "g": body.definition})


def constant_multiple(partial: Partial) -> Rewritten | None:
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


def through_a_name(partial: Partial) -> Rewritten | None:
    """What depends on the variable through one name alone, more than once, is derived by the name first."""
    body = partial.body
    if not isinstance(body, Sum | Product | Fraction | Power | Call | nt.Cases):
        return None
    leaves = [part for _, part in body.walk() if not part.children or isinstance(part, BigSum)]
    varying = [part for part in leaves if part.depends_on(partial.variable)]
    names = set(varying)
    (h,) = names if len(names) == 1 else (None,)
    if not isinstance(h, Abbreviation) or h == partial.variable:
        return None
    by_cases = isinstance(body, nt.Cases) or (
        isinstance(body, Call) and body.function in ("max", "min")
    )
    if len(varying) < 2 and not by_cases:
        return None
    after = Product((Partial(body, h), _of(partial, h)))
    return Rewritten(after, {"h": h, "f": body})


def sum_of_terms(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Sum):
        return None
    return Rewritten(Sum(tuple(_of_term(partial, term) for term in body.terms)))


def _of_term(partial: Partial, term: Term) -> Term:
    """The derivative of one term of a sum; a subtraction stays one."""
    return Negative(_of(partial, term.term)) if isinstance(term, Negative) else _of(partial, term)


def big_sum(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, BigSum):
        return None
    return Rewritten(body.rebuild((_of(partial, body.body),)))


def power(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Power) or body.base != partial.variable:
        return None
    exponent = body.exponent
    if exponent.depends_on(partial.variable):
        return None
    after = Product((exponent, lowered(body)))
    return Rewritten(after, {"n": exponent, "f": body}, {}, _vertical_at_zero(body))


def _vertical_at_zero(root: Power) -> tuple[Term, ...]:
    """Roots have a value at zero, but no slope; even ones have no value on its left."""
    known = exact_number(root.exponent)
    if known is None or not 0 < known < 1:
        return ()
    return (Comparison(root.base, "!=" if known.denominator % 2 else ">", number(0)),)


def lowered(power: Power) -> Term:
    """u^(n−1) for u^n, with the exponent worked out where it is a number."""
    exponent = power.exponent
    known = exact_number(exponent)
    if known is None:
        less = Sum((*nt.terms_of(exponent), Negative(number(1))))
        return Power(power.base, less)
    decimal = any(isinstance(part, nt.Number) and part.decimal for _, part in exponent.walk())
    return power.base if known == 2 else Power(power.base, nt.Number(known - 1, decimal))


def exponential(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Power) or body.exponent != partial.variable:
        return None
    if body.base.depends_on(partial.variable):
        return None
    after = Product((body, call("log", body.base)))
    return Rewritten(after, {"a": body.base}, {}, _positive(body.base))


def _positive(base: Term) -> tuple[Term, ...]:
    """That a power with any real exponent has a value; nothing needs saying of a number that is positive."""
    if is_positive(base):
        return ()
    if base.value.is_negative:
        raise DerivationError(
            f"a power of {base.value} is a real number for whole exponents only: it has no derivative",
            "write a positive base",
        )
    return (Comparison(base, ">", number(0)),)


def logarithmic(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Power):
        return None
    inside = Product((body.exponent, call("log", body.base)))
    after = Product((body, _of(partial, inside)))
    condition = Comparison(body.base, ">", number(0))
    return Rewritten(after, {"f": body.base, "g": body.exponent, "h": inside}, {}, (condition,))


def change_of_base(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Call) or body.function != "log" or len(body.arguments) == 1:
        return None
    top, bottom = (call("log", argument) for argument in body.arguments)
    return Rewritten(_of(partial, Fraction(top, bottom)), {"f": body, "a": body.arguments[1]})


def largest(partial: Partial) -> Rewritten | None:
    """max and min, two arguments at a time: the derivative of the one that is taken."""
    body = partial.body
    if not isinstance(body, Call) or body.function not in ("max", "min"):
        return None
    *front, last = body.arguments
    first = front[0] if len(front) == 1 else Call(body.function, tuple(front))
    # What varies comes first, so that a kink at a constant reads "u′ if u > 0, 0 otherwise".
    one, other = (first, last) if first.depends_on(partial.variable) else (last, first)
    taken = Comparison(one, ">" if body.function == "max" else "<", other)
    cases = (Case(_of(partial, one), taken), Case(_of(partial, other), nt.Otherwise()))
    kink = Comparison(one, "!=", other)
    return Rewritten(nt.Cases(cases), {"f": one, "g": other, "h": body}, {}, (kink,))


def case_by_case(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Cases):
        return None
    cases = tuple(Case(_of(partial, case.body), case.condition) for case in body.cases)
    return Rewritten(nt.Cases(cases), {"f": body}, {}, _borders(body, partial.variable))


def _borders(body: nt.Cases, variable: nt.Variable) -> tuple[Term, ...]:
    """Where one case ends and the next begins: there the derivative need not exist."""
    found: dict[Term, None] = {}
    for case in body.cases:
        for _, part in case.condition.walk():
            if isinstance(part, Comparison) and part.depends_on(variable):
                found.setdefault(Comparison(part.left, "!=", part.right))
    return tuple(found)


def log_sum_exp(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Call) or body.function != "logsumexp":
        return None
    terms = []
    for place, argument in enumerate(body.arguments):
        others = body.arguments[:place] + body.arguments[place + 1 :]
        terms.append(Product((call("softmax", argument, *others), _of(partial, argument))))
    return Rewritten(Sum(tuple(terms)), {"f": body})


def softmax(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Call) or body.function != "softmax":
        return None
    first = body.arguments[0]
    mean = _of(partial, Call("logsumexp", body.arguments))
    return Rewritten(Product((body, Sum((_of(partial, first), Negative(mean))))), {"f": body})


def product(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Product):
        return None
    terms = []
    for place, factor in enumerate(body.factors):
        others = body.factors[:place], body.factors[place + 1 :]
        terms.append(Product((*others[0], _of(partial, factor), *others[1])))
    first, *rest = body.factors
    return Rewritten(Sum(tuple(terms)), {"f": first, "g": product_of(tuple(rest))})


def reciprocal(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Fraction) or body.numerator.depends_on(partial.variable):
        return None
    inner = _of(partial, body.denominator)
    above = inner if nt.is_number(body.numerator, 1) else Product((body.numerator, inner))
    after = Negative(Fraction(above, Power(body.denominator, number(2))))
    return Rewritten(after, {"c": body.numerator, "g": body.denominator})


def quotient(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, Fraction):
        return None
    top, bottom = body.numerator, body.denominator
    left = Product((_of(partial, top), bottom))
    right = Product((top, _of(partial, bottom)))
    above = Sum((left, Negative(right)))
    return Rewritten(Fraction(above, Power(bottom, number(2))), {"f": top, "g": bottom})


def function_rules(
    declared: Function, functions: Mapping[str, Function] = FUNCTIONS
) -> tuple[Rule, ...]:
    """The rules of a function, one for each argument that it has a derivative by."""
    pairs = enumerate(declared.derivatives)
    return tuple(_function_rule(declared, n, text, functions) for n, text in pairs if text)


def _function_rule(
    declared: Function, place: int, derivative: str, functions: Mapping[str, Function]
) -> Rule:
    """The rule of a function by one of its arguments, from its derivative as a text in u, v."""
    names = "uv"[: declared.arity or 1]
    letters = [Symbol(name) for name in names]
    law = f"∂/∂{names[place]} {declared.name}({', '.join(names)}) = {derivative}"

    @cache
    def formula() -> Term:
        return parse(derivative, functions=functions)

    def rewrite(partial: Partial) -> Rewritten | None:
        body = partial.body
        if not isinstance(body, Call) or body.declared != declared:
            return None
        varying = [argument.depends_on(partial.variable) for argument in body.arguments]
        if sum(varying) != 1 or len(varying) != len(letters):
            return None
        if body.arguments[place] != partial.variable:
            return None
        meant: dict[Term, Term] = dict(zip(letters, body.arguments, strict=True))
        after = formula().substitute(meant)
        where = tuple(_condition(text).substitute(meant) for text in declared.where)
        return Rewritten(after, {"f": body, "g": after}, {}, where)

    why = "the derivative of {f} by {variable} is {g}"
    example = _example(declared, place, derivative)
    return Rule(f"derivative of {declared.name}", law, why, rewrite, (example,), "inner")


def _example(declared: Function, place: int, derivative: str) -> tuple[str, str]:
    """The law with x in the place of the argument that is derived by."""
    arguments = ["2"] * (declared.arity or 1)
    arguments[place] = "x"
    body = f"{declared.name}({', '.join(arguments)})"
    meant = dict(zip("uv", arguments, strict=False))
    return body, re.sub(r"\b[uv]\b", lambda found: meant[found.group()], derivative)


@cache
def _condition(text: str) -> Term:
    return parse_condition(text)


def chain(partial: Partial) -> Rewritten | None:
    body = partial.body
    places = _inner_places(body, partial.variable)
    if len(places) != 1 or body.children[places[0]] == partial.variable:
        return None
    place = places[0]
    inner = body.children[place]
    u, introduced = _named(inner, body, partial.variable)
    shown = u.definition if u is inner else inner
    outer = body.replace((place,), u)
    after = Product((Partial(outer, u, ordinary=True), _of(partial, inner)))
    return Rewritten(after, {"u": u, "f": outer, "g": shown}, introduced)


def chain_of_several(partial: Partial) -> Rewritten | None:
    """A function of several arguments that vary: one term for each way in which the variable comes in."""
    body = partial.body
    places = _inner_places(body, partial.variable)
    if not isinstance(body, Call) or len(places) < 2:
        return None
    introduced: dict[str, Term] = {}
    names: dict[int, Abbreviation] = {}
    for place in places:
        taken = Sum((body, *names.values()))
        names[place], new = _named(body.children[place], taken, partial.variable)
        introduced.update(new)
    outer: Term = body
    for place, name in names.items():
        outer = outer.replace((place,), name)
    terms = tuple(
        Product((Partial(outer, name), _of(partial, body.children[place])))
        for place, name in names.items()
    )
    first, second, *_ = names.values()
    return Rewritten(Sum(terms), {"u": first, "v": second, "f": outer}, introduced)


def _named(
    inner: Term, body: Term, variable: nt.Variable
) -> tuple[Abbreviation, Mapping[str, Term]]:
    """A letter for an inner function and its definition; what has a name already keeps it."""
    if isinstance(inner, Abbreviation):
        return inner, {}
    u = Abbreviation(_fresh(body, variable), inner, tuple(sorted(nt.indices_of(inner))))
    return u, {u.name: nt.Equation(u, inner)}


def _inner_places(body: Term, variable: nt.Variable) -> list[int]:
    """Which children of a composition vary; none where the body is not a composition."""
    if not isinstance(body, Call | Power):
        return []
    return [n for n, child in enumerate(body.children) if child.depends_on(variable)]


def _fresh(body: Term, variable: nt.Variable) -> str:
    """A letter for the inner function that nothing else in sight uses."""
    used = body.names | {variable.name}
    return next(letter for letter in LETTERS if letter not in used)


def uncovered(partial: Partial) -> Rewritten | None:
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
