"""The four panels of a descent: data and line, each parameter, and the cost, by step."""

from __future__ import annotations

import os
import warnings
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from symgd.errors import MissingPackage, OutputError
from symgd.files import replacing
from symgd.optimize.run import Run
from symgd.plots import plot_panels as panels
from symgd.writing.words import Language, Words, words_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


FORMATS = ("png", "svg", "pdf")
DPI = 150
OWN_PANELS = 3  # up to so many parameters have a panel each
# A picture says the same again: no date in the file.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
_STYLE: dict[str, Any] = {
    "text.usetex": False,
    "font.family": ["sans-serif"],
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": panels.DATA,
    "axes.labelcolor": panels.DATA,
    "axes.facecolor": panels.GROUND,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": panels.GRID,
    "grid.linewidth": 0.7,
    "text.color": panels.DATA,
    "xtick.color": panels.DATA,
    "ytick.color": panels.DATA,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "figure.facecolor": panels.GROUND,
    "savefig.facecolor": panels.GROUND,
    "svg.hashsalt": "symgd",
}


def plot(
    run: Run, path: str | os.PathLike[str] | None = None, *, language: Language = None
) -> Figure:
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
    matplotlib.figure.Figure
        In no window and on no global list; a notebook shows it.

    Raises
    ------
    MissingPackage
        Where matplotlib is not installed.
    OutputError
        Where the file cannot be written, or the problem has several scores.
    """
    kind, words = _format_of(path), words_in(language)
    if len(run.problem.targets) > 1:
        raise OutputError(
            "there is no picture of several scores",
            "write the steps with trace.to_csv, and draw these",
        )
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPackage("matplotlib is not installed", "pip install matplotlib") from error
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
        figure = Figure(figsize=_size(run), dpi=DPI)
        FigureCanvasAgg(figure)
        _draw(figure, run, words)
        if path is not None and kind is not None:
            with replacing(path) as beside:
                figure.savefig(beside, format=kind, dpi=DPI, metadata=_METADATA[kind])
    return figure


def _format_of(path: str | os.PathLike[str] | None) -> str | None:
    """The format that a path's suffix names."""
    if path is None:
        return None
    suffix = PurePath(path).suffix[1:].lower()
    if suffix not in FORMATS:
        shown = f'"{suffix}"' if suffix else "no suffix"
        expected = ", ".join(f".{name}" for name in FORMATS)
        raise OutputError(
            f"{os.fspath(path)}: {shown} is not a picture format", f"expected {expected}"
        )
    return suffix


def _size(run: Run) -> tuple[float, float]:
    """Width and height in inches."""
    count = len(run.parameters)
    return (13.0, 4.6) if count == 1 else (13.0, 8.0) if count == OWN_PANELS else (11.0, 8.0)


def _draw(figure: Figure, run: Run, words: Words) -> None:
    names = list(run.parameters)
    axes: dict[str, Axes]
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
    figure.suptitle(
        panels.headline(run, words), x=0.02, ha="left", fontsize=12.5, fontweight="bold"
    )
    if len(names) > OWN_PANELS:
        axes = figure.subplot_mosaic([["data", "cost"], ["all", "all"]])
        panels.draw_all_parameters(axes["all"], run, words)
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
    panels.draw_cost(axes["cost"], run, words)
