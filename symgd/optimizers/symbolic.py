"""An update rule as SymPy expressions: where a step leads, by where it begins.

What a rule says holds entry by entry, so that one entry stands for all; a word that looks at all of them, dot(u, v),
is a function of which nothing is known but that it is 0 where it must be, and so what is proved of it holds whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import sympy

from symgd.errors import SymgdError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA, UpdateRule
from symgd.parsing.formula import parse_condition
from symgd.problem.settings import Setting
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.names import AFTER

MOST_OPERATIONS = 250  # of what SymPy is to make 0 of; longer ones may take minutes

Values = Mapping[str, sympy.Expr]

THETA_BEFORE = sympy.Symbol(THETA, real=True)
GRADIENT = sympy.Symbol("g", real=True)
STEP = sympy.Symbol("t", integer=True, positive=True)
RATE = sympy.Symbol("alpha", positive=True)
_KNOWN: dict[str, sympy.Symbol] = {
    THETA: THETA_BEFORE,
    "g": GRADIENT,
    "t": STEP,
    "alpha": RATE,
    "p": sympy.Symbol("p", integer=True, positive=True),
    "j": sympy.Symbol("j", integer=True, positive=True),
}
_JAC, _R = sympy.Symbol("Jac", real=True), sympy.Symbol("r", real=True)
_DOT, _TRANSPOSE, _SOLVE = map(sympy.Function, ("dot", "transpose", "solve"))
_SLOPES = (_DOT(_TRANSPOSE(_JAC), _R), _SOLVE(_JAC, _R))  # both are 0 where the gradient is


class NoExpression(SymgdError):
    """A rule, or a step of it, that SymPy has no expression for."""


def admits(setting: Setting, value: float) -> bool:
    """Whether a setting's condition admits a number.

    Examples
    --------
    >>> beta = Setting("beta", 0.9, "0 <= beta < 1", "")
    >>> admits(beta, 0), admits(beta, 1)
    (True, False)
    """
    if not setting.where:
        return True
    condition = parse_condition(setting.where).value
    return bool(condition.subs({sympy.Symbol(setting.name): sympy.Rational(value)}))


def symbol_of(setting: Setting) -> sympy.Symbol:
    """The setting's symbol, with what its condition says of its sign."""
    if admits(setting, -1):
        return sympy.Symbol(setting.name, real=True)
    if admits(setting, 0):
        return sympy.Symbol(setting.name, nonnegative=True)
    return sympy.Symbol(setting.name, positive=True)


@dataclass(frozen=True)
class SymbolicStep:
    """A rule's step: θ and the state after it, as expressions of θ, g, t, α and the state before it.

    Parameters
    ----------
    optimizer : Optimizer
    values : mapping of str to Expr
        Numbers that are put in the place of settings.

    Examples
    --------
    >>> step = SymbolicStep(Optimizer("mine", "v' = beta*v + g; theta' = theta - alpha*v'", {"beta": 0.9}))
    >>> step.theta
    -alpha*(beta*v + g) + theta
    """

    optimizer: Optimizer
    values: Values = field(default_factory=FrozenMap)

    @cached_property
    def symbols(self) -> Mapping[str, sympy.Symbol]:
        """The symbol of each name that the statements do not make."""
        rule, declared = self.optimizer.rule, self.optimizer.declared
        names = {name: sympy.Symbol(name, real=True) for name in (*rule.state, *rule.used)}
        return {**names, **{n: symbol_of(declared[n]) for n in rule.settings}, **_KNOWN}

    @cached_property
    def made(self) -> Values:
        """What each statement makes."""
        known: dict[str, sympy.Expr] = {**self.symbols, **self.values}
        found: dict[str, sympy.Expr] = {}
        for statement in self.optimizer.rule.statements:
            found[statement.name] = known[statement.name] = expression(statement.term, known)
        return found

    @property
    def theta(self) -> sympy.Expr:
        """θ after the step."""
        return self.made[PARAMETERS_AFTER]

    @property
    def after(self) -> Values:
        """The state after the step, by its name before it."""
        return {name: self.made[f"{name}{AFTER}"] for name in self.optimizer.rule.state}

    @cached_property
    def initial(self) -> Values:
        """The state before the first step."""
        known = {**self.symbols, **self.values}
        found = {}
        for name in self.optimizer.rule.state:
            formula = self.optimizer.initial.get(name, "0")
            rule = UpdateRule.read(f"{PARAMETERS_AFTER} = {formula}")
            found[name] = expression(rule.statements[0].term, known)
        return found

    @cached_property
    def live(self) -> tuple[str, ...]:
        """The state that θ depends on, in this step or a later one."""
        after, met = self.after, [self.theta]
        found: list[str] = []
        for part in met:
            names = {str(symbol) for symbol in part.free_symbols}
            more = [n for n in self.optimizer.rule.state if n in names and n not in found]
            found += more
            met += [after[name] for name in more]
        return tuple(found)

    def put(self, part: sympy.Expr, values: Values) -> sympy.Expr:
        """An expression of the step with others in the place of names."""
        return replaced(part, {self.symbols[name]: value for name, value in values.items()})

    def first_steps(self, count: int) -> list[sympy.Expr]:
        """θ after each of the first steps, by θ before them and the gradients g₁, g₂, …"""
        state, theta, found = self.initial, THETA_BEFORE, []
        for number in range(1, count + 1):
            gradient = sympy.Symbol(f"(g_{number})", real=True)
            here = {**state, THETA: theta, "g": gradient, "t": sympy.Integer(number)}
            here = {name: value for name, value in here.items() if name in self.symbols}
            state = {name: self.put(part, here) for name, part in self.after.items()}
            theta = self.put(self.theta, here)
            found.append(theta)
        return found


def expression(term: object, known: Values) -> sympy.Expr:
    """A Term's value, with expressions in the place of names.

    Raises
    ------
    NoExpression
        Where SymPy cannot take it.
    """
    try:
        value = term.value  # type: ignore[attr-defined]  # of any Term
        return replaced(value, {sympy.Symbol(name): part for name, part in known.items()})
    except (TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise NoExpression("a statement has no expression", "look at its formula") from error


def replaced(part: sympy.Expr, values: Mapping[sympy.Expr, sympy.Expr]) -> sympy.Expr:
    """An expression with others in the place of some, all at once; NoExpression where that has no finite value."""
    try:
        found = settled(part.xreplace(dict(values)))
    except TypeError as error:  # SymPy compares no number that may be complex
        raise NoExpression("a condition has no value", "look at its formula") from error
    if found.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise NoExpression("there is no value here", "choose other numbers")
    return found


def at_rest(part: sympy.Expr) -> sympy.Expr:
    """An expression where the gradient is 0: g where it was found again, and the slope of the residuals."""
    return replaced(part, dict.fromkeys((GRADIENT, *_SLOPES), sympy.S.Zero))


def settled(part: sympy.Expr) -> sympy.Expr:
    """An expression in which a word that must be 0 is 0, and the gradient at θ is g."""
    return part.replace(lambda e: isinstance(e, sympy.core.function.AppliedUndef), _settled_word)


def _settled_word(word: sympy.Expr) -> sympy.Expr:
    name, arguments = word.func.__name__, word.args
    if name in ("dot", "outer") and sympy.S.Zero in arguments:
        return sympy.S.Zero
    if name in ("norm", "transpose", "diag") and arguments[0] == 0:
        return sympy.S.Zero
    if name in ("solve", "two_loop") and arguments[-1] == 0:
        return sympy.S.Zero
    if name == "g" and arguments[0] == THETA_BEFORE:
        return GRADIENT
    return word


@lru_cache(maxsize=1024)
def same(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether SymPy makes 0 of the difference: exactly, for all values that the symbols may have."""
    if one == other:
        return True
    try:
        if _differs(one - other):
            return False
        difference = sympy.expand(one - other)
        if difference == 0:
            return True
        if sympy.count_ops(difference) > MOST_OPERATIONS:
            return False
        return bool(sympy.simplify(difference) == 0)
    except (TypeError, ValueError, RecursionError):
        return False


def _differs(difference: sympy.Expr) -> bool:
    """Whether a difference is seen at some numbers: what differs there need not be made shorter, which may take long."""
    symbols = sorted(difference.free_symbols, key=str)
    numbers = [
        sympy.Integer(3) if s.is_integer else sympy.Float(0.37 + 0.11 * n)
        for n, s in enumerate(symbols)
    ]
    try:
        # By xreplace: subs asks of each case of a Piecewise whether it still can hold, which takes a hundred times as long.
        found = complex(difference.xreplace(dict(zip(symbols, numbers, strict=True))).evalf())
    except (TypeError, ValueError, ArithmeticError):  # a word has no number
        return False
    return abs(found) > 1e-9
