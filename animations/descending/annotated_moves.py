"""AnnotatedMoves: what moves in the lesson `annotated_update`: arrow, dot, numbers on their way, and the ghost.

Laws
----
- a number comes from where it is seen: from the axes into its callout, from there into the update, and what the update
  comes to into the next callout, one number after the other
"""

from __future__ import annotations

import numpy as np
from manim import (
    LEFT,
    PI,
    RIGHT,
    Animation,
    Circle,
    Create,
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    Rotate,
    TransformFromCopy,
    Triangle,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    angle_of_vector,
)

from symgd.animations.descending.annotated_lines import (
    Ghost,
    LongUpdate,
    ghost_line,
    settled_digits,
)
from symgd.animations.descending.lengths import Lengths
from symgd.animations.descending.whole_inset import WholeInset
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.pictures.callouts import Callout, Callouts, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.parameter_picture import DOT
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.view_flight import fly
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Term

MOVE, QUICK, FADE = 1.2, 0.4, 0.6
BAR, BAR_ROOM = 0.16, 0.2  # half of a bar over a point; beside a line, for its bar
AXIS = 0.25  # in ems, how high over a line of text the middle of its signs is
TIP, OUT_EM = 0.11, 0.32  # of an arrow that leaves the picture, and its number
BOLD = 5.0  # a callout's line that is spoken of
NOW, UPHILL, DOWNHILL, RATE, NEXT = range(5)


class AnnotatedMoves(RunLesson):
    """A scene with the picture of a step, its formula with callouts, and the lines of its arithmetic."""

    story: DescentStory
    point: EvenPicture
    callouts: Callouts
    lines: LongUpdate
    arrow: VGroup
    ghost: Ghost
    ghosts: VGroup
    slice: VGroup
    numbers: VGroup
    results: VGroup
    next_values: PlaceNumbers
    readings: AxisReadings | None = None
    lengths: Lengths
    scale: VGroup = VGroup()
    bars: VGroup = VGroup()
    cross: VGroup = VGroup()
    made: list[VGroup]  # the arrows of the steps that were made

    # ---------------------------------------------------------------------------------------------
    # Callouts and their numbers

    def terms(self, number: int, step: int) -> tuple[Term, ...]:
        """The numbers of a callout at a step."""
        if number == UPHILL:
            return tuple(numeral(value, SLOPE_DIGITS) for value in self.story.gradient(step))
        if number == RATE:
            return (numeral(self.story.rate_at(step)),)
        return self.place(step)

    def place(self, step: int) -> tuple[Term, ...]:
        """The parameters at a step, with as many digits as in their lines."""
        values = enumerate(self.story.parameters[step].tolist())
        return tuple(numeral(value, settled_digits(self.story, index)) for index, value in values)

    def callout(self, number: int) -> Callout:
        """One of the five."""
        return self.callouts.callouts[number]

    def call(self, number: int) -> None:
        """The part is marked, and then named."""
        callout = self.callout(number)
        self.play(FadeIn(callout.line), run_time=QUICK)
        titled = number in (NOW, NEXT)
        self.play(FadeIn(callout.title if titled else callout.text), run_time=FADE)

    def stress(self, *numbers: int) -> None:
        """The lines of some callouts get bold."""
        bold = (self.callout(n).line.animate.set_stroke(width=BOLD) for n in numbers)
        self.play(*bold, run_time=FADE)

    def values(self, number: int) -> PlaceNumbers:
        """The numbers of a callout."""
        values = self.callout(number).values
        assert isinstance(values, PlaceNumbers)
        return values

    def values_after(self, step: int) -> PlaceNumbers:
        """The numbers of the next position, in its callout."""
        return self.callout(NEXT).renewed(self.place(step))

    def arriving(self, values: PlaceNumbers, sources: dict[int, Mobject]) -> list[Animation]:
        """How a callout's numbers come from where they are seen; what is seen nowhere fades in."""
        flown = {id(values.items[index]) for index in sources}
        rest = [part for part in values if id(part) not in flown]
        flights = [
            TransformFromCopy(source, values.items[index]) for index, source in sources.items()
        ]
        return [*flights, *([FadeIn(*rest)] if rest else [])]

    def settle(self, values: PlaceNumbers) -> None:
        """What came in parts is one thing."""
        self.remove(*values, *values.items)
        self.add(values)

    # ---------------------------------------------------------------------------------------------
    # The picture

    def read_axes(self, step: int) -> AxisReadings:
        """The numbers of a step's place, on the axes."""
        story, point = self.story, self.point
        terms = self.place(step)
        axes = [0] if point.curved else [*story.axes]
        colours = tuple(self.stage.colours[story.names[index]] for index in axes)
        shown = tuple(terms[index] for index in axes)
        return AxisReadings(self.stage, point.panel, point.point(step), shown, colours)

    def show_readings(self, step: int, sources: dict[int, Mobject]) -> AxisReadings:
        """Dashed lines to the axes, and the numbers there: where they are known already, they come from there."""
        made = self.readings = self.read_axes(step)
        if not made.numbers:
            return made
        axes = [0] if self.point.curved else [*self.story.axes]
        self.play(Create(made.lines), *made.makes_room(), run_time=FADE)
        comes = [
            TransformFromCopy(sources[index], number) if index in sources else FadeIn(number)
            for index, number in zip(axes, made.numbers, strict=True)
        ]
        self.play(*comes, run_time=MOVE if sources else FADE)
        return made

    def clear_readings(self) -> None:
        """The axes have their own numbers again."""
        found, self.readings = self.readings, None
        if found is not None and found.numbers:
            self.play(*found.away(), run_time=QUICK)
            self.remove(*found.covered)
            self.remove(self.point.panel.drawing)
            self.add(self.point.panel.drawing)

    def follow(self, start: float, end: float, seconds: float) -> None:
        """The dot goes from one time of the descent to another."""
        point = self.point
        moving = UpdateFromAlphaFunc(
            point.live, lambda _, part: point.show(start + (end - start) * part)
        )
        self.play(moving, run_time=seconds)
        point.show(end)
        self.show_slice(int(end))

    def show_slice(self, step: int) -> None:
        """The lines of equal cost where the other parameters are now."""
        if self.story.sliced:
            self.slice = self.point.sliced_anew(self, self.slice, step)

    def turn_arrow(self, new: VGroup) -> None:
        """The arrow turns round, about the place where it begins."""
        if len(self.arrow) and len(new):
            about = self.arrow[0].get_start()
            self.play(Rotate(self.arrow, PI, about_point=about), run_time=MOVE)
            self.remove(self.arrow)
            self.add(new)
        self.arrow = new
        self.remove(self.point.live)
        self.add(self.point.live)

    def change_arrow(self, new: VGroup) -> None:
        """Another arrow from the same place."""
        if len(self.arrow) and len(new):
            self.play(ReplacementTransform(self.arrow, new), run_time=MOVE)
        else:
            self.play(FadeOut(self.arrow), FadeIn(new), run_time=FADE)
        self.arrow = new

    def say_scale(self, times: int) -> None:
        """Beside the arrow, how many times smaller it is drawn; before and after, in the place of one another."""
        if len(self.scale):
            self.play(FadeOut(self.scale), run_time=QUICK / 2)
        self.scale = self.point.scale_said(self.arrow, times)
        if len(self.scale):
            self.play(FadeIn(self.scale), run_time=QUICK)

    # ---------------------------------------------------------------------------------------------
    # One after the other

    def ghost_arithmetic(self) -> VGroup:
        """The other method's line, below the others."""
        story, lines = self.story, self.lines
        line = ghost_line(self.stage, story, self.ghost, lines).set_opacity(0.95)
        zone = lines.zone
        line.scale(min(1.0, (zone.width - BAR_ROOM) / line.width))
        foot = max(lines.line(len(story.names)), zone.bottom + 0.1)
        return line.shift((zone.left - line.get_left()[0], foot - line[0].baseline, 0))

    def ghost_legs(self) -> list[VMobject]:
        """Dashed: along one parameter after the other."""
        here, made = self.story.parameters[0].copy(), []
        for index, end in enumerate(self.ghost.parameters.tolist()):
            before = self.point.place(here)
            here[index] = end
            xs, ys = zip(before, self.point.place(here), strict=True)
            pieces = self.point.panel.segments(xs, ys)
            if pieces and index in self.story.axes:
                made.append(drawn(stroke(self.stage.palette.ink, 2.5), pieces, dashed=True))
        return made

    def ghost_end(self) -> VGroup:
        """A hollow point where the other method ends, and a bar over it: a cross is the minimum.

        Where that is not in the picture, an arrow that leaves it, with the number to which it goes.
        """
        panel, there = self.point.panel, self.point.place(self.ghost.parameters)
        place = panel.border(*there)
        if not panel.holds(*there):
            return self.way_out(place)
        ring = Circle(radius=DOT, stroke_color=self.stage.palette.ink, stroke_width=2.5)
        ring.set_fill(self.stage.palette.ground, opacity=1).move_to(place)
        corner = np.array([BAR, BAR, 0])
        bar = drawn(stroke(self.stage.palette.ink, 3), [(place - corner, place + corner)])
        return VGroup(ring, bar)

    def way_out(self, place: FloatArray) -> VGroup:
        """A tip on the border, where the other method leaves the picture, and where that takes its parameter."""
        way, box = place - self.point.dot.get_center(), self.point.panel.box
        upright = abs(way[1]) > abs(way[0])
        along = np.array([0.0, np.sign(way[1]), 0.0] if upright else [np.sign(way[0]), 0.0, 0.0])
        tip = Triangle(radius=TIP, stroke_width=0, fill_opacity=1, color=self.stage.palette.ink)
        tip.rotate(angle_of_vector(along) - PI / 2).move_to(place - TIP * along)
        index = self.story.axes[-1] if upright else self.story.axes[0]
        number = numeral(float(self.ghost.parameters[index]), settled_digits(self.story, index))
        said = self.stage.formula(number, em=OUT_EM)
        said.set_fill(self.stage.colours[self.story.names[index]])
        side = LEFT if place[0] > (box.left + box.right) / 2 else RIGHT
        return VGroup(tip, said.next_to(tip, side, buff=TIP))

    def struck(self, line: VGroup) -> VMobject:
        """A thin bar through what a line comes to by this method, which can still be read."""
        height = float(line[0].baseline) + AXIS * self.lines.em
        worked = VGroup(*line[0 if self.lines.broken else 2 :])
        ends = [np.array([x, height, 0.0]) for x in (worked.get_left()[0], worked.get_right()[0])]
        return drawn(stroke(self.stage.palette.ink, 2), [(ends[0], ends[1])])

    def clear_ghosts(self) -> None:
        """What was crossed out leaves."""
        if len(self.ghosts):
            self.play(FadeOut(self.ghosts), run_time=QUICK)
        self.ghosts = VGroup()

    # ---------------------------------------------------------------------------------------------
    # One step more

    def renew(self, step: int, seconds: float) -> None:
        """The next position becomes the position now; new slopes, new arithmetic, a new move."""
        now, slopes = self.callout(NOW), self.callout(UPHILL)
        place, slope = now.renewed(self.place(step)), slopes.renewed(self.terms(UPHILL, step))
        self.play(FadeOut(now.values), run_time=seconds / 3)
        self.play(*self.moves_on(place), run_time=seconds)
        changes = [FadeOut(slopes.values, self.numbers, self.results), FadeIn(slope)]
        now.values, slopes.values = place, slope
        if self.story.varies:
            rate = self.callout(RATE)
            other = rate.renewed(self.terms(RATE, step))
            changes += [FadeOut(rate.values), FadeIn(other)]
            rate.values = other
        said, bars = self.lengths_change(step) if len(self.bars) else (VGroup(), [])
        self.play(*changes, *bars, run_time=seconds / 2)
        indices = range(len(self.story.names))
        self.numbers = VGroup(*(self.lines.numbers(index, step) for index in indices))
        self.results = VGroup(*(self.lines.result(index, step) for index in indices))
        self.play(FadeIn(self.numbers, self.results, *said), run_time=seconds / 2)
        arrow = VGroup(*self.point.arrows(step)[1])
        self.play(FadeIn(arrow), run_time=seconds / 2)
        self.made.append(arrow)
        self.follow(step, step + 1, seconds)
        self.next_values = self.values_after(step + 1)
        self.show_next_values(seconds / 2)

    def moves_on(self, place: PlaceNumbers) -> list[Animation]:
        """The next position's numbers become those now: on one side of the formula they go there, else they are exchanged."""
        middle = float(self.callouts.formula.get_center()[1])
        sides = [float(each.get_center()[1]) - middle for each in (self.next_values, place)]
        if sides[0] * sides[1] > 0:
            return [ReplacementTransform(self.next_values, place)]
        return [FadeOut(self.next_values), FadeIn(place)]

    def go_near(self, step: int) -> None:
        """Near to the steps that come; the whole stays, small, and the arrows of those before are a path."""
        point, gone = self.point, [*self.made, *([self.cross] if len(self.cross) else [])]
        self.play(FadeOut(*gone), run_time=QUICK)
        self.remove(*gone)
        self.made = []
        self.remove(*point.live.submobjects)
        self.add(point.live)
        view = point.near(step, self.story.singly)
        inset = WholeInset(point, view)
        fly(self, point, view, MOVE)
        self.play(FadeIn(inset.beside(point)), run_time=QUICK)

    def show_lengths(self, step: int, seconds: float) -> None:
        """The lengths of a step's gradient and of the step, below the lines."""
        self.bars = self.lengths.beside(self.below_lines, step)
        if len(self.bars):
            self.play(FadeIn(self.bars), run_time=seconds)

    @property
    def below_lines(self) -> Zone:
        """The room that the lines leave."""
        lines = self.lines
        top = lines.line(len(self.story.names) - 1) - lines.em
        return Zone(lines.zone.left, lines.zone.right, lines.zone.bottom, top)

    def lengths_change(self, step: int) -> tuple[VGroup, list[Animation]]:
        """What is said of the lengths at a step, which comes later, and how those before become these."""
        before, self.bars = self.bars, self.lengths.beside(self.below_lines, step)
        if not len(self.bars):
            return VGroup(), [FadeOut(before)]
        pairs = [*zip(before, self.bars, strict=True)]
        changes: list[Animation] = [FadeOut(old[0], old[1][1]) for old, _ in pairs]
        changes += [ReplacementTransform(old[1][0], new[1][0]) for old, new in pairs]
        return VGroup(*(part for new in self.bars for part in (new[0], new[1][1]))), changes

    def show_next_values(self, seconds: float) -> None:
        """What the lines come to goes up to the callout of the next position."""
        values = self.next_values
        flown = {id(item) for item in values.items}
        rest = [part for part in values if id(part) not in flown]
        if rest:
            self.play(FadeIn(*rest), run_time=seconds / 4)
        for result, item in zip(self.results, values.items, strict=True):
            self.play(TransformFromCopy(result[1], item), run_time=seconds)
        self.settle(values)
