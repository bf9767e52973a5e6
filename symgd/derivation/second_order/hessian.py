"""The Hessian: the gradient's last lines, each derived once more by the same engine.

Only the entries on and above the diagonal are derived, ∂²J/∂m∂b from ∂J/∂b. Those below are the same, by Schwarz's
theorem, which is checked: the derivatives in the other order are sampled as well.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from symgd.budget import Budget, at_work, shared
from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.checking.check import Checker
from symgd.derivation.engine import derive, gradient
from symgd.derivation.evaluable import Evaluable
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.known import Known
from symgd.errors import CheckFailed
from symgd.registry.options import names_options
from symgd.terms import Indexed, Partial, Symbol, Term, Variable, fresh_index
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.steps import Check, Rule, Step
from symgd.writing.words import message

_Made: TypeAlias = "tuple[Mapping[str, Gradient], Mapping[tuple[str, str], Check]]"
_KNOWN: Known[_Made] = Known(most=100)
ENTRIES = Premise("entry by entry", "each entry as it was derived")
SCHWARZ = Premise(
    "Schwarz's theorem",
    "the order of the two derivatives does not matter where both are continuous",
)


@names_options
@dataclass(frozen=True, repr=False)
class Hessian(Evaluable):
    """The second derivatives of one cost.

    Parameters
    ----------
    first : Gradient
        The first derivatives, as they were derived.
    columns : mapping of str to Gradient
        By parameter b: the derivatives of ∂J/∂b by each parameter up to b itself.
    symmetry : mapping of (str, str) to Check
        By (m, b): ∂/∂b of ∂J/∂m, sampled, against the derived ∂/∂m of ∂J/∂b.

    Examples
    --------
    >>> from symgd import Problem
    >>> hessian = Problem("m*x + b").hessian()
    >>> hessian["m", "b"].result
    2*Sum(x[i], (i, 1, N))/N
    >>> hessian.result[0, 0]
    2*Sum(x[i]**2, (i, 1, N))/N
    """

    first: Gradient
    columns: Mapping[str, Gradient]
    symmetry: Mapping[tuple[str, str], Check]

    def __repr__(self) -> str:
        return f"Hessian(by {', '.join(self.columns)}: {len(self.steps)} steps)"

    def __getitem__(self, names: tuple[str, str]) -> Derivation:
        """The derivation of one entry; both orders of its names give the same."""
        order = list(self.columns)
        above, below = sorted(names, key=order.index)
        return self.columns[below][above]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The names of the derived entries, on and above the diagonal, column by column."""
        return ((above, below) for below, column in self.columns.items() for above in column)

    def __len__(self) -> int:
        return sum(len(column) for column in self.columns.values())

    @property
    def result(self) -> sympy.Matrix:
        """The whole matrix as SymPy knows it."""
        names = list(self.columns)
        return sympy.Matrix([[self[row, column].result for column in names] for row in names])

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps after the gradient's; the shared ones once."""
        return tuple(step for column in self.columns.values() for step in column.steps)

    @property
    def exposition(self) -> Exposition:
        """The Hessian as it is told: column by column, then its symmetry."""
        told = [chapter for column in self.columns.values() for chapter in column.chapters]
        told += (*self._symmetry(), *self._matrix())
        title = message("Hessian of {function}", function=self.first.function)
        return Exposition(title, tuple(self.columns), self.first.given, tuple(told), "hessian")

    @property
    def chapters_by_key(self) -> dict[tuple[str, str], Chapter]:
        """Each entry's lines, from the first one on."""
        columns = (column.chapters_by_key.values() for column in self.columns.values())
        return dict(zip(self, itertools.chain(*columns), strict=True))

    def _symmetry(self) -> Iterator[Chapter]:
        if not self.symmetry:
            return
        chains = tuple(
            Chain(self._other_order(m, b), self[m, b].left, (), SCHWARZ) for m, b in self.symmetry
        )
        yield Chapter(message("The matrix is symmetric"), chains)

    def _matrix(self) -> Iterator[Chapter]:
        """All entries in their places."""
        names = tuple(self.columns)
        if len(names) < 2 or any(
            not isinstance(p.variable, Symbol) for p in self.first.partials.values()
        ):
            return
        from symgd.terms.matrix import Entries, Matrix, Nabla

        pairs = [(row, column) for row in names for column in names]
        left = Nabla(self.first.function, Matrix("θ", len(names)), 2)
        lefts = Entries(
            tuple(Partial(Partial(self.first.function, Symbol(c)), Symbol(r)) for r, c in pairs),
            len(names),
        )
        grid = Entries(tuple(self[pair].last for pair in pairs), len(names))
        chains = (Chain(left, lefts, ()), Chain(None, grid, (), ENTRIES))
        yield Chapter(message("The whole matrix"), chains)

    def _other_order(self, m: str, b: str) -> Partial:
        """∂/∂b of ∂J/∂m, where ∂/∂m of ∂J/∂b was derived."""
        first = self.first[m]
        inner = Partial(first.function, self[m, b].variable, first.start.ordinary)
        return Partial(inner, self.first[b].variable)


def hessian(
    first: Gradient,
    *,
    tidy: Sequence[Rule[Term]] = TIDY,
    budget: Budget | None = None,
    checker: Checker | None = None,
) -> Hessian:
    """Derive a gradient's last lines once more, all within one budget, and compare both orders."""
    checker = checker or Checker()
    lines = ((name, first[name].left, first[name].last) for name in first)
    asked = (first.function, tidy, type(checker), checker.seed, *lines)
    with shared(budget):
        derived = functools.partial(_derived, first, tidy, budget, checker)
        columns, symmetry = _KNOWN.or_made(asked, derived)
        return Hessian(first, columns, symmetry)


def _derived(
    first: Gradient, tidy: Sequence[Rule[Term]], budget: Budget | None, checker: Checker
) -> _Made:
    """The columns of a Hessian, and what its symmetry was compared by."""
    names = tuple(first)
    columns: dict[str, Gradient] = {}
    for number, name in enumerate(names, start=1):
        left, body = first[name].left, first[name].last
        by = functools.partial(derive, left, body, tidy=tidy, checker=checker, budget=budget)
        above = tuple(_another(first[other], body) for other in names[:number])
        columns[name] = gradient(left, body, above, by)
    with at_work("comparing both orders of the second derivatives"):
        return columns, _symmetry(first, columns, checker)


def _by(partial: Derivation, variable: Variable) -> Term:
    """The last line of `partial`, by another entry of its vector."""
    last, own = partial.last, partial.variable
    if isinstance(own, Indexed) and isinstance(variable, Indexed):
        for old, new in zip(own.indices, variable.indices, strict=True):
            last = last.with_index(old, new)
    return last


def _another(partial: Derivation, body: Term) -> Variable:
    """What `partial` is by; of a vector another entry, w_l beside w_k, since both may be any."""
    variable = partial.variable
    if not isinstance(variable, Indexed):
        return variable
    used = {*body.names, *partial.start.names}
    indices: list[str] = []
    for _ in variable.indices:
        indices.append(fresh_index({*used, *indices}, "lmnqrskj"))
    return Indexed(variable.name, tuple(indices))


def _symmetry(
    first: Gradient, columns: Mapping[str, Gradient], checker: Checker
) -> dict[tuple[str, str], Check]:
    found = {}
    for below, column in columns.items():
        for above in column:
            if above == below:
                continue
            inner, outer = column[above].variable, first[below].variable
            other = Partial(_by(first[above], inner), outer)
            check = checker.equal(other, column[above].last)
            if not check.passed:
                raise CheckFailed(
                    f"the second derivative by {above} and {below} depends on their order",
                    "this is a fault of symgd, or the cost has a kink: please report the formula",
                )
            found[above, below] = check
    return found
