"""The picture of fits by group: data and curves in one panel, residuals below; a colour and a marker for each group."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.data.arrays import spread
from symgd.errors import OutputError
from symgd.fit.fitted import Fit
from symgd.fit.groups import Fits
from symgd.optimize.prediction import responses
from symgd.plots.fit_picture import name_axes
from symgd.plots.plot_panels import DASHES, FAINT, MARKERS, ROWS, SERIES
from symgd.plots.plot_words import HEADLINE, model_text, plain
from symgd.plots.plots import expect_one_score, picture_for
from symgd.writing.words import Language, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

POINTS = 300
LEGEND = 24  # groups that are named


def plot_groups(
    fits: Fits[Fit], path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw all groups; files are as for `symgd.plots.fit_picture.plot_fit`.

    Raises
    ------
    OutputError
        Where the file cannot be written, no group was fitted, or the problem has several scores.
    """
    problem, words = fits.problem, words_in(language)
    expect_one_score(problem)
    if not fits:
        raise OutputError("there is no picture: no group was fitted", "see `failures`")
    with picture_for((9.6, 7.2), path) as picture:
        picture.suptitle(
            model_text(problem, words, HEADLINE), x=0.02, ha="left", fontsize=12, fontweight="bold"
        )
        upper, lower = picture.subplots(2, 1, height_ratios=(2.4, 1))
        lower.axhline(0.0, color=FAINT, lw=1.2)
        for number, (label, fit) in enumerate(fits.items()):
            _draw(upper, lower, fit, str(label), number)
        name_axes(upper, lower, problem, words)
        handles, labels = upper.get_legend_handles_labels()
        upper.legend(
            handles[:LEGEND],
            labels[:LEGEND],
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            title=plain(fits.by, 30),
        )
    return picture


def _draw(upper: Axes, lower: Axes, fit: Fit, label: str, number: int) -> None:
    """One group: its points, its curve or its predictions, and its residuals."""
    problem = fit.problem
    lap, place = divmod(number, len(SERIES))
    colour, marker = SERIES[place], MARKERS[number % len(MARKERS)]
    rows = spread(len(fit.data), ROWS)
    made = responses(problem, fit.fitted_values)[rows]
    actual, one = fit.data[problem.target][rows], len(problem.inputs) == 1
    x = fit.data[problem.inputs[0]][rows] if one else actual
    style: dict[str, Any] = {"color": colour, "marker": marker, "s": 26 if len(rows) <= 60 else 10}
    upper.scatter(x, actual if one else made, label=plain(label, 30), zorder=3, **style)
    if one:
        grid = np.linspace(float(x.min()), float(x.max()), POINTS)
        curve = responses(problem, fit.curve(grid))
        upper.plot(grid, curve, color=colour, ls=DASHES[lap % len(DASHES)], lw=1.8)
    lower.scatter(x if one else made, fit.residuals[rows], zorder=3, **style)
