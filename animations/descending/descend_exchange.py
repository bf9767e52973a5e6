"""DescentExchange: the plane of the parameters and the cost by step exchange their places: what is spoken of is large."""

from __future__ import annotations

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK, DescentMoves
from symgd.animations.descending.descend_panels import StepCurve, cost_panel, log_panel
from symgd.animations.descending.descent_map import DescentMap
from symgd.animations.staging.stage import Zone


class DescentExchange(DescentMoves):
    """Shows the cost large while it is asked about, and else the path."""

    marks: VGroup = VGroup()  # the cross at the minimum, and what marks the cost's curve
    cost_large = False
    logged = 0  # how many steps the log scale holds, once there is one

    @property
    def curve_zone(self) -> Zone:
        """Where the cost by step stands now."""
        return self.places.point if self.cost_large else self.places.curve

    def exchange(self) -> None:
        """What is to be large grows with its scales into its place; the other leaves first, and comes again where there is room."""
        self.cost_large = not self.cost_large
        had_cross = len(self.marks) > 0
        marks = VGroup(*self.marks, *([self.slice] if self.story.sliced else []))
        self.marks = VGroup()
        if self.cost_large:
            self._away(self._map, marks)
            self._grow_curve()
            self.point = self._map_again(self.places.curve)
        else:
            self._away(self.curve.whole, marks)
            self._grow_map()
            self.curve = self.curve_again(self.curve_zone).show(self.curve.time)
        come = VGroup(*(self._map if self.cost_large else self.curve.whole))
        if self.story.sliced:
            self.slice = self.point.slice_note(self.point.step)
            come.add(self.slice)
        if had_cross:
            self.marks = VGroup(self.point.cross())
            come.add(self.marks)
        self.play(FadeIn(come), run_time=FADE)
        self.remove(come, *come, *self._map, self.marks)
        self.add(*self._map, self.curve.panel.drawing, self.curve.live)
        self.add(*([self.slice] if self.story.sliced else []), *self.marks)

    def _between(self, start: Zone, end: Zone, part: float) -> Zone:
        """A zone that grows: away from what stands beside it first, and only then along that."""
        first, then = (
            start.towards(end, min(1.0, 2 * part)),
            start.towards(end, max(0.0, 2 * part - 1)),
        )
        if self.places.is_tall:
            return Zone(then.left, then.right, first.bottom, first.top)
        return Zone(first.left, first.right, then.bottom, then.top)

    @property
    def _map(self) -> VGroup:
        """All that is seen of the plane."""
        point = self.point
        return VGroup(point.panel.drawing, point.lines, point.live)

    def _away(self, picture: VGroup, marks: VGroup) -> None:
        """A picture leaves, and all that is marked in either."""
        gone = VGroup(picture, *marks)
        self.play(FadeOut(gone), run_time=QUICK)
        self.remove(gone, *gone, *picture, *(part for each in picture for part in each))

    def _grow_curve(self) -> None:
        """The cost's curve, with its scales."""
        old, start, end = self.curve, self.places.curve, self.curve_zone
        seen = VGroup(*old.whole)

        def grown(part: float) -> None:
            self.curve = self.curve_again(self._between(start, end, part)).show(old.time)
            seen.submobjects = [*self.curve.whole]

        self.remove(old.whole, *old.whole)
        self.add(seen)
        self.play(UpdateFromAlphaFunc(seen, lambda _, part: grown(part)), run_time=MOVE)
        self.remove(seen, *seen)
        self.curve = self.curve_again(end).show(old.time)
        self.add(*self.curve.whole)

    def _map_again(self, zone: Zone) -> DescentMap:
        """The plane as it is, in another zone, whole."""
        old = self.point
        new = DescentMap(self.stage, zone, self.story, banks=self.director.banks)
        new.step, new.time = old.step, old.time
        if new.whole is not None:
            new.look(new.whole)
        else:
            new.show(old.time)
        return new

    def _grow_map(self) -> None:
        """The plane, with its scales; the costs in its lines are written again at last."""
        old, new = self.point, self._map_again(self.places.point)
        start, end, view = self.places.curve, self.places.point, old.view
        levels = VGroup(*old.levels)
        old.lines.remove(*levels)
        seen = VGroup(old.panel.drawing, old.lines, old.live)

        def grown(part: float) -> None:
            old.zone, whole = self._between(start, end, part), new.whole
            old.view = view.towards(whole, part) if view and whole else None
            panel = old.framed()
            old.within(panel.box, old.view)
            seen.submobjects = [panel.drawing, old.lines, old.live]

        self.remove(old.panel.drawing, levels, *levels, old.lines, old.live)
        self.add(seen)
        self.play(UpdateFromAlphaFunc(seen, lambda _, part: grown(part)), run_time=MOVE)
        self.remove(seen, *seen, *old.lines, *old.live)
        self.point = new
        self.add(*self._map)

    def curve_again(self, zone: Zone) -> StepCurve:
        """The cost's curve as it is, in another zone."""
        made = log_panel(self.stage, self.story, zone, self.logged) if self.logged else None
        return made or cost_panel(self.stage, self.story, zone, self.story.steps)
