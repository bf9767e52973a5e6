"""Learning rates or optimizers side by side: the same start at each, the ways on the cost's map, and the costs by step together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.data.arrays import spread
from symgd.optimize.outcome import KINDS
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.contour_picture import draw_map
from symgd.plots.labels import entitle
from symgd.plots.plane import plane_of
from symgd.plots.slice_picture import draw_slice_of
from symgd.writing.words import Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

HIGHEST = 1e3  # times the first cost: what is above is left to the words


def draw_rates(
    picture: Picture, runs: Sequence[Run], words: Words, parameters: Sequence[str] | None = None
) -> None:
    """A map for each rate, and one panel with the cost by step of all."""
    named = not all(run.is_plain for run in runs)
    halves: Any = picture.subfigures(2, 1, height_ratios=[1.15, 1])
    above, below = halves
    maps = above.subplots(1, len(runs), squeeze=False)[0]
    lost = any(run.outcome.kind == "diverged" for run in runs)
    beside = runs if named and not lost else ()
    for axes, run in zip(maps, runs, strict=True):
        if len(run.problem.parameters) > 1:
            draw_map(axes, run, plane_of(run, parameters, beside), words, labelled=False)
        else:
            draw_slice_of(axes, run, run.problem.parameters[0], words)
        after = message(
            "{made}: {outcome}\nafter {number} step",
            "{made}: {outcome}\nafter {number} steps",
            made=plot_words.made_by(run, named),
            outcome=KINDS[run.outcome.kind],
            number=run.steps,
        )
        axes.set_title(after.written(words=words), fontsize=9.5)
    _draw_costs(below.subplots(), runs, words)
    problem = runs[0].problem
    parts: dict[str, Any] = {
        "model": plot_words.model_text(problem, words, 60),
        "loss": words.declared(problem.loss.title),
    }
    title = message("{model}, {loss}: learning rates side by side", **parts)
    if named:
        title = message("{model}, {loss}: optimizers side by side", **parts)
    if not problem.has_examples:
        del parts["loss"]
        title = message("{model}: learning rates side by side", **parts)
        if not all(run.is_plain for run in runs):
            title = message("{model}: optimizers side by side", **parts)
    entitle(picture, title.written(words=words))


def _draw_costs(axes: Axes, runs: Sequence[Run], words: Words) -> None:
    named = not all(run.is_plain for run in runs)
    name, first = runs[0].problem.notation.cost, float(runs[0].trace.cost[0])
    exact = runs[0].exact
    least = 0.0 if exact is None else exact.cost
    for series, run in enumerate(runs):
        rows = spread(len(run.trace), panels.DRAWN)
        gaps = run.trace.cost[rows] - least
        seen = np.isfinite(gaps) & (gaps <= HIGHEST * max(first - least, 1e-300))
        gaps = np.where(seen & (gaps > 8 * np.finfo(float).eps * abs(least)), gaps, np.nan)
        axes.plot(
            run.trace.steps[rows],
            gaps,
            color=panels.SERIES[series % len(panels.SERIES)],
            ls=panels.DASHES[series % len(panels.DASHES)],
            marker=panels.MARKERS[series % len(panels.MARKERS)],
            markevery=max(1, len(rows) // 12),
            label=plot_words.made_by(run, named).written(words=words),
        )
    axes.set_yscale("log" if first > least else "linear")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.set_xlabel(words(message("step")))
    axes.set_ylabel(name if exact is None else f"{name} − {plot_words.number(least)}")
    title = message("{cost} by step", cost=name)
    if exact is not None:
        title = message("{cost} above its exact minimum", cost=name)
    scaled = message("{title} ({scale})", title=title, scale=message("log scale"))
    axes.set_title(scaled.written(words=words))
