"""RaceFloor: the map of a race in small, in a frame of the same scales."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.bare_frame import BareFrame
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message


class RaceFloor(PathsPicture):
    """All walks of a larger picture, which says what the scales are."""

    def __init__(self, zone: Zone, whole: PathsPicture) -> None:
        self.larger = whole
        super().__init__(whole.stage, zone, whole.walks, whole.looks, whole.ground, end=whole.end)

    def _plane(
        self, beside: Sequence[FloatArray], equal: bool, window: Sequence[FloatArray]
    ) -> PlotPanel:
        return self._framed(self.larger.panel.x)

    def _by_clock(self, clock: Message | None) -> PlotPanel:
        return self._framed(self.larger.panel.x)

    def _framed(self, x: Scale) -> PlotPanel:
        """As wide for its height as the larger one, in the middle of the zone."""
        zone, larger = self.zone, self.larger.panel
        ratio = larger.box.width / larger.box.height
        width = min(zone.width, zone.height * ratio)
        left, low = zone.centre[0] - width / 2, zone.centre[1] - width / ratio / 2
        return BareFrame(
            self.stage, Zone(left, left + width, low, low + width / ratio), x, larger.y
        )
