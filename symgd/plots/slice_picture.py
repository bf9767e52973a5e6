"""The cost along one parameter, the others held: a parabola or whatever it is, and the tangent at each of the first steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from symgd.codegen.evaluators.evaluator import compile_array
from symgd.data.arrays import FloatArray
from symgd.derivation.engine import gradient_of
from symgd.errors import OutputError
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.labels import STAR, START, coloured, entitle, explain, letter
from symgd.plots.plane import LEAVES
from symgd.registry.options import expect_known
from symgd.writing.words import Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

At: TypeAlias = Callable[[float], tuple[float, float]]  # from a value to cost and slope

POINTS = 300
TANGENTS = 5
# A step, along the axis.
ARROW = {"arrowstyle": "-|>", "color": "#52606D", "lw": 1.3, "shrinkA": 0, "shrinkB": 0}


def draw_slice(
    picture: Picture, run: Run, words: Words, parameters: Sequence[str] | None = None
) -> None:
    """The slice, alone in a picture."""
    name = _chosen(run, parameters)
    axes = picture.subplots()
    draw_slice_of(axes, run, name, words)
    explain(axes)
    entitle(picture, plot_words.headline(run, words))


def _chosen(run: Run, parameters: Sequence[str] | None) -> str:
    known = run.problem.parameters
    given = [parameters] if isinstance(parameters, str) else [*(parameters or known[:1])]
    expect_known(given[:1], known, "parameter", OutputError)
    if len(given) > 1:
        raise OutputError(f"a slice has one parameter, not {', '.join(given)}", "name one of them")
    return given[0]


def draw_slice_of(axes: Axes, run: Run, name: str, words: Words) -> None:
    """The curve, the steps on it, and tangents at the first of them."""
    at, steps = _along(run, name), _steps(run, name)
    points, label = run.trace[name][steps], coloured(run.problem, name)
    alone = run.exact is not None and len(run.problem.parameters) == 1
    least = run.exact.parameters[name] if run.exact is not None and alone else points[-1]
    draw_curve(axes, at, ends_around(np.append(points, least)), run.problem.notation.cost)
    _draw_tangents(axes, points, at, words)
    heights = np.array([at(value)[0] for value in points.tolist()])
    mark = {"marker": "o", "ls": "", "color": label["color"], "zorder": 5}
    axes.plot(points, heights, **mark, ms=5, label=words(message("the steps")))
    ring = {**START, "mec": label["color"]}
    axes.plot(points[:1], heights[:1], **ring, label=words(message("start")))
    if alone:
        axes.plot(least, at(least)[0], **STAR, label=words(message("exact minimum")))
    axes.set_xlabel(letter(name), **label)
    axes.set_title(plot_words.plain(_title(run, name, int(run.trace.steps[steps[-1]]), words), 110))


def _along(run: Run, name: str) -> At:
    """Cost and slope as functions of one parameter, the others held."""
    place = run.problem.parameters.index(name)
    evaluate = compile_array(run.problem, gradient_of(run.problem), run.data)
    values = [*_held(run).values()]

    def at(value: float) -> tuple[float, float]:
        values[place] = value
        height, slopes = evaluate(values)
        return height, slopes[place]

    return at


def draw_curve(axes: Axes, at: At, ends: tuple[float, float], cost: str) -> None:
    """The cost along one parameter."""
    grid = np.linspace(*ends, POINTS)
    curve = np.array([at(value)[0] for value in grid.tolist()])
    there = np.where(np.isfinite(curve), curve, np.nan)
    axes.plot(grid, there, color=panels.ERROR, lw=2.2, label=cost, zorder=2)
    axes.set_xlim(*ends)
    axes.set_ylim(*_heights(curve))
    axes.set_ylabel(cost)


def _is_lost(run: Run) -> bool:
    """Whether a walk ends higher than it begins, or nowhere."""
    return not run.trace.cost[-1] <= run.trace.cost[0]


def _held(run: Run) -> Mapping[str, float]:
    """All parameters where the walk ended; of one that went up, where it began."""
    if not _is_lost(run):
        return run.parameters
    return {name: float(run.trace[name][0]) for name in run.problem.parameters}


def _title(run: Run, name: str, shown: int, words: Words) -> str:
    cost = run.problem.notation.cost
    said = [message("{cost} along {name}", cost=cost, name=letter(name))]
    held = tuple(
        f"{letter(n)} = {plot_words.number(v)}" for n, v in _held(run).items() if n != name
    )
    if held and _is_lost(run):
        said.append(message("held at the start's values: {held}", held=held))
    elif held:
        said.append(message("held at the end's values: {held}", held=held))
    if shown < run.steps:
        said.append(message("up to step {step} of {steps}", step=shown, steps=run.steps))
    whole = reduce(lambda first, then: message("{first}; {second}", first=first, second=then), said)
    return whole.written(words=words)


def _steps(run: Run, name: str) -> FloatArray:
    """The rows whose steps are drawn: the first ones, and of one that runs away those before it leaves."""
    away = np.abs(run.trace[name] - run.trace[name][0])
    first = float(away[1]) if len(away) > 1 else 0.0
    lost = _is_lost(run)
    gone = np.flatnonzero(~(away <= LEAVES * first)) if lost else np.array([])
    last = max(2, int(gone[0])) if gone.size else len(away)
    rows: FloatArray = np.unique(
        np.append(np.arange(min(last, 40)), last - 1 if not lost else min(last, 40) - 1)
    )
    return rows


def ends_around(points: FloatArray) -> tuple[float, float]:
    """The ends of what is drawn, with room around the points."""
    low, high = float(points.min()), float(points.max())
    size = (high - low) or max(abs(high), 1.0)
    return low - 0.22 * size, high + 0.22 * size


def _heights(curve: FloatArray) -> tuple[float, float]:
    there = curve[np.isfinite(curve)]
    if not there.size:
        return 0.0, 1.0
    low, high = float(there.min()), float(np.quantile(there, 0.99))
    room = (high - low) or abs(high) or 1.0
    return low - 0.1 * room, high + 0.08 * room


def _draw_tangents(axes: Axes, points: FloatArray, at: At, words: Words) -> None:
    """Short tangents, and the step along the axis that each leads to."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    label = words(message("tangent at a step"))
    kept = range(min(TANGENTS, len(points)))
    if len(points) > 1:
        said = words(message("a step along the axis"))
        axes.plot([], [], color=ARROW["color"], lw=1.3, marker=">", ms=5, label=said)
    for number in kept:
        height, slope = at(float(points[number]))
        steepness = abs(slope) * (high - low) / (top - bottom)
        half = 0.16 * (high - low) / np.hypot(1.0, steepness)
        ends = np.array([points[number] - half, points[number] + half])
        axes.plot(
            ends,
            height + slope * (ends - points[number]),
            color=panels.DATA,
            lw=1.6,
            zorder=4,
            label=label,
        )
        label = "_more"
        if number + 1 < len(points) and abs(points[number + 1] - points[number]) > 0.015 * (
            high - low
        ):
            line = bottom + (0.02 + 0.016 * number) * (top - bottom)
            axes.annotate(
                "", (points[number + 1], line), (points[number], line), zorder=3, arrowprops=ARROW
            )
