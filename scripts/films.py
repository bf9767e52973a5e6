"""What README shows of the films, made anew: python scripts/films.py [FOLDER]"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from symgd import Problem
from symgd.animations import Quality, render
from symgd.optimize.example import LESSON, demo_problem, points

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SMALL, LARGE = Quality(640, 360, 8), Quality(1280, 720, 8)
STEPS = (
    "the first step",
    "further steps",
    "a parameter turns",
    "fast motion",
    "are we there",
    "the gap",
)


def film(folder: Path) -> list[Path]:
    """The steps of a descent as a moving picture, and the last picture of a derivation."""
    problem = demo_problem(Problem)
    run = problem.descend(*points(), **LESSON)
    with TemporaryDirectory() as beside:  # captions lie beside a film, and are in the picture here
        moving, still = Path(beside, "descend.gif"), Path(beside, "derive_gradient.png")
        said = {"quality": SMALL, "section": STEPS, "burn_captions": True}
        render("descend", problem, run, output=moving, **said)
        render("derive_gradient", problem, output=still, quality=LARGE)
        Image.open(still).convert("RGB").quantize(256).save(still, optimize=True)
        return [Path(shutil.copy(each, folder / each.name)) for each in (moving, still)]


if __name__ == "__main__":
    for path in film(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES):
        print(path)
