"""FUNCTIONS: what may be called in a formula, one declaration each.

A reader's own functions stand in a mapping of their own, ``{**FUNCTIONS, "bump": Function("bump", ...)}``, which is
passed to whatever reads a formula: a `Call` carries the declaration of such a function, so that nothing is registered
anywhere.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from typing import Any

import sympy

from symgd.registry.registry import Registry, registry_of
from symgd.terms.function import MANY, NOT_AT_0, Function, aliases_of
from symgd.terms.function_families import everywhere, extreme, inverse, known, ratio
from symgd.terms.function_values import (
    angle,
    beta,
    exponential,
    largest,
    logarithm,
    polygamma,
    remembered,
    smallest,
    to_base,
)

_INSIDE = ("abs(u) < 1",)
_OUTSIDE = ("abs(u) > 1",)

_DECLARED: tuple[Function, ...] = (
    known(
        "exp",
        "exp(u)",
        "the exponential of {x}",
        value=exponential,
        sign="positive",
        known=((0, 1),),
    ),
    Function(
        "log",
        logarithm,
        ("1/u",),
        "the natural logarithm of {x}",
        to_base,
        word="ln",
        latex=r"\ln",
        typst="ln",
        known=((1, 0),),
        steady=True,
        aliases=("ln",),
        **everywhere("log"),
    ),
    Function(
        "sqrt",
        sympy.sqrt,
        ("1/(2*sqrt(u))",),
        "the square root of {x}",
        where=("u > 0",),
        sign="not negative",
        steady=True,
        known=tuple((n * n, n) for n in range(13)),
        **everywhere("sqrt"),
    ),
    ratio("sin", "cos(u)", known=((0, 0),)),
    ratio("cos", "-sin(u)", known=((0, 1),)),
    ratio("tan", "1/cos(u)^2", aliases=("tg",), known=((0, 0),)),
    ratio("sec", "sec(u)*tan(u)"),
    ratio("csc", "-csc(u)*cot(u)", aliases=("cosec",)),
    ratio("cot", "-1/sin(u)^2", aliases=("cotan", "ctg")),
    ratio("sinh", "cosh(u)"),
    ratio("cosh", "sinh(u)", sign="positive"),
    ratio("tanh", "1 - tanh(u)^2"),
    ratio("sech", "-sech(u)*tanh(u)", sign="positive", latex="", typst=""),
    ratio("csch", "-csch(u)*coth(u)", latex="", typst=""),
    ratio("coth", "-1/sinh(u)^2"),
    inverse("sin", "1/sqrt(1 - u^2)", where=_INSIDE),
    inverse("cos", "-1/sqrt(1 - u^2)", where=_INSIDE),
    inverse("tan", "1/(1 + u^2)"),
    inverse("sec", "1/(abs(u)*sqrt(u^2 - 1))", where=_OUTSIDE, real=True),
    inverse("csc", "-1/(abs(u)*sqrt(u^2 - 1))", where=_OUTSIDE, real=True),
    inverse("cot", "-1/(1 + u^2)", where=NOT_AT_0),
    inverse("sinh", "1/sqrt(u^2 + 1)"),
    inverse("cosh", "1/sqrt(u^2 - 1)", where=("u > 1",), real=True),
    inverse("tanh", "1/(1 - u^2)"),
    inverse("sech", "-1/(u*sqrt(1 - u^2))", where=("u < 1",), real=True),
    inverse("csch", "-1/(abs(u)*sqrt(1 + u^2))", real=True),
    inverse("coth", "1/(1 - u^2)", real=True),
    Function(
        "atan2",
        sympy.atan2,
        ("v/(u^2 + v^2)", "-u/(u^2 + v^2)"),
        "the angle of the point with ordinate and abscissa {x}",
        angle,
        arity=2,
        aliases=("arctan2",),
        real=True,
        steady=True,
        numpy="np.arctan2",
        python="math.atan2",
        array_api="xp.atan2",
        javascript="Math.atan2",
    ),
    Function(
        "abs",
        sympy.Abs,
        ("sign(u)",),
        "the absolute value of {x}",
        "fabs",
        where=NOT_AT_0,
        aliases=("Abs", "absolute", "fabs"),
        real=True,
        steady=True,
        sign="not negative",
        numpy="np.abs",
        python="abs",
        array_api="xp.abs",
        javascript="Math.abs",
    ),
    Function(
        "sign",
        sympy.sign,
        ("0",),
        "the sign of {x}",
        where=NOT_AT_0,
        word="sgn",
        aliases=("sgn",),
        real=True,
        steady=True,
        numpy="np.sign",
        python="np.sign",
        array_api="xp.sign",
        javascript="Math.sign",
    ),
    Function(
        "heaviside",
        sympy.Heaviside,
        ("0",),
        "the step function of {x}",
        lambda context, z: context.mpf(int(z > 0)),
        where=NOT_AT_0,
        word="H",
        latex="H",
        aliases=("Heaviside",),
        real=True,
        steady=True,
        numpy="np.heaviside({}, 0.0)",
        array_api="_heaviside(xp, {})",
        javascript="heaviside",
    ),
    extreme("max", largest, max),
    extreme("min", smallest, min),
    Function(
        "relu",
        lambda z: largest(z, sympy.Integer(0)),
        ("heaviside(u)",),
        "the positive part of {x}",
        lambda context, z: max(z, context.mpf(0)),
        where=NOT_AT_0,
        word="ReLU",
        aliases=("ReLU",),
        real=True,
        steady=True,
        sign="not negative",
        meaning="max(u, 0)",
    ),
    Function(
        "sigmoid",
        lambda z: 1 / (1 + exponential(-z)),
        ("sigmoid(u)*(1 - sigmoid(u))",),
        "the sigmoid of {x}",
        lambda context, z: 1 / (1 + context.exp(-z)),
        latex=r"\sigma",
        typst="sigma",
        aliases=("logistic", "expit"),
        sign="positive",
        # exp(-u) is too large where u is far below 0, which is right here, and wrong in another's derivative of it.
        array_api="_sigmoid(xp, {})",
        meaning="1/(1 + exp(-u))",
    ),
    Function(
        "softplus",
        lambda z: sympy.log(1 + exponential(z)),
        ("sigmoid(u)",),
        "the softplus of {x}",
        lambda context, z: context.log(1 + context.exp(z)),
        sign="positive",
        numpy="np.logaddexp(0.0, {})",
        array_api="_softplus(xp, {})",
        javascript="softplus",
        meaning="log(1 + exp(u))",
    ),
    Function(
        "logsumexp",
        lambda *terms: sympy.log(sympy.Add(*map(exponential, terms))),
        (),
        "the log-sum-exp of {x}",
        lambda context, *numbers: context.log(sum(map(context.exp, numbers))),
        MANY,
        aliases=("lse",),
        numpy="np.logaddexp",
        array_api="xp.logaddexp",
        javascript="logaddexp",
    ),
    Function(
        "softmax",
        lambda *terms: exponential(terms[0]) / sympy.Add(*map(exponential, terms)),
        (),
        "the softmax of {x}",
        lambda context, *numbers: context.exp(numbers[0]) / sum(map(context.exp, numbers)),
        MANY,
    ),
    # NumPy has neither; Python's own, entry by entry, is right to the last bits, at about half a microsecond each.
    Function(
        "erf",
        sympy.erf,
        ("2/sqrt(pi)*exp(-u^2)",),
        "the error function of {x}",
        numpy='np.vectorize(math.erf, otypes="d")',
        python="math.erf",
        array_api="_erf(xp, {})",
        javascript="erf",
    ),
    Function(
        "erfc",
        sympy.erfc,
        ("-2/sqrt(pi)*exp(-u^2)",),
        "the complementary error function of {x}",
        sign="positive",
        numpy='np.vectorize(math.erfc, otypes="d")',
        python="math.erfc",
        array_api="_erfc(xp, {})",
        javascript="erfc",
    ),
    Function(
        "erfi",
        sympy.erfi,
        ("2/sqrt(pi)*exp(u^2)",),
        "the imaginary error function of {x}",
        javascript="erfi",
    ),
    # sin(u)/u, and 1 at 0, as mathematicians write it and SymPy has it; NumPy's is that of π·u. In floats its slope has
    # an error of up to 7e-9 where u is about 1e-8, where cos(u) and sinc(u) are both 1; at 0 it is exactly 0.
    Function(
        "sinc",
        sympy.sinc,
        ("(cos(u) - sinc(u))/u if u != 0 else 0",),
        "the cardinal sine of {x}",
        numpy="np.sinc(({}) / np.pi)",
        array_api="_sinc(xp, {})",
        javascript="sinc",
    ),
    Function(
        "gamma",
        sympy.gamma,
        ("gamma(u)*digamma(u)",),
        "the gamma function of {x}",
        remembered("gamma"),
        word="Γ",
        latex=r"\Gamma",
        typst="Gamma",
        aliases=("Gamma",),
        javascript="gamma",
        largest=10_000,
    ),
    Function(
        "loggamma",
        sympy.loggamma,
        ("digamma(u)",),
        "the logarithm of the gamma function of {x}",
        remembered("loggamma"),
        word="lnΓ",
        latex=r"\ln\Gamma",
        typst="ln Gamma",
        aliases=("lgamma", "gammaln"),
        javascript="loggamma",
        largest=1000,
    ),
    Function(
        "digamma",
        sympy.digamma,
        ("polygamma(1, u)",),
        "the digamma function of {x}",
        remembered("digamma"),
        word="ψ",
        latex=r"\psi",
        typst="psi",
        aliases=("psi",),
        javascript="digamma",
        largest=1000,
    ),
    Function(
        "polygamma",
        sympy.polygamma,
        (None, "polygamma(u + 1, v)"),
        "the polygamma function of {x}",
        polygamma,
        2,
        javascript="polygamma",
        largest=100,
    ),
    Function(
        "beta",
        sympy.beta,
        ("beta(u, v)*(digamma(u) - digamma(u + v))", "beta(u, v)*(digamma(v) - digamma(u + v))"),
        "the beta function of {x}",
        beta,
        arity=2,
        word="B",
        latex=r"\mathrm{B}",
        javascript="beta",
        largest=1000,
    ),
    Function(
        "lambertw",
        sympy.LambertW,
        ("lambertw(u)/(u*(1 + lambertw(u)))",),
        "the Lambert W function of {x}",
        where=NOT_AT_0,
        word="W",
        latex="W",
        aliases=("LambertW",),
        javascript="lambertw",
    ),
    Function("Ei", sympy.Ei, ("exp(u)/u",), "the exponential integral of {x}", "ei"),
    Function("Si", sympy.Si, ("sin(u)/u",), "the sine integral of {x}", "si"),
    Function("Ci", sympy.Ci, ("cos(u)/u",), "the cosine integral of {x}", "ci"),
    Function("li", sympy.li, ("1/log(u)",), "the logarithmic integral of {x}"),
)

FUNCTIONS: Registry[Function] = registry_of(_DECLARED)

# The same by what SymPy calls them.
BY_SYMPY: Mapping[Any, Function] = {
    sympy.exp: FUNCTIONS["exp"],
    sympy.log: FUNCTIONS["log"],
    sympy.Max: FUNCTIONS["max"],
    sympy.Min: FUNCTIONS["min"],
    **{f.value: f for f in _DECLARED if isinstance(f.value, type)},
}

ALIASES: Mapping[str, str] = aliases_of(_DECLARED)

# What is written with other functions as soon as it is read: how many arguments, and the formula in u, v.
SHORTHANDS: Mapping[str, tuple[int, str]] = {
    "log2": (1, "log(u, 2)"),
    "log10": (1, "log(u, 10)"),
    "lg": (1, "log(u, 10)"),
    "lb": (1, "log(u, 2)"),
    "log1p": (1, "log(1 + u)"),
    "expm1": (1, "exp(u) - 1"),
    "cbrt": (1, "u^(1/3)"),
    "root": (2, "u^(1/v)"),
    "nthroot": (2, "u^(1/v)"),
    "nthRoot": (2, "u^(1/v)"),
    "pow": (2, "u^v"),
    "power": (2, "u^v"),
    "logit": (1, "log(u/(1 - u))"),
    "logsigmoid": (1, "log(sigmoid(u))"),
    "silu": (1, "u*sigmoid(u)"),
    "swish": (1, "u*sigmoid(u)"),
    "gelu": (1, "u/2*(1 + erf(u/sqrt(2)))"),
    "mish": (1, "u*tanh(softplus(u))"),
    "softsign": (1, "u/(1 + abs(u))"),
    "square": (1, "u^2"),
    "hypot": (2, "sqrt(u^2 + v^2)"),
    "factorial": (1, "gamma(u + 1)"),
}


def _shipped(name: str) -> Function:
    return FUNCTIONS[name]


def _reduced(function: Function) -> str | tuple[Any, ...]:
    """A function that ships is found again by its name where it arrives; another travels with all that it is made of."""
    if FUNCTIONS.get(function.name) is function:
        return _shipped, (function.name,)
    return object.__reduce_ex__(function, 2)


copyreg.pickle(Function, _reduced)
