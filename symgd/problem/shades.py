"""Which colour a parameter has, in films and pictures alike: by its role in the model, not by its place.

Laws
----
- a parameter that is only added has the intercept's shade, even where it comes first
- the coefficient of an input alone has the slope's, else the first parameter that is no intercept
- no two of the first parameters have the same shade
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from symgd import terms as nt
from symgd.problem.problem import Problem

SLOPE, INTERCEPT = 0, 1  # the shades' numbers; 2 and on are the others'


def shades(problem: Problem) -> Mapping[str, int]:
    """The number of each parameter's shade.

    Examples
    --------
    >>> dict(shades(Problem("b + m*x"))), dict(shades(Problem("a*x^2 + b*x + c")))
    ({'b': 1, 'm': 0}, {'a': 2, 'b': 0, 'c': 1})
    """
    names = tuple(problem.parameters)
    if not problem.has_examples:
        return {name: number for number, name in enumerate(names)}
    models = [equation.right for equation in problem.model_equations]
    added = [name for name in names if any(name in _added(model) for model in models)]
    alone = {name for model in models for name in _of_an_input(model, problem)}
    if len(models) > 1 or len(added) > 1:
        added = added[:1]
    others = [name for name in names if name not in added]
    first = next((name for name in others if name in alone), None)
    found = dict.fromkeys(added, INTERCEPT)
    if first is not None:
        found[first] = SLOPE
    for name in names:
        if name not in found:
            found[name] = next(number for number in count() if number not in found.values())
    return {name: found[name] for name in names}


def by_shade(problem: Problem) -> tuple[str, ...]:
    """The parameters in the order of their shades; "" where nobody has one.

    Examples
    --------
    >>> by_shade(Problem("b + m*x"))
    ('m', 'b')
    """
    owners = {number: name for name, number in shades(problem).items()}
    return tuple(owners.get(number, "") for number in range(max(owners, default=-1) + 1))


def _sums(term: nt.Term) -> Iterator[Sequence[nt.Term]]:
    """The terms that are added in a model, inside of a function that is all of it too: sigmoid(a*x + b)."""
    if (isinstance(term, nt.Call) and len(term.children) == 1) or isinstance(term, nt.Negative):
        yield from _sums(term.children[0])
    else:
        yield nt.terms_of(term)


def _added(model: nt.Term) -> set[str]:
    """The parameters and columns that are only added."""
    found: set[str] = set()
    for parts in _sums(model):
        bare = [nt.unsigned(part) for part in parts]
        alone = [part.name for part in bare if isinstance(part, nt.Symbol)]
        elsewhere = {n for part in bare if not isinstance(part, nt.Symbol) for n in part.names}
        found |= {name for name in alone if name not in elsewhere}
    return found


def _of_an_input(model: nt.Term, problem: Problem) -> set[str]:
    """The parameters that multiply an input and nothing else."""
    columns = {*problem.inputs}
    found: set[str] = set()
    for parts in _sums(model):
        for part in parts:
            factors = nt.factors_of(nt.unsigned(part))
            owners = [f for f in factors if isinstance(f, nt.Symbol) and f.name not in columns]
            if (
                len(factors) == 2
                and len(owners) == 1
                and (factors[0].names | factors[1].names) & columns
            ):
                (other,) = [f for f in factors if f is not owners[0]]
                if not isinstance(other, nt.Power | nt.Call | nt.Sum):
                    found.add(owners[0].name)
    return found
