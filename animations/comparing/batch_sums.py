"""BatchSums: arrows go head to tail while their numbers are added up, and their mean is the batch's arrow."""

from __future__ import annotations

import numpy as np
from manim import (
    Animation,
    FadeIn,
    FadeOut,
    Transform,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.batch_arrows import FADE, SLOW, BatchArrows
from symgd.animations.comparing.batch_lines import MOVE
from symgd.data.arrays import FloatArray, spread
from symgd.writing.words import Message, message

TURN, LEAST_TURN, SHRINK = 0.7, 0.3, 1.9  # seconds for a row, and for the sum's division
STOPS = 10  # sums so far that are written while many rows' arrows go head to tail
WHOLE = 3.0  # the width of the dashed arrow from the first one's beginning to the last one's tip


class BatchSums(BatchArrows):
    """Head to tail with the numbers, row by row: their sum, divided by how many they are."""

    def show_mean(self) -> None:
        """The rule, the arrows head to tail with the sum so far; then their mean."""
        self.change_formulas(self.mean_lines())
        self.play(FadeOut(self.tip_names), run_time=FADE)
        self.add(self.swing.ring.set_stroke(self.stage.palette.ink))
        self.swing.lit(self.stage.palette.ink)
        if self.story.is_chained_whole:
            self.chain_whole()
        else:
            self.chain_short()
        self.remove(self.swing.ring)
        self.turn()
        self.set_heading(words.there())

    # ---------------------------------------------------------------------------------------------
    # Few rows: their whole arrows, and then so many times shorter

    def chain_whole(self) -> None:
        """Row by row a frame, an arrow to the end of the last one, the model along with its tip, and the sum so far."""
        count, story = self.story.rows, self.story
        self.renote(words.head_to_tail())
        total, frame = np.zeros(len(self.names)), self.grid.ring(self.rows[0])
        self.play(FadeIn(frame), run_time=FADE / 2)
        shown = VGroup()
        for row in range(count):
            total = total + self.entries(story.singles[row])
            if row:
                self.play(Transform(frame, self.grid.ring(self.rows[row])), run_time=FADE / 2)
            self.play(*self.chaining(1.0, row, row + 1, story.sums[row]), run_time=TURN)
            shown = self.write_sum(shown, message("sum"), total)
        self.play(FadeOut(frame), run_time=FADE / 2)
        self.rows.append(shown)
        self.turn()
        self.shrink(shown)

    def chaining(self, size: float, start: float, end: float, tip: FloatArray) -> list[Animation]:
        """So many arrows more go behind the last one, and the model to the tip."""
        group, bundle, count = self.bundle.whole, self.bundle, self.story.rows

        def chain(mobject: VGroup, part: float) -> None:
            mobject.become(bundle.chained(size, (start + part * (end - start)) / count))

        return [UpdateFromAlphaFunc(group, chain), self.swing.to(tip)]

    def write_sum(self, old: VGroup, name: Message, total: FloatArray) -> VGroup:
        """The sum so far in the place of the one before."""
        new = self.grid.row(self.below + self.story.is_sum, name, total.tolist())
        self.remove(old, *old.get_family())
        self.play(FadeIn(new), run_time=FADE / 2)
        return new

    def shrink(self, total: VGroup) -> None:
        """The arrow of the sum, and all so many times shorter: as they shrink, the sum's numbers are divided."""
        story, count = self.story, self.story.rows
        start = self.panel.position(*self.spot(story.place, (count + 1) / 2))
        group, bundle = self.bundle.whole, self.bundle
        whole = VGroup(self.sum_arrow(start, 1.0))
        self.play(FadeIn(whole), run_time=FADE)
        self.arrows_left.append(whole)
        mean = self.grid.row(
            self.below + 1, message("÷ {count}", count=count), self.entries(self.mean)
        )
        self.renote(words.shorter(count))
        self.play(FadeIn(mean[0]), run_time=FADE / 2)

        def shorten(mobject: VGroup, part: float) -> None:
            mobject.become(bundle.chained(1 - part + part / count, 1.0))

        def shorten_whole(mobject: VGroup, part: float) -> None:
            mobject.become(VGroup(self.sum_arrow(start, 1 - part + part / count)))

        self.play(
            UpdateFromAlphaFunc(group, shorten),
            UpdateFromAlphaFunc(whole, shorten_whole),
            self.swing.to(story.tip(self.mean)),
            *(TransformFromCopy(a, b) for a, b in zip(total[1], mean[1], strict=True)),
            run_time=SHRINK,
        )
        self.rows.append(mean)
        self.compare(mean)

    def sum_arrow(self, start: FloatArray, size: float) -> VGroup:
        """From where the arrows begin to the last one's tip, so many times as long."""
        ends = self.bundle.ends - self.bundle.starts
        end = start + size * ends.sum(axis=0)
        return arrow(start, end, self.stage.palette.ink, WHOLE, dashed=True)

    def compare(self, row: VGroup) -> None:
        """A frame round the mean, or the sum, and the batch's own numbers."""
        self.ring = self.grid.ring(row, self.batch_row)
        self.play(FadeIn(self.ring), run_time=FADE)
        self.rows.append(self.ring)

    # ---------------------------------------------------------------------------------------------
    # Many rows: each arrow so many times shorter at first

    def chain_short(self) -> None:
        """Short arrows go head to tail, with the sum so far of some of the rows, and the model along with their tip."""
        story, bundle, count = self.story, self.bundle, self.story.rows

        def shrink(mobject: VGroup, part: float) -> None:
            mobject.become(bundle.chained(1 - part + part / count, 0.0))

        self.renote(words.shorter(count))
        self.play(UpdateFromAlphaFunc(bundle.whole, shrink), run_time=MOVE)
        sums, shown, before = story.singles.cumsum(axis=0), VGroup(), 0
        stops = [int(row) for row in spread(count, min(count, STOPS))]
        for row in stops:
            tip = story.tip(sums[row] / count)
            moving = self.chaining(1 / count, before, row + 1, tip)
            self.play(*moving, run_time=max(LEAST_TURN, SLOW / len(stops)))
            self.remove(shown, *shown.get_family())
            name = message("sum of {count}", count=row + 1)
            shown = self.grid.row(self.below + story.is_sum, name, self.entries(sums[row]))
            self.add(shown)
            before = row + 1
        self.rows.append(shown)
        self.turn()
        self.compare(shown if story.is_sum else self.divide(shown))

    def divide(self, total: VGroup) -> VGroup:
        """The sum goes down into the mean."""
        count = self.story.rows
        mean = self.grid.row(
            self.below + 1, message("÷ {count}", count=count), self.entries(self.mean)
        )
        self.play(FadeIn(mean[0]), run_time=FADE)
        pairs = zip(total[1], mean[1], strict=True)
        self.play(*(TransformFromCopy(one, other) for one, other in pairs), run_time=MOVE)
        self.rows.append(mean)
        return mean

    def renote(self, said: Message) -> None:
        """Another remark below the arrows."""
        note = self.remark(said)
        self.play(FadeOut(self.arrow_note), run_time=FADE / 2)
        self.play(FadeIn(note), run_time=FADE / 2)
        self.arrow_note = note
