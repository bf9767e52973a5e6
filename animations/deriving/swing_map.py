"""Where the model is on the map of its cost while one parameter moves: one parameter is one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from manim import VGroup

from symgd.animations.deriving.gradient_picture import GradientPicture
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray

BESIDE, BELOW = 2.9, 1.7  # what the numbers take beside a map, and above one
WIDE, HIGH = 2.9, 2.3  # the least that a map takes
TRAIL = 5.0


class SwingMap:
    """Lines of equal cost over two parameters, a dot, and the way that it came in the parameter's colour."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        meanings: Mapping[str, str],
        places: Sequence[FloatArray] = (),
    ) -> None:
        own = GradientPicture(stage, zone, story, meanings=meanings, also=places)
        self.stage, self.story, self.panel = stage, story, own.panel
        clear = float(own.note.get_bottom()[1]) >= own.panel.box.top
        notes = [own.note] if story.sliced and clear else []
        self.drawing = VGroup(own.panel.drawing, own.lines, *notes)
        self.trail, self.dot = stroke(stage.palette.ink, TRAIL), own.dot
        self.live = VGroup(self.trail, self.dot)
        self.start = story.parameters[0]

    @staticmethod
    def zone_in(notes: Zone) -> Zone | None:
        """Beside the numbers that stand in the notes, or below them; None where it would be too small."""
        if notes.width - BESIDE >= WIDE and notes.height >= HIGH:
            return Zone(notes.left + BESIDE, notes.right, notes.bottom, notes.top)
        if notes.width >= WIDE and notes.height - BELOW >= HIGH:
            return Zone(notes.left, notes.right, notes.bottom, notes.top - BELOW)
        return None

    def shows(self, name: str) -> bool:
        """Whether a parameter is one of its axes."""
        return name in self.story.shown_names

    def show(self, values: FloatArray, name: str) -> None:
        """The dot where these values are; at the border, where that is outside."""
        axes = [*self.story.axes]
        here, there = (self.panel.border(*each[axes].tolist()) for each in (self.start, values))
        self.trail.set_stroke(self.stage.colours.get(name, self.stage.palette.ink))
        apart = float(abs(there - here).max()) > 0
        drawn(self.trail, [(here, there)] if apart else [])
        self.dot.move_to(there)
