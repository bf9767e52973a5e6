"""The picture of a fit: data, curve and band, with residuals below; or predicted against actual where inputs are several."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.data.columns import Columns
from symgd.errors import FitError, OutputError
from symgd.fit.fitted import Fit
from symgd.fit.statistics.bands import Band, BandKind
from symgd.fit.summaries.equation import equation, equation_of
from symgd.optimize.outcome import KINDS, Kind
from symgd.optimize.prediction import predicted, predictor, readable, residuals, responses
from symgd.optimize.run import Run
from symgd.plots.plot_panels import DATA, ERROR, FAINT, PREDICTION, ROWS, rows_label, widened
from symgd.plots.plot_words import HEADLINE, plain, upright
from symgd.plots.plots import expect_one_score, picture_for
from symgd.problem.problem import Problem
from symgd.terms import Equation
from symgd.writing.formulas.rounding import DIGITS
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Words, message, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

LEVEL = 0.95
SIZE = (8.4, 7.2)
POINTS = 400  # of a curve
FEW = 300  # points that hide no curve


@dataclass(frozen=True, eq=False)
class PicturedFit:
    """A fit, or the end of a descent, as its picture needs it."""

    problem: Problem
    data: Columns
    residuals: FloatArray
    fitted: FloatArray  # as the targets are
    curve: Callable[[FloatArray], FloatArray]  # of a model of one input
    equation: Equation
    kind: Kind
    fit: Fit | None = None  # where there are bands, and perhaps test rows


def pictured(made: Fit | Run) -> PicturedFit:
    """What is drawn of a fit, or of the end of a descent."""
    problem = made.problem
    fit = None
    if isinstance(made, Fit):
        fit, fitted, (model,) = made, made.fitted_values, equation_of(made)
    else:
        fitted = predicted(problem, made.parameters, made.data)
        (model,) = equation(problem, made.parameters, dict.fromkeys(made.parameters, DIGITS))
    values, predict = np.array([*made.parameters.values()]), predictor(problem)

    def curve(x: FloatArray) -> FloatArray:
        return predict(values, [x])

    there, errors = responses(problem, fitted), residuals(problem, made.data, fitted)
    return PicturedFit(problem, made.data, errors, there, curve, model, made.outcome.kind, fit)


def plot_fit(
    made: Fit | Run, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw a fit: the data with curve and bands, and the residuals below; or predicted against actual.

    Parameters
    ----------
    made : Fit or Run
        A Run, the end of a descent, has no bands.
    path : str or path, optional
        A .png, .svg or .pdf file to write as well.
    language : str or path, optional
        Of titles, labels and legends.

    Raises
    ------
    OutputError
        Where the file cannot be written, or the problem has several scores.
    """
    expect_one_score(made.problem)
    if not all(map(math.isfinite, made.parameters.values())):
        raise OutputError(
            "there is no curve to draw: the parameters are no numbers", "see `outcome`"
        )
    words, fit = words_in(language), pictured(made)
    with picture_for(SIZE, path) as picture:
        picture.suptitle(_title(fit, words), x=0.02, ha="left", fontsize=12, fontweight="bold")
        ratios = (2.4, 1) if len(fit.problem.inputs) == 1 else (1.6, 1)
        upper, lower = picture.subplots(2, 1, height_ratios=ratios)
        rows, seen = spread(len(fit.data), ROWS), True
        if len(fit.problem.inputs) == 1:
            seen = _draw_curve(upper, fit, words, rows)
            lower.sharex(upper)
            _draw_residuals(lower, fit, rows, fit.data[fit.problem.inputs[0]])
        else:
            _draw_predicted(upper, fit, words, rows)
            _draw_residuals(lower, fit, rows, fit.fitted)
        name_axes(upper, lower, fit.problem, words)
        if not seen:
            upper.set_title(words(message("Data: all of the curve lies outside the picture")))
    return picture


def name_axes(upper: Axes, lower: Axes, problem: Problem, words: Words) -> None:
    """Titles and labels of a fit's two panels: the data, with the curve or against what is predicted, and the residuals."""
    target = problem.labels[problem.target]
    across = modelled = words(message("{target}, predicted"), target=target)
    if len(problem.inputs) == 1:
        across = problem.labels[problem.inputs[0]]
        upper.set_title(words(message("Data and fit")))
        upper.set_ylabel(upright(target))
    else:
        upper.set_title(words(message("Predicted against actual")))
        upper.set_xlabel(plain(words(message("{target}, actual"), target=target)))
        upper.set_ylabel(upright(modelled))
    forwards = problem.notation.residual_sign == "prediction - target"
    ahead = message("Residuals: predicted less actual")
    back = message("Residuals: actual less predicted")
    lower.set_title(words(ahead if forwards else back))
    lower.set_xlabel(plain(across))
    lower.set_ylabel(words(message("residual")))


def _title(fit: PicturedFit, words: Words) -> str:
    ended = "" if fit.kind == "converged" else f" ({words(KINDS[fit.kind])})"
    return plain(text(fit.equation, words=words), HEADLINE - len(ended)) + ended


# ---------------------------------------------------------------------------------------------
# Over one input


def _draw_curve(axes: Axes, fit: PicturedFit, words: Words, rows: IntArray) -> bool:
    """Data, curve and bands; answers whether the curve is seen, which that of a walk far off is not."""
    x, y = fit.data[fit.problem.inputs[0]], fit.data[fit.problem.target]
    reach = float(x.max() - x.min()) or abs(float(x.max())) or 1.0
    grid = np.linspace(float(x.min()) - 0.04 * reach, float(x.max()) + 0.04 * reach, POINTS)
    grid = grid[np.isfinite(fit.curve(grid))]
    curve = responses(fit.problem, fit.curve(grid))
    bands: tuple[tuple[BandKind, str, float], ...] = (
        ("prediction", words(message("95 % of new observations")), 0.10),
        ("confidence", words(message("95 % band of the curve")), 0.28),
    )
    shown = [curve, y]
    for kind, label, strength in bands:
        made = _band(fit, grid, kind)
        if made is not None:
            lower, upper = (responses(fit.problem, end) for end in made)
            axes.fill_between(
                grid, lower, upper, color=PREDICTION, alpha=strength, lw=0, label=label
            )
            shown += [lower, upper]
    above = 3 if len(rows) <= FEW else 6  # among many points the curve is not to be lost
    low, high = widened(*readable(y, np.concatenate(shown), 0.6), 0.05)
    seen = bool(((curve >= low) & (curve <= high)).any())
    if seen:
        axes.plot(grid, curve, color=PREDICTION, lw=2.2, zorder=above, label=words(message("fit")))
    _scatter(axes, fit, x, y, rows, words)
    axes.set_ylim(low, high)
    axes.tick_params(labelbottom=False)
    _legend(axes)
    return seen


def _band(fit: PicturedFit, grid: FloatArray, kind: BandKind) -> Band | None:
    if fit.fit is None:
        return None
    try:
        made = fit.fit.prediction_band(grid, level=LEVEL, kind=kind)
    except FitError:
        return None
    return made if np.isfinite(made.lower).all() and np.isfinite(made.upper).all() else None


def _scatter(
    axes: Axes, fit: PicturedFit, x: FloatArray, y: FloatArray, rows: IntArray, words: Words
) -> None:
    size = 30 if len(rows) <= 40 else 14 if len(rows) <= 300 else 5
    label = rows_label(len(rows), len(fit.data), words)
    strength = 1.0 if len(rows) <= FEW else 0.35
    axes.scatter(x[rows], y[rows], s=size, color=DATA, lw=0, alpha=strength, zorder=4, label=label)
    test = None if fit.fit is None else fit.fit.test
    if fit.fit is not None and test is not None:
        inputs, there = fit.problem.inputs, test[fit.problem.target]
        made = responses(fit.problem, fit.fit.predict(test))
        axes.scatter(
            *((test[inputs[0]], there) if len(inputs) == 1 else (there, made)),
            s=size + 6,
            marker="^",
            facecolor="none",
            edgecolor=ERROR,
            zorder=5,
            label=words(message("test rows")),
        )


def _legend(axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        labels,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2 if len(labels) > 3 else 3,
        borderaxespad=0.2,
    )


# ---------------------------------------------------------------------------------------------
# Residuals, and several inputs


def _draw_residuals(axes: Axes, fit: PicturedFit, rows: IntArray, across: FloatArray) -> None:
    errors = fit.residuals
    axes.axhline(0.0, color=FAINT, lw=1.2)
    size = 22 if len(rows) <= 40 else 12 if len(rows) <= 300 else 4
    if len(rows) <= 150:
        axes.vlines(across[rows], 0.0, errors[rows], color=ERROR, lw=1.0, ls="--")
    axes.scatter(across[rows], errors[rows], s=size, color=ERROR, zorder=3)
    largest = float(np.abs(errors).max()) or 1.0
    axes.set_ylim(-1.15 * largest, 1.15 * largest)


def _draw_predicted(axes: Axes, fit: PicturedFit, words: Words, rows: IntArray) -> None:
    actual, made = fit.data[fit.problem.target], fit.fitted
    both = np.concatenate((actual, made))
    low, high = float(both.min()), float(both.max())
    room = 0.05 * (high - low) or 0.5
    ends = [low - room, high + room]
    axes.plot(ends, ends, "--", color=FAINT, lw=1.4, label=words(message("predicted = actual")))
    _scatter(axes, fit, actual, made, rows, words)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    _legend(axes)
