"""RateWays: why no factor alone tells which rate is the fastest: across the ravine and along it, the slower way decides."""

from __future__ import annotations

from manim import (
    Animation,
    Create,
    FadeIn,
    FadeOut,
    ReplacementTransform,
    VGroup,
    there_and_back,
)

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.factor_table import FactorTable
from symgd.animations.comparing.rate_scenes import AWAY, FADE, MOVE, RATE, VALUE, RateScenes
from symgd.animations.formulas.formula import Formula

SWELLS = 1.4  # a count that goes into the table
SMALL = 0.75  # of its size, a table has too little room


class RateWays(RateScenes):
    """The second factor, the table of both, and the counts between the curves of both ways."""

    factors: FactorTable
    flat: VGroup  # the slice along, where there is no map

    def show_both(self) -> None:
        """Along the ravine there is another factor; the larger one is marked; and the counts follow the slower way."""
        assert self.directions is not None
        self.show_ways()
        table = self.factors = FactorTable(self.stage, self.table, self.lanes, self.directions)
        for moves in self.lines.other_way():
            self.play(*moves, run_time=MOVE)
        if table.size < SMALL and self.board.left > self.table.zone.right:  # it needs their room
            self.table.right = self.board.right
            table = self.factors = FactorTable(self.stage, self.table, self.lanes, self.directions)
            lines = [self.lines.collected, self.lines.test, *self.lines.letters[1:]]
            self.play(FadeOut(*lines, *self.lines.along), run_time=FADE)
        self.rows_shrink(table)
        self.turn()
        for row, cell in enumerate(table.factors[1]):
            self.play(FadeIn(cell), run_time=AWAY)
            plate = table.plates[row]
            self.add(plate, *(column[row] for column in table.factors))
            self.play(FadeIn(plate), run_time=AWAY)
            self.add(*(column[row] for column in table.factors))
        self.turn()
        if self.counts.counted:
            self.counts_follow(table)

    def show_ways(self) -> None:
        """The map again, with both its cuts."""
        if self.map is None:  # more than a map holds: both cuts over one scale
            self.leave_walks()
            ways = self.directions
            assert ways is not None
            self.flat = self.slice.flat(ways.along.curvature / ways.across.curvature)
            self.play(Create(self.flat[0]), FadeIn(*self.flat[1:]), run_time=MOVE)
            return
        shown = self.map
        shown.drawing.add(shown.cross)
        self.leave_slice(FadeIn(shown.drawing, shown.cuts[0], shown.names[0]))
        self.play(Create(shown.cuts[1]), run_time=MOVE)
        lane, number = self.best()
        self.legs_of(shown, lane, number)
        self.play(FadeIn(shown.names[1], self.legs.whole), run_time=FADE)

    def rows_shrink(self, table: FactorTable) -> None:
        """Of each row the rate and the factor stay, and go to their columns, which are named."""
        gone, moves = list[VGroup](), list[Animation]()
        for number, line in enumerate(self.lines.factors):
            if self.lines.short:
                gone.append(VGroup(*line))
                self.remove(line)
                self.add(gone[-1])
                moves += [FadeIn(table.rates[number]), FadeIn(table.factors[0][number])]
                continue
            rate, value = line.glyphs(RATE), line.glyphs(VALUE)
            kept = {id(glyph) for glyph in (*rate, *value)}
            gone.append(VGroup(*(glyph for glyph in line if id(glyph) not in kept)))
            self.remove(line)
            self.add(rate, value, gone[-1])
            moves += _becomes(rate, table.rates[number])
            moves += _becomes(value, table.factors[0][number])
        self.play(FadeOut(*gone), run_time=AWAY)
        self.play(*moves, FadeIn(*table.heads[:3]), run_time=MOVE)

    def counts_follow(self, table: FactorTable) -> None:
        """The map makes room for the counts, whose numbers go into the table; each way's own counts are drawn beside."""
        assert self.directions is not None
        counts = self.counts
        shown = self.map
        if shown is None:
            gone = [*self.slice.still, *self.flat]
        else:
            gone = [shown.drawing, *shown.cuts, *shown.names, self.legs.whole]
        self.play(*map(FadeOut, gone), FadeIn(*self.counted()), run_time=MOVE)
        self.remove(*gone)
        border = counts.border()
        steps = [table.steps(row, picture) for row, picture in enumerate(self.pictures)]
        self.play(FadeIn(table.heads[3]), run_time=AWAY)
        for (mark, word), cell in zip(counts.marks, steps, strict=True):
            grown = word.animate(rate_func=there_and_back)
            swells = grown.scale(SWELLS, about_point=mark.get_center())
            self.play(swells.build(), FadeIn(cell), run_time=FADE)
        if self.directions.decides(self.lanes):
            along, across = reversed(counts.alone(self.directions))
            self.beside = (along, across, border)
            over = [counts.curve, counts.marks]  # the bands lie below these
            self.bring_to_front(*over)
            for number, (band, name) in enumerate((along, across)):
                self.add(band, *over)
                self.play(Create(band), FadeIn(name), run_time=MOVE)
                self.add(*over)
                if number == 0:
                    self.turn()
                    self.set_heading(words.SLOWER)
        if len(border):
            self.play(Create(border[0]), FadeIn(border[1]), run_time=MOVE)


def _becomes(old: VGroup, new: Formula) -> list[Animation]:
    """Glyphs go to the same in a cell; where these are others, one makes room for the other."""
    if len(old) == len(new):
        return [ReplacementTransform(old, new)]
    return [FadeOut(old), FadeIn(new)]
