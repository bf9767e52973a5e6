"""The panels of a descent's picture: data and line, each parameter, and the cost, by step."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from symgd.errors import MissingPackage, OutputError, either
from symgd.files import PICTURES, expect_suffix
from symgd.optimize.run import Run
from symgd.optimize.trace import Trace
from symgd.plots import plot_panels as panels
from symgd.writing.words import Language, Words, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

OWN_PANELS = 3  # up to so many parameters have a panel each


def plot(
    run: Run, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw a run: data with the line and its residuals, each parameter by step, and the cost by step.

    With several inputs the first panel shows predicted against actual values. The cost is drawn as its gap to the
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
    if len(run.problem.targets) > 1:
        raise OutputError(
            "there is no picture of several scores",
            f"write the steps with {either('trace.save', '--trace')}, and draw these",
        )
    words = words_in(language)
    return _made(_size(run), path, lambda picture: _draw(picture, run, words))


def plot_trace(
    trace: Trace, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw the parameters and the cost of a trace, by step; files and errors are as for `plot`."""
    words = words_in(language)

    def draw(picture: Picture) -> None:
        parameters, cost = picture.subplots(1, 2)
        panels.draw_all_parameters(parameters, trace, words)
        panels.draw_cost(cost, trace, trace.own["cost"], None, words)

    return _made((11.0, 4.4), path, draw)


def _made(
    size: tuple[float, float],
    path: str | os.PathLike[str] | None,
    draw: Callable[[Picture], None],
) -> Picture:
    """The picture that is drawn; a path with another suffix is refused before that."""
    try:
        from symgd.plots.picture import Picture
    except ImportError as error:
        raise MissingPackage("matplotlib is not installed", "pip install matplotlib") from error
    if path is not None:
        expect_suffix(path, PICTURES)
    picture = Picture(*size)
    with picture.styled():
        picture.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
        draw(picture)
    if path is not None:
        picture.save(path)
    return picture


def _size(run: Run) -> tuple[float, float]:
    """Width and height in inches."""
    count = len(run.parameters)
    return (13.0, 4.6) if count == 1 else (13.0, 8.0) if count == OWN_PANELS else (11.0, 8.0)


def _draw(figure: Picture, run: Run, words: Words) -> None:
    names = list(run.parameters)
    axes: dict[str, Axes]
    figure.suptitle(
        panels.headline(run, words), x=0.02, ha="left", fontsize=12.5, fontweight="bold"
    )
    if len(names) > OWN_PANELS:
        axes = figure.subplot_mosaic([["data", "cost"], ["all", "all"]])
        panels.draw_all_parameters(axes["all"], run.trace, words)
    else:
        mosaic = {
            1: [["data", "0", "cost"]],
            2: [["data", "0"], ["1", "cost"]],
            3: [["data", "data", "cost"], ["0", "1", "2"]],
        }[len(names)]
        axes = figure.subplot_mosaic(mosaic)
        for number, name in enumerate(names):
            panels.draw_parameter(axes[str(number)], run, words, name, number)
    panels.draw_data(axes["data"], run, words)
    least = None if run.exact is None else run.exact.cost
    panels.draw_cost(axes["cost"], run.trace, run.problem.notation.cost, least, words)
