"""How the lesson on the mountain ends: two valleys elsewhere, and his first step once more, with the symbol of each word."""

from __future__ import annotations

import numpy as np
from manim import (
    FadeIn,
    FadeOut,
    ReplacementTransform,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)

from symgd.animations.descending import mountain_words as words
from symgd.animations.descending.mountain import CAREFUL
from symgd.animations.descending.mountain_legend import MountainLegend
from symgd.animations.descending.mountain_map import SIZES, MountainMap
from symgd.animations.descending.mountain_pairs import MountainPairs
from symgd.animations.descending.mountain_rows import FELT, PLACED, STEPPED
from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE, STEP
from symgd.animations.descending.mountain_scenes import FADE, MOVE, QUICK, SWEEP, MountainScenes
from symgd.animations.descending.mountain_vectors import MountainVectors, rows_for
from symgd.animations.descending.other_mountain import OtherMountain
from symgd.animations.staging.lesson import leaving

SEEN = 0.35  # the length that an arrow has at least
LARGE = (4.2, 3.1), (3.6, 2.7), *SIZES  # of the map of his first step alone


class MountainEndings(MountainScenes):
    """What follows when the fog is gone."""

    other: OtherMountain | None = None
    small_map: MountainMap | None = None  # while a large one is seen
    told: list[int]  # the rows that it takes the place of
    gap: VGroup = VGroup()  # how far above the lowest place he stood, and a ghost of him

    # ---------------------------------------------------------------------------------------------
    # His turn, seen from above

    def see_above(self) -> None:
        """The map takes the place of the numbers, where he turns: it is there that this is seen."""
        if not (self.map.has_room and self.mountain.turns):
            return
        rows = self.story.parameters[: self.mountain.steps + 1]
        aside, now = self.rows.room, CAREFUL
        large = MountainMap(
            self.stage, self.picture.panel, self.mountain, (), aside, SIZES[0], rows
        )
        large.dotted = True
        self.small_map, self.map = self.map, large.show(now)
        told = [part for row in self.shown for part in (self.shown[row], self.rows.titles[row])]
        self.told, self.shown = [*self.shown], {}
        self.play(FadeOut(*told, self.small_map.whole, self.small_map.live), run_time=FADE)
        self.play(FadeIn(large.whole, large.live), run_time=FADE)
        self.remove(large.whole, large.live)
        self.add(large.whole, large.live)

    def see_rows(self, step: int) -> None:
        """The numbers again, of where he stands now, and the map as it was."""
        small = self.small_map
        if small is None:
            return
        self.point(step)
        self.turn()
        large, self.map, self.small_map = self.map, small.show(step), None
        self.play(FadeOut(self.pointer), run_time=QUICK)
        self.pointer = VGroup()
        self.play(FadeOut(large.whole, large.live), run_time=FADE)
        self.shown = {row: self.rows.row(row, step) for row in self.told}
        told = [part for row in self.shown for part in (self.rows.titles[row], self.shown[row])]
        self.play(FadeIn(*told, small.whole, small.live), run_time=FADE)
        self.remove(small.whole, small.live)
        self.add(small.whole, small.live)

    # ---------------------------------------------------------------------------------------------
    # A mountain with two valleys

    def show_other(self) -> None:
        """Another function's mountain, on whose ridge two men begin beside each other; which way, is the question."""
        self.other = other = OtherMountain(
            self.stage, self.stage.layout.picture, self.stage.layout.mathematics
        )
        gone = leaving(
            self.tangent if self.tangent.has_points() else None,
            self.gap if len(self.gap) else None,
        )
        self.tangent, self.gap = VGroup(), VGroup()
        coming = FadeIn(other.panel.drawing, other.land, other.fog.whole, other.formula)
        self.set_heading(words.TWO)
        self.play(FadeOut(self.parked()), *gone, coming)
        self.turn()
        self.play(*(FadeIn(walk.live) for walk in other.walks), run_time=FADE)

    def show_valleys(self) -> None:
        """Both men walk down together, at one rate."""
        other = self.other
        assert other is not None
        moving = VGroup(other.fog.whole, *(walk.live for walk in other.walks))
        going = UpdateFromAlphaFunc(moving, lambda _, part: other.show(part))
        self.play(going, run_time=2 * SWEEP)
        other.show(1.0)
        self.play(FadeOut(other.fog.whole))
        for line in other.lines:
            self.play(FadeIn(line), run_time=FADE)
        self.turn()
        self.set_heading(words.NOT_THE_LOWEST)
        self.wait(QUICK)

    def show_home(self) -> None:
        """Back to where he began on his own mountain."""
        other, last = self.other, self.mountain.last
        told = [part for row in self.shown for part in (self.shown[row], self.rows.titles[row])]
        told += [self.floor] if len(self.floor) else []
        self.shown, self.floor = {}, VGroup()
        if other is None:
            self.play(FadeOut(*told), run_time=QUICK)
            if self.picture is not self.whole:
                self.look_at(self.whole.show(last), last, 0)
            self.walk(last, 0, MOVE)
            return
        self.picture = self.whole.show(0)
        if self.map.has_room:
            self.map.show(0)
        live = (walk.live for walk in other.walks)
        gone = VGroup(other.panel.drawing, other.land, other.formula, *live, *other.lines)
        self.play(FadeOut(gone), FadeIn(self.parked()))

    def show_ending(self) -> None:
        """The first step once more: each word of the story beside its symbol; he takes it; and the first question's answer."""
        parts = (
            self.tangent if self.tangent.has_points() else None,
            self.gap if len(self.gap) else None,
        )
        self.tangent, self.gap = VGroup(), VGroup()
        if gone := leaving(*parts):
            self.play(*gone, run_time=QUICK)
        self.set_heading(words.HIGHER if self.mountain.went_up else words.ANSWER)
        self.show_home()
        legend = MountainLegend(self.stage, self.rows.room, self.rule)
        vectors = self.above()
        marks = VGroup()
        if vectors is None:
            pairs = MountainPairs(self.picture, 0)
            named = {
                p: pairs.pair(row) for p, row in ((PLACE, PLACED), (SLOPE, FELT), (STEP, STEPPED))
            }
            marks.add(*named.values())
        else:
            named = {PLACE: vectors.start, SLOPE: vectors.gradient, STEP: vectors.step}
        for part, pair in named.items():
            self.speak_of(legend, part)
            self.name(pair, self.rule.parts[part])
        self.turn()
        if len(marks):
            self.play(FadeOut(marks), run_time=QUICK)
        self.walk(0, 1, MOVE)
        self.speak_of(legend, NEXT)
        if vectors is not None:
            self.name(vectors.end, self.rule.parts[NEXT])
        self.turn()
        self.walk_down(vectors)

    def speak_of(self, legend: MountainLegend, number: int) -> None:
        """A part of the rule is boxed there, and comes with its words into the list."""
        part, said = legend.row(number)
        self.play(*self.rule.speaks(number), run_time=FADE)
        self.play(FadeIn(part), run_time=FADE)
        self.play(FadeIn(said), run_time=MOVE)
        self.remove(part, said)
        self.add(part, said)

    def walk_down(self, vectors: MountainVectors | None) -> None:
        """From where the first step led all the way to where the run ends, on the map of all of it."""
        mountain = self.mountain
        if mountain.went_up or mountain.last < 2:
            return
        if vectors is not None:
            names = VGroup(vectors.start, vectors.gradient, vectors.step, vectors.end)
            old = self.map
            whole = MountainMap(
                self.stage,
                self.picture.panel,
                mountain,
                (),
                old.aside,
                (old.zone.width, old.zone.height),
                self.story.parameters[: mountain.last + 1],
            )
            self.play(FadeOut(names, old.whole, old.live), run_time=FADE)
            whole.has_room = whole.has_room and whole.is_clear(
                self.picture.panel, range(mountain.last + 1)
            )
            self.map = whole
            if whole.has_room:
                whole.lines.add(*whole.levels())
                whole.show(1)
                self.play(FadeIn(whole.whole, whole.live), run_time=FADE)
                self.remove(whole.whole, whole.live)
                self.add(whole.whole, whole.live)
        self.walk(1, mountain.last, SWEEP)

    def name(self, pair: VGroup, source: VMobject | None) -> None:
        """A mark, and its symbol, which comes from where it is written."""
        mark, plate, symbol = pair
        if source is None:  # a part of its formula has come already
            self.play(FadeIn(mark, plate, symbol), run_time=FADE)
            return
        comes = FadeIn(symbol, target_position=source.get_center())
        self.play(FadeIn(mark), comes, run_time=MOVE)
        self.remove(symbol)
        self.add(plate, symbol)

    def above(self) -> MountainVectors | None:
        """The map of his first step alone, as large as there is room; nothing where there is no map."""
        if not self.map.has_room:
            return None
        old, story, panel = self.map, self.story, self.picture.panel
        rows = rows_for(*(np.array(story.parameters[step]) for step in (0, 1)))
        for size in LARGE:
            about = self.stage, panel, self.mountain, ()
            made = MountainMap(*about, old.aside, size, rows, last=1)
            if made.has_room:
                break
        else:
            return None
        if float(np.linalg.norm(made.place(1) - made.place(0))) < SEEN:
            return None  # an arrow that nobody sees says nothing
        self.map = made
        made.lines.add(*made.levels())
        frames = old.frame.drawing, made.frame.drawing
        self.play(
            FadeOut(old.lines, old.names, old.live),
            ReplacementTransform(old.plate, made.plate),
            ReplacementTransform(*frames),
            run_time=QUICK,
        )
        self.remove(old.whole, *old.whole.get_family())
        self.add(made.plate, made.frame.drawing)
        self.play(FadeIn(made.lines, made.names, made.live), run_time=FADE)
        self.remove(*made.whole.get_family())
        self.add(made.whole, made.live)
        return MountainVectors(made, self.rule.formula.term.children[0])
