"""The panels of a descent's picture: data and line, each parameter, and the cost, by step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from symgd.errors import MissingPackage, OutputError, either
from symgd.files import PICTURES, expect_suffix
from symgd.optimize.run import Run, Trace
from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.problem.problem import Problem
from symgd.problem.shades import shades
from symgd.writing.words import Language, Words, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

# Width and height in inches, and what stands where: up to three parameters have a panel each.
_LAYOUTS = {
    1: ((13.0, 4.6), [["data", "0", "cost"]]),
    2: ((11.0, 8.0), [["data", "0"], ["1", "cost"]]),
    3: ((13.0, 8.0), [["data", "data", "cost"], ["0", "1", "2"]]),
}
# The same without data: the function with the walk on it, where it has one parameter or two.
_OF_FUNCTIONS = {
    1: ((13.0, 4.6), [["function", "0", "cost"]]),
    2: ((12.0, 8.4), [["function", "0"], ["1", "cost"]]),
    3: ((11.0, 8.0), [["0", "1"], ["2", "cost"]]),
}
_OF_MANY_ALONE = ((11.0, 8.0), [["cost"], ["all"]])
_OF_MANY = ((11.0, 8.0), [["data", "cost"], ["all", "all"]])


def plot(
    run: Run, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw a run: data with the line and its residuals, each parameter by step, and the cost by step.

    Of a function of its parameters alone, the function with the walk on it takes the place of the data, where there are no
    more than two parameters. With several inputs the first panel shows predicted against actual values. The cost is drawn as its gap to the
    exact minimum, where that is known, on a log scale: a curve that looks flat has not arrived.

    Parameters
    ----------
    run : Run
    path : str or path, optional
        A .png, .svg or .pdf file to write as well.
    language : str or path, optional
        Of titles, labels and legends; see `symgd.writing.words.words_in`.

    Returns
    -------
    Picture
        A matplotlib Figure in no window and on no global list; a notebook shows it.

    Raises
    ------
    MissingPackage
        Where matplotlib is not installed.
    OutputError
        Where the file cannot be written, or the problem has several scores.
    """
    steps = either("trace.save", "--trace")
    expect_one_score(run.problem, f"write the steps with {steps}, and draw these")
    words = words_in(language)
    size, mosaic = _LAYOUTS.get(len(run.parameters), _OF_MANY)
    if not run.problem.has_examples:
        size, mosaic = _OF_FUNCTIONS.get(len(run.parameters), _OF_MANY_ALONE)
    with picture_for(size, path) as picture:
        _draw(picture, mosaic, run, words)
    return picture


def _draw(picture: Picture, mosaic: list[list[str]], run: Run, words: Words) -> None:
    axes: dict[str, Axes] = picture.subplot_mosaic(mosaic)
    title = plot_words.headline(run, words)
    picture.suptitle(title, x=0.02, ha="left", fontsize=12.5, fontweight="bold")
    if "all" in axes:
        panels.draw_all_parameters(axes["all"], run.trace, words, shades(run.problem))
    else:
        numbers = shades(run.problem)
        for number, name in enumerate(run.parameters):
            panels.draw_parameter(axes[str(number)], run, words, name, numbers[name])
    if "data" in axes:
        panels.draw_data(axes["data"], run, words)
    if "function" in axes:
        from symgd.plots.function_panel import draw_function

        draw_function(axes["function"], run, words)
    least = None if run.exact is None else run.exact.cost
    panels.draw_cost(axes["cost"], run.trace, run.problem.notation.cost, least, words)


# Pictures of one noun each, with their sizes in inches.
_SIZES = {"contour": (8.6, 5.8), "surface": (8.6, 5.8), "slice": (8.6, 5.2)}
KINDS = tuple(_SIZES)
Draw: TypeAlias = Callable[["Picture", Run, Words, Sequence[str] | None], None]


def plot_kind(
    run: Run,
    kind: str,
    path: str | os.PathLike[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    language: Language = None,
) -> Picture:
    """Draw one picture of a run: "contour", "surface" or "slice"; files and errors are as for `plot`.

    Parameters
    ----------
    run : Run
    kind : str
    path : str or path, optional
    parameters : sequence of str, optional
        Two of them, of a slice one; without it, the first that moved. The others are held at the end's values.
    language : str or path, optional
    """
    words = words_in(language)
    draw = {"contour": _contour, "surface": _surface, "slice": _slice}[kind]
    with picture_for(_SIZES[kind], path) as picture:
        draw()(picture, run, words, parameters)
    return picture


def plot_rates(
    runs: Sequence[Run],
    path: str | os.PathLike[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    language: Language = None,
) -> Picture:
    """Draw runs at several learning rates or by several optimizers side by side; files and errors are as for `plot`."""
    words = words_in(language)
    with picture_for((max(8.0, 3.4 * len(runs)), 7.4), path) as picture:
        from symgd.plots.rates_picture import draw_rates

        draw_rates(picture, runs, words, parameters)
    return picture


def _contour() -> Draw:
    from symgd.plots.contour_picture import draw_contour

    return draw_contour


def _surface() -> Draw:
    from symgd.plots.surface_picture import draw_surface

    return draw_surface


def _slice() -> Draw:
    from symgd.plots.slice_picture import draw_slice

    return draw_slice


def plot_trace(
    trace: Trace, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw the parameters and the cost of a trace, by step; files and errors are as for `plot`."""
    words = words_in(language)
    with picture_for((11.0, 4.4), path) as picture:
        parameters, cost = picture.subplots(1, 2)
        panels.draw_all_parameters(parameters, trace, words)
        panels.draw_cost(cost, trace, trace.own["cost"], None, words)
    return picture


def expect_one_score(problem: Problem, remedy: str = "draw what `predict` answers") -> None:
    """Refuse a problem with several targets, which no picture of data shows."""
    if len(problem.targets) > 1:
        raise OutputError("there is no picture of several scores", remedy)


@contextmanager
def picture_for(
    size: tuple[float, float], path: str | os.PathLike[str] | None
) -> Iterator[Picture]:
    """A picture to draw on, which is written when the block ends; a path with another suffix is refused before that."""
    try:
        from symgd.plots.picture import Picture
    except ImportError as error:
        cause, remedy = "matplotlib is not installed", "pip install matplotlib"
        raise MissingPackage.of(error, "matplotlib", cause, remedy) from error
    if path is not None:
        expect_suffix(path, PICTURES)
    picture = Picture(*size)
    with picture.styled():
        picture.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
        yield picture
    if path is not None:
        picture.save(path)
