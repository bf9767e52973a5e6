"""RavineFrames: the two maps of a ravine, as it is and standardised, each in a frame that shows how wide it is.

Laws
----
- a unit is as long on both axes where that leaves the width to be seen; where it is not, that is said, and how much
- both maps have lines at the same costs, the start and the minimum
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.dotted_walk import DottedWalk
from symgd.animations.comparing.half_axes import WITHIN
from symgd.animations.comparing.paths_picture import LEVEL_WIDTH, PathsPicture, level_opacity
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_levels import write_levels
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.comparing.ravine_walks import HORIZON
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import ravine_looks
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

COUNT_EM = 0.34
ASK_EM, PLATE, CLEAR = 0.34, 0.06, 0.15
BEYOND = 0.2  # of the way from the start to the minimum, the frame goes on beyond it
CLOSED = (
    0.45  # of what start, walls and minimum span, a line of equal cost may reach from the minimum
)
OUT, WIDE = 0.25, 2.0  # of what start, walls and minimum span, a walk may widen the frame
ALIKE = 1.7  # times that an axis may be longer for one unit on both
PARTS = {
    1: "s",
    2: "c",
}  # what is added to the names, where columns are scaled alone or centred alone
KEPT, LATEST = 1, 8  # steps of momentum that are shown in two parts, of the first ones
SEEN, SHOWN = 0.3, 1.2  # as long is each part, at least; an arrow that is a direction alone
STRETCHED = 1.05  # axes whose units differ by less are equal


class RavineFrames:
    """Makes the maps of a story."""

    def __init__(self, stage: Stage, story: RavineStory) -> None:
        self.stage, self.story, self.out = stage, story, OUT

    def widen(self, picture: PathsPicture) -> bool:
        """From now on the map holds all of momentum's way, where that leaves a picture; answers whether it does."""
        steps = self.story.steps(self.story.heavy)
        points = self.story.heavy.points[: None if steps is None else steps + 1]
        places = map(picture.place, points)
        if picture.single or all(picture.panel.holds(*place) for place in places):
            return False
        self.out = WIDE
        return True

    def before(self, zone: Zone, walks: Sequence[Walk], *, noted: bool = True) -> PathsPicture:
        """Walks over the parameters."""
        story = self.story
        known = dict(zip(story.walks, ravine_looks(self.stage.palette), strict=False))
        looks = [known[walk] for walk in walks]
        window = self._window(walks)
        made = DottedWalk(
            self.stage, zone, walks, looks, story.before, window=window, alike=ALIKE, banks=True
        )
        self._write(made)
        if noted:
            self.note(made)
        return made

    def _window(self, walks: Sequence[Walk]) -> list[FloatArray]:
        """What the frame holds: start, minimum, both walls and the walks, as long as these stay near."""
        story = self.story
        start, held = story.before.start, story.before.held
        fixed = [start, held, held + BEYOND * (held - start)]
        fixed += [] if story.wall is None else [story.wall]
        corners = np.array([*fixed, *self._closed(np.array(fixed))])
        low, high = corners.min(axis=0), corners.max(axis=0)
        room = self.out * np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
        near = [np.clip(walk.points, low - room, high + room) for walk in walks]
        return [corners, *near]

    def _closed(self, corners: FloatArray) -> list[FloatArray]:
        """Corners round the largest line of equal cost that is small beside what is in the frame, so that it closes there."""
        ground, axes = self.story.before, list(self.story.axes)
        if not ground.is_bowl:
            return []
        spans = np.ptp(corners[:, axes], axis=0)
        sizes = np.diag(np.linalg.inv(ground.hessian))
        for height in reversed(ground.heights):
            reach = np.sqrt(2 * height * sizes) / WITHIN
            if (reach <= CLOSED * spans).all():
                made = [ground.held.copy(), ground.held.copy()]
                made[0][axes], made[1][axes] = ground.centre - reach, ground.centre + reach
                return made
        return []

    def even(self, zone: Zone, *, noted: bool = True) -> PathsPicture:
        """The same map with one unit on both axes."""
        story = self.story
        look = ravine_looks(self.stage.palette)[0]
        made = DottedWalk(
            self.stage, zone, [story.plain], [look], story.before, equal=True, banks=True
        )
        self._write(made)
        if noted:
            self.note(made)
        return made

    def after(self, zone: Zone, *, noted: bool = True) -> PathsPicture:
        """The standardised walk, in the coordinates in which it was made."""
        story, stage = self.story, self.stage
        seen = story.scaled.seen_from(story.back)
        look = ravine_looks(stage.palette)[1]
        names = {name: f"{name}_z" for name in story.run.problem.parameters}
        stage = replace(stage, parameters=tuple(names[name] for name in stage.parameters))
        made = PathsPicture(
            stage, zone, [seen], [look], story.after, beside=story.ring, equal=True, names=names
        )
        self._write(made)
        if noted:
            self.note(made)
        return made

    def alone(self, zone: Zone, number: int, said: Message) -> PathsPicture:
        """The map where one half alone is done of standardising: scaling, or centring."""
        story = self.story
        turn = turns_of(story.turn)[number]
        ground, seen = story.seen_by(turn), story.scaled.seen_from(np.array(np.linalg.inv(turn)))
        names = {name: f"{name}_{PARTS[number]}" for name in story.run.problem.parameters}
        stage = replace(self.stage, parameters=tuple(names[name] for name in self.stage.parameters))
        places = np.array([ground.start, 2 * ground.held - ground.start])  # the minimum amid
        look = ravine_looks(stage.palette)[1]
        made = PathsPicture(
            stage, zone, [seen], [look], ground, window=(places,), equal=True, names=names
        )
        self._write(made)
        made.panel.noted(said)
        return made

    def _write(self, picture: PathsPicture) -> None:
        """The costs in the lines, clear of the ways to the minimum and downhill."""
        axes, ground = list(self.story.axes), picture.ground
        if picture.single:
            return
        start, end = ground.start[axes], ground.held[axes]
        arrows = [(start, end)]
        if ground is self.story.before:
            arrows.append((start, self.story.valley))
        write_levels(picture, arrows)

    def counted(self, picture: PathsPicture, steps: Sequence[int | None]) -> Typeset:
        """Over a small map, how many steps its walk needs, and momentum, where it is shown as well."""
        said = message("over {count} steps", count=HORIZON)
        if steps[0] is not None:
            said = message("after {number} step", "after {number} steps", number=steps[0])
        if len(steps) > 1 and steps[1] is not None:
            said = message("{steps}, with momentum {number}", steps=said, number=steps[1])
        return picture.panel.corner(said, COUNT_EM)

    def foot(self, picture: PathsPicture) -> None:
        """Write below a small map whether its axes differ."""
        said = message("axes not to scale")
        if picture.is_equal:
            said = message("both axes have the same scale")
        picture.panel.foot(said)

    def note(self, picture: PathsPicture) -> None:
        """Say that the axes are equal or not, or that it is a slice."""
        picture.noted()
        if not len(picture.panel.note):
            picture.panel.noted(message("both axes have the same scale"))

    def stretch(self, picture: PathsPicture) -> float:
        """How many times narrower the ravine would be on axes with one unit; 1 where they have one."""
        panel = picture.panel
        across = (panel.x.high - panel.x.low) / panel.box.width
        up = (panel.y.high - panel.y.low) / panel.box.height
        times = max(across, up) / min(across, up)
        return 1.0 if picture.is_equal or times < STRETCHED else float(times)

    def downhill(self, picture: PathsPicture) -> VGroup:
        """An arrow straight downhill, as far as the valley's floor, and one, dashed, to the minimum."""
        story, panel, palette = self.story, picture.panel, self.stage.palette
        axes = list(story.axes)
        here, floor, there = (
            panel.border(*place)
            for place in (story.before.start[axes], story.valley, story.before.held[axes])
        )
        if (
            float(np.linalg.norm(floor - here)) < SEEN
        ):  # the way, where the floor is too near to be seen
            slopes = story.slopes[axes]
            beside = story.before.start[axes] - slopes
            way = (panel.position(*beside) - here)[:2]
            long = max(float(np.linalg.norm(way)), 1e-300)
            end = here + np.array([*(way / long * SHOWN), 0.0])
            floor = np.clip(
                end,
                (panel.box.left, panel.box.bottom, 0),
                (panel.box.right, panel.box.top, 0),
            )
        return VGroup(
            arrow(here, floor, palette.error, 5.0),
            arrow(here, there, palette.prediction, 3.0, dashed=True),
        )

    def asked(self, picture: PathsPicture) -> VGroup:
        """Beside the middle of the way to the minimum: whether it could be one step."""
        story, panel, stage = self.story, picture.panel, self.stage
        axes = list(story.axes)
        here, there = (
            panel.border(*place[axes]) for place in (story.before.start, story.before.held)
        )
        said = stage.sentence(message("one step?"), em=ASK_EM)
        way = (there - here) / max(float(np.linalg.norm(there - here)), 1e-9)
        aside = np.array([-abs(way[1]), -abs(way[0]) if way[0] * way[1] < 0 else abs(way[0]), 0.0])
        room = float(np.abs(aside) @ (said.width / 2, said.height / 2, 0.0)) + CLEAR
        said.move_to((here + there) / 2 + room * aside)
        box = panel.box
        low = np.array([box.left + said.width / 2, box.bottom + said.height / 2, 0.0])
        high = np.array([box.right - said.width / 2, box.top - said.height / 2, 0.0])
        said.move_to(np.clip(said.get_center(), low, high))
        plate = BackgroundRectangle(said, color=stage.palette.ground, fill_opacity=1, buff=PLATE)
        return VGroup(plate, said)

    def plane(self, first: PathsPicture, second: PathsPicture, back: FloatArray) -> TurnedPlane:
        """The lines of equal cost, ready to turn from one map into the other."""
        axes = list(self.story.axes)
        return self._turned(first, second, back[np.ix_(axes, axes)])

    def stretching(self, first: PathsPicture, second: PathsPicture) -> TurnedPlane:
        """The lines of equal cost, ready to be stretched from one frame into another."""
        return self._turned(first, second, np.eye(len(self.story.axes)))

    def _turned(self, first: PathsPicture, second: PathsPicture, back: FloatArray) -> TurnedPlane:
        palette = self.stage.palette
        plane = TurnedPlane(first.panel, second.panel, back)
        for parts in first.ground.lines(first.panel.x, first.panel.y):
            for part in parts:
                plane.add(part, palette.error, LEVEL_WIDTH, level_opacity(palette))
        return plane

    def kept(self, picture: PathsPicture, walk: Walk) -> dict[int, VGroup]:
        """By step: what momentum keeps of the last one, dashed, and behind it the gradient's own part; of the first steps that have room."""
        story, panel, palette = self.story, picture.panel, self.stage.palette
        axes, points, made = list(story.axes), walk.points, dict[int, VGroup]()
        for row in range(1, min(LATEST, len(points) - 1)):
            slopes = np.array(story.evaluate(points[row].tolist())[1])
            own = -walk.run.learning_rate * slopes
            places = points[row], points[row + 1] - own, points[row + 1]
            if len(made) == KEPT or not all(panel.holds(*place[axes]) for place in places):
                continue
            here, between, there = (panel.position(*place[axes]) for place in places)
            parts = (
                arrow(here, between, palette.third, 4.0, dashed=True),
                arrow(between, there, palette.error, 4.0),
            )
            if (
                min(float(np.linalg.norm(b - a)) for a, b in pairwise((here, between, there)))
                < SEEN
            ):
                continue
            made[row] = VGroup(*parts)
        return made
