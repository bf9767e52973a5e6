"""The data summary: all that descent needs of the data, in one small triangular matrix.

Laws
----
- with d = psi(parameters) − anchor:  J = ‖R · [d, 1]‖²,  so that J is never negative
- ∇J = 2 (∂psi/∂parameters)ᵀ R_phiᵀ R · [d, 1], where R_phi is R without its last column
- one pass over the data makes R; no step needs the data again
- a penalty of squares is a row of R's more for each parameter, so that it is J to which it belongs
- what R is made by, and what evaluates it, is the text that generated modules have: they take the same steps

Why not raw moments
-------------------
Sums of x², xy and y² would hold the same in exact numbers, and be made three times as fast. In floats they are of the
size of the data's squares, and a cost is what is left when they cancel: with x near 10⁴ and a noise of 10⁻⁶, J came out
wrong by a factor of 10⁵, and below 0; adding the moments without any rounding (fsum) did not help, since squaring had
rounded already. Relative errors of J there, against exact numbers: moments of centred columns 3·10⁻⁴, a QR
factorisation, which squares nothing, 2·10⁻⁷, QR of the residuals of a pilot fit, as here, 4·10⁻⁸, and direct evaluation
over all rows 5·10⁻⁹. Gradients suffer less, but near a perfect fit those of raw moments are 200 times worse. The anchor
does it: the last column of R then holds what the pilot left, which is small, and not y, which is not. And J is a sum of
squares, so that rounding cannot make it negative. It costs 215 ns a step with J, 91 without, for a line.
"""

from __future__ import annotations
import __future__

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np

from symgd.codegen.evaluators.evaluator import Evaluate, compile_cost
from symgd.codegen.expressions.compiled import on_arrays
from symgd.codegen.expressions.context import Context
from symgd.codegen.expressions.literal import with_literals
from symgd.codegen.summary.one_by_one import NARROW, Totals, products_one_by_one
from symgd.codegen.summary.plain_summary import PlainSummary
from symgd.codegen.summary.products import by_products, products_of_table
from symgd.codegen.summary.separation import Separation, separate
from symgd.codegen.summary.summary_source import SummarySource
from symgd.codegen.summary.triangle import (
    BLOCK,
    Factor,
    Fill,
    NoSummary,
    agree,
    pilot_triangle,
    rounding,
    some_rows,
    summarised,
)
from symgd.codegen.walk.bursts import Advance
from symgd.data.arrays import FloatArray, IntArray
from symgd.data.columns import Columns
from symgd.errors import DataError, at_row
from symgd.problem.problem import Problem
from symgd.writing.formulas.text import text

__all__ = ["BLOCK", "Separation", "Summary", "rounding", "separate", "summarise"]


@dataclass(frozen=True, eq=False)
class Summary:
    """What a squared cost needs of its data.

    `triangle` is R, of shape (K + 1, K + 1) with K psi, without the cost's scale, of which `root` is the square root. `evaluate`
    takes the parameters' values, in order, to the cost and its gradient, in plain floats: inf or nan where the cost is
    too large for a float, or not defined.
    """

    separation: Separation
    problem: Problem
    rows: int
    size: float  # how much these count: N, or what their weights add up to
    triangle: FloatArray
    anchor: FloatArray  # the pilot's psi, near which the residuals were taken, of shape (K,)
    evaluate: Evaluate
    columns: Columns
    by_pilot: Evaluate | None = None  # the same of the pilot's rows alone, where psi is not affine
    advance: Advance | None = None  # steps at a rate, where they are few numbers

    @property
    def root(self) -> float:
        """The square root of the cost's scale."""
        return math.sqrt(self.separation.scale_of(self.size))

    def is_faithful(self, values: Sequence[float]) -> bool:
        """Whether psi · phi gives some rows' cost at `values` as well as direct evaluation does.

        Writing (x - a)**8 out is true in algebra and may lose every digit in floats, and exp(-a) of a sigmoid's may be
        too large for one; this tells. Where every psi is affine nothing was written out that the formula does not say
        itself.
        """
        if self.by_pilot is None:
            return True
        cost, gradient = self.by_pilot(values)
        if not all(map(math.isfinite, gradient)):
            return False
        return agree(cost, self._direct(values), self.pilot[self.problem.targets[-1]])

    @cached_property
    def pilot(self) -> Columns:
        """A few rows."""
        return _pilot(self.columns)

    @cached_property
    def _direct(self) -> Callable[[Sequence[float]], float]:
        """The cost of the pilot's rows, from the rows themselves."""
        return compile_cost(self.problem, self.pilot)


def summarise(separation: Separation, problem: Problem, columns: Columns) -> Summary:
    """Summarise data in one pass: QR of blocks of [phi, e0], anchored at a pilot fit; every value must be finite."""
    names, written, made = _functions(separation, problem)
    fill = _filling(made, problem, columns)
    whole, linear = size_of(problem, columns), separation.linear
    try:
        below, given = separation.below(whole), (fill, len(columns), names)
        factor = _factor(len(names), _totals(separation, problem, columns, made))
        triangle, anchor = summarised(*given, linear, factor, below=below)
        few = None if linear else _of_few(separation, problem, columns, triangle, anchor)
    except NoSummary as error:
        raise _fault(separation, columns, error) from error
    evaluate, width = made["_from_summary"], len(problem.parameters)
    walking = evaluate(triangle, anchor, whole)
    walking = with_literals(walking, written) if written else walking
    advance = made.get("_advance_by_summary")
    return Summary(
        separation,
        problem,
        len(columns),
        float(whole),
        triangle,
        anchor,
        walking if linear else _quiet(walking, width),  # sums and products raise nothing
        columns,
        None if few is None else _quiet(few, width),
        None if advance is None else partial(advance, triangle, anchor, float(whole)),
    )


def _pilot(columns: Columns) -> Columns:
    few = some_rows(len(columns))
    return Columns(columns.names, tuple(column[few] for column in columns.values))


def _of_few(
    separation: Separation,
    problem: Problem,
    columns: Columns,
    triangle: FloatArray,
    anchor: FloatArray,
) -> Evaluate:
    """Cost and gradient of the pilot's rows alone, at the anchor of all."""
    names, _, made = _functions(separation, problem)
    pilot = _pilot(columns)
    size = size_of(problem, pilot) or math.nan
    if len(pilot) < len(columns):
        fill, below = _filling(made, problem, pilot), separation.below(size)
        triangle = pilot_triangle(fill, len(pilot), names, anchor, below=below)
    evaluate: Evaluate = made["_from_summary"](triangle, anchor, size)
    return evaluate


def size_of(problem: Problem, columns: Columns) -> float:
    """How much the rows count: how many there are, or what their weights add up to."""
    return len(columns) if problem.weights is None else float(columns[problem.weights].sum())


def _factor(width: int, totals: Totals | None) -> Factor:
    """What makes a triangle of so many columns the fastest."""
    if width > NARROW:
        return partial(by_products, products=products_of_table)
    return partial(by_products, products=partial(products_one_by_one, totals=totals))


def _totals(
    separation: Separation, problem: Problem, columns: Columns, made: dict[str, Any]
) -> Totals | None:
    """What adds up the products of few columns; None where there is no text for it."""
    if "_totalling" not in made:
        return None
    data = [columns[name] for name in problem.columns]
    numbers = [None if part.free_symbols else float(part) for part in separation.phi]
    return Totals(made["_totalling"], data, numbers)


@lru_cache(maxsize=64)
def _functions(
    separation: Separation, problem: Problem
) -> tuple[tuple[str, ...], str, dict[str, Any]]:
    """The φ as text, the functions' text where they have one, and the functions."""
    if separation.plain:
        plain = PlainSummary(separation, problem)
        made = {"_features": plain.features, "_from_summary": plain.from_summary}
        return tuple(map(text, separation.plain[:-1])), "", made
    source = SummarySource(Context(problem), separation)
    written = source.functions()
    if source.advances:
        written += f"\n\n{source.advance()}"
    return source.names, written, _compiled(f"{written}\n\n{source.totals()}")


def _compiled(written: str) -> dict[str, Any]:
    """What a text defines."""
    plain = {"abs": abs, "float": float, "len": len, "range": range}
    namespace: dict[str, Any] = {"np": np, "math": math, "__builtins__": plain}
    unread = __future__.annotations.compiler_flag
    exec(compile(written, "<generated by symgd>", "exec", unread), namespace)
    return namespace


def _filling(made: dict[str, Any], problem: Problem, columns: Columns) -> Fill:
    data, write = [columns[name] for name in problem.columns], made["_features"]
    return lambda rows, table: write(table, *[column[rows] for column in data])


def _quiet(evaluate: Evaluate, width: int) -> Evaluate:
    """The same, inf or nan where a number is too large for a float, or not defined."""
    nothing = (math.nan,) * width

    def quiet(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        try:
            return evaluate(values)
        except (OverflowError, ZeroDivisionError):
            return math.inf, nothing
        except ValueError:
            return math.nan, nothing

    return quiet


def _fault(separation: Separation, columns: Columns, error: NoSummary) -> DataError:
    """What to say where some rows have no summary: the first of them where a part is not finite."""
    if error.rows is None:
        return DataError(error.cause, error.remedy)
    rows: IntArray = np.arange(len(columns))[error.rows]
    exprs = [*separation.phi, separation.rest]
    with np.errstate(all="ignore"):
        parts = on_arrays(exprs, columns.names)(*(column[rows] for column in columns.values))
        table = np.column_stack([np.asarray(part) + np.zeros(len(rows)) for part in parts])
    bad = np.argwhere(~np.isfinite(table))
    if not len(bad):
        return DataError("the residuals are too large for a float", "rescale the columns")
    row, number = bad[0]
    return DataError(
        f"{at_row(rows[row])}: {exprs[number]} is not a finite number there",
        "remove the row, or choose a model that is defined for it",
    )


# ---------------------------------------------------------------------------------------------
# Columns of one length


def lengths(matrix: FloatArray) -> FloatArray:
    """Each column's largest entry; 1 for a column of zeros."""
    size: FloatArray = np.abs(matrix).max(axis=0)
    return np.where(size == 0, 1.0, size)


def least_squares(phi: FloatArray, values: FloatArray) -> FloatArray:
    """The c of phi · c ≈ values, shape (K,); columns are brought to one length first."""
    size = lengths(phi)
    found: FloatArray = np.linalg.lstsq(phi / size, values, rcond=None)[0] / size
    return found
