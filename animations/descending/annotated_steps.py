"""StepMoves: the steps after the first in the lesson `annotated_update`.

Laws
----
- when the dot has come, the next position is the position now, and gradient and arrows are those of this place
- no number of an earlier step is left beside a dot that has moved on
"""

from __future__ import annotations

from manim import FadeIn, FadeOut, ReplacementTransform, TransformFromCopy, VGroup

from symgd.animations.descending.annotated_ghosts import GhostMoves
from symgd.animations.descending.annotated_lines import STAGES
from symgd.animations.descending.annotated_moves import (
    DOWNHILL,
    FADE,
    MOVE,
    NEXT,
    NOW,
    QUICK,
    RATE,
    UPHILL,
)
from symgd.animations.descending.step_bars import StepBars


class StepMoves(GhostMoves):
    """A scene in which the dot goes on, and what is said of it goes with it."""

    bars: StepBars

    def say_next(self, step: int, seconds: float) -> None:
        """What the lines come to goes to the callout of the next position, and a ring marks it."""
        values = self.next_values = self.values_after(step)
        flown = {id(item) for item in values.items}
        rest = [part for part in values if id(part) not in flown]
        if rest:
            self.play(FadeIn(*rest), run_time=seconds / 4)
        for result, item in zip(self.results, values.items, strict=True):
            self.play(TransformFromCopy(result[1], item), run_time=seconds)
        self.settle(values)

    def arrive(self, step: int) -> None:
        """The dot has come: its place is the position now, and the slopes there are the gradient."""
        now, slopes = self.callout(NOW), self.callout(UPHILL)
        place, slope = now.renewed(self.place(step)), slopes.renewed(self.terms(UPHILL, step))
        written = [self.numbers, self.results, self.lines.tall_heads] if len(self.numbers) else []
        coming, above = self.next_values, self.callout(NEXT).title
        if len(coming) and float(coming.get_top()[1]) < float(above.get_bottom()[1]):
            self.play(FadeOut(coming), run_time=QUICK)  # else it would pass its own name
            coming = VGroup()
        old = [now.values, slopes.values, *written, *self._over()]
        self.play(FadeOut(*old), *([] if len(coming) else [FadeIn(place)]), run_time=FADE)
        if len(coming):
            self.play(ReplacementTransform(coming, place), run_time=FADE)
        now.values, slopes.values = place, slope
        self.numbers = self.results = VGroup()
        changes = [FadeIn(slope), *self.turned_looks(step)]
        if self.story.varies and step < self.story.singly:
            rate = self.callout(RATE)
            other = rate.renewed(self.terms(RATE, step))
            changes += [FadeOut(rate.values), FadeIn(other)]
            rate.values = other
        self.play(*changes, run_time=FADE)
        self.speak(NOW, UPHILL, DOWNHILL, RATE)  # there is no next position yet

    def _over(self) -> list[VGroup]:
        """What told where the step would end."""
        there = [self.arrow, self.ring]
        self.arrow, self.next_values = VGroup(), VGroup()
        return [each for each in there if each in self.mobjects and len(each.get_family()) > 0]

    def renew(self, step: int, seconds: float) -> None:
        """New arithmetic, and a new move."""
        self.fill_lines(step, seconds)
        self.hold_all(step + 1)
        self.point_to(step)
        self.ring = self.rings(step + 1)
        self.play(FadeIn(self.ring), run_time=QUICK)
        self.say_next(step + 1, seconds / 2)
        self.follow(step, step + 1, seconds)
        self.arrive(step + 1)

    def go_on(self, step: int) -> None:
        """A further step, its length among the others."""
        self.hold_all(step + 1)
        self.point_to(step)
        self.play(FadeIn(self.bars.rows[step]), run_time=QUICK)
        self.ring = self.next_values = VGroup()
        self.follow(step, step + 1, MOVE)
        self.arrive(step + 1)

    def point_to(self, step: int) -> None:
        """The arrow of a step, on the map and from near."""
        pictures = [self.point] if self.close is None else [self.point, self.close.lens]
        self.arrow = VGroup(*(each.arrows(step)[1] for each in pictures))
        self.play(FadeIn(self.arrow), run_time=QUICK)
        for each in pictures:
            self.remove(each.live)
            self.add(each.live)

    def show_bars(self) -> None:
        """The lengths of the steps that were made take the place of the lines."""
        self.play(FadeIn(*self.bars.title, *self.bars.rows[:2]), run_time=FADE)

    def fill_lines(self, step: int, seconds: float) -> None:
        """The lines of a step: one symbol after the other has its number, in all lines at once, its part lit."""
        indices = range(len(self.story.names))
        self.numbers = VGroup(*(self.lines.numbers(index, step) for index in indices))
        self.results = VGroup(*(self.lines.result(index, step) for index in indices))
        found = [[made.glyphs(path) for made in self.numbers] for path in STAGES]
        flown = {id(glyph) for several in found for glyphs in several for glyph in glyphs}
        rest = VGroup(*(g for made in self.numbers for g in made if id(g) not in flown))
        self.play(FadeIn(self.lines.tall_heads, rest), run_time=seconds / 3)
        for number, several in zip((NOW, RATE, UPHILL), found, strict=True):
            self.speak(number)
            self.play(FadeIn(*several), run_time=seconds / 2)
        self.speak(NEXT)
        self.play(FadeIn(self.results), run_time=seconds / 2)
        self.remove(rest, *(glyph for made in self.numbers for glyph in made))
        self.add(self.numbers)
        self.speak()
