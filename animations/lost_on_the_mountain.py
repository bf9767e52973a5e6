"""The lesson `lost_on_the_mountain`: a man in the fog, who feels the slope under his feet, and walks down the run."""

from __future__ import annotations

from collections.abc import Iterator

from manim import Create, FadeIn, FadeOut, TransformFromCopy, VGroup

from symgd.animations.descending import mountain_words as words
from symgd.animations.descending.gap_picture import gap_picture
from symgd.animations.descending.height_bar import HeightBar
from symgd.animations.descending.mountain import CAREFUL, Mountain, steadied
from symgd.animations.descending.mountain_endings import MountainEndings
from symgd.animations.descending.mountain_rows import FELT, HIGH, PLACED, STEPPED
from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE, STEP
from symgd.animations.descending.mountain_scenes import FADE, MOVE, QUICK, SINGLY, SWEEP
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.writing.words import message

DATA = 0.85  # of the height beside the mountain, that the data have


class LostOnTheMountain(MountainEndings):
    """Lesson 11: lesson 004's man in the fog, and what each word of the story is."""

    lesson = "lost_on_the_mountain"
    bar: HeightBar | None = None  # what the misses become
    data: VGroup = VGroup()  # points, and what the model says of them where he begins

    def beats(self) -> Iterator[Beat]:
        """Fog, slope, step, and so on; then the fog lifts."""
        self.story = steadied(self.told_plain(), lambda: self.gradient)
        self.prepare(Mountain(self.story))
        mountain, stacks = self.mountain, self.draw_data()
        kind, beat, steps = type(self), self.beat, mountain.steps
        yield beat(message("in the fog"), words.start(mountain), kind.show_fog, asks=True)
        yield beat(message("where he stands"), words.place(mountain, stacks), kind.show_place)
        yield beat(message("the slope"), words.slope(mountain), kind.show_slope, asks=True)
        seen = len(self.picture.stride(0)) > 0
        yield beat(message("the step"), words.step(mountain, seen=seen), kind.show_step)
        if steps > 1:
            yield beat(message("and again"), words.again(mountain), kind.show_again)
        if steps > CAREFUL:
            yield beat(message("on and on"), words.onward(mountain), kind.show_onward)
        yield beat(message("is it the lowest"), words.asked(mountain), kind.show_asked, asks=True)
        yield beat(message("the fog lifts"), words.lifted(mountain), kind.show_lifted)
        if not mountain.shows_several and not mountain.went_up:
            made = words.MADE_UP, words.NEARLY
            yield beat(message("another mountain"), made, kind.show_other, asks=True)
            yield beat(message("two valleys"), words.two_valleys(), kind.show_valleys)
        yield beat(message("the answer"), words.ending(mountain), kind.show_ending)

    def draw_data(self) -> bool:
        """The data beside the mountain; whether each miss is a part of his height."""
        if self.story.form == "function":
            return False
        zone, _ = self.stage.layout.mathematics.rows(DATA, 1 - DATA, gap=0.0)
        fit = FitPicture(self.stage, zone, self.story)
        fit.show(0.0)
        self.data = VGroup(fit.panel.drawing, fit.live)
        self.bar = HeightBar(self.picture.panel, self.mountain, fit)
        return len(self.bar.parts) > 1

    # ---------------------------------------------------------------------------------------------
    # The first step

    def show_fog(self) -> None:
        """The data that make the mountain; and nothing of it but a man with a lantern."""
        picture = self.picture
        self.set_heading(words.QUESTION)
        coming = [FadeIn(picture.panel.drawing, picture.cover)]
        if len(self.data):
            coming.append(FadeIn(self.data))
        self.play(*coming, run_time=QUICK)
        self.add(picture.land, picture.live, picture.cover)  # a lantern is lit under the fog
        self.play(FadeOut(picture.cover))

    def show_place(self) -> None:
        """How high he is, on the axis; and the position."""
        story, panel = self.story, self.picture.panel
        foot = float(self.mountain.feet[0]), float(story.cost[0])
        height = None, numeral(float(story.cost[0]))
        shade = self.stage.palette.error
        self.height = AxisReadings(self.stage, panel, foot, height, (shade, shade))
        stack = self.stack()
        self.turn()
        self.play(Create(self.height.lines), *self.height.makes_room(), run_time=FADE)
        gone = leaving(self.data if len(self.data) else None, stack if len(stack) else None)
        self.play(FadeIn(*self.height.numbers), *gone, run_time=FADE)
        self.call(HIGH, 0, *self.height.numbers)
        self.call(PLACED, 0)
        self.play(*self.rule.speaks(PLACE), run_time=FADE)
        if self.map.has_room:
            self.play(FadeIn(self.map.whole, self.map.live), run_time=FADE)

    def stack(self) -> VGroup:
        """The data's misses go where his height is, one on the other."""
        bar = self.bar
        if bar is None or not len(bar.parts):
            return VGroup()
        sources = bar.squares if len(bar.squares) else bar.misses
        for miss, square in zip(bar.misses, bar.squares, strict=False):
            self.play(TransformFromCopy(miss, square), run_time=FADE)
        if len(bar.mean):
            self.play(FadeIn(bar.mean), run_time=FADE)
        for pair in zip(sources, bar.parts, strict=True):
            self.play(TransformFromCopy(*pair), run_time=MOVE if len(bar.parts) == 1 else FADE)
        return VGroup(*bar.parts, *bar.squares, *bar.mean)

    def show_slope(self) -> None:
        """The tangent under his feet, and its slope; then a question."""
        self.play(*self.height.away(), run_time=QUICK)
        beside = self.picture.beside(0, *self.felt_at(0))
        self.tangent, self.labels = self.picture.feel(0), VGroup(beside[0])
        self.play(FadeIn(self.tangent))
        self.play(FadeIn(self.labels), run_time=FADE)
        self.call(FELT, 0, self.labels[0][-1])
        self.play(*self.rule.speaks(SLOPE), run_time=FADE)
        if noted := self.note(0):
            self.play(FadeIn(noted), run_time=FADE)
        self.point(0)
        self.set_heading(words.LEFT_OR_RIGHT)

    def show_step(self) -> None:
        """The length of the step, and only then the step."""
        self.stride = self.picture.stride(0)
        self.call(STEPPED, 0)
        self.play(*self.rule.speaks(STEP), run_time=FADE)
        if len(self.stride):
            self.play(FadeIn(self.stride), run_time=FADE)
        self.write_beside(self.picture.beside(0, *self.felt_at(0))[1], STEPPED, MOVE)
        self.turn()
        self.carry(1, *self.rule.speaks(NEXT))
        self.arrive(1)
        self.set_heading(words.HOW_FAR)

    # ---------------------------------------------------------------------------------------------
    # Further steps

    def show_again(self) -> None:
        """The second step, as carefully as the first."""
        beside = self.picture.beside(1, *self.felt_at(1))
        self.tangent, self.stride = self.picture.feel(1), self.picture.stride(1)
        self.play(FadeIn(self.tangent), *self.rule.speaks(SLOPE), run_time=FADE)
        self.write_beside(beside[0], FELT)
        self.point(1)
        self.turn()
        self.play(FadeIn(self.stride), *self.rule.speaks(STEP), run_time=FADE)
        self.write_beside(beside[1], STEPPED)
        self.walk(1, 2, MOVE, *self.rule.speaks(NEXT))
        self.arrive(2)

    def show_onward(self) -> None:
        """From near where steps are short: a few one by one, and the others in one go."""
        last = self.mountain.steps
        if self.near is not None:
            self.look_at(self.near.show(CAREFUL), CAREFUL)
        self.see_above()
        for step in range(CAREFUL, min(SINGLY, last)):
            self.tangent, self.stride = self.picture.feel(step), self.picture.stride(step)
            self.pointer = self.map.downhill(step) if self.map.has_room else VGroup()
            self.play(FadeIn(self.tangent, self.stride, self.pointer), run_time=QUICK)
            self.walk(step, step + 1, 2 * QUICK)
            self.arrive(step + 1, QUICK)
        if last > SINGLY:
            self.turn()
            self.walk(SINGLY, last, SWEEP)
            self.arrive(last)
        self.see_rows(last)

    def show_asked(self) -> None:
        """The slope where he is, and a question."""
        step = self.mountain.steps
        gone = self.shown.pop(STEPPED)
        self.tangent = self.picture.feel(step)
        said = self.rule.speaks(SLOPE)
        self.play(
            FadeOut(gone, self.rows.titles[STEPPED]), FadeIn(self.tangent), *said, run_time=FADE
        )
        self.write_beside(self.picture.beside(step, *self.felt_at(step)[:1])[0], FELT)
        self.point(step)
        self.set_heading(words.LOWEST)

    def show_lifted(self) -> None:
        """The whole mountain, or its valley; and he walks on as far as the run goes."""
        picture, mountain, step = self.picture, self.mountain, self.mountain.steps
        for each in {picture, self.whole, self.lifted}:
            each.lift()
        self.add(picture.fog, picture.lit, picture.live)  # in this order it was in front of him
        if self.map.has_room:
            self.add(*self.map.whole, self.map.live)
        small = VGroup() if self.earlier is None else self.earlier.small
        self.add(small)
        self.earlier = None
        parts = picture.fog, self.notes.made, self.labels, self.pointer, small
        self.play(*leaving(*(part for part in parts if len(part))))
        self.remove(picture.fog, picture.lit)
        self.labels, self.pointer = VGroup(), VGroup()
        self.look_around(step)
        self.floor = floor = self.rows.floor()
        if len(floor):
            self.play(FadeIn(floor), run_time=FADE)
        if self.map.has_room:
            self.map.lines.add(*self.map.levels())
            self.add(*self.map.whole, self.map.live)
            self.play(FadeIn(self.map.lines), run_time=FADE)
            self.add(*self.map.whole, self.map.live)
        self.turn()
        self.compare(step)
        self.set_heading(words.verdict(mountain))
        if mountain.last > step:
            self.walk(step, mountain.last, SWEEP)
            self.renew(mountain.last, FADE, HIGH, PLACED, FELT)

    def look_around(self, step: int) -> None:
        """The valley where he and its floor are seen apart; the whole, where that shows it."""
        if self.lifted is not self.picture:
            self.look_at(self.lifted.show(step), step, self.mountain.last)

    def compare(self, step: int) -> None:
        """Where he stands beside the lowest place; his ghost stays."""
        mountain = self.mountain
        low = mountain.lowest
        if low is None or mountain.went_up or mountain.is_down:
            return
        ghost = self.picture.ghost(step)
        self.gap = VGroup(gap_picture(self.picture, step, low), ghost)
        self.play(FadeIn(self.gap), run_time=FADE)
        self.turn()
