"""Forms that do not overflow, in functions that NumPy has, or another target.

Laws
----
- exp(z) / (1 + exp(z)) = 1 / (1 + exp(−z)) = sigmoid(z)
- exp(z) / (1 + exp(z))² = sigmoid(z)·sigmoid(−z)
- exp(a) / (exp(a) + exp(b)) = softmax(a, b) = exp(a − ln(exp(a) + exp(b)))
- ln(1 + exp(z)) = softplus(z), ln(exp(a) + exp(b)) = logsumexp(a, b), ln(exp(z)) = z
- ln(sigmoid(z)) = −softplus(−z), ln(1 − sigmoid(z)) = −softplus(z)
- sinh(z) / cosh(z) = tanh(z), ln(cosh(z)) = logsumexp(z, −z) − ln 2
- u^b · ln(u) goes to 0 with u where b > 0: beside a power that is 0, a logarithm is 0 as well

The left-hand sides are ∞/∞, ∞ or ln 0 where z is past 709; the right-hand sides are right for every z.

Why before deriving
-------------------
A logistic model's z is w·x + b, and a step at too large a rate, or a column in thousands, takes it past 709 although
the probability that is meant is an honest 1: at z = 800, exp(z)/(1 + exp(z)) is NaN, and a NaN in one row makes the
whole gradient NaN. Mending the gradient's last line is not enough, since tidying has by then moved exponentials out of
the forms that can be known again: so the cost is put in these forms first, and derived anew. A numerically equal form
is not a cheaper one everywhere: `logaddexp` takes 19 ns an entry, exp and log1p under 2, but these are right on one side
of 0 alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import sympy

from symgd import terms as nt
from symgd.codegen.program.program import is_array
from symgd.derivation.algebra.rewrites import base_and_exponent, raised
from symgd.derivation.algebra.tidy import HYPERBOLIC_TANGENT
from symgd.errors import GenerationError
from symgd.parsing.formula import parse
from symgd.terms.function import Function, Target

# ln(u) beside a factor, and 0 where the factor is.
LIMITED = Function(
    "limited",
    sympy.Function("limited"),
    spoken="the limited logarithm of {x}",
    compute=lambda context, factor, logarithm: logarithm if factor else context.zero,
    arity=2,
    numpy="np.where({} == 0, 0.0, {})",
    python="(0.0 if {} == 0 else {})",
    array_api="_limited(xp, {}, {})",
    javascript="limited({}, {})",
)

# Who has functions, or has not.
HOLDERS: Mapping[Target, str] = {
    "numpy": "NumPy",
    "python": "Python",
    "array_api": "the Python array API standard",
    "javascript": "JavaScript",
}


def named(term: nt.Term) -> nt.Term:
    """`term` with sigmoid, softplus, softmax and the like where they are written out, so that they are derived as such."""
    return term.rewrite(_named)


def _named(term: nt.Term) -> nt.Term | None:
    """The name of what `term` is at its root, its parts having theirs; None where there is none."""
    match term:
        case nt.Fraction():
            return _tangent(term) or _share(term)
        case nt.Call(function="log") if len(term.arguments) == 1:
            return _logarithm(term)
        case nt.Sum(terms=(one, nt.Negative(term=nt.Call(function="sigmoid") as share))):
            if nt.is_number(one, 1):
                return nt.call("sigmoid", nt.negated(share.argument))
    return None


def _share(term: nt.Fraction) -> nt.Term | None:
    """A fraction of exponentials as a sigmoid or a softmax."""
    above, below = list(nt.factors_of(term.numerator)), list(nt.factors_of(term.denominator))
    for place, factor in enumerate(below):
        bottom, times = base_and_exponent(factor)
        known = _exponents(bottom)
        if not known or times < 1:
            continue
        values = [exponent.value for exponent in known]
        tops = [_exponent(factor) for factor in above]
        met = [
            (n, values.index(top.value))
            for n, top in enumerate(tops)
            if top is not None and top.value in values and not nt.is_number(top, 0)
        ]
        ones = [number for number, exponent in enumerate(known) if nt.is_number(exponent, 0)]
        index, taken = met[0] if met else (-1, (*ones, -1)[0])  # the 1 of 1 + exp(z)
        if taken < 0 or (times > 1 and not met):
            continue
        if index >= 0:
            above.pop(index)
        below[place : place + 1] = [] if times == 1 else [raised(bottom, times - 1)]
        others = [*known[:taken], *known[taken + 1 :]]
        found = _quotient_of([*above, _softmax(known[taken], others)], below)
        return _named(found) or found
    return None


def _exponents(term: nt.Term) -> list[nt.Term]:
    """z of each exp(z) in a sum of nothing else, 1 being exp(0); none for any other Term."""
    found = [_exponent(part) for part in nt.terms_of(term)]
    known = [exponent for exponent in found if exponent is not None]
    return known if isinstance(term, nt.Sum) and len(known) == len(found) else []


def _exponent(term: nt.Term) -> nt.Term | None:
    """z of exp(z), and 0 of 1."""
    if nt.is_number(term, 1):
        return nt.number(0)
    return term.argument if isinstance(term, nt.Call) and term.function == "exp" else None


def _softmax(first: nt.Term, others: list[nt.Term]) -> nt.Term:
    if len(others) == 1 and nt.is_number(first, 0):
        return nt.call("sigmoid", nt.negated(others[0]))
    if len(others) == 1 and nt.is_number(others[0], 0):
        return nt.call("sigmoid", first)
    return nt.call("softmax", first, *others)


def _logarithm(term: nt.Call) -> nt.Term:
    """The logarithm of an exponential, of a sum of them, of a sigmoid; else as it is."""
    inside = term.argument
    if isinstance(inside, nt.Call) and inside.function == "exp":
        return inside.argument
    if isinstance(inside, nt.Call) and inside.function == "sigmoid":
        return nt.Negative(nt.call("softplus", nt.negated(inside.argument)))
    known = _exponents(inside)
    others = [exponent for exponent in known if not nt.is_number(exponent, 0)]
    if len(known) == 2 and len(others) == 1:
        return nt.call("softplus", *others)
    return nt.call("logsumexp", *known) if known and len(others) == len(known) else term


def exponentials_above(term: nt.Term) -> nt.Term:
    """`term`, without exponentials below a fraction line at its root: exp(-z) is 0 where 1/exp(z) is too large.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> from symgd.writing.formulas.text import text
    >>> text(exponentials_above(parse("a/(b*exp(z))")), ascii=True)
    'a*exp(-z)/b'
    """
    if not isinstance(term, nt.Fraction):
        return term
    above, below = list(nt.factors_of(term.numerator)), []
    for factor in nt.factors_of(term.denominator):
        if isinstance(factor, nt.Call) and factor.function == "exp":
            above.append(nt.call("exp", nt.negated(factor.argument)))
        else:
            below.append(factor)
    return _quotient_of(above, below)


def with_limits(term: nt.Term) -> nt.Term:
    """A derivative with 0 for u^b·ln(u) where u^b is 0, and the same of exp(b·ln(u)) and its like.

    Examples
    --------
    >>> from symgd import Problem
    >>> f = Problem("y = x^b").lambdify()
    >>> f.gradient({"b": 2.0}, x=[0.0, 1.0], y=[0.0, 1.0])
    {'b': 0.0}
    """
    return term.rewrite(_limited)


def _limited(term: nt.Term) -> nt.Term | None:
    """A product with limits in place of logarithms, where a factor goes to 0 faster than they grow."""
    made = term
    if isinstance(term, nt.Product | nt.Fraction):
        for factor in _vanishing(term):
            made = _beside(made, factor)
    return None if made is term else made


def _vanishing(term: nt.Term) -> list[nt.Term]:
    """The powers, exponentials and sigmoids of data that a Term is a multiple of, or goes to 0 with."""
    match term:
        case nt.Product() | nt.Negative():
            return [factor for child in term.children for factor in _vanishing(child)]
        case nt.Fraction():
            return _vanishing(term.numerator)
        case nt.Sum():
            first, *others = map(_vanishing, term.terms)
            same = [{frozenset(_data(factor)) for factor in other} for other in others]
            return [f for f in first if all(_data(f) in known for known in same)]
        case nt.Power(base=base, exponent=nt.Number(number=power)) if power > 0:
            return _vanishing(base)
        case nt.Power() if not isinstance(term.exponent, nt.Number):
            return [term] if is_array(term.base) else []
        case nt.Call(function="exp" | "sigmoid"):
            return [term] if any(map(_is_logarithm, term.parts())) else []
    return []


def _is_logarithm(term: nt.Term) -> bool:
    return isinstance(term, nt.Call) and term.function == "log" and is_array(term)


def _beside(term: nt.Term, factor: nt.Term) -> nt.Term:
    """`term` with limits in place of the logarithms that it is a polynomial in."""
    match term:
        case nt.Sum() | nt.Product() | nt.Negative():
            return term.map(lambda child: _beside(child, factor))
        case nt.Fraction():
            above = _beside(term.numerator, factor)
            return term if above is term.numerator else nt.Fraction(above, term.denominator)
        case nt.Power(exponent=nt.Number(number=power)) if power > 0:
            base = _beside(term.base, factor)
            return term if base is term.base else nt.Power(base, term.exponent)
        case nt.Call(argument=inside) if _is_logarithm(term) and _data(inside) & _data(factor):
            return nt.Call(LIMITED.name, (factor, term), LIMITED)
    return term


def _data(term: nt.Term) -> set[str]:
    return {part.name for part in term.parts() if isinstance(part, nt.Indexed)}


def in_numpy(term: nt.Term) -> nt.Term:
    """`term` in NumPy's functions, and in forms that do not overflow; GenerationError for one that NumPy does not have.

    Examples
    --------
    >>> in_numpy(parse("sech(x)")).value
    1/cosh(x)
    """
    return in_target(term, "numpy")


def in_target(term: nt.Term, target: Target) -> nt.Term:
    """`term` in a target's functions, likewise.

    Examples
    --------
    >>> in_target(parse("gamma(x)"), "javascript").value
    gamma(x)
    """
    return term.rewrite(partial(_known, target))


def _known(target: Target, term: nt.Term) -> nt.Term:
    """`term`, its parts in such forms already, with its root in one."""
    rebuilt = _called(term, target) if isinstance(term, nt.Call) else term
    after = _settled(rebuilt)
    return rebuilt if after is rebuilt else in_target(after, target)


def _called(term: nt.Call, target: Target) -> nt.Term:
    """A call in functions that the target has."""
    declared = term.declared
    if term.function == "log" and len(term.arguments) == 2:
        return nt.Fraction(*(nt.call("log", argument) for argument in term.arguments))
    if declared.form(target) or term.function == "softmax":
        return term
    if not declared.meaning:
        cause = f"{HOLDERS[target]} has no {declared.name}, and so there is no code for the formula"
        remedy = "write the formula with other functions; it can still be derived"
        raise GenerationError(cause, remedy)
    letters: dict[nt.Term, nt.Term] = {
        nt.Symbol(letter): argument for letter, argument in zip("uv", term.arguments, strict=False)
    }
    return in_target(parse(declared.meaning, constants=()).substitute(letters), target)


def _settled(term: nt.Term) -> nt.Term:
    """`term`, its root in functions that NumPy has, in forms that do not overflow."""
    match term:
        case nt.Call(function="softmax", arguments=arguments):
            shift = nt.Call("logsumexp", arguments)
            return nt.call("exp", nt.minus(arguments[0], shift))
        case nt.Call(function="log", argument=nt.Call(function="cosh", argument=inside)):
            both = nt.call("logsumexp", inside, nt.negated(inside))
            return nt.minus(both, nt.call("log", nt.number(2)))
        case nt.Fraction():
            return _tangent(term) or term
    return term


def _tangent(term: nt.Term) -> nt.Term | None:
    found = HYPERBOLIC_TANGENT.rewrite(term)
    return None if found is None else found.after


def _quotient_of(above: list[nt.Term], below: list[nt.Term]) -> nt.Term:
    top = nt.product_of(tuple(factor for factor in above if not nt.is_number(factor, 1)))
    return nt.Fraction(top, nt.product_of(tuple(below))) if below else top
