"""Is the residual a sum of functions of the parameters times functions of the data?

Laws
----
- residual = Σ_k psi_k(parameters) · phi_k(data) + rest(data), exactly, for real values
- a penalty is Σ_k penalty_k · psi_k²; a psi beyond the phi is a parameter that the penalty alone has by itself
- every identity used holds for all real values of the names; where one needs a sign (``log(a*x)``, ``(a*x)**0.5``) the
  answer is no
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
import sympy

from symgd import terms as nt
from symgd.codegen.expressions.compiled import as_real
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.program import expect_numbers
from symgd.codegen.program.score import Score, score_of
from symgd.codegen.program.stable import exponentials_above, in_numpy
from symgd.codegen.summary.penalty_squares import penalty_squares
from symgd.codegen.summary.triangle import Below, put_below
from symgd.data.arrays import FloatArray, IntArray
from symgd.derivation.calculus.from_sympy import term_from
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.terms import Term
from symgd.terms.function import Target
from symgd.terms.functions import BY_SYMPY

# What is put together from pieces has no one slope where they meet, and SymPy's slope of sinc none at 0, where ours has
# a case of its own.
_BY_CASES = [f.value for f in BY_SYMPY.values() if any(" if " in (d or "") for d in f.derivatives)]
_STEPWISE = (sympy.Piecewise, sympy.Max, sympy.Min, sympy.Heaviside, *_BY_CASES)
LIMIT = 64  # more parts than this are not worth a summary, where they are multiplied out,
WIDEST = 512  # or columns where they are not: a factorisation costs as much as half as many steps
UNROLLED = 12  # up to so many parts, a summary is written out in plain floats

# One product: what the parameters and what the data contribute.
Part: TypeAlias = tuple[sympy.Expr, sympy.Expr]
Key = TypeVar("Key", bound=Hashable)


class _Mixed(Exception):
    """A sub-expression holds parameters and data and cannot be taken apart, or only into too many parts."""


@dataclass(frozen=True)
class Separation:
    """A squared loss whose residual is Σ_k psi_k · phi_k + rest, in plain Symbols: x, not x[i]."""

    parameters: tuple[str, ...]  # in the problem's order
    psi: tuple[sympy.Expr, ...]  # in the parameters; those that the penalty alone has come last
    phi: tuple[sympy.Expr, ...]  # in the data columns
    rest: sympy.Expr  # the part of the residual without parameters, −y at least
    slopes: tuple[tuple[sympy.Expr, ...], ...]  # of every psi, a row for each parameter
    scale: sympy.Expr  # the cost is this times the sum of the squared residuals: 1/N, 1, 1/(2N)
    linear: bool  # whether every psi is affine in the parameters, so that the cost is a quadratic
    plain: tuple[
        Term, ...
    ] = ()  # the φ and the rest over the columns' names, where each psi is a parameter
    penalties: tuple[sympy.Expr, ...] = ()  # what each psi's square costs, where there is a penalty

    @property
    def order(self) -> IntArray:
        """Where the parameter that each psi is stands among them."""
        places = {name: place for place, name in enumerate(self.parameters)}
        return np.array([places[str(psi)] for psi in self.psi], dtype=np.intp)

    def scale_of(self, size: float) -> float:
        """The scale for so many rows, or for rows that count so much."""
        return self._scale_of_one / size if self.scale.free_symbols else self._scale_of_one

    @cached_property
    def _scale_of_one(self) -> float:
        """The scale for one row; of more, it is this over their number, or it depends on none."""
        return float(self.scale.subs(dict.fromkeys(self.scale.free_symbols, 1)))

    def below(self, size: float) -> Below | None:
        """What puts the penalty's rows below those of so many; None without a penalty."""
        if not self.penalties:
            return None
        roots = np.sqrt(np.array(self.penalties, dtype=np.float64))  # whose quotient is a float
        return partial(put_below, roots / math.sqrt(self.scale_of(size)))

    @cached_property
    def affine(self) -> tuple[FloatArray, FloatArray]:
        """∂psi/∂θ of shape (K, p), and psi where every parameter is 0, where each psi is affine."""
        if self.plain:
            return np.eye(len(self.psi))[self.order], np.zeros(len(self.psi))
        slopes = np.array([[*map(float, map(sympy.expand, row))] for row in self.slopes]).T
        at_0 = dict.fromkeys(map(sympy.Symbol, self.parameters), 0)
        return slopes, np.array([float(part.subs(at_0)) for part in self.psi])

    @cached_property
    def written(self) -> WrittenParts:
        """The same in forms that code is made of; GenerationError where a part has none."""
        slopes = tuple(tuple(_term(part, "python") for part in row) for row in self.slopes)
        psi = tuple(_term(part, "python") for part in self.psi)
        phi = tuple(map(_term, self.phi))
        return WrittenParts(psi, phi, slopes, _term(self.rest), _term(self.scale))


class WrittenParts(NamedTuple):
    """A Separation as Terms; a row of slopes for each parameter."""

    psi: tuple[Term, ...]
    phi: tuple[Term, ...]
    slopes: tuple[tuple[Term, ...], ...]
    rest: Term
    scale: Term


def _term(expression: sympy.Expr, target: Target = "numpy") -> Term:
    """A part as a Term; GenerationError where it has no code, or a number of it is no float."""
    term = term_from(expression)
    if term is None:
        raise GenerationError(f"there is no code for {expression}", "write the formula differently")
    term = in_numpy(term.rewrite(exponentials_above))
    ExpressionWriter(lambda part: "name", lambda writer, body: "total", target).text(term)
    return term


@lru_cache(maxsize=64)
def separate(problem: Problem) -> Separation | None:
    """The separation of a problem's cost, or None where there is none; GenerationError where a function has no code.

    Examples
    --------
    >>> from symgd import Problem
    >>> found = separate(Problem("(m*x + b)**2"))
    >>> found.psi, found.phi, found.rest, found.linear
    ((b**2, m**2, 2*b*m), (1, x**2, x), -y, False)
    >>> separate(Problem("exp(-b*x)")) is None
    True
    """
    expect_numbers(problem)
    in_numpy(problem.prediction.written_out())  # says what there is no code for
    count = sympy.Symbol(problem.notation.count)
    divisors = {"mean": count, "sum": sympy.Integer(1), "half mean": 2 * count}
    divisor, factor = divisors.get(problem.loss.reduction), square_factor(problem)
    squares = penalty_squares(problem)
    if squares is None or divisor is None or factor is None:
        return None
    score = score_of(problem)
    if score is not None:
        return _plain(score, factor / divisor, squares)
    residual = problem.prediction.value - sympy.Symbol(problem.target)
    try:
        parts = _Splitter(frozenset(map(sympy.Symbol, problem.parameters))).parts(residual)
    except _Mixed:
        return None
    rest = sympy.Add(*(psi * phi for psi, phi in parts if not psi.free_symbols))
    merged = _merged([part for part in parts if part[0].free_symbols])
    psi, phi = _ordered(*merged, problem.parameters)
    if not psi:
        return None
    psi, penalties = _penalised(psi, squares)
    slopes = _slopes(psi, problem.parameters)
    if slopes is None or _has_no_value([*psi, *phi, rest, *chain(*slopes)]):
        return None
    linear = not any(sympy.expand(slope).free_symbols for row in slopes for slope in row)
    found = Separation(
        problem.parameters, psi, phi, rest, slopes, factor / divisor, linear, (), penalties
    )
    try:
        return found if found.written else None
    except GenerationError:
        return None


def _plain(score: Score, scale: sympy.Expr, squares: Mapping[str, sympy.Expr]) -> Separation | None:
    """The separation of a model that is its score; None where something is around it, or it has too many parts."""
    small, problem = score.small, score.problem
    column, shift = nt.Symbol(small.inputs[0]), nt.Symbol(small.parameters[0])
    around = small.prediction.terms if isinstance(small.prediction, nt.Sum) else ()
    if score.others or around[:2] != (column, shift) or len(score.weights) > WIDEST:
        return None
    rest = nt.added((*around[2:], nt.Negative(nt.Symbol(problem.target))))
    ones = (nt.number(1),) if score.has_shift else ()
    names = (shift.name,) * score.has_shift + score.weights
    psi = tuple(map(sympy.Symbol, names))
    zero, one = sympy.Integer(0), sympy.Integer(1)
    slopes = tuple(tuple(one if n == name else zero for n in names) for name in problem.parameters)
    terms = (*ones, *score.features, rest)
    *phi, left = (term.value for term in terms)
    if _has_no_value([*phi, left]):
        return None
    psi, penalties = _penalised(psi, squares)
    return Separation(
        problem.parameters, psi, tuple(phi), left, slopes, scale, True, terms, penalties
    )


def _penalised(
    psi: tuple[sympy.Expr, ...], squares: Mapping[str, sympy.Expr]
) -> tuple[tuple[sympy.Expr, ...], tuple[sympy.Expr, ...]]:
    """The psi, with the penalised parameters that are none of them, and what each one's square costs."""
    left, penalties = dict(squares), []
    for part in psi:
        factor, name = part.as_coeff_Mul()
        penalties.append(left.pop(str(name), sympy.Integer(0)) / factor**2)
    if not squares:
        return psi, ()
    return (*psi, *map(sympy.Symbol, left)), (*penalties, *left.values())


def _ordered(
    psi: Sequence[sympy.Expr], phi: Sequence[sympy.Expr], names: Sequence[str]
) -> tuple[tuple[sympy.Expr, ...], tuple[sympy.Expr, ...]]:
    """What stands alone, with a φ of 1, first; then in the parameters' order where each psi is one."""
    symbols = [*map(sympy.Symbol, names)]
    plain = all(part in symbols for part in psi)
    pairs = sorted(
        zip(psi, phi, strict=True),
        key=lambda pair: (pair[1] != 1, symbols.index(pair[0]) if plain else 0),
    )
    return tuple(part for part, _ in pairs), tuple(part for _, part in pairs)


def _has_no_value(exprs: Iterable[sympy.Expr]) -> bool:
    """Whether SymPy has found 1/0 or 0/0 in some of these: the arrays say where."""
    return any(expr.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo) for expr in exprs)


def square_factor(problem: Problem) -> sympy.Expr | None:
    """The number c where one example's loss is c · (prediction − target)², c > 0; else None."""
    p, t = sympy.Symbol("prediction"), sympy.Symbol("target")
    numbers = {
        sympy.Symbol(problem.letters[name]): sympy.Rational(repr(value))
        for name, value in problem.settings.items()
    }
    loss = problem.written_cost.formula.value.xreplace(numbers)
    if not loss.is_polynomial(p, t):
        return None
    factor = loss.subs({p: 1, t: 0})
    if not (factor.is_number and factor.is_positive):
        return None
    return factor if sympy.expand(loss - factor * (p - t) ** 2) == 0 else None


def share_of_squares(problem: Problem) -> float | None:
    """The number c where the cost is c·Σ(prediction − target)², or that over N, and at most a penalty's squares; else None.

    Where rows have weights, the sum is weighted, and N is what the weights add up to.
    """
    known = problem.loss.reduction in ("mean", "sum", "half mean")
    known = known and penalty_squares(problem) is not None
    factor = square_factor(problem) if known and problem.has_examples else None
    if factor is None:
        return None
    return float(factor) / (2 if problem.loss.reduction == "half mean" else 1)


def share_text(problem: Problem) -> str:
    """That number with all its digits, as code has it.

    Examples
    --------
    >>> share_text(Problem("m*x + b", loss="half_mse")), share_text(Problem("m*x + b"))
    ('0.5', '1')
    """
    return repr(share_of_squares(problem)).removesuffix(".0")


def factors_of_parameters(expr: sympy.Expr, names: Sequence[str]) -> tuple[sympy.Expr, ...]:
    """The functions of some names alone by which an expression hangs on them; none where it cannot be taken apart.

    Examples
    --------
    >>> a, b, c, x = sympy.symbols("a b c x")
    >>> factors_of_parameters(a * sympy.exp(b - c * x), ["a", "b"])
    (a*exp(b),)
    """
    learned = frozenset(map(sympy.Symbol, names))
    try:
        parts = _Splitter(learned).parts(expr)
    except _Mixed:
        return ()
    return _merged([part for part in parts if part[0].free_symbols])[0]


# ---------------------------------------------------------------------------------------------
# Taking apart


class _Splitter:
    """Takes expressions apart into Parts; `learned` are the parameters."""

    def __init__(self, learned: frozenset[sympy.Symbol]) -> None:
        self.learned = learned

    def parts(self, expr: sympy.Expr) -> list[Part]:
        """Parts whose products add up to `expr`; raises _Mixed where there are none."""
        one = sympy.Integer(1)
        if not expr.free_symbols & self.learned:
            return [(one, expr)]
        if not expr.free_symbols - self.learned:
            return [(expr, one)]
        if expr.is_Add:
            return self._collected([part for term in expr.args for part in self.parts(term)])
        if expr.is_Mul:
            parts: list[Part] = [(one, one)]
            for factor in expr.args:
                parts = self._times(parts, self.parts(factor))
            return parts
        if expr.is_Pow or isinstance(expr, sympy.exp):
            return self._power(expr)
        if isinstance(expr, sympy.sin | sympy.cos):
            return self._turned(expr)
        raise _Mixed

    def _power(self, expr: sympy.Expr) -> list[Part]:
        base, exponent = expr.as_base_exp()
        if base.is_number and base.is_positive:  # 2**(a + x) = 2**a * 2**x
            learned, data = self._split(exponent)
            return [(base**learned, base**data)]
        if not exponent.is_Integer:
            raise _Mixed
        inner = self.parts(base)
        if len(inner) == 1:  # (a*x)**n = a**n * x**n for whole n
            psi, phi = inner[0]
            return [(psi**exponent, phi**exponent)]
        if not 0 < exponent <= LIMIT:
            raise _Mixed
        parts = inner
        for _ in range(int(exponent) - 1):
            parts = self._times(parts, inner)
        return parts

    def _turned(self, expr: sympy.Expr) -> list[Part]:
        """sin(a + x) = sin a cos x + cos a sin x, and the like for the cosine."""
        a, x = self._split(expr.args[0])
        if isinstance(expr, sympy.sin):
            return [(sympy.sin(a), sympy.cos(x)), (sympy.cos(a), sympy.sin(x))]
        return [(sympy.cos(a), sympy.cos(x)), (-sympy.sin(a), sympy.sin(x))]

    def _split(self, argument: sympy.Expr) -> Part:
        """`argument` as a sum of a function of the parameters and a function of the data."""
        learned, data = sympy.Integer(0), sympy.Integer(0)
        for psi, phi in self.parts(argument):
            if not phi.free_symbols:
                learned += psi * phi
            elif not psi.free_symbols:
                data += psi * phi
            else:
                raise _Mixed
        return learned, data

    def _times(self, left: list[Part], right: list[Part]) -> list[Part]:
        return self._collected([(a * c, b * d) for a, b in left for c, d in right])

    def _collected(self, parts: list[Part]) -> list[Part]:
        """Parts with the same psi and phi added; more than LIMIT are refused."""
        apart = [(*psi.as_coeff_Mul(), *phi.as_coeff_Mul()) for psi, phi in parts]
        count = _added(((psi, phi), one * other) for one, psi, other, phi in apart)
        kept = [(psi, number * phi) for (psi, phi), number in count.items() if number != 0]
        if len(kept) > LIMIT:
            raise _Mixed
        return kept or [(sympy.Integer(1), sympy.Integer(0))]


def _added(pairs: Iterable[tuple[Key, sympy.Expr]]) -> dict[Key, sympy.Expr]:
    """What belongs to one key, added up."""
    totals: dict[Key, sympy.Expr] = defaultdict(lambda: sympy.Integer(0))
    for key, expr in pairs:
        totals[key] += expr
    return totals


def _merged(parts: Sequence[Part]) -> tuple[tuple[sympy.Expr, ...], tuple[sympy.Expr, ...]]:
    """The parts with equal phi added up, then those with equal psi, in a settled order."""
    apart = [(psi, *product.as_coeff_Mul()) for psi, product in parts]
    by_phi = _added((phi, number * psi) for psi, number, phi in apart)
    by_psi = _added((psi, phi) for phi, psi in by_phi.items())
    kept = [(psi, by_psi[psi]) for psi in sorted(by_psi, key=sympy.default_sort_key)]
    kept = [(psi, phi) for psi, phi in kept if psi != 0 and phi != 0]
    return tuple(psi for psi, _ in kept), tuple(phi for _, phi in kept)


def _slopes(
    psi: Sequence[sympy.Expr], names: Sequence[str]
) -> tuple[tuple[sympy.Expr, ...], ...] | None:
    """The derivatives of every psi by each of the names; None where one of them is not a plain real function."""
    exprs, real = as_real(psi, names)
    if any(expr.has(*_STEPWISE) for expr in exprs):
        return None
    strange = (sympy.DiracDelta, sympy.Derivative, sympy.Subs, sympy.re, sympy.im)
    rows = [[expr.diff(symbol) for expr in exprs] for symbol in real]
    if any(slope.has(*strange) for row in rows for slope in row):
        return None
    back = dict(zip(real, map(sympy.Symbol, names), strict=True))
    return tuple(tuple(slope.xreplace(back) for slope in row) for row in rows)
