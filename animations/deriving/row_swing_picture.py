"""The data row by row, and what a model with several inputs says of each: no line, a mark for each prediction."""

from __future__ import annotations

import numpy as np

from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

ROWS = 8
HALF = 0.28  # of the way from row to row: half of a mark's length


class RowSwingPicture(SwingPicture):
    """Rows beside each other, each with its target and its prediction."""

    most = ROWS

    def _across(self) -> FloatArray:
        return np.arange(1.0, len(self.columns[0]) + 1)

    def _reach_across(self) -> list[float]:
        return [1.0 - HALF, *self.xs.tolist(), len(self.xs) + HALF]

    def _x_label(self) -> Label:
        return message("row")

    @property
    def _turns_near(self) -> bool:
        return False

    def pieces(self, values: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """A mark at each row's prediction."""
        made = []
        for x, said in zip(self.xs.tolist(), self.said(values).tolist(), strict=True):
            if np.isfinite(said):
                made += self.panel.segments([x - HALF, x + HALF], [said, said])
        return made
