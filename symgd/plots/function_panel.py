"""The panel of a function of one parameter or two, with the walk on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symgd.optimize.run import Run
from symgd.plots import plot_words
from symgd.plots.contour_picture import draw_map, titles
from symgd.plots.plane import plane_of
from symgd.plots.slice_picture import draw_slice_of
from symgd.writing.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_function(axes: Axes, run: Run, words: Words) -> None:
    """The curve of one parameter, or the map of two."""
    names = run.problem.parameters
    if len(names) == 1:
        draw_slice_of(axes, run, names[0], words)
    else:
        plane = plane_of(run)
        draw_map(axes, run, plane, words)
        axes.set_title("\n".join(plot_words.plain(line, 70) for line in titles(run, plane, words)))
    handles, labels = axes.get_legend_handles_labels()
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.14)}
    axes.legend(handles, labels, ncols=3, columnspacing=1.4, handlelength=1.6, **place)
