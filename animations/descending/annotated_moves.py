"""AnnotatedMoves: what moves in the lesson `annotated_update` in its first step: arrow, dot, and numbers on their way.

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
    VGroup,
    VMobject,
)

from symgd.animations.descending.annotated_lines import (
    LongUpdate,
    settled_digits,
)
from symgd.animations.descending.callout_looks import (
    arrow_look,
    beside,
    box_look,
    dot_look,
    ring_look,
)
from symgd.animations.descending.close_view import CloseView
from symgd.animations.descending.lengths import Lengths
from symgd.animations.descending.spoken_parts import SpokenParts
from symgd.animations.descending.update_places import UpdatePlaces
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.pictures.callouts import Callout, Callouts, PlaceNumbers
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.parameter_picture import ParameterPicture
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Term

MOVE, QUICK, FADE = 1.2, 0.4, 0.6
BOLD = 5.0  # a callout's line that is spoken of
PARTS = NOW, UPHILL, DOWNHILL, RATE, NEXT = range(5)


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
    places: UpdatePlaces
    fit: FitPicture | None  # none without data
    close: CloseView | None = None
    ring: VMobject
    cross: VGroup = VGroup()
    looks: dict[int, VGroup]  # beside the names
    lit: dict[int, float]  # how bright each part is
    spoken_parts: SpokenParts

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
        """The part is marked, and then named; the others are dim."""
        self.speak(number)
        callout = self.callout(number)
        if callout.line not in self.mobjects:
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
            RATE: lambda: box_look(point),
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
            elif len(look):  # a gradient of zero points nowhere
                turns.append(FadeOut(look))
                self.looks[number] = VGroup()
        return turns

    def speak(self, *numbers: int) -> None:
        """These parts are lit, in the formula and by their names, and the others are dim; without any, all are lit."""
        lit = {n: 1.0 if n in numbers or not numbers else 0.0 for n in range(len(PARTS))}
        if lit == self.lit:
            return
        before, self.lit = self.lit, lit
        seen = {n: VGroup(*self._of(n)) for n in lit}

        def shine(part: float) -> None:
            for n, group in seen.items():
                self.spoken_parts.shine(group, before[n] + part * (lit[n] - before[n]))

        self.moving(shine, QUICK, self.callouts.formula, *(e for n in lit for e in self._named(n)))

    def _named(self, number: int) -> list[Mobject]:
        """What is written of a part, besides the formula."""
        if number not in self.looks:
            return []
        callout = self.callout(number)
        there = {*self.mobjects}
        each = [callout.line, callout.title, callout.values, self.looks[number]]
        return [mobject for mobject in each if mobject in there]

    def _of(self, number: int) -> list[Mobject]:
        return [self.callout(number).part, *self._named(number)]

    def stress(self, *numbers: int) -> None:
        """Some parts are lit, and their lines get bold."""
        self.speak(*numbers)
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

    def written(self, source: Mobject) -> list[Mobject]:
        """What is written in formula, callouts and lines, but for a number that leaves there."""
        several = self.callouts.callouts
        texts = [e for each in several for e in (each.title, each.line) if e in self.mobjects]
        values = [each.values for each in several if each.values in self.mobjects]
        parts = [part for all_of in values for part in all_of if part is not source]
        return [*self.callouts.formula, *texts, *parts]

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
        """The dot goes from one time of the descent to another, and with it what the model says."""
        pictures: list[ParameterPicture | FitPicture] = [self.point]
        if self.fit is not None:
            self.fit.show(start)
            pictures.append(self.fit)
        if self.close is not None:
            pictures.append(self.close.lens)
        shown = [each for each in pictures if each.live in self.mobjects]

        def show(part: float) -> None:
            for each in shown:
                each.show(start + (end - start) * part)

        self.moving(show, seconds, *(each.live for each in shown))
        for each in pictures:
            each.show(end)
        self.show_slice(int(end))

    def show_slice(self, step: int) -> None:
        """The lines of equal cost where the other parameters are now."""
        if self.story.sliced:
            self.slice = self.point.sliced_anew(self, self.slice, step)
            if self.close is not None:
                self.close.lens.sliced_anew(self, VGroup(), step)

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
