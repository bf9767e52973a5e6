"""SmallFit: data and prediction beside a map, where nothing said before that the prediction is out of view."""

from __future__ import annotations

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.fit_picture import GONE, GONE_EM, FitPicture

HIGH, ABOVE = 0.35, 0.12  # of the words
REACH = 3.0  # a first line that is far below the data is to be seen too


class SmallFit(FitPicture):
    """`FitPicture` in a small zone of its own."""

    reach = REACH

    def _gone(self) -> Typeset:
        """At the top or the bottom of the box, where fewer points are."""
        box = self.panel.box
        words = self.panel.stage.sentence(GONE[self.story.form], em=GONE_EM).at_most(box.width)
        heights = [float(point.get_center()[1]) for point in self.points]
        low = sum(height < box.bottom + HIGH for height in heights)
        high = sum(height > box.top - HIGH for height in heights)
        line = box.bottom + ABOVE if low <= high else box.top - HIGH
        return words.put(box.right - words.width, line)
