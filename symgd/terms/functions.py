"""FUNCTIONS: what may be called in a formula, one declaration each.

A declaration says what the function is (as SymPy knows it), how its value is computed to any precision, what its
derivative is, and how it is written. The derivatives are laws for the rules to apply; the checks take slopes from the
values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy

MANY = None


@dataclass(frozen=True)
class Function:
    """A function that formulas may call.

    Parameters
    ----------
    name : str
        As it is typed.
    value : callable
        SymPy's function, or an expression in SymPy's functions.
    derivatives : tuple of str or None
        The derivative by each argument, as formulas in u, v; None where it has none. Empty where a rule of its own says it.
    compute : str or callable
        The value at numbers: a name in mpmath, or a callable that takes an mpmath context and the numbers.
    arity : int or None
        How many arguments it takes; None means two or more.
    where : tuple of str
        Conditions in u, v under which the derivative exists, where the function is defined in more places than it.
    latex, typst, word : str
        How it is written; each follows from `word`, and that from `name`.
    meaning : str
        The function in simpler ones, as a formula in u, v, for targets that do not have it.
    aliases : tuple of str
        Other spellings that people type.
    real : bool
        Whether it takes and gives real numbers alone.
    largest : int or None
        The largest number, written out, that it is taken of: SymPy would multiply so many factors.
    """

    name: str
    value: Callable[..., sympy.Expr]
    derivatives: tuple[str | None, ...]
    compute: str | Callable[..., Any] = ""
    arity: int | None = 1
    where: tuple[str, ...] = ()
    latex: str = ""
    typst: str = ""
    word: str = ""
    meaning: str = ""
    aliases: tuple[str, ...] = ()
    real: bool = False
    largest: int | None = None

    def at(self, context: Any, *numbers: Any) -> Any:
        """The value at `numbers`, which belong to the mpmath `context`."""
        if callable(self.compute):
            return self.compute(context, *numbers)
        return getattr(context, self.compute or self.name)(*numbers)

    @property
    def written(self) -> str:
        """The name in print."""
        return self.word or self.name

    @property
    def in_latex(self) -> str:
        """The name as a LaTeX command."""
        return self.latex or rf"\operatorname{{{self.written}}}"

    @property
    def in_typst(self) -> str:
        """The name as Typst mathematics."""
        return self.typst or f'op("{self.written}")'


def _known(name: str, derivative: str, **options: Any) -> Function:
    """A function of one argument that LaTeX and Typst have under SymPy's name."""
    return Function(
        name, getattr(sympy, name), (derivative,), latex=rf"\{name}", typst=name, **options
    )


def _inverse(name: str, word: str, derivative: str, **options: Any) -> Function:
    return Function(
        name,
        getattr(sympy, name),
        (derivative,),
        word=word,
        aliases=tuple({word, f"arc{name[1:]}", f"ar{name[1:]}"}),
        **options,
    )


def _logarithm(value: sympy.Expr, base: sympy.Expr | None = None) -> sympy.Expr:
    return sympy.log(value) if base is None else sympy.log(value) / sympy.log(base)


def _softmax(first: sympy.Expr, *others: sympy.Expr) -> sympy.Expr:
    return sympy.exp(first) / sympy.Add(*(sympy.exp(z) for z in (first, *others)))


def _logsumexp(*terms: sympy.Expr) -> sympy.Expr:
    return sympy.log(sympy.Add(*(sympy.exp(z) for z in terms)))


def _sigmoid_at(context: Any, z: Any) -> Any:
    return 1 / (1 + context.exp(-z))


def _softplus_at(context: Any, z: Any) -> Any:
    return context.log(1 + context.exp(z))


def _logsumexp_at(context: Any, *numbers: Any) -> Any:
    return context.log(sum(context.exp(z) for z in numbers))


def _softmax_at(context: Any, *numbers: Any) -> Any:
    return context.exp(numbers[0]) / sum(context.exp(z) for z in numbers)


def _atan2_at(context: Any, y: Any, x: Any) -> Any:
    return context.atan2(y, x)


_INSIDE = ("abs(u) < 1",)
_OUTSIDE = ("abs(u) > 1",)

_DECLARED: tuple[Function, ...] = (
    _known("exp", "exp(u)"),
    Function(
        "log",
        _logarithm,
        ("1/u",),
        latex=r"\ln",
        typst="ln",
        word="ln",
        aliases=("ln",),
    ),
    Function("sqrt", sympy.sqrt, ("1/(2*sqrt(u))",), where=("u > 0",)),
    _known("sin", "cos(u)"),
    _known("cos", "-sin(u)"),
    _known("tan", "1/cos(u)^2", aliases=("tg",)),
    _known("sec", "sec(u)*tan(u)", meaning="1/cos(u)"),
    _known("csc", "-csc(u)*cot(u)", meaning="1/sin(u)", aliases=("cosec",)),
    _known("cot", "-1/sin(u)^2", meaning="1/tan(u)", aliases=("cotan", "ctg")),
    _known("sinh", "cosh(u)"),
    _known("cosh", "sinh(u)"),
    _known("tanh", "1 - tanh(u)^2"),
    Function("sech", sympy.sech, ("-sech(u)*tanh(u)",), meaning="1/cosh(u)"),
    Function("csch", sympy.csch, ("-csch(u)*coth(u)",), meaning="1/sinh(u)"),
    Function(
        "coth", sympy.coth, ("-1/sinh(u)^2",), latex=r"\coth", typst="coth", meaning="1/tanh(u)"
    ),
    _inverse("asin", "arcsin", "1/sqrt(1 - u^2)", where=_INSIDE, latex=r"\arcsin", typst="arcsin"),
    _inverse("acos", "arccos", "-1/sqrt(1 - u^2)", where=_INSIDE, latex=r"\arccos", typst="arccos"),
    _inverse("atan", "arctan", "1/(1 + u^2)", latex=r"\arctan", typst="arctan"),
    _inverse(
        "asec", "arcsec", "1/(abs(u)*sqrt(u^2 - 1))", where=_OUTSIDE, meaning="acos(1/u)", real=True
    ),
    _inverse(
        "acsc",
        "arccsc",
        "-1/(abs(u)*sqrt(u^2 - 1))",
        where=_OUTSIDE,
        meaning="asin(1/u)",
        real=True,
    ),
    _inverse("acot", "arccot", "-1/(1 + u^2)", where=("u != 0",), meaning="atan(1/u)"),
    _inverse("asinh", "arsinh", "1/sqrt(u^2 + 1)"),
    _inverse("acosh", "arcosh", "1/sqrt(u^2 - 1)", where=("u > 1",), real=True),
    _inverse("atanh", "artanh", "1/(1 - u^2)"),
    _inverse(
        "asech",
        "arsech",
        "-1/(u*sqrt(1 - u^2))",
        where=("u < 1",),
        meaning="acosh(1/u)",
        real=True,
    ),
    _inverse(
        "acsch",
        "arcsch",
        "-1/(abs(u)*sqrt(1 + u^2))",
        meaning="asinh(1/u)",
        real=True,
    ),
    _inverse("acoth", "arcoth", "1/(1 - u^2)", meaning="atanh(1/u)", real=True),
    Function(
        "atan2",
        sympy.atan2,
        ("v/(u^2 + v^2)", "-u/(u^2 + v^2)"),
        _atan2_at,
        2,
        aliases=("arctan2",),
        real=True,
    ),
    Function(
        "abs", sympy.Abs, ("sign(u)",), "fabs", where=("u != 0",), aliases=("Abs",), real=True
    ),
    Function(
        "sign", sympy.sign, ("0",), where=("u != 0",), word="sgn", aliases=("sgn",), real=True
    ),
    Function(
        "heaviside",
        sympy.Heaviside,
        ("0",),
        lambda context, z: context.mpf(int(z > 0)),
        where=("u != 0",),
        latex="H",
        typst='op("H")',
        word="H",
        aliases=("Heaviside",),
        real=True,
    ),
    Function(
        "max",
        sympy.Max,
        (),
        lambda context, *numbers: max(numbers),
        MANY,
        latex=r"\max",
        typst="max",
        aliases=("Max", "maximum"),
        real=True,
    ),
    Function(
        "min",
        sympy.Min,
        (),
        lambda context, *numbers: min(numbers),
        MANY,
        latex=r"\min",
        typst="min",
        aliases=("Min", "minimum"),
        real=True,
    ),
    Function(
        "relu",
        lambda z: sympy.Max(z, 0),
        ("heaviside(u)",),
        lambda context, z: max(z, context.mpf(0)),
        where=("u != 0",),
        word="ReLU",
        meaning="max(u, 0)",
        aliases=("ReLU",),
        real=True,
    ),
    Function(
        "sigmoid",
        lambda z: 1 / (1 + sympy.exp(-z)),
        ("sigmoid(u)*(1 - sigmoid(u))",),
        _sigmoid_at,
        latex=r"\sigma",
        typst="sigma",
        meaning="1/(1 + exp(-u))",
        aliases=("logistic", "expit"),
    ),
    Function(
        "softplus",
        lambda z: sympy.log(1 + sympy.exp(z)),
        ("sigmoid(u)",),
        _softplus_at,
        meaning="log(1 + exp(u))",
    ),
    Function("logsumexp", _logsumexp, (), _logsumexp_at, MANY, aliases=("lse",)),
    Function("softmax", _softmax, (), _softmax_at, MANY),
    Function("erf", sympy.erf, ("2/sqrt(pi)*exp(-u^2)",)),
    Function("erfc", sympy.erfc, ("-2/sqrt(pi)*exp(-u^2)",), meaning="1 - erf(u)"),
    Function("erfi", sympy.erfi, ("2/sqrt(pi)*exp(u^2)",)),
    Function(
        "gamma",
        sympy.gamma,
        ("gamma(u)*digamma(u)",),
        latex=r"\Gamma",
        typst="Gamma",
        word="Γ",
        aliases=("Gamma",),
        largest=1000,
    ),
    Function(
        "loggamma",
        sympy.loggamma,
        ("digamma(u)",),
        latex=r"\ln\Gamma",
        typst="ln Gamma",
        word="lnΓ",
        aliases=("lgamma", "gammaln"),
        largest=1000,
    ),
    Function(
        "digamma",
        sympy.digamma,
        ("polygamma(1, u)",),
        latex=r"\psi",
        typst="psi",
        word="ψ",
        aliases=("psi",),
        largest=1000,
    ),
    Function(
        "polygamma",
        sympy.polygamma,
        (None, "polygamma(u + 1, v)"),
        lambda context, order, z: context.psi(int(order), z),
        2,
        largest=100,
    ),
    Function(
        "beta",
        sympy.beta,
        ("beta(u, v)*(digamma(u) - digamma(u + v))", "beta(u, v)*(digamma(v) - digamma(u + v))"),
        arity=2,
        latex=r"\mathrm{B}",
        typst='op("B")',
        word="B",
        largest=1000,
    ),
    Function(
        "lambertw",
        sympy.LambertW,
        ("lambertw(u)/(u*(1 + lambertw(u)))",),
        latex="W",
        typst='op("W")',
        word="W",
        aliases=("LambertW",),
        where=("u != 0",),
    ),
    Function("Ei", sympy.Ei, ("exp(u)/u",), "ei"),
    Function("Si", sympy.Si, ("sin(u)/u",), "si"),
    Function("Ci", sympy.Ci, ("cos(u)/u",), "ci"),
    Function("li", sympy.li, ("1/log(u)",)),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({f.name: f for f in _DECLARED})

ALIASES: Mapping[str, str] = MappingProxyType(
    {alias: f.name for f in _DECLARED for alias in f.aliases}
)

# What is written with other functions as soon as it is read: how many arguments, and the formula in u, v.
SHORTHANDS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
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
        "sinc": (1, "sin(u)/u"),
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
)
