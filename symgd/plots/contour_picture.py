"""The way of a walk on a map of the cost: contours at logarithmic heights, start, steps, end and exact minimum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.labels import STAR, START, coloured, entitle, explain, letter
from symgd.plots.plane import CostPlane, plane_of
from symgd.problem.problem import Problem
from symgd.writing.words import Message, Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

LEVELS = 11
SHADES = ("#FFFFFF", "#F3DCE8", "#DDA9C4")  # from the least cost to the highest
LINES = "#B9779A"
LETTERS = "#7A2F58"
DOTTED = 60  # up to so many steps each has its dot
ARROWS = 6
EDGE = 0.09  # of the frame: no height is written so near its edge that it might be cut
FLAT = 1e-12  # of the highest cost: no contour lies so near the least one


def draw_contour(
    picture: Picture, run: Run, words: Words, parameters: Sequence[str] | None = None
) -> None:
    """The map of the cost with the walk on it, alone in a picture."""
    plane = plane_of(run, parameters)
    axes = picture.subplots()
    draw_map(axes, run, plane, words)
    entitle(picture, plot_words.headline(run, words))
    explain(axes, titles(run, plane, words))


def titles(run: Run, plane: CostPlane, words: Words, *, square: bool = True) -> list[str]:
    """What is drawn, which parameters are held, and, of a flat picture, whether steps look square to the contours."""
    cost, (first, second) = run.problem.notation.cost, map(letter, plane.names)
    drawn = message("{cost} over {first} and {second}", cost=cost, first=first, second=second)
    said: list[Message] = [drawn]
    if plane.held:
        held = tuple(
            f"{letter(name)} = {plot_words.number(value)}" for name, value in plane.held.items()
        )
        said.append(message("held at the end's values: {held}", held=held))
    if levels_of(plane.costs, least_of(run, plane)) is None:
        said.append(message("the cost is the same at all of these points"))
    elif square and not plane.equal:
        said.append(scales_differ())
    if plane.shown < run.steps:
        said.append(
            message(
                "up to step {step} of {steps}: then it leaves the picture",
                step=plane.shown,
                steps=run.steps,
            )
        )
    return [part.written(words=words) for part in said]


def scales_differ() -> Message:
    """A step is square to the contours, and is seen so where a unit is as long across as upwards."""
    return message("the axes have different scales, so steps do not look square to the contours")


def draw_map(
    axes: Axes, run: Run, plane: CostPlane, words: Words, *, labelled: bool = True
) -> None:
    """Contours, the walk, its start and end, and the exact minimum."""
    draw_contours(axes, plane, least_of(run, plane), labelled=labelled)
    _draw_walk(axes, plane, words)
    if run.exact is not None:
        point = [run.exact.parameters[name] for name in plane.names]
        unique = run.exact.unique
        name = message("exact minimum") if unique else message("an exact minimum")
        axes.plot(*point, **STAR, label=words(name))
    finish(axes, run.problem, plane)


def finish(axes: Axes, problem: Problem, plane: CostPlane) -> None:
    """The limits, the scale and the names of both axes, each in its parameter's colour."""
    axes.set_xlim(plane.across[0], plane.across[-1])
    axes.set_ylim(plane.up[0], plane.up[-1])
    axes.grid(False)
    if plane.equal:
        axes.set_aspect("equal")
    for name, axis in zip(plane.names, (axes.xaxis, axes.yaxis), strict=True):
        axis.set_label_text(letter(name), **coloured(problem, name))


def least_of(run: Run, plane: CostPlane) -> float:
    """The least cost that is known of the plane."""
    known = (
        [float(np.nanmin(plane.costs)), float(run.trace.cost.min())]
        if not plane.held
        else [float(np.nanmin(plane.costs))]
    )
    if run.exact is not None and not plane.held:
        known.append(run.exact.cost)
    return min(known)


def draw_contours(axes: Axes, plane: CostPlane, least: float, *, labelled: bool = True) -> None:
    """Shades and lines at heights that grow by the same factor each, so that a ravine's floor shows as well as its walls."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.ticker import FuncFormatter

    levels = levels_of(plane.costs, least)
    if levels is None:
        return
    gaps = np.ma.masked_invalid(plane.costs)
    shades = LinearSegmentedColormap.from_list("cost", SHADES, N=len(levels) + 1)
    low = min(least, float(np.nanmin(plane.costs))) - abs(least) * 1e-9 - 1e-300
    axes.contourf(
        plane.across,
        plane.up,
        gaps,
        [low, *levels[levels > low]],
        cmap=shades,
        extend="max",
        norm=_by_level(levels, low, len(levels) + 1),
        zorder=0,
    )
    lines = axes.contour(
        plane.across, plane.up, gaps, levels, colors=LINES, linewidths=0.8, zorder=1
    )
    if labelled:
        show = FuncFormatter(lambda value, _: plot_words.number(float(f"{value:.3g}")))
        axes.clabel(lines, levels[::2], fontsize=8, fmt=show, inline_spacing=2, colors=LETTERS)
        for written in lines.labelTexts:
            across = (written.get_position()[0] - plane.across[0]) / np.ptp(plane.across)
            up = (written.get_position()[1] - plane.up[0]) / np.ptp(plane.up)
            written.set_visible(EDGE < across < 1 - EDGE and EDGE < up < 1 - EDGE)


def _by_level(levels: FloatArray, low: float, count: int) -> Any:
    from matplotlib.colors import BoundaryNorm

    return BoundaryNorm([low, *levels[levels > low]], count, extend="max")


def levels_of(costs: FloatArray, least: float) -> FloatArray | None:
    """Heights of the contours, at gaps to the least cost that grow by one factor; None where all is flat."""
    gaps = costs[np.isfinite(costs)] - least
    most = float(np.quantile(gaps, 0.97)) if gaps.size else 0.0
    if not most > FLAT * max(abs(least), 1e-300):
        return None
    positive = gaps[gaps > 0]
    first = max(float(np.quantile(positive, 0.02)), most * 1e-7, abs(least) * 1e-10)
    levels: FloatArray = least + np.geomspace(min(first, most / 4), most, LEVELS)
    return np.unique(levels)


def _draw_walk(axes: Axes, plane: CostPlane, words: Words) -> None:
    path, last = plane.path, plane.shown
    few, moved = len(path) - 1 <= DOTTED, bool(np.ptp(path, axis=0).any())
    style: dict[str, Any] = {"marker": "o", "ms": 3.6} if few else {}
    if moved:
        walk = words(message("the walk"))
        axes.plot(*path.T, color=panels.DATA, lw=1.3, zorder=3, label=walk, **style)
        _draw_arrows(axes, path)
    axes.plot(*path[0], **START, label=words(message("start")))
    if moved:
        axes.plot(
            *path[-1],
            "s",
            ms=7,
            color=panels.DATA,
            zorder=5,
            label=words(message("step {step}"), step=last),
        )


def _draw_arrows(axes: Axes, path: FloatArray) -> None:
    """Heads on the steps that are long enough to be seen, so that the way's direction shows."""
    if len(path) < 2:
        return
    box = np.ptp(np.array([axes.get_xlim(), axes.get_ylim()]), axis=1)
    lengths = np.hypot(*(np.diff(path, axis=0) / box).T)
    for step in np.argsort(lengths)[::-1][:ARROWS]:
        if lengths[step] > 0.04:
            middle = path[step] + 0.6 * (path[step + 1] - path[step])
            axes.annotate(
                "",
                middle,
                path[step],
                zorder=4,
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": panels.DATA,
                    "lw": 0,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "mutation_scale": 13,
                },
            )
