"""Anchors: factors such as exp(b·year), taken at a row in the middle, where their coefficient is as large as the targets.

Over years 2011 to 2015, a·exp(b·x) has an a of about 1e-190 that hangs on b to its last digit; α·exp(b·(x − 2013)),
with a = α·exp(−2013·b), has neither.

Laws
----
- what is taken out of a factor is above zero whatever the parameters are: no minimum is lost or won
- a bound at 0 stays where it is
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import slopes_of
from symgd.fit.found import Found
from symgd.fit.least_squares.affine import affine_set
from symgd.fit.outcomes import beyond_floats
from symgd.fit.task import Task
from symgd.registry.registry import FrozenMap
from symgd.writing.words import message

SAME = 1e-6  # the part by which a cost is higher than another
FAR = 10.0  # times its own range from 0: an input whose middle is taken


def anchored(task: Task, search: Callable[[Task], Found]) -> Found:
    """What a search finds, coefficients of factors that are far from 1 at every row sought at the middle one."""
    anchors = FrozenMap(dict(anchors_of(task)))
    if not anchors:
        return search(task)
    start = dict(task.start)
    for name in anchors.keys() & start.keys():
        factor = _at(anchors[name], task.start)
        if factor is None:
            return search(task)
        start[name] *= factor
    found = search(replace(task, anchors=anchors, start=FrozenMap(start)))
    lost = [name for name in anchors if _own(found.values, anchors, name) is None]
    if lost:
        return _within_floats(task, search(task), found, lost[0])
    said = [
        message(
            "{name} was sought by its product with {factor}, in the middle of the data",
            name=name,
            factor=factor,
        )
        for name, factor in anchors.items()
    ]
    return replace(_released(found, anchors), account=(*found.account, *said))


def _within_floats(task: Task, near: Found, found: Found, name: str) -> Found:
    """The best that floats hold, which is no minimum where a better one is beyond them."""
    if near.cost <= found.cost * (1 + SAME) or found.outcome.kind != "converged":
        return near
    column = next(n for n in task.problem.inputs if _is_far(task.columns[n]))
    middle = float(np.median(task.columns[column]))
    return replace(near, outcome=beyond_floats(name, column, middle), second=None)


def anchors_of(task: Task) -> Iterator[tuple[str, sympy.Expr]]:
    """For each coefficient its factor in the middle of the data."""
    middles = {
        sympy.Symbol(name): sympy.Rational(repr(float(np.median(task.columns[name]))))
        for name in task.problem.inputs
    }
    far = {sympy.Symbol(n) for n in task.problem.inputs if _is_far(task.columns[n])}
    if not far or len(task.predictions) > 1 or task.penalty != 0:
        return
    symbols = [sympy.Symbol(name) for name in task.free]
    if not task.predictions[0].free_symbols & far:
        return
    slopes = slopes_of(task.predictions[0], symbols)
    affine = affine_set(slopes, symbols)
    moving = {*symbols} - {symbols[place] for place in affine}
    for place in affine:
        ends = task.bounds.get(task.free[place], (-math.inf, math.inf))
        if any(math.isfinite(end) and end != 0 for end in ends):
            continue
        factors = sympy.Mul.make_args(slopes[place])
        taken = sympy.Mul(*(f for f in factors if _is_steep(f, far, moving))).xreplace(middles)
        real = {symbol: sympy.Symbol(f"v{n}", nonzero=True) for n, symbol in enumerate(symbols)}
        if taken != 1 and taken.xreplace(real).is_positive:
            yield task.free[place], taken


def _is_far(column: FloatArray) -> bool:
    reach = float(np.ptp(column))
    return 0 < FAR * reach < abs(float(np.median(column)))


def _is_steep(factor: sympy.Expr, far: set[sympy.Symbol], moving: set[sympy.Symbol]) -> bool:
    """Whether a factor is a power or an exponential that has one sense along the inputs that are far from 0."""
    base, exponent = factor.as_base_exp()
    if not factor.free_symbols & far or not exponent.free_symbols & moving:
        return False
    if not exponent.free_symbols & far:
        return base in far
    if base.free_symbols:
        return False
    learned = exponent.free_symbols & moving
    if all(not exponent.diff(symbol).free_symbols & moving for symbol in learned):
        return True  # of 1/T as well, as Arrhenius has it
    return all(exponent.diff(one, 2) == 0 for one in exponent.free_symbols & far)


def _at(factor: sympy.Expr, values: Mapping[str, float]) -> float | None:
    """A factor's value; None where it has none that floats know."""
    known = {s: values[s.name] for s in factor.free_symbols if s.name in values}
    if len(known) < len(factor.free_symbols):
        return None
    found = float(factor.subs(known).evalf(30))
    return found if math.isfinite(found) and found > 0 else None


def _own(values: Mapping[str, float], anchors: Mapping[str, sympy.Expr], name: str) -> float | None:
    """A coefficient without its factor; None where that is no float."""
    size = _at(anchors[name], values)
    if size is None:
        return None
    own = values[name] / size
    return own if math.isfinite(own) and (own == 0) == (values[name] == 0) else None


def _released(found: Found, anchors: Mapping[str, sympy.Expr]) -> Found:
    """The same in the formula's own coefficients; another minimum and a place far out only where these are floats."""

    def own(values: Mapping[str, float]) -> Mapping[str, float] | None:
        made = dict(values)
        for name in anchors:
            one = _own(values, anchors, name)
            if one is None:
                return None
            made[name] = one
        return FrozenMap(made)

    values = own(found.values)
    assert values is not None  # whoever releases has asked
    second = None
    if found.second is not None and own(found.second.values) is not None:
        second = _released(found.second, anchors)
    return replace(found, values=values, second=second, far=found.far and own(found.far))
