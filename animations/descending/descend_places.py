"""Where each picture of the lesson `descend` stands, in each shape of frame: large while it is alone, then parked."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.staging.layout import FrameLayout, Zone
from symgd.animations.stories.descent_story import DescentStory

SIDE, MAIN = (
    3.5,
    4.6,
)  # shares of the pictures beside one another: what is parked, and what it is about
LOW, HIGH = 1.0, 1.0
GAP = 0.16
LINES = 1.22  # times the width of the table beside them
FLAT = 2.2  # times its height: a zone so wide has columns
EDGE = 0.15
TWO = 2  # pictures beside one another, without data


@dataclass(frozen=True)
class DescentPlaces:
    """The zones of a film's pictures and numbers."""

    layout: FrameLayout
    has_data: bool

    @property
    def large(self) -> Zone:
        """Of the first picture, as long as it is alone."""
        return self.layout.picture

    @property
    def is_flat(self) -> bool:
        """Whether the pictures have room beside one another alone."""
        picture = self.layout.picture
        return picture.width > FLAT * picture.height - 1.0

    @property
    def _columns(self) -> tuple[Zone, Zone]:
        side, main = self.layout.picture.columns(SIDE, MAIN, gap=GAP)
        return side, main

    @property
    def fit(self) -> Zone:
        """Of the data, once the parameters are there."""
        if self.is_flat:
            return self.layout.picture.columns(1, 1.2, 1, gap=GAP)[0]
        return self._columns[0].rows(HIGH, LOW, gap=GAP)[0]

    @property
    def point(self) -> Zone:
        """Of the parameters."""
        if not self.has_data:
            if self.is_flat:
                return self.layout.picture.columns(MAIN, SIDE, gap=GAP)[0]
            return self.layout.picture.rows(MAIN, SIDE - 1, gap=GAP)[0]
        if self.is_flat:
            return self.layout.picture.columns(1, 1.2, 1, gap=GAP)[1]
        return self._columns[1]

    @property
    def curve(self) -> Zone:
        """Of the cost by step."""
        if not self.has_data:
            if self.is_flat:
                return self.layout.picture.columns(MAIN, SIDE, gap=GAP)[1]
            return self.layout.picture.rows(MAIN, SIDE - 1, gap=GAP)[1]
        if self.is_flat:
            return self.layout.picture.columns(1, 1.2, 1, gap=GAP)[2]
        return self._columns[0].rows(HIGH, LOW, gap=GAP)[1]

    @property
    def numbers(self) -> Zone:
        """Of all that is written beside the pictures."""
        zone = self.layout.mathematics
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
        """Of a rule that is long, for as long as it is spoken of."""
        return self.curve if not self.has_data else self.layout.picture.rows(1, 1, gap=GAP)[1]

    def partials(self, count: int) -> list[Zone]:
        """Of the derivatives of so many parameters."""
        zone = self.numbers
        shares = [1.0] * count
        return zone.columns(*shares) if self.has_columns else zone.rows(*shares)

    def last(self, count: int) -> tuple[Zone, list[Zone], Zone]:
        """Of the data, of each parameter by step, and of the cost, in the last picture."""
        picture = self.layout.picture
        panels = count + 1 + int(self.has_data)
        if self.is_flat:
            zones = picture.columns(*[1.0] * panels, gap=GAP)
        else:
            upper = panels // TWO
            rows = picture.rows(1, 1, gap=GAP)
            above, below = ([1.0] * n for n in (upper, panels - upper))
            zones = [*rows[0].columns(*above, gap=GAP), *rows[1].columns(*below, gap=GAP)]
        first = int(self.has_data)
        return zones[0], zones[first : first + count], zones[-1]


def places_of(layout: FrameLayout, story: DescentStory) -> DescentPlaces:
    """The places of a story's pictures."""
    return DescentPlaces(layout, story.form != "function")
