"""DescentGradient: the partial derivatives become an arrow uphill, the minus turns it, and the rate makes it a step."""

from __future__ import annotations

from manim import PI, FadeIn, FadeOut, ReplacementTransform, Rotate, VGroup

from symgd.animations.descending import descend_words as words
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descend_updates import DescentUpdates
from symgd.animations.descending.gradient_legs import GradientLegs
from symgd.animations.descending.path_names import PathNames
from symgd.animations.formulas.number_flight import emerging


class DescentGradient(DescentUpdates):
    """Shows which way is up, which way is down, and how far a step goes."""

    arrow_scale: VGroup = VGroup()  # how it is drawn

    def show_uphill(self) -> None:
        """Each derivative as an arrow along its scale, their sum, and that turned round."""
        legs = GradientLegs(self.point)
        self.arrow, self.arrow_name = VGroup(), VGroup()
        if not legs.times or not len(legs.arrow(1.0)):
            self.turn()
            return
        parts = self._show_legs(legs) if legs.has_legs else []
        self.arrow = legs.arrow(1.0)
        self.arrow_scale = legs.scale()
        self.play(FadeIn(self.arrow), FadeIn(self.arrow_scale), run_time=FADE)
        if parts:
            self.play(*map(FadeOut, parts), run_time=QUICK)
            self.remove(*(piece for part in parts for piece in part))
        self._name(1.0, rated=False)
        self.turn()
        self.play(FadeOut(self.arrow_name), run_time=QUICK)
        about = self.point.dot.get_center()
        self.play(Rotate(self.arrow, PI, about_point=about), run_time=MOVE)
        self._name(-1.0, rated=False)

    def _show_legs(self, legs: GradientLegs) -> list[VGroup]:
        """The two parts from the start, each with its number; then the second goes on where the first ends."""
        first, second = self.story.axes
        made, shown = [], []
        for index in (first, second):
            leg = legs.leg(index)
            label = legs.label(index, leg)
            self.play(FadeIn(leg), emerging(self.values[index].value, label), run_time=FADE)
            made.append(leg)
            shown += [leg, label]
        there = legs.moved(made[1], made[0])
        shift = there.get_center() - made[1].get_center()
        beside = legs.label(second, there).get_center() - shown[3].get_center()
        self.play(made[1].animate.shift(shift), shown[3].animate.shift(beside), run_time=FADE)
        return shown

    def _name(self, sign: float, *, rated: bool) -> None:
        """What the arrow is, beside it."""
        named = PathNames(self.point, self.director).arrow(sign, self.arrow, rated=rated)
        self.arrow_name = named
        self.play(FadeIn(named), run_time=FADE)

    def show_rate(self) -> None:
        """Where the descent is and the rate, above the slopes; the arrow becomes as long as the step."""
        self.set_heading(words.ONE_STEP)
        self.gather()
        down = self.point.arrow(-1.0)
        if len(self.arrow):
            self.play(FadeOut(self.arrow_name, self.arrow_scale), run_time=QUICK)
            self.remove(self.arrow_name, self.arrow_scale)
        if len(self.arrow) and len(down):
            self.play(ReplacementTransform(self.arrow, down), run_time=MOVE)
            self.arrow = down
            self._name(-1.0, rated=True)
        elif len(self.arrow):
            self.play(FadeOut(self.arrow), run_time=QUICK)
            self.arrow = VGroup()
