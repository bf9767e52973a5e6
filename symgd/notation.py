"""Term: what a reader sees.

A Term keeps the shape and order in which a formula was written (SymPy rewrites as it builds), and knows its
SymPy value, which is what is checked. Terms are small frozen trees; a sub-term is named by its path, the tuple of
child numbers that leads to it.

Laws
----
- ``term.rebuild(term.children) == term``
- ``term.replace(path, term.at(path)) == term``
- two Terms that are equal have equal values; the reverse does not hold
"""

from __future__ import annotations

import fractions
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar

import sympy

from symgd.functions import FUNCTIONS

Path: TypeAlias = tuple[int, ...]
T = TypeVar("T", bound="Term")
Answer = TypeVar("Answer")


class Term:
    """One node of a formula. Subclasses are frozen; `children` are the sub-terms in reading order."""

    def __init_subclass__(cls) -> None:
        # Set before `dataclass` looks, so that it keeps this: the hash of a large Term is worked out once.
        cls.__hash__ = _hash  # type: ignore[assignment, method-assign]

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was worked out, a hash of texts above all, belongs to one process."""
        fields = getattr(self, "__dataclass_fields__", {})
        return {name: getattr(self, name) for name in fields}

    @property
    def children(self) -> tuple[Term, ...]:
        """The sub-terms in reading order."""
        return ()

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        """The same kind of node over other children."""
        return self

    @cached_property
    def value(self) -> sympy.Expr:
        """The Term as SymPy knows it, evaluated in SymPy's own order and form."""
        raise TypeError(f"{type(self).__name__} has no value of its own")

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the Term's value can depend on; indices bound by a Σ are left out."""
        return frozenset().union(*(child.names for child in self.children))

    @cached_property
    def size(self) -> int:
        """How many nodes the Term has."""
        return 1 + sum(child.size for child in self.children)

    def depends_on(self, variable: Variable) -> bool:
        """Whether `variable`, or any entry of the vector that it is of, occurs; definitions of abbreviations count."""
        return variable.name in self.names

    def with_index(self, old: str, new: str) -> Term:
        """`new` in the place of the free index `old`; a Σ over `new` is given another index, so that it binds no more."""
        if old not in self.names:
            return self
        return self.rebuild(tuple(child.with_index(old, new) for child in self.children))

    def at(self, path: Path) -> Term:
        """The sub-term at `path`."""
        term: Term = self
        for step in path:
            term = term.children[step]
        return term

    def replace(self, path: Path, new: Term) -> Term:
        """The Term with `new` at `path`; all other sub-terms are the same objects as before."""
        if not path:
            return new
        head, *rest = path
        children = list(self.children)
        children[head] = children[head].replace(tuple(rest), new)
        return self.rebuild(tuple(children))

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Term]]:
        """Each sub-term with its path, a parent before its children."""
        yield path, self
        for number, child in enumerate(self.children):
            yield from child.walk((*path, number))

    def substitute(self, new: Mapping[Term, Term]) -> Term:
        """Put `new[t]` in the place of every sub-term equal to a `t`."""
        if self in new:
            return new[self]
        children = tuple(child.substitute(new) for child in self.children)
        if all(after is before for after, before in zip(children, self.children, strict=True)):
            return self
        return self.rebuild(children)


def _hash(term: Term) -> int:
    known: dict[str, Any] = term.__dict__
    if "_hash" not in known:
        fields = getattr(term, "__dataclass_fields__", ())
        known["_hash"] = hash((type(term), *(known[name] for name in fields)))
    answer: int = known["_hash"]
    return answer


def each_term(function: Callable[[T], Answer]) -> Callable[[T], Answer]:
    """Work `function` out once for each Term, which keeps the answer."""
    key = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def remembered(term: T) -> Answer:
        known: dict[str, Any] = term.__dict__
        if key not in known:
            known[key] = function(term)
        answer: Answer = known[key]
        return answer

    return remembered


@dataclass(frozen=True)
class Number(Term):
    """A number, kept exactly; `decimal` says whether it was written with a decimal point."""

    number: fractions.Fraction
    decimal: bool = False

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Rational(self.number.numerator, self.number.denominator)


@dataclass(frozen=True)
class Constant(Term):
    """A number with a name of its own, π."""

    name: str

    @cached_property
    def value(self) -> sympy.Expr:
        return CONSTANTS[self.name]


@dataclass(frozen=True)
class Symbol(Term):
    """A parameter, a count, an index where it is a number (Σ_j j·w_j), or any other name."""

    name: str

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Symbol(self.name)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})

    def with_index(self, old: str, new: str) -> Symbol:
        return Symbol(new) if self.name == old else self


@dataclass(frozen=True)
class Indexed(Term):
    """One entry of a column, a vector or a table: x_i, w_j, x_ij."""

    name: str
    indices: tuple[str, ...]

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.IndexedBase(self.name)[tuple(map(sympy.Symbol, self.indices))]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name, *self.indices})

    def with_index(self, old: str, new: str) -> Indexed:
        return Indexed(self.name, _with_index(self.indices, old, new))


@dataclass(frozen=True)
class Delta(Term):
    """Kronecker's δ_jk: 1 where both indices are the same, else 0."""

    first: str
    second: str

    @property
    def indices(self) -> tuple[str, str]:
        """Both indices."""
        return self.first, self.second

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.KroneckerDelta(*map(sympy.Symbol, self.indices))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.indices)

    def with_index(self, old: str, new: str) -> Delta:
        return Delta(*_with_index(self.indices, old, new))


@dataclass(frozen=True)
class Abbreviation(Term):
    """A name that stands for a longer Term: e_i, u. Its value is that of its definition."""

    name: str
    definition: Term
    indices: tuple[str, ...] = ()

    @cached_property
    def value(self) -> sympy.Expr:
        return self.definition.value

    @cached_property
    def names(self) -> frozenset[str]:
        return self.definition.names | {self.name}

    def with_index(self, old: str, new: str) -> Abbreviation:
        if old not in self.definition.names:
            return self
        definition = self.definition.with_index(old, new)
        return Abbreviation(self.name, definition, _with_index(self.indices, old, new))


Variable: TypeAlias = Symbol | Indexed | Abbreviation


@dataclass(frozen=True)
class Negative(Term):
    """−a. As a later term of a Sum it is read as a subtraction."""

    term: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.term,)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Negative(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return -self.term.value


@dataclass(frozen=True)
class Sum(Term):
    """a + b − c: terms in the writer's order."""

    terms: tuple[Term, ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.terms

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Sum(children)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Add(*(term.value for term in self.terms))


@dataclass(frozen=True)
class Product(Term):
    """a b c: factors in the writer's order."""

    factors: tuple[Term, ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.factors

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Product(children)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Mul(*(factor.value for factor in self.factors))


@dataclass(frozen=True)
class Fraction(Term):
    """numerator / denominator."""

    numerator: Term
    denominator: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.numerator, self.denominator)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Fraction(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return self.numerator.value / self.denominator.value


@dataclass(frozen=True)
class Power(Term):
    """base ^ exponent."""

    base: Term
    exponent: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Power(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return self.base.value**self.exponent.value


@dataclass(frozen=True)
class Call(Term):
    """function(argument, …), for a function declared in `functions`."""

    function: str
    arguments: tuple[Term, ...]

    @property
    def argument(self) -> Term:
        """The first argument, which most functions have alone."""
        return self.arguments[0]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.arguments

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Call(self.function, children)

    @cached_property
    def value(self) -> sympy.Expr:
        return FUNCTIONS[self.function].value(*(argument.value for argument in self.arguments))


@dataclass(frozen=True)
class Comparison(Term):
    """left < right and the like: the condition of a case, or of a step."""

    left: Term
    sign: Sign
    right: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        left, right = children
        return Comparison(left, self.sign, right)

    @cached_property
    def value(self) -> sympy.Expr:
        return RELATIONS[self.sign](self.left.value, self.right.value)


@dataclass(frozen=True)
class Junction(Term):
    """Several conditions, of which all hold, or any."""

    word: Literal["and", "or"]
    conditions: tuple[Term, ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.conditions

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Junction(self.word, children)

    @cached_property
    def value(self) -> sympy.Expr:
        join = sympy.And if self.word == "and" else sympy.Or
        return join(*(condition.value for condition in self.conditions))


@dataclass(frozen=True)
class Otherwise(Term):
    """The condition that always holds."""

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.true


@dataclass(frozen=True)
class Case(Term):
    """One piece of Cases: `body` where `condition` holds."""

    body: Term
    condition: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.condition)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Case(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return self.body.value


@dataclass(frozen=True)
class Cases(Term):
    """A piecewise expression: the first case whose condition holds."""

    cases: tuple[Case, ...]

    @property
    def children(self) -> tuple[Term, ...]:
        return self.cases

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Cases(tuple(case for case in children if isinstance(case, Case)))

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Piecewise(*((case.body.value, case.condition.value) for case in self.cases))


@dataclass(frozen=True)
class BigSum(Term):
    """Σ of `body` over `index` = `lower` … `upper`; inside the body, `index` is the Σ's own."""

    body: Term
    index: str
    upper: Term
    lower: Term = Number(fractions.Fraction(1))

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return BigSum(body, self.index, self.upper, self.lower)

    @cached_property
    def value(self) -> sympy.Expr:
        limits = (sympy.Symbol(self.index), self.lower.value, self.upper.value)
        return sympy.Sum(self.body.value, limits)

    @cached_property
    def names(self) -> frozenset[str]:
        return (self.body.names - {self.index}) | self.upper.names | self.lower.names

    def with_index(self, old: str, new: str) -> Term:
        bounds = self.upper.with_index(old, new), self.lower.with_index(old, new)
        if self.index == old or old not in self.body.names:
            return BigSum(self.body, self.index, *bounds)
        own = (
            self.reindexed(fresh_index(self.body.names | {old, new})) if self.index == new else self
        )
        return BigSum(own.body.with_index(old, new), own.index, *bounds)

    def reindexed(self, index: str) -> BigSum:
        """The same sum, counted by another index that its body does not use."""
        return BigSum(self.body.with_index(self.index, index), index, self.upper, self.lower)


@dataclass(frozen=True)
class Partial(Term):
    """A derivative still to be taken: ∂/∂variable of body, or d/d variable where `ordinary`."""

    body: Term
    variable: Variable
    ordinary: bool = False

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        (body,) = children
        return Partial(body, self.variable, self.ordinary)

    @cached_property
    def value(self) -> sympy.Expr:
        if isinstance(self.variable, Symbol | Indexed):
            return sympy.Derivative(self.body.value, self.variable.value)
        name = Symbol(self.variable.name)
        inner = sympy.Derivative(self.body.substitute({self.variable: name}).value, name.value)
        return sympy.Subs(inner, name.value, self.variable.value)

    @cached_property
    def names(self) -> frozenset[str]:
        indexed = isinstance(self.variable, Indexed)
        return self.body.names | (self.variable.names if indexed else frozenset())

    def with_index(self, old: str, new: str) -> Term:
        variable = self.variable.with_index(old, new)
        return Partial(self.body.with_index(old, new), variable, self.ordinary)


@dataclass(frozen=True)
class Equation(Term):
    """left = right: a line of a derivation or a definition."""

    left: Term
    right: Term

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return Equation(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Eq(self.left.value, self.right.value, evaluate=False)


CONSTANTS: Mapping[str, sympy.Expr] = MappingProxyType({"pi": sympy.pi})

Sign: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!="]

RELATIONS: Mapping[Sign, Callable[..., sympy.Expr]] = MappingProxyType(
    {
        "<": sympy.Lt,
        "<=": sympy.Le,
        ">": sympy.Gt,
        ">=": sympy.Ge,
        "==": sympy.Eq,
        "!=": sympy.Ne,
    }
)


def call(function: str, *arguments: Term) -> Call:
    """function(argument, …).

    Examples
    --------
    >>> call("max", Symbol("a"), Symbol("b")).value
    Max(a, b)
    """
    return Call(function, arguments)


def number(value: int | fractions.Fraction, decimal: bool = False) -> Number:
    """A Number of `value`.

    Examples
    --------
    >>> number(2).value
    2
    """
    return Number(fractions.Fraction(value), decimal)


def _with_index(indices: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if index == old else index for index in indices)


def fresh_index(used: Collection[str], letters: str = "jklmnqrsi") -> str:
    """The first letter for an index that is not in `used`.

    Examples
    --------
    >>> fresh_index({"j", "w"})
    'k'
    """
    names: tuple[str, ...] = (*letters, *(f"{letters[0]}_{n}" for n in range(1, 10_000)))
    return next(name for name in names if name not in used)


def indices_of(term: Term) -> tuple[str, ...]:
    """The indices that tell one value of `term` from another, in reading order; those of a Σ inside are its own.

    Examples
    --------
    >>> indices_of(BigSum(Indexed("x", ("i", "j")), "j", Symbol("p")))
    ('i',)
    """
    if isinstance(term, Indexed | Delta | Abbreviation):
        return term.indices
    found = dict.fromkeys(index for child in term.children for index in indices_of(child))
    return tuple(index for index in found if not (isinstance(term, BigSum) and index == term.index))


def abbreviations(term: Term) -> tuple[Abbreviation, ...]:
    """The names in `term` that stand for something, each once, and before those in its own definition.

    Examples
    --------
    >>> h = Abbreviation("h", Symbol("x"))
    >>> [name.name for name in abbreviations(Sum((Abbreviation("k", h), h)))]
    ['k', 'h']
    """
    found: dict[Abbreviation, None] = {}

    def visit(part: Term) -> None:
        for _, inner in part.walk():
            if isinstance(inner, Abbreviation):
                found.pop(inner, None)
                found[inner] = None
                visit(inner.definition)

    visit(term)
    return tuple(found)


def definitions_of(name: Abbreviation) -> tuple[Equation, ...]:
    """What a name stands for, and the names in that."""
    parts = abbreviations(name)
    return tuple(Equation(part, part.definition) for part in parts)


def is_number(term: Term, value: int) -> bool:
    """Whether `term` is written as exactly the number `value`."""
    return isinstance(term, Number) and term.number == value


def sum_of(terms: tuple[Term, ...]) -> Term:
    """The terms added: none is 0, one is itself."""
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Sum(terms)


def product_of(factors: tuple[Term, ...]) -> Term:
    """The factors multiplied: none is 1, one is itself."""
    if not factors:
        return number(1)
    return factors[0] if len(factors) == 1 else Product(factors)


def terms_of(term: Term) -> tuple[Term, ...]:
    """The terms of a Sum; any other Term is its own only one."""
    return term.terms if isinstance(term, Sum) else (term,)


def factors_of(term: Term) -> tuple[Term, ...]:
    """The factors of a Product; any other Term is its own only one."""
    return term.factors if isinstance(term, Product) else (term,)
