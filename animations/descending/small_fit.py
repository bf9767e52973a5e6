"""SmallFit: data and prediction beside a map, where nothing said before that the prediction is out of view."""

from __future__ import annotations

import numpy as np

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.fit_picture import GONE, GONE_EM, FitPicture
from symgd.data.arrays import FloatArray

HIGH, ABOVE = 0.35, 0.12  # of the words
REACH = 3.0  # a first line that is far below the data is to be seen too


class SmallFit(FitPicture):
    """`FitPicture` in a small zone of its own."""

    reach = REACH

    def _gone(self) -> Typeset:
        box = self.panel.box
        words = self.panel.stage.sentence(GONE[self.story.form], em=GONE_EM).at_most(box.width)
        return words.put(box.right - words.width, box.bottom + ABOVE)

    def show_values(self, values: FloatArray, *, residuals: bool = True) -> FitPicture:
        """As any fit; the words stand on the side to which no residual goes."""
        super().show_values(values, residuals=residuals)
        if self.gone.get_fill_opacity():
            rest = self.predict(values, self.inputs) - self.actual
            box = self.panel.box
            height = box.bottom + ABOVE if np.nansum(np.sign(rest)) >= 0 else box.top - HIGH
            self.gone.put(box.right - self.gone.width, height)
        return self
