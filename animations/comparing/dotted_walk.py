"""DottedWalk: a long zigzag as its first steps, and then dots along its middle: drawn whole it would be a solid area."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.animations.comparing.paths_picture import CORNERS, STEPS, PathsPicture
from symgd.animations.comparing.walk_looks import BOLD_DOTS, THIN, dashes
from symgd.animations.pictures.plot_panel import drawn
from symgd.data.arrays import FloatArray, spread


class DottedWalk(PathsPicture):
    """Walks on a map, with banks in no case."""

    def _show_banks(
        self, number: int, places: Sequence[tuple[float, float]], clock: FloatArray
    ) -> None:
        """What comes after the first steps: of a zigzag its middle, dotted, and any other way as it is."""
        if self.single or not self.zigzags(number) or len(places) <= STEPS + 1:
            super()._show_banks(number, places, clock)
            return
        whole = len(places) - (float(clock[-1]) % 1 > 0)  # between two steps there is no middle yet
        corners = np.array(places[STEPS - 1 : whole])
        middle = (corners[1:] + corners[:-1]) / 2
        kept = middle[spread(len(middle), CORNERS)]
        pieces = self.panel.segments(*kept.T.tolist())
        line = self.later[number].set_stroke(width=2 * THIN, opacity=1.0)
        drawn(line, dashes(pieces, BOLD_DOTS))
