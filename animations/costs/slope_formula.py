"""The formulas of the lesson `slope_tells_direction`: the cost's, the derivative's, and that with the rows' numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from manim import FadeIn, FadeOut, SurroundingRectangle, VGroup

from symgd.animations.costs.fit_sums import shorter
from symgd.animations.costs.slope_moves import EM, FADE, LIFT, MOVE, SlopeMoves
from symgd.animations.costs.slope_step import seen_in
from symgd.animations.costs.worked_slope import WorkedSlope
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.terms import BigSum, Equation, Path

DIM = 0.35  # how dense is what goes while its parts leave
SIGN = (0.06, 0.16)  # round a sign, which is flat


class SlopeFormula(SlopeMoves):
    """A scene in which the cost's formula becomes its derivative's, and that a number."""

    statement: VGroup = VGroup()
    worked: VGroup = (
        VGroup()
    )  # the derivative with numbers, and the residuals' numbers among the data

    def first_statements(self) -> Sequence[Equation]:
        """What the cost is, as short as it has room."""
        if self.written is not self.story.problem:
            return self.written.equations
        tried = [*shorter(self.story.problem)]
        return next((e for e in tried if len(self.set_rows(self.zones.statement, e))), tried[0])

    @cached_property
    def worked_slope(self) -> WorkedSlope | None:
        """The derivative with numbers, where it has room in one or two rows."""
        start, name = self.picture.start, self.picture.name
        values, slope = self.picture.at(start), self.picture.slope(start)
        worked = WorkedSlope.of(self.gradient[name].last, self.story, values, slope)
        if worked is None or not self._has_room(self.written_out(worked)):
            return None
        return worked

    def _has_room(self, made: Formula) -> bool:
        zone = self.zones.worked
        return bool(made.width <= zone.width + LIFT and made.height <= zone.height + LIFT)

    def written_out(self, worked: WorkedSlope) -> Formula:
        """The derivative with numbers, in its place."""
        zone, palette = self.zones.worked, self.stage.palette
        made = self.stage.formula(worked.made, em=EM).at_most(zone.width)
        made.shift([zone.left - made.get_left()[0], zone.centre[1] - made.get_center()[1], 0.0])
        for row in worked.rows:
            for place in row[1:]:
                made.glyphs(place).set_fill(palette.error)
        return made

    def show_derivative(self) -> None:
        """The cost's formula becomes the derivative's, and the rows' numbers in it come to the tangent's slope."""
        self.turn_into(self.derivative(self.written))
        worked = self.worked_slope
        if worked is None:
            self.pulse(self.picture.tangent)
            return
        inset, values = self.inset, self.picture.at(self.picture.start)
        assert inset is not None
        seen = inset.numbers(values)
        if seen:
            self.play(FadeIn(VGroup(*seen)), run_time=FADE)
        self.turn()
        made = self.written_out(worked)
        places, scales = list[list[tuple[VGroup, VGroup]]](), inset.fit.panel.scales[0]
        for number, row in enumerate(worked.rows):
            sources = [scales, seen[number] if number < len(seen) else VGroup()]
            ends = [made.glyphs(place) for place in row]
            found = [
                (seen_in(source, VGroup(*(g for g in end if g.shape))), end)
                for end, source in zip(ends, sources, strict=False)
            ]
            places.append(found)
        self.filling(VGroup(made), places, made.glyphs((1,)))
        self.worked = VGroup(made, *seen)
        number = self.stage.formula(numeral(self.picture.slope(self.picture.start), SLOPE_DIGITS))
        found = [
            each for each in (seen_in(self.said_slope, number), made.glyphs((1,))) if len(each)
        ]
        marks = VGroup(*(self.sign_mark(each) for each in found))
        self.bring_to_back(marks)
        self.play(FadeIn(marks), run_time=FADE)
        self.pulse(self.picture.tangent)
        self.play(FadeOut(marks), run_time=FADE)

    def turn_into(self, statements: Sequence[Equation]) -> None:
        """Other formulas take the place of those that stand there; what they have in common goes from one to the other."""
        made = self.set_rows(self.zones.statement, statements)
        if not len(made):
            return
        pairs = common(self.statement, made)
        old = _without(self.statement, [start for start, _ in pairs])
        rest = _without(made, [end for _, end in pairs])
        self.remove(self.statement)
        kept = VGroup(*(start for start, _ in pairs))
        self.add(old, kept)
        dimmed = old.animate.set_opacity(DIM)  # whole until its parts are on their way
        self.play(dimmed, run_time=FADE)
        self.remove(kept)
        self.play(FadeOut(old), *(carried(*pair) for pair in pairs), run_time=MOVE)
        self.play(FadeIn(rest), run_time=FADE)
        self.remove(rest, *(end for _, end in pairs))
        self.add(made)
        self.statement = made

    def show_statements(self, statements: Sequence[Equation]) -> None:
        """Formulas, with what their letters stand for."""
        made = self.set_rows(self.zones.statement, statements)
        if len(made):
            self.play(FadeIn(made), run_time=FADE)
            self.statement = made

    def sign_mark(self, sign: VGroup) -> VGroup:
        """A plate and a frame behind a sign."""
        if not len(sign):
            return VGroup()
        plate = SurroundingRectangle(sign, color=self.stage.palette.ink, buff=SIGN, stroke_width=2)
        return VGroup(plate.set_fill(self.stage.palette.mark, opacity=1))


def common(one: VGroup, other: VGroup) -> list[tuple[VGroup, VGroup]]:
    """Where what the formulas of two groups have in common stands in both: the largest sub-terms, and signs of the same kind."""
    found = [
        (len([*part.walk()]), before.glyphs(path), after.glyphs(place))
        for before in _formulas(one)
        for after in _formulas(other)
        for path, part in before.term.walk()
        for place, same in after.term.walk()
        if part == same
    ]
    found += [
        (0, _own(before, path), _own(after, place))
        for before in _formulas(one)
        for after in _formulas(other)
        for path, part in before.term.walk()
        for place, same in after.term.walk()
        if type(part) is type(same) and isinstance(part, (Equation, BigSum))
    ]
    taken, pairs = set[int](), list[tuple[VGroup, VGroup]]()
    for _, start, end in sorted(found, key=lambda each: -each[0]):
        glyphs = {id(glyph) for glyph in (*start, *end)}
        if len(start) and len(start) == len(end) and not glyphs & taken:
            taken |= glyphs
            pairs.append((start, end))
    return pairs


def _own(formula: Formula, path: Path) -> VGroup:
    return VGroup(*(formula[n] for n in formula.own(path)))


def _without(group: VGroup, parts: Sequence[VGroup]) -> VGroup:
    """All that is seen of a group but some parts."""
    apart = {id(glyph) for part in parts for glyph in part}
    return VGroup(*(g for g in group.family_members_with_points() if id(g) not in apart))


def _formulas(group: VGroup) -> list[Formula]:
    return [part for part in group.get_family() if isinstance(part, Formula)]
