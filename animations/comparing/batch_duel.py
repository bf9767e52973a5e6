"""BatchDuel: what single rows are good for: how many rows are read until the gap is as low, with few rows and with many."""

from __future__ import annotations

from functools import cached_property

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.comparing import batch_end_words as words
from symgd.animations.comparing.batch_arrows import FADE
from symgd.animations.comparing.batch_ends import BatchEnds
from symgd.animations.comparing.batch_lines import FORMULAS, MOVE
from symgd.animations.comparing.duel_picture import DuelPicture
from symgd.animations.comparing.reading_duel import ReadingDuel, reading_duel
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Label
from symgd.terms import BigSum, Equation, Fraction, Partial, Product, Symbol, number
from symgd.writing.words import message

PUSH, NAMES = 2.6, 1.2  # seconds for the curve's way; parts of the table's width


class BatchDuel(BatchEnds):
    """Each row many times: no mean is another one, and one row is down before all rows have made a step."""

    @cached_property
    def duel(self) -> ReadingDuel | None:
        """The two walks by rows read; None where that tells nothing."""
        return reading_duel(self.story)

    def ask_many(self) -> None:
        """The costs by rows read fill the picture: with few rows, both come down alike."""
        duel = self.duel
        assert duel is not None
        gone = [each for each in self.mobjects if each is not self.heading]
        self.play(*map(FadeOut, gone), run_time=FADE)
        self.set_heading(words.counts())
        looks = self.looks[0], self.looks[-1]
        self.race = DuelPicture(self.stage, self.stage.layout.picture, duel, looks, self.gap_label)
        race = self.race
        self.formula_zone, table_zone = self.halves(FORMULAS)
        heads: list[Label] = [message("rows a step"), message("rows read to the gap")]
        pair = (duel.whole, duel.single)
        self.reading = WalkTable(self.stage, table_zone, pair, looks, heads, NAMES)
        self.formulas = self.set_lines(self.mean_lines(), self.mean_lines()[:1])
        self.play(FadeIn(self.formulas), run_time=FADE)
        made = VGroup(self.reading.rule, self.reading.rows, *map(self.reading.head, range(2)))
        self.play(FadeIn(race.panel.drawing, race.one, race.every), FadeIn(made), run_time=FADE)
        self.numbers = VGroup()
        self.read_rows(1.0)
        self.play(FadeIn(race.level, race.foot_of_one, race.foot, race.mark), run_time=FADE)
        self.play(FadeIn(self.numbers), run_time=FADE)
        self.set_heading(words.asks_many(duel))

    def read_rows(self, copies: float) -> None:
        """How many rows a step reads, and how many both have read when they are as low."""
        duel = self.duel
        assert duel is not None
        sizes = (round(duel.story.rows * copies), 1)
        read = (round(duel.read_by_all() * copies), duel.read_by_one or 0)
        cells = [
            self.reading.cell(column, row, numeral(value, digits=12))
            for column, values in enumerate((sizes, read))
            for row, value in enumerate(values)
        ]
        refill(self.numbers, cells)

    def show_many(self) -> None:
        """Copies cancel from the mean; the curve of all rows moves on as its steps read more, with its numbers."""
        duel, race = self.duel, self.race
        assert duel is not None
        self.become(
            self.set_lines(self.copied_lines(duel.copies), self.copied_lines(duel.copies)[:1])
        )
        self.turn()

        def push(_: VGroup, part: float) -> None:
            copies = float(duel.copies**part)
            race.show(copies)
            self.read_rows(copies)

        moving = VGroup(race.live, self.numbers)
        self.play(UpdateFromAlphaFunc(moving, push), run_time=PUSH)
        race.show(duel.copies)
        self.read_rows(duel.copies)
        self.turn()
        self.play(FadeIn(race.named_first()), run_time=MOVE)
        self.set_heading(words.answer_many(duel))

    def copied_lines(self, copies: int) -> list[Equation]:
        """The mean with each row so many times."""
        problem, loss = self.problem, self.story.example.cost_name
        index, count = problem.notation.index, Symbol(problem.notation.count)
        times = number(copies)
        part = Fraction(times, Product((times, count)))
        return [
            Equation(
                Partial(problem.cost_name, name),
                Product((part, BigSum(Partial(loss, name), index, count))),
            )
            for name in self.names
        ]
