"""RavineTilt: why a ravine lies aslant: a line that is tilted alone leaves its points, and tilted about the mean it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import FadeIn, FadeOut, TransformFromCopy, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.ravine_columns import less
from symgd.animations.comparing.ravine_moves import RavineMoves
from symgd.animations.comparing.ravine_scenes import FADE
from symgd.animations.comparing.rule_moves import RuleChanges
from symgd.animations.comparing.tilt_picture import TiltPicture
from symgd.animations.formulas.formula import Formula
from symgd.terms import Equation, Product, Sum, Symbol

SWING, MOVE = 3.2, 1.4
EM, APART = 0.4, 0.4
SPARE = 0.35  # above the row of the table that is there
SHIFTED = (1, 1)  # where the height at the mean stands in the line


class RavineTilt(RavineMoves):
    """The line, its points, and the map's dot."""

    def show_tilt(self) -> None:
        """The line is tilted about zero and about the mean; and its height at the mean gets a name."""
        assert self.tilt is not None
        self.set_heading(words.aslant())
        zone = self.curve_zone
        top = self.formula_zone.top
        stacked = self.formula_zone.left == self.table_zone.left
        if stacked:  # the table's other rows are not there yet
            top = self.table.bases[0] - SPARE
        lines = self.tilt_lines()
        for line in lines:
            line.at_most(self.formula_zone.width)
        left, right = self.formula_zone.left, self.formula_zone.right
        for line in lines[:2]:
            line.put(left, top - EM)
        low = min(float(line.get_bottom()[1]) for line in lines[:2])
        one_row = top - float(lines[1].get_bottom()[1]) < 2 * EM
        beside = one_row and left + lines[1].width + APART + lines[2].width <= right
        lines[2].put(right - lines[2].width if beside else left, top - EM)
        if not beside:
            lines[2].shift((0, min(2 * -EM, low - EM / 2 - float(lines[2].get_top()[1])), 0))
        if stacked:
            zone = replace(zone, top=lines[2].baseline - EM)
        shown = TiltPicture(self.stage, zone, self.story, self.tilt, self.paths)
        marks = [self.arrows, *([] if self.carried is None else [self.carried.whole])]
        gone = [FadeOut(self.formulas, *marks), *self.curves_leave()]
        self.play(*gone, FadeIn(shown.still, self.cross), run_time=FADE)
        self.play(FadeIn(lines[0], shown.line, shown.pivot, shown.dot), run_time=FADE)
        self.swing(shown, about_mean=False)
        self.turn()
        self.swing(shown, about_mean=True)
        self.turn()
        self.play(RuleChanges(lines[0], lines[1], {}), run_time=MOVE)
        name = lines[2].glyphs((0,))
        known = lines[2].glyphs((1,))
        rest = [glyph for glyph in lines[2] if glyph not in [*name, *known]]
        flight = TransformFromCopy(lines[1].glyphs(SHIFTED), known)
        self.play(flight, FadeIn(name, *rest), run_time=MOVE)
        self.add(lines[2])
        self.formulas = VGroup(lines[1], lines[2])
        self.remove(self.cross)
        self.play(FadeOut(shown.still, shown.live), FadeIn(*marks), run_time=FADE)
        self.remove(shown.still, *shown.live)

    def swing(self, shown: TiltPicture, *, about_mean: bool) -> None:
        """To one side, to the other, and back."""

        def move(_: VGroup, part: float) -> None:
            shown.show(float(np.sin(2 * np.pi * part)), about_mean=about_mean)

        self.add(shown.way, shown.dot)
        self.play(UpdateFromAlphaFunc(shown.live, move, rate_func=linear), run_time=SWING)
        shown.show(0.0, about_mean=about_mean)

    def tilt_lines(self) -> tuple[Formula, Formula, Formula]:
        """The line as it is, about the mean, and what its height there is called."""
        assert self.tilt is not None
        slope, shift, mean = self.letters()
        (column,) = self.story.columns
        target = Symbol(self.problem.target or "y")
        plain = Equation(target, Sum((Product((slope, column.term)), shift)))
        centred = less(column.term, mean)
        named = self.own_letters()[0]
        other = named.right
        turned = Equation(target, Sum((Product((slope, centred)), other)))
        made = (self.stage.formula(each, em=EM) for each in (plain, turned, named))
        first, second, third = made
        return first, second, third

    def letters(self) -> tuple[Symbol, Symbol, float]:
        """The slope, the shift and the mean."""
        assert self.tilt is not None
        names = self.story.run.trace.parameters
        return Symbol(names[self.tilt.slope]), Symbol(names[self.tilt.shift]), self.tilt.mean
