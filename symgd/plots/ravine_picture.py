"""The ravine: a cost's map with its start, its minimum, and the directions in which it bends least and most."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from symgd.codegen.evaluators.cost import cost_on
from symgd.data.arrays import FloatArray
from symgd.optimize.analysis import Analysis
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.plots.contour_picture import draw_contours, finish, scales_differ
from symgd.plots.labels import STAR, START, coloured, entitle, explain, letter
from symgd.plots.plane import CostPlane, pair_of, plane_between, points_for
from symgd.plots.plots import picture_for
from symgd.plots.slice_picture import draw_curve, ends_around
from symgd.writing.words import Language, Message, Words, message, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

ALIKE = 30.0  # ranges that differ by no more than this have axes of one scale, on which the directions are square


def plot_ravine(
    analysis: Analysis,
    path: str | os.PathLike[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    language: Language = None,
) -> Picture:
    """Draw the map that an analysis is of; files and errors are as for `symgd.plots.plots.plot`."""
    words = words_in(language)
    if len(analysis.problem.parameters) == 1:
        with picture_for((8.6, 5.2), path) as picture:
            _draw_parabola(picture.subplots(), analysis, words)
            _title(picture, analysis, words)
        return picture
    names = pair_of(analysis.problem.parameters, parameters)
    exact = analysis.landscape.exact
    middle = analysis.start if exact is None else exact.parameters
    points = [np.array([place[name] for name in names]) for place in (analysis.start, middle)]
    cost = cost_on(analysis.problem, analysis.data)
    known = analysis.problem.parameters
    grid = points_for(len(analysis.data), exact is not None)
    ends = np.array(points)
    plane = plane_between(ends, names, middle, cost, known, points=grid, alike=ALIKE)
    with picture_for((9.8, 5.8), path) as picture:
        axes = picture.subplots()
        least = float(np.nanmin(plane.costs))
        draw_contours(axes, plane, min(least, exact.cost) if exact and len(middle) == 2 else least)
        finish(axes, analysis.problem, plane)
        _draw_directions(axes, points[1], _curvature(analysis, names, middle), words)
        axes.plot(*points[0], **START, label=words(message("start")))
        if exact is not None:
            axes.plot(*points[1], **STAR, label=words(message("exact minimum")))
        explain(axes, (part.written(words=words) for part in _said(analysis, plane)))
        _title(picture, analysis, words)
    return picture


def _draw_parabola(axes: Axes, analysis: Analysis, words: Words) -> None:
    """The cost along its one parameter, with start and minimum."""
    [name], cost = analysis.problem.parameters, cost_on(analysis.problem, analysis.data)
    exact, start = analysis.landscape.exact, analysis.start[name]
    least = start if exact is None else exact.parameters[name]
    ends = ends_around(np.array([start, least, 2 * least - start]))
    draw_curve(axes, lambda value: (cost([value]), 0.0), ends, analysis.problem.notation.cost)
    axes.plot(start, cost([start]), **START, label=words(message("start")))
    if exact is not None:
        axes.plot(least, exact.cost, **STAR, label=words(message("exact minimum")))
    explain(axes)
    axes.set_xlabel(letter(name), **coloured(analysis.problem, name))


def _said(analysis: Analysis, plane: CostPlane) -> Iterator[Message]:
    """What is drawn, which parameters are held, and whether directions look square to each other."""
    cost, (first, second) = analysis.problem.notation.cost, map(letter, plane.names)
    yield message("{cost} over {first} and {second}", cost=cost, first=first, second=second)
    if plane.held:
        held = tuple(f"{letter(n)} = {plot_words.number(v)}" for n, v in plane.held.items())
        yield message("held: {held}", held=held)
    if not plane.equal:
        yield scales_differ()


def _curvature(analysis: Analysis, names: Sequence[str], at: object) -> FloatArray:
    """The Hessian by the two parameters, by differences of the cost."""
    cost, known = cost_on(analysis.problem, analysis.data), analysis.problem.parameters
    assert hasattr(at, "__getitem__")
    centre = np.array([at[name] for name in known])
    places = [known.index(name) for name in names]
    if analysis.quadratic is not None:
        columns = analysis.quadratic.matrix[:, places]
        made: FloatArray = 2 * columns.T @ columns
        return made
    steps = [1e-3 * max(1.0, abs(float(centre[place]))) for place in places]
    found = np.zeros((2, 2))
    for row in range(2):
        for column in range(2):
            moved = 0.0
            for one in (1, -1):
                for other in (1, -1):
                    point = centre.copy()
                    point[places[row]] += one * steps[row]
                    point[places[column]] += other * steps[column]
                    moved += one * other * cost(point.tolist())
            found[row, column] = moved / (4 * steps[row] * steps[column])
    return found


def _draw_directions(axes: Axes, centre: FloatArray, hessian: FloatArray, words: Words) -> None:
    """Lines through the minimum as far as the picture goes, each with its curvature."""
    values, directions = np.linalg.eigh(hessian)
    box = np.array([axes.get_xlim(), axes.get_ylim()])
    size = float(np.hypot(*np.ptp(box, axis=1)))
    least, most = message("bends least, λ = {curvature}"), message("bends most, λ = {curvature}")
    for value, direction, said, dash in zip(
        values, directions.T, (least, most), ("--", ":"), strict=True
    ):
        ends = np.array([centre - size * direction, centre + size * direction])
        label = words(said, curvature=plot_words.number(float(value)))
        axes.plot(*ends.T, dash, color=panels.DATA, lw=1.5, label=label, zorder=4)


def _title(picture: Picture, analysis: Analysis, words: Words) -> None:
    problem, number = analysis.problem, analysis.condition_number
    model = plot_words.model_text(problem, words, 50)
    said = message("{model}: no bowl", model=model)
    if number is not None:
        said = message(
            "{model}: condition number {number}", model=model, number=plot_words.number(number)
        )
    entitle(picture, said.written(words=words))
