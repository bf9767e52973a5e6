"""Term: the tree that all formulas are, and how its parts are reached and replaced."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cached_property, wraps
from typing import Any, ClassVar, Self, TypeAlias, TypeVar, overload

import sympy

Path: TypeAlias = tuple[int, ...]


T = TypeVar("T", bound="Term")


Answer = TypeVar("Answer")


class kept(cached_property[Answer]):
    """A cached property without the lock that Python 3.11 takes: every Term is asked for its children."""

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Answer: ...

    def __get__(self, instance: object, owner: type | None = None) -> Self | Answer:
        if instance is None:
            return self
        answer: Answer = self.func(instance)
        instance.__dict__[str(self.attrname)] = answer
        return answer


class Term:
    """One node of a formula. Subclasses are frozen dataclasses, and say which fields hold their `children`."""

    _child_fields: ClassVar[tuple[str, ...]] = ()
    _value_of: ClassVar[Callable[..., sympy.Expr] | None] = None

    def __init_subclass__(
        cls,
        children: tuple[str, ...] | None = None,
        value: Callable[..., sympy.Expr] | None = None,
    ) -> None:
        """`children` names the fields that hold a sub-term each, or the one that holds a tuple of them.

        `value` makes the node's value of its children's, where these are all that it takes.
        """
        if children is not None:
            cls._child_fields = children
        if value is not None:
            cls._value_of = staticmethod(value)
        # Set before `dataclass` looks, so that it keeps this: the hash of a large Term is worked out once.
        cls.__hash__ = _hash  # type: ignore[assignment, method-assign]  # a class has its hash from its own namespace

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was worked out, a hash of texts above all, belongs to one process."""
        known = self.__dict__
        return {name: known[name] for name in getattr(self, "__dataclass_fields__", ())}

    @kept
    def children(self) -> tuple[Term, ...]:
        """The sub-terms in reading order."""
        held = tuple(getattr(self, name) for name in self._child_fields)
        return held[0] if len(held) == 1 and isinstance(held[0], tuple) else held

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        """The same kind of node over other children."""
        if not self._child_fields:
            return self
        build: Callable[..., Term] = type(self)
        first = self._child_fields[0]
        several = isinstance(self.__dict__[first], tuple)
        known = self.__getstate__()
        if len(known) == len(self._child_fields):
            return build(children) if several else build(*children)
        new = {first: children} if several else zip(self._child_fields, children, strict=True)
        return build(**{**known, **dict(new)})

    @cached_property
    def value(self) -> sympy.Expr:
        """The Term as SymPy knows it, evaluated in SymPy's own order and form."""
        if self._value_of is None:
            raise TypeError(f"{type(self).__name__} has no value of its own")
        return self._value_of(*self._values)

    @property
    def _values(self) -> Iterable[sympy.Expr]:
        """The children's values, of which `value` makes the node's."""
        return (child.value for child in self.children)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the Term's value can depend on; indices bound by a Σ are left out."""
        return frozenset().union(*(child.names for child in self.children))

    @cached_property
    def size(self) -> int:
        """How many nodes the Term has."""
        return 1 + sum(child.size for child in self.children)

    @kept
    def holds_matrices(self) -> bool:
        """Whether a part of it is a matrix, or made of matrices."""
        return any(child.holds_matrices for child in self.children)

    def depends_on(self, variable: Variable) -> bool:
        """Whether `variable`, or any entry of the vector that it is of, occurs; definitions of abbreviations count."""
        return variable.name in self.names

    def with_index(self, old: str, new: str) -> Term:
        """`new` in the place of the free index `old`; a Σ over `new` is given another index, so that it binds no more."""
        if old not in self.names:
            return self
        return self.map(lambda child: child.with_index(old, new))

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

    def parts(self, *, definitions: bool = False) -> Iterator[Term]:
        """Each sub-term, a parent before its children; with `definitions`, what abbreviations stand for as well."""
        yield self
        for child in (*self.children, *(self.hidden if definitions else ())):
            yield from child.parts(definitions=definitions)

    @property
    def hidden(self) -> tuple[Term, ...]:
        """What the node stands for beside its children: the definition of an abbreviation."""
        return ()

    def map(self, function: Callable[[Term], Term]) -> Term:
        """The node over `function` of each child; the same object where no child changes."""
        children = tuple(map(function, self.children))
        if all(after is before for after, before in zip(children, self.children, strict=True)):
            return self
        return self.rebuild(children)

    def rewrite(self, rule: Callable[[Term], Term | None]) -> Term:
        """`rule` on every sub-term, children first; None leaves one as it is, and unchanged parts stay the same object."""
        term = self.map(lambda child: child.rewrite(rule))
        after = rule(term)
        return term if after is None else after

    def substitute(self, new: Mapping[Term, Term]) -> Term:
        """Put `new[t]` in the place of every sub-term equal to a `t`."""
        return new[self] if self in new else self.map(lambda child: child.substitute(new))

    def written_out(self, only: Set[str] | None = None) -> Term:
        """The Term with what its abbreviations stand for in their place: of all of them, or of those named in `only`."""
        if only is not None and only.isdisjoint(self.names):
            return self
        return self.map(lambda child: child.written_out(only))


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


class Variable(Term):
    """A Term with a name that a formula can be derived by: a number's name, an entry, or a name for a longer Term."""

    name: str

    @abstractmethod
    def with_index(self, old: str, new: str) -> Variable:
        """The same with another free index."""
