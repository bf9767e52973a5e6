"""Program: cost and gradient over whole arrays, the same for every target.

Parts that are used more than once get a name, and what the data alone decide comes first. Two sub-terms of equal SymPy
value are one part; the first that is met gives it its form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

import sympy

from symgd import terms as nt
from symgd.errors import GenerationError, either
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text


@dataclass(frozen=True)
class Local(nt.Term):
    """A name for a part that is worked out once; `array` says whether it has a value for each example."""

    name: str
    array: bool

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Symbol(f"local {self.name}")

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({f"local {self.name}"})


@dataclass(frozen=True)
class Total(nt.Term, children=("body",)):
    """The sum of an array over all examples."""

    body: nt.Term

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Function("total")(self.body.value)


@dataclass(frozen=True)
class Assignment:
    """local = term."""

    local: Local
    term: nt.Term


@dataclass(frozen=True)
class Program:
    """Cost and gradient as assignments over whole arrays."""

    hoisted: tuple[Assignment, ...]  # what the data alone decide
    assignments: tuple[Assignment, ...]  # what changes; each uses only what stands before it
    results: tuple[nt.Term, ...]  # the cost, then its gradient in the parameters' order


def expect_numbers(problem: Problem) -> None:
    """Refuse problems with vectors, or sums over indices, which can be derived and have no code yet, and models that are real nowhere."""
    names = [f'"{name}"' for name in problem.vectors]
    if names:
        lengths = ", ".join(f"{length}=2" for length in problem.lengths)
        are = "is a vector" if len(names) == 1 else f"and {names.pop()} are vectors"
        raise GenerationError(
            f"there is no code for sums over indices: {', '.join(names)} {are}",
            either(
                f"give them lengths: problem.written_out({lengths}) has code and descends",
                "write the sums out, such as w1*x1 + w2*x2",
            ),
        )
    sums = (t for t in problem.prediction.parts(definitions=True) if isinstance(t, nt.BigSum))
    for total in sums:
        raise GenerationError(
            f"there is no code for sums over indices, {text(total)}",
            either("problem.written_out() has code and descends", "write the sum out"),
        )
    for part in (p for prediction in problem.predictions for p in _without_real_value(prediction)):
        whole = "model" if problem.has_examples else "function"
        cause = f"{text(part)} has no real value, and so the {whole} has none"
        raise GenerationError(cause, "write another number there")


def _without_real_value(term: nt.Term) -> Iterator[nt.Term]:
    """The innermost parts of numbers alone that are not real, log(−2) for one, but for cases, which may never come."""
    if isinstance(term, nt.Cases):
        return
    inside = [
        part for child in (*term.children, *term.hidden) for part in _without_real_value(child)
    ]
    yield from inside
    if term.children and not term.names and not inside and term.value.is_extended_real is False:
        yield term


def is_array(term: nt.Term) -> bool:
    """Whether a lowered Term has a value for each example."""
    if isinstance(term, nt.Indexed):
        return True
    if isinstance(term, Local):
        return term.array
    return not isinstance(term, Total) and any(is_array(child) for child in term.children)


def is_short_power(term: nt.Power) -> bool:
    """Whether a power is better written as a product: x·x·x is far faster than x³."""
    return isinstance(term.exponent, nt.Number) and term.exponent.number in (3, 4)


# ---------------------------------------------------------------------------------------------
# Parts by name


# They have no value of their own.
CONDITIONS = (nt.Case, nt.Comparison, nt.Junction)


class Parts:
    """Names what is used more than once, and orders it."""

    def __init__(self, problem: Problem, named: list[Assignment], roots: Sequence[nt.Term]) -> None:
        self.problem = problem
        self.named = named
        self.roots = roots
        self.uses: Counter[Hashable] = Counter()
        self.local_of: dict[Hashable, Local] = {}
        self.taken = {part.local.name for part in named}
        self.from_data: set[str] = set()
        self.hoisted: list[Assignment] = []
        self.assignments: list[Assignment] = []

    def program(self) -> Program:
        for term in (*(part.term for part in self.named), *self.roots):
            self._count(term)
        for part in self.named:
            self._add(part.local, self._rewritten(part.term, whole=True))
        results = tuple(self._rewritten(root, whole=True) for root in self.roots)
        return Program(tuple(self.hoisted), tuple(self.assignments), results)

    def _count(self, term: nt.Term) -> None:
        """Count each part once for every different place that uses it."""
        if not isinstance(term, CONDITIONS):
            self.uses[_key(term)] += 1
            if self.uses[_key(term)] > 1:
                return
        if isinstance(term, nt.Power) and is_short_power(term) and term.base.children:
            self.uses[_key(term.base)] += 1
        for child in term.children:
            self._count(child)

    def _rewritten(self, term: nt.Term, *, whole: bool = False) -> nt.Term:
        """`term` over Locals; `whole` terms are named by whoever asks."""
        if not term.children:
            return term
        if isinstance(term, CONDITIONS):
            return term.map(self._rewritten)
        key = _key(term)
        if key in self.local_of:
            return self.local_of[key]
        rebuilt = term.map(self._rewritten)
        hoist = self._is_data_alone(rebuilt) and is_work(rebuilt)
        if whole or not (hoist or (self.uses[key] > 1 and is_work(rebuilt))):
            return rebuilt
        local = Local(self._name(rebuilt), is_array(rebuilt))
        self.local_of[key] = local
        self._add(local, rebuilt)
        return local

    def _add(self, local: Local, term: nt.Term) -> None:
        if self._is_data_alone(term):
            self.from_data.add(f"local {local.name}")
            self.hoisted.append(Assignment(local, term))
        else:
            self.assignments.append(Assignment(local, term))

    def _is_data_alone(self, term: nt.Term) -> bool:
        count, index = self.problem.notation.count, self.problem.notation.index
        names = term.names - {count}
        return bool(names) and names <= {*self.problem.columns, index, *self.from_data}

    def _name(self, term: nt.Term) -> str:
        wanted = suggested_name(term)
        options = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
        name = next(option for option in options if option not in self.taken)
        self.taken.add(name)
        return name


def _key(term: nt.Term) -> Hashable:
    """What equal parts have in common; 0 for every example, x·sin(0), is another part than the number 0."""
    return (term.value, is_array(term)) if term.value.is_number else term.value


def is_work(term: nt.Term) -> bool:
    """Whether a part is worth a name of its own."""
    match term:
        case nt.Negative():
            return False
        case nt.Product() | nt.Fraction():
            leaves = [child for child in term.children if not isinstance(child, nt.Number)]
            if isinstance(term, nt.Fraction) and is_array(term.denominator):
                return True
            return len(leaves) > 1 and (is_array(term) or any(child.children for child in leaves))
    return bool(term.children) and bool(term.names)


_POWERS: Mapping[int, str] = {2: "squared", 3: "cubed"}


def suggested_name(term: nt.Term) -> str:
    """A readable name for a part."""
    match term:
        case nt.Call():
            return term.declared.noun.replace(" ", "_")
        case nt.Cases():
            return "by_case"
        case nt.Power(base=base, exponent=nt.Number(number=power)) if power.denominator == 1:
            return f"{_short(base)}_{_POWERS.get(int(power), f'to_{power}')}"
        case nt.Power():
            return "power"
        case nt.Sum():
            return _sum_name(term)
        case nt.Fraction():
            return "ratio"
        case Total():
            return f"total_{_short(term.body)}"
        case nt.Product():
            joined = "_".join(_short(factor) for factor in term.factors)
            return joined if len(joined) <= 32 else "product"
    return "part"


def _sum_name(term: nt.Sum) -> str:
    """one_plus_x, x_minus_a; `inner` where that would be too long."""
    name = _short(term.terms[0])
    for child in term.terms[1:]:
        sign = "minus" if isinstance(child, nt.Negative) else "plus"
        name += f"_{sign}_{_short(nt.unsigned(child))}"
    return name if len(name) <= 32 and "part" not in name else "inner"


def _short(term: nt.Term) -> str:
    if isinstance(term, nt.Symbol | nt.Indexed | Local | nt.Constant):
        return term.name[:24]
    if nt.is_number(term, 1):
        return "one"
    return suggested_name(term) if isinstance(term, nt.Call | nt.Power) else "part"
