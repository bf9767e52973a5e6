"""StepNumbers: the first step of the plain rule in numbers, a line for each parameter."""

from __future__ import annotations

from decimal import localcontext

from manim import Animation, FadeIn, TransformFromCopy, VGroup

from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral, rounded
from symgd.animations.staging.rows import SIZES, Row, Rows, stacked
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import Negative, Product, Sum, Symbol
from symgd.writing.formulas.names import AFTER

VALUE, RATE = (0,), (1, 0, 0)  # where the numbers stand in value − rate·slope
EXACT = 60


class StepNumbers:
    """`lines` are a' = 0.2 − 0.06·(−6.13) ≈ 0.57, as large as a zone has room for; none where it has not, or no rate is one."""

    def __init__(self, stage: Stage, zone: Zone, story: RaceStory, walk: Walk) -> None:
        self.stage, self.story, self.walk = stage, story, walk
        self.lines = VGroup()
        if story.rate(walk) is None or not walk.run.is_plain or walk.run.varies:
            return
        rows, names = Rows(stage), walk.run.trace.parameters
        written = [self._row(index) for index in range(len(names))]
        for em in SIZES:
            made = [rows.drawn(row, em, left=zone.left) for row in written]
            if max(line.get_right()[0] for line in made) > zone.right:
                continue
            whole = stacked(made, zone.top)
            if whole.get_bottom()[1] >= zone.bottom:
                self.lines = whole
                for line, name in zip(made, names, strict=True):
                    colour = stage.colours.get(name, stage.palette.ink)
                    line[2].glyphs(VALUE).set_fill(colour)
                    line[4].set_fill(colour)
                return

    def _row(self, index: int) -> Row:
        """What is written for a parameter."""
        walk = self.walk
        before, after = (float(walk.points[row][index]) for row in (0, 1))
        slope = float(self.story.evaluate(walk.points[0].tolist())[1][index])
        rate = numeral(walk.run.learning_rate, MOST_FIGURES)
        step = Negative(Product((rate, numeral(slope, SLOPE_DIGITS))))
        with localcontext() as exactly:
            exactly.prec = EXACT
            made = rounded(before) - rounded(walk.run.learning_rate, MOST_FIGURES) * rounded(
                slope, SLOPE_DIGITS
            )
        sign = "=" if made == rounded(after) else "≈"
        name = Symbol(walk.run.trace.parameters[index] + AFTER)
        return name, "=", Sum((numeral(before), step)), sign, numeral(after)


def line_comes(line: VGroup, value: Formula, rate: VGroup) -> list[Animation]:
    """A line without its result: the value and the rate come from where they are seen."""
    numbers = line[2]
    flights = [(value, numbers.glyphs(VALUE)), (rate, numbers.glyphs(RATE))]
    flying = {id(glyph) for _, target in flights for glyph in target}
    rest = [glyph for part in line[:3] for glyph in part if id(glyph) not in flying]
    return [FadeIn(VGroup(*rest)), *(TransformFromCopy(*flight) for flight in flights)]
