"""RavineMoves: the beats in which a ravine is standardised: its column slides, its map is sheared and stretched, and it is walked there."""

from __future__ import annotations

import numpy as np
from manim import (
    RIGHT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.column_strip import ColumnStrip
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_columns import CENTRED, SCALED, less
from symgd.animations.comparing.ravine_frames import PARTS
from symgd.animations.comparing.ravine_halves import CENTRED as CENTRED_ALONE
from symgd.animations.comparing.ravine_halves import NAMES
from symgd.animations.comparing.ravine_halves import SCALED as SCALED_ALONE
from symgd.animations.comparing.ravine_scenes import FADE, RavineScenes
from symgd.animations.comparing.tilt_picture import Tilt
from symgd.animations.formulas.numerals import numeral
from symgd.terms import Equation, Fraction, Negative, Product, Sum, Symbol, Term
from symgd.writing.words import message

MOVE, TURN, HALF = 1.2, 4.0, 3.2
ASIDE, DEEP, ZERO_EM = 0.3, 0.45, 0.28  # beside a mark, the arrow down to 0


class RavineMoves(RavineScenes):
    """From the map as it is to the standardised one, and the walk there."""

    strip: ColumnStrip | None
    tilt: Tilt | None = None  # where the model is a line through one column
    there: PathsPicture
    there_cross: VGroup
    arrows: VGroup  # what stands at the two ways: their names, and what is asked
    cross: VGroup
    ratio_cells: list[Mobject]

    def scaling(self) -> list[Equation]:
        """Each column less its mean, over its spread."""
        made = []
        for each in self.story.columns:
            name = f"{each.name}_{SCALED}" if each.is_input else each.name
            above = less(each.term, each.mean) if each.is_centred else each.term
            made.append(Equation(Symbol(name), Fraction(above, numeral(each.spread))))
        return made

    def show_standardised(self) -> None:
        """The plane turns into that of the standardised coordinates, and the columns become standardised at the same time."""
        story = self.story
        self.set_heading(words.centred_and_scaled(story))
        if len(self.arrows):
            self.play(FadeOut(self.arrows), run_time=FADE)
        self.there = self.frames.after(self.picture_zone)
        self.now = self.paths, np.eye(len(story.turn))
        self.strip = None
        if story.columns:
            self.strip = strip = ColumnStrip(self.stage, self.curve_zone, story.columns)
            if leaving := self.curves_leave():
                self.play(*leaving, run_time=FADE)
            self.play(FadeIn(strip.still, strip.live, strip.named), run_time=FADE)
        if story.in_two_moves:
            self.show_two_moves()
        else:
            self.change(self.scaling())
            self.play(FadeIn(self.table.rows[self.at[1]]), run_time=FADE)
            self.turn()
            if not story.is_whole:
                self.play(FadeOut(self.paths.each[0], self.cross), run_time=FADE)
            self.go_to(self.there, story.turn, TURN, along=self.sliding(0.0, 2.0))
            self.rename(2)
        self.ratio_cells.append(self.table.cell(0, self.at[1], self.ratio(1)))
        self.play(FadeIn(self.ratio_cells[1]), run_time=FADE)

    def show_two_moves(self) -> None:
        """First the column is centred, which shears the map, and then scaled, which stretches it."""
        (column,) = self.story.columns
        first = Symbol(f"{column.name}_{CENTRED}")
        centred = Equation(first, less(column.term, column.mean))
        scaled = Equation(
            Symbol(f"{column.name}_{SCALED}"), Fraction(first, numeral(column.spread))
        )
        own = self.own_letters()
        self.change([centred, *own[:1]])
        self.turn()
        between = self.frames.alone(
            self.picture_zone, CENTRED_ALONE, message("{part} alone", part=NAMES[CENTRED_ALONE])
        )
        turn = turns_of(self.story.turn)[CENTRED_ALONE]
        self.go_to(between, turn, HALF, briefly=True, axes=False, along=self.sliding(0.0, 1.0))
        self.rename(1)
        self.show_half(CENTRED_ALONE)
        self.turn()
        self.change([scaled, *own[1:]])
        self.play(FadeIn(self.table.rows[self.at[1]]), run_time=FADE)
        self.turn()
        self.go_to(self.there, self.story.turn, HALF, axes=False, along=self.sliding(1.0, 2.0))
        self.rename(2)

    def own_letters(self) -> list[Equation]:
        """What the map's letters are: the line's height at the mean, and its slope by a spread; none of another model."""
        if (tilt := self.tilt) is None:
            return []
        (column,) = self.story.columns
        slope, shift = (self.story.run.trace.parameters[n] for n in (tilt.slope, tilt.shift))
        part: Term = Product((numeral(abs(tilt.mean)), Symbol(slope)))
        height = Sum((Symbol(shift), part if tilt.mean >= 0 else Negative(part)))
        size = Product((numeral(column.spread), Symbol(slope)))
        return [
            Equation(Symbol(f"{shift}_{CENTRED}"), height),
            Equation(Symbol(f"{slope}_{SCALED}"), size),
        ]

    def scaled_alone(self) -> list[Equation]:
        """What the map's letters are where the mean is left in; none of another model."""
        if (tilt := self.tilt) is None:
            return []
        (column,) = self.story.columns
        slope = self.story.run.trace.parameters[tilt.slope]
        spread, part = numeral(column.spread), PARTS[SCALED_ALONE]
        return [
            Equation(Symbol(f"{column.name}_{part}"), Fraction(column.term, spread)),
            Equation(Symbol(f"{slope}_{part}"), Product((spread, Symbol(slope)))),
        ]

    def sliding(self, first: float, last: float) -> Animation | None:
        """The columns' dots go on; None where there are none."""
        if (strip := self.strip) is None:
            return None
        return UpdateFromAlphaFunc(
            strip.live, lambda _, part: strip.show(first + (last - first) * float(part))
        )

    def rename(self, stage: int) -> None:
        """The columns have the names of what they are now."""
        if (strip := self.strip) is None:
            return
        strip.show(float(stage))
        old, strip.named = strip.named, VGroup(*(names[stage] for names in strip.names))
        self.play(FadeOut(old), FadeIn(strip.named), run_time=FADE)

    def show_there(self) -> None:
        """The walk from the same start, where lines are round."""
        self.hide_axes()
        if (strip := self.strip) is not None:
            self.play(FadeOut(strip.still, strip.live, strip.named), run_time=FADE)
            self.play(FadeIn(self.curves.panel.drawing, self.curves.each[0]), run_time=FADE)
        cross = VGroup() if self.carried is not None else self.there.cross()
        if self.carried is not None:
            self.fade_marks(self.carried.walk)
        self.play(FadeIn(self.there.each[0], cross), run_time=FADE)
        self.there_cross = cross
        self.turn()
        if self.carried is not None:
            self.fade_marks(self.carried.down, self.carried.way, self.carried.angle)
        self.follow(self.there, 0, 1)
        self.play(FadeIn(*self.numbers(self.at[1], self.story.scaled)), run_time=FADE)
        if self.story.is_exact_there:
            self.play(FadeIn(self.nothing_left()), run_time=FADE)
        if lines := self.written_back():
            self.turn()
            self.change(lines)

    def nothing_left(self) -> VGroup:
        """Beside a mark that a log scale has no place for: its gap is 0, farther down than any number."""
        ink = self.stage.palette.ink
        foot = self.curves.marks[1].get_center() + ASIDE * RIGHT
        zero = self.stage.formula(numeral(0.0), em=ZERO_EM)
        zero.put(float(foot[0]) + ASIDE / 2, float(foot[1]) + ASIDE / 2)
        return VGroup(arrow(foot + DEEP * UP, foot, ink, 2.5), zero)

    def written_back(self) -> list[Equation]:
        """The parameters as they are from those of the round map; none of another model."""
        tilt, exact = self.tilt, self.story.run.exact
        if tilt is None or exact is None:
            return []
        (column,) = self.story.columns
        names = self.story.run.trace.parameters
        slope, shift = names[tilt.slope], names[tilt.shift]
        steep = exact.parameters[slope]
        part: Term = Product((numeral(abs(tilt.mean)), Symbol(slope)))
        found = Fraction(numeral(column.spread * steep), numeral(column.spread))
        letters = Fraction(Symbol(f"{slope}_{SCALED}"), numeral(column.spread))
        height = Sum((Symbol(f"{shift}_{SCALED}"), Negative(part) if tilt.mean >= 0 else part))
        return [
            Equation(Symbol(slope), Equation(letters, Equation(found, numeral(steep)))),
            Equation(Symbol(shift), Equation(height, numeral(exact.parameters[shift]))),
        ]

    def fade_marks(self, *gone: VGroup) -> None:
        """Some of what is carried leaves."""
        assert self.carried is not None
        here = [each for each in gone if each in self.carried.whole.submobjects]
        if here:
            self.play(FadeOut(*here), run_time=FADE)
            self.carried.whole.remove(*here)
