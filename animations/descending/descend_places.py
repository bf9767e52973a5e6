"""Where each picture of the lesson `descend` stands, in each shape of frame: the data large while they are alone, then the path."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.staging.layout import FrameLayout, Zone
from symgd.animations.stories.descent_story import DescentStory

SIDE, MAIN, WRITTEN = 3.1, 5.3, 5.1  # shares of a wide frame: data and cost, the path, numbers
HIGH, LOW = 1.04, 1.0  # of the data, and of the cost, which is never the larger beside them
ABOVE, BELOW = 4.7, 2.85  # of a square frame: pictures, numbers
PATH, PAIR, FOOT = 4.75, 2.05, 4.8  # of an upright one: the path, data and cost, numbers
ALONE = 3.5  # share of the cost's curve where there are no data
GAP = 0.16
LINES = 1.22  # times the width of the table beside them
FLAT = 2.2  # times its height: a zone so wide has columns
EDGE = 0.15


@dataclass(frozen=True)
class DescentPlaces:
    """The zones of a film's pictures and numbers: what the film is about, the path, is the largest."""

    layout: FrameLayout
    has_data: bool

    @property
    def is_tall(self) -> bool:
        """Whether the pictures stand below one another."""
        return self.layout.height > self.layout.width

    @property
    def _parts(self) -> tuple[Zone, Zone]:
        """Of all pictures, and of all numbers."""
        whole = self.layout.whole
        if self.is_tall:
            one, other = whole.rows(PATH + PAIR, FOOT, gap=GAP)
        elif self.layout.upright:
            one, other = whole.rows(ABOVE, BELOW, gap=GAP)
        else:
            one, other = whole.columns(SIDE + MAIN, WRITTEN, gap=GAP)
        return one, other

    @property
    def pictures(self) -> tuple[Zone, Zone]:
        """Of what stands beside the path, and of the path."""
        picture = self._parts[0]
        if self.is_tall:
            main, side = picture.rows(PATH, PAIR, gap=GAP)
            return side, main
        side, main = picture.columns(SIDE if self.has_data else ALONE, MAIN, gap=GAP)
        return side, main

    @property
    def _beside(self) -> tuple[Zone, Zone]:
        """Of the data and of the cost."""
        side = self.pictures[0]
        cut = side.columns if self.is_tall else side.rows
        fit, curve = cut(HIGH, LOW, gap=GAP)
        return fit, curve

    @property
    def large(self) -> Zone:
        """Of the first picture, as long as it is alone."""
        return self._parts[0]

    @property
    def beside(self) -> Zone:
        """Of what stands beside the path alone, at last."""
        return self.pictures[0]

    @property
    def fit(self) -> Zone:
        """Of the data, once the parameters are there."""
        return self._beside[0]

    @property
    def point(self) -> Zone:
        """Of the parameters."""
        return self.pictures[1]

    @property
    def curve(self) -> Zone:
        """Of the cost by step."""
        return self._beside[1] if self.has_data else self.pictures[0]

    @property
    def numbers(self) -> Zone:
        """Of all that is written beside the pictures."""
        zone = self._parts[1]
        return Zone(zone.left + EDGE, zone.right - EDGE, zone.bottom, zone.top)

    @property
    def lines(self) -> Zone:
        """Of readouts and update."""
        return self.numbers.columns(LINES, 1, gap=2 * GAP)[0] if self.has_columns else self.numbers

    @property
    def has_columns(self) -> bool:
        """Whether the table stands beside the lines, and not below them."""
        return self.numbers.width > FLAT * self.numbers.height

    def halves(self, first: float, second: float) -> tuple[Zone, Zone]:
        """Two parts of the numbers' zone, below one another where there is room, else beside."""
        zone = self.numbers
        cut = zone.columns if self.has_columns else zone.rows
        one, other = cut(first, second, gap=(4 if self.has_columns else 1) * GAP)
        return one, other

    def table(self, below: float) -> Zone:
        """Of the table, where the lines end at a height."""
        zone = self.numbers
        if self.has_columns:
            return zone.columns(LINES, 1, gap=2 * GAP)[1]
        return Zone(zone.left, zone.right, zone.bottom, below)

    @property
    def board(self) -> Zone:
        """Of a rule that is long, for as long as it is spoken of: all that is beside the path."""
        return self.pictures[0]

    def partials(self, count: int) -> list[Zone]:
        """Of the derivatives of so many parameters."""
        zone = self.numbers
        shares = [1.0] * count
        return zone.columns(*shares) if self.has_columns else zone.rows(*shares)

    def last(self, count: int) -> list[Zone]:
        """Of each of so many parameters by step, in the last picture: where the numbers were."""
        whole = self._parts[1]
        zone = Zone(whole.left, whole.right - EDGE, whole.bottom, whole.top)
        cut = zone.columns if self.has_columns or self.is_tall else zone.rows
        return cut(*[1.0] * count, gap=GAP)


def places_of(layout: FrameLayout, story: DescentStory) -> DescentPlaces:
    """The places of a story's pictures."""
    return DescentPlaces(layout, story.form != "function")
