"""Layout: the fixed parts of a frame, for each shape that a frame may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import accumulate, pairwise
from types import MappingProxyType


@dataclass(frozen=True)
class Zone:
    """A part of the frame, in Manim's units, of which the frame's shorter side has about eight; 0 is the middle."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2, 0.0

    def towards(self, other: Zone, part: float) -> Zone:
        """On the way to another zone.

        Examples
        --------
        >>> Zone(0, 2, 0, 2).towards(Zone(2, 3, 0, 4), 0.5)
        Zone(left=1.0, right=2.5, bottom=0.0, top=3.0)
        """
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Zone(*((1 - part) * here + part * there for here, there in pairs))

    def columns(self, *shares: float, gap: float = 0.25) -> list[Zone]:
        """Parts beside each other, from left to right, as wide as their shares say.

        Examples
        --------
        >>> Zone(0, 4, 0, 1).columns(1, 2, gap=1.0)
        [Zone(left=0.0, right=1.0, bottom=0, top=1), Zone(left=2.0, right=4.0, bottom=0, top=1)]
        """
        return [
            Zone(a, b, self.bottom, self.top) for a, b in _cut(self.left, self.right, shares, gap)
        ]

    def rows(self, *shares: float, gap: float = 0.25) -> list[Zone]:
        """Parts below each other, from top to bottom, as high as their shares say.

        Examples
        --------
        >>> Zone(0, 1, 0, 4).rows(1, 2, gap=1.0)
        [Zone(left=0, right=1, bottom=3.0, top=4.0), Zone(left=0, right=1, bottom=0.0, top=2.0)]
        """
        parts = _cut(-self.top, -self.bottom, shares, gap)
        return [Zone(self.left, self.right, -b + 0.0, -a + 0.0) for a, b in parts]

    def split(self, first: float, second: float, gap: float = 0.25) -> tuple[Zone, Zone]:
        """Two parts, along its longer side."""
        cut = self.columns if self.width >= self.height else self.rows
        one, other = cut(first, second, gap=gap)
        return one, other


def _cut(
    start: float, end: float, shares: tuple[float, ...], gap: float
) -> list[tuple[float, float]]:
    """The way from `start` to `end` in parts, with gaps between them."""
    room = end - start - gap * (len(shares) - 1)
    ends = [0.0, *accumulate(room * share / sum(shares) for share in shares)]
    return [
        (float(start + a + gap * n), float(start + b + gap * n))
        for n, (a, b) in enumerate(pairwise(ends))
    ]


@dataclass(frozen=True)
class FrameLayout:
    """The parts of a frame of one shape: nothing that is read lies outside them.

    Attributes
    ----------
    width, height : float
        The frame's, in Manim's units.
    heading, captions : Zone
        Above and below everything else.
    picture, mathematics : Zone
        What is between them, in two parts, and `whole`, in one.
    """

    width: float
    height: float
    heading: Zone
    captions: Zone
    picture: Zone
    mathematics: Zone

    @property
    def whole(self) -> Zone:
        """All between heading and captions."""
        one, other = self.picture, self.mathematics
        lefts, rights = (one.left, other.left), (one.right, other.right)
        bottoms, tops = (one.bottom, other.bottom), (one.top, other.top)
        return Zone(min(lefts), max(rights), min(bottoms), max(tops))

    @property
    def upright(self) -> bool:
        """Whether the picture stands above the mathematics, and not beside them."""
        return self.picture.left == self.mathematics.left

    def pixels(self, shorter: int) -> tuple[int, int]:
        """Width and height in pixels of a frame whose shorter side has so many; both are even, as films want them.

        Examples
        --------
        >>> [ASPECTS[aspect].pixels(480) for aspect in ASPECTS]
        [(854, 480), (480, 854), (480, 480)]
        """
        scale = shorter / min(self.width, self.height)
        return 2 * round(self.width * scale / 2), 2 * round(self.height * scale / 2)


WIDE = FrameLayout(
    width=8 * 16 / 9,
    height=8.0,
    heading=Zone(-6.75, 6.75, 3.2, 3.8),
    captions=Zone(-6.0, 6.0, -3.95, -3.0),
    picture=Zone(-6.9, 1.2, -2.95, 3.1),
    mathematics=Zone(1.45, 6.9, -2.95, 3.1),
)
UPRIGHT = FrameLayout(
    width=8.0,
    height=8 * 16 / 9,
    heading=Zone(-3.75, 3.75, 6.2, 6.9),
    captions=Zone(-3.75, 3.75, -6.95, -5.95),
    picture=Zone(-3.8, 3.8, 0.15, 6.05),
    mathematics=Zone(-3.8, 3.8, -5.85, -0.1),
)
SQUARE = FrameLayout(
    width=9.6,
    height=9.6,
    heading=Zone(-4.5, 4.5, 4.0, 4.6),
    captions=Zone(-4.5, 4.5, -4.7, -3.75),
    picture=Zone(-4.6, 4.6, -0.35, 3.9),
    mathematics=Zone(-4.6, 4.6, -3.65, -0.55),
)
ASPECTS: Mapping[str, FrameLayout] = MappingProxyType(
    {"16:9": WIDE, "9:16": UPRIGHT, "1:1": SQUARE}
)
