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
from symgd.animations.descending.mountain_map import SIZES, MountainMap
from symgd.animations.descending.mountain_pairs import MountainPairs
from symgd.animations.descending.mountain_rows import FELT, HIGH, PLACED, STEPPED
from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE, STEP
from symgd.animations.descending.mountain_scenes import FADE, MOVE, QUICK, SWEEP, MountainScenes
from symgd.animations.descending.mountain_vectors import MountainVectors, rows_for
from symgd.animations.descending.other_mountain import OtherMountain
from symgd.animations.staging.lesson import leaving

LARGE = (4.2, 3.1), (3.6, 2.7), *SIZES  # of the map of his first step alone


class MountainEndings(MountainScenes):
    """What follows when the fog is gone."""

    other: OtherMountain | None = None
    gap: VGroup = VGroup()  # how far above the lowest place he stood, and a ghost of him

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
        coming = FadeIn(other.panel.drawing, other.land, other.formula)
        self.set_heading(words.TWO)
        self.play(FadeOut(self.parked()), *gone, coming)
        self.turn()
        self.play(*(FadeIn(walk.live) for walk in other.walks), run_time=FADE)

    def show_valleys(self) -> None:
        """Both men walk down together, at one rate."""
        other = self.other
        assert other is not None
        lasts = [walk.mountain.last for walk in other.walks]
        moving = (
            UpdateFromAlphaFunc(
                walk.live, lambda _, part, walk=walk, last=last: walk.show(last * part)
            )
            for walk, last in zip(other.walks, lasts, strict=True)
        )
        self.play(*moving, run_time=2 * SWEEP)
        for walk, last, line in zip(other.walks, lasts, other.lines, strict=True):
            walk.show(last)
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
        pairs = MountainPairs(self.picture, 0)
        rows = (HIGH, FELT, STEPPED) if self.map.has_room else (HIGH, PLACED, FELT, STEPPED)
        seen = {row: pairs.pair(row) for row in rows}
        vectors = self.above(VGroup(*seen.values()))
        marks = VGroup(*seen.values())
        spoken = {PLACED: PLACE, FELT: SLOPE, STEPPED: STEP}
        for row in (HIGH, PLACED, FELT, STEPPED):
            said = self.rule.speaks(spoken[row]) if row in spoken else []
            made = self.shown[row] = self.rows.row(row, 0)
            self.play(FadeIn(self.rows.titles[row], made), *said, run_time=FADE)
            if vectors is not None and row in (PLACED, FELT, STEPPED):
                self.name(
                    {PLACED: vectors.start, FELT: vectors.gradient, STEPPED: vectors.step}[row],
                    self.rule.parts[spoken[row]],
                )
            if row in seen:
                self.name(seen[row], made[0] if vectors is None or row == HIGH else None)
        if len(stride := seen[STEPPED][0]):
            self.pulse(stride[0])
        self.turn()
        felt = self.shown.pop(FELT), self.rows.titles[FELT]
        self.play(FadeOut(marks, *felt), run_time=QUICK)
        self.walk(0, 1, MOVE, *self.rule.speaks(NEXT))
        if vectors is not None:
            self.name(vectors.end, self.rule.parts[NEXT])
        self.carry(1)
        self.count(1, PLACED)
        self.play(FadeOut(self.shown.pop(STEPPED), self.rows.titles[STEPPED]), run_time=FADE)
        self.turn()

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

    def above(self, beside: VGroup) -> MountainVectors | None:
        """The map of his first step alone, as large as there is room; nothing where there is no map."""
        if not self.map.has_room:
            return None
        old, story, panel = self.map, self.story, self.picture.panel
        rows = rows_for(*(np.array(story.parameters[step]) for step in (0, 1)))
        for size in LARGE:
            about = self.stage, panel, self.mountain, [*beside]
            made = MountainMap(*about, old.aside, size, rows, last=1)
            if made.has_room:
                break
        else:
            return None
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
