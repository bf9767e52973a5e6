"""RavineFrames: the two maps of a ravine, as it is and standardised, each in a frame that shows how wide it is.

Laws
----
- a unit is as long on both axes where that leaves the width to be seen; where it is not, that is said, and how much
- both maps have lines at the same costs, the start and the minimum
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import LEVEL_WIDTH, PathsPicture, level_opacity
from symgd.animations.comparing.ravine_story import HORIZON, RavineStory
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import ravine_looks
from symgd.animations.comparing.walks import Walk
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

THIN = 1.0
NOTE_EM = 0.3
ASK_EM, PLATE = 0.34, 0.06
OUT = 0.25  # of what start, walls and minimum span, a walk may widen the frame
ALIKE = 1.7  # times that an axis may be longer for one unit on both
CORNERS = 40  # of the walk that turns with the plane
STRETCHED = 1.05  # axes whose units differ by less are equal


class RavineFrames:
    """Makes the maps of a story."""

    def __init__(self, stage: Stage, story: RavineStory) -> None:
        self.stage, self.story = stage, story

    def before(self, zone: Zone, walks: Sequence[Walk], *, noted: bool = True) -> PathsPicture:
        """Walks over the parameters."""
        story = self.story
        known = dict(zip(story.walks, ravine_looks(self.stage.palette), strict=False))
        looks = [known[walk] for walk in walks]
        window = self._window(walks)
        made = PathsPicture(
            self.stage, zone, walks, looks, story.before, window=window, alike=ALIKE
        )
        if noted:
            self.note(made)
        return made

    def _window(self, walks: Sequence[Walk]) -> list[FloatArray]:
        """What the frame holds: start, minimum, both walls and the walks, as long as these stay near."""
        story = self.story
        fixed = [story.before.start, story.before.held]
        fixed += [] if story.wall is None else [story.wall]
        corners = np.array(fixed)
        low, high = corners.min(axis=0), corners.max(axis=0)
        room = OUT * np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
        near = [np.clip(walk.points, low - room, high + room) for walk in walks]
        return [corners, *near]

    def even(self, zone: Zone) -> PathsPicture:
        """The same map with one unit on both axes."""
        story = self.story
        look = ravine_looks(self.stage.palette)[0]
        made = PathsPicture(self.stage, zone, [story.plain], [look], story.before, equal=True)
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
        if noted:
            self.note(made)
        return made

    def counted(self, picture: PathsPicture, steps: int | None) -> None:
        """Write over a small map how many steps the walk needs, and below it that its axes differ."""
        said = message("over {count} steps", count=HORIZON)
        if steps is not None:
            said = message("after {number} step", "after {number} steps", number=steps)
        picture.panel.note.add(picture.panel.corner(said, NOTE_EM))
        if self.stretch(picture) > 1:
            picture.panel.foot(message("axes not to scale"))

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
        said.move_to((here + there) / 2)
        plate = BackgroundRectangle(said, color=stage.palette.ground, fill_opacity=1, buff=PLATE)
        return VGroup(plate, said)

    def straight(self, picture: PathsPicture) -> VGroup:
        """In standardised coordinates: straight downhill from the start, which there is the way to the minimum."""
        story, panel = self.story, picture.panel
        axes = list(story.axes)
        ground = story.after
        slopes = np.array(story.turned(ground.start.tolist())[1])[axes]
        bend = float(slopes @ ground.hessian @ slopes) if ground.is_bowl else 0.0
        if bend <= 0 or not story.is_whole:
            return VGroup()
        end = ground.start[axes] - float(slopes @ slopes) / bend * slopes
        here, floor = panel.border(*ground.start[axes]), panel.border(*end)
        return arrow(here, floor, self.stage.palette.error, 5.0)

    def plane(self, first: PathsPicture, second: PathsPicture, walked: FloatArray) -> TurnedPlane:
        """The lines of equal cost and a walk, ready to turn from one map into the other."""
        story = self.story
        axes = list(story.axes)
        return self._turned(first, second, story.back[np.ix_(axes, axes)], walked)

    def stretching(self, first: PathsPicture, second: PathsPicture) -> TurnedPlane:
        """The lines of equal cost, ready to be stretched from one frame into another."""
        start = self.story.plain.points[:1]
        return self._turned(first, second, np.eye(len(self.story.axes)), start)

    def _turned(
        self, first: PathsPicture, second: PathsPicture, back: FloatArray, walked: FloatArray
    ) -> TurnedPlane:
        story, palette = self.story, self.stage.palette
        axes = list(story.axes)
        plane = TurnedPlane(first.panel, second.panel, back)
        for parts in story.before.lines(first.panel.x, first.panel.y):
            for part in parts:
                plane.add(part, palette.error, LEVEL_WIDTH, level_opacity(palette))
        plane.add(walked[:CORNERS, axes], palette.ink, THIN, faintest(palette.ink, palette.ground))
        return plane
