"""A rule on J = λθ²/2: where it is linear a step is a matrix, and its eigenvalues say how fast, and whether, it settles.

A quadratic of many parameters is one such cost for each direction of its Hessian, as long as nothing in the rule joins
the directions: elementwise formulas, and products of the Hessian with vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.positive import Domain
from symgd.optimizers.rule import THETA
from symgd.optimizers.symbolic import NoExpression, SymbolicStep, replaced
from symgd.optimizers.words import kind_of
from symgd.terms import Call
from symgd.writing.words import Message, message

# A rule can have no name with parentheses, so that none of its letters is taken for one of these.
CURVATURE = sympy.Symbol("(curvature)", positive=True)
RATE = sympy.Symbol("alpha", positive=True)
EIGENVALUE = sympy.Symbol("(eigenvalue)")
_JOINING = ("norm", "outer", "diag", "J", "argmin", "first")


class NotLinear(Exception):
    """Why a step is no matrix, as a sentence."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Bound:
    """What a condition says of α: alpha < value, alpha > value, or nothing.

    Parameters
    ----------
    condition : Expr
        What must be above 0.
    kind : {"below", "above", "always", "open"}
    value : Expr or None
    slope : Expr
        Of the condition, by α.
    """

    condition: sympy.Expr
    kind: str
    value: sympy.Expr | None = None
    slope: sympy.Expr = sympy.S.Zero


@dataclass(frozen=True)
class QuadraticStep:
    """A rule's step on J = λθ²/2.

    Parameters
    ----------
    optimizer : Optimizer

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> QuadraticStep(OPTIMIZERS["momentum"]).limit
    2*(beta + 1)/(curvature)
    """

    optimizer: Optimizer

    @cached_property
    def matrix(self) -> sympy.Matrix:
        """What (θ, state) is multiplied by.

        Raises
        ------
        NotLinear
            Where a step is no such product.
        """
        self._expect_separate()
        try:
            step = SymbolicStep(self.optimizer)
            names = (THETA, *step.live)
            made = [step.theta, *(step.after[name] for name in step.live)]
            rows = [self._scalar(part, step) for part in made]
        except NoExpression as error:
            raise NotLinear(_NO_FORMULA) from error
        symbols = [step.symbols[name] for name in names]
        if not seems_linear(rows, symbols):
            raise NotLinear(_NOT_LINEAR)
        rows = [sympy.expand(sympy.simplify(row)) for row in rows]
        matrix = sympy.Matrix([[sympy.diff(row, symbol) for symbol in symbols] for row in rows])
        self._expect_linear(matrix, rows, symbols)
        return matrix.applyfunc(sympy.factor)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """θ, and the state that it depends on."""
        return (THETA, *SymbolicStep(self.optimizer).live)

    def _expect_separate(self) -> None:
        """Refuse what joins the directions."""
        rule = self.optimizer.rule
        if "j" in rule.used:
            raise NotLinear(_ONE_BY_ONE)
        for statement in rule.statements:
            for part in statement.term.parts():
                if isinstance(part, Call) and part.function in (*_JOINING, "dot"):
                    kinds = [kind_of(argument, rule.kinds) for argument in part.arguments]
                    if part.function in _JOINING or kinds == ["vector", "vector"]:
                        raise NotLinear(message("{word} joins all parameters, so that the directions of a quadratic cost are not apart: no curvature alone says which rate is stable.", word=Message(part.function)))  # fmt: skip

    def _scalar(self, part: sympy.Expr, step: SymbolicStep) -> sympy.Expr:
        """An expression where the gradient is λθ, and the Hessian λ."""
        theta, root = step.symbols[THETA], sympy.sqrt(CURVATURE / 2)
        found = part.replace(_is_word, lambda word: _of_numbers(word))
        known = {
            "g": CURVATURE * theta,
            "H": CURVATURE,
            "I": sympy.S.One,
            "Jac": root,
            "r": root * theta,
        }
        return replaced(found, {step.symbols[n]: v for n, v in known.items() if n in step.symbols})

    def _expect_linear(
        self, matrix: sympy.Matrix, rows: list[sympy.Expr], symbols: list[sympy.Symbol]
    ) -> None:
        vector = sympy.Matrix(symbols)
        left = [sympy.simplify(row - made) for row, made in zip(rows, matrix * vector, strict=True)]
        if matrix.free_symbols & set(symbols) or any(part != 0 for part in left):
            raise NotLinear(_NOT_LINEAR)
        if any(symbol.name == "t" for symbol in matrix.free_symbols):
            raise NotLinear(_CHANGES)

    @cached_property
    def polynomial(self) -> sympy.Poly:
        """The characteristic polynomial of the matrix, in z."""
        found = self.matrix.charpoly(EIGENVALUE)
        return sympy.Poly(found.as_expr(), EIGENVALUE)

    @cached_property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """Its coefficients, the highest power first."""
        return tuple(map(sympy.factor, self.polynomial.all_coeffs()))

    @property
    def conditions(self) -> tuple[sympy.Expr, ...]:
        """Jury's: all roots lie inside the unit circle if and only if all of these are above 0; of degree 1 or 2."""
        if len(self.coefficients) == 2:
            _, a = self.coefficients
            found: tuple[sympy.Expr, ...] = (1 + a, 1 - a)
        elif len(self.coefficients) == 3:
            _, a, b = self.coefficients
            found = (1 + a + b, 1 - a + b, 1 - b)
        else:
            return ()
        return tuple(sympy.factor(sympy.expand(part)) for part in found)

    @cached_property
    def domain(self) -> Domain:
        """What the settings may be."""
        step, declared = SymbolicStep(self.optimizer), self.optimizer.declared
        return Domain.of({step.symbols[n]: declared[n] for n in self.optimizer.rule.settings})

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """What each condition says of α."""
        return tuple(map(self._bound, self.conditions))

    def _bound(self, condition: sympy.Expr) -> Bound:
        above = sympy.expand(condition)
        slope, rest = sympy.diff(above, RATE), above.subs(RATE, 0)
        if sympy.expand(above - rest - slope * RATE) != 0:
            return Bound(condition, "open")
        if self.domain.is_positive(slope, or_zero=True) and self.domain.is_positive(
            rest, or_zero=True
        ):
            return Bound(condition, "always", slope=slope)
        value = sympy.factor(-rest / slope) if slope != 0 else None
        if value is not None and self.domain.is_positive(-slope, or_zero=True):
            return Bound(condition, "below", value, sympy.factor(slope))
        if value is not None and self.domain.is_positive(slope):
            return Bound(condition, "above", value, sympy.factor(slope))
        return Bound(condition, "open")

    @cached_property
    def limit(self) -> sympy.Expr | None:
        """What α must be below, where one bound is proved to be the least for all settings; None where none is."""
        if not self.bounds or any(bound.kind in ("open", "above") for bound in self.bounds):
            return None
        below = [bound.value for bound in self.bounds if bound.value is not None]
        for value in below:
            if all(
                self.domain.is_positive(other - value, or_zero=True)
                for other in below
                if other != value
            ):
                return value
        return None

    def radius(self, numbers: Mapping[str, float]) -> float:
        """The largest absolute value of an eigenvalue, where all letters are numbers."""
        import numpy as np

        letters, entries = self._entries
        found = np.array(entries(*(numbers[name] for name in letters)), dtype=float)
        return float(max(abs(np.linalg.eigvals(found))))

    @cached_property
    def _entries(self) -> tuple[tuple[str, ...], Callable[..., Any]]:
        """The matrix as a function of its letters."""
        letters = sorted(self.matrix.free_symbols, key=str)
        made = sympy.lambdify(letters, self.matrix.tolist(), modules="math")
        return tuple(letter.name for letter in letters), made


def seems_linear(rows: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> bool:
    """Whether expressions are linear at some numbers: what is not needs no proof that it is not, which may take long.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> seems_linear([2 * x], [x]), seems_linear([abs(x)], [x]), seems_linear([x + 1], [x])
    (True, False, False)
    """
    others = sorted({s for row in rows for s in row.free_symbols} - {*symbols}, key=str)
    numbers = [0.31 + 0.17 * place for place in range(len(others))]
    one = [0.7 - 0.4 * place for place in range(len(symbols))]
    two = [-1.3 + 0.9 * place for place in range(len(symbols))]
    both = [2 * a - 3 * b for a, b in zip(one, two, strict=True)]
    made = sympy.lambdify([*symbols, *others], list(rows), modules="math")
    try:
        at_one, at_two, at_both = (made(*point, *numbers) for point in (one, two, both))
    except (ArithmeticError, ValueError, TypeError, NameError):
        return False
    sums = [2 * a - 3 * b for a, b in zip(at_one, at_two, strict=True)]
    return all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(sums, at_both, strict=True))


def _is_word(part: sympy.Expr) -> bool:
    return isinstance(part, sympy.core.function.AppliedUndef)


def _of_numbers(word: sympy.Expr) -> sympy.Expr:
    """A word of one direction, where vectors and matrices are numbers."""
    name, arguments = word.func.__name__, word.args
    if name == "dot":
        return arguments[0] * arguments[1]
    if name == "solve":
        return arguments[1] / arguments[0]
    if name == "transpose":
        return arguments[0]
    if name == "g":
        return CURVATURE * arguments[0]
    raise NotLinear(_NO_FORMULA)


_NOT_LINEAR = message(
    "The step is not linear in the gradient and in what is remembered: on a quadratic cost it is no matrix, so no rate is the limit for every start."
)
_CHANGES = message(
    "The step is linear, but its matrix is another one in every step: its eigenvalues say nothing of many steps together."
)
_ONE_BY_ONE = message(
    "The parameters are not treated alike, so that the directions of a quadratic cost are not apart: no curvature alone says which rate is stable."
)
_NO_FORMULA = message(
    "No formula says the step on a quadratic cost, so no limit of the rate is derived."
)
