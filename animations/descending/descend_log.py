"""DescentLog: the cost's curve goes from an even scale to a log one, and then its steps make room for all that follow."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    Create,
    FadeIn,
    FadeOut,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    smooth,
    squish_rate_func,
)

from symgd.animations.descending.descend_exchange import DescentExchange
from symgd.animations.descending.descend_moves import FADE, QUICK
from symgd.animations.descending.descend_panels import StepCurve, log_panel
from symgd.animations.formulas.numerals import Scale
from symgd.animations.staging.lesson import leaving

BENT, STRETCHED = 1.6, 1.5  # seconds
LATER = 0.5, 1.0  # of that time, in which the new heights are written


class DescentLog(DescentExchange):
    """Shows the same steps on other scales, and another rate's beside them; the curve is never gone."""

    logs = False  # whether the log scale is shown

    def show_log(self) -> None:
        """Each step goes to its height on a log scale; the steps stay where they are."""
        self.logged = self.story.steps
        new = log_panel(self.stage, self.story, self.curve_zone, self.logged)
        assert new is not None
        new.show(self.story.steps)
        old = self.curve
        heights = VGroup(old.panel.scales[1], old.panel.y_label, *old.panel.footnote)
        self._unmark(heights)
        start, end = old.places(), new.places()

        def bent(part: float) -> None:
            pairs = zip(start, end, strict=True)
            old.through([(1 - part) * here + part * there for here, there in pairs])

        come = VGroup(new.panel.scales[1], new.panel.y_label, *new.panel.footnote)
        self.play(
            UpdateFromAlphaFunc(old.live, lambda _, part: bent(part)),
            FadeIn(come, rate_func=squish_rate_func(smooth, *LATER)),
            run_time=BENT,
        )
        self.remove(come, *come)
        self._replace(new)

    def show_wider(self) -> None:
        """The scale of steps stretches, and that of the cost with it, to hold all that follow."""
        new = log_panel(self.stage, self.story, self.curve_zone, self.story.last)
        if new is None:
            return
        new.show(self.story.steps)
        self.logged, old = self.story.last, self.curve
        if not old.panel.y.log:
            self._unmark(VGroup())
            self._replace(new)
            return
        x, y, wide, high = old.panel.x, old.panel.y, new.panel.x, new.panel.y
        seen = VGroup(*old.whole)

        def stretched(part: float) -> None:
            old.on(
                Scale(0.0, _between(x.high, wide.high, part), whole=True),
                Scale(_between(y.low, high.low, part), _between(y.high, high.high, part), log=True),
            )
            if not len(new.dots):  # so many steps have no dots
                old.dots.set_fill(opacity=1 - part)
            seen.submobjects = [*old.whole]

        self.remove(old.whole, *old.whole)
        self.add(seen)
        self.play(UpdateFromAlphaFunc(seen, lambda _, part: stretched(part)), run_time=STRETCHED)
        self.remove(seen, *seen)
        self._replace(new)

    def show_other_rate(self) -> None:
        """The curve of the better rate, dashed, and at each curve its rate."""
        values, best = self.director.at_better_rate, self.director.better_rate
        assert values is not None
        assert best is not None
        own = self.curve.beside(self.story.run.learning_rate, self.story.rate)
        self.play(FadeIn(own), run_time=FADE)
        ghost = self.curve.ghost(values)
        self.play(Create(ghost, rate_func=linear), run_time=STRETCHED)
        other = self.curve.beside(best, self.story.rate, values)
        self.play(FadeIn(other), run_time=FADE)
        self.marks.add(own, ghost, other)

    def _unmark(self, more: VGroup) -> None:
        """What marks the curve leaves, and what was said of it, and `more`; the cross in the plane stays."""
        gone: list[Any] = [each for each in (*self.marks[1:], more) if len(each)]
        leave = [*map(FadeOut, gone), *leaving(self.asked)]
        if leave:
            self.play(*leave, run_time=QUICK if len(more) else FADE)
        self.remove(self.marks, *self.marks, *more)
        self.asked, self.marks = None, VGroup(*self.marks[:1])
        self.add(*self.marks)

    def _replace(self, new: StepCurve) -> None:
        """One curve takes the place of another, which looks alike."""
        old = self.curve
        self.remove(old.whole, old.panel.drawing, *old.panel.drawing, old.live, *old.live)
        self.remove(*old.panel.scales)
        self.add(new.panel.drawing, new.live)
        self.curve = new


def _between(low: float, high: float, part: float) -> float:
    """On the way from one end of a scale to another, by equal factors."""
    return float(np.exp((1 - part) * np.log(low) + part * np.log(high)))
