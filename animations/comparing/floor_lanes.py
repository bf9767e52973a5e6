"""FloorLanes: the same floor once for each walk, side by side in frames of one size and scale, each with its walk's name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from manim import Rectangle, ReplacementTransform, VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.bare_frame import BareFrame, border_of
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message

EM, HEAD = 0.32, 0.46  # of a lane's name, and the room above its frame
BESIDE, RISE = 0.14, 0.12  # from a mark to its name, and from the frame to the name's baseline
GAP = 0.25
RING, RING_ROOM = 3.5, 0.05


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


class FloorLanes:
    """A lane for each walk of a picture, in its zone: `still` and `live` are drawn, `show` follows the clock."""

    def __init__(self, whole: PathsPicture) -> None:
        self.whole = whole
        pairs = [*zip(whole.walks, whole.looks, strict=False)]
        ratio = whole.panel.box.width / whole.panel.box.height
        cells = cells_of(whole.zone, len(pairs), ratio)
        self.lanes = [
            FloorLane(cell, [walk], [look], whole)
            for cell, (walk, look) in zip(cells, pairs, strict=False)
        ]
        self.titles = VGroup(*(lane.title for lane in self.lanes))
        self.live = VGroup(*(lane.live for lane in self.lanes))

    def show(self, time: float) -> FloorLanes:
        """All walks until a time of the clock."""
        for lane in self.lanes:
            lane.show(time)
        return self

    def parting(self) -> list[ReplacementTransform]:
        """How the large floor becomes the small ones, each with its walk's mark."""
        whole, box = self.whole, self.whole.panel.box
        made = []
        for number, lane in enumerate(self.lanes):
            outline = border_of(whole.stage, box)
            marks = whole.marks[number : number + 1] or whole.marks[: len(lane.marks)]
            before = VGroup(outline, whole.lines.copy(), *(mark.copy() for mark in marks))
            after = VGroup(lane.panel.drawing[0], lane.lines, *lane.marks)
            made.append(ReplacementTransform(before, after))
        return made

    def crosses(self) -> VGroup:
        """Where the cost is least, in each."""
        return VGroup(*(lane.cross() for lane in self.lanes))

    def ring(self, number: int) -> Rectangle:
        """A thick frame round a lane's frame."""
        lane = self.lanes[number]
        box, colour = lane.panel.box, lane.looks[0].colour
        made = Rectangle(width=box.width + RING_ROOM, height=box.height + RING_ROOM)
        return (
            made.set_stroke(colour, width=RING, opacity=1).set_fill(opacity=0).move_to(box.centre)
        )


def cells_of(zone: Zone, count: int, ratio: float) -> list[Zone]:
    """Cells for so many frames that are `ratio` times as wide as high, in the rows and columns that make them largest."""

    def width(columns: int) -> float:
        rows = math.ceil(count / columns)
        wide = (zone.width - GAP * (columns - 1)) / columns
        high = (zone.height - GAP * (rows - 1)) / rows
        return min(wide, (high - HEAD) * ratio)

    columns = max(range(1, count + 1), key=width)
    rows = zone.rows(*[1.0] * math.ceil(count / columns), gap=GAP)
    return [cell for row in rows for cell in row.columns(*[1.0] * columns, gap=GAP)]
