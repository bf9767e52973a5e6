"""The derivative with the numbers of the rows: the formula and the tangent come to the same slope.

Laws
----
- each row stands in the sum as in the formula, each factor by its value
- of many rows the first ones and the last are written, and dots for those between
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.derivation.at_point.bindings import bindings_of
from symgd.derivation.at_point.substitution import Substitution
from symgd.errors import SymgdError
from symgd.terms import BigSum, Path, Product, Sum, Term
from symgd.writing.formulas.rounding import About, Dots

FEW, FIRST = 4, 2  # so many rows are all written; of more, so many and the last
DIGITS = 4


@dataclass(frozen=True)
class WorkedSlope:
    """`made` is the formula with numbers and what it comes to; `rows` are the places of the rows' factors in it."""

    made: Term
    rows: tuple[tuple[Path, ...], ...]

    @classmethod
    def of(
        cls, last: Term, story: DescentStory, values: Sequence[float], slope: float
    ) -> WorkedSlope | None:
        """None where the derivative is not one sum over rows, or has no numbers."""
        sums = [part for part in last.parts() if isinstance(part, BigSum)]
        if len(sums) != 1 or not story.problem.has_examples:
            return None
        known = dict(zip(story.names, map(float, values), strict=True))
        data = {name: story.run.data[name] for name in story.problem.columns}
        count = len(story.run.data)
        shown = [*range(count)] if count <= FEW else [*range(FIRST), count - 1]
        try:
            rows = [_row(sums[0], known, data, row) for row in shown]
            terms = rows if count <= FEW else [*rows[:FIRST], Dots(), *rows[FIRST:]]
            whole = Sum(tuple(terms)) if len(terms) > 1 else terms[0]
            bound = bindings_of([last], known, data)
            left = Substitution(bound, DIGITS).put(last.substitute({sums[0]: whole}))
        except (SymgdError, ArithmeticError, KeyError, ValueError):
            return None
        made = About(left, numeral(slope, SLOPE_DIGITS))
        return cls(made, _places(made, rows))


def _row(
    total: BigSum, known: Mapping[str, float], data: Mapping[str, FloatArray], row: int
) -> Term:
    """What one row gives to the sum, its factors as numbers."""
    alone = {name: column[row : row + 1] for name, column in data.items()}
    factors = total.body.factors if isinstance(total.body, Product) else (total.body,)
    numbers = []
    for factor in factors:
        part = BigSum(factor, total.index, total.upper, total.lower)
        bound = bindings_of([part], {n: v for n, v in known.items() if n in part.names}, alone)
        numbers.append(numeral(float(Substitution(bound, DIGITS).value(part)), DIGITS))
    return Product(tuple(numbers)) if len(numbers) > 1 else numbers[0]


def _places(made: Term, rows: Sequence[Term]) -> tuple[tuple[Path, ...], ...]:
    """Where the factors of each row stand, in the sum's order."""
    for path, part in made.walk():
        if isinstance(part, Sum) and all(row in part.terms for row in rows):
            at = [(*path, n) for n, term in enumerate(part.terms) if term in rows]
            return tuple(
                tuple((*each, k) for k in range(len(term.factors)))
                if isinstance(term := made.at(each), Product)
                else (each,)
                for each in at
            )
    return ()
