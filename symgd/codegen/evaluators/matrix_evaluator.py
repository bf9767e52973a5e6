"""Cost and gradient of a model whose score is linear in many parameters: X·w and Xᵀ·r over blocks of rows.

Laws
----
- cost = ρ(Σ_i loss_i) + penalty, a loss being weighted where rows have weights, where ρ is the mean and the like; ∂cost/∂w = ρ′·Xᵀr + ∂penalty/∂w with r_i = ∂loss_i/∂score
- Hessian by the weights: ρ′·Xᵀ diag(∂²loss/∂score²) X; of the root of a mean J, that of the mean over 2J, less ∇J·∇Jᵀ/J
- the work of a step is in proportion to rows times weights, the text that is compiled to neither
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.codegen.evaluators.examples_source import ExamplesSource
from symgd.codegen.program.score import Score
from symgd.codegen.summary.filling import defined, filling
from symgd.codegen.walk.arrival import CostAndGradient
from symgd.data.arrays import FloatArray, IntArray

ROWS = 4096  # of one block at most,
ENTRIES = 1 << 17  # and entries of X in it: they stay in the cache
MOST_AROUND = 8  # parameters around a score whose second derivatives are derived


def rows_of(width: int) -> int:
    """The rows of one block of so many columns.

    Examples
    --------
    >>> rows_of(20), rows_of(200), rows_of(5000)
    (4096, 655, 64)
    """
    return max(64, min(ROWS, ENTRIES // width))


class ScoreForm:
    """A problem's cost and gradient for any data, as its score has them."""

    def __init__(self, score: Score) -> None:
        self.score = score
        places = {name: place for place, name in enumerate(score.problem.parameters)}
        self.weights = _run_of([places[name] for name in score.weights])
        around = score.small.parameters if score.has_shift else score.others
        self.around = np.array([places[name] for name in around], dtype=np.intp)
        self.penalised = _run_of([places[name] for name in score.problem.penalized])
        first = ExamplesSource(score)
        self.text = "\n\n".join((first.examples(), first.penalty()))
        self.known = defined(self.text)
        self.fill = filling(score.features, score.problem.columns)

    def on(self, columns: Sequence[FloatArray], size: float | None = None) -> ScoreCost:
        """The cost for columns in the problem's order, whose rows count as much as `size` says, or their weights."""
        by_name = dict(zip(self.score.problem.columns, columns, strict=True))
        beside = [by_name[name] for name in self.score.small.columns[1:]]
        design = np.empty((len(columns[0]), len(self.score.features)))
        self.fill(columns, design)
        weights = self.score.problem.weights
        if size is None:
            size = float(len(design) if weights is None else by_name[weights].sum())
        return ScoreCost(self, design, beside, size)

    @property
    def has_bends(self) -> bool:
        """Whether second derivatives are worked out."""
        return len(self.score.others) <= MOST_AROUND

    @property
    def bends(self) -> dict[str, Any]:
        """The functions that answer second derivatives."""
        if "_bends" not in self.known:
            second = ExamplesSource(self.score, twice=True)
            self.known |= defined("\n\n".join((second.examples(), second.penalty())))
        return self.known


class ScoreCost:
    """Cost and gradient of some data, by the parameters' values; not finite where they are no floats."""

    def __init__(
        self, form: ScoreForm, design: FloatArray, beside: Sequence[FloatArray], size: float
    ) -> None:
        self.form, self.design, self.beside, self.size = form, design, beside, size
        self.rows, width = design.shape
        step = rows_of(width)
        self.blocks = [slice(at, at + step) for at in range(0, self.rows, step)]
        self.reduction = form.score.problem.loss.reduction

    def __call__(self, values: Sequence[float]) -> CostAndGradient:
        with np.errstate(all="ignore"):
            cost, gradient = self.found(np.array(values, dtype=np.float64))
        return cost, tuple(gradient.tolist())

    def found(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Cost and gradient at a point."""
        examples, form = self.form.known["_examples"], self.form
        weights, around = point[form.weights], self._around(point)
        total, pull, inner = 0.0, np.zeros(len(weights)), np.zeros(len(form.around))
        for rows in self.blocks:
            table = self.design[rows]
            loss, slope, *slopes = examples(
                table @ weights, *around, *(column[rows] for column in self.beside)
            )
            total += float(loss.sum())
            pull += slope @ table
            shifts = (slope, *slopes) if form.score.has_shift else slopes
            inner += [part.sum() for part in shifts]
        cost, scale = self._reduced(total)
        gradient = np.zeros(len(point))
        gradient[form.weights] = scale * pull
        gradient[form.around] = scale * inner
        if "_penalty" in form.known:
            value, slopes_of = form.known["_penalty"](point[form.penalised])
            cost += value
            gradient[form.penalised] += slopes_of
        return cost, gradient

    def _around(self, point: FloatArray) -> list[np.float64]:
        """The shift, and the parameters around the score."""
        values = [*point[self.form.around]]
        return values if self.form.score.has_shift else [np.float64(0.0), *values]

    def _reduced(self, total: float) -> tuple[float, float]:
        """What the loss makes of the sum of all examples', and its slope by that sum."""
        size = self.size
        if self.reduction == "root mean":
            root = float(np.sqrt(total / size))
            return root, float(np.float64(0.5) / size / root)
        scale = {"sum": 1.0, "half mean": 0.5 / size}.get(self.reduction, 1.0 / size)
        return scale * total, scale

    @property
    def bends(self) -> bool:
        """Whether second derivatives are worked out."""
        return self.form.has_bends

    def hessian(self, values: Sequence[float]) -> FloatArray:
        """The second derivatives at a point."""
        known = self.form.bends
        point = np.array(values, dtype=np.float64)
        with np.errstate(all="ignore"):
            return self._bent(point, known)

    def _bent(self, point: FloatArray, known: dict[str, Any]) -> FloatArray:
        form, count = self.form, len(self.form.score.others) + 1
        weights, around, width = point[form.weights], self._around(point), len(point)
        across, down = np.triu_indices(count)
        order = np.empty((count, count), dtype=np.intp)
        order[across, down] = order[down, across] = np.arange(len(across))
        places = [*form.around] if form.score.has_shift else [-1, *form.around]
        total, bent = 0.0, np.zeros((width + 1, width + 1))
        where = np.arange(width)[form.weights]
        for rows in self.blocks:
            table = self.design[rows]
            loss, *parts = known["_bends"](
                table @ weights, *around, *(column[rows] for column in self.beside)
            )
            total += float(loss.sum())
            seconds = parts[count:]
            bent[np.ix_(where, where)] += (table * seconds[0][:, None]).T @ table
            for one, place in enumerate(places):
                mixed = seconds[order[0, one]] @ table
                bent[where, place] += mixed
                bent[place, where] += mixed
                for other, further in enumerate(places):
                    bent[place, further] += seconds[order[one, other]].sum()
        cost, scale = self._reduced(total)
        hessian = scale * bent[:width, :width]
        if self.reduction == "root mean":
            slopes = self._unpenalised(point)
            hessian -= np.outer(slopes, slopes) / cost
        if "_penalty_bends" in known:
            at = np.arange(width)[form.penalised]
            hessian[at, at] += known["_penalty_bends"](point[form.penalised])
        return hessian

    def _unpenalised(self, point: FloatArray) -> FloatArray:
        """The gradient without the penalty's part."""
        _, gradient = self.found(point)
        if "_penalty" in self.form.known:
            gradient[self.form.penalised] -= self.form.known["_penalty"](
                point[self.form.penalised]
            )[1]
        return gradient


def _run_of(places: Sequence[int]) -> slice | IntArray:
    """Places as a slice where they follow one another: it copies nothing."""
    if places and list(places) == list(range(places[0], places[0] + len(places))):
        return slice(places[0], places[0] + len(places))
    return np.array(places, dtype=np.intp)
