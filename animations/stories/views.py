"""Which part of the parameters' plane is looked at: the whole with its ravine uncut, or near to some steps.

Where it is possible without making anything small, a unit is as long on both axes: then a gradient stands square on
the lines of equal cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symgd.animations.formulas.numerals import Scale, scale_of
from symgd.animations.stories.cost_plane import Plane
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray

ROOM, BESIDE = 0.15, 0.2  # of what is held: at each end; along the first axis beside the start
WIDER = 1.6  # the picture grows so much at most, so that a line of equal cost is whole in it
ALIKE_READ, OPENED = (
    1e-3,
    0.2,
)  # of a number's size: what is shorter reads alike, and is opened so far
WHOLE = (
    2.3  # times as large as what a whole view must hold, in equal units, it is at most for the same
)
ALIKE, NEAR = 3.0, 6.0  # units that differ by less are made equal; near to some steps, even then


@dataclass(frozen=True)
class View:
    """Scales of both axes, and whether a unit is as long on one as on the other."""

    x: Scale
    y: Scale
    equal: bool

    def towards(self, other: View, part: float) -> View:
        """On the way to another view: the middle goes there and the size changes evenly."""
        x, y = _between(self.x, other.x, part), _between(self.y, other.y, part)
        return View(x, y, other.equal)


def _between(start: Scale, end: Scale, part: float) -> Scale:
    """A scale between two; the ratio of sizes is the same in each moment, and the end is reached exactly."""
    if part >= 1:
        return end
    first, last = start.high - start.low, end.high - end.low
    size = first * (last / first) ** part
    done = (size - first) / (last - first) if abs(last - first) > 1e-9 * first else part
    low = start.low + done * (end.low - start.low)
    return Scale(low, low + size)


def limits(story: DescentStory) -> FloatArray:
    """Points among the parameters that a picture of them is to hold, of shape (n, p).

    The exact minimum, the start and what lies opposite the first step (the gradient points there) are always among
    them; the path is, as long as it stays near these.
    """
    rows = story.parameters
    first = [rows[0]]
    if story.steps:
        opposite = 2 * rows[0] - rows[1] if story.rule is None else rows[0] + story.uphill()
        first += [opposite, rows[1]]
    if story.exact is not None:
        first.append(story.exact)
    if story.diverged and story.exact is not None:
        far = 4 * np.abs(np.array(first) - story.exact).max(axis=0) + 1e-300
        rows = rows[(np.abs(rows - story.exact) <= far).all(axis=1)]
    return np.vstack((first, rows))


def whole_view(story: DescentStory, shape: float, beside: Sequence[FloatArray] = ()) -> View:
    """All that is to be seen, in a box whose width is `shape` times its height, parameters `beside` these too."""
    points = np.vstack((limits(story), *beside))[:, story.axes]
    low, high = points.min(axis=0), points.max(axis=0)
    low, high = opened(low, high)
    start, aside = points[0, 0], BESIDE * (high[0] - low[0])  # arrows that ask go both ways
    low[0], high[0] = min(low[0], start - aside), max(high[0], start + aside)
    size = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
    units = size / (shape, 1.0)
    most = WIDER * size
    if units.max() <= ALIKE * units.min():
        most = WHOLE * units.max() * np.array((shape, 1.0))
    return _view(with_whole_lines(story, low, high, most), shape)


def opened(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The box from `low` to `high`; where a side is so short that its ends read alike, a part of its size."""
    most = np.maximum(np.abs(low), np.abs(high))
    short = (high > low) & (high - low < ALIKE_READ * most)
    middle, half = (low + high) / 2, OPENED * most / 2
    return np.where(short, middle - half, low), np.where(short, middle + half, high)


def with_whole_lines(
    story: DescentStory, low: FloatArray, high: FloatArray, most: FloatArray
) -> FloatArray:
    """The box from `low` to `high`, widened to at most so much, for lines of equal cost that are whole in it."""
    plane = Plane(story, story.parameters[0], Scale(low[0], high[0]), Scale(low[1], high[1]))
    found = plane.quadratic()
    if found is not None:
        centre, axes, least = found
        for level in plane.levels(least, least + 1.0):
            reach = np.sqrt(2 * (level - least)) * np.linalg.norm(axes, axis=1)
            lower, higher = np.minimum(low, centre - reach), np.maximum(high, centre + reach)
            if (higher - lower > most).any():
                break
            low, high = lower, higher
    return np.array((low, high))


def near_view(story: DescentStory, first: int, last: int, shape: float) -> View:
    """Near to the steps from `first` to `last`."""
    return _view(story.parameters[first : last + 1, story.axes], shape, NEAR)


def view_round(points: FloatArray, shape: float) -> View:
    """Near to some points of the plane."""
    return _view(points, shape, NEAR)


def _view(points: FloatArray, shape: float, alike: float = ALIKE) -> View:
    """Scales that hold the points."""
    x, y = (scale_of(values, ROOM) for values in points.T.tolist())
    across, up = (x.high - x.low) / shape, y.high - y.low
    unit = max(across, up)
    if unit > alike * min(across, up):
        return View(x, y, equal=False)
    return View(_wider(x, unit * shape), _wider(y, unit), equal=True)


def _wider(scale: Scale, size: float) -> Scale:
    middle = (scale.low + scale.high) / 2
    return Scale(middle - size / 2, middle + size / 2)
