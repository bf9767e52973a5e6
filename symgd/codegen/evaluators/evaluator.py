"""Cost and gradient of data in memory: of few rows in plain floats, of more in blocks that stay in the cache.

The sums of few rows are added up one row after the other, as in a generated module: the same to the last bit.

The text that is compiled is our own, every name in it chosen by `Names`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np

from symgd.codegen.evaluators.alone import compile_alone
from symgd.codegen.evaluators.block_sums import BlockSums, InPieces, OneBlock
from symgd.codegen.evaluators.blockwise import Blockwise
from symgd.codegen.evaluators.log1p_total import log1p_total
from symgd.codegen.evaluators.matrix_evaluator import ScoreForm
from symgd.codegen.evaluators.row_by_row import RowByRow
from symgd.codegen.evaluators.tape import CALLS, OPERATIONS
from symgd.codegen.expressions.context import Context
from symgd.codegen.plan import FEW_ROWS, plan_of
from symgd.codegen.program.exp_near import exp_near, exp_series, nodes_of
from symgd.codegen.program.lower import lower, lower_cost
from symgd.codegen.program.program import Program
from symgd.codegen.summary.pieces import dots
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.errors import GenerationError
from symgd.problem.problem import Problem

IN_ORDER = 1024  # rows at most that are added up one after the other, in modules too


# From the parameters' values, in their order, to the cost and its gradient.
Evaluate: TypeAlias = Callable[[Sequence[float]], tuple[float, tuple[float, ...]]]
# From the columns, in the problem's order, to the function of the parameters.
OnRows: TypeAlias = Callable[[Sequence[FloatArray]], Evaluate]


def compile_array(problem: Problem, gradient: Gradient, columns: Columns) -> Evaluate:
    """Compile a problem's cost and gradient, as it was derived from that cost, for some data.

    Where they are too large for a float, or not defined, they are inf or nan, without a warning.
    """
    rows = [columns[name] for name in problem.columns]
    return compile_rows(problem, gradient, often=True)(rows)


def compile_rows(problem: Problem, gradient: Gradient, *, often: bool = False) -> OnRows:
    """The same for any data: one text is compiled, and serves whole columns and a few rows of them alike.

    Data that are evaluated `often` are prepared, where that pays after some evaluations.
    """
    score = plan_of(problem).score
    if score is not None:
        return ScoreForm(score).on
    compiled = Compiled(problem, lower(problem, gradient))

    def on_rows(columns: Sequence[FloatArray]) -> Evaluate:
        results = compiled.on([*map(np.ascontiguousarray, columns)], often=often)

        def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            cost, *slopes = results(values)
            return cost, tuple(slopes)

        return evaluate

    return on_rows


def compile_batches(problem: Problem, gradient: Gradient, columns: Sequence[FloatArray]) -> OnRows:
    """The same for batches of these columns.

    What the rows of a batch add to the sum is divided by how many rows it has, times the mean weight of all rows: of
    batches drawn at random, the mean is the gradient of all. The batch's own weights below the line would be no such mean.
    """
    each = mean_weight(problem, columns)
    if each is None:
        return compile_rows(problem, gradient)
    score = plan_of(problem).score
    if score is not None:
        form = ScoreForm(score)
        return lambda rows: form.on(rows, each * len(rows[0]))
    compiled = Compiled(problem, lower(problem, gradient, sized=True))

    def on_rows(rows: Sequence[FloatArray]) -> Evaluate:
        results = compiled.on([*map(np.ascontiguousarray, rows)], each * len(rows[0]))

        def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            cost, *slopes = results(values)
            return cost, tuple(slopes)

        return evaluate

    return on_rows


def mean_weight(problem: Problem, columns: Sequence[FloatArray]) -> float | None:
    """The mean of the rows' weights; None where they have none, or nothing is divided by them."""
    if problem.weights is None or problem.loss.reduction == "sum":
        return None
    weights = columns[problem.columns.index(problem.weights)]
    return float(weights.sum()) / len(weights)


def compile_cost(problem: Problem, columns: Columns) -> Callable[[Sequence[float]], float]:
    """The cost of some data as a function of the parameters' values; nothing is derived for it."""
    score = plan_of(problem).score
    if score is not None:
        evaluate = ScoreForm(score).on([columns[name] for name in problem.columns])
        return lambda values: evaluate(values)[0]
    compiled = Compiled(problem, lower_cost(problem))
    rows = [np.ascontiguousarray(columns[name]) for name in problem.columns]
    results = compiled.on(rows, often=True)
    return lambda values: results(values)[0]


class Compiled:
    """The numbers that a program comes to, for any data; `text` is what runs."""

    def __init__(self, problem: Problem, program: Program) -> None:
        self.problem, self.program = problem, program
        self.written = Blockwise(Context(problem, program))
        self.text, self.kept = self.written.text, len(self.written.kept)

    @cached_property
    def _in_order(self) -> dict[str, Any]:
        """The functions that add up one term after the other."""
        return _made(self.text, _total=_in_order, _dot=_in_order_dot)

    @cached_property
    def _in_pieces(self) -> dict[str, Any]:
        """The functions that add up piece by piece."""
        total = partial(np.add.reduce, axis=-1)
        text = self.written.in_pieces
        return _made(text, _total=total, _dot=dots, log1p_total=_log1p_total)

    @cached_property
    def _alone(self) -> Callable[[Sequence[float]], list[float]]:
        """The results where there are no columns."""
        return compile_alone(self.problem, self.program)

    def on(
        self, data: Sequence[FloatArray], size: float | None = None, often: bool = False
    ) -> Callable[[Sequence[float]], list[float]]:
        """The results as a function of the parameters' values, for columns in the problem's order, each of shape (n,).

        `size` is how much the rows count, where the program is sized. Data that are evaluated `often` are prepared for
        series of near exponentials, which pays after some evaluations.
        """
        if not data:
            return self._alone
        count = float(len(data[0])) if size is None else size
        hoisted, arrays = self.over_arrays(data, count, often)
        by_rows = self.by_rows if len(data[0]) <= FEW_ROWS else None
        return arrays if by_rows is None else by_rows.on(data, count, hoisted, arrays)

    @cached_property
    def sources(self) -> list[int]:
        """Which of the columns, and of what the data alone decide after them, near exponentials are of."""
        given = [*self.written.context.columns, *self.written.hoisted]
        return [given.index(name) for name in self.written.near.sources]

    @cached_property
    def by_rows(self) -> RowByRow | None:
        """The results of few rows in plain floats, where these have them."""
        try:
            return RowByRow(self.problem, self.program)
        except GenerationError:
            return None

    def over_arrays(
        self, data: Sequence[FloatArray], count: float, often: bool = False
    ) -> tuple[Sequence[Any], Callable[[Sequence[float]], list[float]]]:
        """What the data alone decide, and the results."""
        few = len(data[0]) <= IN_ORDER
        made = self._in_order if few else self._in_pieces
        totals, results = made["totals"], made["results"]
        with np.errstate(all="ignore"):
            hoisted = made["hoisted"](count, *data)
        known = (count, *(part for part in hoisted if np.ndim(part) == 0))
        given = (*data, *hoisted)
        nodes = [nodes_of(given[place]) if often else None for place in self.sources]
        of_rows = (part for each in nodes for part in (each[1:3] if each else (None, None)))
        parts, summed = (*given, *of_rows), len(self.written.summed)
        sums: BlockSums = (
            OneBlock(totals, count, parts, self.kept)
            if few
            else InPieces(totals, count, parts, self.kept, summed)
        )
        spare: list[Any] = []  # for calls one after the other

        def evaluate(values: Sequence[float]) -> list[float]:
            point = [np.float64(value) for value in values]
            cells = [np.asarray(value) for value in point]  # taken twice as fast as numbers are
            try:
                room = spare.pop()
            except IndexError:  # at the first call, and where another thread is at work
                room = sums.room()
            with np.errstate(all="ignore"):
                series = made["series"](*cells, *known, *nodes) if nodes else ()
                found = [
                    float(r) for r in results(*point, *known, *sums.at([*cells, *series], room))
                ]
            spare.append(room)
            return found

        return hoisted, evaluate


def _log1p_total(total: Callable[[FloatArray], Any], values: FloatArray) -> FloatArray:
    """Piece by piece, as generated modules add them."""
    return np.array([log1p_total(np.add.reduce, piece) for piece in values])


_CALLED = {f"_{name}": getattr(np, name) for name in (*CALLS, *OPERATIONS)}
_CALLED |= {"log1p_total": log1p_total, "exp_series": exp_series, "exp_near": exp_near}


def _made(text: str, **known: Any) -> dict[str, Any]:
    """What the text defines, where it knows these functions."""
    namespace: dict[str, Any] = {"np": np, "math": math, "__builtins__": {}, **_CALLED, **known}
    code = compile(text, "<generated by symgd>", "exec")
    exec(code, namespace)  # our own text, in which every name is our own
    return namespace


def _in_order(terms: FloatArray) -> float:
    """The sum, one term after the other."""
    return np.add.accumulate(terms)[-1]  # type: ignore[no-any-return]  # a number of NumPy's


def _in_order_dot(one: FloatArray, other: FloatArray) -> float:
    return _in_order(one * other)
