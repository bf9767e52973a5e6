"""The pictures of docs/functions.md, drawn anew: python scripts/pictures.py [FOLDER]"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from symgd import Problem

X, Y = [1, 2, 3], [1.2, 1.8, 3.4]
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def draw(folder: Path) -> list[Path]:
    """Every picture of the page, written into a folder."""
    line, slope = Problem("a*x + b"), Problem("a*x")
    run = line.descend(
        X, Y, learning_rate=0.06, start={"a": 0.2, "b": 0.5}, max_iter=100, tolerance=0
    )
    alone = slope.descend(X, Y, learning_rate=0.03, max_iter=20, tolerance=0)
    run.plot("contour", folder / "contour.png")
    run.plot("surface", folder / "surface.png")
    alone.plot("slice", folder / "slice.png")
    line.plot_rates(X, Y, path=folder / "rates.png")
    line.analyse(X, Y).plot(folder / "ravine.png")
    line.grid(X, Y, a=(0, 2, 41), b=(-1, 1, 41)).plot(folder / "grid.png")
    names = ("contour", "surface", "slice", "rates", "ravine", "grid")
    pictures = [folder / f"{name}.png" for name in names]
    for picture in pictures:  # as many colours as can be told apart, for a small file
        Image.open(picture).convert("RGB").quantize(64).save(picture, optimize=True)
    return pictures


if __name__ == "__main__":
    for path in draw(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES):
        print(path)
