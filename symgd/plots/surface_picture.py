"""The cost as a surface over two parameters, with the walk on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from symgd.codegen.evaluators.cost import cost_on
from symgd.data.arrays import FloatArray
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.contour_picture import DOTTED, SHADES, least_of, levels_of, titles
from symgd.plots.labels import STAR, START, coloured, entitle, explain, letter
from symgd.plots.plane import CostPlane, plane_of
from symgd.writing.words import Words, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture

TICKS = 5  # of an axis, at most: more run into each other
STEEP = 300.0  # a cost that is so many times its least has logarithmic heights


def draw_surface(
    picture: Picture, run: Run, words: Words, parameters: Sequence[str] | None = None
) -> None:
    """The surface, alone in a picture."""
    plane = plane_of(run, parameters)
    axes: Any = picture.add_subplot(projection="3d", computed_zorder=False)
    least, cost = least_of(run, plane), run.problem.notation.cost
    there = plane.costs[np.isfinite(plane.costs)]
    steep = bool(least > 0 and there.size and there.max() > STEEP * least)
    # the logarithm of a perfect fit's cost is that of rounding, far below all that there is to see
    floor = float(there[there > 0].min()) / 10 if steep else -math.inf
    _draw_heights(axes, plane, least, steep)
    _draw_walk(axes, run, plane, words, steep, floor)
    named = zip(plane.names, (axes.set_xlabel, axes.set_ylabel), strict=True)
    for name, label in named:
        label(letter(name), **coloured(run.problem, name))
    axes.set_zlabel(f"log₁₀ {cost}" if steep else cost)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(TICKS))
    axes.view_init(elev=32, azim=-58)
    axes.set_box_aspect((1.2, 1.0, 0.8), zoom=0.98)
    entitle(picture, plot_words.headline(run, words))
    explain(axes, titles(run, plane, words, square=False), place=(0.98, 0.95))


def _draw_heights(axes: Any, plane: CostPlane, least: float, steep: bool) -> None:
    """The surface, its shades those of the contours, so that the floor of a ravine shows."""
    across, up, costs = plane.across, plane.up, plane.costs
    low = least - abs(least) * 1e-9
    levels = levels_of(costs, least)
    shades = LinearSegmentedColormap.from_list("cost", SHADES)
    colours = shades(np.full(costs.shape, 0.4))
    if levels is not None:
        place = np.searchsorted(levels[levels > low], np.nan_to_num(costs, nan=low))
        colours = shades(place / len(levels))
    axes.plot_surface(
        *np.meshgrid(across, up),
        _heights(costs, steep),
        rstride=max(1, len(up) // 40),
        cstride=max(1, len(across) // 48),
        lw=0.2,
        edgecolor="#B9779A66",
        facecolors=colours,
        shade=False,
        antialiased=True,
        zorder=1,
    )


def _draw_walk(
    axes: Any, run: Run, plane: CostPlane, words: Words, steep: bool, floor: float
) -> None:
    """The walk on the surface, its start and end, and the exact minimum."""
    on = _heights(np.maximum(_along(run, plane.names, plane.path), floor), steep)
    dark: dict[str, Any] = {"color": panels.DATA, "zorder": 5}
    few = {"marker": "o", "ms": 3.5} if len(plane.path) <= DOTTED + 1 else {}
    moved = bool(np.ptp(plane.path, axis=0).any())
    if moved:
        axes.plot(*plane.path.T, on, **dark, lw=1.6, label=words(message("the walk")), **few)
    axes.plot(*plane.path[:1].T, on[:1], **START, label=words(message("start")))
    if moved:
        said = words(message("step {step}"), step=plane.shown)
        axes.plot(*plane.path[-1:].T, on[-1:], "s", **dark, ms=7, label=said)
    if run.exact is not None and not plane.held:
        point = [[run.exact.parameters[name]] for name in plane.names]
        height = _heights(np.maximum([run.exact.cost], floor), steep)
        axes.plot(*point, height, **STAR, label=words(message("exact minimum")))


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
