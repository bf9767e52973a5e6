"""Exercise: what a student is to derive, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from symgd import terms as nt
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.typed import differentiate
from symgd.errors import ProblemError
from symgd.problem.models import names_of
from symgd.problem.problem import Problem
from symgd.registry.options import names_options
from symgd.tutor.vocabulary import (
    COSTS,
    FUNCTION_NAMES,
    PREDICTIONS,
    RESIDUALS,
    Bounds,
    Vocabulary,
)
from symgd.writing.formulas.latex import latex


@names_options
@dataclass(frozen=True, repr=False)
class Exercise:
    """What is to be derived, by which variables, and our own derivations of it.

    Parameters
    ----------
    function : Term
        What stands under the derivative sign on the left: J, or f.
    body : Term
        What it stands for.
    derivations : mapping of str to Derivation
        Our own, by the names of the variables.
    vocabulary : Vocabulary
        What the names on the lines mean.
    asked : tuple of str
        The variables whose derivatives must be there; none means that what is there is enough.
    constants_inside : bool
        Whether our own lines leave constants under the Σ.
    target : str
        The name of what a model predicts; empty for a plain formula.
    weights : str
        The name of the column that weighs the examples; empty where they count alike.

    Examples
    --------
    >>> Exercise.of_formula("3*x^5", "x").derivations["x"].result
    15*x**4
    """

    function: nt.Abbreviation
    body: nt.Term
    derivations: Mapping[str, Derivation]
    vocabulary: Vocabulary
    asked: tuple[str, ...] = ()
    constants_inside: bool = False
    target: str = ""
    weights: str = ""

    def __repr__(self) -> str:
        return f"Exercise({self.function.name} by {', '.join(self.derivations)})"

    def _repr_markdown_(self) -> str:
        given = [latex(line) for line in nt.definitions_of(self.function)]
        wanted = [f"{latex(self.left(name))} = {{?}}" for name in self.asked or self.derivations]
        return "\n\n".join(f"$$\n{line}\n$$" for line in (*given, *wanted))

    @classmethod
    def of_gradient(
        cls, problem: Problem, gradient: Gradient, wrt: Iterable[str] | str | None = None
    ) -> Self:
        """The gradient of a problem's cost."""
        asked = names_of(wrt, "wrt")  # type: ignore[arg-type]
        strange = [name for name in asked if name not in problem.parameters]
        if strange:
            expected = f"expected one of {', '.join(problem.parameters)}"
            raise ProblemError(f'"{strange[0]}" is not a parameter', expected)
        derivations = dict(gradient.partials)
        vocabulary = _problem_vocabulary(problem, derivations)
        inside = problem.constants_inside
        return cls(
            problem.cost_name,
            problem.cost_term,
            derivations,
            vocabulary,
            asked,
            inside,
            problem.target,
            problem.weights or "",
        )

    @classmethod
    def of_formula(cls, formula: str, variable: str) -> Self:
        """The derivative of a plain formula by one of its names."""
        derivation = differentiate(formula, variable)
        body, by = derivation.start.body, derivation.variable
        names = body.names | {by.name}
        called = [name for name in FUNCTION_NAMES if name not in names] or ["f_0"]
        function = nt.Abbreviation(called[0], body)
        vocabulary = Vocabulary(
            symbols=frozenset(names),
            costs=dict.fromkeys(called, function),
            variables=(by,),
            ordinary=derivation.start.ordinary,
        )
        return cls(function, body, {by.name: derivation}, vocabulary, (by.name,))

    @cached_property
    def truth(self) -> Mapping[str, nt.Partial]:
        """What is to be found, unfinished, by variable."""
        return {name: derivation.start for name, derivation in self.derivations.items()}

    def lettered(self, variable: nt.Variable) -> tuple[nt.Partial, nt.Term] | None:
        """What is to be found, unfinished and found, with the student's letters where w_k has an index.

        None for what is not asked for.
        """
        derivation = self.derivations.get(variable.name)
        if derivation is None or isinstance(variable, nt.Abbreviation):
            return None
        own, wanted = nt.indices_of(derivation.variable), nt.indices_of(variable)
        start, last = (_relettered(t, own, wanted) for t in (derivation.start, derivation.last))
        assert isinstance(start, nt.Partial)
        return start, last

    def left(self, variable: str) -> nt.Partial:
        """The left-hand side of what is to be found, ∂J/∂m."""
        truth = self.truth[variable]
        return nt.Partial(self.function, truth.variable, truth.ordinary)


def _relettered(term: nt.Term, own: tuple[str, ...], wanted: tuple[str, ...]) -> nt.Term:
    """`term` with other free indices; a Σ that has one of these letters is given another."""
    if own == wanted:
        return term

    def apart(part: nt.Term) -> nt.Term | None:
        if isinstance(part, nt.BigSum) and part.index in wanted:
            return part.reindexed(nt.fresh_index({*part.body.names, *term.names, *own, *wanted}))
        return None

    found = term.rewrite(apart)
    between = [f"{letter}__{number}" for number, letter in enumerate(own)]
    for old, new in (*zip(own, between, strict=True), *zip(between, wanted, strict=False)):
        found = found.with_index(old, new)
    return found


def first_partial(term: nt.Term) -> nt.Partial | None:
    """The first derivative that a line still holds."""
    return next((part for part in term.parts() if isinstance(part, nt.Partial)), None)


def _problem_vocabulary(problem: Problem, derivations: Mapping[str, Derivation]) -> Vocabulary:
    """The names of a problem, read from its cost."""
    cost, notation = problem.cost_term, problem.notation
    parts = list(cost.parts(definitions=True))
    found = {part.name: len(part.indices) for part in parts if isinstance(part, nt.Indexed)}
    data = [name for name in (*problem.inputs, problem.target) if name in found]
    columns = {name: found[name] for name in (*(n for n in found if n not in data), *data)}
    sums = [part for part in parts if isinstance(part, nt.BigSum)]
    bounds = {part.index: (part.upper, part.lower) for part in sums}
    symbols = {part.name for part in parts if isinstance(part, nt.Symbol)}
    symbols |= {part.upper.name for part in sums if isinstance(part.upper, nt.Symbol)}
    named = [part for part in parts if isinstance(part, nt.Abbreviation)]
    meanings = {part.name: part for part in named}
    taken = {*symbols, *columns, *meanings}
    names = dict.fromkeys((notation.cost, *COSTS))
    return Vocabulary(
        symbols=frozenset(symbols),
        columns=columns,
        bounds=bounds,
        ranges=dict(_ranges(cost, {})),
        costs={name: problem.cost_name for name in names if name not in taken},
        meanings=meanings,
        usual=_usual(problem, taken) if bounds else {},
        variables=tuple(derivation.variable for derivation in derivations.values()),
    )


def _ranges(
    term: nt.Term, counted: Mapping[str, Bounds]
) -> Iterator[tuple[tuple[str, int], Bounds]]:
    """What the index at each place of each column, vector and table counts."""
    if isinstance(term, nt.BigSum):
        counted = {**counted, term.index: (term.upper, term.lower)}
    if isinstance(term, nt.Indexed):
        for place, index in enumerate(term.indices):
            if index in counted:
                yield (term.name, place), counted[index]
    for part in (*term.children, *term.hidden):
        yield from _ranges(part, counted)


def _usual(problem: Problem, taken: set[str]) -> Mapping[str, nt.Abbreviation]:
    """What e and ŷ mean where nobody says it."""
    index = (problem.notation.index,)
    predicted = problem.prediction.substitute(problem.data)
    usual = dict.fromkeys(RESIDUALS, problem.residual) | dict.fromkeys(PREDICTIONS, predicted)
    free = {name: term for name, term in usual.items() if name not in taken}
    return {name: nt.Abbreviation(name, term, index) for name, term in free.items()}
