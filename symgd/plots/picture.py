"""Picture: a figure that a notebook shows by itself, and that is saved as its file's name ends."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from symgd.files import PICTURES, expect_suffix, write_bytes
from symgd.plots import plot_panels as panels
from symgd.plots.letters import in_all_letters

DPI = 150
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
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": panels.GRID,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "svg.hashsalt": "symgd",
    **dict.fromkeys(("axes.facecolor", "figure.facecolor", "savefig.facecolor"), panels.GROUND),
    **dict.fromkeys(("axes.edgecolor", "axes.labelcolor", "text.color"), panels.DATA),
    **dict.fromkeys(("xtick.color", "ytick.color"), panels.DATA),
}


class Picture(Figure):
    """A figure in no window and on no global list; notebooks show it, with ``%matplotlib inline`` or without."""

    lacking = ""  # letters of the last file that no font of this machine has

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), dpi=DPI)
        FigureCanvasAgg(self)

    @staticmethod
    @contextmanager
    def styled() -> Iterator[None]:
        """Draw in our style, whatever the reader's own settings are."""
        with mpl.rc_context(_STYLE):
            yield

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a .png, .svg or .pdf file; answers where it is."""
        write_bytes(path, self.written(expect_suffix(path, PICTURES)[1:]))
        return Path(path)

    def written(self, kind: str = "png") -> bytes:
        """What a file of this picture holds; `lacking` has the letters for which there are boxes in it."""

        def draw() -> bytes:
            file = io.BytesIO()
            self.savefig(file, format=kind, dpi=DPI, metadata=_METADATA[kind])
            return file.getvalue()

        with self.styled():
            content, self.lacking = in_all_letters(self, draw)
        return content

    def _repr_png_(self) -> bytes:
        return self.written()
