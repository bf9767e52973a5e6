"""The costs of a grid search in colours, and its best point."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.errors import OutputError
from symgd.optimize.grid_search import GridSearch
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.contour_picture import SHADES
from symgd.plots.labels import STAR, coloured, entitle, letter
from symgd.plots.plots import picture_for
from symgd.registry.options import instead_of
from symgd.writing.words import Language, Words, message, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

MOST = 6  # slices


def plot_grid(
    found: GridSearch,
    path: str | os.PathLike[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    language: Language = None,
) -> Picture:
    """Draw a grid search; files and errors are as for `symgd.plots.plots.plot`."""
    words = words_in(language)
    names = [name for name, values in found.axes.items() if len(values) > 1] or [*found.axes][:1]
    given = [*(parameters or names)]
    for name in given:
        if name not in found.axes:
            raise OutputError(f'the grid has no range of "{name}"', instead_of(name, [*found.axes]))
    pairs = [*itertools.combinations(given, 2)][:MOST]
    count = max(1, len(pairs))
    wide = min(count, 3)
    size = (8.2, 5.8) if count == 1 else (4.6 * wide, 4.3 * -(-count // wide))
    with picture_for(size, path) as picture:
        panes = picture.subplots(-(-count // wide), wide, squeeze=False).ravel()
        for axes in panes[count:]:
            axes.set_visible(False)
        if pairs:
            for axes, pair in zip(panes, pairs, strict=False):
                _draw_pair(axes, found, pair, words)
        else:
            _draw_curve(panes[0], found, given[0], words)
        _title(picture, found, words)
    return picture


def _title(picture: Picture, found: GridSearch, words: Words) -> None:
    problem = found.problem
    best = tuple(
        f"{letter(name)} = {plot_words.number(value)}" for name, value in found.best.items()
    )
    said = message(
        "{model}: the best of {number} point is {best}",
        "{model}: the best of {number} points is {best}",
        model=plot_words.model_text(problem, words, 50),
        number=found.evaluations,
        best=best,
    )
    entitle(picture, plot_words.plain(said.written(words=words), 120))


def _slice(found: GridSearch, names: Sequence[str]) -> FloatArray:
    """The costs over some parameters, the others at their best values, the first name's axis last."""
    best = np.unravel_index(int(np.nanargmin(found.costs)), found.costs.shape)
    known = [*found.axes]
    index = tuple(slice(None) if name in names else int(best[n]) for n, name in enumerate(known))
    part: FloatArray = found.costs[index]
    kept = [name for name in known if name in names]
    return part if kept == [*reversed(names)] else part.T


def _draw_pair(axes: Axes, found: GridSearch, names: tuple[str, str], words: Words) -> None:
    from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize

    costs, cost = _slice(found, names), found.problem.notation.cost
    there = costs[np.isfinite(costs)]
    log = bool(there.min() > 0 and there.max() > 30 * there.min())
    norm = (LogNorm if log else Normalize)(float(there.min()), float(there.max()))
    across, up = (found.axes[name] for name in names)
    order = np.argsort(across), np.argsort(up)
    shades = LinearSegmentedColormap.from_list("cost", (*SHADES, "#C0006B", "#5A0032"))
    mesh = axes.pcolormesh(
        across[order[0]],
        up[order[1]],
        np.ma.masked_invalid(costs[np.ix_(order[1], order[0])]),
        cmap=shades,
        norm=norm,
        shading="nearest",
        rasterized=True,
    )
    scale = message("{title} ({scale})", title=cost, scale=message("log scale"))
    axes.figure.colorbar(mesh, ax=axes, label=scale.written(words=words) if log else cost)
    best = [found.best[name] for name in names]
    label = words(message("best point"))
    axes.plot(*best, **STAR, label=label)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    axes.grid(False)
    for name, axis in zip(names, (axes.xaxis, axes.yaxis), strict=True):
        axis.set_label_text(letter(name), **coloured(found.problem, name))
    others = {name: value for name, value in found.best.items() if name not in names}
    if others:
        held = tuple(
            f"{letter(name)} = {plot_words.number(value)}" for name, value in others.items()
        )
        axes.set_title(plot_words.plain(message("at {held}", held=held).written(words=words), 60))


def _draw_curve(axes: Axes, found: GridSearch, name: str, words: Words) -> None:
    costs, cost = _slice(found, [name]), found.problem.notation.cost
    values = found.axes[name]
    order = np.argsort(values)
    few = len(values) <= 60
    axes.plot(
        values[order], costs[order], "o-" if few else "-", color=panels.ERROR, ms=4, label=cost
    )
    label = words(message("best point"))
    axes.plot(found.best[name], found.cost, **STAR, label=label)
    axes.legend()
    axes.set_xlabel(letter(name), **coloured(found.problem, name))
    axes.set_ylabel(cost)
