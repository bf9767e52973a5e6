"""How walks are told apart: by colour, by dash and by marker, the same in every picture, curve and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import Circle, Polygon, Square, Triangle, VGroup, VMobject

from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Palette
from symgd.data.arrays import FloatArray

WIDTH, THIN, THINNEST = 2.8, 1.5, 0.9
MARK = 0.11
BOLD_DOTS = (0.06, 0.08)  # that are seen over other lines
SAMPLE = 0.75  # as long is the piece of a line in a table
SOLID, DASHED, DOTTED, MIXED = (), (0.17, 0.1), (0.04, 0.09), (0.2, 0.09, 0.04, 0.09)


@dataclass(frozen=True)
class WalkLook:
    """One walk's colour, dash (lengths of strokes and gaps by turns; none for a whole line) and marker."""

    colour: str
    dash: tuple[float, ...]
    marker: type[VMobject]

    def line(self, ground: str, *, later: bool = False) -> VMobject:
        """A line without points yet; thin and faint for what came later."""
        return self.step_back(stroke(self.colour, WIDTH), ground, THIN if later else None)

    def step_back(self, line: VMobject, ground: str, width: float | None) -> VMobject:
        """Make a line thin and as faint as it may be; without a width, bold."""
        if width is None:
            return line.set_stroke(width=WIDTH, opacity=1.0)
        if self.dash == BOLD_DOTS:  # gaps make it faint enough
            return line.set_stroke(width=max(width, THIN))
        return line.set_stroke(width=width, opacity=faintest(self.colour, ground))

    def mark(self, ground: str, size: float = MARK) -> VMobject:
        """The marker that stands where the walk is."""
        made = Polygon(*DIAMOND) if self.marker is Polygon else self.marker()
        made.scale_to_fit_height(2 * size)
        return made.set_fill(self.colour, opacity=1).set_stroke(ground, width=1.5)

    def draw(self, line: VMobject, pieces: Sequence[tuple[FloatArray, FloatArray]]) -> VMobject:
        """Give the line these straight pieces, dashed as it is."""
        return drawn(line, dashes(pieces, self.dash))

    def sample(self, ground: str, length: float = SAMPLE) -> VGroup:
        """A piece of the line with its marker, for a table."""
        ends = np.zeros(3), np.array([length, 0.0, 0.0])
        return VGroup(
            self.draw(self.line(ground), [ends]), self.mark(ground).move_to((length / 2, 0, 0))
        )


DIAMOND = ((0, 1, 0), (0.8, 0, 0), (0, -1, 0), (-0.8, 0, 0))


def looks_of(palette: Palette) -> tuple[WalkLook, ...]:
    """The looks that there are, in the order in which they are used."""
    return (
        WalkLook(palette.ink, SOLID, Circle),
        WalkLook(palette.prediction, DASHED, Square),
        WalkLook(palette.third, DOTTED, Triangle),
        WalkLook(palette.intercept, MIXED, Polygon),
    )


def ravine_looks(palette: Palette) -> tuple[WalkLook, ...]:
    """The same with bolder dots, for walks over each other."""
    bolder = [
        replace(look, dash=BOLD_DOTS) if look.dash == DOTTED else look for look in looks_of(palette)
    ]
    return tuple(bolder)


def dashes(
    pieces: Sequence[tuple[FloatArray, FloatArray]], pattern: Sequence[float]
) -> list[tuple[FloatArray, FloatArray]]:
    """The strokes of a pattern along a polyline: corners do not begin it anew."""
    if not pattern:
        return [*pieces]
    made, number, left = [], 0, pattern[0]
    for start, end in pieces:
        length, gone = float(np.linalg.norm(end - start)), 0.0
        while length - gone > 1e-9:
            piece = min(left, length - gone)
            if number % 2 == 0:
                way = (end - start) / length
                made.append((start + way * gone, start + way * (gone + piece)))
            gone, left = gone + piece, left - piece
            if left <= 1e-9:
                number = (number + 1) % len(pattern)
                left = pattern[number]
    return made
