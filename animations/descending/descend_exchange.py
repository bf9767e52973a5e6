"""DescentExchange: the plane of the parameters and the cost by step exchange their places: what is spoken of is large."""

from __future__ import annotations

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.descending.descend_moves import MOVE, QUICK, DescentMoves
from symgd.animations.descending.descend_panels import StepCurve, cost_panel, log_panel
from symgd.animations.pictures.parameter_picture import ParameterPicture
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
        """Each goes to the other's place and stays what it is; a cross at the minimum is set again."""
        self.cost_large = not self.cost_large
        old, point = self.curve, self.point
        curve = self.curve_again(self.curve_zone).show(old.time)
        zone = self.places.curve if self.cost_large else self.places.point
        new = ParameterPicture(self.stage, zone, self.story, banks=self.director.banks)
        new.step, new.time = point.step, point.time
        new.look(new.whole) if new.whole is not None else new.show(point.time)
        gone = VGroup(*self.marks, old.panel.drawing, point.panel.drawing, *point.levels)
        if self.story.sliced:
            gone.add(self.slice)
        point.lines.remove(*point.levels)
        self.play(FadeOut(gone), run_time=QUICK)
        self.remove(gone, *gone, old.live, point.lines, point.live, *point.live, *old.live)
        boxes = (old.panel.box, curve.panel.box), (point.panel.box, new.panel.box)
        view = point.view
        seen = old.live, VGroup(point.lines, point.live)
        self.add(*seen)

        def moved(part: float) -> None:
            here, there = (start.towards(end, part) for start, end in boxes)
            old.within(here)
            whole = new.whole
            point.within(there, view.towards(whole, part) if view and whole else None)

        self.play(
            UpdateFromAlphaFunc(seen[0], lambda _, part: moved(part)),
            UpdateFromAlphaFunc(seen[1], lambda _, part: None),
            run_time=MOVE,
        )
        self.remove(*seen, point.lines, point.live, old.live)
        self.curve, self.point = curve, new
        come = VGroup(curve.panel.drawing, new.panel.drawing, *new.levels)
        had_cross = len(self.marks) > 0
        self.marks = VGroup()
        if self.story.sliced:
            self.slice = new.slice_note(new.step)
            come.add(self.slice)
        if had_cross:
            self.marks = VGroup(new.cross())
            come.add(self.marks)
        below = VGroup(*new.lines[: len(new.lines) - len(new.levels)])
        self.add(below, new.live, curve.live)
        self.play(FadeIn(come), run_time=QUICK)
        self.remove(come, *come, below, new.live, curve.live, self.marks)
        self.add(curve.panel.drawing, new.panel.drawing, new.lines, new.live, curve.live)
        self.add(*([self.slice] if self.story.sliced else []), *self.marks)

    def curve_again(self, zone: Zone) -> StepCurve:
        """The cost's curve as it is, in another zone."""
        made = log_panel(self.stage, self.story, zone, self.logged) if self.logged else None
        return made or cost_panel(self.stage, self.story, zone, self.story.steps)
