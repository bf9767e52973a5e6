"""Objective: a function of its parameters alone, as what descent is to minimise: a Problem without examples.

Laws
----
- the formula is the cost itself: it has no Σ, no loss, no input and no target
- every name is a parameter, or a constant whose number is given
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any, Self, Unpack

from symgd import terms as nt
from symgd.budget import shared
from symgd.errors import FormulaError, ProblemError, either, parameter
from symgd.parsing.tokens import expect_text
from symgd.problem.costs import PREDICTION, Cost
from symgd.problem.losses import Loss
from symgd.problem.models import Model, expect_bound_indices, names_of, read_model
from symgd.problem.notation import Notation, notation_beside
from symgd.problem.problem import Problem
from symgd.problem.problem_options import ProblemOptions
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.words import Message, message

LETTERS = ("f", "g", "F", "J", "f_0")  # what a function is called that nobody named
UNNAMED = "f_without_a_name"
ITSELF = Loss("function", "a function of its parameters", "prediction", "sum", "any number", "")
# f(x, y) = ..., the last statement of a formula
_HEAD = re.compile(r"(^|[;\n])(\s*\w+)\s*\(([\w\s,]*)\)(\s*=(?!=)[^;=<>]*;?\s*)$")
# e by itself, and no e^x
_EULER = re.compile(r"(?<![\w.])[eE](?!\w)(?!\s*(\^|\*\*))")
_ONE_POWER = nt.call("exp", nt.number(1))
_AXES = ("x", "y", "z")
_OWN = ("parameters", "settings", "notation", "functions")


class _Itself(Cost):
    """The formula, which no loss compares with anything."""

    @cached_property
    def example_loss(self) -> nt.Term:
        return self.predictions[0]

    @cached_property
    def losses(self) -> nt.Term:
        return self.predictions[0]


@names_options
@dataclass(frozen=True, init=False, repr=False)
class Objective(Problem):
    """A function of its parameters alone, to be derived and minimised. It does not change once it is made.

    Parameters
    ----------
    formula : str
        Such as "(1 - x)^2 + 100*(y - x^2)^2"; "f(x, y) = ..." names the function and its parameters too. Inner functions
        may have names, "u = y - x^2; (1 - x)^2 + 100*u^2".
    parameters : sequence of str, optional
        What moves, in this order. Without it: every name that is in no `settings`, x before y and x1 before x2, and others
        as the formula names them.
    settings : mapping of str to float, optional
        The numbers of constants, {"a": 1, "b": 100}: letters in derivations, numbers in code.
    notation : Notation, optional
        Its `cost` is what the function is called. Without it: as the formula names it, or f.
    functions : mapping of str to Function, optional
        What the formula may call, as for a Problem.

    Raises
    ------
    FormulaError
        When the formula cannot be read.
    ProblemError
        When names, parameters and settings do not fit together.

    Examples
    --------
    >>> bowl = Objective("a*x^2 + y^2", settings={"a": 3})
    >>> bowl.parameters, bowl.cost
    (('x', 'y'), a*x**2 + y**2)
    """

    def __init__(
        self,
        formula: str,
        *,
        parameters: Sequence[str] | None = None,
        settings: Mapping[str, float] | None = None,
        notation: Notation | None = None,
        functions: Mapping[str, Function] | None = None,
    ) -> None:
        expect_text(formula, "(x - 1)^2 + y^2")
        own = [f for name, f in (functions or {}).items() if f is not FUNCTIONS.get(name)]
        numbers = _numbers(settings)
        plain, named = _without_arguments(formula)
        listed = names_of(named if parameters is None else parameters, "parameters")
        self._keep(own_functions=tuple(own))
        with shared():
            read = read_model(plain, UNNAMED, {*listed, *numbers}, self.functions)
        read = _with_number_e(read, {*listed, *numbers})
        self._keep(model=formula, predictions=read.predictions, targets=(), inner=read.inner)
        self._keep(parameters=_learned(self.names, listed, numbers), inputs=(), inferred=not listed)
        self._keep(loss=ITSELF, penalty=None, penalized=(), labels=FrozenMap(), settings=numbers)
        if notation is not None and not isinstance(notation, Notation):
            raise ProblemError(f"notation is {notation!r}", "pass a Notation")
        name = "" if read.targets == (UNNAMED,) else read.targets[0]
        self._keep(notation=self._lettered(name, notation))
        self.notation.expect_apart(self._own_names)
        expect_bound_indices(self, self.parameters, self.notation.index)

    def _lettered(self, name: str, notation: Notation | None) -> Notation:
        """The notation: what the function is called; the letters for examples, which it has not, are out of the way."""
        used = {*self._own_names, name}
        letter = name or next(one for one in LETTERS if one not in used)
        letter = letter if notation is None else notation.cost
        beside = notation_beside({*used, letter})
        return replace(
            notation or beside, cost=letter, count=beside.count, index=beside.index, residual=None
        )

    def __repr__(self) -> str:
        return f'Objective("{self.model}", parameters={self.parameters})'

    @property
    def formula(self) -> str:
        """The formula as it was written."""
        return str(self.model)

    def expect_examples(self, what: str) -> None:
        """ProblemError: there are none."""
        cause = f"{self.notation.cost} is a function of its parameters alone, and {what}"
        raise ProblemError(cause, "a model of data is a Problem")

    @property
    def said(self) -> tuple[Message, ...]:
        """What a reader should know of how it was read."""
        if not _EULER.search(self.formula) or _ONE_POWER not in [*self.whole.parts()]:
            return ()
        moved = parameter("parameters")
        said = message(
            "e is Euler's number, 2.71828…; where it is to move, name it in {option}", option=moved
        )
        return (said,)

    @property
    def has_examples(self) -> bool:
        """It has none."""
        return False

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """What each constant is called: its own name."""
        return FrozenMap({name: name for name in self.settings})

    @cached_property
    def written_cost(self) -> Cost:
        """The function as it is written."""
        prediction = self.prediction.substitute(self.data)
        used = frozenset(self._own_names)
        return _Itself(self.loss, PREDICTION, (prediction,), (), self.notation, used)

    @property
    def model_equations(self) -> tuple[nt.Equation, ...]:
        """f = …"""
        return (nt.Equation(nt.Symbol(self.notation.cost), self.prediction),)

    def replace(self, **changes: Unpack[ProblemOptions]) -> Self:
        """The same function but for some of its arguments; `model` is the formula.

        Parameters
        ----------
        **changes
            As for the constructor.

        Examples
        --------
        >>> Objective("a*x^2", settings={"a": 3}).replace(settings={"a": 5}).settings
        {'a': 5.0}
        """
        given: dict[str, Any] = {name: getattr(self, name) for name in _OWN}
        if self.inferred or "model" in changes:
            del given["parameters"]
        given |= {name: value for name, value in changes.items() if name in _OWN}
        return type(self)(str(changes.get("model", self.model)), **given)


def _with_number_e(read: Model, given: Collection[str]) -> Model:
    """The model with Euler's number where e stands alone, which is no parameter but where it is named, or follows a d."""
    names = {name for name in ("e", "E") if name in read.names}.difference(given)
    if not names or "d" in read.names:
        return read
    number: dict[nt.Term, nt.Term] = {nt.Symbol(name): _ONE_POWER for name in names}
    new, inner = number, []
    for part in read.inner:
        inner.append(nt.Abbreviation(part.name, part.definition.substitute(new)))
        new = {**new, part: inner[-1]}
    predictions = tuple(part.substitute(new) for part in read.predictions)
    return Model(predictions, read.targets, tuple(inner))


def _without_arguments(formula: str) -> tuple[str, Sequence[str] | None]:
    """f(x, y) = … without its arguments, and these; None where it has none."""
    found = _HEAD.search(formula)
    if found is None:
        return formula, None
    before, name, arguments, rest = found.groups()
    return f"{formula[: found.start()]}{before}{name}{rest}", arguments.split(",")


def _numbers(settings: Mapping[str, float] | None) -> Mapping[str, float]:
    """The constants' numbers, by their names as the parser spells them."""
    if settings is not None and not isinstance(settings, Mapping):
        raise ProblemError(f"settings is {settings!r}", 'pass them by name: {"a": 1.0}')
    found: dict[str, float] = {}
    for name, value in (settings or {}).items():
        real = isinstance(value, Real) and not isinstance(value, bool)
        if not real or not math.isfinite(value):
            raise ProblemError(f"the setting {name} is {value!r}", "expected a number")
        (known,) = names_of([name], "settings")
        found[known] = float(value)
    return FrozenMap(found)


def _learned(
    names: Sequence[str], listed: Sequence[str], numbers: Mapping[str, float]
) -> tuple[str, ...]:
    """The parameters: those that are listed, or every name that is no constant."""
    known = ", ".join(names) or "none"
    for name in (*listed, *numbers):
        if name not in names:
            raise ProblemError(f'"{name}" is not in the formula', f"its names are {known}")
        if name in listed and name in numbers:
            raise ProblemError(f'"{name}" is a parameter and has a number', "give it one role")
    learned = tuple(listed) or _in_turn([name for name in names if name not in numbers])
    left = [name for name in names if name not in learned and name not in numbers]
    if left:
        number = either(f'settings={{"{left[0]}": 1.0}}', f"--set {left[0]}=1.0")
        remedy = f"name it in {parameter('parameters')}, or give its number: {number}"
        raise ProblemError(f'"{left[0]}" has no role', remedy)
    if not learned:
        cause = "the formula has no name that could move"
        if numbers:
            cause = "every name of the formula has a number, and none is left to move"
        raise FormulaError(cause, "write one such as (x - 1)^2 + y^2")
    return learned


def _in_turn(names: Sequence[str]) -> tuple[str, ...]:
    """Names in their order: x, y, z, and those that differ by a number alone by that; others as they stand."""
    if {*names} <= {*_AXES}:
        return tuple(sorted(names))
    found = [re.fullmatch(r"(.*?)_?(\d+)", name) for name in names]
    numbered = [one for one in found if one is not None]
    if len(numbered) < len(names) or len({one[1] for one in numbered}) > 1:
        return tuple(names)
    return tuple(one[0] for one in sorted(numbered, key=lambda one: int(one[2])))
