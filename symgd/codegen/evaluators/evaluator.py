"""Cost and gradient of data in memory: of few rows in plain floats, of more in blocks that stay in the cache.

The sums of few rows are added up one row after the other, as in a generated module: the same to the last bit.

The text that is compiled is our own, every name in it chosen by `Names`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import CodeType
from typing import Any, TypeAlias, TypeGuard

import numpy as np

from symgd.codegen.evaluators.alone import compile_alone
from symgd.codegen.evaluators.log1p_total import log1p_total
from symgd.codegen.evaluators.matrix_evaluator import ScoreForm
from symgd.codegen.evaluators.one_pass import OnePass
from symgd.codegen.evaluators.row_by_row import RowByRow
from symgd.codegen.evaluators.tape import CALLS, OPERATIONS, Piece, Tape
from symgd.codegen.expressions.context import Context, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.plan import FEW_ROWS, plan_of
from symgd.codegen.program.lower import lower, lower_cost
from symgd.codegen.program.program import Local, Program, is_array
from symgd.codegen.summary.pieces import added, blocks_of, dots, shapes_of
from symgd.data.arrays import FloatArray, room_for
from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.terms import Call, Power, Product, Term, is_number, product_of, sum_of, terms_of

IN_ORDER = 1024  # rows at most that are added up one after the other, in modules too


# From the parameters' values, in their order, to the cost and its gradient.
Evaluate: TypeAlias = Callable[[Sequence[float]], tuple[float, tuple[float, ...]]]
# From the columns, in the problem's order, to the function of the parameters.
OnRows: TypeAlias = Callable[[Sequence[FloatArray]], Evaluate]


def compile_array(problem: Problem, gradient: Gradient, columns: Columns) -> Evaluate:
    """Compile a problem's cost and gradient, as it was derived from that cost, for some data.

    Where they are too large for a float, or not defined, they are inf or nan, without a warning.
    """
    return compile_rows(problem, gradient)([columns[name] for name in problem.columns])


def compile_rows(problem: Problem, gradient: Gradient) -> OnRows:
    """The same for any data: one text is compiled, and serves whole columns and a few rows of them alike."""
    score = plan_of(problem).score
    if score is not None:
        return ScoreForm(score).on
    compiled = Compiled(problem, lower(problem, gradient))

    def on_rows(columns: Sequence[FloatArray]) -> Evaluate:
        results = compiled.on([*map(np.ascontiguousarray, columns)])

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
    results = compiled.on([np.ascontiguousarray(columns[name]) for name in problem.columns])
    return lambda values: results(values)[0]


class Compiled:
    """The numbers that a program comes to, for any data; `text` is what runs."""

    def __init__(self, problem: Problem, program: Program) -> None:
        self.problem, self.program = problem, program
        written = _Blockwise(Context(problem, program))
        self.text, self.kept = written.text, len(written.kept)
        code = compile(self.text, "<generated by symgd>", "exec")
        self._in_order, self._fast = (
            _made(code, _total=_in_order, _dot=lambda one, other: _in_order(one * other)),
            _made(
                code, _total=partial(np.add.reduce, axis=-1), _dot=dots, log1p_total=_log1p_total
            ),
        )

    @cached_property
    def _alone(self) -> Callable[[Sequence[float]], list[float]]:
        """The results where there are no columns."""
        return compile_alone(self.problem, self.program)

    def on(
        self, data: Sequence[FloatArray], size: float | None = None
    ) -> Callable[[Sequence[float]], list[float]]:
        """The results as a function of the parameters' values, for columns in the problem's order, each of shape (n,).

        `size` is how much the rows count, where the program is sized.
        """
        if not data:
            return self._alone
        count = float(len(data[0])) if size is None else size
        hoisted, arrays = self.over_arrays(data, count)
        by_rows = self.by_rows if len(data[0]) <= FEW_ROWS else None
        return arrays if by_rows is None else by_rows.on(data, count, hoisted, arrays)

    @cached_property
    def by_rows(self) -> RowByRow | None:
        """The results of few rows in plain floats, where these have them."""
        try:
            return RowByRow(self.problem, self.program)
        except GenerationError:
            return None

    def over_arrays(
        self, data: Sequence[FloatArray], count: float
    ) -> tuple[Sequence[Any], Callable[[Sequence[float]], list[float]]]:
        """What the data alone decide, and the results."""
        rows = len(data[0])
        made = self._in_order if rows <= IN_ORDER else self._fast
        totals, results = made["totals"], made["results"]
        with np.errstate(all="ignore"):
            hoisted = made["hoisted"](count, *data)
        known = (count, *(part for part in hoisted if np.ndim(part) == 0))
        shapes = [(rows,)] if rows <= IN_ORDER else [*shapes_of(rows)]
        blocks = [*blocks_of((*data, *hoisted), shapes)]
        spare: list[list[tuple[FloatArray, ...]]] = []  # for calls one after the other

        def evaluate(values: Sequence[float]) -> list[float]:
            point = [np.float64(value) for value in values]
            cells = [np.asarray(value) for value in point]  # taken twice as fast as numbers are
            try:
                kept = spare.pop()
            except IndexError:  # at the first call, and where another thread is at work
                kept = self._room(shapes)
            with np.errstate(all="ignore"):
                parts = [
                    totals(*cells, count, *block, *room)
                    for block, room in zip(blocks, kept, strict=True)
                ]
                spare.append(kept)
                summed = parts[0] if rows <= IN_ORDER else map(added, zip(*parts, strict=True))
                return [float(result) for result in results(*point, *known, *summed)]

        return hoisted, evaluate

    def _room(self, shapes: Sequence[tuple[int, ...]]) -> list[tuple[FloatArray, ...]]:
        """Arrays to write into, the same ones for every block."""
        room = room_for(self.kept, max(map(math.prod, shapes)))
        return [tuple(part[: math.prod(shape)].reshape(shape) for part in room) for shape in shapes]


def _log1p_total(total: Callable[[FloatArray], Any], values: FloatArray) -> FloatArray:
    """Piece by piece, as generated modules add them."""
    return np.array([log1p_total(np.add.reduce, piece) for piece in values])


_CALLED = {f"_{name}": getattr(np, name) for name in (*CALLS, *OPERATIONS)}
_CALLED["log1p_total"] = log1p_total


def _made(code: CodeType, **known: Any) -> dict[str, Any]:
    """What the code defines, where it knows these functions."""
    namespace: dict[str, Any] = {"np": np, "math": math, "__builtins__": {}, **_CALLED, **known}
    exec(code, namespace)  # our own text, in which every name is our own
    return namespace


def _in_order(terms: FloatArray) -> float:
    """The sum, one term after the other."""
    return np.add.accumulate(terms)[-1]  # type: ignore[no-any-return]  # a number of NumPy's


class _Blockwise:
    """Three functions: what the data alone decide, the totals of one block, the results of all totals.

    `kept` are the arrays that the second writes into, its last arguments.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.program = context.program
        self.writer = ExpressionWriter(context.identifier, _total)
        self.kept: list[str] = []
        self.text = "\n\n".join(self.functions())

    def function(
        self, name: str, arguments: Sequence[str], lines: Sequence[str], results: Sequence[str]
    ) -> str:
        head = f"def {name}({', '.join(arguments)}):"
        return "\n".join([head, *lines, f"    return {written_tuple(results)}"])

    def line(self, local: Local, term: Term) -> str:
        return f"    {self.context.identifier(local)} = {self.writer.text(term)}"

    def functions(self) -> tuple[str, str, str]:
        """Assignments that need no total go into the block; the others, and the results, come after."""
        identifier, columns = self.context.identifier, self.context.columns
        hoisted = [identifier(part.local) for part in self.program.hoisted]
        arrays = {identifier(p.local) for p in self.program.hoisted if p.local.array}
        tape, one = Tape({*columns, *arrays}), OnePass(self.program, self.context.local)
        for part in one.before:
            tape.assign(identifier(part.local), self.writer.text(part.term))
        after = [self.line(part.local, part.term) for part in one.numbers()]
        results = [*map(self.writer.text, one.results)]
        for total, local in one.totals.items():
            tape.total(identifier(local), self.summed(total.body))
        block, self.kept = tape.written(lambda name: identifier(self.context.local(name)))
        data = [self.context.count, *columns]
        summed = [identifier(local) for local in one.totals.values()]
        first = [self.line(part.local, part.term) for part in self.program.hoisted]
        numbers = [identifier(p.local) for p in self.program.hoisted if not p.local.array]
        given = [*self.context.parameters, self.context.count]
        return (
            self.function("hoisted", data, first, hoisted),
            self.function(
                "totals",
                [*self.context.parameters, *data, *hoisted, *self.kept],
                [f"    {line}" for line in block],
                summed,
            ),
            self.function("results", [*given, *numbers, *summed], after, results),
        )

    def summed(self, body: Term) -> list[Piece]:
        """What sums an array, and of what: of a product the dot product of two parts, and logarithms by themselves."""
        write = self.writer.text
        if isinstance(body, Power) and is_number(body.exponent, 2) and not body.base.children:
            return [("_dot({}, {})", [write(body.base)] * 2)]
        if isinstance(body, Product):
            front, last = product_of(body.factors[:-1]), body.factors[-1]
            if is_array(front) and is_array(last):
                return [("_dot({}, {})", [write(front), write(last)])]
        logarithms = [term for term in terms_of(body) if _is_logarithm(term)]
        rest = sum_of(tuple(term for term in terms_of(body) if not _is_logarithm(term)))
        if not logarithms or not (is_array(rest) or is_number(rest, 0)):
            return [("_total({})", [write(body)])]
        found = [] if is_number(rest, 0) else [("_total({})", [write(rest)])]
        return [*found, *[("log1p_total(_total, {})", [write(log.argument)]) for log in logarithms]]


def _is_logarithm(term: Term) -> TypeGuard[Call]:
    return isinstance(term, Call) and term.function == "log1p" and is_array(term)


def _total(writer: ExpressionWriter, body: Term) -> str:
    return f"_total({writer.text(body)})"
