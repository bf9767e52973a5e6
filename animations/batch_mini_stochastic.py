"""batch_mini_stochastic: single rows' arrows scatter, their mean is the batch's; and three walks on one clock.

Every arrow is a gradient of the library's own, every walk one of its descents.
"""

from __future__ import annotations

from collections.abc import Iterator

from symgd.animations.comparing import batch_end_words as end_words
from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.batch_duel import BatchDuel
from symgd.animations.comparing.batch_story import FIRST, standardised, tell_batches
from symgd.animations.comparing.walks import left_out
from symgd.animations.staging.beats import Beat
from symgd.animations.stories.short_names import with_short_names
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.writing.words import message


class BatchMiniStochastic(BatchDuel):
    """Lesson 8: what a step does that looks at some rows alone."""

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The batch's arrow, the rows' own, their mean; and then three walks."""
        if self.run is None:
            self.run = demo_run(self.problem)
        said = self.shorten_names()
        story = tell_batches(self.run, lambda: self.gradient)
        scaled = standardised(story)
        if scaled is not None:
            story, self.run, self.problem = scaled, scaled.run, scaled.problem
        self.story = story
        kind = BatchMiniStochastic
        said = (*said, *words.batch(story), *words.likewise(self.unwritten()))
        if scaled is not None:
            said = (words.scaled(), *said)
        yield self.beat(message("all rows"), said, kind.show_batch, asks=True)
        yield self.beat(
            message("single rows"), words.single(story, len(self.shown)), kind.show_single
        )
        yield self.beat(
            message("the rows do not agree"), words.asks_mean(), kind.ask_mean, asks=True
        )
        yield self.beat(message("their mean"), words.mean(story), kind.show_mean)
        epoch = words.epoch(story)
        if story.least is None:
            epoch = (*epoch, words.unknown())
        if story.is_halved:
            epoch = (words.halved(story), *epoch)
        if others := left_out(self.run, story.axes):
            epoch = (*epoch, words.slice_said(others))
        yield self.beat(message("an epoch"), epoch, kind.show_epoch)
        yield self.beat(message("the next epochs"), words.first(story), kind.show_first)
        if story.epochs > FIRST:
            yield self.beat(message("on the same clock"), words.on(story), kind.show_on)
        if story.wanders:
            near = end_words.near(story)
            yield self.beat(message("from near"), near, kind.show_near)
        asked = end_words.asks_down(self.last_count)
        yield self.beat(message("always down?"), asked, kind.ask_down, asks=True)
        yield self.beat(message("steps that went up"), end_words.counted(story), kind.show_counted)
        if self.slower is not None:
            yield self.beat(
                message("a lower rate"), end_words.slower(story, self.slower), kind.show_slower
            )
        if self.has_fan:
            yield self.beat(message("its lines"), end_words.fan(story, self.slower), kind.show_fan)
        duel = self.duel
        if duel is None:
            ending = end_words.ending(story, self.slower)
            yield self.beat(message("the answer"), ending, kind.show_ending, hold=3.0)
        else:
            many = end_words.many(duel)
            yield self.beat(message("many rows"), many, kind.ask_many, asks=True)
            yield self.beat(message("the duel"), end_words.pushed(duel), kind.show_many, hold=2.0)

    def shorten_names(self) -> words.Caption:
        """Let columns have short names where their own are words, and say so."""
        assert self.run is not None
        own = self.run.problem
        self.run = with_short_names(self.run)
        self.problem = self.run.problem
        if self.problem is own:
            return ()
        self._derive = None
        return (words.letters(self.problem),)
