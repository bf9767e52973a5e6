"""UpdatePlaces: where map, data, the close view, the formula and its numbers stand in the lesson `annotated_update`."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.staging.layout import FrameLayout, Zone

LOW = 4.0  # a zone lower than this has no room for callouts and lines
GAP = 0.2
SHARES = (
    5.1,
    3.0,
    5.3,
)  # of the frame: the map's, that of what stands beside it, and the formula's
LONG = (4.15, 2.75, 6.5)  # where the formula's parts have many numbers
COLUMNS = (4.75, 3.25)  # of an upright frame's pictures
UPRIGHT = (5.2, 6.6)  # of an upright frame: the pictures, and the formula with its numbers
FIT, NEAR = 0.95, 1.05  # of the column beside the map


@dataclass(frozen=True)
class UpdatePlaces:
    """The zones; without data the close view has the whole column beside the map.

    `lines` is None where the lines stand below the callouts, in the zone of these.
    """

    map: Zone
    fit: Zone
    aside: Zone  # of the close view, and until then of the lengths
    parts: Zone
    lines: Zone | None = None

    @property
    def shares(self) -> bool:
        """Whether the close view takes the place of the data."""
        return self.aside == self.fit


def update_places(layout: FrameLayout, *, data: bool, many: bool) -> UpdatePlaces:
    """The zones in a frame of some shape, with data or without, and with many parameters or few."""
    if layout.mathematics.height < LOW:  # the lines have the width of the frame, below the map
        upper, lower = layout.whole.rows(2.05, 1.0, gap=GAP)
        plane, parts = upper.columns(1.0, 1.2, gap=GAP)
        fit, lines = lower.columns(1.0, 1.9, gap=GAP)
        return UpdatePlaces(plane, fit, fit, parts, lines)
    if layout.upright:
        room, parts = layout.whole.rows(*UPRIGHT, gap=GAP)
        plane, beside = room.columns(*COLUMNS, gap=GAP)
    else:
        plane, beside, parts = layout.whole.columns(*(LONG if many else SHARES), gap=GAP)
    fit, aside = beside.rows(FIT, NEAR, gap=GAP)
    return UpdatePlaces(plane, fit, aside if data else beside, parts)
