"""AnnotatedMoves: what moves in the lesson `annotated_update`: arrow, dot, numbers on their way, and the ghost.

Laws
----
- a number comes from where it is seen: from the axes into its callout, from there into the update, and what the update
  comes to into the next callout, one number after the other
"""

from __future__ import annotations

from manim import (
    PI,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    Rotate,
    Transform,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.descending.annotated_lines import (
    STAGES,
    LongUpdate,
    settled_digits,
)
from symgd.animations.descending.callout_looks import arrow_look, beside, dot_look, ring_look
from symgd.animations.descending.lengths import Lengths
from symgd.animations.descending.whole_inset import WholeInset
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.pictures.callouts import Callout, Callouts, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.view_flight import fly
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.views import View
from symgd.terms import Term

MOVE, QUICK, FADE = 1.2, 0.4, 0.6
BOLD = 5.0  # a callout's line that is spoken of
NOW, UPHILL, DOWNHILL, RATE, NEXT = range(5)


class AnnotatedMoves(RunLesson):
    """A scene with the picture of a step, its formula with callouts, and the lines of its arithmetic."""

    story: DescentStory
    point: EvenPicture
    callouts: Callouts
    lines: LongUpdate
    arrow: VGroup
    slice: VGroup
    numbers: VGroup
    results: VGroup
    next_values: PlaceNumbers
    readings: AxisReadings | None = None
    lengths: Lengths
    scale: VGroup = VGroup()
    whole: View | None = None  # what is seen at first
    closer: int  # the step before which the picture goes near
    small: WholeInset | None = None
    inset: VGroup = VGroup()  # the whole, small, while the picture is near
    cross: VGroup = VGroup()
    looks: dict[int, VGroup]  # beside the names
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
        look = self.looks[number] = self.look_of(number)
        shown = VGroup(callout.title if titled else callout.text, look)
        self.play(FadeIn(shown), run_time=FADE)
        self.remove(shown)
        self.add(callout.title, *([] if titled else [callout.values]), look)

    def look_of(self, number: int) -> VGroup:
        """What a part is in the picture, beside its name."""
        point = self.point
        made = {
            NOW: lambda: dot_look(point),
            NEXT: lambda: ring_look(point),
            UPHILL: lambda: arrow_look(point, 1.0),
            DOWNHILL: lambda: arrow_look(point, -1.0),
        }.get(number, VGroup)()
        several = self.callouts.callouts
        others = [each for c in several for each in (c.title, c.values, c.line)]
        return beside(made, self.callout(number), [*others, point.panel.drawing])

    def turned_looks(self, step: int) -> list[Animation]:
        """The arrows beside the names turn to where the gradient points now, up and down."""
        turns: list[Animation] = []
        for number, sign in ((UPHILL, 1.0), (DOWNHILL, -1.0)):
            look = self.looks.get(number, VGroup())
            now = arrow_look(self.point, sign, step)
            if len(look) and len(now):
                turns.append(Transform(look, now.move_to(look)))
        return turns

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
    # One step more

    def renew(self, step: int, seconds: float) -> None:
        """The next position becomes the position now; new slopes, new arithmetic, a new move."""
        now, slopes = self.callout(NOW), self.callout(UPHILL)
        place, slope = now.renewed(self.place(step)), slopes.renewed(self.terms(UPHILL, step))
        self.play(FadeOut(now.values), run_time=seconds / 3)
        self.play(*self.moves_on(place), run_time=seconds)
        dot = self.point.dot  # there they are taken
        comes = FadeIn(slope, target_position=dot, scale=0.5)
        changes = [FadeOut(slopes.values, self.numbers, self.results), comes]
        now.values, slopes.values = place, slope
        if self.story.varies:
            rate = self.callout(RATE)
            other = rate.renewed(self.terms(RATE, step))
            changes += [FadeOut(rate.values), FadeIn(other)]
            rate.values = other
        self.play(*changes, *self.turned_looks(step), run_time=seconds / 2)
        self.fill_lines(step, seconds)
        arrow = VGroup(*self.point.arrows(step)[1])
        self.play(FadeIn(arrow), run_time=seconds / 2)
        self.made.append(arrow)
        self.follow(step, step + 1, seconds)
        self.next_values = self.values_after(step + 1)
        self.show_next_values(seconds / 2)

    def fill_lines(self, step: int, seconds: float) -> None:
        """The lines of a step: one symbol after the other gets its number, from its callout, in all lines at once."""
        indices = range(len(self.story.names))
        self.numbers = VGroup(*(self.lines.numbers(index, step) for index in indices))
        self.results = VGroup(*(self.lines.result(index, step) for index in indices))
        flown, flights = set[int](), list[list[Animation]]()
        for number, path in zip((NOW, RATE, UPHILL), STAGES, strict=True):
            items = self.values(number).items
            flights.append([])
            for index in indices:
                source, end = (
                    items[index if len(items) > 1 else 0],
                    self.numbers[index].glyphs(path),
                )
                flights[-1].append(carried(source, end))
                flown |= {id(glyph) for glyph in end}
        rest = VGroup(*(g for made in self.numbers for g in made if id(g) not in flown))
        self.play(FadeIn(rest), run_time=seconds / 3)
        for several in flights:
            self.play(*several, run_time=max(QUICK, seconds / 2))
        self.play(FadeIn(self.results), run_time=seconds / 2)
        self.remove(rest, *(glyph for made in self.numbers for glyph in made))
        self.add(self.numbers)

    def moves_on(self, place: PlaceNumbers) -> list[Animation]:
        """The next position's numbers become those now: on one side of the formula they go there, else they come from the dot."""
        middle = float(self.callouts.formula.get_center()[1])
        sides = [float(each.get_center()[1]) - middle for each in (self.next_values, place)]
        if sides[0] * sides[1] > 0:
            return [ReplacementTransform(self.next_values, place)]
        comes = FadeIn(
            place, target_position=self.point.dot, scale=0.5
        )  # it is the dot's place now
        return [FadeOut(self.next_values), comes]

    # ---------------------------------------------------------------------------------------------
    # What is looked at

    def go_near(self, step: int) -> None:
        """Near to the steps that come; the whole stays, small, and the arrows of those before are a path."""
        view = self.point.near(step, self.story.singly)
        self.go_to(view, self.small or WholeInset(self.point, view))

    def go_to(self, view: View, inset: WholeInset | None = None) -> None:
        """Nearer, or elsewhere: what stands over the plane leaves before it moves, and the whole stays in a corner."""
        point = self.point
        self._leave()
        fly(self, point, view, MOVE)
        if inset is not None:
            self.inset = inset.beside(point)
            self.play(FadeIn(self.inset), run_time=QUICK)

    def go_back(self) -> None:
        """The whole plane again, with the minimum in it."""
        point, whole = self.point, self.whole
        if whole is None or point.view == whole:
            return
        self._leave()
        fly(self, point, whole, MOVE)
        self.cross = point.cross()
        if len(self.cross):
            self.play(FadeIn(self.cross), run_time=FADE)

    def _leave(self) -> None:
        point = self.point
        gone = [each for each in (*self.made, self.cross, self.inset) if len(each)]
        if gone:
            self.play(FadeOut(*gone), run_time=QUICK)
            self.remove(*gone)
        self.made, self.cross, self.inset = [], VGroup(), VGroup()
        self.remove(*point.live.submobjects)
        self.add(point.live)

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
