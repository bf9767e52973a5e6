"""DescentTrials: which way the cost falls, asked, and tried out before any derivative tells it."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.descending import descend_words as words
from symgd.animations.descending.descend_gradient import DescentGradient
from symgd.animations.descending.descend_moves import FADE, QUICK
from symgd.animations.descending.descent_map import DescentMap
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.data.arrays import FloatArray

COST_EM, PLATE, MARGIN = 0.34, 0.9, 0.04
SEEN = 0.2  # seconds that a cost is looked at, before the point goes back


class DescentTrials(DescentGradient):
    """Shows a point that goes a little each way, the line that goes with it, and what either costs."""

    reach: float  # how far the parameter is tried
    costs: list[float]  # of less, and of more
    answers = False  # whether the trials answer the question
    answered = False  # and have done so

    def try_both(self) -> None:
        """What a little less and a little more of the parameter that is asked about cost."""
        picture = DescentMap(self.stage, self.places.point, self.story)
        index = words.asked_about(self.story)
        for reach in picture.reaches(index):  # as far as the line stays in view
            both = [picture.tried(index, way * reach) for way in (-1.0, 1.0)]
            self.reach = reach
            if self._keeps(both):
                self.trials = both
                break
        both = [picture.tried(index, way * self.reach) for way in (-1.0, 1.0)]
        self.costs = [self.story.cost_of(values.tolist()) for values in both]
        down, up = self.costs if self.story.gradient(0)[index] > 0 else self.costs[::-1]
        self.answers = bool(down < self.story.cost[0] < up)

    def _keeps(self, both: list[FloatArray]) -> bool:
        """Whether the line is in view with all of the parameters; what is no line always is."""
        if self.story.form not in ("line", "curve"):
            return True
        fit = FitPicture(self.stage, self.places.fit, self.story, both)
        return all(map(fit.shows, both))

    def show_which_way(self) -> None:
        """Arrows that ask."""
        self.set_heading(words.which_way_asked(self.story))
        self.arrow = self.point.asking(words.asked_about(self.story), self.reach)
        self.play(FadeIn(self.arrow))

    def show_tried(self) -> None:
        """The point goes along each arrow, and the cost there takes the place of the question mark."""
        index = words.asked_about(self.story)
        for number, (way, cost) in enumerate(zip((-1.0, 1.0), self.costs, strict=True)):
            there = self.point.tried(index, way * self.reach)
            if np.isfinite(cost):
                self._try(there, cost, number, index)
        answer = words.which_way_answered(self.story)
        if answer is not None and self.answers:
            self.answered = True
            self.set_heading(answer)

    def _try(self, there: FloatArray, cost: float, number: int, index: int) -> None:
        """There, and back."""
        self._tried_from(self.story.parameters[0], there, FADE)
        mark, way = 2 * number + 1, 2.0 * number - 1
        old, palette = self.arrow[mark], self.stage.palette
        end = self.point.dot.get_center()
        said = self.stage.formula(numeral(cost), em=COST_EM).set_fill(palette.error)
        said = self.point.beside(said, end, index, way)
        new = VGroup(
            BackgroundRectangle(said, color=palette.ground, fill_opacity=PLATE, buff=MARGIN), said
        )
        self.play(FadeOut(old), run_time=QUICK)
        self.remove(old, *old)
        self.arrow.submobjects[mark] = new
        self.play(FadeIn(new), run_time=QUICK)
        self.wait(SEEN)
        self._tried_from(there, self.story.parameters[0], QUICK)
        self.show_started()

    def _tried_from(self, start: FloatArray, end: FloatArray, seconds: float) -> None:
        """Point and line go from some parameters to others."""
        fit = self.fit

        def tried(part: float) -> None:
            values = (1 - part) * start + part * end
            self.point.try_out(values)
            if fit is not None:
                fit.show_values(values)

        moves = [UpdateFromAlphaFunc(self.point.live, lambda _, part: tried(part))]
        if fit is not None:
            moves.append(UpdateFromAlphaFunc(fit.live, lambda _, part: None))
        self.play(*moves, run_time=seconds)

    def show_started(self) -> None:
        """All is as it is at the start, to the last digit."""
        self.point.show(0.0)
        if self.fit is not None:
            self.fit.show(0.0)
