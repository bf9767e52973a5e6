"""The panels of a descent's picture: data and line, each parameter, and the cost, by step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symgd.errors import MissingPackage, OutputError, either
from symgd.files import PICTURES, expect_suffix
from symgd.optimize.run import Run, Trace
from symgd.plots import plot_panels as panels
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
_OF_MANY = ((11.0, 8.0), [["data", "cost"], ["all", "all"]])


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
    size, mosaic = _LAYOUTS.get(len(run.parameters), _OF_MANY)
    with new_picture(size, path) as picture:
        _draw(picture, mosaic, run, words)
    return picture


def _draw(picture: Picture, mosaic: list[list[str]], run: Run, words: Words) -> None:
    axes: dict[str, Axes] = picture.subplot_mosaic(mosaic)
    title = panels.headline(run, words)
    picture.suptitle(title, x=0.02, ha="left", fontsize=12.5, fontweight="bold")
    if "all" in axes:
        panels.draw_all_parameters(axes["all"], run.trace, words)
    else:
        for number, name in enumerate(run.parameters):
            panels.draw_parameter(axes[str(number)], run, words, name, number)
    panels.draw_data(axes["data"], run, words)
    least = None if run.exact is None else run.exact.cost
    panels.draw_cost(axes["cost"], run.trace, run.problem.notation.cost, least, words)


def plot_trace(
    trace: Trace, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Picture:
    """Draw the parameters and the cost of a trace, by step; files and errors are as for `plot`."""
    words = words_in(language)
    with new_picture((11.0, 4.4), path) as picture:
        parameters, cost = picture.subplots(1, 2)
        panels.draw_all_parameters(parameters, trace, words)
        panels.draw_cost(cost, trace, trace.own["cost"], None, words)
    return picture


@contextmanager
def new_picture(
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
