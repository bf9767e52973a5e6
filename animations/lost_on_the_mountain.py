"""The lesson `lost_on_the_mountain`: a man in the fog, who feels the slope under his feet, and walks down the run."""

from __future__ import annotations

from collections.abc import Iterator

from manim import (
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Mobject,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.descending import mountain_words as words
from symgd.animations.descending.gap_picture import gap_picture
from symgd.animations.descending.mountain import CAREFUL, Mountain, steadied
from symgd.animations.descending.mountain_map import MountainMap
from symgd.animations.descending.mountain_notes import MountainNotes
from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.descending.mountain_rows import FELT, HIDDEN, PLACED, STEPPED, MountainRows
from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE, STEP
from symgd.animations.descending.other_mountain import OtherMountain
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.axis_readings import AxisReadings
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.stories.descent_story import DescentStory
from symgd.writing.words import message

MOVE, QUICK, FADE, SWEEP = 1.4, 0.4, 0.6, 3.0
SINGLY = 4  # steps that are shown one by one


class LostOnTheMountain(RunLesson):
    """Lesson 11: lesson 004's man in the fog, and what each word of the story is."""

    lesson = "lost_on_the_mountain"
    story: DescentStory
    mountain: Mountain
    picture: MountainPicture
    rows: MountainRows
    tangent: Mobject = VGroup()
    stride: Mobject = VGroup()
    labels: VGroup = VGroup()  # what is written beside his light
    pointer: VGroup = VGroup()  # the map's arrow
    floor: VGroup = VGroup()  # what the fog hid
    other: OtherMountain | None = None
    gap: VGroup = VGroup()  # how far above the lowest place he stood, and a ghost of him

    def beats(self) -> Iterator[Beat]:
        """Fog, slope, step, and so on; then the fog lifts."""
        self.story = steadied(self.told_plain(), lambda: self.gradient)
        self.mountain = mountain = Mountain(self.story)
        layout = self.stage.layout
        self.picture = self.whole = MountainPicture(self.stage, layout.picture, mountain)
        self.rows = MountainRows(self.stage, layout.mathematics, mountain)
        self.rule = self.rows.rule
        self.map, self.notes = self.take_notes()
        self.shown: dict[int, VGroup] = {}
        kind, beat, steps = type(self), self.beat, mountain.steps
        yield beat(message("in the fog"), words.start(mountain), kind.show_fog, asks=True)
        yield beat(message("where he stands"), words.place(mountain), kind.show_place)
        yield beat(message("the slope"), words.slope(mountain), kind.show_slope, asks=True)
        yield beat(message("the step"), words.step(mountain), kind.show_step)
        if steps > 1:
            yield beat(message("and again"), words.again(mountain), kind.show_again)
        if steps > CAREFUL:
            yield beat(message("on and on"), words.onward(mountain), kind.show_onward)
        yield beat(message("is it the lowest"), words.asked(mountain), kind.show_asked, asks=True)
        yield beat(message("the fog lifts"), words.lifted(mountain), kind.show_lifted)
        if mountain.has_one_valley and not mountain.went_up:
            made = words.MADE_UP, words.NEARLY
            yield beat(message("another mountain"), made, kind.show_other, asks=True)
            yield beat(message("two valleys"), words.two_valleys(), kind.show_valleys)
        yield beat(message("the answer"), words.ending(mountain), kind.show_ending)

    def take_notes(self) -> tuple[MountainMap, MountainNotes]:
        """A map, or else notes, where all that is written beside his light leaves them room."""
        mountain, last = self.mountain, self.mountain.steps
        singly = range(min(max(SINGLY, CAREFUL), last))
        beside = [self.slope_label(step) for step in (*singly, last)]
        beside += [self.step_label(step) for step in singly]
        about = self.stage, self.picture.panel, mountain, beside
        return MountainMap(*about), MountainNotes(*about)

    # ---------------------------------------------------------------------------------------------
    # The first step

    def show_fog(self) -> None:
        """Nothing but a man with a lantern."""
        picture = self.picture
        self.set_heading(words.QUESTION)
        self.play(FadeIn(picture.panel.drawing, picture.cover))
        self.add(picture.land, picture.live, picture.cover)  # a lantern is lit under the fog
        self.play(FadeOut(picture.cover))
        self.call(HIDDEN, 0)

    def call(self, number: int, step: int, source: Mobject | None = None) -> None:
        """A word of the story, and what it is; its number comes from where it is seen."""
        made = self.shown[number] = self.rows.row(number, step)
        self.play(FadeIn(self.rows.titles[number]), run_time=FADE)
        if source is None:
            self.play(FadeIn(made), run_time=FADE)
            return
        self.play(FadeIn(*made[:-1]), TransformFromCopy(source, made[-1]), run_time=MOVE)
        self.remove(*made)
        self.add(made)

    def renew(self, step: int, seconds: float, *numbers: int) -> None:
        """The same words with the numbers of another step."""
        old = [self.shown[number] for number in numbers]
        for number in numbers:
            self.shown[number] = self.rows.row(number, step)
        self.play(FadeOut(*old), run_time=seconds / 2)
        new = [self.shown[number] for number in numbers]
        if noted := self.note(step):
            new.append(noted)
        self.play(FadeIn(*new), run_time=seconds / 2)

    def note(self, step: int) -> VGroup:
        """What is found at a step, written into the fog where no map is."""
        if self.map.has_room or not self.picture.foggy:
            return VGroup()
        return self.notes.note(step)

    def show_place(self) -> None:
        """How high he is, on the axis; and the position."""
        story, panel = self.story, self.picture.panel
        foot = float(self.mountain.feet[0]), float(story.cost[0])
        height = None, numeral(float(story.cost[0]))
        shade = self.stage.palette.error
        self.height = AxisReadings(self.stage, panel, foot, height, (shade, shade))
        self.play(Create(self.height.lines), *self.height.makes_room(), run_time=FADE)
        self.play(FadeIn(*self.height.numbers), run_time=FADE)
        self.call(PLACED, 0)
        self.play(*self.rule.speaks(PLACE), run_time=FADE)
        if self.map.has_room:
            self.play(FadeIn(self.map.whole, self.map.live), run_time=FADE)

    def show_slope(self) -> None:
        """The tangent under his feet, and its slope; then a question."""
        self.play(*self.height.away(), run_time=QUICK)
        self.tangent, self.labels = self.picture.feel(0), VGroup(self.slope_label(0))
        self.play(FadeIn(self.tangent))
        self.play(FadeIn(self.labels), run_time=FADE)
        self.call(FELT, 0, self.labels[0][-1])
        self.play(*self.rule.speaks(SLOPE), run_time=FADE)
        if noted := self.note(0):
            self.play(FadeIn(noted), run_time=FADE)
        self.point(0)
        self.set_heading(words.LEFT_OR_RIGHT)

    def point(self, step: int) -> None:
        """Which way is down, on the map."""
        if self.map.has_room:
            self.pointer = self.map.downhill(step)
            self.play(FadeIn(self.pointer), run_time=FADE)

    def slope_label(self, step: int) -> VGroup:
        """The slope, beside his light."""
        value = numeral(self.rows.steepness(step))
        said = message("slope") if self.mountain.over_parameter else message("fall per unit")
        return self.picture.beside(step, said, value)

    def step_label(self, step: int) -> VGroup:
        """The step that he is about to make, beside his light."""
        return self.picture.beside(
            step, message("next step"), numeral(self.rows.change(step)), low=True
        )

    def write_beside(self, label: VGroup, source: Mobject, seconds: float = FADE) -> None:
        """A number goes from its row to his feet."""
        word, number = label
        self.play(FadeIn(word), TransformFromCopy(source, number), run_time=seconds)
        self.remove(word, number)
        self.labels.add(label)
        self.add(self.labels)

    def show_step(self) -> None:
        """The length of the step, and only then the step."""
        self.stride = self.picture.stride(0)
        self.call(STEPPED, 0)
        self.play(*self.rule.speaks(STEP), run_time=FADE)
        if len(self.stride):
            self.play(FadeIn(self.stride), run_time=FADE)
        self.write_beside(self.step_label(0), self.shown[STEPPED][-1], MOVE)
        self.turn()
        self.walk(0, 1, MOVE, *self.rule.speaks(NEXT))
        self.arrive(1)
        self.set_heading(words.QUESTION)

    def arrive(self, step: int, seconds: float = FADE) -> None:
        """The numbers of where he stands now, that of the step which he would make next among them."""
        self.renew(step, seconds, PLACED, FELT, STEPPED)

    def walk(self, start: float, end: float, seconds: float, *others: Animation) -> None:
        """He goes from one time of the descent to another; what he felt and meant to step stays behind."""
        gone = leaving(
            *(
                part
                for part in (self.tangent, self.stride, self.labels, self.pointer)
                if len(part.get_family()) > 1 or part.has_points()
            )
        )
        if gone:
            self.play(*gone, run_time=QUICK)
        shown: list[MountainPicture | MountainMap] = [self.picture]
        if self.map.has_room:
            shown.append(self.map)
        moving = (
            UpdateFromAlphaFunc(
                each.live, lambda _, part, each=each: each.show(start + (end - start) * part)
            )
            for each in shown
        )
        self.play(*moving, *others, run_time=seconds)
        for each in shown:
            each.show(end)
        self.tangent, self.stride, self.labels = VGroup(), VGroup(), VGroup()
        self.pointer = VGroup()

    # ---------------------------------------------------------------------------------------------
    # Further steps

    def show_again(self) -> None:
        """The second step, as carefully as the first."""
        self.one_step(1, MOVE, turns=True)

    def one_step(self, step: int, seconds: float, *, turns: bool = False) -> None:
        """He feels, measures and steps, and has the numbers of his new place."""
        self.tangent, self.stride = self.picture.feel(step), self.picture.stride(step)
        said = self.rule.speaks(SLOPE) if turns else []
        self.play(FadeIn(self.tangent, self.stride), *said, run_time=seconds / 2)
        self.write_beside(self.slope_label(step), self.shown[FELT][-1], seconds / 2)
        self.point(step)
        if turns:
            self.play(*self.rule.speaks(STEP), run_time=QUICK)
        self.write_beside(self.step_label(step), self.shown[STEPPED][-1], seconds / 2)
        if turns:
            self.turn()
        self.walk(step, step + 1, seconds, *(self.rule.speaks(NEXT) if turns else []))
        self.arrive(step + 1, seconds / 2)

    def show_onward(self) -> None:
        """A few steps one by one, and the others in one go."""
        last = self.mountain.steps
        for step in range(CAREFUL, min(SINGLY, last)):
            self.one_step(step, 2 * QUICK)
        if last > SINGLY:
            self.walk(SINGLY, last, SWEEP)
            self.arrive(last)

    def show_asked(self) -> None:
        """The slope where he is, and a question."""
        step = self.mountain.steps
        gone = self.shown.pop(STEPPED)
        self.tangent = self.picture.feel(step)
        said = self.rule.speaks(SLOPE)
        self.play(
            FadeOut(gone, self.rows.titles[STEPPED]), FadeIn(self.tangent), *said, run_time=FADE
        )
        self.write_beside(self.slope_label(step), self.shown[FELT][-1])
        self.point(step)
        self.set_heading(words.LOWEST)

    def show_lifted(self) -> None:
        """The whole mountain; and he walks on as far as the run goes."""
        picture, mountain = self.picture, self.mountain
        picture.lift()
        away = leaving(*(each for each in (self.labels, self.pointer) if len(each)))
        self.play(FadeOut(picture.fog, self.notes.made), *away)
        self.remove(picture.fog, picture.lit)
        self.labels, self.pointer = VGroup(), VGroup()
        old = [self.shown.pop(HIDDEN), self.rows.titles[HIDDEN]]
        self.floor = floor = self.rows.floor()
        self.play(FadeOut(*old), run_time=QUICK)
        if len(floor):
            self.play(FadeIn(floor), run_time=FADE)
        if self.map.has_room:
            self.map.lines.add(*self.map.levels())
            self.add(*self.map.whole, self.map.live)
            self.play(FadeIn(self.map.lines), run_time=FADE)
            self.add(*self.map.whole, self.map.live)
        self.turn()
        self.compare()
        self.set_heading(words.verdict(mountain))
        if mountain.last > mountain.steps:
            self.walk(mountain.steps, mountain.last, SWEEP)
            self.renew(mountain.last, FADE, PLACED, FELT)

    def compare(self) -> None:
        """Where he stands beside the lowest place, from near where they are at one height else; his ghost stays."""
        mountain, whole = self.mountain, self.picture
        low, step = mountain.lowest, mountain.steps
        if low is None or mountain.went_up or mountain.is_down:
            return
        if heights := whole.nearer():
            near = MountainPicture(self.stage, self.stage.layout.picture, mountain, heights)
            self.look_at(near.show(step), step)
        ghost = self.picture.ghost(step)
        self.gap = VGroup(gap_picture(self.picture, step, low), ghost)
        self.play(FadeIn(self.gap), run_time=FADE)
        self.turn()

    def look_at(self, picture: MountainPicture, step: int) -> None:
        """The mountain's heights change to those of another picture; but for the scale's numbers all stays, and moves."""
        old, above = self.picture, VGroup()
        if self.map.has_room:
            above = VGroup(self.map.whole, self.map.live)
        gone = leaving(self.tangent if self.tangent.has_points() else None)
        self.play(FadeOut(*old.panel.heights), *gone, run_time=QUICK)
        self.tangent, self.picture = VGroup(), picture
        before, after = old.panel.y, picture.panel.y
        moving = (
            UpdateFromAlphaFunc(
                part, lambda _, share: old.see_between(before, after, share).show(step)
            )
            for part in (old.land, old.live)
        )
        self.play(*moving, run_time=MOVE)
        self.remove(*old.panel.drawing.get_family(), old.land, *old.live)
        old.see_between(before, after, 0.0).show(step)
        coming = VGroup(picture.panel.drawing, picture.land, picture.live)
        numbers = picture.panel.heights
        self.add(*coming, *above)
        self.remove(*numbers)
        self.play(FadeIn(*numbers), run_time=QUICK)
        self.remove(coming, *picture.panel.drawing.get_family())
        self.add(*coming, *above)

    # ---------------------------------------------------------------------------------------------
    # A mountain with two valleys

    def parked(self) -> VGroup:
        """All that is seen of his own mountain."""
        picture, rule = self.picture, self.rule
        parts = [
            rule.formula,
            rule.box,
            picture.panel.drawing,
            picture.land,
            picture.live,
            *self.shown.values(),
        ]
        parts += [self.rows.titles[number] for number in self.shown]
        if len(self.floor):
            parts.append(self.floor)
        if self.map.has_room:
            parts += [self.map.whole, self.map.live]
        return VGroup(*parts)

    def show_other(self) -> None:
        """Another function's mountain, on whose ridge two men begin beside each other; which way, is the question."""
        gone = leaving(
            self.tangent if self.tangent.has_points() else None,
            self.gap if len(self.gap) else None,
        )
        self.tangent, self.gap = VGroup(), VGroup()
        self.own = self.parked()
        self.play(FadeOut(self.own), *gone, run_time=FADE)
        self.set_heading(words.TWO)
        other = OtherMountain(self.stage, self.stage.layout.picture, self.stage.layout.mathematics)
        self.other = other
        self.play(FadeIn(other.panel.drawing, other.land, other.formula), run_time=FADE)
        self.turn()
        self.play(*(FadeIn(walk.live) for walk in other.walks), run_time=FADE)

    def show_valleys(self) -> None:
        """One man after the other walks down."""
        other = self.other
        assert other is not None
        for number, walk in enumerate(other.walks):
            last = walk.mountain.last
            moving = UpdateFromAlphaFunc(
                walk.live, lambda _, part, walk=walk, last=last: walk.show(last * part)
            )
            self.play(moving, run_time=SWEEP)
            walk.show(last)
            self.play(FadeIn(other.lines[number]), run_time=FADE)
        self.turn()
        self.set_heading(words.NOT_THE_LOWEST)
        self.wait(QUICK)

    def show_home(self) -> None:
        """Back to his own mountain."""
        other = self.other
        assert other is not None
        live = (walk.live for walk in other.walks)
        self.play(
            FadeOut(other.panel.drawing, other.land, other.formula, *live, *other.lines),
            run_time=FADE,
        )
        self.picture = self.whole.show(self.mountain.last)
        self.play(FadeIn(self.parked()), run_time=FADE)

    def show_ending(self) -> None:
        """The words of the story that are still true without fog, and the first question's answer."""
        parts = (
            self.tangent if self.tangent.has_points() else None,
            self.gap if len(self.gap) else None,
        )
        if gone := leaving(*parts):
            self.play(*gone, run_time=QUICK)
        if self.other is not None:
            self.show_home()
        elif self.picture is not self.whole:
            self.look_at(self.whole.show(self.mountain.last), self.mountain.last)
        self.call(STEPPED, self.mountain.last)
        self.play(*self.rule.speaks(STEP), run_time=FADE)
        up = self.story.cost[self.mountain.steps] > self.story.cost[0]
        self.set_heading(words.HIGHER if up else words.ANSWER)
