"""Which parameters a penalty is on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from symgd import terms as nt
from symgd.errors import ProblemError, parameter
from symgd.problem.losses import Penalty
from symgd.problem.models import Model, names_of


def expect_parameter(name: str, parameters: Collection[str]) -> None:
    """ProblemError where `name` is none of the parameters."""
    if name not in parameters:
        cause = f'"{name}" is not a parameter'
        raise ProblemError(cause, f"expected one of {', '.join(parameters)}")


def found_penalized(
    penalty: Penalty | None,
    given: Sequence[str] | None,
    model: Model,
    parameters: tuple[str, ...],
    inputs: tuple[str, ...],
    penalties: Mapping[str, Penalty],
) -> tuple[str, ...]:
    """The parameters that a penalty is on: those given, or all but intercepts; ProblemError where that is none, or no penalty is."""
    named = names_of(given, "penalized")
    if penalty is None:
        if named:
            cause = f"{parameter('penalized')} is given and there is no penalty"
            known = ", ".join(penalties)
            raise ProblemError(cause, f"pass {parameter('penalty')}, one of {known}")
        return ()
    for name in named:
        expect_parameter(name, parameters)
    added = intercepts(model.whole.terms, frozenset(inputs))
    found = named or tuple(name for name in parameters if name not in added)
    if not found:
        cause = "every parameter is an intercept, and these are not penalised"
        raise ProblemError(cause, f"name those that are with {parameter('penalized')}")
    return found


def intercepts(predictions: tuple[nt.Term, ...], inputs: frozenset[str]) -> frozenset[str]:
    """The parameters that are only ever added, by themselves, to what is read from data: b in m·x + b.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> sorted(intercepts((parse("u*tanh(a*x + b) + c"),), frozenset({"x"})))
    ['b', 'c']
    """
    added: set[str] = set()
    other: set[str] = set()

    def visit(term: nt.Term, beside_data: bool) -> None:
        if isinstance(term, nt.Symbol | nt.Indexed):
            (added if beside_data and isinstance(term, nt.Symbol) else other).add(term.name)
        inside = isinstance(term, nt.Sum) and bool(term.names & inputs)
        inside = inside or (beside_data and isinstance(term, nt.Negative))
        for child in term.children:
            visit(child, inside)

    for prediction in predictions:
        visit(prediction, False)
    return frozenset(added - other)
