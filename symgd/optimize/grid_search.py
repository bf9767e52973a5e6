"""Grid search: the cost at every point of a grid over the parameters, and the least of them."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from symgd.codegen.evaluators.cost import cost_on
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.data.arrays import FloatArray, IntArray
from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.errors import DescentError, either
from symgd.optimize.asked import finite_number
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.parsing.by_name import ByName
from symgd.parsing.tokens import by_spelling
from symgd.problem.problem import Problem
from symgd.problem.tables import problem_columns
from symgd.registry.options import expect_known, names_options
from symgd.registry.record import json_text
from symgd.registry.registry import FrozenMap
from symgd.registry.table import as_html, as_text
from symgd.writing.documents.plain import unaccented
from symgd.writing.words import Language, Message, Words, message, words_in

Range: TypeAlias = tuple[float, float, int] | Sequence[float] | FloatArray
MOST = 1_000_000  # points of a grid
BEST = 8  # rows of the table
DIGITS = 11  # after the first: costs that differ beyond these are told as equal
SLACK = 1e-12  # by how much of the best cost a walk may stay above it


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class GridSearch:
    """The costs of a grid.

    Parameters
    ----------
    problem : Problem
    data : Columns
    axes : mapping of str to array
        The values of each parameter that is searched.
    fixed : mapping of str to float
        The other parameters.
    costs : array, with an axis for each of `axes`
        nan where there is no finite cost.
    descent_steps : int, optional
        After how many steps descent from the grid's first point is as low as its best; None where that is not known.
    """

    problem: Problem
    data: Columns
    axes: Mapping[str, FloatArray]
    fixed: Mapping[str, float]
    costs: FloatArray
    descent_steps: int | None

    @property
    def evaluations(self) -> int:
        """How many times the cost was worked out."""
        return int(self.costs.size)

    @property
    def cost(self) -> float:
        """The least cost on the grid."""
        return float(self.costs.ravel()[self._order[0]])

    @property
    def best(self) -> Mapping[str, float]:
        """Where the cost is least, the fixed parameters among the others, in the problem's order."""
        place = np.unravel_index(self._order[0], self.costs.shape)
        return self.at(tuple(map(int, place)))

    @cached_property
    def _order(self) -> IntArray:
        """The points, the least cost first; costs that are equal but for rounding stand as the grid has them."""
        flat = self.costs.ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = 10.0 ** (np.floor(np.log10(np.abs(flat))) - DIGITS)
            told = np.where(unit > 0, np.round(flat / unit) * unit, flat)
        order: IntArray = np.argsort(told, kind="stable")
        return order

    @property
    def at_the_edge(self) -> tuple[str, ...]:
        """The parameters whose best value is the first or the last of its range: the minimum may lie beyond."""
        return tuple(
            name
            for name, values in self.axes.items()
            if len(values) > 1 and self.best[name] in (values[0], values[-1])
        )

    def at(self, place: Sequence[int]) -> Mapping[str, float]:
        """The parameters at a point of the grid."""
        found = dict(self.fixed)
        for (name, values), index in zip(self.axes.items(), place, strict=True):
            found[name] = float(values[index])
        return ByName({name: found[name] for name in self.problem.parameters})

    def rows(self, most: int | None = BEST) -> list[tuple[float, ...]]:
        """The points of the grid with their costs, the least first."""
        flat = self.costs.ravel()
        order = self._order[:most]
        places = np.array(np.unravel_index(order, self.costs.shape)).T.tolist()
        names = self.axes
        return [
            (*(self.at(place)[name] for name in names), float(flat[index]))
            for place, index in zip(places, order, strict=True)
        ]

    def __repr__(self) -> str:
        best = ", ".join(f"{name}={value:.6g}" for name, value in self.best.items())
        name = self.problem.notation.cost
        return (
            f"GridSearch({best}, {name}={self.cost:.6g}: the best of {self.evaluations:,} points)"
        )

    def __str__(self) -> str:
        return self.text()

    def said(self) -> Iterator[Message]:
        """What there is to say beside the table."""
        yield from self.data.remarks
        yield message(
            "{number} cost worked out", "{number} costs worked out", number=self.evaluations
        )
        if self.fixed:
            held = tuple(f"{name} = {value:.6g}" for name, value in self.fixed.items())
            yield message("fixed: {held}", held=held)
        if self.descent_steps is not None:
            yield message(
                "descent from the grid's first point is as low after {number} step, each with one gradient",
                "descent from the grid's first point is as low after {number} steps, each with one gradient",
                number=self.descent_steps,
            )
        if self.at_the_edge:
            yield message(
                "at the edge of its range: {names}; the minimum may lie beyond",
                names=self.at_the_edge,
            )
        lost = int(np.isnan(self.costs).sum())
        if lost:
            yield message(
                "{number} point has no finite cost",
                "{number} points have no finite cost",
                number=lost,
            )

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """The best points as a table, and what there is to say of them."""
        words = words_in(language)
        plain = unaccented if ascii else str
        head = tuple(map(plain, (*self.axes, self.problem.notation.cost)))
        rows = [tuple(f"{value:.10g}" for value in row) for row in self.rows()]
        notes = [words(message("The best points of the grid:"))]
        after = [part.written(words=words) for part in self.said()]
        table = as_text([head, *rows])
        return "\n".join((*map(plain, notes), table, *map(plain, after))) + "\n"

    def html(self) -> str:
        """The same as HTML."""
        import html

        words: Words = words_in()
        head = (*self.axes, self.problem.notation.cost)
        table = as_html(head, [tuple(f"{value:.10g}" for value in row) for row in self.rows()])
        notes = (f"<p>{html.escape(part.written(words=words))}</p>" for part in self.said())
        return "\n".join((table, *notes))

    def json(self, *, language: Language = None) -> str:
        """The best point, the ranges and all costs, row by row of the grid; null where a cost is not finite."""
        words = words_in(language)
        record = {
            "best": dict(self.best),
            "cost": self.cost,
            "evaluations": self.evaluations,
            "descent_steps": self.descent_steps,
            "fixed": dict(self.fixed),
            "axes": {name: values.tolist() for name, values in self.axes.items()},
            "costs": self.costs.ravel().tolist(),
            "notes": [part.written(words=words) for part in self.said()],
        }
        return json_text(record)

    def csv(self) -> str:
        """Every point with its cost, in the grid's order, every number with all of its digits."""
        lines = [",".join((*self.axes, self.problem.notation.cost))]
        points = itertools.product(*(values.tolist() for values in self.axes.values()))
        for point, cost in zip(points, self.costs.ravel().tolist(), strict=True):
            lines.append(",".join(map(repr, (*point, cost))))
        return "\n".join(lines) + "\n"


def grid_search(
    problem: Problem,
    derive: Callable[[], Gradient],
    data: Sequence[object],
    named_data: Mapping[str, object],
    ranges: Mapping[str, Range],
    fixed: Mapping[str, float],
) -> GridSearch:
    """Work the cost out at every point of a grid: `symgd.Problem.grid` says what the arguments mean."""
    axes, held = _axes(problem, ranges, fixed)
    columns = problem_columns(problem, data, named_data)
    expect_targets(problem, columns.values)
    cost, values = cost_on(problem, columns), [held.get(name, 0.0) for name in problem.parameters]
    places = [problem.parameters.index(name) for name in axes]
    found = np.empty(tuple(map(len, axes.values())))
    flat = found.reshape(-1)
    for number, point in enumerate(itertools.product(*(v.tolist() for v in axes.values()))):
        for place, value in zip(places, point, strict=True):
            values[place] = value
        made = cost(values)
        flat[number] = made if math.isfinite(made) else math.nan
    if np.isnan(flat).all():
        raise DescentError("no point of the grid has a finite cost", "choose other ranges")
    steps = None if held else _descent_steps(problem, derive, columns, axes, float(np.nanmin(flat)))
    return GridSearch(problem, columns, FrozenMap(axes), FrozenMap(held), found, steps)


def _axes(
    problem: Problem, ranges: Mapping[str, Range], fixed: Mapping[str, float]
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    """The values of each searched parameter in the problem's order, and those of the fixed ones."""
    if not isinstance(fixed, Mapping):
        cause, remedy = (
            f"fixed is {fixed!r}",
            'pass it by name, {"b": 0.0}; a parameter called fixed has its range in ranges={"fixed": ...}',
        )
        raise DescentError(cause, remedy)
    ranges, fixed = by_spelling(ranges), by_spelling(fixed)
    expect_known((*ranges, *fixed), problem.parameters, "parameter", DescentError)
    for name in ranges:
        if name in fixed:
            raise DescentError(f'"{name}" has a range and is fixed', "leave one of them out")
    missing = [name for name in problem.parameters if name not in ranges and name not in fixed]
    if missing or not ranges:
        name = (missing or [*problem.parameters])[0]
        python, typed = (
            f'{name}=(0, 1, 41) or fixed={{"{name}": 0}}',
            f"--grid {name}=0:1:41 or --fix {name}=0",
        )
        cause = f'"{name}" has no range' if missing else "no parameter has a range"
        raise DescentError(cause, f"give it one, or a value: {either(python, typed)}")
    axes = {name: _values(name, ranges[name]) for name in problem.parameters if name in ranges}
    count = math.prod(map(len, axes.values()))
    if count > MOST:
        raise _too_many(count)
    return axes, {
        name: finite_number(value, f'the fixed value of "{name}"') for name, value in fixed.items()
    }


def _values(name: str, given: Any) -> FloatArray:
    """The values of a range: a tuple (low, high, count), or a list or an array of the values themselves."""
    remedy = "pass (low, high, count), such as (0, 2, 41), or a list of finite values"
    wrong = DescentError(f'the range of "{name}" is {given!r}', remedy)
    try:
        if isinstance(given, tuple):
            return _spaced(*given)
        listed = [] if isinstance(given, str | bytes | Mapping | set) else given
        values = np.array(listed, dtype=np.float64)
    except DescentError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong from error
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise wrong
    return values


def _spaced(low: float, high: float, count: int) -> FloatArray:
    """So many values from the lowest to the highest; ValueError or TypeError where there are none."""
    if isinstance(count, bool) or operator.index(count) < 1 or not math.isfinite(low + high):
        raise ValueError
    if count > MOST:
        raise _too_many(int(count))
    values = np.linspace(low, high, count) if count > 1 else np.array([float(low)])
    if abs(low) + abs(high) < 1e15:  # 0.1 and no 0.1000000000000003
        values = np.array([float(f"{value:.14g}") for value in values.tolist()])
    return values


def _too_many(count: int) -> DescentError:
    return DescentError(f"the grid has {count:,} points", f"take fewer: {MOST:,} at most")


def _descent_steps(
    problem: Problem,
    derive: Callable[[], Gradient],
    columns: Columns,
    axes: Mapping[str, FloatArray],
    best: float,
) -> int | None:
    """After how many steps at the rate that "auto" takes descent is as low as the grid's best."""
    start = {name: float(values[0]) for name, values in axes.items()}
    try:
        options = DescentOptions(start=start, max_iter=10_000)
        run = descend(problem, derive, [columns], {}, options)
    except DescentError:  # there is no such rate, or no step from there
        return None
    low = np.flatnonzero(run.trace.cost <= best + SLACK * abs(best))
    return int(run.trace.steps[low[0]]) if low.size else None
