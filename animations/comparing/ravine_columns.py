"""What standardising does to the columns: those that stand beside the parameters, each less its mean, over its spread.

Laws
----
- an input is centred where other parameters of the same model say that; what else stands beside a parameter, a square
  say, is then centred and scaled as well
- without a parameter that stands alone nothing is centred: that would be another model
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy

from symgd.animations.formulas.numerals import numeral
from symgd.codegen.expressions.compiled import on_arrays
from symgd.codegen.plan import plan_of
from symgd.codegen.summary.separation import Separation
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.derivation.calculus.from_sympy import term_from
from symgd.problem.problem import Problem
from symgd.terms import Negative, Sum, Symbol, Term

SAME = 1e-7  # what is left of a column that others make up, as a part of it
ALIKE = 1e-5  # of a spread, by which a standardised value may differ for rounding
LETTER = "u"  # of a column that is no input
CENTRED, SCALED = "c", "z"  # what is added to a column's name


@dataclass(frozen=True, eq=False)
class StandardColumn:
    """A column as it is, what it is called, and what is subtracted from it and divided by."""

    term: Term
    name: str
    values: FloatArray
    mean: float
    spread: float
    is_input: bool

    @property
    def is_centred(self) -> bool:
        """Whether anything is subtracted."""
        return abs(self.mean) > SAME * self.spread

    @property
    def away(self) -> FloatArray:
        """The values less their mean."""
        return self.values - self.mean


def columns_of(problem: Problem, data: Columns, turn: FloatArray) -> tuple[StandardColumn, ...]:
    """Inputs that are standardised, and then other columns beside the parameters, as the T that was taken does it; none where it is not known to do that."""
    separation = plan_of(problem).separation
    if separation is None or not separation.linear or len(problem.predictions) != 1:
        return ()
    if not {str(psi) for psi in separation.psi} <= {*problem.parameters}:
        return ()
    weights = np.ones(len(data)) if problem.weights is None else data[problem.weights]
    inputs = {name: data[name] for name in problem.inputs}
    centred = {
        name: _column(Symbol(name), name, values, weights, alone=True, is_input=True)
        for name, values in inputs.items()
    }
    scaled = {name: each.away / each.spread for name, each in centred.items() if each.spread > 0}
    if len(scaled) < len(inputs):
        return ()
    table, wanted = _table(separation, inputs), _table(separation, scaled)
    inward = np.linalg.lstsq(table, np.nan_to_num(wanted), rcond=None)[0]
    left = np.linalg.norm(table @ inward - wanted, axis=0)
    alike = bool((left <= SAME * np.linalg.norm(wanted, axis=0)).all())
    found = [*centred.values()] if alike else []
    base = wanted if alike else table
    alone = bool((np.ptp(base, axis=0) == 0).any())
    places = [problem.parameters.index(str(psi)) for psi in separation.psi]
    seen = (table @ turn[np.ix_(places, places)]) if len(places) == len(turn) else wanted
    last = list[StandardColumn]()
    for number, (phi, psi) in enumerate(zip(separation.phi, separation.psi, strict=True)):
        values = base[:, number]
        if np.ptp(values) == 0:
            continue
        made = _column(Symbol(str(psi)), str(psi), values, weights, alone=alone, is_input=False)
        if not _same(seen[:, number], made):
            alone = False
            made = replace(made, mean=0.0, spread=_size(values, weights))
            if not _same(seen[:, number], made):
                return ()
        if alike and str(phi) in inputs:
            continue
        marks = {each: sympy.Symbol(f"{each}_{SCALED}") for each in phi.free_symbols if alike}
        if (term := term_from(phi.xreplace(marks))) is None:
            return ()
        name = str(phi) if str(phi) in inputs else f"{LETTER}_{psi}"
        last.append(replace(made, term=term, name=name, is_input=name in inputs))
    if len(last) == 1 and not alike and not last[0].is_input:
        last = [replace(last[0], name=LETTER)]
    return (*found, *last)


def less(term: Term, mean: float) -> Term:
    """A column less its mean."""
    return Sum((term, Negative(numeral(mean)) if mean >= 0 else numeral(-mean)))


def _column(
    term: Term, name: str, values: FloatArray, weights: FloatArray, *, alone: bool, is_input: bool
) -> StandardColumn:
    mean = float(np.average(values, weights=weights)) if alone else 0.0
    return StandardColumn(term, name, values, mean, _size(values - mean, weights), is_input)


def _size(values: FloatArray, weights: FloatArray) -> float:
    return float(np.sqrt(np.average(values**2, weights=weights)))


def _same(seen: FloatArray, made: StandardColumn) -> bool:
    """Whether T makes of a column what is said."""
    return bool(np.allclose(seen, made.away / made.spread, atol=ALIKE, rtol=ALIKE))


def _table(separation: Separation, inputs: dict[str, FloatArray]) -> FloatArray:
    """What stands beside each parameter, of shape (rows, columns)."""
    compute = on_arrays(separation.phi, [*inputs])
    rows: Sequence[FloatArray] = [*inputs.values()]
    with np.errstate(all="ignore"):
        made = compute(*rows)
    return np.column_stack([np.asarray(each) + np.zeros(len(rows[0])) for each in made])
