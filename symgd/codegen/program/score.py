"""Score: a long sum of parameters times functions of the data, found in a model, and the small problem that is left around it.

Laws
----
- the model is the small problem's model with Σ_j w_j·φ_j(data) in the place of its first input
- no weight stands anywhere else in the model, so that ∂loss/∂w_j = φ_j · ∂loss/∂score
- nothing is multiplied out: what is found is what is written as a sum
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from symgd import terms as nt
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text

LEAST = 20  # weights from which a sum is a score
LISTED = 8  # and for a listing, which with an argument for each is no longer one for a slide
FEW = 4  # from which second derivatives and kinks are those by the score: by each pair of weights there are more


@dataclass(frozen=True)
class Score:
    """A model as a function of a score, which is linear in many parameters.

    Parameters
    ----------
    problem : Problem
    small : Problem
        The same loss, without penalty, of the model around the score. Its first input is the score, its first parameter
        the shift that is added to it.
    weights : tuple of str
        The parameters that stand in the score alone.
    features : tuple of Term
        What each is multiplied by, over the names of columns.
    has_shift : bool
        Whether the small problem's first parameter is one of the problem's, or 0 for good.
    """

    problem: Problem
    small: Problem
    weights: tuple[str, ...]
    features: tuple[nt.Term, ...]
    has_shift: bool

    @property
    def others(self) -> tuple[str, ...]:
        """The parameters around the score, without the shift."""
        return self.small.parameters[1:]

    @property
    def is_plain(self) -> bool:
        """Whether the score is the inputs, as they stand in the data, times the weights."""
        return self.features == tuple(map(nt.Symbol, self.problem.inputs))

    @property
    def slopes(self) -> list[str]:
        """What the derivatives by the score, and by the parameters around it, are called."""
        return ["slope", *(f"slope_{number}" for number, _ in enumerate(self.others, 1))]

    @property
    def bends(self) -> list[list[str]]:
        """The same of the second derivatives, a row for each of them."""
        count = 1 + len(self.others)
        pairs = ((min(i, k), max(i, k)) for i in range(count) for k in range(count))
        names = [f"bend_{i}_{k}" if k else "bend" for i, k in pairs]
        return [names[row * count : (row + 1) * count] for row in range(count)]

    @property
    def answers(self) -> list[str]:
        """The second derivatives in the order in which they are answered."""
        return [name for row, names in enumerate(self.bends) for name in names[row:]]


@lru_cache(maxsize=32)
def score_of(problem: Problem, least: int = LEAST) -> Score | None:
    """The score of a problem's model; None where no sum of it has so many weights at `least`.

    Examples
    --------
    >>> sum_of = " + ".join(f"w{number}*x{number}" for number in range(1, 31))
    >>> found = score_of(Problem(f"sigmoid({sum_of} + b)", "bce"))
    >>> found.weights[:2], found.small.model, found.small.parameters
    (('w1', 'w2'), 'y = sigmoid(score + b)', ('b',))
    >>> score_of(Problem("m*x + b")) is None
    True
    """
    if len(problem.parameters) < least or len(problem.targets) > 1 or problem.vectors:
        return None
    prediction = problem.prediction.written_out()
    if any(isinstance(part, nt.BigSum) for part in prediction.parts()):
        return None
    sums = dict.fromkeys(part for part in prediction.parts() if isinstance(part, nt.Sum))
    longest = sorted(sums, key=lambda part: len(part.terms), reverse=True)
    found = (_split(problem, prediction, total, least) for total in longest)
    return next(filter(None, found), None)


def _split(problem: Problem, prediction: nt.Term, total: nt.Sum, least: int) -> Score | None:
    """The score that a sum holds."""
    parameters = frozenset(problem.parameters)
    terms = list(_flat(total))
    uses = Counter(name for term in terms for name in term.names & parameters)
    around = prediction.substitute({total: nt.number(1)}).names
    weights: dict[str, nt.Term] = {}
    rest: list[nt.Term] = []
    for term in terms:
        held = term.names & parameters
        name = next(iter(held), "")
        alone = len(held) == 1 and uses[name] == 1 and name not in around
        feature = _without(term, nt.Symbol(name)) if alone else None
        if feature is not None and (feature.names or nt.is_number(feature, 1)):
            weights[name] = feature
        else:
            rest.append(term)
    shift = next((name for name, feature in weights.items() if not feature.names), None)
    shifts = [name for name, feature in weights.items() if not feature.names and name != shift]
    rest += [nt.Symbol(name) for name in shifts]
    learned = tuple(name for name in problem.parameters if name in weights)
    learned = tuple(name for name in learned if name != shift and name not in shifts)
    if len(learned) < least:
        return None
    small = _around(problem, prediction, total, learned, shift, rest)
    features = tuple(weights[name] for name in learned)
    return Score(problem, small, learned, features, shift is not None)


def _around(
    problem: Problem,
    prediction: nt.Term,
    total: nt.Sum,
    weights: Collection[str],
    shift: str | None,
    rest: Sequence[nt.Term],
) -> Problem:
    """The small problem: the model with a name for the score, to which the shift is added."""
    taken = {*problem.parameters, *problem.columns, *prediction.names, *problem.letters.values()}
    taken |= {*problem.functions, *map(str, vars(problem.notation).values())}
    score = next(
        name for name in ("score", *(f"score_{n}" for n in range(2, 99))) if name not in taken
    )
    added = shift or next(
        name for name in ("shift", *(f"shift_{n}" for n in range(2, 99))) if name not in taken
    )
    inside = nt.Sum((nt.Symbol(score), nt.Symbol(added), *rest))
    model = prediction.substitute({total: inside})
    others = [name for name in problem.parameters if name not in weights and name != shift]
    inputs = [name for name in problem.inputs if name in model.names]
    return problem.replace(
        model=f"{problem.target} = {text(model, ascii=True)}",
        parameters=[added, *others],
        inputs=[score, *inputs],
        penalty=None,
    )


def _flat(term: nt.Term, negative: bool = False) -> Iterator[nt.Term]:
    """The terms of sums within sums."""
    if isinstance(term, nt.Sum):
        for part in term.terms:
            yield from _flat(part, negative)
    elif isinstance(term, nt.Negative):
        yield from _flat(term.term, not negative)
    else:
        yield nt.Negative(term) if negative else term


def _without(term: nt.Term, factor: nt.Symbol) -> nt.Term | None:
    """What a product is beside one factor of it; None where that is no factor."""
    if term == factor:
        return nt.number(1)
    match term:
        case nt.Negative():
            inner = _without(term.term, factor)
            return None if inner is None else nt.Negative(inner)
        case nt.Fraction() if factor.name not in term.denominator.names:
            above = _without(term.numerator, factor)
            return None if above is None else nt.Fraction(above, term.denominator)
        case nt.Product():
            held = [n for n, part in enumerate(term.factors) if factor.name in part.names]
            inner = _without(term.factors[held[0]], factor) if len(held) == 1 else None
            if inner is None:
                return None
            parts = [*term.factors]
            parts[held[0] : held[0] + 1] = [] if nt.is_number(inner, 1) else [inner]
            return nt.product_of(tuple(parts)) if parts else nt.number(1)
    return None
