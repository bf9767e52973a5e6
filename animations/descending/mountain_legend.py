"""What each part of the rule is in the story: a list below the rule."""

from __future__ import annotations

from collections.abc import Mapping

from manim import VGroup

from symgd.animations.descending.mountain_rule import NEXT, PLACE, SLOPE, STEP, MountainRule
from symgd.animations.staging.stage import Stage, Zone
from symgd.writing.words import Message, message

EM, LARGEST, GAP = 0.38, 1.15, 0.3  # of the words; a row's height at most; from a part to its words
SIZE = 0.7  # of a part, as it stands in the rule
SAID: Mapping[int, Message] = {
    PLACE: message("where he stands"),
    SLOPE: message("the slope under his feet"),
    STEP: message("his step: the rate times that, downhill"),
    NEXT: message("where he stands then"),
}


class MountainLegend:
    """A row for each part in the order in which they are spoken of; the words of all begin in one line."""

    def __init__(self, stage: Stage, zone: Zone, rule: MountainRule) -> None:
        self.stage, self.zone, self.rule = stage, zone, rule
        self.pitch = min(LARGEST, zone.height / len(SAID))
        self.left = zone.left + SIZE * max(float(part.width) for part in rule.parts) + GAP

    def row(self, number: int) -> tuple[VGroup, VGroup]:
        """A part of the rule as it stands there, and its words."""
        zone = self.zone
        middle = zone.top - (number + 0.5) * self.pitch
        part = VGroup(*(glyph.copy() for glyph in self.rule.parts[number]))
        part.scale(SIZE).shift((zone.left - part.get_left()[0], middle - part.get_center()[1], 0))
        words = self.stage.sentence(SAID[number], em=EM, width=zone.right - self.left)
        words.shift((self.left - words.get_left()[0], middle - words.get_center()[1], 0))
        return part, words
