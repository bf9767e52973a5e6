"""What the man on the mountain does in every beat: he walks, is written about, and is looked at from elsewhere."""

from __future__ import annotations

import numpy as np
from manim import (
    Animation,
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
    there_and_back,
)

from symgd.animations.descending.earlier_sight import EarlierSight
from symgd.animations.descending.mountain import CAREFUL, Mountain
from symgd.animations.descending.mountain_map import SIZES, MountainMap
from symgd.animations.descending.mountain_notes import MountainNotes
from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.descending.mountain_rows import STEPPED, MountainRows
from symgd.animations.descending.mountain_rule import MountainRule
from symgd.animations.descending.mountain_views import short_steps, valley
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Term
from symgd.writing.words import Message, message

MOVE, QUICK, FADE, SWEEP = 1.4, 0.4, 0.6, 3.0
TINY = 1e-6
COUNTS = 12  # times that numbers change at most while he walks
SINGLY = 4  # steps that are shown one by one
GROWN = 1.25  # a number that is added elsewhere, for a moment
ASIDE, GAP = (1.9, 1.0), 0.25  # the widths of the mountain and a map beside it, in shares


class MountainScenes(RunLesson):
    """A picture, a map in its corner, rows beside it, and how they change."""

    story: DescentStory
    mountain: Mountain
    picture: MountainPicture
    rows: MountainRows
    rule: MountainRule
    near: MountainPicture | None = None  # where his short steps are
    lifted: MountainPicture  # what is looked at without fog
    tangent: Mobject = VGroup()
    stride: Mobject = VGroup()
    labels: VGroup = VGroup()  # what is written beside his light
    pointer: VGroup = VGroup()  # the map's arrow
    floor: VGroup = VGroup()  # what the fog hid
    earlier: EarlierSight | None = None  # the whole in small, while he is looked at from near

    def prepare(self, mountain: Mountain) -> None:
        """All that is known of the run before the film."""
        layout = self.stage.layout
        self.mountain = mountain
        self.rows = MountainRows(self.stage, layout.mathematics, mountain)
        self.rule = self.rows.rule
        self.shown: dict[int, VGroup] = {}
        self.draw(layout.picture)
        for size in SIZES:
            self.map, self.notes = self.take_notes(size=size)
            if mountain.over_parameter or self._has_map:
                break
        else:
            zone, aside = layout.picture.columns(*ASIDE, gap=GAP)
            self.draw(zone)
            self.map, self.notes = self.take_notes(aside)
        if mountain.over_parameter and self.near is not None and not self._suits(self.near):
            self.near = None
            self.map, self.notes = self.take_notes()

    def draw(self, zone: Zone) -> None:
        """The whole mountain in a zone, and what of it is seen later from nearer."""
        stage, mountain = self.stage, self.mountain
        self.picture = self.whole = MountainPicture(stage, zone, mountain)
        self.near, self.lifted = None, self.whole
        if sight := short_steps(mountain):
            self.near = MountainPicture(stage, zone, mountain, sight)
        if sight := valley(mountain):
            self.lifted = MountainPicture(stage, zone, mountain, sight, clear=True)

    def take_notes(
        self, aside: Zone | None = None, size: tuple[float, float] = SIZES[0]
    ) -> tuple[MountainMap, MountainNotes]:
        """A map, or else notes, where all that is written beside his light leaves them room."""
        last = self.mountain.steps
        steps = [*range(min(CAREFUL, last)), *([] if self.near else [last])]
        beside = [self.picture.beside(step, *self.felt_at(step)) for step in steps]
        about = self.stage, self.picture.panel, self.mountain, beside
        return MountainMap(*about, aside, size), MountainNotes(*about)

    @property
    def _has_map(self) -> bool:
        """Whether the map has room in the panel in every view."""
        steps = self.mountain.steps, self.mountain.last
        if not self.map.has_room or not self.map.is_clear(self.lifted.panel, steps):
            return False
        return self.near is None or self._suits(self.near)

    def _suits(self, near: MountainPicture) -> bool:
        """Whether the map, or else the notes, have room in a picture from near."""
        last = self.mountain.steps
        near.kept = [EarlierSight(self.whole, near).zone]
        beside = [near.beside(last, *self.felt_at(last)[:1])]
        if self.map.has_room:
            return self.map.is_free(near.panel, beside, lights=False)
        return not self.notes.has_room

    def call(self, number: int, step: int, source: Mobject | None = None) -> None:
        """A word of the story, and what it is; its number comes from where it is seen."""
        made = self.shown[number] = self.rows.row(number, step)
        self.play(FadeIn(self.rows.titles[number]), run_time=FADE)
        if source is None or not self.rows.carries(number):
            self.play(FadeIn(made), run_time=FADE)
            return
        self.play(FadeIn(*made[:-1]), TransformFromCopy(source, made[-1]), run_time=MOVE)
        self.remove(*made)
        self.add(made)

    def renew(self, step: int, seconds: float, *numbers: int) -> None:
        """The same words with the numbers of another step, at once: as a counter goes on."""
        self.count(step, *numbers)
        if noted := self.note(step):
            self.play(FadeIn(noted), run_time=seconds)
        else:
            self.wait(seconds)

    def counting(self, start: float, end: float) -> UpdateFromAlphaFunc:
        """All rows go along with a walk of many steps, each with the numbers of a place that he has come to."""
        steps = np.unique(np.linspace(start, end, COUNTS + 1).astype(int)).tolist()
        made = {step: [self.rows.row(number, step) for number in self.shown] for step in steps}
        live = VGroup(*self.shown.values())
        kept = dict(zip(self.shown, live, strict=True))

        def show(_: Mobject, part: float) -> None:
            here = start + (end - start) * part
            step = max(each for each in steps if each <= here + TINY)
            for row, new in zip(kept.values(), made[step], strict=True):
                row.submobjects = list(new)

        return UpdateFromAlphaFunc(live, show)

    def count(self, step: int, *numbers: int) -> None:
        """Rows have the numbers of another step."""
        for number in numbers:
            self.remove(self.shown[number])
            self.shown[number] = self.rows.row(number, step)
            self.add(self.shown[number])

    def note(self, step: int) -> VGroup:
        """What is found at a step, written into the fog where no map is."""
        if self.map.has_room or not self.picture.foggy:
            return VGroup()
        return self.notes.note(step)

    def point(self, step: int) -> None:
        """Which way is down, on the map."""
        if self.map.has_room:
            self.pointer = self.map.downhill(step)
            self.play(FadeIn(self.pointer), run_time=FADE)

    def felt_at(self, step: int) -> list[tuple[Message, Term]]:
        """What is written beside his light: the slope, and where there is one the step that he is about to make."""
        over = self.mountain.over_parameter
        said = message("slope") if over else message("fall per unit")
        made = [(said, numeral(self.rows.steepness(step)))]
        if step < self.mountain.last:
            made.append((message("next step"), numeral(self.rows.change(step))))
        return made

    def write_beside(self, label: VGroup, row: int, seconds: float = FADE) -> None:
        """A number goes from its row to his feet."""
        word, number = label
        coming = [FadeIn(word, number)]
        if self.rows.carries(row):
            coming = [FadeIn(word), TransformFromCopy(self.shown[row][-1], number)]
        self.play(*coming, run_time=seconds)
        self.remove(word, number)
        self.labels.add(label)
        self.add(self.labels)

    def arrive(self, step: int, seconds: float = FADE) -> None:
        """The numbers of where he stands now, that of the step which he would make next among them."""
        self.renew(step, seconds, *self.shown)

    def carry(self, step: int, *others: Animation) -> None:
        """His step's numbers are added to his place's; he takes it, and all that is told is of where he stands then."""
        row = self.shown.get(STEPPED)
        changes = self.rows.changes(row) if row is not None else []
        added = self.rows.added(step - 1) if changes else VGroup()
        if changes:
            grown = (c.animate(rate_func=there_and_back).scale(GROWN).build() for c in changes)
            self.play(FadeIn(added), *grown, run_time=MOVE)
        self.walk(step - 1, step, MOVE, *others)
        if changes:
            self.remove(added)
        self.count(step, *self.shown)

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
        moving = [
            UpdateFromAlphaFunc(
                each.live, lambda _, part, each=each: each.show(start + (end - start) * part)
            )
            for each in shown
        ]
        if end > start + 1 and self.shown:
            moving.append(self.counting(start, end))
        self.play(*moving, *others, run_time=seconds)
        for each in shown:
            each.show(end)
        self.tangent, self.stride, self.labels = VGroup(), VGroup(), VGroup()
        self.pointer = VGroup()

    def look_at(self, picture: MountainPicture, step: int, *steps: int) -> None:
        """The sight changes to that of another picture; but for the scales' numbers all stays, and moves."""
        old, above = self.picture, VGroup()
        gone = leaving(self.tangent if self.tangent.has_points() else None)
        if self.map.has_room and not self.map.is_clear(picture.panel, (step, *steps)):
            gone.append(FadeOut(self.map.whole, self.map.live))
            self.map.has_room = False
        if self.map.has_room:
            above = VGroup(self.map.whole, self.map.live)
        self.play(FadeOut(*old.marks), *gone, run_time=QUICK)
        self.tangent, self.picture = VGroup(), picture
        before, after = old.sight, picture.sight
        moving: list[Animation] = [
            UpdateFromAlphaFunc(
                part, lambda _, share: old.see_between(before, after, share).show(step)
            )
            for part in (old.land, old.live)
        ]
        above = VGroup(*above, *self._earlier(old, moving))
        self.play(*moving, run_time=MOVE)
        self.remove(*old.panel.drawing.get_family(), old.land, *old.live)
        old.see_between(before, after, 0.0).show(step)
        coming = VGroup(picture.panel.drawing, picture.land, picture.live)
        numbers = picture.marks
        self.add(*coming, *above)
        self.remove(*numbers)
        self.play(FadeIn(*numbers), run_time=QUICK)
        self.remove(coming, *picture.panel.drawing.get_family())
        self.add(*coming, *above)

    def _earlier(self, old: MountainPicture, moving: list[Animation]) -> VGroup:
        """What was seen before becomes small when he is looked at from near, and goes with the fog."""
        if self.earlier is not None:
            moving.append(FadeOut(self.earlier.small))
            self.earlier = None
        if self.picture is not self.near:
            return VGroup()
        self.earlier = made = EarlierSight(old, self.picture)
        self.picture.kept = [made.zone]
        moving.append(ReplacementTransform(made.large, made.small))
        return made.small

    def parked(self) -> VGroup:
        """All that is seen of his own mountain."""
        picture, rule = self.picture, self.rule
        parts = [rule.formula, rule.box, picture.panel.drawing, picture.land, picture.live]
        parts += [
            part for number, row in self.shown.items() for part in (row, self.rows.titles[number])
        ]
        if len(self.floor):
            parts.append(self.floor)
        if self.map.has_room:
            parts += [self.map.whole, self.map.live]
        return VGroup(*parts)
