"""What pictures have in common: title, marks of start and minimum, and axes' names, each in its parameter's colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from symgd.plots import plot_panels as panels
from symgd.plots import plot_words
from symgd.problem.problem import Problem
from symgd.problem.shades import shades
from symgd.terms import Symbol
from symgd.writing.formulas.text import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.plots.picture import Picture

# How the exact minimum and the start are marked, in every picture.
STAR: Mapping[str, Any] = {
    "marker": "*",
    "ms": 15,
    "color": panels.PREDICTION,
    "mec": "white",
    "ls": "",
    "zorder": 6,
}
START: Mapping[str, Any] = {
    "marker": "o",
    "ms": 9,
    "mfc": "white",
    "mec": panels.DATA,
    "mew": 1.8,
    "ls": "",
    "zorder": 6,
}
SIZE, LETTERS = 11.5, 10.0  # of a title, and how many of its letters an inch has
SUBSCRIPT = 2  # letters: longer ones are words


def entitle(picture: Picture, said: str) -> None:
    """The picture's title, in letters that are small enough for its width."""
    size = SIZE * min(1.0, picture.get_figwidth() * LETTERS / max(1, len(said)))
    picture.suptitle(said, x=0.02, ha="left", fontsize=size, fontweight="bold")


def explain(
    axes: Axes, lines: Iterable[str] = (), *, place: tuple[float, float] = (1.01, 1.0)
) -> None:
    """What is drawn, above the axes, and the legend beside them."""
    axes.legend(loc="upper left", bbox_to_anchor=place, handlelength=1.6)
    told = "\n".join(plot_words.plain(line, 110) for line in lines)
    if told:
        axes.set_title(told)


def letter(name: str) -> str:
    """A parameter as its formula prints it, θ₁ for theta_1; a name of whole words as it is written.

    Examples
    --------
    >>> letter("theta_1"), letter("rate_of_growth")
    ('θ₁', 'rate_of_growth')
    """
    words = len(name.partition("_")[2]) > SUBSCRIPT
    return plot_words.plain(name if words else text(Symbol(name)))


def coloured(problem: Problem, name: str) -> Mapping[str, Any]:
    """How the label of a parameter's axis is drawn."""
    colour = panels.SERIES[shades(problem)[name] % len(panels.SERIES)]
    return {"color": colour, "fontweight": "bold", "fontsize": 11}
