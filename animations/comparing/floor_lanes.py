"""FloorLane: the floor of a larger picture in small, in a frame of the same scales, with its walk's name."""

from __future__ import annotations

from collections.abc import Sequence

from manim import VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.bare_frame import BareFrame
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message

EM, HEAD = 0.32, 0.46  # of a lane's name, and the room above its frame
BESIDE, RISE = 0.14, 0.12  # from a mark to its name, and from the frame to the name's baseline
GAP = 0.25
RING = 3.5  # the width of what tells a lane from others


class FloorLane(PathsPicture):
    """Walks on the floor of a larger picture, in a frame that has the same scales and no numbers.

    The walk's name is the title, in its colour and beside its mark.
    """

    def __init__(
        self,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        whole: PathsPicture,
        noisy: bool = False,
    ) -> None:
        self.larger, self.noisy = whole, noisy
        super().__init__(whole.stage, zone, walks, looks, whole.ground, banks=True)
        box, stage, base = self.panel.box, whole.stage, self.panel.box.top + RISE
        mark = looks[0].mark(stage.palette.ground)
        mark.move_to((box.left + mark.width / 2, base + EM / 3, 0))
        name = stage.sentence(bold=stage.said(walks[0].name), em=EM).set_fill(looks[0].colour)
        name.at_most(box.width - mark.width - BESIDE)
        self.title = VGroup(mark, name.put(mark.get_right()[0] + BESIDE, base))

    def zigzags(self, number: int) -> bool:
        """As for any; what goes to and fro by chance has no banks."""
        return not self.noisy and super().zigzags(number)

    def _plane(
        self, beside: Sequence[FloatArray], equal: bool, window: Sequence[FloatArray]
    ) -> PlotPanel:
        return self._framed(self.larger.panel.x)

    def _by_clock(self, clock: Message | None) -> PlotPanel:
        return self._framed(self.larger.panel.x)

    def _framed(self, x: Scale) -> PlotPanel:
        """A frame as high and wide as the larger one, in small, in the middle of the zone."""
        zone, larger = self.zone, self.larger.panel
        ratio = larger.box.width / larger.box.height
        width = min(zone.width, (zone.height - HEAD) * ratio)
        left, bottom = zone.centre[0] - width / 2, zone.top - HEAD - width / ratio
        box = Zone(left, left + width, bottom, bottom + width / ratio)
        return BareFrame(self.stage, box, x, larger.y)
