"""The cost as a surface over two parameters, with the walk on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from symgd.codegen.cost import cost_on
from symgd.data.arrays import FloatArray
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.plots.contour_picture import SHADES, least_of, titles
from symgd.plots.plane import plane_of
from symgd.writing.words import Words, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

STEEP = 300.0  # a cost that is so many times its least has logarithmic heights


def draw_surface(
    picture: Picture, run: Run, words: Words, parameters: Sequence[str] | None = None
) -> None:
    """The surface, alone in a picture."""
    from matplotlib.colors import LinearSegmentedColormap

    plane = plane_of(run, parameters)
    axes = picture.add_subplot(projection="3d", computed_zorder=False)
    least, cost = least_of(run, plane), run.problem.notation.cost
    there = plane.costs[np.isfinite(plane.costs)]
    steep = bool(least > 0 and there.max() > STEEP * least)
    heights = _heights(plane.costs, steep)
    axes.plot_surface(
        *np.meshgrid(plane.across, plane.up),
        heights,
        rcount=40,
        ccount=48,
        lw=0.2,
        edgecolor="#B9779A66",
        cmap=LinearSegmentedColormap.from_list("cost", SHADES),
        antialiased=True,
        zorder=1,
    )
    on = _along(run, plane.names, plane.path)
    style = {"marker": "o", "ms": 3.5} if len(plane.path) <= 61 else {}
    walk = words(message("the walk"))
    axes.plot(
        *plane.path.T, _heights(on, steep), color=panels.DATA, lw=1.6, zorder=4, label=walk, **style
    )
    ends = _heights(on[[0, -1]], steep)
    axes.plot(
        *plane.path[:1].T,
        ends[:1],
        "o",
        ms=9,
        mfc="white",
        mec=panels.DATA,
        mew=1.8,
        zorder=5,
        label=words(message("start")),
    )
    said = words(message("step {step}"), step=plane.shown)
    axes.plot(*plane.path[-1:].T, ends[1:], "s", ms=7, color=panels.DATA, zorder=5, label=said)
    if run.exact is not None and not plane.held:
        point = [run.exact.parameters[name] for name in plane.names]
        height = _heights(np.array([run.exact.cost]), steep)
        axes.plot(
            *([value] for value in point),
            height,
            "*",
            ms=15,
            color=panels.PREDICTION,
            mec="white",
            zorder=6,
            label=words(message("exact minimum")),
        )
    for name, label in zip(plane.names, (axes.set_xlabel, axes.set_ylabel), strict=True):
        series = run.problem.parameters.index(name)
        label(
            panels.plain(name), color=panels.SERIES[series % len(panels.SERIES)], fontweight="bold"
        )
    axes.set_zlabel(f"log₁₀ {cost}" if steep else cost)
    axes.view_init(elev=32, azim=-58)
    axes.set_box_aspect((1.2, 1.0, 0.8), zoom=0.92)
    axes.legend(loc="upper left", bbox_to_anchor=(0.98, 0.95))
    picture.suptitle(
        panels.headline(run, words), x=0.02, ha="left", fontsize=11.5, fontweight="bold"
    )
    axes.set_title("\n".join(panels.plain(line, 110) for line in titles(run, plane, words)))


def _heights(costs: FloatArray, steep: bool) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.log10(costs) if steep else costs


def _along(run: Run, names: Sequence[str], path: FloatArray) -> FloatArray:
    """The cost above each point of the path, the other parameters held as they are in the surface."""
    cost, values = cost_on(run.problem, run.data), [*run.parameters.values()]
    places, found = [run.problem.parameters.index(name) for name in names], []
    for first, second in path.tolist():
        values[places[0]], values[places[1]] = first, second
        found.append(cost(values))
    return np.array(found)
