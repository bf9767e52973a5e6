"""Where the formulas of a rule have a value without a gradient: for all settings, for those that fit a condition, or not known.

SymPy cancels, g/g is 1 for it, so each statement is looked at as it is written: what stands under a line is not 0, what stands
under a root is not below 0. What is not proved of all settings that are admitted becomes a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import sympy

from symgd import terms as nt
from symgd.optimizers.positive import Domain
from symgd.optimizers.symbolic import NoExpression, SymbolicStep, Values, at_rest, expression

Sign: TypeAlias = Literal["!=", ">", ">="]
_ABOVE: Mapping[str, Sign] = {"log": ">", "sqrt": ">="}
_UNDER = {"mod": 1, "atan2": 1}  # the argument that must not be 0
TOTAL = [
    "abs",
    "sign",
    "max",
    "min",
    "clip",
    "floor",
    "exp",
    "sin",
    "cos",
    "sinh",
    "cosh",
    "tanh",
    "atan",
    "asinh",
    "relu",
    "sigmoid",
    "softplus",
    "erf",
    "heaviside",
    "dot",
    "norm",
    "transpose",
    "diag",
    "outer",
    "J",
    "g",
    "push",
    "two_loop",
]  # they have a value wherever their arguments have one


@dataclass(frozen=True)
class Need:
    """What must be unlike 0, above it or not below it."""

    part: sympy.Expr
    sign: Sign


@dataclass(frozen=True)
class Defined:
    """Where all statements have a value: what the settings must fit, and whether that is all."""

    needs: tuple[Need, ...] = ()
    is_all: bool = True


@dataclass
class DefinedFinder:
    """Looks for what the statements need where the gradient is 0.

    Parameters
    ----------
    step : SymbolicStep
    begin : mapping of str to Expr
        g, and the state that stays as it is at first.
    domain : Domain
        What the settings may be.
    changing : set of Symbol
        State of which nothing is known.
    """

    step: SymbolicStep
    begin: Values
    domain: Domain
    changing: frozenset[sympy.Symbol]
    _found: dict[Need, None] = field(default_factory=dict)
    _is_all: bool = True

    def find(self) -> Defined:
        """What all statements need; NoExpression where one has no value, whatever the settings are."""
        known: dict[str, sympy.Expr] = {**self.step.symbols, **self.step.values}
        for statement in self.step.optimizer.rule.statements:
            self._look(statement.term, known, sure=True)
            known[statement.name] = self.step.made[statement.name]
        return Defined(tuple(self._found), self._is_all)

    def _look(self, term: nt.Term, known: Values, sure: bool) -> None:
        """A Term and its parts; not `sure` where it may stand in a case that does not hold."""
        if isinstance(term, nt.Cases):
            self._cases(term, known, sure)
            return
        for child in term.children:
            self._look(child, known, sure)
        for part, sign in self._needed(term, known):
            self._ask(part, sign, known, sure)

    def _cases(self, term: nt.Cases, known: Values, sure: bool) -> None:
        for case in term.cases:
            holds = self._at_rest(case.condition, known)
            if holds is sympy.false:
                continue
            if not isinstance(case.condition, nt.Otherwise):
                self._look(case.condition, known, sure)
            self._look(case.body, known, sure and holds is sympy.true)
            if holds is sympy.true:
                return

    def _needed(self, term: nt.Term, known: Values) -> Iterator[tuple[nt.Term, Sign]]:
        """Parts of one Term, and what they must be."""
        if isinstance(term, nt.Fraction):
            yield term.children[1], "!="
        elif isinstance(term, nt.Power):
            base, exponent = term.children
            power = self._at_rest(exponent, known)
            if power is None or not power.is_integer:
                yield base, ">"
            elif not power.is_nonnegative:
                yield base, "!="
        elif isinstance(term, nt.Call):
            if term.function in _ABOVE:
                yield term.arguments[0], _ABOVE[term.function]
            elif term.function in _UNDER:
                yield term.arguments[_UNDER[term.function]], "!="
            elif term.function not in TOTAL:
                self._is_all = False

    def _ask(self, term: nt.Term, sign: Sign, known: Values, sure: bool) -> None:
        found = self._at_rest(term, known)
        if sure and found == 0 and sign != ">=":
            raise NoExpression("a formula has no value here", "look at where it divides")
        needs = None if found is None else [*self._left(found, sign)]
        if needs == []:
            return
        known_parts = needs is not None and all(
            n.part.free_symbols and not n.part.free_symbols & self.changing for n in needs
        )
        if needs is None or not sure or not known_parts:
            self._is_all = False
        else:
            self._found |= dict.fromkeys(needs)

    def _at_rest(self, term: nt.Term, known: Values) -> sympy.Expr | None:
        try:
            return at_rest(self.step.put(expression(term, known), self.begin))
        except NoExpression:
            return None

    def _left(self, part: sympy.Expr, sign: Sign) -> Iterator[Need]:
        """What is to be said, so that an expression is as it must be: nothing where that is proved."""
        if self.domain.is_positive(part, or_zero=sign == ">="):
            return
        if sign == "!=" and self.domain.is_positive(-part):
            return
        if isinstance(part, sympy.Mul) and sign == "!=":
            for factor in part.args:
                yield from self._left(factor, sign)
        elif isinstance(part, sympy.Pow) and part.exp.is_positive and sign != ">=":
            yield from self._left(part.base, "!=" if part.exp.is_integer else sign)
        elif isinstance(part, sympy.Max):
            # It is above 0 where one of its arguments is.
            plain = [a for a in part.args if not a.free_symbols & self.changing]
            yield from self._left(min(plain, key=sympy.count_ops), ">") if plain else (Need(part, sign),)  # fmt: skip
        elif sign == "!=" and self.domain.is_positive(part, or_zero=True):
            yield Need(part, ">")
        else:
            yield Need(part, sign)
