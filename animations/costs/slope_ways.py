"""Ways along a slice that are longer or shorter than the lesson's steps: uphill a little, and by too great a rate."""

from __future__ import annotations

from manim import Create, FadeIn, FadeOut, VGroup

from symgd.animations.costs.slope_far import FarSlice, leaves
from symgd.animations.costs.slope_formula import SlopeFormula
from symgd.animations.costs.slope_moves import FADE, FLIGHT, LIFT, MOVE
from symgd.animations.costs.slope_reach import magnified, seen_end, shrunk
from symgd.animations.costs.slope_readouts import RATE as RATES
from symgd.animations.costs.slope_readouts import SLOPE as SLOPES
from symgd.animations.costs.slope_readouts import STEP
from symgd.animations.costs.slope_readouts import VALUE as VALUES
from symgd.animations.formulas.number_flight import carried
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.run_lesson import refill
from symgd.writing.words import message

# Of an arrow's length, and of the picture's width: how far uphill is tried.
TRIED, NARROW = 0.5, 0.015


class SlopeWays(SlopeFormula):
    """A scene that tries the way uphill, and follows a step out of its picture."""

    far: FarSlice | None = None  # while the slice is drawn as far as a step goes
    shown: VGroup  # rows of the table
    steps_shown: VGroup  # of the steps whose numbers are read

    def rate_is(self, rate: float) -> None:
        """Steps and arrows are those of a rate: the run's own, or another one that is named."""
        picture = self.picture
        picture.take_rate(rate)
        self.magnified = self.times
        if rate == self.given and self.eased is not None:
            start = [picture.start]
            room = self.reach.room(start, start)
            self.magnified = magnified(abs(picture.first_step) * picture.unit, room)
            self.magnified /= shrunk(self.reach.ahead(start))
        self.sides.times = self.magnified

    def try_uphill(self, value: float) -> None:
        """The dot goes a little to where the arrow points, sees the cost grow, and comes back."""
        picture = self.picture
        change = picture.rate * picture.slope(value) * self.magnified * TRIED
        end = seen_end(picture, value, value + change)
        if abs(end - value) * picture.unit < NARROW * picture.panel.box.width:
            return
        heights = [picture.cost(value), picture.cost(end)]
        rise = VGroup(
            drawn(
                stroke(self.stage.palette.error, 3),
                picture.panel.segments([end, end], heights),
                dashed=True,
            )
        )
        self.travel(value, end, FLIGHT)
        said = self.sides.named(message("the cost grows"), rise)
        self.play(FadeIn(rise, said), run_time=FADE)
        self.pulse(*(part for part in rise if part.has_points()))
        self.play(FadeOut(rise, said), run_time=FADE / 2)
        self.sides.clear()
        self.travel(end, value, FLIGHT)
        self.touch(value)

    def tell_row(self) -> None:
        """The next row of the table: the value comes from the scale, the slope from the tangent, then rate and step."""
        assert self.readouts is not None
        number = len(self.shown)
        row, picture = self.readouts.row(number), self.picture
        self.shown.add(row)
        foot = picture.position(self.here)[0], picture.panel.box.bottom + LIFT, 0.0
        starts = [VGroup(row[VALUES].copy().move_to(foot)), self.sides.beside_dot(row[SLOPES])]
        for start, cell in zip(starts, (row[VALUES], row[SLOPES]), strict=True):
            self.play(FadeIn(start), run_time=FADE / 2)
            self.remove(start)
            self.play(carried(start, cell), run_time=FLIGHT)
        self.play(FadeIn(row[RATES]), run_time=FADE / 2)
        self.play(FadeIn(row[STEP]), run_time=FADE / 2)
        self.remove(*row)
        self.add(row)
        self.tell_lengths(number)

    def tell_lengths(self, number: int) -> None:
        """The bars of a row, which is how much the slope is, and the step."""
        assert self.readouts is not None
        bars = [bar for bar in self.readouts.bars(number) if bar.has_points() or len(bar)]
        if bars:
            self.play(*map(Create, bars), run_time=FADE)

    def turn_round(self, value: float, arrow: VGroup, rule: VGroup) -> VGroup:
        """The minus is marked, and the arrow turns through no length to the other side; a faint one stays for a while."""
        down, faint = self.arrow(value, -1.0), self.sides.faint(arrow)
        mark = self.sign_mark(rule)
        holder = VGroup(*arrow)
        self.add(faint, holder)
        self.remove(arrow)
        self.bring_to_back(mark)
        self.play(FadeIn(mark), run_time=FADE / 2)
        self.moving(lambda part: refill(holder, [self.arrow(value, 1 - 2 * part)]), MOVE, holder)
        self.remove(holder)
        self.add(down)
        self.play(FadeOut(VGroup(mark, faint)), run_time=FADE / 2)
        return down

    def step_far(self, value: float, end: float) -> None:
        """A step out of the picture: the slice is drawn as far as it goes, and there the dot moves."""
        picture = self.picture
        self.far = far = FarSlice(picture, self.slice_zone, end)
        near = VGroup(picture.panel.drawing, picture.note, self.sides_shown[1:], self.said_scale)
        self.remove(picture.curve, picture.live, self.sides_shown[:1])
        self.add(far.between(0.0, value).live)
        self.play(FadeOut(near), run_time=FADE / 2)
        self.moving(lambda part: far.between(part, value), MOVE, far.live)
        arrow = far.arrow(value, end)
        self.play(FadeIn(far.far.panel.drawing), FadeIn(arrow), run_time=FADE)
        self.turn()

        def stepped(part: float) -> None:
            here = value + (end - value) * part
            far.between(1.0, here)
            if self.inset is not None:
                self.inset.show(picture.at(here))

        self.moving(stepped, MOVE, far.live, *self.moved[1:])
        self.here, self.left = end, VGroup(arrow)

    def come_near(self, value: float) -> None:
        """The slice as it was before a step left it, with the dot where a parameter has a value."""
        far, picture = self.far, self.picture
        if far is None:
            return
        self.play(FadeOut(far.far.panel.drawing, far.dot, self.left), run_time=FADE / 2)
        self.moving(lambda part: far.between(1 - part, value), MOVE, far.curve)
        self.remove(far.curve)
        self.add(picture.curve)
        self.stand(value, tangent=False)
        self.play(
            FadeIn(picture.panel.drawing, picture.note, picture.dot, self.said_scale), run_time=FADE
        )
        self.add(picture.live)
        self.here, self.far, self.sides_shown = value, None, VGroup()
        self.left = VGroup()

    def show_too_great(self, rate: float) -> None:
        """From the start with a greater rate: the arrow reaches over the valley, and the dot lands higher."""
        picture, start = self.picture, self.picture.start
        self.set_heading(message("And with a greater rate?"))
        self.play(*leaving(self.steps_shown, self.sides_shown, self.left), run_time=FADE)
        self.steps_shown, self.sides_shown, self.left = VGroup(), VGroup(), VGroup()
        self.sides.clear()
        self.go(start, MOVE)
        self.turn()
        self.tell_row()
        end = start - rate * picture.slope(start)
        self.sides_shown = VGroup(self.ring(start))
        self.add(self.sides_shown, picture.live)
        if leaves(picture, end):
            self.step_far(start, end)
        else:
            height = float(picture.position(start)[1])
            arrow = picture.along(start, end - start, height, picture.colour)
            self.play(FadeIn(arrow), run_time=FADE)
            self.turn()
            self.travel(start, end, MOVE)
            self.here, self.left = end, VGroup(arrow)
