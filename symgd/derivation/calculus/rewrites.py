"""The rewrites behind the calculus page: what the derivative of a body is, or None where the rule does not apply.

Each answers a Term that may still hold unfinished Partials; what is kept is the same object as before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import sympy

from symgd import terms as nt
from symgd.derivation.calculus.from_sympy import term_from
from symgd.errors import DerivationError
from symgd.parsing.formula import parse, parse_condition
from symgd.terms.exact import exact_number, is_positive
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.steps import Rewritten, Rule

# For inner functions, in this order.
LETTERS = ("u", "v", "w", "s", "t", *(f"u_{number}" for number in range(1, 10_000)))

MANY_CONSTANTS = 20  # terms of one sum, which then go in one step


def _of(partial: nt.Partial, body: nt.Term) -> nt.Partial:
    """The same derivative of another body."""
    return nt.Partial(body, partial.variable, partial.ordinary)


def constant(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not body.depends_on(partial.variable):
        return Rewritten(nt.number(0), {"c": body})
    fixed = exact_number(body.base) if isinstance(body, nt.Power) else None
    if isinstance(body, nt.Power) and fixed in (0, 1):
        # 1^f is always 1, 0^f always 0 where it has a value.
        where = () if fixed else (nt.Comparison(body.exponent, ">", nt.number(0)),)
        return Rewritten(nt.number(0), {"c": body}, (), where)
    return None


def variable_itself(partial: nt.Partial) -> Rewritten | None:
    return Rewritten(nt.number(1)) if partial.body == partial.variable else None


def definition(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Abbreviation):
        return None
    return Rewritten(_of(partial, body.definition), {"f": body, "g": body.definition})


def constant_multiple(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if isinstance(body, nt.Negative):
        return Rewritten(nt.Negative(_of(partial, body.term)), {"c": nt.number(-1), "f": body.term})
    if isinstance(body, nt.Fraction) and not body.denominator.depends_on(partial.variable):
        front = nt.Fraction(nt.number(1), body.denominator)
        after = nt.Product((front, _of(partial, body.numerator)))
        return Rewritten(after, {"c": front, "f": body.numerator})
    if not isinstance(body, nt.Product):
        return None
    kept = tuple(factor for factor in body.factors if not factor.depends_on(partial.variable))
    if not kept:
        return None
    inner = nt.product_of(tuple(f for f in body.factors if f.depends_on(partial.variable)))
    after = nt.Product((*kept, _of(partial, inner)))
    return Rewritten(after, {"c": nt.product_of(kept), "f": inner})


def through_a_name(partial: nt.Partial) -> Rewritten | None:
    """What depends on the variable through one name alone, more than once, is derived by the name first."""
    body = partial.body
    if not isinstance(body, nt.Sum | nt.Product | nt.Fraction | nt.Power | nt.Call | nt.Cases):
        return None
    leaves = [part for part in body.parts() if not part.children or isinstance(part, nt.BigSum)]
    varying = [part for part in leaves if part.depends_on(partial.variable)]
    names = set(varying)
    (h,) = names if len(names) == 1 else (None,)
    if not isinstance(h, nt.Abbreviation) or h == partial.variable:
        return None
    by_cases = isinstance(body, nt.Cases) or (
        isinstance(body, nt.Call) and body.function in ("max", "min")
    )
    if len(varying) < 2 and not by_cases:
        return None
    after = nt.Product((nt.Partial(body, h), _of(partial, h)))
    return Rewritten(after, {"h": h, "f": body})


def few_of_many(partial: nt.Partial) -> Rewritten | None:
    """A sum of very many terms, or a name for it, without those that are constants: one step, and not one for each."""
    body, variable = partial.body, partial.variable
    if isinstance(body, nt.Abbreviation) and body.name != variable.name:
        body = body.definition
    if not isinstance(body, nt.Sum):
        return None
    varying = tuple(term for term in body.terms if term.depends_on(variable))
    constants = len(body.terms) - len(varying)
    if not varying or constants < MANY_CONSTANTS:
        return None
    after: nt.Term
    if len(varying) > 1:
        after = _of(partial, nt.Sum(varying))
    else:
        after = nt.signed_as(varying[0], _of(partial, nt.unsigned(varying[0])))
    return Rewritten(after, {"number": nt.number(constants), "f": partial.body})


def sum_of_terms(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Sum):
        return None
    # A subtraction stays one.
    terms = (nt.signed_as(term, _of(partial, nt.unsigned(term))) for term in body.terms)
    return Rewritten(nt.Sum(tuple(terms)))


def big_sum(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.BigSum):
        return None
    return Rewritten(body.rebuild((_of(partial, body.body),)))


def power(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Power(partial.variable, n) as body if not n.depends_on(partial.variable):
            after = nt.Product((n, lowered(body)))
            return Rewritten(after, {"n": n, "f": body}, (), _vertical_at_zero(body))
    return None


def _vertical_at_zero(root: nt.Power) -> tuple[nt.Term, ...]:
    """Roots have a value at zero, but no slope; even ones have no value on its left."""
    known = exact_number(root.exponent)
    if known is None or not 0 < known < 1:
        return ()
    return (nt.Comparison(root.base, "!=" if known.denominator % 2 else ">", nt.number(0)),)


def lowered(power: nt.Power) -> nt.Term:
    """u^(n−1) for u^n, with the exponent worked out where it is a number."""
    exponent = power.exponent
    known = exact_number(exponent)
    if known is None:
        less = nt.Sum((*nt.terms_of(exponent), nt.Negative(nt.number(1))))
        return nt.Power(power.base, less)
    decimal = any(isinstance(part, nt.Number) and part.decimal for part in exponent.parts())
    return power.base if known == 2 else nt.Power(power.base, nt.Number(known - 1, decimal))


def exponential(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Power(base, partial.variable) as body if not base.depends_on(partial.variable):
            after = nt.Product((body, nt.call("log", base)))
            return Rewritten(after, {"a": base}, (), _positive(base))
    return None


def _positive(base: nt.Term) -> tuple[nt.Term, ...]:
    """That a power with any real exponent has a value; nothing needs saying of a number that is positive."""
    if is_positive(base):
        return ()
    if base.value.is_negative:
        raise DerivationError(
            f"a power of {base.value} is a real number for whole exponents only: it has no derivative",
            "write a positive base",
        )
    return (nt.Comparison(base, ">", nt.number(0)),)


def logarithmic(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Power(f, g) as body:
            inside = nt.Product((g, nt.call("log", f)))
            after = nt.Product((body, _of(partial, inside)))
            where = (nt.Comparison(f, ">", nt.number(0)),)
            return Rewritten(after, {"f": f, "g": g, "h": inside}, (), where)
    return None


def change_of_base(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Call("log", (argument, base)) as body:
            quotient = nt.Fraction(nt.call("log", argument), nt.call("log", base))
            return Rewritten(_of(partial, quotient), {"f": body, "a": base})
    return None


def largest(partial: nt.Partial) -> Rewritten | None:
    """max and min, two arguments at a time: the derivative of the one that is taken."""
    body = partial.body
    if not isinstance(body, nt.Call) or body.function not in ("max", "min"):
        return None
    *front, last = body.arguments
    first = front[0] if len(front) == 1 else nt.Call(body.function, tuple(front))
    # What varies comes first, so that a kink at a constant reads "u′ if u > 0, 0 otherwise".
    one, other = (first, last) if first.depends_on(partial.variable) else (last, first)
    taken = nt.Comparison(one, ">" if body.function == "max" else "<", other)
    cases = (nt.Case(_of(partial, one), taken), nt.Case(_of(partial, other), nt.Otherwise()))
    kink = nt.Comparison(one, "!=", other)
    return Rewritten(nt.Cases(cases), {"f": one, "g": other, "h": body}, (), (kink,))


def case_by_case(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Cases):
        return None
    cases = tuple(nt.Case(_of(partial, case.body), case.condition) for case in body.cases)
    return Rewritten(nt.Cases(cases), {"f": body}, (), _borders(body, partial.variable))


def _borders(body: nt.Cases, variable: nt.Variable) -> tuple[nt.Term, ...]:
    """Where one case ends and the next begins: there the derivative need not exist."""
    parts = (part for case in body.cases for part in case.condition.parts())
    found = (
        part for part in parts if isinstance(part, nt.Comparison) and part.depends_on(variable)
    )
    return tuple(dict.fromkeys(nt.Comparison(part.left, "!=", part.right) for part in found))


def log_sum_exp(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Call) or body.function != "logsumexp":
        return None
    terms = []
    for position, argument in enumerate(body.arguments):
        others = body.arguments[:position] + body.arguments[position + 1 :]
        terms.append(nt.Product((nt.call("softmax", argument, *others), _of(partial, argument))))
    return Rewritten(nt.Sum(tuple(terms)), {"f": body})


def softmax(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Call("softmax", (first, *_) as arguments) as body:
            mean = _of(partial, nt.Call("logsumexp", arguments))
            return Rewritten(nt.Product((body, nt.minus(_of(partial, first), mean))), {"f": body})
    return None


def product(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.Product):
        return None
    pairs = enumerate(body.factors)
    terms = tuple(body.replace((position,), _of(partial, factor)) for position, factor in pairs)
    first, *rest = body.factors
    return Rewritten(nt.Sum(terms), {"f": first, "g": nt.product_of(tuple(rest))})


def reciprocal(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Fraction(c, g) if not c.depends_on(partial.variable):
            inner = _of(partial, g)
            above = inner if nt.is_number(c, 1) else nt.Product((c, inner))
            return Rewritten(nt.Negative(nt.Fraction(above, nt.squared(g))), {"c": c, "g": g})
    return None


def quotient(partial: nt.Partial) -> Rewritten | None:
    match partial.body:
        case nt.Fraction(f, g):
            left, right = nt.Product((_of(partial, f), g)), nt.Product((f, _of(partial, g)))
            above = nt.minus(left, right)
            return Rewritten(nt.Fraction(above, nt.squared(g)), {"f": f, "g": g})
    return None


def function_rules(
    declared: Function, functions: Mapping[str, Function] = FUNCTIONS
) -> tuple[Rule[nt.Partial], ...]:
    """The rules of a function, one for each argument that it has a derivative by."""
    pairs = enumerate(declared.derivatives)
    return tuple(_function_rule(declared, n, text, functions) for n, text in pairs if text)


def _function_rule(
    declared: Function, position: int, derivative: str, functions: Mapping[str, Function]
) -> Rule[nt.Partial]:
    """The rule of a function by one of its arguments, from its derivative as a text in u, v."""
    names = "uv"[: declared.arity or 1]
    letters = [nt.Symbol(name) for name in names]
    law = f"∂/∂{names[position]} {declared.name}({', '.join(names)}) = {derivative}"

    @cache
    def formula() -> nt.Term:
        return parse(derivative, functions=functions)

    def rewrite(partial: nt.Partial) -> Rewritten | None:
        body = partial.body
        if not isinstance(body, nt.Call) or body.function != declared.name:  # soonest told
            return None
        varying = [argument.depends_on(partial.variable) for argument in body.arguments]
        if body.declared != declared or sum(varying) != 1 or len(varying) != len(letters):
            return None
        if body.arguments[position] != partial.variable:
            return None
        meant: dict[nt.Term, nt.Term] = dict(zip(letters, body.arguments, strict=True))
        after = formula().substitute(meant)
        where = tuple(_condition(text).substitute(meant) for text in declared.where)
        return Rewritten(after, {"f": body, "g": after}, (), where)

    why = "the derivative of {f} by {variable} is {g}"
    example = _example(declared, position, derivative)
    return Rule(
        f"derivative of {declared.name}",
        law,
        why,
        rewrite,
        (example,),
        group="inner",
        printed=(declared.name, declared.written),
    )


def _example(declared: Function, position: int, derivative: str) -> tuple[str, str]:
    """The law with x in the place of the argument that is derived by."""
    arguments = ["2"] * (declared.arity or 1)
    arguments[position] = "x"
    body = f"{declared.name}({', '.join(arguments)})"
    meant = dict(zip("uv", arguments, strict=False))
    return body, re.sub(r"\b[uv]\b", lambda found: meant[found.group()], derivative)


_condition = cache(parse_condition)


def chain(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    positions = _inner_places(body, partial.variable)
    if len(positions) != 1 or body.children[positions[0]] == partial.variable:
        return None
    position = positions[0]
    inner = body.children[position]
    u = _named(inner, body, partial.variable)
    outer = body.replace((position,), u)
    after = nt.Product((nt.Partial(outer, u, ordinary=True), _of(partial, inner)))
    introduced = () if u is inner else (u,)
    return Rewritten(after, {"u": u, "f": outer, "g": u.definition}, introduced)


def chain_of_several(partial: nt.Partial) -> Rewritten | None:
    """A function of several arguments that vary: one term for each way in which the variable comes in."""
    body = partial.body
    positions = _inner_places(body, partial.variable)
    if not isinstance(body, nt.Call) or len(positions) < 2:
        return None
    names: dict[int, nt.Abbreviation] = {}
    for position in positions:
        taken = nt.Sum((body, *names.values()))
        names[position] = _named(body.children[position], taken, partial.variable)
    outer: nt.Term = body
    for position, name in names.items():
        outer = outer.replace((position,), name)
    terms = tuple(
        nt.Product((nt.Partial(outer, name), _of(partial, body.children[position])))
        for position, name in names.items()
    )
    introduced = tuple(u for n, u in names.items() if u is not body.children[n])
    first, second, *_ = names.values()
    return Rewritten(nt.Sum(terms), {"u": first, "v": second, "f": outer}, introduced)


def _named(inner: nt.Term, body: nt.Term, variable: nt.Variable) -> nt.Abbreviation:
    """A letter for an inner function; what has a name already keeps it."""
    if isinstance(inner, nt.Abbreviation):
        return inner
    used = body.names | {variable.name}
    letter = next(letter for letter in LETTERS if letter not in used)
    return nt.Abbreviation(letter, inner, tuple(sorted(nt.indices_of(inner))))


def _inner_places(body: nt.Term, variable: nt.Variable) -> list[int]:
    """Which children of a composition vary; none where the body is not a composition."""
    if not isinstance(body, nt.Call | nt.Power):
        return []
    return [n for n, child in enumerate(body.children) if child.depends_on(variable)]


def uncovered(partial: nt.Partial) -> Rewritten:
    """What SymPy has for it, with real symbols, since costs are real."""
    body = partial.body
    variable = nt.Symbol(partial.variable.name)
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
